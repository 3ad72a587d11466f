/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads: the finest archive that covers the window, its rows put into at most
 * max_points buckets, the rows that are not in RRD yet laid over.
 *
 * RRD's row of time T and step A covers the slots in (T - A, T]; it is shown
 * from T - A on, and a row of the finest archive from its slot T on.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "store/buckets.h"

#define TIMEOUT_NS (2 * NS_PER_S)
#define POINTS_MAX 10000
/* Reads sent at a time: the others let updates through. */
#define SENT_MAX 16

void
read_end(struct store *store, struct reading *reading, int code,
    const struct store_series *series)
{
	(void)store;
	if (reading->list_fn != NULL) {
		reading->list_fn(reading->arg, code, NULL, 0);
	} else {
		reading->fn(reading->arg, code, series);
	}
	free(reading);
}

static void
post(struct store *store, struct reading *reading)
{
	reading->deadline.ns = clock_mono(store->clock).ns +
	    (reading->query.timeout_ns > 0 ? reading->query.timeout_ns : TIMEOUT_NS);
	if (queue_put(store->reads, reading) != 0) {
		read_end(store, reading, COL_EBUSY, NULL);
	}
}

void
store_read(struct store *store, const struct store_query *query, store_read_fn *fn,
    void *arg)
{
	struct reading *reading = calloc(1, sizeof(*reading));

	assert(reading != NULL);
	reading->query = *query;
	reading->fn = fn;
	reading->arg = arg;
	post(store, reading);
}

void
store_list(struct store *store, struct entity_ref entity, const char *entity_id,
    store_list_fn *fn, void *arg)
{
	struct reading *reading = calloc(1, sizeof(*reading));

	assert(reading != NULL);
	reading->query.entity = entity;
	str_copy(reading->query.entity_id, sizeof(reading->query.entity_id), entity_id);
	reading->list_fn = fn;
	reading->arg = arg;
	post(store, reading);
}

static void
list_names(struct store *store, struct reading *reading,
    const struct series_entity *entity)
{
	struct store_name *names;
	uint32_t n = 0;

	names = calloc((size_t)entity->n_files * RING_DS_MAX + 1, sizeof(names[0]));
	assert(names != NULL);
	for (uint16_t f = 0; f < entity->n_files; f++) {
		const struct series_file *file = entity->files[f];

		for (uint16_t i = 0; file->step_s == store->step_s &&
		    i < file->table->n_ds; i++) {
			const struct series_ds *ds = &file->table->ds[i];
			struct store_name *name = &names[n++];

			str_copy(name->role, sizeof(name->role), ds->role);
			str_copy(name->metric, sizeof(name->metric), ds->metric);
			str_copy(name->instance, sizeof(name->instance), ds->instance);
			str_copy(name->unit, sizeof(name->unit), ds->unit);
			str_format(name->file, sizeof(name->file), "%s/%s",
			    store->rrd_dir, file->path);
			str_copy(name->ds, sizeof(name->ds), ds->name);
		}
	}
	reading->list_fn(reading->arg, 0, names, n);
	free(names);
	free(reading);
}

/* Chooses archive and buckets.  Errors: COL_EINVAL. */
static int
plan_read(struct store *store, struct reading *reading)
{
	const struct store_query *query = &reading->query;
	struct wall now = clock_wall(store->clock);
	int64_t from_s = query->from.ns / NS_PER_S, to_s = query->to.ns / NS_PER_S;
	struct archive_plan plan;
	int64_t step_s;

	if (query->max_points < 1 || query->max_points > POINTS_MAX || from_s < 0 ||
	    to_s <= from_s || to_s > INT64_C(1) << 40) {
		return COL_EINVAL;
	}
	archive_plan(reading->file->class, reading->file->step_s, &plan);
	reading->archive = *archive_pick(&plan, now, query->from);
	reading->base_s = plan.step_s;
	step_s = reading->archive.step_s;
	reading->bucket_s = (to_s - from_s) / query->max_points / step_s * step_s;
	reading->bucket_s = reading->bucket_s > 0 ? reading->bucket_s - step_s : 0;
	do {
		/* aligning may cost a bucket more than the division says */
		reading->bucket_s += step_s;
		reading->t0_s = from_s - from_s % reading->bucket_s;
		reading->n_buckets = (uint32_t)((to_s - reading->t0_s +
		    reading->bucket_s - 1) / reading->bucket_s);
	} while (reading->n_buckets > query->max_points);
	return 0;
}

static void
send_fetch(struct store *store, struct reading *reading)
{
	const struct archive *archive = &reading->archive;
	int64_t end_s = reading->t0_s + reading->n_buckets * reading->bucket_s;
	int64_t now_s = clock_wall(store->clock).ns / NS_PER_S;
	int64_t oldest_s = now_s - ((int64_t)archive->rows + 1) * archive->step_s;
	struct proto_fetch fetch = { .step_s = archive->step_s,
	    .base_s = reading->base_s, .has_max = archive->has_max };
	size_t at;

	fetch.from_s = reading->t0_s;
	/* a clock that was set back leaves rows of the future */
	fetch.to_s = now_s + (int64_t)archive->rows * archive->step_s;
	fetch.to_s = end_s < fetch.to_s ? end_s : fetch.to_s;
	if (archive->step_s == reading->base_s) {
		fetch.from_s -= archive->step_s;
	} else {
		fetch.to_s += archive->step_s;
	}
	fetch.from_s = fetch.from_s < oldest_s ? oldest_s : fetch.from_s;
	fetch.to_s = fetch.to_s < fetch.from_s ? fetch.from_s : fetch.to_s;
	str_copy(fetch.path, sizeof(fetch.path), reading->file->path);
	str_copy(fetch.name, sizeof(fetch.name),
	    reading->file->table->ds[reading->ds].name);
	flush_ask(store, PROTO_FETCH, &at)->reading = reading;
	proto_put_fetch(child_out(store->child), &fetch);
	proto_end(child_out(store->child), at);
}

