/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "capacity/capacity.h"
#include "fixture.h"
#include "flow/flow.h"

#define I (10 * NS_PER_S)
/* 2026-11-22 15:59:00 UTC: a minute before midnight in Shanghai. */
#define START (1795363140 * NS_PER_S)
#define DAY 20779
#define N_DEVICES 18

/*
 * Hall h1: ten racks of 6 kW with a PDU on A and on B, the last one planned.
 * Hall h2: one energized rack of 3.3 kW with a design figure of its own hall.
 */
#define PROVINCE(interval) \
    "province: {id: henan, timezone: Asia/Shanghai}\n" \
    "poll: {interval: " interval "}\n" \
    "store: {dir: /tmp/none}\n" \
    "standard_rack_kw: 2.5\n" \
    "evidence: {window: 1h, min_power_w: 100, min_live: 30s}\n" \
    "targets:\n" \
    "  - {id: t1, racks: 9, reach: above, basis: physical, by: 2023-12-31}\n" \
    "  - {id: t2, racks: 10, reach: at_least, basis: physical}\n" \
    "  - {id: t3, racks: 100, reach: above, basis: standard, by: 2026-12-22}\n" \
    "areas: [{id: a1}, {id: a2}]\n" \
    "sites: [{id: s1, area: a1}, {id: s2, area: a2}]\n" \
    "halls: [{id: h1, site: s1}, {id: h2, site: s2, design_kw: 800}]\n" \
    "templates:\n" \
    "  std: {design_kw: 6, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}\n" \
    "  small: {design_kw: 3.3, feeds: {A: {breaker_a: 16}}}\n" \
    "rows:\n" \
    "  - {id: r1, hall: h1, template: std, state: in_service, racks: [A01..A09],\n" \
    "     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n}},\n" \
    "               pdu-b: {feed: B, plugin: snmp, address: 198.51.100.{n}}}}\n" \
    "  - {id: r3, hall: h1, template: std, state: planned, racks: [C01]}\n" \
    "  - {id: r2, hall: h2, template: small, state: energized, racks: [B01]}\n"

struct world {
	struct clock *clock;
	struct ids *ids;
	struct state *state;
	struct capacity *capacity;
	struct flow *flow;
	const struct config *config;
	const struct col_layout *layout;
	uint32_t n_published;
	uint64_t number;
	uint32_t n_silent;            /* devices below this do not answer */
	int64_t polled;               /* slots polled so far */
	bool stopped;
	int64_t per_slot_s;
};

static void
on_published(void *arg, const struct view *view)
{
	struct world *world = arg;

	world->n_published++;
	assert_true(view->number > world->number);
	world->number = view->number;
}

static void
start(struct world *world)
{
	struct capacity_setup capacity = { .clock = world->clock,
	    .state = world->state, .published = on_published, .published_arg = world };
	struct flow_setup flow = { .clock = world->clock, .config_fn = capacity_config,
	    .closed_fn = capacity_closed, .good_fn = capacity_good,
	    .step_fn = capacity_step };

	world->number = 0;
	world->capacity = capacity_new(&capacity);
	flow.arg = world->capacity;
	world->flow = flow_new(&flow);
	flow_apply(world->flow, world->config);
	(void)flow_step(world->flow);
}

static void
stop(struct world *world)
{
	flow_free(world->flow);
	capacity_free(world->capacity);
	(void)state_step(world->state);
}

static int
setup_with(void **state, const char *yaml, int64_t per_slot_s)
{
	static const struct col_slot SLOTS[] = {
		{ "power_w", "", "W", "", 0, 0, 0 }, { "voltage_v", "", "V", "", 0, 0, 0 },
	};
	static struct world world;
	struct state_setup store = { .path = ":memory:" };
	struct col_error error;

	memset(&world, 0, sizeof(world));
	world.clock = clock_test_new((struct wall){ START }, (struct mono){ NS_PER_S });
	world.ids = ids_new();
	world.layout = layout_intern(SLOTS, 2, &error);
	world.config = fixture_config(yaml, world.ids, 1);
	world.per_slot_s = per_slot_s;
	store.clock = world.clock;
	assert_int_equal(state_new(&store, &world.state, &error), 0);
	start(&world);
	*state = &world;
	return world.config->inventory->count_devices == N_DEVICES ? 0 : -1;
}

static int
setup(void **state)
{
	return setup_with(state, PROVINCE("10s"), 10);
}

