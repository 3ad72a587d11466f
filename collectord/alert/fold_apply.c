/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new topology: what is known of leaves is carried over, what nodes have is
 * made of it anew; only open episodes and the times of good polls go by name.
 */
#include <config.h>

#include "alert/fold.h"
#include "alert/fold_inner.h"

#include <stdlib.h>
#include <string.h>

void
fold_side_done(struct fold_side *side)
{
	free(side->leaves);
	free(side->nodes);
	free(side->lost);
	free(side->common);
	free(side->episodes);
	*side = (struct fold_side){ 0 };
}

int
fold_side_init(struct fold_side *side, const struct topology_graph *graph)
{
	*side = (struct fold_side){ .n_leaves = graph->n_leaves,
	    .n_nodes = graph->n_nodes, .older_ns = INT64_MIN };
	side->leaves = calloc((size_t)graph->n_leaves + 1, sizeof(*side->leaves));
	side->lost = calloc((size_t)graph->n_leaves + 1, sizeof(*side->lost));
	side->nodes = calloc((size_t)graph->n_nodes + 1, sizeof(*side->nodes));
	side->common = calloc((size_t)graph->n_nodes + 1, sizeof(*side->common));
	side->episodes = calloc((size_t)graph->n_nodes + 1, sizeof(*side->episodes));
	if (side->leaves == NULL || side->lost == NULL || side->nodes == NULL ||
	    side->common == NULL || side->episodes == NULL) {
		fold_side_done(side);
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < graph->n_nodes; i++) {
		side->nodes[i] = (struct fold_node){ .parent = graph->nodes[i].parent,
		    .episode = TOPOLOGY_NONE, .good_ns = INT64_MIN,
		    .newest_ns = INT64_MIN };
	}
	return COL_OK;
}

static uint32_t
same_node(const struct topology *from, const struct topology *to, enum fold_by by,
    uint32_t node)
{
	char entity[ALERT_ENTITY_SIZE];

	topology_entity(from, by, node, entity);
	return topology_find(to, by, entity, from->graphs[by].nodes[node].instance);
}

/* The feed of the same letter, for a rack may get others. */
static void
carry_feeds(struct fold_side *side, const struct topology *to, const struct fold *old)
{
	const struct topology *from = old->topology;
	const struct fold_side *was = &old->sides[FOLD_SUPPLY];

	for (uint32_t r = 0; r < from->inventory->n_racks &&
	    r < to->inventory->n_racks; r++) {
		const struct rack *before = from->inventory->racks[r];
		const struct rack *now = to->inventory->racks[r];

		for (unsigned f = 0; before != NULL && now != NULL &&
		    f < now->n_feeds; f++) {
			unsigned b = 0;

			while (b < before->n_feeds &&
			    strcmp(before->feeds[b].id, now->feeds[f].id) != 0) {
				b++;
			}
			if (b < before->n_feeds && topology_is_leaf(to, FOLD_SUPPLY,
			    to->first_feed[r] + f)) {
				side->leaves[to->first_feed[r] + f] =
				    was->leaves[from->first_feed[r] + b];
			}
		}
	}
}

static void
carry_devices(struct fold_side *side, const struct topology *to, const struct fold *old)
{
	const struct fold_side *was = &old->sides[FOLD_REACH];

	for (uint32_t i = 0; i < was->n_leaves && i < side->n_leaves; i++) {
		if (topology_is_leaf(to, FOLD_REACH, i)) {
			side->leaves[i] = was->leaves[i];
		}
	}
}

static void
mark_good_at(struct fold_side *side, const struct topology_graph *graph, uint32_t leaf)
{
	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[leaf][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			side->nodes[n].n_good++;
			if (side->leaves[leaf].at_ns > side->nodes[n].good_ns) {
				side->nodes[n].good_ns = side->leaves[leaf].at_ns;
			}
		}
	}
}

static void
mark_lost_at(struct fold_side *side, const struct topology_graph *graph, uint32_t leaf)
{
	int64_t at_ns = side->leaves[leaf].at_ns;

	side->leaves[leaf].place = side->n_lost;
	side->lost[side->n_lost++] = leaf;
	side->older_ns = at_ns > side->older_ns ? at_ns : side->older_ns;
	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[leaf][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			struct fold_node *node = &side->nodes[n];

			node->n_lost++;
			node->n_fresh += at_ns > node->good_ns;
			if (at_ns > node->newest_ns) {
				node->newest_ns = at_ns;
			}
		}
	}
}

