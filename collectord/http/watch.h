/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watchdog: knows every connection and cuts those that send their head
 * too slowly; ends waits and keeps event streams talking.
 *
 * libmicrohttpd's own timeout starts anew with every byte, so a client that
 * sends one byte per second would hold its connection for ever.
 *
 * Route: beside server.  Thread: watch_open/head/idle/close on HTTP, watch_step
 * on its own thread.  Source: distributed.md section 6.
 */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include "base/clock.h"

struct http;
struct watch;
struct watched;

struct watch *watch_new(const struct clock *clock);
void watch_free(struct watch *watch);   /* all connections are closed */
/* A connection was accepted: its first head is due in 10 s.  NULL: no memory. */
struct watched *watch_open(struct watch *watch, int fd);
/* Its head is complete: no deadline.  NULL is fine, as below. */
void watch_head(struct watch *watch, struct watched *watched);
/* Its head announces a body: that is due in 10 s; then watch_head. */
void watch_body(struct watch *watch, struct watched *watched);
/* Its answer is sent: the next head is due when the idle time has passed. */
void watch_idle(struct watch *watch, struct watched *watched);
/* It closes now; its descriptor is still open. */
void watch_close(struct watch *watch, struct watched *watched);
/* thread_step_fn of the watchdog; arg is the server. */
struct mono watch_step(void *http);

#endif
