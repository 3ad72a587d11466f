/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of the profile reader: the context that its files share.
 *
 * Route: profile_parse.c (file, match, info) calls profile_table.c, that
 * profile_metric.c, and all the small readers.  Thread: any, one parse at a time per context.
 */
#ifndef SNMP_PROFILE_PARSE_H
#define SNMP_PROFILE_PARSE_H

#include "../common/tree.h"
#include "profile.h"

struct parse {
	struct tree tree;
	struct profile *profile;
	const struct col_node *oids;   /* names for OID prefixes, may be NULL */
	const struct col_node *bases;  /* names with one OID per variant, or NULL */
	unsigned variant;              /* that is being compiled */
	const struct col_node *enums;  /* names for states, may be NULL */
	const struct profile_table *table; /* being read, NULL: scalars */
	const struct col_node *defaults;   /* the table's node, NULL: scalars */
};

/* Readers report faults and return false; outputs are then untouched. */

/* ---- profile_read.c: single values ---- */
bool parse_no_memory(struct parse *parse, const struct col_node *node);
/* "name.1.2" with a name from oids: or bases:, or a plain OID. */
bool parse_objid(struct parse *parse, const struct col_node *node,
    struct objid *ret_id);
bool parse_oid(struct parse *parse, const struct col_node *node,
    struct objref *ret_oid);
bool parse_regex(struct parse *parse, const struct col_node *node,
    const regex_t **ret_regex);
/* A pattern with the group that is taken. */
bool parse_extract(struct parse *parse, const struct col_node *node,
    const regex_t **ret_regex);
bool parse_map(struct parse *parse, const struct col_node *node,
    struct profile_map *ret_map);
/* A list of words, or one word. */
bool parse_words(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const char *const **ret_words);

/* ---- profile_rule.c ---- */
/* match:, after info:. */
void parse_match(struct parse *parse, const struct col_node *node);

/* ---- profile_ref.c: where values are, conditions on rows ---- */
/* The members column, scalar and at of a map, or a bare OID. */
bool parse_ref(struct parse *parse, const struct col_node *node,
    struct profile_ref *ret_ref);
/* The number of an index part, by its name. */
bool parse_part(struct parse *parse, const struct col_node *node, int *ret_part);
/* Adds to what learning reads. */
bool parse_wants(struct parse *parse, const struct profile_ref *ref);
bool parse_filter(struct parse *parse, const struct col_node *node,
    struct profile_filter *ret_filter);
/* A list of conditions on rows. */
bool parse_filters(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct profile_filter **ret_filters);

/* The name of an index part or label, as its place in labels. */
bool parse_label_name(struct parse *parse, const struct col_node *node,
    int *ret_label);

/* ---- profile_unit.c: what a metric's numbers are multiplied with and called ---- */
bool parse_instance(struct parse *parse, const struct col_node *node,
    struct profile_instance *instance);
/* One text, or a list, that goes before every instance of a table. */
bool parse_prefixes(struct parse *parse, const struct col_node *node,
    struct profile_table *table);
bool parse_unit(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric);
bool parse_scale(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric);

/* ---- profile_states.c: what the numbers of state metrics mean ---- */
bool parse_states(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric);
/* enums: names for states that several metrics share. */
bool parse_enums(struct parse *parse, const struct col_node *node);

/* ---- profile_metric.c ---- */
bool parse_metric(struct parse *parse, const struct col_node *node,
    struct profile_metric *ret_metric);

/* percents: loads from ratings. */
void parse_percents(struct parse *parse, const struct col_node *node);

/* ---- profile_table.c ---- */
bool parse_list(struct parse *parse, const struct col_node *node, size_t max);
bool parse_is_name(const char *text);
/* scalars: or the metrics: of a table. */
void parse_metrics(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct profile_metric **ret_metrics);
void parse_tables(struct parse *parse, const struct col_node *node);

#endif
