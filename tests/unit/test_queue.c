/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>

#include <collectord/err.h>

#include "base/hash.h"
#include "base/queue.h"
#include "base/stats.h"
#include "base/thread.h"

static void
count_wakes(void *arg)
{
	++*(int *)arg;
}

static bool
is(const void *item, const void *arg)
{
	return item == arg;
}

static void
bounded_and_in_order(void **state)
{
	int wakes = 0, items[4];
	struct queue *queue = queue_new("test", 3, count_wakes, &wakes);

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(queue_put(queue, &items[i]), 0);
	}
	assert_int_equal(queue_put(queue, &items[3]), COL_EFULL);
	assert_int_equal(wakes, 1);
	assert_ptr_equal(queue_remove(queue, is, &items[1]), &items[1]);
	assert_null(queue_remove(queue, is, &items[1]));
	assert_int_equal(queue_depth(queue), 2);
	assert_int_equal(queue_put(queue, &items[3]), 0);
	assert_ptr_equal(queue_take(queue), &items[0]);
	assert_ptr_equal(queue_take(queue), &items[2]);
	assert_ptr_equal(queue_take(queue), &items[3]);
	assert_null(queue_take(queue));
	queue_close(queue);
	assert_null(queue_wait(queue));
	queue_free(queue);
}

static void *
put_many(void *arg)
{
	static int token;

	for (int i = 0; i < 10000; i++) {
		while (queue_put(arg, &token) != 0) {
		}
	}
	return NULL;
}

static void
nothing_is_lost_between_threads(void **state)
{
	struct queue *queue = queue_new("test", 64, NULL, NULL);
	pthread_t writers[3];
	int n = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_create(&writers[i], NULL, put_many, queue), 0);
	}
	while (n < 30000) {
		assert_non_null(queue_wait(queue));
		n++;
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(writers[i], NULL);
	}
	assert_null(queue_take(queue));
	queue_free(queue);
}

struct stepping { _Atomic int steps; struct queue *done; };

static struct mono
step(void *arg)
{
	struct stepping *stepping = arg;

	if (++stepping->steps == 2) {
		(void)queue_put(stepping->done, stepping);
	}
	return (struct mono){ INT64_MAX };
}

static void
a_thread_steps_when_woken_and_once_more_at_the_end(void **state)
{
	struct stepping stepping = { 0 };
	struct thread *thread;

	(void)state;
	stepping.done = queue_new("done", 1, NULL, NULL);
	thread = thread_start("test", step, &stepping);
	while (stepping.steps == 0) {
		thread_wake(NULL);
	}
	thread_wake(thread);
	assert_ptr_equal(queue_wait(stepping.done), &stepping);
	thread_end(thread);
	assert_int_equal(stepping.steps, 3);
	thread_wake(thread);
	assert_int_equal(stepping.steps, 3);
	thread_free(thread);
	queue_free(stepping.done);
}

static void
hashes_never_change(void **state)
{
	(void)state;
	/* Source: RFC 3720 B.4 */
	assert_int_equal(hash_crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(hash_crc32c(hash_crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
	/* phases of racks hang on this one */
	assert_true(hash64_text("zz1-h1-r1-a01") == hash64("zz1-h1-r1-a01", 13));
	assert_true(hash64_text("") == UINT64_C(0xefd01f60ba992926));
}

static void
quantiles(void **state)
{
	static struct stats_histogram h;

	(void)state;
	assert_true(stats_quantile(&h, 0.5) == 0);
	for (int i = 0; i < 99; i++) {
		stats_observe(&h, 150);
	}
	stats_observe(&h, 900000);
	assert_true(stats_quantile(&h, 0.5) >= 0.15 && stats_quantile(&h, 0.5) <= 0.3);
	assert_true(stats_quantile(&h, 1) == 900);
	stats_add(STATS_POLL_OK, 3);
	assert_int_equal(stats_get(STATS_POLL_OK), 3);
	assert_string_equal(stats_name(STATS_POLL_OK), "polls_ok");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounded_and_in_order),
		cmocka_unit_test(nothing_is_lost_between_threads),
		cmocka_unit_test(a_thread_steps_when_woken_and_once_more_at_the_end),
		cmocka_unit_test(hashes_never_change),
		cmocka_unit_test(quantiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
