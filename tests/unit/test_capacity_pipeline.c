/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/pipeline.h"

static const struct rack rows[] = {
	{ .id = "a", .state = RACK_PLANNED, .design_w = 5000, .life = { .due = 300 } },
	{ .id = "b", .state = RACK_PLANNED, .design_w = 10000, .life = { .due = 200 } },
	{ .id = "c", .state = RACK_PLANNED, .design_w = 5000,
	  .life = { .due = INT32_MIN } },
	{ .id = "d", .state = RACK_IN_SERVICE, .design_w = 5000,
	  .life = { .due = 150 } },
	{ .id = "e", .state = RACK_PLANNED, .design_w = 2500, .life = { .due = 50 } },
};
static const struct rack *const racks[] = { &rows[0], &rows[1], NULL, &rows[2],
    &rows[3], &rows[4] };
static const struct inventory inventory = { .racks = racks, .n_racks = 6 };

static struct pipeline
of(enum target_basis basis, double left)
{
	struct pipeline pipeline;

	assert_int_equal(pipeline_of(&inventory, basis, 2500, left, 100, &pipeline), 0);
	return pipeline;
}

static void
physical(void **state)
{
	struct pipeline p = of(TARGET_PHYSICAL, 2);

	(void)state;
	assert_true(p.reached);
	assert_int_equal(p.day, 200);
	assert_int_equal(p.n_planned, 4);
	assert_int_equal(p.n_undated, 1);
	/* what was due is expected today */
	p = of(TARGET_PHYSICAL, 1);
	assert_int_equal(p.day, 100);
	p = of(TARGET_PHYSICAL, 3);
	assert_int_equal(p.day, 300);
	p = of(TARGET_PHYSICAL, 4);
	assert_false(p.reached);
	assert_float_equal(p.left, 1, 1e-9);
	p = of(TARGET_PHYSICAL, 0);
	assert_true(p.reached);
	assert_int_equal(p.day, 100);
}

/* 1 + 4 + 2 standard racks */
static void
standard(void **state)
{
	struct pipeline p = of(TARGET_STANDARD, 5);

	(void)state;
	assert_true(p.reached);
	assert_int_equal(p.day, 200);
	p = of(TARGET_STANDARD, 5.5);
	assert_int_equal(p.day, 300);
	p = of(TARGET_STANDARD, 8);
	assert_false(p.reached);
	assert_float_equal(p.left, 1, 1e-9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(physical),
		cmocka_unit_test(standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
