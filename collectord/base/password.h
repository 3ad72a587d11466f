/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords, hashed with yescrypt.
 *
 * Either call takes about 15 ms of CPU and some memory on purpose: never on a
 * thread that others wait for.
 *
 * Route: login, users.  Thread: any; blocks.
 * Source: distributed.md section 6 (measured); crypt(5).
 */
#ifndef BASE_PASSWORD_H
#define BASE_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include <collectord/err.h>

#define PASSWORD_MIN 10            /* letters; longer is all that helps */
#define PASSWORD_MAX 256           /* bytes */
#define PASSWORD_HASH_SIZE 128

/* True when it may become one: long enough, no control characters.
 * Errors: COL_EINVAL with the reason. */
int password_check(const char *text, const char *user, struct col_error *error);
/* Errors: COL_EIO when the system makes no yescrypt. */
int password_hash(const char *text, char hash[PASSWORD_HASH_SIZE],
    struct col_error *error);
/* Compares in constant time.  hash "": takes as long and is false. */
bool password_matches(const char *text, const char *hash);

#endif
