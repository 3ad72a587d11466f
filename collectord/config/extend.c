/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The depth decides what a member means: a profile's own members (0), those
 * of a table (1), those of a metric (2).  Below that nothing is merged: half
 * of one `instance:` and half of another would say what nobody wrote.
 */
#include <config.h>

#include "config/extend.h"

#include <string.h>

#include "base/str.h"

enum depth { DEPTH_PROFILE = 0, DEPTH_ITEM, DEPTH_VALUE };

static const struct col_node *merge_map(const struct extend *extend,
    const struct col_node *base, const struct col_node *over, enum depth depth);

static const char *
member_text(const struct col_node *node, const char *key)
{
	const struct col_node *at = col_node_get(node, key);

	return at != NULL && at->kind == COL_NODE_SCALAR ? at->text : NULL;
}

/* What an item of a list is called; NULL: it has no name. */
static const char *
item_name(const struct col_node *item)
{
	const char *name = member_text(item, "name");

	return name != NULL ? name : member_text(item, "metric");
}

static bool
is_named_list(const struct col_node *node)
{
	for (size_t i = 0; i < node->n_items; i++) {
		if (node->kind != COL_NODE_LIST || item_name(node->items[i]) == NULL) {
			return false;
		}
	}
	return node->kind == COL_NODE_LIST && node->n_items > 0;
}

static bool
same_value(const struct col_node *a, const struct col_node *b)
{
	if (a == NULL || b == NULL || a->kind != b->kind || a->n_items != b->n_items) {
		return a == b;
	}
	for (size_t i = 0; i < a->n_items; i++) {
		if (!str_equal(a->items[i]->key, b->items[i]->key) ||
		    !same_value(a->items[i], b->items[i])) {
			return false;
		}
	}
	return a->kind != COL_NODE_SCALAR || str_equal(a->text, b->text);
}

/* An instance that over leaves out means every metric of that name. */
static bool
is_meant(const struct col_node *over, const struct col_node *base)
{
	const struct col_node *instance = col_node_get(over, "instance");

	if (!str_equal(item_name(over), item_name(base))) {
		return false;
	}
	return col_node_get(over, "name") != NULL || instance == NULL ||
	    same_value(instance, col_node_get(base, "instance"));
}

static bool
removes(const struct col_node *item)
{
	return str_equal(member_text(item, "remove"), "true");
}

static struct col_node *
like(const struct extend *extend, const struct col_node *node, size_t room)
{
	struct col_node *copy = arena_alloc(extend->arena, sizeof(*copy));

	*copy = *node;
	copy->n_items = 0;
	copy->items = arena_alloc(extend->arena, (room + 1) * sizeof(*copy->items));
	return copy;
}

static void
add(struct col_node *to, const struct col_node *item)
{
	/* the list was made by like() above: ours to write */
	((const struct col_node **)(uintptr_t)to->items)[to->n_items++] = item;
}

/* over's part of the list that changes item; NULL: none. */
static const struct col_node *
change_of(const struct col_node *over, const struct col_node *item)
{
	for (size_t i = 0; i < over->n_items; i++) {
		if (is_meant(over->items[i], item)) {
			return over->items[i];
		}
	}
	return NULL;
}

static bool
is_new(const struct col_node *base, const struct col_node *item)
{
	for (size_t i = 0; i < base->n_items; i++) {
		if (is_meant(item, base->items[i])) {
			return false;
		}
	}
	return true;
}

/* New items first: of two definitions of a value the first wins. */
static const struct col_node *
merge_items(const struct extend *extend, const struct col_node *base,
    const struct col_node *over)
{
	struct col_node *merged = like(extend, over, base->n_items + over->n_items);

	merged->key = base->key;
	for (size_t i = 0; i < over->n_items; i++) {
		const struct col_node *item = over->items[i];

		if (!is_new(base, item)) {
			continue;
		}
		if (removes(item)) {
			extend->report(extend->arg, item, arena_format(extend->arena,
			    "there is no '%.64s' to remove in %s", item_name(item),
			    base->file));
		} else {
			add(merged, item);
		}
	}
	for (size_t i = 0; i < base->n_items; i++) {
		const struct col_node *item = base->items[i];
		const struct col_node *change = change_of(over, item);

		if (change == NULL) {
			add(merged, item);
		} else if (!removes(change)) {
			add(merged, merge_map(extend, item, change, DEPTH_ITEM));
		}
	}
	return merged;
}

static const struct col_node *
merge_member(const struct extend *extend, const struct col_node *base,
    const struct col_node *over, enum depth depth)
{
	if (strcmp(over->key, "match") == 0) {
		return over;
	}
	if (depth <= DEPTH_ITEM && is_named_list(base) && is_named_list(over)) {
		return merge_items(extend, base, over);
	}
	if (base->kind == COL_NODE_MAP && over->kind == COL_NODE_MAP &&
	    (depth == DEPTH_PROFILE || strcmp(over->key, "labels") == 0)) {
		return merge_map(extend, base, over, DEPTH_VALUE);
	}
	return over;
}

static const struct col_node *
merge_map(const struct extend *extend, const struct col_node *base,
    const struct col_node *over, enum depth depth)
{
	struct col_node *merged = like(extend, over, base->n_items + over->n_items);

	merged->key = base->key;
	for (size_t i = 0; i < base->n_items; i++) {
		const struct col_node *member = base->items[i];
		const struct col_node *change = col_node_get(over, member->key);

		if (change != NULL) {
			add(merged, merge_member(extend, member, change, depth));
		} else if (depth != DEPTH_PROFILE || strcmp(member->key, "match") != 0) {
			add(merged, member);
		}
	}
	for (size_t i = 0; i < over->n_items; i++) {
		if (col_node_get(base, over->items[i]->key) == NULL) {
			add(merged, over->items[i]);
		}
	}
	return merged;
}

const struct col_node *
extend_merge(const struct extend *extend, const struct col_node *base,
    const struct col_node *over)
{
	return merge_map(extend, base, over, DEPTH_PROFILE);
}
