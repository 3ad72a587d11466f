/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "capacity/failover.h"
#include "fixture.h"
#include "flow/reading.h"

#define INTERVAL (60 * NS_PER_S)
#define AT ((struct wall){ 1800000000 * NS_PER_S })
#define N_VALUES 4

struct value { const char *metric, *instance, *unit; double number; enum col_quality q; };

#define L1(a) { "current_a", "L1", "A", a, COL_GOOD }
#define L2(a) { "current_a", "L2", "A", a, COL_GOOD }
#define L3(a) { "current_a", "L3", "A", a, COL_GOOD }
#define ALL(a) { "current_a", "", "A", a, COL_GOOD }
#define W(w) { "power_w", "", "W", w, COL_GOOD }
#define VA(v) { "apparent_va", "", "VA", v, COL_GOOD }
#define PF(f) { "power_factor", "", "1", f, COL_GOOD }

/* A rack with a device on each feed. */
struct row {
	const char *name, *devices;
	unsigned phases;
	double breaker_a;
	struct value values[3][N_VALUES];
	enum failover state;
	double ratio, headroom_w;      /* ratio < 0: none */
};

static const struct row ROWS[] = {
	{ "single phase, ok", "AB", 1, 32, { { L1(10) }, { L1(8) } }, FAILOVER_OK, 18.0 / 32,
	    (25.6 - 18) * 220 },
	{ "at the derated limit", "AB", 1, 32, { { ALL(16) }, { ALL(9.6) } }, FAILOVER_OK,
	    0.8, 0 },
	{ "at risk", "AB", 1, 32, { { ALL(16) }, { ALL(12) } }, FAILOVER_AT_RISK, 28.0 / 32,
	    (25.6 - 28) * 220 },
	{ "no redundancy", "AB", 1, 32, { { ALL(20) }, { ALL(13) } },
	    FAILOVER_NO_REDUNDANCY, 33.0 / 32, (25.6 - 33) * 220 },
	{ "power factor", "AB", 1, 32, { { L1(10), PF(0.95) }, { L1(8), PF(0.9) } },
	    FAILOVER_OK, 18.0 / 32, (25.6 - 18) * 220 * 0.9 },
	{ "three phases: the worst", "AB", 3, 16, { { L1(5), L2(9), L3(1) },
	    { L1(5), L2(5), L3(1) } }, FAILOVER_AT_RISK, 14.0 / 16, (12.8 - 14) * 660 },
	{ "inlets add up", "AB", 1, 32, { { { "current_a", "inlet 1", "A", 6, COL_GOOD },
	    { "current_a", "inlet 2", "A", 4, COL_GOOD } }, { ALL(8) } }, FAILOVER_OK,
	    18.0 / 32, (25.6 - 18) * 220 },
	{ "rating of the device", "AB", 1, 0, { { L1(10),
	    { "rated_current_a", "", "A", 16, COL_GOOD } }, { L1(2),
	    { "rated_current_a", "", "A", 32, COL_GOOD } } }, FAILOVER_OK, 12.0 / 16,
	    (12.8 - 12) * 220 },
	{ "no rating", "AB", 1, 0, { { L1(10) }, { L1(8) } }, FAILOVER_UNKNOWN, -1, 0 },
	{ "a feed is silent", "AB", 1, 32, { { L1(10) }, { { NULL, NULL, NULL, 0, 0 } } },
	    FAILOVER_UNKNOWN, -1, 0 },
	{ "a bad current", "AB", 1, 32, { { L1(10) }, { { "current_a", "L1", "A", 8,
	    COL_ERROR } } }, FAILOVER_UNKNOWN, -1, 0 },
	{ "a phase is missing", "AB", 3, 16, { { L1(5), L2(9) }, { L1(5), L2(5), L3(1) } },
	    FAILOVER_UNKNOWN, -1, 0 },
	{ "one feed is never ok", "A", 1, 32, { { L1(1) } }, FAILOVER_SINGLE, -1, 0 },
	{ "no feed", "-", 1, 32, { { L1(1) } }, FAILOVER_UNKNOWN, -1, 0 },
	{ "two devices on a feed", "AAB", 1, 32, { { L1(6) }, { L1(4) }, { L1(8) } },
	    FAILOVER_OK, 18.0 / 32, (25.6 - 18) * 220 },
	{ "of two on a feed one is silent", "AAB", 1, 32, { { ALL(6) }, { { NULL, NULL, NULL,
	    0, 0 } }, { ALL(8) } }, FAILOVER_UNKNOWN, -1, 0 },
	{ "a sensor on a feed is no load", "AAB", 1, 32, { { ALL(10), W(2200) },
	    { { "temperature_c", "top", "C", 20, COL_GOOD } }, { ALL(8), W(1760) } },
	    FAILOVER_OK, 18.0 / 32, (25.6 - 18) * 220 },
	{ "power by apparent power", "AB", 1, 32, { { ALL(10), W(2090), VA(2200) }, { ALL(8),
	    W(1760), VA(1760) } }, FAILOVER_OK, 18.0 / 32, (25.6 - 18) * 220 * 0.95 },
	{ "three feeds share the lost one", "ABC", 1, 32, { { L1(12) }, { L1(10) },
	    { L1(8) } }, FAILOVER_OK, 17.0 / 32, (25.6 - 17) * 220 },
};

