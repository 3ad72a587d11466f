/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places of ended polls are used again oldest first, so that 32 bits of
 * generation are as good as never the same.
 */
#include <config.h>

#include "poll/flight.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "base/str.h"

/* A handle, from the low end: place + 1, table, generation. */
#define PLACE_BITS 24
#define TABLE_BITS 8
#define PLACE_MASK ((1u << PLACE_BITS) - 1)
#define TABLE_MASK ((1u << TABLE_BITS) - 1)
#define CHUNK 256

_Static_assert(sizeof(uintptr_t) >= 8, "handles need 64 bits");

struct flight {
	uint32_t generation;
	bool open;
	bool lost;            /* an emit() did not fit */
	uint32_t next;        /* next free place + 1 */
	struct batch *batch;
	flight_end_fn *end;
	void *arg;
};

struct flights {
	uint32_t number;      /* of the table, in the handles */
	uint32_t n_places;
	uint32_t free_first, free_last; /* place + 1; 0: none */
	struct flight **chunks;
	uint32_t n_chunks;
};

static _Thread_local struct flights *current;
static atomic_uint_least32_t next_number;

struct flights *
flights_new(void)
{
	struct flights *flights = calloc(1, sizeof(*flights));
	if (flights != NULL) {
		flights->number = atomic_fetch_add(&next_number, 1) & TABLE_MASK;
	}
	return flights;
}

static struct flight *
place_get(const struct flights *flights, uint32_t place)
{
	return &flights->chunks[place / CHUNK][place % CHUNK];
}

void
flights_free(struct flights *flights)
{
	if (flights == NULL) {
		return;
	}
	for (uint32_t i = 0; i < flights->n_places; i++) {
		batch_free(place_get(flights, i)->batch);
	}
	for (uint32_t i = 0; i < flights->n_chunks; i++) {
		free(flights->chunks[i]);
	}
	free(flights->chunks);
	free(flights);
}

struct flights *
flights_enter(struct flights *flights)
{
	struct flights *before = current;
	current = flights;
	return before;
}

static void
place_release(struct flights *flights, uint32_t place)
{
	place_get(flights, place)->next = 0;
	if (flights->free_last != 0) {
		place_get(flights, flights->free_last - 1)->next = place + 1;
	} else {
		flights->free_first = place + 1;
	}
	flights->free_last = place + 1;
}

static bool
grow(struct flights *flights)
{
	if (flights->n_places + CHUNK > FLIGHT_MAX - 1) {
		return false;
	}
	struct flight **chunks = realloc(flights->chunks,
	    (flights->n_chunks + 1) * sizeof(*chunks));
	if (chunks == NULL) {
		return false;
	}
	flights->chunks = chunks;
	chunks[flights->n_chunks] = calloc(CHUNK, sizeof(**chunks));
	if (chunks[flights->n_chunks] == NULL) {
		return false;
	}
	flights->n_chunks++;
	flights->n_places += CHUNK;
	for (uint32_t i = flights->n_places - CHUNK; i < flights->n_places; i++) {
		place_release(flights, i);
	}
	return true;
}

static struct col_poll *
handle_make(const struct flights *flights, uint32_t place)
{
	uint64_t bits = (uint64_t)place_get(flights, place)->generation;
	bits = bits << TABLE_BITS | flights->number;
	bits = bits << PLACE_BITS | (place + 1);
	return (struct col_poll *)(uintptr_t)bits;
}

static struct flight *
find(const struct flights *flights, const struct col_poll *poll)
{
	uint64_t bits = (uintptr_t)poll;
	uint32_t place = (uint32_t)(bits & PLACE_MASK);
	uint32_t number = (uint32_t)(bits >> PLACE_BITS) & TABLE_MASK;
	uint32_t generation = (uint32_t)(bits >> (PLACE_BITS + TABLE_BITS));
	if (flights == NULL || number != flights->number || place == 0 ||
	    place > flights->n_places) {
		return NULL;
	}
	struct flight *flight = place_get(flights, place - 1);
	return flight->open && flight->generation == generation ? flight : NULL;
}

