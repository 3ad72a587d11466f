/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small HTTP server for tests of the transport: what it answers is in the path.
 *
 *   /200 /410 /500 …      that status, body "ok"
 *   /429 /429-date        Retry-After: 7; a date 90 s ahead
 *   /302                  to /200 of the same server
 *   /hang                 reads, never answers     /close    reads, closes
 *   /garbage              no HTTP                  /half     closes within the head
 *   /huge                 a body without end       /drip     a byte now and then
 *   /short                closes before the body is whole
 *
 * Route: tests of alert only.  Thread: its own; all functions from the test's.
 */
#ifndef TESTS_UNIT_HTTP_FAKE_H
#define TESTS_UNIT_HTTP_FAKE_H

#include <stddef.h>

struct http_fake;

struct http_fake *http_fake_start(void);
void http_fake_stop(struct http_fake *fake);
unsigned http_fake_port(const struct http_fake *fake);
/* Requests read whole so far; the most connections at a time. */
size_t http_fake_requests(struct http_fake *fake);
size_t http_fake_most(struct http_fake *fake);
/* Waits until so many requests were read. */
void http_fake_wait(struct http_fake *fake, size_t n);
/* The last request, head and body; a copy. */
char *http_fake_last(struct http_fake *fake);

#endif
