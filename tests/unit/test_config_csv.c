/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/csv.h"

struct fixture { struct arena *arena; struct config_errors errors; };

static const struct col_node *
parse(struct fixture *f, const char *text)
{
	f->arena = arena_new();
	config_errors_init(&f->errors);
	return csv_parse(text, strlen(text), "t.csv", f->arena, &f->errors);
}

static void
done(struct fixture *f)
{
	config_errors_done(&f->errors);
	arena_free(f->arena);
}

static const char *
text_of(const struct col_node *node, const char *key)
{
	const struct col_node *item = col_node_get(node, key);

	assert_non_null(item);
	assert_int_equal(item->kind, COL_NODE_SCALAR);
	return item->text;
}

static void
test_rows(void **state)
{
	struct fixture f;
	const struct col_node *root = parse(&f,
	    "\xef\xbb\xbfid,state,rack,role,address,credential\r\n"
	    "r1, planned ,,,,\r\n"
	    "\r\n"
	    ",,r1,pdu-a,192.0.2.1,\"a;b  c\"\r\n"
	    "r2,\"in_service\",,,,");
	const struct col_node *racks = col_node_get(root, "racks");
	const struct col_node *devices = col_node_get(root, "devices");
	const struct col_node *list;

	(void)state;
	assert_non_null(root);
	assert_int_equal(racks->n_items, 2);
	assert_int_equal(devices->n_items, 1);
	assert_string_equal(text_of(racks->items[0], "id"), "r1");
	assert_string_equal(text_of(racks->items[0], "state"), "planned");
	assert_int_equal(racks->items[0]->n_items, 2);
	assert_int_equal(racks->items[1]->line, 5);
	assert_int_equal(col_node_get(racks->items[1], "state")->column, 4);
	list = col_node_get(devices->items[0], "credential");
	assert_int_equal(list->kind, COL_NODE_LIST);
	assert_int_equal(list->n_items, 3);
	assert_string_equal(list->items[2]->text, "c");
	done(&f);
}

static void
test_quotes(void **state)
{
	struct fixture f;
	const struct col_node *root = parse(&f,
	    "id,name.en,name.zh,label\n"
	    "r1,\"a, \"\"b\"\"\",\"two\nlines\",\xe7\x94\xb2\n"
	    "r2,x,\"\",z\n");
	const struct col_node *racks = col_node_get(root, "racks");
	const struct col_node *name;

	(void)state;
	assert_non_null(root);
	name = col_node_get(racks->items[0], "name");
	assert_int_equal(name->kind, COL_NODE_MAP);
	assert_string_equal(text_of(name, "en"), "a, \"b\"");
	assert_string_equal(text_of(name, "zh"), "two\nlines");
	assert_int_equal(racks->items[1]->line, 4);
	/* An empty cell in quotes is there, one without is not. */
	assert_string_equal(text_of(col_node_get(racks->items[1], "name"), "zh"),
	    "");
	done(&f);
}

static void
test_nested(void **state)
{
	struct fixture f;
	const struct col_node *root = parse(&f,
	    "id,feeds.A.breaker_a,units,feeds.B.breaker_a,feeds.A.volts\n"
	    "r1,32,42,16,220\n"
	    "r2,,42,16,\n");
	const struct col_node *racks = col_node_get(root, "racks");
	const struct col_node *feeds = col_node_get(racks->items[0], "feeds");

	(void)state;
	assert_int_equal(racks->items[0]->n_items, 3);
	assert_int_equal(feeds->n_items, 2);
	assert_string_equal(text_of(col_node_get(feeds, "A"), "volts"), "220");
	assert_string_equal(text_of(col_node_get(feeds, "B"), "breaker_a"), "16");
	feeds = col_node_get(racks->items[1], "feeds");
	assert_int_equal(feeds->n_items, 1);
	assert_null(col_node_get(feeds, "A"));
	done(&f);
}

static void
test_bad(void **state)
{
	static const struct { const char *text; uint32_t line, column; } cases[] = {
		{ "id,id\n", 1, 4 },
		{ "id,,x\n", 1, 4 },
		{ "id,feeds,feeds.A\n", 1, 10 },
		{ "id,a.b.c.d.e\n", 1, 4 },
		{ "id,a..b\n", 1, 4 },
		{ "id\nr1,2\n", 2, 1 },
		{ "id,x\nr1\n", 2, 1 },
		{ "id\n\"r1\n\n", 2, 1 },
		{ "id\n\"r1\"x\n", 2, 5 },
		{ "id\nr\"1\n", 2, 2 },
		{ "id\nr\x01\n", 2, 1 },
		{ "id\nr1\n\xff\n", 3, 1 },
		{ "id;row\nr1;w1\n", 1, 1 },
		{ "", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;

		assert_null(parse(&f, cases[i].text));
		assert_int_equal(f.errors.n_total, 1);
		assert_int_equal(f.errors.items[0].line, cases[i].line);
		assert_int_equal(f.errors.items[0].column, cases[i].column);
		done(&f);
	}
}

static void
test_many_columns(void **state)
{
	char text[1024] = "c0";
	size_t len = 2;
	struct fixture f;

	(void)state;
	for (int i = 1; i <= CSV_COLUMNS_MAX; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, ",c%d", i);
	}
	assert_null(parse(&f, text));
	assert_int_equal(f.errors.n_total, 1);
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_many_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
