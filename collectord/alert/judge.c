/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/judge.h"

#include <string.h>

#include "model/states.h"

static bool
has_word(const struct rule_limit *limit, const struct judge_value *value)
{
	const struct col_state *state = states_find(value->states, value->number);

	for (size_t i = 0; state != NULL && limit->words[i] != NULL; i++) {
		if (strcmp(limit->words[i], state->word) == 0) {
			return true;
		}
	}
	return false;
}

static bool
is_worse(const struct rule_limit *limit, const struct judge_value *value)
{
	const struct col_state *state = states_find(value->states, value->number);

	return state != NULL && (int)state->severity >= limit->severity;
}

bool
judge_meets(const struct rule_limit *limit, const struct judge_value *value)
{
	double number = value->number;

	if (!value->known) {
		return limit->test == RULE_MISSING;
	}
	switch (limit->test) {
	case RULE_ABOVE:
		return number > limit->high;
	case RULE_BELOW:
		return number < limit->low;
	case RULE_OUTSIDE:
		return number < limit->low || number > limit->high;
	case RULE_INSIDE:
		return number >= limit->low && number <= limit->high;
	case RULE_EQUALS:
		return limit->words != NULL ? has_word(limit, value) :
		    number >= limit->low && number <= limit->high;
	case RULE_WORSE:
		return is_worse(limit, value);
	case RULE_CHANGES:
		return value->has_before && (number < value->before ||
		    number > value->before);
	case RULE_NEVER:
	case RULE_MISSING:
	case RULE_TEST_N:
		break;
	}
	return false;
}

enum judged
judge(const struct rule *rule, const struct judge_value *value)
{
	if (judge_meets(&rule->fire, value)) {
		return JUDGED_FIRE;
	}
	if (!value->known) {
		return JUDGED_UNKNOWN;
	}
	if (rule->clear.test != RULE_NEVER) {
		return judge_meets(&rule->clear, value) ? JUDGED_CLEAR : JUDGED_BETWEEN;
	}
	return rule->fire.test == RULE_CHANGES && !value->has_before ?
	    JUDGED_BETWEEN : JUDGED_CLEAR;
}

double
judge_limit(const struct rule_limit *limit, double number)
{
	switch (limit->test) {
	case RULE_ABOVE:
		return limit->high;
	case RULE_BELOW:
		return limit->low;
	case RULE_OUTSIDE:
	case RULE_INSIDE:
		return number < limit->low ? limit->low : limit->high;
	case RULE_EQUALS:
		return limit->words != NULL ? NAN : limit->low;
	case RULE_NEVER:
	case RULE_WORSE:
	case RULE_CHANGES:
	case RULE_MISSING:
	case RULE_TEST_N:
		break;
	}
	return NAN;
}

bool
judge_quiet(const struct rule_limit *limit, double *ret_low, double *ret_high)
{
	switch (limit->test) {
	case RULE_ABOVE:
		*ret_low = -INFINITY;
		*ret_high = limit->high;
		return true;
	case RULE_BELOW:
		*ret_low = limit->low;
		*ret_high = INFINITY;
		return true;
	case RULE_OUTSIDE:
		*ret_low = limit->low;
		*ret_high = limit->high;
		return true;
	case RULE_NEVER:
	case RULE_INSIDE:
	case RULE_EQUALS:
	case RULE_WORSE:
	case RULE_CHANGES:
	case RULE_MISSING:
	case RULE_TEST_N:
		break;
	}
	return false;
}
