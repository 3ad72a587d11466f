/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request at a time, each no larger than this agent is known to carry.
 */
#include "fetch_work.h"

#include <stdlib.h>

#define REQUESTS_MAX 8192   /* of one fetch, against any loop */
#define BULK_STRIKES 3      /* then known cells are read by GET for good */
#define SMALLER_MAX 2       /* silences of one fetch that are met by less */
/* So many of its longest round trips, and so much more, is silence. */
#define PATIENCE 4
#define PATIENCE_NS INT64_C(200000000)
/* Names the list of sysUpTime alone, beyond those of jobs. */
#define LIST_KNOCK UINT64_MAX

static const uint32_t uptime_subs[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
const struct objref fetch_uptime_instance = {uptime_subs, 9};
const struct objref fetch_uptime_object = {uptime_subs, 8};

void
fetch_free(struct fetch *fetch)
{
	if (fetch != NULL) {
		fetch->job.ops->cancel(fetch->job.session);
		free(fetch->todo);
		free(fetch);
	}
}

void
fetch_finish(struct fetch *fetch, enum engine_outcome outcome,
    const char *detail)
{
	fetch->result.outcome = outcome;
	fetch->result.detail = detail;
	fetch->job.on_done(fetch->job.arg, &fetch->result);
}

/* ---- limits ----------------------------------------------------------------------- */

void
fetch_limits_init(struct fetch_limits *limits)
{
	*limits = (struct fetch_limits){.ceiling = FETCH_VARBINDS_MAX};
	fetch_limit_init(&limits->names, FETCH_VARBINDS_MAX);
	fetch_limit_init(&limits->bulk, FETCH_VARBINDS_MAX);
}

void
fetch_limits_bound(struct fetch_limits *limits, unsigned ceiling, bool no_bulk)
{
	limits->ceiling = ceiling == 0 || ceiling > FETCH_VARBINDS_MAX ?
	    FETCH_VARBINDS_MAX : ceiling;
	limits->no_bulk = no_bulk;
	limits->plain_gets = limits->bulk_strikes >= BULK_STRIKES;
	/* What was learned below a lower ceiling grows by itself. */
	fetch_limit_bound(&limits->names, limits->ceiling);
	fetch_limit_bound(&limits->bulk, limits->ceiling);
}

void
fetch_limits_good_poll(struct fetch_limits *limits)
{
	fetch_limit_good_poll(&limits->names);
	fetch_limit_good_poll(&limits->bulk);
}

static bool
is_bulk(const struct fetch *fetch)
{
	return fetch->request.verb == ENGINE_GETBULK;
}

/* The limit that the request in flight has gone up to. */
static struct fetch_limit *
limit_of(struct fetch *fetch)
{
	return is_bulk(fetch) ? &fetch->job.limits->bulk :
	    &fetch->job.limits->names;
}

/* Of the request in flight, sysUpTime left out. */
static unsigned
size_of(struct fetch *fetch)
{
	unsigned size, max = limit_of(fetch)->max;

	if (fetch->n_chunk > 0) {
		return (unsigned)fetch->n_chunk;
	}
	size = fetch->n_asked * (is_bulk(fetch) ? fetch->request.n_repeat : 1);
	/* Rows are whole: one more would be too many. */
	return size <= max && size + fetch->n_asked > max ? max : size;
}

static bool
shrink(struct fetch *fetch)
{
	if (fetch_limit_shrink(limit_of(fetch), size_of(fetch))) {
		return true;
	}
	if (fetch->has_uptime) {
		fetch->has_uptime = false;
		return true;
	}
	return false;
}

bool
fetch_too_large(struct fetch *fetch)
{
	fetch_limit_failed(limit_of(fetch), size_of(fetch));
	fetch->unproven[is_bulk(fetch)] = 0;
	return shrink(fetch);
}

/* A size was answered: was one above it passed over in silence? */
static void
note_answered(struct fetch *fetch)
{
	unsigned size = size_of(fetch);
	unsigned *unproven = &fetch->unproven[is_bulk(fetch)];

	if (*unproven > size) {
		fetch_limit_failed(limit_of(fetch), *unproven);
	}
	*unproven = 0;
	fetch_limit_answered(limit_of(fetch), size, fetch->job.limits->ceiling);
}

bool
fetch_take_uptime(struct fetch *fetch, const struct varbind *vb)
{
	if (objid_compare(vb->name, fetch_uptime_instance) != 0) {
		return false;
	}
	if (vb->type == VARBIND_TICKS) {
		fetch->result.uptime_ms = vb->counter * 10;
	} else {
		fetch->has_uptime = false;
	}
	return true;
}

/* ---- requests and replies ------------------------------------------------------------- */

/* True when silence may come from the size of what was asked. */
static bool
may_be_size(struct fetch *fetch)
{
	int64_t now_ns = fetch->job.host->now(fetch->job.host);

	/* The deadline came first: it was no silence yet. */
	if (now_ns >= fetch->job.deadline_ns && now_ns - fetch->asked_ns <
	    PATIENCE * fetch->longest_ns + PATIENCE_NS) {
		return false;
	}
	return !fetch->knocking && fetch->result.n_answers > 0 &&
	    size_of(fetch) * 2 > limit_of(fetch)->answered;
}

/*
 * Silence after an answer: some agents drop what is too large for them without
 * a word, so the same is asked again in smaller pieces.  Only an answer to one
 * of these proves that it was the size.
 */
static void
take_silence(struct fetch *fetch, const struct engine_reply *reply)
{
	const char *detail = reply->detail;

	if (fetch->by_bulk) {
		fetch_bulk_refuse(fetch);
	}
	if (may_be_size(fetch)) {
		fetch->unproven[is_bulk(fetch)] = size_of(fetch);
		if (shrink(fetch) && fetch->n_smaller++ < SMALLER_MAX &&
		    fetch->job.host->now(fetch->job.host) <
		    fetch->job.deadline_ns) {
			fetch_next(fetch);
			return;
		}
		if (fetch->result.n_values == 0) {
			detail = "sysUpTime is answered, larger requests are"
			    " not: they get smaller from poll to poll";
		}
	}
	fetch_finish(fetch, ENGINE_TIMEOUT, detail);
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
	    !fetch_take_uptime(fetch, &reply->varbinds[0])) {
		fetch->has_uptime = false;
	}
	fetch_next(fetch);
	return true;
}

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct fetch *fetch = arg;
	int64_t trip_ns = fetch->job.host->now(fetch->job.host) -
	    fetch->asked_ns;

	if (reply->outcome == ENGINE_TIMEOUT) {
		take_silence(fetch, reply);
		return;
	}
	if (reply->outcome != ENGINE_ANSWER) {
		fetch_finish(fetch, reply->outcome, reply->detail);
		return;
	}
	if (reply->error_status == ENGINE_AUTHORIZATION_ERROR &&
	    fetch->result.n_answers == 0) {
		fetch_finish(fetch, ENGINE_AUTH, "the agent knows the user, but gives"
		    " no access at this security level (authorizationError)");
		return;
	}
	fetch->result.n_answers++;
	if (trip_ns > fetch->longest_ns) {
		fetch->longest_ns = trip_ns;
	}
	if (take_knock(fetch, reply)) {
		return;
	}
	if (reply->error_status == ENGINE_NO_ERROR && reply->n_varbinds > 0) {
		note_answered(fetch);
	}
	if (fetch->by_bulk) {
		fetch_bulk_take(fetch, reply);
	} else if (fetch->n_chunk > 0) {
		fetch_get_take(fetch, reply);
	} else {
		fetch_walk_take(fetch, reply);
	}
}

