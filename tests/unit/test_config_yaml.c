/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "config/braces.h"
#include "config/config.h"
#include "config/node.h"

static struct arena *arena;
static struct config_errors errors;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new();
	config_errors_init(&errors);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	config_errors_done(&errors);
	arena_free(arena);
	return 0;
}

static const struct col_node *
parse(const char *text)
{
	return config_parse_yaml(text, strlen(text), "t.yaml", arena, &errors);
}

static void
test_tree(void **state)
{
	const struct col_node *root = parse(
	    "a: 1\nb: [x, \"y\", {z: 'q'}]\n\nc:\n  d: |\n    two\n    lines\n"
	    "  \"e f\":\n");
	const struct col_node *b, *c;

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->kind, COL_NODE_MAP);
	assert_int_equal(root->n_items, 3);
	assert_string_equal(col_node_get(root, "a")->text, "1");
	assert_false(col_node_get(root, "a")->quoted);
	b = col_node_get(root, "b");
	assert_int_equal(b->kind, COL_NODE_LIST);
	assert_int_equal(b->n_items, 3);
	assert_int_equal(b->line, 2);
	assert_int_equal(b->column, 1);
	assert_true(b->items[1]->quoted);
	assert_int_equal(b->items[1]->column, 8);
	assert_null(b->items[1]->key);
	assert_string_equal(col_node_get(b->items[2], "z")->text, "q");
	c = col_node_get(root, "c");
	assert_string_equal(col_node_get(c, "d")->text, "two\nlines\n");
	assert_true(node_is_null(col_node_get(c, "e f")));
	assert_int_equal(col_node_get(c, "e f")->line, 8);
	assert_string_equal(c->file, "t.yaml");
	assert_int_equal(errors.n_total, 0);
}

static void
test_empty(void **state)
{
	static const char *const texts[] = { "", "\n", "# nothing\n", "---\n",
		"\xef\xbb\xbf", "~\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct col_node *root = parse(texts[i]);

		assert_non_null(root);
		assert_int_equal(root->kind, COL_NODE_MAP);
		assert_int_equal(root->n_items, 0);
	}
}

/* Columns count characters, and braces of addresses do not move them. */
static void
test_braces(void **state)
{
	const struct col_node *root = parse(
	    "{名: 值, a: 192.0.2.{n}, b: \"{n+10}\", c: x{rack}y{id}, d: {e: f}}\n");

	(void)state;
	assert_non_null(root);
	assert_string_equal(col_node_get(root, "a")->text, "192.0.2.{n}");
	assert_string_equal(col_node_get(root, "b")->text, "{n+10}");
	assert_int_equal(col_node_get(root, "b")->column, 24);
	assert_string_equal(col_node_get(root, "c")->text, "x{rack}y{id}");
	assert_int_equal(col_node_get(root, "d")->kind, COL_NODE_MAP);
	/* Who writes the very marks that we use keeps them. */
	root = parse("a: \"\xef\x85\xbb{n}\"\n");
	assert_string_equal(col_node_get(root, "a")->text, "\xef\x85\xbb{n}");
}

static void
test_hide(void **state)
{
	static const char *const kept[] = { "", "{", "{n", "{m}", "{n+}", "{n+x}",
		"{ n }", "{rack", "{n+12345678901234567890}" };
	size_t size = 0;
	char *hidden;

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		assert_null(braces_hide(kept[i], strlen(kept[i]), &size));
	}
	hidden = braces_hide("{n-1}{n}{x}", 11, &size);
	assert_non_null(hidden);
	assert_int_equal(size, strlen(hidden));
	assert_null(strstr(hidden, "{n"));
	braces_show(hidden);
	assert_string_equal(hidden, "{n-1}{n}{x}");
	free(hidden);
}

static void
test_depth(void **state)
{
	char text[64] = "";

	(void)state;
	memset(text, '[', 16);
	memset(text + 16, ']', 16);
	assert_non_null(parse(text));
	memset(text, '[', 17);
	memset(text + 17, ']', 17);
	assert_null(parse(text));
	assert_int_equal(errors.n_total, 1);
	assert_int_equal(errors.items[0].column, 17);
}

/* 100 KB of '[' take libyaml 30 s; here they must cost nothing. */
static void
test_brackets(void **state)
{
	size_t size = 100000;
	char *text = malloc(size);
	clock_t before = clock();

	(void)state;
	memset(text, '[', size);
	assert_null(config_parse_yaml(text, size, "t.yaml", arena, &errors));
	assert_int_equal(errors.n_total, 1);
	assert_true((clock() - before) * 1000 / CLOCKS_PER_SEC < 1000);
	free(text);
}

static void
test_nul(void **state)
{
	(void)state;
	assert_null(config_parse_yaml("a: b\0c\n", 7, "t.yaml", arena, &errors));
	assert_null(parse("a: \"b\\0c\"\n"));
	assert_int_equal(errors.n_total, 2);
}

/* All double keys of a file are told, not only the first. */
static void
test_all_double_keys(void **state)
{
	(void)state;
	assert_null(parse("a: 1\na: 2\nb: {c: 1, c: 2, c: 3}\na: 3\n"));
	assert_int_equal(errors.n_total, 4);
}

static void
test_file(void **state)
{
	(void)state;
	assert_null(config_read_yaml("/nonexistent/x.yaml", arena, &errors));
	assert_null(config_read_yaml("/", arena, &errors));
	assert_null(config_read_yaml("/dev/null", arena, &errors));
	assert_int_equal(errors.n_total, 3);
}

static void
test_hash(void **state)
{
	const struct col_node *a = parse("x: {a: 1, b: [2, 3]}\n");
	const struct col_node *b = parse("# other place\n\nx: {a: \"1\", b: [2,3]}\n");
	const struct col_node *c = parse("x: {a: 1, b: [2, [3]]}\n");
	const struct col_node *d = parse("x: {a: 1, c: [2, 3]}\n");

	(void)state;
	assert_true(node_hash(a, 1) == node_hash(b, 1));
	assert_true(node_hash(a, 1) != node_hash(c, 1));
	assert_true(node_hash(a, 1) != node_hash(d, 1));
	assert_true(node_hash(a, 1) != node_hash(a, 2));
	assert_true(node_hash(NULL, 1) != node_hash(a, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tree), TEST(test_empty), TEST(test_braces),
		TEST(test_hide), TEST(test_depth), TEST(test_brackets),
		TEST(test_nul), TEST(test_all_double_keys), TEST(test_file),
		TEST(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
