/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See token.h. */
#include <config.h>

#include "base/token.h"

#include <assert.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <collectord/err.h>

/* 6 bits a letter, and the last letter holds what is left. */
static void
encode(const uint8_t *bytes, size_t n, char *text)
{
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | bytes[i];
		for (n_bits += 8; n_bits >= 6; n_bits -= 6) {
			*text++ = LETTERS[bits >> (n_bits - 6) & 63];
		}
	}
	if (n_bits > 0) {
		*text++ = LETTERS[bits << (6 - n_bits) & 63];
	}
	*text = '\0';
}

int
token_make(char text[TOKEN_SIZE])
{
	uint8_t bytes[TOKEN_BYTES];

	if (gnutls_rnd(GNUTLS_RND_KEY, bytes, sizeof(bytes)) != 0) {
		return COL_EIO;
	}
	encode(bytes, sizeof(bytes), text);
	token_wipe(bytes, sizeof(bytes));
	return 0;
}

void
token_hash(const void *data, size_t size, uint8_t hash[TOKEN_HASH_SIZE])
{
	int rc = gnutls_hash_fast(GNUTLS_DIG_SHA256, data, size, hash);

	/* fails only where the library has no SHA-256 */
	assert(rc == 0);
	(void)rc;
}

void
token_hash_text(const char *text, uint8_t hash[TOKEN_HASH_SIZE])
{
	token_hash(text, strlen(text), hash);
}

bool
token_equal(const void *a, const void *b, size_t size)
{
	return gnutls_memcmp(a, b, size) == 0;
}

void
token_wipe(void *data, size_t size)
{
	gnutls_memset(data, 0, size);
}
