/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the stock share while one is made.
 *
 * Made in this order: every rack by itself (stock_rack.c), what nodes and halls
 * have left (stock_limit.c), every rack against that (stock_rack.c again), the
 * sums of places (stock_place.c).
 *
 * Route: stock.c calls the others.  Thread: that of stock_new.
 */
#ifndef CAPACITY_STOCK_INNER_H
#define CAPACITY_STOCK_INNER_H

#include "capacity/stock.h"
#include "capacity/stock_plan.h"

/*
 * Something that racks share: the nodes of the feed tree by index, then the
 * design figures of the halls, then their cooling.
 */
struct stock_limit {
	bool known;
	bool tight;                /* the racks below want more than it has */
	double left_w;             /* limit - committed below; < 0: over */
	double wanted_w;           /* by the racks below, each for itself */
};

/* The limits that bear on the racks of one group. */
struct stock_above {
	uint32_t limit;            /* index in limits */
	double share, per_share;   /* of a rack's power, > 0; 1 / share */
};

struct stock_work {
	const struct stock_input *input;
	const struct overlay *overlay;      /* or NULL */
	const struct space_need *need;      /* the reference server */
	const struct inventory *inventory;
	const struct stock_plan *plan;
	const struct tree *tree;
	struct stock_rack *racks;
	struct stock_place *places[ENTITY_PLACE_N];
	struct stock_place *operators;
	struct stock_node *nodes;
	/* per group of the tree */
	struct stock_group {
		double committed_w;
		uint32_t n_committed, n_racks; /* of the declared */
		uint32_t first_above, n_above; /* into above */
		double least_w;    /* what the scarcest of them has left for a rack */
		int32_t least;     /* STOCK_BY_HALL or a node; valid if has_least */
		double wanted_w;   /* available of its racks, each for itself */
		bool has_least;
		uint32_t n_tight;  /* of above, the first so many are tight limits */
	} *groups;
	struct stock_above *above;
	struct stock_limit *limits;
	uint32_t n_limits;
	struct stock_hall *halls;  /* what is left of them */
};

/* fmin and fmax are calls: a slot makes a million of them. */
static inline double
stock_least(double a, double b)
{
	return a < b ? a : b;
}

static inline double
stock_most(double a, double b)
{
	return a > b ? a : b;
}

static inline uint32_t
stock_limit_hall(const struct stock_work *work, uint32_t hall)
{
	return work->inventory->n_power + hall;
}

static inline uint32_t
stock_limit_cooling(const struct stock_work *work, uint32_t hall)
{
	return work->inventory->n_power + work->inventory->n_places[ENTITY_HALL] + hall;
}

/*
 * What the feeds of a rack may carry (stock_plan_feeds_va) as power: less what
 * its fullest phase is above the mean (formula 5 counts the fullest), times its
 * power factor, as far as the slot tells them.  Units: VA -> W.
 */
double stock_feeds_w(const struct rack *rack, uint32_t lost, double limit_va,
    const struct rollup *rollup);
/* Watts per voltampere of a load, 1 when it is small against its limit. */
double stock_factor(double power_w, double apparent_va, double limit_va);
/* Formula 9 without what is above; adds what is committed to the groups. */
void stock_rack_commit(struct stock_work *work);
/* What nodes and halls have left, and the scarcest above each group. */
void stock_limit_find(struct stock_work *work);
/* Formula 9 and 11: what is available, and how many servers fit. */
void stock_rack_fit(struct stock_work *work);
/* Limits that cannot serve all that the racks below want. */
void stock_limit_tight(struct stock_work *work);
/* Sums of places.  Errors: COL_ENOMEM. */
int stock_place_sum(struct stock_work *work);

/*
 * Resources of one rack after reservations and changes; false: it is not known
 * well enough.  quick: the heights of its gaps will do, not where they are.
 * Shape: ret_free has SPACE_KIND_N.
 */
bool stock_rack_free(const struct stock_work *work, uint32_t rack, bool quick,
    struct space *ret_space, struct space_stock *ret_free);

#endif
