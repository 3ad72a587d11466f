/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HMAC is written out (RFC 2104 is twelve lines), and DES is triple DES with
 * one key thrice: OpenSSL 3 has single DES in a provider that is seldom loaded.
 */
#include <config.h>

#include "keys.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

/* Source: RFC 3414 section A.2: the passphrase repeated up to this length. */
#define PASSPHRASE_STREAM 1048576
/* The longest block of a digest (SHA-384 and SHA-512). */
#define BLOCK_MAX 128

/* One authentication protocol. */
struct auth_kind {
	const char *word, *name;	/* ours, OpenSSL's */
	size_t digest, block, mac;	/* octets */
};

/* Source: RFC 3414 section 6.3.1, 7.3.1; RFC 7860 section 4.1. */
static const struct auth_kind auths[KEYS_AUTH_N] = {
	[KEYS_NO_AUTH] = {"none", NULL, 0, 0, 0},
	[KEYS_MD5] = {"md5", "MD5", 16, 64, 12},
	[KEYS_SHA1] = {"sha", "SHA1", 20, 64, 12},
	[KEYS_SHA224] = {"sha224", "SHA224", 28, 64, 16},
	[KEYS_SHA256] = {"sha256", "SHA256", 32, 64, 24},
	[KEYS_SHA384] = {"sha384", "SHA384", 48, 128, 32},
	[KEYS_SHA512] = {"sha512", "SHA512", 64, 128, 48},
};

/* One privacy protocol. */
struct priv_kind {
	const char *word, *name;
	size_t key;		/* octets taken of the localized key */
	bool is_reeder;
};

static const struct priv_kind privs[KEYS_PRIV_N] = {
	[KEYS_NO_PRIV] = {"none", NULL, 0, false},
	[KEYS_DES] = {"des", "DES-EDE3-CBC", 16, false},
	[KEYS_AES128] = {"aes128", "AES-128-CFB", 16, false},
	[KEYS_AES192] = {"aes192", "AES-192-CFB", 24, false},
	[KEYS_AES256] = {"aes256", "AES-256-CFB", 32, false},
	[KEYS_AES192C] = {"aes192c", "AES-192-CFB", 24, true},
	[KEYS_AES256C] = {"aes256c", "AES-256-CFB", 32, true},
};

struct keys {
	EVP_MD *md[KEYS_AUTH_N];
	EVP_CIPHER *cipher[KEYS_PRIV_N];
	EVP_MD_CTX *hash;
	EVP_CIPHER_CTX *crypt;
};

struct keys *
keys_new(void)
{
	struct keys *keys = calloc(1, sizeof(*keys));
	bool ok;

	if (keys == NULL) {
		return NULL;
	}
	keys->hash = EVP_MD_CTX_new();
	keys->crypt = EVP_CIPHER_CTX_new();
	ok = keys->hash != NULL && keys->crypt != NULL;
	for (int i = KEYS_NO_AUTH + 1; i < KEYS_AUTH_N; i++) {
		keys->md[i] = EVP_MD_fetch(NULL, auths[i].name, NULL);
		ok = ok && keys->md[i] != NULL;
	}
	for (int i = KEYS_NO_PRIV + 1; i < KEYS_PRIV_N; i++) {
		keys->cipher[i] = EVP_CIPHER_fetch(NULL, privs[i].name, NULL);
		ok = ok && keys->cipher[i] != NULL;
	}
	if (!ok) {
		keys_free(keys);
		return NULL;
	}
	return keys;
}

void
keys_free(struct keys *keys)
{
	if (keys == NULL) {
		return;
	}
	for (int i = 0; i < KEYS_AUTH_N; i++) {
		EVP_MD_free(keys->md[i]);
	}
	for (int i = 0; i < KEYS_PRIV_N; i++) {
		EVP_CIPHER_free(keys->cipher[i]);
	}
	EVP_MD_CTX_free(keys->hash);
	EVP_CIPHER_CTX_free(keys->crypt);
	free(keys);
}