/* All that one side is to be: leaves, nodes, episodes. */
static void
carry(const struct fold *old, enum fold_by by, const struct topology *to,
    struct fold_side *side)
{
	const struct topology_graph *graph = &to->graphs[by];
	const struct fold_side *was = &old->sides[by];

	if (by == FOLD_SUPPLY) {
		carry_feeds(side, to, old);
	} else {
		carry_devices(side, to, old);
	}
	for (uint32_t i = 0; i < was->n_nodes; i++) {
		uint32_t n;

		if (was->nodes[i].good_ns == INT64_MIN && was->nodes[i].episode ==
		    TOPOLOGY_NONE) {
			continue;
		}
		n = same_node(old->topology, to, by, i);
		if (n == TOPOLOGY_NONE) {
			continue;
		}
		side->nodes[n].good_ns = was->nodes[i].good_ns;
		if (was->nodes[i].episode != TOPOLOGY_NONE) {
			struct fold_episode *episode = &side->episodes[side->n_episodes];

			*episode = was->episodes[was->nodes[i].episode];
			episode->node = n;
			/* arranged anew; told where it is another than before */
			episode->above = episode->above != TOPOLOGY_NONE ?
			    same_node(old->topology, to, episode->above_by,
			    episode->above) : TOPOLOGY_NONE;
			side->nodes[n].episode = side->n_episodes++;
		}
	}
	for (uint32_t i = 0; i < side->n_leaves; i++) {
		if (side->leaves[i].word == FOLD_GOOD) {
			mark_good_at(side, graph, i);
		}
	}
	for (uint32_t i = 0; i < side->n_leaves; i++) {
		if (side->leaves[i].word == FOLD_LOST) {
			mark_lost_at(side, graph, i);
		}
	}
}

/* Episodes of nodes that are no more. */
static void
tell_gone(struct fold *fold, const struct topology *to)
{
	for (unsigned by = 0; by < FOLD_N; by++) {
		struct fold_side *side = &fold->sides[by];

		for (uint32_t i = 0; i < side->n_episodes; i++) {
			const struct fold_episode *episode = &side->episodes[i];
			struct fold_verdict verdict = { .kind = FOLD_NODE_OVER,
			    .by = (enum fold_by)by, .node = episode->node,
			    .above = TOPOLOGY_NONE, .above_by = (enum fold_by)by,
			    .n_most = episode->n_most, .since = episode->since,
			    .gone = true };

			if (episode->stage == FOLD_STAGE_LOST && same_node(fold->topology,
			    to, (enum fold_by)by, episode->node) == TOPOLOGY_NONE) {
				fold->fn(fold->arg, &verdict);
			}
		}
	}
}

int
fold_apply(struct fold *fold, struct topology *topology, int64_t interval_ns,
    struct mono now)
{
	struct fold_side sides[FOLD_N] = { 0 };

	for (unsigned by = 0; by < FOLD_N; by++) {
		if (fold_side_init(&sides[by], &topology->graphs[by]) != COL_OK) {
			fold_side_done(&sides[0]);
			return COL_ENOMEM;
		}
	}
	if (fold->topology != NULL) {
		tell_gone(fold, topology);
		for (unsigned by = 0; by < FOLD_N; by++) {
			carry(fold, (enum fold_by)by, topology, &sides[by]);
		}
	}
	for (unsigned by = 0; by < FOLD_N; by++) {
		fold_side_done(&fold->sides[by]);
		fold->sides[by] = sides[by];
	}
	topology_free(fold->topology);
	fold->topology = topology;
	fold->interval_ns = interval_ns;
	for (unsigned by = 0; by < FOLD_N; by++) {
		fold_tell_counts(fold, (enum fold_by)by, now);
	}
	fold_arrange(fold);
	return COL_OK;
}

void
fold_restore(struct fold *fold, enum fold_by by, uint32_t node, uint32_t n_most,
    struct wall since)
{
	struct fold_episode *episode;

	if (fold->topology == NULL || node >= fold->sides[by].n_nodes ||
	    fold_lost_at(fold, by, node) != NULL) {
		return;
	}
	episode = fold_open(fold, by, node);
	episode->n_most = n_most;
	episode->restored = true;
	episode->since = since;
	/* who folds whom is known already to those who restore */
	for (unsigned b = 0; b < FOLD_N; b++) {
		for (uint32_t i = 0; i < fold->sides[b].n_episodes; i++) {
			episode = &fold->sides[b].episodes[i];
			episode->above = fold_above(fold, (enum fold_by)b, FOLD_OF_NODE,
			    episode->node);
			episode->above_by = (enum fold_by)b;
		}
	}
}
