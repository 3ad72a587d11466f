/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places.  Sums and extremes need 95 % of their parts: what is lost must not
 * look like a load that fell, or like a hot rack that has cooled down.
 */
#include <config.h>

#include <math.h>

#include "capacity/board_inner.h"
#include "capacity/figures.h"
#include "capacity/past.h"
#include "capacity/stock.h"

struct look {
	const struct place_view *view;
	const struct place_figures *figures;
	const struct stock_place *stock;
	const struct past_place *past;
	int32_t today;
	bool has_slot;
};

static const struct place_figures no_figures = { .worst_rack = INVENTORY_NONE,
    .imbalance_rack = INVENTORY_NONE };
static const struct stock_place no_stock;

static double
pct(double part, double whole)
{
	return whole > 0.0 ? 100.0 * part / whole : NAN;
}

/* ---- power --------------------------------------------------------------------- */

static bool
knows_power(const struct look *look)
{
	return board_covers(look->view->sum.n_power, look->view->sum.n_power_expected);
}

static double
power_w(const void *arg)
{
	const struct look *look = arg;

	return knows_power(look) ? look->view->sum.power_w : NAN;
}

static double
load_pct(const void *arg)
{
	const struct look *look = arg;

	return pct(power_w(look), look->view->design_w);
}

static double
failover_pct(const void *arg)
{
	const struct look *look = arg;

	return look->figures->worst_rack != INVENTORY_NONE && knows_power(look) ?
	    100.0 * (double)look->figures->worst_ratio : NAN;
}

static double
imbalance_pct(const void *arg)
{
	const struct look *look = arg;

	return look->figures->imbalance_rack != INVENTORY_NONE && knows_power(look) ?
	    100.0 * (double)look->figures->imbalance : NAN;
}

static double
power_factor(const void *arg)
{
	const struct look *look = arg;

	return look->figures->apparent_va > 0.0 && knows_power(look) ?
	    look->figures->power_factor : NAN;
}

/* Racks of which nothing can be said by their kind do not count either way. */
static double
at_risk(const void *arg)
{
	const struct look *look = arg;
	const uint32_t *n = look->figures->n_failover;

	return knows_power(look) && n[FAILOVER_OK] + n[FAILOVER_AT_RISK] +
	    n[FAILOVER_NO_REDUNDANCY] + n[FAILOVER_SINGLE] > 0 ?
	    (double)(n[FAILOVER_AT_RISK] + n[FAILOVER_NO_REDUNDANCY]) : NAN;
}

static double
committed_pct(const void *arg)
{
	const struct look *look = arg;

	return board_covers(look->stock->n_budget, look->view->n_declared) ?
	    pct(look->stock->committed_w, look->view->design_w) : NAN;
}

/* A forecast that does not come is far away; one that cannot be made is unknown. */
static double
full_in_d(const void *arg)
{
	const struct look *look = arg;
	const struct past_exhaustion *when = &look->past->exhaustion;

	if (!when->asked) {
		return NAN;
	}
	switch (when->reason) {
	case FORECAST_OK:
		return fmin(fmax((double)when->day - look->today, 0.0), GAUGE_FAR_D);
	case FORECAST_REACHED:
		return 0.0;
	case FORECAST_NOT_AT_RATE:
		return GAUGE_FAR_D;
	case FORECAST_NOT_ENOUGH:
		break;
	}
	return NAN;
}

/* What lacks a facility meter is compared with nothing.  Source: formula 17. */
static double
pue(const void *arg)
{
	const struct pue *of = &((const struct look *)arg)->past->pue.pue;

	return of->kind == PUE_INTERVAL || of->kind == PUE_ANNUAL ? of->value : NAN;
}

/* ---- air ----------------------------------------------------------------------- */

static bool
knows_air(const struct look *look)
{
	return board_covers(look->figures->n_inlets, look->figures->n_inlets_expected);
}

static double
inlet_c(const void *arg)
{
	const struct look *look = arg;

	return knows_air(look) && look->figures->n_indexed > 0 ?
	    (double)look->figures->inlet_max_c : NAN;
}

static double
over_index_pct(const void *arg)
{
	const struct look *look = arg;

	return knows_air(look) && look->figures->n_indexed > 0 ?
	    look->figures->over_index_pct : NAN;
}

static double
dew_point_c(const void *arg)
{
	const struct look *look = arg;

	return knows_air(look) && look->figures->n_dew_points > 0 ?
	    (double)look->figures->dew_max_c : NAN;
}

