/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The index over the feed tree, made once per inventory: groups of racks, the
 * nodes above each group, and which node takes over from which.
 */
#include <config.h>

#include "capacity/tree.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

/* A growing array of what a group needs. */
struct list {
	void *items;
	size_t n, size;            /* items, room for them */
	bool failed;
};

struct group_key {
	uint32_t hall, n_feeds, node[INVENTORY_FEEDS_MAX];
};
struct known_group { struct group_key key; uint32_t index; UT_hash_handle hh; };
struct known_pair { struct tree_pair key; uint32_t index; UT_hash_handle hh; };

/* While it is made. */
struct build {
	struct tree *tree;
	struct list groups, above, moves, pairs;
	struct known_group *known_groups;
	struct known_pair *known_pairs;
	bool failed;
};

/* Room for one more, or NULL. */
static void *
push(struct list *list, size_t item_size)
{
	if (list->n == list->size) {
		size_t size = list->size == 0 ? 64 : list->size * 2;
		void *items = realloc(list->items, size * item_size);

		if (items == NULL) {
			list->failed = true;
			return NULL;
		}
		list->items = items;
		list->size = size;
	}
	return memset((char *)list->items + list->n++ * item_size, 0, item_size);
}

static uint32_t
hall_of(const struct inventory *inventory, const struct rack *rack)
{
	const struct place *hall = inventory_above(inventory, rack, ENTITY_HALL);

	return hall != NULL ? hall->index : TREE_NONE;
}

/* ---- what is above a group ------------------------------------------------------ */

static void
add_above(struct build *build, struct tree_group *group, uint32_t node, unsigned feed)
{
	struct tree_above *items = build->above.items;
	struct tree_above *above;

	for (uint32_t i = 0; i < group->n_above; i++) {
		if (items[group->first_above + i].node == node) {
			items[group->first_above + i].feeds |= 1u << feed;
			return;
		}
	}
	above = push(&build->above, sizeof(*above));
	if (above != NULL) {
		*above = (struct tree_above){ node, 1u << feed };
		group->n_above++;
	}
}

static void
find_above(struct build *build, struct tree_group *group)
{
	const struct inventory *inventory = build->tree->inventory;

	group->first_above = (uint32_t)build->above.n;
	for (unsigned f = 0; f < group->n_feeds; f++) {
		for (uint32_t n = group->feed_node[f]; n != TREE_NONE;
		    n = inventory->power[n].from) {
			add_above(build, group, n, f);
		}
	}
}

/* ---- who takes over ------------------------------------------------------------- */

static uint32_t
pair_of(struct build *build, struct tree_pair pair)
{
	struct known_pair *known;
	struct tree_pair *added;

	HASH_FIND(hh, build->known_pairs, &pair, sizeof(pair), known);
	if (known != NULL) {
		return known->index;
	}
	known = calloc(1, sizeof(*known));
	added = push(&build->pairs, sizeof(*added));
	if (known == NULL || added == NULL) {
		free(known);
		build->failed = true;
		return 0;
	}
	*added = pair;
	known->key = pair;
	known->index = (uint32_t)build->pairs.n - 1;
	HASH_ADD(hh, build->known_pairs, key, sizeof(known->key), known);
	return known->index;
}

/* The way of one feed has a node of that kind. */
static bool
path_has(const struct build *build, const struct tree_group *group, unsigned feed,
    enum power_kind kind)
{
	const struct tree_above *items = build->above.items;

	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above = &items[group->first_above + i];

		if ((above->feeds & 1u << feed) != 0 &&
		    build->tree->inventory->power[above->node].kind == kind) {
			return true;
		}
	}
	return false;
}

/* True when b takes over from a in the sense of struct tree_pair. */
static bool
takes_over(const struct build *build, const struct tree_group *group,
    const struct tree_above *a, const struct tree_above *b)
{
	const struct power_node *nodes = build->tree->inventory->power;

	if ((a->feeds & b->feeds) != 0) {
		return false;   /* one is above the other */
	}
	if (nodes[a->node].kind == nodes[b->node].kind) {
		return true;
	}
	for (unsigned f = 0; f < group->n_feeds; f++) {
		if (group->feed_node[f] == b->node &&
		    !path_has(build, group, f, nodes[a->node].kind)) {
			return true;
		}
	}
	return false;
}

static void
find_moves(struct build *build, struct tree_group *group)
{
	group->first_move = (uint32_t)build->moves.n;
	for (uint32_t i = 0; i < group->n_above * group->n_above; i++) {
		const struct tree_above *items =
		    (const struct tree_above *)build->above.items + group->first_above;
		uint32_t a = i / group->n_above, b = i % group->n_above;
		struct tree_move *move;

		if (!takes_over(build, group, &items[a], &items[b])) {
			continue;
		}
		move = push(&build->moves, sizeof(*move));
		if (move != NULL) {
			*move = (struct tree_move){ (uint16_t)a, (uint16_t)b, pair_of(build,
			    (struct tree_pair){ items[a].node, items[b].node }) };
			group->n_moves++;
		}
	}
}

/* ---- groups --------------------------------------------------------------------- */

