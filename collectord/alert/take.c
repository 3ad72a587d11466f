/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window of 15 min to 1 h is laid on a grid of 15 buckets; the 16th is the
 * one that is being filled, so that what is compared covers a window and up to
 * one fifteenth more.
 */
#include <config.h>

#include "alert/take.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#define IN_WINDOW (TAKE_BUCKETS - 1)
#define HOUR_NS (3600 * NS_PER_S)

struct thing {
	uint64_t key;           /* index and part */
	struct wall seen;
	UT_hash_handle hh;
	struct take_window *window;
};

struct take {
	const struct rule *rule;
	struct thing *things;
};

bool
take_wanted(const struct rule *rule)
{
	return (rule->take != RULE_LAST && rule->window_ns > 0) ||
	    rule->fire.test == RULE_CHANGES || rule->clear.test == RULE_CHANGES;
}

static bool
has_buckets(const struct rule *rule)
{
	return rule->take != RULE_LAST && rule->window_ns > 0;
}

struct take_window *
take_window_new(const struct rule *rule)
{
	size_t n = has_buckets(rule) ? TAKE_BUCKETS : 0;

	return calloc(1, sizeof(struct take_window) + n * sizeof(struct take_bucket));
}

/* The bucket of a time, emptied when it was another's; NULL: older than all. */
static struct take_bucket *
bucket_of(struct take_window *window, int64_t number)
{
	struct take_bucket *bucket = &window->buckets[window->at];

	if (bucket->number == number) {
		return bucket;
	}
	if (bucket->number - number > IN_WINDOW) {
		/* the wall clock was set back: what was kept is of another time */
		memset(window->buckets, 0, TAKE_BUCKETS * sizeof(*bucket));
	} else if (number < bucket->number) {
		bucket = &window->buckets[(window->at + TAKE_BUCKETS -
		    (uint32_t)(bucket->number - number)) % TAKE_BUCKETS];
		return bucket->number == number ? bucket : NULL;
	}
	window->at = (uint32_t)((uint64_t)number % TAKE_BUCKETS);
	bucket = &window->buckets[window->at];
	memset(bucket, 0, sizeof(*bucket));
	bucket->number = number;
	return bucket;
}

static void
add(struct take_bucket *bucket, enum rule_take take, struct wall at, double number)
{
	switch (take) {
	case RULE_MEAN:
		bucket->value += number;
		break;
	case RULE_MAX:
		if (bucket->n == 0 || number > bucket->value) {
			bucket->value = number;
		}
		break;
	case RULE_MIN:
		if (bucket->n == 0 || number < bucket->value) {
			bucket->value = number;
		}
		break;
	case RULE_RATE:
		if (bucket->n == 0) {
			bucket->value = number;
		}
		break;
	case RULE_LAST:
	case RULE_TAKE_N:
		break;
	}
	if (bucket->n == 0) {
		bucket->first = at;
	}
	bucket->last = at;
	bucket->n++;
}

/* All buckets of the window that ends in the newest one. */
static struct take_bucket
sum_up(const struct take_window *window, enum rule_take take)
{
	int64_t newest = window->buckets[window->at].number;
	struct take_bucket sum = { 0 };

	for (uint32_t i = 0; i < TAKE_BUCKETS; i++) {
		const struct take_bucket *bucket = &window->buckets[i];
		bool is_older = sum.n == 0 || bucket->first.ns < sum.first.ns;

		if (bucket->n == 0 || newest - bucket->number > IN_WINDOW) {
			continue;
		}
		if (take == RULE_MEAN) {
			sum.value += bucket->value;
		} else if (sum.n == 0 || (take == RULE_MAX && bucket->value > sum.value) ||
		    (take == RULE_MIN && bucket->value < sum.value) ||
		    (take == RULE_RATE && is_older)) {
			sum.value = bucket->value;
		}
		if (is_older) {
			sum.first = bucket->first;
		}
		if (bucket->last.ns > sum.last.ns) {
			sum.last = bucket->last;
		}
		sum.n += bucket->n;
	}
	return sum;
}

static void
put_in_window(struct take_window *window, const struct rule *rule, struct wall at,
    struct judge_value *value)
{
	int64_t length = rule->window_ns / IN_WINDOW > 0 ? rule->window_ns / IN_WINDOW : 1;
	struct take_bucket *bucket = bucket_of(window, at.ns / length), sum;

	if (bucket != NULL && at.ns > 0) {
		add(bucket, rule->take, at, value->number);
	}
	sum = sum_up(window, rule->take);
	if (sum.n == 0 || sum.last.ns - sum.first.ns < rule->window_ns / 2) {
		value->known = false;
		return;
	}
	if (rule->take == RULE_MEAN) {
		value->number = sum.value / sum.n;
	} else if (rule->take == RULE_RATE) {
		value->number = (value->number - sum.value) * (double)HOUR_NS /
		    (double)(sum.last.ns - sum.first.ns);
	} else {
		value->number = sum.value;
	}
}

void
take_window_put(struct take_window *window, const struct rule *rule, struct wall at,
    struct judge_value *value)
{
	double number = value->number;

	if (!value->known) {
		return;
	}
	if (has_buckets(rule)) {
		put_in_window(window, rule, at, value);
	} else {
		value->has_before = window->has_last;
		value->before = window->last;
	}
	window->last = number;
	window->has_last = true;
}

/* ---- of all things that a rule is on -------------------------------------------- */

struct take *
take_new(const struct rule *rule)
{
	struct take *take = calloc(1, sizeof(*take));

	if (take != NULL) {
		take->rule = rule;
	}
	return take;
}

void
take_rebase(struct take *take, const struct rule *rule)
{
	take->rule = rule;
}

static void
forget(struct take *take, struct thing *thing)
{
	HASH_DEL(take->things, thing);
	free(thing->window);
	free(thing);
}

void
take_free(struct take *take)
{
	struct thing *thing, *next;

	if (take == NULL) {
		return;
	}
	HASH_ITER(hh, take->things, thing, next) {
		forget(take, thing);
	}
	free(take);
}

static struct thing *
thing_of(struct take *take, uint32_t index, uint32_t part)
{
	uint64_t key = (uint64_t)index << 32 | part;
	struct thing *thing;

	HASH_FIND(hh, take->things, &key, sizeof(key), thing);
	if (thing != NULL || take_count(take) >= TAKE_MAX) {
		return thing;
	}
	thing = calloc(1, sizeof(*thing));
	if (thing == NULL) {
		return NULL;
	}
	thing->window = take_window_new(take->rule);
	if (thing->window == NULL) {
		free(thing);
		return NULL;
	}
	thing->key = key;
	HASH_ADD(hh, take->things, key, sizeof(key), thing);
	return thing;
}

void
take_put(struct take *take, uint32_t index, uint32_t part, struct wall at,
    struct judge_value *value)
{
	struct thing *thing;

	if (!value->known) {
		return;
	}
	thing = thing_of(take, index, part);
	if (thing == NULL) {
		value->known = false;
		return;
	}
	thing->seen = at;
	take_window_put(thing->window, take->rule, at, value);
}

void
take_age(struct take *take, struct wall now)
{
	int64_t keep = 2 * take->rule->window_ns > HOUR_NS ? 2 * take->rule->window_ns :
	    HOUR_NS;
	struct thing *thing, *next;

	HASH_ITER(hh, take->things, thing, next) {
		if (now.ns - thing->seen.ns > keep && has_buckets(take->rule)) {
			forget(take, thing);
		}
	}
}

uint32_t
take_count(const struct take *take)
{
	return HASH_COUNT(take->things);
}
