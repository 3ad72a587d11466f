/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Learning: who answers (sysDescr, sysObjectID), which profile fits (with
 * probes when rules ask for them), which rows there are.  The walk's values
 * are emitted like those of any other poll.
 */
#include "reader_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"

#define LEARN_EVERY_NS INT64_C(3600000000000)
#define LEARN_SPREAD_NS INT64_C(600000000000)

/* Source: RFC 3418, system group. */
static const uint32_t sysdescr_subs[] = {1, 3, 6, 1, 2, 1, 1, 1, 0};
static const uint32_t sysobjectid_subs[] = {1, 3, 6, 1, 2, 1, 1, 2, 0};
static const struct objref identity[] = {
    {sysdescr_subs, 9}, {sysobjectid_subs, 9},
};

static void choose_profile(struct reader *reader);

/* ---- who answers ---------------------------------------------------------------- */

static void
on_identity_value(void *arg, size_t index, const struct varbind *vb)
{
	struct reader *reader = arg;
	struct reader_work *work = reader->work;

	if (vb == NULL) {
		return;
	}
	if (index == 0 && vb->type == VARBIND_OCTETS) {
		(void)convert_text(vb, work->learning->sysdescr,
		    sizeof(work->learning->sysdescr));
	} else if (index == 1 && vb->type == VARBIND_OBJID) {
		objid_copy(&work->learning->sysobjectid, vb->objid);
	}
}

static void
keep(struct reader_work *work, const struct varbind *vb)
{
	if (vb != NULL && !varbind_missing(vb) &&
	    snapshot_add(work->snapshot, vb) != 0) {
		work->no_memory = true;
	}
}

/* An empty one; ends the poll when there is no memory. */
static bool
new_snapshot(struct reader *reader)
{
	struct reader_work *work = reader->work;

	snapshot_free(work->snapshot);
	work->snapshot = snapshot_new();
	if (work->snapshot == NULL) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return false;
	}
	return true;
}

static void
on_probe_row(void *arg, size_t column, const struct varbind *vb)
{
	(void)column;
	keep(((struct reader *)arg)->work, vb);
}

static void
on_probe_value(void *arg, size_t index, const struct varbind *vb)
{
	(void)index;
	keep(((struct reader *)arg)->work, vb);
}

static void
on_probes(void *arg, const struct fetch_result *result)
{
	struct reader *reader = arg;

	if (work_fetched(reader, result)) {
		snapshot_sort(reader->work->snapshot);
		choose_profile(reader);
	}
}

static void
on_identity(void *arg, const struct fetch_result *result)
{
	struct reader *reader = arg;
	struct learning *learning = reader->work->learning;
	struct fetch_job job = {.on_row = on_probe_row,
	    .on_value = on_probe_value, .first_only = true};
	struct match_device device;

	if (!work_fetched(reader, result)) {
		return;
	}
	device = (struct match_device){objid_ref(&learning->sysobjectid),
	    learning->sysdescr, reader->profile_id};
	if (reader->profile_id == NULL || profile_set_varies(
	    &reader->shared->profiles, reader->profile_id)) {
		learning->n_candidates = match_candidates(
		    &reader->shared->profiles, &device, learning->candidates,
		    WORK_CANDIDATES_MAX);
	}
	learning->wants.n_gets = learning->wants.n_columns = 0;
	match_want(learning->candidates, learning->n_candidates,
	    &learning->wants);
	if (!new_snapshot(reader)) {
		return;
	}
	if (learning->wants.n_gets + learning->wants.n_columns == 0) {
		choose_profile(reader);
		return;
	}
	job.gets = learning->wants.gets;
	job.n_gets = learning->wants.n_gets;
	job.columns = learning->wants.columns;
	job.n_columns = learning->wants.n_columns;
	work_fetch(reader, &job, on_probes);
}

void
learn_start(struct reader *reader)
{
	struct fetch_job job = {.gets = identity,
	    .n_gets = sizeof(identity) / sizeof(identity[0]),
	    .on_value = on_identity_value};

	if (reader->work->learning == NULL) {
		reader->work->learning = calloc(1,
		    sizeof(*reader->work->learning));
	}
	if (reader->work->learning == NULL) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	work_fetch(reader, &job, on_identity);
}

/* ---- which rows ------------------------------------------------------------------- */

static void
on_learn_value(void *arg, size_t index, const struct varbind *vb)
{
	struct reader *reader = arg;

	(void)index;
	keep(reader->work, vb);
}

static void
on_learn_row(void *arg, size_t column, const struct varbind *vb)
{
	struct reader *reader = arg;

	(void)column;
	keep(reader->work, vb);
}

static void
tell_infos(struct reader *reader)
{
	const struct col_host *host = reader->shared->host;
	const struct profile *profile = reader->profile;
	struct reader_work *work = reader->work;
	char text[CONVERT_TEXT_SIZE];

	for (size_t i = 0; i < profile->n_infos; i++) {
		if (info_find(work->snapshot, &profile->infos[i], text,
		    sizeof(text))) {
			host->info(work->poll, profile->infos[i].metric, text);
		}
	}
}

