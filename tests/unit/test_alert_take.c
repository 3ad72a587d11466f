/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alert/take.h"

#define MINUTE (60 * NS_PER_S)
#define START (INT64_C(1795359600) * NS_PER_S)

/* The value that a rule compares after sample number i, one per minute. */
static struct judge_value
put(struct take *take, uint32_t index, int64_t i, double number)
{
	struct judge_value value = judge_number(number);

	take_put(take, index, 0, (struct wall){ START + i * MINUTE }, &value);
	return value;
}

static void
windows_of_a_quarter_hour(void **state)
{
	struct rule mean = { .take = RULE_MEAN, .window_ns = 15 * MINUTE };
	struct rule max = { .take = RULE_MAX, .window_ns = 15 * MINUTE };
	struct rule min = { .take = RULE_MIN, .window_ns = 15 * MINUTE };
	struct take *means = take_new(&mean), *maxs = take_new(&max), *mins = take_new(&min);

	(void)state;
	assert_true(take_wanted(&mean));
	/* less than half of a window says nothing */
	for (int64_t i = 0; i < 8; i++) {
		assert_false(put(means, 7, i, 10).known);
		assert_false(put(maxs, 7, i, 10).known);
	}
	assert_true(put(means, 7, 8, 10).known);
	/* 16 buckets of a minute: it follows a step within a quarter of an hour */
	for (int64_t i = 9; i < 60; i++) {
		double number = i < 30 ? 10 : 20;
		struct judge_value a = put(means, 7, i, number);
		struct judge_value b = put(maxs, 7, i, i == 30 ? 99 : number);
		struct judge_value c = put(mins, 7, i, number);

		if (i == 29) {
			assert_true(a.number == 10);
		} else if (i == 37) {
			assert_true(a.number == 15);
		} else if (i == 45) {
			assert_true(a.number == 20);
			assert_true(b.number == 99);
			assert_true(c.number == 20);
		} else if (i == 44) {
			assert_true(c.number == 10);
		} else if (i == 46) {
			assert_true(b.number == 20);
		}
	}
	/* another thing has its own */
	assert_false(put(means, 8, 60, 10).known);
	assert_int_equal(take_count(means), 2);
	take_free(means);
	take_free(maxs);
	take_free(mins);
}

static void
rates_are_per_hour(void **state)
{
	struct rule rule = { .take = RULE_RATE, .window_ns = 60 * MINUTE };
	struct take *take = take_new(&rule);
	struct judge_value value;

	(void)state;
	/* 0.05 K per minute are 3 K/h, falling the same */
	for (int64_t i = 0; i < 300; i++) {
		value = put(take, 1, i, i < 150 ? 0.05 * (double)i :
		    7.5 - 0.05 * (double)(i - 150));
		if (i >= 30 && i < 150) {
			assert_true(fabs(value.number - 3) < 1e-9);
		} else if (i >= 220) {
			assert_true(fabs(value.number + 3) < 1e-9);
		} else if (i < 30) {
			assert_false(value.known);
		}
	}
	take_free(take);
}

static void
lost_samples_say_nothing_and_gaps_age(void **state)
{
	struct rule rule = { .take = RULE_MAX, .window_ns = 15 * MINUTE };
	struct take *take = take_new(&rule);

	(void)state;
	for (int64_t i = 0; i < 20; i++) {
		(void)put(take, 1, i, 50);
	}
	assert_false(put(take, 1, 20, NAN).known);
	assert_true(put(take, 1, 21, 5).number == 50);
	/* what is older than the window is not in it */
	assert_false(put(take, 1, 60, 5).known);
	/* nor is what a clock left behind that was set back */
	assert_false(put(take, 1, -500, 7).known);
	for (int64_t i = -499; i < -480; i++) {
		(void)put(take, 1, i, 7);
	}
	assert_true(put(take, 1, -480, 7).number == 7);
	/* a little disorder is put where it belongs */
	assert_true(put(take, 1, -483, 8).number == 8);
	take_age(take, (struct wall){ START - 450 * MINUTE });
	assert_int_equal(take_count(take), 1);
	take_age(take, (struct wall){ START });
	assert_int_equal(take_count(take), 0);
	take_free(take);
}

static void
changes_know_the_value_before(void **state)
{
	struct rule rule = { .fire = { .test = RULE_CHANGES } };
	struct take *take = take_new(&rule);
	struct judge_value value;

	(void)state;
	assert_true(take_wanted(&rule));
	value = put(take, 1, 0, 3);
	assert_false(value.has_before);
	value = put(take, 1, 1, 4);
	assert_true(value.has_before && value.before == 3 && value.number == 4);
	assert_false(put(take, 1, 2, NAN).known);
	value = put(take, 1, 3, 4);
	assert_true(value.has_before && value.before == 4);
	take_age(take, (struct wall){ START + 100000 * MINUTE });
	assert_int_equal(take_count(take), 1);
	take_free(take);
}

/* The mean of any window is the mean of its samples. */
static void
means_are_means(void **state)
{
	struct rule rule = { .take = RULE_MEAN, .window_ns = 15 * MINUTE };
	struct take_window *window = take_window_new(&rule);
	double samples[600];
	uint32_t seed = 1;

	(void)state;
	for (int64_t i = 0; i < 600; i++) {
		struct judge_value value;
		double sum = 0;
		int64_t n = 0;

		seed = seed * 1103515245u + 12345u;
		samples[i] = (double)(seed >> 16 & 0xff);
		value = judge_number(samples[i]);
		take_window_put(window, &rule, (struct wall){ START + i * MINUTE }, &value);
		for (int64_t k = i; k >= 0 && k > i - TAKE_BUCKETS; k--) {
			sum += samples[k];
			n++;
		}
		assert_true(!value.known || fabs(value.number - sum / (double)n) < 1e-9);
		assert_true(value.known == (i >= 8));
	}
	free(window);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_of_a_quarter_hour),
		cmocka_unit_test(rates_are_per_hour),
		cmocka_unit_test(lost_samples_say_nothing_and_gaps_age),
		cmocka_unit_test(changes_know_the_value_before),
		cmocka_unit_test(means_are_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
