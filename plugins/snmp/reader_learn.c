/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second half of learning: which rows there are of what the profiles ask
 * for.  The walk's values are emitted like those of any other poll.
 */
#include "reader_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"

#define LEARN_EVERY_NS INT64_C(3600000000000)

void
learn_keep(struct reader_work *work, const struct varbind *vb)
{
	struct varbind kept;

	if (vb == NULL || varbind_missing(vb)) {
		return;
	}
	kept = *vb;
	if (kept.len > LEARN_OCTETS_MAX) {
		kept.len = LEARN_OCTETS_MAX;
	}
	work->n_kept += sizeof(kept) + kept.len +
	    (kept.name.n + kept.objid.n) * sizeof(*kept.name.sub);
	if (work->n_kept > LEARN_BYTES_MAX) {
		work->too_much = true;
	} else if (snapshot_add(work->snapshot, &kept) != 0) {
		work->no_memory = true;
	}
}

bool
learn_forget(struct reader *reader)
{
	struct reader_work *work = reader->work;

	snapshot_free(work->snapshot);
	work->n_kept = 0;
	work->too_much = false;
	work->snapshot = snapshot_new();
	if (work->snapshot == NULL) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return false;
	}
	return true;
}

static void
on_learn_value(void *arg, size_t index, const struct varbind *vb)
{
	struct reader *reader = arg;

	(void)index;
	learn_keep(reader->work, vb);
}

static void
on_learn_row(void *arg, size_t column, const struct varbind *vb)
{
	struct reader *reader = arg;

	(void)column;
	learn_keep(reader->work, vb);
}

static bool
was_told(const struct profile_group *group, unsigned n, const char *metric)
{
	for (unsigned i = 0; i < n; i++) {
		for (size_t k = 0; k < group->profiles[i]->n_infos; k++) {
			if (strcmp(group->profiles[i]->infos[k].metric,
			    metric) == 0) {
				return true;
			}
		}
	}
	return false;
}

static void
tell_info(void *arg, const char *metric, const char *text)
{
	struct reader *reader = arg;

	reader->shared->host->info(reader->work->poll, metric, text);
}

static void
tell_infos(struct reader *reader)
{
	const struct profile_group *group = &reader->group;
	struct info_teller teller = {tell_info, reader};

	for (unsigned p = 0; p < group->n; p++) {
		const struct profile *profile = group->profiles[p];
		for (size_t i = 0; i < profile->n_infos; i++) {
			const struct profile_info *info = &profile->infos[i];
			if (!was_told(group, p, info->metric)) {
				info_tell(reader->work->snapshot, info,
				    &teller);
			}
		}
	}
}

static void
note_learned(struct reader *reader)
{
	const struct col_host *host = reader->shared->host;
	int64_t every_ns = LEARN_EVERY_NS;

	if (reader->group.profiles[0]->learn_ns > 0) {
		every_ns = reader->group.profiles[0]->learn_ns;
	}
	reader->must_learn = false;
	reader->profiles_version = reader->work->learning->profiles_version;
	reader->learn_again_ns = host->now(host) + every_ns +
	    (int64_t)(host->random(host) % (uint64_t)(every_ns / 6));
}

static void
on_learned(void *arg, const struct fetch_result *result)
{
	struct reader *reader = arg;
	struct reader_work *work = reader->work;
	struct plan_look look = {work->snapshot, reader->plan};
	struct col_error error = {.code = 0};
	struct plan *plan;
	uint64_t uptime_ms = result->uptime_ms;
	const char *problem = work->too_much ?
	    "the agent tells more than is kept of one device" :
	    result->n_truncated == 0 ? NULL :
	    "a walk of a table does not ascend or does not end";
	char detail[160];
	int rc;

	if (!work_fetched(reader, result)) {
		return;
	}
	snapshot_sort(work->snapshot);
	rc = work->no_memory ? COL_ENOMEM : plan_get(&reader->shared->plans,
	    &reader->group, &look, &plan, &error);
	if (rc == COL_ENOMEM) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	if (rc != 0) {
		(void)snprintf(detail, sizeof(detail), "profile %.40s: %.100s",
		    reader->group.profiles[0]->id, error.text);
		work_end(reader, COL_POLL_PROFILE, detail);
		return;
	}
	plan_unref(reader->plan);
	reader->plan = plan;
	note_learned(reader);
	/* Rows that a sick agent held back must not be missed for an hour. */
	reader->must_learn = problem != NULL;
	tell_infos(reader);
	if (work->emitted || work->n_polls > 0) {
		/* Values of several polls ago are none of this one. */
		work_end(reader, COL_POLL_PARTIAL, "learned over several polls:"
		    " values come with the next");
		return;
	}
	if (plan_values_start(&work->values, plan) != 0) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	plan_values_fill(&work->values, plan, work->snapshot);
	values_emit(reader, uptime_ms, problem);
}

/* Adds what list lacks; list has room. */
static size_t
add_oids(struct objref *list, size_t n, const struct objref *from, size_t n_from)
{
	for (size_t i = 0; i < n_from; i++) {
		size_t k = 0;
		while (k < n && objid_compare(list[k], from[i]) != 0) {
			k++;
		}
		if (k == n) {
			list[n++] = from[i];
		}
	}
	return n;
}

/* What several profiles read, without repetition; false: no memory. */
static bool
join_reads(const struct profile_group *group, struct learning *learning,
    struct fetch_job *job)
{
	size_t n_columns = 0, n_gets = 0;

	for (unsigned i = 0; i < group->n; i++) {
		n_columns += group->profiles[i]->n_columns;
		n_gets += group->profiles[i]->n_gets;
	}
	free(learning->oids);
	learning->oids = calloc(n_columns + n_gets + 1,
	    sizeof(*learning->oids));
	if (learning->oids == NULL) {
		return false;
	}
	job->columns = learning->oids;
	job->gets = learning->oids + n_columns;
	for (unsigned i = 0; i < group->n; i++) {
		const struct profile *profile = group->profiles[i];
		job->n_columns = add_oids(learning->oids, job->n_columns,
		    profile->columns, profile->n_columns);
		job->n_gets = add_oids(learning->oids + n_columns, job->n_gets,
		    profile->gets, profile->n_gets);
	}
	return true;
}

/* The tightest that one of the profiles asks for. */
static void
bound_limits(struct reader *reader)
{
	unsigned ceiling = 0;
	bool no_bulk = false;

	for (unsigned i = 0; i < reader->group.n; i++) {
		const struct profile *profile = reader->group.profiles[i];
		if (profile->max_varbinds > 0 && (ceiling == 0 ||
		    profile->max_varbinds < ceiling)) {
			ceiling = profile->max_varbinds;
		}
		no_bulk = no_bulk || profile->no_bulk;
	}
	fetch_limits_bound(&reader->limits, ceiling, no_bulk);
}

void
learn_rows(struct reader *reader)
{
	struct learning *learning = reader->work->learning;
	struct fetch_job job = {.on_value = on_learn_value,
	    .on_row = on_learn_row};

	profile_group_done(&reader->group);
	reader->group = learning->group;
	learning->group.n = 0;
	bound_limits(reader);
	if (!join_reads(&reader->group, learning, &job)) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
	} else if (learn_forget(reader)) {
		work_fetch(reader, &job, on_learned);
	}
}
