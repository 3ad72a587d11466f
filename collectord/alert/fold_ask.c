/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who folds whom: asked for leaves, racks and devices, arranged for nodes.
 */
#include <config.h>

#include "alert/fold.h"
#include "alert/fold_inner.h"

bool
fold_leaf_below(const struct fold *fold, enum fold_by by, uint32_t leaf, uint32_t node)
{
	const struct topology_graph *graph = &fold->topology->graphs[by];

	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		uint32_t n = graph->up[leaf][way];

		while (n != TOPOLOGY_NONE && n != node) {
			n = graph->nodes[n].parent;
		}
		if (n == node) {
			return true;
		}
	}
	return false;
}

/* The highest node above a leaf that is in a stage, or NONE. */
static uint32_t
highest(const struct fold *fold, enum fold_by by, uint32_t leaf, enum fold_stage stage)
{
	const struct topology_graph *graph = &fold->topology->graphs[by];
	const struct fold_side *side = &fold->sides[by];
	uint32_t best = TOPOLOGY_NONE;

	/* switches first: of two alike the place is the higher */
	for (unsigned way = TOPOLOGY_WAYS; way-- > 0;) {
		for (uint32_t n = graph->up[leaf][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			uint32_t at = side->nodes[n].episode;

			if (at != TOPOLOGY_NONE && side->episodes[at].stage == stage &&
			    (best == TOPOLOGY_NONE || graph->nodes[n].n_leaves >=
			    graph->nodes[best].n_leaves)) {
				best = n;
			}
		}
	}
	return best;
}

static uint32_t
above_leaf(const struct fold *fold, enum fold_by by, uint32_t leaf)
{
	uint32_t node;

	if (!topology_is_leaf(fold->topology, by, leaf)) {
		return TOPOLOGY_NONE;
	}
	node = highest(fold, by, leaf, FOLD_STAGE_LOST);
	if (node == TOPOLOGY_NONE && !fold->sides[by].leaves[leaf].alone &&
	    fold->sides[by].leaves[leaf].word != FOLD_LOST) {
		node = highest(fold, by, leaf, FOLD_STAGE_LINGER);
	}
	return node;
}

/* One of the feeds of a rack is folded, or all of them must be. */
static uint32_t
above_feeds(const struct fold *fold, uint32_t rack, bool all)
{
	const struct topology *topology = fold->topology;
	uint32_t node = TOPOLOGY_NONE;

	for (uint32_t leaf = topology->first_feed[rack];
	    leaf < topology->first_feed[rack + 1]; leaf++) {
		uint32_t above = above_leaf(fold, FOLD_SUPPLY, leaf);

		if (above == TOPOLOGY_NONE && all &&
		    topology_is_leaf(topology, FOLD_SUPPLY, leaf)) {
			return TOPOLOGY_NONE;
		}
		node = node == TOPOLOGY_NONE ? above : node;
	}
	return node;
}

static uint32_t
above_rack(const struct fold *fold, enum fold_by by, uint32_t rack)
{
	const struct inventory *inventory = fold->topology->inventory;
	uint32_t node = TOPOLOGY_NONE;

	if (rack >= inventory->n_racks || inventory->racks[rack] == NULL) {
		return TOPOLOGY_NONE;
	}
	if (by == FOLD_SUPPLY) {
		return above_feeds(fold, rack, false);
	}
	for (uint32_t i = 0; i < inventory->racks[rack]->n_devices; i++) {
		uint32_t device = inventory->racks[rack]->devices[i];

		node = above_leaf(fold, by, device);
		if (node == TOPOLOGY_NONE) {
			break;
		}
	}
	return node;
}

static uint32_t
above_device(const struct fold *fold, enum fold_by by, uint32_t device)
{
	const struct inventory *inventory = fold->topology->inventory;
	uint32_t feed;

	if (device >= inventory->n_devices || inventory->devices[device] == NULL) {
		return TOPOLOGY_NONE;
	}
	if (by == FOLD_REACH) {
		return above_leaf(fold, by, device);
	}
	feed = topology_feed(fold->topology, device);
	if (feed != TOPOLOGY_NONE) {
		return above_leaf(fold, by, feed);
	}
	return inventory->devices[device]->rack < inventory->n_racks ?
	    above_feeds(fold, inventory->devices[device]->rack, true) : TOPOLOGY_NONE;
}

/* The last lost node on the way up from one, itself included; or NONE. */
static uint32_t
last_lost(const struct fold *fold, enum fold_by by, uint32_t from)
{
	uint32_t best = TOPOLOGY_NONE;

	for (uint32_t n = from; n != TOPOLOGY_NONE; n = fold->sides[by].nodes[n].parent) {
		if (fold_lost_at(fold, by, n) != NULL) {
			best = n;
		}
	}
	return best;
}

uint32_t
fold_highest_lost(const struct fold *fold, enum fold_by by, uint32_t node)
{
	const struct topology_node *nodes = fold->topology->graphs[by].nodes;
	uint32_t a = last_lost(fold, by, nodes[node].parent);
	uint32_t b = last_lost(fold, by, nodes[node].other);

	if (a == TOPOLOGY_NONE || b == TOPOLOGY_NONE) {
		return a == TOPOLOGY_NONE ? b : a;
	}
	if (nodes[a].n_leaves != nodes[b].n_leaves) {
		return nodes[a].n_leaves > nodes[b].n_leaves ? a : b;
	}
	return nodes[a].kind == TOPOLOGY_THROUGH ? b : a;
}

uint32_t
fold_above(const struct fold *fold, enum fold_by by, enum fold_of of, uint32_t index)
{
	if (fold->topology == NULL || fold->sides[by].n_episodes == 0) {
		return TOPOLOGY_NONE;
	}
	switch (of) {
	case FOLD_OF_LEAF:
		return above_leaf(fold, by, index);
	case FOLD_OF_NODE:
		return index < fold->sides[by].n_nodes ? fold_highest_lost(fold, by, index) :
		    TOPOLOGY_NONE;
	case FOLD_OF_RACK:
		return above_rack(fold, by, index);
	case FOLD_OF_DEVICE:
		return above_device(fold, by, index);
	case FOLD_OF_N:
		break;
	}
	return TOPOLOGY_NONE;
}

bool
fold_explained(const struct fold *fold, uint32_t device)
{
	uint32_t node = fold_above(fold, FOLD_SUPPLY, FOLD_OF_DEVICE, device);

	return node != TOPOLOGY_NONE && fold_lost_at(fold, FOLD_SUPPLY, node) != NULL;
}

/* The node of SUPPLY that explains all that one of REACH has lost, or NONE. */
static uint32_t
explains(const struct fold *fold, uint32_t node)
{
	const struct fold_side *side = &fold->sides[FOLD_REACH];
	uint32_t found = TOPOLOGY_NONE;

	for (uint32_t i = 0; i < side->n_lost; i++) {
		if (!fold_leaf_below(fold, FOLD_REACH, side->lost[i], node)) {
			continue;
		}
		if (!fold_explained(fold, side->lost[i])) {
			return TOPOLOGY_NONE;
		}
		found = fold_above(fold, FOLD_SUPPLY, FOLD_OF_DEVICE, side->lost[i]);
	}
	return found;
}

void
fold_arrange(struct fold *fold)
{
	for (unsigned by = 0; by < FOLD_N; by++) {
		struct fold_side *side = &fold->sides[by];

		for (uint32_t i = 0; i < side->n_episodes; i++) {
			struct fold_episode *episode = &side->episodes[i];
			enum fold_by above_by = (enum fold_by)by;
			uint32_t above;

			if (episode->stage != FOLD_STAGE_LOST) {
				continue;
			}
			above = fold_highest_lost(fold, above_by, episode->node);
			if (above == TOPOLOGY_NONE && by == FOLD_REACH &&
			    fold->sides[FOLD_SUPPLY].n_episodes > 0) {
				above = explains(fold, episode->node);
				above_by = above != TOPOLOGY_NONE ? FOLD_SUPPLY : by;
			}
			if (above != episode->above || above_by != episode->above_by) {
				episode->above = above;
				episode->above_by = above_by;
				fold_tell(fold, (enum fold_by)by, FOLD_NODE_MOVED,
				    episode);
			}
		}
	}
}

bool
fold_find(const struct fold *fold, uint32_t by, enum fold_of of, uint32_t index,
    struct fold_found *ret_found)
{
	for (unsigned b = 0; b < FOLD_N && fold->topology != NULL; b++) {
		struct fold_found found = { (enum fold_by)b, TOPOLOGY_NONE };

		if ((by & 1u << b) == 0) {
			continue;
		}
		if (of == FOLD_OF_NODE && index < fold->sides[b].n_nodes &&
		    fold_lost_at(fold, found.by, index) != NULL) {
			found.node = fold_lost_at(fold, found.by, index)->above;
			found.by = fold_lost_at(fold, found.by, index)->above_by;
		} else {
			found.node = fold_above(fold, found.by, of, index);
		}
		if (found.node != TOPOLOGY_NONE) {
			*ret_found = found;
			return true;
		}
	}
	return false;
}

bool
fold_is_lost(const struct fold *fold, enum fold_by by, uint32_t node)
{
	return fold->topology != NULL && node < fold->sides[by].n_nodes &&
	    fold_lost_at(fold, by, node) != NULL;
}

uint32_t
fold_n_lost(const struct fold *fold, enum fold_by by, uint32_t node)
{
	return fold->topology != NULL && node < fold->sides[by].n_nodes ?
	    fold->sides[by].nodes[node].n_lost : 0;
}

enum fold_word
fold_leaf(const struct fold *fold, enum fold_by by, uint32_t leaf)
{
	return fold->topology != NULL && leaf < fold->sides[by].n_leaves ?
	    (enum fold_word)fold->sides[by].leaves[leaf].word : FOLD_UNKNOWN;
}
