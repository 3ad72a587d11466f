/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/environment.h"

#define MINUTE (60 * NS_PER_S)

static void
time_in_range(void **state)
{
	struct environment_band band = environment_band(RACK_CLASS_A2);
	struct environment_sample samples[] = { { { 0 }, 22 }, { { MINUTE }, 28 },
	    { { 2 * MINUTE }, 26 }, { { 10 * MINUTE }, 17 } };
	struct environment_time time = { 0, 0 };
	double ratio = -1;

	(void)state;
	assert_false(environment_in_range(&time, &ratio));
	/* 1 min good, 1 bad, 3 good of the 8 that were silent, 1 bad */
	environment_time_add(&time, &band, samples, 4, (struct wall){ 11 * MINUTE },
	    3 * MINUTE);
	assert_true(environment_in_range(&time, &ratio));
	assert_float_equal(time.known_ns, 6.0 * MINUTE, 1);
	assert_float_equal(ratio, 4.0 / 6, 1e-9);
}

static void
indexes(void **state)
{
	struct environment_band band = environment_band(RACK_CLASS_A1);
	static const double good[] = { 18, 20, 27 };
	static const double warm[] = { 27, 29.5, 32, 20 };
	static const double cold[] = { 18, 16.5 };
	double pct = -1;

	(void)state;
	assert_true(environment_over_index(&band, good, 3, &pct));
	assert_float_equal(pct, 100, 1e-9);
	/* (0 + 2.5 + 5 + 0) of 5 x 4 */
	assert_true(environment_over_index(&band, warm, 4, &pct));
	assert_float_equal(pct, 62.5, 1e-9);
	assert_true(environment_under_index(&band, warm, 4, &pct));
	assert_float_equal(pct, 100, 1e-9);
	/* 1.5 of 3 x 2 */
	assert_true(environment_under_index(&band, cold, 2, &pct));
	assert_float_equal(pct, 75, 1e-9);
	assert_false(environment_over_index(&band, good, 0, &pct));
	assert_float_equal(environment_band(RACK_CLASS_H1).recommended_high, 22, 1e-9);
}

static void
air(void **state)
{
	double value = -1;

	(void)state;
	/* 2.98 x P / dT */
	assert_true(environment_airflow_m3h(6000, 12, &value));
	assert_float_equal(value, 1492.5, 0.1);
	assert_false(environment_airflow_m3h(6000, 0, &value));
	/* 25 degC at 50 %: 13.9; at 100 % the air itself */
	assert_true(environment_dew_point_c(25, 50, &value));
	assert_float_equal(value, 13.85, 0.05);
	assert_true(environment_dew_point_c(20, 100, &value));
	assert_float_equal(value, 20, 1e-9);
	assert_false(environment_dew_point_c(20, 0, &value));
	assert_false(environment_dew_point_c(200, 50, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_in_range),
		cmocka_unit_test(indexes),
		cmocka_unit_test(air),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
