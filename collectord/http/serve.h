/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libmicrohttpd as we run it: one thread with epoll, connections that may be
 * suspended, limits, our callbacks.
 *
 * Route: server -> here -> dispatch.  Thread: MAIN starts and stops.
 * Source: distributed.md section 6.
 */
#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

struct MHD_Daemon;
struct http;

/* Serves on fd, a listening socket that is libmicrohttpd's from now on.  NULL: it
 * does not start. */
struct MHD_Daemon *serve_start(struct http *http, int fd);
/* Ends it; nothing may be suspended.  NULL is fine. */
void serve_stop(struct MHD_Daemon *daemon);

#endif
