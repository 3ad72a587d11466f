/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Racks: what the slot says of them, and the figures that were made of it.
 * Of a rack without telemetry nothing is known; a rack that lacks a feed has no
 * power, for the rest would look like a load that fell.
 */
#include <config.h>

#include <math.h>

#include "capacity/board_inner.h"
#include "capacity/environment.h"
#include "capacity/figures.h"
#include "capacity/stock.h"

struct look {
	const struct rack *rack;
	const struct rack_slot *slot;
	const struct rack_figures *figures;
	const struct stock_rack *stock;
};

static const struct rack_slot no_slot;
static const struct rack_figures no_figures;
static const struct stock_rack no_stock;

/* ---- power --------------------------------------------------------------------- */

static double
power_w(const void *arg)
{
	const struct look *look = arg;

	return look->slot->power_whole ? look->slot->sum.power_w : NAN;
}

static double
load_pct(const void *arg)
{
	const struct look *look = arg;

	return look->rack->design_w > 0.0 ?
	    100.0 * power_w(look) / look->rack->design_w : NAN;
}

static double
voltage_v(const void *arg)
{
	const struct look *look = arg;

	return look->slot->has_voltage ? (double)look->slot->voltage_min_v : NAN;
}

static double
failover_pct(const void *arg)
{
	const struct rack_figures *figures = ((const struct look *)arg)->figures;

	return (figures->flags & FIGURE_RATIO) != 0 ?
	    100.0 * (double)figures->ratio : NAN;
}

static double
imbalance_pct(const void *arg)
{
	const struct rack_figures *figures = ((const struct look *)arg)->figures;

	return (figures->flags & FIGURE_IMBALANCE) != 0 ?
	    100.0 * (double)figures->imbalance : NAN;
}

static double
power_factor(const void *arg)
{
	const struct rack_figures *figures = ((const struct look *)arg)->figures;

	return (figures->flags & FIGURE_FACTOR) != 0 ?
	    (double)figures->power_factor : NAN;
}

/* Of what the rack may have at most: the promised and what is left. */
static double
committed_pct(const void *arg)
{
	const struct stock_rack *stock = ((const struct look *)arg)->stock;
	double limit_w = stock->committed_w + stock->available_w;

	return stock->has_committed && stock->has_available && limit_w > 0.0 ?
	    100.0 * stock->committed_w / limit_w : NAN;
}

/* ---- air ----------------------------------------------------------------------- */

static double
inlet_c(const void *arg)
{
	double hottest_c;

	return air_inlet_max(&((const struct look *)arg)->slot->air, &hottest_c) ?
	    hottest_c : NAN;
}

static double
coldest_c(const struct air *air)
{
	double coldest = NAN;

	for (unsigned i = 0; i < AIR_INLETS; i++) {
		if ((air->inlet_mask & 1u << i) != 0) {
			coldest = fmin(coldest, air_value(air->inlets[i]));
		}
	}
	return coldest;
}

static double
inlet_over_k(const void *arg)
{
	const struct look *look = arg;

	return inlet_c(look) - environment_band(look->rack->class).recommended_high;
}

static double
inlet_under_k(const void *arg)
{
	const struct look *look = arg;

	return environment_band(look->rack->class).recommended_low -
	    coldest_c(&look->slot->air);
}

static double
inlet_beyond_k(const void *arg)
{
	const struct look *look = arg;

	return inlet_c(look) - environment_band(look->rack->class).allowable_high;
}

static double
humidity_pct(const void *arg)
{
	const struct air *air = &((const struct look *)arg)->slot->air;

	return (air->flags & AIR_HAS_HUMIDITY) != 0 ? air_value(air->humidity) : NAN;
}

static double
dew_point_c(const void *arg)
{
	const struct rack_figures *figures = ((const struct look *)arg)->figures;

	return (figures->flags & FIGURE_DEW_POINT) != 0 ?
	    (double)figures->dew_point_c : NAN;
}

static double
delta_t_k(const void *arg)
{
	const struct rack_figures *figures = ((const struct look *)arg)->figures;

	return (figures->flags & FIGURE_DELTA_T) != 0 ?
	    (double)figures->delta_t_k : NAN;
}

static double
in_range_pct(const void *arg)
{
	const struct rack_figures *figures = ((const struct look *)arg)->figures;

	return (figures->flags & FIGURE_IN_RANGE) != 0 ?
	    100.0 * (double)figures->in_range : NAN;
}

/* ---- all of them --------------------------------------------------------------- */

static board_fn *const FNS[GAUGE_N] = {
	[GAUGE_POWER_W] = power_w, [GAUGE_LOAD_PCT] = load_pct,
	[GAUGE_VOLTAGE_V] = voltage_v, [GAUGE_FAILOVER_PCT] = failover_pct,
	[GAUGE_IMBALANCE_PCT] = imbalance_pct, [GAUGE_POWER_FACTOR] = power_factor,
	[GAUGE_COMMITTED_PCT] = committed_pct,
	[GAUGE_INLET_C] = inlet_c, [GAUGE_INLET_OVER_K] = inlet_over_k,
	[GAUGE_INLET_UNDER_K] = inlet_under_k, [GAUGE_INLET_BEYOND_K] = inlet_beyond_k,
	[GAUGE_HUMIDITY_PCT] = humidity_pct, [GAUGE_DEW_POINT_C] = dew_point_c,
	[GAUGE_DELTA_T_K] = delta_t_k, [GAUGE_IN_RANGE_PCT] = in_range_pct,
};

void
board_racks(struct board *board, const struct view *view)
{
	const struct rollup *rollup = view->rollup;
	uint32_t n_slots = rollup != NULL ? rollup->inventory->n_racks : 0;
	struct board_picks picks;

	board_pick(board, LEVEL_RACK, FNS, &picks);
	for (uint32_t r = 0; picks.n > 0 && r < board->n[LEVEL_RACK]; r++) {
		const struct look look = { .rack = board->inventory->racks[r],
		    .slot = r < n_slots ? &rollup->racks[r] : &no_slot,
		    .figures = view->figures != NULL ? &view->figures->racks[r] :
		    &no_figures,
		    .stock = view->stock != NULL ? &view->stock->racks[r] : &no_stock };

		if (look.rack != NULL) {
			board_put(&picks, r, &look);
		}
	}
}
