/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANTS_MAX 1024  /* columns, and scalars, of one profile */

static bool
no_memory(struct parse *parse, const struct col_node *node)
{
	tree_report(&parse->tree, node, "out of memory");
	return false;
}

/* ---- small readers ----------------------------------------------------------- */

/* "name.1.2" with name from oids:, or a plain OID. */
bool
parse_oid(struct parse *parse, const struct col_node *node,
    struct objref *ret_oid)
{
	const char *text = tree_text(&parse->tree, node);
	struct objid id, rest;
	char name[64], tail[OBJID_TEXT_SIZE];
	const struct col_node *base;
	size_t len;

	if (text == NULL) {
		return false;
	}
	if (!isalpha((unsigned char)text[0])) {
		if (objid_parse(text, &id) != 0) {
			tree_report(&parse->tree, node,
			    "'%.60s' is no OID like 1.3.6.1.4.1.318", text);
			return false;
		}
	} else {
		len = strcspn(text, ".");
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(len > 63 ? 63 : len), text);
		base = col_node_get(parse->oids, name);
		(void)snprintf(tail, sizeof(tail), "0.0%s", text + len);
		if (base == NULL || base->text == NULL ||
		    objid_parse(base->text, &id) != 0) {
			tree_report(&parse->tree, node,
			    "'%s' is not a name under oids:", name);
			return false;
		}
		if (objid_parse(tail, &rest) != 0 ||
		    objid_append(&id, rest.sub + 2, rest.n - 2) != 0) {
			tree_report(&parse->tree, node, "'%.60s' is no OID",
			    text);
			return false;
		}
	}
	*ret_oid = profile_objid(parse->profile, &id);
	return ret_oid->sub != NULL || no_memory(parse, node);
}

bool
parse_regex(struct parse *parse, const struct col_node *node,
    const regex_t **ret_regex)
{
	const char *text = tree_text(&parse->tree, node);
	char message[128];
	const regex_t *regex;

	if (text == NULL) {
		return false;
	}
	regex = profile_regex(parse->profile, text, message, sizeof(message));
	if (regex == NULL) {
		tree_report(&parse->tree, node, "bad regular expression: %s",
		    message);
		return false;
	}
	*ret_regex = regex;
	return true;
}

/* An extract: pattern must have the group that it extracts. */
static bool
parse_extract(struct parse *parse, const struct col_node *node,
    const regex_t **ret_regex)
{
	const regex_t *regex;

	if (!parse_regex(parse, node, &regex)) {
		return false;
	}
	if (regex->re_nsub == 0) {
		tree_report(&parse->tree, node,
		    "needs a group in parentheses: what it matches is taken");
		return false;
	}
	*ret_regex = regex;
	return true;
}

bool
parse_map(struct parse *parse, const struct col_node *node,
    struct profile_map *ret_map)
{
	const char **from, **to;

	if (node->kind != COL_NODE_MAP || node->n_items == 0) {
		tree_report(&parse->tree, node, "must be a map such as {1: C}");
		return false;
	}
	from = profile_alloc(parse->profile, node->n_items * sizeof(*from));
	to = profile_alloc(parse->profile, node->n_items * sizeof(*to));
	if (from == NULL || to == NULL) {
		return no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const char *text = tree_text(&parse->tree, node->items[i]);
		if (text == NULL) {
			return false;
		}
		from[i] = profile_text(parse->profile, node->items[i]->key);
		to[i] = profile_text(parse->profile, text);
		if (from[i] == NULL || to[i] == NULL) {
			return no_memory(parse, node);
		}
	}
	*ret_map = (struct profile_map){node->n_items,
	    (const char *const *)from, (const char *const *)to};
	return true;
}

bool
parse_words(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const char *const **ret_words)
{
	size_t n = node->kind == COL_NODE_LIST ? node->n_items : 1;
	const char **words;

	if (n == 0 || n > 64) {
		tree_report(&parse->tree, node, "must have 1 to 64 values");
		return false;
	}
	words = profile_alloc(parse->profile, n * sizeof(*words));
	if (words == NULL) {
		return no_memory(parse, node);
	}
	for (size_t i = 0; i < n; i++) {
		const struct col_node *at = node->kind == COL_NODE_LIST ?
		    node->items[i] : node;
		const char *text = tree_text(&parse->tree, at);
		if (text == NULL) {
			return false;
		}
		words[i] = profile_text(parse->profile, text);
		if (words[i] == NULL) {
			return no_memory(parse, at);
		}
	}
	*ret_n = n;
	*ret_words = (const char *const *)words;
	return true;
}

/* ---- references ----------------------------------------------------------------- */

static bool
add_want(struct objref **list, size_t *n, struct objref oid)
{
	struct objref *bigger;

	for (size_t i = 0; i < *n; i++) {
		if (objid_compare((*list)[i], oid) == 0) {
			return true;
		}
	}
	if (*n == WANTS_MAX) {
		return false;
	}
	if ((*n & (*n - 1)) == 0) {
		size_t room = *n == 0 ? 1 : *n * 2;
		bigger = realloc(*list, room * sizeof(*bigger));
		if (bigger == NULL) {
			return false;
		}
		*list = bigger;
	}
	(*list)[(*n)++] = oid;
	return true;
}

