/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An alert: one episode of one rule on one thing, from its first firing until
 * it is resolved; and silences.  Plain values.
 *
 * Route: alert makes it, state keeps it, notify and http tell it.  Thread: any.
 */
#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/rule.h"

#define ALERT_ENTITY_SIZE 80    /* "rack:ID" */
#define ALERT_INSTANCE_SIZE 64
#define ALERT_TEXT_SIZE 384     /* UTF-8, cut at characters */

/* OK and PENDING are never kept: an episode begins with FIRING. */
enum alert_state { ALERT_OK = 0, ALERT_PENDING, ALERT_FIRING, ALERT_STALE, ALERT_RESOLVED,
	ALERT_STATE_N };
const char *alert_state_text(enum alert_state state);     /* "firing" */

/* What lies behind many alerts at once, physically. */
enum fold_by { FOLD_SUPPLY = 0, FOLD_REACH, FOLD_N };
const char *fold_text(enum fold_by by);                   /* "supply", "reach" */

/* Why an episode ended. */
enum alert_end { ALERT_END_NONE = 0, ALERT_END_CLEARED, ALERT_END_RULE_GONE,
	ALERT_END_ENTITY_GONE, ALERT_END_N };
const char *alert_end_text(enum alert_end end);           /* "cleared" */

struct alert {
	int64_t id;                     /* of the episode; > 0 */
	uint64_t fingerprint;           /* of rule, entity and instance: the same for all
					 * episodes of a thing */
	char rule[64];
	uint64_t rule_hash;
	enum severity severity;
	enum alert_state state;
	enum alert_end end;
	char entity[ALERT_ENTITY_SIZE]; /* "rack:ID", "feed:ID", "collector:self" */
	char instance[ALERT_INSTANCE_SIZE];
	/* ids of where it is, "" where none is above; for grouping and routing */
	char area[64], site[64], hall[64], row[64], rack[64];
	double value, limit;            /* NAN: none; value at the last change of state */
	char unit[16], word[64];        /* word: of a state metric */
	uint32_t count;                 /* things folded into it, itself not counted */
	int64_t under;                  /* episode that it is folded into; 0: none */
	bool flapping;
	struct wall since;              /* first sample that met the condition */
	struct wall fired, changed;     /* changed: last change of state or count */
	struct wall resolved;           /* 0: not yet */
	struct wall acked;              /* 0: nobody has */
	char acked_by[64], note[256];
	char summary_en[ALERT_TEXT_SIZE], summary_zh[ALERT_TEXT_SIZE];
	char advice_en[ALERT_TEXT_SIZE], advice_zh[ALERT_TEXT_SIZE];
};

/* What happened to one; one row of the outbox each. */
enum alert_change_kind {
	CHANGE_FIRED = 0, CHANGE_RESOLVED, CHANGE_STALE, CHANGE_FRESH, /* stale no more */
	CHANGE_ACKED, CHANGE_UNACKED, CHANGE_COUNT, CHANGE_FOLDED, CHANGE_UNFOLDED,
	CHANGE_FLAPPING, CHANGE_STEADY, ALERT_CHANGE_KIND_N
};
const char *alert_change_text(enum alert_change_kind kind); /* "fired" */

struct alert_change {
	int64_t seq;                    /* in the outbox; rises */
	enum alert_change_kind kind;
	struct wall at;
	struct alert alert;             /* after the change */
};

struct silence {
	int64_t id;
	char entity[ALERT_ENTITY_SIZE]; /* place, rack, feed or device; holds for all below */
	char rule[64];                  /* glob; "": all */
	char reason[256], author[64];
	bool maintenance;               /* a window: said so, not silenced by hand */
	struct wall created, from, until, ended; /* ended: early, 0: not */
};
struct silences {                       /* immutable, reference-counted */
	uint64_t number;
	uint32_t n;
	const struct silence *items;    /* by id */
};
/* Takes items (malloc'd) over.  Owns: one reference.  NULL: no memory. */
const struct silences *silences_new(uint64_t number, struct silence *items, uint32_t n);
const struct silences *silences_ref(const struct silences *silences);
void silences_unref(const struct silences *silences);     /* NULL is fine */
bool silence_active(const struct silence *silence, struct wall at);
/* The first that holds for an alert at a time, or NULL. */
const struct silence *silences_find(const struct silences *silences,
    const struct alert *alert, struct wall at);

#endif
