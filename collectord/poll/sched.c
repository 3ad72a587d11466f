/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/sched.h"

#include <assert.h>

#include "base/hash.h"

/* Source: engine.md section 9, row "window" (token bucket 1.5 x average). */
#define RATE_FACTOR 1.5
/* So that a handful of devices is never held back. */
#define RATE_MIN 100.0
#define BURST_MIN 32.0
#define BURST_S 0.1

int64_t
sched_phase(const char *rack_or_device_id, int64_t interval_ns)
{
	assert(interval_ns > 0);
	return (int64_t)(hash64_text(rack_or_device_id) % (uint64_t)interval_ns);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;
	return a % b < 0 ? q - 1 : q;
}

struct sched_due
sched_after(struct wall after, int64_t interval_ns, int64_t phase_ns)
{
	assert(interval_ns > 0 && phase_ns >= 0 && phase_ns < interval_ns);
	int64_t k = floor_div(after.ns - phase_ns, interval_ns) + 1;
	struct sched_due due;
	due.slot.ns = k * interval_ns;
	due.at.ns = due.slot.ns + phase_ns;
	return due;
}

unsigned
sched_gap(unsigned n_failures, uint64_t key)
{
	if (n_failures <= SCHED_DOWN_AFTER) {
		return 1;
	}
	unsigned most = n_failures - SCHED_DOWN_AFTER + 1;
	if (most > SCHED_GAP_MAX) {
		most = SCHED_GAP_MAX;
	}
	unsigned least = (most + 1) / 2;
	uint64_t seed[2] = { key, n_failures };
	return least + (unsigned)(hash64(seed, sizeof(seed)) % (most - least + 1));
}

void
sched_bucket_set(struct sched_bucket *bucket, uint32_t n_polls,
    int64_t interval_ns, struct mono now)
{
	double average = (double)n_polls * (double)NS_PER_S / (double)interval_ns;
	double rate = RATE_FACTOR * average;
	bucket->rate = rate > RATE_MIN ? rate : RATE_MIN;
	double burst = bucket->rate * BURST_S;
	bucket->burst = burst > BURST_MIN ? burst : BURST_MIN;
	if (bucket->filled.ns == 0 || bucket->tokens > bucket->burst) {
		bucket->tokens = bucket->burst;
		bucket->filled = now;
	}
}

bool
sched_bucket_take(struct sched_bucket *bucket, struct mono now)
{
	if (now.ns > bucket->filled.ns) {
		double s = (double)(now.ns - bucket->filled.ns) / (double)NS_PER_S;
		bucket->tokens += s * bucket->rate;
		if (bucket->tokens > bucket->burst) {
			bucket->tokens = bucket->burst;
		}
		bucket->filled = now;
	}
	if (bucket->tokens < 1.0) {
		return false;
	}
	bucket->tokens -= 1.0;
	return true;
}

bool
sched_jumped(struct sched_offset *offset, struct wall wall, struct mono mono,
    int64_t *ret_by)
{
	int64_t now = wall.ns - mono.ns;
	int64_t by = now - offset->ns;
	bool jumped = offset->known && (by > SCHED_JUMP_NS || by < -SCHED_JUMP_NS);
	offset->ns = now;
	offset->known = true;
	if (jumped) {
		*ret_by = by;
	}
	return jumped;
}
