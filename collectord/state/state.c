/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * STATE drains its queue in one transaction per step: a burst of posts costs
 * one sync, and a crash loses or keeps a step as a whole.
 */
#include <config.h>

#include "state/state.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/stats.h"
#include "base/str.h"
#include "state/import.h"
#include "state/post.h"
#include "state/schema.h"

#define QUEUE_SIZE 4096
#define STEP_MAX 1024       /* posts in one transaction */
#define KEPT_MAX 1024       /* changes that wait for the disk */
#define EVENTS_WAIT_MAX 4096
#define EVENTS_STEP_MAX 512 /* events in one transaction */
#define RETRY_NS (5 * NS_PER_S)

struct state {
	const struct clock *clock;
	sqlite3 *db;
	struct queue *queue;
	struct queue *events;      /* of devices: they push out no change */
	/* changes that are not committed, oldest first */
	struct post *first, **last;
	uint32_t n_kept;
	bool failing;              /* the disk did not take them */
	struct mono retry_at;
	/* of the inventory that was applied last */
	char zone[64];
	double standard_w;
	char path[4096];
};

void
post_free(struct post *post)
{
	if (post == NULL) {
		return;
	}
	config_unref(post->config);
	free(post->rows);
	free(post->places);
	free(post->events);
	free(post);
}

/* ---- opening ---------------------------------------------------------------- */

static int
open_once(const char *path, sqlite3 **ret_db, struct col_error *error)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_busy_timeout(db, 5000);
		rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL;"
		    "PRAGMA synchronous = FULL;PRAGMA trusted_schema = OFF",
		    NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK) {
		rc = schema_migrate(db, error);
	} else {
		int code = rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT
		    ? COL_EPROTO : COL_EIO;

		rc = err_set(error, code, "%s", db != NULL ? sqlite3_errmsg(db)
		    : "out of memory");
	}
	if (rc != 0) {
		(void)sqlite3_close(db);
		return rc;
	}
	*ret_db = db;
	return 0;
}

static bool
is_whole(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	bool whole = false;

	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		whole = strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
	}
	(void)sqlite3_finalize(stmt);
	return whole;
}

/* The damaged file stays beside the new one, for whoever can rescue it. */
static int
set_aside(const struct state *state, struct col_error *error)
{
	char to[4200], wal[4200];
	long long at = clock_wall(state->clock).ns / NS_PER_S;

	(void)snprintf(to, sizeof(to), "%s.damaged-%lld", state->path, at);
	if (rename(state->path, to) != 0) {
		return err_errno(error, COL_EIO, "%s is damaged and cannot be set aside",
		    state->path);
	}
	(void)snprintf(wal, sizeof(wal), "%s-wal", state->path);
	(void)unlink(wal);
	(void)snprintf(wal, sizeof(wal), "%s-shm", state->path);
	(void)unlink(wal);
	LOG_ERROR("state", "file", state->path, "damaged: set aside as %s, a new one "
	    "is begun; the ledger of rack states starts again from the inventory", to);
	return 0;
}

static int
open_db(struct state *state, struct col_error *error)
{
	int rc = open_once(state->path, &state->db, error);

	if (rc == 0 && !is_whole(state->db)) {
		(void)sqlite3_close(state->db);
		state->db = NULL;
		rc = err_set(error, COL_EPROTO, "damaged");
	}
	if (rc == COL_EPROTO) {
		rc = set_aside(state, error);
		if (rc == 0) {
			rc = open_once(state->path, &state->db, error);
		}
	}
	if (rc != 0) {
		(void)err_prefix(error, "state database %s", state->path);
	}
	return rc;
}

/* store.dir may not exist yet: its last part is ours to make. */
static int
make_folder(const char *path, struct col_error *error)
{
	char dir[4096];
	char *slash;

	(void)str_copy(dir, sizeof(dir), path);
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir) {
		return 0;
	}
	*slash = '\0';
	if (mkdir(dir, 0750) != 0 && errno != EEXIST) {
		return err_errno(error, COL_EIO, "store.dir: cannot make %s (make it, or "
		    "give the user that runs collectord the right to)", dir);
	}
	if (access(dir, W_OK | X_OK) != 0) {
		return err_errno(error, COL_EIO, "store.dir: cannot write in %s (give the "
		    "user that runs collectord the right to)", dir);
	}
	return 0;
}

