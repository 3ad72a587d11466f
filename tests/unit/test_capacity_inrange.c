/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "capacity/inrange.h"
#include "fixture.h"
#include "flow/reading.h"

#define INTERVAL (60 * NS_PER_S)
#define HOUR_S 3600
#define FIRST (INT64_C(1800000000) / HOUR_S)

static struct inventory *inventory;
static struct rollup_plan *plan;
static struct inrange inrange;

static int
up(void **state)
{
	struct fixture_rack racks[] = { { 0, RACK_IN_SERVICE, "-", 0, 1, 0, 32 },
	    { 0, RACK_IN_SERVICE, "-", 0, 1, 0, 32 } };

	(void)state;
	inventory = fixture_inventory(racks, 2, 1);
	plan = rollup_plan_new(inventory);
	inrange_init(&inrange);
	return inrange_apply(&inrange, inventory);
}

static int
down(void **state)
{
	(void)state;
	inrange_done(&inrange);
	rollup_plan_free(plan);
	inventory_unref(inventory);
	return 0;
}

/* The first rack's two inlets; NAN-free: below -100 one is silent. */
static void
credit(int64_t at_s, double bottom, double top)
{
	struct reading readings[2] = { { .flags = READING_ENDED | READING_GOOD |
	    READING_PROBE }, { .flags = READING_ENDED } };
	const struct rollup *rollup;

	if (bottom > -100) {
		air_inlet(&readings[0].air, AIR_BOTTOM, air_hundredths(bottom));
	}
	if (top > -100) {
		air_inlet(&readings[0].air, AIR_TOP, air_hundredths(top));
	}
	rollup = rollup_new(plan, readings, (struct wall){ at_s * NS_PER_S }, INTERVAL);
	inrange_credit(&inrange, rollup);
	rollup_unref(rollup);
}

static void
is(uint64_t inside_s, uint64_t known_s, uint32_t covered_s)
{
	struct inrange_time time = inrange_get(&inrange, 0);

	assert_int_equal(time.inside_s, inside_s);
	assert_int_equal(time.known_s, known_s);
	assert_int_equal(time.covered_s, covered_s);
}

static void
each_inlet_counts_its_time(void **state)
{
	(void)state;
	is(0, 0, 0);
	credit(FIRST * HOUR_S, 20, 24);
	is(120, 120, 60);
	/* 27 is still recommended, 27.01 is not */
	credit(FIRST * HOUR_S + 60, 27, 27.01);
	is(180, 240, 120);
	credit(FIRST * HOUR_S + 120, -200, 17.99);
	is(180, 300, 180);
	credit(FIRST * HOUR_S + 180, -200, -200);
	is(180, 300, 180);
	/* once */
	credit(FIRST * HOUR_S + 120, 20, 20);
	is(180, 300, 180);
	assert_int_equal(inrange_get(&inrange, 1).known_s, 0);
	assert_int_equal(inrange_get(&inrange, 99).known_s, 0);
}

static void
a_day_is_kept(void **state)
{
	(void)state;
	for (int64_t h = 0; h < INRANGE_HOURS; h++) {
		credit((FIRST + h) * HOUR_S, h == 0 ? 40 : 20, -200);
	}
	is((INRANGE_HOURS - 1) * 60, INRANGE_HOURS * 60, INRANGE_HOURS * 60);
	credit((FIRST + INRANGE_HOURS) * HOUR_S, 20, -200);
	is(INRANGE_HOURS * 60, INRANGE_HOURS * 60, INRANGE_HOURS * 60);
	/* a long pause leaves nothing of before */
	credit((FIRST + 5 * INRANGE_HOURS) * HOUR_S, 20, -200);
	is(60, 60, 60);
}

static void
a_clock_set_back_earns_no_hour_twice(void **state)
{
	(void)state;
	for (int64_t h = 0; h < 4; h++) {
		credit((FIRST + h) * HOUR_S, 20, -200);
	}
	is(240, 240, 240);
	credit((FIRST + 1) * HOUR_S, 40, -200);
	is(60, 120, 120);
	credit((FIRST + 2) * HOUR_S, 40, -200);
	is(60, 180, 180);
}

static void
a_rack_that_is_gone_is_forgotten(void **state)
{
	struct fixture_rack rack = { 0, RACK_IN_SERVICE, "-", 0, 1, 0, 32 };
	struct inventory *other = fixture_inventory(&rack, 1, 1);
	const struct rack **racks = (const struct rack **)(uintptr_t)other->racks;

	(void)state;
	credit(FIRST * HOUR_S, 20, 24);
	racks[0] = NULL;
	assert_int_equal(inrange_apply(&inrange, other), 0);
	is(0, 0, 0);
	inventory_unref(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_inlet_counts_its_time, up, down),
		cmocka_unit_test_setup_teardown(a_day_is_kept, up, down),
		cmocka_unit_test_setup_teardown(a_clock_set_back_earns_no_hour_twice, up, down),
		cmocka_unit_test_setup_teardown(a_rack_that_is_gone_is_forgotten, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
