/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/host.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include <utlist.h>

#include "base/counters.h"
#include "base/log.h"
#include "base/stats.h"
#include "base/str.h"
#include "config/secret.h"
#include "model/layout.h"
#include "model/states.h"
#include "poll/flight.h"
#include "poll/folder.h"

#define HOST_MAGIC 0x486f7374u
#define WATCH_MAGIC 0x57746368u
#define TIMER_MAGIC 0x546d6572u
#define LINE_SIZE 1024

struct col_watch {
	uint32_t magic;
	struct loop_watch *watch;
	struct col_watch *prev, *next;
};

struct col_timer {
	uint32_t magic;
	struct wheel_timer timer;
	struct host *host;
	col_timer_fn *fn;
	void *arg;
	struct col_timer *prev, *next;
};

static struct host *
self(const struct col_host *col)
{
	struct host *host = (struct host *)(uintptr_t)col;
	assert(host != NULL && host->magic == HOST_MAGIC);
	return host;
}

/* ---- services for any thread ------------------------------------------------- */

static void
do_log(const struct col_host *col, enum col_log_level level, const char *device,
    const char *format, ...)
{
	char raw[LINE_SIZE], line[LINE_SIZE];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	if (len < 0) {
		return;
	}
	if ((size_t)len >= sizeof(raw)) {
		len = sizeof(raw) - 1;
	}
	str_clean(line, sizeof(line), raw, (size_t)len);
	if ((unsigned)level > COL_LOG_DEBUG) {
		level = COL_LOG_ERROR;
	}
	LOG_AT(level, self(col)->name, device != NULL ? "device" : NULL, device,
	    "%s", line);
}

static int64_t
do_now(const struct col_host *col)
{
	return clock_mono(self(col)->clock).ns;
}

static uint64_t
do_random(const struct col_host *col)
{
	uint64_t bits = 0;

	(void)self(col);
	/* Never short for 8 bytes once the pool is up; before, it waits. */
	ssize_t n = getrandom(&bits, sizeof(bits), 0);
	assert(n == (ssize_t)sizeof(bits));
	(void)n;
	return bits;
}

static const struct col_layout *
do_layout(const struct col_host *col, const struct col_slot *slots,
    size_t n_slots, struct col_error *error)
{
	(void)self(col);
	return layout_intern(slots, n_slots, error);
}

static int
do_states(const struct col_host *col, const struct col_state *states,
    size_t n_states, struct col_error *error)
{
	(void)self(col);
	return states_intern(states, n_states, error);
}

static int
do_secret(const struct col_host *col, const struct col_node *node, char *buffer,
    size_t size, struct col_error *error)
{
	(void)self(col);
	return config_secret(node, buffer, size, error);
}

static void
do_report(const struct col_host *col, const struct col_node *at,
    const char *format, ...)
{
	char raw[LINE_SIZE], line[LINE_SIZE];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);
	str_clean(line, sizeof(line), raw,
	    len < 0 ? 0 : (size_t)len < sizeof(raw) ? (size_t)len : sizeof(raw) - 1);
	if (at != NULL) {
		LOG_ERROR(self(col)->name, NULL, NULL, "%s:%u:%u: %s",
		    at->file != NULL ? at->file : "", (unsigned)at->line,
		    (unsigned)at->column, line);
	} else {
		LOG_ERROR(self(col)->name, NULL, NULL, "%s", line);
	}
}

static struct col_counter *
do_counter(const struct col_host *col, const char *name, bool is_gauge,
    const char *help)
{
	return counters_get(self(col)->name, name, is_gauge, help);
}

static int
do_folder(const struct col_host *col, char *path, size_t size)
{
	const struct host *host = self(col);

	return host->store_dir == NULL ? COL_ENOTSUP :
	    folder_make(host->store_dir, host->name, path, size);
}

static int
do_event(const struct col_host *col, const char *device,
    const struct col_event *from)
{
	const struct host *host = self(col);
	struct device_event event;
	int rc = event_take(&event, device, from, clock_wall(host->clock));

	if (rc == 0) {
		rc = host->events.fn == NULL ? COL_ENOTSUP :
		    host->events.fn(host->events.arg, &event);
	}
	return rc;
}

/* ---- descriptors and timers ------------------------------------------------------ */

