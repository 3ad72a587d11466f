/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/budget.h"

static void
of_a_device(void **state)
{
	double w = -1;

	(void)state;
	assert_true(budget_device_w(30, 400, 1000, &w));
	assert_float_equal(w, 440, 1e-9);
	assert_true(budget_device_w(29.9, 400, 1000, &w));
	assert_float_equal(w, 600, 1e-9);
	assert_false(budget_device_w(10, 400, 0, &w));
}

static void
of_a_rack(void **state)
{
	static const struct budget_node above[] = { { 100e3, 99e3 }, { 400e3, 100e3 } };
	struct budget b;

	(void)state;
	assert_true(budget_available(6000, 5000, 3000, NULL, 0, &b));
	assert_float_equal(b.available_w, 2000, 1e-9);
	assert_int_equal(b.binding, BUDGET_FAILOVER);
	assert_true(budget_available(6000, -1, 3000, NULL, 0, &b));
	assert_float_equal(b.available_w, 3000, 1e-9);
	assert_int_equal(b.binding, BUDGET_DESIGN);
	assert_true(budget_available(6000, 5000, 3000, above, 2, &b));
	assert_float_equal(b.available_w, 1000, 1e-9);
	assert_int_equal(b.binding, 0);
	assert_true(budget_available(2000, -1, 3000, above, 2, &b));
	assert_float_equal(b.available_w, -1000, 1e-9);
	assert_false(budget_available(-1, -1, 0, NULL, 0, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_device),
		cmocka_unit_test(of_a_rack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
