/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GETs go out in chunks from a list of what is still to do; what an agent
 * cannot answer is taken out of the chunk and the rest sent again, which is
 * also how v1 agents report a missing object.  Walks keep a cursor per column
 * and ask for several columns in one GETBULK.  Each column must ascend and
 * stay inside itself, so no walk is endless.
 */
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MAX (FETCH_VARBINDS_MAX + 2)
#define REPEAT_MAX 32
#define REQUESTS_MAX 8192   /* of one fetch, against any loop */
#define SMALLER_MAX 2       /* silences of one fetch that are met by less */
/* Good polls until a limit grows by a quarter.  Source: engine.md s.9. */
#define GROW_AFTER 100
/* Names the list of sysUpTime alone, beyond those of jobs. */
#define LIST_KNOCK UINT64_MAX

/* sysUpTime.0 and the object before it.  Source: RFC 3418. */
static const uint32_t uptime_subs[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
static const struct objref uptime_instance = {uptime_subs, 9};
static const struct objref uptime_object = {uptime_subs, 8};

struct cursor {
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
	unsigned n_smaller;      /* silences met by a smaller request */
	size_t n_requests, n_varbinds;
	size_t *todo;            /* indexes into job.gets */
	size_t head;             /* first that is not answered */
	size_t n_chunk;          /* of todo, in the request in flight */
	struct cursor cursors[FETCH_WIDTH];
	unsigned n_cursors;
	unsigned n_asked;        /* cursors in the request in flight */
	size_t next_column;
	struct objref names[NAMES_MAX];
	size_t n_names;
	struct engine_request request; /* in flight */
	bool reordered;          /* todo is not in the job's order any more */
};

static void next_request(struct fetch *fetch);

void
fetch_free(struct fetch *fetch)
{
	if (fetch != NULL) {
		fetch->job.ops->cancel(fetch->job.session);
		free(fetch->todo);
		free(fetch);
	}
}

static void
finish(struct fetch *fetch, enum engine_outcome outcome, const char *detail)
{
	fetch->result.outcome = outcome;
	fetch->result.detail = detail;
	fetch->job.on_done(fetch->job.arg, &fetch->result);
}

/* ---- limits ----------------------------------------------------------------------- */

void
fetch_limits_init(struct fetch_limits *limits)
{
	*limits = (struct fetch_limits){.max_varbinds = FETCH_VARBINDS_MAX,
	    .max_bulk = FETCH_VARBINDS_MAX};
}

static void
grow(unsigned *limit)
{
	*limit += *limit / 4 + 1;
	if (*limit > FETCH_VARBINDS_MAX) {
		*limit = FETCH_VARBINDS_MAX;
	}
}

void
fetch_limits_grow(struct fetch_limits *limits)
{
	if ((limits->max_varbinds < FETCH_VARBINDS_MAX ||
	    limits->max_bulk < FETCH_VARBINDS_MAX) &&
	    ++limits->n_good >= GROW_AFTER) {
		limits->n_good = 0;
		grow(&limits->max_varbinds);
		grow(&limits->max_bulk);
	}
}

/* The limit that the request in flight has gone up to. */
static unsigned *
limit_of(struct fetch *fetch)
{
	return fetch->request.verb == ENGINE_GETBULK ?
	    &fetch->job.limits->max_bulk : &fetch->job.limits->max_varbinds;
}

/* False when a request cannot get any smaller. */
static bool
shrink(struct fetch *fetch)
{
	unsigned *limit = limit_of(fetch);

	if (*limit > 1) {
		*limit /= 2;
		fetch->job.limits->n_good = 0;
		return true;
	}
	if (fetch->has_uptime) {
		fetch->has_uptime = false;
		return true;
	}
	return false;
}

/* Looks at the sysUpTime that leads each answer; true when it is one. */
static bool
take_uptime(struct fetch *fetch, const struct varbind *vb)
{
	if (objid_compare(vb->name, uptime_instance) != 0) {
		return false;
	}
	if (vb->type == VARBIND_TICKS) {
		fetch->result.uptime_ms = vb->counter * 10;
	} else {
		fetch->has_uptime = false;
	}
	return true;
}

/* ---- GET --------------------------------------------------------------------- */

static void
report_head(struct fetch *fetch, const struct varbind *vb)
{
	fetch->job.on_value(fetch->job.arg, fetch->todo[fetch->head], vb);
	fetch->result.n_values += vb != NULL;
	fetch->head++;
	fetch->n_chunk--;
}

/* Moves item i of the chunk to its head, so that it can be reported. */
static void
bring_forward(struct fetch *fetch, size_t i)
{
	size_t *at = fetch->todo + fetch->head;
	size_t item = at[i];

	memmove(at + 1, at, i * sizeof(*at));
	at[0] = item;
	fetch->reordered = fetch->reordered || i > 0;
}

/* index is 1-based in the request; 0 or nonsense: nobody knows which. */
static void
take_get_error(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t offset = fetch->has_uptime ? 1 : 0;
	size_t index = reply->error_index;

	if (reply->error_status == ENGINE_TOO_BIG ||
	    index == 0 || index > offset + fetch->n_chunk) {
		if (!shrink(fetch)) {
			report_head(fetch, NULL);
		}
	} else if (index <= offset) {
		fetch->has_uptime = false;
	} else {
		bring_forward(fetch, index - offset - 1);
		report_head(fetch, NULL);
	}
	next_request(fetch);
}

static const struct varbind *
find_answer(const struct engine_reply *reply, size_t likely,
    struct objref name)
{
	if (likely < reply->n_varbinds &&
	    objid_compare(reply->varbinds[likely].name, name) == 0) {
		return &reply->varbinds[likely];
	}
	for (size_t i = 0; i < reply->n_varbinds; i++) {
		if (objid_compare(reply->varbinds[i].name, name) == 0) {
			return &reply->varbinds[i];
		}
	}
	return NULL;
}

static void
take_get(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t offset = fetch->has_uptime ? 1 : 0, n = fetch->n_chunk;
	bool is_short = reply->n_varbinds < offset + n;

	if (offset == 1 && reply->n_varbinds > 0) {
		(void)take_uptime(fetch, &reply->varbinds[0]);
	}
	for (size_t i = 0; i < n; i++) {
		struct objref name =
		    fetch->job.gets[fetch->todo[fetch->head]];
		const struct varbind *vb = find_answer(reply, offset + i,
		    name);
		if (vb == NULL && is_short && i > 0) {
			break; /* cut short: ask for the rest again */
		}
		report_head(fetch, vb);
	}
	if (is_short) {
		(void)shrink(fetch);
	}
	next_request(fetch);
}

static void
fill_gets(struct fetch *fetch, struct engine_request *request)
{
	size_t bytes = 0, n = 0, offset = fetch->has_uptime ? 1 : 0;
	unsigned max = fetch->job.limits->max_varbinds;

	if (fetch->has_uptime) {
		fetch->names[0] = uptime_instance;
	}
	while (fetch->head + n < fetch->job.n_gets && n < max &&
	    offset + n < NAMES_MAX) {
		struct objref name =
		    fetch->job.gets[fetch->todo[fetch->head + n]];
		/* Name, sequence header, and a number's worth of value. */
		bytes += objid_encoded(name) + 4 + 8;
		if (n > 0 && bytes > FETCH_BYTES_MAX - 150) {
			break;
		}
		fetch->names[offset + n++] = name;
	}
	fetch->n_chunk = n;
	fetch->n_names = offset + n;
	request->verb = ENGINE_GET;
	/* Below the job's number: which part of its list.  All fit. */
	if (fetch->job.list != 0 && !fetch->reordered) {
		request->list = fetch->job.list << 24 |
		    (uint64_t)fetch->head << 8 | n << 1 | offset;
	}
}

/* ---- walks ---------------------------------------------------------------------- */

/* One cell of a walk.  False ends the whole fetch. */
static bool
take_cell(struct fetch *fetch, struct cursor *cursor, const struct varbind *vb)
{
	struct objref column = fetch->job.columns[cursor->column];

	if (cursor->done) {
		return true;
	}
	if (varbind_missing(vb) || !objid_under(column, vb->name) ||
	    vb->name.n == column.n) {
		cursor->done = true;
		return true;
	}
	if (objid_compare(vb->name, objid_ref(&cursor->last)) <= 0) {
		cursor->done = true;
		fetch->result.n_truncated++;
		return true;
	}
	objid_copy(&cursor->last, vb->name);
	fetch->job.on_row(fetch->job.arg, cursor->column, vb);
	fetch->result.n_values++;
	cursor->n_rows++;
	if (fetch->job.first_only) {
		cursor->done = true;
	} else if (cursor->n_rows >= FETCH_ROWS_MAX) {
		cursor->done = true;
		fetch->result.n_truncated++;
	}
	return ++fetch->n_varbinds < FETCH_TOTAL_MAX;
}

static void
take_walk_error(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t offset = fetch->has_uptime ? 1 : 0;
	size_t index = reply->error_index;

	if (index > offset && index <= offset + fetch->n_asked &&
	    reply->error_status != ENGINE_TOO_BIG) {
		/* v1 says so at the end of the tree. */
		fetch->cursors[index - offset - 1].done = true;
	} else if (index == 1 && offset == 1 &&
	    reply->error_status != ENGINE_TOO_BIG) {
		fetch->has_uptime = false;
	} else if (!shrink(fetch)) {
		for (unsigned i = 0; i < fetch->n_asked; i++) {
			fetch->cursors[i].done = true;
			fetch->result.n_truncated++;
		}
	}
	next_request(fetch);
}

static void
take_walk(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t i = 0;

	if (fetch->has_uptime && reply->n_varbinds > 0) {
		if (!take_uptime(fetch, &reply->varbinds[0])) {
			fetch->has_uptime = false;
		}
		i = 1;
	}
	if (reply->n_varbinds <= i) {
		/* Legal when nothing fits; then ask for less. */
		if (!shrink(fetch)) {
			finish(fetch, ENGINE_BROKEN, "empty answers to a walk");
			return;
		}
		next_request(fetch);
		return;
	}
	for (size_t k = 0; i < reply->n_varbinds; i++, k++) {
		if (!take_cell(fetch, &fetch->cursors[k % fetch->n_asked],
		    &reply->varbinds[i])) {
			finish(fetch, ENGINE_BROKEN, "endless walk");
			return;
		}
	}
	next_request(fetch);
}

/* Varbinds that one answer of a walk may have. */
static unsigned
walk_limit(const struct fetch *fetch)
{
	return fetch->job.version == CREDENTIAL_V1 ?
	    fetch->job.limits->max_varbinds : fetch->job.limits->max_bulk;
}

/* Closes finished cursors and opens new ones; false: nothing is left. */
static bool
turn_cursors(struct fetch *fetch)
{
	unsigned n = 0, width = walk_limit(fetch);

	if (width > FETCH_WIDTH) {
		width = FETCH_WIDTH;
	}
	for (unsigned i = 0; i < fetch->n_cursors; i++) {
		if (!fetch->cursors[i].done) {
			if (n != i) {
				fetch->cursors[n] = fetch->cursors[i];
			}
			n++;
		}
	}
	while (n < width && fetch->next_column < fetch->job.n_columns) {
		struct cursor *cursor = &fetch->cursors[n++];
		cursor->column = fetch->next_column;
		cursor->n_rows = 0;
		cursor->done = false;
		objid_copy(&cursor->last,
		    fetch->job.columns[fetch->next_column++]);
	}
	fetch->n_cursors = n;
	return n > 0;
}

static void
fill_walk(struct fetch *fetch, struct engine_request *request)
{
	unsigned max = walk_limit(fetch), repeat;
	size_t n = 0;

	/* After a tooBig there may be more cursors open than fit. */
	fetch->n_asked = fetch->n_cursors < max ? fetch->n_cursors : max;
	repeat = max / fetch->n_asked;
	if (fetch->has_uptime) {
		fetch->names[n++] = uptime_object;
	}
	for (unsigned i = 0; i < fetch->n_asked; i++) {
		fetch->names[n++] = objid_ref(&fetch->cursors[i].last);
	}
	fetch->n_names = n;
	request->verb = fetch->job.version == CREDENTIAL_V1 ? ENGINE_GETNEXT :
	    ENGINE_GETBULK;
	request->n_once = fetch->has_uptime ? 1 : 0;
	request->n_repeat = fetch->job.first_only || repeat < 1 ? 1 :
	    repeat > REPEAT_MAX ? REPEAT_MAX : repeat;
}

/* ---- both -------------------------------------------------------------------------- */

/*
 * Silence after an answer: some agents drop what is too large for them without
 * a word, so the same is asked again in smaller pieces.
 */
static void
take_silence(struct fetch *fetch, const struct engine_reply *reply)
{
	const char *detail = reply->detail;

	if (fetch->result.n_answers > 0 && shrink(fetch)) {
		if (fetch->n_smaller++ < SMALLER_MAX && fetch->job.host->now(
		    fetch->job.host) < fetch->job.deadline_ns) {
			next_request(fetch);
			return;
		}
		if (fetch->result.n_values == 0) {
			detail = "sysUpTime is answered, larger requests are"
			    " not: they get smaller from poll to poll";
		}
	}
	finish(fetch, ENGINE_TIMEOUT, detail);
}

/* True when the answer was the one to the knock. */
static bool
take_knock(struct fetch *fetch, const struct engine_reply *reply)
{
	if (!fetch->knocking) {
		return false;
	}
	fetch->knocking = false;
	if (reply->error_status != ENGINE_NO_ERROR ||
	    reply->n_varbinds == 0 ||
	    !take_uptime(fetch, &reply->varbinds[0])) {
		fetch->has_uptime = false;
	}
	next_request(fetch);
	return true;
}

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct fetch *fetch = arg;
	bool getting = fetch->n_chunk > 0;

	if (reply->outcome == ENGINE_TIMEOUT) {
		take_silence(fetch, reply);
		return;
	}
	if (reply->outcome != ENGINE_ANSWER) {
		finish(fetch, reply->outcome, reply->detail);
		return;
	}
	if (reply->error_status == ENGINE_AUTHORIZATION_ERROR &&
	    fetch->result.n_answers == 0) {
		finish(fetch, ENGINE_AUTH, "the agent knows the user, but gives"
		    " no access at this security level (authorizationError)");
		return;
	}
	fetch->result.n_answers++;
	if (take_knock(fetch, reply)) {
		return;
	}
	if (reply->error_status != ENGINE_NO_ERROR) {
		if (getting) {
			take_get_error(fetch, reply);
		} else {
			take_walk_error(fetch, reply);
		}
	} else if (getting) {
		take_get(fetch, reply);
	} else {
		take_walk(fetch, reply);
	}
}

