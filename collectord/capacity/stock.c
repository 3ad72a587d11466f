/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See stock.h: the object, and the order in which its parts are computed. */
#include <config.h>

#include "capacity/stock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "capacity/past.h"
#include "capacity/stock_inner.h"
#include "flow/rollup.h"
#include "model/reservation.h"

/* What a caller sees comes first. */
struct owned {
	struct stock stock;
	_Atomic unsigned n_refs;
	struct stock_rack *racks;
	struct stock_place *places[ENTITY_PLACE_N];
	struct stock_place *operators;
	struct stock_node *nodes;
	struct metered *metered;
	struct stock_hall *halls;
};

static void
owned_free(struct owned *owned)
{
	free(owned->racks);
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(owned->places[k]);
	}
	free(owned->operators);
	free(owned->nodes);
	free(owned->metered);
	free(owned->halls);
	rollup_unref(owned->stock.input.rollup);
	past_unref(owned->stock.input.past);
	reservations_unref(owned->stock.input.reserved);
	stock_plan_unref(owned->stock.input.plan);
	free(owned);
}

static bool
owned_fill(struct owned *owned, const struct stock_input *input)
{
	const struct inventory *inventory = input->plan->inventory;
	size_t n_halls = inventory->n_places[ENTITY_HALL];
	bool ok;

	owned->racks = calloc((size_t)inventory->n_racks + 1, sizeof(*owned->racks));
	owned->operators = calloc((size_t)inventory->n_operators + 1,
	    sizeof(*owned->operators));
	owned->nodes = calloc((size_t)inventory->n_power + 1, sizeof(*owned->nodes));
	owned->metered = calloc((size_t)inventory->n_power + 1,
	    sizeof(*owned->metered));
	owned->halls = calloc(n_halls + 1, sizeof(*owned->halls));
	ok = owned->racks != NULL && owned->operators != NULL && owned->nodes != NULL &&
	    owned->metered != NULL && owned->halls != NULL;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		owned->places[k] = calloc((size_t)inventory->n_places[k] + 1,
		    sizeof(*owned->places[k]));
		owned->stock.places[k] = owned->places[k];
		ok = ok && owned->places[k] != NULL;
	}
	if (ok && input->metered != NULL) {
		memcpy(owned->metered, input->metered,
		    inventory->n_power * sizeof(*owned->metered));
	}
	owned->stock.input.metered = owned->metered;
	owned->stock.racks = owned->racks;
	owned->stock.operators = owned->operators;
	owned->stock.nodes = owned->nodes;
	owned->stock.halls = owned->halls;
	return ok;
}

static struct owned *
owned_new(const struct stock_input *input)
{
	struct owned *owned = calloc(1, sizeof(*owned));

	if (owned == NULL) {
		return NULL;
	}
	owned->n_refs = 1;
	owned->stock.input = *input;
	(void)stock_plan_ref(input->plan);
	owned->stock.input.rollup = rollup_ref(input->rollup);
	owned->stock.input.past = past_ref(input->past);
	owned->stock.input.reserved = reservations_ref(input->reserved);
	owned->stock.inventory = input->plan->inventory;
	owned->stock.tree = input->plan->tree;
	if (!owned_fill(owned, input)) {
		owned_free(owned);
		return NULL;
	}
	return owned;
}

static void
work_init(struct stock_work *work, const struct owned *owned, const struct overlay *overlay)
{
	memset(work, 0, sizeof(*work));
	work->input = &owned->stock.input;
	work->overlay = overlay;
	work->need = &space_reference;
	work->inventory = owned->stock.inventory;
	work->plan = owned->stock.input.plan;
	work->tree = owned->stock.tree;
	work->racks = owned->racks;
	memcpy(work->places, owned->places, sizeof(work->places));
	work->operators = owned->operators;
	work->nodes = owned->nodes;
	work->halls = owned->halls;
}

static bool
take_loads(struct stock_work *work)
{
	struct tree_load *loads = tree_loads(work->tree, work->input->rollup,
	    work->overlay);

	for (uint32_t i = 0; loads != NULL && i < work->inventory->n_power; i++) {
		work->nodes[i].load = loads[i];
		work->nodes[i].metered = work->input->metered[i];
	}
	free(loads);
	return loads != NULL;
}

static bool
compute(struct owned *owned, const struct overlay *overlay)
{
	struct stock_work work;
	bool ok;

	work_init(&work, owned, overlay);
	work.n_limits = work.inventory->n_power +
	    2 * work.inventory->n_places[ENTITY_HALL];
	work.groups = calloc((size_t)work.tree->n_groups + 1, sizeof(*work.groups));
	work.limits = calloc((size_t)work.n_limits + 1, sizeof(*work.limits));
	/* of each group its nodes, the hall's design and its cooling */
	work.above = calloc((size_t)work.tree->n_above + 2 * work.tree->n_groups + 1,
	    sizeof(*work.above));
	ok = work.groups != NULL && work.limits != NULL && work.above != NULL &&
	    take_loads(&work);
	if (ok) {
		stock_rack_commit(&work);
		stock_limit_find(&work);
		stock_rack_fit(&work);
		stock_limit_tight(&work);
		ok = stock_place_sum(&work) == 0;
	}
	free(work.above);
	free(work.limits);
	free(work.groups);
	return ok;
}

static const struct stock *
make(const struct stock_input *input, const struct overlay *overlay, uint64_t number)
{
	struct owned *owned = owned_new(input);

	if (owned == NULL) {
		return NULL;
	}
	owned->stock.number = number;
	if (!compute(owned, overlay)) {
		owned_free(owned);
		return NULL;
	}
	return &owned->stock;
}

const struct stock *
stock_new(const struct stock_input *input, uint64_t number)
{
	return make(input, NULL, number);
}

const struct stock *
stock_whatif(const struct stock *stock, const struct overlay *overlay)
{
	return make(&stock->input, overlay, stock->number);
}

const struct stock *
stock_ref(const struct stock *stock)
{
	struct owned *owned = (struct owned *)(uintptr_t)stock;

	if (owned != NULL) {
		atomic_fetch_add_explicit(&owned->n_refs, 1, memory_order_relaxed);
	}
	return stock;
}

void
stock_unref(const struct stock *stock)
{
	struct owned *owned = (struct owned *)(uintptr_t)stock;

	if (owned != NULL && atomic_fetch_sub_explicit(&owned->n_refs, 1,
	    memory_order_acq_rel) == 1) {
		owned_free(owned);
	}
}

bool
stock_free(const struct stock *stock, const struct overlay *overlay, uint32_t rack,
    struct space *ret_space, struct space_stock *ret_free)
{
	const struct overlay_change *change = overlay_of(overlay, rack);
	struct stock_work work;

	if (stock->inventory->racks[rack] == NULL ||
	    (change != NULL && change->removed)) {
		return false;
	}
	work_init(&work, (const struct owned *)stock, overlay);
	return stock_rack_free(&work, rack, false, ret_space, ret_free);
}
