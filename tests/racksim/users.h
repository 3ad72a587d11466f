/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may ask by SNMPv3: a file of lines "NAME [AUTH PASSPHRASE [PRIV
 * PASSPHRASE]]", one user each, the same at every device.
 *
 * Route:  --users FILE -> users -> v3 (keys) and inventory (passphrases).
 * Thread: immutable once loaded, any.
 */
#ifndef RACKSIM_USERS_H
#define RACKSIM_USERS_H

#include <stddef.h>

#include "keys.h"

#define USERS_MAX 64
/* Source: RFC 3411 section 5, SnmpAdminString of a user name: 32 octets. */
#define USERS_NAME_MAX 33
#define USERS_PASSPHRASE_MAX 128
/* Room for the message of a failed load. */
#define USERS_ERROR_MAX 256

struct users_one {
	char name[USERS_NAME_MAX];
	char auth_passphrase[USERS_PASSPHRASE_MAX];
	char priv_passphrase[USERS_PASSPHRASE_MAX];
	struct keys_master master;
};

struct users {
	struct users_one list[USERS_MAX];
	size_t n;
};

/*
 * Loads a file, or the one built-in user without one (source NULL): demo with
 * sha256 and aes128, passphrases demo-auth-pass and demo-priv-pass.
 * Errors: -1 with "file:line: message" in error; *ret is unspecified then.
 */
int users_load(struct users *ret, struct keys *keys, const char *source,
    char *error);

/* Finds a user by the octets of its name; NULL if there is none. */
const struct users_one *users_find(const struct users *users,
    const uint8_t *name, size_t len);

#endif