static int
ask(struct fetch *fetch)
{
	struct engine_request *request = &fetch->request;

	*request = (struct engine_request){.fn = on_reply, .arg = fetch,
	    .deadline_ns = fetch->job.deadline_ns};
	if (fetch->knocking) {
		fetch->names[0] = uptime_instance;
		fetch->n_names = 1;
		request->verb = ENGINE_GET;
		request->list = LIST_KNOCK;
	} else if (fetch->head < fetch->job.n_gets) {
		fill_gets(fetch, request);
	} else {
		fetch->n_chunk = 0;
		fill_walk(fetch, request);
	}
	request->names = fetch->names;
	request->n_names = fetch->n_names;
	return fetch->job.ops->send(fetch->job.session, request);
}

static void
next_request(struct fetch *fetch)
{
	if (fetch->head >= fetch->job.n_gets && !turn_cursors(fetch)) {
		finish(fetch, ENGINE_ANSWER, NULL);
	} else if (++fetch->n_requests > REQUESTS_MAX) {
		finish(fetch, ENGINE_BROKEN, "too many requests for one poll");
	} else if (ask(fetch) != 0) {
		finish(fetch, ENGINE_FAULT, "cannot send a request");
	}
}

int
fetch_start(const struct fetch_job *job, struct fetch **ret_fetch)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));
	int rc;

	if (fetch == NULL ||
	    (fetch->todo = calloc(job->n_gets + 1, sizeof(size_t))) == NULL) {
		free(fetch);
		return COL_ENOMEM;
	}
	fetch->job = *job;
	fetch->has_uptime = true;
	fetch->knocking = job->knock_first;
	fetch->result.uptime_ms = COL_UPTIME_UNKNOWN;
	for (size_t i = 0; i < job->n_gets; i++) {
		fetch->todo[i] = i;
	}
	if (job->n_gets == 0 && !turn_cursors(fetch)) {
		rc = COL_EINVAL;
	} else {
		rc = ask(fetch);
	}
	if (rc != 0) {
		free(fetch->todo);
		free(fetch);
		return rc;
	}
	*ret_fetch = fetch;
	return 0;
}