int
keys_find_auth(const char *word, enum keys_auth *ret_auth)
{
	for (int i = 0; i < KEYS_AUTH_N; i++) {
		if (strcmp(auths[i].word, word) == 0) {
			*ret_auth = (enum keys_auth)i;
			return 0;
		}
	}
	return -1;
}

int
keys_find_priv(const char *word, enum keys_priv *ret_priv)
{
	for (int i = 0; i < KEYS_PRIV_N; i++) {
		if (strcmp(privs[i].word, word) == 0) {
			*ret_priv = (enum keys_priv)i;
			return 0;
		}
	}
	return -1;
}

const char *
keys_auth_word(enum keys_auth auth)
{
	return auths[auth].word;
}

const char *
keys_priv_word(enum keys_priv priv)
{
	return privs[priv].word;
}

size_t
keys_mac_size(enum keys_auth auth)
{
	return auths[auth].mac;
}

static bool
begin(struct keys *keys, enum keys_auth auth)
{
	return keys->md[auth] != NULL &&
	    EVP_DigestInit_ex2(keys->hash, keys->md[auth], NULL) == 1;
}

static bool
add(struct keys *keys, const uint8_t *bytes, size_t len)
{
	return EVP_DigestUpdate(keys->hash, bytes, len) == 1;
}

static bool
end(struct keys *keys, uint8_t *ret_digest)
{
	return EVP_DigestFinal_ex(keys->hash, ret_digest, NULL) == 1;
}

/* Hashes a megabyte of `bytes` over and over. */
static int
stretch(struct keys *keys, enum keys_auth auth, const uint8_t *bytes,
    size_t len, uint8_t *ret_ku)
{
	uint8_t chunk[64];
	size_t at = 0;

	if (len == 0 || !begin(keys, auth)) {
		return -1;
	}
	for (size_t done = 0; done < PASSPHRASE_STREAM; done += sizeof(chunk)) {
		for (size_t i = 0; i < sizeof(chunk); i++) {
			chunk[i] = bytes[at];
			at = at + 1 < len ? at + 1 : 0;
		}
		if (!add(keys, chunk, sizeof(chunk))) {
			return -1;
		}
	}
	return end(keys, ret_ku) ? 0 : -1;
}

int
keys_ku(struct keys *keys, enum keys_auth auth, const char *passphrase,
    uint8_t *ret_ku)
{
	if (auth == KEYS_NO_AUTH) {
		return -1;
	}
	return stretch(keys, auth, (const uint8_t *)passphrase,
	    strlen(passphrase), ret_ku);
}

/* Source: RFC 3414 section A.2: H(Ku, engine, Ku). */
static int
localize(struct keys *keys, enum keys_auth auth, const uint8_t *ku,
    const struct keys_engine *engine, uint8_t *ret_key)
{
	size_t n = auths[auth].digest;

	return begin(keys, auth) && add(keys, ku, n) &&
	    add(keys, engine->bytes, engine->len) && add(keys, ku, n) &&
	    end(keys, ret_key) ? 0 : -1;
}

/* Appends to a key of `n` octets the next digest, as its draft says. */
static int
extend(struct keys *keys, const struct keys_master *master,
    const struct keys_engine *engine, uint8_t *key, size_t n)
{
	size_t digest = auths[master->auth].digest;
	uint8_t ku[KEYS_MAX];

	if (privs[master->priv].is_reeder) {
		return stretch(keys, master->auth, key + n - digest, digest,
		    ku) == 0 ?
		    localize(keys, master->auth, ku, engine, key + n) : -1;
	}
	return begin(keys, master->auth) && add(keys, key, n) &&
	    end(keys, key + n) ? 0 : -1;
}

