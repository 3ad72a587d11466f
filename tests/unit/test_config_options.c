/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include <cmocka.h>

#include "base/arena.h"
#include "config/secret.h"
#include "config_fake.h"

static const struct col_option table[] = {
	{ "text", COL_OPT_TEXT, "hello", 0, 0, NULL, "A text." },
	{ "count", COL_OPT_INTEGER, "3", 1, 9, NULL, "A number." },
	{ "ratio", COL_OPT_NUMBER, NULL, 0, 1, NULL, "A ratio." },
	{ "on", COL_OPT_BOOL, "yes", 0, 0, NULL, "A switch." },
	{ "wait", COL_OPT_DURATION, "1s", 0.5, 60, NULL, "A time." },
	{ "size", COL_OPT_SIZE, "64KiB", 0, 0, NULL, "A size." },
	{ "mode", COL_OPT_CHOICE, "slow", 0, 0, "slow|fast|faster", "A word." },
	{ "key", COL_OPT_SECRET, NULL, 0, 0, NULL, "A secret." },
	{ "tree", COL_OPT_NODE, NULL, 0, 0, NULL, "Anything." },
	{ .name = NULL },
};
enum { TEXT, COUNT, RATIO, ON, WAIT, SIZE, MODE, KEY, TREE, N };

struct fixture {
	struct arena *arena;
	struct config_errors errors;
	struct col_option_value values[N];
	int rc;
};

static void
read_options(struct fixture *f, const char *file, const char *yaml,
    const char *const *also)
{
	const struct col_node *node;

	f->arena = arena_new();
	config_errors_init(&f->errors);
	node = config_parse_yaml(yaml, strlen(yaml), file, f->arena, &f->errors);
	f->rc = config_options(table, node, also, &f->errors, f->arena, f->values);
}

static void
done(struct fixture *f)
{
	config_errors_done(&f->errors);
	arena_free(f->arena);
}

static void
test_defaults(void **state)
{
	struct fixture f;

	(void)state;
	read_options(&f, "t.yaml", "", NULL);
	assert_int_equal(f.rc, 0);
	assert_string_equal(f.values[TEXT].text, "hello");
	assert_int_equal(f.values[COUNT].integer, 3);
	assert_true(f.values[ON].truth);
	assert_int_equal(f.values[WAIT].integer, NS_PER_S);
	assert_int_equal(f.values[SIZE].integer, 65536);
	assert_int_equal(f.values[MODE].integer, 0);
	assert_string_equal(f.values[MODE].text, "slow");
	for (int i = 0; i < N; i++) {
		assert_false(f.values[i].given);
		assert_null(f.values[i].node);
	}
	done(&f);
}

static void
test_given(void **state)
{
	static const char *const also[] = { "address", NULL };
	struct fixture f;

	(void)state;
	read_options(&f, "t.yaml", "text: \"\"\ncount: 9\nratio: 0.25\non: false\n"
	    "wait: 500ms\nsize: 2MiB\nmode: faster\ntree: [1, {a: b}]\n"
	    "address: x\n", also);
	assert_int_equal(f.rc, 0);
	assert_string_equal(f.values[TEXT].text, "");
	assert_int_equal(f.values[COUNT].integer, 9);
	assert_float_equal(f.values[RATIO].number, 0.25, 1e-12);
	assert_false(f.values[ON].truth);
	assert_int_equal(f.values[WAIT].integer, NS_PER_S / 2);
	assert_int_equal(f.values[SIZE].integer, 2 << 20);
	assert_int_equal(f.values[MODE].integer, 2);
	assert_true(f.values[TREE].given);
	assert_int_equal(f.values[TREE].node->n_items, 2);
	done(&f);
}

