/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The envelope of a profile: who, quirks, sources of power, limits.  Rules are
 * read by profile_rule.c.
 */
#include "profile_work.h"

#include <stdlib.h>
#include <string.h>

#include "quirk.h"

#define SENSORS_DEFAULT 128
#define CHUNK_DEFAULT 255

static const char *const power_words[PROFILE_POWER_N] = {"dcmi", "sensor",
    "inputs"};

bool
read_numbers(struct reading *reading, const struct col_node *node,
    int64_t max, struct profile_numbers *ret_numbers)
{
	bool is_list = node->kind == COL_NODE_LIST;
	size_t n = is_list ? node->n_items : 1;
	bool good = true;

	if (n == 0 || n > PROFILE_WORDS_MAX) {
		tree_report(&reading->tree, node, "must have 1 to %d values",
		    PROFILE_WORDS_MAX);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t value = 0;
		good &= tree_integer(&reading->tree, is_list ? node->items[i] :
		    node, 0, max, &value);
		ret_numbers->values[i] = (uint16_t)value;
	}
	ret_numbers->n = n;
	return good;
}

static void
read_match_item(struct reading *reading, const struct col_node *node,
    struct profile_match *match)
{
	static const char *const keys[] = {"manufacturer", "product", "any",
	    NULL};
	const struct col_node *maker = col_node_get(node, "manufacturer");
	const struct col_node *product = col_node_get(node, "product");
	const struct col_node *any = col_node_get(node, "any");
	int64_t number = 0;

	if (!tree_map(&reading->tree, node, keys)) {
		return;
	}
	if (any != NULL) {
		(void)tree_bool(&reading->tree, any, &match->any);
	}
	if (match->any == (maker != NULL)) {
		tree_report(&reading->tree, node, "needs 'manufacturer' (the"
		    " number that Get Device ID gives), or 'any: true'");
	} else if (maker != NULL && tree_integer(&reading->tree, maker, 0,
	    0xfffff, &number)) {
		match->manufacturer = (uint32_t)number;
	}
	if (product != NULL) {
		(void)read_numbers(reading, product, 0xffff, &match->products);
	}
}

