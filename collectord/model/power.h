/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The feed tree: from the utility over UPS, distribution and breaker down to
 * the feeds of racks.
 *
 * Every node has one node above it, or none (a source).  A rack's feed hangs
 * below one node (struct feed, power).
 *
 * Route: part of the inventory.  Thread: any, immutable.
 * Source: domain.md 2.3 formulas 1, 6 and 9.
 */
#ifndef MODEL_POWER_H
#define MODEL_POWER_H

#include <stdint.h>

#include "model/name.h"

enum power_kind {
	POWER_UTILITY = 0, POWER_GENERATOR, POWER_UPS, POWER_DISTRIBUTION,
	POWER_BUSWAY, POWER_BREAKER, POWER_KIND_N
};
#define POWER_KINDS "utility|generator|ups|distribution|busway|breaker"

struct power_node {
	uint32_t index;            /* in the inventory's list, of this version only */
	const char *id;
	struct name name;
	const char *external;      /* id where it was imported from, or NULL */
	enum power_kind kind;
	uint32_t site;             /* index of the place */
	uint32_t from;             /* node above it, INVENTORY_NONE: a source */
	double rated_a;            /* per phase, 0: not given */
	double rated_va;           /* 0: not given */
	double volts;              /* nominal, phase to neutral; 0: not given */
	unsigned phases;           /* 1 or 3 */
	const char *device;        /* id of the device that measures it, or NULL */
	uint32_t n_feeds;          /* rack feeds that hang on it directly */
};

const char *power_kind_text(enum power_kind kind);    /* "ups" */
/*
 * What a node may carry by its ratings, the smaller where both are given; 0:
 * not known.  Units: VA.  Source: domain.md 2.3 formula 1 (V*I, or 3*V*I with
 * V phase to neutral, which is sqrt(3)*V_LL*I).
 */
double power_rated_va(const struct power_node *node);

#endif
