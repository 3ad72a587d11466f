/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The algorithms of SNMPv3: hashes, truncated HMACs, DES and AES, all done by
 * OpenSSL through algorithms fetched once and contexts used again.
 *
 * Route: below usm_key.c and usm.c.
 * Thread: one object per POLL thread (or per caller), used only there.
 * Source: RFC 3414 s.6-8, RFC 3826, RFC 7860; draft-blumenthal-aes-usm-04.
 */
#ifndef SNMP_USM_CRYPT_H
#define SNMP_USM_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "credential.h"

#define USM_HASH_MAX 64      /* bytes: SHA-512 */
#define USM_MAC_MAX 48       /* bytes: usmHMAC384SHA512 */
#define USM_SALT_SIZE 8      /* msgPrivacyParameters, DES and AES */
#define USM_DES_BLOCK 8

struct usm_crypt;

/* Errors: NULL when OpenSSL or memory refuses. */
struct usm_crypt *usm_crypt_new(void);
void usm_crypt_free(struct usm_crypt *crypt);
/*
 * Fetches what these protocols need; DES needs OpenSSL's legacy provider,
 * which is loaded for this object only, and only here.
 * Errors: COL_ENOTSUP with words for people.
 */
int usm_crypt_prepare(struct usm_crypt *crypt, enum credential_auth auth,
    enum credential_priv priv, struct col_error *error);

/* Bytes of the hash, of msgAuthenticationParameters, of the localised key. */
size_t usm_crypt_hash_len(enum credential_auth auth);
size_t usm_crypt_mac_len(enum credential_auth auth);
size_t usm_crypt_key_len(enum credential_priv priv);

/* Bytes of one message or key, not NUL-terminated. */
struct usm_bytes {
	const uint8_t *at;
	size_t len;
};

/*
 * Hashes parts one after the other.
 * Shape: ret_hash has USM_HASH_MAX bytes.  Errors: COL_ENOTSUP.
 */
int usm_crypt_hash(struct usm_crypt *crypt, enum credential_auth auth,
    const struct usm_bytes *parts, size_t n_parts, uint8_t *ret_hash);
/* A localised authentication key: usm_crypt_hash_len(auth) bytes. */
struct usm_mac_key {
	enum credential_auth auth;
	const uint8_t *key;
};

/*
 * The truncated HMAC over parts one after the other.
 * Shape: ret_mac has USM_MAC_MAX bytes; usm_crypt_mac_len are set.
 */
int usm_crypt_mac(struct usm_crypt *crypt, const struct usm_mac_key *key,
    const struct usm_bytes *parts, size_t n_parts, uint8_t *ret_mac);

/* Compares in constant time. */
bool usm_crypt_equal(const uint8_t *a, const uint8_t *b, size_t len);

/* What a message is encrypted with. */
struct usm_cipher {
	enum credential_priv priv;
	const uint8_t *key;               /* usm_crypt_key_len bytes */
	uint32_t boots, time;             /* of the message; AES only */
	uint8_t salt[USM_SALT_SIZE];      /* msgPrivacyParameters */
};

/*
 * Encrypts in place.  Shape: DES takes multiples of 8 bytes.
 * Errors: COL_EINVAL (length), COL_ENOTSUP.
 */
int usm_crypt_encrypt(struct usm_crypt *crypt,
    const struct usm_cipher *cipher, uint8_t *bytes, size_t len);
/*
 * Decrypts in place; DES padding stays.
 * Errors: COL_EPROTO (length), COL_ENOTSUP; the bytes are then void.
 */
int usm_crypt_decrypt(struct usm_crypt *crypt,
    const struct usm_cipher *cipher, uint8_t *bytes, size_t len);

#endif
