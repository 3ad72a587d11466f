/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arithmetic of feeds: ratings, loads, imbalance, power factor, energy.
 *
 * Route: below redundancy, budget and the pages.  Thread: any, no state.
 * Source: domain.md 2.3 formulas 1-3, 7, 8.
 */
#ifndef CAPACITY_ELECTRIC_H
#define CAPACITY_ELECTRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define ELECTRIC_PHASES 3
/* The share of a rating that is used for long.  Source: domain.md 2.3, d. */
#define ELECTRIC_DERATE 0.8
/* Nominal voltage in China, phase to neutral. */
#define ELECTRIC_VOLTS 220.0

/*
 * Formula 1: rating of a feed.
 * Units: V phase to neutral (3 V I is sqrt(3) V_LL I), A per phase -> VA.
 */
double electric_rated_va(unsigned phases, double volts, double rated_a);
/* Formula 1, S_d: what of a rating is planned with.  Units: any -> the same. */
double electric_derated(double rating);

/* Phases of one feed; what is not known has no bit. */
struct electric_phases {
	uint8_t mask;                      /* bit 0: L1 */
	double current_a[ELECTRIC_PHASES];
};

/* Formula 2: the fullest phase of its rating.  Units: ratio 0..; false: unknown. */
bool electric_load_ratio(const struct electric_phases *phases, double rated_a,
    double *ret_ratio);
/*
 * Formula 7: the phase that is farthest above the mean, of the mean.
 * Units: ratio 0..2.  False: a phase is unknown, or the mean is below 10 % of
 * the rating and says nothing.
 */
bool electric_imbalance(const struct electric_phases *phases, double rated_a,
    double *ret_ratio);

/* Formula 3: power of a rack's feeds in one slot. */
struct electric_sum { double power_w; unsigned n_known, n_expected; };
/* Adds what is known; a sum with n_known < n_expected is partial (a lower bound). */
void electric_sum_add(struct electric_sum *sum, bool known, double power_w);

/* Formula 8.  Units: W, VA -> ratio 0..1; false: no apparent power. */
bool electric_power_factor(double power_w, double apparent_va, double *ret_factor);
/* Formula 8: average over peak.  Units: W -> ratio 0..1; false: no peak. */
bool electric_load_factor(double average_w, double peak_w, double *ret_factor);

/* One reading of an energy meter, or of power where there is none. */
struct electric_reading { struct wall at; double value; };
/*
 * Formula 8: energy by a meter.  A meter that falls was reset and began at 0,
 * or, when it stood in the last tenth before wrap_wh, went round.
 * Units: Wh; wrap_wh 0: it does not wrap.  Shape: n readings, ascending.
 */
double electric_metered_wh(const struct electric_reading *readings, size_t n,
    double wrap_wh);
/*
 * Formula 8: energy as the integral of power by trapezoids; across a gap longer
 * than gap_ns nothing is invented.  *ret_covered is the share of the span that
 * was integrated.  Units: W -> Wh, ratio 0..1.
 */
double electric_integral_wh(const struct electric_reading *readings, size_t n,
    int64_t gap_ns, double *ret_covered);

#endif
