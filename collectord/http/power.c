/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See power.h. */
#include <config.h>

#include "http/power.h"

#include <string.h>

#include "base/str.h"
#include "capacity/electric.h"
#include "capacity/stock.h"
#include "http/body.h"
#include "http/server.h"
#include "model/metric.h"

/* What the node's own device says. */
struct measured {
	bool known;
	double power_w;
};

/* Which of a device's powers is that of what hangs below it: its total, its
 * output, or else its phases, which must all be good. */
enum seen_at { AT_TOTAL = 0, AT_OUTPUT, AT_OUTPUT_PHASES, AT_PHASES, AT_LAST };

static enum seen_at
place_of(const char *instance)
{
	if (instance[0] == '\0') {
		return AT_TOTAL;
	}
	if (strcmp(instance, "output") == 0) {
		return AT_OUTPUT;
	}
	if (str_starts(instance, "output L")) {
		return AT_OUTPUT_PHASES;
	}
	return instance[0] == 'L' && instance[1] >= '1' && instance[1] <= '3' &&
	    instance[2] == '\0' ? AT_PHASES : AT_LAST;
}

static struct measured
measured_of(const struct request *request, const char *id)
{
	const struct config *config = request->view->config;
	const struct device *device = id == NULL ? NULL :
	    inventory_device(config->inventory, id);
	struct measured at_all[AT_LAST + 1] = { { false, 0.0 } };
	bool bad[AT_LAST + 1] = { false };
	struct latest_copy copy;

	if (device == NULL || latest_get(flow_latest(request->http->setup.flow),
	    device->index, &copy) != 0) {
		return at_all[AT_LAST];
	}
	for (uint32_t v = 0; v < copy.n_values; v++) {
		const struct latest_value *value = &copy.values[v];
		enum seen_at at = place_of(value->slot->instance);

		if (value->slot->metric == METRIC_POWER_W && at < AT_LAST) {
			at_all[at].known = true;
			at_all[at].power_w += value->number;
			bad[at] = bad[at] || latest_quality(value,
			    request->view->as_of, config->settings.interval_ns) != COL_GOOD;
		}
	}
	latest_copy_done(&copy);
	for (enum seen_at at = AT_TOTAL; at < AT_LAST; at++) {
		if (at_all[at].known && !bad[at]) {
			return at_all[at];
		}
	}
	return at_all[AT_LAST];
}

static void
write_measured(struct request *request, const struct power_node *node,
    const struct tree_load *load)
{
	struct json *json = &request->json;
	struct measured measured = measured_of(request, node->device);
	bool whole = load->n_known > 0 && load->n_known == load->n_expected;

	json_text(json, "measured_by", node->device);
	if (measured.known) {
		json_map(json, "measured");
		json_number(json, "power_w", measured.power_w, BODY_DIGITS);
		json_map_end(json);
	} else {
		json_unknown(json, "measured");
	}
	/* what no rack below draws: losses, and what is not in the inventory */
	body_number(json, "difference_w", measured.known && whole,
	    measured.power_w - load->power_w);
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
	write_measured(request, node, load);
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
