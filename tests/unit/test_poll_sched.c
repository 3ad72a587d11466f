/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "poll/sched.h"

#define MINUTE (60 * NS_PER_S)

static void
phase_is_stable_and_within_the_interval(void **state)
{
	uint32_t quarters[4] = { 0 };

	(void)state;
	/* Fixed for ever: a change would move every device of every site. */
	int64_t phase = sched_phase("zz1-h1-r1-a01", MINUTE);
	assert_true(phase == sched_phase("zz1-h1-r1-a01", MINUTE));
	for (int i = 0; i < 4000; i++) {
		char id[32];
		snprintf(id, sizeof(id), "rack-%d", i);
		phase = sched_phase(id, MINUTE);
		assert_in_range(phase, 0, MINUTE - 1);
		quarters[phase / (MINUTE / 4)]++;
	}
	for (int i = 0; i < 4; i++) {
		assert_in_range(quarters[i], 900, 1100);
	}
}

static void
slots_lie_on_the_wall_grid(void **state)
{
	static const struct {
		int64_t after, interval, phase, slot, at; /* seconds */
	} cases[] = {
		{ 1000, 60, 0, 1020, 1020 },
		{ 1020, 60, 0, 1080, 1080 },      /* strictly after */
		{ 1019, 60, 59, 1020, 1079 },
		{ 1018, 60, 59, 960, 1019 },
		{ 1000, 60, 30, 960 + 60, 1050 },
		{ 989, 60, 30, 960, 990 },
		{ 0, 10, 3, 0, 3 },
		{ -25, 10, 3, -20, -17 },         /* before 1970 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sched_due due = sched_after(
		    (struct wall){ cases[i].after * NS_PER_S },
		    cases[i].interval * NS_PER_S, cases[i].phase * NS_PER_S);
		assert_true(due.slot.ns == cases[i].slot * NS_PER_S);
		assert_true(due.at.ns == cases[i].at * NS_PER_S);
	}
}

static void
backoff_grows_and_is_bounded(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (unsigned n = 0; n <= SCHED_DOWN_AFTER; n++) {
		assert_int_equal(sched_gap(n, 7), 1);
	}
	for (uint64_t key = 0; key < 200; key++) {
		assert_in_range(sched_gap(4, key), 1, 2);
		assert_in_range(sched_gap(5, key), 2, 3);
		for (unsigned n = 6; n < 40; n++) {
			assert_in_range(sched_gap(n, key), 2, SCHED_GAP_MAX);
		}
		unsigned gap = sched_gap(1000000, key);
		assert_in_range(gap, 3, SCHED_GAP_MAX);
		seen |= 1u << gap;
	}
	/* Jitter: a hall that went down is spread over all of them. */
	assert_int_equal(seen, 1u << 3 | 1u << 4 | 1u << 5);
}

static void
bucket_limits_the_rate(void **state)
{
	struct sched_bucket bucket = { 0 };
	struct mono now = { 5 * NS_PER_S };
	unsigned n = 0;

	(void)state;
	sched_bucket_set(&bucket, 180000, MINUTE, now); /* 3,000/s on average */
	while (sched_bucket_take(&bucket, now)) {
		n++;
	}
	assert_int_equal(n, 450);                       /* a tenth of a second */
	for (n = 0; now.ns < 15 * NS_PER_S; now.ns += 10 * NS_PER_MS) {
		while (sched_bucket_take(&bucket, now)) {
			n++;
		}
	}
	assert_in_range(n, 44000, 45000);               /* 10 s at 4,500/s */
}

static void
few_devices_are_not_held_back(void **state)
{
	struct sched_bucket bucket = { 0 };
	struct mono now = { NS_PER_S };

	(void)state;
	sched_bucket_set(&bucket, 3, MINUTE, now);
	for (int i = 0; i < 32; i++) {
		assert_true(sched_bucket_take(&bucket, now));
	}
	assert_false(sched_bucket_take(&bucket, now));
	/* A time that goes back gives nothing. */
	assert_false(sched_bucket_take(&bucket, (struct mono){ 0 }));
	/* Nor do more devices fill it anew. */
	sched_bucket_set(&bucket, 100, MINUTE, now);
	assert_false(sched_bucket_take(&bucket, now));
}

static void
jumps_are_told_once(void **state)
{
	struct sched_offset offset = { 0 };
	int64_t by = 0;

	(void)state;
	assert_false(sched_jumped(&offset, (struct wall){ 100 * NS_PER_S },
	    (struct mono){ 1 }, &by));
	/* Slow drift is followed without a word. */
	for (int64_t i = 1; i < 100; i++) {
		assert_false(sched_jumped(&offset,
		    (struct wall){ 100 * NS_PER_S + i * 900 * NS_PER_MS },
		    (struct mono){ 1 }, &by));
	}
	assert_true(sched_jumped(&offset, (struct wall){ 9 * NS_PER_S },
	    (struct mono){ 1 }, &by));
	assert_true(by < -NS_PER_S);
	assert_false(sched_jumped(&offset, (struct wall){ 9 * NS_PER_S },
	    (struct mono){ 1 }, &by));
	assert_true(sched_jumped(&offset, (struct wall){ 20 * NS_PER_S },
	    (struct mono){ 1 }, &by));
	assert_true(by == 11 * NS_PER_S);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phase_is_stable_and_within_the_interval),
		cmocka_unit_test(slots_lie_on_the_wall_grid),
		cmocka_unit_test(backoff_grows_and_is_bounded),
		cmocka_unit_test(bucket_limits_the_rate),
		cmocka_unit_test(few_devices_are_not_held_back),
		cmocka_unit_test(jumps_are_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
