/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Air at the inlets: limits by class, share in range, indexes, dew point.
 *
 * Route: below halls' and racks' KPIs.  Thread: any, no state.
 * Source: domain.md 1.5 (ASHRAE TC 9.9, 5th ed., GB 50174-2017), 2.3 formulas
 * 13-16.
 */
#ifndef CAPACITY_ENVIRONMENT_H
#define CAPACITY_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "model/inventory.h"

/* Units: degC. */
struct environment_band {
	double recommended_low, recommended_high, allowable_low, allowable_high;
};
struct environment_band environment_band(enum rack_class class);

/* What one inlet said: a value holds until the next, at most valid_ns. */
struct environment_sample { struct wall at; double temperature_c; };

/* Time of sensors, inside the recommended band and all; ns. */
struct environment_time { double inside_ns, known_ns; };
/*
 * Formula 13: adds one sensor's samples, ascending, up to the time to; what is
 * older than valid_ns is not fresh and counts for nothing.
 */
void environment_time_add(struct environment_time *time,
    const struct environment_band *band, const struct environment_sample *samples,
    size_t n, struct wall to, int64_t valid_ns);
/* Formula 13.  Units: ratio 0..1.  False: nothing is known. */
bool environment_in_range(const struct environment_time *time, double *ret_ratio);

/*
 * Formula 14: 100 when no inlet is above the recommended band, 0 when all are at
 * the end of the allowable one; may be negative.  Under: the same below.
 * Units: degC -> %.  False: n is 0.
 */
bool environment_over_index(const struct environment_band *band,
    const double *inlets_c, size_t n, double *ret_pct);
bool environment_under_index(const struct environment_band *band,
    const double *inlets_c, size_t n, double *ret_pct);

/*
 * Formula 15: air that carries a power away at a rise of temperature.
 * Units: W, K -> m3/h.  False: no rise.
 */
bool environment_airflow_m3h(double power_w, double delta_k, double *ret_m3h);
/*
 * Formula 16 (Magnus).  Units: degC, % -> degC.
 * False: not in -40..60 degC and 0 < RH <= 100.
 */
bool environment_dew_point_c(double temperature_c, double humidity_pct,
    double *ret_c);

#endif
