/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Acceptance: what was put is synced within 100 ms, names first, then rows; only
 * then it counts.  The syncs run on a thread of their own, so that a disk that
 * takes its time, or hangs, holds up neither reads nor new samples.
 */
#include <config.h>

#include "store/inner.h"

#include "base/err.h"
#include "base/log.h"
#include "store/dict.h"

/* After the first unsynced sample; with the sync itself it stays < 100 ms. */
#define SYNC_DELAY_NS (50 * NS_PER_MS)
#define SYNC_RETRY_NS NS_PER_S
/* A sync that takes so long is told, once it does. */
#define SLOW_NS NS_PER_S
/* Where nobody is woken, looks for reads that often. */
#define LOOK_MS 5

/* Runs on the syncer's thread. */
static int
write_all(void *arg, struct col_error *error)
{
	struct store *store = arg;
	int rc;

	/* a row in RRD without a meaning would be worth nothing */
	store->accepting.dict_rc = dict_write(series_dict(store->series), error);
	rc = store->accepting.dict_rc;
	store->accepting.journal_rc = rc == 0 ? journal_write(store->journal, error) : rc;
	return store->accepting.journal_rc;
}

static void
begin(struct store *store)
{
	struct mono now = clock_mono(store->clock);
	/* by age too: a segment of a quiet site would never be done */
	bool rotate = now.ns >= store->rotate_at.ns, any;

	any = dict_begin(series_dict(store->series));
	any |= journal_begin(store->journal, rotate);
	if (rotate) {
		store->rotate_at.ns = now.ns + store->flush_ns;
	}
	/* a try that failed is begun again with what it had */
	store->accepting.n_samples += store->n_unsynced;
	store->n_unsynced = 0;
	store->unsynced_since = (struct mono){ 0 };
	store->accepting.began = clock_mono(clock_real());
	store->accepting.is_told = false;
	if (any) {
		syncer_start(store->syncer, write_all, store);
	}
}

static void
look_if_slow(struct store *store)
{
	int64_t took_ns = clock_mono(clock_real()).ns - store->accepting.began.ns;

	if (took_ns >= SLOW_NS && !store->accepting.is_told) {
		store->accepting.is_told = true;
		store_problem(store, PROBLEM_SLOW_SYNC, took_ns / NS_PER_MS, "journal", "");
	}
}

static void
end(struct store *store)
{
	struct mono now = clock_mono(store->clock);
	struct col_error error;
	int rc;

	look_if_slow(store);
	rc = syncer_take(store->syncer, &error);
	dict_end(series_dict(store->series), store->accepting.dict_rc);
	journal_end(store->journal, store->accepting.journal_rc);
	if (rc != 0) {
		stats_add(STATS_STORE_ERRORS, 1);
		store_problem(store, PROBLEM_JOURNAL_WRITE,
		    (int64_t)(store->accepting.n_samples + store->n_unsynced), "journal",
		    error.text);
		store->unsynced_since.ns = now.ns + SYNC_RETRY_NS - SYNC_DELAY_NS;
		return;
	}
	store_solved(store, PROBLEM_JOURNAL_WRITE);
	stats_observe(&store->sync_times,
	    (clock_mono(clock_real()).ns - store->accepting.began.ns) / 1000);
	if (!store->accepting.is_told) {
		store_solved(store, PROBLEM_SLOW_SYNC);
	}
	stats_add(STATS_STORE_ACCEPTED, (int64_t)store->accepting.n_samples);
	store->accepting.n_samples = 0;
}

/* Under a test's clock the sync is a moment without length, unless a read waits. */
static void
await(struct store *store)
{
	while (!syncer_wait(store->syncer, LOOK_MS)) {
		look_if_slow(store);
		if (queue_depth(store->reads) > 0 || store->n_reading > 0) {
			return;
		}
	}
}

void
accept_wanted(struct store *store)
{
	if (store->unsynced_since.ns == 0) {
		store->unsynced_since = clock_mono(store->clock);
	}
}

void
accept_step(struct store *store)
{
	if (syncer_busy(store->syncer)) {
		if (!syncer_wait(store->syncer, 0)) {
			look_if_slow(store);
			return;
		}
		end(store);
	}
	if (store->unsynced_since.ns == 0 ||
	    clock_mono(store->clock).ns < store->unsynced_since.ns + SYNC_DELAY_NS) {
		return;
	}
	begin(store);
	if (syncer_busy(store->syncer) && !store->setup.in_steps) {
		await(store);
	}
	if (syncer_busy(store->syncer) && syncer_wait(store->syncer, 0)) {
		end(store);
	}
}

void
accept_all(struct store *store)
{
	if (syncer_busy(store->syncer)) {
		(void)syncer_wait(store->syncer, -1);
		end(store);
	}
	begin(store);
	if (syncer_busy(store->syncer)) {
		(void)syncer_wait(store->syncer, -1);
		end(store);
	}
}

struct mono
accept_next(const struct store *store)
{
	if (syncer_busy(store->syncer)) {
		/* its end wakes us; how slow it is must be looked at */
		return (struct mono){ clock_mono(store->clock).ns + SLOW_NS / 4 };
	}
	if (store->unsynced_since.ns == 0) {
		return (struct mono){ INT64_MAX };
	}
	return (struct mono){ store->unsynced_since.ns + SYNC_DELAY_NS };
}