static int
setup_twelve(void **state)
{
	return setup_with(state, PROVINCE("12s"), 12);
}

static int
teardown(void **state)
{
	struct world *world = *state;

	stop(world);
	state_free(world->state);
	config_unref(world->config);
	ids_free(world->ids);
	clock_free(world->clock);
	return 0;
}

/* Device d draws 50 W + 10 W x its rack: racks 0 stay at 100 W together. */
static void
poll_slot(struct world *world, struct wall slot)
{
	for (uint32_t d = world->n_silent; d < N_DEVICES; d++) {
		struct col_value values[2] = { { { 50 + 10 * (d / 2) }, COL_GOOD },
		    { { 221 }, COL_GOOD } };
		struct batch *batch = batch_new(d, slot, clock_mono(world->clock));

		assert_int_equal(batch_add(batch, world->layout, values,
		    COL_UPTIME_UNKNOWN), 0);
		flow_put(world->flow, batch);
	}
}

/* Lets seconds pass; devices answer 3 s after the start of each slot. */
static void
run(struct world *world, int seconds)
{
	for (int s = 0; s < seconds; s++) {
		int64_t now_s;

		clock_test_advance(world->clock, NS_PER_S);
		now_s = clock_wall(world->clock).ns / NS_PER_S;
		if (now_s % world->per_slot_s == 3 && !world->stopped) {
			poll_slot(world, (struct wall){ (now_s - 3) * NS_PER_S });
			world->polled++;
		}
		(void)flow_step(world->flow);
	}
}

static const struct place_view *
place(const struct view *view, enum entity_kind kind, const char *id)
{
	const struct place *at = inventory_place(view->config->inventory, kind, id);

	assert_non_null(at);
	return &view->places[kind][at->index];
}

static void
nothing_is_claimed_before_it_is_seen(void **state)
{
	struct world *world = *state;
	const struct view *view = capacity_view(world->capacity);
	const struct place_view *province = place(view, ENTITY_PROVINCE, "henan");

	assert_null(view->rollup);
	assert_int_equal(province->n_declared, 10);
	assert_int_equal(province->n_planned, 1);
	assert_int_equal(province->n_monitored, 9);
	assert_int_equal(province->n_evidence[EVIDENCE_STALE], 9);
	assert_int_equal(province->n_evidence[EVIDENCE_UNMONITORED], 1);
	assert_int_equal(province->n_live, 0);
	assert_int_equal(province->n_fresh[FRESH_NEVER], 10);
	assert_int_equal(province->sum.n_power, 0);
	assert_int_equal(province->oldest_good.ns, 0);
	view_unref(view);
}

static void
telemetry_verifies_and_adds_up(void **state)
{
	struct world *world = *state;
	const struct place_view *province, *h2;
	const struct view *view;

	run(world, 15);
	view = capacity_view(world->capacity);
	province = place(view, ENTITY_PROVINCE, "henan");
	assert_int_equal(province->n_live, 9);
	assert_int_equal(province->n_evidence[EVIDENCE_VERIFIED], 0);
	view_unref(view);
	run(world, 20);
	view = capacity_view(world->capacity);
	province = place(view, ENTITY_PROVINCE, "henan");
	assert_int_equal(province->n_evidence[EVIDENCE_VERIFIED], 9);
	assert_int_equal(province->n_evidence[EVIDENCE_UNMONITORED], 1);
	assert_true(fabs(province->sum.power_w - 1620) < 1e-9);
	assert_int_equal(province->sum.n_power, 18);
	/* 9 x 6 kW + 3.3 kW = 57.3 kW; summed first, floored last */
	assert_true(fabs(province->standard_declared - 22) < 1e-9);
	assert_true(fabs(province->standard_verified - 21) < 1e-9);
	h2 = place(view, ENTITY_HALL, "h2");
	assert_true(fabs(h2->design_w - 800e3) < 1e-6);
	assert_true(fabs(h2->standard_declared - 1) < 1e-9);
	assert_true(fabs(province->design_w - 854e3) < 1e-6);
	assert_true(fabs(province->occupancy_power - 1620 / 854e3) < 1e-12);
	assert_int_equal(province->n_occupied, 9);
	assert_int_equal(province->n_available, 10);
	assert_int_equal(place(view, ENTITY_AREA, "a2")->n_declared, 1);
	assert_int_equal(place(view, ENTITY_SITE, "s1")->n_planned, 1);
	assert_int_equal(province->oldest_good.ns, START + 3 * I);
	view_unref(view);
}

