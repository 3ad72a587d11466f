/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What breaks and what the counts become: every figure here is computed by hand. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "capacity/stock_plan.h"
#include "capacity/whatif.h"
#include "fixture.h"
#include "flow/reading.h"

#define SLOT ((struct wall){ 1000 * NS_PER_S })
#define FEEDS_MAX 16

/*
 * Four racks of two feeds and one of a single feed, 32 A at 220 V each: a feed
 * carries 7040 W.  The racks' currents are in DRAWS below; E1 is empty and has
 * 5632 W after the loss of a feed.
 *
 * Committed is what is drawn where that is more than 0.6 * nameplate: a1 3960, a2
 * 5940, a3 8360, c1 3000, d1 880 W.  That is 19140 of 16000 W below ups-b and
 * 22140 of 20000 W below ups-a: nothing fits there.
 */
static const char YAML[] =
    "province: {id: p, timezone: UTC}\n"
    "areas: [{id: '410100'}]\n"
    "sites: [{id: z, area: '410100', feeds_from: {A: ups-a, B: ups-b}}]\n"
    "halls: [{id: h1, site: z}, {id: h2, site: z}]\n"
    "feed_tree:\n"
    "  - {id: grid, site: z, kind: utility, rated_kva: 1000}\n"
    "  - {id: ups-a, kind: ups, from: grid, rated_kva: 25, device: meter}\n"
    "  - {id: ups-b, kind: ups, from: grid, rated_kva: 20}\n"
    "  - {id: bus-a, kind: busway, from: ups-a, rated_kva: 25}\n"
    "  - {id: big-a, kind: ups, from: grid, rated_kva: 20}\n"
    "  - {id: big-b, kind: ups, from: grid, rated_kva: 20}\n"
    "templates:\n"
    "  two: {units: 10, design_kw: 12, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}\n"
    "  one: {units: 10, design_kw: 12, feeds: {A: {breaker_a: 32}}}\n"
    "rows:\n"
    "  - {id: r1, hall: h1, template: two, state: in_service, racks: [A1..A3],\n"
    "     devices: {pdu-a: {feed: A, plugin: replay, address: 'a{n}'},\n"
    "               pdu-b: {feed: B, plugin: replay, address: 'b{n}'}}}\n"
    "  - {id: r2, hall: h1, template: one, state: in_service, racks: [C1],\n"
    "     devices: {pdu-a: {feed: A, plugin: replay, address: 'c'}}}\n"
    "  - {id: r3, hall: h2, template: two, state: in_service, racks: [D1],\n"
    "     devices: {pdu-a: {feed: A, plugin: replay, address: 'd'},\n"
    "               pdu-b: {feed: B, plugin: replay, address: 'e'}}}\n"
    "  - {id: r4, hall: h2, template: two, state: installed, racks: [E1],\n"
    "     feeds_from: {A: big-a, B: big-b}}\n"
    "devices:\n"
    "  - {id: meter, site: z, kind: ups, plugin: replay, address: 'm'}\n"
    "  - {rack: r1-a1, role: probe, kind: sensor, plugin: replay, address: 'p'}\n"
    "equipment:\n"
    "  - {id: s1, rack: r1-a1, u: 1, height: 2, nameplate_w: 5000, feeds: [A, B]}\n"
    "  - {id: s2, rack: r1-a2, u: 1, height: 2, nameplate_w: 5000, feeds: [A, B]}\n"
    "  - {id: s3, rack: r1-a3, u: 1, height: 2, nameplate_w: 5000, feeds: [A, B]}\n"
    "  - {id: s4, rack: r2-c1, u: 1, height: 2, nameplate_w: 5000, feeds: [A]}\n"
    "  - {id: s5, rack: r3-d1, u: 1, height: 2, nameplate_w: 500, feeds: [A]}\n";

/* A: 10 + 14 + 20 + 10 + 2 = 56 A, 12.32 kW; B: 8 + 13 + 18 + 2 = 41 A, 9.02 kW */
static const struct { const char *device; double amperes; } DRAWS[] = {
	{ "r1-a1-pdu-a", 10 }, { "r1-a1-pdu-b", 8 },     /* 18 A: 56 % of one feed */
	{ "r1-a2-pdu-a", 14 }, { "r1-a2-pdu-b", 13 },    /* 27 A: 84 % */
	{ "r1-a3-pdu-a", 20 }, { "r1-a3-pdu-b", 18 },    /* 38 A: 119 % */
	{ "r2-c1-pdu-a", 10 },
	{ "r3-d1-pdu-a", 2 }, { "r3-d1-pdu-b", 2 },
};

