/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state's own struct, for the files of this room that run or post.
 *
 * Route: state.h from outside.  Thread: fields say.
 */
#ifndef STATE_OWN_H
#define STATE_OWN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/queue.h"
#include "model/alert.h"
#include "model/reservation.h"
#include "state/post.h"
#include "state/state.h"

#define STATE_QUEUE_SIZE 4096
#define STATE_EVENTS_WAIT_MAX 4096

struct state {
	const struct clock *clock;
	struct queue *queue;       /* any thread */
	struct queue *events;      /* any thread; of devices: they push out no change */
	char path[4096];           /* never changes */
	pthread_mutex_t published_lock; /* of reserved and silences */
	const struct reservations *reserved; /* one reference, never NULL */
	const struct silences *silences; /* one reference, never NULL */
	/* STATE's own */
	sqlite3 *db;
	/* changes that are not committed, oldest first */
	struct post *first, **last;
	uint32_t n_kept;
	bool failing;              /* the disk did not take them */
	struct mono retry_at;
	/* what was applied last */
	const struct config *config;   /* one reference, or NULL */
	char zone[64];
	double standard_w;
	uint64_t reserved_number;  /* of the newest snapshot of reservations */
	uint64_t silences_number;  /* of silences */
	struct mono tidy_at;       /* what is too old is looked for */
	int64_t tidied_told;       /* told was looked through up to this alert */
};

/* Reads the reservations anew and publishes them.  Errors: COL_EIO. */
int reserve_load(struct state *state);
/* The same of silences. */
int silences_load(struct state *state);

#endif
