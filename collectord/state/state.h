/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state database (SQLite): ledger of rack states, daily counts, saved
 * evidence, events of devices; users.h, reserve.h, energy.h, alerts.h and
 * deliveries.h say what else.  One write connection on thread STATE; others post
 * and go on.
 *
 * Route: config and capacity post; http queries by callback.  Thread: STATE;
 * posts and queries from any.  Source: DESIGN.md 4.3 (states), 4.5 (/history).
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "config/config.h"
#include "model/event.h"

struct state;

struct state_setup {
	const struct clock *clock;
	const char *path;          /* file; ":memory:" for tests */
	void (*wake)(void *arg);
	void *wake_arg;
};

/* Opens or creates, migrates.  Errors: COL_EIO with the file and the remedy;
 * a damaged file is set aside as NAME.damaged-TIME and a new one begun. */
int state_new(const struct state_setup *setup, struct state **ret_state,
    struct col_error *error);
struct mono state_step(void *state);       /* thread_step_fn */
void state_free(struct state *state);

/*
 * Copies the database at path to a new file, consistent even while a daemon
 * writes to it, and checks the copy.  Thread: any; blocks.
 * Errors: COL_ENOENT, COL_EIO, COL_EPROTO (damaged); the text lacks the path.
 */
int state_copy(const char *path, const char *to, struct col_error *error);
/* Checks a database at rest or in use.  Errors: those of state_copy. */
int state_verify(const char *path, struct col_error *error);

/*
 * Appends what the inventory says otherwise than the ledger: states with their
 * dates ("since", "dates", else now), reservations, maintenance and design,
 * actor "inventory", source = file.  Nothing is rewritten: a date that was
 * wrong gets an entry that puts the old one right, a rename is an entry too.
 */
void state_apply(struct state *state, const struct config *config);

/* Counts of one local day of the province. */
struct daily { int32_t day; int64_t declared, verified, planned, standard; };
/* Writes or replaces a day, as counted now. */
void state_put_daily(struct state *state, const struct daily *daily);
/*
 * Takes days that the database lacks from a CSV: "date,declared,verified,
 * planned,standard" with that header.  Thread: MAIN at start, may block.
 * Errors: COL_EINVAL with file:line:column; nothing is taken then.
 */
int state_import_daily(struct state *state, const char *file, struct col_error *error);

typedef void state_daily_fn(void *arg, int code, const struct daily *days, size_t n_days);
/*
 * Days from..to inclusive, ascending, as counted then and with what the ledger
 * has learned since: racks that are imported today with dates of last year
 * count from last year.  fn once, on STATE, borrows days.
 */
void state_get_daily(struct state *state, int32_t from, int32_t to,
    state_daily_fn *fn, void *arg);

/* Counts of one local day of a place or operator. */
struct daily_place {
	enum entity_kind kind;     /* ENTITY_KIND_N: an operator */
	char id[64];
	int64_t declared, verified, contradicted, stale, unmonitored;
	int64_t planned, standard;
};
/* Writes or replaces a day of places.  Owns: takes rows, which free() frees. */
void state_put_places(struct state *state, int32_t day, struct daily_place *rows,
    size_t n_rows);
struct place_day { int32_t day; struct daily_place counts; };
typedef void state_place_fn(void *arg, int code, const struct place_day *days,
    size_t n_days);
/*
 * Days of one place as counted then, declared, planned and standard racks with
 * what the ledger has learned since of the racks that stand there today.  fn
 * once, on STATE, borrows days.
 */
void state_get_place(struct state *state, const struct daily_place *place, int32_t from,
    int32_t to, state_place_fn *fn, void *arg);

struct ledger_entry {
	struct wall at;            /* since when it holds */
	struct wall written;       /* when we learned of it */
	/* a rack state, or reserved, released, maintenance, maintenance_end, design */
	char state[24], actor[64], source[256];
	char reason[256];          /* "" when nobody gave one */
};
typedef void state_ledger_fn(void *arg, int code, const struct ledger_entry *entries,
    size_t n_entries);
/* The ledger of one rack, newest first, at most 200. */
void state_get_ledger(struct state *state, const char *rack,
    state_ledger_fn *fn, void *arg);

/* Events of one device that are kept: its newest. */
#define STATE_EVENTS_MAX 100
/*
 * Adds an event unless it is known (the same device, number, time, code,
 * sensor and instance).  Copies it.  Errors: COL_EFULL (too many wait).
 */
int state_put_event(struct state *state, const struct device_event *event);
typedef void state_events_fn(void *arg, int code, const struct device_event *events,
    size_t n_events);
/* The events of one device, newest first.  fn once, on STATE, borrows events. */
void state_get_events(struct state *state, const char *device,
    state_events_fn *fn, void *arg);

/* Saved evidence of all racks: an opaque text per rack, replaced as a whole. */
struct evidence_row { char rack[64]; char text[256]; };
/* Owns: takes rows, which free() frees. */
void state_put_evidence(struct state *state, struct evidence_row *rows, size_t n_rows);
typedef void state_evidence_fn(void *arg, const struct evidence_row *row);
/* Thread: MAIN at start, before the STATE thread; calls fn for each row. */
void state_load_evidence(struct state *state, state_evidence_fn *fn, void *arg);

#endif