static void
a_silent_feed_is_a_lower_bound(void **state)
{
	struct world *world = *state;
	const struct rack_view *rack;
	const struct view *view;

	world->n_silent = 1;
	run(world, 60);
	view = capacity_view(world->capacity);
	rack = &view->racks[0];
	assert_true(rack->live);
	assert_int_equal(rack->slot.sum.n_power, 1);
	assert_int_equal(rack->slot.sum.n_power_expected, 2);
	assert_false(rack->slot.power_whole);
	assert_true(fabs(rack->slot.sum.power_w - 50) < 1e-9);
	assert_int_equal(rack->evidence, EVIDENCE_STALE);
	assert_int_equal(rack->reason, REASON_TOO_LITTLE);
	assert_int_equal(view->racks[1].evidence, EVIDENCE_VERIFIED);
	assert_true(fabs(view->racks[1].slot.voltage_min_v - 221) < 1e-3);
	view_unref(view);
}

/* Live falls by itself; it never falls while devices answer. */
static void
live_follows_the_devices(void **state)
{
	struct world *world = *state;
	uint32_t before;

	run(world, 15);
	for (int s = 0; s < 60; s++) {
		const struct view *view;

		run(world, 1);
		view = capacity_view(world->capacity);
		assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_live, 9);
		view_unref(view);
	}
	world->stopped = true;
	before = world->n_published;
	run(world, 30);
	/* At least every half interval, though nothing came. */
	assert_true(world->n_published - before >= 6);
	{
		const struct view *view = capacity_view(world->capacity);

		assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_live, 0);
		assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_evidence[
		    EVIDENCE_VERIFIED], 9);
		view_unref(view);
	}
	run(world, 30);
	{
		const struct view *view = capacity_view(world->capacity);

		assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->sum.n_power, 0);
		assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->sum.n_power_expected,
		    18);
		view_unref(view);
	}
}

/* Twelve seconds are no multiple of the timer: the grid itself must wake us. */
static void
live_ends_on_the_grid(void **state)
{
	struct world *world = *state;
	const struct view *view;

	run(world, 63);                /* the last poll is of the slot at 60 s */
	world->stopped = true;
	run(world, 32);
	view = capacity_view(world->capacity);
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_live, 9);
	view_unref(view);
	run(world, 2);                 /* 97 s: three intervals are over */
	view = capacity_view(world->capacity);
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_live, 0);
	/* they were heard within the hour, and one has no device */
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_fresh[FRESH_LIVE], 0);
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_fresh[FRESH_HOUR], 9);
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_fresh[FRESH_NEVER], 1);
	view_unref(view);
}

static void
targets_are_judged(void **state)
{
	static const struct daily DAYS[] = {
		{ DAY - 40, 2, 0, 0, 5 }, { DAY - 28, 3, 0, 0, 8 }, { DAY - 1, 9, 0, 0, 22 },
	};
	struct world *world = *state;
	const struct view *view;

	capacity_history(world->capacity, DAYS, 3);
	run(world, 35);
	view = capacity_view(world->capacity);
	assert_int_equal(view->targets[0].status, TARGET_REACHED);
	assert_int_equal(view->targets[0].count, 10);
	assert_int_equal(view->targets[0].verified, 9);
	assert_int_equal(view->targets[1].status, TARGET_REACHED);
	assert_int_equal(view->targets[2].status, TARGET_BEHIND);
	assert_int_equal(view->targets[2].count, 22);
	assert_int_equal(view->targets[2].days_left, 30);
	assert_true(fabs(view->targets[2].required_per_day - 79.0 / 30.0) < 1e-9);
	assert_true(fabs(view->targets[2].pace_per_day - 14.0 / 28.0) < 1e-9);
	assert_int_equal(view->targets[2].forecast_reason, FORECAST_NOT_ENOUGH);
	assert_int_equal(view->targets[2].forecast_k, 5);
	view_unref(view);
}

struct days { size_t n; struct daily items[8]; };

static void
on_days(void *arg, int code, const struct daily *days, size_t n_days)
{
	struct days *to = arg;

	assert_int_equal(code, 0);
	assert_true(n_days <= 8);
	to->n = n_days;
	memcpy(to->items, days, n_days * sizeof(days[0]));
}

