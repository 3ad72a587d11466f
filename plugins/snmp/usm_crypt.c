/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library context of our own: the legacy provider for DES must not turn up
 * in the rest of the process, and a system's openssl.cnf must not take MD5
 * away from agents that know nothing better.
 *
 * CFB decrypts from the ciphertext alone, so its key stream comes from one
 * pipelined ECB call over IV and ciphertext: 0.2 us for 1,290 bytes where the
 * block-by-block CFB of OpenSSL 3.0 takes 1.6.
 */
#include "usm_crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#define AES_BLOCK 16
#define STREAM_BYTES 2048    /* of key stream at a time */

enum cipher_kind {
	CIPHER_DES = 0, CIPHER_CFB128, CIPHER_CFB192, CIPHER_CFB256,
	CIPHER_ECB128, CIPHER_ECB192, CIPHER_ECB256, CIPHER_N
};

struct usm_crypt {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *provider, *legacy;
	EVP_MAC *hmac;
	EVP_MD *hashes[CREDENTIAL_AUTH_N];
	EVP_MD_CTX *hash;
	EVP_MAC_CTX *macs[CREDENTIAL_AUTH_N];
	EVP_CIPHER_CTX *ciphers[CIPHER_N];
	uint8_t stream[STREAM_BYTES + AES_BLOCK];
};

/* Source: RFC 3414 s.6.3.1, s.7.3.1 (12 bytes); RFC 7860 s.4.1. */
static const struct {
	const char *name;
	size_t hash_len, mac_len;
} hash_table[CREDENTIAL_AUTH_N] = {
    [CREDENTIAL_MD5] = {"MD5", 16, 12}, [CREDENTIAL_SHA1] = {"SHA1", 20, 12},
    [CREDENTIAL_SHA224] = {"SHA2-224", 28, 16},
    [CREDENTIAL_SHA256] = {"SHA2-256", 32, 24},
    [CREDENTIAL_SHA384] = {"SHA2-384", 48, 32},
    [CREDENTIAL_SHA512] = {"SHA2-512", 64, 48},
};

static const char *const cipher_names[CIPHER_N] = {
    [CIPHER_DES] = "DES-CBC", [CIPHER_CFB128] = "AES-128-CFB",
    [CIPHER_CFB192] = "AES-192-CFB", [CIPHER_CFB256] = "AES-256-CFB",
    [CIPHER_ECB128] = "AES-128-ECB", [CIPHER_ECB192] = "AES-192-ECB",
    [CIPHER_ECB256] = "AES-256-ECB",
};

/* DES: 8 bytes of key and 8 of pre-IV.  Source: RFC 3414 s.8.1.1.1. */
static const struct {
	size_t key_len;
	enum cipher_kind forward, stream;
} priv_table[CREDENTIAL_PRIV_N] = {
    [CREDENTIAL_DES] = {16, CIPHER_DES, CIPHER_DES},
    [CREDENTIAL_AES128] = {16, CIPHER_CFB128, CIPHER_ECB128},
    [CREDENTIAL_AES192] = {24, CIPHER_CFB192, CIPHER_ECB192},
    [CREDENTIAL_AES256] = {32, CIPHER_CFB256, CIPHER_ECB256},
    [CREDENTIAL_AES192C] = {24, CIPHER_CFB192, CIPHER_ECB192},
    [CREDENTIAL_AES256C] = {32, CIPHER_CFB256, CIPHER_ECB256},
};

struct usm_crypt *
usm_crypt_new(void)
{
	struct usm_crypt *crypt = calloc(1, sizeof(*crypt));

	if (crypt == NULL) {
		return NULL;
	}
	crypt->library = OSSL_LIB_CTX_new();
	if (crypt->library != NULL) {
		crypt->provider = OSSL_PROVIDER_load(crypt->library, "default");
		crypt->hmac = EVP_MAC_fetch(crypt->library, "HMAC", NULL);
	}
	crypt->hash = EVP_MD_CTX_new();
	if (crypt->provider == NULL || crypt->hmac == NULL ||
	    crypt->hash == NULL) {
		usm_crypt_free(crypt);
		return NULL;
	}
	return crypt;
}

void
usm_crypt_free(struct usm_crypt *crypt)
{
	if (crypt == NULL) {
		return;
	}
	for (int i = 0; i < CIPHER_N; i++) {
		EVP_CIPHER_CTX_free(crypt->ciphers[i]);
	}
	for (int i = 0; i < CREDENTIAL_AUTH_N; i++) {
		EVP_MAC_CTX_free(crypt->macs[i]);
		EVP_MD_free(crypt->hashes[i]);
	}
	EVP_MD_CTX_free(crypt->hash);
	EVP_MAC_free(crypt->hmac);
	if (crypt->legacy != NULL) {
		(void)OSSL_PROVIDER_unload(crypt->legacy);
	}
	if (crypt->provider != NULL) {
		(void)OSSL_PROVIDER_unload(crypt->provider);
	}
	OSSL_LIB_CTX_free(crypt->library);
	explicit_bzero(crypt, sizeof(*crypt));
	free(crypt);
}

