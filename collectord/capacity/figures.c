/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Racks are judged one by one and added to their rows, rows to halls and so on:
 * one pass per closed slot, whatever is asked for afterwards.
 */
#include <config.h>

#include "capacity/figures.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "capacity/environment.h"
#include "capacity/failover.h"

struct figures_box {
	struct figures figures;    /* first: what the callers see */
	_Atomic uint32_t n_refs;
	struct rack_figures *racks;
	struct place_figures *places[ENTITY_PLACE_N];
	struct place_figures *operators;
};

const struct figures *
figures_ref(const struct figures *figures)
{
	struct figures_box *box = (struct figures_box *)(uintptr_t)figures;

	if (box != NULL) {
		atomic_fetch_add_explicit(&box->n_refs, 1, memory_order_relaxed);
	}
	return figures;
}

static void
box_free(struct figures_box *box)
{
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(box->places[k]);
	}
	free(box->racks);
	free(box->operators);
	inventory_unref(box->figures.inventory);
	free(box);
}

void
figures_unref(const struct figures *figures)
{
	struct figures_box *box = (struct figures_box *)(uintptr_t)figures;

	if (box != NULL && atomic_fetch_sub_explicit(&box->n_refs, 1,
	    memory_order_acq_rel) == 1) {
		box_free(box);
	}
}

/* ---- one rack: its feeds ------------------------------------------------------- */

static void
set_imbalance(struct rack_figures *to, const struct failover_view *view)
{
	for (unsigned f = 0; f < view->n_feeds; f++) {
		const struct feed_load *load = &view->feeds[f];

		if (load->has_imbalance && ((to->flags & FIGURE_IMBALANCE) == 0 ||
		    load->imbalance > (double)to->imbalance)) {
			to->flags |= FIGURE_IMBALANCE;
			to->imbalance = (float)load->imbalance;
			to->imbalance_feed = (uint8_t)f;
		}
	}
}

/* Formula 8 over the feeds that tell both powers in this slot. */
static void
add_powers(struct place_figures *sums, const struct failover_view *view,
    const struct rack_slot *slot)
{
	for (unsigned f = 0; slot != NULL && f < view->n_feeds; f++) {
		if (view->feeds[f].has_apparent && (slot->feed_mask & 1u << f) != 0) {
			sums->real_w += slot->feed_power_w[f];
			sums->apparent_va += view->feeds[f].apparent_va;
		}
	}
}

static void
add_electric(struct place_figures *sums, struct rack_figures *to,
    const struct rack *rack, const struct rollup *rollup)
{
	struct failover_view view = failover_judge(rack, rollup);
	bool known = rollup != NULL && rack->index < rollup->inventory->n_racks;
	double factor;

	to->failover = (uint8_t)view.state;
	if (view.has_ratio) {
		to->flags |= FIGURE_RATIO;
		to->ratio = (float)view.ratio;
	}
	set_imbalance(to, &view);
	add_powers(sums, &view, known ? &rollup->racks[rack->index] : NULL);
	if (electric_power_factor(sums->real_w, sums->apparent_va, &factor)) {
		to->flags |= FIGURE_FACTOR;
		to->power_factor = (float)factor;
	}
	sums->n_failover[view.state] = 1;
	if (view.has_ratio) {
		sums->worst_rack = rack->index;
		sums->worst_ratio = to->ratio;
		sums->n_negative_arc = view.arc_va < 0.0;
	}
	if ((to->flags & FIGURE_IMBALANCE) != 0) {
		sums->imbalance_rack = rack->index;
		sums->imbalance_feed = to->imbalance_feed;
		sums->imbalance = to->imbalance;
	}
	for (unsigned f = 0; f < view.n_feeds; f++) {
		sums->n_imbalance_over += view.feeds[f].has_imbalance &&
		    view.feeds[f].imbalance > FIGURES_IMBALANCE;
	}
}

/* ---- one rack: its air --------------------------------------------------------- */

/* Formula 14 in parts: how far each inlet has gone to the allowable end. */
static void
add_inlets(struct place_figures *sums, const struct air *air,
    const struct environment_band *band)
{
	for (unsigned i = 0; i < AIR_INLETS; i++) {
		double inlet_c = air_value(air->inlets[i]);

		if ((air->inlet_mask & 1u << i) == 0) {
			continue;
		}
		sums->over += fmax(0.0, inlet_c - band->recommended_high) /
		    (band->allowable_high - band->recommended_high);
		sums->under += fmax(0.0, band->recommended_low - inlet_c) /
		    (band->recommended_low - band->allowable_low);
		sums->inlet_sum_c += inlet_c;
		if (sums->n_indexed == 0 || inlet_c > (double)sums->inlet_max_c) {
			sums->inlet_max_c = (float)inlet_c;
		}
		sums->n_indexed++;
	}
	sums->n_inlets = air->n_inlets;
	sums->n_inlets_expected = air->n_expected > air->n_inlets ? air->n_expected :
	    air->n_inlets;
}

