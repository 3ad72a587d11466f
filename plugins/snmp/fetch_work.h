/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of fetch: its state, and what its files call of each other.
 *
 * Route: fetch.c (requests, replies, limits) <-> fetch_get.c, fetch_walk.c.
 * Thread: that of the device.
 */
#ifndef SNMP_FETCH_WORK_H
#define SNMP_FETCH_WORK_H

#include "fetch.h"

#define FETCH_NAMES_MAX (FETCH_VARBINDS_MAX + 2)

/* sysUpTime.0 and the object before it.  Source: RFC 3418. */
extern const struct objref fetch_uptime_instance;
extern const struct objref fetch_uptime_object;

/* Where the walk of one column stands. */
struct fetch_cursor {
	size_t column;
	size_t n_rows;
	bool done;
	struct objid last;
};

struct fetch {
	struct fetch_job job;
	struct fetch_result result;
	bool has_uptime;         /* still asked for */
	bool knocking;           /* sysUpTime alone goes first */
	bool reordered;          /* todo is not in the job's order any more */
	bool by_bulk;            /* the chunk in flight is asked by GETBULK */
	unsigned n_smaller;      /* silences met by a smaller request */
	unsigned unproven[2];    /* silent about this size: names, bulk */
	int64_t asked_ns;        /* the request in flight */
	int64_t longest_ns;      /* round trip so far */
	size_t n_requests, n_varbinds;
	size_t *todo;            /* indexes into job.gets */
	size_t head;             /* first that is not answered */
	size_t n_chunk;          /* of todo, in the request in flight */
	unsigned n_cursors;
	unsigned n_asked;        /* cursors in the request in flight */
	size_t next_column;
	struct engine_request request; /* in flight */
	size_t n_names;
	struct objref names[FETCH_NAMES_MAX];
	struct objref expected[FETCH_NAMES_MAX]; /* with by_bulk */
	uint8_t places[FETCH_NAMES_MAX]; /* of the chunk's in the answer */
	struct fetch_cursor cursors[FETCH_WIDTH];
};

/* Sends what comes next, or ends; may free the fetch. */
void fetch_next(struct fetch *fetch);
/* Ends; may free the fetch.  detail NULL with ENGINE_ANSWER. */
void fetch_finish(struct fetch *fetch, enum engine_outcome outcome,
    const char *detail);
/* The request in flight is too large; false: it is as small as can be. */
bool fetch_too_large(struct fetch *fetch);
/* Looks at the sysUpTime that leads each answer; true when it is one. */
bool fetch_take_uptime(struct fetch *fetch, const struct varbind *vb);

/* Chooses the next names to get and fills the request. */
void fetch_get_fill(struct fetch *fetch);
/* Takes the answer to it; may free the fetch. */
void fetch_get_take(struct fetch *fetch, const struct engine_reply *reply);

/* Makes the GET at hand a GETBULK where that is much shorter. */
void fetch_bulk_fill(struct fetch *fetch);
/* Takes the answer to it; may free the fetch. */
void fetch_bulk_take(struct fetch *fetch, const struct engine_reply *reply);
/* It did not bring what was asked: GET from now on. */
void fetch_bulk_refuse(struct fetch *fetch);

/* Takes the answer's first value for the head of the list. */
void fetch_get_report(struct fetch *fetch, const struct varbind *vb);

/* Opens and closes cursors; false: no column is left to walk. */
bool fetch_walk_turn(struct fetch *fetch);
void fetch_walk_fill(struct fetch *fetch);
/* Takes the answer to it; may free the fetch. */
void fetch_walk_take(struct fetch *fetch, const struct engine_reply *reply);

#endif
