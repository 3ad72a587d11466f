/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One attempt: a credential, what is asked with it, and what came of that.
 * The credential that worked is first, then the list; once one was answered no
 * other is tried in this poll.
 */
#include "reader_work.h"

#include <stdio.h>

/* A second credential is not worth trying in less. */
#define ATTEMPT_MIN_NS INT64_C(50000000)

void
attempt_drop_session(struct reader *reader)
{
	if (reader->session != NULL) {
		reader->ops->close(reader->session);
		reader->session = NULL;
	}
}

static enum col_status
status_of(enum engine_outcome outcome)
{
	switch (outcome) {
	case ENGINE_ANSWER:
		return COL_POLL_OK;
	case ENGINE_TIMEOUT:
		return COL_POLL_TIMEOUT;
	case ENGINE_AUTH:
		return COL_POLL_AUTH;
	case ENGINE_BROKEN:
		return COL_POLL_REPLY;
	case ENGINE_UNREACHABLE:
		return COL_POLL_ADDRESS;
	case ENGINE_FAULT:
	case ENGINE_OUTCOME_N:
		break;
	}
	return COL_POLL_INTERNAL;
}

/* The order: the one that worked, then the list. */
static unsigned
credential_at(const struct reader *reader, unsigned turn)
{
	if (turn == 0) {
		return reader->preferred;
	}
	return turn <= reader->preferred ? turn - 1 : turn;
}

static bool
open_session(struct reader *reader, unsigned index, struct col_error *error)
{
	struct engine_target target = {.device = reader->id,
	    .address = reader->address_text, .to = reader->address.to,
	    .to_len = reader->address.to_len,
	    .any_source = reader->any_source};

	if (reader->session != NULL && reader->in_session == index) {
		return true;
	}
	attempt_drop_session(reader);
	target.credential = index < reader->n_credentials ?
	    reader->credentials[index] : NULL;
	if (reader->ops->open(reader->engine, &target, &reader->session,
	    error) != 0) {
		reader->session = NULL;
		return false;
	}
	reader->in_session = index;
	return true;
}

bool
work_needs_learning(const struct reader *reader)
{
	const struct col_host *host = reader->shared->host;

	return reader->plan == NULL || reader->must_learn ||
	    reader->work->poll == NULL || reader->profiles_version !=
	    reader->shared->profiles_version ||
	    host->now(host) >= reader->learn_again_ns;
}

/*
 * Who learns slowly, or has to wait for its turn, is asked for values first if
 * any are known.
 */
static bool
learns_now(const struct reader *reader)
{
	const struct reader_work *work = reader->work;

	return work_needs_learning(reader) && (work->poll == NULL ||
	    work->emitted || reader->plan == NULL ||
	    (!reader->learns_slowly && turn_free(reader)));
}

void
attempt_start(struct reader *reader)
{
	struct reader_work *work = reader->work;
	struct col_error error = {.code = 0};

	if (!open_session(reader, credential_at(reader, work->tried),
	    &error)) {
		work_end(reader, error.code == COL_ENOTSUP ?
		    COL_POLL_INTERNAL : COL_POLL_ADDRESS, error.text);
	} else if (learns_now(reader)) {
		learn_start(reader);
	} else {
		values_start(reader);
	}
}

void
work_fetch(struct reader *reader, struct fetch_job *job,
    fetch_done_fn *on_done)
{
	struct reader_work *work = reader->work;
	const struct col_host *host = reader->shared->host;
	int64_t now_ns = host->now(host), left_ns;
	unsigned n_left = reader->n_credentials > work->tried ?
	    reader->n_credentials - work->tried : 1;

	job->host = host;
	job->ops = reader->ops;
	job->session = reader->session;
	job->version = reader->in_session < reader->n_credentials ?
	    reader->credentials[reader->in_session]->version : CREDENTIAL_V2C;
	job->limits = &reader->limits;
	/* Silent, or just silent about requests of that size? */
	job->knock_first = reader->silent && job->list != 0;
	job->charge = work->has_turn ? &reader->shared->turns.requests : NULL;
	job->on_done = on_done;
	job->arg = reader;
	/* While nobody has answered, the time is shared out. */
	left_ns = work->deadline_ns - WORK_MARGIN_NS - now_ns;
	job->deadline_ns = now_ns + left_ns / (n_left > 0 ? n_left : 1);
	if (left_ns <= 0 && (work->learning == NULL || !work->settled)) {
		work_end(reader, COL_POLL_TIMEOUT, "no time was left");
	} else if (fetch_start(job, &work->fetch) != 0) {
		work_end(reader, COL_POLL_INTERNAL, "cannot send a request");
	} else if (left_ns <= 0) {
		park_end(reader, true);
	}
}

/* The credential in use was answered: it is the one. */
static void
settle(struct reader *reader)
{
	struct reader_work *work = reader->work;
	struct col_identity identity = {.profile = NULL};

	if (work->poll != NULL && reader->in_session < reader->n_credentials &&
	    reader->preferred != reader->in_session) {
		identity.credential =
		    reader->credential_ids[reader->in_session];
		reader->shared->host->identify(work->poll, &identity);
	}
	reader->preferred = reader->in_session;
	work->tried = reader->n_credentials;
	work->settled = true;
	work->problem_status = COL_POLL_OK;
}

/* Keeps what went wrong; a refusal says more than the silence after it. */
static void
note_problem(struct reader_work *work, const struct fetch_result *result)
{
	if (work->problem_status != COL_POLL_AUTH) {
		work->problem_status = status_of(result->outcome);
		(void)snprintf(work->problem, sizeof(work->problem), "%s",
		    result->detail == NULL ? "" : result->detail);
	}
}

bool
work_fetched(struct reader *reader, const struct fetch_result *from)
{
	struct reader_work *work = reader->work;
	const struct col_host *host = reader->shared->host;
	struct fetch_result result = *from;

	reader->silent = result.outcome == ENGINE_TIMEOUT &&
	    result.n_answers == 0;
	if (result.outcome == ENGINE_ANSWER || result.n_answers > 0) {
		settle(reader);
	}
	if (result.outcome != ENGINE_ANSWER) {
		note_problem(work, &result);
	}
	if (!park_still_fits(reader, result.uptime_ms)) {
		return false;
	}
	if (result.outcome == ENGINE_TIMEOUT && park_may(reader)) {
		park_end(reader, result.n_answers > 0);
		return false;
	}
	/* from lies in the fetch, which touches nothing after this call. */
	fetch_free(work->fetch);
	work->fetch = NULL;
	if (result.outcome == ENGINE_ANSWER) {
		return true;
	}
	if (work->tried + 1 < reader->n_credentials && (result.outcome ==
	    ENGINE_TIMEOUT || result.outcome == ENGINE_AUTH) &&
	    work->deadline_ns - host->now(host) > ATTEMPT_MIN_NS) {
		work->tried++;
		attempt_start(reader);
	} else if (work->poll != NULL && result.n_values > 0 &&
	    work->values.values != NULL) {
		values_emit(reader, result.uptime_ms, work->problem);
	} else {
		work_end(reader, work->problem_status, work->problem);
	}
	return false;
}
