/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread whose work is a step(): the same function runs under a real thread
 * or is called by a test that owns the clock.
 *
 * Route: FLOW, STORE, STATE.  (POLL and MAIN run libuv loops of their own.)
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include "base/clock.h"

/*
 * Does all work that is due and returns when it wants to be called again at
 * the latest (.ns == INT64_MAX: only when woken).  Must not block for long.
 */
typedef struct mono thread_step_fn(void *arg);

struct thread;

/* Starts a thread that calls step at once, when woken, and when due. */
struct thread *thread_start(const char *name, thread_step_fn *step, void *arg);
/* Asks for a step soon.  Thread: any; accepts NULL. */
void thread_wake(struct thread *thread);
/*
 * Lets the running step end, runs one last step, joins; NULL is fine.  Others
 * may go on to wake it, which does nothing, until it is freed.
 */
void thread_end(struct thread *thread);
/* Frees what has ended, when nobody can wake it any more; NULL is fine. */
void thread_free(struct thread *thread);
/* Both, for a thread that nobody wakes but who stops it; NULL is fine. */
void thread_stop(struct thread *thread);

#endif
