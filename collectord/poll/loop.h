/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event loop of one POLL thread: a timer wheel, and around it either a
 * libuv loop (descriptors, wake-ups) or nothing at all but step() on a test
 * clock.
 *
 * Route: drives poller.c; lends descriptors and timers to host.c.
 * Thread: one POLL thread owns it; only loop_wake() comes from others.
 * Source: engine.md section 9 (timer wheel, clock).
 */
#ifndef POLL_LOOP_H
#define POLL_LOOP_H

#include <stdbool.h>

#include <uv.h>

#include <collectord/plugin.h>

#include "base/clock.h"
#include "base/wheel.h"

/* Work that is to be done once per round, after the timers that were due. */
typedef void loop_work_fn(void *arg);

struct loop {
	const struct clock *clock;
	struct wheel *wheel;
	loop_work_fn *work;
	void *arg;
	bool real;              /* the uv handles below exist */
	bool stopping;
	uv_loop_t uv;
	uv_timer_t timer;       /* armed for the wheel's next timer */
	uv_prepare_t prepare;   /* one round of timers and work */
	uv_async_t async;       /* loop_wake */
};

/*
 * Makes a loop; real: with libuv, else only loop_step() works.
 * Errors: COL_ENOMEM, COL_EIO; loop is then not to be used.
 */
int loop_init(struct loop *loop, const struct clock *clock, bool real,
    struct col_error *error);
/* Sets what runs each round; before loop_run or loop_step. */
void loop_set_work(struct loop *loop, loop_work_fn *work, void *arg);
/* Closes everything that is still open.  Accepts a loop that was not made. */
void loop_done(struct loop *loop);

/* Runs until loop_stop.  Thread: the owner; blocks. */
void loop_run(struct loop *loop);
/* Ends loop_run after this round.  Thread: the owner. */
void loop_stop(struct loop *loop);
/* Asks for a round soon.  Thread: any. */
void loop_wake(struct loop *loop);
/* Fires all that is due by the clock; returns the time of the next timer. */
struct mono loop_step(struct loop *loop);

/*
 * Watches fd (enum col_fd_events).  Owns: end it with loop_unwatch; fn may do
 * so itself.  Errors: NULL without libuv, for a file that cannot be watched.
 */
struct loop_watch;
struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned events,
    col_fd_fn *fn, void *arg);
void loop_unwatch(struct loop_watch *watch);

#endif
