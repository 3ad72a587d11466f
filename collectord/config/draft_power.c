/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The feed tree as written: nodes that name the one above them, and which of
 * them the feeds of racks hang on.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/draft.h"
#include "config/node.h"

static struct draft_power *
find_power(const struct load *load, const char *id)
{
	struct draft_power *power;

	HASH_FIND(hh, load->drafts->power, id, strlen(id), power);
	return power;
}

static void
report_unknown(struct load *load, const struct col_node *at, const char *id)
{
	struct draft_power *power, *next;
	struct errors_guess guess;

	errors_guess_init(&guess, id);
	HASH_ITER(hh, load->drafts->power, power, next) {
		if (load->n_guesses == 0) {
			break;
		}
		load->n_guesses--;
		errors_guess_try(&guess, power->model.id);
	}
	load_unknown(load, at, "node of the feed tree", &guess);
}

void
draft_power_entry(struct load *load, const struct col_node *node)
{
	struct draft_power *power = arena_alloc(load->scratch.arena, sizeof(*power));
	struct draft_power *old;
	int rc = schema_read(&load->scratch, "a node of the feed tree",
	    draft_power_fields, node, power);

	power->node = node;
	if (power->model.id == NULL || rc != COL_OK) {
		return;
	}
	if (power->model.phases == 2) {
		config_errors_add(load->kept.errors, col_node_get(node, "phases"),
		    "phases must be 1 or 3, not 2");
	}
	old = find_power(load, power->model.id);
	if (old != NULL) {
		config_errors_add(load->kept.errors, node, "node '%s' of the feed "
		    "tree is named twice; it is there already at %s:%u",
		    power->model.id, old->node->file, old->node->line);
		return;
	}
	power->model.index = load->drafts->n_power++;
	HASH_ADD_KEYPTR(hh, load->drafts->power, power->model.id,
	    strlen(power->model.id), power);
}

/* Names the nodes of a circle, from the one at which it was seen. */
static void
report_circle(struct load *load, const struct draft_power *power)
{
	const struct draft_power *at = power;
	char text[512];
	size_t len = 0;

	do {
		len += str_format(text + len, sizeof(text) - len, "%s, fed by ",
		    at->model.id);
		at = at->above;
	} while (at != power && len < sizeof(text) - 80);
	config_errors_add(load->kept.errors, col_node_get(power->node, "from"),
	    "the feed tree goes in a circle: %s%s; one of them must be fed from "
	    "outside", text, at == power ? power->model.id : "…");
}

/* Walks up until a source, or where an earlier walk has been; false: a circle. */
static bool
walk_up(struct load *load, struct draft_power *power, unsigned mark)
{
	for (; power != NULL && power->mark == 0; power = power->above) {
		power->mark = mark;
	}
	if (power == NULL || power->mark != mark) {
		return true;
	}
	report_circle(load, power);
	return false;
}

/* The site is the node's own, or that of the first above that names one. */
static void
find_site(struct load *load, struct draft_power *power)
{
	const struct draft_power *at = power;
	unsigned steps = load->drafts->n_power;
	const char *id = power->up[ENTITY_SITE], *above = NULL;

	for (; at != NULL && above == NULL && steps > 0; at = at->above, steps--) {
		above = at != power ? at->up[ENTITY_SITE] : NULL;
	}
	if (id != NULL && above != NULL && strcmp(id, above) != 0) {
		config_errors_add(load->kept.errors, col_node_get(power->node, "site"),
		    "node '%s' cannot stand in site '%s' and be fed from site '%s'",
		    power->model.id, id, above);
		return;
	}
	id = id != NULL ? id : above;
	if (id == NULL && power->from != NULL && power->above == NULL) {
		return;  /* reported: what it hangs on is not there */
	}
	if (id == NULL) {
		config_errors_add(load->kept.errors, power->node, "node '%s' of the "
		    "feed tree does not say where it stands; add site:",
		    power->model.id);
		return;
	}
	power->site = draft_place_find(load, ENTITY_SITE, id);
	if (power->site == NULL && power->up[ENTITY_SITE] != NULL) {
		(void)draft_place_of(load, power->up, ENTITY_SITE, power->node,
		    "a node of the feed tree");
	}
}

