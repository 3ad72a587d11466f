/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HMACs and ciphers against libsnmp's, which has code of its own for them.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/scapi.h>

#include "library.h"
#include "usm_crypt.h"

static int
start(void **state)
{
	library_init();
	*state = usm_crypt_new();
	return *state == NULL;
}

static int
stop(void **state)
{
	usm_crypt_free(*state);
	return 0;
}

static void
fill(uint8_t *bytes, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1103515245u + 12345u;
		bytes[i] = (uint8_t)(seed >> 16);
	}
}

static const size_t lengths[] = {1, 15, 16, 17, 64, 100, 127, 128, 1290, 2047,
    2048, 2049, 4096, 5000};
#define N_LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

/* Source: RFC 4231 s.4.3 (test case 2), cut as RFC 7860 s.4.1 says. */
static void
test_figures_of_rfc_4231(void **state)
{
	static const uint8_t expected[24] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf,
	    0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
	    0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83};
	/* An HMAC key is as good as the same with zeros behind. */
	uint8_t key[32] = "Jefe", mac[USM_MAC_MAX];
	struct usm_mac_key with = {CREDENTIAL_SHA256, key};
	const struct usm_bytes parts[] = {
	    {(const uint8_t *)"what do ya want ", 16},
	    {(const uint8_t *)"for nothing?", 12}};

	assert_int_equal(usm_crypt_mac_len(CREDENTIAL_SHA256), 24);
	assert_int_equal(usm_crypt_mac(*state, &with, parts, 2, mac), 0);
	assert_memory_equal(mac, expected, sizeof(expected));
}

static void
test_macs_like_libsnmp(void **state)
{
	static uint8_t message[5000];

	for (int a = CREDENTIAL_MD5; a < CREDENTIAL_AUTH_N; a++) {
		enum credential_auth auth = (enum credential_auth)a;
		size_t name_len;
		const oid *name = library_auth(auth, &name_len);
		for (size_t i = 0; i < N_LENGTHS; i++) {
			uint8_t key[USM_HASH_MAX];
			uint8_t ours[USM_MAC_MAX], theirs[USM_HASH_MAX];
			struct usm_mac_key with = {auth, key};
			struct usm_bytes whole = {message, lengths[i]};
			size_t len = usm_crypt_mac_len(auth);
			fill(key, sizeof(key), (unsigned)i);
			fill(message, lengths[i], (unsigned)(i + 99));
			assert_int_equal(usm_crypt_mac(*state, &with, &whole,
			    1, ours), 0);
			assert_int_equal(sc_generate_keyed_hash(name, name_len,
			    key, (u_int)usm_crypt_hash_len(auth), message,
			    (u_int)lengths[i], theirs, &len),
			    SNMPERR_SUCCESS);
			assert_int_equal(len, usm_crypt_mac_len(auth));
			assert_memory_equal(ours, theirs, len);
		}
	}
}

/* libsnmp takes a ready IV. */
static void
their_iv(const struct usm_cipher *cipher, uint8_t *iv)
{
	for (int i = 0; i < 8; i++) {
		if (cipher->priv == CREDENTIAL_DES) {
			iv[i] = cipher->key[8 + i] ^ cipher->salt[i];
		} else {
			uint32_t word = i < 4 ? cipher->boots : cipher->time;
			iv[i] = (uint8_t)(word >> (24 - i % 4 * 8));
			iv[8 + i] = cipher->salt[i];
		}
	}
}

static void
check_cipher(struct usm_crypt *crypt, const struct usm_cipher *cipher,
    size_t len)
{
	static uint8_t plain[5000], ours[5000], theirs[5016];
	size_t name_len, their_len = sizeof(theirs);
	const oid *name = library_priv(cipher->priv, &name_len);
	uint8_t iv[16];

	their_iv(cipher, iv);
	fill(plain, len, (unsigned)len);
	memcpy(ours, plain, len);
	assert_int_equal(usm_crypt_encrypt(crypt, cipher, ours, len), 0);
	assert_int_equal(sc_encrypt(name, name_len,
	    (u_char *)(uintptr_t)cipher->key,
	    (u_int)usm_crypt_key_len(cipher->priv), iv,
	    cipher->priv == CREDENTIAL_DES ? 8 : 16, plain, (u_int)len, theirs,
	    &their_len), SNMPERR_SUCCESS);
	assert_memory_equal(ours, theirs, len);
	assert_int_equal(usm_crypt_decrypt(crypt, cipher, ours, len), 0);
	assert_memory_equal(ours, plain, len);
}