/* ---- what is fetched when it is first needed ------------------------------- */

/* A context keeps its algorithm: only keys change from message to message. */
static int
prepare_auth(struct usm_crypt *crypt, enum credential_auth auth)
{
	OSSL_PARAM params[2];

	if (crypt->macs[auth] != NULL) {
		return 0;
	}
	if (crypt->hashes[auth] == NULL) {
		crypt->hashes[auth] = EVP_MD_fetch(crypt->library,
		    hash_table[auth].name, NULL);
	}
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
	    (char *)(uintptr_t)hash_table[auth].name, 0);
	params[1] = OSSL_PARAM_construct_end();
	crypt->macs[auth] = EVP_MAC_CTX_new(crypt->hmac);
	if (crypt->hashes[auth] == NULL || crypt->macs[auth] == NULL ||
	    EVP_MAC_CTX_set_params(crypt->macs[auth], params) != 1) {
		EVP_MAC_CTX_free(crypt->macs[auth]);
		crypt->macs[auth] = NULL;
		return COL_ENOTSUP;
	}
	return 0;
}

static int
prepare_cipher(struct usm_crypt *crypt, enum cipher_kind kind)
{
	EVP_CIPHER_CTX *context;
	EVP_CIPHER *cipher;

	if (crypt->ciphers[kind] != NULL) {
		return 0;
	}
	cipher = EVP_CIPHER_fetch(crypt->library, cipher_names[kind], NULL);
	context = EVP_CIPHER_CTX_new();
	if (cipher == NULL || context == NULL ||
	    EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
		EVP_CIPHER_free(cipher);
		EVP_CIPHER_CTX_free(context);
		return COL_ENOTSUP;
	}
	EVP_CIPHER_free(cipher); /* the context holds it */
	crypt->ciphers[kind] = context;
	return 0;
}

static int
prepare_priv(struct usm_crypt *crypt, enum credential_priv priv)
{
	if (priv == CREDENTIAL_DES && crypt->legacy == NULL) {
		crypt->legacy = OSSL_PROVIDER_load(crypt->library, "legacy");
	}
	if (prepare_cipher(crypt, priv_table[priv].forward) != 0 ||
	    prepare_cipher(crypt, priv_table[priv].stream) != 0) {
		return COL_ENOTSUP;
	}
	return 0;
}

int
usm_crypt_prepare(struct usm_crypt *crypt, enum credential_auth auth,
    enum credential_priv priv, struct col_error *error)
{
	if (auth != CREDENTIAL_AUTH_NONE && prepare_auth(crypt, auth) != 0) {
		error->code = COL_ENOTSUP;
		(void)snprintf(error->text, sizeof(error->text),
		    "OpenSSL gives no HMAC with %s", hash_table[auth].name);
		return COL_ENOTSUP;
	}
	if (priv != CREDENTIAL_PRIV_NONE && prepare_priv(crypt, priv) != 0) {
		error->code = COL_ENOTSUP;
		(void)snprintf(error->text, sizeof(error->text), "%s%s",
		    priv == CREDENTIAL_DES ? "DES needs OpenSSL's legacy"
		    " provider, and it cannot be loaded: install"
		    " ossl-modules/legacy.so or give the agent AES" :
		    "OpenSSL gives no ", priv == CREDENTIAL_DES ? "" :
		    cipher_names[priv_table[priv].forward]);
		return COL_ENOTSUP;
	}
	return 0;
}

size_t
usm_crypt_hash_len(enum credential_auth auth)
{
	return hash_table[auth].hash_len;
}

size_t
usm_crypt_mac_len(enum credential_auth auth)
{
	return hash_table[auth].mac_len;
}

size_t
usm_crypt_key_len(enum credential_priv priv)
{
	return priv_table[priv].key_len;
}

/* ---- hashes ------------------------------------------------------------------ */

int
usm_crypt_hash(struct usm_crypt *crypt, enum credential_auth auth,
    const struct usm_bytes *parts, size_t n_parts, uint8_t *ret_hash)
{
	if (prepare_auth(crypt, auth) != 0 || EVP_DigestInit_ex2(crypt->hash,
	    crypt->hashes[auth], NULL) != 1) {
		return COL_ENOTSUP;
	}
	for (size_t i = 0; i < n_parts; i++) {
		if (EVP_DigestUpdate(crypt->hash, parts[i].at,
		    parts[i].len) != 1) {
			return COL_ENOTSUP;
		}
	}
	return EVP_DigestFinal_ex(crypt->hash, ret_hash, NULL) == 1 ? 0 :
	    COL_ENOTSUP;
}

int
usm_crypt_mac(struct usm_crypt *crypt, const struct usm_mac_key *key,
    const struct usm_bytes *parts, size_t n_parts, uint8_t *ret_mac)
{
	uint8_t whole[USM_HASH_MAX];
	EVP_MAC_CTX *context;
	size_t len;

	if (prepare_auth(crypt, key->auth) != 0) {
		return COL_ENOTSUP;
	}
	context = crypt->macs[key->auth];
	if (EVP_MAC_init(context, key->key, hash_table[key->auth].hash_len,
	    NULL) != 1) {
		return COL_ENOTSUP;
	}
	for (size_t i = 0; i < n_parts; i++) {
		if (EVP_MAC_update(context, parts[i].at, parts[i].len) != 1) {
			return COL_ENOTSUP;
		}
	}
	if (EVP_MAC_final(context, whole, &len, sizeof(whole)) != 1) {
		return COL_ENOTSUP;
	}
	memcpy(ret_mac, whole, hash_table[key->auth].mac_len);
	return 0;
}

