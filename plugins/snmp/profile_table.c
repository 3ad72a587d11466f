/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <ctype.h>
#include <string.h>

#define METRICS_MAX 256
#define TABLES_MAX 64

bool
parse_list(struct parse *parse, const struct col_node *node, size_t max)
{
	if (node->kind == COL_NODE_LIST && node->n_items > 0 &&
	    node->n_items <= max) {
		return true;
	}
	tree_report(&parse->tree, node, "must be a list of 1 to %zu items",
	    max);
	return false;
}

bool
parse_is_name(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && len < 32 && text[len] == '\0' &&
	    isalpha((unsigned char)text[0]);
}

/* ---- tables ------------------------------------------------------------------------ */

/* NAME, {text: NAME} and so on. */
static const char *
part_name(struct parse *parse, const struct col_node *node,
    enum profile_part *ret_kind)
{
	static const char *const kinds[PROFILE_PART_N] = {"number", "text",
	    "implied", "oid", "rest", "address"};

	*ret_kind = PROFILE_NUMBER;
	if (node->kind != COL_NODE_MAP || node->n_items != 1) {
		return tree_text(&parse->tree, node);
	}
	for (unsigned i = 0; i < PROFILE_PART_N; i++) {
		if (strcmp(kinds[i], node->items[0]->key) == 0) {
			*ret_kind = (enum profile_part)i;
			return tree_text(&parse->tree, node->items[0]);
		}
	}
	tree_report_words(&parse->tree, node->items[0], "kind of part",
	    node->items[0]->key, kinds, PROFILE_PART_N);
	return NULL;
}

static bool
takes_rest(enum profile_part kind)
{
	return kind == PROFILE_IMPLIED || kind == PROFILE_REST;
}

static void
read_part(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	struct profile_label *label = &table->labels[table->n_parts];
	enum profile_part kind;
	const char *name = part_name(parse, node, &kind);

	if (name == NULL) {
		return;
	}
	if (!parse_is_name(name)) {
		tree_report(&parse->tree, node, "'%.40s' is no name", name);
		return;
	}
	if (table->n_parts > 0 &&
	    takes_rest(table->parts[table->n_parts - 1])) {
		tree_report(&parse->tree, node,
		    "stands behind a part that takes all the rest");
		return;
	}
	label->name = profile_text(parse->profile, name);
	if (label->name == NULL) {
		(void)parse_no_memory(parse, node);
		return;
	}
	label->part = table->n_parts;
	table->parts[table->n_parts++] = kind;
	table->n_labels = table->n_parts;
}

static void
read_label(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	static const char *const keys[] = {"column", "scalar", "part", "at",
	    "find", "map", "extract", NULL};
	struct profile_label *label = &table->labels[table->n_labels];
	const struct col_node *at;

	if (!parse_is_name(node->key)) {
		tree_report(&parse->tree, node, "'%.40s' is no name",
		    node->key);
		return;
	}
	*label = (struct profile_label){.part = -1};
	label->name = profile_text(parse->profile, node->key);
	if (label->name == NULL || (node->kind != COL_NODE_SCALAR &&
	    !tree_map(&parse->tree, node, keys))) {
		return;
	}
	at = col_node_get(node, "part");
	if (at != NULL ? !parse_part(parse, at, &label->part) :
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
void
parse_metrics(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct profile_metric **ret_metrics)
{
	struct profile_metric *metrics;

	if (!parse_list(parse, node, METRICS_MAX)) {
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
	    "metrics", "prefix", "instance", "scale", "sentinels",
	    "available", "archive", NULL};
	const struct col_node *name, *index, *rows, *labels, *metrics, *prefix;

	if (!tree_map(&parse->tree, node, keys)) {
		return;
	}
	name = col_node_get(node, "name");
	index = col_node_get(node, "index");
	rows = col_node_get(node, "rows");
	labels = col_node_get(node, "labels");
	metrics = col_node_get(node, "metrics");
	prefix = col_node_get(node, "prefix");
	if (index == NULL || metrics == NULL) {
		tree_report(&parse->tree, node,
		    "a table needs 'index' and 'metrics'");
		return;
	}
	table->name = name != NULL && name->text != NULL ?
	    profile_text(parse->profile, name->text) : "";
	if (!parse_list(parse, index, PROFILE_PARTS_MAX)) {
		return;
	}
	for (size_t i = 0; i < index->n_items; i++) {
		read_part(parse, index->items[i], table);
	}
	if ((size_t)table->n_parts != index->n_items) {
		return;
	}
	parse->table = table;
	if (labels != NULL) {
		read_labels(parse, labels, table);
	}
	if (rows != NULL) {
		(void)parse_filters(parse, rows, &table->n_filters,
		    &table->filters);
	}
	if (prefix != NULL) {
		(void)parse_prefixes(parse, prefix, table);
	}
	parse->defaults = node;
	parse_metrics(parse, metrics, &table->n_metrics, &table->metrics);
	parse->defaults = NULL;
	parse->table = NULL;
}

void
parse_tables(struct parse *parse, const struct col_node *node)
{
	struct profile_table *tables;

	if (!parse_list(parse, node, TABLES_MAX)) {
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
