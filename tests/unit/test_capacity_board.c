/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boards of a small province: every figure here is computed by hand. */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/board.h"
#include "capacity/figures.h"
#include "capacity/inrange.h"
#include "capacity/kpi.h"
#include "capacity/outlook.h"
#include "capacity/past.h"
#include "capacity/stock.h"
#include "capacity/stock_plan.h"
#include "fixture.h"
#include "flow/reading.h"

#define SLOT ((struct wall){ 1795363200 * NS_PER_S })  /* 2026-11-22 16:00 UTC */
#define TODAY 20779
#define I (60 * NS_PER_S)

/*
 * Row r1: three racks of 20 kW on two feeds of three phases, 32 A; row r2: a rack
 * of 4 kW on one feed of 16 A, and one without a device.
 */
#define YAML(template) \
    "province: {id: p, timezone: UTC}\n" \
    "poll: {interval: 60s}\n" \
    "targets:\n" \
    "  - {id: near, racks: 5, reach: at_least, basis: physical, by: 2026-12-22}\n" \
    "  - {id: far, racks: 100, reach: above, basis: physical, by: 2026-12-22}\n" \
    "  - {id: open, racks: 200, reach: above, basis: physical}\n" \
    "areas: [{id: a1}, {id: a2}]\n" \
    "sites:\n" \
    "  - {id: s1, area: a1, feeds_from: {A: ups-a, B: ups-b}}\n" \
    "  - {id: s2, area: a2}\n" \
    "halls: [{id: h1, site: s1, design_kw: 40}, {id: h2, site: s2}]\n" \
    "feed_tree:\n" \
    "  - {id: ups-a, site: s1, kind: ups, rated_kva: 80}\n" \
    "  - {id: ups-b, site: s1, kind: ups, rated_kva: 80}\n" \
    "templates:\n" \
    "  three: {units: 42, design_kw: 20, feeds: {" template "}}\n" \
    "  one: {units: 42, design_kw: 4, feeds: {A: {breaker_a: 16, outlets: 8}}}\n" \
    "rows:\n" \
    "  - {id: r1, hall: h1, template: three, state: in_service, racks: [A01..A03],\n" \
    "     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n}},\n" \
    "               pdu-b: {plugin: snmp, address: 198.51.100.{n}" FEED_B "}}}\n" \
    "  - {id: r2, hall: h2, template: one, state: installed}\n" \
    "racks:\n" \
    "  - {id: r2-b01, row: r2, template: one, state: in_service,\n" \
    "     devices: {pdu-a: {feed: A, plugin: snmp, address: 203.0.113.1}}}\n" \
    "  - {id: r2-b02, row: r2, template: one, state: installed}\n" \
    "equipment:\n" \
    "  - {id: gear, rack: r2-b01, u: 1, height: 2, nameplate_w: 2000, feeds: [A], " \
    "outlets: 1}\n"
#define FEED_B ", feed: B"
static const char TWO_FEEDS[] = YAML("A: {breaker_a: 32, phases: 3, volts: 220}, "
    "B: {breaker_a: 32, phases: 3, volts: 220}");
#undef FEED_B
#define FEED_B ""
static const char ONE_FEED[] = YAML("A: {breaker_a: 32, phases: 3, volts: 220}");

struct world {
	struct ids *ids;
	const struct config *config;
	const struct inventory *inventory;
	struct reading readings[16];
	struct inrange inrange;
	struct stock_plan *plan;
	const struct rollup *rollup;
	struct view_draft draft;
	struct past_draft past;
	struct board *board;
};

static uint32_t
rack(const struct world *world, const char *id)
{
	return inventory_rack(world->inventory, id)->index;
}

static struct reading *
reading(struct world *world, const char *device)
{
	return &world->readings[inventory_device(world->inventory, device)->index];
}

