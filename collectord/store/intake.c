/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From FLOW's records to rings and journal.  store_put runs on FLOW and only
 * copies; all else is STORE's.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Source: DESIGN.md 4.7: window of stamps that are taken. */
#define WINDOW_PAST_S (72 * 3600)
#define WINDOW_FUTURE_S (5 * 60)
#define INDEX_MAX (1u << 24)

static bool
wanted(const struct record *record, uint32_t i)
{
	return record->samples[i].quality == COL_GOOD &&
	    (record->layout->slots[i].archived || record->device == INVENTORY_NONE);
}

void
store_put(void *arg, const struct record *record)
{
	struct store *store = arg;
	const struct col_layout *layout = record->layout;
	const char *id = inventory_id(record->inventory, record->entity);
	uint32_t n = 0;
	struct put *put;

	for (uint32_t i = 0; i < layout->n_slots; i++) {
		n += wanted(record, i);
	}
	if (id == NULL || (n == 0 && !record->ended)) {
		return;
	}
	put = malloc(sizeof(*put) + n * (sizeof(double) + sizeof(uint16_t)));
	assert(put != NULL);
	put->kind = record->entity.kind;
	put->index = record->entity.index;
	put->layout = layout;
	put->slot_s = record->slot.ns / NS_PER_S;
	put->ended = record->ended;
	put->numbers = (double *)(put + 1);
	put->slots = (uint16_t *)(put->numbers + n);
	str_copy(put->id, sizeof(put->id), id);
	str_copy(put->role, sizeof(put->role), record->role);
	put->n = 0;
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		if (wanted(record, i)) {
			put->slots[put->n] = (uint16_t)i;
			put->numbers[put->n++] = record->samples[i].number;
		}
	}
	if (queue_put(store->puts, put) != 0) {
		stats_add(STATS_STORE_DROPPED, 1);
		free(put);
	}
}

static struct series_entity *
find_entity(struct store *store, const struct put *put)
{
	struct series_entity **items = store->known[put->kind].items;
	uint32_t n = store->known[put->kind].n;

	if (put->index >= INDEX_MAX || !str_is_id(put->id)) {
		return NULL;
	}
	if (put->index >= n) {
		uint32_t room = put->index + put->index / 2 + 64;

		items = realloc(items, room * sizeof(items[0]));
		assert(items != NULL);
		memset(items + n, 0, (room - n) * sizeof(items[0]));
		store->known[put->kind].items = items;
		store->known[put->kind].n = room;
	}
	if (items[put->index] == NULL) {
		items[put->index] = series_entity(store->series, put->kind, put->id, true);
	}
	return items[put->index];
}

/* What is in RRD already, or on its way there, cannot be changed. */
static bool
is_late(const struct series_file *file, int64_t slot_s)
{
	uint32_t n = file->n_written + file->n_sent;

	return slot_s <= file->last_s || (n > 0 && slot_s <= file->ring.rows[n - 1]->slot_s);
}

void
intake_late(struct store *store, struct series_file *file, int64_t slot_s, unsigned n)
{
	char slot[CLOCK_RFC3339_SIZE], text[128];

	stats_add(STATS_STORE_LATE, n);
	ahead_look(store, file);
	clock_rfc3339((struct wall){ slot_s * NS_PER_S }, slot);
	str_format(text, sizeof(text), "%u samples of %s are older than what has been "
	    "written: dropped", n, slot);
	store_problem(store, PROBLEM_LATE, stats_get(STATS_STORE_LATE), file->path, text);
}

static void
name_outside(struct store *store, const struct put *put)
{
	char slot[CLOCK_RFC3339_SIZE], text[128], entity[80];

	stats_add(STATS_STORE_OUTSIDE, put->n);
	clock_rfc3339((struct wall){ put->slot_s * NS_PER_S }, slot);
	str_format(entity, sizeof(entity), "%s:%s", entity_kind_text(put->kind), put->id);
	str_format(text, sizeof(text), "%u samples of %s are outside -72 h..+5 min of this "
	    "machine's clock: dropped", put->n, slot);
	store_problem(store, PROBLEM_OUTSIDE, stats_get(STATS_STORE_OUTSIDE), entity, text);
}

static void
drop(struct store *store, const struct series_file *file, unsigned n, const char *why)
{
	stats_add(STATS_STORE_DROPPED, 1);
	store->n_dropped += n;
	store_problem(store, PROBLEM_MEMORY_FULL, store->n_dropped, file->path, why);
}

static struct ring_row *
take_row(struct store *store, struct series_file *file, int64_t slot_s, uint64_t segment)
{
	size_t before = file->ring.bytes;
	bool is_new;
	struct ring_row *row = ring_row(&file->ring, slot_s, file->table->n_ds, &is_new);

	store->ring_bytes += file->ring.bytes - before;
	if (row != NULL && is_new) {
		row->segment = segment;
		journal_hold(store->journal, segment);
		store->n_waiting++;
	}
	return row;
}

