/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a list of objects and a list of columns from one agent, politely:
 * bounded requests, sizes that the agent can carry, sysUpTime with each.
 *
 * Route: reader -> fetch -> engine.  Thread: that of the device.
 * Source: RFC 3416 s.4.2; engine.md section 9 ("varbinds per request").
 */
#ifndef SNMP_FETCH_H
#define SNMP_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"
#include "fetch_limit.h"

#define FETCH_VARBINDS_MAX 60    /* per request */
#define FETCH_BYTES_MAX 1400     /* per request, estimated */
#define FETCH_WIDTH 6            /* columns walked at once */
#define FETCH_ROWS_MAX 4096      /* per column */
#define FETCH_TOTAL_MAX 40000    /* varbinds of one walk */

/* What an agent has been found to carry; lives with the device. */
struct fetch_limits {
	struct fetch_limit names; /* of a request, 1..FETCH_VARBINDS_MAX */
	struct fetch_limit bulk; /* of an answer to GETBULK, the same range */
	unsigned ceiling;        /* never more than this */
	bool no_bulk;            /* GETNEXT only */
	bool plain_gets;         /* GETBULK did not bring known cells */
	uint8_t bulk_strikes;    /* how often, since it did */
};

struct fetch;

/* vb NULL: the agent had an error for this one. */
typedef void fetch_value_fn(void *arg, size_t index,
    const struct varbind *vb);
typedef void fetch_row_fn(void *arg, size_t column, const struct varbind *vb);

struct fetch_result {
	enum engine_outcome outcome;
	const char *detail;      /* for people, NULL when ANSWER */
	size_t n_answers;        /* PDUs that came */
	size_t n_values;         /* of gets and rows */
	size_t n_truncated;      /* columns cut by a bound or out of order */
	uint64_t uptime_ms;      /* COL_UPTIME_UNKNOWN when it has none */
};
typedef void fetch_done_fn(void *arg, const struct fetch_result *result);

/* What to read.  Lists are borrowed until done or cancel. */
struct fetch_job {
	const struct col_host *host;
	const struct engine_ops *ops;
	void *session;
	enum credential_version version;
	struct fetch_limits *limits;
	int64_t deadline_ns;
	const struct objref *gets;     /* instances */
	size_t n_gets;
	const uint16_t *sizes;         /* objid_encoded() of each, or NULL */
	uint64_t list;                 /* names gets for good (40 bits); 0: no */
	/* Of each of gets, or NULL: see struct plan.  With SNMPv3, where each
	 * byte of a request is encrypted and signed, rows go by GETBULK. */
	const struct objref *befores;
	const uint8_t *follows;
	const struct objref *columns;  /* walked after the gets */
	size_t n_columns;
	bool first_only;               /* one row of each column */
	bool knock_first;              /* ask for sysUpTime alone before all */
	int64_t *charge;               /* less one for each request; or NULL */
	fetch_value_fn *on_value;      /* NULL without gets */
	fetch_row_fn *on_row;          /* NULL without columns */
	fetch_done_fn *on_done;        /* last call; may free the fetch */
	void *arg;
};

/* No limit is known yet. */
void fetch_limits_init(struct fetch_limits *limits);
/*
 * What a profile says of its agents; ceiling 0: nothing.  Known cells are tried
 * by GETBULK again.
 */
void fetch_limits_bound(struct fetch_limits *limits, unsigned ceiling,
    bool no_bulk);
/* After a good poll: see fetch_limit.h. */
void fetch_limits_good_poll(struct fetch_limits *limits);

/*
 * Starts reading; without time left until the deadline it waits for fetch_go.
 * Errors: COL_ENOMEM, those of engine send.
 */
int fetch_start(const struct fetch_job *job, struct fetch **ret_fetch);
/* Asks nothing more, but keeps what was reached. */
void fetch_pause(struct fetch *fetch);
/*
 * Goes on after fetch_pause or after an end with ENGINE_TIMEOUT, with counts
 * of its own.  Errors: those of engine send.
 */
int fetch_go(struct fetch *fetch, int64_t deadline_ns);
/* PDUs that came since it started or went on. */
size_t fetch_answers(const struct fetch *fetch);
/* Columns that were walked to their ends. */
size_t fetch_columns_done(const struct fetch *fetch);
size_t fetch_columns(const struct fetch *fetch);
/* Cancels and frees; no function is called any more.  Accepts NULL. */
void fetch_free(struct fetch *fetch);

#endif
