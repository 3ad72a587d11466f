/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake_assets.h: the feed tree of site s0 and the stock of every rack. */
#include <config.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "capacity/stock.h"
#include "capacity/stock_plan.h"
#include "http/fake_assets.h"

static const struct power_node nodes[] = {
	{ .index = 0, .id = "s0-grid", .name = { "Grid", "市电" }, .kind = POWER_UTILITY,
	  .site = 0, .from = INVENTORY_NONE, .rated_va = 500000, .volts = 220, .phases = 3 },
	{ .index = 1, .id = "s0-ups-a", .kind = POWER_UPS, .site = 0, .from = 0,
	  .rated_va = 100000, .volts = 220, .phases = 3,
	  .device = "s0-h0-r0-a02-pdu-a", .n_feeds = 1 },
	{ .index = 2, .id = "s0-ups-b", .kind = POWER_UPS, .site = 0, .from = 0,
	  .rated_a = 100, .volts = 220, .phases = 3, .n_feeds = 1 },
};
#define N_NODES 3

static struct stock stock;
static struct tree *tree;
static struct stock_rack *racks;
static struct stock_place *places[ENTITY_PLACE_N];
static struct stock_node loads[N_NODES];

void
fake_feed_tree(struct inventory *inventory, struct rack *rack)
{
	inventory->power = nodes;
	inventory->n_power = N_NODES;
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		rack->feeds[f].power = 1 + f;
		rack->feeds[f].from = nodes[1 + f].id;
	}
}

static void
fill_rack(struct stock_rack *rack)
{
	*rack = (struct stock_rack){ .has_committed = true, .has_available = true,
	    .has_space = true, .has_n = true, .counted = true, .committed_w = 2000,
	    .available_w = 1500, .binding = 1, .design_w = 6000, .failover_w = 5632,
	    .units = 42, .occupied = 20, .reserved = 2, .largest_gap = 20,
	    .short_of = SPACE_POWER, .known = 1u << SPACE_U | 1u << SPACE_POWER, .n = 3,
	    .stranded = { [SPACE_U] = 14, [SPACE_POWER] = 0 } };
}

const struct stock *
fake_stock(const struct inventory *inventory)
{
	if (racks != NULL) {
		return &stock;
	}
	racks = calloc(inventory->n_racks, sizeof(*racks));
	tree = tree_new(inventory);
	assert(racks != NULL && tree != NULL);
	for (uint32_t r = 1; r < inventory->n_racks; r++) {
		fill_rack(&racks[r]);
	}
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		places[k] = calloc(inventory->n_places[k], sizeof(*places[k]));
		assert(places[k] != NULL);
		stock.places[k] = places[k];
	}
	places[ENTITY_HALL][0] = (struct stock_place){ .n_racks = 10, .units = 420,
	    .occupied = 200, .reserved = 20, .n_budget = 9, .n_available = 9, .n_over = 1,
	    .design_w = 54000, .committed_w = 20000, .reserved_w = 1000,
	    .available_w = 13000, .n_deployable = 8, .n = 24,
	    .short_of = { [SPACE_POWER] = 8 }, .n_stranded = { [SPACE_POWER] = 8 },
	    .stranded = { [SPACE_POWER] = 1000 } };
	loads[1] = (struct stock_node){ .load = { .power_w = 40000, .apparent_va = 42000,
	    .n_known = 10, .n_expected = 10, .n_apparent = 10, .n_racks = 10,
	    .n_feeds = 10, .n_dark = 1, .rated_va = 100000, .ratio = 0.42,
	    .has_ratio = true, .state = FAILOVER_NO_REDUNDANCY, .has_failover = true,
	    .failover_ratio = 1.25, .survivor = 2, .has_arc = true, .arc_va = -29700 },
	    .metered = { true, 40500 }, .limit_w = 76000, .committed_w = 50000, .n_committed = 9, .n_racks = 10 };
	loads[0].limit_w = loads[2].limit_w = -1;
	/* what plans and what-ifs make theirs of */
	stock.input = (struct stock_input){ .plan = stock_plan_new(inventory),
	    .as_of = { NS_PER_S } };
	assert(stock.input.plan != NULL);
	stock.inventory = inventory;
	stock.tree = tree;
	stock.racks = racks;
	stock.nodes = loads;
	return &stock;
}

void
fake_stock_done(void)
{
	free(racks);
	racks = NULL;
	tree_free(tree);
	stock_plan_unref(stock.input.plan);
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(places[k]);
	}
	memset(&stock, 0, sizeof(stock));
}