struct world {
	struct ids *ids;
	const struct config *config;
	const struct inventory *inventory;
	const struct rollup *rollup;
	struct stock_input input;
	const struct stock *stock;
	struct rack_view racks[8];
	struct view view;
};

static const struct rollup *
measure(const struct world *world)
{
	struct rollup_plan *plan = rollup_plan_new(world->inventory);
	struct reading *readings = calloc(world->inventory->n_devices, sizeof(*readings));
	const struct rollup *rollup;

	assert_non_null(plan);
	assert_non_null(readings);
	for (size_t i = 0; i < sizeof(DRAWS) / sizeof(DRAWS[0]); i++) {
		const struct device *device = inventory_device(world->inventory,
		    DRAWS[i].device);

		assert_non_null(device);
		readings[device->index] = (struct reading){
			.power_w = 220 * DRAWS[i].amperes, .voltage_v = 220,
			.current_ma = { (int32_t)(1000 * DRAWS[i].amperes) }, .phase_mask = 1,
			.flags = READING_ENDED | READING_GOOD | READING_POWER |
			    READING_VOLTAGE };
	}
	rollup = rollup_new(plan, readings, SLOT, 60 * NS_PER_S);
	assert_non_null(rollup);
	rollup_plan_free(plan);
	free(readings);
	return rollup;
}

static int
start(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->ids = ids_new();
	world->config = fixture_config(YAML, world->ids, 1);
	world->inventory = world->config->inventory;
	assert_true(world->inventory->n_racks <= 8);
	world->rollup = measure(world);
	world->input = (struct stock_input){ .plan = stock_plan_new(world->inventory),
	    .rollup = world->rollup, .as_of = SLOT };
	assert_non_null(world->input.plan);
	world->stock = stock_new(&world->input, 1);
	assert_non_null(world->stock);
	for (uint32_t r = 0; r < world->inventory->n_racks; r++) {
		world->racks[r].evidence = EVIDENCE_VERIFIED;
		world->racks[r].slot = world->rollup->racks[r];
	}
	world->view = (struct view){ .as_of = SLOT, .config = world->config,
	    .rollup = world->rollup, .racks = world->racks };
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	stock_unref(world->stock);
	stock_plan_unref(world->input.plan);
	rollup_unref(world->rollup);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

/* "a: ok > overload 1.1875 8360/5632 W; …" of what breaks, the worst first. */
static const char *
broken_of(const struct world *world, const struct whatif_result *result)
{
	static char text[1024];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < result->n_broken; i++) {
		const struct whatif_broken *b = &result->broken[i];

		len += str_format(text + len, sizeof(text) - len, "%s%s: %s > %s",
		    i > 0 ? "; " : "", b->is_node ? world->inventory->power[b->index].id :
		    world->inventory->racks[b->index]->id, whatif_load_text(b->from),
		    whatif_load_text(b->to));
		if (b->has_ratio) {
			len += str_format(text + len, sizeof(text) - len, " %.4g", b->ratio);
		}
		if (b->has_load && b->has_limit) {
			len += str_format(text + len, sizeof(text) - len, " %.6g/%.6g W",
			    b->load_w, b->limit_w);
		}
	}
	assert_int_equal(result->broken_total, result->n_broken);
	return text;
}

static struct whatif_result
run(const struct world *world, const struct whatif_ask *ask)
{
	struct whatif_result result;

	assert_int_equal(whatif_run(&world->view, world->stock, ask, &result), 0);
	return result;
}

static struct entity_ref
at(const struct world *world, enum entity_kind kind, const char *id)
{
	const struct place *place = inventory_place(world->inventory, kind, id);

	assert_non_null(place);
	return (struct entity_ref){ kind, place->index };
}

static uint32_t
rack_at(const struct world *world, const char *id)
{
	return inventory_rack(world->inventory, id)->index;
}

static uint32_t
node_at(const struct world *world, const char *id)
{
	return inventory_power(world->inventory, id)->index;
}

static void
before_all(const struct whatif_sums *sums)
{
	assert_int_equal(sums->declared, 6);
	assert_float_equal(sums->available_w, 5632, 1e-6);
	assert_int_equal(sums->deployable, 5);   /* by height */
	assert_float_equal(sums->stranded_w, 5632 - 5 * 500, 1e-3);
	assert_int_equal(sums->failover[FAILOVER_UNKNOWN], 1);
	assert_true(sums->has_power);
	assert_float_equal(sums->verified_power_w, 97 * 220, 1e-6);
	assert_int_equal(sums->failover[FAILOVER_OK], 2);
	assert_int_equal(sums->failover[FAILOVER_AT_RISK], 1);
	assert_int_equal(sums->failover[FAILOVER_NO_REDUNDANCY], 1);
	assert_int_equal(sums->failover[FAILOVER_SINGLE], 1);
	assert_int_equal(sums->overloaded_nodes, 0);
}

