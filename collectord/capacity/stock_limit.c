/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What racks share: nodes of the feed tree, a hall's design figure, its cooling.
 *
 * A node must be ready for the worst loss, so a rack with two feeds counts in
 * full on both sides, and once on a node above both.
 */
#include <config.h>

#include <math.h>

#include "capacity/electric.h"
#include "capacity/stock_inner.h"

/* Watts that a node may carry; its own loads tell watts per voltampere. */
static double
node_limit_w(const struct tree_load *load)
{
	double factor = 1.0;

	if (!(load->rated_va > 0.0)) {
		return -1.0;
	}
	if (load->n_apparent > 0 && load->n_apparent == load->n_known) {
		factor = stock_factor(load->power_w, load->apparent_va, load->rated_va);
	}
	return electric_derated(load->rated_va) * factor;
}

static void
set_limit(struct stock_work *work, uint32_t index, double limit_w)
{
	work->limits[index] = (struct stock_limit){ .known = limit_w >= 0.0,
	    .left_w = limit_w };
}

/* The limits of nodes that the overlay takes away are 0, not unknown. */
static void
find_limits(struct stock_work *work)
{
	const struct inventory *inventory = work->inventory;

	for (uint32_t i = 0; i < inventory->n_power; i++) {
		struct stock_node *node = &work->nodes[i];

		node->limit_w = overlay_share(work->overlay, i) > 0.0 ?
		    node_limit_w(&node->load) : 0.0;
		set_limit(work, i, node->limit_w);
	}
	for (uint32_t h = 0; h < inventory->n_places[ENTITY_HALL]; h++) {
		const struct place *hall = inventory->places[ENTITY_HALL][h];

		set_limit(work, stock_limit_hall(work, h), hall != NULL &&
		    hall->design_w > 0.0 ? hall->design_w : -1.0);
		set_limit(work, stock_limit_cooling(work, h), hall != NULL &&
		    hall->cooling_w > 0.0 ? hall->cooling_w : -1.0);
	}
}

static void
add_above(struct stock_work *work, uint32_t *at, uint32_t limit, double share)
{
	work->above[(*at)++] = (struct stock_above){ limit, share, 1.0 / share };
}

/* All that bears on a group: its nodes, its hall. */
static void
list_above(struct stock_work *work, uint32_t g, uint32_t *at)
{
	const struct tree_group *group = &work->tree->groups[g];
	uint32_t lost = tree_lost(work->tree, group, work->overlay), n_left = 0;

	for (unsigned f = 0; f < group->n_feeds; f++) {
		n_left += (lost & 1u << f) == 0;
	}
	work->groups[g].first_above = *at;
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above =
		    &work->tree->above[group->first_above + i];

		/* what a lost node fed is fed by the others: it has no say */
		if ((above->feeds & ~lost) != 0) {
			add_above(work, at, above->node,
			    tree_share(above->feeds & ~lost, n_left));
		}
	}
	if (group->hall != TREE_NONE) {
		add_above(work, at, stock_limit_hall(work, group->hall), 1.0);
		add_above(work, at, stock_limit_cooling(work, group->hall), 1.0);
	}
	work->groups[g].n_above = *at - work->groups[g].first_above;
}

static void
subtract_group(struct stock_work *work, const struct stock_group *group)
{
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct stock_above *above = &work->above[group->first_above + i];

		work->limits[above->limit].left_w -= above->share * group->committed_w;
		if (above->limit < work->inventory->n_power) {
			struct stock_node *node = &work->nodes[above->limit];

			node->committed_w += above->share * group->committed_w;
			node->n_committed += group->n_committed;
			node->n_racks += group->n_racks;
		}
	}
}

/* Cooling is a resource of its own: formula 11, not 9. */
static void
find_least(struct stock_work *work, struct stock_group *group)
{
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct stock_above *above = &work->above[group->first_above + i];
		const struct stock_limit *limit = &work->limits[above->limit];
		double left_w = limit->left_w / above->share;
		bool is_node = above->limit < work->inventory->n_power;

		if (!limit->known || above->limit >= stock_limit_cooling(work, 0) ||
		    (group->has_least && left_w >= group->least_w)) {
			continue;
		}
		group->has_least = true;
		group->least_w = left_w;
		group->least = is_node ? (int32_t)above->limit : STOCK_BY_HALL;
	}
}

/* What is left of halls is asked for rack by rack: formula 11 needs the cooling. */
static void
keep_halls(struct stock_work *work)
{
	for (uint32_t h = 0; h < work->inventory->n_places[ENTITY_HALL]; h++) {
		const struct stock_limit *design = &work->limits[stock_limit_hall(work, h)];
		const struct stock_limit *cooling =
		    &work->limits[stock_limit_cooling(work, h)];

		work->halls[h] = (struct stock_hall){ design->known, cooling->known,
		    design->left_w, cooling->left_w };
	}
}

void
stock_limit_find(struct stock_work *work)
{
	uint32_t n_above = 0;

	find_limits(work);
	for (uint32_t g = 0; g < work->tree->n_groups; g++) {
		list_above(work, g, &n_above);
		subtract_group(work, &work->groups[g]);
	}
	for (uint32_t g = 0; g < work->tree->n_groups; g++) {
		find_least(work, &work->groups[g]);
	}
	keep_halls(work);
}

static void
tight_first(struct stock_work *work, struct stock_group *group)
{
	struct stock_above *above = &work->above[group->first_above];

	for (uint32_t i = 0; i < group->n_above; i++) {
		struct stock_above found = above[i];

		if (work->limits[found.limit].tight) {
			above[i] = above[group->n_tight];
			above[group->n_tight++] = found;
		}
	}
}

void
stock_limit_tight(struct stock_work *work)
{
	for (uint32_t g = 0; g < work->tree->n_groups; g++) {
		const struct stock_group *group = &work->groups[g];

		for (uint32_t i = 0; i < group->n_above; i++) {
			const struct stock_above *above =
			    &work->above[group->first_above + i];

			work->limits[above->limit].wanted_w += above->share *
			    group->wanted_w;
		}
	}
	for (uint32_t i = 0; i < work->n_limits; i++) {
		struct stock_limit *limit = &work->limits[i];

		limit->tight = limit->known && limit->wanted_w > limit->left_w;
	}
	for (uint32_t g = 0; g < work->tree->n_groups; g++) {
		tight_first(work, &work->groups[g]);
	}
}
