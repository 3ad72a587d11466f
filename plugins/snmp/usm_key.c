/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "usm_key.h"

#include <string.h>

#define EXPANDED_BYTES (1024 * 1024) /* RFC 3414 A.2.1 */
#define CHUNK_BYTES 4096

/* Any secret shorter than this repeats at least twice in a chunk. */
#define SECRET_MAX (CHUNK_BYTES / 2)

static int
stretch(struct usm_crypt *crypt, enum credential_auth auth,
    struct usm_bytes secret, uint8_t *ret_ku)
{
	struct usm_bytes parts[EXPANDED_BYTES / SECRET_MAX + 1];
	uint8_t chunk[CHUNK_BYTES];
	size_t whole = CHUNK_BYTES / secret.len * secret.len, n = 0;
	int rc;

	for (size_t i = 0; i < whole; i += secret.len) {
		memcpy(chunk + i, secret.at, secret.len);
	}
	/* A chunk ends where the secret ends: the next one continues it. */
	for (size_t left = EXPANDED_BYTES; left > 0; n++) {
		parts[n].at = chunk;
		parts[n].len = left < whole ? left : whole;
		left -= parts[n].len;
	}
	rc = usm_crypt_hash(crypt, auth, parts, n, ret_ku);
	explicit_bzero(chunk, sizeof(chunk));
	return rc;
}

int
usm_key_derive(struct usm_crypt *crypt, enum credential_auth auth,
    struct usm_bytes passphrase, uint8_t *ret_ku)
{
	if (passphrase.len < USM_PASSPHRASE_MIN ||
	    passphrase.len > SECRET_MAX) {
		return COL_EINVAL;
	}
	return stretch(crypt, auth, passphrase, ret_ku);
}

int
usm_key_localize(struct usm_crypt *crypt, enum credential_auth auth,
    const uint8_t *ku, struct usm_bytes engine_id, uint8_t *ret_kul)
{
	struct usm_bytes key = {ku, usm_crypt_hash_len(auth)};
	struct usm_bytes parts[3] = {key, engine_id, key};

	return usm_crypt_hash(crypt, auth, parts, 3, ret_kul);
}

/* Kul || H(Kul) || H(Kul || H(Kul)) ... */
static int
extend_blumenthal(struct usm_crypt *crypt, enum credential_auth auth,
    uint8_t *key, size_t need)
{
	size_t step = usm_crypt_hash_len(auth);
	int rc = 0;

	for (size_t have = step; have < need && rc == 0; have += step) {
		struct usm_bytes all = {key, have};
		rc = usm_crypt_hash(crypt, auth, &all, 1, key + have);
	}
	return rc;
}

/* Each further part is the localised key of the part before as passphrase. */
static int
extend_reeder(struct usm_crypt *crypt, enum credential_auth auth,
    struct usm_bytes engine_id, uint8_t *key, size_t need)
{
	size_t step = usm_crypt_hash_len(auth);
	uint8_t ku[USM_HASH_MAX];
	int rc = 0;

	for (size_t have = step; have < need && rc == 0; have += step) {
		struct usm_bytes last = {key + have - step, step};
		rc = stretch(crypt, auth, last, ku);
		if (rc == 0) {
			rc = usm_key_localize(crypt, auth, ku, engine_id,
			    key + have);
		}
	}
	explicit_bzero(ku, sizeof(ku));
	return rc;
}

int
usm_key_privacy(struct usm_crypt *crypt, const struct credential *credential,
    struct usm_bytes engine_id, uint8_t *ret_key)
{
	enum credential_auth auth = credential->auth;
	size_t need = usm_crypt_key_len(credential->priv);
	/* The last step may write a whole hash just below what is needed. */
	uint8_t key[USM_PRIV_KEY_MAX + USM_HASH_MAX];
	int rc = usm_key_localize(crypt, auth, credential->priv_key,
	    engine_id, key);

	if (rc == 0) {
		rc = credential->priv == CREDENTIAL_AES192C ||
		    credential->priv == CREDENTIAL_AES256C ?
		    extend_reeder(crypt, auth, engine_id, key, need) :
		    extend_blumenthal(crypt, auth, key, need);
	}
	if (rc == 0) {
		memcpy(ret_key, key, need);
	}
	explicit_bzero(key, sizeof(key));
	return rc;
}
