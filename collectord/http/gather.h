/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several answers for one ticket: each callback fills its part, the last one
 * fills the ticket with all of them.
 *
 * Route: handler -> gather -> STORE and STATE -> ticket.  Thread: made on HTTP,
 * parts filled on any.
 */
#ifndef HTTP_GATHER_H
#define HTTP_GATHER_H

#include <pthread.h>

#include "http/pending.h"

#define GATHER_MAX 128

struct gather;

struct gather_part {
	struct gather *gather;
	int code;
	void *result;
	ticket_drop_fn *drop;
};

struct gather {
	pthread_mutex_t lock;              /* of n_left */
	unsigned n, n_left;
	struct ticket *ticket;
	struct gather_part parts[];        /* [n] */
};

/*
 * n parts, 1..GATHER_MAX; the ticket's result will be the gather itself, with
 * code 0.  Errors: NULL when memory is out.  Owns: takes the callback's
 * reference of ticket.
 */
struct gather *gather_new(struct ticket *ticket, unsigned n);
/* Fills one part, once.  Owns: takes result. */
void gather_fill(struct gather_part *part, int code, void *result,
    ticket_drop_fn *drop);

#endif
