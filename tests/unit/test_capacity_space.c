/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/space.h"

/* 10 U; 2 U at 3, 1 U at 7 (rear only), a PDU that takes none. */
static const struct equipment gear[] = {
	{ .id = "a", .u = 3, .height = 2, .kg = 30, .feeds = 3, .outlets = 1,
	  .ports = 4 },
	{ .id = "b", .u = 7, .height = 1, .face = FACE_REAR, .kg = 5, .feeds = 2,
	  .outlets = 2 },
	{ .id = "c", .height = 1, .kg = 8 },
};
static const struct rack rack = { .id = "r", .units = 10, .n_equipment = 3,
    .equipment = gear };

static void
units_and_gaps(void **state)
{
	struct space s = space_of(&rack, 0);
	double ratio = -1;

	(void)state;
	assert_int_equal(s.occupied, 3);
	assert_int_equal(s.n_gaps, 3);         /* 1-2, 5-6, 8-10 */
	assert_int_equal(s.gaps[0], 2);
	assert_int_equal(s.gaps[1], 2);
	assert_int_equal(s.gaps[2], 3);
	assert_int_equal(s.largest_gap, 3);
	assert_true(space_ratio(&s, &ratio));
	assert_float_equal(ratio, 0.3, 1e-9);
	s = space_of(&rack, 2);                /* 10 and 9 */
	assert_int_equal(s.reserved, 2);
	assert_int_equal(s.gaps[2], 1);
	assert_int_equal(s.largest_gap, 2);
	assert_true(space_ratio(&s, &ratio));
	assert_float_equal(ratio, 0.5, 1e-9);
	s = space_of(&rack, 99);
	assert_int_equal(s.reserved, 7);
	assert_int_equal(s.n_gaps, 0);
	assert_float_equal(space_weight_kg(&rack), 43, 1e-9);
	assert_int_equal(space_outlets(&rack, 0), 1);
	assert_int_equal(space_outlets(&rack, 1), 3);
	assert_int_equal(space_ports(&rack), 4);
}

static void
servers_that_fit(void **state)
{
	struct space s = space_of(&rack, 0);
	struct space_stock stock[SPACE_KIND_N] = { { false, 0 } };
	struct space_fit fit = space_fit(&s, stock, &space_reference);

	(void)state;
	/* 7 free units, but three gaps: 1 + 1 + 1, never floor(7 / 2) */
	assert_int_equal(fit.n, 3);
	assert_int_equal(fit.binding, SPACE_U);
	assert_float_equal(fit.stranded[SPACE_U], 1, 1e-9);
	stock[SPACE_POWER] = (struct space_stock){ true, 1000 };
	stock[SPACE_WEIGHT] = (struct space_stock){ true, 120 };
	stock[SPACE_OUTLETS_A] = (struct space_stock){ true, 24 };
	fit = space_fit(&s, stock, &space_reference);
	assert_int_equal(fit.n, 2);
	assert_int_equal(fit.binding, SPACE_POWER);
	assert_string_equal(space_kind_text(fit.binding), "power");
	assert_float_equal(fit.stranded[SPACE_POWER], 0, 1e-9);
	assert_float_equal(fit.stranded[SPACE_U], 3, 1e-9);
	assert_float_equal(fit.stranded[SPACE_WEIGHT], 70, 1e-9);
	assert_float_equal(fit.stranded[SPACE_OUTLETS_A], 22, 1e-9);
	stock[SPACE_OUTLETS_B] = (struct space_stock){ true, 0 };
	fit = space_fit(&s, stock, &space_reference);
	assert_int_equal(fit.n, 0);
	assert_int_equal(fit.binding, SPACE_OUTLETS_B);
	assert_float_equal(fit.stranded[SPACE_POWER], 1000, 1e-9);
	/* committed beyond the limit */
	stock[SPACE_POWER].available = -500;
	fit = space_fit(&s, stock, &space_reference);
	assert_int_equal(fit.n, 0);
}

static void
unknown_is_not_zero(void **state)
{
	static const struct rack blank = { .id = "x" };
	struct space s = space_of(&blank, 0);
	struct space_stock stock[SPACE_KIND_N] = { { false, 0 } };
	struct space_fit fit = space_fit(&s, stock, &space_reference);
	double ratio;

	(void)state;
	assert_false(space_ratio(&s, &ratio));
	assert_int_equal(fit.n, 0);
	assert_int_equal(fit.binding, SPACE_KIND_N);
	stock[SPACE_POWER] = (struct space_stock){ true, 1.5e3 };
	fit = space_fit(&s, stock, &space_reference);
	assert_int_equal(fit.n, 3);
	assert_int_equal(fit.binding, SPACE_POWER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_and_gaps),
		cmocka_unit_test(servers_that_fit),
		cmocka_unit_test(unknown_is_not_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
