/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/pue.h"

static void
named_for_what_it_is(void **state)
{
	struct pue_input in = { .days = 365, .has_facility = true, .facility_wh = 1250,
	    .facility_coverage = 0.99, .it_wh = 1000, .it_coverage = 0.96 };
	struct pue pue = pue_of(&in);

	(void)state;
	assert_int_equal(pue.kind, PUE_ANNUAL);
	assert_float_equal(pue.value, 1.25, 1e-9);
	assert_int_equal(pue_grade(&pue), 2);
	in.days = 31;
	pue = pue_of(&in);
	assert_string_equal(pue_kind_text(pue.kind), "interval");
	assert_int_equal(pue_grade(&pue), 0);      /* never compared */
	in = (struct pue_input){ .days = 365, .parts_wh = 1100, .parts_coverage = 1,
	    .it_wh = 1000, .it_coverage = 1 };
	pue = pue_of(&in);
	assert_int_equal(pue.kind, PUE_PARTIAL);
	assert_float_equal(pue.value, 1.1, 1e-9);
	assert_int_equal(pue_grade(&pue), 0);
}

static void
unknown_for_want_of_samples(void **state)
{
	struct pue_input in = { .days = 365, .has_facility = true, .facility_wh = 1250,
	    .facility_coverage = 0.94, .it_wh = 1000, .it_coverage = 1 };

	(void)state;
	assert_int_equal(pue_of(&in).kind, PUE_UNKNOWN);
	in.facility_coverage = 1;
	in.it_coverage = 0.9;
	assert_int_equal(pue_of(&in).kind, PUE_UNKNOWN);
	in.it_coverage = 1;
	in.it_wh = 0;
	assert_int_equal(pue_of(&in).kind, PUE_UNKNOWN);
	in.it_wh = 1300;                           /* less than the IT alone */
	assert_int_equal(pue_of(&in).kind, PUE_UNKNOWN);
	in.it_wh = 800;
	assert_int_equal(pue_grade(&(struct pue){ PUE_ANNUAL, 1.51 }), 0);
	assert_int_equal(pue_grade(&(struct pue){ PUE_ANNUAL, 1.2 }), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_for_what_it_is),
		cmocka_unit_test(unknown_for_want_of_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
