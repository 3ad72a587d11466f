/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the stock needs of an inventory, made once: the feed tree's index, the
 * free gaps, weights and nameplates of every rack, and the racks by place.
 *
 * Route: capacity makes it with a configuration -> stock.  Thread: made by
 * FLOW, immutable but for its references, read by any.
 * Source: domain.md 2.3 formulas 1, 9, 10.
 */
#ifndef CAPACITY_STOCK_PLAN_H
#define CAPACITY_STOCK_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/space.h"
#include "capacity/tree.h"
#include "model/inventory.h"

/* One rack, as it is without reservations and changes. */
struct stock_frame {
	double nameplate_w;        /* budgets by nameplate of what is listed */
	double failover_va;        /* what its feeds may carry, < 0: not known */
	float free[SPACE_KIND_N];  /* outlets, kg, ports that are not taken; valid by */
	uint32_t first_gap;        /* into gaps */
	uint32_t first_device;     /* into devices, one per piece of equipment */
	uint16_t n_unknown;        /* pieces with cords and without a nameplate */
	uint32_t row;              /* of the place, so that sums need not ask the rack */
	uint8_t known_free;        /* bit k: free[k] */
	uint8_t units, occupied, n_gaps;
	bool counted;              /* it is declared */
	bool reserved;             /* by the inventory, for a while or for good */
	bool known;                /* of its space */
	bool listed;               /* what is mounted is known */
	bool takes;                /* it stands and is not on its way out */
	bool has_device;           /* a device speaks for a piece of it */
};

struct stock_plan {
	const struct inventory *inventory;   /* the tree's reference */
	struct tree *tree;
	struct stock_frame *frames;          /* [n_racks] */
	uint8_t *gaps;                       /* heights, from below */
	uint32_t *devices;                   /* dense ids, INVENTORY_NONE */
	uint32_t *order;                     /* racks by site, hall, row */
	uint32_t n_order;
};

/* Errors: NULL when memory is out.  Owns: one reference. */
struct stock_plan *stock_plan_new(const struct inventory *inventory);
struct stock_plan *stock_plan_ref(struct stock_plan *plan);
void stock_plan_unref(struct stock_plan *plan);      /* NULL is fine */

/*
 * What the feeds of a rack that are not lost may carry: derated; of one its
 * own rating, of n what the n - 1 that are left after the worst loss carry.
 * Units: VA; < 0: a rating is not known, or there is no feed.
 */
double stock_plan_feeds_va(const struct rack *rack, uint32_t lost);

#endif
