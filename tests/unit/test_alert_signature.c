/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures: the vectors of the specification and of the robots, and bad keys. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <collectord/err.h>

#include "alert/signature.h"

/* Source: domain.md 4.2; RFC 4231 test case 2 for the bare HMAC. */
static void
vectors_hold(void **unused)
{
	static const char BODY[] = "{\"test\": 2432232314}";
	char text[SIGNATURE_SIZE];

	(void)unused;
	assert_int_equal(signature_webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY, strlen(BODY), text), 0);
	assert_string_equal(text, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	signature_dingtalk("SECdemo0123456789", 1700000000000, text);
	assert_string_equal(text, "ww0uYz9hgC//la1LzHCxhiH8ja6t5XU0VlJXBRQKVAA=");
	signature_feishu("demo0123456789", 1700000000, text);
	assert_string_equal(text, "7Yc0pFs7MMqT/RN2C2GjIVRYZdZD9M4fODulB9vk6/A=");
	signature_make("Jefe", 4, "what do ya want for nothing?", 28, text);
	assert_string_equal(text, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

static void
every_part_is_signed(void **unused)
{
	static const char SECRET[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	char first[SIGNATURE_SIZE], other[SIGNATURE_SIZE];

	(void)unused;
	assert_int_equal(signature_webhook(SECRET, "msg_1", 5, "{}", 2, first), 0);
	assert_int_equal(signature_webhook(SECRET, "msg_2", 5, "{}", 2, other), 0);
	assert_string_not_equal(first, other);
	assert_int_equal(signature_webhook(SECRET, "msg_1", 6, "{}", 2, other), 0);
	assert_string_not_equal(first, other);
	assert_int_equal(signature_webhook(SECRET, "msg_1", 5, "{ }", 3, other), 0);
	assert_string_not_equal(first, other);
	/* bytes behind a NUL count */
	assert_int_equal(signature_webhook(SECRET, "msg_1", 5, "{}\0x", 4, other), 0);
	assert_string_not_equal(first, other);
}

static void
keys_are_checked(void **unused)
{
	static const struct { const char *secret; int code; } CASES[] = {
		{ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24 },
		{ "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24 },
		{ "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 32 },
		{ "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", 32 },
		{ "whsec_", COL_ERANGE },
		{ "whsec_AAEC", COL_ERANGE },
		{ "whsec_not base64!", COL_EINVAL },
		{ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS=w", COL_EINVAL },
		{ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA", COL_EINVAL },
		{ "", COL_ERANGE },
	};
	uint8_t key[SIGNATURE_KEY_MAX];
	char text[SIGNATURE_SIZE], longest[128];

	(void)unused;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		assert_int_equal(signature_key(CASES[i].secret, key), CASES[i].code);
	}
	memset(longest, 'A', sizeof(longest));
	longest[87] = '\0'; /* 65 bytes */
	assert_int_equal(signature_key(longest, key), COL_ERANGE);
	longest[86] = '\0'; /* 64 */
	assert_int_equal(signature_key(longest, key), 64);
	strcpy(text, "same");
	assert_int_equal(signature_webhook("?", "id", 1, "", 0, text), COL_EINVAL);
	assert_string_equal(text, "same");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_hold),
		cmocka_unit_test(every_part_is_signed),
		cmocka_unit_test(keys_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
