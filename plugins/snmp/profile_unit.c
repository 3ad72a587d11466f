/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <string.h>

/* ---- instance, unit, scale ----------------------------------------------------------- */

static int
find_label(const struct profile_table *table, const char *name, size_t len)
{
	for (int i = 0; table != NULL && i < table->n_labels; i++) {
		if (strlen(table->labels[i].name) == len &&
		    memcmp(table->labels[i].name, name, len) == 0) {
			return i;
		}
	}
	return -1;
}

static bool
parse_template(struct parse *parse, const struct col_node *node,
    const char **ret_text)
{
	const char *text = tree_text(&parse->tree, node), *at;

	if (text == NULL) {
		return false;
	}
	for (at = strchr(text, '{'); at != NULL; at = strchr(at, '{')) {
		size_t len = strcspn(++at, "}");
		if (at[len] != '}' || find_label(parse->table, at, len) < 0) {
			tree_report(&parse->tree, node,
			    "'{%.*s}' is no index part and no label",
			    (int)(len > 40 ? 40 : len), at);
			return false;
		}
	}
	*ret_text = profile_text(parse->profile, text);
	return *ret_text != NULL || parse_no_memory(parse, node);
}

bool
parse_label_name(struct parse *parse, const struct col_node *node,
    int *ret_label)
{
	const char *text = tree_text(&parse->tree, node);
	int label = text == NULL ? -1 :
	    find_label(parse->table, text, strlen(text));

	if (label < 0) {
		tree_report(&parse->tree, node,
		    "is no index part and no label");
		return false;
	}
	*ret_label = label;
	return true;
}

bool
parse_instance(struct parse *parse, const struct col_node *node,
    struct profile_instance *instance)
{
	static const char *const keys[] = {"one", "many", "each", "position",
	    "else", NULL};
	const struct col_node *one, *many, *each, *position, *otherwise;

	if (node->kind == COL_NODE_SCALAR) {
		if (!parse_template(parse, node, &instance->one)) {
			return false;
		}
		instance->many = instance->one;
		return true;
	}
	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	one = col_node_get(node, "one");
	many = col_node_get(node, "many");
	each = col_node_get(node, "each");
	position = col_node_get(node, "position");
	otherwise = col_node_get(node, "else");
	/* {position, else} takes the place of one. */
	if (position != NULL && otherwise != NULL && one == NULL) {
		if (!parse_label_name(parse, position, &instance->position)) {
			return false;
		}
		one = otherwise;
		many = many == NULL && each == NULL ? otherwise : many;
	} else if (position != NULL || otherwise != NULL) {
		one = NULL;
	}
	if (one == NULL || many == NULL) {
		tree_report(&parse->tree, node, "must be a text, {one: TEXT,"
		    " many: TEXT} or {position: LABEL, else: TEXT}");
		return false;
	}
	return parse_template(parse, one, &instance->one) &&
	    parse_template(parse, many, &instance->many) && (each == NULL ||
	    parse_label_name(parse, each, &instance->each));
}

static bool
parse_prefix(struct parse *parse, const struct col_node *node,
    struct profile_prefix *prefix)
{
	static const char *const keys[] = {"when", "text", NULL};
	struct profile_ref ref = {.source = PROFILE_COLUMN, .n_at = -1};
	const struct col_node *when, *text;
	size_t n;

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	when = col_node_get(node, "when");
	text = col_node_get(node, "text");
	n = when == NULL ? 0 : when->kind == COL_NODE_LIST ? when->n_items : 1;
	if (text == NULL || n == 0 || n > PROFILE_PREFIX_COLUMNS_MAX) {
		tree_report(&parse->tree, node, "needs 'text' and 'when' with"
		    " up to %d columns", PROFILE_PREFIX_COLUMNS_MAX);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const struct col_node *at = when->kind == COL_NODE_LIST ?
		    when->items[i] : when;
		if (!parse_oid(parse, at, &ref.oid) ||
		    !parse_wants(parse, &ref)) {
			return false;
		}
		prefix->columns[i] = ref.oid;
	}
	prefix->n_columns = n;
	return parse_template(parse, text, &prefix->text);
}

bool
parse_prefixes(struct parse *parse, const struct col_node *node,
    struct profile_table *table)
{
	size_t n = node->kind == COL_NODE_LIST ? node->n_items : 1;

	if (n == 0 || n > PROFILE_PREFIXES_MAX) {
		tree_report(&parse->tree, node, "must be one {when: COLUMN,"
		    " text: TEXT} or up to %d", PROFILE_PREFIXES_MAX);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!parse_prefix(parse, node->kind == COL_NODE_LIST ?
		    node->items[i] : node, &table->prefixes[i])) {
			return false;
		}
	}
	table->n_prefixes = n;
	return true;
}

bool
parse_unit(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const keys[] = {"column", "scalar", "at", "find",
	    "map", NULL};
	const struct col_node *map;

	if (node == NULL) {
		metric->unit = profile_base_unit(metric->metric);
		return true;
	}
	if (node->kind == COL_NODE_SCALAR) {
		metric->unit = profile_text(parse->profile, node->text);
		return metric->unit != NULL || parse_no_memory(parse, node);
	}
	if (!tree_map(&parse->tree, node, keys) ||
	    !parse_ref(parse, node, &metric->unit_ref)) {
		return false;
	}
	map = col_node_get(node, "map");
	return map == NULL || parse_map(parse, map, &metric->unit_map);
}

static bool
parse_scale_term(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const kinds[PROFILE_SCALE_N] = {"factor", "digits",
	    "exponent", "divisor", "multiplier", "signed", "si", "precision"};
	struct profile_scale *scale = &metric->scales[metric->n_scales];

	if (metric->n_scales == PROFILE_SCALES_MAX) {
		tree_report(&parse->tree, node, "a scale has at most %d"
		    " columns", PROFILE_SCALES_MAX);
		return false;
	}
	for (int k = 1; k < PROFILE_SCALE_N; k++) {
		if (strcmp(kinds[k], node->key) == 0) {
			scale->kind = (enum profile_scale_kind)k;
		}
	}
	metric->n_scales++;
	return parse_ref(parse, node, &scale->ref);
}

bool
parse_scale(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const keys[] = {"factor", "digits", "exponent",
	    "divisor", "multiplier", "signed", "si", "precision", NULL};
	double factor = 1;

	if (node->kind == COL_NODE_SCALAR) {
		if (!tree_number(&parse->tree, node, &factor)) {
			return false;
		}
	} else if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		if (!(strcmp(at->key, "factor") == 0 ? tree_number(
		    &parse->tree, at, &factor) :
		    parse_scale_term(parse, at, metric))) {
			return false;
		}
	}
	if (factor <= 0) {
		tree_report(&parse->tree, node, "a factor must be above 0");
		return false;
	}
	metric->factor = factor;
	return true;
}
