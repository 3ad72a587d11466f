/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "keys.h"

static int
setup(void **state)
{
	*state = keys_new();
	return *state == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	keys_free(*state);
	return 0;
}

/* Source: RFC 3414 section A.3: "maplesyrup" at engine 00..02. */
static void
passphrases_become_the_keys_of_the_rfc(void **state)
{
	static const struct {
		enum keys_auth auth;
		size_t len;
		const char *ku, *kul;
	} cases[] = {
		{KEYS_MD5, 16, "9faf3283884e92834ebc9847d8edd963",
		    "526f5eed9fcce26f8964c2930787d82b"},
		{KEYS_SHA1, 20, "9fb5cc0381497b3793528939ff788d5d79145211",
		    "6695febc9288e36282235fc7151f128497b38f3f"},
	};
	struct keys_engine engine = {.len = 12};

	engine.bytes[11] = 2;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct keys_master master = {.auth = cases[i].auth,
		    .priv = KEYS_AES128};
		struct keys_local local;
		uint8_t want[KEYS_MAX];

		assert_int_equal(keys_ku(*state, cases[i].auth, "maplesyrup",
		    master.auth_ku), 0);
		(void)hex_bytes(cases[i].ku, want);
		assert_memory_equal(master.auth_ku, want, cases[i].len);
		memcpy(master.priv_ku, master.auth_ku, KEYS_MAX);
		assert_int_equal(keys_localize(*state, &master, &engine,
		    &local), 0);
		(void)hex_bytes(cases[i].kul, want);
		assert_memory_equal(local.auth, want, cases[i].len);
		assert_memory_equal(local.priv, want, 16);
	}
}

/* Source: RFC 4231 test case 1 (key of 20 octets 0b, "Hi There"). */
static void
codes_are_hmacs_cut_short(void **state)
{
	static const struct { enum keys_auth auth; const char *mac; } cases[] = {
		{KEYS_SHA224, "896fb1128abbdf196832107cd49df33f"},
		{KEYS_SHA256,
		    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da7"},
		{KEYS_SHA384, "afd03944d84895626b0825f4ab46907f"
		    "15f9dadbe4101ec682aa034c7cebc59c"},
		{KEYS_SHA512, "87aa7cdea5ef619d4ff0b4241a1d6cb0"
		    "2379f4e2ce4ec2787ad0b30545e17cde"
		    "daa833b7d6b8a702038b274eaea3f4e4"},
	};

	static const uint8_t hi[] = "Hi There";
	struct ber_in text = {hi, hi + 8};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t key[KEYS_MAX] = {0}, mac[KEYS_MAX], want[KEYS_MAX];

		memset(key, 0x0b, 20);
		assert_int_equal(keys_mac(*state, cases[i].auth, key,
		    text, mac), 0);
		(void)hex_bytes(cases[i].mac, want);
		assert_int_equal(keys_mac_size(cases[i].auth),
		    strlen(cases[i].mac) / 2);
		assert_memory_equal(mac, want, strlen(cases[i].mac) / 2);
	}
}

static void
longer_keys_extend_the_short_one(void **state)
{
	struct keys_engine engine = {.len = 5, .bytes = {0x80, 0, 0, 1, 4}};
	struct keys_master master = {.auth = KEYS_SHA1};
	struct keys_local plain, blumenthal, reeder;

	assert_int_equal(keys_ku(*state, KEYS_SHA1, "longpassphrase",
	    master.auth_ku), 0);
	memcpy(master.priv_ku, master.auth_ku, KEYS_MAX);
	master.priv = KEYS_AES128;
	assert_int_equal(keys_localize(*state, &master, &engine, &plain), 0);
	master.priv = KEYS_AES256;
	assert_int_equal(keys_localize(*state, &master, &engine,
	    &blumenthal), 0);
	master.priv = KEYS_AES256C;
	assert_int_equal(keys_localize(*state, &master, &engine, &reeder), 0);
	assert_memory_equal(plain.priv, blumenthal.priv, 16);
	assert_memory_equal(plain.priv, reeder.priv, 16);
	assert_memory_equal(blumenthal.priv, reeder.priv, 20);
	assert_memory_not_equal(blumenthal.priv + 20, reeder.priv + 20, 12);
}

static void
what_is_encrypted_can_be_read_again(void **state)
{
	uint8_t key[KEYS_MAX], salt[KEYS_SALT] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct keys_cipher cipher = {KEYS_NO_PRIV, key, {7, 123456}, salt};
	uint8_t text[80], bytes[80];

	for (size_t i = 0; i < sizeof(key); i++) {
		key[i] = (uint8_t)(i * 37 + 11);
	}
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = (uint8_t)(i * 3);
	}
	for (int priv = KEYS_DES; priv < KEYS_PRIV_N; priv++) {
		cipher.priv = (enum keys_priv)priv;
		memcpy(bytes, text, sizeof(bytes));
		assert_int_equal(keys_encrypt(*state, &cipher, bytes,
		    sizeof(bytes)), 0);
		assert_memory_not_equal(bytes, text, sizeof(bytes));
		assert_int_equal(keys_decrypt(*state, &cipher, bytes,
		    sizeof(bytes)), 0);
		assert_memory_equal(bytes, text, sizeof(bytes));
		if (priv != KEYS_DES) {
			cipher.when.time++;
			assert_int_equal(keys_decrypt(*state, &cipher, bytes,
			    sizeof(bytes)), 0);
			assert_memory_not_equal(bytes, text, sizeof(bytes));
		}
	}
	cipher.priv = KEYS_DES;
	assert_int_equal(keys_encrypt(*state, &cipher, bytes, 7), -1);
	cipher.priv = KEYS_NO_PRIV;
	assert_int_equal(keys_encrypt(*state, &cipher, bytes, 8), -1);
}

static void
words_name_algorithms(void **state)
{
	enum keys_auth auth = KEYS_NO_AUTH;
	enum keys_priv priv = KEYS_NO_PRIV;

	(void)state;
	assert_int_equal(keys_find_auth("sha512", &auth), 0);
	assert_int_equal(auth, KEYS_SHA512);
	assert_string_equal(keys_auth_word(auth), "sha512");
	assert_int_equal(keys_find_auth("SHA", &auth), -1);
	assert_int_equal(keys_find_priv("aes192c", &priv), 0);
	assert_int_equal(priv, KEYS_AES192C);
	assert_int_equal(keys_find_priv("3des", &priv), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passphrases_become_the_keys_of_the_rfc),
		cmocka_unit_test(codes_are_hmacs_cut_short),
		cmocka_unit_test(longer_keys_extend_the_short_one),
		cmocka_unit_test(what_is_encrypted_can_be_read_again),
		cmocka_unit_test(words_name_algorithms),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
