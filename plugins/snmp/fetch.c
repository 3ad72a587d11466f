/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request at a time, each no larger than this agent is known to carry.
 */
#include "fetch_work.h"

#include <stdlib.h>

#define REQUESTS_MAX 8192   /* of one fetch, against any loop */
#define SMALLER_MAX 2       /* silences of one fetch that are met by less */
/* Good polls until a limit grows by a quarter.  Source: engine.md s.9. */
#define GROW_AFTER 100
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
	*limits = (struct fetch_limits){.max_varbinds = FETCH_VARBINDS_MAX,
	    .max_bulk = FETCH_VARBINDS_MAX, .ceiling = FETCH_VARBINDS_MAX};
}

static void
keep_below(unsigned *limit, unsigned ceiling)
{
	if (*limit > ceiling) {
		*limit = ceiling;
	}
}

void
fetch_limits_bound(struct fetch_limits *limits, unsigned ceiling, bool no_bulk)
{
	bool higher = ceiling == 0 || ceiling > limits->ceiling;

	limits->ceiling = ceiling == 0 || ceiling > FETCH_VARBINDS_MAX ?
	    FETCH_VARBINDS_MAX : ceiling;
	limits->no_bulk = no_bulk;
	/* What was learned below a lower ceiling grows by itself. */
	if (!higher) {
		keep_below(&limits->max_varbinds, limits->ceiling);
		keep_below(&limits->max_bulk, limits->ceiling);
	}
}

static void
grow(unsigned *limit, unsigned ceiling)
{
	*limit += *limit / 4 + 1;
	keep_below(limit, ceiling);
}

void
fetch_limits_grow(struct fetch_limits *limits)
{
	if ((limits->max_varbinds < limits->ceiling ||
	    limits->max_bulk < limits->ceiling) &&
	    ++limits->n_good >= GROW_AFTER) {
		limits->n_good = 0;
		grow(&limits->max_varbinds, limits->ceiling);
		grow(&limits->max_bulk, limits->ceiling);
	}
}

/* The limit that the request in flight has gone up to. */
static unsigned *
limit_of(struct fetch *fetch)
{
	return fetch->request.verb == ENGINE_GETBULK ?
	    &fetch->job.limits->max_bulk : &fetch->job.limits->max_varbinds;
}

bool
fetch_shrink(struct fetch *fetch)
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

/*
 * Silence after an answer: some agents drop what is too large for them without
 * a word, so the same is asked again in smaller pieces.
 */
static void
take_silence(struct fetch *fetch, const struct engine_reply *reply)
{
	const char *detail = reply->detail;

	if (fetch->result.n_answers > 0 && fetch_shrink(fetch)) {
		if (fetch->n_smaller++ < SMALLER_MAX && fetch->job.host->now(
		    fetch->job.host) < fetch->job.deadline_ns) {
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
	if (take_knock(fetch, reply)) {
		return;
	}
	if (fetch->n_chunk > 0) {
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
	if (job->n_gets == 0 && !fetch_walk_turn(fetch)) {
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
