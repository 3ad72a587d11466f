/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hash64: a stable, seedless hash of text; phases and file folders hang on it,
 * so it must never change.
 *
 * Route: sched, store, racksim-independent.  Thread: any.
 * Source: FNV-1a 64 bit with the finalizer of MurmurHash3 (fmix64).
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash64(const void *data, size_t size);
uint64_t hash64_text(const char *text);
/*
 * A hash that tells nothing of data to whoever lacks the key: SipHash-2-4.
 * Shape: key has HASH_KEY_SIZE bytes.
 * Source: Aumasson, Bernstein: SipHash, a fast short-input PRF (2012) s.2.
 */
#define HASH_KEY_SIZE 16
uint64_t hash64_keyed(const uint8_t *key, const void *data, size_t size);
/* CRC-32C (Castagnoli), hardware where there is.  Source: RFC 3720 B.4. */
uint32_t hash_crc32c(uint32_t crc, const void *data, size_t size);

#endif
