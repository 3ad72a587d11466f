/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See stock_plan.h. */
#include <config.h>

#include "capacity/stock_plan.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "capacity/budget.h"
#include "capacity/electric.h"

/* What a caller sees comes first. */
struct owned { struct stock_plan plan; _Atomic unsigned n_refs; };

double
stock_plan_feeds_va(const struct rack *rack, uint32_t lost)
{
	double smallest = INFINITY;
	unsigned n = 0;

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		const struct feed *feed = &rack->feeds[f];

		if ((lost & 1u << f) != 0) {
			continue;
		}
		if (!(feed->breaker_a > 0.0)) {
			return -1.0;
		}
		smallest = fmin(smallest, electric_derated(electric_rated_va(feed->phases,
		    feed->volts > 0.0 ? feed->volts : ELECTRIC_VOLTS, feed->breaker_a)));
		n++;
	}
	if (n == 0) {
		return rack->n_feeds == 0 ? -1.0 : 0.0;
	}
	return n == 1 ? smallest : smallest * (n - 1);
}

/* ---- frames --------------------------------------------------------------------- */

static void
frame_equipment(struct stock_plan *plan, struct stock_frame *frame,
    const struct rack *rack)
{
	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		const struct equipment *e = &rack->equipment[i];
		const struct device *device = e->device == NULL ? NULL :
		    inventory_device(plan->inventory, e->device);
		double watts;

		plan->devices[frame->first_device + i] = device != NULL ?
		    device->index : INVENTORY_NONE;
		frame->has_device = frame->has_device || device != NULL;
		if (budget_device_w(0.0, 0.0, e->nameplate_w, &watts)) {
			frame->nameplate_w += watts;
		} else {
			/* what has no cord draws nothing */
			frame->n_unknown += e->feeds != 0;
		}
	}
}

/* Of a piece without a weight the sum is not known. */
static bool
is_weighed(const struct rack *rack)
{
	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		if (!(rack->equipment[i].kg > 0.0)) {
			return false;
		}
	}
	return true;
}

static void
set_free(struct stock_frame *frame, enum space_kind kind, bool known, double available)
{
	frame->known_free |= (uint8_t)(known << kind);
	frame->free[kind] = (float)available;
}

/* A rack that has feeds, but no second one, has no outlets on it. */
static void
frame_free(struct stock_frame *frame, const struct rack *rack)
{
	bool listed = frame->listed;

	for (unsigned side = 0; side < 2; side++) {
		bool has = side < rack->n_feeds;
		unsigned outlets = has ? rack->feeds[side].outlets : 0;

		set_free(frame, SPACE_OUTLETS_A + side, has ? outlets > 0 && listed :
		    rack->n_feeds > 0, has ? (double)outlets -
		    space_outlets(rack, side) : 0.0);
	}
	set_free(frame, SPACE_WEIGHT, rack->weight_limit_kg > 0.0 && listed &&
	    is_weighed(rack), rack->weight_limit_kg - space_weight_kg(rack));
	set_free(frame, SPACE_PORTS, rack->ports > 0 && listed,
	    (double)rack->ports - space_ports(rack));
}

static void
frame_rack(struct stock_plan *plan, struct stock_frame *frame, const struct rack *rack)
{
	struct space space = space_of(rack, 0);

	frame->row = rack->row;
	frame->counted = rack_is_declared(rack->state);
	frame->reserved = rack->life.reserved_for != NULL;
	frame->units = (uint8_t)space.units;
	frame->occupied = (uint8_t)space.occupied;
	frame->n_gaps = (uint8_t)space.n_gaps;
	for (unsigned i = 0; i < space.n_gaps; i++) {
		plan->gaps[frame->first_gap + i] = (uint8_t)space.gaps[i];
	}
	frame->known = space_known(rack);
	frame->listed = space_listed(rack);
	frame->takes = rack->state >= RACK_INSTALLED && rack->state <= RACK_IN_SERVICE;
	frame_free(frame, rack);
	frame->failover_va = stock_plan_feeds_va(rack, 0);
	frame_equipment(plan, frame, rack);
}

