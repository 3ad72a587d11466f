/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others post to STATE: one kind of message per call of state.h.
 *
 * Route: any thread -> queue -> state_step.  Thread: made by any, owned by
 * STATE once posted.
 */
#ifndef STATE_POST_H
#define STATE_POST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/queue.h"
#include "config/config.h"
#include "state/state.h"

#include <sqlite3.h>

enum post_kind {
	POST_APPLY = 0,      /* inventory against ledger */
	POST_DAILY,
	POST_PLACES,
	POST_EVIDENCE,
	POST_GET_DAILY,
	POST_GET_LEDGER,
	POST_GET_PLACE,
	POST_EVENTS,
	POST_GET_EVENTS,
	POST_CHANGE,         /* a job that writes */
	POST_QUESTION,       /* a job that only reads */
	POST_KIND_N
};

/*
 * Work that a file of this room brings along.  run: on STATE, inside a
 * savepoint that is undone unless it returns 0.  done: once, on STATE (on the
 * poster's thread when the queue is full), after what run wrote is on the disk;
 * code is run's, or COL_EIO when the disk did not take it: then nothing of it
 * is kept.  arg is done's to free.
 */
struct post_job {
	int (*run)(sqlite3 *db, struct wall now, void *arg);
	void (*done)(void *arg, int code);
	void *arg;
};

struct post {
	enum post_kind kind;
	const struct config *config;             /* APPLY: one reference */
	struct daily daily;                      /* DAILY */
	struct evidence_row *rows;               /* EVIDENCE: owned */
	size_t n_rows;
	struct daily_place *places;              /* PLACES: owned */
	size_t n_places;
	int32_t day;                             /* PLACES */
	struct device_event *events;             /* EVENTS: owned */
	size_t n_events;
	int32_t from, to;                        /* GET_DAILY */
	char rack[64];                           /* GET_LEDGER; GET_PLACE: its id */
	enum entity_kind place_kind;             /* GET_PLACE */
	char device[64];                         /* GET_EVENTS */
	state_daily_fn *daily_fn;
	state_ledger_fn *ledger_fn;
	state_place_fn *place_fn;
	state_events_fn *events_fn;
	void *arg;
	struct post_job job;                     /* CHANGE, QUESTION */
	int code;                                /* of a job that has run */
	struct post *next;                       /* of those that wait for the disk */
};

struct post *post_new(enum post_kind kind);
/* False when the queue is full; the post is freed then. */
bool post_send(struct state *state, struct post *post);
/* Frees a post and what it owns; accepts NULL. */
void post_free(struct post *post);
/* Posts a job; its done comes in any case. */
void state_job(struct state *state, enum post_kind kind, const struct post_job *job);

/* The work of each kind, on STATE.  Returns 0 or COL_EIO, logged by the caller. */
int ledger_apply(sqlite3 *db, const struct config *config, struct wall now);
int ledger_get(sqlite3 *db, const struct post *post);
/*
 * Names of a rack's entries, its former ids included, for a SELECT that joins
 * the ledger by LEDGER_OF; ?1 is the rack.  An id counts up to entry hi, and as
 * long as no rename before seq had given it up.
 */
#define LEDGER_NAMES "WITH RECURSIVE names (id, hi, seq) AS (" \
	"SELECT ?1, 9223372036854775807, 9223372036854775807 UNION " \
	"SELECT r.was, r.upto, r.rowid FROM renamed r JOIN names n " \
	"ON r.id = n.id AND r.rowid < n.seq WHERE NOT EXISTS (SELECT 1 FROM " \
	"renamed x WHERE x.was = n.id AND x.rowid > r.rowid AND x.rowid < n.seq)) "
#define LEDGER_OF "ledger l JOIN names n ON l.rack = n.id AND l.id <= n.hi AND " \
	"l.id > COALESCE((SELECT MAX(upto) FROM renamed " \
	"WHERE was = n.id AND rowid < n.seq), 0)"
/* now is when it was counted. */
int daily_put(sqlite3 *db, const struct daily *daily, struct wall now);
/* The province's zone, and the design power of a standard rack. */
struct restate_setup {
	const char *zone;
	double standard_w;
	const struct inventory *inventory;   /* applied last; NULL: none yet */
	/* of a place: only its racks count; NULL: all do */
	const struct post *of;
	bool (*has)(const struct restate_setup *setup, const char *rack);
};
/*
 * Adds to days (ascending) what the ledger has learned of them since they were
 * counted at known[i]; each is left alone where known[i] is 0.
 */
int restate_days(sqlite3 *db, const struct restate_setup *setup,
    struct daily *days, const struct wall *known, size_t n);
int places_put(sqlite3 *db, int32_t day, const struct daily_place *rows, size_t n);
int places_get(sqlite3 *db, const struct post *post,
    const struct restate_setup *setup);
int daily_get(sqlite3 *db, const struct post *post,
    const struct restate_setup *setup);
int evidence_put(sqlite3 *db, const struct evidence_row *rows, size_t n_rows);
int evidence_load(sqlite3 *db, state_evidence_fn *fn, void *arg);
/* Adds those that are new and drops what a device has beyond its newest. */
int events_put(sqlite3 *db, const struct device_event *events, size_t n_events);
int events_get(sqlite3 *db, const struct post *post);
/* Forgets devices that left the inventory a week ago. */
int events_forget(sqlite3 *db, const struct inventory *inventory, struct wall now);
/* Takes a day only when the table lacks it. */
int daily_fill(sqlite3 *db, const struct daily *daily, struct wall now);

#endif