/* Units: mA of L1, L2, L3; 220 V, VA; 0 mA of all but L1: one phase. */
static void
meter(struct world *world, const char *device, const int32_t *ma, float va)
{
	struct reading *to = reading(world, device);

	*to = (struct reading){ .flags = READING_ENDED | READING_GOOD | READING_POWER |
	    READING_VOLTAGE, .voltage_v = 220,
	    .power_w = (ma[0] + ma[1] + ma[2]) * 0.22,
	    .current_ma = { ma[0], ma[1], ma[2] }, .phase_mask = ma[1] > 0 ? 7 : 1 };
	if (va > 0) {
		to->flags |= READING_APPARENT;
		to->apparent_va = va;
	}
}

/* 45 % on each feed of A01; A02 is crooked; A03 and B01 carry little. */
static void
meter_all(struct world *world)
{
	static const int32_t even[] = { 14400, 14400, 14400 }, low[] = { 4000, 4000, 4000 },
	    crooked[] = { 16000, 8000, 8000 }, single[] = { 8000, 0, 0 };
	struct air *air;

	meter(world, "r1-a01-pdu-a", even, 9600);
	meter(world, "r1-a01-pdu-b", even, 9600);
	meter(world, "r1-a02-pdu-a", crooked, 8000);
	meter(world, "r1-a02-pdu-b", low, 3000);
	reading(world, "r1-a02-pdu-b")->voltage_v = 214.3F;
	meter(world, "r1-a03-pdu-a", low, 3000);
	meter(world, "r1-a03-pdu-b", low, 3000);
	meter(world, "r2-b01-pdu-a", single, 0);

	reading(world, "r1-a01-pdu-a")->flags |= READING_PROBE | READING_TEMPERATURE;
	air = &reading(world, "r1-a01-pdu-a")->air;
	air_inlet(air, AIR_BOTTOM, 2400);
	air_inlet(air, AIR_TOP, 2850);
	air_outlet(air, 3800);
	air->n_expected = 2;
	air->flags = AIR_HAS_HUMIDITY;
	air->humidity = 4500;
	air->beside = 2625;
	reading(world, "r1-a02-pdu-a")->flags |= READING_PROBE | READING_TEMPERATURE;
	air = &reading(world, "r1-a02-pdu-a")->air;
	air_inlet(air, AIR_TOP, 1700);
	air->n_expected = 1;
}

static void
set_evidence(struct world *world, const char *id, enum evidence evidence, bool live)
{
	struct rack_view *view = &world->draft.racks[rack(world, id)];

	view->evidence = evidence;
	view->live = live;
	view->last_good = live ? SLOT : (struct wall){ 0 };
}

static void
set_evidences(struct world *world)
{
	set_evidence(world, "r1-a01", EVIDENCE_VERIFIED, true);
	set_evidence(world, "r1-a02", EVIDENCE_VERIFIED, true);
	set_evidence(world, "r1-a03", EVIDENCE_CONTRADICTED, false);
	set_evidence(world, "r2-b01", EVIDENCE_VERIFIED, true);
	set_evidence(world, "r2-b02", EVIDENCE_UNMONITORED, false);
	world->draft.racks[rack(world, "r2-b01")].discrepancy = true;
}

/* Halls and sites as the archives might tell. */
static void
set_past(struct world *world)
{
	uint32_t n_devices = 0;

	assert_int_equal(past_new(world->inventory->n_places, world->inventory->n_racks,
	    n_devices, &world->past), 0);
	world->draft.view->past = world->past.past;
}

/* Closes the slot of the readings and makes a view of it, as capacity does. */
static void
publish(struct world *world)
{
	struct rollup_plan *plan = rollup_plan_new(world->inventory);
	struct stock_input input = { .plan = world->plan, .as_of = SLOT };

	world->rollup = rollup_new(plan, world->readings, SLOT, I);
	assert_int_equal(view_new(world->config, world->rollup, &world->draft), 0);
	world->draft.view->as_of = (struct wall){ SLOT.ns + I };
	inrange_credit(&world->inrange, world->rollup);
	world->draft.view->figures = figures_new(world->inventory, world->rollup,
	    &world->inrange);
	set_evidences(world);
	kpi_places(&world->draft);
	input.rollup = world->rollup;
	world->draft.view->stock = stock_new(&input, 1);
	assert_non_null(world->draft.view->stock);
	set_past(world);
	for (size_t i = 0; i < world->config->settings.n_targets; i++) {
		world->draft.targets[i].target = &world->config->settings.targets[i];
		world->draft.targets[i].forecast_reason = FORECAST_NOT_ENOUGH;
	}
	rollup_plan_free(plan);
}

