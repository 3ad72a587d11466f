/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/wheel.h"

#define MS(n) ((struct mono){ (int64_t)(n) * NS_PER_MS })

static struct { int order[16]; unsigned n; } fired;

static void
note(void *arg)
{
	fired.order[fired.n++] = *(int *)arg;
}

static int
reset(void **state)
{
	(void)state;
	memset(&fired, 0, sizeof(fired));
	return 0;
}

static void
fires_in_order_and_never_early(void **state)
{
	struct wheel *wheel = wheel_new(MS(1000));
	struct wheel_timer a = { 0 }, b = { 0 }, c = { 0 };
	int one = 1, two = 2, three = 3;

	(void)state;
	wheel_arm(wheel, &b, MS(1105), note, &two);
	wheel_arm(wheel, &a, MS(1050), note, &one);
	wheel_arm(wheel, &c, MS(500), note, &three); /* the past: at once */
	assert_true(wheel_next(wheel).ns <= MS(1000).ns);
	assert_int_equal(wheel_run(wheel, MS(1000)), 1);
	assert_int_equal(fired.order[0], 3);
	assert_int_equal(wheel_run(wheel, MS(1049)), 0);
	assert_true(wheel_next(wheel).ns == MS(1050).ns);
	assert_int_equal(wheel_run(wheel, MS(1100)), 1);
	assert_int_equal(wheel_run(wheel, MS(1109)), 0); /* 1105 lies in slot 1110 */
	assert_int_equal(wheel_run(wheel, MS(1110)), 1);
	assert_int_equal(fired.order[2], 2);
	assert_true(wheel_next(wheel).ns == INT64_MAX);
	wheel_free(wheel);
}

static void
cancel_and_rearm(void **state)
{
	struct wheel *wheel = wheel_new(MS(0));
	struct wheel_timer a = { 0 };
	int one = 1;

	(void)state;
	wheel_arm(wheel, &a, MS(50), note, &one);
	assert_true(wheel_armed(&a));
	wheel_arm(wheel, &a, MS(200), note, &one);
	assert_int_equal(wheel_run(wheel, MS(100)), 0);
	wheel_cancel(wheel, &a);
	assert_false(wheel_armed(&a));
	wheel_cancel(wheel, &a);
	assert_int_equal(wheel_run(wheel, MS(1000)), 0);
	wheel_free(wheel);
}

static void
far_timers_survive_several_turns(void **state)
{
	struct wheel *wheel = wheel_new(MS(7));
	struct wheel_timer far_off = { 0 }, near = { 0 };
	int one = 1, two = 2;
	int64_t hour = 3600 * 1000;

	(void)state;
	wheel_arm(wheel, &far_off, MS(hour), note, &one);
	assert_true(wheel_next(wheel).ns == MS(hour).ns);
	for (int64_t t = 0; t < hour; t += 60000) {
		wheel_arm(wheel, &near, MS(t + 30000), note, &two);
		(void)wheel_run(wheel, MS(t + 29990));
		fired.n = 0;
	}
	wheel_cancel(wheel, &near);
	assert_int_equal(wheel_run(wheel, MS(hour - 10)), 0);
	assert_int_equal(wheel_run(wheel, MS(hour)), 1);
	wheel_free(wheel);
}

static struct { struct wheel *wheel; struct wheel_timer timer; unsigned n; } again;

static void
rearm_itself(void *arg)
{
	(void)arg;
	again.n++;
	wheel_arm(again.wheel, &again.timer, MS(0), rearm_itself, NULL);
}

static void
a_callback_may_arm_for_the_past_without_a_loop(void **state)
{
	(void)state;
	again.wheel = wheel_new(MS(1000));
	wheel_arm(again.wheel, &again.timer, MS(1000), rearm_itself, NULL);
	assert_int_equal(wheel_run(again.wheel, MS(1000)), 1);
	assert_int_equal(wheel_run(again.wheel, MS(1010)), 1);
	assert_int_equal(again.n, 2);
	wheel_free(again.wheel);
}

static void
random_timers_fire_at_their_slot(void **state)
{
	enum { N = 2000 };
	struct wheel *wheel = wheel_new(MS(123));
	struct wheel_timer *timers = calloc(N, sizeof(*timers));
	int dummy[N];
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < N; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		wheel_arm(wheel, &timers[i], MS(200 + seed % 300000), note, &dummy[i]);
	}
	for (int64_t t = 130; t <= 300300; t += 37) {
		fired.n = 0;
		for (int i = 0; i < N; i++) {
			dummy[i] = i;
		}
		struct mono next = wheel_next(wheel);
		size_t n = 0;
		while (wheel_next(wheel).ns <= MS(t).ns && n < 16) {
			n += wheel_run(wheel, wheel_next(wheel));
			fired.n = 0;
		}
		assert_true(n == 0 || next.ns <= MS(t).ns);
		for (int i = 0; i < N; i++) {
			assert_true(!wheel_armed(&timers[i]) ||
			    timers[i].due.ns + 10 * NS_PER_MS > MS(t).ns || n >= 16);
		}
	}
	wheel_free(wheel);
	free(timers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fires_in_order_and_never_early, reset),
		cmocka_unit_test_setup(cancel_and_rearm, reset),
		cmocka_unit_test_setup(far_timers_survive_several_turns, reset),
		cmocka_unit_test_setup(a_callback_may_arm_for_the_past_without_a_loop, reset),
		cmocka_unit_test_setup(random_timers_fire_at_their_slot, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