bool
parse_wants(struct parse *parse, const struct profile_ref *ref)
{
	struct profile *profile = parse->profile;

	return ref->source == PROFILE_COLUMN ?
	    add_want(&profile->columns, &profile->n_columns, ref->oid) :
	    add_want(&profile->gets, &profile->n_gets, ref->oid);
}

static int
find_part(const struct profile_table *table, const char *name)
{
	for (int i = 0; table != NULL && i < table->n_parts; i++) {
		if (strcmp(table->labels[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

static bool
parse_at(struct parse *parse, const struct col_node *node,
    struct profile_ref *ref)
{
	if (node->kind != COL_NODE_LIST ||
	    node->n_items > PROFILE_PARTS_MAX) {
		tree_report(&parse->tree, node,
		    "must be a list of names from index:");
		return false;
	}
	ref->n_at = (int)node->n_items;
	for (size_t i = 0; i < node->n_items; i++) {
		const char *text = tree_text(&parse->tree, node->items[i]);
		int part = text == NULL ? -1 : find_part(parse->table, text);
		if (part < 0) {
			tree_report(&parse->tree, node->items[i],
			    "is not a name from index:");
			return false;
		}
		ref->at[i] = (uint8_t)part;
	}
	return true;
}

bool
parse_ref(struct parse *parse, const struct col_node *node,
    struct profile_ref *ret_ref)
{
	const struct col_node *column = col_node_get(node, "column");
	const struct col_node *scalar = col_node_get(node, "scalar");
	const struct col_node *at = col_node_get(node, "at");
	struct profile_ref ref = {.n_at = -1};

	if (node->kind == COL_NODE_SCALAR) {
		if (parse->table != NULL) {
			column = node;
		} else {
			scalar = node;
		}
	}
	if ((column == NULL) == (scalar == NULL)) {
		tree_report(&parse->tree, node,
		    "needs one of 'column' and 'scalar'");
		return false;
	}
	ref.source = column != NULL ? PROFILE_COLUMN : PROFILE_SCALAR;
	if (!parse_oid(parse, column != NULL ? column : scalar, &ref.oid) ||
	    (at != NULL && !parse_at(parse, at, &ref))) {
		return false;
	}
	if (!parse_wants(parse, &ref)) {
		tree_report(&parse->tree, node,
		    "a profile reads at most %d columns", WANTS_MAX);
		return false;
	}
	*ret_ref = ref;
	return true;
}

/* ---- filters ------------------------------------------------------------------------ */

/* {any: [conditions]} */
static bool
parse_any(struct parse *parse, const struct col_node *any,
    struct profile_filter *ret_filter)
{
	struct profile_filter filter = {.kind = PROFILE_ANY, .part = -1};

	if (!parse_filters(parse, any, &filter.n_any, &filter.any)) {
		return false;
	}
	*ret_filter = filter;
	return true;
}

static bool
parse_filter(struct parse *parse, const struct col_node *node,
    struct profile_filter *ret_filter)
{
	static const char *const keys[] = {"column", "scalar", "at", "part",
	    "is", "not", "matches", "any", NULL};
	const struct col_node *part, *is, *not, *matches, *any;
	struct profile_filter filter = {.part = -1};

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	any = col_node_get(node, "any");
	if (any != NULL && node->n_items == 1) {
		return parse_any(parse, any, ret_filter);
	}
	if (any != NULL) {
		tree_report(&parse->tree, any, "'any' stands alone");
		return false;
	}
	part = col_node_get(node, "part");
	is = col_node_get(node, "is");
	not = col_node_get(node, "not");
	matches = col_node_get(node, "matches");
	if ((is != NULL) + (not != NULL) + (matches != NULL) != 1) {
		tree_report(&parse->tree, node,
		    "needs one of 'is', 'not' and 'matches'");
		return false;
	}
	if (part != NULL) {
		const char *text = tree_text(&parse->tree, part);
		filter.part = text == NULL ? -1 :
		    find_part(parse->table, text);
		if (filter.part < 0) {
			tree_report(&parse->tree, part,
			    "is not a name from index:");
			return false;
		}
	} else if (!parse_ref(parse, node, &filter.ref)) {
		return false;
	}
	if (matches != NULL) {
		filter.kind = PROFILE_MATCHES;
		if (!parse_regex(parse, matches, &filter.regex)) {
			return false;
		}
	} else {
		filter.kind = is != NULL ? PROFILE_IS : PROFILE_NOT;
		if (!parse_words(parse, is != NULL ? is : not,
		    &filter.n_words, &filter.words)) {
			return false;
		}
	}
	*ret_filter = filter;
	return true;
}

bool
parse_filters(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct profile_filter **ret_filters)
{
	struct profile_filter *filters;
	bool good = true;

	if (node->kind != COL_NODE_LIST || node->n_items == 0) {
		tree_report(&parse->tree, node,
		    "must be a list of {column: OID, is: VALUE}");
		return false;
	}
	filters = profile_alloc(parse->profile,
	    node->n_items * sizeof(*filters));
	if (filters == NULL) {
		return no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		good &= parse_filter(parse, node->items[i], &filters[i]);
	}
	*ret_n = node->n_items;
	*ret_filters = filters;
	return good;
}

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
	return *ret_text != NULL || no_memory(parse, node);
}

static bool
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

static bool
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
parse_unit(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const keys[] = {"column", "scalar", "at", "map",
	    NULL};
	const struct col_node *map;

	if (node == NULL) {
		metric->unit = profile_base_unit(metric->metric);
		return true;
	}
	if (node->kind == COL_NODE_SCALAR) {
		metric->unit = profile_text(parse->profile, node->text);
		return metric->unit != NULL || no_memory(parse, node);
	}
	if (!tree_map(&parse->tree, node, keys) ||
	    !parse_ref(parse, node, &metric->unit_ref)) {
		return false;
	}
	map = col_node_get(node, "map");
	return map == NULL || parse_map(parse, map, &metric->unit_map);
}

static bool
parse_scale(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const keys[] = {"factor", "digits", "exponent",
	    "divisor", "multiplier", NULL};
	double factor = 1;
	int n_kinds = 0;

	if (node->kind == COL_NODE_SCALAR) {
		if (!tree_number(&parse->tree, node, &factor)) {
			return false;
		}
	} else if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		if (strcmp(at->key, "factor") == 0) {
			if (!tree_number(&parse->tree, at, &factor)) {
				return false;
			}
			continue;
		}
		for (int k = 1; k < PROFILE_SCALE_N; k++) {
			if (strcmp(keys[k], at->key) == 0) {
				metric->scale = (enum profile_scale_kind)k;
			}
		}
		n_kinds++;
		if (!parse_ref(parse, at, &metric->scale_ref)) {
			return false;
		}
	}
	if (factor <= 0 || n_kinds > 1) {
		tree_report(&parse->tree, node, factor <= 0 ?
		    "a factor must be above 0" :
		    "one of digits, exponent, divisor and multiplier");
		return false;
	}
	metric->factor = factor;
	return true;
}

/* ---- metrics -------------------------------------------------------------------------- */

static bool
parse_values(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	size_t n = node->kind == COL_NODE_LIST ? node->n_items : 1;
	struct profile_ref ref = {.n_at = -1};

	if (n == 0 || n > PROFILE_ALTERNATIVES_MAX ||
	    node->kind == COL_NODE_MAP) {
		tree_report(&parse->tree, node, "must be an OID or up to %d",
		    PROFILE_ALTERNATIVES_MAX);
		return false;
	}
	ref.source = parse->table != NULL ? PROFILE_COLUMN : PROFILE_SCALAR;
	for (size_t i = 0; i < n; i++) {
		const struct col_node *at = node->kind == COL_NODE_LIST ?
		    node->items[i] : node;
		if (!parse_oid(parse, at, &ref.oid) ||
		    !parse_wants(parse, &ref)) {
			return false;
		}
		metric->values[i] = ref.oid;
	}
	metric->n_values = n;
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
	if ((at = col_node_get(node, "scale")) != NULL) {
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
	if ((at = col_node_get(node, "available")) != NULL) {
		struct profile_filter *filter = profile_alloc(parse->profile,
		    sizeof(*filter));
		good &= filter != NULL && parse_filter(parse, at, filter);
		if (good && filter->kind == PROFILE_ANY) {
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
	if ((at = own_or_default(parse, node, "archive")) != NULL) {
		good &= tree_bool(&parse->tree, at, &archive);
		metric->archive = good && archive;
	}
	if ((at = col_node_get(node, "total")) != NULL) {
		const char *text = tree_text(&parse->tree, at);
		metric->total = text == NULL ? NULL :
		    profile_text(parse->profile, text);
		good &= metric->total != NULL;
	}
	return good;
}

bool
parse_metric(struct parse *parse, const struct col_node *node,
    struct profile_metric *ret_metric)
{
	static const char *const keys[] = {"metric", "column", "oid",
	    "instance", "unit", "scale", "sentinels", "rows", "available",
	    "extract", "map", "archive", "total", NULL};
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
		return no_memory(parse, name);
	}
	/* Source: DESIGN.md section 2: the counters among the metrics. */
	metric->counter = strcmp(text, "octets_in") == 0 ||
	    strcmp(text, "octets_out") == 0;
	/* Written so that one fault does not hide the next. */
	bool good = parse_values(parse, value, metric);
	good &= parse_unit(parse, col_node_get(node, "unit"), metric);
	good &= parse_details(parse, node, metric);
	return good && check_units(parse, node, metric);
}