static double
delta_t_k(const void *arg)
{
	const struct look *look = arg;

	return knows_air(look) && look->figures->airflow_m3h > 0.0 ?
	    look->figures->delta_t_k : NAN;
}

static double
in_range_pct(const void *arg)
{
	const struct look *look = arg;

	return pct((double)look->figures->time.inside_s,
	    (double)look->figures->time.known_s);
}

/* ---- counts -------------------------------------------------------------------- */

static double
declared(const void *arg)
{
	return ((const struct look *)arg)->view->n_declared;
}

/* Before the first slot nobody has been heard, which proves nothing. */
static double
evidence(const struct look *look, enum evidence of)
{
	return look->has_slot ? look->view->n_evidence[of] : NAN;
}

static double
verified(const void *arg)
{
	return evidence(arg, EVIDENCE_VERIFIED);
}

static double
contradicted(const void *arg)
{
	return evidence(arg, EVIDENCE_CONTRADICTED);
}

static double
stale(const void *arg)
{
	return evidence(arg, EVIDENCE_STALE);
}

static double
unmonitored(const void *arg)
{
	return ((const struct look *)arg)->view->n_evidence[EVIDENCE_UNMONITORED];
}

static double
live_pct(const void *arg)
{
	const struct look *look = arg;

	return look->has_slot ?
	    pct(look->view->n_fresh[FRESH_LIVE], look->view->n_monitored) : NAN;
}

static double
coverage_pct(const void *arg)
{
	const struct look *look = arg;

	return look->has_slot ?
	    pct(look->view->sum.n_devices, look->view->sum.n_devices_expected) : NAN;
}

static double
discrepancies(const void *arg)
{
	const struct look *look = arg;

	return look->has_slot ? look->view->n_discrepancies : NAN;
}

static double
occupancy_pct(const void *arg)
{
	const struct place_view *view = ((const struct look *)arg)->view;

	return pct(view->n_occupied, view->n_available);
}

/* ---- all of them --------------------------------------------------------------- */

static board_fn *const FNS[GAUGE_N] = {
	[GAUGE_POWER_W] = power_w, [GAUGE_LOAD_PCT] = load_pct,
	[GAUGE_FAILOVER_PCT] = failover_pct, [GAUGE_IMBALANCE_PCT] = imbalance_pct,
	[GAUGE_POWER_FACTOR] = power_factor, [GAUGE_AT_RISK] = at_risk,
	[GAUGE_COMMITTED_PCT] = committed_pct, [GAUGE_FULL_IN_D] = full_in_d,
	[GAUGE_PUE] = pue, [GAUGE_INLET_C] = inlet_c,
	[GAUGE_OVER_INDEX_PCT] = over_index_pct, [GAUGE_DEW_POINT_C] = dew_point_c,
	[GAUGE_DELTA_T_K] = delta_t_k, [GAUGE_IN_RANGE_PCT] = in_range_pct,
	[GAUGE_DECLARED] = declared, [GAUGE_VERIFIED] = verified,
	[GAUGE_CONTRADICTED] = contradicted, [GAUGE_STALE] = stale,
	[GAUGE_UNMONITORED] = unmonitored, [GAUGE_LIVE_PCT] = live_pct,
	[GAUGE_COVERAGE_PCT] = coverage_pct, [GAUGE_DISCREPANCIES] = discrepancies,
	[GAUGE_OCCUPANCY_PCT] = occupancy_pct, [GAUGE_OCCUPANCY_POWER_PCT] = load_pct,
};

static void
put_kind(struct board *board, const struct view *view, enum entity_kind kind)
{
	int32_t today = clock_day(view->config->settings.timezone, view->as_of);
	struct board_picks picks;

	board_pick(board, (enum level)kind, FNS, &picks);
	for (uint32_t i = 0; picks.n > 0 && i < board->inventory->n_places[kind]; i++) {
		const struct look look = { .view = &view->places[kind][i],
		    .figures = view->figures != NULL ? &view->figures->places[kind][i] :
		    &no_figures,
		    .stock = view->stock != NULL ? &view->stock->places[kind][i] :
		    &no_stock,
		    .past = past_place(view->past, kind, i),
		    .today = today, .has_slot = view->rollup != NULL };

		if (board->inventory->places[kind][i] != NULL) {
			board_put(&picks, i, &look);
		}
	}
}

void
board_places(struct board *board, const struct view *view)
{
	for (int k = 0; k < ENTITY_PLACE_N; k++) {
		put_kind(board, view, (enum entity_kind)k);
	}
}
