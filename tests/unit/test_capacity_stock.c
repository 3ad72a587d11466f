/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is free, what binds: every figure here is computed by hand. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "capacity/past.h"
#include "capacity/stock.h"
#include "capacity/stock_plan.h"
#include "fixture.h"
#include "model/reservation.h"

#define RACKS_MAX 32

/*
 * Racks of 10 U, 2 kW, 100 kg, 8 ports, two feeds of 32 A with 4 outlets each,
 * that are installed and empty if nothing else is said.  "gear" draws 0.6 * 1000 W.
 */
#define GEAR(rack, cords) "  - {id: g-" rack ", rack: " rack ", u: 1, height: 2, " \
    "nameplate_w: 1000, kg: 20, feeds: [" cords "], outlets: 1, ports: 2}\n"
#define UNIT(rack, u) "  - {id: " rack "-" u ", rack: " rack ", u: " u ", height: 1, " \
    "nameplate_w: 100, kg: 1}\n"

static const char YAML[] =
    "province: {id: p, timezone: UTC}\n"
    "areas: [{id: '410100'}]\n"
    "sites: [{id: z, area: '410100', feeds_from: {A: ups-a, B: ups-b}}]\n"
    "feed_tree:\n"
    "  - {id: grid, site: z, kind: utility, rated_kva: 1000}\n"
    "  - {id: ups-a, kind: ups, from: grid, rated_kva: 100}\n"
    "  - {id: ups-b, kind: ups, from: grid, rated_kva: 100}\n"
    "  - {id: small, kind: ups, from: grid, rated_kva: 1.5}\n"
    "halls:\n"
    "  - {id: h1, site: z}\n"
    "  - {id: h2, site: z, design_kw: 1.5}\n"
    "  - {id: h3, site: z, cooling_kw: 1}\n"
    "  - {id: h4, site: z}\n"
    "  - {id: h5, site: z, design_kw: 3.12}\n"
    "templates:\n"
    "  t: {units: 10, design_kw: 2, weight_limit_kg: 100, ports: 8,\n"
    "      feeds: {A: {breaker_a: 32, outlets: 4}, B: {breaker_a: 32, outlets: 4}}}\n"
    "  weak: {units: 10, design_kw: 6, feeds: {A: {breaker_a: 10}, B: {breaker_a: 10}}}\n"
    "  single: {units: 10, design_kw: 6, feeds: {A: {breaker_a: 10}}}\n"
    "rows:\n"
    "  - {id: r1, hall: h1, template: t, state: installed, racks: [A1..A9]}\n"
    "  - {id: r2, hall: h2, template: t, state: installed, racks: [B1..B2]}\n"
    "  - {id: r3, hall: h3, template: t, state: installed, racks: [C1..C2]}\n"
    "  - {id: r4, hall: h4, template: t, state: installed, racks: [D1..D2],\n"
    "     feeds_from: {A: small, B: ups-b}}\n"
    "  - {id: r5, hall: h1, template: weak, state: installed, racks: [E1]}\n"
    "  - {id: r7, hall: h5, template: t, state: installed, racks: [G1..G2]}\n"
    "  - {id: r6, hall: h1, template: single, state: installed, racks: [F1]}\n"
    "racks:\n"
    "  - {id: r1-a7, state: in_service}\n"
    "  - {id: r1-a8, reserved_for: somebody}\n"
    "  - {id: r1-a9, state: planned}\n"
    "equipment:\n"
    GEAR("r1-a1", "A, B") GEAR("r5-e1", "A, B") GEAR("r6-f1", "A")
    UNIT("r1-a2", "2") UNIT("r1-a2", "4") UNIT("r1-a2", "6") UNIT("r1-a2", "8")
    UNIT("r1-a2", "10")
    "  - {id: g-r1-a3, rack: r1-a3, u: 1, height: 1, nameplate_w: 100, kg: 90, feeds: [A]}\n"
    "  - {id: g-r1-a4, rack: r1-a4, u: 1, height: 1, nameplate_w: 100, kg: 1, feeds: [A],\n"
    "     ports: 7}\n"
    "  - {id: g-r7-g1, rack: r7-g1, u: 1, height: 1, nameplate_w: 200, kg: 1, feeds: [A],\n"
    "     ports: 6}\n"
    "  - {id: g-r1-a5, rack: r1-a5, u: 1, height: 1, nameplate_w: 100, kg: 1, feeds: [A],\n"
    "     outlets: 4}\n"
    "  - {id: g-r1-a6, rack: r1-a6, u: 1, height: 1, nameplate_w: 100, kg: 1, feeds: [B],\n"
    "     outlets: 4}\n";

