/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/replay.h"

#include <math.h>
#include <stdlib.h>

#include "alert/take.h"

/* Rows that are missing before a value counts as lost, as with intervals. */
#define STALE_ROWS 3

struct replay {
	struct replay_setup setup;
	struct rule rule;               /* a copy: stale_ns goes with the rows */
	struct machine machine;
	struct condition condition;
	struct take_window *window;     /* NULL: the rule needs none */
	struct replay_episode episode;
	bool open;
	struct wall last;
};

struct replay *
replay_new(const struct replay_setup *setup)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (replay == NULL) {
		return NULL;
	}
	replay->setup = *setup;
	replay->rule = *setup->rule;
	replay->machine.flap_changes = setup->flap_changes;
	replay->machine.flap_window_ns = setup->flap_window_ns;
	if (take_wanted(setup->rule)) {
		replay->window = take_window_new(setup->rule);
		if (replay->window == NULL) {
			free(replay);
			return NULL;
		}
	}
	return replay;
}

static void
give(struct replay *replay, struct wall resolved)
{
	replay->episode.resolved = resolved;
	replay->open = false;
	replay->setup.fn(replay->setup.arg, &replay->episode);
}

/* What the machine has said at a time. */
static void
act(struct replay *replay, const struct machine_events *events, struct wall at)
{
	struct replay_episode *episode = &replay->episode;

	for (unsigned i = 0; i < events->n; i++) {
		enum alert_change_kind kind = events->kinds[i];

		if (kind == CHANGE_FIRED && !replay->open) {
			*episode = (struct replay_episode){
				.since = replay->condition.since, .fired = at,
				.value = replay->condition.value,
				.worst = replay->condition.value };
			if (replay->condition.last == JUDGED_UNKNOWN) {
				episode->value = episode->worst = NAN; /* MISSING */
			}
			replay->open = true;
		} else if (kind == CHANGE_RESOLVED && replay->open) {
			give(replay, at);
		} else if (kind == CHANGE_FLAPPING) {
			episode->flapping = true;
		} else if (kind == CHANGE_STALE) {
			episode->stale = episode->was_stale = true;
		} else if (kind == CHANGE_FRESH) {
			episode->stale = false;
		}
	}
}

/* Timers that ran out before at, at their own times, as in the daemon. */
static void
pass(struct replay *replay, struct wall at)
{
	struct machine_events events;

	for (;;) {
		struct mono due = machine_due(&replay->machine, &replay->rule,
		    &replay->condition);

		if (due.ns >= at.ns || due.ns <= replay->last.ns) {
			return;
		}
		machine_idle(&replay->machine, &replay->rule, &replay->condition, due,
		    &events);
		replay->last.ns = due.ns;
		act(replay, &events, (struct wall){ due.ns });
	}
}

static void
keep_worst(struct replay *replay, double value)
{
	const struct rule_limit *fire = &replay->rule.fire;
	bool low = fire->test == RULE_BELOW || (fire->test == RULE_OUTSIDE &&
	    replay->episode.value < fire->low);

	if (!isnan(value) && !isnan(replay->episode.worst)) {
		replay->episode.worst = low ? fmin(replay->episode.worst, value) :
		    fmax(replay->episode.worst, value);
	}
}

void
replay_put(struct replay *replay, const struct replay_point *point)
{
	struct judge_value value = judge_number(point->value);
	struct moment when = { point->at, { point->at.ns } };
	int64_t least_ns = STALE_ROWS * point->step_ns;
	struct machine_events events;

	if (point->at.ns <= replay->last.ns) {
		return;
	}
	replay->machine.interval_ns = point->step_ns;
	/* rows coarser than the stale time are no gaps */
	replay->rule.stale_ns = replay->setup.rule->stale_ns > least_ns ?
	    replay->setup.rule->stale_ns : least_ns;
	pass(replay, point->at);
	replay->last = point->at;
	if (replay->window != NULL) {
		take_window_put(replay->window, &replay->rule, point->at, &value);
	}
	if (point->muted && !replay->open) {
		replay->condition.raw = ALERT_OK;
		replay->condition.last = JUDGED_UNKNOWN;
		return;
	}
	machine_step(&replay->machine, &replay->rule, &replay->condition, &value, when,
	    &events);
	if (replay->open && value.known) {
		keep_worst(replay, value.number);
	}
	act(replay, &events, point->at);
}

void
replay_end(struct replay *replay, struct wall to)
{
	pass(replay, to);
	if (replay->open) {
		give(replay, (struct wall){ 0 });
	}
	free(replay->window);
	free(replay);
}
