/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads: the finest archive that covers the window, its rows put into at most
 * max_points buckets, the rows that are not in RRD yet laid over.
 *
 * After the poll interval was changed a series goes on in another file; a window
 * that reaches into a former interval is put together of both.
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
	buckets_free(reading->buckets);
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

		for (uint16_t i = 0; i < file->table->n_ds &&
		    file->step_s == store->step_s; i++) {
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

static bool
is_valid(const struct store_query *query)
{
	int64_t from_s = query->from.ns / NS_PER_S, to_s = query->to.ns / NS_PER_S;

	return query->max_points >= 1 && query->max_points <= POINTS_MAX && from_s >= 0 &&
	    to_s > from_s && to_s <= INT64_C(1) << 40;
}

/* ---- files of a series: one for each interval it was polled at ------------------- */

static void
add_part(struct reading *reading, struct series_file *file)
{
	const struct store_query *query = &reading->query;
	struct reading_part *part = &reading->parts[reading->n_parts];

	part->ds = series_find_in(file->table, query->role, query->metric, query->instance);
	part->file = file;
	reading->n_parts += part->ds != SERIES_NONE;
}

static void
find_parts(const struct store *store, struct reading *reading,
    const struct series_entity *entity)
{
	for (uint16_t i = 0; i < entity->n_files; i++) {
		if (entity->files[i]->step_s == store->step_s) {
			add_part(reading, entity->files[i]);
		}
	}
	for (uint16_t i = entity->n_files; i-- > 0;) {
		if (entity->files[i]->step_s != store->step_s) {
			add_part(reading, entity->files[i]);
		}
	}
}

/* The first part of a former interval of which it is not known when it ended. */
static bool
find_unknown(const struct store *store, struct reading *reading)
{
	for (uint32_t i = 0; i < reading->n_parts; i++) {
		const struct series_file *file = reading->parts[i].file;

		if (file->step_s != store->step_s && file->last_s == 0) {
			reading->at = i;
			return true;
		}
	}
	return false;
}

/* Leaves out former intervals that ended before the window; one part stays. */
static void
drop_parts(const struct store *store, struct reading *reading)
{
	int64_t from_s = reading->query.from.ns / NS_PER_S;
	uint32_t n = 0;

	for (uint32_t i = 0; i < reading->n_parts; i++) {
		const struct series_file *file = reading->parts[i].file;
		const struct ring *ring = &file->ring;
		int64_t last_s = ring->n_rows > 0 ? ring->rows[ring->n_rows - 1]->slot_s : 0;

		last_s = file->last_s > last_s ? file->last_s : last_s;
		if (file->step_s == store->step_s || last_s + file->step_s > from_s) {
			reading->parts[n++] = reading->parts[i];
		}
	}
	reading->n_parts = n > 0 ? n : 1;
}

/* The least time that holds whole rows of both. */
static int64_t
common_step(int64_t a, int64_t b)
{
	int64_t x = a, y = b;

	while (y != 0) {
		int64_t rest = x % y;

		x = y;
		y = rest;
	}
	return a / x * b;
}

/* Chooses archives and buckets. */
static void
plan_read(struct store *store, struct reading *reading)
{
	const struct store_query *query = &reading->query;
	struct wall now = clock_wall(store->clock);
	int64_t from_s = query->from.ns / NS_PER_S, to_s = query->to.ns / NS_PER_S, step_s = 1;

	drop_parts(store, reading);
	for (uint32_t i = 0; i < reading->n_parts; i++) {
		struct reading_part *part = &reading->parts[i];
		struct archive_plan plan;

		archive_plan(part->file->class, part->file->step_s, &plan);
		part->archive = *archive_pick(&plan, now, query->from);
		part->base_s = plan.step_s;
		step_s = common_step(step_s, part->archive.step_s);
	}
	reading->at = 0;
	reading->bucket_s = (to_s - from_s) / query->max_points / step_s * step_s;
	reading->bucket_s = reading->bucket_s > 0 ? reading->bucket_s - step_s : 0;
	do {
		/* aligning may cost a bucket more than the division says */
		reading->bucket_s += step_s;
		reading->t0_s = from_s - from_s % reading->bucket_s;
		reading->n_buckets = (uint32_t)((to_s - reading->t0_s +
		    reading->bucket_s - 1) / reading->bucket_s);
	} while (reading->n_buckets > query->max_points);
	reading->basis_s = reading->parts[0].archive.step_s;
	reading->buckets = buckets_new(reading->t0_s, reading->bucket_s, reading->basis_s,
	    reading->n_buckets);
}

static void
window(const struct store *store, const struct reading *reading, struct proto_fetch *fetch)
{
	const struct archive *archive = &reading->parts[reading->at].archive;
	int64_t end_s = reading->t0_s + reading->n_buckets * reading->bucket_s;
	int64_t now_s = clock_wall(store->clock).ns / NS_PER_S;
	int64_t oldest_s = now_s - ((int64_t)archive->rows + 1) * archive->step_s;

	fetch->from_s = reading->t0_s;
	/* a clock that was set back leaves rows of the future */
	fetch->to_s = now_s + (int64_t)archive->rows * archive->step_s;
	fetch->to_s = end_s < fetch->to_s ? end_s : fetch->to_s;
	if (archive->step_s == fetch->base_s) {
		fetch->from_s -= archive->step_s;
	} else {
		fetch->to_s += archive->step_s;
	}
	fetch->from_s = fetch->from_s < oldest_s ? oldest_s : fetch->from_s;
	fetch->to_s = fetch->to_s < fetch->from_s ? fetch->from_s : fetch->to_s;
}

static void
send_fetch(struct store *store, struct reading *reading)
{
	const struct reading_part *part;
	struct proto_fetch fetch = { 0 };
	size_t at;

	reading->is_probe = reading->buckets == NULL && find_unknown(store, reading);
	if (reading->buckets == NULL && !reading->is_probe) {
		plan_read(store, reading);
	}
	part = &reading->parts[reading->at];
	fetch.step_s = reading->is_probe ? part->file->step_s : part->archive.step_s;
	fetch.base_s = reading->is_probe ? part->file->step_s : part->base_s;
	if (!reading->is_probe) {
		fetch.has_max = part->archive.has_max;
		window(store, reading, &fetch);
	}
	str_copy(fetch.path, sizeof(fetch.path), part->file->path);
	str_copy(fetch.name, sizeof(fetch.name), part->file->table->ds[part->ds].name);
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

	if (entity == NULL) {
		read_end(store, reading, COL_ENOENT, NULL);
		return;
	}
	if (reading->list_fn != NULL) {
		list_names(store, reading, entity);
		return;
	}
	find_parts(store, reading, entity);
	if (reading->n_parts == 0 || !is_valid(query)) {
		read_end(store, reading, reading->n_parts == 0 ? COL_ENOENT : COL_EINVAL,
		    NULL);
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
add_archive(const struct reading *reading, const struct proto_reply *reply)
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
		if (average->step_s > reading->parts[reading->at].base_s) {
			row.start_s -= average->step_s;
		}
		buckets_add(reading->buckets, &row);
	}
}

/* Slots that no row of the archive holds yet: of the tail, then of the ring. */
static void
add_slots(const struct reading *reading, const struct proto_reply *reply)
{
	const struct reading_part *part = &reading->parts[reading->at];
	const struct proto_column *tail = &reply->tail;
	const struct ring *ring = &part->file->ring;
	struct buckets_fold fold = { .buckets = reading->buckets,
	    .step_s = part->archive.step_s, .base_s = part->base_s };

	for (uint32_t i = 0; i < tail->n; i++) {
		int64_t slot_s = tail->first_s + (int64_t)i * tail->step_s;

		if (tail->known[i] && slot_s <= reply->last_s) {
			buckets_fold(&fold, slot_s, tail->values[i]);
		}
	}
	for (uint32_t i = ring_find(ring, reply->last_s + 1); i < ring->n_rows; i++) {
		const struct ring_row *row = ring->rows[i];

		if (row->known >> part->ds & 1) {
			buckets_fold(&fold, row->slot_s, row->values[part->ds]);
		}
	}
	buckets_fold_end(&fold);
}

static void
add_part_rows(struct reading *reading, const struct proto_reply *reply)
{
	int64_t step_s = reading->parts[reading->at].archive.step_s;
	uint64_t before = buckets_count(reading->buckets);

	buckets_step(reading->buckets, step_s);
	add_archive(reading, reply);
	add_slots(reading, reply);
	/* the coarsest rows that are in it say how much it is worth */
	if (buckets_count(reading->buckets) > before &&
	    (before == 0 || step_s > reading->basis_s)) {
		reading->basis_s = step_s;
	}
}

/* Errors: false, the read has ended. */
static bool
take_reply(struct store *store, struct reading *reading, const struct proto_reply *reply)
{
	struct series_file *file = reading->parts[reading->at].file;
	bool is_damaged = reply->code != 0 && reply->code != COL_ENOENT;

	if (is_damaged) {
		/* made anew with the next rows; those of a former interval have none */
		file->ensured = NULL;
		store_problem(store, PROBLEM_FILE_WRITE, store->n_failing, file->path,
		    reply->text);
		if (file->step_s == store->step_s) {
			finish(store, reading, COL_EIO, NULL);
			return false;
		}
	}
	if (reading->is_probe) {
		/* a file that is not there has ended before all windows */
		file->last_s = reply->last_s > 0 ? reply->last_s : 1;
		return true;
	}
	if (!is_damaged) {
		add_part_rows(reading, reply);
	}
	reading->at++;
	return true;
}

void
read_answer(struct store *store, struct reading *reading, const struct proto_reply *reply)
{
	struct store_series series;

	if (reply->code == COL_EBUSY) {
		read_again(store, reading);
		return;
	}
	if (!take_reply(store, reading, reply)) {
		return;
	}
	if (reading->buckets == NULL || reading->at < reading->n_parts) {
		read_again(store, reading);
		return;
	}
	series = (struct store_series){ .basis_s = reading->basis_s };
	buckets_end(reading->buckets, &series);
	reading->buckets = NULL;
	finish(store, reading, 0, &series);
	store_series_done(&series);
}
