/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies above what: the feed tree, letters of rows and halls, places, switches. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/topology.h"
#include "fixture.h"

/*
 * r1 hangs on the tree, r2 has feeds without `from`.  Switch s1 has the PDUs of
 * feed A of both rows, s2 those of feed B of r1 only; both hang on core.
 */
static const char YAML[] =
    "province: {id: p, timezone: UTC}\n"
    "areas: [{id: '410100'}]\n"
    "sites: [{id: z, area: '410100'}]\n"
    "halls: [{id: h, site: z}, {id: g, site: z}]\n"
    "feed_tree:\n"
    "  - {id: grid, site: z, kind: utility}\n"
    "  - {id: ups-a, kind: ups, from: grid}\n"
    "  - {id: row-a, kind: breaker, from: ups-a}\n"
    "  - {id: ups-b, kind: ups, from: grid}\n"
    "templates:\n"
    "  two: {units: 42, feeds: {A: {}, B: {}}, devices: {\n"
    "    pdu-a: {plugin: snmp, address: '10.0.0.{n}', feed: A, through: s1}}}\n"
    "rows:\n"
    "  - {id: r1, hall: h, template: two, racks: [A1..A4], feeds_from: {A: row-a, B: ups-b},\n"
    "     devices: {pdu-b: {plugin: snmp, address: '10.0.1.{n}', feed: B, through: s2}}}\n"
    "  - {id: r2, hall: h, template: two, racks: [B1..B3]}\n"
    "devices:\n"
    "  - {id: s1, row: r1, kind: switch, plugin: snmp, address: 10.0.9.1, through: core}\n"
    "  - {id: s2, row: r1, kind: switch, plugin: snmp, address: 10.0.9.2, through: core}\n"
    "  - {id: core, site: z, kind: switch, plugin: snmp, address: 10.0.9.3}\n"
    "  - {id: crah, hall: g, kind: cooling, plugin: snmp, address: 10.0.9.4}\n";

struct world {
	struct ids *ids;
	const struct config *config;
	struct topology *topology;
};

