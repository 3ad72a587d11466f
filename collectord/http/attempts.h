/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Failed logins: after five of a user from an address the next must wait, and
 * each failure doubles the wait.
 *
 * Route: api_session.  Thread: HTTP.
 * Source: distributed.md section 6 (5 failures, back-off per user and address).
 */
#ifndef HTTP_ATTEMPTS_H
#define HTTP_ATTEMPTS_H

#include <stdint.h>

#include "base/clock.h"
#include "base/hash.h"

#define ATTEMPTS_FREE 5            /* failures without a wait */
#define ATTEMPTS_WAIT_S 30         /* after the next one, then twice as long, … */
#define ATTEMPTS_WAIT_MAX_S 900
#define ATTEMPTS_FORGET_NS (3600 * NS_PER_S)
#define ATTEMPTS_N 1024            /* pairs; the oldest is forgotten */

struct attempts {
	uint8_t key[HASH_KEY_SIZE];        /* so that nobody can aim at another's place */
	struct failure { uint64_t hash; unsigned n; struct mono last, until; } items[ATTEMPTS_N];
};

/* Errors: COL_EIO without random. */
int attempts_init(struct attempts *attempts);
/* Seconds until the pair may try again; 0: now. */
unsigned attempts_wait_s(const struct attempts *attempts, const char *user,
    const char *address, struct mono now);
/* Returns the wait that begins now, in seconds; 0: none. */
unsigned attempts_failed(struct attempts *attempts, const char *user,
    const char *address, struct mono now);
void attempts_passed(struct attempts *attempts, const char *user, const char *address);

#endif
