/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- oids, match, info ------------------------------------------------------------ */

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
	    "not_sysdescr", "probe", "absent", "when", "adds", NULL};
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

static void
read_match(struct parse *parse, const struct col_node *node)
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
		read_match(parse, at);
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
