/* SPDX-License-Identifier: MIT */
/*
 * Configuration as a read-only tree: what YAML becomes before a plugin or a
 * table reads meaning into it.
 *
 * Route: config parses, plugins compile.  Thread: any; nodes never change.
 */
#ifndef COLLECTORD_NODE_H
#define COLLECTORD_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum col_node_kind { COL_NODE_SCALAR = 0, COL_NODE_LIST, COL_NODE_MAP };

/*
 * One node of a parsed YAML file.  Immutable; lives as long as the snapshot
 * it came with (for a plugin: until device_change/device_remove/profiles_set
 * replaces it).
 */
struct col_node {
	enum col_node_kind kind;
	bool quoted;                /* scalar written with quotes */
	uint32_t line, column;      /* 1-based place in file */
	const char *file;           /* as given on the command line */
	const char *key;            /* own key when a member of a map, else NULL */
	const char *text;           /* scalar: NUL-terminated UTF-8; else NULL */
	size_t n_items;             /* list, map: number of children */
	const struct col_node *const *items; /* in file order */
};

/* Finds a map's member; NULL when node is NULL, no map, or has no such key. */
static inline const struct col_node *
col_node_get(const struct col_node *node, const char *key)
{
	if (node == NULL || node->kind != COL_NODE_MAP) {
		return NULL;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const char *a = node->items[i]->key, *b = key;
		while (*a != '\0' && *a == *b) {
			a++, b++;
		}
		if (*a == *b) {
			return node->items[i];
		}
	}
	return NULL;
}

#endif
