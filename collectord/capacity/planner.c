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
#include "model/reservation.h"

/* Sums of decimal kilowatts: 1.9999999 of 0.5 is four. */
#define FLOOR_SLACK 1e-9
#define TAKES_MAX 1000000u
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
	const struct stock *stock;
	const struct overlay *overlay;
	const struct planner_ask *ask;
	double *node_w;            /* [n_power] left, INFINITY: not known */
	double *hall_w, *cooling_w; /* [n_places[HALL]] the same */
	struct candidate *candidates; /* [n_racks] */
	uint32_t n_candidates;
	uint32_t *nodes;           /* [n_power] racks that name it */
	struct planner_result *result;
};

/* What one rack takes. */
struct takes {
	unsigned n;
	enum planner_code code;    /* of what there is too little for one more */
	uint32_t node;             /* of PLANNER_NODE_LIMIT */
	double available_w;        /* by all limits */
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

/* ---- limits that racks share -------------------------------------------------------- */

static int
make_limits(struct run *run)
{
	const struct inventory *inventory = run->stock->inventory;
	uint32_t n_halls = inventory->n_places[ENTITY_HALL];

	run->node_w = calloc((size_t)inventory->n_power + 1, sizeof(*run->node_w));
	run->nodes = calloc((size_t)inventory->n_power + 1, sizeof(*run->nodes));
	run->hall_w = calloc((size_t)n_halls + 1, sizeof(*run->hall_w));
	run->cooling_w = calloc((size_t)n_halls + 1, sizeof(*run->cooling_w));
	if (run->node_w == NULL || run->nodes == NULL || run->hall_w == NULL ||
	    run->cooling_w == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		const struct stock_node *node = &run->stock->nodes[i];

		run->node_w[i] = node->limit_w < 0.0 ? INFINITY :
		    node->limit_w - node->committed_w;
	}
	for (uint32_t h = 0; h < n_halls; h++) {
		const struct stock_hall *hall = &run->stock->halls[h];

		run->hall_w[h] = hall->has_design ? hall->design_w : INFINITY;
		run->cooling_w[h] = hall->has_cooling ? hall->cooling_w : INFINITY;
	}
	return 0;
}

static const struct tree_group *
group_of(const struct run *run, uint32_t rack)
{
	return &run->stock->tree->groups[run->stock->tree->group_of[rack]];
}

/* Takes watts of a rack off what it shares. */
static void
use_limits(struct run *run, uint32_t rack, double watts)
{
	const struct tree_group *group = group_of(run, rack);

	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above =
		    &run->stock->tree->above[group->first_above + i];

		run->node_w[above->node] -= watts * tree_share(above->feeds, group->n_feeds);
	}
	if (group->hall != TREE_NONE) {
		run->hall_w[group->hall] -= watts;
		run->cooling_w[group->hall] -= watts;
	}
}

/* ---- one rack ---------------------------------------------------------------------- */

static unsigned
floor_of(double available, double need)
{
	if (!(need > 0.0)) {
		return TAKES_MAX;
	}
	return available <= 0.0 ? 0 :
	    (unsigned)fmin(TAKES_MAX, floor(available / need + FLOOR_SLACK));
}

static void
take_least(struct takes *takes, unsigned n, enum planner_code code)
{
	if (n < takes->n) {
		takes->n = n;
		takes->code = code;
	}
}

static void
limit_w(const struct run *run, struct takes *takes, double left_w, enum planner_code code)
{
	take_least(takes, floor_of(left_w, run->ask->need.need[SPACE_POWER]), code);
	takes->available_w = fmin(takes->available_w, left_w);
}

