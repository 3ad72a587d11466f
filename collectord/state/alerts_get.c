/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of episodes, and what happened to one. */
#include <config.h>

#include "state/alerts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "state/alert_row.h"
#include "state/own.h"
#include "state/sql.h"

#define LIMIT_MAX 1000

struct listing {
	struct alerts_query query;
	struct sql_rows rows;
	alerts_list_fn *fn;
	void *arg;
};

/*
 * A narrow index is searched from its newest end and only what is wanted is
 * read: rows are long, and there may be 200,000.
 */
#define LIST(index, condition) "SELECT " ALERT_ROW_COLUMNS " FROM alerts a " \
	"WHERE a.id IN (SELECT id FROM alerts INDEXED BY " index " WHERE " condition \
	" AND id < ?1 AND severity >= ?2 AND " \
	"((?3 AND resolved_ns = 0) OR (?4 AND resolved_ns > 0)) AND " \
	"fired_ns >= ?5 AND fired_ns < ?6 AND (?7 = '' OR rule = ?7) AND " \
	"(?8 = '' OR entity = ?8) AND (?9 = '' OR area = ?9) AND " \
	"(?10 = '' OR site = ?10) AND (?11 = '' OR hall = ?11) AND " \
	"(?12 = '' OR row = ?12) AND (?13 = '' OR rack = ?13) AND " \
	"(?14 = 0 OR under = ?14) ORDER BY id DESC LIMIT ?15) ORDER BY a.id DESC"

static sqlite3_stmt *
prepare_list(sqlite3 *db, const struct alerts_query *query)
{
	const char *const texts[] = { query->rule, query->entity, query->area, query->site,
		query->hall, query->row, query->rack };
	sqlite3_stmt *stmt = sql_prepare(db,
	    query->under > 0 ? LIST("alerts_under", "under = ?14 AND under > 0") :
	    query->entity[0] != '\0' ? LIST("alerts_entity", "entity = ?8") :
	    !query->closed ? LIST("alerts_open", "resolved_ns = 0") :
	    LIST("alerts_list", "id > 0"));

	if (stmt == NULL) {
		return NULL;
	}
	sql_bind_int(stmt, 1, query->before > 0 ? query->before : INT64_MAX);
	sql_bind_int(stmt, 2, query->at_least);
	sql_bind_int(stmt, 3, query->open);
	sql_bind_int(stmt, 4, query->closed);
	sql_bind_int(stmt, 5, query->from.ns);
	sql_bind_int(stmt, 6, query->to.ns != 0 ? query->to.ns : INT64_MAX);
	for (int i = 0; i < 7; i++) {
		sql_bind_text(stmt, 7 + i, texts[i]);
	}
	sql_bind_int(stmt, 14, query->under);
	sql_bind_int(stmt, 15, query->limit);
	return stmt;
}

static int
run_list(sqlite3 *db, struct wall now, void *arg)
{
	struct listing *listing = arg;

	(void)now;
	return sql_rows_read(prepare_list(db, &listing->query), &listing->rows,
	    sizeof(struct alert), alert_row);
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
alerts_get(struct state *state, const struct alerts_query *query, alerts_list_fn *fn,
    void *arg)
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

struct history {
	int64_t id;
	struct sql_rows rows;
	alerts_changes_fn *fn;
	void *arg;
};

static int
run_history(sqlite3 *db, struct wall now, void *arg)
{
	struct history *history = arg;
	sqlite3_stmt *stmt = sql_prepare(db, "SELECT * FROM (SELECT " CHANGE_ROW_COLUMNS
	    " FROM alert_changes c JOIN alerts a ON a.id = c.alert WHERE c.alert = ?1 "
	    "ORDER BY c.seq DESC LIMIT ?2) ORDER BY seq");
	int rc;

	(void)now;
	if (stmt != NULL) {
		sql_bind_int(stmt, 1, history->id);
		sql_bind_int(stmt, 2, LIMIT_MAX);
	}
	rc = sql_rows_read(stmt, &history->rows, sizeof(struct alert_change), change_row);
	/* no episode is without a first change */
	return rc == 0 && history->rows.n == 0 ? COL_ENOENT : rc;
}

static void
end_history(void *arg, int code)
{
	struct history *history = arg;

	history->fn(history->arg, code, history->rows.items,
	    code == 0 ? history->rows.n : 0);
	free(history->rows.items);
	free(history);
}

void
alerts_get_changes(struct state *state, int64_t id, alerts_changes_fn *fn, void *arg)
{
	struct history *history = calloc(1, sizeof(*history));
	const struct post_job job = { run_history, end_history, history };

	assert(history != NULL);
	history->id = id;
	history->fn = fn;
	history->arg = arg;
	state_job(state, POST_QUESTION, &job);
}
