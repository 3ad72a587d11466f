/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what was learned into the cache, behind the back of the polls: making
 * a file takes 0.1 ms on a good day, and seconds when the disk is busy.
 *
 * Route: round -> here -> cache.
 * Thread: one per POLL thread, called there only; writes on a thread of its
 * own, which the first thing to be written starts.
 */
#ifndef IPMI_KEEPER_H
#define IPMI_KEEPER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache.h"

/* Of jobs that wait; of one device at most one does. */
#define KEEPER_JOBS_MAX 32768

struct keeper_job;

struct keeper {
	struct cache *cache;           /* its writing half is the writer's */
	bool has_thread;               /* POLL thread only */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	/* Guarded by lock: */
	struct keeper_job *queue;      /* in the order of writing */
	struct keeper_job *devices;    /* of those, hashed by id */
	struct keeper_job *writing;    /* taken off the queue, not freed yet */
	unsigned n;
	bool stop;
};

/* Owns: borrows cache, which has been initialised, until keeper_done. */
void keeper_init(struct keeper *keeper, struct cache *cache);
/* Waits until all is written. */
void keeper_done(struct keeper *keeper);

/*
 * Has the records of a set written before what is handed over later.
 * Owns: copies.
 * Errors: COL_EIO (no cache), COL_EFULL (the disk does not keep up),
 * COL_ENOMEM.
 */
int keeper_set(struct keeper *keeper, const uint8_t *records, uint32_t size);
/* The same for a device's file; what waits for id is replaced. */
int keeper_device(struct keeper *keeper, const char *id,
    const struct cache_device *device);
/* What is kept of id, though it may not be written yet.  As cache_read. */
int keeper_find(struct keeper *keeper, const char *id,
    struct cache_device *ret_device);

#endif
