/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/inrange.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/environment.h"

#define HOUR_NS (3600 * NS_PER_S)
#define HOUR_S 3600

/* One hour: of AIR_INLETS inlets at most 21,600 seconds. */
struct cell { uint16_t inside_s, known_s, covered_s; };

struct inrange_rack {
	struct cell hours[INRANGE_HOURS];  /* by number of the hour, mod */
	uint32_t inside_s, known_s, covered_s; /* sums of them */
};

void
inrange_init(struct inrange *inrange)
{
	memset(inrange, 0, sizeof(*inrange));
}

void
inrange_done(struct inrange *inrange)
{
	for (uint32_t r = 0; r < inrange->n_racks; r++) {
		free(inrange->racks[r]);
	}
	free(inrange->racks);
	inrange_init(inrange);
}

int
inrange_apply(struct inrange *inrange, const struct inventory *inventory)
{
	if (inventory->n_racks > inrange->n_racks) {
		struct inrange_rack **racks = realloc(inrange->racks,
		    inventory->n_racks * sizeof(*racks));

		if (racks == NULL) {
			return COL_ENOMEM;
		}
		memset(racks + inrange->n_racks, 0,
		    (inventory->n_racks - inrange->n_racks) * sizeof(*racks));
		inrange->racks = racks;
		inrange->n_racks = inventory->n_racks;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		if (inventory->racks[r] == NULL) {
			free(inrange->racks[r]);
			inrange->racks[r] = NULL;
		}
	}
	return 0;
}

static void
drop_hour(struct inrange *inrange, int64_t hour)
{
	for (uint32_t r = 0; r < inrange->n_racks; r++) {
		struct inrange_rack *rack = inrange->racks[r];
		struct cell *cell;

		if (rack == NULL) {
			continue;
		}
		cell = &rack->hours[hour % INRANGE_HOURS];
		rack->inside_s -= cell->inside_s;
		rack->known_s -= cell->known_s;
		rack->covered_s -= cell->covered_s;
		memset(cell, 0, sizeof(*cell));
	}
}

/* Empties the cells that another hour is going to use, or that lie ahead. */
static void
move_to(struct inrange *inrange, int64_t hour)
{
	int64_t from = inrange->hour + 1, to = hour;

	if (inrange->hour == 0) {
		inrange->hour = hour;
		return;
	}
	if (hour < inrange->hour) {
		from = hour;
		to = inrange->hour;
	}
	if (to - from >= INRANGE_HOURS) {
		from = to - INRANGE_HOURS + 1;
	}
	for (; from <= to; from++) {
		drop_hour(inrange, from);
	}
	inrange->hour = hour;
}

static uint16_t
add16(uint16_t *to, uint32_t seconds)
{
	uint32_t room = UINT16_MAX - *to;

	seconds = seconds < room ? seconds : room;
	*to = (uint16_t)(*to + seconds);
	return (uint16_t)seconds;
}

/* Formula 13: each inlet counts for the interval that its value holds. */
static void
credit(struct inrange_rack *rack, int64_t hour, const struct air *air,
    const struct environment_band *band, uint32_t seconds)
{
	struct cell *cell = &rack->hours[hour % INRANGE_HOURS];
	uint32_t n_known = 0, n_inside = 0;

	for (unsigned i = 0; i < AIR_INLETS; i++) {
		double inlet_c = air_value(air->inlets[i]);

		if ((air->inlet_mask & 1u << i) == 0) {
			continue;
		}
		n_known++;
		n_inside += inlet_c >= band->recommended_low &&
		    inlet_c <= band->recommended_high;
	}
	rack->inside_s += add16(&cell->inside_s, n_inside * seconds);
	rack->known_s += add16(&cell->known_s, n_known * seconds);
	rack->covered_s += add16(&cell->covered_s, seconds);
}

void
inrange_credit(struct inrange *inrange, const struct rollup *rollup)
{
	int64_t hour = rollup->slot.ns / HOUR_NS;
	int64_t seconds = (rollup->interval_ns + NS_PER_S / 2) / NS_PER_S;
	uint32_t n = rollup->inventory->n_racks;

	/* a clock that was set back repeats an hour: it is not earned twice */
	if (rollup->slot.ns <= inrange->last_slot.ns && hour == inrange->hour) {
		return;
	}
	seconds = seconds < 1 ? 1 : seconds > HOUR_S ? HOUR_S : seconds;
	inrange->last_slot = rollup->slot;
	if (hour != inrange->hour) {
		move_to(inrange, hour);
	}
	for (uint32_t r = 0; r < n && r < inrange->n_racks; r++) {
		const struct rack *rack = rollup->inventory->racks[r];
		const struct air *air = &rollup->racks[r].air;
		struct environment_band band;

		if (rack == NULL || air->inlet_mask == 0) {
			continue;
		}
		if (inrange->racks[r] == NULL) {
			inrange->racks[r] = calloc(1, sizeof(*inrange->racks[r]));
		}
		if (inrange->racks[r] != NULL) {
			band = environment_band(rack->class);
			credit(inrange->racks[r], hour, air, &band, (uint32_t)seconds);
		}
	}
}

struct inrange_time
inrange_get(const struct inrange *inrange, uint32_t rack)
{
	struct inrange_time time = { 0 };

	if (inrange != NULL && rack < inrange->n_racks && inrange->racks[rack] != NULL) {
		time.inside_s = inrange->racks[rack]->inside_s;
		time.known_s = inrange->racks[rack]->known_s;
		time.covered_s = inrange->racks[rack]->covered_s;
	}
	return time;
}
