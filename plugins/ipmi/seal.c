/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contexts are made once and get a new key for each message: making them costs
 * more than all they do.  HMAC is made of two plain hashes (RFC 2104), since
 * EVP_MAC takes half as long again for its keys.  Nor is an IV given to AES, whose
 * setting costs more than a block: the IV goes through the cipher as the block
 * before the first, which makes a random one of it out, and nothing that
 * matters in.  A library context of our own keeps a system's
 * openssl.cnf from taking SHA-1 away from BMCs that know nothing better.
 */
#include "seal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include <collectord/err.h>

/* Source: IPMI v2.0 table 13-8: padding up to 4 bytes, next header. */
#define INTEGRITY_PAD 0xff
#define NEXT_HEADER 0x07
#define RANDOM_POOL 1024
#define HMAC_BLOCK 64          /* of SHA-1 and SHA-256 */

static const struct seal_facts facts[SEAL_SUITE_N] = {
    [SEAL_17] = {17, 3, 4, 1, 32, 16},
    [SEAL_3] = {3, 1, 1, 1, 20, 12},
    [SEAL_0] = {0, 0, 0, 0, 0, 0},
};
static const char *const hash_names[SEAL_SUITE_N] = {
    [SEAL_17] = "SHA2-256", [SEAL_3] = "SHA1",
};

struct seal {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *provider;
	EVP_MD *hashes[SEAL_SUITE_N];
	EVP_MD_CTX *hash;
	EVP_CIPHER_CTX *encrypt, *decrypt;
	uint8_t pool[RANDOM_POOL];
	size_t n_pool;             /* bytes not yet given out, at its end */
};

const struct seal_facts *
seal_facts(enum seal_suite suite)
{
	return &facts[suite];
}

