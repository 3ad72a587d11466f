/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loads of the feed tree in one slot: racks are added to their groups, groups
 * to the nodes above them, and what moves when a node is lost to its pairs.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "capacity/electric.h"
#include "capacity/redundancy.h"
#include "capacity/tree.h"

/* One feed of a group's racks, or of one rack, in the slot. */
struct feed_sum {
	double power_w, apparent_va;
	double most_va;            /* the same, with unknown feeds at their breakers;
				    * INFINITY: one of these is not known */
	uint32_t n_known, n_expected, n_apparent;
};
struct group_sum {
	struct feed_sum feeds[INVENTORY_FEEDS_MAX];
	uint32_t n_racks, n_declared;
};

static void
add_sum(struct feed_sum *to, const struct feed_sum *from)
{
	to->power_w += from->power_w;
	to->apparent_va += from->apparent_va;
	to->most_va += from->most_va;
	to->n_known += from->n_known;
	to->n_expected += from->n_expected;
	to->n_apparent += from->n_apparent;
}

/* ---- racks ---------------------------------------------------------------------- */

/* What a feed of which nothing is known may carry at most. */
static double
breaker_va(const struct feed *feed)
{
	return !(feed->breaker_a > 0.0) ? INFINITY : electric_rated_va(feed->phases,
	    feed->volts > 0.0 ? feed->volts : ELECTRIC_VOLTS, feed->breaker_a);
}

static void
read_feeds(const struct tree *tree, uint32_t rack, const struct rollup *rollup,
    struct feed_sum *feeds)
{
	const struct rack_slot *slot = rollup == NULL ||
	    rack >= rollup->inventory->n_racks ? NULL : &rollup->racks[rack];
	unsigned n_told = 0, n_feeds = tree->groups[tree->group_of[rack]].n_feeds;
	const struct feed_slot *told = rollup_feeds(rollup, rack, &n_told);

	for (unsigned f = 0; f < n_feeds; f++) {
		bool known = slot != NULL && (slot->feed_mask & 1u << f) != 0;
		bool apparent = known && f < n_told &&
		    (told[f].flags & FEED_APPARENT) != 0;
		double power_w = known ? slot->feed_power_w[f] : 0.0;

		/* a device that rounds does not make less VA than W */
		feeds[f] = (struct feed_sum){ .power_w = power_w,
		    .apparent_va = apparent ? fmax((double)told[f].apparent_va,
		    power_w) : power_w, .n_apparent = apparent, .n_known = known,
		    .n_expected = known || tree->declared[rack] };
		feeds[f].most_va = known || feeds[f].n_expected == 0 ?
		    feeds[f].apparent_va :
		    breaker_va(&tree->inventory->racks[rack]->feeds[f]);
	}
}

/*
 * Formula 12: what the lost feeds carried is on those that are left, alike.  A
 * share of what is not known makes the sum a lower bound.
 */
static void
lose_feeds(struct feed_sum *feeds, unsigned n_feeds, uint32_t lost)
{
	struct feed_sum moved = { 0 };
	unsigned n_left = 0;

	for (unsigned f = 0; f < n_feeds; f++) {
		if ((lost & 1u << f) == 0) {
			n_left++;
			continue;
		}
		add_sum(&moved, &feeds[f]);
		/* nothing comes through it, and that is known */
		feeds[f] = (struct feed_sum){ .n_known = feeds[f].n_expected,
		    .n_expected = feeds[f].n_expected };
	}
	for (unsigned f = 0; f < n_feeds && n_left > 0; f++) {
		if ((lost & 1u << f) == 0) {
			feeds[f].power_w += moved.power_w / n_left;
			feeds[f].apparent_va += moved.apparent_va / n_left;
			feeds[f].most_va += moved.most_va / n_left;
			feeds[f].n_known = moved.n_known < moved.n_expected ? 0 :
			    feeds[f].n_known;
		}
	}
}