struct col_poll *
flight_open(struct flights *flights, struct batch *batch, flight_end_fn *end,
    void *arg)
{
	if (flights->free_first == 0 && !grow(flights)) {
		return NULL;
	}
	uint32_t place = flights->free_first - 1;
	struct flight *flight = place_get(flights, place);
	flights->free_first = flight->next;
	if (flights->free_first == 0) {
		flights->free_last = 0;
	}
	assert(!flight->open);
	*flight = (struct flight){ .generation = flight->generation + 1,
		.open = true, .batch = batch, .end = end, .arg = arg };
	return handle_make(flights, place);
}

struct batch *
flight_close(struct flights *flights, struct col_poll *poll)
{
	struct flight *flight = find(flights, poll);
	if (flight == NULL) {
		return NULL;
	}
	struct batch *batch = flight->batch;
	flight->open = false;
	flight->batch = NULL;
	place_release(flights, (uint32_t)((uintptr_t)poll & PLACE_MASK) - 1);
	return batch;
}

bool
flight_is_open(const struct flights *flights, const struct col_poll *poll)
{
	return find(flights, poll) != NULL;
}

/* Looks up a plugin's handle in this thread's table; counts the misses. */
static struct flight *
find_or_count(const struct col_poll *poll)
{
	struct flight *flight = find(current, poll);
	if (flight == NULL) {
		stats_add(STATS_POLL_LATE_CALLS, 1);
	}
	return flight;
}

void
flight_emit(struct col_poll *poll, const struct col_layout *layout,
    const struct col_value *values, uint64_t uptime_ms)
{
	struct flight *flight = find_or_count(poll);
	if (flight == NULL) {
		return;
	}
	if (layout == NULL || (values == NULL && layout->n_slots > 0) ||
	    batch_add(flight->batch, layout, values, uptime_ms) != 0) {
		flight->lost = true;
	}
}

void
flight_info(struct col_poll *poll, const char *metric, const char *text)
{
	struct flight *flight = find_or_count(poll);
	char clean[sizeof(((struct batch_info *)0)->text)];
	if (flight == NULL || metric == NULL || text == NULL) {
		return;
	}
	if (!str_starts(metric, "info_")) {
		flight->lost = true;
		return;
	}
	str_clean(clean, sizeof(clean), text, strnlen(text, 4 * sizeof(clean)));
	if (batch_add_info(flight->batch, metric, clean) != 0) {
		flight->lost = true;
	}
}

void
flight_identify(struct col_poll *poll, const struct col_identity *identity)
{
	struct flight *flight = find_or_count(poll);
	if (flight == NULL || identity == NULL) {
		return;
	}
	struct batch *batch = flight->batch;
	if (identity->profile != NULL) {
		str_copy(batch->profile, sizeof(batch->profile), identity->profile);
	}
	if (identity->credential != NULL) {
		str_copy(batch->credential, sizeof(batch->credential),
		    identity->credential);
	}
}

void
flight_done(struct col_poll *poll, enum col_status status, const char *detail)
{
	struct flight *flight = find_or_count(poll);
	if (flight == NULL) {
		return;
	}
	struct flight ended = *flight;
	struct batch *batch = flight_close(current, poll);
	if ((unsigned)status >= COL_STATUS_N) {
		status = COL_POLL_INTERNAL;
		detail = "the plugin ended the poll with an unknown status";
	}
	if (ended.lost && status == COL_POLL_OK) {
		status = COL_POLL_PARTIAL;
		detail = "the plugin emitted more than one poll can hold, "
		    "or what it may not";
	}
	batch->status = status;
	if (detail != NULL) {
		str_clean(batch->detail, sizeof(batch->detail), detail,
		    strnlen(detail, 4 * sizeof(batch->detail)));
	}
	ended.end(ended.arg, batch);
}
