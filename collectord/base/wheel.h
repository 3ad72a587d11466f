/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers: one wheel of 10 ms slots with an overflow list, O(1) to arm and
 * cancel, driven by whoever owns the thread (a uv timer or a test clock).
 *
 * Route: poll, flow, http, store.  Thread: the owner's, no locks.
 * Source: engine.md section 9 (phase, timer wheel).
 */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

typedef void wheel_fn(void *arg);

/* Embedded in its user; zeroed before first use. */
struct wheel_timer {
	struct wheel_timer *next, **link; /* NULL link: not armed */
	struct mono due;
	wheel_fn *fn;
	void *arg;
};

struct wheel;

struct wheel *wheel_new(struct mono now);
void wheel_free(struct wheel *wheel); /* disarms what is left */
/* Arms or re-arms; a due time in the past fires at the next run. */
void wheel_arm(struct wheel *wheel, struct wheel_timer *timer, struct mono due,
    wheel_fn *fn, void *arg);
void wheel_cancel(struct wheel *wheel, struct wheel_timer *timer);
bool wheel_armed(const struct wheel_timer *timer);
/*
 * Fires all timers due by now, in order of due time to 10 ms, never early;
 * a timer armed by a callback for the past waits for the next run.
 * Returns the number fired.
 */
size_t wheel_run(struct wheel *wheel, struct mono now);
/* Time of the next timer, .ns == INT64_MAX when none is armed. */
struct mono wheel_next(const struct wheel *wheel);

#endif
