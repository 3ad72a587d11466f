/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/tidy.h"

#include <collectord/err.h>

#include "state/alerts.h"
#include "state/deliveries.h"
#include "state/sql.h"

#define DAY_NS (86400 * NS_PER_S)
/* Nobody tells the end of what ended so long ago. */
#define TOLD_NS (7 * DAY_NS)

/*
 * The row with the newest id is always left, so that no id is given twice.
 * Parameters: ?1 ended before, ?2 so many at most, ?3 state of a delivery.
 */
#define OLD_ALERTS "(SELECT id FROM alerts WHERE resolved_ns > 0 AND resolved_ns < ?1 " \
	"AND id < (SELECT MAX(id) FROM alerts) ORDER BY resolved_ns LIMIT ?2)"
#define OLD_DELIVERIES "(SELECT id FROM deliveries WHERE ended_ns > 0 AND " \
	"state = ?3 AND ended_ns < ?1 AND id < (SELECT MAX(id) FROM deliveries) " \
	"ORDER BY ended_ns LIMIT ?2)"

/* The table that says what is old comes last. */
static const char *const OF_ALERTS[] = {
	"DELETE FROM alert_changes WHERE alert IN " OLD_ALERTS,
	"DELETE FROM delivery_alerts WHERE alert IN " OLD_ALERTS,
	"DELETE FROM told WHERE alert IN " OLD_ALERTS,
	"DELETE FROM alerts WHERE id IN " OLD_ALERTS,
	NULL
};
static const char *const OF_DELIVERIES[] = {
	"DELETE FROM attempts WHERE delivery IN " OLD_DELIVERIES,
	"DELETE FROM delivery_alerts WHERE delivery IN " OLD_DELIVERIES,
	"DELETE FROM notices WHERE delivery IN " OLD_DELIVERIES,
	"DELETE FROM deliveries WHERE id IN " OLD_DELIVERIES,
	NULL
};

struct old {
	int64_t before_ns, n;
	int state;                 /* of deliveries */
};

/* Runs all; ret_n: rows that the last one removed. */
static int
remove_old(sqlite3 *db, const char *const *texts, const struct old *old, int64_t *ret_n)
{
	int rc = 0;

	for (; *texts != NULL && rc == 0; texts++) {
		sqlite3_stmt *stmt = sql_prepare(db, *texts);

		rc = COL_EIO;
		if (stmt != NULL) {
			sql_bind_int(stmt, 1, old->before_ns);
			sql_bind_int(stmt, 2, old->n < TIDY_SLICE ? old->n : TIDY_SLICE);
			sql_bind_int(stmt, 3, old->state);
			rc = sql_run(stmt);
		}
		(void)sqlite3_finalize(stmt);
	}
	*ret_n = sqlite3_changes(db);
	return rc;
}

/* What is too old, else what is too many. */
static int
tidy_table(sqlite3 *db, const char *const *texts, struct old old, int64_t n_over,
    bool *ret_more)
{
	int64_t n = 0;
	int rc = remove_old(db, texts, &old, &n);

	if (rc == 0 && n == 0 && n_over > 0) {
		old.before_ns = INT64_MAX;
		old.n = n_over;
		rc = remove_old(db, texts, &old, &n);
	}
	*ret_more = *ret_more || n == TIDY_SLICE;
	return rc;
}

static int
tidy_alerts(sqlite3 *db, struct wall now, bool *ret_more)
{
	struct old old = { now.ns - ALERTS_KEEP_DAYS * DAY_NS, TIDY_SLICE, 0 };
	int64_t n = 0;
	int rc = sql_number(db, "SELECT COUNT(*) FROM alerts WHERE resolved_ns > 0", &n);

	return rc != 0 ? rc : tidy_table(db, OF_ALERTS, old, n - ALERTS_KEEP_MAX, ret_more);
}

/* Dead letters are kept as long as what they would have told. */
static int
tidy_deliveries(sqlite3 *db, struct wall now, bool *ret_more)
{
	static const struct { enum delivery_state state; int days; const char *count; }
	    rows[] = {
		{ DELIVERY_DELIVERED, DELIVERIES_KEEP_DAYS, "SELECT COUNT(*) FROM "
		    "deliveries WHERE ended_ns > 0 AND state = 1" },
		{ DELIVERY_DEAD, ALERTS_KEEP_DAYS, "SELECT COUNT(*) FROM "
		    "deliveries WHERE ended_ns > 0 AND state = 2" },
		{ DELIVERY_MERGED, DELIVERIES_KEEP_DAYS, "SELECT COUNT(*) FROM "
		    "deliveries WHERE ended_ns > 0 AND state = 3" },
	};
	int rc = 0;

	_Static_assert(DELIVERY_DELIVERED == 1 && DELIVERY_DEAD == 2 &&
	    DELIVERY_MERGED == 3, "said in the statements");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == 0; i++) {
		struct old old = { now.ns - rows[i].days * DAY_NS, TIDY_SLICE,
			rows[i].state };
		int64_t n = 0;

		rc = sql_number(db, rows[i].count, &n);
		rc = rc != 0 ? rc : tidy_table(db, OF_DELIVERIES, old,
		    n - DELIVERIES_KEEP_MAX, ret_more);
	}
	return rc;
}

/* Receivers that are not told of ends, or are gone, never say so themselves. */
static int
tidy_told(sqlite3 *db, struct wall now, int64_t *from, bool *ret_more)
{
	sqlite3_stmt *find = sql_prepare(db, "SELECT MAX(alert) FROM (SELECT alert FROM told "
	    "WHERE alert > ?1 ORDER BY alert LIMIT ?2)");
	sqlite3_stmt *drop = sql_prepare(db, "DELETE FROM told WHERE alert > ?1 AND "
	    "alert <= ?2 AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = told.alert AND "
	    "(a.resolved_ns = 0 OR a.resolved_ns >= ?3))");
	int64_t to = 0;
	int rc = COL_EIO;

	if (find != NULL && drop != NULL) {
		sql_bind_int(find, 1, *from);
		sql_bind_int(find, 2, TIDY_SLICE);
		rc = sqlite3_step(find) == SQLITE_ROW ? 0 : COL_EIO;
		to = sqlite3_column_int64(find, 0);
	}
	if (rc == 0 && to > 0) {
		sql_bind_int(drop, 1, *from);
		sql_bind_int(drop, 2, to);
		sql_bind_int(drop, 3, now.ns - TOLD_NS);
		rc = sql_run(drop);
	}
	(void)sqlite3_finalize(find);
	(void)sqlite3_finalize(drop);
	/* 0: the end was reached, and the next look begins anew */
	*from = rc == 0 ? to : *from;
	*ret_more = *ret_more || to > 0;
	return rc;
}

int
tidy_slice(sqlite3 *db, struct wall now, int64_t *told_from, bool *ret_more)
{
	bool more = false;
	int rc = tidy_alerts(db, now, &more);

	rc = rc != 0 ? rc : tidy_deliveries(db, now, &more);
	rc = rc != 0 ? rc : tidy_told(db, now, told_from, &more);
	if (rc == 0) {
		*ret_more = more;
	}
	return rc;
}
