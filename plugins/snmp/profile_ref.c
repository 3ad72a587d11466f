/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

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
		int part;
		if (!parse_part(parse, node->items[i], &part)) {
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

bool
parse_filter(struct parse *parse, const struct col_node *node,
    struct profile_filter *ret_filter)
{
	static const char *const keys[] = {"column", "scalar", "at", "part",
	    "is", "not", "matches", "unlike", "any", NULL};
	const struct col_node *part, *is, *not, *matches, *unlike, *any;
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
	unlike = col_node_get(node, "unlike");
	if ((is != NULL) + (not != NULL) + (matches != NULL) +
	    (unlike != NULL) != 1) {
		tree_report(&parse->tree, node,
		    "needs one of 'is', 'not', 'matches' and 'unlike'");
		return false;
	}
	if (part != NULL) {
		if (!parse_part(parse, part, &filter.part)) {
			return false;
		}
	} else if (!parse_ref(parse, node, &filter.ref)) {
		return false;
	}
	if (matches != NULL || unlike != NULL) {
		filter.kind = matches != NULL ? PROFILE_MATCHES :
		    PROFILE_UNLIKE;
		if (!parse_regex(parse, matches != NULL ? matches : unlike,
		    &filter.regex)) {
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
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		good &= parse_filter(parse, node->items[i], &filters[i]);
	}
	*ret_n = node->n_items;
	*ret_filters = filters;
	return good;
}

