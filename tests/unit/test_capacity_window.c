/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <stdio.h>

#include "capacity/window.h"
#include "fixture.h"
#include "flow/reading.h"

#define INTERVAL (60 * NS_PER_S)
#define START (1800000000 * NS_PER_S)
#define MINUTE(n) ((struct wall){ START + (n) * INTERVAL })
#define ON (READING_ENDED | READING_GOOD | READING_POWER | READING_VOLTAGE)
/* A reading of those figures; what is not said is not known. */
#define R(w, v, hot, f, in) { .power_w = (w), .voltage_v = (v), \
	.temperature_c = (hot), .flags = (f), .inlet_c = (in) }
#define DEAD R(0, 0, 0, READING_ENDED, 0)

/* One rack under the same readings for some minutes, and the verdict. */
struct row {
	const char *name;
	enum rack_state state;
	const char *devices;
	struct reading readings[2];
	int minutes;
	enum evidence evidence;
	enum reason reason;
	uint32_t reason_s;
};

static const struct row ROWS[] = {
	{ "live", RACK_IN_SERVICE, "AB", { R(300, 220, 0, ON, 0), R(200, 220, 0, ON, 0) }, 45,
	    EVIDENCE_VERIFIED, REASON_POWER_SEEN, 2700 },
	{ "dead PDU, the other shows enough", RACK_IN_SERVICE, "AB",
	    { R(300, 220, 0, ON, 0), DEAD }, 45, EVIDENCE_VERIFIED, REASON_POWER_SEEN, 2700 },
	{ "dead PDU, the other proves nothing", RACK_IN_SERVICE, "AB",
	    { R(60, 220, 0, ON, 0), DEAD }, 45, EVIDENCE_STALE, REASON_TOO_LITTLE, 0 },
	{ "60 W in service", RACK_IN_SERVICE, "AB", { R(30, 220, 0, ON, 0), R(30, 220, 0, ON, 0) },
	    45, EVIDENCE_CONTRADICTED, REASON_BELOW_MIN_POWER, 2700 },
	{ "60 W while leaving", RACK_DECOMMISSIONING, "A", { R(60, 220, 0, ON, 0), DEAD }, 30,
	    EVIDENCE_CONTRADICTED, REASON_BELOW_MIN_POWER, 1800 },
	{ "exactly the least power", RACK_IN_SERVICE, "A", { R(100, 220, 0, ON, 0), DEAD }, 30,
	    EVIDENCE_VERIFIED, REASON_POWER_SEEN, 1800 },
	{ "energised, empty", RACK_ENERGIZED, "AB", { R(0, 220, 0, ON, 0), R(0, 220, 0, ON, 0) },
	    45, EVIDENCE_VERIFIED, REASON_ENERGISED_EMPTY, 2700 },
	{ "installed, energised", RACK_INSTALLED, "A", { R(0, 220, 0, ON, 0), DEAD }, 45,
	    EVIDENCE_VERIFIED, REASON_ENERGISED_EMPTY, 2700 },
	{ "energised, one feed without voltage", RACK_ENERGIZED, "AB",
	    { R(0, 220, 0, ON, 0), R(0, 100, 0, ON, 0) }, 45, EVIDENCE_STALE, REASON_TOO_LITTLE,
	    0 },
	{ "too little", RACK_IN_SERVICE, "A", { R(500, 220, 0, ON, 0), DEAD }, 29,
	    EVIDENCE_STALE, REASON_TOO_LITTLE, 1740 },
	{ "never heard", RACK_IN_SERVICE, "AB", { DEAD, DEAD }, 45, EVIDENCE_STALE,
	    REASON_NO_GOOD_SAMPLE, 0 },
	{ "no device", RACK_IN_SERVICE, "", { DEAD, DEAD }, 45, EVIDENCE_UNMONITORED,
	    REASON_NO_DEVICE, 0 },
	{ "planned, silent", RACK_PLANNED, "A", { DEAD, DEAD }, 45, EVIDENCE_NONE,
	    REASON_NOT_DECLARED, 0 },
	{ "planned, draws power", RACK_PLANNED, "A", { R(500, 220, 0, ON, 0), DEAD }, 45,
	    EVIDENCE_NONE, REASON_NOT_DECLARED, 0 },
	{ "gone, draws power", RACK_DECOMMISSIONED, "A", { R(500, 220, 0, ON, 0), DEAD }, 45,
	    EVIDENCE_NONE, REASON_NOT_DECLARED, 0 },
};
#define N_ROWS (sizeof(ROWS) / sizeof(ROWS[0]))

