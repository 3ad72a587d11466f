/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The survey: walks all places, racks and devices with equipment, slowly and
 * again and again, asks the store for their archives, and publishes what they
 * say as a table (past.h).
 *
 * It asks for a few series at a time and waits for nobody: neither polling nor
 * flushes nor pages notice it.
 *
 * Route: store's archives -> survey -> views, reports.  Thread: SURVEY, but for
 * what says otherwise.
 * Source: domain.md 2.3 formulas 4, 8, 9, 17; 2.4; DESIGN.md 4.7.
 */
#ifndef CAPACITY_SURVEY_H
#define CAPACITY_SURVEY_H

#include "capacity/past.h"
#include "config/config.h"
#include "state/state.h"
#include "store/store.h"

struct survey;

struct survey_setup {
	const struct clock *clock;
	struct store *store;
	struct state *state;       /* months that have ended; may be NULL */
	void (*wake)(void *arg);   /* asks the SURVEY thread for a step; any thread */
	void *wake_arg;
};

/* Errors: NULL when memory is out. */
struct survey *survey_new(const struct survey_setup *setup);
/* The store has been freed: no answer comes any more.  Tables taken live on. */
void survey_free(struct survey *survey);
/* Takes another configuration.  Thread: any. */
void survey_apply(struct survey *survey, const struct config *config);
/* thread_step_fn: asks for what is due, takes answers, publishes. */
struct mono survey_step(void *survey);
/* The newest table with a reference, or NULL before the first.  Thread: any. */
const struct past *survey_past(void *survey);
/* Answers that are awaited.  Thread: SURVEY. */
uint32_t survey_asked(const struct survey *survey);

#endif