struct world {
	struct ids *ids;
	const struct config *config;
	const struct inventory *inventory;
	struct stock_input input;
};

/* One rack by the textual id. */
static uint32_t
at(const struct world *world, const char *id)
{
	const struct rack *rack = inventory_rack(world->inventory, id);

	assert_non_null(rack);
	return rack->index;
}

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
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	stock_plan_unref(world->input.plan);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

static const struct stock_place *
place(const struct world *world, const struct stock *stock, enum entity_kind kind,
    const char *id)
{
	return &stock->places[kind][inventory_place(world->inventory, kind, id)->index];
}

/* ---- one rack after the other --------------------------------------------------- */

static const struct {
	const char *rack, *binding;
	double committed_w, available_w;
	unsigned n;
	enum space_kind short_of;
} RACKS[] = {
	/* 0.6 * 1000 of 2000 W; units 8 / 2 = 4, outlets 3, kg 80 / 25 = 3, power 2 */
	{ "r1-a1", "design", 600, 1400, 2, SPACE_POWER },
	/* five gaps of one unit each: 5 free units, no place for 2 */
	{ "r1-a2", "design", 300, 1700, 0, SPACE_U },
	{ "r1-a3", "design", 60, 1940, 0, SPACE_WEIGHT },
	{ "r1-a4", "design", 60, 1940, 0, SPACE_PORTS },
	{ "r1-a5", "design", 60, 1940, 0, SPACE_OUTLETS_A },
	{ "r1-a6", "design", 60, 1940, 0, SPACE_OUTLETS_B },
	/* kept as a whole: all units, all power */
	{ "r1-a8", "design", 2000, 0, 0, SPACE_U },
	/* the hall has 1500 W for both of its racks */
	{ "r2-b1", "hall", 0, 1500, 3, SPACE_POWER },
	{ "r2-b2", "hall", 0, 1500, 3, SPACE_POWER },
	/* 1 kW of heat: two servers */
	{ "r3-c1", "design", 0, 2000, 2, SPACE_COOLING },
	/* 0.8 * 1.5 kVA for all that hangs on it */
	{ "r4-d1", "small", 0, 1200, 2, SPACE_POWER },
	/* 0.8 * 10 A * 220 V = 1760 W on the feed that is left, less 600 */
	{ "r5-e1", "failover", 600, 1160, 2, SPACE_POWER },
	/* the same on the only feed; but a server has a cord for B too */
	{ "r6-f1", "feed", 600, 1160, 0, SPACE_OUTLETS_B },
};

static void
each_kind_binds_once(void **state)
{
	struct world *world = *state;
	const struct stock *stock = stock_new(&world->input, 1);

	assert_non_null(stock);
	for (size_t i = 0; i < sizeof(RACKS) / sizeof(RACKS[0]); i++) {
		const struct stock_rack *rack = &stock->racks[at(world, RACKS[i].rack)];
		const char *binding = stock_binding_text(stock, rack->binding);

		if (!rack->has_available || !rack->has_n || binding == NULL ||
		    strcmp(binding, RACKS[i].binding) != 0 ||
		    rack->committed_w != RACKS[i].committed_w ||
		    rack->available_w != RACKS[i].available_w ||
		    rack->n != RACKS[i].n || rack->short_of != RACKS[i].short_of) {
			fail_msg("%s: committed %g, available %g by %s, n %u by %s",
			    RACKS[i].rack, rack->committed_w, rack->available_w,
			    binding != NULL ? binding : "-", rack->n,
			    space_kind_text(rack->short_of));
		}
	}
	stock_unref(stock);
}

