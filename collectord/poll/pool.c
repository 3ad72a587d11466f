/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each pool thread has a table of polls of its own, so that emit() and done()
 * of a blocking plugin take no lock.  The one lock here guards the queue and
 * the states of jobs; poll_cancel() is called under it, which keeps the promise
 * that poll_start() still runs then.
 */
#include <config.h>

#include "poll/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include <utlist.h>

#include "base/stats.h"
#include "base/str.h"
#include "poll/flight.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work;         /* a job was queued, or stopping */
	pthread_cond_t idle;         /* a thread has left */
	struct pool_job *queue;
	unsigned n_threads, n_left;
	bool stopping;
	pthread_t threads[];
};

struct worker {
	struct pool *pool;
	struct flights *flights;
	struct pool_job *job;
	bool done;                   /* the plugin called done() */
};

static void
on_done(void *arg, struct batch *batch)
{
	struct worker *worker = arg;
	worker->done = true;
	worker->job->batch = batch;
}

/* Runs one job; the pool's lock is not held. */
static void
run(struct worker *worker, struct pool_job *job, struct col_poll *poll)
{
	job->input->poll_start(job->plugin, job->device, job->deadline_ns, poll);
	if (!worker->done) {
		struct batch *batch = flight_close(worker->flights, poll);
		batch->status = COL_POLL_INTERNAL;
		str_copy(batch->detail, sizeof(batch->detail),
		    "the plugin's poll_start() returned without done()");
		job->batch = batch;
	}
}

static void
work(struct worker *worker)
{
	struct pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (pool->queue == NULL && !pool->stopping) {
			pthread_cond_wait(&pool->work, &pool->lock);
		}
		if (pool->queue == NULL) {
			break;
		}
		struct pool_job *job = pool->queue;
		DL_DELETE(pool->queue, job);
		worker->job = job;
		worker->done = false;
		struct col_poll *poll = flight_open(worker->flights, job->batch,
		    on_done, worker);
		assert(poll != NULL);
		job->poll = poll;
		job->state = POOL_RUNNING;
		pthread_mutex_unlock(&pool->lock);

		run(worker, job, poll);

		pthread_mutex_lock(&pool->lock);
		job->state = POOL_ENDED;
		job->poll = NULL;
		/* Under the lock: who withdraws then knows that it was called. */
		job->ended(job->arg, job);
	}
	pool->n_left++;
	pthread_cond_broadcast(&pool->idle);
	pthread_mutex_unlock(&pool->lock);
}

static void *
worker_main(void *arg)
{
	struct worker worker = { .pool = arg, .flights = flights_new() };

	assert(worker.flights != NULL);
	flights_enter(worker.flights);
	work(&worker);
	flights_enter(NULL);
	flights_free(worker.flights);
	return NULL;
}

struct pool *
pool_new(unsigned n_threads)
{
	struct pool *pool = calloc(1, sizeof(*pool) +
	    n_threads * sizeof(pool->threads[0]));
	if (pool == NULL) {
		return NULL;
	}
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->idle, &attr);
	pthread_condattr_destroy(&attr);
	for (unsigned i = 0; i < n_threads; i++) {
		if (pthread_create(&pool->threads[i], NULL, worker_main, pool) != 0) {
			break;
		}
		pthread_setname_np(pool->threads[i], "pool");
		pool->n_threads++;
	}
	if (pool->n_threads == 0 && n_threads > 0) {
		(void)pool_free(pool, 0);
		return NULL;
	}
	return pool;
}

bool
pool_free(struct pool *pool, int64_t wait_ns)
{
	if (pool == NULL) {
		return true;
	}
	int64_t until = clock_mono(clock_real()).ns + wait_ns;
	struct timespec at = { .tv_sec = until / NS_PER_S,
		.tv_nsec = until % NS_PER_S };
	int rc = 0;

	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->work);
	while (pool->n_left < pool->n_threads && rc == 0) {
		rc = pthread_cond_timedwait(&pool->idle, &pool->lock, &at);
	}
	bool all = pool->n_left == pool->n_threads;
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->n_threads; i++) {
		if (all) {
			pthread_join(pool->threads[i], NULL);
		} else {
			pthread_detach(pool->threads[i]);
		}
	}
	if (!all) {
		return false;
	}
	pthread_cond_destroy(&pool->idle);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return true;
}

void
pool_submit(struct pool *pool, struct pool_job *job)
{
	pthread_mutex_lock(&pool->lock);
	job->state = POOL_QUEUED;
	job->poll = NULL;
	DL_APPEND(pool->queue, job);
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}

bool
pool_withdraw(struct pool *pool, struct pool_job *job)
{
	bool mine = false;

	pthread_mutex_lock(&pool->lock);
	switch (job->state) {
	case POOL_QUEUED:
		DL_DELETE(pool->queue, job);
		mine = true;
		break;
	case POOL_RUNNING:
		job->input->poll_cancel(job->plugin, job->device, job->poll);
		break;
	case POOL_ENDED:
		break;
	}
	pthread_mutex_unlock(&pool->lock);
	return mine;
}
