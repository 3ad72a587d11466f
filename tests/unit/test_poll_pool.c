/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocking plugins on pool threads, and POLL threads of their own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "poll/pool.h"
#include "poll/sched.h"
#include "poll_kit.h"

#define INTERVAL_NS (60 * NS_PER_S)

static struct kit kit;

static bool
is_inside(struct kit *k, void *arg)
{
	pthread_mutex_lock(&k->lock);
	bool inside = ((struct kit_device *)arg)->inside;
	pthread_mutex_unlock(&k->lock);
	return inside;
}

static bool
are_inside(struct kit *k, void *arg)
{
	pthread_mutex_lock(&k->lock);
	bool there = k->inside == *(unsigned *)arg;
	pthread_mutex_unlock(&k->lock);
	return there;
}

/* Steps until the pool has given its jobs back and so many batches came. */
static bool
has_batches(struct kit *k, void *arg)
{
	(void)poll_step(k->poll);
	pthread_mutex_lock(&k->lock);
	bool there = k->n_batches >= *(size_t *)arg;
	pthread_mutex_unlock(&k->lock);
	return there;
}

static void
run_to_due(const char *rack)
{
	struct wall now = clock_wall(kit.clock);
	int64_t phase = sched_phase(rack, INTERVAL_NS);
	struct sched_due due = sched_after(now, INTERVAL_NS, phase);
	kit_run(&kit, due.at.ns - now.ns + 20 * NS_PER_MS);
}

static const struct kit_row ONE[] = { { "x", "r", "blocker", "a", NULL } };

static void
a_blocking_poll_runs_on_a_pool_thread(void **state)
{
	size_t one = 1;
	int64_t late = stats_get(STATS_POLL_LATE_CALLS);

	(void)state;
	kit.mode = KIT_BLOCK;
	kit_apply(&kit, ONE, 1, 60, 100);
	run_to_due("r");
	struct kit_device *x = kit_device(&kit, "x");
	kit_wait(&kit, is_inside, x);
	assert_int_equal(kit.n_batches, 0);      /* the POLL thread went on */
	kit_release(&kit, x);
	kit_wait(&kit, has_batches, &one);
	assert_int_equal(kit_count(&kit, "x", COL_POLL_OK), 1);
	assert_int_equal(kit_last(&kit, "x")->n_parts, 1);
	/* It emitted once more after done(). */
	assert_int_equal(stats_get(STATS_POLL_LATE_CALLS), late + 1);
}

static void
a_late_one_is_cancelled_counted_and_not_started_twice(void **state)
{
	int64_t late = stats_get(STATS_POLL_LATE_CALLS);

	(void)state;
	kit.mode = KIT_BLOCK;
	kit_apply(&kit, ONE, 1, 60, 100);
	run_to_due("r");
	struct kit_device *x = kit_device(&kit, "x");
	kit_wait(&kit, is_inside, x);
	kit_run(&kit, INTERVAL_NS / 2 + 20 * NS_PER_MS);
	assert_int_equal(x->n_cancelled, 1);
	assert_int_equal(kit_count(&kit, "x", COL_POLL_TIMEOUT), 1);
	/* Still in there at the next slots: left out, never twice. */
	kit_run(&kit, 2 * INTERVAL_NS);
	assert_int_equal(x->n_started, 1);
	assert_int_equal(kit_count(&kit, "x", COL_POLL_CANCELLED), 2);
	assert_int_equal(kit_status(&kit, "x").n_skipped, 2);
	kit_set_mode(&kit, x, KIT_ANSWER);
	kit_release(&kit, x);
	/* Too late: an emit after done, and then the whole poll. */
	while (stats_get(STATS_POLL_LATE_CALLS) < late + 2) {
		(void)poll_step(kit.poll);
	}
	assert_int_equal(kit.n_batches, 3);
	run_to_due("r");
	size_t four = 4;
	kit_wait(&kit, has_batches, &four);
	assert_int_equal(x->n_started, 2);
	assert_int_equal(kit_count(&kit, "x", COL_POLL_OK), 1);
}

