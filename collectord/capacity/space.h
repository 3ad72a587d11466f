/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Room in a rack, and how many servers of a kind still fit.
 *
 * Route: planner.  Thread: any, no state.
 * Source: domain.md 2.3 formulas 10 and 11.
 */
#ifndef CAPACITY_SPACE_H
#define CAPACITY_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/inventory.h"

#define SPACE_UNITS_MAX 100    /* as the inventory's */

struct space {
	unsigned units, occupied, reserved;
	unsigned largest_gap;      /* contiguous free units */
	unsigned n_gaps;
	unsigned gaps[SPACE_UNITS_MAX]; /* free units of each gap, from below */
	unsigned gap_u[SPACE_UNITS_MAX]; /* lowest unit of each gap */
};

/*
 * True when what is mounted in the rack is known: something is listed, or its
 * state says that there is nothing.  A rack in service of which no equipment is
 * listed is not empty, it is not known.
 */
bool space_listed(const struct rack *rack);
/* The same, and its height is known. */
bool space_known(const struct rack *rack);

/*
 * Formula 10.  A unit counts as taken when either face is.  reserved_units of
 * those that are free are kept from the top: with "all" the whole rack is.
 * Units: U.
 */
struct space space_of(const struct rack *rack, unsigned reserved_units);
/* Formula 10: (occupied + reserved) / total.  False: the height is not known. */
bool space_ratio(const struct space *space, double *ret_ratio);
/*
 * Puts up to n servers into the lowest gaps, as the planner does.
 * Shape: ret_u has room for n lowest units, or is NULL.  Units: U -> servers.
 */
unsigned space_take(struct space *space, unsigned height, unsigned n, unsigned *ret_u);
/* Units: kg, outlets of feed f, ports: what is taken by equipment. */
double space_weight_kg(const struct rack *rack);
unsigned space_outlets(const struct rack *rack, unsigned feed);
unsigned space_ports(const struct rack *rack);

/* What runs out. */
enum space_kind {
	SPACE_U = 0, SPACE_POWER, SPACE_OUTLETS_A, SPACE_OUTLETS_B, SPACE_WEIGHT,
	SPACE_PORTS, SPACE_COOLING, SPACE_KIND_N
};
const char *space_kind_text(enum space_kind kind);    /* "units" */

/* One resource; what is not known does not bind. */
struct space_stock { bool known; double available; };

/* A server to be placed, of each kind how much it needs; 0: none. */
struct space_need { unsigned height; double need[SPACE_KIND_N]; };
/* 2 U, 0.5 kW, 25 kg, 1 + 1 outlets, 2 ports.  Source: formula 11. */
extern const struct space_need space_reference;

struct space_fit {
	unsigned n;                /* servers that fit */
	enum space_kind binding;   /* of what there is too little for one more;
				    * SPACE_KIND_N: nothing is known to bind */
	/* formula 11: what is left and cannot be used, valid where known */
	double stranded[SPACE_KIND_N];
};

/*
 * Formula 11: n = min over k of floor(available_k / need_k), of units the sum
 * over the gaps of floor(gap / height).  Units: U, W, outlets, outlets, kg,
 * ports, W.  Shape: stock has SPACE_KIND_N; stock[SPACE_U] is ignored.
 */
struct space_fit space_fit(const struct space *space,
    const struct space_stock *stock, const struct space_need *need);

#endif
