/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rack's feeds may carry, in watts: by its currents of the slot. */
#include <config.h>

#include <math.h>

#include "capacity/electric.h"
#include "capacity/stock_inner.h"
#include "flow/rollup.h"

#define MA_PER_A 1000.0
/* A power factor of less load is noise.  Source: as of domain.md 2.3 formula 7. */
#define FACTOR_MIN 0.1

/*
 * How far the fullest phase is above the mean when what was lost has moved, as
 * apparent power of all phases; 0 where not all phases are known.
 */
static double
lopsided_va(const struct rack *rack, uint32_t lost, const struct feed_slot *feeds,
    unsigned n_feeds)
{
	double amps[ELECTRIC_PHASES] = { 0.0 }, most = 0.0, sum = 0.0;
	double volts = rack->feeds[0].volts > 0.0 ? rack->feeds[0].volts : ELECTRIC_VOLTS;
	unsigned n_left = 0;

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		if (f >= n_feeds || rack->feeds[f].phases != ELECTRIC_PHASES ||
		    feeds[f].phase_mask != 7) {
			return 0.0;
		}
		for (unsigned p = 0; p < ELECTRIC_PHASES; p++) {
			amps[p] += feeds[f].current_ma[p] / MA_PER_A;
		}
		n_left += (lost & 1u << f) == 0;
	}
	for (unsigned p = 0; p < ELECTRIC_PHASES; p++) {
		most = stock_most(most, amps[p]);
		sum += amps[p];
	}
	/* the limit is that of n - 1 feeds together: so are these currents */
	return n_left == 0 ? 0.0 : (ELECTRIC_PHASES * most - sum) * volts;
}

double
stock_factor(double power_w, double apparent_va, double limit_va)
{
	double factor = 1.0;

	if (apparent_va >= FACTOR_MIN * limit_va) {
		(void)electric_power_factor(power_w, apparent_va, &factor);
	}
	return factor;
}

/* Formula 8 for the whole rack. */
static double
factor_of(const struct rack_slot *slot, const struct feed_slot *feeds, unsigned n_feeds,
    double limit_va)
{
	double power_w = 0.0, apparent_va = 0.0;

	for (unsigned f = 0; f < n_feeds && f < INVENTORY_FEEDS_MAX; f++) {
		if ((feeds[f].flags & FEED_APPARENT) != 0 &&
		    (slot->feed_mask & 1u << f) != 0) {
			power_w += slot->feed_power_w[f];
			apparent_va += (double)feeds[f].apparent_va;
		}
	}
	return stock_factor(power_w, apparent_va, limit_va);
}

double
stock_feeds_w(const struct rack *rack, uint32_t lost, double limit_va,
    const struct rollup *rollup)
{
	unsigned n_feeds = 0;
	const struct feed_slot *feeds = rollup_feeds(rollup, rack->index, &n_feeds);

	if (limit_va <= 0.0 || feeds == NULL || n_feeds == 0) {
		return limit_va;
	}
	return stock_most(0.0, limit_va - lopsided_va(rack, lost, feeds, n_feeds)) *
	    factor_of(&rollup->racks[rack->index], feeds, n_feeds, limit_va);
}
