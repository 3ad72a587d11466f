/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arithmetic of the schedule: phase, slot, due time, backoff, start rate,
 * jumps of the wall clock.  No timers and no devices here.
 *
 * Route: used by poller.c.  Thread: any; each struct belongs to its owner.
 * Source: DESIGN.md section 3 "Time"; engine.md section 9.
 */
#ifndef POLL_SCHED_H
#define POLL_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* Failed polls in a row after which a device is down. */
#define SCHED_DOWN_AFTER 3
/* A device that is down is polled at least every so many intervals. */
#define SCHED_GAP_MAX 5
/* The wall clock has jumped when it moved by more against the monotonic one. */
#define SCHED_JUMP_NS NS_PER_S

/* One appointment: the start of a slot, and when in it the poll is due. */
struct sched_due {
	struct wall slot;
	struct wall at;     /* slot + phase */
};

/*
 * Phase of all devices of a rack, so that both feeds are read together; of a
 * device that stands in no rack by its own id.
 * Units: ns, 0 <= phase < interval_ns.
 */
int64_t sched_phase(const char *rack_or_device_id, int64_t interval_ns);
/* The first appointment strictly after a time; slots lie on the wall grid. */
struct sched_due sched_after(struct wall after, int64_t interval_ns,
    int64_t phase_ns);
/*
 * Intervals from a failed poll to the next one: 1 while the device is not
 * down, then growing to SCHED_GAP_MAX, spread by key so that a hall that went
 * down does not come back in one slot.
 */
unsigned sched_gap(unsigned n_failures, uint64_t key);

/* Limits how fast polls start: 1.5 x the average rate, with a minimum. */
struct sched_bucket {
	double rate;        /* starts per second */
	double burst;       /* at most so many at once */
	double tokens;
	struct mono filled; /* when tokens was true */
};
/* Units: polls per interval.  Keeps the tokens it has. */
void sched_bucket_set(struct sched_bucket *bucket, uint32_t n_polls,
    int64_t interval_ns, struct mono now);
/* Takes one token; false: none is there yet. */
bool sched_bucket_take(struct sched_bucket *bucket, struct mono now);

/* The offset between the clocks as last seen; zeroed: not yet seen. */
struct sched_offset { int64_t ns; bool known; };
/*
 * Compares; true when the wall clock jumped since the last call, which is
 * told once.  Units: *ret_by ns, positive: forward.
 */
bool sched_jumped(struct sched_offset *offset, struct wall wall,
    struct mono mono, int64_t *ret_by);

#endif
