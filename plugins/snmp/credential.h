/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Credentials of this plugin: the tree under "snmp:" checked and loaded, with
 * keys derived once.
 *
 * Route: credential_set -> here.  Thread: check any, the rest one POLL thread.
 * Source: RFC 3414 (USM), RFC 3826 (AES), RFC 7860 (SHA-2).
 */
#ifndef SNMP_CREDENTIAL_H
#define SNMP_CREDENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define CREDENTIAL_ID_SIZE 64
#define CREDENTIAL_COMMUNITY_SIZE 256
#define CREDENTIAL_USER_SIZE 33    /* RFC 3411 SnmpAdminString (1..32) */
#define CREDENTIAL_KEY_SIZE 64     /* longest hash: SHA-512 */

enum credential_version {
	CREDENTIAL_V1 = 0, CREDENTIAL_V2C = 1, CREDENTIAL_V3 = 3
};

enum credential_auth {
	CREDENTIAL_AUTH_NONE = 0, CREDENTIAL_MD5, CREDENTIAL_SHA1,
	CREDENTIAL_SHA224, CREDENTIAL_SHA256, CREDENTIAL_SHA384,
	CREDENTIAL_SHA512, CREDENTIAL_AUTH_N
};

/* The C forms extend the key after Reeder (Cisco), the others Blumenthal. */
enum credential_priv {
	CREDENTIAL_PRIV_NONE = 0, CREDENTIAL_DES, CREDENTIAL_AES128,
	CREDENTIAL_AES192, CREDENTIAL_AES256, CREDENTIAL_AES192C,
	CREDENTIAL_AES256C, CREDENTIAL_PRIV_N
};

struct credential {
	char id[CREDENTIAL_ID_SIZE];
	enum credential_version version;
	char community[CREDENTIAL_COMMUNITY_SIZE]; /* v1, v2c; a secret */
	size_t community_len;
	char user[CREDENTIAL_USER_SIZE];
	char context[CREDENTIAL_USER_SIZE];
	enum credential_auth auth;
	enum credential_priv priv;
	uint8_t auth_key[CREDENTIAL_KEY_SIZE];     /* Ku, RFC 3414 A.2 */
	size_t auth_key_len;
	uint8_t priv_key[CREDENTIAL_KEY_SIZE];
	size_t priv_key_len;
	int64_t timeout_ns;      /* first timeout; doubles */
	unsigned retries;        /* further tries */
};

/* Reports every fault at its place.  Returns 0 or COL_ECONFIG. */
int credential_check(const struct col_host *host, const struct col_node *node);
/*
 * Reads secrets and derives keys; passphrases are wiped before it returns.
 * Owns: fills ret_credential; wipe with credential_done.
 * Errors: COL_ECONFIG (see credential_check), COL_E* of the secret.
 * Thread: blocks for a file read and, with v3, some milliseconds of hashing.
 */
int credential_load(const struct col_host *host,
    const struct col_credential *from, void *ret_credential,
    struct col_error *error);
void credential_done(struct credential *credential);

#endif
