/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places for servers: by hand in one small site, and for a thousand random
 * wishes that every limit holds afterwards and one more is refused for the reason
 * that was named.
 */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "capacity/planner.h"
#include "capacity/stock_plan.h"
#include "fixture.h"
#include "model/reservation.h"

/*
 * A rack of template t takes 4 servers of 2 U, 500 W, 25 kg, 1 + 1 outlets and
 * 2 ports: 2000 W, 4 outlets, 100 kg, 8 ports; of 10 U two are left.
 */
static const char YAML[] =
    "province: {id: p, timezone: UTC}\n"
    "areas: [{id: '410100'}]\n"
    "sites: [{id: z, area: '410100', feeds_from: {A: ups-a, B: ups-b}}]\n"
    "feed_tree:\n"
    "  - {id: grid, site: z, kind: utility, rated_kva: 1000}\n"
    "  - {id: ups-a, kind: ups, from: grid, rated_kva: 100}\n"
    "  - {id: ups-b, kind: ups, from: grid, rated_kva: 100}\n"
    "  - {id: small, kind: ups, from: grid, rated_kva: 2}\n"
    "halls:\n"
    "  - {id: h1, site: z}\n"
    "  - {id: h2, site: z}\n"
    "  - {id: h3, site: z, design_kw: 1.5}\n"
    "  - {id: h4, site: z, cooling_kw: 1}\n"
    "  - {id: h5, site: z}\n"
    "templates:\n"
    "  t: {units: 10, design_kw: 2, weight_limit_kg: 100, ports: 8,\n"
    "      feeds: {A: {breaker_a: 32, outlets: 4}, B: {breaker_a: 32, outlets: 4}}}\n"
    "  weak: {units: 40, design_kw: 6, feeds: {A: {breaker_a: 10}, B: {breaker_a: 10}}}\n"
    "  single: {units: 40, design_kw: 6, feeds: {A: {breaker_a: 10}}}\n"
    "rows:\n"
    "  - {id: r1, hall: h1, template: t, state: installed, racks: [A1..A3]}\n"
    "  - {id: r2, hall: h2, template: t, state: installed, racks: [B1..B2],\n"
    "     feeds_from: {A: small, B: ups-b}}\n"
    "  - {id: r3, hall: h3, template: t, state: installed, racks: [C1..C2]}\n"
    "  - {id: r4, hall: h4, template: t, state: installed, racks: [D1..D2]}\n"
    "  - {id: r5, hall: h5, template: t, state: installed, racks: [E1..E5]}\n"
    "  - {id: r6, hall: h5, template: weak, state: installed, racks: [F1]}\n"
    "  - {id: r7, hall: h5, template: single, state: installed, racks: [G1]}\n"
    "racks:\n"
    "  - {id: r5-e1, state: planned}\n"
    "  - {id: r5-e2, maintenance_until: 2030-01-01}\n"
    "  - {id: r5-e3, reserved_for: shop}\n"
    "  - {id: r5-e4, state: in_service}\n"
    "  - {id: r5-e5, tenant: bank}\n"
    "equipment:\n"
    "  - {id: g1, rack: r1-a2, u: 3, height: 2, nameplate_w: 1000, kg: 20,\n"
    "     feeds: [A, B], outlets: 1, ports: 2}\n";

struct world {
	struct ids *ids;
	const struct config *config;
	const struct inventory *inventory;
	struct stock_input input;
	const struct stock *stock;
};

