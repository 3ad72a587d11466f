/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arithmetic of SNMPv3's user-based security: keys from passphrases, keys
 * of one engine, authentication codes and ciphers.
 *
 * Route:  users (passphrases) -> keys -> v3.
 * Thread: one per struct keys (it keeps OpenSSL contexts).
 * Source: RFC 3414 sections 6-8 and A.2 (MD5, SHA, DES); RFC 7860 (SHA-2);
 *         RFC 3826 (AES-128); draft-blumenthal-aes-usm-04 section 3.1.2.1 and
 *         draft-reeder-snmpv3-usm-3desede-00 section 2.1 (longer keys).
 */
#ifndef RACKSIM_KEYS_H
#define RACKSIM_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "ber.h"

/* The longest digest, SHA-512. */
#define KEYS_MAX 64
/* Octets of msgPrivacyParameters. */
#define KEYS_SALT 8
/* Source: RFC 3411 section 5, SnmpEngineID. */
#define KEYS_ENGINE_MAX 32

enum keys_auth {
	KEYS_NO_AUTH,
	KEYS_MD5,
	KEYS_SHA1,
	KEYS_SHA224,
	KEYS_SHA256,
	KEYS_SHA384,
	KEYS_SHA512,
	KEYS_AUTH_N
};

enum keys_priv {
	KEYS_NO_PRIV,
	KEYS_DES,
	KEYS_AES128,
	KEYS_AES192,	/* extended as Blumenthal says */
	KEYS_AES256,
	KEYS_AES192C,	/* extended as Reeder says, as Cisco does */
	KEYS_AES256C,
	KEYS_PRIV_N
};

/* An engine's name. */
struct keys_engine {
	uint8_t bytes[KEYS_ENGINE_MAX];
	size_t len;
};

/* What a user has in common at all engines. */
struct keys_master {
	enum keys_auth auth;
	enum keys_priv priv;
	uint8_t auth_ku[KEYS_MAX], priv_ku[KEYS_MAX];
};

/* A user's keys at one engine. */
struct keys_local {
	uint8_t auth[KEYS_MAX];
	uint8_t priv[KEYS_MAX];
};

/* When a message was made, by its engine; part of AES's start value. */
struct keys_time {
	uint32_t boots, time;
};

/* All that a cipher needs beside the octets. */
struct keys_cipher {
	enum keys_priv priv;
	const uint8_t *key;	/* of struct keys_local, borrowed */
	struct keys_time when;
	const uint8_t *salt;	/* KEYS_SALT octets, borrowed */
};

struct keys;

/* Owns: free with keys_free. Errors: NULL without OpenSSL's algorithms. */
struct keys *keys_new(void);

/* Frees the contexts; NULL is fine. */
void keys_free(struct keys *keys);

/* Finds algorithms by the words of collectord's configuration; -1 if none. */
int keys_find_auth(const char *word, enum keys_auth *ret_auth);
int keys_find_priv(const char *word, enum keys_priv *ret_priv);
/* Returns the word of an algorithm. */
const char *keys_auth_word(enum keys_auth auth);
const char *keys_priv_word(enum keys_priv priv);

/* Returns the octets of an authentication code in a message, 0 = none. */
size_t keys_mac_size(enum keys_auth auth);

/*
 * Makes Ku of a passphrase: a megabyte hashed, about a millisecond.
 * Shape:  ret_ku has KEYS_MAX octets.
 * Errors: -1 for KEYS_NO_AUTH, an empty passphrase or a failure of OpenSSL.
 */
int keys_ku(struct keys *keys, enum keys_auth auth, const char *passphrase,
    uint8_t *ret_ku);

/*
 * Makes a user's keys of one engine. Reeder's way to longer keys hashes a
 * megabyte again, the others take a microsecond.
 * Errors: -1 on a failure of OpenSSL.
 */
int keys_localize(struct keys *keys, const struct keys_master *master,
    const struct keys_engine *engine, struct keys_local *ret_local);

/* Writes the authentication code of a message, keys_mac_size octets. */
int keys_mac(struct keys *keys, enum keys_auth auth, const uint8_t *key,
    struct ber_in message, uint8_t *ret_mac);

/*
 * En- or decrypts in place (DES: len is a multiple of 8).
 * Errors: -1 when it cannot be done; the bytes are then worthless.
 */
int keys_encrypt(struct keys *keys, const struct keys_cipher *cipher,
    uint8_t *bytes, size_t len);
int keys_decrypt(struct keys *keys, const struct keys_cipher *cipher,
    uint8_t *bytes, size_t len);

#endif
