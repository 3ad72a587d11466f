/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

/*
 * Key 00 01 … 0f, data 00 01 … of growing length.
 * Source: the test vectors of SipHash's reference implementation (vectors_sip64,
 * least byte first); the one of 15 bytes is also in appendix A of the paper.
 */
static void
test_keyed(void **state)
{
	static const struct {
		size_t len;
		uint64_t hash;
	} vectors[] = {
	    {0, UINT64_C(0x726fdb47dd0e0e31)}, {1, UINT64_C(0x74f839c593dc67fd)},
	    {7, UINT64_C(0xab0200f58b01d137)}, {8, UINT64_C(0x93f5f5799a932462)},
	    {15, UINT64_C(0xa129ca6149be45e5)},
	};
	uint8_t key[HASH_KEY_SIZE], data[64];

	(void)state;
	for (uint8_t i = 0; i < sizeof(data); i++) {
		data[i] = i;
		key[i % sizeof(key)] = i % sizeof(key);
	}
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_true(hash64_keyed(key, data, vectors[i].len) ==
		    vectors[i].hash);
	}
	key[15] ^= 1;
	assert_true(hash64_keyed(key, data, 15) != vectors[4].hash);
}

/* Phases and folders of files hang on it: it must never change. */
static void
test_unkeyed(void **state)
{
	(void)state;
	assert_true(hash64_text("a") == hash64("a", 1));
	assert_true(hash64_text("zz1-h1-r1-a01") != hash64_text("zz1-h1-r1-a02"));
}

/* Source: RFC 3720 B.4: 32 bytes of 0. */
static void
test_crc32c(void **state)
{
	static const uint8_t zeros[32];

	(void)state;
	assert_int_equal(hash_crc32c(0, zeros, sizeof(zeros)), 0x8a9136aa);
	assert_int_equal(hash_crc32c(hash_crc32c(0, zeros, 5), zeros + 5, 27),
	    0x8a9136aa);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keyed),
		cmocka_unit_test(test_unkeyed),
		cmocka_unit_test(test_crc32c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
