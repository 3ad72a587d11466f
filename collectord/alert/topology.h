/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies above what, physically: the feed tree over the feeds of racks, and
 * the places and switches over the devices; made once per inventory.
 *
 * SUPPLY: a leaf is a feed of a rack with a device on it; above it are
 * the nodes of the feed tree, and where a feed has no `from` two made up: that
 * letter of the row, that letter of the hall.
 * REACH: a leaf is a device; above it are row, hall and site, and beside those
 * the devices that it is reached through (`through`).  So a leaf has two ways up
 * that need not fit into each other: rows with devices on two switches.
 *
 * Route: inventory -> fold.  Thread: FLOW; immutable.
 * Source: docs/alerts.md, one cause, one alert.
 */
#ifndef ALERT_TOPOLOGY_H
#define ALERT_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/alert.h"
#include "model/inventory.h"

#define TOPOLOGY_NONE UINT32_MAX
/* The ways up from a leaf: feed tree or place, and switches. */
#define TOPOLOGY_WAYS 2

enum topology_kind {
	TOPOLOGY_POWER = 0,    /* index: node of the feed tree */
	TOPOLOGY_LETTER,       /* index: place (row or hall); instance: the feed */
	TOPOLOGY_PLACE,        /* index: place (row, hall or site) */
	TOPOLOGY_THROUGH,      /* index: the device */
	TOPOLOGY_KIND_N
};

struct topology_node {
	enum topology_kind kind;
	enum entity_kind place;        /* of LETTER and PLACE: the kind of place */
	uint32_t index;                /* in the inventory */
	const char *instance;          /* "A" of LETTER, else ""; the inventory's */
	uint32_t parent;               /* next of its own way, or NONE */
	uint32_t other;                /* of the other way the smallest node that has
	                                * all its leaves, or NONE */
	uint32_t n_leaves;             /* of any state, at or below it */
};

struct topology_graph {
	uint32_t n_nodes;
	struct topology_node *nodes;
	/* Leaves by index: of SUPPLY first_feed[rack] + feed, of REACH the device's
	 * dense id.  NONE in all ways: no leaf. */
	uint32_t n_leaves;             /* length of up, holes included */
	uint32_t (*up)[TOPOLOGY_WAYS]; /* the lowest node of each way, or NONE */
};

struct topology {
	const struct inventory *inventory;       /* one reference */
	struct topology_graph graphs[FOLD_N];
	uint32_t *first_feed;                    /* [n_racks + 1], as in a rollup */
	struct topology_index *nodes_by_id;      /* look-up, its own */
};

/* Errors: NULL when memory is out.  Owns: free with topology_free. */
struct topology *topology_new(const struct inventory *inventory);
void topology_free(struct topology *topology);     /* NULL is fine */

/* The node of an alert's entity ("feed:ups-a", "row:r1", "device:sw-1") and
 * instance ("A" or ""), or NONE. */
uint32_t topology_find(const struct topology *topology, enum fold_by by,
    const char *entity, const char *instance);
/* The other way round: what an alert on the node is on.  The instance is the
 * node's. */
void topology_entity(const struct topology *topology, enum fold_by by, uint32_t node,
    char entity[ALERT_ENTITY_SIZE]);
/* SUPPLY's leaf of a device: the feed of its rack; NONE: it is on none. */
uint32_t topology_feed(const struct topology *topology, uint32_t device);
bool topology_is_leaf(const struct topology *topology, enum fold_by by, uint32_t leaf);
/* True when every leaf of a node is one of the other's; a node has its own.  Of
 * two with the same leaves the switch is below the place, the lower node of one
 * way below the higher. */
bool topology_below(const struct topology *topology, enum fold_by by, uint32_t node,
    uint32_t above);

#endif