static void
four_at_a_time_and_the_rest_is_not_to_blame(void **state)
{
	struct kit_row rows[6];
	char ids[6][16];
	unsigned four = 4, none = 0;
	size_t six = 6;

	(void)state;
	kit.mode = KIT_BLOCK;
	for (int i = 0; i < 6; i++) {
		snprintf(ids[i], sizeof(ids[i]), "x%d", i);
		rows[i] = (struct kit_row){ ids[i], "r", "blocker", "a", NULL };
	}
	kit_apply(&kit, rows, 6, 60, 100);
	run_to_due("r");
	kit_wait(&kit, are_inside, &four);
	kit_run(&kit, INTERVAL_NS / 2 + 20 * NS_PER_MS);
	assert_int_equal(kit.inside_max, POOL_THREADS);
	assert_int_equal(kit.n_batches, 6);
	unsigned timeouts = 0, cancelled = 0;
	for (size_t i = 0; i < 6; i++) {
		timeouts += kit.batches[i]->status == COL_POLL_TIMEOUT;
		cancelled += kit.batches[i]->status == COL_POLL_CANCELLED;
	}
	assert_int_equal(timeouts, 4);
	assert_int_equal(cancelled, 2);
	for (size_t i = 0; i < kit.n_devices; i++) {
		kit_set_mode(&kit, &kit.devices[i], KIT_ANSWER);
		kit_release(&kit, &kit.devices[i]);
	}
	kit_wait(&kit, are_inside, &none);
	kit_wait(&kit, has_batches, &six);
}

static void
change_and_removal_wait_for_the_pool(void **state)
{
	static const struct kit_row two[] = { { "x", "r", "blocker", "a", NULL },
		{ "y", "r", "blocker", "a", NULL } };
	static const struct kit_row changed[] = { { "x", "r", "blocker", "b", NULL } };
	unsigned both = 2, none = 0;

	(void)state;
	kit.mode = KIT_BLOCK;
	kit_apply(&kit, two, 2, 60, 100);
	run_to_due("r");
	kit_wait(&kit, are_inside, &both);
	struct kit_device *x = kit_device(&kit, "x"), *y = kit_device(&kit, "y");
	kit_apply(&kit, changed, 1, 60, 100);
	/* Both polls have ended for the daemon, not yet for the plugin. */
	assert_int_equal(kit.n_batches, 2);
	assert_int_equal(x->n_cancelled + y->n_cancelled, 2);
	assert_int_equal(x->n_changed, 0);
	assert_int_equal(y->n_removed, 0);
	kit_apply(&kit, changed, 1, 60, 100);
	kit_release(&kit, x);
	kit_release(&kit, y);
	kit_wait(&kit, are_inside, &none);
	while (x->n_changed == 0 || y->n_removed == 0) {
		(void)poll_step(kit.poll);
	}
	assert_string_equal(x->col->address, "b");
	assert_int_equal(kit.n_batches, 2);
}

static void
stop_waits_for_the_pool(void **state)
{
	(void)state;
	kit.mode = KIT_BLOCK;
	kit_apply(&kit, ONE, 1, 60, 100);
	run_to_due("r");
	struct kit_device *x = kit_device(&kit, "x");
	kit_wait(&kit, is_inside, x);
	kit_release(&kit, x);
	poll_stop(kit.poll);
	assert_int_equal(x->n_removed, 1);
	assert_int_equal(kit.n_thread_stops, 1);
	assert_int_equal(kit.n_batches, 1);
}

/* ---- on real threads ------------------------------------------------------------ */

static bool
all_polled(struct kit *k, void *arg)
{
	unsigned n = *(unsigned *)arg;
	struct device_status status;

	for (unsigned i = 0; i < n; i++) {
		char id[16];
		snprintf(id, sizeof(id), "d%u", i);
		if (poll_device_status(k->poll, kit_index(k, id), &status) != 0 ||
		    status.n_ok < 2) {
			return false;
		}
	}
	return true;
}

