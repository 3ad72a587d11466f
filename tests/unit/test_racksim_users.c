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

#include <unistd.h>

#include "users.h"

/* Loads a text through a file; returns what users_load does. */
static int
load(struct users *users, const char *text, char *error)
{
	char path[] = "/tmp/racksim-users-XXXXXX";
	struct keys *keys = keys_new();
	int fd = mkstemp(path), status;

	assert_non_null(keys);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	assert_int_equal(close(fd), 0);
	status = users_load(users, keys, path, error);
	assert_int_equal(unlink(path), 0);
	keys_free(keys);
	return status;
}

static void
lines_are_users(void **state)
{
	struct users users;
	char error[USERS_ERROR_MAX] = "";

	(void)state;
	assert_int_equal(load(&users, "# who\n\none sha authpass1 des privpass1\n"
	    "two md5 authpass2\r\nthree", error), 0);
	assert_int_equal(users.n, 3);
	assert_ptr_equal(users_find(&users, (const uint8_t *)"two", 3),
	    &users.list[1]);
	assert_null(users_find(&users, (const uint8_t *)"tw", 2));
	assert_int_equal(users.list[0].master.priv, KEYS_DES);
	assert_string_equal(users.list[0].priv_passphrase, "privpass1");
	assert_int_equal(users.list[1].master.auth, KEYS_MD5);
	assert_int_equal(users.list[1].master.priv, KEYS_NO_PRIV);
	assert_int_equal(users.list[2].master.auth, KEYS_NO_AUTH);
}

static void
without_a_file_there_is_one(void **state)
{
	struct keys *keys = keys_new();
	struct users users;
	char error[USERS_ERROR_MAX] = "";

	(void)state;
	assert_int_equal(users_load(&users, keys, NULL, error), 0);
	assert_int_equal(users.n, 1);
	assert_string_equal(users.list[0].name, "demo");
	assert_int_equal(users.list[0].master.priv, KEYS_AES128);
	assert_int_equal(users_load(&users, keys, "/nonexistent/u", error), -1);
	keys_free(keys);
}

static void
bad_lines_are_named(void **state)
{
	static const struct { const char *text, *message; } bad[] = {
		{"", ":0: no user in it"},
		{"a\nb sha short", ":2: a name or passphrase is too short or "
		    "too long"},
		{"a sha", ":1: takes NAME [AUTH PASSPHRASE [PRIV PASSPHRASE]]"},
		{"a sha authpass1 des privpass1 more",
		    ":1: takes NAME [AUTH PASSPHRASE [PRIV PASSPHRASE]]"},
		{"a none authpass1", ":1: AUTH is md5, sha, sha224, sha256, "
		    "sha384 or sha512"},
		{"a sha authpass1 3des privpass1", ":1: PRIV is des, aes128, "
		    "aes192, aes256, aes192c or aes256c"},
		{"a\na", ":2: a user stands twice"},
		{"a23456789012345678901234567890123", ":1: a name or "
		    "passphrase is too short or too long"},
	};
	char error[USERS_ERROR_MAX];
	struct users users;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(&users, bad[i].text, error), -1);
		assert_non_null(strchr(error, ':'));
		assert_string_equal(strchr(error, ':'), bad[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_users),
		cmocka_unit_test(without_a_file_there_is_one),
		cmocka_unit_test(bad_lines_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
