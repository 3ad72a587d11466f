/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/syncer.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct syncer {
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t wanted;
	/* under the lock */
	syncer_fn *fn;           /* to be run; NULL: nothing */
	bool stopping;
	/* the owner's, but for the time that fn runs */
	void *arg;
	int rc;
	struct col_error error;
	bool busy;               /* the owner's */
	int done_fd;             /* eventfd: a 1 is in it when fn has ended */
	void (*wake)(void *arg);
	void *wake_arg;
};

static void *
run(void *arg)
{
	struct syncer *syncer = arg;
	const uint64_t one = 1;

	pthread_mutex_lock(&syncer->lock);
	for (;;) {
		syncer_fn *fn;

		while (syncer->fn == NULL && !syncer->stopping) {
			pthread_cond_wait(&syncer->wanted, &syncer->lock);
		}
		if (syncer->fn == NULL) {
			break;
		}
		fn = syncer->fn;
		syncer->fn = NULL;
		pthread_mutex_unlock(&syncer->lock);
		syncer->rc = fn(syncer->arg, &syncer->error);
		while (write(syncer->done_fd, &one, sizeof(one)) < 0 && errno == EINTR) {
		}
		if (syncer->wake != NULL) {
			syncer->wake(syncer->wake_arg);
		}
		pthread_mutex_lock(&syncer->lock);
	}
	pthread_mutex_unlock(&syncer->lock);
	return NULL;
}

struct syncer *
syncer_new(void (*wake)(void *arg), void *wake_arg)
{
	struct syncer *syncer = calloc(1, sizeof(*syncer));
	sigset_t all, before;
	int rc;

	assert(syncer != NULL);
	syncer->wake = wake;
	syncer->wake_arg = wake_arg;
	syncer->done_fd = eventfd(0, EFD_CLOEXEC);
	assert(syncer->done_fd >= 0);
	pthread_mutex_init(&syncer->lock, NULL);
	pthread_cond_init(&syncer->wanted, NULL);
	/* signals are for the threads that expect them */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&syncer->id, NULL, run, syncer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	assert(rc == 0);
	(void)rc;
	(void)pthread_setname_np(syncer->id, "sync");
	return syncer;
}

void
syncer_free(struct syncer *syncer)
{
	if (syncer == NULL) {
		return;
	}
	pthread_mutex_lock(&syncer->lock);
	syncer->stopping = true;
	pthread_cond_signal(&syncer->wanted);
	pthread_mutex_unlock(&syncer->lock);
	pthread_join(syncer->id, NULL);
	pthread_cond_destroy(&syncer->wanted);
	pthread_mutex_destroy(&syncer->lock);
	close(syncer->done_fd);
	free(syncer);
}

void
syncer_start(struct syncer *syncer, syncer_fn *fn, void *arg)
{
	assert(!syncer->busy);
	syncer->busy = true;
	syncer->arg = arg;
	pthread_mutex_lock(&syncer->lock);
	syncer->fn = fn;
	pthread_cond_signal(&syncer->wanted);
	pthread_mutex_unlock(&syncer->lock);
}

bool
syncer_busy(const struct syncer *syncer)
{
	return syncer->busy;
}

int
syncer_fd(const struct syncer *syncer)
{
	return syncer->done_fd;
}

bool
syncer_wait(struct syncer *syncer, int timeout_ms)
{
	struct pollfd pollfd = { .fd = syncer->done_fd, .events = POLLIN };

	assert(syncer->busy);
	for (;;) {
		int n = poll(&pollfd, 1, timeout_ms);

		if (n >= 0 || errno != EINTR) {
			return n > 0;
		}
	}
}

int
syncer_take(struct syncer *syncer, struct col_error *error)
{
	uint64_t n;

	assert(syncer->busy);
	/* which also makes what fn wrote visible here */
	while (read(syncer->done_fd, &n, sizeof(n)) < 0 && errno == EINTR) {
	}
	syncer->busy = false;
	if (error != NULL && syncer->rc != 0) {
		*error = syncer->error;
	}
	return syncer->rc;
}
