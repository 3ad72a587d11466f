/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one thread that hashes and compares passwords: each takes about 15 ms,
 * which the server's own thread has not got.
 *
 * Its queue is short: whoever floods the login waits and is refused, others
 * read on.
 *
 * Route: api_session, api_users -> hasher -> their callbacks.  Thread: its own.
 * Source: distributed.md section 6 (a pool of 1 with a queue of 8).
 */
#ifndef HTTP_HASHER_H
#define HTTP_HASHER_H

#include <stdbool.h>

#include "base/password.h"

#define HASHER_QUEUE 8

struct hasher;

/*
 * code: 0, COL_EAUTH (does not match), COL_EIO, or COL_ECANCELED at the end.
 * hash: of the password, when one was to be made.  On the hasher's thread.
 */
typedef void hasher_fn(void *arg, int code, const char *hash);

struct hasher *hasher_new(void);
/* Ends what is under way, cancels what waits. */
void hasher_free(struct hasher *hasher);
/*
 * Compares a password with hash ("": of nobody, takes as long), or makes one
 * where hash is NULL.  Copies both.  Errors: COL_EFULL; fn is not called then.
 */
int hasher_ask(struct hasher *hasher, const char *password, const char *hash,
    hasher_fn *fn, void *arg);

#endif
