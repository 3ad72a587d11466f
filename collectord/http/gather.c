/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See gather.h. */
#include <config.h>

#include "http/gather.h"

#include <assert.h>
#include <stdlib.h>

struct gather *
gather_new(struct ticket *ticket, unsigned n)
{
	struct gather *gather;

	assert(n >= 1 && n <= GATHER_MAX);
	gather = calloc(1, sizeof(*gather) + n * sizeof(gather->parts[0]));
	if (gather == NULL) {
		return NULL;
	}
	pthread_mutex_init(&gather->lock, NULL);
	gather->n = gather->n_left = n;
	gather->ticket = ticket;
	for (unsigned i = 0; i < n; i++) {
		gather->parts[i].gather = gather;
	}
	return gather;
}

static void
drop_all(void *arg)
{
	struct gather *gather = arg;

	for (unsigned i = 0; i < gather->n; i++) {
		if (gather->parts[i].drop != NULL) {
			gather->parts[i].drop(gather->parts[i].result);
		}
	}
	pthread_mutex_destroy(&gather->lock);
	free(gather);
}

void
gather_fill(struct gather_part *part, int code, void *result, ticket_drop_fn *drop)
{
	struct gather *gather = part->gather;
	unsigned left;

	part->code = code;
	part->result = result;
	part->drop = drop;
	/* the lock also hands what the parts hold to whoever comes last */
	pthread_mutex_lock(&gather->lock);
	left = --gather->n_left;
	pthread_mutex_unlock(&gather->lock);
	if (left == 0) {
		pending_fill(gather->ticket, 0, gather, drop_all);
	}
}
