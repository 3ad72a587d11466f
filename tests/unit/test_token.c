/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens and passwords: what is kept tells nothing, what matches does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/password.h"
#include "base/token.h"

static void
tokens_differ(void **unused)
{
	char a[TOKEN_SIZE], b[TOKEN_SIZE];

	(void)unused;
	assert_int_equal(token_make(a), 0);
	assert_int_equal(token_make(b), 0);
	assert_int_equal(strlen(a), TOKEN_SIZE - 1);
	assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_"), TOKEN_SIZE - 1);
	assert_string_not_equal(a, b);
}

/* Source: FIPS 180-4, the message "abc". */
static void
the_hash_is_sha256(void **unused)
{
	static const uint8_t WANT[TOKEN_HASH_SIZE] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde,
		0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	uint8_t hash[TOKEN_HASH_SIZE];

	(void)unused;
	token_hash_text("abc", hash);
	assert_memory_equal(hash, WANT, sizeof(hash));
	assert_true(token_equal(hash, WANT, sizeof(hash)));
	hash[31] ^= 1;
	assert_false(token_equal(hash, WANT, sizeof(hash)));
}

static void
passwords_match_their_hash_alone(void **unused)
{
	struct col_error error;
	char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];

	(void)unused;
	assert_int_equal(password_hash("correct horse", hash, &error), 0);
	assert_int_equal(strncmp(hash, "$y$", 3), 0);
	assert_true(password_matches("correct horse", hash));
	assert_false(password_matches("correct horsf", hash));
	assert_false(password_matches("", hash));
	assert_false(password_matches("nobody at all", ""));
	assert_false(password_matches("x", "garbage"));
	assert_int_equal(password_hash("correct horse", again, &error), 0);
	assert_string_not_equal(hash, again);
}

static void
weak_passwords_are_refused(void **unused)
{
	struct col_error error;
	char large[PASSWORD_MAX + 2];

	(void)unused;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(password_check("short", "li", &error), COL_EINVAL);
	assert_int_equal(password_check("tab\tbed word", "li", &error), COL_EINVAL);
	assert_int_equal(password_check("administrator", "Administrator", &error), COL_EINVAL);
	assert_int_equal(password_check(large, "li", &error), COL_EINVAL);
	/* ten Chinese letters are thirty bytes */
	assert_int_equal(password_check("机架机架机架机架机架", "li", &error), 0);
	assert_int_equal(password_check("机架机架机架", "li", &error), COL_EINVAL);
	assert_int_equal(password_check("ten letter", "li", &error), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_differ),
		cmocka_unit_test(the_hash_is_sha256),
		cmocka_unit_test(passwords_match_their_hash_alone),
		cmocka_unit_test(weak_passwords_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
