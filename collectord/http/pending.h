/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tickets: a request that needs an answer from another thread is suspended
 * and holds one; the owner's callback fills it and resumes the request, or
 * the watchdog does after 2 s, or the client is gone: in any order, safely.
 *
 * A ticket has its own lock and references, so that a callback that comes
 * after everything else, the server included, finds only a ticket nobody
 * wants.
 *
 * Route: handler -> ticket -> STORE or STATE -> handler again.  Thread: made on
 * HTTP, filled on the owner's thread, given up by any.
 * Source: DESIGN.md section 3 (handlers never wait for another thread).
 */
#ifndef HTTP_PENDING_H
#define HTTP_PENDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

struct http;
struct request;
struct ticket;

/* Frees what a callback put into a ticket. */
typedef void ticket_drop_fn(void *result);

/*
 * Suspends the request and gives it a ticket with one more reference, for the
 * callback.  Errors: COL_ECANCELED when the server is stopping, COL_ENOMEM.
 */
int pending_suspend(struct request *request, struct ticket **ret_ticket);
/*
 * Fills the ticket and resumes its request; gives back the callback's
 * reference.  Owns: takes result.  Thread: any, once per ticket.
 */
void pending_fill(struct ticket *ticket, int code, void *result,
    ticket_drop_fn *drop);
/*
 * The same with a copy of n items of size bytes (aligned to 8 at most), which stay
 * the caller's.  Shape of the result: struct { size_t n; T
 * items[]; }.
 */
void pending_fill_items(struct ticket *ticket, int code, const void *items, size_t n,
    size_t size);
/*
 * What the ticket of a resumed request holds; false: nothing came in time.
 * Owns: result stays the ticket's.
 */
bool pending_result(const struct ticket *ticket, int *ret_code, void **ret_result);
/* Lets go of the request's ticket; NULL is fine. */
void pending_drop(struct request *request);
/* Resumes requests that have waited since before.  Thread: any but HTTP. */
void pending_expire(struct http *http, struct mono before);

#endif
