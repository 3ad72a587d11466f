/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys against the figures of the documents and against libsnmp.
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

#include "library.h"
#include "usm_key.h"

static const uint8_t engine_two[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

static struct usm_bytes
text(const char *of)
{
	return (struct usm_bytes){(const uint8_t *)of, strlen(of)};
}

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

/* Source: RFC 3414 A.3.1 and A.3.2. */
static void
test_figures_of_rfc_3414(void **state)
{
	static const struct {
		enum credential_auth auth;
		size_t len;
		uint8_t ku[20], kul[20];
	} table[] = {
	    {CREDENTIAL_MD5, 16,
	        {0x9f, 0xaf, 0x32, 0x83, 0x88, 0x4e, 0x92, 0x83, 0x4e, 0xbc,
	            0x98, 0x47, 0xd8, 0xed, 0xd9, 0x63},
	        {0x52, 0x6f, 0x5e, 0xed, 0x9f, 0xcc, 0xe2, 0x6f, 0x89, 0x64,
	            0xc2, 0x93, 0x07, 0x87, 0xd8, 0x2b}},
	    {CREDENTIAL_SHA1, 20,
	        {0x9f, 0xb5, 0xcc, 0x03, 0x81, 0x49, 0x7b, 0x37, 0x93, 0x52,
	            0x89, 0x39, 0xff, 0x78, 0x8d, 0x5d, 0x79, 0x14, 0x52, 0x11},
	        {0x66, 0x95, 0xfe, 0xbc, 0x92, 0x88, 0xe3, 0x62, 0x82, 0x23,
	            0x5f, 0xc7, 0x15, 0x1f, 0x12, 0x84, 0x97, 0xb3, 0x8f, 0x3f}},
	};
	struct usm_bytes engine = {engine_two, sizeof(engine_two)};

	for (size_t i = 0; i < 2; i++) {
		uint8_t ku[USM_HASH_MAX], kul[USM_HASH_MAX];
		assert_int_equal(usm_crypt_hash_len(table[i].auth),
		    table[i].len);
		assert_int_equal(usm_key_derive(*state, table[i].auth,
		    text("maplesyrup"), ku), 0);
		assert_memory_equal(ku, table[i].ku, table[i].len);
		assert_int_equal(usm_key_localize(*state, table[i].auth, ku,
		    engine, kul), 0);
		assert_memory_equal(kul, table[i].kul, table[i].len);
	}
}

static void
test_short_passphrases_are_refused(void **state)
{
	uint8_t ku[USM_HASH_MAX];

	assert_int_equal(usm_key_derive(*state, CREDENTIAL_SHA1,
	    text("7 bytes"), ku), COL_EINVAL);
	assert_int_equal(usm_key_derive(*state, CREDENTIAL_SHA1,
	    text("8 bytes!"), ku), 0);
}

/* Secrets whose length fits and does not fit the million bytes. */
static const char *const secrets[] = {"maplesyrup", "12345678",
    "correct horse battery staple", "\xe5\xaf\x86\xe7\xa0\x81\xe5\x8f\xa3",
    ("a much longer secret that does not fit one block of any hash function"
    " that is used here, and which a person would never want to type in")};

static void
test_like_libsnmp(void **state)
{
	static const uint8_t long_id[32] = {0x80, 0, 0x1f, 0x88, 4, 'x', 'y'};
	static const uint8_t short_id[5] = {0x80, 0, 0, 9, 1};
	const struct usm_bytes engines[] = {{engine_two, sizeof(engine_two)},
	    {long_id, sizeof(long_id)}, {short_id, sizeof(short_id)}};

	for (size_t s = 0; s < sizeof(secrets) / sizeof(secrets[0]); s++) {
		for (int a = CREDENTIAL_MD5; a < CREDENTIAL_AUTH_N; a++) {
			enum credential_auth auth = (enum credential_auth)a;
			size_t name_len, len = USM_HASH_MAX;
			const oid *name = library_auth(auth, &name_len);
			uint8_t ours[USM_HASH_MAX], theirs[USM_HASH_MAX];
			uint8_t ku[USM_HASH_MAX];
			assert_int_equal(usm_key_derive(*state, auth,
			    text(secrets[s]), ku), 0);
			assert_int_equal(generate_Ku(name, (u_int)name_len,
			    (const u_char *)secrets[s], strlen(secrets[s]),
			    theirs, &len), SNMPERR_SUCCESS);
			assert_int_equal(len, usm_crypt_hash_len(auth));
			assert_memory_equal(ku, theirs, len);
			for (int e = 0; e < 3; e++) {
				size_t kul_len = USM_HASH_MAX;
				assert_int_equal(usm_key_localize(*state, auth,
				    ku, engines[e], ours), 0);
				assert_int_equal(generate_kul(name,
				    (u_int)name_len, engines[e].at,
				    engines[e].len, ku, len, theirs, &kul_len),
				    SNMPERR_SUCCESS);
				assert_int_equal(kul_len, len);
				assert_memory_equal(ours, theirs, len);
			}
		}
	}
}

/* libsnmp's own extension, both ways.  It frees and allocates the key. */
static void
their_privacy_key(const struct credential *credential, struct usm_bytes engine,
    uint8_t *ret_key, size_t need)
{
	static const int types[CREDENTIAL_PRIV_N] = {
	    [CREDENTIAL_DES] = USM_CREATE_USER_PRIV_DES,
	    [CREDENTIAL_AES128] = USM_CREATE_USER_PRIV_AES,
	    [CREDENTIAL_AES192] = USM_CREATE_USER_PRIV_AES192,
	    [CREDENTIAL_AES256] = USM_CREATE_USER_PRIV_AES256,
	    [CREDENTIAL_AES192C] = USM_CREATE_USER_PRIV_AES192_CISCO,
	    [CREDENTIAL_AES256C] = USM_CREATE_USER_PRIV_AES256_CISCO,
	};
	size_t name_len, len = USM_HASH_MAX;
	const oid *name = library_auth(credential->auth, &name_len);
	u_char *key = malloc(USM_HASH_MAX);

	assert_int_equal(generate_kul(name, (u_int)name_len, engine.at,
	    engine.len, credential->priv_key,
	    usm_crypt_hash_len(credential->auth), key, &len), SNMPERR_SUCCESS);
	assert_int_equal(netsnmp_extend_kul((u_int)need,
	    (oid *)(uintptr_t)name, (u_int)name_len, types[credential->priv],
	    (u_char *)(uintptr_t)engine.at, (u_int)engine.len, &key, &len,
	    USM_HASH_MAX), SNMPERR_SUCCESS);
	assert_true(len >= need);
	memcpy(ret_key, key, need);
	free(key);
}

static void
test_privacy_keys_like_libsnmp(void **state)
{
	struct usm_bytes engine = {engine_two, sizeof(engine_two)};

	for (int a = CREDENTIAL_MD5; a < CREDENTIAL_AUTH_N; a++) {
		for (int p = CREDENTIAL_DES; p < CREDENTIAL_PRIV_N; p++) {
			struct credential credential = {
			    .auth = (enum credential_auth)a,
			    .priv = (enum credential_priv)p};
			uint8_t ours[USM_PRIV_KEY_MAX], theirs[USM_HASH_MAX];
			size_t need = usm_crypt_key_len(credential.priv);
			assert_int_equal(usm_key_derive(*state, credential.auth,
			    text("maplesyrup"), credential.priv_key), 0);
			assert_int_equal(usm_key_privacy(*state, &credential,
			    engine, ours), 0);
			their_privacy_key(&credential, engine, theirs, need);
			assert_memory_equal(ours, theirs, need);
		}
	}
}

/*
 * Source: draft-reeder-snmpv3-usm-3desede-00 B.1: "maplesyrup", MD5; the
 * first half is RFC 3414's, the second its own derivation.
 */
static void
test_figures_of_reeder(void **state)
{
	static const uint8_t expected[32] = {0x52, 0x6f, 0x5e, 0xed, 0x9f,
	    0xcc, 0xe2, 0x6f, 0x89, 0x64, 0xc2, 0x93, 0x07, 0x87, 0xd8, 0x2b,
	    0x79, 0xef, 0xf4, 0x4a, 0x90, 0x65, 0x0e, 0xe0, 0xa3, 0xa4, 0x0a,
	    0xbf, 0xac, 0x5a, 0xcc, 0x12};
	struct credential credential = {.auth = CREDENTIAL_MD5,
	    .priv = CREDENTIAL_AES256C};
	struct usm_bytes engine = {engine_two, sizeof(engine_two)};
	uint8_t key[USM_PRIV_KEY_MAX];

	assert_int_equal(usm_key_derive(*state, CREDENTIAL_MD5,
	    text("maplesyrup"), credential.priv_key), 0);
	assert_int_equal(usm_key_privacy(*state, &credential, engine, key), 0);
	assert_memory_equal(key, expected, sizeof(expected));
	/* Blumenthal's is another one. */
	credential.priv = CREDENTIAL_AES256;
	assert_int_equal(usm_key_privacy(*state, &credential, engine, key), 0);
	assert_memory_equal(key, expected, 16);
	assert_memory_not_equal(key + 16, expected + 16, 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_figures_of_rfc_3414),
	    cmocka_unit_test(test_short_passphrases_are_refused),
	    cmocka_unit_test(test_like_libsnmp),
	    cmocka_unit_test(test_privacy_keys_like_libsnmp),
	    cmocka_unit_test(test_figures_of_reeder),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
