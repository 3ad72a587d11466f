/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that Python's hmac and `openssl enc -aes-128-cbc` made, and our own
 * back and forth.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "seal.h"

#include <collectord/err.h>

static const struct {
	enum seal_suite suite;
	const char *k1, *k2, *message;
} known[] = {
    {SEAL_3, "7d6d16774da3e126a835c98c60a2dfc6ebf3e5f8",
        "a3e92691668f0756e625ccd2da70b5fd",
        "0600ff0706c007000005090000002000303132333435363738393a3b3c3d3e3f"
        "1b27eee964804f36aa2fdc9d53cce1f9ffff0207d4203984326f5455b5c50b6c"},
    {SEAL_17, "d7b6ae846c2b5302b5396ea82fc9d2cabc19437dc8f3daa17cf66d951c47ea89",
        "98444cd6f6811268d5d1fb7cf38bc6d6",
        "0600ff0706c007000005090000002000303132333435363738393a3b3c3d3e3f"
        "c01450ca81cbd3ec535f6a9d6c0ef810ffff0207d41a93ca8580393b8f52167a"
        "a813b34a"},
};
static const uint8_t plain[] = {0x81, 0x1c, 0x63, 0x20, 0x14, 0x01, 0x00,
    0x20, 0x81, 0x2a};

static int
start(void **state)
{
	*state = seal_new();
	return *state == NULL;
}

static int
stop(void **state)
{
	seal_free(*state);
	return 0;
}

static void
test_known(void **state)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct seal_keys keys = {.suite = (uint8_t)known[i].suite};
		uint8_t bytes[128];
		struct rmcp_view view;
		struct seal_bytes body = {NULL, 0};
		size_t n = hex_bytes(known[i].message, bytes);

		(void)hex_bytes(known[i].k1, keys.k1);
		(void)hex_bytes(known[i].k2, keys.k2);
		assert_int_equal(rmcp_parse(bytes, n, &view), 0);
		assert_int_equal(seal_open(*state, &keys, bytes, &view, true,
		    &body), SEAL_GOOD);
		assert_int_equal(body.n, sizeof(plain));
		assert_memory_equal(body.at, plain, sizeof(plain));
	}
}

/* Each byte behind the RMCP header is signed. */
static void
test_forged(void **state)
{
	struct seal_keys keys = {.suite = SEAL_3};
	uint8_t good[128], bytes[128];
	size_t n = hex_bytes(known[0].message, good);
	unsigned n_tried = 0;

	(void)hex_bytes(known[0].k1, keys.k1);
	(void)hex_bytes(known[0].k2, keys.k2);
	for (size_t i = RMCP_HEADER; i < n; i++) {
		struct rmcp_view view;
		struct seal_bytes body;
		memcpy(bytes, good, n);
		bytes[i] ^= 0x01;
		if (rmcp_parse(bytes, n, &view) == 0) {
			assert_int_not_equal(seal_open(*state, &keys, bytes,
			    &view, true, &body), SEAL_GOOD);
			n_tried++;
		}
	}
	assert_true(n_tried > 50);
	memcpy(bytes, good, n);
	bytes[n - 1] ^= 0x01;
	struct rmcp_view view;
	struct seal_bytes body;
	assert_int_equal(rmcp_parse(bytes, n, &view), 0);
	assert_int_equal(seal_open(*state, &keys, bytes, &view, true, &body),
	    SEAL_FORGED);
	assert_int_equal(seal_open(*state, &keys, bytes, &view, false, &body),
	    SEAL_GOOD);
}

/* A message that is not protected is not taken in a session that is. */
static void
test_unsigned(void **state)
{
	struct seal_keys keys = {.suite = SEAL_17}, none = {.suite = SEAL_0};
	struct rmcp_head head = {.payload = RMCP_IPMI, .session = 5,
	    .sequence = 1};
	uint8_t bytes[SEAL_BODY + sizeof(plain) + SEAL_OVERHEAD];
	struct rmcp_view view;
	struct seal_bytes body;
	int n;

	memcpy(bytes + SEAL_BODY, plain, sizeof(plain));
	n = seal_close(*state, &none, &head, bytes, sizeof(plain));
	assert_int_equal(n, RMCP_V20_HEADER + sizeof(plain));
	assert_int_equal(rmcp_parse(bytes, (size_t)n, &view), 0);
	assert_int_equal(seal_open(*state, &keys, bytes, &view, true, &body),
	    SEAL_UNSIGNED);
	assert_int_equal(seal_open(*state, &none, bytes, &view, true, &body),
	    SEAL_GOOD);
	assert_memory_equal(body.at, plain, sizeof(plain));
}

