/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Silences: read anew after each change and published once that is committed.
 * Those that end by their time need no change: readers judge by the time.
 */
#include <config.h>

#include "state/alerts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "state/audit.h"
#include "state/own.h"
#include "state/sql.h"

#define COLUMNS "id, entity, rule, reason, author, maintenance, created_ns, from_ns, " \
	"until_ns, ended_ns"
#define OLD_MAX 1000        /* published of those that are over */

/* One change while it is under way. */
struct change {
	struct state *state;
	struct silence silence;
	struct audit_entry audit;
	const struct silences *next;       /* to be published */
	silences_fn *fn;
	void *arg;
};

/* ---- reading ------------------------------------------------------------------ */

static void
read_row(sqlite3_stmt *stmt, void *row)
{
	struct silence *silence = row;

	*silence = (struct silence){
		.id = sqlite3_column_int64(stmt, 0),
		.maintenance = sqlite3_column_int(stmt, 5) != 0,
		.created = { sqlite3_column_int64(stmt, 6) },
		.from = { sqlite3_column_int64(stmt, 7) },
		.until = { sqlite3_column_int64(stmt, 8) },
		.ended = { sqlite3_column_int64(stmt, 9) },
	};
	sql_text(stmt, 1, silence->entity, sizeof(silence->entity));
	sql_text(stmt, 2, silence->rule, sizeof(silence->rule));
	sql_text(stmt, 3, silence->reason, sizeof(silence->reason));
	sql_text(stmt, 4, silence->author, sizeof(silence->author));
}

static int
load(struct state *state, struct wall now, const struct silences **ret_next)
{
	sqlite3_stmt *stmt = sql_prepare(state->db, "SELECT " COLUMNS " FROM silences "
	    "WHERE (ended_ns = 0 AND until_ns > ?1) OR id IN (SELECT id FROM silences "
	    "WHERE NOT (ended_ns = 0 AND until_ns > ?1) ORDER BY id DESC LIMIT ?2)");
	struct sql_rows rows = { 0 };

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, now.ns);
		sql_bind_int(stmt, 2, OLD_MAX);
	}
	if (sql_rows_read(stmt, &rows, sizeof(struct silence), read_row) != 0) {
		free(rows.items);
		return COL_EIO;
	}
	*ret_next = silences_new(++state->silences_number, rows.items, (uint32_t)rows.n);
	assert(*ret_next != NULL);
	return 0;
}

static int
fetch(sqlite3 *db, int64_t id, struct silence *ret_silence)
{
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT " COLUMNS " FROM silences "
	    "WHERE id = ?1");
	int rc = SQLITE_ERROR;

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, id);
		rc = sqlite3_step(stmt);
	}
	if (rc == SQLITE_ROW) {
		read_row(stmt, ret_silence);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? COL_ENOENT : COL_EIO;
}

/* ---- writing ------------------------------------------------------------------ */

static int
insert(sqlite3 *db, struct silence *silence)
{
	sqlite3_stmt *stmt = sql_prepare(db, "INSERT INTO silences (entity, rule, reason, "
	    "author, maintenance, created_ns, from_ns, until_ns, ended_ns, ended_by) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, '')");
	int rc = COL_EIO;

	if (stmt != NULL) {
		sql_bind_text(stmt, 1, silence->entity);
		sql_bind_text(stmt, 2, silence->rule);
		sql_bind_text(stmt, 3, silence->reason);
		sql_bind_text(stmt, 4, silence->author);
		sql_bind_int(stmt, 5, silence->maintenance);
		sql_bind_int(stmt, 6, silence->created.ns);
		sql_bind_int(stmt, 7, silence->from.ns);
		sql_bind_int(stmt, 8, silence->until.ns);
		rc = sql_run(stmt);
	}
	(void)sqlite3_finalize(stmt);
	silence->id = sqlite3_last_insert_rowid(db);
	return rc;
}