static void
change_feeds(struct feed_sum *feeds, unsigned n_feeds,
    const struct overlay_change *change, uint32_t lost)
{
	double added_w = change == NULL || change->n_added == 0 ? 0.0 :
	    change->n_added * change->server->need[SPACE_POWER];

	for (unsigned f = 0; f < n_feeds; f++) {
		if (change != NULL && change->removed) {
			feeds[f] = (struct feed_sum){ 0 };
		} else {
			feeds[f].power_w += added_w / n_feeds;
			feeds[f].apparent_va += added_w / n_feeds;
			feeds[f].most_va += added_w / n_feeds;
		}
	}
	lost |= change != NULL ? change->feeds_lost : 0;
	if (lost != 0) {
		lose_feeds(feeds, n_feeds, lost);
	}
}

static void
sum_racks(const struct tree *tree, const struct rollup *rollup,
    const struct overlay *overlay, struct group_sum *sums)
{
	for (uint32_t r = 0; r < tree->inventory->n_racks; r++) {
		const struct overlay_change *change = overlay_of(overlay, r);
		const struct tree_group *group;
		struct feed_sum feeds[INVENTORY_FEEDS_MAX];
		struct group_sum *sum;

		if (tree->group_of[r] == TREE_NONE) {
			continue;
		}
		group = &tree->groups[tree->group_of[r]];
		sum = &sums[tree->group_of[r]];
		read_feeds(tree, r, rollup, feeds);
		if (overlay != NULL) {
			change_feeds(feeds, group->n_feeds, change,
			    tree_lost(tree, group, overlay));
		}
		for (unsigned f = 0; f < group->n_feeds; f++) {
			add_sum(&sum->feeds[f], &feeds[f]);
		}
		sum->n_racks++;
		sum->n_declared += tree->declared[r] &&
		    (change == NULL || !change->removed);
	}
}

/* ---- nodes ---------------------------------------------------------------------- */

static void
add_group(const struct tree *tree, const struct tree_group *group,
    const struct group_sum *sum, struct tree_load *loads)
{
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above = &tree->above[group->first_above + i];
		struct tree_load *load = &loads[above->node];

		load->n_racks += sum->n_racks;
		load->n_dark += above->feeds == (1u << group->n_feeds) - 1 ?
		    sum->n_declared : 0;
		for (unsigned f = 0; f < group->n_feeds; f++) {
			if ((above->feeds & 1u << f) == 0) {
				continue;
			}
			load->n_feeds += sum->n_racks;
			load->power_w += sum->feeds[f].power_w;
			load->apparent_va += sum->feeds[f].apparent_va;
			load->most_va += sum->feeds[f].most_va;
			load->n_known += sum->feeds[f].n_known;
			load->n_expected += sum->feeds[f].n_expected;
			load->n_apparent += sum->feeds[f].n_apparent;
		}
	}
}

static bool
enough(const struct tree_load *load)
{
	return load->n_known >= TREE_COVERAGE * load->n_expected;
}

/* ---- pairs ---------------------------------------------------------------------- */

static unsigned
count_bits(uint32_t bits)
{
	unsigned n = 0;

	for (; bits != 0; bits &= bits - 1) {
		n++;
	}
	return n;
}

/* What a survivor takes over. */
struct moved { double apparent_va, most_va; };

static void
sum_moves(const struct tree *tree, const struct group_sum *sums, struct moved *moved)
{
	for (uint32_t g = 0; g < tree->n_groups; g++) {
		const struct tree_group *group = &tree->groups[g];
		uint32_t all = (1u << group->n_feeds) - 1;

		for (uint32_t i = 0; i < group->n_moves; i++) {
			const struct tree_move *move = &tree->moves[group->first_move + i];
			const struct tree_above *above = &tree->above[group->first_above];
			uint32_t lost = above[move->lost].feeds;
			struct moved *to = &moved[move->pair];
			double share = (double)count_bits(above[move->survivor].feeds &
			    all) / count_bits(all & ~lost);

			for (unsigned f = 0; f < group->n_feeds; f++) {
				if ((lost & 1u << f) != 0) {
					to->apparent_va += share *
					    sums[g].feeds[f].apparent_va;
					to->most_va += share * sums[g].feeds[f].most_va;
				}
			}
		}
	}
}

