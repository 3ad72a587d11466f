/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alert: runs the rules on what flow and capacity bring, keeps episodes, folds
 * what has one physical cause, and publishes what is open.
 *
 * Route: flow's hooks and boards -> rules -> episodes -> state (outbox) -> notify;
 * http takes the published list.  Thread: FLOW, but for alert_list, alert_acked
 * and alert_want (any).
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include "base/clock.h"
#include "config/config.h"
#include "flow/reading.h"
#include "model/alert.h"
#include "model/batch.h"
#include "model/gauge.h"
#include "state/alerts.h"
#include "state/state.h"

struct alerts;

/* What is open, immutable, reference-counted. */
struct alert_list {
	uint64_t number;                /* rises with every publication */
	struct wall as_of;
	uint32_t n;
	const struct alert *items;      /* by id */
	uint32_t n_pending;
	/* firing, not folded, not acknowledged, not silenced; by severity */
	uint32_t n_loud[SEVERITY_N];
	uint32_t n_evaluated;           /* conditions looked at in the last slot */
	/* per place of the inventory that they were made with: worst open severity
	 * + 1, 0: none; and how many firing */
	const uint8_t *worst[ENTITY_PLACE_N];
	const uint32_t *n_firing[ENTITY_PLACE_N];
	const uint8_t *worst_rack;      /* [inventory->n_racks] */
	const struct inventory *inventory; /* one reference */
};
const struct alert_list *alert_list_ref(const struct alert_list *list);
void alert_list_unref(const struct alert_list *list);   /* NULL is fine */

typedef void alert_published_fn(void *arg, const struct alert_list *list);
struct alert_setup {
	const struct clock *clock;
	struct state *state;
	alert_published_fn *published;  /* on FLOW; for event streams */
	/* on STATE, once they are on the disk, borrowed: for notify */
	void (*changed)(void *arg, const struct alert_change *changes, size_t n_changes);
	void *arg;
	void (*wake)(void *arg);        /* asks FLOW for a step; any thread; or NULL */
	void *wake_arg;
};

/* Takes the open episodes over.  Thread: MAIN, before FLOW.  NULL: no memory. */
struct alerts *alert_new(const struct alert_setup *setup, const struct alerts_loaded *loaded);
void alert_free(struct alerts *alerts);

/* hooks on FLOW */
void alert_config(void *alerts, const struct config *config);
void alert_record(void *alerts, const struct record *record);      /* a record_fn */
/* The end of a poll, with what it said of the device as a whole. */
void alert_polled(void *alerts, const struct batch *batch, const struct reading *reading);
/* Takes the board over.  NULL is fine. */
void alert_board(void *alerts, struct board *board);
struct mono alert_step(void *alerts);

/* What boards must have; changes with the configuration.  Thread: FLOW. */
const struct board_want *alert_want(const struct alerts *alerts);
/* When rules were last looked at as a whole; 0: not yet.  Thread: any. */
struct wall alert_evaluated(const struct alerts *alerts);
/* The newest list with a reference; never NULL.  Thread: any. */
const struct alert_list *alert_list(struct alerts *alerts);
/* An acknowledgement is on the disk.  Thread: any. */
void alert_acked(struct alerts *alerts, const struct alert *alert);

/*
 * Own alerts of the collector's, made by others of its threads: a receiver that
 * accepts nothing, a receiver that is gone, a canary that did not come back.
 * value NAN: unknown.  The rule on the gauge decides.  Thread: any.
 */
void alert_own(struct alerts *alerts, enum gauge gauge, const char *instance, double value);

#endif