/* values by source; known has a bit for each that is meant. */
static void
put_row(struct store *store, struct series_file *file, int64_t slot_s, uint64_t known,
    const double values[RING_DS_MAX])
{
	double packed[RING_DS_MAX];
	struct segment_row row = { slot_s, known, packed };
	unsigned n = 0;
	struct ring_row *to;

	for (unsigned k = 0; k < RING_DS_MAX; k++) {
		if (known >> k & 1) {
			packed[n++] = values[k];
		}
	}
	if (is_late(file, slot_s)) {
		intake_late(store, file, slot_s, n);
		return;
	}
	/* before the journal: what is accepted is not dropped */
	if (store->ring_bytes >= store->ring_bytes_max) {
		drop(store, file, n, "the rows that wait for the disk take all memory they may");
		return;
	}
	if (journal_put(store->journal, file, &row) != 0) {
		drop(store, file, n, "the journal's buffer is full");
		return;
	}
	to = take_row(store, file, slot_s, journal_segment(store->journal));
	if (to == NULL) {
		drop(store, file, n, "as many rows of this file wait as may");
		return;
	}
	to->known |= known;
	to->position = journal_position(store->journal);
	for (unsigned k = 0; k < to->n_ds; k++) {
		if (known >> k & 1) {
			to->values[k] = values[k];
		}
	}
	store->n_unsynced += n;
	accept_wanted(store);
	flush_arm(store, file, !file->exists);
}

/* Puts what map gives a place; returns how many. */
static uint32_t
put_file(struct store *store, struct series_file *file, const struct put *put,
    const uint16_t *map)
{
	double values[RING_DS_MAX];
	uint64_t known = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < put->n; i++) {
		uint16_t ds = map[put->slots[i]];

		if (ds != SERIES_NONE) {
			values[ds] = put->numbers[i];
			known |= UINT64_C(1) << ds;
			n++;
		}
	}
	if (known != 0) {
		put_row(store, file, put->slot_s, known, values);
	}
	return n;
}

/* Whether every sample has a place in one of the entity's files. */
static bool
all_placed(struct store *store, const struct series_entity *entity,
    const struct put *put, const uint16_t *maps[SERIES_PARTS_MAX])
{
	for (uint16_t f = 0; f < entity->n_files; f++) {
		maps[f] = entity->files[f]->step_s == store->step_s ?
		    series_map(store->series, entity->files[f], put->role, put->layout) :
		    NULL;
	}
	for (uint32_t i = 0; i < put->n; i++) {
		uint16_t f = 0;

		while (f < entity->n_files &&
		    (maps[f] == NULL || maps[f][put->slots[i]] == SERIES_NONE)) {
			f++;
		}
		if (f == entity->n_files) {
			return false;
		}
	}
	return true;
}

static void
take_samples(struct store *store, struct series_entity *entity, const struct put *put)
{
	const uint16_t *maps[SERIES_PARTS_MAX];

	if (!all_placed(store, entity, put, maps)) {
		const struct series_grow grow = { .entity = entity,
		    .class = archive_class_of(put->kind, store->class),
		    .step_s = store->step_s, .role = put->role, .layout = put->layout,
		    .wanted = put->slots, .n_wanted = put->n };

		if (series_extend(store->series, &grow) != 0) {
			stats_add(STATS_STORE_ERRORS, 1);
			store_problem(store, PROBLEM_TOO_MANY, SERIES_PARTS_MAX, entity->key,
			    "more series than its files hold: the rest is not archived");
		}
		(void)all_placed(store, entity, put, maps);
	}
	for (uint16_t f = 0; f < entity->n_files; f++) {
		if (maps[f] != NULL) {
			(void)put_file(store, entity->files[f], put, maps[f]);
		}
	}
}

void
intake_put(struct store *store, const struct put *put)
{
	int64_t now_s = clock_wall(store->clock).ns / NS_PER_S;
	struct series_entity *entity;
	struct put on_grid = *put;

	on_grid.slot_s -= on_grid.slot_s % store->step_s;
	if (on_grid.slot_s < now_s - WINDOW_PAST_S ||
	    on_grid.slot_s > now_s + WINDOW_FUTURE_S) {
		name_outside(store, put);
		return;
	}
	if (put->n > 0) {
		entity = find_entity(store, put);
		if (entity == NULL) {
			stats_add(STATS_STORE_ERRORS, 1);
			return;
		}
		take_samples(store, entity, &on_grid);
	}
	if (put->ended && on_grid.slot_s > store->closed_s) {
		store->closed_s = on_grid.slot_s;
	}
}

void
intake_row(void *arg, struct series_file *file, uint64_t segment,
    const struct segment_row *row, const uint16_t *places)
{
	struct store *store = arg;
	struct ring_row *to;
	unsigned n = 0;

	if (row->slot_s <= 0 || row->slot_s % file->step_s != 0) {
		return;
	}
	to = take_row(store, file, row->slot_s, segment);
	if (to == NULL) {
		stats_add(STATS_STORE_DROPPED, 1);
		return;
	}
	for (unsigned k = 0; k < RING_DS_MAX; k++) {
		if (row->known >> k & 1) {
			to->values[places[k]] = row->values[n++];
			to->known |= UINT64_C(1) << places[k];
		}
	}
}
