/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rack in the place is looked at once.  Those that take servers are
 * sorted, then filled one after the other, each as far as it goes with what the
 * shared limits have left.  Limits only go down, so after one pass no rack takes
 * one more, and each can say why.
 */
#include <config.h>

#include "capacity/planner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/electric.h"
#include "capacity/planner_room.h"

/* Shares as near as this are equal: sums of floats differ by their order. */
#define SAME_WASTE 1e-6

/* A rack that takes servers. */
struct candidate {
	const struct rack *rack;
	unsigned takes;            /* when nothing is placed yet */
	int64_t waste;             /* in SAME_WASTE */
	uint32_t order, last;      /* rank in the order, and for the last servers */
	unsigned placed;
	size_t place;              /* in the result, if placed */
};

/* One run. */
struct run {
	struct planner_site site;
	const struct inventory *inventory;
	const struct planner_ask *ask;
	struct candidate *candidates; /* [n_racks] */
	uint32_t n_candidates;
	uint32_t *nodes;           /* [n_power] racks that name it */
	struct planner_result *result;
};

const char *
planner_code_text(enum planner_code code)
{
	static const char *const texts[PLANNER_CODE_N] = {
		"fits", "state", "maintenance", "reserved", "other_tenant", "redundancy",
		"nothing_known", "no_racks", "no_units", "no_power", "failover_limit", "feed_limit",
		"node_limit", "hall_limit", "no_outlets_a", "no_outlets_b", "weight",
		"ports", "cooling",
	};

	return texts[code];
}

/* The mean share of each known resource that servers need which they would leave. */
static int64_t
waste_of(const struct run *run, const struct planner_room *room,
    const struct planner_takes *takes)
{
	const struct space_need *need = &run->ask->need;
	double sum, units = 0.0;
	unsigned n_known = 1;

	for (unsigned i = 0; i < room->space.n_gaps; i++) {
		units += room->space.gaps[i];
	}
	sum = 1.0 - (double)takes->n * need->height / units;
	if (need->need[SPACE_POWER] > 0.0 && takes->available_w > 0.0 &&
	    isfinite(takes->available_w)) {
		sum += 1.0 - takes->n * need->need[SPACE_POWER] / takes->available_w;
		n_known++;
	}
	for (unsigned k = SPACE_OUTLETS_A; k < SPACE_COOLING; k++) {
		const struct space_stock *stock = &room->stock[k];

		if (stock->known && stock->available > 0.0 && need->need[k] > 0.0) {
			sum += fmax(0.0, 1.0 - takes->n * need->need[k] / stock->available);
			n_known++;
		}
	}
	return (int64_t)llround(sum / n_known / SAME_WASTE);
}

/* ---- all racks of the place --------------------------------------------------------- */

static bool
stands_in(const struct run *run, const struct rack *rack)
{
	struct entity_ref within = run->ask->within;
	const struct place *place;

	if (within.kind == ENTITY_RACK) {
		return within.index == rack->index;
	}
	place = inventory_above(run->inventory, rack, within.kind);
	return place != NULL && place->index == within.index;
}

/* Counts why a rack takes no more. */
static void
blame(struct run *run, enum planner_code code, uint32_t node)
{
	run->result->bound_by[code]++;
	if (code == PLANNER_NODE_LIMIT) {
		run->nodes[node]++;
	}
}

static void
look_at(struct run *run, const struct rack *rack)
{
	struct planner_room room;
	struct planner_takes takes;
	enum planner_code code = planner_room_closed(&run->site, rack);

	if (code == PLANNER_FITS && !planner_room_of(&run->site, rack->index, &room)) {
		code = PLANNER_NOTHING_KNOWN;
	}
	run->result->n_racks++;
	if (code != PLANNER_FITS) {
		blame(run, code, TREE_NONE);
		return;
	}
	takes = planner_room_takes(&run->site, rack->index, &room);
	if (takes.n == 0) {
		blame(run, takes.code, takes.node);
		return;
	}
	run->candidates[run->n_candidates++] = (struct candidate){ .rack = rack,
	    .takes = takes.n, .waste = waste_of(run, &room, &takes) };
}

static int
compare(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->waste != right->waste) {
		return left->waste < right->waste ? -1 : 1;
	}
	if (left->takes != right->takes) {
		return left->takes > right->takes ? -1 : 1;
	}
	return strcmp(left->rack->id, right->rack->id);
}

static int
compare_last(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->last != right->last) {
		return left->last < right->last ? -1 : 1;
	}
	return (left->order > right->order) - (left->order < right->order);
}

static int
look_at_all(struct run *run)
{
	const struct inventory *inventory = run->inventory;

	run->candidates = calloc((size_t)inventory->n_racks + 1, sizeof(*run->candidates));
	if (run->candidates == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		if (inventory->racks[r] != NULL && stands_in(run, inventory->racks[r])) {
			look_at(run, inventory->racks[r]);
		}
	}
	qsort(run->candidates, run->n_candidates, sizeof(*run->candidates), compare);
	for (uint32_t i = 0; i < run->n_candidates; i++) {
		run->candidates[i].order = i;
	}
	return 0;
}

/* ---- filling ------------------------------------------------------------------------ */

