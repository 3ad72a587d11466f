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

#include "ledger.h"

#define TODAY 1789948800	/* 2026-09-21 */

static void
the_year_ends_at_todays_counts(void **state)
{
	struct province_options options = {
		.seed = 3,
		.step_s = 10,
		.base = 0x7f100000U,
		.n_racks = 900,
	};
	FILE *file = tmpfile();
	char line[128], first[16] = "", day[16] = "";
	unsigned int declared = 0, verified, planned, standard, last = 0, n = 0;
	struct province p;

	(void)state;
	assert_non_null(file);
	assert_int_equal(province_init(&p, &options), 0);
	ledger_write(&p, TODAY, file);
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "date,declared,verified,planned,standard\n");
	while (fgets(line, sizeof(line), file) != NULL) {
		assert_int_equal(sscanf(line, "%10[0-9-],%u,%u,%u,%u", day,
		    &declared, &verified, &planned, &standard), 5);
		assert_true(declared >= last);
		assert_true(verified <= declared);
		assert_true(standard >= declared);
		if (n++ == 0) {
			(void)snprintf(first, sizeof(first), "%s", day);
			assert_true(declared < 900);
		}
		last = declared;
	}
	assert_int_equal(n, 365);
	assert_int_equal(declared, 900);
	assert_int_equal(planned, p.n_planned);
	assert_string_equal(first, "2025-09-21");
	assert_string_equal(day, "2026-09-20");
	province_done(&p);
	(void)fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_year_ends_at_todays_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
