/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "flow/air.h"

/* Labels of real devices, and such as people write. */
static const struct { const char *instance; enum air_place place; bool strict; } ROWS[] = {
	{ "", AIR_PLAIN, false }, { "probe 1", AIR_PLAIN, false }, { "1", AIR_PLAIN, false },
	{ "inlet", AIR_INLET, true }, { "inlet 2", AIR_INLET, true },
	{ "inlet 2 L1", AIR_INLET, false }, { "inlets", AIR_PLAIN, false },
	{ "bottom", AIR_BOTTOM, false }, { "middle", AIR_MIDDLE, false },
	{ "top", AIR_TOP, false }, { "unit 1 middle", AIR_MIDDLE, false },
	{ "sensor 1 Top", AIR_TOP, false }, { "Rack TOP", AIR_TOP, false },
	{ "sensor 2 Bottom", AIR_BOTTOM, false }, { "stop", AIR_PLAIN, false },
	{ "rack inlet", AIR_INLET, false }, { "sensor 1 front", AIR_INLET, false },
	{ "outlet", AIR_OUTLET, true }, { "exhaust", AIR_OUTLET, true },
	{ "probe 4 exhaust", AIR_OUTLET, false }, { "rear top", AIR_OUTLET, false },
	{ "return air", AIR_OUTLET, false }, { "probe 2 Rear", AIR_OUTLET, false },
	{ "outlet 12", AIR_NONE, true }, { "internal", AIR_NONE, false },
	{ "battery", AIR_NONE, false }, { "CPU1 Core Rem", AIR_NONE, false },
	{ "cpu 1 inlet", AIR_NONE, false }, { "outside air", AIR_NONE, false },
	{ "顶部", AIR_TOP, false }, { "机柜中部", AIR_MIDDLE, false },
	{ "出风温度", AIR_OUTLET, false }, { "进风", AIR_INLET, false },
};

static void
a_label_says_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		if (air_place_of(ROWS[i].instance) != ROWS[i].place ||
		    air_is_strict(ROWS[i].instance) != ROWS[i].strict) {
			fail_msg("'%s' is at place %d", ROWS[i].instance,
			    (int)air_place_of(ROWS[i].instance));
		}
	}
}

static double
max_of(const struct air *air)
{
	double max = NAN;

	assert_true(air_inlet_max(air, &max));
	return max;
}

static void
the_hottest_are_kept(void **state)
{
	struct air air = { 0 };
	double mean = 0;

	(void)state;
	assert_false(air_inlet_mean(&air, &mean));
	air_inlet(&air, AIR_TOP, air_hundredths(24));
	air_inlet(&air, AIR_TOP, air_hundredths(23));
	assert_true(fabs(max_of(&air) - 24) < 1e-9);
	for (int t = 20; t <= 26; t++) {
		air_inlet(&air, AIR_PLAIN, air_hundredths(t));
	}
	/* 24, 25 and 26 of the others, and the top */
	assert_int_equal(air.n_inlets, 9);
	assert_true(air_inlet_mean(&air, &mean));
	assert_true(fabs(mean - 24.75) < 1e-9);
	assert_true(fabs(max_of(&air) - 26) < 1e-9);
}

static void
devices_of_a_rack_add_up(void **state)
{
	struct air rack = { 0 }, one = { .n_expected = 3 }, two = { .n_expected = 1 };

	(void)state;
	air_inlet(&one, AIR_BOTTOM, 2000);
	air_outlet(&one, 3000);
	air_outlet(&one, 3200);
	one.flags = AIR_HAS_HUMIDITY;
	one.humidity = 4000;
	one.beside = 2000;
	air_inlet(&two, AIR_BOTTOM, 2100);
	air_outlet(&two, 3700);
	two.flags = AIR_HAS_HUMIDITY | AIR_HAS_DEW_POINT;
	two.humidity = 6000;
	two.beside = 2100;
	two.dew_point = 900;
	air_merge(&rack, &one);
	air_merge(&rack, &two);
	assert_int_equal(rack.n_expected, 4);
	assert_int_equal(rack.inlets[0], 2100);
	assert_int_equal(rack.outlet, 3300);
	assert_int_equal(rack.n_outlets, 3);
	/* humidity stays with its temperature */
	assert_int_equal(rack.humidity, 4000);
	assert_int_equal(rack.beside, 2000);
	assert_int_equal(rack.dew_point, 900);
}

static void
what_does_not_fit_is_cut(void **state)
{
	struct air air = { 0 }, full = { .n_expected = 200, .n_outlets = 200 };

	(void)state;
	assert_int_equal(air_hundredths(1e9), 32700);
	assert_int_equal(air_hundredths(-1e9), -32700);
	assert_int_equal(air_hundredths(-0.05), -5);
	air_merge(&air, &full);
	air_merge(&air, &full);
	assert_int_equal(air.n_expected, 255);
	assert_int_equal(air.n_outlets, 255);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_says_where_it_is),
		cmocka_unit_test(the_hottest_are_kept),
		cmocka_unit_test(devices_of_a_rack_add_up),
		cmocka_unit_test(what_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
