/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An episode and its row of the outbox are written by one job, which is one
 * savepoint of one transaction: both are there after a crash, or neither.
 */
#include <config.h>

#include "state/alerts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "state/alert_row.h"
#include "state/audit.h"
#include "state/own.h"
#include "state/sql.h"

/* ---- changes ------------------------------------------------------------------ */

struct putting {
	struct alert_change *changes;
	size_t n;
	alerts_changes_fn *fn;
	void *arg;
};

struct put_stmts { sqlite3_stmt *alert, *change, *acked; };

/* What would be found by no query, or never again. */
static bool
is_sound(const struct alert *alert)
{
	return alert->id > 0 && (alert->state == ALERT_RESOLVED) ==
	    (alert->resolved.ns > 0);
}

/* alert made its change before it may have heard of an acknowledgement. */
static int
take_acked(sqlite3_stmt *stmt, struct alert *alert)
{
	int rc;

	sql_bind_int(stmt, 1, alert->id);
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		alert->acked.ns = sqlite3_column_int64(stmt, 0);
		sql_text(stmt, 1, alert->acked_by, sizeof(alert->acked_by));
		sql_text(stmt, 2, alert->note, sizeof(alert->note));
	}
	(void)sqlite3_reset(stmt);
	return rc == SQLITE_ROW ? 0 : COL_EIO;
}

static int
put_one(sqlite3 *db, const struct put_stmts *stmts, struct alert_change *change)
{
	int rc = is_sound(&change->alert) ? 0 : COL_EINVAL;

	rc = rc != 0 ? rc : alert_row_put(stmts->alert, &change->alert);
	rc = rc != 0 ? rc : take_acked(stmts->acked, &change->alert);
	return rc != 0 ? rc : change_row_put(db, stmts->change, change);
}

static int
run_put(sqlite3 *db, struct wall now, void *arg)
{
	struct putting *putting = arg;
	const struct put_stmts stmts = { alert_row_prepare(db), change_row_prepare(db),
		sql_prepare(db, "SELECT acked_ns, acked_by, note FROM alerts "
		    "WHERE id = ?1") };
	int rc = stmts.alert != NULL && stmts.change != NULL && stmts.acked != NULL
	    ? 0 : COL_EIO;

	(void)now;
	for (size_t i = 0; i < putting->n && rc == 0; i++) {
		rc = put_one(db, &stmts, &putting->changes[i]);
	}
	(void)sqlite3_finalize(stmts.alert);
	(void)sqlite3_finalize(stmts.change);
	(void)sqlite3_finalize(stmts.acked);
	return rc;
}

static void
end_put(void *arg, int code)
{
	struct putting *putting = arg;

	if (putting->fn != NULL) {
		putting->fn(putting->arg, code, putting->changes,
		    code == 0 ? putting->n : 0);
	}
	free(putting->changes);
	free(putting);
}

void
alerts_put(struct state *state, const struct alert_change *changes, size_t n_changes,
    alerts_changes_fn *fn, void *arg)
{
	struct putting *putting = malloc(sizeof(*putting));
	const struct post_job job = { run_put, end_put, putting };

	assert(putting != NULL);
	*putting = (struct putting){ .n = n_changes, .fn = fn, .arg = arg };
	if (n_changes > 0) {
		putting->changes = malloc(n_changes * sizeof(*changes));
		assert(putting->changes != NULL);
		memcpy(putting->changes, changes, n_changes * sizeof(*changes));
	}
	state_job(state, POST_CHANGE, &job);
}

/* ---- acknowledgements ----------------------------------------------------------- */

struct acking {
	int64_t id;
	bool acked;
	char note[sizeof(((struct alert *)NULL)->note)];
	struct audit_entry audit;
	struct alert_change change;        /* what came of it */
	alerts_one_fn *fn;
	void *arg;
};

static int
fetch(sqlite3 *db, int64_t id, struct alert *ret_alert)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT " ALERT_ROW_COLUMNS
	    " FROM alerts a WHERE a.id = ?1");
	int rc = SQLITE_ERROR;

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, id);
		rc = sqlite3_step(stmt);
	}
	if (rc == SQLITE_ROW) {
		alert_row(stmt, ret_alert);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? COL_ENOENT : COL_EIO;
}

