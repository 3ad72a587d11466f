/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of a POLL thread: on a test clock, and with libuv on a real one. */
#include <config.h>

#include "poll/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
	struct loop loop;
	struct wheel_timer timer, other;
	unsigned n_timers, n_works, n_reads;
	int pipe[2];
	struct loop_watch *watch;
};

static void
on_timer(void *arg)
{
	((struct seen *)arg)->n_timers++;
}

/* Arms the next one from inside: it must fire in a round of its own. */
static void
on_chain(void *arg)
{
	struct seen *seen = arg;

	seen->n_timers++;
	wheel_arm(seen->loop.wheel, &seen->other, clock_mono(seen->loop.clock), on_timer, seen);
}

static void
on_work(void *arg)
{
	((struct seen *)arg)->n_works++;
}

static void
a_step_fires_what_is_due_and_then_works(void **state)
{
	struct clock *clock = clock_test_new((struct wall){ NS_PER_S }, (struct mono){ NS_PER_S });
	struct seen seen = { .n_timers = 0 };
	struct col_error error = { 0 };
	struct mono next;

	(void)state;
	assert_int_equal(loop_init(&seen.loop, clock, false, &error), 0);
	loop_set_work(&seen.loop, on_work, &seen);
	wheel_arm(seen.loop.wheel, &seen.timer, (struct mono){ 2 * NS_PER_S }, on_timer, &seen);
	next = loop_step(&seen.loop);
	assert_int_equal(seen.n_timers, 0);
	assert_int_equal(seen.n_works, 1);
	assert_in_range(next.ns, 2 * NS_PER_S, 2 * NS_PER_S + 20 * NS_PER_MS);
	clock_test_advance(clock, NS_PER_S + 20 * NS_PER_MS);
	next = loop_step(&seen.loop);
	assert_int_equal(seen.n_timers, 1);
	assert_int_equal(seen.n_works, 2);
	assert_true(next.ns > clock_mono(clock).ns);
	wheel_arm(seen.loop.wheel, &seen.timer, clock_mono(clock), on_chain, &seen);
	for (int i = 0; i < 5; i++) {
		clock_test_advance(clock, 10 * NS_PER_MS);
		(void)loop_step(&seen.loop);
	}
	assert_int_equal(seen.n_timers, 3);
	assert_null(loop_watch(&seen.loop, 0, COL_FD_READ, NULL, NULL));
	loop_done(&seen.loop);
	clock_free(clock);
}

static void
on_read(void *arg, int fd, unsigned events)
{
	struct seen *seen = arg;
	char byte;

	assert_int_equal(fd, seen->pipe[0]);
	assert_int_equal(events, COL_FD_READ);
	assert_int_equal(read(fd, &byte, 1), 1);
	if (++seen->n_reads == 2) {
		loop_unwatch(seen->watch);
		seen->watch = NULL;
		wheel_arm(seen->loop.wheel, &seen->timer,
		    (struct mono){ clock_mono(seen->loop.clock).ns + 30 * NS_PER_MS }, on_timer,
		    seen);
	}
}

/* Bytes, a timer, then wakes from another thread until it is enough. */
static void
on_round(void *arg)
{
	struct seen *seen = arg;

	seen->n_works++;
	if (seen->n_timers > 0) {
		loop_stop(&seen->loop);
	}
}

static void *
other_thread(void *arg)
{
	struct seen *seen = arg;

	for (int i = 0; i < 3; i++) {
		loop_wake(&seen->loop);
		if (write(seen->pipe[1], "x", 1) != 1) {
			return arg;
		}
	}
	return NULL;
}

static void
descriptors_timers_and_wakes_reach_the_loop(void **state)
{
	struct seen seen = { .n_timers = 0 };
	struct col_error error = { 0 };
	pthread_t thread;
	void *failed;

	(void)state;
	assert_int_equal(pipe(seen.pipe), 0);
	assert_int_equal(loop_init(&seen.loop, clock_real(), true, &error), 0);
	loop_set_work(&seen.loop, on_round, &seen);
	seen.watch = loop_watch(&seen.loop, seen.pipe[0], COL_FD_READ, on_read, &seen);
	assert_non_null(seen.watch);
	assert_int_equal(pthread_create(&thread, NULL, other_thread, &seen), 0);
	loop_run(&seen.loop);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	assert_int_equal(seen.n_reads, 2);      /* the third came after unwatch */
	assert_int_equal(seen.n_timers, 1);
	assert_true(seen.n_works >= 2);
	assert_null(loop_watch(&seen.loop, -1, COL_FD_READ, on_read, &seen));
	loop_done(&seen.loop);
	loop_done(&(struct loop){ .wheel = NULL });
	(void)close(seen.pipe[0]);
	(void)close(seen.pipe[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_fires_what_is_due_and_then_works),
		cmocka_unit_test(descriptors_timers_and_wakes_reach_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