static struct config
config_of(const struct inventory *inventory, int64_t window_s)
{
	struct config config = { .inventory = inventory };

	config.settings.window_ns = window_s * NS_PER_S;
	config.settings.min_live_ns = 1800 * NS_PER_S;
	config.settings.min_power_w = 100;
	config.settings.interval_ns = INTERVAL;
	return config;
}

static void
credit(struct window *window, const struct rollup_plan *plan,
    const struct reading *readings, struct wall at)
{
	const struct rollup *rollup = rollup_new(plan, readings, at, INTERVAL);

	window_advance(window, (struct wall){ at.ns + INTERVAL });
	window_credit(window, rollup);
	rollup_unref(rollup);
}

static void
check_row(const struct row *row, const struct rack_view *view)
{
	bool draws = row->evidence == EVIDENCE_NONE && row->readings[0].power_w > 0;

	if (view->evidence != row->evidence || view->reason != row->reason ||
	    view->reason_s != row->reason_s || view->discrepancy != draws) {
		fail_msg("%s: %s, %s %u s, discrepancy %d", row->name,
		    evidence_text(view->evidence), reason_code(view->reason),
		    view->reason_s, view->discrepancy);
	}
}

static void
first_match_wins(void **state)
{
	uint32_t n_declared = 0, n[EVIDENCE_N] = { 0 };

	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		struct fixture_rack rack = { 0, ROWS[i].state, ROWS[i].devices, 0, 0, 220, 32 };
		struct inventory *inventory = fixture_inventory(&rack, 1, 1);
		struct config config = config_of(inventory, 86400);
		struct rollup_plan *plan = rollup_plan_new(inventory);
		struct rack_view view = { 0 };
		struct window window;

		window_init(&window);
		window_advance(&window, MINUTE(0));
		assert_int_equal(window_apply(&window, &config), 0);
		for (int m = 0; m < ROWS[i].minutes; m++) {
			credit(&window, plan, ROWS[i].readings, MINUTE(m));
		}
		window_judge(&window, inventory->racks[0], &config.settings, &view);
		check_row(&ROWS[i], &view);
		n_declared += rack_is_declared(ROWS[i].state);
		n[view.evidence]++;
		window_done(&window);
		rollup_plan_free(plan);
		inventory_unref(inventory);
	}
	assert_int_equal(n[EVIDENCE_VERIFIED] + n[EVIDENCE_CONTRADICTED] +
	    n[EVIDENCE_STALE] + n[EVIDENCE_UNMONITORED], n_declared);
}

/* ---- the window itself --------------------------------------------------------- */

struct world {
	struct inventory *inventory;
	struct rollup_plan *plan;
	struct config config;
	struct window window;
};

static int
setup(void **state)
{
	static const struct fixture_rack RACKS[] = {
		{ 0, RACK_IN_SERVICE, "A", 0, 0, 220, 32 }, { 0, RACK_IN_SERVICE, "A", 0, 0, 220,
		    32 },
	};
	static struct world world;

	world.inventory = fixture_inventory(RACKS, 2, 1);
	world.plan = rollup_plan_new(world.inventory);
	world.config = config_of(world.inventory, 86400);
	window_init(&world.window);
	window_advance(&world.window, MINUTE(0));
	*state = &world;
	return window_apply(&world.window, &world.config);
}

static int
teardown(void **state)
{
	struct world *world = *state;

	window_done(&world->window);
	rollup_plan_free(world->plan);
	inventory_unref(world->inventory);
	return 0;
}

static struct rack_view
view_of(const struct world *world, const struct window *window, uint32_t rack)
{
	struct rack_view view = { 0 };

	window_judge(window, world->inventory->racks[rack], &world->config.settings,
	    &view);
	return view;
}