/* Formula 15; the power of a rack that lacks a feed is no power to cool. */
static void
add_flow(struct place_figures *sums, struct rack_figures *to,
    const struct rack_slot *slot)
{
	double inlet_c, flow_m3h, power_w = slot->sum.power_w;

	if (slot->air.n_outlets == 0 || !air_inlet_mean(&slot->air, &inlet_c)) {
		return;
	}
	to->flags |= FIGURE_DELTA_T;
	to->delta_t_k = (float)(air_value(slot->air.outlet) - inlet_c);
	if (slot->power_whole && environment_airflow_m3h(power_w,
	    air_value(slot->air.outlet) - inlet_c, &flow_m3h)) {
		to->flags |= FIGURE_AIRFLOW;
		to->airflow_m3h = (float)flow_m3h;
		sums->air_w = power_w;
		sums->airflow_m3h = flow_m3h;
	}
}

/* Formula 16, else what a device says itself. */
static void
add_dew_point(struct place_figures *sums, struct rack_figures *to,
    const struct air *air)
{
	double dew_c = air_value(air->dew_point);

	if (((air->flags & AIR_HAS_HUMIDITY) == 0 || !environment_dew_point_c(
	    air_value(air->beside), air_value(air->humidity), &dew_c)) &&
	    (air->flags & AIR_HAS_DEW_POINT) == 0) {
		return;
	}
	to->flags |= FIGURE_DEW_POINT;
	to->dew_point_c = (float)dew_c;
	sums->n_dew_points = 1;
	sums->dew_min_c = sums->dew_max_c = to->dew_point_c;
}

static void
add_environment(struct place_figures *sums, struct rack_figures *to,
    const struct rack *rack, const struct rack_slot *slot)
{
	struct environment_band band = environment_band(rack->class);
	struct environment_time time = { (double)sums->time.inside_s,
	    (double)sums->time.known_s };
	double ratio;

	if (environment_in_range(&time, &ratio)) {
		to->flags |= FIGURE_IN_RANGE;
		to->in_range = (float)ratio;
		to->in_range_s = sums->time.covered_s;
	}
	if (slot == NULL) {
		return;
	}
	add_inlets(sums, &slot->air, &band);
	if (sums->n_indexed > 0) {
		to->flags |= FIGURE_INLET;
		to->inlet_c = sums->inlet_max_c;
	}
	add_flow(sums, to, slot);
	add_dew_point(sums, to, &slot->air);
}

/* ---- places -------------------------------------------------------------------- */

static void
add_worst(struct place_figures *to, const struct place_figures *from)
{
	if (from->worst_rack != INVENTORY_NONE && (to->worst_rack == INVENTORY_NONE ||
	    from->worst_ratio > to->worst_ratio)) {
		to->worst_rack = from->worst_rack;
		to->worst_ratio = from->worst_ratio;
	}
	if (from->imbalance_rack != INVENTORY_NONE &&
	    (to->imbalance_rack == INVENTORY_NONE || from->imbalance > to->imbalance)) {
		to->imbalance_rack = from->imbalance_rack;
		to->imbalance_feed = from->imbalance_feed;
		to->imbalance = from->imbalance;
	}
}

static void
add_extremes(struct place_figures *to, const struct place_figures *from)
{
	if (from->n_indexed > 0 && (to->n_indexed == 0 ||
	    from->inlet_max_c > to->inlet_max_c)) {
		to->inlet_max_c = from->inlet_max_c;
	}
	if (from->n_dew_points > 0 && (to->n_dew_points == 0 ||
	    from->dew_min_c < to->dew_min_c)) {
		to->dew_min_c = from->dew_min_c;
	}
	if (from->n_dew_points > 0 && (to->n_dew_points == 0 ||
	    from->dew_max_c > to->dew_max_c)) {
		to->dew_max_c = from->dew_max_c;
	}
}

static void
add(struct place_figures *to, const struct place_figures *from)
{
	for (unsigned f = 0; f < FAILOVER_N; f++) {
		to->n_failover[f] += from->n_failover[f];
	}
	add_worst(to, from);
	add_extremes(to, from);
	to->n_negative_arc += from->n_negative_arc;
	to->n_imbalance_over += from->n_imbalance_over;
	to->real_w += from->real_w;
	to->apparent_va += from->apparent_va;
	to->time.inside_s += from->time.inside_s;
	to->time.known_s += from->time.known_s;
	if (from->time.covered_s > to->time.covered_s) {
		to->time.covered_s = from->time.covered_s;
	}
	to->n_inlets += from->n_inlets;
	to->n_inlets_expected += from->n_inlets_expected;
	to->n_indexed += from->n_indexed;
	to->over += from->over;
	to->under += from->under;
	to->inlet_sum_c += from->inlet_sum_c;
	to->air_w += from->air_w;
	to->airflow_m3h += from->airflow_m3h;
	to->n_dew_points += from->n_dew_points;
}

