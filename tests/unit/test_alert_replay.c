/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each case is a line of archived rows, one per minute, and the episodes that come
 * of them: "since-fired-resolved", in rows; F is beyond the fire limit, G farther,
 * b between the limits, c clear, ? a hole, m beyond it under maintenance, a blank a
 * row that is not there.
 */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alert/replay.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MINUTE (60 * NS_PER_S)
#define START (INT64_C(1700000040) * NS_PER_S)

struct story {
	const char *name, *rows, *episodes;
	int fire_for, clear_for, hold, stale; /* minutes */
	unsigned flap_changes;
	int step;                             /* minutes of a row; 0: 1 */
	enum rule_take take;
	int window;
};

static const struct story stories[] = {
	{ .name = "at once", .rows = "ccFGFcc", .episodes = "2-2-5 90..95" },
	{ .name = "twice", .rows = "FcFc", .episodes = "0-0-1 90..90, 2-2-3 90..90" },
	{ .name = "for", .rows = "cFFFFFFcc", .episodes = "1-6-7 90..90", .fire_for = 5 },
	{ .name = "broken for", .rows = "FFFFcFFFFcc", .episodes = "", .fire_for = 5 },
	{ .name = "clear for", .rows = "FcccFcccccF", .episodes = "0-0-9 90..90, "
	    "10-10-open 90..90", .clear_for = 4 },
	{ .name = "between keeps", .rows = "Fbbbcb", .episodes = "0-0-4 90..90" },
	{ .name = "hold", .rows = "FcccccccF", .episodes = "0-0-5 90..90, 8-8-open 90..90",
	    .hold = 5 },
	{ .name = "still fires", .rows = "ccF", .episodes = "2-2-open 90..90" },
	/* lost data never resolves, and is said */
	{ .name = "hole", .rows = "F?????c", .episodes = "0-0-6 90..90 stale" },
	{ .name = "no rows", .rows = "F     c", .episodes = "0-0-6 90..90 stale" },
	{ .name = "short hole", .rows = "F??Fc", .episodes = "0-0-4 90..90" },
	{ .name = "lost for good", .rows = "F      ", .episodes = "0-0-open 90..90 stale" },
	{ .name = "pending through a hole", .rows = "FFF???FFFF",
	    .episodes = "0-9-open 90..90", .fire_for = 5 },
	/* five minutes' rows and a stale time of three minutes: no row is lost */
	{ .name = "coarse rows", .rows = "FFFc", .episodes = "0-0-3 90..90", .stale = 3,
	    .step = 5 },
	{ .name = "coarse rows, for", .rows = "cFFFFc", .episodes = "1-3-5 90..90",
	    .fire_for = 10, .step = 5 },
	/* one episode as long as it flaps; steady an hour after the last turn */
	{ .name = "flapping", .rows = "FcFcFcFc", .episodes = "0-0-1 90..90, "
	    "2-2-67 90..90 flapping", .flap_changes = 2 },
	{ .name = "maintenance", .rows = "mmmFFc", .episodes = "3-3-5 90..90" },
	{ .name = "maintenance ends nothing", .rows = "FmmFc", .episodes = "0-0-4 90..90" },
	/* 50 and 90 by turns are 70 on average */
	{ .name = "mean", .rows = "FcFcFcFcFcFcFcFcFc", .episodes = "", .take = RULE_MEAN,
	    .window = 10 },
	{ .name = "highest", .rows = "ccccccccFccccccccccccccccccccc",
	    .episodes = "8-8-19 90..90", .take = RULE_MAX, .window = 10 },
};

/* What was told, in rows. */
struct told { char text[512]; int64_t step_ns; };

static void
take(void *arg, const struct replay_episode *episode)
{
	struct told *told = arg;
	size_t n = strlen(told->text);
	char end[24] = "open";

	if (episode->resolved.ns != 0) {
		(void)snprintf(end, sizeof(end), "%d",
		    (int)((episode->resolved.ns - START) / told->step_ns));
	}
	(void)snprintf(told->text + n, sizeof(told->text) - n, "%s%d-%d-%s %g..%g%s%s",
	    n > 0 ? ", " : "", (int)((episode->since.ns - START) / told->step_ns),
	    (int)((episode->fired.ns - START) / told->step_ns), end, episode->value,
	    episode->worst, episode->flapping ? " flapping" : "",
	    episode->was_stale ? " stale" : "");
}

