/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Peak and 95th percentile of a power over a window.
 *
 * Simultaneous sums only: the samples are those of the whole (a rack's feeds, a
 * hall's racks) in one slot.  Peaks of parts are never added.
 *
 * Route: below budget and exhaustion.  Thread: any, no state.
 * Source: domain.md 2.3 formula 4.
 */
#ifndef CAPACITY_PEAKS_H
#define CAPACITY_PEAKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define PEAKS_STEP_NS (300 * NS_PER_S)
/* A 5-minute average of less than that is of parts, not of the whole.
 * Source: DESIGN.md 3, Time. */
#define PEAKS_COVERAGE_MIN 0.95

/* One slot: the sum, and which share of its parts was known. */
struct peaks_sample { struct wall at; double power_w; double coverage; };

struct peaks {
	bool known;                /* else nothing below is valid */
	double peak_w, p95_w, mean_w;
	size_t n_steps;            /* 5-minute averages that counted */
};

/*
 * Takes n samples, ascending, of the grid of interval_ns.  A step counts when
 * its samples, times their coverage, are 95 % of what it should have.
 * Errors: COL_ENOMEM; *ret_peaks is untouched.
 */
int peaks_of(const struct peaks_sample *samples, size_t n, int64_t interval_ns,
    struct peaks *ret_peaks);
/*
 * A percentile (0..1) by the nearest rank; sorts values.  Shape: n > 0.
 */
double peaks_percentile(double *values, size_t n, double share);

#endif