/* A minute before midnight it is still the day before. */
static void
each_day_is_written(void **state)
{
	struct world *world = *state;
	struct days days;

	run(world, 50);
	state_get_daily(world->state, DAY - 5, DAY + 5, on_days, &days);
	(void)state_step(world->state);
	assert_int_equal(days.n, 1);
	assert_int_equal(days.items[0].day, DAY);
	assert_int_equal(days.items[0].declared, 10);
	assert_int_equal(days.items[0].planned, 1);
	assert_int_equal(days.items[0].standard, 22);
	run(world, 20);
	state_get_daily(world->state, DAY - 5, DAY + 5, on_days, &days);
	(void)state_step(world->state);
	assert_int_equal(days.n, 2);
	assert_int_equal(days.items[0].verified, 9);
	assert_int_equal(days.items[1].day, DAY + 1);
	assert_int_equal(days.items[1].verified, 9);
}

static void
a_restart_keeps_the_evidence(void **state)
{
	struct world *world = *state;
	const struct view *view;
	struct wall last_good;

	run(world, 65);
	view = capacity_view(world->capacity);
	last_good = view->racks[3].last_good;
	view_unref(view);
	stop(world);
	clock_test_advance(world->clock, 7 * NS_PER_S);
	start(world);
	view = capacity_view(world->capacity);
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_evidence[
	    EVIDENCE_VERIFIED], 9);
	assert_int_equal(view->racks[3].last_good.ns, last_good.ns);
	view_unref(view);
}

static void
count_row(void *arg, const struct evidence_row *row)
{
	assert_true(row->text[0] == '1');
	++*(unsigned *)arg;
}

/* Every five minutes the evidence goes to STATE, without an end of the daemon. */
static void
evidence_is_saved_now_and_then(void **state)
{
	struct world *world = *state;
	unsigned n = 0;

	run(world, 295);
	(void)state_step(world->state);
	state_load_evidence(world->state, count_row, &n);
	assert_int_equal(n, 0);
	run(world, 10);
	(void)state_step(world->state);
	state_load_evidence(world->state, count_row, &n);
	assert_int_equal(n, 9);
}

/* A view outlives what it was made from. */
static void
a_view_lives_as_long_as_it_is_held(void **state)
{
	struct world *world = *state;
	const struct view *view;

	run(world, 35);
	view = capacity_view(world->capacity);
	stop(world);
	start(world);
	assert_int_equal(place(view, ENTITY_PROVINCE, "henan")->n_declared, 10);
	assert_int_equal(view->rollup->inventory->count_racks, 11);
	view_unref(view);
}

/* ---- readers beside FLOW --------------------------------------------------------- */

struct reader {
	struct capacity *capacity;
	_Atomic bool stop;
	_Atomic uint32_t n_views, n_wrong;
};

static void *
take_views(void *arg)
{
	struct reader *reader = arg;
	uint64_t number = 0;

	while (!atomic_load(&reader->stop)) {
		const struct view *view = capacity_view(reader->capacity);
		const struct place_view *province = place(view, ENTITY_PROVINCE, "henan");
		uint32_t sum = 0;

		for (int e = EVIDENCE_VERIFIED; e < EVIDENCE_N; e++) {
			sum += province->n_evidence[e];
		}
		if (sum != province->n_declared || view->number < number) {
			atomic_fetch_add(&reader->n_wrong, 1);
		}
		number = view->number;
		view_unref(view);
		atomic_fetch_add(&reader->n_views, 1);
	}
	return NULL;
}

static void
readers_take_whole_views(void **state)
{
	static const struct daily DAYS[] = { { DAY - 1, 9, 0, 0, 22 } };
	struct world *world = *state;
	struct reader reader = { .capacity = world->capacity };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, take_views, &reader), 0);
	while (atomic_load(&reader.n_views) < 200 || world->n_published < 60) {
		run(world, 10);
		capacity_history(world->capacity, DAYS, 1);
	}
	atomic_store(&reader.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(atomic_load(&reader.n_wrong), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_claimed_before_it_is_seen),
		TEST(telemetry_verifies_and_adds_up),
		TEST(a_silent_feed_is_a_lower_bound),
		TEST(live_follows_the_devices),
		cmocka_unit_test_setup_teardown(live_ends_on_the_grid, setup_twelve,
		    teardown),
		TEST(targets_are_judged),
		TEST(each_day_is_written),
		TEST(a_restart_keeps_the_evidence),
		TEST(evidence_is_saved_now_and_then),
		TEST(a_view_lives_as_long_as_it_is_held),
		TEST(readers_take_whole_views),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	layout_reset();
	return failed;
}
