/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of the stored history a rule is played over: the things that it selects,
 * which series of each, and how values are made of those.
 *
 * Route: ctl replay -> here -> the daemon's /series -> alert's replay.
 * Thread: MAIN.  Source: docs/alerts.md.
 */
#ifndef CTL_REPLAY_H
#define CTL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/replay.h"
#include "alert/thing.h"
#include "config/config.h"
#include "ctl/ctl.h"

#define REPLAY_SERIES_MAX 16

/* What is asked for. */
struct replay_task {
	const struct ctl_args *args;
	const struct config *config;
	const struct rule *rule;
	const uint32_t *feeds;          /* of thing_feeds */
	const char *at;                 /* "site:zz1", NULL: everywhere */
	struct wall from, to;
};

/* One thing, or a part of it. */
struct replay_subject {
	struct thing thing;
	char instance[64];              /* "" or "L2", "inlet-top" */
	unsigned phase;                 /* of a feed */
};
struct replay_subjects { struct replay_subject *items; size_t n, room; };

/* Why the rule cannot be played over what is archived; NULL: it can. */
const char *replay_refusal(const struct rule *rule);
/* Those that rule, place and archive select; sensors are asked for.  CTL_OK or said
 * on stderr.  Owns: items, to be freed. */
int replay_select(const struct replay_task *task, struct replay_subjects *ret_subjects);

struct replay_series { char entity[ALERT_ENTITY_SIZE], metric[64], instance[64]; };
typedef double replay_value_fn(const struct replay_task *task,
    const struct replay_subject *subject, const double *values);
/* Which series a subject has, and what makes a value of one moment of them. */
struct replay_recipe {
	unsigned n;                     /* 0: it cannot be known, as without a breaker */
	struct replay_series series[REPLAY_SERIES_MAX];
	replay_value_fn *value;
};
/* Asks the daemon which probes a rack has.  CTL_OK or said on stderr. */
int replay_recipe(const struct replay_task *task, const struct replay_subject *subject,
    struct replay_recipe *ret_recipe);

/* What the archive gave. */
struct replay_basis {
	int64_t finest_s, coarsest_s;   /* rows; 0: there were none */
	uint64_t n_points, n_known;
};
/* Plays the rule over one subject; false in *ret_data: nothing is archived of it. */
int replay_play(const struct replay_task *task, const struct replay_subject *subject,
    struct replay *replay, struct replay_basis *basis, bool *ret_data);
/* How many questions that takes, about. */
uint64_t replay_cost(const struct replay_task *task, const struct replay_subjects *subjects);

#endif
