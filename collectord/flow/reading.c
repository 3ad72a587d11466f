/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/reading.h"

#define POWER_MARKS ((1u << DIGEST_POWER_TOTAL) | \
    (1u << DIGEST_POWER_INLET) | (1u << DIGEST_POWER_PHASE))
#define PROBE_MARKS ((1u << DIGEST_TEMPERATURE) | (1u << DIGEST_INLET))

static void
mark_add(struct reading_mark *mark, const struct sample *sample)
{
	mark->n++;
	if (sample->quality != COL_GOOD) {
		return;
	}
	if (mark->n_good == 0 || sample->number < mark->low) {
		mark->low = sample->number;
	}
	if (mark->n_good == 0 || sample->number > mark->high) {
		mark->high = sample->number;
	}
	mark->n_good++;
	mark->sum += sample->number;
}

void
reading_add(struct reading_gather *gather, const struct digest *digest,
    const struct sample *samples)
{
	for (uint32_t i = 0; i < digest->layout->n_slots; i++) {
		gather->n_good += samples[i].quality == COL_GOOD;
	}
	for (uint32_t i = 0; i < digest->n_entries; i++) {
		const struct digest_entry *entry = &digest->entries[i];

		mark_add(&gather->marks[entry->mark], &samples[entry->slot]);
	}
}

/* The mark that decides: the total, else the inlets, else the phases. */
static const struct reading_mark *
power_mark(const struct reading_gather *gather, uint8_t marks_known)
{
	for (unsigned m = DIGEST_POWER_TOTAL; m <= DIGEST_POWER_PHASE; m++) {
		if ((marks_known & (1u << m)) != 0) {
			return &gather->marks[m];
		}
	}
	return NULL;
}

static void
set_power(struct reading *reading, const struct reading_gather *gather,
    uint8_t marks_known)
{
	const struct reading_mark *mark = power_mark(gather, marks_known);

	/* One inlet or phase less would make a plausible, but wrong total. */
	if (mark == NULL) {
		reading->flags |= READING_NO_POWER;
	} else if (mark->n > 0 && mark->n_good == mark->n) {
		reading->flags |= READING_POWER;
		reading->power_w = mark->sum;
	}
}

/* A three-phase feed that has lost a phase is no live feed; a single-phase
 * device may list phases that are not wired. */
static void
set_voltage(struct reading *reading, const struct reading_mark *mark,
    unsigned phases)
{
	if (mark->n_good == 0 || (phases == 3 && mark->n_good < mark->n)) {
		return;
	}
	reading->flags |= READING_VOLTAGE;
	reading->voltage_v = (float)(phases == 3 ? mark->low : mark->high);
}

static void
set_temperature(struct reading *reading, const struct reading_gather *gather)
{
	const struct reading_mark *inlet = &gather->marks[DIGEST_INLET];
	const struct reading_mark *other = &gather->marks[DIGEST_TEMPERATURE];

	if (inlet->n_good > 0) {
		reading->flags |= READING_INLET | READING_TEMPERATURE;
		reading->inlet_c = (float)inlet->high;
		reading->temperature_c = (float)inlet->high;
	}
	if (other->n_good > 0 && (inlet->n_good == 0 || other->high > inlet->high)) {
		reading->flags |= READING_TEMPERATURE;
		reading->temperature_c = (float)other->high;
	}
}

struct reading
reading_finish(const struct reading_gather *gather, bool complete,
    unsigned phases, uint8_t *marks_known)
{
	struct reading reading = { .flags = READING_ENDED };
	uint8_t seen = 0;

	for (unsigned m = 0; m < DIGEST_MARK_N; m++) {
		if (gather->marks[m].n > 0) {
			seen |= (uint8_t)(1u << m);
		}
	}
	seen &= POWER_MARKS | PROBE_MARKS;
	/* What a poll lacked may still be there; only a complete one forgets. */
	*marks_known = complete ? seen : (uint8_t)(*marks_known | seen);
	if ((*marks_known & PROBE_MARKS) != 0) {
		reading.flags |= READING_PROBE;
	}
	if (gather->n_good == 0) {
		return reading;
	}
	reading.flags |= READING_GOOD;
	set_power(&reading, gather, *marks_known);
	/* The part with the power may be the one that did not come. */
	if (!complete && (reading.flags & READING_NO_POWER) != 0) {
		reading.flags &= ~(uint32_t)READING_NO_POWER;
	}
	set_voltage(&reading, &gather->marks[DIGEST_VOLTAGE], phases);
	set_temperature(&reading, gather);
	return reading;
}
