/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A what-if: changes laid over the inventory and its loads, without copying
 * either.
 *
 * Many racks may share one change ("feed A is lost everywhere" is one change
 * and an index per rack).
 *
 * Route: the planner makes it, stock and tree read it.  Thread: any, borrowed.
 * Source: domain.md 2.3 formula 12.
 */
#ifndef CAPACITY_OVERLAY_H
#define CAPACITY_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capacity/space.h"

#define OVERLAY_NONE UINT32_MAX

/* What is different about a rack; all zero: nothing. */
struct overlay_change {
	uint8_t feeds_lost;        /* bit i: its feed i has no power */
	bool removed;              /* neither it nor its load is there */
	bool released;             /* what it is reserved for is not kept */
	uint16_t n_added;          /* servers put in, into the lowest gaps first */
	const struct space_need *server; /* each of them; NULL when n_added is 0 */
};

struct overlay {
	const struct overlay_change *changes;
	const uint32_t *of_rack;   /* [inventory->n_racks]: index in changes, or
				    * OVERLAY_NONE; NULL: no rack is changed */
	const double *node_share;  /* [inventory->n_power]: what of its rating a node
				    * keeps, 0..1; 0: it is lost with all its feeds;
				    * NULL: every node keeps all */
	const char *tenant;        /* what is reserved for it is free for it; NULL */
};

/* The change of a rack, NULL for none; overlay may be NULL. */
static inline const struct overlay_change *
overlay_of(const struct overlay *overlay, uint32_t rack)
{
	return overlay == NULL || overlay->of_rack == NULL ||
	    overlay->of_rack[rack] == OVERLAY_NONE ? NULL :
	    &overlay->changes[overlay->of_rack[rack]];
}

/* What of its rating a node keeps. */
static inline double
overlay_share(const struct overlay *overlay, uint32_t node)
{
	return overlay == NULL || overlay->node_share == NULL ? 1.0 :
	    overlay->node_share[node];
}

#endif
