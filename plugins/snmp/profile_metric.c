/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <math.h>
#include <string.h>

/* An OID, or {high: OID, low: OID}: a value of 64 bits in two objects. */
static bool
parse_value(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric, size_t i)
{
	static const char *const keys[] = {"high", "low", NULL};
	const struct col_node *high = col_node_get(node, "high");
	const struct col_node *low = col_node_get(node, "low");
	struct profile_ref ref = {.n_at = -1};

	ref.source = parse->table != NULL ? PROFILE_COLUMN : PROFILE_SCALAR;
	if (node->kind == COL_NODE_MAP) {
		if (!tree_map(&parse->tree, node, keys)) {
			return false;
		}
		if (high == NULL || low == NULL) {
			tree_report(&parse->tree, node,
			    "needs 'high' and 'low'");
			return false;
		}
		if (!parse_oid(parse, high, &ref.oid) ||
		    !parse_wants(parse, &ref)) {
			return false;
		}
		metric->highs[i] = ref.oid;
		node = low;
	}
	if (!parse_oid(parse, node, &ref.oid) || !parse_wants(parse, &ref)) {
		return false;
	}
	metric->values[i] = ref.oid;
	return true;
}

static bool
parse_values(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	bool is_list = node->kind == COL_NODE_LIST;
	size_t n = is_list ? node->n_items : 1;

	if (n == 0 || n > PROFILE_ALTERNATIVES_MAX) {
		tree_report(&parse->tree, node, "must be an OID or up to %d",
		    PROFILE_ALTERNATIVES_MAX);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!parse_value(parse, is_list ? node->items[i] : node,
		    metric, i)) {
			return false;
		}
	}
	metric->n_values = n;
	return true;
}

/* [MIN, MAX] in the unit of the value. */
static bool
parse_range(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	if (node->kind != COL_NODE_LIST || node->n_items != 2) {
		tree_report(&parse->tree, node, "must be [MIN, MAX]");
		return false;
	}
	if (!tree_number(&parse->tree, node->items[0], &metric->min) ||
	    !tree_number(&parse->tree, node->items[1], &metric->max)) {
		return false;
	}
	if (!(metric->min < metric->max)) {
		tree_report(&parse->tree, node, "must have MIN below MAX");
		return false;
	}
	return true;
}

/* Has the host look whether it knows metric and unit. */
static bool
check_slot(struct parse *parse, const struct col_node *node,
    const struct profile_metric *metric, const char *unit)
{
	const struct col_host *host = parse->tree.host;
	struct col_slot slot = {.metric = metric->metric, .instance = "",
	    .unit = unit, .source = "0.0"};
	struct col_error error = {.code = 0};

	if (host == NULL || host->layout == NULL ||
	    host->layout(host, &slot, 1, &error) != NULL) {
		return true;
	}
	tree_report(&parse->tree, node, "%s", error.text);
	return false;
}

static bool
check_units(struct parse *parse, const struct col_node *node,
    const struct profile_metric *metric)
{
	const struct col_node *unit = col_node_get(node, "unit");
	const struct col_node *at = unit != NULL ? unit :
	    col_node_get(node, "metric");

	if (metric->unit == NULL && metric->unit_ref.source ==
	    PROFILE_NOWHERE) {
		tree_report(&parse->tree, at,
		    "the metric '%.60s' has no unit in its name: give 'unit'",
		    metric->metric);
		return false;
	}
	if (metric->unit != NULL) {
		return check_slot(parse, at, metric, metric->unit);
	}
	for (size_t i = 0; i < metric->unit_map.n; i++) {
		if (!check_slot(parse, at, metric, metric->unit_map.to[i])) {
			return false;
		}
	}
	return true;
}

/* A member of the metric, else the one that its table gives for all. */
static const struct col_node *
own_or_default(const struct parse *parse, const struct col_node *node,
    const char *key)
{
	const struct col_node *at = col_node_get(node, key);

	return at != NULL || parse->defaults == NULL ? at :
	    col_node_get(parse->defaults, key);
}

/* "" or {instance: "", with: phases} */
static bool
parse_total(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const keys[] = {"instance", "with", NULL};
	const struct col_node *with = NULL;
	const char *text, *group;

	if (node->kind == COL_NODE_MAP) {
		if (!tree_map(&parse->tree, node, keys)) {
			return false;
		}
		with = col_node_get(node, "with");
		node = col_node_get(node, "instance") == NULL ? node :
		    col_node_get(node, "instance");
	}
	text = tree_text(&parse->tree, node);
	group = with == NULL ? NULL : tree_text(&parse->tree, with);
	if (text == NULL || (with != NULL && group == NULL)) {
		return false;
	}
	metric->total = profile_text(parse->profile, text);
	metric->total_with = group == NULL ? NULL :
	    profile_text(parse->profile, group);
	return metric->total != NULL &&
	    (group == NULL || metric->total_with != NULL);
}

