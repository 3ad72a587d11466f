/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool
parse_no_memory(struct parse *parse, const struct col_node *node)
{
	tree_report(&parse->tree, node, "out of memory");
	return false;
}

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

