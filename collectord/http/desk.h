/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The desk: long questions (plans, what-ifs) are worked out one at a time on
 * a thread of its own, so that pages and event streams do not wait for them.
 *
 * Route: handler -> desk -> ticket -> handler.  Thread: put from HTTP, work on
 * its own.  Source: DESIGN.md 4.5 ("one at a time, short queue").
 */
#ifndef HTTP_DESK_H
#define HTTP_DESK_H

/* Questions that wait; one more is answered 503. */
#define DESK_WAITING_MAX 8

struct desk;

/* Does the work and ends by filling a ticket; arg is its own to free. */
typedef void desk_fn(void *arg);

struct desk *desk_new(void);                 /* NULL: no memory, no thread */
/* Works out what waits, then ends.  NULL is fine. */
void desk_free(struct desk *desk);
/* Errors: COL_EFULL, COL_ENOMEM; fn will not be called then. */
int desk_put(struct desk *desk, desk_fn *fn, void *arg);

#endif
