/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/thread.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct thread {
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t wanted;
	thread_step_fn *step;
	void *arg;
	bool woken, stopping;
};

/* Waits until woken or due; false when the thread is to end. */
static bool
rest(struct thread *thread, struct mono due)
{
	struct timespec ts = { due.ns / NS_PER_S, due.ns % NS_PER_S };
	bool go_on;

	pthread_mutex_lock(&thread->lock);
	while (!thread->woken && !thread->stopping) {
		if (due.ns == INT64_MAX) {
			pthread_cond_wait(&thread->wanted, &thread->lock);
		} else if (pthread_cond_timedwait(&thread->wanted, &thread->lock,
		    &ts) != 0) {
			break;
		}
	}
	thread->woken = false;
	go_on = !thread->stopping;
	pthread_mutex_unlock(&thread->lock);
	return go_on;
}

static void *
run(void *arg)
{
	struct thread *thread = arg;

	while (rest(thread, thread->step(thread->arg))) {
	}
	(void)thread->step(thread->arg);
	return NULL;
}

struct thread *
thread_start(const char *name, thread_step_fn *step, void *arg)
{
	struct thread *thread = calloc(1, sizeof(*thread));
	pthread_condattr_t attr;
	int rc;

	assert(thread != NULL);
	thread->step = step;
	thread->arg = arg;
	pthread_mutex_init(&thread->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&thread->wanted, &attr);
	pthread_condattr_destroy(&attr);
	rc = pthread_create(&thread->id, NULL, run, thread);
	assert(rc == 0);
	(void)rc;
	(void)pthread_setname_np(thread->id, name);
	return thread;
}

void
thread_wake(struct thread *thread)
{
	if (thread == NULL) {
		return;
	}
	pthread_mutex_lock(&thread->lock);
	thread->woken = true;
	pthread_cond_signal(&thread->wanted);
	pthread_mutex_unlock(&thread->lock);
}

void
thread_end(struct thread *thread)
{
	if (thread == NULL) {
		return;
	}
	pthread_mutex_lock(&thread->lock);
	thread->stopping = true;
	pthread_cond_signal(&thread->wanted);
	pthread_mutex_unlock(&thread->lock);
	pthread_join(thread->id, NULL);
}

void
thread_free(struct thread *thread)
{
	if (thread == NULL) {
		return;
	}
	pthread_cond_destroy(&thread->wanted);
	pthread_mutex_destroy(&thread->lock);
	free(thread);
}

void
thread_stop(struct thread *thread)
{
	thread_end(thread);
	thread_free(thread);
}