int
keys_localize(struct keys *keys, const struct keys_master *master,
    const struct keys_engine *engine, struct keys_local *ret_local)
{
	size_t digest = auths[master->auth].digest, n = digest;
	uint8_t key[2 * KEYS_MAX];

	memset(ret_local, 0, sizeof(*ret_local));
	if (master->auth == KEYS_NO_AUTH) {
		return 0;
	}
	if (localize(keys, master->auth, master->auth_ku, engine,
	    ret_local->auth) != 0) {
		return -1;
	}
	if (master->priv == KEYS_NO_PRIV) {
		return 0;
	}
	if (localize(keys, master->auth, master->priv_ku, engine, key) != 0) {
		return -1;
	}
	for (; n < privs[master->priv].key; n += digest) {
		if (extend(keys, master, engine, key, n) != 0) {
			return -1;
		}
	}
	memcpy(ret_local->priv, key, privs[master->priv].key);
	return 0;
}

/* Source: RFC 2104 section 2; keys here are never longer than a block. */
int
keys_mac(struct keys *keys, enum keys_auth auth, const uint8_t *key,
    struct ber_in message, uint8_t *ret_mac)
{
	const struct auth_kind *kind = &auths[auth];
	uint8_t inner[BLOCK_MAX], outer[BLOCK_MAX], digest[KEYS_MAX];

	memset(inner, 0x36, sizeof(inner));
	memset(outer, 0x5c, sizeof(outer));
	for (size_t i = 0; i < kind->digest; i++) {
		inner[i] ^= key[i];
		outer[i] ^= key[i];
	}
	if (!begin(keys, auth) || !add(keys, inner, kind->block) ||
	    !add(keys, message.p, (size_t)(message.end - message.p)) ||
	    !end(keys, digest) || !begin(keys, auth) ||
	    !add(keys, outer, kind->block) || !add(keys, digest, kind->digest) ||
	    !end(keys, digest)) {
		return -1;
	}
	memcpy(ret_mac, digest, kind->mac);
	return 0;
}

static void
put_u32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		to[i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

/* Gives cipher key and start value their protocol's shape. */
static void
prepare(const struct keys_cipher *cipher, uint8_t *ret_key, uint8_t *ret_iv)
{
	if (cipher->priv == KEYS_DES) {
		/* Source: RFC 3414 section 8.1.1.1: key, then pre-IV. */
		for (size_t i = 0; i < 8; i++) {
			ret_key[i] = ret_key[8 + i] = ret_key[16 + i] =
			    cipher->key[i];
			ret_iv[i] = cipher->key[8 + i] ^ cipher->salt[i];
		}
		return;
	}
	/* Source: RFC 3826 section 3.1.2.1. */
	memcpy(ret_key, cipher->key, privs[cipher->priv].key);
	put_u32(ret_iv, cipher->when.boots);
	put_u32(ret_iv + 4, cipher->when.time);
	memcpy(ret_iv + 8, cipher->salt, KEYS_SALT);
}

/* What both directions share. */
static int
run_cipher(struct keys *keys, const struct keys_cipher *cipher, int encrypts,
    uint8_t *bytes, size_t len)
{
	EVP_CIPHER *kind = keys->cipher[cipher->priv];
	uint8_t key[32] = {0}, iv[16] = {0};
	int n = 0, rest = 0;

	if (kind == NULL || len > INT32_MAX ||
	    (cipher->priv == KEYS_DES && len % 8 != 0)) {
		return -1;
	}
	prepare(cipher, key, iv);
	if (EVP_CipherInit_ex2(keys->crypt, kind, key, iv, encrypts,
	    NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(keys->crypt, 0) != 1 ||
	    EVP_CipherUpdate(keys->crypt, bytes, &n, bytes, (int)len) != 1 ||
	    EVP_CipherFinal_ex(keys->crypt, bytes + n, &rest) != 1) {
		return -1;
	}
	return (size_t)(n + rest) == len ? 0 : -1;
}

int
keys_encrypt(struct keys *keys, const struct keys_cipher *cipher,
    uint8_t *bytes, size_t len)
{
	return run_cipher(keys, cipher, 1, bytes, len);
}

int
keys_decrypt(struct keys *keys, const struct keys_cipher *cipher,
    uint8_t *bytes, size_t len)
{
	return run_cipher(keys, cipher, 0, bytes, len);
}
