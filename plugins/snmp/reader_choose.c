/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first half of learning: who answers (sysDescr, sysObjectID), which
 * profiles fit, with a look at more of the device when their rules ask for it.
 */
#include "reader_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Source: RFC 3418, system group. */
static const uint32_t sysdescr_subs[] = {1, 3, 6, 1, 2, 1, 1, 1, 0};
static const uint32_t sysobjectid_subs[] = {1, 3, 6, 1, 2, 1, 1, 2, 0};
static const struct objref identity[] = {
    {sysdescr_subs, 9}, {sysobjectid_subs, 9},
};

static void choose_profile(struct reader *reader);

/* ---- what may fit --------------------------------------------------------------- */

static void
let_go(struct match_candidate *candidates, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		profile_unref(candidates[i].profile);
	}
	*n = 0;
}

/* With references: a reload may replace the set while the agent is asked. */
static size_t
hold(const struct profile_set *set, const struct match_device *device,
    struct match_candidate *ret_candidates, size_t max)
{
	size_t n = match_candidates(set, device, ret_candidates, max);

	for (size_t i = 0; i < n; i++) {
		(void)profile_ref(ret_candidates[i].profile);
	}
	return n;
}

void
learning_free(struct learning *learning)
{
	if (learning != NULL) {
		let_go(learning->candidates, &learning->n_candidates);
		let_go(learning->added, &learning->n_added);
		profile_group_done(&learning->group);
		free(learning->oids);
		free(learning);
	}
}

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
on_probe_row(void *arg, size_t column, const struct varbind *vb)
{
	(void)column;
	learn_keep(((struct reader *)arg)->work, vb);
}

static void
on_probe_value(void *arg, size_t index, const struct varbind *vb)
{
	(void)index;
	learn_keep(((struct reader *)arg)->work, vb);
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

/* With a profile asked for by name, only which of its bases fits. */
static void
find_candidates(struct reader *reader)
{
	const struct profile_set *set = &reader->shared->profiles;
	struct learning *learning = reader->work->learning;
	struct match_device device = {objid_ref(&learning->sysobjectid),
	    learning->sysdescr, reader->profile_id, false};

	let_go(learning->candidates, &learning->n_candidates);
	let_go(learning->added, &learning->n_added);
	learning->profiles_version = reader->shared->profiles_version;
	learning->wants.n_gets = learning->wants.n_columns = 0;
	if (reader->profile_id == NULL ||
	    profile_set_varies(set, reader->profile_id)) {
		learning->n_candidates = hold(set, &device,
		    learning->candidates, WORK_CANDIDATES_MAX);
	}
	if (reader->profile_id == NULL) {
		device.adds = true;
		learning->n_added = hold(set, &device,
		    learning->added, WORK_ADDED_MAX);
	}
	match_want(learning->candidates, learning->n_candidates,
	    &learning->wants);
	match_want(learning->added, learning->n_added, &learning->wants);
}

static void
on_identity(void *arg, const struct fetch_result *result)
{
	struct reader *reader = arg;

	if (work_fetched(reader, result)) {
		turn_take(reader);
	}
}

void
learn_probe(struct reader *reader)
{
	struct learning *learning = reader->work->learning;
	struct fetch_job job = {.on_row = on_probe_row,
	    .on_value = on_probe_value, .first_only = true};

	find_candidates(reader);
	if (!learn_forget(reader)) {
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

/* The chosen one, those that it names, those that add themselves. */
static void
gather(struct reader *reader, struct profile *profile)
{
	const struct profile_set *set = &reader->shared->profiles;
	struct reader_work *work = reader->work;
	struct learning *learning = work->learning;

	profile_group_done(&learning->group);
	(void)profile_group_add(&learning->group, profile);
	for (size_t i = 0; i < profile->n_also; i++) {
		struct profile *also = profile_set_find(set, profile->also[i]);
		if (also != NULL) {
			(void)profile_group_add(&learning->group, also);
		}
	}
	for (size_t i = 0; i < learning->n_added; i++) {
		const struct match_candidate *added = &learning->added[i];
		if ((added->rule->adds_to == 0 || (added->rule->adds_to &
		    profile_kind_bit(profile->kind)) != 0) &&
		    match_holds(added, work->snapshot)) {
			(void)profile_group_add(&learning->group,
			    added->profile);
		}
	}
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
		gather(reader, profile);
		learn_rows(reader);
	}
}
