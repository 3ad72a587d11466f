/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict reading of configuration trees: every fault is reported at its place,
 * reading goes on, and the caller looks at the count in the end.
 *
 * Route: below credential.c and profile_parse*.c.  Thread: any.
 */
#ifndef PLUGIN_TREE_H
#define PLUGIN_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

struct tree {
	const struct col_host *host;
	unsigned n_faults;
};

void tree_report(struct tree *tree, const struct col_node *at,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* "unknown WHAT 'word' (did you mean X?)" or the list of words. */
void tree_report_words(struct tree *tree, const struct col_node *at,
    const char *what, const char *word, const char *const *words, size_t n);

/* False (and reported) when node is no map or has a key not in keys. */
bool tree_map(struct tree *tree, const struct col_node *node,
    const char *const *keys);
/* Scalar's text or NULL (reported). */
const char *tree_text(struct tree *tree, const struct col_node *node);
/* The readers below report and return false, outputs untouched. */
bool tree_integer(struct tree *tree, const struct col_node *node, int64_t min,
    int64_t max, int64_t *ret_n);
bool tree_number(struct tree *tree, const struct col_node *node, double *ret_x);
bool tree_bool(struct tree *tree, const struct col_node *node, bool *ret_b);
/* "500ms", "10s", "2m", "1h".  Units: ns. */
bool tree_duration(struct tree *tree, const struct col_node *node,
    int64_t *ret_ns);

/* Whole text as a number, blanks around allowed; false otherwise. */
bool tree_parse_number(const char *text, double *ret_x);

#endif
