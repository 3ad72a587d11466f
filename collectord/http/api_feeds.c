/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /feeds and /feeds/{id}: nodes of the feed tree, and the feeds of racks. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>

#include "capacity/stock.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/feed.h"
#include "http/power.h"
#include "http/problem.h"
#include "http/rack.h"

#define LIMIT 1000
/* Feeds that one node's body lists. */
#define RACKS_MAX 1000

const struct param api_feeds_params[] = {
	{"site", PARAM_ID, false, 0, 0, NULL, "only of this site"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 1000 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

/* ---- the list: in file order, so that a node comes after the one above it -------- */

static void
write_items(struct request *request, uint32_t site, uint32_t at)
{
	const struct inventory *inventory = request->view->config->inventory;
	int64_t limit = request_int(request, "limit", LIMIT);
	char next[CURSOR_SIZE] = "";

	json_list(&request->json, "items");
	for (; at < inventory->n_power; at++) {
		const struct power_node *node = &inventory->power[at];

		if (site != INVENTORY_NONE && node->site != site) {
			continue;
		}
		if (limit-- == 0) {
			cursor_encode(at, node->id, next);
			break;
		}
		json_map(&request->json, NULL);
		power_write(request, node);
		json_map_end(&request->json);
	}
	json_list_end(&request->json);
	body_text(&request->json, "next", next);
}

enum request_next
api_feeds(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *site_id = request_value(request, "site");
	const char *text = request_value(request, "cursor");
	const struct place *site = site_id == NULL ? NULL :
	    inventory_place(inventory, ENTITY_SITE, site_id);
	struct cursor from = {0};

	if (site_id != NULL && site == NULL) {
		return problem_no_such(request, "site", site_id);
	}
	if (text != NULL && (cursor_decode(text, &from) != 0 ||
	    from.key > inventory->n_power)) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
	}
	request_begin(request);
	write_items(request, site != NULL ? site->index : INVENTORY_NONE,
	    (uint32_t)from.key);
	return request_end(request);
}

/* ---- one node -------------------------------------------------------------------- */

static void
write_around(struct json *json, const struct inventory *inventory,
    const struct power_node *node)
{
	json_list(json, "children");
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		if (inventory->power[i].from == node->index) {
			json_text(json, NULL, inventory->power[i].id);
		}
	}
	json_list_end(json);
	json_list(json, "above");
	for (uint32_t up = node->from; up < inventory->n_power;
	    up = inventory->power[up].from) {
		json_text(json, NULL, inventory->power[up].id);
	}
	json_list_end(json);
}

/* Which feeds of each group of racks come through the node. */
static uint32_t *
feeds_below(const struct tree *tree, const struct power_node *node)
{
	uint32_t *feeds = calloc((size_t)tree->n_groups + 1, sizeof(*feeds));

	for (uint32_t g = 0; feeds != NULL && g < tree->n_groups; g++) {
		const struct tree_group *group = &tree->groups[g];

		for (uint32_t i = 0; i < group->n_above; i++) {
			if (tree->above[group->first_above + i].node == node->index) {
				feeds[g] = tree->above[group->first_above + i].feeds;
			}
		}
	}
	return feeds;
}

static uint32_t
write_feeds(struct json *json, const struct view *view, uint32_t index, uint32_t feeds)
{
	const struct rack *rack = view->config->inventory->racks[index];
	const struct rack_slot *slot = &view->racks[index].slot;
	uint32_t n = 0;

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		if ((feeds & 1u << f) == 0) {
			continue;
		}
		json_map(json, NULL);
		json_text(json, "rack", rack->id);
		json_text(json, "feed", rack->feeds[f].id);
		body_number(json, "power_w", (slot->feed_mask & 1u << f) != 0,
		    slot->feed_power_w[f]);
		json_map_end(json);
		n++;
	}
	return n;
}

static void
write_racks(struct request *request, const struct power_node *node)
{
	const struct view *view = request->view;
	const struct tree *tree = view->stock != NULL ? view->stock->tree : NULL;
	uint32_t *feeds = tree != NULL ? feeds_below(tree, node) : NULL;
	uint32_t n_racks = tree != NULL ? tree->inventory->n_racks : 0, n = 0;

	json_list(&request->json, "racks_list");
	for (uint32_t r = 0; feeds != NULL && r < n_racks && n < RACKS_MAX; r++) {
		if (tree->group_of[r] != TREE_NONE && feeds[tree->group_of[r]] != 0) {
			n += write_feeds(&request->json, view, r,
			    feeds[tree->group_of[r]]);
		}
	}
	json_list_end(&request->json);
	free(feeds);
}

static enum request_next
write_node(struct request *request, const struct power_node *node)
{
	request_begin(request);
	power_write(request, node);
	write_around(&request->json, request->view->config->inventory, node);
	write_racks(request, node);
	return request_end(request);
}

enum request_next
api_feed(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct power_node *node = inventory_power(inventory, request->id);
	struct failover_view failover;
	struct feed_ref ref;

	if (node != NULL) {
		return write_node(request, node);
	}
	ref = feed_find(inventory, request->id);
	if (ref.rack == NULL) {
		return problem_no_such(request, "feed", request->id);
	}
	failover = rack_failover(request, ref.rack);
	request_begin(request);
	rack_feed(request, ref.rack, ref.feed, &failover, true);
	return request_end(request);
}
