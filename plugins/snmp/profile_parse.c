/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METRICS_MAX 256
#define TABLES_MAX 64

static bool
need_list(struct parse *parse, const struct col_node *node, size_t max)
{
	if (node->kind == COL_NODE_LIST && node->n_items > 0 &&
	    node->n_items <= max) {
		return true;
	}
	tree_report(&parse->tree, node, "must be a list of 1 to %zu items",
	    max);
	return false;
}

static bool
is_name(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && len < 32 && text[len] == '\0' &&
	    isalpha((unsigned char)text[0]);
}

/* ---- oids, match, info ------------------------------------------------------------ */

static void
read_oids(struct parse *parse, const struct col_node *node)
{
	struct objid id;

	if (node->kind != COL_NODE_MAP) {
		tree_report(&parse->tree, node,
		    "must be a map of names and OIDs");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		const char *text = tree_text(&parse->tree, at);
		if (!is_name(at->key)) {
			tree_report(&parse->tree, at, "'%.40s' is no name:"
			    " lower-case letters, digits and _", at->key);
		}
		if (text != NULL && objid_parse(text, &id) != 0) {
			tree_report(&parse->tree, at, "'%.60s' is no OID",
			    text);
		}
	}
	parse->oids = node;
}

static bool
read_rule(struct parse *parse, const struct col_node *node,
    struct profile_rule *rule)
{
	static const char *const keys[] = {"sysobjectid", "sysdescr", "probe",
	    NULL};
	const struct col_node *at;
	bool good = true;

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	if ((at = col_node_get(node, "sysobjectid")) != NULL) {
		good &= parse_oid(parse, at, &rule->sysobjectid);
	}
	if ((at = col_node_get(node, "sysdescr")) != NULL) {
		good &= parse_regex(parse, at, &rule->sysdescr);
	}
	if ((at = col_node_get(node, "probe")) != NULL) {
		good &= parse_oid(parse, at, &rule->probe);
	}
	if (node->n_items == 0) {
		tree_report(&parse->tree, node,
		    "needs 'sysobjectid', 'sysdescr' or 'probe'");
		good = false;
	}
	return good;
}

