/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See http.h.  One libmicrohttpd thread answers everything; what needs another
 * thread's data is suspended (pending.c), so one thread is enough: a view is
 * read in well under a millisecond.
 */
#include <config.h>

#include "http/server.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "http/desk.h"
#include "http/events.h"
#include "http/identity.h"
#include "http/listen.h"
#include "http/order.h"
#include "http/pages.h"
#include "http/pending.h"
#include "http/scan.h"
#include "http/serve.h"
#include "http/watch.h"

/* Makes all that the server owns but the socket and the threads. */
static int
prepare(struct http *http, const struct http_setup *setup, const struct config *config)
{
	http->magic = HTTP_MAGIC;
	http->setup = *setup;
	http->started = clock_wall(setup->clock);
	/* 2^20 publications are 12 days at one per second, and a run that
	 * lasts longer still starts behind the last one */
	http->epoch = (uint64_t)(http->started.ns / NS_PER_S) << 20;
	pthread_mutex_init(&http->lock, NULL);
	http->config = config_ref(config);
	(void)str_copy(http->listen_host, sizeof(http->listen_host),
	    config->settings.listen_host);
	http->watch = watch_new(setup->clock);
	http->events = events_new(setup->clock, http->epoch + 1);
	http->pages = pages_new(config->settings.web_dir);
	http->scan = scan_new();
	http->orders[0] = order_new(config->inventory);
	http->desk = desk_new();
	return identity_start(http, config) == 0 && http->desk != NULL &&
	    http->watch != NULL && http->events != NULL && http->pages != NULL &&
	    http->scan != NULL && http->orders[0] != NULL ? 0 : COL_ENOMEM;
}

int
http_new(const struct http_setup *setup, const struct config *config,
    struct http **ret_http, struct col_error *error)
{
	struct http *http;
	int fd, code;
	uint16_t port;

	code = listen_open(config->settings.listen_host, config->settings.listen_port,
	    config->settings.tls_cert != NULL, &fd, &port, error);
	if (code != 0) {
		return code;
	}
	http = calloc(1, sizeof(*http));
	code = http != NULL ? identity_tls(http, setup->clock, config, error) : 0;
	if (code != 0) {
		listen_close(fd);
		free(http);
		return code;
	}
	if (http == NULL || prepare(http, setup, config) != 0) {
		listen_close(fd);
		http_free(http);
		return err_set(error, COL_ENOMEM, "http: out of memory");
	}
	http->port = port;
	http->daemon = serve_start(http, fd);
	if (http->daemon == NULL) {
		http_free(http);   /* fd: libmicrohttpd may have closed it */
		return err_set(error, COL_EIO, "http: the server does not start");
	}
	http->watchdog = thread_start("httpdog", watch_step, http);
	if (http->watchdog == NULL) {
		http_free(http);
		return err_set(error, COL_ENOMEM, "http: the watchdog does not start");
	}
	LOG_INFO("http", "listen", http->listen_host, "serving on port %u%s", (unsigned)port,
	    http->tls != NULL ? ", with TLS" : "");
	identity_tell(http);
	*ret_http = http;
	return 0;
}

uint16_t
http_port(const struct http *http)
{
	return http->port;
}

void
http_apply(struct http *http, const struct config *config, const char *config_error)
{
	const struct config *old;
	struct order *order = NULL, *drop = NULL;

	pthread_mutex_lock(&http->lock);
	old = http->config;
	pthread_mutex_unlock(&http->lock);
	if (old->inventory != config->inventory) {
		order = order_new(config->inventory);
	}
	pthread_mutex_lock(&http->lock);
	http->config = config_ref(config);
	(void)str_copy(http->config_error, sizeof(http->config_error),
	    config_error != NULL ? config_error : "");
	if (order != NULL) {
		drop = http->orders[1];
		http->orders[1] = http->orders[0];
		http->orders[0] = order;
	}
	pthread_mutex_unlock(&http->lock);
	config_unref(old);
	order_unref(drop);
	events_publish(http->events, EVENT_CONFIG, NULL, clock_wall(http->setup.clock));
}

const struct config *
http_config(struct http *http)
{
	const struct config *config;

	pthread_mutex_lock(&http->lock);
	config = config_ref(http->config);
	pthread_mutex_unlock(&http->lock);
	return config;
}

struct order *
http_order(struct http *http, const struct inventory *inventory)
{
	struct order *order = NULL;

	pthread_mutex_lock(&http->lock);
	for (size_t i = 0; i < 2 && order == NULL; i++) {
		if (http->orders[i] != NULL && http->orders[i]->inventory == inventory) {
			order = order_ref(http->orders[i]);
		}
	}
	pthread_mutex_unlock(&http->lock);
	/* a view of a configuration that has not come by here yet */
	return order != NULL ? order : order_new(inventory);
}

void
http_publish(struct http *http, const struct view *view)
{
	scan_publish(http->scan, http->events, http->setup.poll, view);
}

void
http_free(struct http *http)
{
	if (http == NULL) {
		return;
	}
	assert(http->magic == HTTP_MAGIC);
	/* from here on nothing suspends; then all that waits goes on and ends */
	pthread_mutex_lock(&http->lock);
	http->stopping = true;
	pthread_mutex_unlock(&http->lock);
	thread_stop(http->watchdog);
	if (http->events != NULL) {
		events_stop(http->events);
	}
	pending_expire(http, (struct mono){INT64_MAX});
	serve_stop(http->daemon);
	desk_free(http->desk);
	identity_stop(http);
	watch_free(http->watch);
	events_free(http->events);
	pages_free(http->pages);
	scan_free(http->scan);
	order_unref(http->orders[0]);
	order_unref(http->orders[1]);
	config_unref(http->config);
	pthread_mutex_destroy(&http->lock);
	http->magic = 0;
	free(http);
}
