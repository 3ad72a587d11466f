/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "../plugin/ipmi_kit.h"
#include "text.h"

static const char *
decode(enum text_kind kind, const char *hex, size_t size)
{
	static char text[64];
	uint8_t bytes[64];

	memset(text, '#', sizeof(text));
	(void)text_decode(kind, bytes, kit_bytes(hex, bytes, sizeof(bytes)),
	    text, size);
	return text;
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_string_equal(decode(TEXT_LATIN, "46 61 6e 31", 64), "Fan1");
	assert_string_equal(decode(TEXT_LATIN, "b5 e9", 64), "\u00b5\u00e9");
	assert_string_equal(decode(TEXT_PACKED, "29 dc a6", 64), "IPMI");
	assert_string_equal(decode(TEXT_PACKED, "29 dc", 64), "IP");
	assert_string_equal(decode(TEXT_BCD, "12 ba 34 cf", 64), "12- 34._");
	assert_string_equal(decode(TEXT_BINARY, "0a ff", 64), "0aff");
	assert_string_equal(decode(TEXT_WIDE, "6a 6d ae 6f 41", 64),
	    "\u6d6a\u6fae");
}

/* Nothing that a page or a terminal takes for more than text. */
static void
test_hostile(void **state)
{
	(void)state;
	assert_string_equal(decode(TEXT_LATIN, "1b 5b 33 31 6d 41 0a 7f 85 42",
	    64), "[31mAB");
	assert_string_equal(decode(TEXT_LATIN, "20 20 41 20 42 20 20", 64),
	    "A B");
	assert_string_equal(decode(TEXT_LATIN, "41 00 42", 64), "A");
	assert_string_equal(decode(TEXT_WIDE, "00 d8 41 00", 64), "A");
	assert_string_equal(decode(TEXT_LATIN, "", 64), "");
	/* cut at whole characters */
	assert_string_equal(decode(TEXT_LATIN, "41 e9 e9", 4), "A\u00e9");
	assert_string_equal(decode(TEXT_LATIN, "41 e9 e9", 3), "A");
	assert_string_equal(decode(TEXT_LATIN, "41", 1), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