/* The values of the walk, in the shape of the plan just made. */
static bool
fill_values(struct reader *reader)
{
	struct reader_work *work = reader->work;
	const struct plan *plan = reader->plan;

	work->values = calloc(plan->n_slots, sizeof(*work->values));
	if (work->values == NULL) {
		return false;
	}
	for (size_t i = 0; i < plan->n_requests; i++) {
		const struct plan_slot *slot =
		    &plan->slots[plan->requests[i].slot];
		struct col_value *value =
		    &work->values[plan->requests[i].slot];
		const struct varbind *vb = snapshot_get(work->snapshot,
		    plan->oids[i]);
		if (!plan->requests[i].is_available) {
			convert_value(slot->metric, slot->factor, vb, value);
		} else if (!plan_available(slot->metric, vb)) {
			*value = (struct col_value){
			    .quality = COL_UNAVAILABLE};
		}
	}
	return true;
}

static void
note_learned(struct reader *reader)
{
	const struct col_host *host = reader->shared->host;

	reader->must_learn = false;
	reader->profiles_version = reader->shared->profiles_version;
	reader->learn_again_ns = host->now(host) + LEARN_EVERY_NS +
	    (int64_t)(host->random(host) % (uint64_t)LEARN_SPREAD_NS);
}

static void
on_learned(void *arg, const struct fetch_result *result)
{
	struct reader *reader = arg;
	struct reader_work *work = reader->work;
	struct col_error error = {.code = 0};
	struct plan *plan;
	uint64_t uptime_ms = result->uptime_ms;
	const char *problem = result->n_truncated == 0 ? NULL :
	    "a walk of a table does not ascend or does not end";
	char detail[160];
	int rc;

	if (!work_fetched(reader, result)) {
		return;
	}
	snapshot_sort(work->snapshot);
	rc = work->no_memory ? COL_ENOMEM : plan_get(&reader->shared->plans,
	    reader->profile, work->snapshot, &plan, &error);
	if (rc == COL_ENOMEM) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	if (rc != 0) {
		(void)snprintf(detail, sizeof(detail), "profile %.40s: %.100s",
		    reader->profile->id, error.text);
		work_end(reader, COL_POLL_PROFILE, detail);
		return;
	}
	plan_unref(reader->plan);
	reader->plan = plan;
	note_learned(reader);
	/* Rows that a sick agent held back must not be missed for an hour. */
	reader->must_learn = problem != NULL;
	tell_infos(reader);
	if (!fill_values(reader)) {
		work_end(reader, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	values_emit(reader, uptime_ms, problem);
}

static void
start_rows(struct reader *reader, struct profile *profile)
{
	struct fetch_job job = {.gets = profile->gets,
	    .n_gets = profile->n_gets, .columns = profile->columns,
	    .n_columns = profile->n_columns, .on_value = on_learn_value,
	    .on_row = on_learn_row};

	if (reader->profile != profile) {
		profile_unref(reader->profile);
		reader->profile = profile_ref(profile);
	}
	if (new_snapshot(reader)) {
		work_fetch(reader, &job, on_learned);
	}
}

/* ---- which profile ------------------------------------------------------------------ */

static struct profile *
best_candidate(const struct reader_work *work)
{
	const struct learning *learning = work->learning;

	for (size_t i = 0; i < learning->n_candidates; i++) {
		if (match_holds(&learning->candidates[i], work->snapshot)) {
			return learning->candidates[i].profile;
		}
	}
	return NULL;
}

static void
tell_found(struct reader *reader, const struct profile *profile)
{
	struct reader_work *work = reader->work;
	const struct col_host *host = reader->shared->host;
	struct col_found found = {.size = sizeof(found),
	    .address = reader->address_text,
	    .kind = profile == NULL ? NULL : profile->kind,
	    .profile = profile == NULL ? NULL : profile->id,
	    .credential = reader->in_session < reader->n_credentials ?
	    reader->credential_ids[reader->in_session] : NULL,
	    .description = work->learning->sysdescr};

	host->found(work->discovery.to, &found);
	work_end(reader, COL_POLL_OK, NULL);
}

static void
no_profile(struct reader *reader)
{
	struct reader_work *work = reader->work;
	char detail[160], oid[OBJID_TEXT_SIZE];

	if (reader->profile_id != NULL) {
		(void)snprintf(detail, sizeof(detail),
		    "there is no snmp profile '%.60s'", reader->profile_id);
	} else {
		(void)snprintf(detail, sizeof(detail), "no profile fits:"
		    " sysObjectID %.50s, sysDescr '%.60s'",
		    work->learning->sysobjectid.n == 0 ? "none" : objid_format(
		    objid_ref(&work->learning->sysobjectid), oid, sizeof(oid)),
		    work->learning->sysdescr);
	}
	work_end(reader, COL_POLL_PROFILE, detail);
}

static void
choose_profile(struct reader *reader)
{
	struct reader_work *work = reader->work;
	struct profile *profile = best_candidate(work);
	struct col_identity identified;

	if (profile == NULL && reader->profile_id != NULL) {
		/* Asked for by name, it need not fit. */
		profile = profile_set_find(&reader->shared->profiles,
		    reader->profile_id);
	}
	if (work->poll == NULL) {
		tell_found(reader, profile);
		return;
	}
	identified.profile = profile == NULL ? NULL : profile->id;
	identified.credential = reader->in_session < reader->n_credentials ?
	    reader->credential_ids[reader->in_session] : NULL;
	reader->shared->host->identify(work->poll, &identified);
	if (profile == NULL) {
		no_profile(reader);
	} else {
		start_rows(reader, profile);
	}
}
