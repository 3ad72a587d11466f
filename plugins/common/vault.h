/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for keys: kept out of core dumps and of forked children, wiped when
 * given back.
 *
 * Route: below credential.c and usm.c.  Thread: that of its owner.
 * Source: madvise(2), MADV_DONTDUMP and MADV_WIPEONFORK.
 */
#ifndef PLUGIN_VAULT_H
#define PLUGIN_VAULT_H

#include <stddef.h>

/* Largest piece; pieces are multiples of 16 bytes. */
#define VAULT_MAX 1024

struct vault;

/* Errors: NULL when out of memory. */
struct vault *vault_new(void);
/* Wipes and frees all pieces; accepts NULL. */
void vault_free(struct vault *vault);
/*
 * Owns: returns zeroed memory, to be given back with the same size.
 * Shape: size 1..VAULT_MAX.  Errors: NULL when out of memory.
 */
void *vault_take(struct vault *vault, size_t size);
/* Bytes that were ever needed at once, rounded up to blocks. */
size_t vault_size(const struct vault *vault);
/* Wipes; accepts NULL. */
void vault_give(struct vault *vault, void *piece, size_t size);

#endif
