/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deterministic hashing: every "random" property of the simulated province is
 * a hash of the seed and of what it belongs to, so nothing has to be stored.
 *
 * Route:  used by province, values, faults.
 * Thread: any (pure functions).
 * Source: the finaliser is the 64-bit mixer of SplitMix64 (Steele, Lea, Flood,
 *         "Fast splittable pseudorandom number generators", 2014).
 */
#ifndef RACKSIM_HASH_H
#define RACKSIM_HASH_H

#include <stdint.h>

/* Returns a well mixed 64-bit value of `a` and `b`; order matters. */
static inline uint64_t
hash_mix(uint64_t a, uint64_t b)
{
	uint64_t z = a * 0x9e3779b97f4a7c15ULL + b + 0x632be59bd9b4e019ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Returns a number in [0, 1) made of `a` and `b`. */
static inline double
hash_unit(uint64_t a, uint64_t b)
{
	return (double)(hash_mix(a, b) >> 11) * (1.0 / 9007199254740992.0);
}

/* Returns a number in [lo, hi) made of `a` and `b`. */
static inline double
hash_range(uint64_t a, uint64_t b, double lo, double hi)
{
	return lo + (hi - lo) * hash_unit(a, b);
}

#endif