/* Formula 6 for one side of a pair: room that is left after the loss. */
static void
take_arc(struct tree_load *load, double room_va)
{
	load->arc_va = load->has_arc ? fmin(load->arc_va, room_va) : room_va;
	load->has_arc = true;
}

/*
 * A pair is judged when nearly all of both is known, when what is known is too
 * much already, and when even the most that the rest can be is not.
 */
static bool
is_judged(const struct tree_load *lost, const struct tree_load *to,
    const struct moved *moved)
{
	double least = to->apparent_va + moved->apparent_va;
	double most = to->most_va + moved->most_va;

	return to->rated_va > 0.0 && ((enough(lost) && enough(to) && to->n_expected > 0) ||
	    least > ELECTRIC_DERATE * to->rated_va ||
	    most <= ELECTRIC_DERATE * to->rated_va);
}

static void
judge_pair(struct tree_load *loads, const struct tree_pair *pair,
    const struct moved *moved)
{
	struct tree_load *lost = &loads[pair->lost], *to = &loads[pair->survivor];
	double va = to->apparent_va + moved->apparent_va;

	if (!is_judged(lost, to, moved)) {
		lost->state = FAILOVER_UNKNOWN;
		return;
	}
	if (!lost->has_failover || va / to->rated_va > lost->failover_ratio) {
		lost->has_failover = true;
		lost->failover_ratio = va / to->rated_va;
		lost->survivor = pair->survivor;
	}
	take_arc(lost, electric_derated(to->rated_va) - va);
	take_arc(to, electric_derated(to->rated_va) - va);
	/* one pair that is not known is enough to keep it unknown */
	if (lost->state == FAILOVER_SINGLE) {
		lost->state = FAILOVER_OK;
	}
}

static void
judge(const struct tree *tree, const struct group_sum *sums, struct moved *moved,
    struct tree_load *loads)
{
	sum_moves(tree, sums, moved);
	for (uint32_t i = 0; i < tree->inventory->n_power; i++) {
		loads[i].state = loads[i].n_racks > 0 ? FAILOVER_SINGLE :
		    FAILOVER_UNKNOWN;
		loads[i].survivor = TREE_NONE;
	}
	for (uint32_t p = 0; p < tree->n_pairs; p++) {
		judge_pair(loads, &tree->pairs[p], &moved[p]);
	}
	for (uint32_t i = 0; i < tree->inventory->n_power; i++) {
		struct tree_load *load = &loads[i];
		enum failover worst = load->has_failover ?
		    redundancy_state(load->failover_ratio) : FAILOVER_UNKNOWN;

		if (load->state == FAILOVER_OK || worst > FAILOVER_OK) {
			load->state = worst;
		}
	}
}

struct tree_load *
tree_loads(const struct tree *tree, const struct rollup *rollup,
    const struct overlay *overlay)
{
	const struct inventory *inventory = tree->inventory;
	struct group_sum *sums = calloc((size_t)tree->n_groups + 1, sizeof(*sums));
	struct tree_load *loads = calloc((size_t)inventory->n_power + 1, sizeof(*loads));
	struct moved *moved = calloc((size_t)tree->n_pairs + 1, sizeof(*moved));

	if (sums == NULL || loads == NULL || moved == NULL) {
		free(loads);
		loads = NULL;
		goto out;
	}
	sum_racks(tree, rollup, overlay, sums);
	for (uint32_t g = 0; g < tree->n_groups; g++) {
		add_group(tree, &tree->groups[g], &sums[g], loads);
	}
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		loads[i].rated_va = power_rated_va(&inventory->power[i]) *
		    overlay_share(overlay, i);
		loads[i].has_ratio = loads[i].n_known > 0 && loads[i].rated_va > 0.0;
		loads[i].ratio = loads[i].has_ratio ?
		    loads[i].apparent_va / loads[i].rated_va : 0.0;
	}
	judge(tree, sums, moved, loads);
out:
	free(moved);
	free(sums);
	return loads;
}
