/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each case is a line of samples, one per minute, and what is told at which of
 * them: F fires, b lies between the limits, c is clear, ? is not known, a blank
 * is a minute in which nothing comes.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alert/machine.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MINUTE (60 * NS_PER_S)
#define START (INT64_C(1700000040) * NS_PER_S)

struct story {
	const char *name, *samples, *told;
	int fire_for, clear_for, hold, stale; /* minutes */
	unsigned flap_changes;
};

static const struct story stories[] = {
	{ "at once", "ccFFcc", "2 fired, 4 resolved", 0, 0, 0, 0, 0 },
	{ "for", "cFFFFFFcc", "6 fired, 7 resolved", 5, 0, 0, 0, 0 },
	{ "broken for", "FFFFcFFFFcc", "", 5, 0, 0, 0, 0 },
	{ "between breaks pending", "FFFFbFFFFcc", "", 5, 0, 0, 0, 0 },
	{ "clear for", "FcccFcccccF", "0 fired, 9 resolved, 10 fired", 0, 4, 0, 0, 0 },
	{ "between keeps", "Fbbbbbbcb", "0 fired, 7 resolved", 0, 0, 0, 0, 0 },
	{ "between breaks clear", "FccbcccF", "0 fired, 6 resolved, 7 fired", 0, 2, 0, 0, 0 },
	{ "hold", "FcccccccF", "0 fired, 5 resolved, 8 fired", 0, 0, 5, 0, 0 },
	/* lost data never resolves */
	{ "stale", "F?????????", "0 fired, 3 stale", 0, 0, 0, 0, 0 },
	{ "stale without samples", "F         ", "0 fired, 3 stale", 0, 0, 0, 0, 0 },
	{ "own stale time", "F         ", "0 fired, 7 stale", 0, 0, 0, 7, 0 },
	{ "fresh", "F????FFc", "0 fired, 3 stale, 5 fresh, 7 resolved", 0, 0, 0, 0, 0 },
	{ "fresh by between", "F????bb", "0 fired, 3 stale, 5 fresh", 0, 0, 0, 0, 0 },
	{ "stale into clear", "F????c", "0 fired, 3 stale, 5 resolved", 0, 0, 0, 0, 0 },
	{ "stale, clear waits", "F????ccc", "0 fired, 3 stale, 5 fresh, 7 resolved",
	    0, 2, 0, 0, 0 },
	{ "short loss", "F??F??F??c", "0 fired, 9 resolved", 0, 0, 0, 0, 0 },
	/* pending stays, its time does not count */
	{ "pending through loss", "FFF???FFFF", "9 fired", 5, 0, 0, 0, 0 },
	{ "pending through silence", "FFF      FFFF", "12 fired", 5, 0, 0, 0, 0 },
	{ "clear through loss", "Fcc??ccF", "0 fired", 0, 3, 0, 0, 0 },
	{ "one late sample counts", "FF FFF", "5 fired", 5, 0, 0, 0, 0 },
	/* five firings within the hour */
	{ "flapping", "FcFcFcFcFcFc", "0 fired, 1 resolved, 2 fired, 3 resolved, 4 fired, "
	    "5 resolved, 6 fired, 7 resolved, 8 fired, 8 flapping", 0, 0, 0, 0, 5 },
	{ "steady clear", "FcFcFc", "0 fired, 1 resolved, 2 fired, 2 flapping, "
	    "65 steady, 65 resolved", 0, 0, 0, 0, 2 },
	{ "no flapping", "FcFcFc", "0 fired, 1 resolved, 2 fired, 3 resolved, 4 fired, "
	    "5 resolved", 0, 0, 0, 0, 0 },
};

static void
add(char *told, size_t size, unsigned at, const struct machine_events *events)
{
	static const char *const names[ALERT_CHANGE_KIND_N] = {
		[CHANGE_FIRED] = "fired", [CHANGE_RESOLVED] = "resolved",
		[CHANGE_STALE] = "stale", [CHANGE_FRESH] = "fresh",
		[CHANGE_FLAPPING] = "flapping", [CHANGE_STEADY] = "steady",
	};

	for (unsigned i = 0; i < events->n; i++) {
		size_t len = strlen(told);

		(void)snprintf(told + len, size - len, "%s%u %s", len > 0 ? ", " : "", at,
		    names[events->kinds[i]]);
	}
}

static struct judge_value
sample(char c)
{
	struct judge_value value = { .known = c != '?' };

	value.number = c == 'F' ? 90 : c == 'b' ? 77 : 50;
	return value;
}

static struct moment
minute(unsigned i)
{
	struct moment when = { { START + i * MINUTE }, { (i + 1000) * MINUTE } };

	return when;
}

static struct rule
rule_of(const struct story *story)
{
	struct rule rule = {
		.fire = { .test = RULE_ABOVE, .high = 80, .for_ns = story->fire_for * MINUTE },
		.clear = { .test = RULE_BELOW, .low = 75, .for_ns = story->clear_for * MINUTE },
		.hold_ns = story->hold * MINUTE, .stale_ns = story->stale * MINUTE,
	};

	return rule;
}

static void
the_stories(void **state)
{
	(void)state;
	for (size_t s = 0; s < N(stories); s++) {
		struct machine machine = { MINUTE, stories[s].flap_changes, 60 * MINUTE };
		struct rule rule = rule_of(&stories[s]);
		struct condition condition = { 0 };
		struct machine_events events;
		unsigned n = (unsigned)strlen(stories[s].samples);
		char told[512] = "";

		/* then it goes on as it ended */
		for (unsigned i = 0; i < (stories[s].flap_changes == 2 ? 90 : n); i++) {
			char c = stories[s].samples[i < n ? i : n - 1];
			struct judge_value value = sample(c);

			if (c == ' ') {
				machine_idle(&machine, &rule, &condition, minute(i).now,
				    &events);
			} else {
				machine_step(&machine, &rule, &condition, &value,
				    minute(i), &events);
			}
			add(told, sizeof(told), i, &events);
		}
		if (strcmp(told, stories[s].told) != 0) {
			fail_msg("%s: %s\n  not %s", stories[s].name, told,
			    stories[s].told);
		}
	}
}

