/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan.h"

static int
load(struct plan *plan, const char *text, char *error)
{
	FILE *file = tmpfile();
	int status;

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	rewind(file);
	status = plan_load(plan, file, error);
	(void)fclose(file);
	return status;
}

static void
sites_are_read(void **state)
{
	char error[PLAN_ERROR_MAX];
	struct plan plan;

	(void)state;
	assert_int_equal(load(&plan, "# mine\n\n"
	    "aa1|410100|10|apc|Demo A|演示A|Op\n"
	    "bb1|410300|5|raritan|Demo B|演示B|Op\n", error), 0);
	assert_int_equal(plan.n, 2);
	assert_string_equal(plan.sites[1].id, "bb1");
	assert_int_equal(plan.sites[1].weight, 5);
	assert_int_equal(plan.sites[1].vendor, SITE_RARITAN);
	assert_string_equal(plan.sites[0].zh, "演示A");
	plan_done(&plan);
}

static void
bad_lines_are_named(void **state)
{
	static const struct { const char *text, *message; } bad[] = {
		{"", "no site in it"},
		{"aa1|410100|10|apc|A|B", "line 1: needs seven fields between |"},
		{"aa1|410100|1|apc|A|B|C|D",
		    "line 1: has more than seven fields"},
		{"a-1|410100|1|apc|A|B|C", "line 1: bad or second id"},
		{"a|410100|1|apc|A|B|C\na|410100|1|apc|A|B|C",
		    "line 2: bad or second id"},
		{"a|999999|1|apc|A|B|C", "line 1: unknown area code"},
		{"a|410100|x|apc|A|B|C", "line 1: bad weight"},
		{"a|410100|1|abc|A|B|C",
		    "line 1: vendor must be apc or raritan"},
		{"a|410100|1|apc|A\"|B|C", "line 1: bad name"},
	};
	char error[PLAN_ERROR_MAX];
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(&plan, bad[i].text, error), -1);
		assert_string_equal(error, bad[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sites_are_read),
		cmocka_unit_test(bad_lines_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
