/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger of all racks as a list of changes, newest first: who wrote what
 * down, when, why and from which file; and the racks that went back to an
 * earlier state without a reason.
 *
 * Route: http asks by callback.  Thread: STATE runs it; posts from any.
 */
#ifndef STATE_CHANGES_H
#define STATE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct state;

enum change_kind {
	CHANGE_STATE = 0, CHANGE_RESERVATION, CHANGE_MAINTENANCE, CHANGE_DESIGN,
	CHANGE_RENAME, CHANGE_KIND_N
};
/* The words of the API, in the order of the enum. */
#define CHANGE_KINDS "state|reservation|maintenance|design|rename"
const char *change_kind_text(enum change_kind kind);

/* Where a list goes on: behind entry, and behind that rename which follows it. */
struct change_at { int64_t entry, rename; };

struct change {
	struct change_at place;            /* rename 0: an entry of the ledger */
	enum change_kind kind;
	char rack[64];                     /* as it was called then */
	char state[24];                    /* "in_service", "reserved", "released",
	                                    * "maintenance", "design", "renamed" */
	struct wall at;                    /* since when it holds */
	struct wall written;               /* when we learned of it */
	bool has_design;
	double design_w;
	char subject[96];                  /* reserved for; of a rename the former id */
	struct wall until;                 /* 0: open */
	int64_t voids;                     /* entry that this one puts right, 0: none */
	bool voided;                       /* a later one puts it right */
	char actor[64], reason[256], source[256];
};

#define CHANGES_MAX 1001
struct changes_query {
	char rack[64];                     /* with all its former ids; "": all racks */
	unsigned kinds;                    /* bits of enum change_kind */
	struct wall from, to;              /* written then, inclusive */
	bool has_before;
	struct change_at before;           /* only what is older */
	unsigned limit;                    /* 1..CHANGES_MAX */
};

typedef void state_changes_fn(void *arg, int code, const struct change *changes,
    size_t n_changes);
/* fn once, on STATE, borrows changes. */
void state_get_changes(struct state *state, const struct changes_query *query,
    state_changes_fn *fn, void *arg);

/* A rack whose newest state is earlier in life than the one before. */
struct backwards {
	char rack[64];                     /* as it is called now */
	char ledger[24];                   /* the state before, as the ledger has it */
	char inventory[24];                /* the state that the file says */
	struct wall ledger_at, at;         /* since when each */
	struct wall written;               /* when the file was first read so */
	char source[256];                  /* the file */
};
typedef void state_backwards_fn(void *arg, int code, const struct backwards *racks,
    size_t n_racks);
/* Sorted by rack.  fn once, on STATE, borrows racks. */
void state_get_backwards(struct state *state, state_backwards_fn *fn, void *arg);

#endif