static int
start(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->ids = ids_new();
	world->config = fixture_config(YAML, world->ids, 1);
	world->inventory = world->config->inventory;
	world->input = (struct stock_input){ .plan = stock_plan_new(world->inventory),
	    .as_of = { NS_PER_S } };
	assert_non_null(world->input.plan);
	world->stock = stock_new(&world->input, 1);
	assert_non_null(world->stock);
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	stock_unref(world->stock);
	stock_plan_unref(world->input.plan);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

static struct planner_ask
ask_for(const struct world *world, unsigned n, enum entity_kind kind, const char *id)
{
	struct planner_ask ask = { .n = n, .need = space_reference };
	const struct place *place = inventory_place(world->inventory, kind, id);

	assert_non_null(place);
	ask.within = (struct entity_ref){ kind, place->index };
	return ask;
}

/* "r1-a1 x4 @1,3,5,7; r1-a2 x1 @1 | no_power" */
static const char *
told(const struct world *world, const struct overlay *overlay, const struct planner_ask *ask)
{
	static char text[2048];
	struct planner_result result;
	size_t len = 0;
	unsigned placed = 0;

	assert_int_equal(planner_find(world->stock, overlay, ask, &result), 0);
	text[0] = '\0';
	for (size_t i = 0; i < result.n_places; i++) {
		const struct planner_place *place = &result.places[i];

		len += str_format(text + len, sizeof(text) - len, "%s%s x%u @%u",
		    i > 0 ? "; " : "", world->inventory->racks[place->rack]->id,
		    place->n, place->u[0]);
		for (unsigned k = 1; k < place->n; k++) {
			len += str_format(text + len, sizeof(text) - len, ",%u", place->u[k]);
		}
		placed += place->n;
	}
	assert_int_equal(placed, result.placed);
	len += str_format(text + len, sizeof(text) - len, " | %s",
	    planner_code_text(result.refused));
	if (result.refused == PLANNER_NODE_LIMIT) {
		(void)str_format(text + len, sizeof(text) - len, " %s",
		    world->inventory->power[result.refused_node].id);
	}
	planner_done(&result);
	return text;
}

static void
order_and_units(void **state)
{
	struct world *world = *state;
	struct planner_ask ask = ask_for(world, 5, ENTITY_HALL, "h1");

	/* a1 and a3 are filled better than a2, where 1400 W leave room for two;
	 * the fifth goes where least room is spoiled */
	assert_string_equal(told(world, NULL, &ask),
	    "r1-a1 x4 @1,3,5,7; r1-a2 x1 @1 | fits");
	ask.n = 10;
	assert_string_equal(told(world, NULL, &ask),
	    "r1-a1 x4 @1,3,5,7; r1-a3 x4 @1,3,5,7; r1-a2 x2 @1,5 | no_power");
	ask.n = 11;
	assert_string_equal(told(world, NULL, &ask),
	    "r1-a1 x4 @1,3,5,7; r1-a3 x4 @1,3,5,7; r1-a2 x2 @1,5 | no_power");
	/* 3 U and nothing else: gaps of 2 and 6 take two, 2 of 8 units are left;
	 * of 10 one is left */
	ask.need = (struct space_need){ .height = 3 };
	ask.n = 100;
	assert_string_equal(told(world, NULL, &ask),
	    "r1-a1 x3 @1,4,7; r1-a3 x3 @1,4,7; r1-a2 x2 @5,8 | no_units");
}

static void
each_limit(void **state)
{
	static const struct { const char *hall; double kg; unsigned ports, outlets; double w;
	    const char *told; } cases[] = {
		/* 0.8 * 2 kVA = 1600 W for both racks, on the A side */
		{"h2", 25, 2, 1, 500, "r2-b1 x3 @1,3,5 | node_limit small"},
		{"h3", 25, 2, 1, 500, "r3-c1 x3 @1,3,5 | hall_limit"},
		{"h4", 25, 2, 1, 500, "r4-d1 x2 @1,3 | cooling"},
		{"h1", 60, 2, 1, 100, "r1-a2 x1 @1; r1-a1 x1 @1; r1-a3 x1 @1 | weight"},
		{"h1", 1, 5, 1, 100, "r1-a2 x1 @1; r1-a1 x1 @1; r1-a3 x1 @1 | ports"},
		{"h1", 1, 1, 3, 100, "r1-a2 x1 @1; r1-a1 x1 @1; r1-a3 x1 @1 | no_outlets_a"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct planner_ask ask = ask_for(world, 20, ENTITY_HALL, cases[i].hall);
		double *need = ask.need.need;

		need[SPACE_WEIGHT] = cases[i].kg;
		need[SPACE_PORTS] = cases[i].ports;
		need[SPACE_OUTLETS_A] = need[SPACE_OUTLETS_B] = cases[i].outlets;
		need[SPACE_POWER] = need[SPACE_COOLING] = cases[i].w;
		assert_string_equal(told(world, NULL, &ask), cases[i].told);
	}
}

/* Who has no place whatever is free, by code. */
static void
closed_racks(void **state)
{
	struct world *world = *state;
	struct planner_ask ask = ask_for(world, 100, ENTITY_ROW, "r5");
	struct planner_result result;

	assert_int_equal(planner_find(world->stock, NULL, &ask, &result), 0);
	assert_int_equal(result.placed, 4);   /* e5: whose it is does not matter */
	assert_int_equal(result.n_racks, 5);
	assert_int_equal(result.bound_by[PLANNER_STATE], 1);
	assert_int_equal(result.bound_by[PLANNER_MAINTENANCE], 1);
	assert_int_equal(result.bound_by[PLANNER_RESERVED], 1);
	assert_int_equal(result.bound_by[PLANNER_NOTHING_KNOWN], 1);
	assert_int_equal(result.bound_by[PLANNER_NO_POWER], 1);
	/* 2000 W of 2000 are committed; 0.8 * 32 A * 220 V after the loss of a feed */
	assert_true(result.places[0].available_w == 0.0);
	assert_float_equal(result.places[0].failover_ratio, 2000 / (32 * 220.0), 1e-9);
	planner_done(&result);
}

static void
tenants(void **state)
{
	struct world *world = *state;
	struct planner_ask ask = ask_for(world, 100, ENTITY_ROW, "r5");
	const struct overlay bank = { .tenant = "bank" }, shop = { .tenant = "shop" };
	const struct stock *plain = world->stock;

	ask.tenant = "bank";
	world->stock = stock_whatif(plain, &bank);
	assert_string_equal(told(world, &bank, &ask), "r5-e5 x4 @1,3,5,7 | no_power");
	stock_unref(world->stock);
	ask.tenant = "shop";
	world->stock = stock_whatif(plain, &shop);
	assert_string_equal(told(world, &shop, &ask), "r5-e3 x4 @1,3,5,7 | no_power");
	stock_unref(world->stock);
	world->stock = plain;
}

/* A part that is reserved by the API: of others taken off, of its own not. */
static void
reserved_parts(void **state)
{
	struct world *world = *state;
	struct reservation *items = calloc(1, sizeof(*items));
	const struct overlay bank = { .tenant = "bank" };
	struct planner_ask ask = ask_for(world, 100, ENTITY_HALL, "h1");
	const struct stock *plain = world->stock, *reserved;

	assert_non_null(items);
	items[0] = (struct reservation){ .id = 1, .rack = "r1-a1", .tenant = "bank",
	    .until = { 9 * NS_PER_S }, .units = 6, .power_w = 700 };
	world->input.reserved = reservations_new(1, items, 1);
	reserved = stock_new(&world->input, 2);
	world->stock = reserved;
	/* a1: two gaps of 2 U below the six that are kept from the top */
	assert_string_equal(told(world, NULL, &ask),
	    "r1-a3 x4 @1,3,5,7; r1-a2 x2 @1,5; r1-a1 x2 @1,3 | no_power");
	world->stock = stock_whatif(reserved, &bank);
	ask.tenant = "bank";
	assert_string_equal(told(world, &bank, &ask),
	    "r1-a1 x4 @1,3,5,7; r1-a3 x4 @1,3,5,7; r1-a2 x2 @1,5 | no_power");
	stock_unref(world->stock);
	stock_unref(reserved);
	reservations_unref(world->input.reserved);
	world->stock = plain;
}

static void
cords(void **state)
{
	struct world *world = *state;
	struct planner_ask ask = ask_for(world, 100, ENTITY_ROW, "r7");

	assert_string_equal(told(world, NULL, &ask), " | redundancy");
	/* 0.8 * 10 A * 220 V = 1760 W on its only feed */
	ask.redundancy = PLANNER_ANY;
	assert_string_equal(told(world, NULL, &ask), "r7-g1 x3 @1,3,5 | feed_limit");
	ask = ask_for(world, 100, ENTITY_ROW, "r6");
	assert_string_equal(told(world, NULL, &ask), "r6-f1 x3 @1,3,5 | failover_limit");
	/* one cord: four outlets on A, four on B; 5 fit by height */
	ask = ask_for(world, 100, ENTITY_ROW, "r1");
	ask.redundancy = PLANNER_N;
	ask.need = (struct space_need){ .height = 1, .need = { [SPACE_OUTLETS_A] = 1,
	    [SPACE_OUTLETS_B] = 1 } };
	assert_string_equal(told(world, NULL, &ask), "r1-a1 x8 @1,2,3,4,5,6,7,8; "
	    "r1-a3 x8 @1,2,3,4,5,6,7,8; r1-a2 x6 @1,2,5,6,7,8 | no_outlets_a");
}

static void
one_rack_or_none(void **state)
{
	struct world *world = *state;
	struct planner_ask ask = ask_for(world, 100, ENTITY_ROW, "r1");

	ask.within = (struct entity_ref){ ENTITY_RACK,
	    inventory_rack(world->inventory, "r1-a3")->index };
	assert_string_equal(told(world, NULL, &ask), "r1-a3 x4 @1,3,5,7 | no_power");
	ask.within = (struct entity_ref){ ENTITY_AREA, 99 };
	assert_string_equal(told(world, NULL, &ask), " | no_racks");
}

/* ---- random wishes -------------------------------------------------------------- */

static uint64_t seed = 20261122;

static unsigned
draw(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

/* Puts the plan into an overlay, as whoever carries it out would. */
static const struct stock *
carry_out(const struct world *world, const struct planner_result *result,
    const struct planner_ask *ask, struct overlay *overlay)
{
	static struct overlay_change changes[SPACE_UNITS_MAX + 1];
	static uint32_t of_rack[64];

	assert_true(world->inventory->n_racks <= 64);
	for (unsigned n = 1; n <= SPACE_UNITS_MAX; n++) {
		changes[n] = (struct overlay_change){ .n_added = (uint16_t)n,
		    .server = &ask->need };
	}
	memset(of_rack, 0xff, sizeof(of_rack));
	for (size_t i = 0; i < result->n_places; i++) {
		of_rack[result->places[i].rack] = result->places[i].n;
	}
	*overlay = (struct overlay){ .changes = changes, .of_rack = of_rack };
	return stock_whatif(world->stock, overlay);
}

static void
check_limits(const struct world *world, const struct stock *after,
    const struct planner_result *result)
{
	for (size_t i = 0; i < result->n_places; i++) {
		const struct stock_rack *rack = &after->racks[result->places[i].rack];

		assert_true(rack->has_available && rack->available_w >= -1e-6);
		assert_true(fabs(rack->available_w - result->places[i].available_w) < 1e-6);
		assert_true(result->places[i].failover_ratio <= 0.8 + 1e-9);
	}
	for (uint32_t i = 0; i < world->inventory->n_power; i++) {
		assert_true(after->nodes[i].committed_w <= after->nodes[i].limit_w + 1e-6);
	}
	for (uint32_t h = 0; h < world->inventory->n_places[ENTITY_HALL]; h++) {
		assert_true(!after->halls[h].has_cooling ||
		    after->halls[h].cooling_w >= -1e-6);
	}
}

static void
limits_hold_and_one_more_does_not(void **state)
{
	struct world *world = *state;
	unsigned n_refused = 0, seen[PLANNER_CODE_N] = { 0 }, n_codes = 0;

	for (unsigned i = 0; i < 1000; i++) {
		struct planner_ask ask = { .n = 1 + draw(40),
		    .need = { .height = 1 + draw(4) }, .within = { ENTITY_PROVINCE, 0 } };
		struct planner_result result, more;
		double *need = ask.need.need;
		const struct stock *after;
		struct overlay overlay;

		need[SPACE_U] = ask.need.height;
		need[SPACE_POWER] = need[SPACE_COOLING] = 50.0 * draw(30);
		need[SPACE_OUTLETS_A] = need[SPACE_OUTLETS_B] = draw(3);
		need[SPACE_WEIGHT] = 5.0 * draw(8);
		need[SPACE_PORTS] = draw(4);
		assert_int_equal(planner_find(world->stock, NULL, &ask, &result), 0);
		after = carry_out(world, &result, &ask, &overlay);
		check_limits(world, after, &result);
		/* fewer than asked for exactly when no rack takes one more */
		assert_true(result.placed == ask.n || result.refused != PLANNER_FITS);
		ask.n = 1;
		assert_int_equal(planner_find(after, &overlay, &ask, &more), 0);
		assert_int_equal(more.placed, result.refused == PLANNER_FITS);
		if (more.placed == 0) {
			n_refused++;
			assert_int_equal(more.refused, result.refused);
			assert_memory_equal(more.bound_by, result.bound_by,
			    sizeof(more.bound_by));
			n_codes += seen[more.refused]++ == 0;
		}
		planner_done(&more);
		planner_done(&result);
		stock_unref(after);
	}
	assert_true(n_refused > 200 && n_codes > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(order_and_units, start, stop),
		cmocka_unit_test_setup_teardown(each_limit, start, stop),
		cmocka_unit_test_setup_teardown(closed_racks, start, stop),
		cmocka_unit_test_setup_teardown(tenants, start, stop),
		cmocka_unit_test_setup_teardown(reserved_parts, start, stop),
		cmocka_unit_test_setup_teardown(cords, start, stop),
		cmocka_unit_test_setup_teardown(one_rack_or_none, start, stop),
		cmocka_unit_test_setup_teardown(limits_hold_and_one_more_does_not, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