static bool
prepare(struct seal *seal)
{
	static const uint8_t zeros[SEAL_BLOCK];
	EVP_CIPHER *cipher;
	bool good;

	seal->library = OSSL_LIB_CTX_new();
	if (seal->library == NULL) {
		return false;
	}
	seal->provider = OSSL_PROVIDER_load(seal->library, "default");
	if (seal->provider == NULL) {
		return false;
	}
	seal->hash = EVP_MD_CTX_new();
	seal->hashes[SEAL_17] = EVP_MD_fetch(seal->library,
	    hash_names[SEAL_17], NULL);
	seal->hashes[SEAL_3] = EVP_MD_fetch(seal->library,
	    hash_names[SEAL_3], NULL);
	cipher = EVP_CIPHER_fetch(seal->library, "AES-128-CBC", NULL);
	seal->encrypt = EVP_CIPHER_CTX_new();
	seal->decrypt = EVP_CIPHER_CTX_new();
	good = cipher != NULL && seal->encrypt != NULL &&
	    seal->decrypt != NULL && seal->hash != NULL &&
	    seal->hashes[SEAL_17] != NULL && seal->hashes[SEAL_3] != NULL &&
	    EVP_EncryptInit_ex2(seal->encrypt, cipher, zeros, zeros, NULL) == 1 &&
	    EVP_DecryptInit_ex2(seal->decrypt, cipher, zeros, zeros, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(seal->encrypt, 0) == 1 &&
	    EVP_CIPHER_CTX_set_padding(seal->decrypt, 0) == 1;
	EVP_CIPHER_free(cipher); /* the contexts hold it */
	return good;
}

struct seal *
seal_new(void)
{
	struct seal *seal = calloc(1, sizeof(*seal));

	if (seal != NULL && !prepare(seal)) {
		seal_free(seal);
		seal = NULL;
	}
	return seal;
}

void
seal_free(struct seal *seal)
{
	if (seal == NULL) {
		return;
	}
	for (int i = 0; i < SEAL_SUITE_N; i++) {
		EVP_MD_free(seal->hashes[i]);
	}
	EVP_MD_CTX_free(seal->hash);
	EVP_CIPHER_CTX_free(seal->encrypt);
	EVP_CIPHER_CTX_free(seal->decrypt);
	if (seal->provider != NULL) {
		(void)OSSL_PROVIDER_unload(seal->provider);
	}
	OSSL_LIB_CTX_free(seal->library);
	explicit_bzero(seal, sizeof(*seal));
	free(seal);
}

int
seal_random(struct seal *seal, uint8_t *buffer, size_t n)
{
	uint8_t *at;

	if (n > sizeof(seal->pool)) {
		return COL_ENOTSUP;
	}
	if (seal->n_pool < n) {
		if (RAND_bytes_ex(seal->library, seal->pool,
		    sizeof(seal->pool), 0) != 1) {
			return COL_ENOTSUP;
		}
		seal->n_pool = sizeof(seal->pool);
	}
	at = seal->pool + sizeof(seal->pool) - seal->n_pool;
	memcpy(buffer, at, n);
	memset(at, 0, n);
	seal->n_pool -= n;
	return 0;
}

/* H(key xor pad, pieces).  Source: RFC 2104 s.2; keys are no longer than H. */
static bool
hash_keyed(struct seal *seal, enum seal_suite suite, struct seal_bytes key,
    uint8_t pad, const struct seal_bytes *pieces, size_t n_pieces,
    uint8_t *ret_hash)
{
	uint8_t first[HMAC_BLOCK];
	const uint8_t *bytes = key.at;
	bool good;

	memset(first, pad, sizeof(first));
	for (size_t i = 0; i < key.n; i++) {
		first[i] ^= bytes[i];
	}
	good = EVP_DigestInit_ex2(seal->hash, seal->hashes[suite], NULL) == 1 &&
	    EVP_DigestUpdate(seal->hash, first, sizeof(first)) == 1;
	for (size_t i = 0; i < n_pieces && good; i++) {
		good = EVP_DigestUpdate(seal->hash, pieces[i].at,
		    pieces[i].n) == 1;
	}
	return good && EVP_DigestFinal_ex(seal->hash, ret_hash, NULL) == 1;
}

int
seal_hmac(struct seal *seal, enum seal_suite suite, struct seal_bytes key,
    const struct seal_bytes *pieces, size_t n_pieces, uint8_t *ret_mac)
{
	struct seal_bytes inner = {ret_mac, facts[suite].n_hash};

	if (seal->hashes[suite] == NULL || key.n > HMAC_BLOCK) {
		return COL_ENOTSUP;
	}
	return hash_keyed(seal, suite, key, 0x36, pieces, n_pieces,
	    ret_mac) && hash_keyed(seal, suite, key, 0x5c, &inner, 1,
	    ret_mac) ? 0 : COL_ENOTSUP;
}

bool
seal_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

/* ---- out ---------------------------------------------------------------------- */

/*
 * Adds padding, its length, and encrypts behind an IV.
 * Source: IPMI v2.0 table 13-20: pad bytes 1, 2, 3 …, then their number.
 * Returns the length from the IV on, or COL_ENOTSUP.
 */
static int
encrypt(struct seal *seal, const struct seal_keys *keys, uint8_t *iv, size_t n)
{
	uint8_t *body = iv + SEAL_BLOCK;
	uint8_t n_pad = (uint8_t)((SEAL_BLOCK - (n + 1) % SEAL_BLOCK) %
	    SEAL_BLOCK);
	size_t whole = n + n_pad + 1;
	int n_out;

	for (uint8_t i = 0; i < n_pad; i++) {
		body[n + i] = (uint8_t)(i + 1);
	}
	body[n + n_pad] = n_pad;
	if (seal_random(seal, iv, SEAL_BLOCK) != 0 ||
	    EVP_EncryptInit_ex2(seal->encrypt, NULL, keys->k2, NULL,
	    NULL) != 1 || EVP_EncryptUpdate(seal->encrypt, iv, &n_out, iv,
	    (int)(SEAL_BLOCK + whole)) != 1) {
		return COL_ENOTSUP;
	}
	return (int)(SEAL_BLOCK + whole);
}

/* Adds the trailer that signs bytes; returns the new length. */
static int
sign(struct seal *seal, const struct seal_keys *keys, uint8_t *bytes,
    size_t len)
{
	const struct seal_facts *suite = &facts[keys->suite];
	/* From the authentication type on, pad length and next header in. */
	uint8_t n_pad = (uint8_t)((4 - (len - RMCP_HEADER + 2) % 4) % 4);
	struct seal_bytes key = {keys->k1, suite->n_hash}, whole;
	uint8_t mac[SEAL_HASH_MAX];

	memset(bytes + len, INTEGRITY_PAD, n_pad);
	len += n_pad;
	bytes[len++] = n_pad;
	bytes[len++] = NEXT_HEADER;
	whole.at = bytes + RMCP_HEADER;
	whole.n = len - RMCP_HEADER;
	if (seal_hmac(seal, keys->suite, key, &whole, 1, mac) != 0) {
		return COL_ENOTSUP;
	}
	memcpy(bytes + len, mac, suite->n_mac);
	return (int)(len + suite->n_mac);
}

int
seal_close(struct seal *seal, const struct seal_keys *keys,
    const struct rmcp_head *head, uint8_t *buffer, size_t n)
{
	struct rmcp_head to = *head;
	int n_body;

	if (keys->suite == SEAL_0) {
		memmove(buffer + RMCP_V20_HEADER, buffer + SEAL_BODY, n);
		rmcp_head_v20(buffer, &to, n);
		return (int)(RMCP_V20_HEADER + n);
	}
	to.is_encrypted = to.is_authenticated = true;
	n_body = encrypt(seal, keys, buffer + RMCP_V20_HEADER, n);
	if (n_body < 0) {
		return n_body;
	}
	rmcp_head_v20(buffer, &to, (size_t)n_body);
	return sign(seal, keys, buffer, RMCP_V20_HEADER + (size_t)n_body);
}

/* ---- in ----------------------------------------------------------------------- */

static enum seal_fault
check_trailer(struct seal *seal, const struct seal_keys *keys,
    const uint8_t *bytes, const struct rmcp_view *view, bool check_mac)
{
	const struct seal_facts *suite = &facts[keys->suite];
	struct seal_bytes key = {keys->k1, suite->n_hash}, whole;
	uint8_t mac[SEAL_HASH_MAX];
	size_t n = view->n_trailer;

	if (n < (size_t)suite->n_mac + 2) {
		return SEAL_SHAPE;
	}
	n -= suite->n_mac;
	if (view->trailer[n - 1] != NEXT_HEADER ||
	    view->trailer[n - 2] != n - 2) {
		return SEAL_SHAPE;
	}
	whole.at = bytes + RMCP_HEADER;
	whole.n = (size_t)(view->trailer + n - (bytes + RMCP_HEADER));
	if (check_mac && (seal_hmac(seal, keys->suite, key, &whole, 1,
	    mac) != 0 || !seal_equal(mac, view->trailer + n, suite->n_mac))) {
		return SEAL_FORGED;
	}
	return SEAL_GOOD;
}

static enum seal_fault
decrypt(struct seal *seal, const struct seal_keys *keys, uint8_t *at, size_t n,
    struct seal_bytes *ret_body)
{
	uint8_t *body = at + SEAL_BLOCK;
	int n_out;

	if (n < 2 * SEAL_BLOCK || n % SEAL_BLOCK != 0) {
		return SEAL_SHAPE;
	}
	if (EVP_DecryptInit_ex2(seal->decrypt, NULL, keys->k2, NULL,
	    NULL) != 1 || EVP_DecryptUpdate(seal->decrypt, at, &n_out, at,
	    (int)n) != 1) {
		return SEAL_SHAPE;
	}
	n -= SEAL_BLOCK;
	if (body[n - 1] >= n) {
		return SEAL_SHAPE;
	}
	ret_body->at = body;
	ret_body->n = n - 1 - body[n - 1];
	return SEAL_GOOD;
}

enum seal_fault
seal_open(struct seal *seal, const struct seal_keys *keys, uint8_t *bytes,
    const struct rmcp_view *view, bool check_mac, struct seal_bytes *ret_body)
{
	enum seal_fault fault;

	if (keys->suite == SEAL_0) {
		if (view->is_encrypted) {
			return SEAL_SHAPE;
		}
		*ret_body = (struct seal_bytes){view->body, view->n_body};
		return SEAL_GOOD;
	}
	if (!view->is_authenticated || !view->is_encrypted) {
		return SEAL_UNSIGNED;
	}
	fault = check_trailer(seal, keys, bytes, view, check_mac);
	return fault != SEAL_GOOD ? fault : decrypt(seal, keys,
	    bytes + (view->body - bytes), view->n_body, ret_body);
}
