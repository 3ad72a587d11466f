/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See power.h. */
#include <config.h>

#include "http/power.h"

#include "capacity/electric.h"
#include "capacity/stock.h"
#include "http/body.h"

static void
write_measured(struct json *json, const struct power_node *node,
    const struct stock_node *found)
{
	const struct tree_load *load = &found->load;
	bool whole = load->n_known > 0 && load->n_known == load->n_expected;

	json_text(json, "measured_by", node->device);
	if (found->metered.known) {
		json_map(json, "measured");
		json_number(json, "power_w", found->metered.power_w, BODY_DIGITS);
		json_map_end(json);
	} else {
		json_unknown(json, "measured");
	}
	/* what no rack below draws: losses, and what is not in the inventory */
	body_number(json, "difference_w", found->metered.known && whole,
	    found->metered.power_w - load->power_w);
}

static void
write_load(struct json *json, const struct tree_load *load)
{
	json_map(json, "load");
	body_number(json, "power_w", load->n_known > 0, load->power_w);
	body_number(json, "apparent_va", load->n_apparent > 0, load->apparent_va);
	json_int(json, "known", load->n_known);
	json_int(json, "expected", load->n_expected);
	json_bool(json, "partial", load->n_known < load->n_expected);
	body_ratio(json, "coverage", load->n_known, load->n_expected);
	json_map_end(json);
}

static void
write_failover(struct json *json, const struct inventory *inventory,
    const struct tree_load *load)
{
	body_number(json, "arc_va", load->has_arc, load->arc_va);
	json_text(json, "failover", failover_text(load->state));
	if (load->has_failover) {
		json_number(json, "failover_ratio", load->failover_ratio,
		    BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "failover_ratio");
	}
	json_text(json, "survivor", load->has_failover ?
	    inventory->power[load->survivor].id : NULL);
	json_int(json, "dark", load->n_dark);
}

static void
write_budget(struct json *json, const struct stock_node *node)
{
	bool known = node->n_committed > 0;

	json_map(json, "budget");
	body_number(json, "limit_w", node->limit_w > 0, node->limit_w);
	body_number(json, "committed_w", known, node->committed_w);
	body_number(json, "available_w", known && node->limit_w > 0,
	    node->limit_w - node->committed_w);
	json_int(json, "racks_known", node->n_committed);
	json_int(json, "racks", node->n_racks);
	json_map_end(json);
}

void
power_write(struct request *request, const struct power_node *node)
{
	static const struct stock_node nothing = { .limit_w = -1.0 };
	const struct inventory *inventory = request->view->config->inventory;
	const struct stock *stock = request->view->stock;
	const struct stock_node *found = stock != NULL && stock->nodes != NULL ?
	    &stock->nodes[node->index] : &nothing;
	const struct tree_load *load = &found->load;
	double rated_va = power_rated_va(node);
	struct json *json = &request->json;

	json_text(json, "id", node->id);
	json_text(json, "kind", power_kind_text(node->kind));
	body_name(json, "name", node->name);
	json_text(json, "site", node->site < inventory->n_places[ENTITY_SITE] ?
	    inventory->places[ENTITY_SITE][node->site]->id : NULL);
	json_text(json, "from", node->from < inventory->n_power ?
	    inventory->power[node->from].id : NULL);
	json_int(json, "phases", node->phases);
	body_number(json, "volts", node->volts > 0, node->volts);
	body_number(json, "rated_a", node->rated_a > 0, node->rated_a);
	body_number(json, "rated_va", rated_va > 0, rated_va);
	body_number(json, "limit_va", rated_va > 0, electric_derated(rated_va));
	write_load(json, load);
	write_measured(json, node, found);
	if (load->has_ratio) {
		json_number(json, "ratio", load->ratio, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "ratio");
	}
	write_failover(json, inventory, load);
	write_budget(json, found);
	json_int(json, "racks", load->n_racks);
	json_int(json, "feeds", load->n_feeds);
}

void
power_tree(struct request *request, const struct place *site)
{
	const struct inventory *inventory = request->view->config->inventory;

	json_list(&request->json, "tree");
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		if (inventory->power[i].site == site->index) {
			json_map(&request->json, NULL);
			power_write(request, &inventory->power[i]);
			json_map_end(&request->json);
		}
	}
	json_list_end(&request->json);
}