bool
usm_crypt_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

/* ---- ciphers ----------------------------------------------------------------- */

static void
put_u32(uint8_t *to, uint32_t n)
{
	to[0] = (uint8_t)(n >> 24);
	to[1] = (uint8_t)(n >> 16);
	to[2] = (uint8_t)(n >> 8);
	to[3] = (uint8_t)n;
}

/* Source: RFC 3414 s.8.1.1.1 (pre-IV xor salt), RFC 3826 s.3.1.2.1. */
static void
make_iv(const struct usm_cipher *cipher, uint8_t *ret_iv)
{
	if (cipher->priv == CREDENTIAL_DES) {
		for (int i = 0; i < USM_DES_BLOCK; i++) {
			ret_iv[i] = cipher->key[USM_DES_BLOCK + i] ^
			    cipher->salt[i];
		}
		return;
	}
	put_u32(ret_iv, cipher->boots);
	put_u32(ret_iv + 4, cipher->time);
	memcpy(ret_iv + 8, cipher->salt, USM_SALT_SIZE);
}

int
usm_crypt_encrypt(struct usm_crypt *crypt, const struct usm_cipher *cipher,
    uint8_t *bytes, size_t len)
{
	EVP_CIPHER_CTX *context;
	uint8_t iv[AES_BLOCK];
	int n;

	if (len > INT32_MAX || (cipher->priv == CREDENTIAL_DES &&
	    len % USM_DES_BLOCK != 0)) {
		return COL_EINVAL;
	}
	if (prepare_priv(crypt, cipher->priv) != 0) {
		return COL_ENOTSUP;
	}
	context = crypt->ciphers[priv_table[cipher->priv].forward];
	make_iv(cipher, iv);
	if (EVP_EncryptInit_ex2(context, NULL, cipher->key, iv, NULL) != 1 ||
	    EVP_EncryptUpdate(context, bytes, &n, bytes, (int)len) != 1) {
		return COL_ENOTSUP;
	}
	return 0;
}

static int
decrypt_des(struct usm_crypt *crypt, const struct usm_cipher *cipher,
    uint8_t *bytes, size_t len)
{
	EVP_CIPHER_CTX *context = crypt->ciphers[CIPHER_DES];
	uint8_t iv[AES_BLOCK];
	int n;

	if (len % USM_DES_BLOCK != 0) {
		return COL_EPROTO;
	}
	make_iv(cipher, iv);
	return EVP_DecryptInit_ex2(context, NULL, cipher->key, iv, NULL) == 1 &&
	    EVP_DecryptUpdate(context, bytes, &n, bytes, (int)len) == 1 ? 0 :
	    COL_ENOTSUP;
}

/* P[i] = C[i] xor E(C[i-1]), C[-1] the IV.  Source: SP 800-38A s.6.3. */
static int
decrypt_aes(struct usm_crypt *crypt, const struct usm_cipher *cipher,
    uint8_t *bytes, size_t len)
{
	EVP_CIPHER_CTX *context =
	    crypt->ciphers[priv_table[cipher->priv].stream];
	uint8_t *stream = crypt->stream, before[AES_BLOCK];
	int n;

	if (EVP_EncryptInit_ex2(context, NULL, cipher->key, NULL, NULL) != 1) {
		return COL_ENOTSUP;
	}
	make_iv(cipher, before);
	for (size_t done = 0; done < len; done += STREAM_BYTES) {
		size_t part = len - done < STREAM_BYTES ? len - done :
		    STREAM_BYTES;
		size_t whole = (part + AES_BLOCK - 1) / AES_BLOCK * AES_BLOCK;
		memcpy(stream, before, AES_BLOCK);
		memcpy(stream + AES_BLOCK, bytes + done, part);
		memcpy(before, stream + STREAM_BYTES, AES_BLOCK);
		if (EVP_EncryptUpdate(context, stream, &n, stream,
		    (int)whole) != 1) {
			return COL_ENOTSUP;
		}
		for (size_t i = 0; i < part; i++) {
			bytes[done + i] ^= stream[i];
		}
	}
	return 0;
}

int
usm_crypt_decrypt(struct usm_crypt *crypt, const struct usm_cipher *cipher,
    uint8_t *bytes, size_t len)
{
	if (len > INT32_MAX) {
		return COL_EPROTO;
	}
	if (prepare_priv(crypt, cipher->priv) != 0) {
		return COL_ENOTSUP;
	}
	return cipher->priv == CREDENTIAL_DES ?
	    decrypt_des(crypt, cipher, bytes, len) :
	    decrypt_aes(crypt, cipher, bytes, len);
}
