/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The everyday poll: GET the cells of the plan, convert, emit.
 */
#include "reader_work.h"

#include <stdio.h>
#include <stdlib.h>

/* sysUpTime wraps after 497 days: a fall from near there is no reboot. */
#define UPTIME_WRAP_MS (UINT64_C(4294967296) * 10)
#define UPTIME_NEAR_WRAP_MS (UPTIME_WRAP_MS - UINT64_C(172800000))

static void
on_value(void *arg, size_t index, const struct varbind *vb)
{
	struct reader *reader = arg;
	struct reader_work *work = reader->work;

	if (!plan_values_take(&work->values, reader->plan, index, vb)) {
		work->n_missing++;
	}
}

static void
on_values(void *arg, const struct fetch_result *result)
{
	struct reader *reader = arg;
	uint64_t uptime_ms = result->uptime_ms;

	if (work_fetched(reader, result)) {
		values_emit(reader, uptime_ms, NULL);
	}
}

void
values_start(struct reader *reader)
{
	struct reader_work *work = reader->work;
	const struct plan *plan = reader->plan;
	struct fetch_job job = {.gets = plan->oids, .sizes = plan->sizes,
	    .n_gets = plan->n_requests, .list = plan->number,
	    .befores = plan->befores, .follows = plan->follows,
	    .on_value = on_value};

	/* A second credential starts over. */
	if (plan_values_start(&work->values, plan) != 0) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	work_fetch(reader, &job, on_values);
}

/* After a reboot rows may have moved: learn again at the next poll. */
static void
watch_uptime(struct reader *reader, uint64_t uptime_ms)
{
	uint64_t before = reader->uptime_ms;

	if (uptime_ms == COL_UPTIME_UNKNOWN) {
		return;
	}
	if (before != COL_UPTIME_UNKNOWN && uptime_ms < before &&
	    before < UPTIME_NEAR_WRAP_MS) {
		reader->must_learn = true;
	}
	reader->uptime_ms = uptime_ms;
}

void
values_emit(struct reader *reader, uint64_t uptime_ms, const char *problem)
{
	struct reader_work *work = reader->work;
	const struct col_host *host = reader->shared->host;
	const struct plan *plan = reader->plan;
	enum col_status status = COL_POLL_OK;
	size_t n_bad = 0;
	char detail[160];

	plan_values_finish(&work->values, plan);
	for (size_t i = 0; i < plan->n_slots; i++) {
		n_bad += work->values.values[i].quality == COL_ERROR;
	}
	if (work->n_missing > 0) {
		reader->must_learn = true;
	}
	watch_uptime(reader, uptime_ms);
	if (problem == NULL && work->n_missing == 0) {
		fetch_limits_good_poll(&reader->limits);
	}
	host->emit(work->poll, plan->layout, work->values.values, uptime_ms);
	if (problem != NULL) {
		status = COL_POLL_PARTIAL;
		(void)snprintf(detail, sizeof(detail),
		    "%zu of %zu values missing: %.80s", n_bad, plan->n_slots,
		    problem);
	} else if (n_bad > 0) {
		status = COL_POLL_PARTIAL;
		(void)snprintf(detail, sizeof(detail),
		    "%zu of %zu values missing or not understood", n_bad,
		    plan->n_slots);
	}
	if (problem != NULL || !park_follow(reader, status, detail)) {
		work_end(reader, status, status == COL_POLL_OK ? NULL : detail);
	}
}