static void
read_match(struct reading *reading, const struct col_node *node)
{
	struct profile_match *matches;

	if (node->kind != COL_NODE_LIST || node->n_items == 0) {
		tree_report(&reading->tree, node, "must be a list such as"
		    " [{manufacturer: 674}]");
		return;
	}
	matches = profile_alloc(reading->profile, node->n_items *
	    sizeof(*matches));
	if (matches == NULL) {
		tree_report(&reading->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		read_match_item(reading, node->items[i], &matches[i]);
	}
	reading->profile->matches = matches;
	reading->profile->n_matches = node->n_items;
}

static void
read_quirks(struct reading *reading, const struct col_node *node)
{
	const char *names[64];
	size_t n = 0;
	const struct quirk_row *rows = quirk_table(&n);

	if (node->kind != COL_NODE_LIST) {
		tree_report(&reading->tree, node,
		    "must be a list such as [authcap]");
		return;
	}
	n = n > 64 ? 64 : n;
	for (size_t i = 0; i < n; i++) {
		names[i] = rows[i].name;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const char *text = tree_text(&reading->tree, node->items[i]);
		uint32_t bit = text == NULL ? 0 : quirk_find(text);
		if (text != NULL && bit == 0) {
			tree_report_words(&reading->tree, node->items[i],
			    "quirk", text, names, n);
		}
		reading->profile->quirks |= bit;
	}
}

static void
read_power(struct reading *reading, const struct col_node *node)
{
	struct profile *profile = reading->profile;

	profile->n_powers = 0;
	if (node->kind != COL_NODE_LIST || node->n_items > PROFILE_POWER_N) {
		tree_report(&reading->tree, node, "must be a list of sources"
		    " in order of preference: [dcmi, sensor, inputs]");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const char *text = tree_text(&reading->tree, node->items[i]);
		size_t k = 0;
		while (text != NULL && k < PROFILE_POWER_N &&
		    strcmp(power_words[k], text) != 0) {
			k++;
		}
		if (text != NULL && k == PROFILE_POWER_N) {
			tree_report_words(&reading->tree, node->items[i],
			    "source", text, power_words, PROFILE_POWER_N);
		} else if (text != NULL) {
			profile->powers[profile->n_powers++] =
			    (enum profile_power)k;
		}
	}
}

/* {sensors: 40, bytes: 16, log: false, fru: false} */
static void
read_limits(struct reading *reading, const struct col_node *node)
{
	static const char *const keys[] = {"sensors", "bytes", "log", "fru",
	    NULL};
	struct profile *profile = reading->profile;
	const struct col_node *at;
	int64_t n = 0;

	if (!tree_map(&reading->tree, node, keys)) {
		return;
	}
	if ((at = col_node_get(node, "sensors")) != NULL &&
	    tree_integer(&reading->tree, at, 0, 512, &n)) {
		profile->max_sensors = (unsigned)n;
	}
	if ((at = col_node_get(node, "bytes")) != NULL &&
	    tree_integer(&reading->tree, at, 8, 255, &n)) {
		profile->chunk = (unsigned)n;
	}
	if ((at = col_node_get(node, "log")) != NULL) {
		(void)tree_bool(&reading->tree, at, &profile->log);
	}
	if ((at = col_node_get(node, "fru")) != NULL) {
		(void)tree_bool(&reading->tree, at, &profile->fru);
	}
}

static void
read_profile(struct reading *reading, const struct col_node *node)
{
	static const char *const keys[] = {"plugin", "summary", "kind",
	    "extends", "match", "quirks", "power", "limits", "sensors", NULL};
	const struct col_node *at;

	(void)tree_map(&reading->tree, node, keys);
	if (node->kind != COL_NODE_MAP) {
		return;
	}
	if (col_node_get(node, "summary") == NULL) {
		tree_report(&reading->tree, node, "'summary' is missing:"
		    " {en: TEXT, zh: TEXT}");
	}
	at = col_node_get(node, "kind");
	if (at == NULL || at->text == NULL || strcmp(at->text, "bmc") != 0) {
		tree_report(&reading->tree, at == NULL ? node : at,
		    "'kind' must be bmc");
	}
	reading->profile->is_overlay = col_node_get(node, "extends") != NULL;
	if ((at = col_node_get(node, "match")) != NULL) {
		read_match(reading, at);
	}
	if ((at = col_node_get(node, "quirks")) != NULL) {
		read_quirks(reading, at);
	}
	if ((at = col_node_get(node, "power")) != NULL) {
		read_power(reading, at);
	}
	if ((at = col_node_get(node, "limits")) != NULL) {
		read_limits(reading, at);
	}
	if ((at = col_node_get(node, "sensors")) != NULL) {
		read_rules(reading, at);
	} else {
		tree_report(&reading->tree, node,
		    "needs 'sensors', or 'extends: ipmi' to take those of"
		    " another profile");
	}
}

int
profile_read(const struct col_host *host, const struct col_profile *from,
    struct profile **ret_profile)
{
	struct reading reading = {.tree = {.host = host}};
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL || (profile->id = strdup(from->id)) == NULL) {
		free(profile);
		return COL_ENOMEM;
	}
	profile->n_refs = 1;
	profile->max_sensors = SENSORS_DEFAULT;
	profile->chunk = CHUNK_DEFAULT;
	profile->log = profile->fru = true;
	profile->n_powers = PROFILE_POWER_N;
	for (int i = 0; i < PROFILE_POWER_N; i++) {
		profile->powers[i] = (enum profile_power)i;
	}
	reading.profile = profile;
	read_profile(&reading, from->node);
	if (reading.tree.n_faults > 0) {
		profile_unref(profile);
		return COL_ECONFIG;
	}
	*ret_profile = profile;
	return 0;
}
