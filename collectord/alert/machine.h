/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * machine: the states of one condition (a rule on one thing) through time:
 * pending, firing, stale, hold, clear, flapping.  No I/O, no clock of its own.
 *
 * Samples count by their wall slots, timers by monotonic time; a replay gives
 * the slot for both.
 *
 * Route: gauges, sensor and the replay of rules step it; episodes act on what it
 * says.  Thread: the owner's.  Source: docs/alerts.md.
 */
#ifndef ALERT_MACHINE_H
#define ALERT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/judge.h"
#include "base/clock.h"
#include "model/alert.h"

/* Firings that are remembered; flap_changes beyond it counts as this. */
#define MACHINE_TURNS_MAX 16

/* What all conditions share. */
struct machine {
	int64_t interval_ns;    /* between samples: a longer gap does not count */
	unsigned flap_changes;  /* 0: nothing flaps */
	int64_t flap_window_ns;
};

struct moment {
	struct wall at;         /* slot of the sample */
	struct mono now;
};

/* Zeroed: OK, nothing known. */
struct condition {
	enum alert_state raw;   /* OK .. STALE, as the limits say */
	bool flapping;          /* told as firing until it has been steady */
	uint8_t last;           /* enum judged of the sample before */
	uint8_t n_turns;
	struct wall since;      /* first sample that met the fire limit */
	struct wall last_at;    /* slot of the sample before; 0: none */
	struct mono fired;      /* since when it fires */
	struct mono good;       /* when the last good value came */
	struct mono turned;     /* flapping: last firing or clearing */
	int64_t held_ns;        /* so long the limit of the next state has held */
	double value;           /* last good one */
	struct mono turns[MACHINE_TURNS_MAX]; /* firings, the oldest first */
};

/* What became of it in one step, in order; kinds FIRED, RESOLVED, STALE, FRESH,
 * FLAPPING, STEADY. */
struct machine_events {
	unsigned n;
	enum alert_change_kind kinds[3];
};

/* Looks at a value. */
void machine_step(const struct machine *machine, const struct rule *rule,
    struct condition *condition, const struct judge_value *value,
    struct moment when, struct machine_events *ret_events);
/* Lets time pass without a value: stale, steady. */
void machine_idle(const struct machine *machine, const struct rule *rule,
    struct condition *condition, struct mono now, struct machine_events *ret_events);
/* An episode of a run before this one, firing or stale; it has at least the
 * stale time from now. */
void machine_resume(struct condition *condition, const struct alert *alert,
    struct mono fired, struct mono now);

/* As it is told: FIRING as long as it flaps. */
enum alert_state machine_state(const struct condition *condition);
/* Nothing is lost when it is forgotten. */
bool machine_is_over(const struct machine *machine, const struct condition *condition,
    struct mono now);
/* When machine_idle has something to do at the earliest; .ns INT64_MAX: never. */
struct mono machine_due(const struct machine *machine, const struct rule *rule,
    const struct condition *condition);
int64_t machine_stale_ns(const struct machine *machine, const struct rule *rule);

#endif