static int
ask(struct fetch *fetch)
{
	struct engine_request *request = &fetch->request;

	*request = (struct engine_request){.fn = on_reply, .arg = fetch,
	    .deadline_ns = fetch->job.deadline_ns};
	fetch->by_bulk = false;
	if (fetch->knocking) {
		fetch->names[0] = fetch_uptime_instance;
		fetch->n_names = 1;
		request->verb = ENGINE_GET;
		request->list = LIST_KNOCK;
	} else if (fetch->head < fetch->job.n_gets) {
		fetch_get_fill(fetch);
	} else {
		fetch->n_chunk = 0;
		fetch_walk_fill(fetch);
	}
	request->names = fetch->names;
	request->n_names = fetch->n_names;
	fetch->asked_ns = fetch->job.host->now(fetch->job.host);
	if (fetch->job.charge != NULL) {
		--*fetch->job.charge;
	}
	return fetch->job.ops->send(fetch->job.session, request);
}

void
fetch_next(struct fetch *fetch)
{
	if (fetch->head >= fetch->job.n_gets && !fetch_walk_turn(fetch)) {
		fetch_finish(fetch, ENGINE_ANSWER, NULL);
	} else if (++fetch->n_requests > REQUESTS_MAX) {
		fetch_finish(fetch, ENGINE_BROKEN, "too many requests for one poll");
	} else if (ask(fetch) != 0) {
		fetch_finish(fetch, ENGINE_FAULT, "cannot send a request");
	}
}

void
fetch_pause(struct fetch *fetch)
{
	fetch->job.ops->cancel(fetch->job.session);
}

int
fetch_go(struct fetch *fetch, int64_t deadline_ns)
{
	fetch->job.deadline_ns = deadline_ns;
	fetch->n_smaller = 0;
	fetch->result = (struct fetch_result){
	    .n_truncated = fetch->result.n_truncated,
	    .uptime_ms = COL_UPTIME_UNKNOWN};
	if (fetch->head >= fetch->job.n_gets && !fetch_walk_turn(fetch)) {
		return COL_EINVAL;
	}
	return ask(fetch);
}

size_t
fetch_answers(const struct fetch *fetch)
{
	return fetch->result.n_answers;
}

size_t
fetch_columns_done(const struct fetch *fetch)
{
	size_t n_open = 0;

	for (unsigned i = 0; i < fetch->n_cursors; i++) {
		n_open += !fetch->cursors[i].done;
	}
	return fetch->next_column - n_open;
}

size_t
fetch_columns(const struct fetch *fetch)
{
	return fetch->job.n_columns;
}

int
fetch_start(const struct fetch_job *job, struct fetch **ret_fetch)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));
	int rc = 0;

	if (fetch == NULL ||
	    (fetch->todo = calloc(job->n_gets + 1, sizeof(size_t))) == NULL) {
		free(fetch);
		return COL_ENOMEM;
	}
	fetch->job = *job;
	fetch->has_uptime = true;
	fetch->knocking = job->knock_first;
	for (size_t i = 0; i < job->n_gets; i++) {
		fetch->todo[i] = i;
	}
	if (job->host->now(job->host) < job->deadline_ns) {
		rc = fetch_go(fetch, job->deadline_ns);
	}
	if (rc != 0) {
		free(fetch->todo);
		free(fetch);
		return rc;
	}
	*ret_fetch = fetch;
	return 0;
}
