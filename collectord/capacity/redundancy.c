/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/redundancy.h"

#include <math.h>

enum failover
redundancy_state(double ratio)
{
	if (ratio > 1.0) {
		return FAILOVER_NO_REDUNDANCY;
	}
	return ratio > ELECTRIC_DERATE ? FAILOVER_AT_RISK : FAILOVER_OK;
}

static double
highest(const struct redundancy_feed *feed)
{
	double amps = 0.0;

	for (unsigned p = 0; p < feed->n_phases; p++) {
		amps = fmax(amps, feed->current_a[p]);
	}
	return amps;
}

/* The same power at another voltage is another current. */
static double
moved(const struct redundancy_feed *lost, const struct redundancy_feed *survivor,
    double amps)
{
	return amps * lost->volts / survivor->volts;
}

/* Formula 5 for one loss and one survivor, phase by phase; keeps the worst. */
static void
judge_pair(struct redundancy *worst, const struct redundancy_feed *feeds, unsigned n,
    unsigned pair[2], double factor)
{
	const struct redundancy_feed *lost = &feeds[pair[0]];
	const struct redundancy_feed *survivor = &feeds[pair[1]];

	for (unsigned p = 0; p < survivor->n_phases; p++) {
		double amps = survivor->current_a[p] + moved(lost, survivor,
		    lost->current_a[p]) / (n - 1);
		double room_a = electric_derated(survivor->rated_a) - amps;

		worst->headroom_w = fmin(worst->headroom_w, room_a * survivor->volts *
		    factor * survivor->n_phases);
		if (amps / survivor->rated_a > worst->ratio) {
			worst->ratio = amps / survivor->rated_a;
			worst->headroom_a = room_a;
			worst->lost = pair[0];
			worst->survivor = pair[1];
			worst->phase = p;
		}
	}
	worst->worst_ratio = fmax(worst->worst_ratio, (highest(survivor) +
	    moved(lost, survivor, highest(lost)) / (n - 1)) / survivor->rated_a);
}

double
redundancy_arc_va(const struct redundancy_feed *feeds, unsigned n)
{
	double arc = INFINITY, total = 0.0;

	for (unsigned f = 0; f < n; f++) {
		for (unsigned p = 0; p < feeds[f].n_phases; p++) {
			total += feeds[f].current_a[p] * feeds[f].volts;
		}
	}
	for (unsigned lost = 0; lost < n && n > 1; lost++) {
		double smallest = INFINITY;

		/* shared alike, the smallest of the survivors is full first */
		for (unsigned f = 0; f < n; f++) {
			if (f != lost) {
				smallest = fmin(smallest, electric_derated(
				    electric_rated_va(feeds[f].n_phases, feeds[f].volts,
				    feeds[f].rated_a)));
			}
		}
		arc = fmin(arc, smallest * (n - 1) - total);
	}
	return n > 1 ? arc : 0.0;
}

struct redundancy
redundancy_judge(const struct redundancy_feed *feeds, unsigned n, double power_factor)
{
	struct redundancy worst = { .state = FAILOVER_SINGLE };

	if (n < 2) {
		return worst;
	}
	worst.ratio = -1.0;
	worst.headroom_w = INFINITY;
	for (unsigned i = 0; i < n * n; i++) {
		unsigned pair[2] = { i / n, i % n };

		if (pair[0] != pair[1]) {
			judge_pair(&worst, feeds, n, pair, power_factor);
		}
	}
	worst.state = redundancy_state(worst.ratio);
	worst.arc_va = redundancy_arc_va(feeds, n);
	return worst;
}