static int
mark_acked(sqlite3 *db, const struct acking *acking, struct wall now)
{
	sqlite3_stmt *stmt = sql_prepare(db, "UPDATE alerts SET acked_ns = ?2, "
	    "acked_by = ?3, note = ?4 WHERE id = ?1");
	int rc = COL_EIO;

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, acking->id);
		sql_bind_int(stmt, 2, acking->acked ? now.ns : 0);
		sql_bind_text(stmt, 3, acking->acked ? acking->audit.actor : "");
		sql_bind_text(stmt, 4, acking->acked ? acking->note : "");
		rc = sql_run(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
write_acking(sqlite3 *db, struct wall now, struct acking *acking)
{
	sqlite3_stmt *stmt = change_row_prepare(db);
	struct alert *alert = &acking->change.alert;
	int rc = stmt != NULL ? mark_acked(db, acking, now) : COL_EIO;

	acking->change.kind = acking->acked ? CHANGE_ACKED : CHANGE_UNACKED;
	acking->change.at = now;
	alert->acked.ns = acking->acked ? now.ns : 0;
	(void)str_copy(alert->acked_by, sizeof(alert->acked_by), acking->audit.actor);
	(void)str_copy(alert->note, sizeof(alert->note), acking->note);
	rc = rc != 0 ? rc : change_row_put(db, stmt, &acking->change);
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
run_ack(sqlite3 *db, struct wall now, void *arg)
{
	struct acking *acking = arg;
	struct audit_entry *audit = &acking->audit;
	struct alert *alert = &acking->change.alert;
	int rc = fetch(db, acking->id, alert);

	if (rc == 0 && alert->state == ALERT_RESOLVED) {
		rc = COL_EINVAL;
	}
	if (rc == 0 && (alert->acked.ns != 0) == acking->acked) {
		rc = COL_EEXIST;
	}
	rc = rc != 0 ? rc : write_acking(db, now, acking);
	(void)str_copy(audit->action, sizeof(audit->action),
	    acking->acked ? "alert_ack" : "alert_unack");
	(void)str_format(audit->subject, sizeof(audit->subject), "alert %lld",
	    (long long)acking->id);
	(void)str_format(audit->detail, sizeof(audit->detail), "%s of %s%s%s", alert->rule,
	    alert->entity, acking->note[0] != '\0' ? ": " : "", acking->note);
	return rc != 0 ? rc : audit_put(db, now, audit);
}

static void
end_ack(void *arg, int code)
{
	struct acking *acking = arg;

	acking->fn(acking->arg, code, code == 0 ? &acking->change : NULL);
	free(acking);
}

void
alerts_ack(struct state *state, int64_t id, bool acked, const char *note,
    const struct audit_entry *audit, alerts_one_fn *fn, void *arg)
{
	struct acking *acking = calloc(1, sizeof(*acking));
	const struct post_job job = { run_ack, end_ack, acking };

	assert(acking != NULL);
	acking->id = id;
	acking->acked = acked;
	(void)str_copy(acking->note, sizeof(acking->note), note != NULL ? note : "");
	acking->audit = *audit;
	acking->fn = fn;
	acking->arg = arg;
	state_job(state, POST_CHANGE, &job);
}

/* ---- at start -------------------------------------------------------------------- */

static int
load_open(sqlite3 *db, struct alerts_loaded *loaded)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT " ALERT_ROW_COLUMNS
	    " FROM alerts a WHERE a.resolved_ns = 0 ORDER BY a.id");
	struct sql_rows rows = { 0 };

	if (sql_rows_read(stmt, &rows, sizeof(struct alert), alert_row) != 0) {
		free(rows.items);
		return COL_EIO;
	}
	loaded->items = rows.items;
	loaded->n_items = rows.n;
	return 0;
}

int
alerts_load(struct state *state, struct alerts_loaded *ret_loaded)
{
	struct alerts_loaded loaded = { 0 };
	int rc = sql_number(state->db, "SELECT COALESCE(MAX(id), 0) + 1 FROM alerts",
	    &loaded.next_id);

	rc = rc != 0 ? rc : sql_number(state->db, "SELECT seq FROM sqlite_sequence "
	    "WHERE name = 'alert_changes'", &loaded.last_seq);
	rc = rc != 0 ? rc : load_open(state->db, &loaded);
	if (rc == 0) {
		*ret_loaded = loaded;
	}
	return rc;
}

void
alerts_loaded_done(struct alerts_loaded *loaded)
{
	free(loaded->items);
	*loaded = (struct alerts_loaded){ 0 };
}
