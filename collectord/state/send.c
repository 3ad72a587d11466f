/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others post: each call of state.h makes one post and goes on. */
#include <config.h>

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/stats.h"
#include "base/str.h"
#include "state/own.h"

struct post *
post_new(enum post_kind kind)
{
	struct post *post = calloc(1, sizeof(*post));

	assert(post != NULL);
	post->kind = kind;
	return post;
}

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

/* Returns false when the queue is full; the post is freed then. */
bool
post_send(struct state *state, struct post *post)
{
	stats_add(STATS_STATE_POSTED, 1);
	if (queue_put(state->queue, post) != 0) {
		stats_add(STATS_STATE_ERRORS, 1);
		LOG_ERROR("state", "file", state->path, "more than %d changes waiting: "
		    "one is dropped", STATE_QUEUE_SIZE);
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
	(void)post_send(state, post);
}

void
state_put_daily(struct state *state, const struct daily *daily)
{
	struct post *post = post_new(POST_DAILY);

	post->daily = *daily;
	(void)post_send(state, post);
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
	if (!post_send(state, post)) {
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
	if (!post_send(state, post)) {
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
	if (!post_send(state, post)) {
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
	(void)post_send(state, post);
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
	if (!post_send(state, post)) {
		fn(arg, COL_EFULL, NULL, 0);
	}
}

void
state_put_evidence(struct state *state, struct evidence_row *rows, size_t n_rows)
{
	struct post *post = post_new(POST_EVIDENCE);

	post->rows = rows;
	post->n_rows = n_rows;
	(void)post_send(state, post);
}

void
state_job(struct state *state, enum post_kind kind, const struct post_job *job)
{
	struct post *post = post_new(kind);

	assert(kind == POST_CHANGE || kind == POST_QUESTION);
	post->job = *job;
	if (!post_send(state, post)) {
		job->done(job->arg, COL_EFULL);
	}
}
