/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX 4   /* names that stand for names */

bool
parse_no_memory(struct parse *parse, const struct col_node *node)
{
	tree_report(&parse->tree, node, "out of memory");
	return false;
}

/* What a name stands for: bases: by the variant that is compiled, or oids:. */
static const struct col_node *
find_name(const struct parse *parse, const char *name)
{
	const struct col_node *base = col_node_get(parse->bases, name);

	if (base != NULL && base->kind == COL_NODE_LIST) {
		return parse->variant < base->n_items ?
		    base->items[parse->variant] : NULL;
	}
	return col_node_get(parse->oids, name);
}

/* "name.1.2", where name may stand for another name's OID; or a plain OID. */
static bool
resolve_oid(struct parse *parse, const struct col_node *node,
    const char *text, unsigned depth, struct objid *ret_id)
{
	char name[64], tail[OBJID_TEXT_SIZE];
	const struct col_node *base;
	struct objid rest;
	size_t len = strcspn(text, ".");

	if (!isalpha((unsigned char)text[0])) {
		if (objid_parse(text, ret_id) == 0) {
			return true;
		}
		tree_report(&parse->tree, node,
		    "'%.60s' is no OID like 1.3.6.1.4.1.318", text);
		return false;
	}
	(void)snprintf(name, sizeof(name), "%.*s", (int)(len > 63 ? 63 : len),
	    text);
	base = find_name(parse, name);
	if (base == NULL || base->text == NULL || depth > NAMES_MAX) {
		tree_report(&parse->tree, node, depth > NAMES_MAX ?
		    "'%s' stands for itself" :
		    "'%s' is not a name under oids: or bases:", name);
		return false;
	}
	if (!resolve_oid(parse, depth == 0 ? node : base, base->text,
	    depth + 1, ret_id)) {
		return false;
	}
	(void)snprintf(tail, sizeof(tail), "0.0%s", text + len);
	if (objid_parse(tail, &rest) != 0 ||
	    objid_append(ret_id, rest.sub + 2, rest.n - 2) != 0) {
		tree_report(&parse->tree, node, "'%.60s' is no OID", text);
		return false;
	}
	return true;
}

bool
parse_objid(struct parse *parse, const struct col_node *node,
    struct objid *ret_id)
{
	const char *text = tree_text(&parse->tree, node);

	return text != NULL && resolve_oid(parse, node, text, 0, ret_id);
}

bool
parse_oid(struct parse *parse, const struct col_node *node,
    struct objref *ret_oid)
{
	struct objid id;

	if (!parse_objid(parse, node, &id)) {
		return false;
	}
	*ret_oid = profile_objid(parse->profile, &id);
	return ret_oid->sub != NULL || parse_no_memory(parse, node);
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
bool
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
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const char *text = tree_text(&parse->tree, node->items[i]);
		if (text == NULL) {
			return false;
		}
		from[i] = profile_text(parse->profile, node->items[i]->key);
		to[i] = profile_text(parse->profile, text);
		if (from[i] == NULL || to[i] == NULL) {
			return parse_no_memory(parse, node);
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
		return parse_no_memory(parse, node);
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
			return parse_no_memory(parse, at);
		}
	}
	*ret_n = n;
	*ret_words = (const char *const *)words;
	return true;
}

