/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "units.h"

static const char *
unit(uint8_t code, uint8_t units1)
{
	const struct sdr_sensor sensor = {.unit = code,
	    .percent = (units1 & 1) != 0, .unit_op = units1 >> 1 & 3,
	    .unit_rate = units1 >> 3 & 7, .unit_modifier = 9};

	return units_of(&sensor);
}

static void
test_units(void **state)
{
	(void)state;
	assert_string_equal(unit(1, 0), "C");
	assert_string_equal(unit(2, 0), "F");
	assert_string_equal(unit(4, 0), "V");
	assert_string_equal(unit(5, 0), "A");
	assert_string_equal(unit(6, 0), "W");
	assert_string_equal(unit(18, 0), "rpm");
	assert_string_equal(unit(17, 0), "CFM");
	assert_string_equal(unit(0, 0), "unspecified");
	assert_string_equal(unit(0, 1), "%");
	assert_string_equal(unit(18, 1), "%");
	assert_string_equal(unit(29, 0), "");         /* feet */
	assert_string_equal(unit(255, 0), "");
}

/* "Watts/hour" is W; a real rate of another quantity is not that quantity. */
static void
test_wrong_rates(void **state)
{
	(void)state;
	assert_string_equal(unit(6, 5 << 3), "W");
	assert_string_equal(unit(6, 5 << 3 | 1 << 1), "W");
	assert_string_equal(unit(18, 4 << 3), "rpm");
	assert_string_equal(unit(7, 3 << 3), "");     /* Joules per second */
	assert_string_equal(unit(19, 1 << 1), "");    /* Hz over something */
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(units_known("W") && units_known("%") &&
	    units_known("unspecified"));
	assert_false(units_known("") || units_known("Watts"));
	assert_string_equal(units_name(6), "Watts");
	assert_string_equal(units_name(200), "other");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_units),
	    cmocka_unit_test(test_wrong_rates),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
