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

#include "province.h"
#include "sites.h"

static void
ids_are_ids_and_stand_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sites_builtin_n; i++) {
		const struct site_def *site = &sites_builtin[i];

		assert_in_range(strspn(site->id, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789"), 1, 16);
		assert_int_equal(strspn(site->id, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789"), strlen(site->id));
		assert_true(site->weight > 0);
		assert_true(site->vendor == SITE_APC ||
		    site->vendor == SITE_RARITAN);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(site->id, sites_builtin[k].id);
		}
	}
}

/* A small province takes the head of the list: every unit comes first once. */
static void
every_unit_has_its_first_site_at_the_head(void **state)
{
	(void)state;
	for (size_t u = 0; u < SITES_UNITS_N; u++) {
		size_t found = 0;

		for (size_t i = 0; i < SITES_UNITS_N; i++) {
			found += strcmp(sites_builtin[i].area,
			    sites_units[u].code) == 0;
		}
		assert_int_equal(found, 1);
	}
	for (size_t i = 0; i < sites_builtin_n; i++) {
		size_t found = 0;

		for (size_t u = 0; u < SITES_UNITS_N; u++) {
			found += strcmp(sites_builtin[i].area,
			    sites_units[u].code) == 0;
		}
		assert_int_equal(found, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_ids_and_stand_once),
		cmocka_unit_test(every_unit_has_its_first_site_at_the_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
