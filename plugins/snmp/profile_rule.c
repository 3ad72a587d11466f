/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match: how a device is recognised. */
#include "profile_parse.h"

#include <string.h>

/* One OID or a list of them. */
static bool
read_probes(struct parse *parse, const struct col_node *node, size_t *ret_n,
    const struct objref **ret_oids)
{
	bool is_list = node->kind == COL_NODE_LIST;
	size_t n = is_list ? node->n_items : 1;
	struct objref *oids = profile_alloc(parse->profile,
	    (n + 1) * sizeof(*oids));

	if (oids == NULL) {
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < n; i++) {
		if (!parse_oid(parse, is_list ? node->items[i] : node,
		    &oids[i])) {
			return false;
		}
	}
	*ret_n = n;
	*ret_oids = oids;
	return true;
}

/* {info_model: REGEX}: infos have been read before. */
static bool
read_when(struct parse *parse, const struct col_node *node,
    struct profile_rule *rule)
{
	const struct profile *profile = parse->profile;
	struct profile_when *whens;
	bool good = true;

	if (node->kind != COL_NODE_MAP || node->n_items == 0) {
		tree_report(&parse->tree, node,
		    "must be a map such as {info_model: REGEX}");
		return false;
	}
	whens = profile_alloc(parse->profile, node->n_items * sizeof(*whens));
	if (whens == NULL) {
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		size_t k = 0;
		while (k < profile->n_infos && strcmp(at->key,
		    profile->infos[k].metric) != 0) {
			k++;
		}
		if (k == profile->n_infos) {
			tree_report(&parse->tree, at,
			    "'%.40s' is not under info:", at->key);
			good = false;
		}
		whens[i].info = k;
		good &= parse_regex(parse, at, &whens[i].regex);
	}
	rule->whens = whens;
	rule->n_whens = node->n_items;
	return good;
}

/* true, or the kinds of devices that it is added to. */
static bool
read_adds(struct parse *parse, const struct col_node *node,
    struct profile_rule *rule)
{
	if (node->kind == COL_NODE_SCALAR) {
		return tree_bool(&parse->tree, node, &rule->adds);
	}
	rule->adds = true;
	for (size_t i = 0; i < node->n_items; i++) {
		const char *text = tree_text(&parse->tree, node->items[i]);
		unsigned bit = text == NULL ? 0 : profile_kind_bit(text);
		if (bit == 0) {
			if (text != NULL) {
				tree_report_words(&parse->tree, node->items[i],
				    "kind", text, profile_kinds, 6);
			}
			return false;
		}
		rule->adds_to |= bit;
	}
	return true;
}

static bool
read_rule(struct parse *parse, const struct col_node *node,
    struct profile_rule *rule)
{
	static const char *const keys[] = {"sysobjectid", "sysdescr",
	    "not_sysdescr", "probe", "absent", "when", "adds", "fallback",
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
	if ((at = col_node_get(node, "not_sysdescr")) != NULL) {
		good &= parse_regex(parse, at, &rule->not_sysdescr);
	}
	if ((at = col_node_get(node, "probe")) != NULL) {
		good &= read_probes(parse, at, &rule->n_probes, &rule->probes);
	}
	if ((at = col_node_get(node, "absent")) != NULL) {
		good &= read_probes(parse, at, &rule->n_absents,
		    &rule->absents);
	}
	if ((at = col_node_get(node, "when")) != NULL) {
		good &= read_when(parse, at, rule);
	}
	if ((at = col_node_get(node, "fallback")) != NULL) {
		good &= tree_bool(&parse->tree, at, &rule->fallback);
	}
	if ((at = col_node_get(node, "adds")) != NULL) {
		good &= read_adds(parse, at, rule);
	}
	if (col_node_get(node, "sysobjectid") == NULL &&
	    col_node_get(node, "sysdescr") == NULL &&
	    col_node_get(node, "probe") == NULL) {
		tree_report(&parse->tree, node,
		    "needs 'sysobjectid', 'sysdescr' or 'probe'");
		good = false;
	}
	return good;
}

void
parse_match(struct parse *parse, const struct col_node *node)
{
	struct profile_rule *rules;
	bool good = true;

	if (!parse_list(parse, node, 64)) {
		return;
	}
	rules = profile_alloc(parse->profile, node->n_items * sizeof(*rules));
	if (rules == NULL) {
		(void)parse_no_memory(parse, node);
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		good &= read_rule(parse, node->items[i], &rules[i]);
	}
	if (good) {
		parse->profile->rules = rules;
		parse->profile->n_rules = node->n_items;
	}
}