static const struct reading BOTH[2] = { R(500, 220, 0, ON, 0), R(500, 220, 0, ON, 0) };

static void
seconds_fall_out_after_a_day(void **state)
{
	struct world *world = *state;

	for (int m = 0; m < 60; m++) {
		credit(&world->window, world->plan, BOTH, MINUTE(m));
	}
	assert_int_equal(view_of(world, &world->window, 0).power_s, 3600);
	window_advance(&world->window, MINUTE(23 * 60 + 30));
	assert_int_equal(view_of(world, &world->window, 0).power_s, 3600);
	window_advance(&world->window, MINUTE(24 * 60 + 30));
	assert_in_range(view_of(world, &world->window, 0).power_s, 900, 2700);
	window_advance(&world->window, MINUTE(25 * 60 + 30));
	assert_int_equal(view_of(world, &world->window, 0).power_s, 0);
	assert_int_equal(view_of(world, &world->window, 0).reason, REASON_NO_GOOD_SAMPLE);
	/* After weeks of nothing the place of every bucket is used anew. */
	credit(&world->window, world->plan, BOTH, MINUTE(50000));
	assert_int_equal(view_of(world, &world->window, 0).good_s, 60);
}

static void
a_full_day_is_a_full_day(void **state)
{
	struct world *world = *state;

	for (int m = 0; m < 3 * 1440; m++) {
		credit(&world->window, world->plan, BOTH, MINUTE(m));
	}
	assert_in_range(view_of(world, &world->window, 0).power_s, 86400 - 900, 86400);
}

static void
a_slot_is_credited_once(void **state)
{
	struct world *world = *state;

	credit(&world->window, world->plan, BOTH, MINUTE(5));
	credit(&world->window, world->plan, BOTH, MINUTE(5));
	credit(&world->window, world->plan, BOTH, MINUTE(4));
	assert_int_equal(view_of(world, &world->window, 0).good_s, 60);
}

static void
live_ends_with_three_intervals(void **state)
{
	struct world *world = *state;
	struct rack_view view;

	credit(&world->window, world->plan, BOTH, MINUTE(10));
	view = view_of(world, &world->window, 0);
	assert_int_equal(view.last_good.ns, MINUTE(10).ns);
	assert_true(window_live(&view, (struct wall){ MINUTE(13).ns - 1 }, INTERVAL));
	assert_false(window_live(&view, MINUTE(13), INTERVAL));
	/* Set back by a day: what was heard then is not alive now ... */
	assert_false(window_live(&view, MINUTE(-1440), INTERVAL));
	/* ... but what is heard now is. */
	window_advance(&world->window, MINUTE(-1440));
	window_good(&world->window, 0, MINUTE(-1441));
	view = view_of(world, &world->window, 0);
	assert_true(window_live(&view, MINUTE(-1440), INTERVAL));
}

/* ---- saved and loaded ------------------------------------------------------------- */

static void
reload(struct world *world, struct window *to, struct wall now)
{
	struct evidence_row *rows;
	size_t n;

	rows = window_save(&world->window, world->inventory, &n);
	assert_int_equal(n, 2);
	window_init(to);
	window_advance(to, now);
	assert_int_equal(window_apply(to, &world->config), 0);
	assert_int_equal(window_load(to, world->inventory, rows, n), 2);
	free(rows);
}

static void
a_restart_loses_nothing(void **state)
{
	struct world *world = *state;
	struct window loaded;

	for (int m = 0; m < 300; m++) {
		struct reading readings[2] = { BOTH[0], BOTH[1] };

		if (m > 100) {
			readings[0].power_w = 50;
		}
		credit(&world->window, world->plan, readings, MINUTE(m));
	}
	reload(world, &loaded, MINUTE(302));
	for (uint32_t r = 0; r < 2; r++) {
		struct rack_view was = view_of(world, &world->window, r);
		struct rack_view is = view_of(world, &loaded, r);

		assert_memory_equal(&was, &is, sizeof(was));
	}
	window_done(&loaded);
}

