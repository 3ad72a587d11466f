/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/signature.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <collectord/err.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/token.h"

#define HMAC_SIZE 32
#define LINE_MAX_SIZE 4160      /* a number, a separator and the longest secret */

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* Source: RFC 4648 section 4. */
static void
encode(const uint8_t *bytes, size_t n, char *text)
{
	for (size_t i = 0; i < n; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16 |
		    (i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0) |
		    (i + 2 < n ? bytes[i + 2] : 0);

		*text++ = LETTERS[bits >> 18];
		*text++ = LETTERS[bits >> 12 & 63];
		*text++ = i + 1 < n ? LETTERS[bits >> 6 & 63] : '=';
		*text++ = i + 2 < n ? LETTERS[bits & 63] : '=';
	}
	*text = '\0';
}

/* Bytes of a base64 text, with or without its '='; -1 when it is none. */
static int
decode(const char *text, uint8_t *to, size_t size)
{
	size_t n = 0;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (; *text != '\0' && *text != '='; text++) {
		const char *letter = strchr(LETTERS, *text);

		if (letter == NULL) {
			return -1;
		}
		bits = bits << 6 | (uint32_t)(letter - LETTERS);
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			if (n == size) {
				return (int)size + 1;
			}
			to[n++] = (uint8_t)(bits >> n_bits);
		}
	}
	return text[strspn(text, "=")] == '\0' && n_bits != 6 ? (int)n : -1;
}

void
signature_make(const void *key, size_t key_size, const void *data, size_t size,
    char text[SIGNATURE_SIZE])
{
	uint8_t mac[HMAC_SIZE];
	int rc = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key_size, data, size, mac);

	assert(rc == 0);
	(void)rc;
	encode(mac, sizeof(mac), text);
}

int
signature_key(const char *secret, uint8_t key[SIGNATURE_KEY_MAX])
{
	static const char PREFIX[] = "whsec_";
	int n;

	if (str_starts(secret, PREFIX)) {
		secret += sizeof(PREFIX) - 1;
	}
	n = decode(secret, key, SIGNATURE_KEY_MAX);
	if (n < 0) {
		return COL_EINVAL;
	}
	return n >= SIGNATURE_KEY_MIN && n <= SIGNATURE_KEY_MAX ? n : COL_ERANGE;
}

int
signature_webhook(const char *secret, const char *id, int64_t seconds,
    const void *body, size_t size, char text[SIGNATURE_SIZE])
{
	uint8_t key[SIGNATURE_KEY_MAX];
	struct buf line;
	int n = signature_key(secret, key), rc = COL_OK;

	if (n < 0) {
		return n;
	}
	buf_init(&line, 0);
	buf_printf(&line, "%s.%lld.", id, (long long)seconds);
	buf_put(&line, body, size);
	if (line.failed) {
		rc = COL_ENOMEM;
	} else {
		signature_make(key, (size_t)n, line.data, line.size, text);
	}
	buf_done(&line);
	token_wipe(key, sizeof(key));
	return rc;
}

void
signature_dingtalk(const char *secret, int64_t ms, char text[SIGNATURE_SIZE])
{
	char line[LINE_MAX_SIZE];
	size_t size = str_format(line, sizeof(line), "%lld\n%s", (long long)ms, secret);

	assert(size < sizeof(line));
	signature_make(secret, strlen(secret), line, size, text);
	token_wipe(line, sizeof(line));
}

void
signature_feishu(const char *secret, int64_t seconds, char text[SIGNATURE_SIZE])
{
	char line[LINE_MAX_SIZE];
	size_t size = str_format(line, sizeof(line), "%lld\n%s", (long long)seconds, secret);

	assert(size < sizeof(line));
	signature_make(line, size, "", 0, text);
	token_wipe(line, sizeof(line));
}
