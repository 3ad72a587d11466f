/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/layout.h"
#include "model/states.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct col_state ups[] = {
	{ 3, "normal", COL_SEVERITY_OK }, { 5, "on_battery", COL_SEVERITY_WARNING },
	{ -1, "unknown", COL_SEVERITY_NONE },
};

static void
tables_are_interned(void **state)
{
	struct col_state turned[N(ups)];
	struct col_error error;
	int a = states_intern(ups, N(ups), &error), b;

	(void)state;
	assert_true(a > 0);
	for (size_t i = 0; i < N(ups); i++) {
		turned[i] = ups[N(ups) - 1 - i];
	}
	assert_int_equal(states_intern(turned, N(ups), &error), a);
	turned[0].severity = COL_SEVERITY_CRITICAL;
	b = states_intern(turned, N(ups), &error);
	assert_true(b > 0 && b != a);
	assert_string_equal(states_find((uint32_t)a, 5)->word, "on_battery");
	assert_string_equal(states_find((uint32_t)a, -1)->word, "unknown");
	assert_null(states_find((uint32_t)a, 4));
	assert_null(states_find((uint32_t)a, 5.5));
	assert_null(states_find((uint32_t)a, 1e300));
	assert_null(states_find(0, 5));
	assert_null(states_find(65535, 5));
	assert_string_equal(states_severity(COL_SEVERITY_WARNING), "warning");
	assert_null(states_severity(COL_SEVERITY_NONE));
	assert_null(states_severity((enum col_severity)99));
}

static void
bad_tables_are_refused(void **state)
{
	static const char long_word[] = "0123456789012345678901234567890123456789"
	    "012345678901234567890123456789";
	struct col_state cases[][2] = {
		{ { 1, "on", COL_SEVERITY_OK }, { 1, "off", COL_SEVERITY_OK } },
		{ { 1, "on", COL_SEVERITY_OK }, { 2, "", COL_SEVERITY_OK } },
		{ { 1, "on", COL_SEVERITY_OK }, { 2, NULL, COL_SEVERITY_OK } },
		{ { 1, "on", COL_SEVERITY_OK }, { 2, "o\nff", COL_SEVERITY_OK } },
		{ { 1, "on", COL_SEVERITY_OK }, { 2, "\xff", COL_SEVERITY_OK } },
		{ { 1, "on", COL_SEVERITY_OK }, { 2, long_word, COL_SEVERITY_OK } },
		{ { 1, "on", COL_SEVERITY_OK }, { 2, "off", COL_SEVERITY_N } },
	};
	struct col_error error;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		assert_int_equal(states_intern(cases[i], 2, &error), COL_EINVAL);
	}
	assert_int_equal(states_intern(cases[0], 0, &error), COL_ERANGE);
	assert_int_equal(states_intern(cases[0], STATES_MAX + 1, &error), COL_ERANGE);
}

static void
slots_carry_their_states(void **state)
{
	struct col_error error;
	int number = states_intern(ups, N(ups), &error);
	struct col_slot slots[] = {
		{ .metric = "state_output", .instance = "", .unit = "",
		    .source = "1.3", .flags = COL_SLOT_STATES(number) },
		{ .metric = "power_w", .instance = "", .unit = "W", .source = "1.4",
		    .flags = COL_SLOT_STATES(number) | COL_SLOT_ARCHIVE },
	};
	const struct col_layout *layout = layout_intern(slots, 2, &error), *plain;

	(void)state;
	assert_non_null(layout);
	assert_int_equal(layout->slots[0].states, number);
	assert_int_equal(layout->slots[1].states, 0);
	slots[0].flags = 0;
	plain = layout_intern(slots, 2, &error);
	assert_ptr_not_equal(plain, layout);
}

static int
reset(void **state)
{
	(void)state;
	layout_reset();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_interned),
		cmocka_unit_test(bad_tables_are_refused),
		cmocka_unit_test(slots_carry_their_states),
	};

	return cmocka_run_group_tests(tests, NULL, reset);
}
