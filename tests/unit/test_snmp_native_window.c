/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many requests of the native engine: what its window and its patience do. */
#include <config.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "native_kit.h"

static void
test_window(void **state)
{
	struct bench bench;
	unsigned n;

	(void)state;
	bench_open(&bench, 16);
	for (int i = 0; i < DEVICES; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	for (unsigned all = 0; all < DEVICES; all += n) {
		unsigned expected = DEVICES - all < 16 ? DEVICES - all : 16;
		pass(&bench, 10);
		for (n = 0; get_request(&bench); n++) {
			answer(&bench, bench.got.id);
		}
		assert_int_equal(n, expected);
	}
	pass(&bench, 10);
	for (int i = 0; i < DEVICES; i++) {
		assert_int_equal(bench.told[i].n, 1);
	}
	/* All of one kind: encoded once. */
	assert_int_equal(bench.native->bodies.n_made, 1);
	bench_close(&bench);
}

/* The silent ones get a quarter of the window, the others the rest. */
static void
test_silent_agents_wait(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	for (int i = 0; i < 16; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 16);
	pass(&bench, 1000);
	assert_int_equal(count_requests(&bench), 4);
	assert_int_equal(bench.native->n_suspects, 4);
	for (int i = 16; i < 36; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 12);
	/* Those that wait for a retry are still listened to. */
	bench.fake.now_ns += 60000 * MS;
	for (int i = 0; i < 100; i++) {
		engine_native.tick(bench.native);
	}
	for (int i = 0; i < 16; i++) {
		assert_int_equal(bench.told[i].n, 1);
		assert_int_equal(bench.told[i].outcome, ENGINE_TIMEOUT);
	}
	bench_close(&bench);
}

/* What waits too long for the window ends in time; the agent is not to blame. */
static void
test_waiting_ends_in_time(void **state)
{
	struct bench bench;
	struct native_session *waiting;

	(void)state;
	bench_open(&bench, 1);
	add_device(&bench, 0, false);
	add_device(&bench, 1, false);
	ask(&bench, 0);
	ask(&bench, 1);
	bench.requests[1].deadline_ns = bench.fake.now_ns + 300 * MS;
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 1);
	pass(&bench, 280);
	assert_int_equal(bench.told[1].n, 0);
	pass(&bench, 10);
	assert_int_equal(bench.told[1].n, 1);
	assert_int_equal(bench.told[1].outcome, ENGINE_FAULT);
	assert_string_equal(bench.told[1].detail,
	    "the request waited too long to be sent");
	waiting = bench.sessions[1];
	assert_int_equal(waiting->n_failed, 0);
	assert_int_equal(bench.native->counters.refused, 0);
	assert_int_equal(bench.native->counters.timeouts, 1);
	bench_close(&bench);
}

/* Who has just been heard goes on talking, however many are silent. */
static void
test_talk_goes_on_beside_silence(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	for (int i = 0; i < 16; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	pass(&bench, 10);
	pass(&bench, 1000);
	assert_int_equal(bench.native->n_suspects, 4);
	(void)count_requests(&bench);
	add_device(&bench, 16, false);
	ask(&bench, 16);
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 1);
	/* As after the discovery of a v3 engine. */
	native_flight_again(bench.sessions[16]);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[16].outcome, ENGINE_ANSWER);
	bench_close(&bench);
}

/* Down for three requests: one try only, until it answers again. */
static void
test_down_agent(void **state)
{
	static const unsigned tries[] = {3, 3, 3, 1, 1};
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		unsigned n = 0;
		ask(&bench, 0);
		while (bench.told[0].n == i) {
			pass(&bench, 50);
			n += count_requests(&bench);
		}
		assert_int_equal(n, tries[i]);
	}
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
	ask(&bench, 0);
	for (int i = 0; i < 120; i++) {
		pass(&bench, 50);
	}
	assert_int_equal(count_requests(&bench), 3);
	bench_close(&bench);
}

/* Slower than its first timeout, and down: one try, but as long as it needs. */
static void
test_slow_agent_comes_back(void **state)
{
	struct bench bench;
	unsigned n;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	for (n = 0; n < 3; n++) {
		ask(&bench, 0);
		pass(&bench, 10);
		assert_true(get_request(&bench));
		pass(&bench, 3000);
		answer(&bench, bench.got.id);
		pass(&bench, 10);
		assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
		(void)count_requests(&bench);
	}
	for (; n < 6; n++) {
		ask(&bench, 0);
		while (bench.told[0].n == n) {
			pass(&bench, 50);
		}
		assert_int_equal(bench.told[0].outcome, ENGINE_TIMEOUT);
		(void)count_requests(&bench);
	}
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	pass(&bench, 3000);
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
	bench_close(&bench);
}

/* Quick agents are asked again after 250 ms. */
static void
test_timeout_adapts(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	for (int i = 0; i < 5; i++) {
		ask(&bench, 0);
		pass(&bench, 10);
		assert_true(get_request(&bench));
		answer(&bench, bench.got.id);
		pass(&bench, 20);
	}
	assert_int_equal(bench.native->counters.trips[0], 0);
	assert_int_equal(bench.native->counters.trips[1], 5);
	assert_int_equal(bench.native->counters.trips[9], 5);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	pass(&bench, 240);
	assert_false(get_request(&bench));
	pass(&bench, 10);
	assert_true(get_request(&bench));
	bench_close(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_window),
	    cmocka_unit_test(test_silent_agents_wait),
	    cmocka_unit_test(test_waiting_ends_in_time),
	    cmocka_unit_test(test_talk_goes_on_beside_silence),
	    cmocka_unit_test(test_down_agent),
	    cmocka_unit_test(test_slow_agent_comes_back),
	    cmocka_unit_test(test_timeout_adapts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
