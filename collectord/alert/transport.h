/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a request leaves: an interface, with one implementation that uses
 * libcurl (post.c) and one in tests that answers on order.
 *
 * Route: notify -> transport -> the world -> transport -> notify.
 * Thread: NOTIFY calls send; done comes on NOTIFY, in a later step.
 */
#ifndef ALERT_TRANSPORT_H
#define ALERT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/receiver.h"

#define TRANSPORT_HEADERS_MAX 8
#define TRANSPORT_BODY_MAX (512u << 10)
#define TRANSPORT_REPLY_MAX (16u << 10)  /* more is read away and not kept */

/* What is sent; made by format.h.  Owns its texts; wiped when freed. */
struct outgoing {
	char *url;                      /* with signature and secrets */
	char *masked_url;               /* as it may be shown */
	char *headers[TRANSPORT_HEADERS_MAX]; /* "Name: value" */
	bool secret_header[TRANSPORT_HEADERS_MAX]; /* shown as *** */
	size_t n_headers;
	char *body;
	size_t body_size;
	size_t secret_at, secret_size;  /* a part of body that is shown as ***, 0: none */
};
void outgoing_done(struct outgoing *outgoing);

enum transport_end {
	TRANSPORT_ANSWERED = 0,         /* status says */
	TRANSPORT_REFUSED,              /* never left: DNS, connect, TLS, forbidden address */
	TRANSPORT_BROKEN,               /* may have arrived: time-out, reset */
};
struct answer {
	enum transport_end end;
	long status;
	int64_t retry_after_s;          /* -1: not said */
	char error[200];
	char reply[TRANSPORT_REPLY_MAX];
	size_t reply_size;
	uint32_t ms;
};
typedef void transport_done_fn(void *arg, const struct answer *answer);

struct transport {
	void *self;
	/* Errors: COL_ENOMEM, COL_EFULL: done does not come.  outgoing stays the
	 * caller's until done. */
	int (*send)(void *self, const struct receiver *receiver,
	    const struct outgoing *outgoing, transport_done_fn *done, void *arg);
};

#endif
