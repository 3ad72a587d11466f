/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets that we make ourselves: random tokens, of which only the SHA-256 is
 * kept, and comparison that does not tell how far two agree.
 *
 * A token has 256 random bits: unlike a password it needs no slow hash.
 *
 * Route: users, sessions, signatures.  Thread: any.
 * Source: distributed.md section 6; RFC 4648 section 5 (base64url).
 */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOKEN_BYTES 32
#define TOKEN_SIZE 44              /* 43 letters of base64url and a NUL */
#define TOKEN_HASH_SIZE 32

/* Shape: text of TOKEN_SIZE.  Errors: COL_EIO when the system has no random. */
int token_make(char text[TOKEN_SIZE]);
/* SHA-256 of data. */
void token_hash(const void *data, size_t size, uint8_t hash[TOKEN_HASH_SIZE]);
void token_hash_text(const char *text, uint8_t hash[TOKEN_HASH_SIZE]);
/* Takes the same time whatever differs. */
bool token_equal(const void *a, const void *b, size_t size);
/* Overwrites what must not stay in memory. */
void token_wipe(void *data, size_t size);

#endif
