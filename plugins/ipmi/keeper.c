/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keeper.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>
#include <utlist.h>

#include <collectord/err.h>

struct keeper_job {
	struct keeper_job *prev, *next;
	UT_hash_handle hh;            /* of those with an id */
	struct cache_device device;
	uint32_t size;                /* of records */
	size_t n_id;                  /* 0: a set */
	uint8_t bytes[];              /* the id and its NUL, or the records */
};

static void
write_job(struct cache *cache, const struct keeper_job *job)
{
	/* What could not be written is learned again after a restart. */
	if (job->n_id > 0) {
		(void)cache_write(cache, (const char *)job->bytes, &job->device);
	} else {
		(void)cache_write_set(cache, job->bytes, job->size);
	}
}

static void *
run(void *arg)
{
	struct keeper *keeper = arg;
	struct keeper_job *job;

	(void)pthread_mutex_lock(&keeper->lock);
	for (;;) {
		job = keeper->queue;
		if (job == NULL && keeper->stop) {
			break;
		}
		if (job == NULL) {
			(void)pthread_cond_wait(&keeper->wake, &keeper->lock);
			continue;
		}
		DL_DELETE(keeper->queue, job);
		if (job->n_id > 0) {
			HASH_DEL(keeper->devices, job);
		}
		keeper->writing = job;
		(void)pthread_mutex_unlock(&keeper->lock);
		write_job(keeper->cache, job);
		(void)pthread_mutex_lock(&keeper->lock);
		keeper->writing = NULL;
		keeper->n--;
		free(job);
	}
	(void)pthread_mutex_unlock(&keeper->lock);
	return NULL;
}

void
keeper_init(struct keeper *keeper, struct cache *cache)
{
	*keeper = (struct keeper){.cache = cache};
	(void)pthread_mutex_init(&keeper->lock, NULL);
	(void)pthread_cond_init(&keeper->wake, NULL);
}

void
keeper_done(struct keeper *keeper)
{
	if (keeper->has_thread) {
		(void)pthread_mutex_lock(&keeper->lock);
		keeper->stop = true;
		(void)pthread_cond_signal(&keeper->wake);
		(void)pthread_mutex_unlock(&keeper->lock);
		(void)pthread_join(keeper->thread, NULL);
	}
	(void)pthread_cond_destroy(&keeper->wake);
	(void)pthread_mutex_destroy(&keeper->lock);
}

static bool
start(struct keeper *keeper)
{
	sigset_t all, before;

	if (!keeper->has_thread) {
		/* Signals belong to the daemon's own threads. */
		(void)sigfillset(&all);
		(void)pthread_sigmask(SIG_SETMASK, &all, &before);
		keeper->has_thread = pthread_create(&keeper->thread, NULL, run,
		    keeper) == 0;
		(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	return keeper->has_thread;
}

/* Takes job: into the queue, in place of an older one of the same id. */
static int
put(struct keeper *keeper, struct keeper_job *job)
{
	struct keeper_job *older = NULL;
	int rc = 0;

	if (!start(keeper)) {
		write_job(keeper->cache, job);
		free(job);
		return 0;
	}
	(void)pthread_mutex_lock(&keeper->lock);
	if (job->n_id > 0) {
		HASH_FIND(hh, keeper->devices, job->bytes, job->n_id, older);
	}
	if (older != NULL) {
		older->device = job->device;
		free(job);
	} else if (keeper->n >= KEEPER_JOBS_MAX) {
		free(job);
		rc = COL_EFULL;
	} else {
		DL_APPEND(keeper->queue, job);
		if (job->n_id > 0) {
			HASH_ADD_KEYPTR(hh, keeper->devices, job->bytes,
			    job->n_id, job);
		}
		keeper->n++;
		(void)pthread_cond_signal(&keeper->wake);
	}
	(void)pthread_mutex_unlock(&keeper->lock);
	return rc;
}

static struct keeper_job *
new_job(const struct keeper *keeper, const void *bytes, size_t n)
{
	struct keeper_job *job = NULL;

	if (keeper->cache->folder[0] != '\0') {
		job = calloc(1, sizeof(*job) + n);
	}
	if (job != NULL) {
		memcpy(job->bytes, bytes, n);
	}
	return job;
}

static int
why_not(const struct keeper *keeper)
{
	return keeper->cache->folder[0] == '\0' ? COL_EIO : COL_ENOMEM;
}

int
keeper_set(struct keeper *keeper, const uint8_t *records, uint32_t size)
{
	struct keeper_job *job = new_job(keeper, records, size);

	if (job == NULL) {
		return why_not(keeper);
	}
	job->size = size;
	return put(keeper, job);
}

int
keeper_device(struct keeper *keeper, const char *id,
    const struct cache_device *device)
{
	size_t n = strlen(id);
	struct keeper_job *job = n == 0 ? NULL : new_job(keeper, id, n + 1);

	if (job == NULL) {
		return n == 0 ? COL_EIO : why_not(keeper);
	}
	job->n_id = n;
	job->device = *device;
	return put(keeper, job);
}

/* Whether what is being written now is id's. */
static bool
is_writing(const struct keeper *keeper, const char *id)
{
	return keeper->writing != NULL && keeper->writing->n_id > 0 &&
	    strcmp((const char *)keeper->writing->bytes, id) == 0;
}

int
keeper_find(struct keeper *keeper, const char *id,
    struct cache_device *ret_device)
{
	struct keeper_job *job = NULL;

	(void)pthread_mutex_lock(&keeper->lock);
	HASH_FIND(hh, keeper->devices, id, strlen(id), job);
	if (job == NULL && is_writing(keeper, id)) {
		job = keeper->writing;
	}
	if (job != NULL) {
		*ret_device = job->device;
	}
	(void)pthread_mutex_unlock(&keeper->lock);
	return job != NULL ? 0 : cache_read(keeper->cache, id, ret_device);
}
