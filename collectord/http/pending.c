/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See pending.h. */
#include <config.h>

#include "http/pending.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include <collectord/err.h>

#include "http/request.h"
#include "http/server.h"

#define TICKET_MAGIC 0x7469636bu

enum ticket_state { TICKET_WAITING = 0, TICKET_FILLED, TICKET_GIVEN_UP };

struct ticket {
	uint32_t magic;
	pthread_mutex_t lock;               /* guards all below but the links */
	unsigned n_refs;
	enum ticket_state state;
	struct MHD_Connection *connection;  /* to resume while WAITING */
	int code;
	void *result;
	ticket_drop_fn *drop;
	struct mono since;                  /* never changes */
	struct ticket *next, **link;        /* http->pending, under http->lock */
};

static void
unref(struct ticket *ticket)
{
	unsigned left;

	pthread_mutex_lock(&ticket->lock);
	left = --ticket->n_refs;
	pthread_mutex_unlock(&ticket->lock);
	if (left > 0) {
		return;
	}
	if (ticket->drop != NULL) {
		ticket->drop(ticket->result);
	}
	pthread_mutex_destroy(&ticket->lock);
	ticket->magic = 0;
	free(ticket);
}

int
pending_suspend(struct request *request, struct ticket **ret_ticket)
{
	struct http *http = request->http;
	struct ticket *ticket = calloc(1, sizeof(*ticket));

	assert(request->ticket == NULL);
	if (ticket == NULL) {
		return COL_ENOMEM;
	}
	ticket->magic = TICKET_MAGIC;
	pthread_mutex_init(&ticket->lock, NULL);
	ticket->n_refs = 2;
	ticket->connection = request->connection;
	ticket->since = clock_mono(http->setup.clock);

	pthread_mutex_lock(&http->lock);
	if (http->stopping) {
		pthread_mutex_unlock(&http->lock);
		pthread_mutex_destroy(&ticket->lock);
		free(ticket);
		return COL_ECANCELED;
	}
	MHD_suspend_connection(request->connection);
	ticket->next = http->pending;
	ticket->link = &http->pending;
	if (ticket->next != NULL) {
		ticket->next->link = &ticket->next;
	}
	http->pending = ticket;
	pthread_mutex_unlock(&http->lock);
	request->ticket = ticket;
	*ret_ticket = ticket;
	return 0;
}

/* Ends the wait, once.  The caller holds no ticket lock. */
static void
end_wait(struct ticket *ticket, enum ticket_state state, bool resume)
{
	pthread_mutex_lock(&ticket->lock);
	if (ticket->state == TICKET_WAITING) {
		ticket->state = state;
		if (resume) {
			MHD_resume_connection(ticket->connection);
		}
		ticket->connection = NULL;
	}
	pthread_mutex_unlock(&ticket->lock);
}

void
pending_fill(struct ticket *ticket, int code, void *result, ticket_drop_fn *drop)
{
	assert(ticket->magic == TICKET_MAGIC);
	pthread_mutex_lock(&ticket->lock);
	/* whoever reads the result sees FILLED first, under the lock */
	ticket->code = code;
	ticket->result = result;
	ticket->drop = drop;
	pthread_mutex_unlock(&ticket->lock);
	end_wait(ticket, TICKET_FILLED, true);
	unref(ticket);
}

void
pending_fill_items(struct ticket *ticket, int code, const void *items, size_t n, size_t size)
{
	struct { size_t n; uint64_t items[]; } *copy = malloc(sizeof(*copy) + n * size);

	if (copy == NULL) {
		pending_fill(ticket, COL_ENOMEM, NULL, NULL);
		return;
	}
	copy->n = n;
	if (n > 0) {
		memcpy(copy->items, items, n * size);
	}
	pending_fill(ticket, code, copy, free);
}

bool
pending_result(const struct ticket *ticket, int *ret_code, void **ret_result)
{
	struct ticket *t = (struct ticket *)(uintptr_t)ticket;
	bool filled;

	pthread_mutex_lock(&t->lock);
	filled = t->state == TICKET_FILLED;
	if (filled) {
		*ret_code = t->code;
		*ret_result = t->result;
	}
	pthread_mutex_unlock(&t->lock);
	return filled;
}

void
pending_drop(struct request *request)
{
	struct ticket *ticket = request->ticket;
	struct http *http = request->http;

	if (ticket == NULL) {
		return;
	}
	request->ticket = NULL;
	pthread_mutex_lock(&http->lock);
	if (ticket->next != NULL) {
		ticket->next->link = ticket->link;
	}
	*ticket->link = ticket->next;
	pthread_mutex_unlock(&http->lock);
	end_wait(ticket, TICKET_GIVEN_UP, false);
	unref(ticket);
}

void
pending_expire(struct http *http, struct mono before)
{
	pthread_mutex_lock(&http->lock);
	for (struct ticket *t = http->pending; t != NULL; t = t->next) {
		if (t->since.ns <= before.ns) {
			end_wait(t, TICKET_GIVEN_UP, true);
		}
	}
	pthread_mutex_unlock(&http->lock);
}