static int
start(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->ids = ids_new();
	world->config = fixture_config(YAML, world->ids, 1);
	world->topology = topology_new(world->config->inventory);
	assert_non_null(world->topology);
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	topology_free(world->topology);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

static uint32_t
node(const struct world *world, enum fold_by by, const char *entity, const char *instance)
{
	uint32_t n = topology_find(world->topology, by, entity, instance);
	char back[ALERT_ENTITY_SIZE];

	assert_int_not_equal(n, TOPOLOGY_NONE);
	topology_entity(world->topology, by, n, back);
	assert_string_equal(back, entity);
	assert_string_equal(world->topology->graphs[by].nodes[n].instance, instance);
	return n;
}

static uint32_t
leaf(const struct world *world, const char *rack, uint32_t feed)
{
	return world->topology->first_feed[inventory_rack(world->config->inventory,
	    rack)->index] + feed;
}

static void
feeds_hang_on_the_tree_or_on_letters(void **state)
{
	struct world *world = *state;
	const struct topology_graph *graph = &world->topology->graphs[FOLD_SUPPLY];
	uint32_t row_a = node(world, FOLD_SUPPLY, "feed:row-a", "");
	uint32_t grid = node(world, FOLD_SUPPLY, "feed:grid", "");
	uint32_t letter = node(world, FOLD_SUPPLY, "row:r2", "A");
	uint32_t hall = node(world, FOLD_SUPPLY, "hall:h", "A");

	assert_int_equal(graph->up[leaf(world, "r1-a2", 0)][0], row_a);
	assert_int_equal(graph->up[leaf(world, "r1-a2", 1)][0],
	    node(world, FOLD_SUPPLY, "feed:ups-b", ""));
	assert_int_equal(graph->up[leaf(world, "r2-b1", 0)][0], letter);
	assert_int_equal(graph->nodes[letter].parent, hall);
	assert_int_equal(graph->nodes[hall].parent, TOPOLOGY_NONE);
	assert_int_equal(graph->nodes[row_a].n_leaves, 4);
	assert_int_equal(graph->nodes[grid].n_leaves, 8);
	assert_int_equal(graph->nodes[letter].n_leaves, 3);
	assert_int_equal(graph->nodes[hall].n_leaves, 3);
	/* feed B of r2 has no device: nobody could say that it is lost */
	assert_false(topology_is_leaf(world->topology, FOLD_SUPPLY, leaf(world, "r2-b1", 1)));
	assert_int_equal(topology_find(world->topology, FOLD_SUPPLY, "row:r2", "B"),
	    TOPOLOGY_NONE);
	assert_int_equal(topology_find(world->topology, FOLD_SUPPLY, "row:r1", "A"),
	    TOPOLOGY_NONE);
	assert_true(topology_below(world->topology, FOLD_SUPPLY, row_a, grid));
	assert_true(topology_below(world->topology, FOLD_SUPPLY, grid, grid));
	assert_false(topology_below(world->topology, FOLD_SUPPLY, grid, row_a));
	assert_false(topology_below(world->topology, FOLD_SUPPLY, letter, grid));
}

static void
devices_stand_in_places_and_behind_switches(void **state)
{
	struct world *world = *state;
	const struct inventory *inventory = world->config->inventory;
	const struct topology *topology = world->topology;
	const struct topology_graph *graph = &topology->graphs[FOLD_REACH];
	uint32_t s1 = node(world, FOLD_REACH, "device:s1", "");
	uint32_t s2 = node(world, FOLD_REACH, "device:s2", "");
	uint32_t core = node(world, FOLD_REACH, "device:core", "");
	uint32_t r1 = node(world, FOLD_REACH, "row:r1", "");
	uint32_t r2 = node(world, FOLD_REACH, "row:r2", "");
	uint32_t h = node(world, FOLD_REACH, "hall:h", "");
	uint32_t z = node(world, FOLD_REACH, "site:z", "");
	uint32_t pdu = inventory_device(inventory, "r1-a1-pdu-a")->index;

	assert_int_equal(graph->up[pdu][0], r1);
	assert_int_equal(graph->up[pdu][1], s1);
	/* a switch is behind itself, and its node behind the next */
	assert_int_equal(graph->up[inventory_device(inventory, "s1")->index][1], s1);
	assert_int_equal(graph->nodes[s1].parent, core);
	assert_int_equal(graph->nodes[core].parent, TOPOLOGY_NONE);
	assert_int_equal(graph->nodes[s1].n_leaves, 4 + 3 + 1);
	assert_int_equal(graph->nodes[s2].n_leaves, 4 + 1);
	assert_int_equal(graph->nodes[core].n_leaves, 8 + 5 + 1);
	assert_int_equal(graph->nodes[r1].n_leaves, 8 + 2);
	assert_int_equal(graph->nodes[z].n_leaves, 8 + 3 + 4);
	/* across the two ways: all of s2 is in row r1, s1 reaches over both rows */
	assert_int_equal(graph->nodes[s2].other, r1);
	assert_int_equal(graph->nodes[s1].other, h);
	assert_int_equal(graph->nodes[core].other, z);
	assert_int_equal(graph->nodes[r2].other, s1);
	assert_int_equal(graph->nodes[r1].other, core);
	assert_int_equal(graph->nodes[z].other, TOPOLOGY_NONE); /* crah is on none */
	assert_true(topology_below(topology, FOLD_REACH, s2, r1));
	assert_true(topology_below(topology, FOLD_REACH, s2, z));
	assert_true(topology_below(topology, FOLD_REACH, r2, core));
	assert_false(topology_below(topology, FOLD_REACH, r1, s1));
	assert_false(topology_below(topology, FOLD_REACH, r2, s2));
	assert_int_equal(topology_find(topology, FOLD_REACH, "device:crah", ""),
	    TOPOLOGY_NONE);
	assert_int_equal(topology_find(topology, FOLD_REACH, "row:nowhere", ""),
	    TOPOLOGY_NONE);
	assert_int_equal(topology_find(topology, FOLD_REACH, "nonsense", ""),
	    TOPOLOGY_NONE);
}

static void
of_two_with_the_same_leaves_the_switch_is_lower(void **state)
{
	struct ids *ids = ids_new();
	const struct config *config;
	struct topology *topology;
	uint32_t row, one;

	(void)state;
	config = fixture_config(
	    "province: {id: p, timezone: UTC}\n"
	    "areas: [{id: '410100'}]\n"
	    "sites: [{id: z, area: '410100'}]\n"
	    "halls: [{id: h, site: z}]\n"
	    "rows: [{id: r, hall: h, racks: [A1], devices: {\n"
	    "  switch: {plugin: snmp, address: '10.0.1.{n}'},\n"
	    "  pdu-b: {plugin: snmp, address: '10.0.2.{n}', through: '{id}-switch'},\n"
	    "  pdu-a: {plugin: snmp, address: '10.0.0.{n}', through: '{id}-switch'}}}]\n",
	    ids, 1);
	topology = topology_new(config->inventory);
	assert_non_null(topology);
	row = topology_find(topology, FOLD_REACH, "row:r", "");
	one = topology_find(topology, FOLD_REACH, "device:r-a1-switch", "");
	assert_int_equal(topology->graphs[FOLD_REACH].nodes[one].n_leaves, 3);
	assert_int_equal(topology->graphs[FOLD_REACH].nodes[row].n_leaves, 3);
	assert_true(topology_below(topology, FOLD_REACH, one, row));
	assert_false(topology_below(topology, FOLD_REACH, row, one));
	topology_free(topology);
	config_unref(config);
	ids_free(ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(feeds_hang_on_the_tree_or_on_letters,
		    start, stop),
		cmocka_unit_test_setup_teardown(
		    devices_stand_in_places_and_behind_switches, start, stop),
		cmocka_unit_test(of_two_with_the_same_leaves_the_switch_is_lower),
	};

	return cmocka_run_group_tests_name("alert_topology", tests, NULL, NULL);
}
