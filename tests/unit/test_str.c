/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

static void
numbers(void **state)
{
	static const struct { const char *text; int rc; double value; } ROWS[] = {
		{ "0", 0, 0 }, { "-1.5", 0, -1.5 }, { "1e3", 0, 1000 },
		{ "+2", 0, 2 }, { "", COL_EINVAL, 0 }, { " 1", COL_EINVAL, 0 },
		{ "1 ", COL_EINVAL, 0 }, { "0x10", COL_EINVAL, 0 },
		{ "inf", COL_EINVAL, 0 }, { "nan", COL_EINVAL, 0 },
		{ "1e999", COL_ERANGE, 0 }, { "foobar", COL_EINVAL, 0 },
		{ "1.2.3", COL_EINVAL, 0 }, { "--1", COL_EINVAL, 0 },
	};
	double value;

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		value = 77;
		assert_int_equal(str_to_number(ROWS[i].text, &value), ROWS[i].rc);
		assert_true(value == (ROWS[i].rc == 0 ? ROWS[i].value : 77));
	}
}

static void
integers(void **state)
{
	int64_t value = 5;
	uint64_t whole = 5;

	(void)state;
	assert_int_equal(str_to_int("-9223372036854775808", INT64_MIN, INT64_MAX,
	    &value), 0);
	assert_true(value == INT64_MIN);
	assert_int_equal(str_to_int("9223372036854775808", INT64_MIN, INT64_MAX,
	    &value), COL_ERANGE);
	assert_int_equal(str_to_int("11", 0, 10, &value), COL_ERANGE);
	assert_int_equal(str_to_int("", 0, 10, &value), COL_EINVAL);
	assert_int_equal(str_to_int("-", 0, 10, &value), COL_EINVAL);
	assert_int_equal(str_to_int("1x", 0, 10, &value), COL_EINVAL);
	assert_int_equal(str_to_uint("18446744073709551615", 0, UINT64_MAX, &whole), 0);
	assert_true(whole == UINT64_MAX);
	assert_int_equal(str_to_uint("18446744073709551616", 0, UINT64_MAX, &whole),
	    COL_ERANGE);
	assert_int_equal(str_to_uint("-1", 0, 10, &whole), COL_EINVAL);
}

static void
durations_and_sizes(void **state)
{
	static const struct { const char *text; int rc; int64_t value; } ROWS[] = {
		{ "250ms", 0, 250000000 }, { "60s", 0, 60000000000 },
		{ "5m", 0, 300000000000 }, { "24h", 0, 86400000000000 },
		{ "1y", 0, 31536000000000000 }, { "60", COL_EINVAL, 0 },
		{ "s", COL_EINVAL, 0 }, { "-1s", COL_EINVAL, 0 },
		{ "1.5s", COL_EINVAL, 0 }, { "999999999999y", COL_ERANGE, 0 },
	};
	int64_t ns;
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		ns = -7;
		assert_int_equal(str_to_duration(ROWS[i].text, &ns), ROWS[i].rc);
		assert_true(ns == (ROWS[i].rc == 0 ? ROWS[i].value : -7));
	}
	assert_int_equal(str_to_size("64MiB", &bytes), 0);
	assert_int_equal(bytes, 64 << 20);
	assert_int_equal(str_to_size("3kB", &bytes), 0);
	assert_int_equal(bytes, 3000);
	assert_int_equal(str_to_size("3 kB", &bytes), COL_EINVAL);
}

static void
copies_cut_between_characters(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(str_copy(text, sizeof(text), "机架机架"), 12);
	assert_string_equal(text, "机架");
	assert_int_equal(str_copy(text, 6, "机架"), 6);
	assert_string_equal(text, "机");
	assert_int_equal(str_format(text, sizeof(text), "%s", "a机架"), 7);
	assert_string_equal(text, "a机架");
	assert_int_equal(str_format(text, sizeof(text), "%s", "ab机架"), 8);
	assert_string_equal(text, "ab机");
}

static void
cleaning(void **state)
{
	static const struct { const char *from, *to; } ROWS[] = {
		{ "  APC\tAP8959 \r\n", "APC AP8959" },
		{ "\x1b[31mred", "[31mred" },
		{ "caf\xe9", "caf\xc3\xa9" },          /* Latin-1 */
		{ "郑州", "郑州" },
		{ "a\xc2\x85""b", "a b" },             /* C1 control */
		{ "\xf5\x80", "\xc3\xb5?" },
		{ "", "" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		str_clean(text, sizeof(text), ROWS[i].from, strlen(ROWS[i].from));
		assert_string_equal(text, ROWS[i].to);
		assert_true(str_is_utf8(text, strlen(text)));
	}
	str_clean(text, 5, "郑州", 6);
	assert_string_equal(text, "郑");
	assert_false(str_is_utf8("\xed\xa0\x80", 3)); /* surrogate */
	assert_false(str_is_utf8("\xc0\x80", 2));     /* overlong */
}

static void
ids_and_distance(void **state)
{
	(void)state;
	assert_true(str_is_id("zz1-h1-r1-a01"));
	assert_false(str_is_id(""));
	assert_false(str_is_id("-a"));
	assert_false(str_is_id("A01"));
	assert_false(str_is_id("a/b"));
	assert_int_equal(str_distance("interval", "intreval", 3), 1);
	assert_int_equal(str_distance("racks", "rack", 3), 1);
	assert_int_equal(str_distance("racks", "power", 2), 3);
	assert_int_equal(str_distance("", "ab", 5), 2);
}

static void
globs(void **state)
{
	static const struct {
		const char *glob, *text;
		bool matches;
	} cases[] = {
		{ "", "", true }, { "", "a", false }, { "*", "", true },
		{ "?", "", false }, { "a", "", false }, { "a", "a", true },
		{ "a", "ab", false }, { "a*", "a", true }, { "a*", "abc", true },
		{ "*c", "abc", true }, { "*c", "abcd", false }, { "a*c*e", "abcde", true },
		{ "a*c*e", "abdde", false }, { "**a**", "a", true },
		{ "*ab", "aab", true }, { "*aab", "aaaab", true },
		{ "pdu-?", "pdu-a", true }, { "pdu-?", "pdu-", false },
		{ "pdu-?", "pdu-ab", false }, { "A0?", "A01", true },
		{ "[a]", "[a]", true }, { "[a]", "a", false },
		/* one character, not one byte */
		{ "\xe6\x9c\xba?", "\xe6\x9c\xba\xe6\x88\xbf", true },
		{ "??", "\xe6\x88\xbf", false }, { "?", "\xe6\x88\xbf", true },
		{ "*?", "\xe6\x88\xbf", true }, { "*??", "\xe6\x88\xbf", false },
	};
	char many[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(str_glob(cases[i].glob, cases[i].text), cases[i].matches);
	}
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	assert_false(str_glob("*a*a*a*a*a*a*a*a*a*a*a*a*b", many));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(integers),
		cmocka_unit_test(durations_and_sizes),
		cmocka_unit_test(copies_cut_between_characters),
		cmocka_unit_test(cleaning),
		cmocka_unit_test(ids_and_distance),
		cmocka_unit_test(globs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
