/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge: what a value says to the limits of a rule; nothing but comparisons.
 *
 * Route: gauges, sensor and the replay of rules ask, machine acts on the answer.
 * Thread: any.  Source: docs/alerts.md.
 */
#ifndef ALERT_JUDGE_H
#define ALERT_JUDGE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/rule.h"

enum judged {
	JUDGED_UNKNOWN = 0,    /* no good value: nothing can be said */
	JUDGED_FIRE,           /* the fire limit is met */
	JUDGED_CLEAR,          /* the clear limit is met */
	JUDGED_BETWEEN,        /* neither */
	JUDGED_N
};

struct judge_value {
	bool known;             /* a good value; else the rest means nothing */
	double number;          /* in the base unit */
	uint16_t states;        /* table of its words (model/states.h), 0: a number */
	bool has_before;        /* CHANGES: the good value before it */
	double before;
};

/* A number, unknown when it is NAN. */
static inline struct judge_value
judge_number(double number)
{
	struct judge_value value = { .known = !isnan(number), .number = number };

	return value;
}

/* True when value meets the limit; of a value that is not known only MISSING. */
bool judge_meets(const struct rule_limit *limit, const struct judge_value *value);
/*
 * Both limits of a rule.  Fire comes first; without a clear limit what does not
 * fire is clear.  CHANGES without a value before it is BETWEEN.
 */
enum judged judge(const struct rule *rule, const struct judge_value *value);
/* The limit that a value is beyond (OUTSIDE: of the two the one it has passed);
 * NAN where the limit is no number. */
double judge_limit(const struct rule_limit *limit, double number);

/*
 * A limit as an open interval of plain numbers, for passes over columns: what
 * lies in low..high certainly does not meet it.  False: every value must be
 * judged (EQUALS, states, CHANGES, MISSING).
 */
bool judge_quiet(const struct rule_limit *limit, double *ret_low, double *ret_high);

#endif