static void
test_ciphers_like_libsnmp(void **state)
{
	for (int p = CREDENTIAL_DES; p < CREDENTIAL_PRIV_N; p++) {
		uint8_t key[32];
		struct usm_cipher cipher = {.priv = (enum credential_priv)p,
		    .key = key, .boots = 0x01020304, .time = 0x7fabcdef};
		fill(key, sizeof(key), (unsigned)p);
		fill(cipher.salt, sizeof(cipher.salt), (unsigned)p + 7);
		for (size_t i = 0; i < N_LENGTHS; i++) {
			check_cipher(*state, &cipher, p == CREDENTIAL_DES ?
			    (lengths[i] + 7) / 8 * 8 : lengths[i]);
		}
	}
}

/* Source: NIST SP 800-38A F.3.13 (CFB128, AES-128). */
static void
test_figures_of_nist(void **state)
{
	static const uint8_t key[16] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae,
	    0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
	static const uint8_t plain[16] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40,
	    0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a};
	static const uint8_t secret[16] = {0x3b, 0x3f, 0xd9, 0x2e, 0xb7, 0x2d,
	    0xad, 0x20, 0x33, 0x34, 0x49, 0xf8, 0xe8, 0x3c, 0xfb, 0x4a};
	struct usm_cipher cipher = {.priv = CREDENTIAL_AES128, .key = key,
	    .boots = 0x00010203, .time = 0x04050607,
	    .salt = {8, 9, 10, 11, 12, 13, 14, 15}};
	uint8_t bytes[16];

	memcpy(bytes, plain, 16);
	assert_int_equal(usm_crypt_encrypt(*state, &cipher, bytes, 16), 0);
	assert_memory_equal(bytes, secret, 16);
	assert_int_equal(usm_crypt_decrypt(*state, &cipher, bytes, 16), 0);
	assert_memory_equal(bytes, plain, 16);
}

static void
test_des_takes_whole_blocks_only(void **state)
{
	uint8_t key[16] = {1}, bytes[20] = {0};
	struct usm_cipher cipher = {.priv = CREDENTIAL_DES, .key = key};

	assert_int_equal(usm_crypt_encrypt(*state, &cipher, bytes, 20),
	    COL_EINVAL);
	assert_int_equal(usm_crypt_decrypt(*state, &cipher, bytes, 20),
	    COL_EPROTO);
	assert_int_equal(usm_crypt_decrypt(*state, &cipher, bytes, 16), 0);
}

static void
test_everything_can_be_prepared(void **state)
{
	struct usm_crypt *crypt = usm_crypt_new();
	struct col_error error;

	(void)state;
	for (int a = 0; a < CREDENTIAL_AUTH_N; a++) {
		for (int p = 0; p < CREDENTIAL_PRIV_N; p++) {
			assert_int_equal(usm_crypt_prepare(crypt,
			    (enum credential_auth)a, (enum credential_priv)p,
			    &error), 0);
		}
	}
	usm_crypt_free(crypt);
	usm_crypt_free(NULL);
}

static void
test_a_missing_legacy_provider_is_named(void **state)
{
	struct usm_crypt *crypt = usm_crypt_new();
	struct col_error error = {0};

	(void)state;
	assert_int_equal(setenv("OPENSSL_MODULES", "/nonexistent", 1), 0);
	assert_int_equal(usm_crypt_prepare(crypt, CREDENTIAL_MD5,
	    CREDENTIAL_DES, &error), COL_ENOTSUP);
	assert_int_equal(error.code, COL_ENOTSUP);
	assert_non_null(strstr(error.text, "legacy"));
	/* It is asked for with DES only. */
	assert_int_equal(usm_crypt_prepare(crypt, CREDENTIAL_MD5,
	    CREDENTIAL_AES128, &error), 0);
	assert_int_equal(unsetenv("OPENSSL_MODULES"), 0);
	assert_int_equal(usm_crypt_prepare(crypt, CREDENTIAL_MD5,
	    CREDENTIAL_DES, &error), 0);
	usm_crypt_free(crypt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_figures_of_rfc_4231),
	    cmocka_unit_test(test_macs_like_libsnmp),
	    cmocka_unit_test(test_ciphers_like_libsnmp),
	    cmocka_unit_test(test_figures_of_nist),
	    cmocka_unit_test(test_des_takes_whole_blocks_only),
	    cmocka_unit_test(test_everything_can_be_prepared),
	    cmocka_unit_test(test_a_missing_legacy_provider_is_named),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
