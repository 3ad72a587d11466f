/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making and comparing nodes of the positioned tree, whatever the file was.
 *
 * Route: yaml and csv make nodes, schema reads them.  Thread: the loader's.
 */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/arena.h"

/* Makes a scalar; file, key and text are borrowed for the life of arena. */
struct col_node *node_scalar(struct arena *arena, const char *file,
    const char *key, const char *text);
/* Makes a list or map of n_items (not copied, arena's) children. */
struct col_node *node_group(struct arena *arena, enum col_node_kind kind,
    const char *file, const struct col_node *const *items, size_t n_items);

/* Deep copy into arena, texts included; NULL stays NULL. */
const struct col_node *node_copy(struct arena *arena, const struct col_node *node);

/* "a word", "a list", "a map": what node is, for messages. */
const char *node_kind_text(const struct col_node *node);
/* True for a value that was left out: "key:", "key: ~", "key: null". */
bool node_is_null(const struct col_node *node);

/* Mixes one more number into a running hash. */
uint64_t node_mix(uint64_t hash, uint64_t value);
/* Hash over keys and texts of a tree (NULL is fine); places do not count. */
uint64_t node_hash(const struct col_node *node, uint64_t seed);

#endif