/* ---- losses ----------------------------------------------------------------------- */

static void
feed_of_a_hall(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_LOSE_FEED, .feed = "A",
	    .at = at(world, ENTITY_HALL, "h1") };
	struct whatif_result result = run(world, &ask);

	/* ups-b gets 44 A of 3 racks on top of its 41: 85 A, 18.7 kVA of 20 */
	assert_string_equal(broken_of(world, &result),
	    "r2-c1: ok > dark; "
	    "r1-a3: ok > overload 1.188 8360/5632 W; "
	    "ups-b: ok > at_risk 0.935 18700/16000 W; "
	    "r1-a2: ok > at_risk 0.8438 5940/5632 W");
	assert_int_equal(result.broken[0].n_equipment, 1);
	before_all(&result.before);
	assert_int_equal(result.after.declared, 6);
	/* what c1 drew is gone */
	assert_float_equal(result.after.verified_power_w, 87 * 220, 1e-6);
	assert_int_equal(result.after.failover[FAILOVER_SINGLE], 3);
	assert_int_equal(result.after.failover[FAILOVER_NO_REDUNDANCY], 1);
	assert_int_equal(result.after.failover[FAILOVER_OK], 1);
	assert_int_equal(result.after.overloaded_nodes, 0);
	whatif_done(&result);
}

static void
feed_everywhere(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_LOSE_FEED, .feed = "A",
	    .at = at(world, ENTITY_PROVINCE, "p") };
	struct whatif_result result = run(world, &ask);

	/* d1 goes on, but its only piece of equipment hangs on A alone; what it drew
	 * is taken to move all the same: 87 A, 19.14 kVA of 20 */
	assert_string_equal(broken_of(world, &result),
	    "r2-c1: ok > dark; "
	    "r1-a3: ok > overload 1.188 8360/5632 W; "
	    "r3-d1: ok > partly_dark 0.125 880/5632 W; "
	    "ups-b: ok > at_risk 0.957 19140/16000 W; "
	    "r1-a2: ok > at_risk 0.8438 5940/5632 W");
	whatif_done(&result);
	/* "nobody breaks" would be a wrong answer to a slip of the pen */
	ask.feed = "C";
	assert_int_equal(whatif_run(&world->view, world->stock, &ask, &result), COL_ENOENT);
	ask.feed = "a";
	assert_int_equal(whatif_run(&world->view, world->stock, &ask, &result), COL_ENOENT);
}

static void
node_and_what_hangs_on_it(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_LOSE_NODE, .index = node_at(world, "ups-a") };
	struct whatif_result result = run(world, &ask);

	/* the bus has nothing below it and so no load that is known */
	assert_string_equal(broken_of(world, &result), "bus-a: unknown > dark"
	    "; r2-c1: ok > dark"
	    "; r1-a3: ok > overload 1.188 8360/5632 W"
	    "; r3-d1: ok > partly_dark 0.125 880/5632 W"
	    "; ups-b: ok > at_risk 0.957 19140/16000 W"
	    "; r1-a2: ok > at_risk 0.8438 5940/5632 W");
	whatif_done(&result);
	/* the meter is the UPS */
	ask = (struct whatif_ask){ .kind = WHATIF_LOSE_DEVICE,
	    .index = inventory_device(world->inventory, "meter")->index };
	result = run(world, &ask);
	assert_int_equal(result.n_broken, 6);
	whatif_done(&result);
	/* all is dark */
	ask = (struct whatif_ask){ .kind = WHATIF_LOSE_NODE, .index = node_at(world, "grid") };
	result = run(world, &ask);
	assert_int_equal(result.n_broken, 5 + 6);
	assert_false(result.after.has_power);
	assert_int_equal(result.after.deployable, 0);
	whatif_done(&result);
}

static void
devices_and_racks(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_LOSE_DEVICE,
	    .index = inventory_device(world->inventory, "r1-a3-pdu-b")->index };
	struct whatif_result result = run(world, &ask);

	/* ups-a: 56 + 18 = 74 A, 16.28 kVA of 25: fine */
	assert_string_equal(broken_of(world, &result),
	    "r1-a3: ok > overload 1.188 8360/5632 W");
	whatif_done(&result);
	ask = (struct whatif_ask){ .kind = WHATIF_LOSE_RACK, .index = rack_at(world, "r1-a3") };
	result = run(world, &ask);
	assert_string_equal(broken_of(world, &result), "r1-a3: ok > dark");
	assert_int_equal(result.after.declared, 6);
	assert_float_equal(result.after.verified_power_w, 59 * 220, 1e-6);
	whatif_done(&result);
	ask = (struct whatif_ask){ .kind = WHATIF_LOSE_DEVICE,
	    .index = inventory_device(world->inventory, "r1-a1-probe")->index };
	assert_int_equal(whatif_run(&world->view, world->stock, &ask, &result), COL_ENOTSUP);
}

