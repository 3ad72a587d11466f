/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP server: pages, API, event streams.
 *
 * It reads what others publish; its few changes are posted to their owner.
 *
 * Route: end of it all: reads views, latest, status, series.  Thread: HTTP
 * (libmicrohttpd's); http_publish from any.
 * Source: DESIGN.md 4.5; distributed.md section 6 for the guards.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdint.h>

#include "base/clock.h"
#include "base/queue.h"
#include "capacity/capacity.h"
#include "config/config.h"
#include "flow/flow.h"
#include "http/who.h"
#include "poll/poll.h"
#include "state/state.h"
#include "state/users.h"
#include "store/store.h"

struct alert_list;
struct alerts;
struct http;
struct notify;

/* Everything is borrowed and outlives the server. */
struct http_setup {
	const struct clock *clock;
	struct capacity *capacity;
	struct flow *flow;
	struct poll *poll;
	struct store *store;
	struct state *state;
	struct alerts *alerts;               /* NULL: no alerting */
	struct notify *notify;               /* NULL: nobody is told */
	const struct users_all *users;       /* as STATE had them; NULL: none */
	const char *version;
	const struct queue *const *queues;   /* for /collector; NULL-terminated */
	who_fn *who;                         /* NULL: all are anonymous viewers */
	void *who_arg;
};

/*
 * Binds and serves.  Errors: COL_EIO (port in use: text names address, port
 * and remedy), COL_EINVAL off loopback without TLS, or with a bad certificate.
 */
int http_new(const struct http_setup *setup, const struct config *config,
    struct http **ret_http, struct col_error *error);
uint16_t http_port(const struct http *http);   /* the one bound */
/* New configuration in force; config_error: text of a refused reload or NULL. */
void http_apply(struct http *http, const struct config *config, const char *config_error);
/* Tells the event streams.  Thread: any. */
void http_publish(struct http *http, const struct view *view);
/* The same of alerts: one event per publication. */
void http_publish_alerts(struct http *http, const struct alert_list *list);
/* Ends all streams, then the server. */
void http_free(struct http *http);

#endif