static struct rule
rule_of(const struct story *story)
{
	struct rule rule = {
		.fire = { .test = RULE_ABOVE, .high = 80, .for_ns = story->fire_for * MINUTE },
		.clear = { .test = RULE_BELOW, .low = 75, .for_ns = story->clear_for * MINUTE },
		.hold_ns = story->hold * MINUTE, .stale_ns = story->stale * MINUTE,
		.take = story->take, .window_ns = story->window * MINUTE,
	};

	return rule;
}

static double
value_of(char c)
{
	return c == '?' ? NAN : c == 'G' ? 95 : c == 'F' || c == 'm' ? 90 : c == 'b' ? 77 : 50;
}

static void
play(const struct story *story)
{
	const struct rule rule = rule_of(story);
	struct told told = { "", (story->step > 0 ? story->step : 1) * MINUTE };
	const struct replay_setup setup = { &rule, story->flap_changes, 60 * MINUTE, take,
	    &told };
	struct replay *replay = replay_new(&setup);
	unsigned n = (unsigned)strlen(story->rows);

	assert_non_null(replay);
	/* what may flap goes on as it ended */
	for (unsigned i = 0; i < (story->flap_changes > 0 ? 90 : n); i++) {
		char c = story->rows[i < n ? i : n - 1];
		struct replay_point point = { { START + i * told.step_ns }, told.step_ns,
		    value_of(c), c == 'm' };

		if (c != ' ') {
			replay_put(replay, &point);
			replay_put(replay, &point); /* the same row of the next page */
		}
	}
	replay_end(replay, (struct wall){ START + n * told.step_ns });
	if (strcmp(told.text, story->episodes) != 0) {
		fail_msg("%s: %s\n  not %s", story->name, told.text, story->episodes);
	}
}

static void
the_stories(void **state)
{
	(void)state;
	for (size_t s = 0; s < N(stories); s++) {
		play(&stories[s]);
	}
}

/* A week of made-up values by the minute: the replay fires when the machine does that
 * is stepped by hand. */
static void
as_the_machine(void **state)
{
	struct story story = { .fire_for = 3, .clear_for = 2, .hold = 5 };
	const struct rule rule = rule_of(&story);
	struct told told = { "", MINUTE };
	const struct replay_setup setup = { &rule, 5, 60 * MINUTE, take, &told };
	struct machine machine = { MINUTE, 5, 60 * MINUTE };
	struct condition condition = { 0 };
	struct replay *replay = replay_new(&setup);
	struct machine_events events;
	unsigned n_fired = 0, n_replayed = 0, seed = 7;

	(void)state;
	for (unsigned i = 0; i < 7 * 1440; i++) {
		struct replay_point point = { { START + i * MINUTE }, MINUTE, 0, false };
		struct judge_value value;
		size_t before;

		seed = seed * 1103515245u + 12345u;
		point.value = (seed >> 16) % 37 == 0 ? NAN :
		    77 + 8 * sin(i / 20.0) + (seed >> 16) % 5;
		value = judge_number(point.value);
		machine_step(&machine, &rule, &condition, &value,
		    (struct moment){ point.at, { point.at.ns } }, &events);
		for (unsigned e = 0; e < events.n; e++) {
			n_fired += events.kinds[e] == CHANGE_RESOLVED;
		}
		told.text[0] = '\0';
		before = strlen(told.text);
		replay_put(replay, &point);
		n_replayed += strlen(told.text) > before;
	}
	replay_end(replay, (struct wall){ START + 7 * 1440 * MINUTE });
	assert_true(n_fired > 20);
	assert_int_equal(n_replayed, n_fired);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stories),
		cmocka_unit_test(as_the_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