/* Normalises what a device says, as flow does. */
static struct reading
read_device(struct digests *digests, const struct value *values, unsigned phases)
{
	struct reading_gather gather = { 0 };
	struct reading_known known = { 0 };
	struct col_slot slots[N_VALUES];
	struct sample samples[N_VALUES];
	const struct col_layout *layout;
	struct col_error error;
	size_t n = 0;

	for (; n < N_VALUES && values[n].metric != NULL; n++) {
		slots[n] = (struct col_slot){ values[n].metric, values[n].instance,
		    values[n].unit, "", 0, 0, 0 };
		samples[n] = (struct sample){ values[n].number, values[n].q };
	}
	if (n > 0) {
		layout = layout_intern(slots, n, &error);
		assert_non_null(layout);
		reading_add(&gather, digests_get(digests, layout), samples);
	}
	return reading_finish(&gather, n > 0, phases, &known);
}

static struct failover_view
judge(const struct row *row)
{
	struct fixture_rack rack = { 0, RACK_IN_SERVICE, row->devices, 0, row->phases, 0,
	    row->breaker_a };
	struct inventory *inventory = fixture_inventory(&rack, 1, 1);
	struct rollup_plan *plan = rollup_plan_new(inventory);
	struct reading readings[3];
	const struct rollup *rollup;
	struct digests digests;
	struct failover_view view;

	digests_init(&digests);
	for (uint32_t d = 0; d < inventory->n_devices; d++) {
		readings[d] = read_device(&digests, row->values[d], row->phases);
	}
	rollup = rollup_new(plan, readings, AT, INTERVAL);
	view = failover_judge(inventory->racks[0], rollup);
	rollup_unref(rollup);
	rollup_plan_free(plan);
	digests_done(&digests);
	inventory_unref(inventory);
	return view;
}

static void
the_survivor_must_carry_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct failover_view view = judge(&ROWS[i]);

		if (view.state != ROWS[i].state || view.has_ratio != (ROWS[i].ratio >= 0) ||
		    (view.has_ratio && (fabs(view.ratio - ROWS[i].ratio) > 1e-9 ||
		    fabs(view.headroom_w - ROWS[i].headroom_w) > 1e-4))) {
			fail_msg("%s: %s, %g, %g W", ROWS[i].name, failover_text(view.state),
			    view.ratio, view.headroom_w);
		}
	}
}

/* Before the first slot nothing is known, but that there is one feed. */
static void
nothing_is_known_without_a_slot(void **state)
{
	struct fixture_rack racks[] = { { 0, RACK_IN_SERVICE, "AB", 0, 1, 0, 32 },
	    { 0, RACK_IN_SERVICE, "A", 0, 1, 0, 32 } };
	struct inventory *inventory = fixture_inventory(racks, 2, 1);
	struct failover_view view = failover_judge(inventory->racks[0], NULL);

	(void)state;
	assert_int_equal(view.state, FAILOVER_UNKNOWN);
	assert_int_equal(view.feeds[0].phase_mask, 0);
	assert_false(view.feeds[0].has_load);
	assert_true(view.feeds[0].has_rating);
	assert_true(fabs(view.feeds[0].derated_va - 0.8 * 32 * 220) < 1e-6);
	view = failover_judge(inventory->racks[1], NULL);
	assert_int_equal(view.state, FAILOVER_SINGLE);
	inventory_unref(inventory);
}

static void
a_feed_shows_its_load(void **state)
{
	struct failover_view view = judge(&ROWS[5]);

	(void)state;
	assert_int_equal(view.n_feeds, 2);
	assert_int_equal(view.feeds[0].phase_mask, 7);
	assert_true(fabs(view.feeds[0].load_ratio - 9.0 / 16) < 1e-9);
	assert_true(fabs(view.feeds[1].current_a[2] - 1) < 1e-9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_survivor_must_carry_all),
		cmocka_unit_test(nothing_is_known_without_a_slot),
		cmocka_unit_test(a_feed_shows_its_load),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	layout_reset();
	return failed;
}