/* Formula 9, with what is left of the shared limits; placed_w went in here. */
static void
limit_power(const struct run *run, uint32_t index, double placed_w, struct takes *takes)
{
	const struct stock_rack *in = &run->stock->racks[index];
	const struct tree_group *group = group_of(run, index);
	double used_w = in->committed_w + placed_w;

	takes->available_w = INFINITY;
	if (in->design_w >= 0.0) {
		limit_w(run, takes, in->design_w - used_w, PLANNER_NO_POWER);
	}
	if (in->failover_w >= 0.0) {
		limit_w(run, takes, in->failover_w - used_w, group->n_feeds > 1 ?
		    PLANNER_FAILOVER_LIMIT : PLANNER_FEED_LIMIT);
	}
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above =
		    &run->stock->tree->above[group->first_above + i];
		unsigned n = takes->n;

		limit_w(run, takes, run->node_w[above->node] /
		    tree_share(above->feeds, group->n_feeds), PLANNER_NODE_LIMIT);
		takes->node = takes->n < n ? above->node : takes->node;
	}
	if (group->hall != TREE_NONE) {
		limit_w(run, takes, run->hall_w[group->hall], PLANNER_HALL_LIMIT);
		take_least(takes, floor_of(run->cooling_w[group->hall],
		    run->ask->need.need[SPACE_POWER]), PLANNER_COOLING);
	}
}

static void
limit_stock(struct takes *takes, const struct space_stock *stock, double need,
    enum planner_code code)
{
	if (stock->known) {
		take_least(takes, floor_of(stock->available, need), code);
	}
}

static void
limit_outlets(const struct run *run, uint32_t index, const struct space_stock *stock,
    struct takes *takes)
{
	const struct space_stock *a = &stock[SPACE_OUTLETS_A], *b = &stock[SPACE_OUTLETS_B];
	const double *need = run->ask->need.need;

	if (run->stock->inventory->racks[index]->n_feeds < 2) {
		limit_stock(takes, a, need[SPACE_OUTLETS_A], PLANNER_NO_OUTLETS_A);
	} else if (run->ask->redundancy != PLANNER_N) {
		limit_stock(takes, a, need[SPACE_OUTLETS_A], PLANNER_NO_OUTLETS_A);
		limit_stock(takes, b, need[SPACE_OUTLETS_B], PLANNER_NO_OUTLETS_B);
	} else if (a->known && b->known) {
		/* one cord each, on either side */
		take_least(takes, floor_of(a->available, need[SPACE_OUTLETS_A]) +
		    floor_of(b->available, need[SPACE_OUTLETS_A]), PLANNER_NO_OUTLETS_A);
	}
}

static unsigned
units_take(const struct space *space, unsigned height)
{
	unsigned n = 0;

	for (unsigned i = 0; i < space->n_gaps; i++) {
		n += space->gaps[i] / height;
	}
	return n;
}

/* What keeps servers out whatever is free. */
static enum planner_code
closed(const struct run *run, const struct rack *rack)
{
	const struct planner_ask *ask = run->ask;
	const struct stock_input *input = &run->stock->input;
	const struct overlay_change *change = overlay_of(run->overlay, rack->index);

	if (rack->state < RACK_INSTALLED || rack->state > RACK_IN_SERVICE ||
	    (change != NULL && change->removed)) {
		return PLANNER_STATE;
	}
	if (rack->life.maintenance_until.ns > input->as_of.ns) {
		return PLANNER_MAINTENANCE;
	}
	if (reserved_of(input->reserved, rack, input->as_of, ask->tenant).whole) {
		return PLANNER_RESERVED;
	}
	if (ask->tenant != NULL && rack->life.tenant != NULL &&
	    strcmp(ask->tenant, rack->life.tenant) != 0) {
		return PLANNER_OTHER_TENANT;
	}
	return ask->redundancy == PLANNER_2N && rack->n_feeds < 2 ? PLANNER_REDUNDANCY :
	    PLANNER_FITS;
}

/* One rack as it is now: its gaps and what is free of what is its own. */
struct room {
	struct space space;
	struct space_stock stock[SPACE_KIND_N];
	unsigned n_placed;
};

/* False: the rack is not known well enough. */
static bool
room_of(const struct run *run, uint32_t rack, struct room *room)
{
	room->n_placed = 0;
	return stock_free(run->stock, run->overlay, rack, &room->space, room->stock);
}

