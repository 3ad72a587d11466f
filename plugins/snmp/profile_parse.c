/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- oids, info ------------------------------------------------------------ */

#define LEARN_MIN_NS INT64_C(300000000000)

static void
check_name(struct parse *parse, const struct col_node *at)
{
	if (!parse_is_name(at->key)) {
		tree_report(&parse->tree, at, "'%.40s' is no name:"
		    " lower-case letters, digits and _", at->key);
	}
}

/* bases: before oids:, which may build on them. */
static void
read_oids(struct parse *parse, const struct col_node *node)
{
	struct objid id;

	if (node->kind != COL_NODE_MAP) {
		tree_report(&parse->tree, node,
		    "must be a map of names and OIDs");
		return;
	}
	parse->oids = node;
	for (size_t i = 0; i < node->n_items; i++) {
		check_name(parse, node->items[i]);
		(void)parse_objid(parse, node->items[i], &id);
	}
}

/* {root: [OID, OID]}: lists of one length. */
static void
read_bases(struct parse *parse, const struct col_node *node)
{
	struct objid id;
	size_t n = 0;

	if (node->kind != COL_NODE_MAP || node->n_items == 0) {
		tree_report(&parse->tree, node,
		    "must be a map such as {root: [OID, OID]}");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		check_name(parse, at);
		if (!parse_list(parse, at, PROFILE_VARIANTS_MAX)) {
			return;
		}
		n = i == 0 ? at->n_items : n;
		if (at->n_items != n) {
			tree_report(&parse->tree, at, "has %zu OIDs where the"
			    " first base has %zu", at->n_items, n);
		}
		for (size_t k = 0; k < at->n_items; k++) {
			(void)parse_objid(parse, at->items[k], &id);
		}
	}
	parse->bases = node;
}

static bool
read_info_ref(struct parse *parse, const struct col_node *node,
    struct profile_info *info, size_t i)
{
	static const char *const keys[] = {"column", "scalar", "extract",
	    "each", NULL};
	const struct col_node *at;

	if (node->kind != COL_NODE_SCALAR &&
	    !tree_map(&parse->tree, node, keys)) {
		return false;
	}
	if (!parse_ref(parse, node, &info->refs[i])) {
		return false;
	}
	at = col_node_get(node, "each");
	if (at != NULL && !tree_bool(&parse->tree, at, &info->each[i])) {
		return false;
	}
	at = col_node_get(node, "extract");
	return at == NULL || parse_regex(parse, at, &info->extract[i]);
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
			    at->items[k] : at, &infos[i], k);
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
	const char *const *kinds = profile_kinds;
	const size_t n_kinds = 6;
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

/* {varbinds: 10, bulk: false, learn: 6h} */
static void
read_limits(struct parse *parse, const struct col_node *node)
{
	static const char *const keys[] = {"varbinds", "bulk", "learn", NULL};
	struct profile *profile = parse->profile;
	const struct col_node *at;
	int64_t n = 0;
	bool bulk = true;

	if (!tree_map(&parse->tree, node, keys)) {
		return;
	}
	if ((at = col_node_get(node, "varbinds")) != NULL &&
	    tree_integer(&parse->tree, at, 1, 60, &n)) {
		profile->max_varbinds = (unsigned)n;
	}
	if ((at = col_node_get(node, "bulk")) != NULL) {
		(void)tree_bool(&parse->tree, at, &bulk);
		profile->no_bulk = !bulk;
	}
	at = col_node_get(node, "learn");
	if (at != NULL && tree_duration(&parse->tree, at, &n)) {
		if (n < LEARN_MIN_NS) {
			tree_report(&parse->tree, at, "must be 5m or more");
		}
		profile->learn_ns = n;
	}
}

static void
read_company(struct parse *parse, const struct col_node *node)
{
	static const char *const words[] = {"metric", "instance"};
	const struct col_node *also = col_node_get(node, "also");
	const struct col_node *twins = col_node_get(node, "twins");
	const char *text = twins == NULL ? NULL :
	    tree_text(&parse->tree, twins);

	if (also != NULL) {
		(void)parse_words(parse, also, &parse->profile->n_also,
		    &parse->profile->also);
	}
	if (text != NULL && strcmp(text, words[0]) != 0 &&
	    strcmp(text, words[1]) != 0) {
		tree_report_words(&parse->tree, twins, "word", text, words, 2);
	}
	parse->profile->same_instances = text != NULL &&
	    strcmp(text, words[1]) == 0;
}

static void
read_profile(struct parse *parse, const struct col_node *node)
{
	static const char *const keys[] = {"plugin", "summary", "kind",
	    "extends", "also", "twins", "limits", "bases", "oids",
	    "enums", "match", "info", "scalars", "tables",
	    "percents", NULL};
	const struct col_node *at;

	(void)tree_map(&parse->tree, node, keys);
	if (node->kind != COL_NODE_MAP) {
		return;
	}
	read_envelope(parse, node);
	read_company(parse, node);
	if ((at = col_node_get(node, "limits")) != NULL) {
		read_limits(parse, at);
	}
	parse->profile->is_overlay = col_node_get(node, "extends") != NULL;
	if ((at = col_node_get(node, "bases")) != NULL) {
		read_bases(parse, at);
	}
	if ((at = col_node_get(node, "oids")) != NULL) {
		read_oids(parse, at);
	}
	if ((at = col_node_get(node, "enums")) != NULL) {
		(void)parse_enums(parse, at);
	}
	if ((at = col_node_get(node, "info")) != NULL) {
		read_info(parse, at);
	}
	if ((at = col_node_get(node, "match")) != NULL) {
		parse_match(parse, at);
	}
	if ((at = col_node_get(node, "scalars")) != NULL) {
		parse_metrics(parse, at, &parse->profile->n_scalars,
		    &parse->profile->scalars);
	}
	if ((at = col_node_get(node, "tables")) != NULL) {
		parse_tables(parse, at);
	}
	if ((at = col_node_get(node, "percents")) != NULL) {
		parse_percents(parse, at);
	}
	if (col_node_get(node, "scalars") == NULL &&
	    col_node_get(node, "tables") == NULL) {
		tree_report(&parse->tree, node,
		    "needs 'scalars' or 'tables': it measures nothing");
	}
}

unsigned
profile_variants(const struct col_profile *from)
{
	const struct col_node *bases = col_node_get(from->node, "bases");

	return bases != NULL && bases->n_items > 0 &&
	    bases->items[0]->n_items > 1 ? (unsigned)bases->items[0]->n_items :
	    1;
}

int
profile_parse(const struct col_host *host, const struct col_profile *from,
    struct profile **ret_profile)
{
	return profile_parse_variant(host, from, 0, ret_profile);
}

int
profile_parse_variant(const struct col_host *host,
    const struct col_profile *from, unsigned variant,
    struct profile **ret_profile)
{
	struct parse parse = {.tree = {.host = host}, .variant = variant};
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