/* A board with everything that the table has. */
static void
look(struct world *world)
{
	struct board_want want;

	memset(&want, 0xff, sizeof(want));
	board_free(world->board);
	world->board = board_of_view(world->draft.view, &want);
	assert_non_null(world->board);
	assert_ptr_equal(world->board->inventory, world->inventory);
	assert_int_equal(world->board->slot.ns, SLOT.ns);
	assert_int_equal(world->board->as_of.ns, SLOT.ns + I);
}

static int
start(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->ids = ids_new();
	world->config = fixture_config(TWO_FEEDS, world->ids, 1);
	world->inventory = world->config->inventory;
	world->plan = stock_plan_new(world->inventory);
	inrange_init(&world->inrange);
	assert_int_equal(inrange_apply(&world->inrange, world->inventory), 0);
	meter_all(world);
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	board_free(world->board);
	view_unref(world->draft.view);
	rollup_unref(world->rollup);
	stock_plan_unref(world->plan);
	inrange_done(&world->inrange);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

/* ---- what a column says -------------------------------------------------------- */

#define UNKNOWN NAN
/* Decimals are met exactly: 80 is not above 80. */
#define IS(value, expected) is((value), (expected), __LINE__)
static void
is(double value, double expected, int line)
{
	if (isnan(expected) ? !isnan(value) : !(value >= expected && value <= expected)) {
		fail_msg("line %d: %.17g, not %.17g", line, value, expected);
	}
}

static double
of_rack(const struct world *world, enum gauge gauge, const char *id)
{
	return world->board->columns[LEVEL_RACK][gauge][rack(world, id)];
}

static double
of_place(const struct world *world, enum gauge gauge, enum entity_kind kind,
    const char *id)
{
	return world->board->columns[kind][gauge][inventory_place(world->inventory, kind,
	    id)->index];
}

static double
of_node(const struct world *world, enum gauge gauge, const char *id)
{
	return world->board->columns[LEVEL_NODE][gauge][inventory_power(world->inventory,
	    id)->index];
}

static double
of_feed(const struct world *world, enum gauge gauge, const char *id, unsigned feed,
    unsigned phase)
{
	const uint32_t at = world->rollup->first_feed[rack(world, id)] + feed;
	const double *column = world->board->columns[LEVEL_FEED][gauge];

	return gauge_has_phases(gauge, LEVEL_FEED) ? column[at * LEVEL_PHASES + phase] :
	    column[at];
}

/* ---- racks and feeds ----------------------------------------------------------- */

static void
racks_and_their_power(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	/* 2 * 3 * 220 V * 14.4 A of 20 kW */
	IS(of_rack(world, GAUGE_POWER_W, "r1-a01"), 19008);
	IS(of_rack(world, GAUGE_LOAD_PCT, "r1-a01"), 95.04);
	/* 2 * 14.4 A on 32 A; for A02 16 + 4 on L1 */
	IS(of_rack(world, GAUGE_FAILOVER_PCT, "r1-a01"), 90);
	IS(of_rack(world, GAUGE_FAILOVER_PCT, "r1-a02"), 62.5);
	IS(of_rack(world, GAUGE_FAILOVER_PCT, "r2-b01"), UNKNOWN);
	/* 16 A by a mean of 32 / 3 */
	IS(of_rack(world, GAUGE_IMBALANCE_PCT, "r1-a02"), 50);
	IS(of_rack(world, GAUGE_IMBALANCE_PCT, "r1-a01"), 0);
	IS(of_rack(world, GAUGE_POWER_FACTOR, "r1-a01"), 0.99);
	IS(of_rack(world, GAUGE_POWER_FACTOR, "r2-b01"), UNKNOWN);
	IS(of_rack(world, GAUGE_VOLTAGE_V, "r1-a02"), 214.3);
	/* 1200 W by its plate, but it draws 1760 of 0.8 * 220 V * 16 A */
	IS(of_rack(world, GAUGE_COMMITTED_PCT, "r2-b01"), 62.5);
	/* no device: nothing is known, and nothing is 0 */
	IS(of_rack(world, GAUGE_POWER_W, "r2-b02"), UNKNOWN);
	IS(of_rack(world, GAUGE_LOAD_PCT, "r2-b02"), UNKNOWN);
	IS(of_rack(world, GAUGE_VOLTAGE_V, "r2-b02"), UNKNOWN);
	IS(of_rack(world, GAUGE_INLET_C, "r2-b02"), UNKNOWN);
}

static void
racks_and_their_air(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	/* class A2: 18 to 27, at most 35 */
	IS(of_rack(world, GAUGE_INLET_C, "r1-a01"), 28.5);
	IS(of_rack(world, GAUGE_INLET_OVER_K, "r1-a01"), 1.5);
	IS(of_rack(world, GAUGE_INLET_UNDER_K, "r1-a01"), -6);
	IS(of_rack(world, GAUGE_INLET_BEYOND_K, "r1-a01"), -6.5);
	IS(of_rack(world, GAUGE_INLET_UNDER_K, "r1-a02"), 1);
	IS(of_rack(world, GAUGE_INLET_OVER_K, "r1-a02"), -10);
	IS(of_rack(world, GAUGE_HUMIDITY_PCT, "r1-a01"), 45);
	/* Magnus at 26.25 degC and 45 % */
	IS(of_rack(world, GAUGE_DEW_POINT_C, "r1-a01"), 13.3712);
	IS(of_rack(world, GAUGE_DELTA_T_K, "r1-a01"), 11.75);
	IS(of_rack(world, GAUGE_IN_RANGE_PCT, "r1-a01"), 50);
	IS(of_rack(world, GAUGE_HUMIDITY_PCT, "r1-a02"), UNKNOWN);
	IS(of_rack(world, GAUGE_DELTA_T_K, "r1-a02"), UNKNOWN);
	IS(of_rack(world, GAUGE_INLET_C, "r1-a03"), UNKNOWN);
	IS(of_rack(world, GAUGE_INLET_OVER_K, "r1-a03"), UNKNOWN);
	IS(of_rack(world, GAUGE_INLET_UNDER_K, "r1-a03"), UNKNOWN);
	IS(of_rack(world, GAUGE_IN_RANGE_PCT, "r1-a03"), UNKNOWN);
}

static void
feeds_by_phase(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	assert_int_equal(world->board->n[LEVEL_FEED], 8);
	/* of 0.8 * 32 A */
	IS(of_feed(world, GAUGE_CURRENT_A, "r1-a02", 0, 0), 16);
	IS(of_feed(world, GAUGE_LOAD_PCT, "r1-a02", 0, 0), 62.5);
	IS(of_feed(world, GAUGE_LOAD_PCT, "r1-a02", 0, 1), 31.25);
	IS(of_feed(world, GAUGE_LOAD_PCT, "r1-a01", 1, 2), 56.25);
	IS(of_feed(world, GAUGE_POWER_W, "r1-a02", 0, 0), 7040);
	/* one phase of 0.8 * 16 A */
	IS(of_feed(world, GAUGE_LOAD_PCT, "r2-b01", 0, 0), 62.5);
	IS(of_feed(world, GAUGE_LOAD_PCT, "r2-b01", 0, 1), UNKNOWN);
	IS(of_feed(world, GAUGE_CURRENT_A, "r2-b01", 0, 2), UNKNOWN);
	IS(of_feed(world, GAUGE_LOAD_PCT, "r2-b02", 0, 0), UNKNOWN);
	IS(of_feed(world, GAUGE_POWER_W, "r2-b02", 0, 0), UNKNOWN);
}

static void
nodes_of_the_feed_tree(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	IS(of_node(world, GAUGE_POWER_W, "ups-a"), 19184);
	/* 20.6 and 15.6 of 80 kVA; one has 36.2 when the other is lost */
	IS(of_node(world, GAUGE_LOAD_PCT, "ups-a"), 25.75);
	IS(of_node(world, GAUGE_LOAD_PCT, "ups-b"), 19.5);
	IS(of_node(world, GAUGE_FAILOVER_PCT, "ups-a"), 45.25);
	IS(of_node(world, GAUGE_COMMITTED_PCT, "ups-a"), UNKNOWN);
}

/* ---- places -------------------------------------------------------------------- */

static void
places_are_sums(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	IS(of_place(world, GAUGE_POWER_W, ENTITY_HALL, "h1"), 33968);
	IS(of_place(world, GAUGE_LOAD_PCT, ENTITY_HALL, "h1"), 84.92);
	IS(of_place(world, GAUGE_POWER_W, ENTITY_PROVINCE, "p"), 35728);
	/* 40 kW of hall h1 and twice 4 kW */
	IS(of_place(world, GAUGE_OCCUPANCY_POWER_PCT, ENTITY_PROVINCE, "p"), 74.4333);
	IS(of_place(world, GAUGE_POWER_FACTOR, ENTITY_SITE, "s1"), 0.9383);
	IS(of_place(world, GAUGE_POWER_FACTOR, ENTITY_SITE, "s2"), UNKNOWN);
	IS(of_place(world, GAUGE_FAILOVER_PCT, ENTITY_AREA, "a1"), 90);
	IS(of_place(world, GAUGE_IMBALANCE_PCT, ENTITY_ROW, "r1"), 50);
	IS(of_place(world, GAUGE_AT_RISK, ENTITY_ROW, "r1"), 1);
	IS(of_place(world, GAUGE_AT_RISK, ENTITY_ROW, "r2"), 0);
	IS(of_place(world, GAUGE_COMMITTED_PCT, ENTITY_HALL, "h2"), 22);
	IS(of_place(world, GAUGE_COMMITTED_PCT, ENTITY_HALL, "h1"), UNKNOWN);

	IS(of_place(world, GAUGE_INLET_C, ENTITY_HALL, "h1"), 28.5);
	IS(of_place(world, GAUGE_INLET_C, ENTITY_HALL, "h2"), UNKNOWN);
	/* 1.5 K of 8 on one of three; two of three below 27, one of them below 18 */
	IS(of_place(world, GAUGE_OVER_INDEX_PCT, ENTITY_HALL, "h1"), 93.75);
	IS(of_place(world, GAUGE_IN_RANGE_PCT, ENTITY_HALL, "h1"), 33.3333);
	IS(of_place(world, GAUGE_DELTA_T_K, ENTITY_HALL, "h1"), 11.75);
	IS(of_place(world, GAUGE_DEW_POINT_C, ENTITY_SITE, "s1"), 13.3712);
	IS(of_place(world, GAUGE_DEW_POINT_C, ENTITY_SITE, "s2"), UNKNOWN);
}

static void
places_are_counts(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	IS(of_place(world, GAUGE_DECLARED, ENTITY_PROVINCE, "p"), 5);
	IS(of_place(world, GAUGE_VERIFIED, ENTITY_PROVINCE, "p"), 3);
	IS(of_place(world, GAUGE_CONTRADICTED, ENTITY_HALL, "h1"), 1);
	IS(of_place(world, GAUGE_STALE, ENTITY_HALL, "h1"), 0);
	IS(of_place(world, GAUGE_UNMONITORED, ENTITY_HALL, "h2"), 1);
	IS(of_place(world, GAUGE_DISCREPANCIES, ENTITY_HALL, "h2"), 1);
	IS(of_place(world, GAUGE_LIVE_PCT, ENTITY_PROVINCE, "p"), 75);
	IS(of_place(world, GAUGE_COVERAGE_PCT, ENTITY_PROVINCE, "p"), 100);
	IS(of_place(world, GAUGE_OCCUPANCY_PCT, ENTITY_HALL, "h2"), 50);
}

/* ---- what is not known --------------------------------------------------------- */

static void
a_missing_feed_is_no_load_that_fell(void **state)
{
	struct world *world = *state;

	*reading(world, "r1-a03-pdu-b") = (struct reading){ .flags = READING_ENDED };
	publish(world);
	look(world);
	IS(of_rack(world, GAUGE_POWER_W, "r1-a03"), UNKNOWN);
	IS(of_rack(world, GAUGE_LOAD_PCT, "r1-a03"), UNKNOWN);
	IS(of_rack(world, GAUGE_FAILOVER_PCT, "r1-a03"), UNKNOWN);
	/* what is known of the other feed stays */
	IS(of_feed(world, GAUGE_LOAD_PCT, "r1-a03", 0, 0), 15.625);
	IS(of_feed(world, GAUGE_LOAD_PCT, "r1-a03", 1, 0), UNKNOWN);
	/* 5 of 6 parts, 6 of 7 */
	IS(of_place(world, GAUGE_POWER_W, ENTITY_ROW, "r1"), UNKNOWN);
	IS(of_place(world, GAUGE_LOAD_PCT, ENTITY_HALL, "h1"), UNKNOWN);
	IS(of_place(world, GAUGE_FAILOVER_PCT, ENTITY_HALL, "h1"), UNKNOWN);
	IS(of_place(world, GAUGE_AT_RISK, ENTITY_HALL, "h1"), UNKNOWN);
	IS(of_place(world, GAUGE_POWER_W, ENTITY_PROVINCE, "p"), UNKNOWN);
	IS(of_place(world, GAUGE_COVERAGE_PCT, ENTITY_HALL, "h1"), 83.3333);
	/* the other hall is not touched */
	IS(of_place(world, GAUGE_POWER_W, ENTITY_HALL, "h2"), 1760);
	IS(of_place(world, GAUGE_LOAD_PCT, ENTITY_HALL, "h2"), 22);
	IS(of_node(world, GAUGE_LOAD_PCT, "ups-a"), 25.75);
	IS(of_node(world, GAUGE_LOAD_PCT, "ups-b"), UNKNOWN);
	IS(of_node(world, GAUGE_POWER_W, "ups-b"), UNKNOWN);
	IS(of_node(world, GAUGE_FAILOVER_PCT, "ups-a"), UNKNOWN);
}

/* It must not cool a hall down that the probe of the hottest rack is lost. */
static void
missing_probes_hide_no_heat(void **state)
{
	struct world *world = *state;

	reading(world, "r1-a02-pdu-a")->air.n_expected = 2;
	publish(world);
	look(world);
	IS(of_place(world, GAUGE_INLET_C, ENTITY_HALL, "h1"), UNKNOWN);
	IS(of_place(world, GAUGE_OVER_INDEX_PCT, ENTITY_HALL, "h1"), UNKNOWN);
	IS(of_rack(world, GAUGE_INLET_C, "r1-a02"), 17);
}

/* Before the first slot there is nothing but what is written down. */
static void
a_view_without_a_slot(void **state)
{
	struct world *world = *state;
	struct board_want want;
	struct board *board;

	memset(&want, 0xff, sizeof(want));
	assert_int_equal(view_new(world->config, NULL, &world->draft), 0);
	world->draft.view->as_of = SLOT;
	set_evidences(world);
	kpi_places(&world->draft);
	for (size_t i = 0; i < 3; i++) {
		world->draft.targets[i].target = &world->config->settings.targets[i];
		world->draft.targets[i].forecast_reason = FORECAST_NOT_ENOUGH;
	}
	board = board_of_view(world->draft.view, &want);
	assert_non_null(board);
	assert_int_equal(board->slot.ns, 0);
	IS(board->columns[LEVEL_PROVINCE][GAUGE_DECLARED][0], 5);
	IS(board->columns[LEVEL_PROVINCE][GAUGE_VERIFIED][0], UNKNOWN);
	IS(board->columns[LEVEL_PROVINCE][GAUGE_LIVE_PCT][0], UNKNOWN);
	IS(board->columns[LEVEL_PROVINCE][GAUGE_COVERAGE_PCT][0], UNKNOWN);
	for (int g = 0; g < GAUGE_N; g++) {
		const double *racks = board->columns[LEVEL_RACK][g];
		const double *nodes = board->columns[LEVEL_NODE][g];
		const double *feeds = board->columns[LEVEL_FEED][g];

		assert_true(racks == NULL || isnan(racks[0]));
		assert_true(nodes == NULL || isnan(nodes[0]));
		assert_true(feeds == NULL || isnan(feeds[0]));
	}
	board_free(board);
}

/* The slot was closed before the racks lost their feeds B. */
static void
a_reload_waits_for_its_slot(void **state)
{
	struct world *world = *state;
	const struct config *config = fixture_config(ONE_FEED, world->ids, 2);
	const struct rollup *rollup;
	struct view_draft draft;
	struct board_want want;
	struct board *board;
	uint32_t a01 = inventory_rack(config->inventory, "r1-a01")->index;
	uint32_t b01 = inventory_rack(config->inventory, "r2-b01")->index;

	memset(&want, 0xff, sizeof(want));
	publish(world);
	rollup = world->rollup;
	assert_int_equal(view_new(config, rollup, &draft), 0);
	for (size_t i = 0; i < 3; i++) {
		draft.targets[i].target = &config->settings.targets[i];
	}
	board = board_of_view(draft.view, &want);
	assert_non_null(board);
	assert_int_equal(board->n[LEVEL_FEED], 5);
	IS(board->columns[LEVEL_FEED][GAUGE_CURRENT_A][LEVEL_PHASES * a01], UNKNOWN);
	/* three feeds of row r1 stand before it */
	assert_int_equal(b01, 3);
	IS(board->columns[LEVEL_FEED][GAUGE_CURRENT_A][LEVEL_PHASES * 3], 8);
	board_free(board);
	view_unref(draft.view);
	config_unref(config);
}

/* ---- targets and forecasts ------------------------------------------------------ */

static double
of_target(const struct world *world, enum gauge gauge, unsigned target)
{
	return world->board->columns[LEVEL_TARGET][gauge][target];
}

static struct outlook *
outlook(struct world *world)
{
	struct outlook *outlook = calloc(1, sizeof(*outlook) +
	    3 * sizeof(outlook->targets[0]));

	assert_non_null(outlook);
	outlook->n_refs = 1;
	outlook->config = config_ref(world->config);
	outlook->n_targets = 3;
	for (unsigned i = 0; i < 3; i++) {
		outlook->targets[i].before.from = INT32_MIN;
	}
	return outlook;
}

static void
targets_reached_late_and_slipping(void **state)
{
	struct world *world = *state;
	struct target_view *views;
	struct outlook_target *of;

	publish(world);
	views = world->draft.targets;
	world->draft.view->outlook = outlook(world);
	of = world->draft.view->outlook->targets;
	views[0].status = TARGET_REACHED;
	views[0].progress = 1;
	views[0].forecast_reason = FORECAST_REACHED;
	/* due in 30 days, expected in 75; 28 days ago it was to be in 61 of today's */
	views[1].status = TARGET_BEHIND;
	views[1].progress = 0.055;
	views[1].forecast_reason = FORECAST_OK;
	views[1].day = TODAY + 75;
	of[1].before = (struct outlook_line){ .from = TODAY - 28, .day = TODAY + 61,
	    .forecast = { .reason = FORECAST_OK } };
	views[2].forecast_reason = FORECAST_NOT_AT_RATE;
	look(world);
	IS(of_target(world, GAUGE_TARGET_REACHED, 0), 1);
	IS(of_target(world, GAUGE_TARGET_PROGRESS_PCT, 0), 100);
	IS(of_target(world, GAUGE_TARGET_LATE_D, 0), 0);
	IS(of_target(world, GAUGE_TARGET_SLIP_D, 0), 0);
	IS(of_target(world, GAUGE_TARGET_REACHED, 1), 0);
	IS(of_target(world, GAUGE_TARGET_PROGRESS_PCT, 1), 5.5);
	IS(of_target(world, GAUGE_TARGET_LATE_D, 1), 45);
	IS(of_target(world, GAUGE_TARGET_SLIP_D, 1), 14);
	/* it has no day, and nothing was foretold of it before */
	IS(of_target(world, GAUGE_TARGET_LATE_D, 2), UNKNOWN);
	IS(of_target(world, GAUGE_TARGET_SLIP_D, 2), UNKNOWN);

	/* growth has stopped: never is later than any day */
	views[1].forecast_reason = FORECAST_NOT_AT_RATE;
	look(world);
	IS(of_target(world, GAUGE_TARGET_LATE_D, 1), GAUGE_FAR_D);
	IS(of_target(world, GAUGE_TARGET_SLIP_D, 1), GAUGE_FAR_D);
	views[1].forecast_reason = FORECAST_NOT_ENOUGH;
	look(world);
	IS(of_target(world, GAUGE_TARGET_LATE_D, 1), UNKNOWN);
	IS(of_target(world, GAUGE_TARGET_SLIP_D, 1), UNKNOWN);
}

static void
halls_that_fill_up(void **state)
{
	static const struct { enum forecast_reason reason; int32_t day; double days; } CASES[] = {
		{ FORECAST_OK, TODAY + 40, 40 }, { FORECAST_OK, TODAY - 2, 0 },
		{ FORECAST_OK, TODAY + 20000, GAUGE_FAR_D }, { FORECAST_REACHED, 0, 0 },
		{ FORECAST_NOT_AT_RATE, 0, GAUGE_FAR_D }, { FORECAST_NOT_ENOUGH, 0, UNKNOWN },
	};
	struct world *world = *state;
	uint32_t h1 = inventory_place(world->inventory, ENTITY_HALL, "h1")->index;

	publish(world);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		world->past.places[ENTITY_HALL][h1].exhaustion = (struct past_exhaustion){
		    .asked = true, .reason = CASES[i].reason, .day = CASES[i].day };
		look(world);
		IS(of_place(world, GAUGE_FULL_IN_D, ENTITY_HALL, "h1"), CASES[i].days);
		IS(of_place(world, GAUGE_FULL_IN_D, ENTITY_HALL, "h2"), UNKNOWN);
	}
}

