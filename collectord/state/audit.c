/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log: appended to, read, never changed. */
#include <config.h>

#include "state/audit.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "state/own.h"

#define LIMIT_MAX 1000

int
audit_put(sqlite3 *db, struct wall now, const struct audit_entry *entry)
{
	sqlite3_stmt *stmt = NULL;
	int rc = COL_EIO;

	if (sqlite3_prepare_v2(db, "INSERT INTO audit (at_ns, actor, address, action, "
	    "subject, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", -1, &stmt, NULL) ==
	    SQLITE_OK) {
		(void)sqlite3_bind_int64(stmt, 1, now.ns);
		(void)sqlite3_bind_text(stmt, 2, entry->actor, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 3, entry->address, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 4, entry->action, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 5, entry->subject, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 6, entry->detail, -1, SQLITE_STATIC);
		rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 : COL_EIO;
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

/* ---- a line of its own ---------------------------------------------------- */

struct line {
	struct audit_entry entry;
	users_done_fn *fn;
	void *arg;
};

static int
run_line(sqlite3 *db, struct wall now, void *arg)
{
	return audit_put(db, now, &((struct line *)arg)->entry);
}

static void
end_line(void *arg, int code)
{
	struct line *line = arg;

	if (line->fn != NULL) {
		line->fn(line->arg, code);
	}
	free(line);
}

void
users_audit(struct state *state, const struct audit_entry *audit, users_done_fn *fn,
    void *arg)
{
	struct line *line = calloc(1, sizeof(*line));
	struct post_job job = { run_line, end_line, line };

	assert(line != NULL);
	*line = (struct line){ *audit, fn, arg };
	state_job(state, POST_CHANGE, &job);
}

/* ---- reading ---------------------------------------------------------------- */

struct reading_audit {
	int64_t before;
	unsigned limit;
	users_audit_fn *fn;
	void *arg;
	struct audit_entry *entries;
	size_t n;
};

static void
take_row(sqlite3_stmt *stmt, struct audit_entry *entry)
{
	entry->id = sqlite3_column_int64(stmt, 0);
	entry->at.ns = sqlite3_column_int64(stmt, 1);
	(void)str_copy(entry->actor, sizeof(entry->actor),
	    (const char *)sqlite3_column_text(stmt, 2));
	(void)str_copy(entry->address, sizeof(entry->address),
	    (const char *)sqlite3_column_text(stmt, 3));
	(void)str_copy(entry->action, sizeof(entry->action),
	    (const char *)sqlite3_column_text(stmt, 4));
	(void)str_copy(entry->subject, sizeof(entry->subject),
	    (const char *)sqlite3_column_text(stmt, 5));
	(void)str_copy(entry->detail, sizeof(entry->detail),
	    (const char *)sqlite3_column_text(stmt, 6));
}

static int
run_reading(sqlite3 *db, struct wall now, void *arg)
{
	struct reading_audit *reading = arg;
	sqlite3_stmt *stmt = NULL;
	int rc = SQLITE_ERROR;

	(void)now;
	reading->entries = calloc(reading->limit, sizeof(*reading->entries));
	if (reading->entries == NULL) {
		return COL_ENOMEM;
	}
	if (sqlite3_prepare_v2(db, "SELECT id, at_ns, actor, address, action, subject, "
	    "detail FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2", -1, &stmt,
	    NULL) == SQLITE_OK) {
		(void)sqlite3_bind_int64(stmt, 1, reading->before);
		(void)sqlite3_bind_int64(stmt, 2, reading->limit);
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW &&
		    reading->n < reading->limit) {
			take_row(stmt, &reading->entries[reading->n++]);
		}
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static void
end_reading(void *arg, int code)
{
	struct reading_audit *reading = arg;

	reading->fn(reading->arg, code, reading->entries, code == 0 ? reading->n : 0);
	free(reading->entries);
	free(reading);
}

void
users_get_audit(struct state *state, int64_t before, unsigned limit, users_audit_fn *fn,
    void *arg)
{
	struct reading_audit *reading = calloc(1, sizeof(*reading));
	struct post_job job = { run_reading, end_reading, reading };

	assert(reading != NULL && limit > 0 && limit <= LIMIT_MAX);
	reading->before = before > 0 ? before : INT64_MAX;
	reading->limit = limit;
	reading->fn = fn;
	reading->arg = arg;
	state_job(state, POST_QUESTION, &job);
}
