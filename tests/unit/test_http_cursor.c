/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cursors come back as they went, and sort values order like their numbers. */
#include <config.h>

#include "http/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

static void
test_round_trip(void **state)
{
	static const uint64_t keys[] = {0, 1, UINT64_C(0x0123456789abcdef), UINT64_MAX};
	char text[CURSOR_SIZE];
	struct cursor cursor;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		cursor_encode(keys[i], "zz1-h1-r1-a01", text);
		assert_int_equal(0, cursor_decode(text, &cursor));
		assert_true(cursor.key == keys[i]);
		assert_string_equal("zz1-h1-r1-a01", cursor.id);
	}
}

static void
test_malformed(void **state)
{
	static const char *const bad[] = {
		"", "x", "0123456789abcdef", "0123456789abcdef.", "0123456789abcdef.A",
		"0123456789ABCDEF.a", "0123456789abcde.a", "0123456789abcdefa", "%",
		"0123456789abcdef./../x", "-123456789abcdef.a",
	};
	struct cursor cursor = {.key = 7};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(COL_EINVAL, cursor_decode(bad[i], &cursor));
	}
	assert_true(cursor.key == 7);   /* untouched */
}

static void
test_order(void **state)
{
	static const double rising[] = {-1e300, -2, -0.5, 0, 1e-300, 0.5, 1, 2, 1e300};
	size_t n = sizeof(rising) / sizeof(rising[0]);

	(void)state;
	for (size_t i = 1; i < n; i++) {
		assert_true(cursor_key_number(rising[i - 1], false) <
		    cursor_key_number(rising[i], false));
		assert_true(cursor_key_number(rising[i - 1], true) >
		    cursor_key_number(rising[i], true));
	}
	assert_true(cursor_key_number(-0.0, false) == cursor_key_number(0.0, false));
	assert_true(cursor_key_number(1e300, false) < CURSOR_UNKNOWN);
	assert_true(cursor_key_number(-1e300, true) < CURSOR_UNKNOWN);
	assert_true(cursor_key_uint(0, true) < CURSOR_UNKNOWN);
	assert_true(cursor_key_uint(UINT64_MAX, false) < CURSOR_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