static void
pue_with_both_meters(void **state)
{
	struct world *world = *state;
	struct past_place *sites;

	publish(world);
	sites = world->past.places[ENTITY_SITE];
	sites[0].pue = (struct past_pue){ .asked = true, .pue = { PUE_INTERVAL, 1.42 } };
	sites[1].pue = (struct past_pue){ .asked = true, .pue = { PUE_PARTIAL, 1.1 } };
	look(world);
	IS(of_place(world, GAUGE_PUE, ENTITY_SITE, "s1"), 1.42);
	IS(of_place(world, GAUGE_PUE, ENTITY_SITE, "s2"), UNKNOWN);
	IS(of_place(world, GAUGE_PUE, ENTITY_PROVINCE, "p"), UNKNOWN);
}

/* Columns that alert or the daemon fill are there, and empty. */
static void
what_others_fill_is_left_alone(void **state)
{
	struct world *world = *state;

	publish(world);
	look(world);
	IS(world->board->columns[LEVEL_COLLECTOR][GAUGE_DISK_FREE_PCT][0], UNKNOWN);
	IS(world->board->columns[LEVEL_DEVICE][GAUGE_SILENT_S][0], UNKNOWN);
	assert_int_equal(world->board->n[LEVEL_DEVICE], world->inventory->n_devices);
	assert_null(world->board->columns[LEVEL_RACK][GAUGE_PUE]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(racks_and_their_power),
		TEST(racks_and_their_air),
		TEST(feeds_by_phase),
		TEST(nodes_of_the_feed_tree),
		TEST(places_are_sums),
		TEST(places_are_counts),
		TEST(a_missing_feed_is_no_load_that_fell),
		TEST(missing_probes_hide_no_heat),
		TEST(a_view_without_a_slot),
		TEST(a_reload_waits_for_its_slot),
		TEST(targets_reached_late_and_slipping),
		TEST(halls_that_fill_up),
		TEST(pue_with_both_meters),
		TEST(what_others_fill_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
