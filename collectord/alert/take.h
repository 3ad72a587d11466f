/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * take: what a rule makes of the values before they are compared: the mean,
 * the highest or lowest of a window, the rate of change per hour, and the value
 * before.  A window is a ring of buckets, so its memory is bounded; only what a
 * rule with a `take` is on has one.
 *
 * Route: engine asks it for rules that need it.  Thread: the owner's.
 * Source: docs/alerts.md.
 */
#ifndef ALERT_TAKE_H
#define ALERT_TAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/judge.h"
#include "base/clock.h"
#include "model/rule.h"

/* A window and the bucket that is being filled. */
#define TAKE_BUCKETS 16
/* Windows of one rule. */
#define TAKE_MAX 400000

struct take_bucket {
	int64_t number;         /* of the bucket on the grid; 0: unused */
	struct wall first, last; /* slots of samples in it */
	double value;           /* sum, extreme, or the first one (rate) */
	uint32_t n;
};

struct take_window {
	double last;            /* newest good value */
	bool has_last;
	uint32_t at;            /* bucket that is being filled */
	struct take_bucket buckets[]; /* TAKE_BUCKETS, or none: CHANGES alone */
};

struct take;

/* True when the rule needs one. */
bool take_wanted(const struct rule *rule);
/* Of one rule.  Errors: NULL when memory is out. */
struct take *take_new(const struct rule *rule);
void take_free(struct take *take);               /* NULL is fine */
/* Goes on with the same rule of a newer configuration. */
void take_rebase(struct take *take, const struct rule *rule);
/*
 * Puts the sample of a thing (index and part) in and makes value what the rule
 * compares.  It is unknown when the sample is, or when the window is less than
 * half covered.
 */
void take_put(struct take *take, uint32_t index, uint32_t part, struct wall at,
    struct judge_value *value);
/* Forgets windows into which nothing came for two windows and at least an hour. */
void take_age(struct take *take, struct wall now);
/* How much of memory it has. */
uint32_t take_count(const struct take *take);

/* The same for one window, for the replay of a rule.  NULL: no memory. */
struct take_window *take_window_new(const struct rule *rule);
void take_window_put(struct take_window *window, const struct rule *rule, struct wall at,
    struct judge_value *value);

#endif
