/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What notify makes of changes and its mark in the outbox are one job, so one
 * transaction: after a crash it goes on where it was, with what it had made.
 */
#include <config.h>

#include "state/deliveries.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "state/alert_row.h"
#include "state/audit.h"
#include "state/delivery_row.h"
#include "state/own.h"
#include "state/sql.h"

/* Older news is not told any more, whatever the mark says. */
#define CHANGES_LOAD_NS (7 * 86400 * NS_PER_S)

struct putting {
	int64_t mark;
	struct delivery *put;
	struct delivery_alert *alerts;
	struct told *told;
	struct attempt *attempts;
	size_t n_put, n_alerts, n_told, n_attempts;
	bool has_audit;
	struct audit_entry audit;
	deliveries_done_fn *fn;
	void *arg;
};

/* ---- what is copied ------------------------------------------------------------ */

static void *
copy_items(const void *items, size_t n, size_t size)
{
	void *copy = n > 0 ? malloc(n * size) : NULL;

	if (n > 0) {
		assert(copy != NULL);
		memcpy(copy, items, n * size);
	}
	return copy;
}

static char *
copy_text(const char *text)
{
	char *copy = text != NULL ? strdup(text) : NULL;

	assert(text == NULL || copy != NULL);
	return copy;
}

static struct putting *
putting_new(const struct deliveries_change *change)
{
	struct putting *putting = calloc(1, sizeof(*putting));

	assert(putting != NULL);
	*putting = (struct putting){
		.mark = change->mark,
		.put = copy_items(change->put, change->n_put, sizeof(*change->put)),
		.alerts = copy_items(change->alerts, change->n_alerts,
		    sizeof(*change->alerts)),
		.told = copy_items(change->told, change->n_told, sizeof(*change->told)),
		.attempts = copy_items(change->attempts, change->n_attempts,
		    sizeof(*change->attempts)),
		.n_put = change->n_put, .n_alerts = change->n_alerts,
		.n_told = change->n_told, .n_attempts = change->n_attempts,
		.has_audit = change->audit != NULL,
	};
	for (size_t i = 0; i < putting->n_put; i++) {
		putting->put[i].notice = copy_text(change->put[i].notice);
	}
	for (size_t i = 0; i < putting->n_attempts; i++) {
		putting->attempts[i].request = copy_text(change->attempts[i].request);
		putting->attempts[i].reply = copy_text(change->attempts[i].reply);
	}
	if (change->audit != NULL) {
		putting->audit = *change->audit;
	}
	return putting;
}

static void
end_put(void *arg, int code)
{
	struct putting *putting = arg;

	if (putting->fn != NULL) {
		putting->fn(putting->arg, code);
	}
	for (size_t i = 0; i < putting->n_put; i++) {
		free(putting->put[i].notice);
	}
	for (size_t i = 0; i < putting->n_attempts; i++) {
		free(putting->attempts[i].request);
		free(putting->attempts[i].reply);
	}
	free(putting->put);
	free(putting->alerts);
	free(putting->told);
	free(putting->attempts);
	free(putting);
}

/* ---- writing ------------------------------------------------------------------ */

static int
put_notice(sqlite3_stmt *stmt, const struct delivery *delivery)
{
	if (delivery->notice == NULL) {
		return 0;
	}
	sql_bind_int(stmt, 1, delivery->id);
	sql_bind_text(stmt, 2, delivery->notice);
	return sql_run(stmt);
}

static int
put_deliveries(sqlite3 *db, const struct putting *putting)
{
	sqlite3_stmt *row, *notice;
	int rc;

	if (putting->n_put == 0) {
		return 0;
	}
	row = delivery_row_prepare(db);
	notice = sql_prepare(db, "INSERT INTO notices (delivery, text) VALUES (?1, ?2) "
	    "ON CONFLICT (delivery) DO UPDATE SET text = ?2");
	rc = row != NULL && notice != NULL ? 0 : COL_EIO;
	for (size_t i = 0; i < putting->n_put && rc == 0; i++) {
		rc = putting->put[i].id > 0 ? delivery_row_put(row, &putting->put[i])
		    : COL_EINVAL;
		rc = rc != 0 ? rc : put_notice(notice, &putting->put[i]);
	}
	(void)sqlite3_finalize(row);
	(void)sqlite3_finalize(notice);
	return rc;
}