static void
read_match(struct parse *parse, const struct col_node *node)
{
	struct profile_rule *rules;

	if (!need_list(parse, node, 64)) {
		return;
	}
	rules = profile_alloc(parse->profile, node->n_items * sizeof(*rules));
	if (rules == NULL) {
		tree_report(&parse->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		(void)read_rule(parse, node->items[i], &rules[i]);
	}
	parse->profile->rules = rules;
	parse->profile->n_rules = node->n_items;
}

static bool
read_info_ref(struct parse *parse, const struct col_node *node,
    struct profile_ref *ref, const regex_t **extract)
{
	static const char *const keys[] = {"column", "scalar", "extract",
	    NULL};
	const struct col_node *at;

	if (node->kind != COL_NODE_SCALAR &&
	    !tree_map(&parse->tree, node, keys)) {
		return false;
	}
	if (!parse_ref(parse, node, ref)) {
		return false;
	}
	at = col_node_get(node, "extract");
	return at == NULL || parse_regex(parse, at, extract);
}

static void
read_info(struct parse *parse, const struct col_node *node)
{
	struct profile_info *infos;

	if (node->kind != COL_NODE_MAP) {
		tree_report(&parse->tree, node, "must be a map such as"
		    " {info_model: {scalar: OID}}");
		return;
	}
	infos = profile_alloc(parse->profile,
	    (node->n_items + 1) * sizeof(*infos));
	if (infos == NULL) {
		tree_report(&parse->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		size_t n = at->kind == COL_NODE_LIST ? at->n_items : 1;
		if (strncmp(at->key, "info_", 5) != 0 || !is_name(at->key)) {
			tree_report(&parse->tree, at,
			    "'%.40s' must be named info_…", at->key);
		}
		if (n > PROFILE_ALTERNATIVES_MAX) {
			tree_report(&parse->tree, at, "has more than %d places",
			    PROFILE_ALTERNATIVES_MAX);
			continue;
		}
		infos[i].metric = profile_text(parse->profile, at->key);
		for (size_t k = 0; k < n; k++) {
			(void)read_info_ref(parse, at->kind == COL_NODE_LIST ?
			    at->items[k] : at, &infos[i].refs[k],
			    &infos[i].extract[k]);
		}
		infos[i].n_refs = n;
	}
	parse->profile->infos = infos;
	parse->profile->n_infos = node->n_items;
}

/* ---- tables ------------------------------------------------------------------------ */

static void
read_part(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	struct profile_label *label = &table->labels[table->n_parts];
	const char *name = NULL;
	bool is_text = false;

	if (node->kind == COL_NODE_MAP && node->n_items == 1 &&
	    strcmp(node->items[0]->key, "text") == 0) {
		name = tree_text(&parse->tree, node->items[0]);
		is_text = true;
	} else {
		name = tree_text(&parse->tree, node);
	}
	if (name == NULL) {
		return;
	}
	if (!is_name(name)) {
		tree_report(&parse->tree, node, "'%.40s' is no name", name);
		return;
	}
	label->name = profile_text(parse->profile, name);
	if (label->name == NULL) {
		tree_report(&parse->tree, node, "out of memory");
		return;
	}
	label->part = table->n_parts;
	table->part_is_text[table->n_parts++] = is_text;
	table->n_labels = table->n_parts;
}

static void
read_label(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	static const char *const keys[] = {"column", "scalar", "at", "map",
	    "extract", NULL};
	struct profile_label *label = &table->labels[table->n_labels];
	const struct col_node *at;

	if (!is_name(node->key)) {
		tree_report(&parse->tree, node, "'%.40s' is no name",
		    node->key);
		return;
	}
	*label = (struct profile_label){.part = -1};
	label->name = profile_text(parse->profile, node->key);
	if (label->name == NULL || (node->kind != COL_NODE_SCALAR &&
	    !tree_map(&parse->tree, node, keys)) ||
	    !parse_ref(parse, node, &label->ref)) {
		return;
	}
	if ((at = col_node_get(node, "map")) != NULL &&
	    !parse_map(parse, at, &label->map)) {
		return;
	}
	if ((at = col_node_get(node, "extract")) != NULL &&
	    !parse_regex(parse, at, &label->extract)) {
		return;
	}
	table->n_labels++;
}

static void
read_labels(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	if (node->kind != COL_NODE_MAP || node->n_items >
	    (size_t)(PROFILE_LABELS_MAX - table->n_labels)) {
		tree_report(&parse->tree, node, "must be a map of at most %d"
		    " labels", PROFILE_LABELS_MAX - table->n_labels);
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		read_label(parse, node->items[i], table);
	}
}

/* metrics: of a table, or scalars:. */
static void
read_metrics(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct profile_metric **ret_metrics)
{
	struct profile_metric *metrics;

	if (!need_list(parse, node, METRICS_MAX)) {
		return;
	}
	metrics = profile_alloc(parse->profile,
	    node->n_items * sizeof(*metrics));
	if (metrics == NULL) {
		tree_report(&parse->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		(void)parse_metric(parse, node->items[i], &metrics[i]);
	}
	*ret_n = node->n_items;
	*ret_metrics = metrics;
}

static void
read_table(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	static const char *const keys[] = {"name", "index", "rows", "labels",
	    "metrics", "instance", "sentinels", "archive", NULL};
	const struct col_node *name, *index, *rows, *labels, *metrics;

	if (!tree_map(&parse->tree, node, keys)) {
		return;
	}
	name = col_node_get(node, "name");
	index = col_node_get(node, "index");
	rows = col_node_get(node, "rows");
	labels = col_node_get(node, "labels");
	metrics = col_node_get(node, "metrics");
	if (index == NULL || metrics == NULL) {
		tree_report(&parse->tree, node,
		    "a table needs 'index' and 'metrics'");
		return;
	}
	table->name = name != NULL && name->text != NULL ?
	    profile_text(parse->profile, name->text) : "";
	if (!need_list(parse, index, PROFILE_PARTS_MAX)) {
		return;
	}
	for (size_t i = 0; i < index->n_items; i++) {
		read_part(parse, index->items[i], table);
	}
	if ((size_t)table->n_parts != index->n_items) {
		return;
	}
	parse->table = table;
	if (rows != NULL) {
		(void)parse_filters(parse, rows, &table->n_filters,
		    &table->filters);
	}
	if (labels != NULL) {
		read_labels(parse, labels, table);
	}
	parse->defaults = node;
	read_metrics(parse, metrics, &table->n_metrics, &table->metrics);
	parse->defaults = NULL;
	parse->table = NULL;
}

static void
read_tables(struct parse *parse, const struct col_node *node)
{
	struct profile_table *tables;

	if (!need_list(parse, node, TABLES_MAX)) {
		return;
	}
	tables = profile_alloc(parse->profile,
	    node->n_items * sizeof(*tables));
	if (tables == NULL) {
		tree_report(&parse->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		read_table(parse, node->items[i], &tables[i]);
	}
	parse->profile->tables = tables;
	parse->profile->n_tables = node->n_items;
}

/* ---- the whole ----------------------------------------------------------------------- */

static void
read_envelope(struct parse *parse, const struct col_node *node)
{
	static const char *const kinds[] = {"pdu", "ups", "bmc", "sensor",
	    "cooling", "switch"};
	const size_t n_kinds = sizeof(kinds) / sizeof(kinds[0]);
	const struct col_node *kind = col_node_get(node, "kind");
	const struct col_node *summary = col_node_get(node, "summary");
	const char *text = kind == NULL ? NULL : tree_text(&parse->tree, kind);
	size_t i = 0;

	if (summary == NULL) {
		tree_report(&parse->tree, node, "'summary' is missing:"
		    " {en: TEXT, zh: TEXT}");
	}
	if (kind == NULL) {
		tree_report(&parse->tree, node, "'kind' is missing");
		return;
	}
	while (text != NULL && i < n_kinds && strcmp(text, kinds[i]) != 0) {
		i++;
	}
	if (i == n_kinds) {
		tree_report_words(&parse->tree, kind, "kind", text, kinds,
		    n_kinds);
	} else {
		parse->profile->kind = kinds[i];
	}
}

static void
read_profile(struct parse *parse, const struct col_node *node)
{
	static const char *const keys[] = {"plugin", "summary", "kind",
	    "oids", "match", "info", "scalars", "tables", NULL};
	const struct col_node *at;

	(void)tree_map(&parse->tree, node, keys);
	if (node->kind != COL_NODE_MAP) {
		return;
	}
	read_envelope(parse, node);
	if ((at = col_node_get(node, "oids")) != NULL) {
		read_oids(parse, at);
	}
	if ((at = col_node_get(node, "match")) != NULL) {
		read_match(parse, at);
	}
	if ((at = col_node_get(node, "info")) != NULL) {
		read_info(parse, at);
	}
	if ((at = col_node_get(node, "scalars")) != NULL) {
		read_metrics(parse, at, &parse->profile->n_scalars,
		    &parse->profile->scalars);
	}
	if ((at = col_node_get(node, "tables")) != NULL) {
		read_tables(parse, at);
	}
	if (col_node_get(node, "scalars") == NULL &&
	    col_node_get(node, "tables") == NULL) {
		tree_report(&parse->tree, node,
		    "needs 'scalars' or 'tables': it measures nothing");
	}
}

int
profile_parse(const struct col_host *host, const struct col_profile *from,
    struct profile **ret_profile)
{
	struct parse parse = {.tree = {.host = host}};
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL) {
		return COL_ENOMEM;
	}
	profile->n_refs = 1;
	profile->kind = "sensor";
	profile->id = strdup(from->id);
	if (profile->id == NULL) {
		profile_unref(profile);
		return COL_ENOMEM;
	}
	parse.profile = profile;
	read_profile(&parse, from->node);
	if (parse.tree.n_faults > 0) {
		profile_unref(profile);
		return COL_ECONFIG;
	}
	*ret_profile = profile;
	return 0;
}