static void
what_is_stranded(void **state)
{
	struct world *world = *state;
	const struct stock *stock = stock_new(&world->input, 1);
	const struct stock_rack *a1 = &stock->racks[at(world, "r1-a1")];
	const struct stock_rack *a2 = &stock->racks[at(world, "r1-a2")];

	/* of 1400 W, 8 units, 3 + 3 outlets, 80 kg, 6 ports without two servers */
	assert_float_equal(a1->stranded[SPACE_POWER], 400, 1e-3);
	assert_float_equal(a1->stranded[SPACE_U], 4, 0);
	assert_float_equal(a1->stranded[SPACE_OUTLETS_A], 1, 0);
	assert_float_equal(a1->stranded[SPACE_WEIGHT], 30, 0);
	assert_float_equal(a1->stranded[SPACE_PORTS], 2, 0);
	assert_int_equal(a1->known & 1u << SPACE_COOLING, 0);
	assert_float_equal(a2->stranded[SPACE_U], 5, 0);
	assert_float_equal(a2->stranded[SPACE_POWER], 1700, 1e-3);
	assert_int_equal(a2->largest_gap, 1);
	stock_unref(stock);
}

static void
unknown_is_not_free(void **state)
{
	struct world *world = *state;
	const struct stock *stock = stock_new(&world->input, 1);
	const struct stock_rack *a7 = &stock->racks[at(world, "r1-a7")];
	const struct stock_rack *a9 = &stock->racks[at(world, "r1-a9")];

	/* in service and nothing is listed: neither its room nor its budget */
	assert_false(a7->has_committed);
	assert_false(a7->has_available);
	assert_false(a7->has_space);
	assert_false(a7->has_n);
	/* planned: it is not there yet */
	assert_false(a9->counted);
	assert_false(a9->has_n);
	assert_int_equal(place(world, stock, ENTITY_ROW, "r1")->n_budget, 7);
	assert_int_equal(place(world, stock, ENTITY_ROW, "r1")->n_racks, 7);
	assert_int_equal(stock->nodes[inventory_power(world->inventory,
	    "ups-a")->index].n_racks, 16);
	assert_int_equal(stock->nodes[inventory_power(world->inventory,
	    "ups-a")->index].n_committed, 15);
	stock_unref(stock);
}

/* ---- places --------------------------------------------------------------------- */