static void
threads_poll_and_reload(void **state)
{
	struct kit_row rows[64];
	char ids[64][16], racks[64][16];
	unsigned n = 64;

	(void)state;
	kit_done(&kit);
	kit_init(&kit, 3);
	for (unsigned i = 0; i < n; i++) {
		snprintf(ids[i], sizeof(ids[i]), "d%u", i);
		snprintf(racks[i], sizeof(racks[i]), "r%u", i / 2);
		rows[i] = (struct kit_row){ ids[i], racks[i],
			i % 4 == 0 ? "blocker" : "fake", "a", NULL };
	}
	kit_apply(&kit, rows, n, 1, 1000);
	for (int i = 0; i < 3; i++) {
		kit_wait(&kit, all_polled, &n);
		rows[i].address = "b";
		kit_apply(&kit, rows, n, 1, 1000);
	}
	struct poll_counts counts;
	poll_counts(kit.poll, &counts);
	assert_int_equal(counts.total, 64);
	assert_true(counts.due_per_s == 64);
	assert_int_equal(poll_plugin_devices(kit.poll, "blocker"), 16);
	kit_apply(&kit, rows, 8, 1, 1000);
	poll_counts(kit.poll, &counts);
	assert_int_equal(counts.total, 8);
	poll_stop(kit.poll);
	assert_true(kit.n_thread_starts == kit.n_thread_stops);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 0);
}

static bool
all_started(struct kit *k, void *arg)
{
	bool all;

	(void)arg;
	pthread_mutex_lock(&k->lock);
	all = k->n_devices == 2;
	for (size_t i = 0; i < k->n_devices; i++) {
		all = all && k->devices[i].n_started > 0;
	}
	pthread_mutex_unlock(&k->lock);
	return all;
}

/* The name of a rack that is due in less than half a second. */
static void
due_soon(char rack[16], int64_t interval_ns)
{
	int64_t in_ns;

	for (unsigned i = 0;; i++) {
		snprintf(rack, 16, "r%u", i);
		in_ns = sched_phase(rack, interval_ns) - clock_wall(clock_real()).ns % interval_ns;
		if (in_ns > 200 * NS_PER_MS && in_ns < 500 * NS_PER_MS) {
			return;
		}
	}
}

/* What is under way may end: two seconds, then it is cancelled; the end of its
 * interval, far away, would have it time out. */
static void
stop_lets_polls_end(void **state)
{
	char rack[16];
	struct kit_row rows[] = { { "deaf", rack, "fake", "b", NULL },
	    { "slow", rack, "fake", "a", NULL } };
	int64_t before;

	(void)state;
	kit_done(&kit);
	kit_init(&kit, 1);
	due_soon(rack, 60 * NS_PER_S);
	kit.mode = KIT_DEAF;
	kit_apply(&kit, rows, 1, 60, 1000);
	kit.mode = KIT_SLOW;
	kit_apply(&kit, rows, 2, 60, 1000);
	kit_wait(&kit, all_started, NULL);
	before = clock_mono(clock_real()).ns;
	poll_stop(kit.poll);
	assert_true(clock_mono(clock_real()).ns - before >= 1900 * NS_PER_MS);
	assert_int_equal(kit_count(&kit, "slow", COL_POLL_OK), 1);
	assert_int_equal(kit_count(&kit, "slow", COL_STATUS_N), 1);
	assert_int_equal(kit_count(&kit, "deaf", COL_POLL_CANCELLED), 1);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 0);
}

static int64_t
time_of_stop(void)
{
	static const struct kit_row rows[] = { { "x", "r", "fake", "a", NULL },
	    { "y", "r", "fake", "b", NULL } };
	int64_t before;

	kit_done(&kit);
	kit_init(&kit, 1);
	kit_apply(&kit, rows, 2, 1, 1000);
	kit_wait(&kit, all_started, NULL);
	before = clock_mono(clock_real()).ns;
	poll_stop(kit.poll);
	return clock_mono(clock_real()).ns - before;
}

/* Without a silent device it does not take its two seconds; a machine that is
 * busy just then gets some more tries. */
static void
stop_is_quick_when_all_answer(void **state)
{
	int64_t least = INT64_MAX;

	(void)state;
	for (int i = 0; i < 10 && least >= 1500 * NS_PER_MS; i++) {
		int64_t took = time_of_stop();

		least = took < least ? took : least;
	}
	assert_true(least < 1500 * NS_PER_MS);
}

#define TEST(name) \
	cmocka_unit_test_prestate_setup_teardown(name, kit_set_up, kit_tear_down, &kit)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_blocking_poll_runs_on_a_pool_thread),
		TEST(a_late_one_is_cancelled_counted_and_not_started_twice),
		TEST(four_at_a_time_and_the_rest_is_not_to_blame),
		TEST(change_and_removal_wait_for_the_pool),
		TEST(stop_waits_for_the_pool),
		TEST(threads_poll_and_reload),
		TEST(stop_lets_polls_end),
		TEST(stop_is_quick_when_all_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
