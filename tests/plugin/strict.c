/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "strict.h"

#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/secret.h"
#include "model/event.h"
#include "model/layout.h"
#include "model/states.h"

#define POLL_MAGIC 0x506f6c6cu
#define STEP_NS INT64_C(10000000)

struct strict_timer {
	struct strict_timer *next;
	int64_t due_ns;
	col_timer_fn *fn;
	void *arg;
};

struct strict_watch {
	struct strict_watch *next;
	int fd;
	unsigned events;
	col_fd_fn *fn;
	void *arg;
	bool dead;
};

static struct strict *
self(const struct col_host *col)
{
	return (struct strict *)(uintptr_t)col;
}

void
strict_fault(struct strict *strict, const char *format, ...)
{
	va_list args;

	if (strict->n_faults < STRICT_FAULTS_MAX) {
		va_start(args, format);
		vsnprintf(strict->faults[strict->n_faults],
		    sizeof(strict->faults[0]), format, args);
		va_end(args);
	}
	strict->n_faults++;
}

static bool
is_open(struct col_poll *poll, const char *call)
{
	if (poll == NULL || poll->magic != POLL_MAGIC) {
		abort(); /* there is no host to tell */
	}
	if (!poll->open) {
		strict_fault(poll->strict, "%s() for a poll that has ended", call);
	}
	return poll->open;
}

static void
do_log(const struct col_host *col, enum col_log_level level, const char *device,
    const char *format, ...)
{
	char line[1024];
	va_list args;

	(void)level;
	(void)device;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	printf("# log: %s\n", line);
	if (strchr(line, '\n') != NULL) {
		strict_fault(self(col), "log() of more than one line");
	}
}

static int64_t
do_now(const struct col_host *col)
{
	return self(col)->now_ns;
}

static uint64_t
do_random(const struct col_host *col)
{
	static uint64_t seed = 1;

	(void)col;
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return seed;
}

static const struct col_layout *
do_layout(const struct col_host *col, const struct col_slot *slots, size_t n_slots,
    struct col_error *error)
{
	(void)col;
	return layout_intern(slots, n_slots, error);
}

static void
do_emit(struct col_poll *poll, const struct col_layout *layout,
    const struct col_value *values, uint64_t uptime_ms)
{
	(void)uptime_ms;
	if (!is_open(poll, "emit")) {
		return;
	}
	poll->n_emits++;
	if (layout == NULL || values == NULL) {
		strict_fault(poll->strict, "emit() without layout or values");
		return;
	}
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		if ((unsigned)values[i].quality >= COL_QUALITY_N) {
			strict_fault(poll->strict, "emit() with an unknown quality");
		} else if (values[i].quality == COL_GOOD &&
		    layout->slots[i].kind != COL_COUNTER &&
		    !isfinite(values[i].number)) {
			strict_fault(poll->strict, "emit() of a good value that is no "
			    "finite number");
		}
	}
}

static void
do_info(struct col_poll *poll, const char *metric, const char *text)
{
	if (!is_open(poll, "info")) {
		return;
	}
	poll->n_infos++;
	if (metric == NULL || strncmp(metric, "info_", 5) != 0 || text == NULL) {
		strict_fault(poll->strict, "info() of '%s'", metric);
	}
}

static void
do_identify(struct col_poll *poll, const struct col_identity *identity)
{
	if (is_open(poll, "identify") && identity == NULL) {
		strict_fault(poll->strict, "identify() of nothing");
	}
}

static void
do_done(struct col_poll *poll, enum col_status status, const char *detail)
{
	if (!is_open(poll, "done")) {
		return;
	}
	if ((unsigned)status >= COL_STATUS_N) {
		strict_fault(poll->strict, "done() with an unknown status");
	}
	poll->open = false;
	poll->n_dones++;
	poll->status = status;
	snprintf(poll->detail, sizeof(poll->detail), "%s",
	    detail != NULL ? detail : "");
}

static struct col_watch *
do_fd_watch(const struct col_host *col, int fd, unsigned events, col_fd_fn *fn,
    void *arg)
{
	struct strict *strict = self(col);
	struct strict_watch *watch = calloc(1, sizeof(*watch));

	if (strict->blocks) {
		strict_fault(strict, "fd_watch() of a plugin that blocks");
	}
	*watch = (struct strict_watch){ strict->watches, fd, events, fn, arg, false };
	strict->watches = watch;
	strict->n_watches++;
	return (struct col_watch *)watch;
}

static void
do_fd_unwatch(const struct col_host *col, struct col_watch *to)
{
	struct strict_watch *watch = (struct strict_watch *)to;

	if (watch != NULL && !watch->dead) {
		watch->dead = true;     /* freed by the next step */
		self(col)->n_watches--;
	}
}

static struct col_timer *
do_timer(const struct col_host *col, int64_t due_ns, col_timer_fn *fn, void *arg)
{
	struct strict *strict = self(col);
	struct strict_timer *timer = calloc(1, sizeof(*timer));

	if (strict->blocks) {
		strict_fault(strict, "timer() of a plugin that blocks");
	}
	*timer = (struct strict_timer){ strict->timers, due_ns, fn, arg };
	strict->timers = timer;
	strict->n_timers++;
	return (struct col_timer *)timer;
}

