/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads of the feed tree: every figure here is computed by hand. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/tree.h"
#include "fixture.h"

/*
 * Row 1: two racks between ups-a and ups-b; row 2: one between ups-a and ups-c,
 * one with a single feed on ups-a.
 */
static const char YAML[] =
    "province: {id: p, timezone: UTC}\n"
    "areas: [{id: '410100'}]\n"
    "sites: [{id: z, area: '410100', feeds_from: {A: ups-a, B: ups-b}}]\n"
    "halls: [{id: h, site: z}]\n"
    "feed_tree:\n"
    "  - {id: grid, site: z, kind: utility, rated_kva: 1000}\n"
    "  - {id: ups-a, kind: ups, from: grid, rated_kva: 20}\n"
    "  - {id: ups-b, kind: ups, from: grid, rated_kva: 16}\n"
    "  - {id: ups-c, kind: ups, from: grid, rated_kva: 10}\n"
    "  - {id: spare, kind: ups, from: grid, rated_kva: 10}\n"
    "templates:\n"
    "  two: {units: 42, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}\n"
    "  one: {units: 42, feeds: {A: {breaker_a: 32}}}\n"
    "rows:\n"
    "  - {id: r1, hall: h, template: two, state: in_service, racks: [A1..A2]}\n"
    "  - {id: r2, hall: h, template: two, state: in_service, racks: [B1],\n"
    "     feeds_from: {A: ups-a, B: ups-c}}\n"
    "  - {id: r3, hall: h, template: one, state: in_service, racks: [C1]}\n";

struct world {
	struct ids *ids;
	const struct config *config;
	const struct inventory *inventory;
	struct tree *tree;
	struct rack_slot slots[8];
	struct rollup rollup;
};

static void
feed(struct world *world, const char *rack, unsigned feed, double watts)
{
	struct rack_slot *slot =
	    &world->slots[inventory_rack(world->inventory, rack)->index];

	slot->feed_power_w[feed] = watts;
	slot->feed_mask |= (uint8_t)(1u << feed);
}

