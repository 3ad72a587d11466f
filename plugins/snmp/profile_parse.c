/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		if (!parse_is_name(at->key)) {
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

	if (!parse_list(parse, node, 64)) {
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
		if (strncmp(at->key, "info_", 5) != 0 || !parse_is_name(at->key)) {
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
		parse_metrics(parse, at, &parse->profile->n_scalars,
		    &parse->profile->scalars);
	}
	if ((at = col_node_get(node, "tables")) != NULL) {
		parse_tables(parse, at);
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
