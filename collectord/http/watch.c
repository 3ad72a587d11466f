/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See watch.h. */
#include <config.h>

#include "http/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/stats.h"
#include "http/events.h"
#include "http/pending.h"
#include "http/server.h"

/* How often the watchdog looks: 503 comes at most this much late. */
#define STEP_NS (250 * NS_PER_MS)

struct watched {
	struct watched *next, **link;
	int fd;
	struct mono due;        /* .ns INT64_MAX: none; guarded by watch->lock */
};

struct watch {
	const struct clock *clock;
	pthread_mutex_t lock;   /* guards the list and what is in it */
	struct watched *all;
};

struct watch *
watch_new(const struct clock *clock)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (watch != NULL) {
		watch->clock = clock;
		pthread_mutex_init(&watch->lock, NULL);
	}
	return watch;
}

void
watch_free(struct watch *watch)
{
	if (watch == NULL) {
		return;
	}
	while (watch->all != NULL) {
		watch_close(watch, watch->all);
	}
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}

struct watched *
watch_open(struct watch *watch, int fd)
{
	struct watched *watched = calloc(1, sizeof(*watched));

	if (watched == NULL) {
		return NULL;
	}
	watched->fd = fd;
	watched->due.ns = clock_mono(watch->clock).ns + HTTP_HEADER_NS;
	pthread_mutex_lock(&watch->lock);
	watched->next = watch->all;
	watched->link = &watch->all;
	if (watched->next != NULL) {
		watched->next->link = &watched->next;
	}
	watch->all = watched;
	pthread_mutex_unlock(&watch->lock);
	stats_add(STATS_HTTP_CONNECTIONS, 1);
	return watched;
}

static void
set_due(struct watch *watch, struct watched *watched, int64_t due_ns)
{
	if (watched == NULL) {
		return;
	}
	pthread_mutex_lock(&watch->lock);
	watched->due.ns = due_ns;
	pthread_mutex_unlock(&watch->lock);
}

void
watch_head(struct watch *watch, struct watched *watched)
{
	set_due(watch, watched, INT64_MAX);
}

void
watch_body(struct watch *watch, struct watched *watched)
{
	set_due(watch, watched, clock_mono(watch->clock).ns + HTTP_HEADER_NS);
}

void
watch_idle(struct watch *watch, struct watched *watched)
{
	set_due(watch, watched, clock_mono(watch->clock).ns +
	    HTTP_IDLE_S * NS_PER_S + HTTP_HEADER_NS);
}

void
watch_close(struct watch *watch, struct watched *watched)
{
	if (watched == NULL) {
		return;
	}
	pthread_mutex_lock(&watch->lock);
	if (watched->next != NULL) {
		watched->next->link = watched->link;
	}
	*watched->link = watched->next;
	pthread_mutex_unlock(&watch->lock);
	free(watched);
	stats_add(STATS_HTTP_CONNECTIONS, -1);
}

/* Shuts overdue connections down; libmicrohttpd sees the end and closes. */
static void
cut(struct watch *watch, struct mono now)
{
	pthread_mutex_lock(&watch->lock);
	for (struct watched *w = watch->all; w != NULL; w = w->next) {
		if (w->due.ns <= now.ns) {
			w->due.ns = INT64_MAX;
			(void)shutdown(w->fd, SHUT_RDWR);
			stats_add(STATS_HTTP_REJECTED, 1);
		}
	}
	pthread_mutex_unlock(&watch->lock);
}

struct mono
watch_step(void *arg)
{
	struct http *http = arg;
	struct mono now = clock_mono(http->setup.clock);

	cut(http->watch, now);
	pending_expire(http, (struct mono){now.ns - HTTP_WAIT_NS});
	events_tick(http->events, now);
	/* a real thread waits in real time, whatever clock a test set up */
	return (struct mono){clock_mono(clock_real()).ns + STEP_NS};
}