int
state_new(const struct state_setup *setup, struct state **ret_state,
    struct col_error *error)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc = 0;

	assert(state != NULL);
	state->clock = setup->clock;
	state->last = &state->first;
	if (str_copy(state->path, sizeof(state->path), setup->path) >=
	    sizeof(state->path)) {
		rc = err_set(error, COL_ERANGE, "store.dir: path too long");
	}
	state->queue = queue_new("state", QUEUE_SIZE, setup->wake, setup->wake_arg);
	state->events = queue_new("events", EVENTS_WAIT_MAX, setup->wake,
	    setup->wake_arg);
	if (rc == 0 && strcmp(state->path, ":memory:") != 0) {
		rc = make_folder(state->path, error);
	}
	if (rc == 0) {
		rc = open_db(state, error);
	}
	if (rc != 0) {
		state_free(state);
		return rc;
	}
	*ret_state = state;
	return 0;
}

static struct post *
drop_first(struct state *state)
{
	struct post *post = state->first;

	state->first = post->next;
	if (state->first == NULL) {
		state->last = &state->first;
	}
	state->n_kept--;
	return post;
}

void
state_free(struct state *state)
{
	struct post *post;
	struct device_event *event;

	if (state == NULL) {
		return;
	}
	while ((post = queue_take(state->queue)) != NULL) {
		post_free(post);
	}
	while ((event = queue_take(state->events)) != NULL) {
		free(event);
	}
	while (state->first != NULL) {
		post_free(drop_first(state));
	}
	queue_free(state->queue);
	queue_free(state->events);
	(void)sqlite3_close(state->db);
	free(state);
}

/* ---- the step ---------------------------------------------------------------- */

static int
apply(struct state *state, const struct config *config)
{
	struct wall now = clock_wall(state->clock);
	int rc = ledger_apply(state->db, config, now);

	(void)str_copy(state->zone, sizeof(state->zone), config->settings.timezone);
	state->standard_w = config->settings.standard_rack_w;
	return rc != 0 ? rc : events_forget(state->db, config->inventory, now);
}

static struct restate_setup
restate_setup(const struct state *state)
{
	return (struct restate_setup){ state->zone, state->standard_w };
}

static int
carry_out(struct state *state, const struct post *post)
{
	struct restate_setup setup = restate_setup(state);

	switch (post->kind) {
	case POST_APPLY:
		return apply(state, post->config);
	case POST_DAILY:
		return daily_put(state->db, &post->daily, clock_wall(state->clock));
	case POST_PLACES:
		return places_put(state->db, post->day, post->places, post->n_places);
	case POST_EVIDENCE:
		return evidence_put(state->db, post->rows, post->n_rows);
	case POST_GET_DAILY:
		return daily_get(state->db, post, &setup);
	case POST_GET_PLACE:
		return places_get(state->db, post);
	case POST_GET_LEDGER:
		return ledger_get(state->db, post);
	case POST_EVENTS:
		return events_put(state->db, post->events, post->n_events);
	case POST_GET_EVENTS:
		return events_get(state->db, post);
	case POST_KIND_N:
		break;
	}
	assert(false);
	return COL_EINVAL;
}

static void
complain(struct state *state, const char *what)
{
	stats_add(STATS_STATE_ERRORS, 1);
	LOG_ERROR("state", "file", state->path, "%s: %s (is the disk full?)", what,
	    sqlite3_errmsg(state->db));
}

/* What a disk that is full, fails or is read-only answers: it may pass. */
static bool
is_disk_trouble(struct state *state)
{
	switch (sqlite3_errcode(state->db) & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_NOMEM:
		return true;
	default:
		return false;
	}
}