static void
test_bad(void **state)
{
	static const struct { const char *yaml, *text; } cases[] = {
		{ "count: 10", "count must be within 1 .. 9, not '10'" },
		{ "count: 0x3", "count must be a whole number, not '0x3'" },
		{ "count: [1]", "count must be a whole number, not a list" },
		{ "count:", "count has no value; it must be a whole number" },
		{ "ratio: nan", "ratio must be a number, not 'nan'" },
		{ "ratio: 1.5", "ratio must be within 0 .. 1, not '1.5'" },
		{ "on: 1x", "on must be true or false, not '1x'" },
		{ "wait: 2m", "wait must be within 500ms .. 1m, not '2m'" },
		{ "wait: 5", "wait must be a duration such as 60s, 5m, 24h or 7d, "
		    "not '5'" },
		{ "size: big", "size must be a size such as 512KiB, 64MiB or 2GiB, "
		    "not 'big'" },
		{ "mode: fats", "mode must be one of slow|fast|faster, not 'fats' "
		    "(did you mean 'fast'?)" },
		{ "mode: slo", "mode must be one of slow|fast|faster, not 'slo' "
		    "(did you mean 'slow'?)" },
		{ "text: {a: b}", "text must be a text, not a map of keys" },
		{ "key: hunter2", "key is a secret in clear text; put it in a file "
		    "(mode 0600) and write {file: PATH} or {credential: NAME}" },
		{ "key: {file: a, credential: b}",
		    "key must be {file: PATH} or {credential: NAME}" },
		{ "modus: fast", "unknown option 'modus' (did you mean 'mode'?)" },
		{ "[a]", "this must be a map of options, not a list" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;

		read_options(&f, "t.yaml", cases[i].yaml, NULL);
		assert_int_equal(f.rc, COL_ECONFIG);
		assert_int_equal(f.errors.n_total, 1);
		assert_string_equal(f.errors.items[0].text, cases[i].text);
		done(&f);
	}
}

/* A word is cut between its characters, and the message stays one line. */
static void
test_long_words(void **state)
{
	char yaml[512] = "count: \"";
	struct fixture f;

	(void)state;
	for (int i = 0; i < 30; i++) {
		memcpy(yaml + 8 + 3 * i, "\xe6\xb2\xb3", 3);
	}
	memcpy(yaml + 98, "\\n\"", 4);
	read_options(&f, "t.yaml", yaml, NULL);
	assert_int_equal(f.errors.n_total, 1);
	assert_null(strstr(f.errors.items[0].text, "\n"));
	assert_non_null(strstr(f.errors.items[0].text, "\xe6\xb2\xb3'"));
	done(&f);
}

/* ---- secrets ---------------------------------------------------------------- */

static const char *folder;

static int
secret(const char *yaml, char *buffer, size_t size, struct col_error *error)
{
	struct arena *arena = arena_new();
	struct config_errors errors;
	char file[512];
	const struct col_node *root;
	int rc;

	config_errors_init(&errors);
	snprintf(file, sizeof(file), "%s/main.yaml", folder);
	root = config_parse_yaml(yaml, strlen(yaml), file, arena, &errors);
	rc = config_secret(root, buffer, size, error);
	config_errors_done(&errors);
	arena_free(arena);
	return rc;
}

static void
test_secret_file(void **state)
{
	char buffer[64], yaml[600];
	struct col_error error = { 0 };

	(void)state;
	config_fake_write(folder, "a", "public\n");
	config_fake_write(folder, "b", "two\n\n");
	config_fake_write(folder, "c", "bare");
	assert_int_equal(secret("file: a", buffer, sizeof(buffer), &error), 6);
	assert_string_equal(buffer, "public");
	assert_int_equal(secret("file: b", buffer, sizeof(buffer), &error), 4);
	assert_string_equal(buffer, "two\n");
	assert_int_equal(secret("file: c", buffer, 5, &error), 4);
	snprintf(yaml, sizeof(yaml), "file: %s/c", folder);
	assert_int_equal(secret(yaml, buffer, sizeof(buffer), &error), 4);
	assert_int_equal(secret("file: c", buffer, 4, &error), COL_ERANGE);
}

static void
test_secret_refused(void **state)
{
	char buffer[64], path[600];
	struct col_error error = { 0 };

	(void)state;
	config_fake_write(folder, "empty", "\n");
	config_fake_write(folder, "open", "hunter2\n");
	snprintf(path, sizeof(path), "%s/open", folder);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(secret("file: empty", buffer, sizeof(buffer), &error),
	    COL_EINVAL);
	assert_int_equal(secret("file: none", buffer, sizeof(buffer), &error),
	    COL_ENOENT);
	assert_int_equal(secret("file: .", buffer, sizeof(buffer), &error),
	    COL_EINVAL);
	assert_int_equal(secret("hunter2", buffer, sizeof(buffer), &error),
	    COL_EINVAL);
	assert_int_equal(secret("text: hunter2", buffer, sizeof(buffer), &error),
	    COL_EINVAL);
	assert_null(strstr(error.text, "hunter2"));
	assert_int_equal(secret("file: open", buffer, sizeof(buffer), &error),
	    COL_EAUTH);
	assert_non_null(strstr(error.text, "chmod go-w"));
	assert_null(strstr(error.text, "hunter2"));
	/* World-readable is not ours to refuse. */
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(secret("file: open", buffer, sizeof(buffer), &error), 7);
}

static void
test_credential(void **state)
{
	char buffer[64];
	struct col_error error = { 0 };

	(void)state;
	config_fake_write(folder, "pdu", "secret");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(secret("credential: pdu", buffer, sizeof(buffer), &error),
	    COL_ENOENT);
	assert_non_null(strstr(error.text, "LoadCredential=pdu:"));
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	assert_int_equal(secret("credential: pdu", buffer, sizeof(buffer), &error),
	    6);
	assert_string_equal(buffer, "secret");
	assert_int_equal(secret("credential: ../pdu", buffer, sizeof(buffer),
	    &error), COL_EINVAL);
	assert_int_equal(secret("credential: ..", buffer, sizeof(buffer), &error),
	    COL_EINVAL);
	unsetenv("CREDENTIALS_DIRECTORY");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_secret_file),
		cmocka_unit_test(test_secret_refused),
		cmocka_unit_test(test_credential),
	};
	int failed;

	folder = config_fake_folder();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	config_fake_remove(folder);
	return failed;
}