static struct col_watch *
do_fd_watch(const struct col_host *col, int fd, unsigned events, col_fd_fn *fn,
    void *arg)
{
	struct host *host = self(col);
	if (host->loop == NULL) {
		return NULL;
	}
	struct col_watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL) {
		return NULL;
	}
	watch->watch = loop_watch(host->loop, fd, events, fn, arg);
	if (watch->watch == NULL) {
		free(watch);
		return NULL;
	}
	watch->magic = WATCH_MAGIC;
	DL_APPEND(host->watches, watch);
	return watch;
}

static void
do_fd_unwatch(const struct col_host *col, struct col_watch *watch)
{
	struct host *host = self(col);
	if (watch == NULL) {
		return;
	}
	assert(watch->magic == WATCH_MAGIC);
	DL_DELETE(host->watches, watch);
	loop_unwatch(watch->watch);
	watch->magic = 0;
	free(watch);
}

static void
drop_timer(struct col_timer *timer)
{
	DL_DELETE(timer->host->timers, timer);
	wheel_cancel(timer->host->loop->wheel, &timer->timer);
	timer->magic = 0;
	free(timer);
}

static void
on_timer(void *arg)
{
	struct col_timer *timer = arg;
	col_timer_fn *fn = timer->fn;
	void *fn_arg = timer->arg;
	/* Before the call: the plugin may arm the next one in it. */
	drop_timer(timer);
	fn(fn_arg);
}

static struct col_timer *
do_timer(const struct col_host *col, int64_t due_ns, col_timer_fn *fn, void *arg)
{
	struct host *host = self(col);
	struct col_timer *timer = NULL;
	if (host->loop != NULL && fn != NULL) {
		timer = calloc(1, sizeof(*timer));
	}
	if (timer != NULL) {
		timer->magic = TIMER_MAGIC;
		timer->host = host;
		timer->fn = fn;
		timer->arg = arg;
		DL_PREPEND(host->timers, timer);
		wheel_arm(host->loop->wheel, &timer->timer,
		    (struct mono){ due_ns }, on_timer, timer);
	}
	return timer;
}

static void
do_timer_cancel(const struct col_host *col, struct col_timer *timer)
{
	(void)self(col);
	if (timer != NULL) {
		assert(timer->magic == TIMER_MAGIC);
		drop_timer(timer);
	}
}

/* ---- discovery ------------------------------------------------------------------- */

static struct col_discovery *
running(struct col_discovery *to)
{
	if (to == NULL || to->magic != HOST_DISCOVERY_MAGIC || to->ended) {
		stats_add(STATS_POLL_LATE_CALLS, 1);
		return NULL;
	}
	return to;
}

static void
do_found(struct col_discovery *to, const struct col_found *found)
{
	struct col_discovery *discovery = running(to);
	if (discovery != NULL && found != NULL) {
		discovery->found(discovery->arg, found);
	}
}

static void
do_discovered(struct col_discovery *to)
{
	struct col_discovery *discovery = running(to);
	if (discovery != NULL) {
		discovery->ended = true;
		discovery->discovered(discovery->arg);
	}
}

/* ---- life ------------------------------------------------------------------------ */

static const struct col_host SERVICES = {
	.size = sizeof(struct col_host),
	.abi_major = COL_ABI_MAJOR, .abi_minor = COL_ABI_MINOR,
	.log = do_log, .now = do_now, .random = do_random, .layout = do_layout,
	.emit = flight_emit, .info = flight_info, .identify = flight_identify,
	.done = flight_done,
	.fd_watch = do_fd_watch, .fd_unwatch = do_fd_unwatch,
	.timer = do_timer, .timer_cancel = do_timer_cancel,
	.secret = do_secret, .report = do_report,
	.found = do_found, .discovered = do_discovered,
	.counter = do_counter, .count = counters_add, .states = do_states,
	.folder = do_folder, .event = do_event,
};

void
host_init(struct host *host, const char *name, const struct clock *clock,
    struct loop *loop)
{
	*host = (struct host){ .col = SERVICES, .magic = HOST_MAGIC, .name = name,
		.clock = clock, .loop = loop };
}

void
host_done(struct host *host)
{
	struct col_watch *watch, *next_watch;
	struct col_timer *timer, *next_timer;

	DL_FOREACH_SAFE(host->watches, watch, next_watch) {
		do_fd_unwatch(&host->col, watch);
	}
	DL_FOREACH_SAFE(host->timers, timer, next_timer) {
		drop_timer(timer);
	}
	host->magic = 0;
}