/* Puts n servers in; ret_u as for space_take. */
static void
room_take(const struct run *run, uint32_t rack, struct room *room, unsigned n, unsigned *ret_u)
{
	const struct space_need *need = &run->ask->need;
	bool both = run->ask->redundancy != PLANNER_N &&
	    run->stock->inventory->racks[rack]->n_feeds > 1;
	unsigned on_a = both ? n : 0, fits_a;

	(void)space_take(&room->space, need->height, n, ret_u);
	for (unsigned k = SPACE_WEIGHT; k < SPACE_COOLING; k++) {
		room->stock[k].available -= n * need->need[k];
	}
	if (both) {
		room->stock[SPACE_OUTLETS_B].available -= n * need->need[SPACE_OUTLETS_B];
	} else {
		/* one cord: A while it lasts */
		fits_a = floor_of(room->stock[SPACE_OUTLETS_A].available,
		    need->need[SPACE_OUTLETS_A]);
		on_a = fits_a < n ? fits_a : n;
		room->stock[SPACE_OUTLETS_B].available -= (n - on_a) *
		    need->need[SPACE_OUTLETS_A];
	}
	room->stock[SPACE_OUTLETS_A].available -= on_a * need->need[SPACE_OUTLETS_A];
	room->n_placed += n;
}

static struct takes
takes_of(const struct run *run, uint32_t rack, const struct room *room)
{
	const struct space_need *need = &run->ask->need;
	struct takes takes = { .n = TAKES_MAX, .code = PLANNER_NOTHING_KNOWN,
	    .node = TREE_NONE };

	take_least(&takes, units_take(&room->space, need->height), PLANNER_NO_UNITS);
	limit_power(run, rack, room->n_placed * need->need[SPACE_POWER], &takes);
	limit_outlets(run, rack, room->stock, &takes);
	limit_stock(&takes, &room->stock[SPACE_WEIGHT], need->need[SPACE_WEIGHT],
	    PLANNER_WEIGHT);
	limit_stock(&takes, &room->stock[SPACE_PORTS], need->need[SPACE_PORTS],
	    PLANNER_PORTS);
	return takes;
}

/* The mean share of each known resource that servers need which they would leave. */
static int64_t
waste_of(const struct run *run, const struct room *room, const struct takes *takes)
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
	place = inventory_above(run->stock->inventory, rack, within.kind);
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
	struct room room;
	struct takes takes;
	enum planner_code code = closed(run, rack);

	if (code == PLANNER_FITS && !room_of(run, rack->index, &room)) {
		code = PLANNER_NOTHING_KNOWN;
	}
	run->result->n_racks++;
	if (code != PLANNER_FITS) {
		blame(run, code, TREE_NONE);
		return;
	}
	takes = takes_of(run, rack->index, &room);
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
	const struct inventory *inventory = run->stock->inventory;

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
	struct takes takes;
	struct room room;

	(void)room_of(run, rack, &room);
	takes = takes_of(run, rack, &room);
	takes.n = takes.n < left ? takes.n : left;
	if (takes.n == 0) {
		return;
	}
	*place = (struct planner_place){ .rack = rack, .n = takes.n };
	room_take(run, rack, &room, takes.n, place->u);
	use_limits(run, rack, takes.n * run->ask->need.need[SPACE_POWER]);
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
	const struct stock_rack *in = &run->stock->racks[place->rack];
	double committed_w = in->committed_w +
	    place->n * run->ask->need.need[SPACE_POWER];

	place->available_w = available_w;
	place->has_failover = in->failover_w > 0.0 &&
	    run->stock->inventory->racks[place->rack]->n_feeds > 1;
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
		struct takes takes;
		struct room room;

		(void)room_of(run, rack, &room);
		room_take(run, rack, &room, candidate->placed, NULL);
		takes = takes_of(run, rack, &room);
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
	for (uint32_t i = 0; i < run->stock->inventory->n_power; i++) {
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
	struct run run = { .stock = stock, .overlay = overlay, .ask = ask,
	    .result = &result };
	int rc = make_limits(&run);

	rc = rc != 0 ? rc : look_at_all(&run);
	rc = rc != 0 ? rc : fill_all(&run);
	if (rc == 0) {
		finish(&run);
		*ret_result = result;
	} else {
		planner_done(&result);
	}
	free(run.node_w);
	free(run.nodes);
	free(run.hall_w);
	free(run.cooling_w);
	free(run.candidates);
	return rc;
}

void
planner_done(struct planner_result *result)
{
	free(result->places);
	result->places = NULL;
}
