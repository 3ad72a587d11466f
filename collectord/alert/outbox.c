/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job that is under way holds a reference to `shared`, which outlives the
 * outbox: state may answer after the end.
 */
#include <config.h>

#include "alert/outbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/log.h"

#define RETRY_FIRST_NS NS_PER_S
#define RETRY_MAX_NS (30 * NS_PER_S)
#define LOOK_NS (50 * NS_PER_MS)  /* for an answer that nobody wakes us for */

struct shared {
	pthread_mutex_t lock;
	unsigned n_refs;
	bool closed;            /* nobody is told any more */
	bool answered;
	int code;
	void (*changed)(void *arg, const struct alert_change *changes, size_t n);
	void (*wake)(void *arg);
	void *arg, *wake_arg;
};

struct outbox {
	const struct clock *clock;
	struct state *state;
	struct shared *shared;
	/* from head on; the first n_posted of them are under way */
	struct alert_change *items;
	size_t head, n, room, n_posted;
	struct mono retry_at;
	int64_t retry_ns;
};

struct outbox *
outbox_new(const struct alert_setup *setup)
{
	struct outbox *outbox = calloc(1, sizeof(*outbox));

	if (outbox == NULL) {
		return NULL;
	}
	outbox->shared = calloc(1, sizeof(*outbox->shared));
	if (outbox->shared == NULL) {
		free(outbox);
		return NULL;
	}
	(void)pthread_mutex_init(&outbox->shared->lock, NULL);
	outbox->shared->n_refs = 1;
	outbox->shared->changed = setup->changed;
	outbox->shared->arg = setup->arg;
	outbox->shared->wake = setup->wake;
	outbox->shared->wake_arg = setup->wake_arg;
	outbox->clock = setup->clock;
	outbox->state = setup->state;
	return outbox;
}

/* Gives the lock and a reference back. */
static void
let_go(struct shared *shared)
{
	unsigned left = --shared->n_refs;

	(void)pthread_mutex_unlock(&shared->lock);
	if (left == 0) {
		(void)pthread_mutex_destroy(&shared->lock);
		free(shared);
	}
}

/*
 * On STATE.  The lock is held while the others are told, so that after the end
 * nobody is; they only copy.
 */
static void
answered(void *arg, int code, const struct alert_change *changes, size_t n_changes)
{
	struct shared *shared = arg;

	(void)pthread_mutex_lock(&shared->lock);
	if (!shared->closed) {
		if (code == 0 && shared->changed != NULL) {
			shared->changed(shared->arg, changes, n_changes);
		}
		shared->code = code;
		shared->answered = true;
		if (shared->wake != NULL) {
			shared->wake(shared->wake_arg);
		}
	}
	let_go(shared);
}

static void
post(struct outbox *outbox, size_t from, size_t n)
{
	(void)pthread_mutex_lock(&outbox->shared->lock);
	outbox->shared->n_refs++;
	outbox->shared->answered = false;
	(void)pthread_mutex_unlock(&outbox->shared->lock);
	alerts_put(outbox->state, outbox->items + outbox->head + from, n, answered,
	    outbox->shared);
}

/* Takes the answer to the job under way, if it is there. */
static void
take_answer(struct outbox *outbox)
{
	struct shared *shared = outbox->shared;
	bool is_there;
	int code;

	(void)pthread_mutex_lock(&shared->lock);
	is_there = shared->answered;
	code = shared->code;
	shared->answered = false;
	(void)pthread_mutex_unlock(&shared->lock);
	if (!is_there || outbox->n_posted == 0) {
		return;
	}
	if (code == 0) {
		outbox->head += outbox->n_posted;
		outbox->n -= outbox->n_posted;
		outbox->retry_ns = 0;
		outbox->retry_at.ns = 0;
	} else {
		outbox->retry_ns = outbox->retry_ns == 0 ? RETRY_FIRST_NS :
		    2 * outbox->retry_ns > RETRY_MAX_NS ? RETRY_MAX_NS :
		    2 * outbox->retry_ns;
		outbox->retry_at.ns = clock_mono(outbox->clock).ns + outbox->retry_ns;
		LOG_ERROR("alert", NULL, NULL, "the state database does not take %zu "
		    "change(s) of alerts; they are kept and put again", outbox->n);
	}
	outbox->n_posted = 0;
}

void
outbox_close(struct outbox *outbox)
{
	if (outbox == NULL) {
		return;
	}
	take_answer(outbox);
	(void)pthread_mutex_lock(&outbox->shared->lock);
	outbox->shared->closed = true;
	(void)pthread_mutex_unlock(&outbox->shared->lock);
	for (size_t from = outbox->n_posted; from < outbox->n; from += OUTBOX_JOB) {
		post(outbox, from, outbox->n - from < OUTBOX_JOB ? outbox->n - from :
		    OUTBOX_JOB);
	}
	(void)pthread_mutex_lock(&outbox->shared->lock);
	let_go(outbox->shared);
	free(outbox->items);
	free(outbox);
}

/* Room for one more behind the last. */
static bool
make_room(struct outbox *outbox)
{
	size_t room = outbox->room > 0 ? 2 * outbox->room : 64;
	struct alert_change *items;

	if (outbox->head > 0 && outbox->head >= outbox->n) {
		memmove(outbox->items, outbox->items + outbox->head,
		    outbox->n * sizeof(outbox->items[0]));
		outbox->head = 0;
	}
	if (outbox->head + outbox->n < outbox->room) {
		return true;
	}
	items = realloc(outbox->items, room * sizeof(items[0]));
	if (items == NULL) {
		return false;
	}
	outbox->items = items;
	outbox->room = room;
	return true;
}

void
outbox_put(struct outbox *outbox, enum alert_change_kind kind, struct wall at,
    const struct alert *alert)
{
	struct alert_change *change;

	if (!make_room(outbox)) {
		LOG_ERROR("alert", "rule", alert->rule, "out of memory: a change is lost");
		return;
	}
	change = &outbox->items[outbox->head + outbox->n++];
	*change = (struct alert_change){ 0, kind, at, *alert };
}

struct mono
outbox_step(struct outbox *outbox)
{
	struct mono now = clock_mono(outbox->clock), next = { INT64_MAX };

	take_answer(outbox);
	if (outbox->n_posted == 0 && outbox->n > 0 && now.ns >= outbox->retry_at.ns) {
		outbox->n_posted = outbox->n < OUTBOX_JOB ? outbox->n : OUTBOX_JOB;
		post(outbox, 0, outbox->n_posted);
	}
	if (outbox->n_posted > 0) {
		next.ns = now.ns + LOOK_NS;
	} else if (outbox->n > 0) {
		next = outbox->retry_at;
	}
	return next;
}

size_t
outbox_waiting(const struct outbox *outbox)
{
	return outbox->n;
}

bool
outbox_is_full(const struct outbox *outbox)
{
	return outbox->n >= OUTBOX_MAX;
}
