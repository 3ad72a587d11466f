/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * At most three slots are open in ordinary life: the one before, which waits
 * for its late polls, the current one, and the next for a poll that is early
 * by our clock.  More than that means FLOW was held up.
 */
#include <config.h>

#include "flow/slots.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

/* After a pause of more slots than this they are skipped, not closed empty. */
#define SLOTS_SKIP 16

void
slots_init(struct slots *slots)
{
	memset(slots, 0, sizeof(*slots));
}

void
slots_done(struct slots *slots)
{
	for (uint32_t i = 0; i < slots->n_open; i++) {
		free(slots->open[i].readings);
	}
	free(slots->spare);
	slots_init(slots);
}

static int
readings_grow(struct reading **readings, uint32_t from, uint32_t to)
{
	struct reading *grown;

	/* One more than needed: an empty province still has an array. */
	grown = realloc(*readings, ((size_t)to + 1) * sizeof(grown[0]));
	if (grown == NULL) {
		return COL_ENOMEM;
	}
	memset(grown + from, 0, ((size_t)to + 1 - from) * sizeof(grown[0]));
	*readings = grown;
	return 0;
}

static uint32_t
count_waiting(const struct slots *slots, const struct slots_open *open)
{
	uint32_t n = 0;

	for (uint32_t d = 0; d < slots->inventory->n_devices; d++) {
		if (slots->inventory->devices[d] != NULL &&
		    (open->readings[d].flags & READING_ENDED) == 0) {
			n++;
		}
	}
	return n;
}

int
slots_apply(struct slots *slots, const struct inventory *inventory,
    int64_t interval_ns)
{
	uint32_t n = inventory->n_devices;

	/* Arrays only grow: dense ids are not given twice within a run. */
	for (uint32_t i = 0; i < slots->n_open && n > slots->n_devices; i++) {
		if (readings_grow(&slots->open[i].readings, slots->n_devices, n) < 0) {
			return COL_ENOMEM;
		}
	}
	if (n > slots->n_devices) {
		free(slots->spare);
		slots->spare = NULL;
		slots->n_devices = n;
	}
	slots->inventory = inventory;
	slots->interval_ns = interval_ns;
	slots->count_devices = inventory->count_devices;
	for (uint32_t i = 0; i < slots->n_open; i++) {
		slots->open[i].n_waiting = count_waiting(slots, &slots->open[i]);
	}
	return 0;
}

struct wall
slots_floor(const struct slots *slots, struct wall at)
{
	int64_t rest = at.ns % slots->interval_ns;

	return (struct wall){ at.ns - (rest < 0 ? rest + slots->interval_ns : rest) };
}

static bool
open_at(struct slots *slots, struct wall at)
{
	struct slots_open *open;

	if (slots->n_open == SLOTS_OPEN_MAX) {
		return false;
	}
	if (slots->spare == NULL &&
	    readings_grow(&slots->spare, 0, slots->n_devices) < 0) {
		return false;
	}
	open = &slots->open[slots->n_open++];
	open->at = at;
	open->readings = slots->spare;
	open->n_waiting = slots->count_devices;
	slots->spare = NULL;
	memset(open->readings, 0, slots->n_devices * sizeof(open->readings[0]));
	return true;
}

bool
slots_advance(struct slots *slots, struct wall now)
{
	struct wall current = slots_floor(slots, now);
	struct wall next = current;

	if (slots->n_open > 0) {
		next.ns = slots->open[slots->n_open - 1].at.ns + slots->interval_ns;
	} else if (slots->last_closed.ns != 0) {
		next.ns = slots->last_closed.ns + slots->interval_ns;
	}
	if (current.ns - next.ns > SLOTS_SKIP * slots->interval_ns) {
		/* Close what is open first: slots stay in order. */
		return slots->n_open > 0 ? true : open_at(slots, current);
	}
	while (next.ns <= current.ns) {
		if (!open_at(slots, next)) {
			return false;
		}
		next.ns += slots->interval_ns;
	}
	return true;
}

bool
slots_jumped(const struct slots *slots, struct wall now)
{
	struct wall newest = slots->last_closed;

	if (slots->n_open > 0) {
		newest = slots->open[slots->n_open - 1].at;
	}
	return newest.ns > now.ns + slots->interval_ns;
}

void
slots_restart(struct slots *slots)
{
	slots->last_closed.ns = 0;
}

struct slots_open *
slots_find(struct slots *slots, struct wall at, struct wall now)
{
	/* A poll that is a little early by our clock opens its slot. */
	if (at.ns > now.ns && at.ns <= now.ns + slots->interval_ns) {
		now = at;
	}
	(void)slots_advance(slots, now);
	for (uint32_t i = 0; i < slots->n_open; i++) {
		if (slots->open[i].at.ns == at.ns) {
			return &slots->open[i];
		}
	}
	return NULL;
}

void
slots_end(struct slots_open *open, uint32_t device, const struct reading *reading)
{
	struct reading *at = &open->readings[device];

	/* Polled again after a failure, or on demand: the good one counts. */
	if ((at->flags & READING_ENDED) == 0) {
		open->n_waiting -= open->n_waiting > 0;
	} else if ((at->flags & READING_GOOD) != 0) {
		return;
	}
	*at = *reading;
}

const struct slots_open *
slots_due(const struct slots *slots, struct wall now)
{
	const struct slots_open *oldest = &slots->open[0];

	if (slots->n_open == 0) {
		return NULL;
	}
	/* A province without devices closes empty slots, at their time. */
	if (oldest->n_waiting == 0 && slots->count_devices > 0) {
		return oldest;
	}
	return now.ns >= slots_deadline(slots).ns ? oldest : NULL;
}

void
slots_close(struct slots *slots)
{
	struct slots_open closed = slots->open[0];

	slots->last_closed = closed.at;
	slots->n_open--;
	memmove(&slots->open[0], &slots->open[1],
	    slots->n_open * sizeof(slots->open[0]));
	if (slots->spare == NULL) {
		slots->spare = closed.readings;
	} else {
		free(closed.readings);
	}
}

struct wall
slots_deadline(const struct slots *slots)
{
	if (slots->n_open == 0) {
		return (struct wall){ 0 };
	}
	return (struct wall){ slots->open[0].at.ns + slots->interval_ns +
	    slots->interval_ns / 2 };
}
