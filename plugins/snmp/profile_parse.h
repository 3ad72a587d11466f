/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of the profile reader: the context that its two files share.
 *
 * Route: profile_parse.c (file, match, info, tables) calls profile_metric.c
 * (references, filters, metrics).  Thread: any, one parse at a time per context.
 */
#ifndef SNMP_PROFILE_PARSE_H
#define SNMP_PROFILE_PARSE_H

#include "profile.h"
#include "tree.h"

struct parse {
	struct tree tree;
	struct profile *profile;
	const struct col_node *oids;   /* names for OID prefixes, may be NULL */
	const struct profile_table *table; /* being read, NULL: scalars */
	const struct col_node *defaults;   /* the table's node, NULL: scalars */
};

/* Readers report faults and return false; outputs are then untouched. */
bool parse_oid(struct parse *parse, const struct col_node *node,
    struct objref *ret_oid);
bool parse_regex(struct parse *parse, const struct col_node *node,
    const regex_t **ret_regex);
bool parse_map(struct parse *parse, const struct col_node *node,
    struct profile_map *ret_map);
/* A list of words, or one word. */
bool parse_words(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const char *const **ret_words);
/* The members column, scalar and at of a map, or a bare OID. */
bool parse_ref(struct parse *parse, const struct col_node *node,
    struct profile_ref *ret_ref);
/* A list of conditions on rows. */
bool parse_filters(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct profile_filter **ret_filters);
bool parse_metric(struct parse *parse, const struct col_node *node,
    struct profile_metric *ret_metric);
/* Adds to what learning reads. */
bool parse_wants(struct parse *parse, const struct profile_ref *ref);

#endif
