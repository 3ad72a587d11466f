/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All timers live in the wheel; libuv holds one timer, armed before it blocks
 * for the time of the wheel's next one.  So the thread sleeps when nothing is
 * due, and the same round() serves a real loop and a test clock.
 */
#include <config.h>

#include "poll/loop.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"

#define WATCH_MAGIC 0x57617463u

struct loop_watch {
	uint32_t magic;
	unsigned events;
	uv_poll_t poll;
	int fd;
	col_fd_fn *fn;
	void *arg;
};

/* Rounds of one step: a guard against work that always makes more work. */
#define STEP_ROUNDS_MAX 100000

static size_t
round_once(struct loop *loop)
{
	size_t fired = wheel_run(loop->wheel, clock_mono(loop->clock));
	if (loop->work != NULL) {
		loop->work(loop->arg);
	}
	return fired;
}

static void
on_timer(uv_timer_t *timer)
{
	/* The round in on_prepare does the work. */
	(void)timer;
}

static void
on_async(uv_async_t *async)
{
	(void)async;
}

static void
on_prepare(uv_prepare_t *prepare)
{
	struct loop *loop = prepare->data;
	size_t fired = round_once(loop);
	if (loop->stopping) {
		uv_stop(&loop->uv);
		return;
	}
	int64_t next = wheel_next(loop->wheel).ns;
	if (next == INT64_MAX) {
		uv_timer_stop(&loop->timer);
		return;
	}
	int64_t wait = next - clock_mono(loop->clock).ns;
	int64_t wait_ms = wait <= 0 ? 0 : (wait + NS_PER_MS - 1) / NS_PER_MS;
	if (wait_ms == 0 && fired == 0) {
		wait_ms = 1; /* due within the wheel's running slot */
	}
	uv_update_time(&loop->uv);
	uv_timer_start(&loop->timer, on_timer, (uint64_t)wait_ms, 0);
}

static int
open_uv(struct loop *loop, struct col_error *error)
{
	int rc = uv_loop_init(&loop->uv);
	if (rc != 0) {
		return err_set(error, COL_EIO, "event loop: %s", uv_strerror(rc));
	}
	loop->real = true;
	rc = uv_timer_init(&loop->uv, &loop->timer);
	rc = rc != 0 ? rc : uv_prepare_init(&loop->uv, &loop->prepare);
	rc = rc != 0 ? rc : uv_async_init(&loop->uv, &loop->async, on_async);
	rc = rc != 0 ? rc : uv_prepare_start(&loop->prepare, on_prepare);
	if (rc != 0) {
		return err_set(error, COL_EIO, "event loop: %s", uv_strerror(rc));
	}
	loop->prepare.data = loop;
	return 0;
}

int
loop_init(struct loop *loop, const struct clock *clock, bool real,
    struct col_error *error)
{
	*loop = (struct loop){ .clock = clock };
	loop->wheel = wheel_new(clock_mono(clock));
	if (loop->wheel == NULL) {
		return err_set(error, COL_ENOMEM, "event loop: out of memory");
	}
	if (!real) {
		return 0;
	}
	int rc = open_uv(loop, error);
	if (rc != 0) {
		loop_done(loop);
	}
	return rc;
}

void
loop_set_work(struct loop *loop, loop_work_fn *work, void *arg)
{
	loop->work = work;
	loop->arg = arg;
}

static void
on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (uv_is_closing(handle)) {
		return;
	}
	uv_close(handle, handle->type == UV_POLL ? on_watch_closed : NULL);
}

void
loop_done(struct loop *loop)
{
	if (loop->real) {
		uv_walk(&loop->uv, close_handle, NULL);
		while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0) {
			/* Close callbacks run here. */
		}
		int rc = uv_loop_close(&loop->uv);
		assert(rc == 0);
		(void)rc;
		loop->real = false;
	}
	wheel_free(loop->wheel);
	loop->wheel = NULL;
}

void
loop_run(struct loop *loop)
{
	assert(loop->real);
	loop->stopping = false;
	while (!loop->stopping) {
		uv_run(&loop->uv, UV_RUN_DEFAULT);
	}
}

void
loop_stop(struct loop *loop)
{
	loop->stopping = true;
	if (loop->real) {
		uv_stop(&loop->uv);
	}
}

void
loop_wake(struct loop *loop)
{
	if (loop->real) {
		uv_async_send(&loop->async);
	}
}

struct mono
loop_step(struct loop *loop)
{
	for (int i = 0; i < STEP_ROUNDS_MAX; i++) {
		size_t fired = round_once(loop);
		struct mono next = wheel_next(loop->wheel);
		if (fired == 0 || next.ns > clock_mono(loop->clock).ns) {
			return next;
		}
	}
	assert(!"timers that arm each other without end");
	return (struct mono){ INT64_MAX };
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct loop_watch *watch = poll->data;
	assert(watch->magic == WATCH_MAGIC);
	unsigned out = 0;
	if (status < 0) {
		/* Let the owner find the error by its own read or write. */
		out = watch->events;
	} else {
		out |= events & UV_READABLE ? COL_FD_READ : 0u;
		out |= events & UV_WRITABLE ? COL_FD_WRITE : 0u;
		if (events & UV_DISCONNECT) {
			out |= watch->events;
		}
	}
	watch->fn(watch->arg, watch->fd, out);
}

struct loop_watch *
loop_watch(struct loop *loop, int fd, unsigned events, col_fd_fn *fn, void *arg)
{
	if (!loop->real || fd < 0 || fn == NULL ||
	    (events & (COL_FD_READ | COL_FD_WRITE)) == 0) {
		return NULL;
	}
	struct loop_watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL) {
		return NULL;
	}
	*watch = (struct loop_watch){ .magic = WATCH_MAGIC, .events = events,
		.fd = fd, .fn = fn, .arg = arg };
	if (uv_poll_init(&loop->uv, &watch->poll, fd) != 0) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	int want = 0;
	want |= events & COL_FD_READ ? UV_READABLE : 0;
	want |= events & COL_FD_WRITE ? UV_WRITABLE : 0;
	if (uv_poll_start(&watch->poll, want, on_poll) != 0) {
		uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
		return NULL;
	}
	return watch;
}

void
loop_unwatch(struct loop_watch *watch)
{
	if (watch == NULL) {
		return;
	}
	assert(watch->magic == WATCH_MAGIC);
	watch->magic = 0;
	uv_poll_stop(&watch->poll);
	uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
}
