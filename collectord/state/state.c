/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * STATE drains its queue in one transaction per step: a burst of posts costs
 * one sync, and a crash loses or keeps a step as a whole.
 */
#include <config.h>

#include "state/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/stats.h"
#include "base/str.h"
#include "state/import.h"
#include "state/open.h"
#include "state/own.h"
#include "state/tidy.h"

#define STEP_MAX 1024       /* posts in one transaction */
#define KEPT_MAX 1024       /* changes that wait for the disk */
#define EVENTS_STEP_MAX 512 /* events in one transaction */
#define RETRY_NS (5 * NS_PER_S)
#define TIDY_NS (3600 * NS_PER_S)       /* between two looks for what is too old */
#define TIDY_FIRST_NS (300 * NS_PER_S)
#define TIDY_PAUSE_NS (100 * NS_PER_MS) /* between slices: others come first */

int
state_new(const struct state_setup *setup, struct state **ret_state,
    struct col_error *error)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc = 0;

	assert(state != NULL);
	state->clock = setup->clock;
	state->last = &state->first;
	state->tidy_at.ns = clock_mono(setup->clock).ns + TIDY_FIRST_NS;
	pthread_mutex_init(&state->published_lock, NULL);
	if (str_copy(state->path, sizeof(state->path), setup->path) >=
	    sizeof(state->path)) {
		rc = err_set(error, COL_ERANGE, "store.dir: path too long");
	}
	state->queue = queue_new("state", STATE_QUEUE_SIZE, setup->wake, setup->wake_arg);
	state->events = queue_new("events", STATE_EVENTS_WAIT_MAX, setup->wake,
	    setup->wake_arg);
	if (rc == 0) {
		rc = open_database(state->path, clock_wall(state->clock), &state->db, error);
	}
	if (rc == 0 && (reserve_load(state) != 0 || silences_load(state) != 0)) {
		rc = err_set(error, COL_EIO, "state database %s: %s", state->path,
		    sqlite3_errmsg(state->db));
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

/* Somebody waits for its code. */
static bool
is_job(const struct post *post)
{
	return post->kind == POST_CHANGE || post->kind == POST_QUESTION;
}

static void
end_post(struct post *post, int code)
{
	if (is_job(post)) {
		post->job.done(post->job.arg, code);
	}
	post_free(post);
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
		end_post(post, COL_ECANCELED);
	}
	while ((event = queue_take(state->events)) != NULL) {
		free(event);
	}
	while (state->first != NULL) {
		end_post(drop_first(state), COL_ECANCELED);
	}
	queue_free(state->queue);
	queue_free(state->events);
	(void)sqlite3_close(state->db);
	config_unref(state->config);
	reservations_unref(state->reserved);
	silences_unref(state->silences);
	pthread_mutex_destroy(&state->published_lock);
	free(state);
}

/* ---- the step ---------------------------------------------------------------- */

static int
apply(struct state *state, const struct config *config)
{
	struct wall now = clock_wall(state->clock);
	int rc = ledger_apply(state->db, config, now);

	config_unref(state->config);
	state->config = config_ref(config);
	(void)str_copy(state->zone, sizeof(state->zone), config->settings.timezone);
	state->standard_w = config->settings.standard_rack_w;
	/* racks may have other ids now */
	rc = rc != 0 ? rc : reserve_load(state);
	rc = rc != 0 ? rc : silences_load(state);
	return rc != 0 ? rc : events_forget(state->db, config->inventory, now);
}

static struct restate_setup
restate_setup(const struct state *state)
{
	return (struct restate_setup){ .zone = state->zone, .standard_w = state->standard_w,
	    .inventory = state->config != NULL ? state->config->inventory : NULL };
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
		return places_get(state->db, post, &setup);
	case POST_GET_LEDGER:
		return ledger_get(state->db, post);
	case POST_EVENTS:
		return events_put(state->db, post->events, post->n_events);
	case POST_GET_EVENTS:
		return events_get(state->db, post);
	case POST_CHANGE:
	case POST_QUESTION:
		return post->job.run(state->db, clock_wall(state->clock), post->job.arg);
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
	    post->kind == POST_GET_EVENTS || post->kind == POST_QUESTION;
}

/* Changes wait here until they are committed; the oldest goes when too many do. */
static void
keep(struct state *state, struct post *post)
{
	post->next = NULL;
	*state->last = post;
	state->last = &post->next;
	if (++state->n_kept > KEPT_MAX) {
		end_post(drop_first(state), COL_EFULL);
		complain(state, "too many changes wait for the disk, the oldest is dropped");
	}
}

/* Each post has its savepoint: one that is refused does not undo its neighbours.
 * Returns false when the disk is the reason: then all is to be undone. */
static bool
run_post(struct state *state, struct post *post)
{
	(void)sqlite3_exec(state->db, "SAVEPOINT post", NULL, NULL, NULL);
	post->code = carry_out(state, post);
	if (post->code != 0) {
		if (is_disk_trouble(state)) {
			return false;
		}
		/* the code of a job is told to whoever asked for it */
		if (!is_job(post)) {
			complain(state, "a change or question failed");
		}
		(void)sqlite3_exec(state->db, "ROLLBACK TO post", NULL, NULL, NULL);
	}
	(void)sqlite3_exec(state->db, "RELEASE post", NULL, NULL, NULL);
	return true;
}

/* Nobody waits minutes for an answer: what has an asker is given up. */
static void
give_up_jobs(struct state *state)
{
	struct post **link = &state->first;

	while (*link != NULL) {
		struct post *post = *link;

		if (is_job(post)) {
			*link = post->next;
			state->n_kept--;
			end_post(post, COL_EIO);
		} else {
			link = &post->next;
		}
	}
	state->last = link;
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
		give_up_jobs(state);
		return;
	}
	if (state->failing) {
		LOG_INFO("state", "file", state->path, "written again");
	}
	state->failing = false;
	while (state->first != NULL) {
		post = drop_first(state);
		end_post(post, post->code);
	}
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

/* A slice of it, when nothing else waits. */
static void
tidy_up(struct state *state)
{
	struct mono now = clock_mono(state->clock);
	bool more = false;

	if (state->failing || now.ns < state->tidy_at.ns || queue_depth(state->queue) > 0) {
		return;
	}
	(void)sqlite3_exec(state->db, "BEGIN", NULL, NULL, NULL);
	if (tidy_slice(state->db, clock_wall(state->clock), &state->tidied_told,
	    &more) != 0 || sqlite3_exec(state->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		complain(state, "what is too old cannot be removed");
		(void)sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
	}
	state->tidy_at.ns = now.ns + (more ? TIDY_PAUSE_NS : TIDY_NS);
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
		post->code = carry_out(state, post);
		if (post->code != 0 && !is_job(post)) {
			complain(state, "a change or question failed");
		}
		end_post(post, post->code);
	}
	if (state->first != NULL && (!state->failing ||
	    clock_mono(state->clock).ns >= state->retry_at.ns)) {
		write_kept(state);
	}
	if (state->failing) {
		give_up_jobs(state);
	}
	tidy_up(state);
	if (queue_depth(state->queue) > 0 ||
	    (queue_depth(state->events) > 0 && !state->failing)) {
		return clock_mono(state->clock);
	}
	return state->failing ? state->retry_at : state->tidy_at;
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
