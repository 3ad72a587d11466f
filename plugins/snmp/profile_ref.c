/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WANTS_MAX 1024  /* columns, and scalars, of one profile */

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

bool
parse_part(struct parse *parse, const struct col_node *node, int *ret_part)
{
	const char *text = tree_text(&parse->tree, node);
	int part = text == NULL ? -1 : find_part(parse->table, text);

	if (part < 0) {
		tree_report(&parse->tree, node,
		    "is not a name from index:");
		return false;
	}
	*ret_part = part;
	return true;
}

/* A name of an index part or label, or a number. */
static bool
parse_at_one(struct parse *parse, const struct col_node *node,
    struct profile_at *at)
{
	const char *text = tree_text(&parse->tree, node);
	int64_t number;

	if (text == NULL) {
		return false;
	}
	if (isdigit((unsigned char)text[0])) {
		if (!tree_integer(&parse->tree, node, 0, UINT32_MAX,
		    &number)) {
			return false;
		}
		*at = (struct profile_at){-1, (uint32_t)number};
		return true;
	}
	return parse_label_name(parse, node, &at->label);
}

static bool
parse_at(struct parse *parse, const struct col_node *node,
    struct profile_ref *ref)
{
	if (node->kind != COL_NODE_LIST ||
	    node->n_items > PROFILE_PARTS_MAX) {
		tree_report(&parse->tree, node, "must be a list of names from"
		    " index: or labels:, or numbers");
		return false;
	}
	ref->n_at = (int)node->n_items;
	for (size_t i = 0; i < node->n_items; i++) {
		if (!parse_at_one(parse, node->items[i], &ref->at[i])) {
			return false;
		}
	}
	return true;
}

/* {column: OID, is: LABEL} */
static bool
parse_find(struct parse *parse, const struct col_node *node,
    struct profile_ref *ref)
{
	static const char *const keys[] = {"column", "is", NULL};
	struct profile_ref wanted = {.source = PROFILE_COLUMN};
	const struct col_node *column = col_node_get(node, "column");
	const struct col_node *is = col_node_get(node, "is");

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	if (column == NULL || is == NULL || ref->n_at >= 0) {
		tree_report(&parse->tree, node,
		    "needs 'column' and 'is', and no 'at' beside it");
		return false;
	}
	ref->n_at = 1;
	if (!parse_oid(parse, column, &ref->find) ||
	    !parse_label_name(parse, is, &ref->at[0].label)) {
		return false;
	}
	wanted.oid = ref->find;
	return parse_wants(parse, &wanted);
}

bool
parse_ref(struct parse *parse, const struct col_node *node,
    struct profile_ref *ret_ref)
{
	const struct col_node *column = col_node_get(node, "column");
	const struct col_node *scalar = col_node_get(node, "scalar");
	const struct col_node *at = col_node_get(node, "at");
	const struct col_node *find = col_node_get(node, "find");
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
	    (at != NULL && !parse_at(parse, at, &ref)) ||
	    (find != NULL && !parse_find(parse, find, &ref))) {
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

/* {any: [conditions]}, {all: …}, {seen: …} */
static bool
parse_several(struct parse *parse, const struct col_node *node,
    enum profile_filter_kind kind, struct profile_filter *ret_filter)
{
	struct profile_filter filter = {.kind = kind, .part = -1};

	if (!parse_filters(parse, node, &filter.n_parts, &filter.parts)) {
		return false;
	}
	*ret_filter = filter;
	return true;
}

/* What the value is held against. */
static bool
parse_test(struct parse *parse, const struct col_node *node,
    struct profile_filter *filter)
{
	bool present;

	switch (filter->kind) {
	case PROFILE_MATCHES:
	case PROFILE_UNLIKE:
		return parse_regex(parse, node, &filter->regex);
	case PROFILE_ABOVE:
	case PROFILE_BELOW:
		return tree_number(&parse->tree, node, &filter->limit);
	case PROFILE_PRESENT:
		if (!tree_bool(&parse->tree, node, &present)) {
			return false;
		}
		filter->kind = present ? PROFILE_PRESENT : PROFILE_MISSING;
		return true;
	case PROFILE_IS:
	case PROFILE_NOT:
		return parse_words(parse, node, &filter->n_words,
		    &filter->words);
	case PROFILE_MISSING:
	case PROFILE_ANY:
	case PROFILE_ALL:
	case PROFILE_SEEN:
	case PROFILE_FILTER_N:
		break;
	}
	return false;
}

/* The value that is looked at: a part, a label, or anything else. */
static bool
parse_subject(struct parse *parse, const struct col_node *node,
    struct profile_filter *filter)
{
	const struct col_node *part = col_node_get(node, "part");
	const struct col_node *label = col_node_get(node, "label");

	if (part != NULL) {
		return parse_part(parse, part, &filter->part);
	}
	if (label != NULL) {
		return parse_label_name(parse, label, &filter->part);
	}
	return parse_ref(parse, node, &filter->ref);
}

bool
parse_filter(struct parse *parse, const struct col_node *node,
    struct profile_filter *ret_filter)
{
	static const struct {
		const char *key;
		enum profile_filter_kind kind;
	} tests[] = {{"is", PROFILE_IS}, {"not", PROFILE_NOT},
	    {"matches", PROFILE_MATCHES}, {"unlike", PROFILE_UNLIKE},
	    {"above", PROFILE_ABOVE}, {"below", PROFILE_BELOW},
	    {"present", PROFILE_PRESENT}, {"any", PROFILE_ANY},
	    {"all", PROFILE_ALL}, {"seen", PROFILE_SEEN}};
	static const char *const keys[] = {"column", "scalar", "at", "find",
	    "part", "label", "is", "not", "matches", "unlike", "above",
	    "below", "present", "any", "all", "seen", NULL};
	struct profile_filter filter = {.part = -1};
	const struct col_node *test = NULL;
	size_t n_tests = 0;

	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		const struct col_node *at = col_node_get(node, tests[i].key);
		if (at != NULL) {
			test = at;
			filter.kind = tests[i].kind;
			n_tests++;
		}
	}
	if (n_tests != 1) {
		tree_report(&parse->tree, node, "needs one of 'is', 'not',"
		    " 'matches', 'unlike', 'above', 'below' and 'present'");
		return false;
	}
	if (filter.kind >= PROFILE_ANY) {
		if (node->n_items > 1) {
			tree_report(&parse->tree, test, "'%s' stands alone",
			    test->key);
			return false;
		}
		return parse_several(parse, test, filter.kind, ret_filter);
	}
	if (!parse_subject(parse, node, &filter) ||
	    !parse_test(parse, test, &filter)) {
		return false;
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
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		good &= parse_filter(parse, node->items[i], &filters[i]);
	}
	*ret_n = node->n_items;
	*ret_filters = filters;
	return good;
}

