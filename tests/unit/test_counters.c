/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/counters.h"

static void
test_one_per_name(void **state)
{
	struct col_counter *a = counters_get("snmp", "answers", false, "Answers");
	struct col_counter *b = counters_get("snmp", "answers", true, "Other words");
	struct col_counter *c = counters_get("ipmi", "answers", true, "Answers");

	(void)state;
	assert_non_null(a);
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	assert_false(a->is_gauge);
	assert_string_equal(a->help, "Answers");
	counters_add(a, 5);
	counters_add(b, 2);
	counters_add(c, 3);
	counters_add(c, -1);
	counters_add(NULL, 9);
	assert_int_equal(counters_value(a), 7);
	assert_int_equal(counters_value(c), 2);
	assert_int_equal(counters_count(), 2);
	assert_ptr_equal(counters_at(1), c);
}

static void
test_names_are_checked(void **state)
{
	static const char *const bad[] = {"", "Big", "9lives", "a-b", "a b", "a{b=\"c\"}",
	    "a234567890123456789012345678901234567890123456789"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(counters_get("snmp", bad[i], false, "Help"));
		assert_null(counters_get(bad[i], "name", false, "Help"));
	}
	assert_null(counters_get("snmp", "name", false, ""));
	assert_null(counters_get("snmp", "name", false, NULL));
	/* Help stands on one line of /metrics. */
	assert_null(strchr(counters_get("snmp", "name", false, "two\nlines")->help, '\n'));
}

static void
test_there_is_an_end(void **state)
{
	char name[16];

	(void)state;
	for (int i = 0; i < 2 * COUNTERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		(void)counters_get("many", name, false, "Help");
	}
	assert_int_equal(counters_count(), COUNTERS_MAX);
	assert_null(counters_get("many", "another", false, "Help"));
	assert_non_null(counters_get("many", "n0", false, "Help"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_per_name),
	    cmocka_unit_test(test_names_are_checked),
	    cmocka_unit_test(test_there_is_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