static void
begin(struct store *store, struct reading *reading)
{
	const struct store_query *query = &reading->query;
	struct series_entity *entity = series_entity(store->series, query->entity.kind,
	    query->entity_id, false);
	int rc;

	if (entity == NULL) {
		read_end(store, reading, COL_ENOENT, NULL);
		return;
	}
	if (reading->list_fn != NULL) {
		list_names(store, reading, entity);
		return;
	}
	reading->file = series_find(entity, store->step_s, query->role, query->metric,
	    query->instance, &reading->ds);
	rc = reading->file == NULL ? COL_ENOENT : plan_read(store, reading);
	if (rc != 0) {
		read_end(store, reading, rc, NULL);
		return;
	}
	store->n_reading++;
	read_again(store, reading);
}

void
read_again(struct store *store, struct reading *reading)
{
	reading->next = NULL;
	*store->waiting_last = reading;
	store->waiting_last = &reading->next;
}

static void
finish(struct store *store, struct reading *reading, int code,
    const struct store_series *series)
{
	store->n_reading--;
	read_end(store, reading, code, series);
}

void
read_step(struct store *store)
{
	struct mono now = clock_mono(store->clock);
	struct reading *reading, *next;
	unsigned n = 0;

	while ((reading = queue_take(store->reads)) != NULL) {
		begin(store, reading);
	}
	reading = store->waiting;
	store->waiting = NULL;
	store->waiting_last = &store->waiting;
	for (; reading != NULL; reading = next) {
		next = reading->next;
		if (now.ns >= reading->deadline.ns) {
			finish(store, reading, COL_ETIMEOUT, NULL);
		} else if (n < SENT_MAX && store->child != NULL &&
		    child_ready(store->child)) {
			send_fetch(store, reading);
			n++;
		} else {
			read_again(store, reading);
		}
	}
}

/* Rows of the archive itself. */
static void
add_archive(struct buckets *buckets, const struct reading *reading,
    const struct proto_reply *reply)
{
	const struct proto_column *average = &reply->average, *max = &reply->max;

	for (uint32_t i = 0; i < average->n; i++) {
		int64_t end_s = average->first_s + (int64_t)i * average->step_s;
		int64_t k = max->step_s > 0 ? (end_s - max->first_s) / max->step_s : -1;
		struct buckets_row row = { .start_s = end_s, .max = average->values[i],
		    .average = average->values[i], .share = 1 };

		if (!average->known[i] || end_s > reply->last_s) {
			continue;
		}
		if (k >= 0 && k < max->n && max->known[k]) {
			row.max = max->values[k];
		}
		if (average->step_s > reading->base_s) {
			row.start_s -= average->step_s;
		}
		buckets_add(buckets, &row);
	}
}

/* Slots that no row of the archive holds yet: of the tail, then of the ring. */
static void
add_slots(struct buckets *buckets, const struct reading *reading,
    const struct proto_reply *reply)
{
	const struct proto_column *tail = &reply->tail;
	const struct ring *ring = &reading->file->ring;
	struct buckets_fold fold = { .buckets = buckets,
	    .step_s = reading->archive.step_s, .base_s = reading->base_s };

	for (uint32_t i = 0; i < tail->n; i++) {
		int64_t slot_s = tail->first_s + (int64_t)i * tail->step_s;

		if (tail->known[i] && slot_s <= reply->last_s) {
			buckets_fold(&fold, slot_s, tail->values[i]);
		}
	}
	for (uint32_t i = ring_find(ring, reply->last_s + 1); i < ring->n_rows; i++) {
		const struct ring_row *row = ring->rows[i];

		if (row->known >> reading->ds & 1) {
			buckets_fold(&fold, row->slot_s, row->values[reading->ds]);
		}
	}
	buckets_fold_end(&fold);
}

void
read_answer(struct store *store, struct reading *reading, const struct proto_reply *reply)
{
	struct store_series series = { .basis_s = reading->archive.step_s };
	struct buckets *buckets;

	if (reply->code == COL_EBUSY) {
		read_again(store, reading);
		return;
	}
	if (reply->code != 0 && reply->code != COL_ENOENT) {
		/* damaged: made anew with the next rows */
		reading->file->ensured = NULL;
		store_problem(store, PROBLEM_FILE_WRITE, store->n_failing, reading->file->path,
		    reply->text);
		finish(store, reading, COL_EIO, NULL);
		return;
	}
	buckets = buckets_new(reading->t0_s, reading->bucket_s,
	    reading->archive.step_s, reading->n_buckets);
	add_archive(buckets, reading, reply);
	add_slots(buckets, reading, reply);
	buckets_end(buckets, &series);
	finish(store, reading, 0, &series);
	store_series_done(&series);
}