static void
do_timer_cancel(const struct col_host *col, struct col_timer *which)
{
	struct strict *strict = self(col);
	struct strict_timer **at = &strict->timers;

	if (which == NULL) {
		return;
	}
	while (*at != NULL && *at != (struct strict_timer *)which) {
		at = &(*at)->next;
	}
	if (*at == NULL) {
		strict_fault(strict, "timer_cancel() of a timer that has fired");
		return;
	}
	struct strict_timer *timer = *at;
	*at = timer->next;
	strict->n_timers--;
	free(timer);
}

static int
do_secret(const struct col_host *col, const struct col_node *node, char *buffer,
    size_t size, struct col_error *error)
{
	(void)col;
	return config_secret(node, buffer, size, error);
}

static void
do_report(const struct col_host *col, const struct col_node *at,
    const char *format, ...)
{
	(void)at;
	self(col)->n_reports++;
	if (format == NULL || format[0] == '\0') {
		strict_fault(self(col), "report() of nothing");
	}
}

static void
do_found(struct col_discovery *to, const struct col_found *found)
{
	(void)to;
	(void)found;
}

static void
do_discovered(struct col_discovery *to)
{
	(void)to;
}

static int
do_states(const struct col_host *col, const struct col_state *states,
    size_t n_states, struct col_error *error)
{
	(void)col;
	return states_intern(states, n_states, error);
}

/* Plugins have to do without a folder. */
static int
do_folder(const struct col_host *col, char *path, size_t size)
{
	(void)col;
	(void)path;
	(void)size;
	return COL_ENOTSUP;
}

static int
do_event(const struct col_host *col, const char *device,
    const struct col_event *from)
{
	struct device_event event;
	int rc = event_take(&event, device, from, (struct wall){ 0 });

	if (rc != 0) {
		strict_fault(self(col), "event() without a device, a code or a "
		    "severity");
	} else if (event.text[0] == '\0') {
		strict_fault(self(col), "event() without a text for people");
	}
	return rc;
}

void
strict_init(struct strict *strict, bool blocks)
{
	*strict = (struct strict){ .now_ns = INT64_C(5000000000), .blocks = blocks };
	strict->col = (struct col_host){ .size = sizeof(struct col_host),
		.abi_major = COL_ABI_MAJOR, .abi_minor = COL_ABI_MINOR,
		.log = do_log, .now = do_now, .random = do_random,
		.layout = do_layout, .emit = do_emit, .info = do_info,
		.identify = do_identify, .done = do_done, .fd_watch = do_fd_watch,
		.fd_unwatch = do_fd_unwatch, .timer = do_timer,
		.timer_cancel = do_timer_cancel, .secret = do_secret,
		.report = do_report, .found = do_found,
		.discovered = do_discovered, .states = do_states,
		.folder = do_folder, .event = do_event };
}

static void
run_timers(struct strict *strict)
{
	struct strict_timer **at = &strict->timers;

	while (*at != NULL) {
		struct strict_timer *timer = *at;
		if (timer->due_ns > strict->now_ns) {
			at = &timer->next;
			continue;
		}
		*at = timer->next;
		strict->n_timers--;
		timer->fn(timer->arg);
		free(timer);
		at = &strict->timers;   /* the call may have changed the list */
	}
}

static void
run_watches(struct strict *strict)
{
	struct strict_watch **at = &strict->watches;

	for (struct strict_watch *w = strict->watches; w != NULL; w = w->next) {
		struct pollfd fd = { .fd = w->fd };
		fd.events = (short)((w->events & COL_FD_READ ? POLLIN : 0) |
		    (w->events & COL_FD_WRITE ? POLLOUT : 0));
		if (!w->dead && poll(&fd, 1, 0) > 0) {
			w->fn(w->arg, w->fd, w->events);
		}
	}
	while (*at != NULL) {
		struct strict_watch *watch = *at;
		if (watch->dead) {
			*at = watch->next;
			free(watch);
		} else {
			at = &watch->next;
		}
	}
}

void
strict_step(struct strict *strict)
{
	strict->now_ns += STEP_NS;
	run_timers(strict);
	run_watches(strict);
}

void
strict_done(struct strict *strict)
{
	if (strict->n_timers > 0) {
		strict_fault(strict, "%u timers were left armed", strict->n_timers);
	}
	if (strict->n_watches > 0) {
		strict_fault(strict, "%u descriptors were left watched",
		    strict->n_watches);
	}
	while (strict->timers != NULL) {
		struct strict_timer *timer = strict->timers;
		strict->timers = timer->next;
		free(timer);
	}
	while (strict->watches != NULL) {
		struct strict_watch *watch = strict->watches;
		strict->watches = watch->next;
		free(watch);
	}
}

void
strict_poll_init(struct strict *strict, struct col_poll *poll)
{
	*poll = (struct col_poll){ .magic = POLL_MAGIC, .strict = strict,
		.open = true };
}
