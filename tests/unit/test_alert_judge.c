/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/judge.h"
#include "model/states.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *const bad_words[] = { "on_battery", "bypass", NULL };

struct judge_case {
	struct rule_limit fire, clear;
	double number;
	enum judged want;
};

static const struct judge_case cases[] = {
	/* exactly at a limit is not beyond it */
	{ { .test = RULE_ABOVE, .high = 80 }, { 0 }, 80, JUDGED_CLEAR },
	{ { .test = RULE_ABOVE, .high = 80 }, { 0 }, 80.001, JUDGED_FIRE },
	{ { .test = RULE_ABOVE, .high = 80 }, { 0 }, NAN, JUDGED_UNKNOWN },
	{ { .test = RULE_ABOVE, .high = 80 }, { .test = RULE_BELOW, .low = 75 }, 78,
	    JUDGED_BETWEEN },
	{ { .test = RULE_ABOVE, .high = 80 }, { .test = RULE_BELOW, .low = 75 }, 75,
	    JUDGED_BETWEEN },
	{ { .test = RULE_ABOVE, .high = 80 }, { .test = RULE_BELOW, .low = 75 }, 74.9,
	    JUDGED_CLEAR },
	{ { .test = RULE_BELOW, .low = 0 }, { .test = RULE_ABOVE, .high = 5 }, -1, JUDGED_FIRE },
	{ { .test = RULE_BELOW, .low = 0 }, { .test = RULE_ABOVE, .high = 5 }, 6, JUDGED_CLEAR },
	{ { .test = RULE_OUTSIDE, .low = 18, .high = 27 }, { 0 }, 17, JUDGED_FIRE },
	{ { .test = RULE_OUTSIDE, .low = 18, .high = 27 }, { 0 }, 28, JUDGED_FIRE },
	{ { .test = RULE_OUTSIDE, .low = 18, .high = 27 }, { 0 }, 27, JUDGED_CLEAR },
	{ { .test = RULE_OUTSIDE, .low = 18, .high = 27 },
	    { .test = RULE_INSIDE, .low = 19, .high = 26 }, 18.5, JUDGED_BETWEEN },
	{ { .test = RULE_OUTSIDE, .low = 18, .high = 27 },
	    { .test = RULE_INSIDE, .low = 19, .high = 26 }, 19, JUDGED_CLEAR },
	{ { .test = RULE_EQUALS, .low = 1, .high = 1 }, { 0 }, 1, JUDGED_FIRE },
	{ { .test = RULE_EQUALS, .low = 1, .high = 1 }, { 0 }, 0, JUDGED_CLEAR },
	{ { .test = RULE_MISSING }, { 0 }, NAN, JUDGED_FIRE },
	{ { .test = RULE_MISSING }, { 0 }, 0, JUDGED_CLEAR },
	{ { .test = RULE_NEVER }, { 0 }, 1e9, JUDGED_CLEAR },
};

static void
numbers_against_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct rule rule = { .fire = cases[i].fire, .clear = cases[i].clear };
		struct judge_value value = judge_number(cases[i].number);

		if (judge(&rule, &value) != cases[i].want) {
			fail_msg("case %zu: %d, not %d", i, judge(&rule, &value),
			    cases[i].want);
		}
	}
}

static void
states_by_word_and_severity(void **state)
{
	static const struct col_state ups[] = {
		{ 3, "normal", COL_SEVERITY_OK }, { 4, "bypass", COL_SEVERITY_WARNING },
		{ 5, "on_battery", COL_SEVERITY_CRITICAL },
		{ 6, "off", COL_SEVERITY_NONE },
	};
	struct rule words = { .fire = { .test = RULE_EQUALS, .words = bad_words } };
	struct rule worse = { .fire = { .test = RULE_WORSE,
	    .severity = COL_SEVERITY_CRITICAL }, .clear = { .test = RULE_EQUALS,
	    .words = (const char *const[]){ "normal", NULL } } };
	struct judge_value value = { .known = true };
	struct col_error error;
	int table = states_intern(ups, N(ups), &error);

	(void)state;
	assert_true(table > 0);
	value.states = (uint16_t)table;
	value.number = 5;
	assert_int_equal(judge(&words, &value), JUDGED_FIRE);
	assert_int_equal(judge(&worse, &value), JUDGED_FIRE);
	value.number = 4;
	assert_int_equal(judge(&words, &value), JUDGED_FIRE);
	assert_int_equal(judge(&worse, &value), JUDGED_BETWEEN);
	value.number = 3;
	assert_int_equal(judge(&words, &value), JUDGED_CLEAR);
	assert_int_equal(judge(&worse, &value), JUDGED_CLEAR);
	/* a code without a word is no bad word, nor is a plain number */
	value.number = 99;
	assert_int_equal(judge(&words, &value), JUDGED_CLEAR);
	assert_int_equal(judge(&worse, &value), JUDGED_BETWEEN);
	value.states = 0;
	value.number = 5;
	assert_int_equal(judge(&words, &value), JUDGED_CLEAR);
	states_reset();
}

static void
changes_need_a_value_before(void **state)
{
	struct rule rule = { .fire = { .test = RULE_CHANGES } };
	struct judge_value value = { .known = true, .number = 2 };

	(void)state;
	assert_int_equal(judge(&rule, &value), JUDGED_BETWEEN);
	value.has_before = true;
	value.before = 2;
	assert_int_equal(judge(&rule, &value), JUDGED_CLEAR);
	value.before = 1;
	assert_int_equal(judge(&rule, &value), JUDGED_FIRE);
	value.known = false;
	assert_int_equal(judge(&rule, &value), JUDGED_UNKNOWN);
}

static void
the_limit_that_is_told(void **state)
{
	struct rule_limit outside = { .test = RULE_OUTSIDE, .low = 18, .high = 27 };
	struct rule_limit words = { .test = RULE_EQUALS, .words = bad_words };
	struct rule_limit below = { .test = RULE_BELOW, .low = 5 };

	(void)state;
	assert_true(judge_limit(&outside, 12) == 18);
	assert_true(judge_limit(&outside, 30) == 27);
	assert_true(judge_limit(&below, 1) == 5);
	assert_true(isnan(judge_limit(&words, 1)));
}

/* What a pass over a column takes as quiet must never fire. */
static void
quiet_values_do_not_fire(void **state)
{
	size_t n_quiet = 0;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct rule rule = { .fire = cases[i].fire };
		double low, high;

		for (double x = -100; judge_quiet(&rule.fire, &low, &high) && x < 100;
		    x += 0.5) {
			struct judge_value value = judge_number(x);

			if (x >= low && x <= high) {
				n_quiet++;
				assert_int_not_equal(judge(&rule, &value), JUDGED_FIRE);
			} else {
				assert_int_equal(judge(&rule, &value), JUDGED_FIRE);
			}
		}
	}
	assert_true(n_quiet > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_against_limits),
		cmocka_unit_test(states_by_word_and_severity),
		cmocka_unit_test(changes_need_a_value_before),
		cmocka_unit_test(the_limit_that_is_told),
		cmocka_unit_test(quiet_values_do_not_fire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
