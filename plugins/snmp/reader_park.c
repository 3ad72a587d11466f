/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Large tables of slow agents cannot be walked within one poll: the walk
 * stops at the deadline and goes on in the next poll.  A device of which
 * something is known already gives its values first.
 */
#include "reader_work.h"

#include <stdio.h>
#include <stdlib.h>

#define POLLS_MAX 100        /* parts of one walk */
#define STALLED_MAX 3        /* in a row that bring nothing */
#define UPTIME_SLACK_MS 10000 /* of agents that count it strangely */

bool
park_may(const struct reader *reader)
{
	const struct reader_work *work = reader->work;

	return work != NULL && work->poll != NULL && work->learning != NULL &&
	    work->fetch != NULL && work->settled && !work->no_memory &&
	    work->n_polls < POLLS_MAX && work->n_stalled < STALLED_MAX;
}

static void
park(struct reader *reader)
{
	struct reader_work *work = reader->work;

	fetch_pause(work->fetch);
	work->n_polls++;
	work->poll = NULL;
	work->emitted = false;
	reader->work = NULL;
	reader->parked = work;
	reader->learns_slowly = true;
}

void
park_quietly(struct reader *reader)
{
	struct reader_work *work = reader->work;

	work->n_stalled = fetch_answers(work->fetch) > 0 ? 0 :
	    work->n_stalled + 1;
	park(reader);
}

static void
tell_progress(const struct reader_work *work, char *text, size_t size)
{
	if (work->learning->oids == NULL) {
		(void)snprintf(text, size,
		    "still learning: it is slow to say which profile fits");
	} else {
		(void)snprintf(text, size, "still learning: %zu of %zu columns",
		    fetch_columns_done(work->fetch),
		    fetch_columns(work->fetch));
	}
}

void
park_end(struct reader *reader, bool any)
{
	struct reader_work *work = reader->work;
	const struct col_host *host = reader->shared->host;
	struct col_poll *poll = work->poll;
	enum col_status status = COL_POLL_PARTIAL;
	char text[160];

	work->n_stalled = any ? 0 : work->n_stalled + 1;
	if (!park_may(reader)) {
		work_end(reader, work->problem_status == COL_POLL_OK ?
		    COL_POLL_TIMEOUT : work->problem_status, work->problem);
		return;
	}
	if (work->emitted) {
		status = work->end_status;
		(void)snprintf(text, sizeof(text), "%s", work->end_detail);
	} else if (any) {
		tell_progress(work, text, sizeof(text));
	} else {
		status = work->problem_status;
		(void)snprintf(text, sizeof(text), "%s", work->problem);
	}
	park(reader);
	host->done(poll, status, text[0] == '\0' ? NULL : text);
}

void
park_resume(struct reader *reader)
{
	struct reader_work *fresh = reader->work, *work = reader->parked;

	work->poll = fresh->poll;
	work->deadline_ns = fresh->deadline_ns;
	work->problem[0] = '\0';
	work->problem_status = COL_POLL_OK;
	reader->parked = NULL;
	reader->work = work;
	work_free(reader, fresh);
}

bool
park_follow(struct reader *reader, enum col_status status, const char *detail)
{
	struct reader_work *before = reader->work, *work;

	if (before->learning != NULL || !reader->learns_slowly ||
	    !work_needs_learning(reader)) {
		return false;
	}
	if (reader->parked == NULL) {
		reader->parked = calloc(1, sizeof(*work));
	}
	if (reader->parked == NULL) {
		return false;
	}
	park_resume(reader);
	work = reader->work;
	work->emitted = true;
	work->end_status = status;
	(void)snprintf(work->end_detail, sizeof(work->end_detail), "%s",
	    status == COL_POLL_OK ? "" : detail);
	work_go(reader);
	return true;
}

bool
park_still_fits(struct reader *reader, uint64_t uptime_ms)
{
	struct reader_work *work = reader->work;

	if (work->learning == NULL || uptime_ms == COL_UPTIME_UNKNOWN) {
		return true;
	}
	if (work->n_polls > 0 && uptime_ms + UPTIME_SLACK_MS <
	    work->uptime_ms) {
		work_end(reader, COL_POLL_PARTIAL,
		    "it started anew while it was learned: once more");
		return false;
	}
	work->uptime_ms = uptime_ms;
	return true;
}