static bool
is_question(const struct post *post)
{
	return post->kind == POST_GET_DAILY || post->kind == POST_GET_LEDGER ||
	    post->kind == POST_GET_PLACE ||
	    post->kind == POST_GET_EVENTS;
}

/* Changes wait here until they are committed; the oldest goes when too many do. */
static void
keep(struct state *state, struct post *post)
{
	post->next = NULL;
	*state->last = post;
	state->last = &post->next;
	if (++state->n_kept > KEPT_MAX) {
		post_free(drop_first(state));
		complain(state, "too many changes wait for the disk, the oldest is dropped");
	}
}

/* Each post has its savepoint: one that is refused does not undo its neighbours.
 * Returns false when the disk is the reason. */
static bool
run_post(struct state *state, struct post *post)
{
	bool ok = true;

	(void)sqlite3_exec(state->db, "SAVEPOINT post", NULL, NULL, NULL);
	if (carry_out(state, post) != 0) {
		ok = !is_disk_trouble(state);
		if (ok) {
			complain(state, "a change or question failed");
		}
		(void)sqlite3_exec(state->db, "ROLLBACK TO post", NULL, NULL, NULL);
	}
	(void)sqlite3_exec(state->db, "RELEASE post", NULL, NULL, NULL);
	return ok;
}

