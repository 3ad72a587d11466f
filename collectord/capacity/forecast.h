/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forecast: the day on which a count passes a threshold, by drift of weekly
 * increments, with the uncertainty of the drift itself.
 *
 * Route: target asks it for each view.  Thread: any, no state.
 * Source: domain.md 2.4 (simulated: a nominal 80 % interval covers 79 %).
 */
#ifndef CAPACITY_FORECAST_H
#define CAPACITY_FORECAST_H

#include <stdint.h>

#include "capacity/view.h"

#define FORECAST_WEEKS_MIN 8
#define FORECAST_WEEKS_MAX 52

struct forecast {
	enum forecast_reason reason;
	uint32_t k;                /* increments used */
	/* Units: weeks from now; valid if FORECAST_OK, late may be infinite */
	double weeks, early, late;
};

/* Shape: increments of n whole weeks, in any order; left: still missing. */
struct forecast forecast_make(const double *increments, uint32_t n, double left);
/*
 * Power exhaustion of a hall: the same first passage on the increments of its
 * weekly P95 against its derated limit.
 * Units: W.  Shape: n weekly P95, oldest first.
 */
struct forecast forecast_exhaustion(const double *weekly_p95_w, uint32_t n,
    double limit_w);

#endif