/* All lengths, so that all paddings come up. */
static void
test_round(void **state)
{
	for (int suite = SEAL_17; suite <= SEAL_3; suite++) {
		for (size_t n = 1; n < 100; n++) {
			struct seal_keys keys = {.suite = (uint8_t)suite,
			    .k1 = {1, 2, 3}, .k2 = {4, 5, 6}};
			struct rmcp_head head = {.payload = RMCP_IPMI,
			    .session = 0xa0b0c0d0, .sequence = (uint32_t)n};
			uint8_t bytes[SEAL_BODY + 100 + SEAL_OVERHEAD];
			struct rmcp_view view;
			struct seal_bytes body;
			int len;

			memset(bytes + SEAL_BODY, (int)n, n);
			len = seal_close(*state, &keys, &head, bytes, n);
			assert_true(len > 0 && (size_t)len <= SEAL_BODY + n +
			    SEAL_OVERHEAD);
			assert_int_equal(((size_t)len - RMCP_HEADER -
			    seal_facts(suite)->n_mac) % 4, 0);
			assert_int_equal(rmcp_parse(bytes, (size_t)len, &view),
			    0);
			assert_int_equal(view.n_body % SEAL_BLOCK, 0);
			assert_int_equal(seal_open(*state, &keys, bytes, &view,
			    true, &body), SEAL_GOOD);
			assert_int_equal(body.n, n);
			for (size_t i = 0; i < n; i++) {
				assert_int_equal(((const uint8_t *)body.at)[i],
				    n);
			}
		}
	}
}

/* A trailer, a padding or a length that cannot be. */
static void
test_shape(void **state)
{
	struct seal_keys keys = {.suite = SEAL_3};
	uint8_t bytes[128];
	size_t n = hex_bytes(known[0].message, bytes);
	struct rmcp_view view;
	struct seal_bytes body;

	(void)hex_bytes(known[0].k1, keys.k1);
	(void)hex_bytes(known[0].k2, keys.k2);
	for (size_t len = RMCP_V20_HEADER + 32; len < n; len++) {
		assert_int_equal(rmcp_parse(bytes, len, &view), 0);
		assert_int_not_equal(seal_open(*state, &keys, bytes, &view,
		    true, &body), SEAL_GOOD);
	}
	assert_int_equal(rmcp_parse(bytes, n, &view), 0);
	view.n_body = 17; /* no whole blocks */
	view.trailer = view.body + 32;
	assert_int_equal(seal_open(*state, &keys, bytes, &view, false, &body),
	    SEAL_SHAPE);
	keys.k2[0] ^= 1; /* decrypts to a padding that cannot be, mostly */
	view.n_body = 32;
	assert_int_equal(seal_open(*state, &keys, bytes, &view, false, &body),
	    SEAL_SHAPE);
}

/* Source: RFC 2202 s.3 case 2 (SHA-1), RFC 4231 s.4.3 (SHA-256). */
static void
test_hmac(void **state)
{
	struct seal_bytes key = {"Jefe", 4};
	struct seal_bytes pieces[] = {{"what do ya want ", 16},
	    {"for nothing?", 12}};
	uint8_t mac[SEAL_HASH_MAX], wanted[SEAL_HASH_MAX];

	assert_int_equal(seal_hmac(*state, SEAL_3, key, pieces, 2, mac), 0);
	(void)hex_bytes("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", wanted);
	assert_memory_equal(mac, wanted, 20);
	assert_int_equal(seal_hmac(*state, SEAL_17, key, pieces, 2, mac), 0);
	(void)hex_bytes("5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843", wanted);
	assert_memory_equal(mac, wanted, 32);
	assert_true(seal_equal(mac, wanted, 32));
	wanted[31] ^= 1;
	assert_false(seal_equal(mac, wanted, 32));
}

static void
test_random(void **state)
{
	uint8_t a[16], b[16], zero[16] = {0};

	assert_int_equal(seal_random(*state, a, sizeof(a)), 0);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(seal_random(*state, b, sizeof(b)), 0);
		assert_memory_not_equal(a, b, sizeof(a));
		assert_memory_not_equal(zero, b, sizeof(a));
		memcpy(a, b, sizeof(a));
	}
	assert_int_equal(seal_random(*state, a, 100000), COL_ENOTSUP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known),
	    cmocka_unit_test(test_forged),
	    cmocka_unit_test(test_unsigned),
	    cmocka_unit_test(test_round),
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_hmac),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