/* The rest, from at on: first those that take all n, the smallest room first. */
static void
sort_last(struct run *run, uint32_t at, unsigned n)
{
	for (uint32_t i = at; i < run->n_candidates; i++) {
		run->candidates[i].last = run->candidates[i].takes >= n ?
		    run->candidates[i].takes : UINT32_MAX;
	}
	qsort(run->candidates + at, run->n_candidates - at, sizeof(*run->candidates),
	    compare_last);
}

static void
fill(struct run *run, struct candidate *candidate)
{
	struct planner_result *result = run->result;
	struct planner_place *place = &result->places[result->n_places];
	unsigned left = run->ask->n - result->placed;
	uint32_t rack = candidate->rack->index;
	struct planner_takes takes;
	struct planner_room room;

	(void)planner_room_of(&run->site, rack, &room);
	takes = planner_room_takes(&run->site, rack, &room);
	takes.n = takes.n < left ? takes.n : left;
	if (takes.n == 0) {
		return;
	}
	*place = (struct planner_place){ .rack = rack, .n = takes.n };
	planner_room_take(&run->site, rack, &room, takes.n, place->u);
	planner_room_use(&run->site, rack, takes.n * run->ask->need.need[SPACE_POWER]);
	candidate->placed = takes.n;
	candidate->place = result->n_places;
	result->placed += takes.n;
	result->n_places++;
}

/* Every rack takes at least one, so there are no more places than servers. */
static int
fill_all(struct run *run)
{
	struct planner_result *result = run->result;
	size_t room = run->n_candidates < run->ask->n ? run->n_candidates : run->ask->n;
	bool last = false;

	result->places = calloc(room + 1, sizeof(*result->places));
	if (result->places == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < run->n_candidates && result->placed < run->ask->n; i++) {
		if (!last && run->candidates[i].takes > run->ask->n - result->placed) {
			sort_last(run, i, run->ask->n - result->placed);
			last = true;
		}
		fill(run, &run->candidates[i]);
	}
	return 0;
}

/* ---- what is left ------------------------------------------------------------------- */

static void
finish_place(const struct run *run, struct planner_place *place, double available_w)
{
	const struct stock_rack *in = &run->site.stock->racks[place->rack];
	double committed_w = in->committed_w +
	    place->n * run->ask->need.need[SPACE_POWER];

	place->available_w = available_w;
	place->has_failover = in->failover_w > 0.0 &&
	    run->inventory->racks[place->rack]->n_feeds > 1;
	place->failover_ratio = place->has_failover ?
	    ELECTRIC_DERATE * committed_w / in->failover_w : 0.0;
}

static void
finish(struct run *run)
{
	struct planner_result *result = run->result;
	uint32_t most = 0;

	for (uint32_t i = 0; i < run->n_candidates; i++) {
		const struct candidate *candidate = &run->candidates[i];
		uint32_t rack = candidate->rack->index;
		struct planner_takes takes;
		struct planner_room room;

		if (candidate->placed > 0) {
			(void)planner_room_of(&run->site, rack, &room);
			planner_room_take(&run->site, rack, &room, candidate->placed, NULL);
		}
		/* nobody took what is an untouched rack's own: that is enough for one */
		takes = planner_room_takes(&run->site, rack, candidate->placed > 0 ? &room :
		    NULL);
		blame(run, takes.n > 0 ? PLANNER_FITS : takes.code, takes.node);
		if (candidate->placed > 0) {
			finish_place(run, &result->places[candidate->place],
			    takes.available_w);
		}
	}
	/* what is short says more than what is closed */
	for (unsigned c = PLANNER_NO_UNITS; c < PLANNER_CODE_N; c++) {
		if (result->bound_by[c] > 0 && result->bound_by[c] >= most) {
			most = result->bound_by[c];
			result->refused = (enum planner_code)c;
		}
	}
	for (unsigned c = PLANNER_STATE; most == 0 && c < PLANNER_NO_UNITS; c++) {
		if (result->bound_by[c] > result->bound_by[result->refused]) {
			result->refused = (enum planner_code)c;
		}
	}
	if (result->bound_by[PLANNER_FITS] > 0) {
		result->refused = PLANNER_FITS;
	} else if (result->n_racks == 0) {
		result->refused = PLANNER_NO_RACKS;
	}
	result->refused_node = 0;
	for (uint32_t i = 0; i < run->inventory->n_power; i++) {
		if (run->nodes[i] > run->nodes[result->refused_node]) {
			result->refused_node = i;
		}
	}
}

int
planner_find(const struct stock *stock, const struct overlay *overlay,
    const struct planner_ask *ask, struct planner_result *ret_result)
{
	struct planner_result result = { 0 };
	struct run run = { .site = { .stock = stock, .overlay = overlay, .ask = ask },
	    .inventory = stock->inventory, .ask = ask, .result = &result };
	int rc = planner_room_limits(&run.site);

	run.nodes = calloc((size_t)stock->inventory->n_power + 1, sizeof(*run.nodes));
	rc = run.nodes == NULL ? COL_ENOMEM : rc;
	rc = rc != 0 ? rc : look_at_all(&run);
	rc = rc != 0 ? rc : fill_all(&run);
	if (rc == 0) {
		finish(&run);
		*ret_result = result;
	} else {
		planner_done(&result);
	}
	planner_room_done(&run.site);
	free(run.nodes);
	free(run.candidates);
	return rc;
}

void
planner_done(struct planner_result *result)
{
	free(result->places);
	result->places = NULL;
}