static int
start(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->ids = ids_new();
	world->config = fixture_config(YAML, world->ids, 1);
	world->inventory = world->config->inventory;
	world->tree = tree_new(world->inventory);
	assert_non_null(world->tree);
	world->rollup = (struct rollup){ .interval_ns = 60 * NS_PER_S,
	    .inventory = world->inventory, .racks = world->slots };
	feed(world, "r1-a1", 0, 1000);
	feed(world, "r1-a1", 1, 1200);
	feed(world, "r1-a2", 0, 800);
	feed(world, "r1-a2", 1, 900);
	feed(world, "r2-b1", 0, 500);
	feed(world, "r2-b1", 1, 700);
	feed(world, "r3-c1", 0, 400);
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	tree_free(world->tree);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

static uint32_t
node(const struct world *world, const char *id)
{
	return inventory_power(world->inventory, id)->index;
}

static void
sums_and_ratios(void **state)
{
	struct world *world = *state;
	struct tree_load *loads = tree_loads(world->tree, &world->rollup, NULL);
	const struct tree_load *a = &loads[node(world, "ups-a")];
	const struct tree_load *grid = &loads[node(world, "grid")];

	assert_float_equal(a->power_w, 2700, 1e-9);
	assert_float_equal(a->ratio, 0.135, 1e-9);
	assert_int_equal(a->n_known, 4);
	assert_int_equal(a->n_expected, 4);
	assert_int_equal(a->n_racks, 4);
	assert_int_equal(a->n_dark, 1);            /* the one with a single feed */
	assert_float_equal(loads[node(world, "ups-b")].power_w, 2100, 1e-9);
	assert_float_equal(loads[node(world, "ups-c")].power_w, 700, 1e-9);
	/* racks above which it stands with both feeds count once */
	assert_float_equal(grid->power_w, 5500, 1e-9);
	assert_int_equal(grid->n_racks, 4);
	assert_int_equal(grid->n_feeds, 7);
	assert_int_equal(grid->n_dark, 4);
	assert_int_equal(grid->state, FAILOVER_SINGLE);
	assert_int_equal(loads[node(world, "spare")].state, FAILOVER_UNKNOWN);
	assert_false(loads[node(world, "spare")].has_ratio);
	free(loads);
}

static void
what_its_pair_must_carry(void **state)
{
	struct world *world = *state;
	struct tree_load *loads = tree_loads(world->tree, &world->rollup, NULL);
	const struct tree_load *a = &loads[node(world, "ups-a")];
	const struct tree_load *b = &loads[node(world, "ups-b")];

	/* a lost: b carries 2100 + 1800 of 16000, c 700 + 500 of 10000 */
	assert_int_equal(a->state, FAILOVER_OK);
	assert_float_equal(a->failover_ratio, 3900.0 / 16000, 1e-9);
	assert_int_equal(a->survivor, node(world, "ups-b"));
	/* b lost: a carries 2700 + 2100 of 20000 */
	assert_float_equal(b->failover_ratio, 4800.0 / 20000, 1e-9);
	assert_int_equal(b->n_dark, 0);
	/* formula 6: 12800 - 3900 on b, 8000 - 1200 on c, 16000 - 4800 on a */
	assert_float_equal(a->arc_va, 6800, 1e-9);
	assert_float_equal(b->arc_va, 8900, 1e-9);
	assert_float_equal(loads[node(world, "ups-c")].arc_va, 6800, 1e-9);
	free(loads);
}

static void
states_by_the_derated_limit(void **state)
{
	static const struct { double watts; enum failover state; } CASES[] = {
		{ 10700, FAILOVER_OK },            /* 2100 + 10700 = 0.8 * 16000 */
		{ 10701, FAILOVER_AT_RISK },
		{ 13900, FAILOVER_AT_RISK },       /* = 16000 */
		{ 13901, FAILOVER_NO_REDUNDANCY },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct tree_load *loads;

		/* both racks of row 1 on their feeds A: 10 W on one of them */
		feed(world, "r1-a1", 0, CASES[i].watts - 10);
		feed(world, "r1-a2", 0, 10);
		loads = tree_loads(world->tree, &world->rollup, NULL);
		assert_int_equal(loads[node(world, "ups-a")].state, CASES[i].state);
		free(loads);
	}
}

static void
unknown_feeds_are_not_zero(void **state)
{
	struct world *world = *state;
	struct tree_load *loads;
	const struct tree_load *b;

	world->slots[inventory_rack(world->inventory, "r1-a2")->index].feed_mask = 1;
	/* 1200 + 7040 + 4000 + 800 may be more than 12800, or not */
	feed(world, "r1-a1", 0, 4000);
	loads = tree_loads(world->tree, &world->rollup, NULL);
	b = &loads[node(world, "ups-b")];
	assert_float_equal(b->power_w, 1200, 1e-9);   /* at least */
	assert_int_equal(b->n_known, 1);
	assert_int_equal(b->n_expected, 2);
	/* half of ups-b is not known: neither is what it would carry */
	assert_int_equal(loads[node(world, "ups-a")].state, FAILOVER_UNKNOWN);
	free(loads);
	/* but a lower bound that is too high says enough: 20000 + 1200 > 16000 */
	feed(world, "r1-a1", 0, 20000);
	loads = tree_loads(world->tree, &world->rollup, NULL);
	assert_int_equal(loads[node(world, "ups-a")].state, FAILOVER_NO_REDUNDANCY);
	free(loads);
	/* and so does an upper bound that is low: its breaker lets 7040 VA through,
	 * so ups-b carries at most 1200 + 7040 + 1000 + 800 of 0.8 * 16000 */
	feed(world, "r1-a1", 0, 1000);
	loads = tree_loads(world->tree, &world->rollup, NULL);
	assert_float_equal(loads[node(world, "ups-b")].most_va, 8240, 1e-9);
	assert_int_equal(loads[node(world, "ups-a")].state, FAILOVER_OK);
	free(loads);
	loads = tree_loads(world->tree, NULL, NULL);
	assert_int_equal(loads[node(world, "grid")].n_known, 0);
	assert_int_equal(loads[node(world, "grid")].n_expected, 7);
	assert_false(loads[node(world, "grid")].has_ratio);
	free(loads);
}

static void
a_lost_node_and_a_lost_feed(void **state)
{
	struct world *world = *state;
	struct overlay_change lost = { .feeds_lost = 1 }, removed = { .removed = true };
	struct overlay_change changes[2] = { lost, removed };
	uint32_t of_rack[8] = { 0 };
	double shares[8] = { 1, 1, 1, 1, 1 };
	struct overlay overlay = { .node_share = shares };
	struct tree_load *loads;

	shares[node(world, "ups-a")] = 0;
	shares[node(world, "ups-c")] = 0.5;
	loads = tree_loads(world->tree, &world->rollup, &overlay);
	assert_float_equal(loads[node(world, "ups-a")].power_w, 0, 1e-9);
	assert_float_equal(loads[node(world, "ups-b")].power_w, 3900, 1e-9);
	assert_float_equal(loads[node(world, "ups-c")].power_w, 1200, 1e-9);
	assert_float_equal(loads[node(world, "ups-c")].ratio, 1200.0 / 5000, 1e-9);
	/* the rack with a single feed is dark: 5500 - 400 */
	assert_float_equal(loads[node(world, "grid")].power_w, 5100, 1e-9);
	free(loads);
	memset(of_rack, 0xff, sizeof(of_rack));
	of_rack[inventory_rack(world->inventory, "r1-a1")->index] = 0;
	of_rack[inventory_rack(world->inventory, "r1-a2")->index] = 1;
	overlay = (struct overlay){ .changes = changes, .of_rack = of_rack };
	loads = tree_loads(world->tree, &world->rollup, &overlay);
	assert_float_equal(loads[node(world, "ups-a")].power_w, 900, 1e-9);
	assert_float_equal(loads[node(world, "ups-b")].power_w, 2200, 1e-9);
	assert_int_equal(loads[node(world, "ups-b")].n_expected, 1);
	free(loads);
}

static void
shares_and_children(void **state)
{
	struct world *world = *state;
	uint32_t grid = node(world, "grid");

	assert_float_equal(tree_share(1, 2), 1, 0);    /* it must carry all */
	assert_float_equal(tree_share(3, 2), 1, 0);    /* both feeds, once */
	assert_float_equal(tree_share(1, 3), 0.5, 0);
	assert_float_equal(tree_share(3, 3), 1, 0);
	assert_float_equal(tree_share(1, 1), 1, 0);
	assert_int_equal(world->tree->first_child[grid + 1] -
	    world->tree->first_child[grid], 4);
	assert_int_equal(world->tree->children[world->tree->first_child[grid]],
	    node(world, "ups-a"));
	assert_int_equal(world->tree->n_groups, 3);
}

#define TREE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TREE(sums_and_ratios),
		TREE(what_its_pair_must_carry),
		TREE(states_by_the_derated_limit),
		TREE(unknown_feeds_are_not_zero),
		TREE(a_lost_node_and_a_lost_feed),
		TREE(shares_and_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