static void
shared_limits_are_given_once(void **state)
{
	struct world *world = *state;
	const struct stock *stock = stock_new(&world->input, 1);
	const struct stock_place *h2 = place(world, stock, ENTITY_HALL, "h2");
	const struct stock_place *h3 = place(world, stock, ENTITY_HALL, "h3");
	const struct stock_place *h4 = place(world, stock, ENTITY_HALL, "h4");
	const struct stock_place *h5 = place(world, stock, ENTITY_HALL, "h5");
	const struct stock_place *r1 = place(world, stock, ENTITY_ROW, "r1");
	const struct stock_place *p = place(world, stock, ENTITY_PROVINCE, "p");

	/* each rack could have 1500 W and 3 servers, but not both */
	assert_float_equal(h2->available_w, 1500, 1e-9);
	assert_int_equal(h2->n, 3);
	assert_int_equal(h2->short_of[SPACE_POWER], 2);
	assert_float_equal(h2->stranded[SPACE_POWER], 0, 1e-9);
	/* 20 units without three servers */
	assert_float_equal(h2->stranded[SPACE_U], 14, 1e-9);
	/* heat holds servers back, not power: 4000 W less two servers */
	assert_float_equal(h3->available_w, 4000, 1e-9);
	assert_int_equal(h3->n, 2);
	assert_float_equal(h3->stranded[SPACE_POWER], 3000, 1e-9);
	assert_float_equal(h3->stranded[SPACE_COOLING], 0, 1e-9);
	assert_float_equal(h4->available_w, 1200, 1e-9);
	assert_int_equal(h4->n, 2);
	assert_float_equal(h4->stranded[SPACE_POWER], 200, 1e-9);
	/* the first takes one server (ports), the second four: 2.5 kW of the hall's 3;
	 * what the first by itself could draw more is not there to be left over */
	assert_float_equal(h5->available_w, 3000, 1e-9);
	assert_int_equal(h5->n, 5);
	assert_float_equal(h5->stranded[SPACE_POWER], 500, 1e-9);
	/* nothing is short above row 1: plain sums */
	assert_float_equal(r1->available_w, 1400 + 1700 + 4 * 1940, 1e-9);
	assert_float_equal(r1->committed_w, 600 + 300 + 4 * 60 + 2000, 1e-9);
	assert_float_equal(r1->reserved_w, 2000, 1e-9);
	assert_float_equal(r1->design_w, 7 * 2000, 1e-9);
	assert_int_equal(r1->n, 2);
	assert_int_equal(r1->units, 70);
	assert_int_equal(r1->occupied, 2 + 5 + 4);
	assert_int_equal(r1->reserved, 10);
	assert_int_equal(p->n, 2 + 3 + 2 + 2 + 5 + 2 + 0);
	assert_float_equal(p->available_w, r1->available_w + 1500 + 4000 + 1200 +
	    3000 + 1160 + 1160, 1e-9);
	assert_int_equal(p->n_deployable, 17);
	stock_unref(stock);
}

/* ---- what was measured ---------------------------------------------------------- */

static double
committed(struct world *world, const char *rack, double p95_w, double days)
{
	struct past_draft draft;
	const struct stock *stock;
	uint32_t n_places[ENTITY_PLACE_N] = { 0 };
	uint32_t index = at(world, rack);
	double watts;

	assert_int_equal(past_new(n_places, world->inventory->n_racks, 0, &draft), 0);
	draft.racks[index].power = (struct past_power){ .p95_w = p95_w, .days = days };
	world->input.past = draft.past;
	stock = stock_new(&world->input, 1);
	watts = stock->racks[index].has_committed ? stock->racks[index].committed_w : -1;
	stock_unref(stock);
	past_unref(draft.past);
	world->input.past = NULL;
	return watts;
}

static void
measured_and_nameplate(void **state)
{
	struct world *world = *state;

	assert_float_equal(committed(world, "r1-a1", 800, 30), 880, 1e-9);
	/* too short, and too little to say that the gear draws less than 600 */
	assert_float_equal(committed(world, "r1-a1", 800, 20), 600, 1e-9);
	assert_float_equal(committed(world, "r1-a1", 400, 30), 600, 1e-9);
	/* a month with a day of gaps is a month, with two it is not */
	assert_float_equal(committed(world, "r1-a1", 800, 29), 880, 1e-9);
	assert_float_equal(committed(world, "r1-a1", 800, 28), 600, 1e-9);
	/* measured as a whole, a rack is known whatever is in it */
	assert_float_equal(committed(world, "r1-a7", 1000, 30), 1100, 1e-9);
	assert_float_equal(committed(world, "r1-a7", 1000, 10), -1, 1e-9);
}

