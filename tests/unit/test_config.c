/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Broken files and what is said of each: tests/fixtures/config/NAME.yaml and
 * NAME.expected.  UPDATE=1 writes the expected texts anew; read the diff.
 */
#include <config.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_fake.h"

#define CASES_MIN 40

static const char *folder;

static char *
slurp(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 16);

	if (file != NULL) {
		(void)!fread(text, 1, (1 << 16) - 1, file);
		fclose(file);
	}
	return text;
}

/* The folder of the sources is not the same everywhere. */
static char *
without_folder(const char *text)
{
	char prefix[512], *out = calloc(1, strlen(text) + 1), *to = out;
	size_t len = (size_t)snprintf(prefix, sizeof(prefix), "%s/", folder);

	while (*text != '\0') {
		if (strncmp(text, prefix, len) == 0) {
			text += len;
		} else {
			*to++ = *text++;
		}
	}
	return out;
}

static void
check_case(const char *name)
{
	struct config_fake fake;
	char path[512], *expected, *found;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.yaml", folder, name);
	config_fake_file(&fake, path);
	assert_null(fake.config);
	assert_true(fake.n_errors > 0);
	/* A refused file gives no number to anything. */
	for (int kind = 0; kind < ENTITY_KIND_N; kind++) {
		assert_int_equal(ids_count(fake.ids, (enum entity_kind)kind), 0);
	}
	found = without_folder(fake.text.data);
	/* No message repeats a secret. */
	assert_null(strstr(found, "hunter2"));
	snprintf(path, sizeof(path), "%s/%s.expected", folder, name);
	if (getenv("UPDATE") != NULL) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(found, file);
		fclose(file);
	}
	expected = slurp(path);
	if (strcmp(expected, found) != 0) {
		print_error("case %s:\n", name);
	}
	assert_string_equal(found, expected);
	free(expected);
	free(found);
	config_fake_done(&fake);
}

static void
test_broken(void **state)
{
	struct dirent **list;
	int n = scandir(folder, &list, NULL, alphasort), n_cases = 0;

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char *dot = strstr(list[i]->d_name, ".yaml");

		if (dot != NULL && dot[5] == '\0') {
			*dot = '\0';
			check_case(list[i]->d_name);
			n_cases++;
		}
		free(list[i]);
	}
	free(list);
	assert_true(n_cases >= CASES_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken),
	};
	static char path[512];
	const char *top = getenv("top_srcdir");

	snprintf(path, sizeof(path), "%s/tests/fixtures/config",
	    top != NULL ? top : ".");
	folder = path;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