static void
since_is_the_first_sample(void **state)
{
	struct machine machine = { MINUTE, 0, 0 };
	struct story story = { .fire_for = 3 };
	struct rule rule = rule_of(&story);
	struct condition condition = { 0 };
	struct judge_value value = sample('F');
	struct machine_events events;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(condition.raw, i == 0 ? ALERT_OK : ALERT_PENDING);
		machine_step(&machine, &rule, &condition, &value, minute(i), &events);
	}
	assert_int_equal(machine_state(&condition), ALERT_FIRING);
	assert_true(condition.since.ns == minute(0).at.ns);
	assert_true(condition.fired.ns == minute(3).now.ns);
	assert_true(machine_due(&machine, &rule, &condition).ns == minute(6).now.ns);
}

/* A clock set back or forward neither fires nor counts. */
static void
jumps_do_not_count(void **state)
{
	struct machine machine = { MINUTE, 0, 0 };
	struct story story = { .fire_for = 5 };
	struct rule rule = rule_of(&story);
	struct condition condition = { 0 };
	struct judge_value value = sample('F');
	struct machine_events events;
	struct moment when = minute(0);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		when.at.ns += i == 1 ? 600 * MINUTE : i == 2 ? -900 * MINUTE : 0;
		when.now.ns += MINUTE;
		machine_step(&machine, &rule, &condition, &value, when, &events);
		assert_int_equal(events.n, 0);
	}
	assert_int_equal(condition.raw, ALERT_PENDING);
	assert_true(condition.held_ns == 0);
}

static void
resumed_ones_neither_fire_again_nor_get_lost(void **state)
{
	struct machine machine = { MINUTE, 5, 60 * MINUTE };
	struct story story = { .hold = 10 };
	struct rule rule = rule_of(&story);
	struct alert alert = { .state = ALERT_FIRING, .since = { START }, .value = 88 };
	struct condition condition;
	struct machine_events events;
	struct judge_value fire = sample('F'), clear = sample('c');

	(void)state;
	/* fired 9 minutes before the start: one minute of hold is left */
	machine_resume(&condition, &alert, minute(0).now, minute(9).now);
	machine_step(&machine, &rule, &condition, &fire, minute(9), &events);
	assert_int_equal(events.n, 0);
	machine_step(&machine, &rule, &condition, &clear, minute(10), &events);
	assert_int_equal(events.n, 1);
	assert_int_equal(events.kinds[0], CHANGE_RESOLVED);
	/* without data it has the whole stale time from the start */
	machine_resume(&condition, &alert, minute(0).now, minute(9).now);
	machine_idle(&machine, &rule, &condition, minute(11).now, &events);
	assert_int_equal(events.n, 0);
	machine_idle(&machine, &rule, &condition, minute(12).now, &events);
	assert_int_equal(events.kinds[0], CHANGE_STALE);
	/* stale before stays stale, until a value comes */
	alert.state = ALERT_STALE;
	machine_resume(&condition, &alert, minute(0).now, minute(9).now);
	machine_idle(&machine, &rule, &condition, minute(90).now, &events);
	assert_int_equal(events.n, 0);
	machine_step(&machine, &rule, &condition, &fire, minute(91), &events);
	assert_int_equal(events.kinds[0], CHANGE_FRESH);
}

static void
missing_fires_by_what_is_not_there(void **state)
{
	struct machine machine = { MINUTE, 0, 0 };
	struct rule rule = { .fire = { .test = RULE_MISSING, .for_ns = 2 * MINUTE } };
	struct condition condition = { 0 };
	struct judge_value none = sample('?'), some = sample('c');
	struct machine_events events;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		machine_step(&machine, &rule, &condition, &none, minute(i), &events);
		assert_int_equal(events.n, i == 2 ? 1 : 0);
	}
	machine_step(&machine, &rule, &condition, &some, minute(10), &events);
	assert_int_equal(events.kinds[0], CHANGE_RESOLVED);
}

static void
what_is_over_may_be_forgotten(void **state)
{
	struct machine machine = { MINUTE, 5, 60 * MINUTE };
	struct story story = { 0 };
	struct rule rule = rule_of(&story);
	struct condition condition = { 0 };
	struct judge_value fire = sample('F'), clear = sample('c');
	struct machine_events events;

	(void)state;
	machine_step(&machine, &rule, &condition, &fire, minute(0), &events);
	assert_false(machine_is_over(&machine, &condition, minute(0).now));
	machine_step(&machine, &rule, &condition, &clear, minute(1), &events);
	assert_false(machine_is_over(&machine, &condition, minute(59).now));
	assert_true(machine_is_over(&machine, &condition, minute(60).now));
	/* many firings are not more than fit */
	for (unsigned i = 0; i < 100; i++) {
		struct machine never = { MINUTE, 0, 6000 * MINUTE };

		machine_step(&never, &rule, &condition, i % 2 ? &clear : &fire,
		    minute(100 + i), &events);
	}
	assert_true(condition.n_turns <= MACHINE_TURNS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stories),
		cmocka_unit_test(since_is_the_first_sample),
		cmocka_unit_test(jumps_do_not_count),
		cmocka_unit_test(resumed_ones_neither_fire_again_nor_get_lost),
		cmocka_unit_test(missing_fires_by_what_is_not_there),
		cmocka_unit_test(what_is_over_may_be_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