/* The optional members that need no more than one reader each. */
static bool
parse_details(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	const struct col_node *at;
	bool archive, good = true;

	if ((at = own_or_default(parse, node, "instance")) != NULL) {
		good &= parse_instance(parse, at, &metric->instance);
	}
	if ((at = own_or_default(parse, node, "scale")) != NULL) {
		good &= parse_scale(parse, at, metric);
	}
	if ((at = own_or_default(parse, node, "sentinels")) != NULL) {
		good &= parse_words(parse, at, &metric->n_sentinels,
		    &metric->sentinels);
	}
	if ((at = col_node_get(node, "rows")) != NULL) {
		good &= parse_filters(parse, at, &metric->n_filters,
		    &metric->filters);
	}
	if ((at = own_or_default(parse, node, "available")) != NULL) {
		struct profile_filter *filter = profile_alloc(parse->profile,
		    sizeof(*filter));
		good &= filter != NULL && parse_filter(parse, at, filter);
		if (good && (filter->kind >= PROFILE_ANY || filter->part >= 0)) {
			tree_report(&parse->tree, at, "takes one condition");
			good = false;
		}
		metric->available = filter;
	}
	if ((at = col_node_get(node, "extract")) != NULL) {
		good &= parse_extract(parse, at, &metric->extract);
	}
	if ((at = col_node_get(node, "map")) != NULL) {
		good &= parse_map(parse, at, &metric->map);
	}
	if ((at = col_node_get(node, "states")) != NULL) {
		good &= parse_states(parse, at, metric);
	}
	if ((at = col_node_get(node, "range")) != NULL) {
		good &= parse_range(parse, at, metric);
	}
	if ((at = own_or_default(parse, node, "archive")) != NULL) {
		good &= tree_bool(&parse->tree, at, &archive);
		metric->archive = good && archive;
	}
	if ((at = col_node_get(node, "total")) != NULL) {
		good &= parse_total(parse, at, metric);
	}
	return good;
}

/* What the texts of a metric are as numbers, so that no poll reads them. */
static bool
prepare_numbers(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	size_t n_map = metric->map.n, n = 2 * n_map + metric->n_sentinels;
	double *numbers = profile_alloc(parse->profile,
	    (n > 0 ? n : 1) * sizeof(*numbers));

	if (numbers == NULL) {
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < n; i++) {
		const char *text = i < n_map ? metric->map.from[i] :
		    i < 2 * n_map ? metric->map.to[i - n_map] :
		    metric->sentinels[i - 2 * n_map];
		if (!tree_parse_number(text, &numbers[i])) {
			numbers[i] = NAN;
		}
	}
	metric->numbers = numbers;
	return true;
}

bool
parse_metric(struct parse *parse, const struct col_node *node,
    struct profile_metric *ret_metric)
{
	static const char *const keys[] = {"metric", "column", "oid",
	    "instance", "unit", "scale", "sentinels", "rows", "available",
	    "extract", "map", "states", "range", "archive", "total", NULL};
	const char *value_key = parse->table != NULL ? "column" : "oid";
	const struct col_node *name, *value;
	struct profile_metric *metric = ret_metric;
	const char *text;

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	*metric = (struct profile_metric){.table = parse->table, .factor = 1,
	    .archive = -1, .instance = {"", "", -1, -1}};
	name = col_node_get(node, "metric");
	value = col_node_get(node, value_key);
	if (name == NULL || value == NULL) {
		tree_report(&parse->tree, node, "needs 'metric' and '%s'",
		    value_key);
		return false;
	}
	text = tree_text(&parse->tree, name);
	if (text == NULL) {
		return false;
	}
	metric->metric = profile_text(parse->profile, text);
	if (metric->metric == NULL) {
		return parse_no_memory(parse, name);
	}
	/* Source: DESIGN.md section 2: the counters among the metrics. */
	metric->counter = strcmp(text, "octets_in") == 0 ||
	    strcmp(text, "octets_out") == 0;
	/* Written so that one fault does not hide the next. */
	bool good = parse_values(parse, value, metric);
	good &= parse_unit(parse, col_node_get(node, "unit"), metric);
	good &= parse_details(parse, node, metric);
	good = good && prepare_numbers(parse, node, metric);
	return good && check_units(parse, node, metric);
}

static bool
parse_percent(struct parse *parse, const struct col_node *node,
    struct profile_percent *percent)
{
	static const char *const keys[] = {"metric", "of", "rated", "shared",
	    "archive", NULL};
	const struct col_node *metric = col_node_get(node, "metric");
	const struct col_node *of = col_node_get(node, "of");
	const struct col_node *rated = col_node_get(node, "rated"), *at;
	bool archive;

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	if (metric == NULL || of == NULL || rated == NULL ||
	    metric->text == NULL || of->text == NULL || rated->text == NULL) {
		tree_report(&parse->tree, node,
		    "needs 'metric', 'of' and 'rated'");
		return false;
	}
	*percent = (struct profile_percent){.metric = {.archive = -1,
	    .factor = 1, .unit = "%", .instance = {"", "", -1, -1}}};
	percent->metric.metric = profile_text(parse->profile, metric->text);
	percent->of = profile_text(parse->profile, of->text);
	percent->rated = profile_text(parse->profile, rated->text);
	if (percent->metric.metric == NULL || percent->of == NULL ||
	    percent->rated == NULL) {
		return parse_no_memory(parse, node);
	}
	if ((at = col_node_get(node, "shared")) != NULL &&
	    !tree_bool(&parse->tree, at, &percent->shared)) {
		return false;
	}
	if ((at = col_node_get(node, "archive")) != NULL) {
		if (!tree_bool(&parse->tree, at, &archive)) {
			return false;
		}
		percent->metric.archive = archive;
	}
	return check_slot(parse, metric, &percent->metric, "%");
}

void
parse_percents(struct parse *parse, const struct col_node *node)
{
	struct profile_percent *percents;

	if (!parse_list(parse, node, 16)) {
		return;
	}
	percents = profile_alloc(parse->profile,
	    node->n_items * sizeof(*percents));
	if (percents == NULL) {
		(void)parse_no_memory(parse, node);
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		(void)parse_percent(parse, node->items[i], &percents[i]);
	}
	parse->profile->percents = percents;
	parse->profile->n_percents = node->n_items;
}
