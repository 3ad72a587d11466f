/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/electric.h"

static void
ratings(void **state)
{
	(void)state;
	assert_float_equal(electric_rated_va(1, 220, 32), 7040, 1e-9);
	/* sqrt(3) x 380 V x 63 A is 41.5 kVA */
	assert_float_equal(electric_rated_va(3, 380 / 1.7320508, 63), 41465, 1);
	assert_float_equal(electric_derated(100), 80, 1e-9);
}

static void
loads(void **state)
{
	struct electric_phases phases = { 7, { 20, 16, 12 } };
	double ratio = -1;

	(void)state;
	assert_true(electric_load_ratio(&phases, 32, &ratio));
	assert_float_equal(ratio, 0.625, 1e-9);
	/* mean 16, L1 and L3 are 4 away */
	assert_true(electric_imbalance(&phases, 32, &ratio));
	assert_float_equal(ratio, 0.25, 1e-9);
	assert_false(electric_imbalance(&phases, 161, &ratio)); /* below 10 % */
	phases.mask = 3;
	assert_false(electric_imbalance(&phases, 32, &ratio));
	phases.current_a[0] = 99;
	phases.mask = 2;                       /* only L2 is known */
	assert_true(electric_load_ratio(&phases, 32, &ratio));
	assert_float_equal(ratio, 0.5, 1e-9);
	phases.mask = 0;
	assert_false(electric_load_ratio(&phases, 32, &ratio));
	assert_false(electric_load_ratio(&phases, 0, &ratio));
}

static void
sums_know_what_they_lack(void **state)
{
	struct electric_sum sum = { 0, 0, 0 };

	(void)state;
	electric_sum_add(&sum, true, 1900);
	electric_sum_add(&sum, false, 0);
	assert_float_equal(sum.power_w, 1900, 1e-9);
	assert_int_equal(sum.n_known, 1);
	assert_int_equal(sum.n_expected, 2);
}

static void
factors(void **state)
{
	double ratio = -1;

	(void)state;
	assert_true(electric_power_factor(900, 1000, &ratio));
	assert_float_equal(ratio, 0.9, 1e-9);
	assert_true(electric_power_factor(1001, 1000, &ratio)); /* of two meters */
	assert_float_equal(ratio, 1, 1e-9);
	assert_false(electric_power_factor(1, 0, &ratio));
	assert_true(electric_load_factor(300, 400, &ratio));
	assert_float_equal(ratio, 0.75, 1e-9);
	assert_false(electric_load_factor(300, 0, &ratio));
}

static void
energy(void **state)
{
	/* 1000 on, reset at 1500 and up to 200; then round at 10000 */
	static const struct electric_reading reset[] = { { { 0 }, 1000 },
	    { { 1 }, 1500 }, { { 2 }, 200 } };
	static const struct electric_reading wrap[] = { { { 0 }, 9800 },
	    { { 1 }, 9950 }, { { 2 }, 50 } };
	/* 1 kW for an hour, a gap of two, 2 kW falling to 0 in half an hour */
	static const struct electric_reading power[] = { { { 0 }, 1000 },
	    { { 3600 * NS_PER_S }, 1000 }, { { 10800 * NS_PER_S }, 2000 },
	    { { 12600 * NS_PER_S }, 0 } };
	double covered = -1;

	(void)state;
	assert_float_equal(electric_metered_wh(reset, 3, 0), 700, 1e-9);
	assert_float_equal(electric_metered_wh(wrap, 3, 10000), 250, 1e-9);
	assert_float_equal(electric_metered_wh(reset, 3, 10000), 700, 1e-9);
	assert_float_equal(electric_metered_wh(reset, 1, 0), 0, 1e-9);
	assert_float_equal(electric_integral_wh(power, 4, 3600 * NS_PER_S, &covered),
	    1500, 1e-6);
	assert_float_equal(covered, 5400.0 / 12600.0, 1e-9);
	assert_float_equal(electric_integral_wh(power, 1, 1, &covered), 0, 1e-9);
	assert_float_equal(covered, 0, 1e-9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ratings),
		cmocka_unit_test(loads),
		cmocka_unit_test(sums_know_what_they_lack),
		cmocka_unit_test(factors),
		cmocka_unit_test(energy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