/* "site:zz1 from … until …, rule fan-*: new belt" */
static int
write_audit(sqlite3 *db, struct wall now, struct change *change, const char *action)
{
	const struct silence *silence = &change->silence;
	struct audit_entry *audit = &change->audit;
	char from[CLOCK_RFC3339_SIZE], until[CLOCK_RFC3339_SIZE];

	clock_rfc3339(silence->from, from);
	clock_rfc3339(silence->until, until);
	(void)str_copy(audit->action, sizeof(audit->action), action);
	(void)str_format(audit->subject, sizeof(audit->subject), "silence %lld",
	    (long long)silence->id);
	(void)str_format(audit->detail, sizeof(audit->detail),
	    "%s%s from %s until %s%s%s: %s", silence->entity,
	    silence->maintenance ? " (maintenance)" : "", from, until,
	    silence->rule[0] != '\0' ? ", rule " : "", silence->rule, silence->reason);
	return audit_put(db, now, audit);
}

static int
run_add(sqlite3 *db, struct wall now, void *arg)
{
	struct change *change = arg;
	struct silence *silence = &change->silence;
	int rc;

	silence->created = now;
	silence->ended.ns = 0;
	if (silence->from.ns == 0) {
		silence->from = now;
	}
	rc = insert(db, silence);
	rc = rc != 0 ? rc : write_audit(db, now, change, "silence_add");
	return rc != 0 ? rc : load(change->state, now, &change->next);
}

static int
mark_ended(sqlite3 *db, const struct change *change)
{
	sqlite3_stmt *stmt = sql_prepare(db, "UPDATE silences SET ended_ns = ?2, "
	    "ended_by = ?3 WHERE id = ?1");
	int rc = COL_EIO;

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, change->silence.id);
		sql_bind_int(stmt, 2, change->silence.ended.ns);
		sql_bind_text(stmt, 3, change->audit.actor);
		rc = sql_run(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
run_end(sqlite3 *db, struct wall now, void *arg)
{
	struct change *change = arg;
	struct silence *silence = &change->silence;
	int rc = fetch(db, silence->id, silence);

	if (rc == 0 && (silence->ended.ns != 0 || silence->until.ns <= now.ns)) {
		rc = COL_EINVAL;
	}
	silence->ended = now;
	rc = rc != 0 ? rc : mark_ended(db, change);
	rc = rc != 0 ? rc : write_audit(db, now, change, "silence_end");
	return rc != 0 ? rc : load(change->state, now, &change->next);
}

/* ---- publishing ----------------------------------------------------------------- */

static void
publish(struct state *state, const struct silences *next)
{
	const struct silences *old;

	pthread_mutex_lock(&state->published_lock);
	old = state->silences;
	state->silences = next;
	pthread_mutex_unlock(&state->published_lock);
	silences_unref(old);
}

static void
end_change(void *arg, int code)
{
	struct change *change = arg;

	if (code == 0) {
		publish(change->state, change->next);
	} else {
		silences_unref(change->next);
	}
	change->fn(change->arg, code, code == 0 ? &change->silence : NULL);
	free(change);
}

static struct change *
change_new(struct state *state, const struct audit_entry *audit, silences_fn *fn, void *arg)
{
	struct change *change = calloc(1, sizeof(*change));

	assert(change != NULL);
	change->state = state;
	change->audit = *audit;
	change->fn = fn;
	change->arg = arg;
	return change;
}

void
silences_add(struct state *state, const struct silence *silence,
    const struct audit_entry *audit, silences_fn *fn, void *arg)
{
	struct change *change = change_new(state, audit, fn, arg);
	const struct post_job job = { run_add, end_change, change };

	change->silence = *silence;
	if (silence->author[0] == '\0') {
		(void)str_copy(change->silence.author, sizeof(silence->author), audit->actor);
	}
	state_job(state, POST_CHANGE, &job);
}

void
silences_end(struct state *state, int64_t id, const struct audit_entry *audit,
    silences_fn *fn, void *arg)
{
	struct change *change = change_new(state, audit, fn, arg);
	const struct post_job job = { run_end, end_change, change };

	change->silence.id = id;
	state_job(state, POST_CHANGE, &job);
}

int
silences_load(struct state *state)
{
	const struct silences *next = NULL;
	int rc = load(state, clock_wall(state->clock), &next);

	if (rc == 0) {
		publish(state, next);
	}
	return rc;
}

const struct silences *
state_silences(struct state *state)
{
	const struct silences *silences;

	pthread_mutex_lock(&state->published_lock);
	silences = silences_ref(state->silences);
	pthread_mutex_unlock(&state->published_lock);
	return silences;
}
