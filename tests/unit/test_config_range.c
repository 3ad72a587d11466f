/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/range.h"

static void
test_good(void **state)
{
	static const struct {
		const char *text, *first, *last;
		uint32_t n;
	} cases[] = {
		{ "A01..A24", "A01", "A24", 24 },
		{ "A1..A10", "A1", "A10", 10 },
		{ "A01..A100", "A01", "A100", 100 },
		{ "A98..A102", "A98", "A102", 5 },
		{ "R1-007..R1-009", "R1-007", "R1-009", 3 },
		{ "01..03", "01", "03", 3 },
		{ "A0..A0", "A0", "A0", 1 },
		{ "A7", "A7", "A7", 1 },
		{ "corner", "corner", "corner", 1 },
		{ "A00001..A10000", "A00001", "A10000", 10000 },
		{ "A999999998..A999999999", "A999999998", "A999999999", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct col_error error = { 0 };
		char label[RANGE_LABEL_SIZE];
		struct range range;

		assert_int_equal(range_parse(cases[i].text, &range, &error), 0);
		assert_int_equal(range.n_items, cases[i].n);
		range_label(&range, 0, label);
		assert_string_equal(label, cases[i].first);
		range_label(&range, cases[i].n - 1, label);
		assert_string_equal(label, cases[i].last);
	}
}

static void
test_bad(void **state)
{
	static const struct { const char *text; int code; } cases[] = {
		{ "", COL_EINVAL }, { "..", COL_EINVAL }, { "A..B", COL_EINVAL },
		{ "A1..", COL_EINVAL }, { "..A1", COL_EINVAL },
		{ "A2..A1", COL_ERANGE }, { "A0..A10000", COL_ERANGE },
		{ "A1..B2", COL_EINVAL }, { "A1..A2..A3", COL_EINVAL },
		{ "A 1", COL_EINVAL }, { "\xe7\x94\xb2" "1", COL_EINVAL },
		{ "A01..A9", COL_EINVAL }, { "A1..A02", COL_EINVAL },
		{ "A99999999999..A99999999999", COL_EINVAL },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    COL_EINVAL },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"
		    "..a2", COL_EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range range = { .n_items = 77 };
		struct col_error error = { 0 };

		assert_int_equal(range_parse(cases[i].text, &range, &error),
		    cases[i].code);
		assert_int_equal(range.n_items, 77);
		assert_true(error.text[0] != '\0');
	}
}

static void
test_addresses(void **state)
{
	static const struct { const char *text, *wanted; } cases[] = {
		{ "192.0.2.{n}", "192.0.2.7" },
		{ "192.0.2.{n+10}:1161", "192.0.2.17:1161" },
		{ "192.0.2.{n-7}", "192.0.2.0" },
		{ "pdu-{rack}.{id}.example", "pdu-A07.row-a07.example" },
		{ "[2001:db8::{n}]:161", "[2001:db8::7]:161" },
		{ "2001:db8::{n}", "2001:db8::7" },
		{ "[::1]", "[::1]" },
		{ "host.example:161", "host.example:161" },
		{ "{n}.rack.example", "7.rack.example" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range_words words = { "A07", "row-a07", 7 };
		char address[RANGE_ADDRESS_SIZE];
		struct col_error error = { 0 };

		assert_int_equal(range_address(cases[i].text, &words, address,
		    &error), 0);
		assert_string_equal(address, cases[i].wanted);
	}
}

static void
test_bad_addresses(void **state)
{
	static const char *const cases[] = { "", "{n", "{}", "{x}", "{n+}",
		"{n+1x}", "{n*2}", "{n-8}", "192.0.2.{n+300}", "a b", "1.2.3",
		"1.2.3.4:0", "1.2.3.4:x", "1.2.3.4:70000", "[::1", "[::1]x",
		"[1.2.3.4]:161", "{n+99999999999}",
		"{nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn}",
		"\"quoted\"" };
	struct range_words words = { "A07", "row-a07", 7 }, none = { NULL, NULL, 0 };
	char address[RANGE_ADDRESS_SIZE] = "untouched", longer[600];
	struct col_error error = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(range_address(cases[i], &words, address, &error) < 0);
		assert_string_equal(address, "untouched");
	}
	assert_true(range_address("10.0.0.{n}", &none, address, &error) < 0);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(range_address(longer, &words, address, &error),
	    COL_ERANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_bad_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