static int
put_alerts(sqlite3 *db, const struct putting *putting)
{
	sqlite3_stmt *stmt;
	int rc;

	if (putting->n_alerts == 0) {
		return 0;
	}
	stmt = sql_prepare(db, "INSERT OR IGNORE INTO delivery_alerts (alert, delivery) "
	    "VALUES (?1, ?2)");
	rc = stmt != NULL ? 0 : COL_EIO;
	for (size_t i = 0; i < putting->n_alerts && rc == 0; i++) {
		sql_bind_int(stmt, 1, putting->alerts[i].alert);
		sql_bind_int(stmt, 2, putting->alerts[i].delivery);
		rc = sql_run(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
put_told_one(sqlite3_stmt *put, sqlite3_stmt *drop, const struct told *told)
{
	int rc;

	sql_bind_text(put, 1, told->receiver);
	sql_bind_text(put, 2, told->group);
	sql_bind_int(put, 3, told->alert);
	sql_bind_int(put, 4, told->state);
	sql_bind_int(put, 5, told->count);
	sql_bind_int(put, 6, told->acked);
	sql_bind_int(put, 7, told->at.ns);
	rc = sql_run(put);
	if (rc == 0 && told->state == ALERT_RESOLVED) {
		sql_bind_int(drop, 1, told->alert);
		sql_bind_int(drop, 2, ALERT_RESOLVED);
		rc = sql_run(drop);
	}
	return rc;
}

/* Once all who knew of an alert know of its end, nothing is left to be told. */
static int
put_told(sqlite3 *db, const struct putting *putting)
{
	sqlite3_stmt *put, *drop;
	int rc;

	if (putting->n_told == 0) {
		return 0;
	}
	put = sql_prepare(db, "INSERT INTO told (receiver, grp, alert, state, count, acked, "
	    "at_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (alert, receiver, grp) "
	    "DO UPDATE SET state = ?4, count = ?5, acked = ?6, at_ns = ?7");
	drop = sql_prepare(db, "DELETE FROM told WHERE alert = ?1 AND NOT EXISTS (SELECT 1 "
	    "FROM told x WHERE x.alert = ?1 AND x.state <> ?2)");
	rc = put != NULL && drop != NULL ? 0 : COL_EIO;
	for (size_t i = 0; i < putting->n_told && rc == 0; i++) {
		rc = put_told_one(put, drop, &putting->told[i]);
	}
	(void)sqlite3_finalize(put);
	(void)sqlite3_finalize(drop);
	return rc;
}

static int
put_attempts(sqlite3 *db, const struct putting *putting)
{
	sqlite3_stmt *stmt;
	int rc;

	if (putting->n_attempts == 0) {
		return 0;
	}
	stmt = sql_prepare(db, "INSERT OR REPLACE INTO attempts (delivery, number, at_ns, ms, "
	    "status, verdict, error, request, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
	    "?8, ?9)");
	rc = stmt != NULL ? 0 : COL_EIO;
	for (size_t i = 0; i < putting->n_attempts && rc == 0; i++) {
		const struct attempt *attempt = &putting->attempts[i];

		sql_bind_int(stmt, 1, attempt->delivery);
		sql_bind_int(stmt, 2, attempt->number);
		sql_bind_int(stmt, 3, attempt->at.ns);
		sql_bind_int(stmt, 4, attempt->ms);
		sql_bind_int(stmt, 5, attempt->status);
		sql_bind_text(stmt, 6, attempt->verdict);
		sql_bind_text(stmt, 7, attempt->error);
		sql_bind_text(stmt, 8, attempt->request);
		sql_bind_text(stmt, 9, attempt->reply);
		rc = sql_run(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

/* It never goes back. */
static int
put_mark(sqlite3 *db, int64_t mark)
{
	sqlite3_stmt *stmt;
	int rc = COL_EIO;

	if (mark == 0) {
		return 0;
	}
	stmt = sql_prepare(db, "UPDATE mark SET seq = MAX(seq, ?1)");
	if (stmt != NULL) {
		sql_bind_int(stmt, 1, mark);
		rc = sql_run(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
run_put(sqlite3 *db, struct wall now, void *arg)
{
	const struct putting *putting = arg;
	int rc = put_deliveries(db, putting);

	rc = rc != 0 ? rc : put_alerts(db, putting);
	rc = rc != 0 ? rc : put_told(db, putting);
	rc = rc != 0 ? rc : put_attempts(db, putting);
	rc = rc != 0 ? rc : put_mark(db, putting->mark);
	return rc != 0 || !putting->has_audit ? rc : audit_put(db, now, &putting->audit);
}

void
deliveries_put(struct state *state, const struct deliveries_change *change,
    deliveries_done_fn *fn, void *arg)
{
	struct putting *putting = putting_new(change);
	const struct post_job job = { run_put, end_put, putting };

	putting->fn = fn;
	putting->arg = arg;
	state_job(state, POST_CHANGE, &job);
}

/* ---- at start -------------------------------------------------------------------- */

static int
load_queued(sqlite3 *db, struct sql_rows *rows)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT " DELIVERY_ROW_COLUMNS ", n.text "
	    "FROM deliveries d LEFT JOIN notices n ON n.delivery = d.id "
	    "WHERE d.state = 0 ORDER BY d.id");

	_Static_assert(DELIVERY_QUEUED == 0, "said in the statement and its index");
	return sql_rows_read(stmt, rows, sizeof(struct delivery), delivery_row_whole);
}

static void
told_row(sqlite3_stmt *stmt, void *row)
{
	struct told *told = row;

	sql_text(stmt, 0, told->receiver, sizeof(told->receiver));
	sql_text(stmt, 1, told->group, sizeof(told->group));
	told->alert = sqlite3_column_int64(stmt, 2);
	told->state = (enum alert_state)sql_enum(stmt, 3, ALERT_STATE_N);
	told->count = (uint32_t)sqlite3_column_int64(stmt, 4);
	told->acked = sqlite3_column_int(stmt, 5) != 0;
	told->at.ns = sqlite3_column_int64(stmt, 6);
}

static int
load_told(sqlite3 *db, struct sql_rows *rows)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT receiver, grp, alert, state, count, "
	    "acked, at_ns FROM told ORDER BY alert, receiver, grp");

	return sql_rows_read(stmt, rows, sizeof(struct told), told_row);
}

static int
load_changes(sqlite3 *db, int64_t mark, struct wall since, struct sql_rows *rows)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT " CHANGE_ROW_COLUMNS
	    " FROM alert_changes c JOIN alerts a ON a.id = c.alert "
	    "WHERE c.seq > ?1 AND c.at_ns >= ?2 ORDER BY c.seq");

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, mark);
		sql_bind_int(stmt, 2, since.ns);
	}
	return sql_rows_read(stmt, rows, sizeof(struct alert_change), change_row);
}

int
deliveries_load(struct state *state, struct deliveries_loaded *ret_loaded)
{
	struct wall since = { clock_wall(state->clock).ns - CHANGES_LOAD_NS };
	struct sql_rows queued = { 0 }, told = { 0 }, changes = { 0 };
	struct deliveries_loaded loaded = { 0 };
	int rc = sql_number(state->db, "SELECT seq FROM mark", &loaded.mark);

	rc = rc != 0 ? rc : sql_number(state->db,
	    "SELECT COALESCE(MAX(id), 0) + 1 FROM deliveries", &loaded.next_id);
	rc = rc != 0 ? rc : load_queued(state->db, &queued);
	rc = rc != 0 ? rc : load_told(state->db, &told);
	rc = rc != 0 ? rc : load_changes(state->db, loaded.mark, since, &changes);
	loaded.queued = queued.items;
	loaded.n_queued = queued.n;
	loaded.told = told.items;
	loaded.n_told = told.n;
	loaded.changes = changes.items;
	loaded.n_changes = changes.n;
	if (rc != 0) {
		deliveries_loaded_done(&loaded);
		return rc;
	}
	*ret_loaded = loaded;
	return 0;
}

void
deliveries_loaded_done(struct deliveries_loaded *loaded)
{
	for (size_t i = 0; i < loaded->n_queued; i++) {
		free(loaded->queued[i].notice);
	}
	free(loaded->queued);
	free(loaded->told);
	free(loaded->changes);
	*loaded = (struct deliveries_loaded){ 0 };
}
