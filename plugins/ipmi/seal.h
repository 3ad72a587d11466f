/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cryptography of sessions: HMACs, random numbers, and messages that are
 * encrypted and signed.
 *
 * Route: rakp (keys), link (messages) -> here -> libcrypto.
 * Thread: one struct seal per POLL thread.
 * Source: IPMI v2.0 s.13.28 (algorithms), s.13.29 (AES-CBC), s.13.32 (keys),
 * table 22-20 (cipher suites); FIPS 198-1, NIST SP 800-38A.
 */
#ifndef PLUGIN_IPMI_SEAL_H
#define PLUGIN_IPMI_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rmcp.h"

#define SEAL_HASH_MAX 32       /* SHA-256 */
#define SEAL_AES_KEY 16
#define SEAL_BLOCK 16
/* What a message can grow by: IV, padding, trailer. */
#define SEAL_OVERHEAD 64

/* The suites we speak, best first; none only by explicit configuration. */
enum seal_suite { SEAL_17 = 0, SEAL_3, SEAL_0, SEAL_SUITE_N };

/* One cipher suite.  Source: IPMI v2.0 tables 13-17, 13-18, 13-19, 22-20. */
struct seal_facts {
	uint8_t id;                /* as people name it: 17, 3, 0 */
	uint8_t authentication, integrity, confidentiality; /* numbers */
	uint8_t n_hash;            /* bytes of keys and of RAKP 2, 3; 0: none */
	uint8_t n_mac;             /* bytes that sign a message and RAKP 4 */
};

const struct seal_facts *seal_facts(enum seal_suite suite);

struct seal;

/* Errors: NULL: out of memory, or OpenSSL lacks something. */
struct seal *seal_new(void);
void seal_free(struct seal *seal); /* accepts NULL */
/* Unpredictable bytes.  Errors: COL_ENOTSUP: the system has none. */
int seal_random(struct seal *seal, uint8_t *buffer, size_t n);

/* One piece of what is hashed. */
struct seal_bytes {
	const void *at;
	size_t n;
};

/*
 * HMAC over the pieces, by the suite's hash.
 * Shape: ret_mac has n_hash bytes.  Errors: COL_ENOTSUP.
 */
int seal_hmac(struct seal *seal, enum seal_suite suite, struct seal_bytes key,
    const struct seal_bytes *pieces, size_t n_pieces, uint8_t *ret_mac);
/* Compares in a time that says nothing about where they differ. */
bool seal_equal(const uint8_t *a, const uint8_t *b, size_t n);

/* What a session's messages are protected with; a secret. */
struct seal_keys {
	uint8_t suite;             /* enum seal_suite */
	uint8_t k1[SEAL_HASH_MAX]; /* signs */
	uint8_t k2[SEAL_AES_KEY];  /* encrypts */
};

/*
 * Makes a whole message of body, in place: the body lies in buffer at
 * SEAL_BODY and has n bytes.
 * Shape: buffer has SEAL_BODY + n + SEAL_OVERHEAD bytes.
 * Returns the length of the message, or COL_ENOTSUP.
 */
#define SEAL_BODY (RMCP_V20_HEADER + SEAL_BLOCK)
int seal_close(struct seal *seal, const struct seal_keys *keys,
    const struct rmcp_head *head, uint8_t *buffer, size_t n);

/* Why a message was not taken. */
enum seal_fault {
	SEAL_GOOD = 0,
	SEAL_UNSIGNED,   /* not signed, or not encrypted, although agreed */
	SEAL_SHAPE,      /* trailer or padding do not fit */
	SEAL_FORGED,     /* the signature is wrong */
	SEAL_FAULT_N
};

/*
 * Checks the signature of a message and decrypts its body in place.
 * check_mac false: takes any signature.
 * Shape: ret_body leads into bytes, which view was made of.
 */
enum seal_fault seal_open(struct seal *seal, const struct seal_keys *keys,
    uint8_t *bytes, const struct rmcp_view *view, bool check_mac,
    struct seal_bytes *ret_body);

#endif