/* Piece by piece or at once: the same rows, each once. */
static void
saving_goes_in_pieces(void **state)
{
	struct world *world = *state;
	struct window_save save;
	struct evidence_row *rows;
	size_t n;

	assert_false(window_save_begin(&save, &(struct window){ .n_racks = 0 }));
	for (int m = 0; m < 40; m++) {
		credit(&world->window, world->plan, BOTH, MINUTE(m));
	}
	rows = window_save(&world->window, world->inventory, &n);
	assert_int_equal(n, 2);
	assert_true(window_save_begin(&save, &world->window));
	assert_false(window_save_some(&save, &world->window, world->inventory, 1));
	assert_int_equal(save.n, 1);
	assert_true(window_save_some(&save, &world->window, world->inventory, 1000));
	assert_int_equal(save.n, 2);
	for (unsigned r = 0; r < 2; r++) {
		assert_string_equal(save.rows[r].rack, rows[r].rack);
		assert_string_equal(save.rows[r].text, rows[r].text);
	}
	free(save.rows);
	free(rows);
}

/* A rack that flaps all day does not fit a row in full detail: sums stay. */
static void
a_restless_rack_keeps_its_sums(void **state)
{
	struct world *world = *state;
	struct window loaded;
	struct rack_view was, is;

	srand(7);
	for (int m = 0; m < 1430; m++) {
		struct reading readings[2] = { BOTH[0], BOTH[1] };

		readings[0].power_w = rand() % 200;
		readings[0].flags = rand() % 3 == 0 ? READING_ENDED : ON;
		credit(&world->window, world->plan, readings, MINUTE(m));
	}
	reload(world, &loaded, MINUTE(1432));
	was = view_of(world, &world->window, 0);
	is = view_of(world, &loaded, 0);
	assert_int_equal(is.evidence, was.evidence);
	assert_in_range(is.good_s, was.good_s * 9 / 10, was.good_s + 60);
	assert_in_range(is.power_s, was.power_s * 9 / 10, was.power_s + 60);
	assert_in_range(is.below_s, was.below_s * 9 / 10, was.below_s + 60);
	window_done(&loaded);
}

static void
another_window_spreads_what_there_was(void **state)
{
	struct world *world = *state;

	for (int m = 0; m < 300; m++) {
		credit(&world->window, world->plan, BOTH, MINUTE(m));
	}
	world->config.settings.window_ns = 2 * 86400 * NS_PER_S;
	assert_int_equal(window_apply(&world->window, &world->config), 0);
	assert_in_range(view_of(world, &world->window, 0).power_s, 17900, 18100);
	world->config.settings.window_ns = 3600 * NS_PER_S;
	assert_int_equal(window_apply(&world->window, &world->config), 0);
	assert_in_range(view_of(world, &world->window, 0).power_s, 2700, 3700);
}

static void
spoiled_rows_are_left_out(void **state)
{
	static const char *const TEXTS[] = { "", "2 900000 0 1", "1", "1 0 0 5 1,1,1,1",
	    "1 900000 0 99999999999999999999 0", "1 900000 0 5 1,1,1", "1 900000 0 5 1,1,1,1*",
	    "1 900000 0 5 1,1,1,1*97", "1 900000 0 5 -1,1,1,1", "1 900000 0 5 x",
	    "1 900000 0 5 1,1,1,99999999999", "1 900000 0 1 0*96" };
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		struct evidence_row row;

		(void)snprintf(row.rack, sizeof(row.rack), "rack-0");
		(void)snprintf(row.text, sizeof(row.text), "%s", TEXTS[i]);
		if (window_load(&world->window, world->inventory, &row, 1) != 0) {
			fail_msg("taken: '%s'", TEXTS[i]);
		}
	}
	assert_int_equal(view_of(world, &world->window, 0).good_s, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_match_wins),
		TEST(seconds_fall_out_after_a_day),
		TEST(a_full_day_is_a_full_day),
		TEST(a_slot_is_credited_once),
		TEST(live_ends_with_three_intervals),
		TEST(a_restart_loses_nothing),
		TEST(saving_goes_in_pieces),
		TEST(a_restless_rack_keeps_its_sums),
		TEST(another_window_spreads_what_there_was),
		TEST(spoiled_rows_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
