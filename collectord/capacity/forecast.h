/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forecast: the day on which a count passes a threshold, by drift of weekly
 * increments, with the uncertainty of the drift itself; and where the count
 * will be in the weeks until then, by the same model.
 *
 * Route: outlook asks it once a day, http for the fan.  Thread: any, no state.
 * Source: domain.md 2.4 (simulated: a nominal 80 % interval covers 79 %).
 */
#ifndef CAPACITY_FORECAST_H
#define CAPACITY_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/view.h"

#define FORECAST_WEEKS_MIN 8
#define FORECAST_WEEKS_MAX 52

struct forecast {
	enum forecast_reason reason;
	uint32_t k;                /* increments used */
	double mean, sd;           /* of an increment; 0 where k < 2 */
	/* Units: weeks from now; valid if FORECAST_OK, late may be infinite */
	double weeks, early, late;
};

/* Shape: increments of n whole weeks, in any order; left: still missing. */
struct forecast forecast_make(const double *increments, uint32_t n, double left);
/* Where the count is h weeks from now, with 80 %: low and high. */
struct forecast_band { double low, mid, high; };
/*
 * mid = now + mean h; the variance about it is sd^2 h, for the weeks to come,
 * plus sd^2 h^2 / k, because the mean is that of k weeks only.  On the day of
 * the forecast the band is as wide as the interval of the date.
 * Units: weeks, h >= 0.
 */
struct forecast_band forecast_band(const struct forecast *forecast, double now,
    double h);
/*
 * The median slope between any two of n counts a week apart: a robust second
 * opinion on the drift, without an interval.  False: fewer than FORECAST_WEEKS_MIN
 * weeks.  Shape: counts oldest first, at most FORECAST_WEEKS_MAX + 1.
 * Units: per week.  Source: domain.md 2.4 (Theil-Sen).
 */
bool forecast_slope(const double *counts, uint32_t n, double *ret_slope);
/*
 * Power exhaustion of a hall: the same first passage on the increments of its
 * weekly P95 against its derated limit.
 * Units: W.  Shape: n weekly P95, oldest first.
 */
struct forecast forecast_exhaustion(const double *weekly_p95_w, uint32_t n,
    double limit_w);

#endif
