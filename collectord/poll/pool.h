/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pool: a few threads on which the polls of blocking plugins run.
 *
 * Route: poller.c submits, the plugin's poll_start() blocks here, the ended job
 * goes back to its poller.
 * Thread: submit and withdraw from POLL threads; jobs run on pool threads.
 * Source: plugin.h, COL_PLUGIN_BLOCKS.
 */
#ifndef POLL_POOL_H
#define POLL_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/clock.h"
#include "model/batch.h"

#define POOL_THREADS 4

struct pool;

enum pool_job_state { POOL_QUEUED = 0, POOL_RUNNING, POOL_ENDED };

/* One poll of a blocking plugin; made by its poller, which frees it. */
struct pool_job {
	struct pool_job *prev, *next; /* queue, then the poller's list of ended ones */
	const struct col_input *input;
	void *plugin, *device;        /* the plugin's states */
	int64_t deadline_ns;
	struct batch *batch;          /* collects; ended when state is ENDED */
	/* Called on the pool thread when the job has ended; must not block. */
	void (*ended)(void *arg, struct pool_job *job);
	void *arg;
	void *owner;                  /* for the poller's own use */
	/* guarded by the pool */
	enum pool_job_state state;
	struct col_poll *poll;        /* while running */
};

/* Owns: free with pool_free. Errors: NULL when threads cannot be made. */
struct pool *pool_new(unsigned n_threads);
/*
 * Waits up to wait_ns for running polls, then joins; polls that still block
 * are left to themselves with their threads, and false is returned.
 */
bool pool_free(struct pool *pool, int64_t wait_ns);

void pool_submit(struct pool *pool, struct pool_job *job);
/*
 * Takes a job back.  True: it had not started and is the caller's again.
 * False: it runs (its plugin's poll_cancel has been called) or has ended;
 * ended() is or was called in any case.
 */
bool pool_withdraw(struct pool *pool, struct pool_job *job);

#endif
