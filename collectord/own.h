/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The collector's own gauges: how late it polls, what it leaves out, whether it
 * can write, and how long its disk will do.
 *
 * Route: poll's and store's health -> own -> the board's column of the collector.
 * Thread: FLOW.
 */
#ifndef OWN_H
#define OWN_H

#include <stdint.h>

#include "base/clock.h"
#include "base/stats.h"
#include "model/gauge.h"
#include "store/store.h"

/* What happened is told per this long; it holds until the next. */
#define OWN_WINDOW_NS (60 * NS_PER_S)
#define OWN_CELLS 64

/* Where it is read from; lateness may be NULL. */
struct own_now {
	struct mono at;
	const struct stats_histogram *lateness;
	int64_t n_errors, n_skipped;       /* since the start */
	struct store_health health;
};

/* All zero is ready for use. */
struct own {
	/* at the beginning of the window */
	struct mono since;                 /* 0: not yet */
	uint64_t cells[OWN_CELLS];
	int64_t n_errors, n_skipped;
	/* of the last whole window; NAN: not known */
	double lateness_s, errors_pm, skipped_pm;
};

/* Reads the counters and the store's health.  Thread: FLOW; waits for nothing. */
void own_read(struct own_now *ret_now, const struct clock *clock,
    const struct stats_histogram *lateness, const struct store *store);
/* Ends the window when it is over, and fills what the board wants of it. */
void own_put(struct own *own, const struct own_now *now, struct board *board);

#endif
