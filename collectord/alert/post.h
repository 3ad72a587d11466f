/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Post: the transport of the daemon, requests by libcurl, many at a time on one
 * thread.
 *
 * HTTPS with a verified certificate (TLS 1.2 at least) unless the receiver allows
 * HTTP; no redirects, no proxies, no netrc, no cookies, one connection a request;
 * each address judged after DNS (address.h).
 *
 * Route: notify -> post -> the world.  Thread: NOTIFY, but where said.
 */
#ifndef ALERT_POST_H
#define ALERT_POST_H

#include "alert/transport.h"
#include "base/clock.h"
#include "base/thread.h"

#define POST_AT_ONCE 64         /* requests; more are COL_EFULL */
#define POST_PER_HOST 4         /* connections; more wait, within their time */
#define POST_CONNECT_MS 5000
#define POST_REPLY_MAX (1u << 20) /* bytes read of an answer, then it is cut off */

struct post;

/* clock is borrowed (Retry-After with a date).  Thread: MAIN.  NULL: no memory. */
struct post *post_open(const struct clock *clock);
/* Nobody runs it any more.  NULL is fine. */
void post_close(struct post *post);
/* Its send may be called on the thread that runs it only. */
struct transport post_transport(struct post *post);

/*
 * The body of the NOTIFY thread: calls step at once, when woken, when due and when
 * answers have come, until post_stop.  What is under way then has a second to end;
 * the rest ends BROKEN.  One last step follows.
 */
void post_run(struct post *post, thread_step_fn *step, void *arg);
/* The same on a thread of its own. */
void post_start(struct post *post, thread_step_fn *step, void *arg);
/* Asks for a step soon.  Thread: any. */
void post_wake(struct post *post);
/* Ends post_run, and joins the thread of post_start.  Thread: any but NOTIFY;
 * blocks 2 s at most. */
void post_stop(struct post *post);
/* What waits for its answer. */
size_t post_under_way(const struct post *post);

/*
 * Reads Retry-After, seconds or an HTTP date.  Units: s, 0 to a day; -1: neither.
 * Source: RFC 9110 section 10.2.3.
 */
int64_t post_retry_after(const char *text, struct wall now);

#endif
