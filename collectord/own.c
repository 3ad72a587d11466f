/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters run from the start of the daemon: after a month, an hour of lateness
 * would hardly move their 99th percentile.  So only what a window has added is
 * looked at.
 */
#include <config.h>

#include "own.h"

#include <math.h>
#include <stdatomic.h>

#define LATE_QUANTILE 0.99

void
own_read(struct own_now *ret_now, const struct clock *clock,
    const struct stats_histogram *lateness, const struct store *store)
{
	ret_now->at = clock_mono(clock);
	ret_now->lateness = lateness;
	ret_now->n_errors = stats_get(STATS_STORE_ERRORS) + stats_get(STATS_STATE_ERRORS);
	ret_now->n_skipped = stats_get(STATS_POLL_SKIPPED);
	store_health(store, &ret_now->health);
}

/* Upper bound of the cell that it lies in; NAN: no poll was begun. */
static double
lateness_s(const struct own *own, const struct stats_histogram *histogram)
{
	uint64_t added[OWN_CELLS], total = 0, seen = 0, us = 0;
	uint64_t max_us = atomic_load_explicit(&histogram->max_us, memory_order_relaxed);

	for (unsigned i = 0; i < OWN_CELLS; i++) {
		added[i] = stats_cell(histogram, i, &us) - own->cells[i];
		total += added[i];
	}
	for (unsigned i = 0; i < OWN_CELLS && total > 0; i++) {
		seen += added[i];
		if ((double)seen >= LATE_QUANTILE * (double)total) {
			(void)stats_cell(histogram, i, &us);
			return (double)(us < max_us ? us : max_us) / 1e6;
		}
	}
	return NAN;
}

static void
begin(struct own *own, const struct own_now *now)
{
	uint64_t us;

	own->since = now->at;
	own->n_errors = now->n_errors;
	own->n_skipped = now->n_skipped;
	for (unsigned i = 0; now->lateness != NULL && i < OWN_CELLS; i++) {
		own->cells[i] = stats_cell(now->lateness, i, &us);
	}
}

static void
advance(struct own *own, const struct own_now *now)
{
	int64_t past_ns = now->at.ns - own->since.ns;
	double minutes = (double)past_ns / (60.0 * (double)NS_PER_S);

	if (own->since.ns == 0) {
		own->lateness_s = own->errors_pm = own->skipped_pm = NAN;
		begin(own, now);
	} else if (past_ns >= OWN_WINDOW_NS) {
		own->lateness_s = now->lateness != NULL ?
		    lateness_s(own, now->lateness) : NAN;
		own->errors_pm = (double)(now->n_errors - own->n_errors) / minutes;
		own->skipped_pm = (double)(now->n_skipped - own->n_skipped) / minutes;
		begin(own, now);
	}
}

static void
put(struct board *board, enum gauge gauge, double value)
{
	double *column = board->columns[LEVEL_COLLECTOR][gauge];

	if (column != NULL) {
		column[0] = value;
	}
}

void
own_put(struct own *own, const struct own_now *now, struct board *board)
{
	const struct store_health *health = &now->health;

	advance(own, now);
	put(board, GAUGE_LATENESS_S, own->lateness_s);
	put(board, GAUGE_STORE_ERRORS_PM, own->errors_pm);
	put(board, GAUGE_POLLS_SKIPPED_PM, own->skipped_pm);
	put(board, GAUGE_DISK_FREE_PCT, health->disk_size_bytes > 0 ? 100.0 *
	    (double)health->disk_free_bytes / (double)health->disk_size_bytes : NAN);
	put(board, GAUGE_JOURNAL_BYTES, (double)health->journal_bytes);
	put(board, GAUGE_JOURNAL_AGE_S, health->journal_since.ns == 0 ? 0.0 :
	    fmax(0.0, (double)(now->at.ns - health->journal_since.ns) / 1e9));
}
