/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 郑州 in every encoding that a spreadsheet may write. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/csv.h"
#include "config/encoding.h"

#define WORD "\xe9\x83\x91\xe5\xb7\x9e"      /* U+90D1 U+5DDE in UTF-8 */
#define GBK "\xd6\xa3\xd6\xdd"               /* the same in GBK */

static void
test_forms(void **state)
{
	static const struct { const char *text; size_t size; } forms[] = {
		{ "a," WORD, 8 },
		{ "\xef\xbb\xbf" "a," WORD, 11 },
		{ "a," GBK, 6 },
		{ "\xff\xfe" "a\0,\0\xd1\x90\xde\x5d", 10 },
		{ "\xfe\xff\0a\0,\x90\xd1\x5d\xde", 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t size = 0, bad = 0;
		char *text = encoding_to_utf8(forms[i].text, forms[i].size, &size,
		    &bad);

		assert_non_null(text);
		assert_string_equal(text, "a," WORD);
		assert_int_equal(size, 8);
		free(text);
	}
}

static void
test_bad(void **state)
{
	size_t size = 7, bad = 0;

	(void)state;
	assert_null(encoding_to_utf8("abc\xff\xff", 5, &size, &bad));
	assert_int_equal(bad, 3);
	assert_int_equal(size, 7);
	/* half a character of UTF-16, half a character of GBK */
	assert_null(encoding_to_utf8("\xff\xfe" "a", 3, &size, NULL));
	assert_null(encoding_to_utf8("ab\xd6", 3, &size, &bad));
	assert_int_equal(bad, 2);
}

/* The whole way: a CSV as Excel in Chinese saves it, CRLF and all. */
static void
test_csv(void **state)
{
	static const char csv[] = "id,tenant,feeds.A.breaker_a\r\n"
	    "r1," GBK ",32\r\nr2,\"" GBK ", 2\",16\r\n";
	struct arena *arena = arena_new();
	struct config_errors errors;
	const struct col_node *racks;

	(void)state;
	config_errors_init(&errors);
	racks = col_node_get(csv_parse(csv, sizeof(csv) - 1, "t.csv", arena, &errors),
	    "racks");
	assert_int_equal(errors.n_total, 0);
	assert_int_equal(racks->n_items, 2);
	assert_string_equal(col_node_get(racks->items[0], "tenant")->text, WORD);
	assert_string_equal(col_node_get(racks->items[1], "tenant")->text, WORD ", 2");
	/* columns are those of characters, not of bytes */
	assert_int_equal(col_node_get(racks->items[0], "feeds")->column, 7);
	config_errors_done(&errors);
	arena_free(arena);
}

static void
test_equipment(void **state)
{
	static const char csv[] = "id,rack,u,nameplate_w,feeds,role,plugin,address\n"
	    "e1,r1,3,500,A B,,,\n,r1,,,,pdu-a,snmp,192.0.2.1\ne2,r1,,300,A,,,\n";
	struct arena *arena = arena_new();
	struct config_errors errors;
	const struct col_node *root, *list;

	(void)state;
	config_errors_init(&errors);
	root = csv_parse(csv, sizeof(csv) - 1, "t.csv", arena, &errors);
	list = col_node_get(root, "equipment");
	assert_int_equal(list->n_items, 2);
	assert_int_equal(col_node_get(list->items[0], "feeds")->kind, COL_NODE_LIST);
	assert_int_equal(col_node_get(list->items[0], "feeds")->n_items, 2);
	assert_int_equal(col_node_get(list->items[1], "feeds")->kind, COL_NODE_SCALAR);
	assert_int_equal(col_node_get(root, "devices")->n_items, 1);
	assert_int_equal(col_node_get(root, "racks")->n_items, 0);
	config_errors_done(&errors);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_equipment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
