/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * engine: one value of one thing to one rule: the way from a number to an
 * episode that gauges, sensor, silent and folding share.
 *
 * Route: they look, conditions and machine decide, episodes keep.
 * Thread: FLOW.
 */
#ifndef ALERT_ENGINE_H
#define ALERT_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/conditions.h"
#include "alert/episodes.h"
#include "alert/instances.h"
#include "alert/take.h"
#include "alert/where.h"

struct folding;
struct sensor;

struct engine {
	const struct clock *clock;
	const struct config *config;    /* in force, one reference; NULL: none yet */
	uint32_t *feeds;                /* first feed of each rack */
	struct machine machine;
	struct instances *instances;
	struct conditions conditions;
	struct take **takes;            /* [n_rules]; NULL: needs none */
	struct episodes episodes;
	const struct sensor *sensor;    /* asked for profiles as polled; or NULL */
	struct folding *folding;        /* asked what folds a new episode; or NULL */
	uint64_t n_evaluated;           /* conditions looked at */
	uint32_t round;                 /* of passes over boards */
	/* open episodes of a run before this one, until the first configuration */
	struct alert *loaded;
	size_t n_loaded;
};

/* Copies what is open.  Errors: COL_ENOMEM. */
int engine_init(struct engine *engine, const struct alert_setup *setup,
    const struct alerts_loaded *loaded, struct outbox *outbox);
void engine_done(struct engine *engine);

/*
 * Takes a configuration over (its own reference): what is pending or fires goes
 * on where rule and thing are the same, the other episodes end.
 * Errors: COL_ENOMEM: the old one stays.
 */
int engine_adopt(struct engine *engine, const struct config *config);

/* A value of a thing at a slot.  value is what the source says; the rule's take
 * is made here. */
struct look {
	uint32_t rule, index, part;
	struct judge_value value;
	struct wall at;
};
void engine_look(struct engine *engine, const struct look *look);
/* The same for a condition that is known to be in the table. */
void engine_look_at(struct engine *engine, struct conditions_item *item,
    const struct look *look);

/* Time passes: what has no values turns stale, what is over is forgotten. */
void engine_idle(struct engine *engine);
/* How many conditions are pending. */
uint32_t engine_n_pending(const struct engine *engine);

static inline const struct rule *
engine_rule(const struct engine *engine, uint32_t number)
{
	return &engine->config->alerting.rules[number];
}

/* An alert as it begins: all but value, limit, texts.  Errors: COL_ENOENT. */
int engine_draft(const struct engine *engine, const struct rule *rule, struct thing thing,
    const char *instance, struct alert *ret_alert);
/* An episode is of this rule and thing, of the configuration in force. */
void engine_place(const struct engine *engine, struct episode *episode, uint32_t rule,
    struct thing thing);
/* True when the rule is on a device that there is, by its profile as polled. */
bool engine_selects_device(const struct engine *engine, const struct rule *rule,
    uint32_t device);
/* True when the rule is on the thing. */
bool engine_selects(const struct engine *engine, const struct rule *rule,
    struct thing thing, const char *instance);
/* The device that a thing is, or NONE. */
uint32_t engine_device(enum level level, uint32_t index);

#endif
