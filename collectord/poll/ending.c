/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/ending.h"

#include <stdlib.h>

#include "base/stats.h"
#include "base/str.h"

static struct mono
now_mono(const struct poller *poller)
{
	return clock_mono(poller->setup.clock);
}

static struct wall
now_wall(const struct poller *poller)
{
	return clock_wall(poller->setup.clock);
}

/* ---- how a due slot ends: one batch, whatever happened ------------------------ */

static void
deliver(struct polled *polled, struct batch *batch)
{
	struct poller *poller = polled->poller;
	enum device_state was = polled->health.state;
	struct device_key key = { polled->id, polled->key };

	batch->ended = now_mono(poller);
	pthread_mutex_lock(&poller->lock);
	(void)device_ended(&polled->health, key, batch, now_wall(poller));
	if (!polled->leaving) {
		poller->counts[was]--;
		poller->counts[polled->health.state]++;
	}
	pthread_mutex_unlock(&poller->lock);
	poller->setup.sink.fn(poller->setup.sink.arg, batch);
}

static void
count_end(enum col_status status)
{
	stats_add(STATS_POLL_IN_FLIGHT, -1);
	switch (status) {
	case COL_POLL_OK:
		stats_add(STATS_POLL_OK, 1);
		break;
	case COL_POLL_PARTIAL:
		stats_add(STATS_POLL_PARTIAL, 1);
		break;
	case COL_POLL_TIMEOUT:
		stats_add(STATS_POLL_TIMEOUT, 1);
		stats_add(STATS_POLL_FAILED, 1);
		break;
	case COL_POLL_CANCELLED:
		break;
	case COL_POLL_AUTH:
	case COL_POLL_REPLY:
	case COL_POLL_PROFILE:
	case COL_POLL_ADDRESS:
	case COL_POLL_INTERNAL:
	case COL_STATUS_N:
		stats_add(STATS_POLL_FAILED, 1);
		break;
	}
}

/* A poll that was in flight has its batch complete. */
void
ending_poll(struct polled *polled, struct batch *batch)
{
	struct poller *poller = polled->poller;

	polled->poll = NULL;
	poller_age(polled);
	wheel_cancel(poller->loop.wheel, &polled->deadline);
	poller->n_in_flight--;
	polled->run->n_in_flight--;
	if (polled->suspect) {
		polled->suspect = false;
		poller->n_suspects--;
	}
	count_end(batch->status);
	deliver(polled, batch);
}

/* The plugin called done(). */
void
ending_done(void *arg, struct batch *batch)
{
	struct polled *polled = arg;

	/* During poll_cancel() the caller finds and ends it. */
	if (polled->cancelling && batch->status == COL_POLL_CANCELLED) {
		batch->status = COL_POLL_TIMEOUT;
		batch->detail[0] = '\0';
	}
	ending_poll(polled, batch);
}

/* A due slot passes without a poll. */
void
ending_leave_out(struct polled *polled, struct wall slot, enum col_status status,
    const char *detail)
{
	struct batch *batch = batch_new(polled->index, slot,
	    now_mono(polled->poller));

	batch->status = status;
	str_copy(batch->detail, sizeof(batch->detail), detail);
	deliver(polled, batch);
}

void
ending_count_skipped(struct polled *polled, uint64_t n)
{
	stats_add(STATS_POLL_SKIPPED, (int64_t)n);
	pthread_mutex_lock(&polled->poller->lock);
	polled->health.n_skipped += n;
	pthread_mutex_unlock(&polled->poller->lock);
}

void
ending_skip(struct polled *polled, struct wall slot, const char *why)
{
	ending_count_skipped(polled, 1);
	ending_leave_out(polled, slot, COL_POLL_CANCELLED, why);
}

/* ---- cancelling ----------------------------------------------------------------- */

/* Ends what poll_cancel() left open; values that came are kept as partial. */
void
ending_close(struct polled *polled, enum col_status status, const char *detail)
{
	struct batch *batch = flight_close(polled->poller->flights, polled->poll);

	if (batch == NULL) {
		return; /* the plugin's done() has ended it */
	}
	if (status == COL_POLL_TIMEOUT && batch->n_parts > 0) {
		status = COL_POLL_PARTIAL;
		detail = "only a part was answered before the deadline";
	}
	batch->status = status;
	str_copy(batch->detail, sizeof(batch->detail), detail);
	ending_poll(polled, batch);
}

static void
cancel_job(struct polled *polled, enum col_status status, const char *detail)
{
	struct pool *pool = polled->poller->setup.pool(polled->poller->setup.arg);

	if (pool_withdraw(pool, polled->job)) {
		/* It never started: the device is not to blame. */
		batch_free(polled->job->batch);
		free(polled->job);
		polled->job = NULL;
		polled->poller->n_jobs--;
		ending_count_skipped(polled, 1);
		ending_close(polled, COL_POLL_CANCELLED,
		    status == COL_POLL_TIMEOUT ? "no pool thread was free" : detail);
		return;
	}
	ending_close(polled, status, detail);
}

void
poller_cancel(struct polled *polled, enum col_status status, const char *detail)
{
	if (polled->poll == NULL) {
		return;
	}
	if (polled->job != NULL) {
		cancel_job(polled, status, detail);
		return;
	}
	polled->cancelling = status == COL_POLL_TIMEOUT;
	polled->run->plugin->input->poll_cancel(polled->run->state, polled->device,
	    polled->poll);
	polled->cancelling = false;
	if (polled->poll != NULL) {
		ending_close(polled, status, detail);
	}
}

void
ending_deadline(void *arg)
{
	poller_cancel(arg, COL_POLL_TIMEOUT, "no answer in time");
}