/* Between n pieces there are at most n + 1 gaps. */
static bool
find_frames(struct stock_plan *plan)
{
	const struct inventory *inventory = plan->inventory;
	uint32_t n_gaps = 0, n_devices = 0;

	plan->gaps = malloc((size_t)inventory->count_equipment + inventory->n_racks + 1);
	plan->devices = malloc(((size_t)inventory->count_equipment + 1) *
	    sizeof(uint32_t));
	plan->frames = calloc((size_t)inventory->n_racks + 1, sizeof(*plan->frames));
	if (plan->gaps == NULL || plan->devices == NULL || plan->frames == NULL) {
		return false;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		struct stock_frame *frame = &plan->frames[r];

		if (inventory->racks[r] != NULL) {
			frame->first_gap = n_gaps;
			frame->first_device = n_devices;
			frame_rack(plan, frame, inventory->racks[r]);
			n_gaps += frame->n_gaps;
			n_devices += inventory->racks[r]->n_equipment;
		}
	}
	return true;
}

/* ---- racks by place ------------------------------------------------------------- */

/* A row with the places above it, outermost first. */
struct row_key { uint32_t site, hall, row; };

static int
compare_rows(const void *a, const void *b)
{
	const struct row_key *x = a, *y = b;

	return x->site != y->site ? (x->site > y->site) - (x->site < y->site) :
	    x->hall != y->hall ? (x->hall > y->hall) - (x->hall < y->hall) :
	    (x->row > y->row) - (x->row < y->row);
}

static uint32_t
sort_rows(const struct inventory *inventory, struct row_key *keys)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < inventory->n_places[ENTITY_ROW]; i++) {
		const struct place *row = inventory->places[ENTITY_ROW][i];
		const struct place *hall = row == NULL ||
		    row->parent >= inventory->n_places[ENTITY_HALL] ? NULL :
		    inventory->places[ENTITY_HALL][row->parent];

		keys[n++] = (struct row_key){ hall != NULL ? hall->parent : UINT32_MAX,
		    hall != NULL ? hall->index : UINT32_MAX, i };
	}
	qsort(keys, n, sizeof(*keys), compare_rows);
	return n;
}

/* Counts the racks of each row, then puts each at its row's next place. */
static bool
find_order(struct stock_plan *plan)
{
	const struct inventory *inventory = plan->inventory;
	size_t n_rows = inventory->n_places[ENTITY_ROW];
	struct row_key *keys = calloc(n_rows + 1, sizeof(*keys));
	uint32_t *next = calloc(n_rows + 1, sizeof(*next)), at = 0;
	bool ok;

	plan->order = calloc((size_t)inventory->n_racks + 1, sizeof(uint32_t));
	ok = keys != NULL && next != NULL && plan->order != NULL;
	for (uint32_t r = 0; ok && r < inventory->n_racks; r++) {
		if (inventory->racks[r] != NULL) {
			next[inventory->racks[r]->row]++;
		}
	}
	for (uint32_t i = 0, n = ok ? sort_rows(inventory, keys) : 0; i < n; i++) {
		uint32_t n_racks = next[keys[i].row];

		next[keys[i].row] = at;
		at += n_racks;
	}
	for (uint32_t r = 0; ok && r < inventory->n_racks; r++) {
		if (inventory->racks[r] != NULL) {
			plan->order[next[inventory->racks[r]->row]++] = r;
		}
	}
	plan->n_order = at;
	free(next);
	free(keys);
	return ok;
}

/* ---- the object ----------------------------------------------------------------- */

struct stock_plan *
stock_plan_new(const struct inventory *inventory)
{
	struct owned *owned = calloc(1, sizeof(*owned));

	if (owned == NULL) {
		return NULL;
	}
	owned->n_refs = 1;
	owned->plan.inventory = inventory;
	owned->plan.tree = tree_new(inventory);
	if (owned->plan.tree == NULL || !find_frames(&owned->plan) ||
	    !find_order(&owned->plan)) {
		stock_plan_unref(&owned->plan);
		return NULL;
	}
	return &owned->plan;
}

struct stock_plan *
stock_plan_ref(struct stock_plan *plan)
{
	atomic_fetch_add_explicit(&((struct owned *)plan)->n_refs, 1,
	    memory_order_relaxed);
	return plan;
}

void
stock_plan_unref(struct stock_plan *plan)
{
	struct owned *owned = (struct owned *)plan;

	if (owned == NULL || atomic_fetch_sub_explicit(&owned->n_refs, 1,
	    memory_order_acq_rel) != 1) {
		return;
	}
	tree_free(plan->tree);
	free(plan->frames);
	free(plan->gaps);
	free(plan->devices);
	free(plan->order);
	free(owned);
}
