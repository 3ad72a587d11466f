/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The raw state follows the limits alone: OK -> PENDING -> FIRING <-> STALE -> OK.
 * While a condition flaps, its firings and clearings are swallowed and its one
 * episode stays open; when nothing has turned for a window it is steady and
 * gets the raw state, which may be resolved.
 */
#include <config.h>

#include "alert/machine.h"

#include <string.h>

/* Samples may come a little late before a gap is one. */
#define GAP_NUMERATOR 5
#define GAP_DENOMINATOR 2
#define STALE_INTERVALS 3

static void
tell(struct machine_events *events, enum alert_change_kind kind)
{
	events->kinds[events->n++] = kind;
}

int64_t
machine_stale_ns(const struct machine *machine, const struct rule *rule)
{
	return rule->stale_ns > 0 ? rule->stale_ns :
	    STALE_INTERVALS * machine->interval_ns;
}

static unsigned
flap_changes(const struct machine *machine)
{
	return machine->flap_changes < MACHINE_TURNS_MAX ? machine->flap_changes :
	    MACHINE_TURNS_MAX;
}

/* Forgets firings that lie before the window. */
static void
age_turns(const struct machine *machine, struct condition *condition, struct mono now)
{
	unsigned n_old = 0;

	while (n_old < condition->n_turns &&
	    now.ns - condition->turns[n_old].ns >= machine->flap_window_ns) {
		n_old++;
	}
	condition->n_turns -= (uint8_t)n_old;
	memmove(condition->turns, condition->turns + n_old,
	    condition->n_turns * sizeof(condition->turns[0]));
}

/* Keeps a firing; true when there were too many of them. */
static bool
turns_too_often(const struct machine *machine, struct condition *condition,
    struct mono now)
{
	age_turns(machine, condition, now);
	if (condition->n_turns == MACHINE_TURNS_MAX) {
		condition->n_turns--;
		memmove(condition->turns, condition->turns + 1,
		    condition->n_turns * sizeof(condition->turns[0]));
	}
	condition->turns[condition->n_turns++] = now;
	return machine->flap_changes > 0 && condition->n_turns >= flap_changes(machine);
}

static void
fire(const struct machine *machine, struct condition *condition, struct mono now,
    struct machine_events *events)
{
	condition->raw = ALERT_FIRING;
	condition->held_ns = 0;
	condition->turned = now;
	if (condition->flapping) {
		return;
	}
	condition->fired = now;
	tell(events, CHANGE_FIRED);
	if (turns_too_often(machine, condition, now)) {
		condition->flapping = true;
		tell(events, CHANGE_FLAPPING);
	}
}

static void
clear(struct condition *condition, struct mono now, struct machine_events *events)
{
	condition->raw = ALERT_OK;
	condition->held_ns = 0;
	condition->turned = now;
	if (!condition->flapping) {
		tell(events, CHANGE_RESOLVED);
	}
}

/*
 * How long a limit that holds now has held since the sample before: nothing
 * after a gap or another answer, for the time without data does not count.
 */
static int64_t
held_since_last(const struct machine *machine, const struct condition *condition,
    enum judged judged, struct wall at)
{
	int64_t passed = at.ns - condition->last_at.ns;
	int64_t gap = machine->interval_ns * GAP_NUMERATOR / GAP_DENOMINATOR;

	if (condition->last != judged || condition->last_at.ns == 0 || passed < 0 ||
	    (machine->interval_ns > 0 && passed > gap)) {
		return 0;
	}
	return passed;
}

/* OK or PENDING. */
static void
step_quiet(const struct machine *machine, const struct rule *rule,
    struct condition *condition, enum judged judged, struct moment when,
    struct machine_events *events)
{
	if (judged != JUDGED_FIRE) {
		condition->raw = ALERT_OK;
		condition->held_ns = 0;
		return;
	}
	if (condition->raw == ALERT_OK) {
		condition->raw = ALERT_PENDING;
		condition->held_ns = 0;
		if (!condition->flapping) {
			condition->since = when.at;
		}
	} else {
		condition->held_ns += held_since_last(machine, condition, judged, when.at);
	}
	if (condition->held_ns >= rule->fire.for_ns) {
		fire(machine, condition, when.now, events);
	}
}

