/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The feed tree as it is computed with: which nodes are above which racks, and
 * what each of them carries in one slot.
 *
 * Racks whose feeds hang on the same nodes are one group: sums are made per
 * group, and a group is added once to each node above it.  So a slot costs one
 * pass over the racks, whatever the depth of the tree.
 *
 * Route: inventory and rollup -> stock.  Thread: FLOW, and HTTP for a what-if;
 * the tree is immutable.
 * Source: domain.md 2.3 formulas 1, 3, 6, 9.
 */
#ifndef CAPACITY_TREE_H
#define CAPACITY_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/overlay.h"
#include "capacity/view.h"
#include "flow/rollup.h"
#include "model/inventory.h"

#define TREE_NONE UINT32_MAX
/* Below it a sum of known parts says too little.  Source: DESIGN.md 3 "Time". */
#define TREE_COVERAGE 0.95

/* A node above a group, and which of the racks' feeds come through it. */
struct tree_above {
	uint32_t node;
	uint32_t feeds;            /* bit i: feed i */
};

/* Losing above[lost] puts a part of its load on above[survivor]. */
struct tree_move {
	uint16_t lost, survivor;   /* of the group's own list */
	uint32_t pair;             /* in the tree's pairs */
};

/* Racks of one hall whose feeds hang on the same nodes. */
struct tree_group {
	uint32_t hall;             /* index of the place, TREE_NONE */
	uint32_t n_feeds;
	uint32_t first_above, n_above;
	uint32_t first_move, n_moves;
	uint32_t feed_node[INVENTORY_FEEDS_MAX]; /* TREE_NONE: not in the tree */
};

/*
 * Two nodes of which one takes over when the other is lost: of the same kind,
 * or, where the other path has none of that kind, the lowest node there.
 */
struct tree_pair { uint32_t lost, survivor; };

struct tree {
	const struct inventory *inventory;   /* one reference */
	struct tree_group *groups;
	uint32_t n_groups;
	uint32_t *group_of;                  /* [n_racks], TREE_NONE for holes */
	bool *declared;                      /* [n_racks] */
	struct tree_above *above;
	uint32_t n_above;
	struct tree_move *moves;
	uint32_t n_moves;
	struct tree_pair *pairs;
	uint32_t n_pairs;
	uint32_t *first_child;               /* [n_power + 1] into children */
	uint32_t *children;                  /* node indexes, in file order */
};

/* Errors: NULL when memory is out.  Owns: free with tree_free. */
struct tree *tree_new(const struct inventory *inventory);
void tree_free(struct tree *tree);           /* NULL is fine */

/*
 * The part of a rack's power that a node with k of its n feeds must be ready to
 * carry: after the worst loss of one other feed each survivor has 1 / (n - 1).
 * Units: bits of feeds -> ratio 0..1.
 */
double tree_share(uint32_t feeds, uint32_t n_feeds);
/* Feeds of a group that are without power because a node is lost: bits. */
uint32_t tree_lost(const struct tree *tree, const struct tree_group *group,
    const struct overlay *overlay);

/* What one node carries in a slot. */
struct tree_load {
	/* simultaneous sums of the feeds below; valid if n_known > 0 */
	double power_w;
	double apparent_va;        /* where a feed has none, its power counts */
	double most_va;            /* the same with unknown feeds at their breakers */
	uint32_t n_known, n_expected;  /* feeds of declared racks; fewer known than
				    * expected: the sums are lower bounds */
	uint32_t n_apparent;       /* of the known, with apparent power of their own */
	uint32_t n_racks, n_feeds; /* that hang below, all states */
	uint32_t n_dark;           /* racks that have all their feeds below it */
	double rated_va;           /* 0: not known; what the overlay leaves of it */
	double ratio;              /* apparent_va / rated_va; valid if has_ratio */
	bool has_ratio;
	/*
	 * When it is lost, what its worst survivor carries of its rating.
	 * SINGLE: nothing takes over; UNKNOWN: ratings or too many feeds are.
	 */
	enum failover state;
	bool has_failover;         /* the two below are known */
	double failover_ratio;
	uint32_t survivor;         /* node */
	bool has_arc;
	double arc_va;             /* formula 6, the smallest of its pairs */
};

/*
 * Loads of all nodes in a slot; rollup may be NULL (all unknown).  With an
 * overlay: the load of a lost feed is on the others of its rack, alike.
 * Owns: an array of n_power (at least one), free with free; NULL: no memory.
 */
struct tree_load *tree_loads(const struct tree *tree, const struct rollup *rollup,
    const struct overlay *overlay);

#endif