void
draft_power_join(struct load *load)
{
	struct draft_power *power, *next;
	unsigned mark = 0;
	bool ends = true;

	HASH_ITER(hh, load->drafts->power, power, next) {
		if (power->from == NULL) {
			continue;
		}
		power->above = find_power(load, power->from);
		if (power->above == NULL) {
			report_unknown(load, col_node_get(power->node, "from"),
			    power->from);
		}
	}
	HASH_ITER(hh, load->drafts->power, power, next) {
		ends = walk_up(load, power, ++mark) && ends;
	}
	for (power = load->drafts->power; ends && power != NULL;
	    power = power->hh.next) {
		find_site(load, power);
	}
}

struct draft_sources *
draft_sources(struct load *load, const struct col_node *node)
{
	struct draft_sources *sources;

	if (node == NULL) {
		return NULL;
	}
	if (node->n_items > INVENTORY_FEEDS_MAX) {
		config_errors_add(load->kept.errors, node, "a rack has at most %d "
		    "feeds, not %zu", INVENTORY_FEEDS_MAX, node->n_items);
		return NULL;
	}
	sources = arena_alloc(load->scratch.arena, sizeof(*sources));
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *item = node->items[i];

		if (item->kind != COL_NODE_SCALAR || node_is_null(item)) {
			config_errors_add(load->kept.errors, item, "feeds_from: feed "
			    "'%.16s' needs the id of a node of the feed tree",
			    item->key);
			continue;
		}
		sources->items[sources->n++] = (struct draft_source){
			.feed = item->key, .node = item->text, .at = item };
	}
	return sources;
}

/* Finds the node that a source names, once for all racks that it stands for. */
static struct draft_power *
resolve(struct load *load, struct draft_source *source)
{
	if (source->power == NULL && !source->reported) {
		source->power = find_power(load, source->node);
		if (source->power == NULL) {
			source->reported = true;
			report_unknown(load, source->at, source->node);
		}
	}
	return source->power;
}

static struct draft_source *
source_in(struct draft_sources *sources, const char *feed)
{
	for (unsigned i = 0; sources != NULL && i < sources->n; i++) {
		if (strcmp(sources->items[i].feed, feed) == 0) {
			return &sources->items[i];
		}
	}
	return NULL;
}

static const struct draft_place *
site_of(const struct draft_rack *rack)
{
	const struct draft_place *place = rack->row;

	while (place != NULL && place->kind != ENTITY_SITE) {
		place = place->parent;
	}
	return place;
}

/* The nearest that says where a feed comes from. */
static struct draft_source *
nearest(const struct draft_rack *rack, const char *feed)
{
	struct draft_source *source = source_in(rack->sources, feed);

	for (const struct draft_place *p = rack->row; source == NULL && p != NULL;
	    p = p->parent) {
		source = source_in(p->sources, feed);
	}
	return source;
}

struct draft_power *
draft_source_of(struct load *load, const struct draft_rack *rack,
    const struct feed *feed)
{
	struct draft_source *source = nearest(rack, feed->id);
	struct draft_source own = { .feed = feed->id, .node = feed->from,
	    .at = rack->feeds_node != NULL ? rack->feeds_node : rack->node };
	struct draft_power *power;

	if (feed->from != NULL) {
		source = &own;
	}
	if (source == NULL) {
		return NULL;
	}
	power = resolve(load, source);
	if (power != NULL && power->site != NULL && site_of(rack) != NULL &&
	    power->site != site_of(rack) && !source->reported) {
		source->reported = true;
		config_errors_add(load->kept.errors, source->at, "rack '%s' stands in "
		    "site '%s', so its feed %s cannot hang on '%s' of site '%s'",
		    rack->id, site_of(rack)->id, feed->id, power->model.id,
		    power->site->id);
	}
	return power;
}