/* Writes all that is kept, in one transaction, or keeps it for later. */
static void
write_kept(struct state *state)
{
	struct post *post = state->first;
	bool ok = sqlite3_exec(state->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;

	while (ok && post != NULL) {
		ok = run_post(state, post);
		post = post->next;
	}
	if (!ok || sqlite3_exec(state->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		if (!state->failing) {
			complain(state, "cannot be written; changes wait in memory");
		}
		(void)sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
		state->failing = true;
		state->retry_at.ns = clock_mono(state->clock).ns + RETRY_NS;
		return;
	}
	if (state->failing) {
		LOG_INFO("state", "file", state->path, "written again");
	}
	state->failing = false;
	while (state->first != NULL) {
		post_free(drop_first(state));
	}
}

static struct post *
post_new(enum post_kind kind)
{
	struct post *post = calloc(1, sizeof(*post));

	assert(post != NULL);
	post->kind = kind;
	return post;
}

/* While the disk refuses, events wait where their writers see them waiting. */
static void
take_events(struct state *state)
{
	size_t n = queue_depth(state->events);
	struct device_event *event;
	struct post *post;

	if (n == 0 || state->failing) {
		return;
	}
	n = n < EVENTS_STEP_MAX ? n : EVENTS_STEP_MAX;
	post = post_new(POST_EVENTS);
	post->events = calloc(n, sizeof(*post->events));
	assert(post->events != NULL);
	while (post->n_events < n && (event = queue_take(state->events)) != NULL) {
		post->events[post->n_events++] = *event;
		free(event);
	}
	keep(state, post);
}

struct mono
state_step(void *arg)
{
	struct state *state = arg;
	struct post *post = NULL;

	take_events(state);
	for (unsigned n = 0; n < STEP_MAX && (post = queue_take(state->queue)) != NULL; n++) {
		if (!is_question(post)) {
			keep(state, post);
			continue;
		}
		/* it sees what was changed before it was asked */
		if (state->first != NULL && !state->failing) {
			write_kept(state);
		}
		if (carry_out(state, post) != 0) {
			complain(state, "a change or question failed");
		}
		post_free(post);
	}
	if (state->first != NULL && (!state->failing ||
	    clock_mono(state->clock).ns >= state->retry_at.ns)) {
		write_kept(state);
	}
	if (queue_depth(state->queue) > 0 ||
	    (queue_depth(state->events) > 0 && !state->failing)) {
		return clock_mono(state->clock);
	}
	return state->failing ? state->retry_at : (struct mono){ INT64_MAX };
}

/* ---- posting ------------------------------------------------------------------ */

/* Returns false when the queue is full; the post is freed then. */
static bool
send(struct state *state, struct post *post)
{
	stats_add(STATS_STATE_POSTED, 1);
	if (queue_put(state->queue, post) != 0) {
		stats_add(STATS_STATE_ERRORS, 1);
		LOG_ERROR("state", "file", state->path, "more than %d changes waiting: "
		    "one is dropped", QUEUE_SIZE);
		post_free(post);
		return false;
	}
	return true;
}

void
state_apply(struct state *state, const struct config *config)
{
	struct post *post = post_new(POST_APPLY);

	post->config = config_ref(config);
	(void)send(state, post);
}

void
state_put_daily(struct state *state, const struct daily *daily)
{
	struct post *post = post_new(POST_DAILY);

	post->daily = *daily;
	(void)send(state, post);
}

void
state_get_daily(struct state *state, int32_t from, int32_t to, state_daily_fn *fn,
    void *arg)
{
	struct post *post = post_new(POST_GET_DAILY);

	post->from = from;
	post->to = to;
	post->daily_fn = fn;
	post->arg = arg;
	if (!send(state, post)) {
		fn(arg, COL_EFULL, NULL, 0);
	}
}

void
state_get_ledger(struct state *state, const char *rack, state_ledger_fn *fn, void *arg)
{
	struct post *post = post_new(POST_GET_LEDGER);

	(void)str_copy(post->rack, sizeof(post->rack), rack);
	post->ledger_fn = fn;
	post->arg = arg;
	if (!send(state, post)) {
		fn(arg, COL_EFULL, NULL, 0);
	}
}

int
state_put_event(struct state *state, const struct device_event *event)
{
	struct device_event *copy = malloc(sizeof(*copy));

	assert(copy != NULL);
	*copy = *event;
	if (queue_put(state->events, copy) != 0) {
		stats_add(STATS_EVENTS_WAITED, 1);
		free(copy);
		return COL_EFULL;
	}
	return 0;
}

void
state_get_events(struct state *state, const char *device, state_events_fn *fn,
    void *arg)
{
	struct post *post = post_new(POST_GET_EVENTS);

	(void)str_copy(post->device, sizeof(post->device), device);
	post->events_fn = fn;
	post->arg = arg;
	if (!send(state, post)) {
		fn(arg, COL_EFULL, NULL, 0);
	}
}

void
state_put_places(struct state *state, int32_t day, struct daily_place *rows,
    size_t n_rows)
{
	struct post *post = post_new(POST_PLACES);

	post->day = day;
	post->places = rows;
	post->n_places = n_rows;
	(void)send(state, post);
}

void
state_get_place(struct state *state, const struct daily_place *place, int32_t from,
    int32_t to, state_place_fn *fn, void *arg)
{
	struct post *post = post_new(POST_GET_PLACE);

	post->place_kind = place->kind;
	(void)str_copy(post->rack, sizeof(post->rack), place->id);
	post->from = from;
	post->to = to;
	post->place_fn = fn;
	post->arg = arg;
	if (!send(state, post)) {
		fn(arg, COL_EFULL, NULL, 0);
	}
}

void
state_put_evidence(struct state *state, struct evidence_row *rows, size_t n_rows)
{
	struct post *post = post_new(POST_EVIDENCE);

	post->rows = rows;
	post->n_rows = n_rows;
	(void)send(state, post);
}

void
state_load_evidence(struct state *state, state_evidence_fn *fn, void *arg)
{
	if (evidence_load(state->db, fn, arg) != 0) {
		complain(state, "cannot read the saved evidence");
	}
}

int
state_import_daily(struct state *state, const char *file, struct col_error *error)
{
	struct import import;
	int rc = import_read(file, &import, error);

	if (rc != 0) {
		return rc;
	}
	(void)sqlite3_exec(state->db, "BEGIN", NULL, NULL, NULL);
	for (size_t i = 0; i < import.n && rc == 0; i++) {
		rc = daily_fill(state->db, &import.days[i], clock_wall(state->clock));
	}
	if (rc != 0) {
		(void)err_set(error, rc, "%s: %s", file, sqlite3_errmsg(state->db));
	}
	(void)sqlite3_exec(state->db, rc == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL, NULL);
	free(import.days);
	return rc;
}