/* ---- less ------------------------------------------------------------------------- */

static void
ups_at_half(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_DERATE_NODE,
	    .index = node_at(world, "ups-b"), .share = 0.5 };
	struct whatif_result result = run(world, &ask);

	/* 9.02 kVA of 10 */
	assert_string_equal(broken_of(world, &result),
	    "ups-b: ok > at_risk 0.902 9020/8000 W");
	whatif_done(&result);
	/* nobody draws anything there: 0.2 * 0.8 * 20 kVA for E1 */
	ask.index = node_at(world, "big-b");
	ask.share = 0.2;
	result = run(world, &ask);
	assert_string_equal(broken_of(world, &result), "");
	assert_float_equal(result.after.available_w, 3200, 1e-6);
	whatif_done(&result);
	ask = (struct whatif_ask){ .kind = WHATIF_DERATE_NODE,
	    .index = node_at(world, "ups-a"), .share = 0.4 };
	result = run(world, &ask);
	/* 12.32 kVA of 10 */
	assert_string_equal(broken_of(world, &result),
	    "ups-a: ok > overload 1.232 12320/8000 W");
	assert_int_equal(result.after.overloaded_nodes, 1);
	whatif_done(&result);
}

static void
rack_removed(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_REMOVE_RACK,
	    .index = rack_at(world, "r1-a3") };
	struct whatif_result result = run(world, &ask);

	assert_string_equal(broken_of(world, &result), "");
	before_all(&result.before);
	assert_int_equal(result.after.declared, 5);
	/* ups-b has 5220 W now, ups-a 6220: a1 gets its 1672, c1 its 2632, d1 the rest
	 * of ups-a; servers: 3 and 4, c1 has no second feed */
	assert_float_equal(result.after.available_w, 5632 + 6220, 1e-6);
	assert_int_equal(result.after.deployable, 5 + 3 + 4);
	assert_int_equal(result.after.failover[FAILOVER_NO_REDUNDANCY], 0);
	assert_float_equal(result.after.verified_power_w, 59 * 220, 1e-6);
	assert_false(result.has_plan);
	whatif_done(&result);
}

/* ---- more ------------------------------------------------------------------------- */

static void
servers_added(void **state)
{
	struct world *world = *state;
	struct whatif_ask ask = { .kind = WHATIF_ADD, .at = at(world, ENTITY_HALL, "h2") };
	struct whatif_result result;

	ask.add = (struct planner_ask){ .n = 7, .need = space_reference, .within = ask.at };
	result = run(world, &ask);
	assert_true(result.has_plan);
	assert_int_equal(result.plan.placed, 5);
	assert_int_equal(result.plan.refused, PLANNER_NODE_LIMIT);
	assert_int_equal(result.plan.refused_node, node_at(world, "ups-a"));
	assert_string_equal(broken_of(world, &result), "");
	before_all(&result.before);
	assert_float_equal(result.after.available_w, 5632 - 5 * 500, 1e-6);
	assert_int_equal(result.after.deployable, 0);
	whatif_done(&result);
	/* a2 and a3 are beyond their own limit already, a1 is held back by the UPS, c1
	 * has one feed */
	ask.at = ask.add.within = at(world, ENTITY_HALL, "h1");
	result = run(world, &ask);
	assert_int_equal(result.plan.placed, 0);
	assert_int_equal(result.plan.refused, PLANNER_FAILOVER_LIMIT);
	assert_int_equal(result.plan.bound_by[PLANNER_FAILOVER_LIMIT], 2);
	assert_int_equal(result.plan.bound_by[PLANNER_NODE_LIMIT], 1);
	assert_int_equal(result.plan.bound_by[PLANNER_REDUNDANCY], 1);
	whatif_done(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(feed_of_a_hall, start, stop),
		cmocka_unit_test_setup_teardown(feed_everywhere, start, stop),
		cmocka_unit_test_setup_teardown(node_and_what_hangs_on_it, start, stop),
		cmocka_unit_test_setup_teardown(devices_and_racks, start, stop),
		cmocka_unit_test_setup_teardown(ups_at_half, start, stop),
		cmocka_unit_test_setup_teardown(rack_removed, start, stop),
		cmocka_unit_test_setup_teardown(servers_added, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
