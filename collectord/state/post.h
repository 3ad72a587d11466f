/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others post to STATE: one kind of message per call of state.h.
 *
 * Route: any thread -> queue -> state_step.  Thread: made by any, owned by
 * STATE once posted.
 */
#ifndef STATE_POST_H
#define STATE_POST_H

#include <stddef.h>

#include "base/clock.h"
#include "base/queue.h"
#include "config/config.h"
#include "state/state.h"

#include <sqlite3.h>

enum post_kind {
	POST_APPLY = 0,      /* inventory against ledger */
	POST_DAILY,
	POST_EVIDENCE,
	POST_GET_DAILY,
	POST_GET_LEDGER,
	POST_EVENTS,
	POST_GET_EVENTS,
	POST_KIND_N
};

struct post {
	enum post_kind kind;
	const struct config *config;             /* APPLY: one reference */
	struct daily daily;                      /* DAILY */
	struct evidence_row *rows;               /* EVIDENCE: owned */
	size_t n_rows;
	struct device_event *events;             /* EVENTS: owned */
	size_t n_events;
	int32_t from, to;                        /* GET_DAILY */
	char rack[64];                           /* GET_LEDGER */
	char device[64];                         /* GET_EVENTS */
	state_daily_fn *daily_fn;
	state_ledger_fn *ledger_fn;
	state_events_fn *events_fn;
	void *arg;
	struct post *next;                       /* of those that wait for the disk */
};

/* Frees a post and what it owns; accepts NULL. */
void post_free(struct post *post);

/* The work of each kind, on STATE.  Returns 0 or COL_EIO, logged by the caller. */
int ledger_apply(sqlite3 *db, const struct config *config, struct wall now);
int ledger_get(sqlite3 *db, const struct post *post);
int daily_put(sqlite3 *db, const struct daily *daily);
int daily_get(sqlite3 *db, const struct post *post);
int evidence_put(sqlite3 *db, const struct evidence_row *rows, size_t n_rows);
int evidence_load(sqlite3 *db, state_evidence_fn *fn, void *arg);
/* Adds those that are new and drops what a device has beyond its newest. */
int events_put(sqlite3 *db, const struct device_event *events, size_t n_events);
int events_get(sqlite3 *db, const struct post *post);
/* Forgets devices that left the inventory a week ago. */
int events_forget(sqlite3 *db, const struct inventory *inventory, struct wall now);
/* Takes a day only when the table lacks it. */
int daily_fill(sqlite3 *db, const struct daily *daily);

#endif
