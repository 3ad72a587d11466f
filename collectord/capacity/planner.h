/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The planner: finds places for n equal servers, in an order that packs well,
 * and says why one more fits nowhere.
 *
 * What holds servers back is of a rack (gaps, weight, outlets, ports, design,
 * what its feeds carry after the loss of one) or shared (nodes of the feed tree,
 * a hall's design figure and cooling): shared limits go down with every server
 * that is placed.  Power is that of formula 9, committed and not just drawn, so a
 * plan that is carried out holds every limit.
 *
 * Order: the rack first that its share of servers fills best (the mean share
 * of what would be left of each known resource that they need), of equal ones the one that
 * takes more, then by id.  Servers that are fewer than the next rack takes go to
 * the rack that they fill, so that large room is kept for large wishes.
 *
 * Route: stock -> planner -> http, what-if.  Thread: any, no state.
 * Source: domain.md 2.3 formulas 9-12.
 */
#ifndef CAPACITY_PLANNER_H
#define CAPACITY_PLANNER_H

#include "capacity/stock.h"

/* Why a rack takes no more; the first that holds, in this order. */
enum planner_code {
	PLANNER_FITS = 0,          /* it takes one more */
	PLANNER_STATE,             /* planned, or on its way out */
	PLANNER_MAINTENANCE, PLANNER_RESERVED, PLANNER_OTHER_TENANT,
	PLANNER_REDUNDANCY,        /* it has one feed only */
	PLANNER_NOTHING_KNOWN,     /* what stands in it, or what it may draw */
	PLANNER_NO_RACKS,          /* of the whole place, not of a rack */
	PLANNER_NO_UNITS, PLANNER_NO_POWER, PLANNER_FAILOVER_LIMIT,
	PLANNER_FEED_LIMIT, PLANNER_NODE_LIMIT, PLANNER_HALL_LIMIT,
	PLANNER_NO_OUTLETS_A, PLANNER_NO_OUTLETS_B, PLANNER_WEIGHT, PLANNER_PORTS,
	PLANNER_COOLING, PLANNER_CODE_N
};
const char *planner_code_text(enum planner_code code);   /* "no_units" */

/* Cords: on two feeds; on any one; on two where the rack has them. */
enum planner_redundancy { PLANNER_2N = 0, PLANNER_N, PLANNER_ANY, PLANNER_REDUNDANCY_N };
#define PLANNER_REDUNDANCIES "2n|n|any"

#define PLANNER_SERVERS_MAX 10000

struct planner_ask {
	unsigned n;                        /* 1..PLANNER_SERVERS_MAX */
	struct space_need need;            /* of one server; cooling is its power */
	enum planner_redundancy redundancy;
	const char *tenant;                /* for whom, or NULL; borrowed */
	struct entity_ref within;          /* a place, or a rack */
};

/* Servers in one rack. */
struct planner_place {
	uint32_t rack;
	unsigned n;
	unsigned u[SPACE_UNITS_MAX];       /* [n] lowest units */
	double available_w;                /* formula 9 when all are placed */
	bool has_failover;
	double failover_ratio;             /* committed, after the worst loss, of the
					    * survivor's rating */
};

struct planner_result {
	unsigned placed;
	struct planner_place *places;      /* [n_places], in the planner's order */
	size_t n_places;
	uint32_t n_racks;                  /* looked at */
	uint32_t bound_by[PLANNER_CODE_N]; /* racks, once all are placed */
	/* when one more fits nowhere: what of too little most racks say, of equal
	 * counts the later; what they are closed for where none has too little;
	 * PLANNER_FITS: it fits */
	enum planner_code refused;
	uint32_t refused_node;             /* of NODE_LIMIT that which most racks name */
};

/*
 * Finds places.  overlay must be the stock's (NULL: none).
 * Owns: free the result with planner_done.  Errors: COL_ENOMEM.
 */
int planner_find(const struct stock *stock, const struct overlay *overlay,
    const struct planner_ask *ask, struct planner_result *ret_result);
void planner_done(struct planner_result *result);

#endif
