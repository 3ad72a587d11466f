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
	POST_KIND_N
};

struct post {
	enum post_kind kind;
	const struct config *config;             /* APPLY: one reference */
	struct daily daily;                      /* DAILY */
	struct evidence_row *rows;               /* EVIDENCE: owned */
	size_t n_rows;
	int32_t from, to;                        /* GET_DAILY */
	char rack[64];                           /* GET_LEDGER */
	state_daily_fn *daily_fn;
	state_ledger_fn *ledger_fn;
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
/* Takes a day only when the table lacks it. */
int daily_fill(sqlite3 *db, const struct daily *daily);

#endif