/* FIRING or STALE, with a value that is known. */
static void
step_loud(const struct machine *machine, const struct rule *rule,
    struct condition *condition, enum judged judged, struct moment when,
    struct machine_events *events)
{
	bool was_stale = condition->raw == ALERT_STALE;

	condition->raw = ALERT_FIRING;
	if (judged != JUDGED_CLEAR) {
		condition->held_ns = 0;
	} else {
		condition->held_ns += held_since_last(machine, condition, judged, when.at);
		if (condition->held_ns >= rule->clear.for_ns &&
		    when.now.ns - condition->fired.ns >= rule->hold_ns) {
			clear(condition, when.now, events);
			return;
		}
	}
	if (was_stale) {
		tell(events, CHANGE_FRESH);
	}
}

/* Flapping ends when nothing has turned for a window; what is about to fire
 * is not steady. */
static void
settle(const struct machine *machine, struct condition *condition, struct mono now,
    struct machine_events *events)
{
	if (!condition->flapping || condition->raw == ALERT_PENDING ||
	    now.ns - condition->turned.ns < machine->flap_window_ns) {
		return;
	}
	condition->flapping = false;
	condition->n_turns = 0;
	tell(events, CHANGE_STEADY);
	if (condition->raw == ALERT_OK) {
		tell(events, CHANGE_RESOLVED);
	}
}

void
machine_step(const struct machine *machine, const struct rule *rule,
    struct condition *condition, const struct judge_value *value,
    struct moment when, struct machine_events *ret_events)
{
	enum judged judged = judge(rule, value);

	ret_events->n = 0;
	if (judged == JUDGED_UNKNOWN) {
		condition->last = JUDGED_UNKNOWN;
		condition->last_at = when.at;
		machine_idle(machine, rule, condition, when.now, ret_events);
		return;
	}
	condition->good = when.now;
	if (value->known) {
		condition->value = value->number;
	}
	if (condition->raw == ALERT_OK || condition->raw == ALERT_PENDING) {
		step_quiet(machine, rule, condition, judged, when, ret_events);
	} else {
		step_loud(machine, rule, condition, judged, when, ret_events);
	}
	condition->last = (uint8_t)judged;
	condition->last_at = when.at;
	settle(machine, condition, when.now, ret_events);
}

void
machine_idle(const struct machine *machine, const struct rule *rule,
    struct condition *condition, struct mono now, struct machine_events *ret_events)
{
	ret_events->n = 0;
	if (condition->raw == ALERT_FIRING &&
	    now.ns - condition->good.ns >= machine_stale_ns(machine, rule)) {
		condition->raw = ALERT_STALE;
		condition->held_ns = 0;
		tell(ret_events, CHANGE_STALE);
	}
	settle(machine, condition, now, ret_events);
}

void
machine_resume(struct condition *condition, const struct alert *alert,
    struct mono fired, struct mono now)
{
	memset(condition, 0, sizeof(*condition));
	condition->raw = alert->state == ALERT_STALE ? ALERT_STALE : ALERT_FIRING;
	condition->flapping = alert->flapping;
	condition->since = alert->since;
	condition->fired = fired;
	condition->good = now;
	condition->turned = now;
	condition->value = alert->value;
}

enum alert_state
machine_state(const struct condition *condition)
{
	if (condition->flapping && condition->raw != ALERT_STALE) {
		return ALERT_FIRING;
	}
	return condition->raw;
}

bool
machine_is_over(const struct machine *machine, const struct condition *condition,
    struct mono now)
{
	const struct mono *newest = &condition->turns[condition->n_turns > 0 ?
	    condition->n_turns - 1 : 0];

	return condition->raw == ALERT_OK && !condition->flapping &&
	    (condition->n_turns == 0 || machine->flap_changes == 0 ||
	    now.ns - newest->ns >= machine->flap_window_ns);
}

struct mono
machine_due(const struct machine *machine, const struct rule *rule,
    const struct condition *condition)
{
	struct mono due = { INT64_MAX };

	if (condition->raw == ALERT_FIRING) {
		due.ns = condition->good.ns + machine_stale_ns(machine, rule);
	}
	if (condition->flapping && condition->raw != ALERT_PENDING &&
	    condition->turned.ns + machine->flap_window_ns < due.ns) {
		due.ns = condition->turned.ns + machine->flap_window_ns;
	}
	return due;
}