/* Air that mixes has the rise of all power over all air: formula 15 turned. */
static void
finish(struct place_figures *figures)
{
	(void)electric_power_factor(figures->real_w, figures->apparent_va,
	    &figures->power_factor);
	if (figures->n_indexed > 0) {
		figures->over_index_pct = 100.0 * (1.0 - figures->over /
		    figures->n_indexed);
		figures->under_index_pct = 100.0 * (1.0 - figures->under /
		    figures->n_indexed);
	}
	/* air that one kelvin would need, over the air that there is */
	if (figures->airflow_m3h > 0.0 && environment_airflow_m3h(figures->air_w, 1.0,
	    &figures->delta_t_k)) {
		figures->delta_t_k /= figures->airflow_m3h;
	}
}

static void
add_rack(struct figures_box *box, const struct rack *rack,
    const struct rollup *rollup, const struct inrange *inrange)
{
	static const struct place_figures nothing = { .worst_rack = INVENTORY_NONE,
	    .imbalance_rack = INVENTORY_NONE };
	struct place_figures sums = nothing;
	const struct rack_slot *slot = rollup != NULL &&
	    rack->index < rollup->inventory->n_racks ?
	    &rollup->racks[rack->index] : NULL;
	struct rack_figures *to = &box->racks[rack->index];

	add_electric(&sums, to, rack, rollup);
	if (!rack_is_declared(rack->state)) {
		/* counted are those that count */
		sums = nothing;
	}
	sums.time = inrange_get(inrange, rack->index);
	add_environment(&sums, to, rack, slot);
	add(&box->places[ENTITY_ROW][rack->row], &sums);
}

static void
add_up(struct figures_box *box)
{
	const struct inventory *inventory = box->figures.inventory;

	for (unsigned k = ENTITY_ROW; k > ENTITY_PROVINCE; k--) {
		for (uint32_t i = 0; i < inventory->n_places[k]; i++) {
			const struct place *place = inventory->places[k][i];

			if (place == NULL) {
				continue;
			}
			finish(&box->places[k][i]);
			if (place->parent != INVENTORY_NONE) {
				add(&box->places[k - 1][place->parent],
				    &box->places[k][i]);
			}
			if (k == ENTITY_SITE && place->operator != NULL) {
				add(&box->operators[place->operator -
				    inventory->operators], &box->places[k][i]);
			}
		}
	}
	for (uint32_t i = 0; i < inventory->n_places[ENTITY_PROVINCE]; i++) {
		finish(&box->places[ENTITY_PROVINCE][i]);
	}
	for (uint32_t i = 0; i < inventory->n_operators; i++) {
		finish(&box->operators[i]);
	}
}

/* ---- all of it ----------------------------------------------------------------- */

static struct place_figures *
places_new(uint32_t n)
{
	struct place_figures *places = calloc((size_t)n + 1, sizeof(*places));

	for (uint32_t i = 0; places != NULL && i < n; i++) {
		places[i].worst_rack = INVENTORY_NONE;
		places[i].imbalance_rack = INVENTORY_NONE;
	}
	return places;
}

static struct figures_box *
box_new(const struct inventory *inventory)
{
	struct figures_box *box = calloc(1, sizeof(*box));
	bool ok;

	if (box == NULL) {
		return NULL;
	}
	box->n_refs = 1;
	box->figures.inventory = inventory_ref(inventory);
	box->racks = calloc((size_t)inventory->n_racks + 1, sizeof(*box->racks));
	box->operators = places_new(inventory->n_operators);
	box->figures.racks = box->racks;
	box->figures.operators = box->operators;
	ok = box->racks != NULL && box->operators != NULL;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		box->places[k] = places_new(inventory->n_places[k]);
		box->figures.places[k] = box->places[k];
		ok = ok && box->places[k] != NULL;
	}
	if (!ok) {
		box_free(box);
		return NULL;
	}
	return box;
}

const struct figures *
figures_new(const struct inventory *inventory, const struct rollup *rollup,
    const struct inrange *inrange)
{
	struct figures_box *box = box_new(inventory);

	if (box == NULL) {
		return NULL;
	}
	box->figures.slot = rollup != NULL ? rollup->slot : (struct wall){ 0 };
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		if (inventory->racks[r] != NULL) {
			add_rack(box, inventory->racks[r], rollup, inrange);
		}
	}
	add_up(box);
	return &box->figures;
}
