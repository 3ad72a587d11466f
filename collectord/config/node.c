/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/node.h"

#include <string.h>

#include "base/hash.h"
#include "base/str.h"

struct col_node *
node_scalar(struct arena *arena, const char *file, const char *key,
    const char *text)
{
	struct col_node *node = arena_alloc(arena, sizeof(*node));

	node->kind = COL_NODE_SCALAR;
	node->file = file;
	node->key = key;
	node->text = text;
	return node;
}

struct col_node *
node_group(struct arena *arena, enum col_node_kind kind, const char *file,
    const struct col_node *const *items, size_t n_items)
{
	struct col_node *node = arena_alloc(arena, sizeof(*node));

	node->kind = kind;
	node->file = file;
	node->items = items;
	node->n_items = n_items;
	return node;
}

/* Depth is bounded by the parsers. */
const struct col_node *
node_copy(struct arena *arena, const struct col_node *node)
{
	const struct col_node **items;
	struct col_node *copy;

	if (node == NULL) {
		return NULL;
	}
	copy = arena_alloc(arena, sizeof(*copy));
	items = arena_alloc(arena, (node->n_items + 1) * sizeof(*items));
	*copy = *node;
	copy->file = node->file != NULL ? arena_copy(arena, node->file) : NULL;
	copy->key = node->key != NULL ? arena_copy(arena, node->key) : NULL;
	copy->text = node->text != NULL ? arena_copy(arena, node->text) : NULL;
	for (size_t i = 0; i < node->n_items; i++) {
		items[i] = node_copy(arena, node->items[i]);
	}
	copy->items = items;
	return copy;
}

const char *
node_kind_text(const struct col_node *node)
{
	switch (node->kind) {
	case COL_NODE_SCALAR:
		return "a single value";
	case COL_NODE_LIST:
		return "a list";
	case COL_NODE_MAP:
		return "a map of keys";
	}
	return "nothing";
}

bool
node_is_null(const struct col_node *node)
{
	return node->kind == COL_NODE_SCALAR && !node->quoted &&
	    (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
	    strcmp(node->text, "null") == 0);
}

uint64_t
node_mix(uint64_t hash, uint64_t value)
{
	/* Source: the combining step of boost::hash_combine, 64 bit. */
	hash ^= value + UINT64_C(0x9e3779b97f4a7c15) + (hash << 12) + (hash >> 4);
	return hash;
}

uint64_t
node_hash(const struct col_node *node, uint64_t seed)
{
	uint64_t hash = seed;

	if (node == NULL) {
		return node_mix(hash, 0);
	}
	hash = node_mix(hash, (uint64_t)node->kind + 1);
	if (node->key != NULL) {
		hash = node_mix(hash, hash64_text(node->key));
	}
	if (node->kind == COL_NODE_SCALAR) {
		return node_mix(hash, hash64_text(node->text));
	}
	for (size_t i = 0; i < node->n_items; i++) {
		hash = node_hash(node->items[i], hash);
	}
	return node_mix(hash, node->n_items);
}
