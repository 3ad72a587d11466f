/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one rack takes of the servers that are to be placed, with what the limits
 * that it shares with others have left.
 *
 * Route: below planner.  Thread: any; a site is one run's own.
 * Source: domain.md 2.3 formulas 9 and 11.
 */
#ifndef CAPACITY_PLANNER_ROOM_H
#define CAPACITY_PLANNER_ROOM_H

#include "capacity/planner.h"

#define PLANNER_TAKES_MAX 1000000u   /* nothing binds */

/* The limits of one run.  Units: W that are left, INFINITY: not known. */
struct planner_site {
	const struct stock *stock;
	const struct overlay *overlay;
	const struct planner_ask *ask;
	double *node_w;            /* [n_power] */
	double *hall_w, *cooling_w; /* [n_places[HALL]] */
};

/* One rack as it is now: its gaps, and what is free of what is its own. */
struct planner_room {
	struct space space;
	struct space_stock stock[SPACE_KIND_N];
	unsigned n_placed;
};

/* What it takes. */
struct planner_takes {
	unsigned n;
	enum planner_code code;    /* of what there is too little for one more */
	uint32_t node;             /* of PLANNER_NODE_LIMIT */
	double available_w;        /* by all limits */
};

/* Fills the limits; stock, overlay and ask are set.  Errors: COL_ENOMEM, then
 * planner_room_done is needed all the same. */
int planner_room_limits(struct planner_site *site);
void planner_room_done(struct planner_site *site);
/* Takes watts of a rack off what it shares. */
void planner_room_use(struct planner_site *site, uint32_t rack, double watts);
/* What keeps servers out whatever is free; PLANNER_FITS: nothing. */
enum planner_code planner_room_closed(const struct planner_site *site,
    const struct rack *rack);
/* False: the rack is not known well enough. */
bool planner_room_of(const struct planner_site *site, uint32_t rack,
    struct planner_room *room);
/* Puts n servers in; ret_u as for space_take. */
void planner_room_take(const struct planner_site *site, uint32_t rack,
    struct planner_room *room, unsigned n, unsigned *ret_u);
/* By all that is free; room NULL: by power and cooling alone. */
struct planner_takes planner_room_takes(const struct planner_site *site, uint32_t rack,
    const struct planner_room *room);

#endif