static void
reservations_of_the_api(void **state)
{
	struct world *world = *state;
	struct reservation *items = calloc(1, sizeof(*items));
	const struct reservations *reserved;
	const struct stock *stock, *after;
	const struct stock_rack *a1;
	struct overlay overlay = { .tenant = "bank" };

	assert_non_null(items);
	(void)str_copy(items->rack, sizeof(items->rack), "r1-a1");
	(void)str_copy(items->tenant, sizeof(items->tenant), "bank");
	items->until.ns = INT64_MAX;
	items->power_w = 1000;
	items->units = 7;
	reserved = reservations_new(1, items, 1);
	world->input.reserved = reserved;
	stock = stock_new(&world->input, 1);
	a1 = &stock->racks[at(world, "r1-a1")];
	assert_float_equal(a1->available_w, 400, 1e-9);
	assert_float_equal(a1->reserved_w, 1000, 1e-9);
	assert_int_equal(a1->reserved, 7);
	assert_int_equal(a1->largest_gap, 1);
	assert_int_equal(a1->n, 0);
	/* for the bank itself it is free */
	after = stock_whatif(stock, &overlay);
	a1 = &after->racks[at(world, "r1-a1")];
	assert_float_equal(a1->available_w, 1400, 1e-9);
	assert_int_equal(a1->n, 2);
	stock_unref(after);
	stock_unref(stock);
	reservations_unref(reserved);
	world->input.reserved = NULL;
}

/* ---- what-if -------------------------------------------------------------------- */

static void
what_if(void **state)
{
	struct world *world = *state;
	struct overlay_change changes[] = {
		{ .n_added = 2, .server = &space_reference },
		{ .removed = true }, { .feeds_lost = 1 },
	};
	uint32_t of_rack[RACKS_MAX];
	double shares[4] = { 1, 1, 1, 1 };
	struct overlay overlay = { .changes = changes, .of_rack = of_rack,
	    .node_share = shares };
	const struct stock *base = stock_new(&world->input, 1), *after;
	struct space_stock available[SPACE_KIND_N];
	struct space space;

	memset(of_rack, 0xff, sizeof(of_rack));
	of_rack[at(world, "r1-a1")] = 0;
	of_rack[at(world, "r1-a3")] = 1;
	of_rack[at(world, "r1-a4")] = 2;
	shares[inventory_power(world->inventory, "small")->index] = 0.5;
	after = stock_whatif(base, &overlay);
	assert_non_null(after);
	/* two more servers: 400 W left, units 3-6 taken, 30 kg, 2 ports */
	assert_float_equal(after->racks[at(world, "r1-a1")].available_w, 400, 1e-9);
	assert_int_equal(after->racks[at(world, "r1-a1")].occupied, 6);
	assert_int_equal(after->racks[at(world, "r1-a1")].n, 0);
	assert_true(stock_free(after, &overlay, at(world, "r1-a1"), &space, available));
	assert_int_equal(space.n_gaps, 1);
	assert_int_equal(space.gap_u[0], 7);
	assert_int_equal(space.gaps[0], 4);
	assert_float_equal(available[SPACE_WEIGHT].available, 30, 1e-9);
	assert_float_equal(available[SPACE_OUTLETS_B].available, 1, 1e-9);
	/* removed: nothing is left to say */
	assert_false(after->racks[at(world, "r1-a3")].counted);
	assert_false(stock_free(after, &overlay, at(world, "r1-a3"), &space, available));
	/* without its feed A no server with two cords goes in */
	assert_int_equal(after->racks[at(world, "r1-a4")].n, 0);
	assert_true(stock_free(after, &overlay, at(world, "r1-a4"), &space, available));
	assert_float_equal(available[SPACE_OUTLETS_A].available, 0, 1e-9);
	/* half a UPS: 600 W for what hangs on it */
	assert_float_equal(after->racks[at(world, "r4-d1")].available_w, 600, 1e-9);
	assert_int_equal(place(world, after, ENTITY_ROW, "r4")->n, 1);
	/* the other one is as it was */
	assert_float_equal(base->racks[at(world, "r1-a1")].available_w, 1400, 1e-9);
	stock_unref(after);
	stock_unref(base);
}

#define STOCK(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STOCK(each_kind_binds_once),
		STOCK(what_is_stranded),
		STOCK(unknown_is_not_free),
		STOCK(shared_limits_are_given_once),
		STOCK(measured_and_nameplate),
		STOCK(reservations_of_the_api),
		STOCK(what_if),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
