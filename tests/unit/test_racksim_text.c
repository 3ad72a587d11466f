/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

static void
numbers_are_whole_and_bounded(void **state)
{
	static const char *const bad[] = {
		"", " 1", "+1", "-1", "1 ", "1x", "0x10", "101",
		"99999999999999999999999"
	};
	uint64_t value = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(text_u64(bad[i], 100, &value), -1);
	}
	assert_int_equal(text_u64(NULL, 100, &value), -1);
	assert_int_equal(value, 7);
	assert_int_equal(text_u64("100", 100, &value), 0);
	assert_int_equal(value, 100);
}

static void
integers_take_a_sign(void **state)
{
	int64_t value = 7;

	(void)state;
	assert_int_equal(text_i64("-12", &value), 0);
	assert_int_equal(value, -12);
	assert_int_equal(text_i64("--1", &value), -1);
	assert_int_equal(text_i64("-", &value), -1);
	assert_int_equal(text_i64("1.5", &value), -1);
}

static void
times_are_unix_or_rfc3339(void **state)
{
	static const struct { const char *text; int64_t seconds; } good[] = {
		{"0", 0},
		{"1767225600", 1767225600},
		{"2026-01-01T00:00:00Z", 1767225600},
		{"2026-01-01T08:00:00+08:00", 1767225600},
		{"2025-12-31T19:30:00.75-04:30", 1767225600},
	};
	static const char *const bad[] = {
		"", "now", "-5", "2026-13-01T00:00:00Z", "2026-01-01",
		"2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
		"2026-01-01T00:00:00", "2026-01-01T00:00:00+8"
	};
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(text_time(good[i].text, &seconds), 0);
		assert_int_equal(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(text_time(bad[i], &seconds), -1);
	}
}

static void
words_are_cut_in_place(void **state)
{
	char line[] = "  silence\tsite=zz1  \n";
	char *cursor = line;

	(void)state;
	assert_string_equal(text_word(&cursor), "silence");
	assert_string_equal(text_word(&cursor), "site=zz1");
	assert_null(text_word(&cursor));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_whole_and_bounded),
		cmocka_unit_test(integers_take_a_sign),
		cmocka_unit_test(times_are_unix_or_rfc3339),
		cmocka_unit_test(words_are_cut_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
