/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay: one rule over stored values of one thing: the episodes that it would
 * have made, by the same take, judge and machine that run in the daemon.
 *
 * Folding, silences and receivers are no part of it: each firing counts.
 *
 * Route: collectorctl alerts replay gives it points and prints what comes.
 * Thread: the owner's.  Source: docs/alerts.md.
 */
#ifndef ALERT_REPLAY_H
#define ALERT_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/machine.h"
#include "model/rule.h"

struct replay_episode {
	struct wall since, fired;
	struct wall resolved;           /* 0: fires still at the end */
	double value;                   /* when it fired */
	double worst;                   /* farthest beyond the limit; NAN: not known */
	bool flapping, stale;           /* it flapped; it was stale at the end */
	bool was_stale;                 /* its data was lost in between */
};
typedef void replay_fn(void *arg, const struct replay_episode *episode);

struct replay_setup {
	const struct rule *rule;
	unsigned flap_changes;          /* as struct alerting */
	int64_t flap_window_ns;
	replay_fn *fn;                  /* called once per episode, when it has ended */
	void *arg;
};

/* One value; NAN: not known. */
struct replay_point {
	struct wall at;
	int64_t step_ns;                /* of the archive's rows here, > 0 */
	double value;
	bool muted;                     /* under maintenance: nothing begins */
};

struct replay;

/* Borrows the rule.  Errors: NULL: no memory. */
struct replay *replay_new(const struct replay_setup *setup);
/* Points in order of time; one that is not later than the one before is passed over. */
void replay_put(struct replay *replay, const struct replay_point *point);
/* Lets time pass until to and gives out what still fires; frees it. */
void replay_end(struct replay *replay, struct wall to);

#endif