static uint32_t
group_of(struct build *build, const struct rack *rack)
{
	struct group_key key = { .hall = hall_of(build->tree->inventory, rack),
	    .n_feeds = rack->n_feeds };
	struct known_group *known;
	struct tree_group *group;

	for (unsigned f = 0; f < INVENTORY_FEEDS_MAX; f++) {
		key.node[f] = f < rack->n_feeds &&
		    rack->feeds[f].power < build->tree->inventory->n_power ?
		    rack->feeds[f].power : TREE_NONE;
	}
	HASH_FIND(hh, build->known_groups, &key, sizeof(key), known);
	if (known != NULL) {
		return known->index;
	}
	known = calloc(1, sizeof(*known));
	group = push(&build->groups, sizeof(*group));
	if (known == NULL || group == NULL) {
		free(known);
		build->failed = true;
		return TREE_NONE;
	}
	group->hall = key.hall;
	group->n_feeds = rack->n_feeds;
	memcpy(group->feed_node, key.node, sizeof(key.node));
	find_above(build, group);
	find_moves(build, group);
	known->key = key;
	known->index = (uint32_t)build->groups.n - 1;
	HASH_ADD(hh, build->known_groups, key, sizeof(known->key), known);
	return known->index;
}

static void
find_groups(struct build *build)
{
	const struct inventory *inventory = build->tree->inventory;
	struct known_group *group, *next_group;
	struct known_pair *pair, *next_pair;

	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		build->tree->group_of[r] = inventory->racks[r] == NULL ? TREE_NONE :
		    group_of(build, inventory->racks[r]);
		build->tree->declared[r] = inventory->racks[r] != NULL &&
		    rack_is_declared(inventory->racks[r]->state);
	}
	HASH_ITER(hh, build->known_groups, group, next_group) {
		HASH_DEL(build->known_groups, group);
		free(group);
	}
	HASH_ITER(hh, build->known_pairs, pair, next_pair) {
		HASH_DEL(build->known_pairs, pair);
		free(pair);
	}
	build->failed = build->failed || build->groups.failed || build->above.failed ||
	    build->moves.failed || build->pairs.failed;
}

/* Nodes by the one above them: counted, then filled in. */
static void
find_children(struct tree *tree)
{
	const struct inventory *inventory = tree->inventory;
	uint32_t n = inventory->n_power, total;

	for (uint32_t i = 0; i < n; i++) {
		if (inventory->power[i].from < n) {
			tree->first_child[inventory->power[i].from + 1]++;
		}
	}
	for (uint32_t i = 0; i < n; i++) {
		tree->first_child[i + 1] += tree->first_child[i];
	}
	total = tree->first_child[n];
	for (uint32_t i = n; i-- > 0;) {
		uint32_t from = inventory->power[i].from;

		if (from < n) {
			/* from the end, so that the starts are right when all are in */
			tree->children[--tree->first_child[from + 1]] = i;
		}
	}
	/* each [from + 1] now holds from's start: one place to the left */
	memmove(tree->first_child, tree->first_child + 1, n * sizeof(uint32_t));
	tree->first_child[n] = total;
}

struct tree *
tree_new(const struct inventory *inventory)
{
	struct tree *tree = calloc(1, sizeof(*tree));
	struct build build = { .tree = tree };

	if (tree == NULL) {
		return NULL;
	}
	tree->inventory = inventory_ref(inventory);
	tree->group_of = calloc((size_t)inventory->n_racks + 1, sizeof(uint32_t));
	tree->declared = calloc((size_t)inventory->n_racks + 1, sizeof(bool));
	tree->first_child = calloc((size_t)inventory->n_power + 1, sizeof(uint32_t));
	tree->children = calloc((size_t)inventory->n_power + 1, sizeof(uint32_t));
	if (tree->group_of == NULL || tree->declared == NULL ||
	    tree->first_child == NULL || tree->children == NULL) {
		tree_free(tree);
		return NULL;
	}
	find_children(tree);
	find_groups(&build);
	tree->groups = build.groups.items;
	tree->n_groups = (uint32_t)build.groups.n;
	tree->above = build.above.items;
	tree->n_above = (uint32_t)build.above.n;
	tree->moves = build.moves.items;
	tree->n_moves = (uint32_t)build.moves.n;
	tree->pairs = build.pairs.items;
	tree->n_pairs = (uint32_t)build.pairs.n;
	if (build.failed) {
		tree_free(tree);
		return NULL;
	}
	return tree;
}

void
tree_free(struct tree *tree)
{
	if (tree == NULL) {
		return;
	}
	free(tree->groups);
	free(tree->group_of);
	free(tree->declared);
	free(tree->above);
	free(tree->moves);
	free(tree->pairs);
	free(tree->first_child);
	free(tree->children);
	inventory_unref(tree->inventory);
	free(tree);
}

static unsigned
count_bits(uint32_t bits)
{
	unsigned n = 0;

	for (; bits != 0; bits &= bits - 1) {
		n++;
	}
	return n;
}

double
tree_share(uint32_t feeds, uint32_t n_feeds)
{
	unsigned n = count_bits(feeds);

	return n == 0 ? 0.0 : n_feeds < 2 || n >= n_feeds - 1 ? 1.0 :
	    (double)n / (n_feeds - 1);
}

uint32_t
tree_lost(const struct tree *tree, const struct tree_group *group,
    const struct overlay *overlay)
{
	uint32_t lost = 0;

	if (overlay == NULL || overlay->node_share == NULL) {
		return 0;
	}
	for (uint32_t i = 0; i < group->n_above; i++) {
		const struct tree_above *above = &tree->above[group->first_above + i];

		if (!(overlay->node_share[above->node] > 0.0)) {
			lost |= above->feeds;
		}
	}
	return lost;
}
