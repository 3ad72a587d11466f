/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"

static int
parse(struct options *ret, const char *line)
{
	static char text[512];
	static char *words[32];
	char *cursor = text, *word;
	int n = 0;

	(void)snprintf(text, sizeof(text), "%s", line);
	while (n < 32 && (word = strsep(&cursor, " ")) != NULL) {
		words[n++] = word;
	}
	return options_parse(line[0] == '\0' ? 0 : n, words, ret);
}

static void
words_and_options_may_mix(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, "dev --racks 900 power_w --seed=7 - "
	    "--base 127.32.0.0 123 --snmp v3 --users u.txt"), 0);
	assert_int_equal(o.n_words, 4);
	assert_string_equal(o.words[0], "dev");
	assert_string_equal(o.words[3], "123");
	assert_int_equal(o.n_racks, 900);
	assert_int_equal(o.seed, 7);
	assert_int_equal(o.base, 0x7f200000U);
	assert_true(o.is_v3);
	assert_string_equal(o.users, "u.txt");
	assert_int_equal(parse(&o, "--listen 127.9.8.7:161 --today 2026-01-02"),
	    0);
	assert_int_equal(o.listen, 0x7f090807U);
	assert_int_equal(o.listen_port, 161);
	assert_int_equal(o.today, 1767312000);
	assert_int_equal(parse(&o, ""), 0);
	assert_int_equal(o.port, 16100);
	assert_false(o.is_v3);
	assert_string_equal(o.community, "public");
}

static void
bad_values_are_refused(void **state)
{
	static const char *const bad[] = {
		"--racks 0", "--racks 250001", "--racks 9x", "--racks",
		"--port 65536", "--base 10.0.0.0", "--base 127.0.0.1",
		"--listen 8.8.8.8:161", "--listen 127.0.0.1", "--snmp v4",
		"--max-size 483", "--today yesterday", "--step 0",
		"--community=", "--nonsense 1", "--racks= 5",
		"--a-name-that-is-longer-than-any-option 1",
	};
	struct options o = {.port = 4711};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(&o, bad[i]), -1);
		assert_int_equal(o.port, 4711);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_options_may_mix),
		cmocka_unit_test(bad_values_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
