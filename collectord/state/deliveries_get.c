/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of deliveries, and one with its attempts. */
#include <config.h>

#include "state/deliveries.h"

#include <assert.h>
#include <stdlib.h>

#include "state/delivery_row.h"
#include "state/own.h"
#include "state/sql.h"

#define LIMIT_MAX 1000
#define ATTEMPTS_MAX 100

struct listing {
	struct deliveries_query query;
	struct sql_rows rows;
	deliveries_list_fn *fn;
	void *arg;
};

/* The names of the parameters are the same in all, so that one binding does. */
#define LIST(condition) "SELECT " DELIVERY_ROW_COLUMNS " FROM deliveries d WHERE " \
	condition " AND d.id < ?1 AND (?2 = '' OR d.receiver = ?2) AND " \
	"(?3 < 0 OR d.state = ?3) AND ?4 >= 0 ORDER BY d.id DESC LIMIT ?5"

static sqlite3_stmt *
prepare_list(sqlite3 *db, const struct deliveries_query *query)
{
	sqlite3_stmt *stmt = sql_prepare(db,
	    query->alert != 0 ? LIST("d.id IN (SELECT delivery FROM delivery_alerts "
	    "WHERE alert = ?4)") :
	    query->receiver[0] != '\0' ? LIST("d.receiver = ?2") :
	    query->state >= 0 ? LIST("d.state = ?3") : LIST("d.id > 0"));

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, query->before > 0 ? query->before : INT64_MAX);
		sql_bind_text(stmt, 2, query->receiver);
		sql_bind_int(stmt, 3, query->state);
		sql_bind_int(stmt, 4, query->alert);
		sql_bind_int(stmt, 5, query->limit);
	}
	return stmt;
}

static int
run_list(sqlite3 *db, struct wall now, void *arg)
{
	struct listing *listing = arg;

	(void)now;
	return sql_rows_read(prepare_list(db, &listing->query), &listing->rows,
	    sizeof(struct delivery), delivery_row);
}

static void
end_list(void *arg, int code)
{
	struct listing *listing = arg;

	listing->fn(listing->arg, code, listing->rows.items,
	    code == 0 ? listing->rows.n : 0);
	free(listing->rows.items);
	free(listing);
}

void
deliveries_get(struct state *state, const struct deliveries_query *query,
    deliveries_list_fn *fn, void *arg)
{
	struct listing *listing = calloc(1, sizeof(*listing));
	const struct post_job job = { run_list, end_list, listing };

	assert(listing != NULL && query->limit > 0 && query->limit <= LIMIT_MAX);
	listing->query = *query;
	listing->fn = fn;
	listing->arg = arg;
	state_job(state, POST_QUESTION, &job);
}

/* ---- one ------------------------------------------------------------------------ */

struct asking {
	int64_t id;
	struct delivery delivery;
	struct sql_rows attempts;
	deliveries_one_fn *fn;
	void *arg;
};

static int
read_delivery(sqlite3 *db, struct asking *asking)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT " DELIVERY_ROW_COLUMNS ", n.text "
	    "FROM deliveries d LEFT JOIN notices n ON n.delivery = d.id WHERE d.id = ?1");
	int rc = SQLITE_ERROR;

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, asking->id);
		rc = sqlite3_step(stmt);
	}
	if (rc == SQLITE_ROW) {
		delivery_row_whole(stmt, &asking->delivery);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? COL_ENOENT : COL_EIO;
}

static void
read_attempt(sqlite3_stmt *stmt, void *row)
{
	struct attempt *attempt = row;

	*attempt = (struct attempt){
		.delivery = sqlite3_column_int64(stmt, 0),
		.number = (unsigned)sqlite3_column_int64(stmt, 1),
		.at = { sqlite3_column_int64(stmt, 2) },
		.ms = (uint32_t)sqlite3_column_int64(stmt, 3),
		.status = (long)sqlite3_column_int64(stmt, 4),
		.request = sql_text_copy(stmt, 7),
		.reply = sql_text_copy(stmt, 8),
	};
	sql_text(stmt, 5, attempt->verdict, sizeof(attempt->verdict));
	sql_text(stmt, 6, attempt->error, sizeof(attempt->error));
}

static int
run_one(sqlite3 *db, struct wall now, void *arg)
{
	struct asking *asking = arg;
	sqlite3_stmt *stmt;
	int rc = read_delivery(db, asking);

	(void)now;
	if (rc != 0) {
		return rc;
	}
	stmt = sql_prepare(db, "SELECT * FROM (SELECT delivery, number, at_ns, ms, status, "
	    "verdict, error, request, reply FROM attempts WHERE delivery = ?1 "
	    "ORDER BY number DESC LIMIT ?2) ORDER BY number");
	if (stmt != NULL) {
		sql_bind_int(stmt, 1, asking->id);
		sql_bind_int(stmt, 2, ATTEMPTS_MAX);
	}
	return sql_rows_read(stmt, &asking->attempts, sizeof(struct attempt), read_attempt);
}

static void
end_one(void *arg, int code)
{
	struct asking *asking = arg;
	struct attempt *attempts = asking->attempts.items;

	asking->fn(asking->arg, code, code == 0 ? &asking->delivery : NULL, attempts,
	    code == 0 ? asking->attempts.n : 0);
	for (size_t i = 0; i < asking->attempts.n; i++) {
		free(attempts[i].request);
		free(attempts[i].reply);
	}
	free(attempts);
	free(asking->delivery.notice);
	free(asking);
}

void
deliveries_get_one(struct state *state, int64_t id, deliveries_one_fn *fn, void *arg)
{
	struct asking *asking = calloc(1, sizeof(*asking));
	const struct post_job job = { run_one, end_one, asking };

	assert(asking != NULL);
	asking->id = id;
	asking->fn = fn;
	asking->arg = arg;
	state_job(state, POST_QUESTION, &job);
}
