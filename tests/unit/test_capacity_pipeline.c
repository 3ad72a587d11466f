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
	struct pipeline_plan plan;
	struct pipeline pipeline;

	assert_int_equal(pipeline_plan(&inventory, basis, 2500, 100, &plan), 0);
	assert_int_equal(plan.n_planned, 4);
	assert_int_equal(plan.n_undated, 1);
	pipeline = pipeline_of(&plan, left, 100);
	pipeline_done(&plan);
	return pipeline;
}

static void
steps(void **state)
{
	struct pipeline_plan plan;

	(void)state;
	assert_int_equal(pipeline_plan(&inventory, TARGET_STANDARD, 2500, 200, &plan), 0);
	/* what is overdue comes today, with what is due today */
	assert_int_equal(plan.n, 2);
	assert_int_equal(plan.steps[0].day, 200);
	assert_float_equal(plan.steps[0].racks, 5, 1e-9);
	assert_int_equal(plan.steps[1].day, 300);
	assert_float_equal(plan.steps[1].racks, 7, 1e-9);
	pipeline_done(&plan);
}

static void
physical(void **state)
{
	struct pipeline p = of(TARGET_PHYSICAL, 2);

	(void)state;
	assert_true(p.reached);
	assert_int_equal(p.day, 200);
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
		cmocka_unit_test(steps), cmocka_unit_test(physical),
		cmocka_unit_test(standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
