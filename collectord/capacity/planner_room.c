/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See planner_room.h. */
#include <config.h>

#include "capacity/planner_room.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "model/reservation.h"

/* Sums of decimal kilowatts: 1.9999999 of 0.5 is four. */
#define FLOOR_SLACK 1e-9

/* ---- limits that racks share -------------------------------------------------------- */

int
planner_room_limits(struct planner_site *site)
{
	const struct inventory *inventory = site->stock->inventory;
	uint32_t n_halls = inventory->n_places[ENTITY_HALL];

	site->node_w = calloc((size_t)inventory->n_power + 1, sizeof(*site->node_w));
	site->hall_w = calloc((size_t)n_halls + 1, sizeof(*site->hall_w));
	site->cooling_w = calloc((size_t)n_halls + 1, sizeof(*site->cooling_w));
	if (site->node_w == NULL || site->hall_w == NULL || site->cooling_w == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		const struct stock_node *node = &site->stock->nodes[i];

		site->node_w[i] = node->limit_w < 0.0 ? INFINITY :
		    node->limit_w - node->committed_w;
	}
	for (uint32_t h = 0; h < n_halls; h++) {
		const struct stock_hall *hall = &site->stock->halls[h];

		site->hall_w[h] = hall->has_design ? hall->design_w : INFINITY;
		site->cooling_w[h] = hall->has_cooling ? hall->cooling_w : INFINITY;
	}
	return 0;
}

static const struct tree_group *
group_of(const struct planner_site *site, uint32_t rack)
{
	return &site->stock->tree->groups[site->stock->tree->group_of[rack]];
}

/* Takes watts of a rack off what it shares. */
void
planner_room_use(struct planner_site *site, uint32_t rack, double watts)
{
	const struct tree_group *group = group_of(site, rack);

	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above =
		    &site->stock->tree->above[group->first_above + i];

		site->node_w[above->node] -= watts * tree_share(above->feeds, group->n_feeds);
	}
	if (group->hall != TREE_NONE) {
		site->hall_w[group->hall] -= watts;
		site->cooling_w[group->hall] -= watts;
	}
}

void
planner_room_done(struct planner_site *site)
{
	free(site->node_w);
	free(site->hall_w);
	free(site->cooling_w);
}

/* ---- one rack ---------------------------------------------------------------------- */

static unsigned
floor_of(double available, double need)
{
	if (!(need > 0.0)) {
		return PLANNER_TAKES_MAX;
	}
	return available <= 0.0 ? 0 :
	    (unsigned)fmin(PLANNER_TAKES_MAX, floor(available / need + FLOOR_SLACK));
}

static void
take_least(struct planner_takes *takes, unsigned n, enum planner_code code)
{
	if (n < takes->n) {
		takes->n = n;
		takes->code = code;
	}
}

static void
limit_w(const struct planner_site *site, struct planner_takes *takes, double left_w,
    enum planner_code code)
{
	take_least(takes, floor_of(left_w, site->ask->need.need[SPACE_POWER]), code);
	takes->available_w = fmin(takes->available_w, left_w);
}

/* Formula 9, with what is left of the shared limits; placed_w went in here. */
static void
limit_power(const struct planner_site *site, uint32_t index, double placed_w,
    struct planner_takes *takes)
{
	const struct stock_rack *in = &site->stock->racks[index];
	const struct tree_group *group = group_of(site, index);
	double used_w = in->committed_w + placed_w;

	takes->available_w = INFINITY;
	if (in->design_w >= 0.0) {
		limit_w(site, takes, in->design_w - used_w, PLANNER_NO_POWER);
	}
	if (in->failover_w >= 0.0) {
		limit_w(site, takes, in->failover_w - used_w, group->n_feeds > 1 ?
		    PLANNER_FAILOVER_LIMIT : PLANNER_FEED_LIMIT);
	}
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above =
		    &site->stock->tree->above[group->first_above + i];
		unsigned n = takes->n;

		limit_w(site, takes, site->node_w[above->node] /
		    tree_share(above->feeds, group->n_feeds), PLANNER_NODE_LIMIT);
		takes->node = takes->n < n ? above->node : takes->node;
	}
	if (group->hall != TREE_NONE) {
		limit_w(site, takes, site->hall_w[group->hall], PLANNER_HALL_LIMIT);
		take_least(takes, floor_of(site->cooling_w[group->hall],
		    site->ask->need.need[SPACE_POWER]), PLANNER_COOLING);
	}
}

static void
limit_stock(struct planner_takes *takes, const struct space_stock *stock, double need,
    enum planner_code code)
{
	if (stock->known) {
		take_least(takes, floor_of(stock->available, need), code);
	}
}

static void
limit_outlets(const struct planner_site *site, uint32_t index, const struct space_stock *stock,
    struct planner_takes *takes)
{
	const struct space_stock *a = &stock[SPACE_OUTLETS_A], *b = &stock[SPACE_OUTLETS_B];
	const double *need = site->ask->need.need;

	if (site->stock->inventory->racks[index]->n_feeds < 2) {
		limit_stock(takes, a, need[SPACE_OUTLETS_A], PLANNER_NO_OUTLETS_A);
	} else if (site->ask->redundancy != PLANNER_N) {
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
enum planner_code
planner_room_closed(const struct planner_site *site, const struct rack *rack)
{
	const struct planner_ask *ask = site->ask;
	const struct stock_input *input = &site->stock->input;
	const struct overlay_change *change = overlay_of(site->overlay, rack->index);

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

/* False: the rack is not known well enough. */
bool
planner_room_of(const struct planner_site *site, uint32_t rack, struct planner_room *room)
{
	room->n_placed = 0;
	return stock_free(site->stock, site->overlay, rack, &room->space, room->stock);
}

/* Puts n servers in; ret_u as for space_take. */
void
planner_room_take(const struct planner_site *site, uint32_t rack,
    struct planner_room *room, unsigned n, unsigned *ret_u)
{
	const struct space_need *need = &site->ask->need;
	bool both = site->ask->redundancy != PLANNER_N &&
	    site->stock->inventory->racks[rack]->n_feeds > 1;
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

struct planner_takes
planner_room_takes(const struct planner_site *site, uint32_t rack,
    const struct planner_room *room)
{
	const struct space_need *need = &site->ask->need;
	struct planner_takes takes = { .n = PLANNER_TAKES_MAX, .code = PLANNER_NOTHING_KNOWN,
	    .node = TREE_NONE };

	if (room == NULL) {
		limit_power(site, rack, 0.0, &takes);
		return takes;
	}
	take_least(&takes, units_take(&room->space, need->height), PLANNER_NO_UNITS);
	limit_power(site, rack, room->n_placed * need->need[SPACE_POWER], &takes);
	limit_outlets(site, rack, room->stock, &takes);
	limit_stock(&takes, &room->stock[SPACE_WEIGHT], need->need[SPACE_WEIGHT],
	    PLANNER_WEIGHT);
	limit_stock(&takes, &room->stock[SPACE_PORTS], need->need[SPACE_PORTS],
	    PLANNER_PORTS);
	return takes;
}
