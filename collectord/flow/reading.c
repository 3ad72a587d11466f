/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/reading.h"

#include <math.h>

/* Bits below 8: what a device is known to have. */
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

/* Temperatures inside a machine that is no probe are not the rack's air. */
static void
take_temperature(struct reading_gather *gather, const struct digest_entry *entry,
    const struct sample *sample)
{
	bool good = sample->quality == COL_GOOD;

	if (entry->air == AIR_NONE || (!gather->is_probe && !entry->strict)) {
		return;
	}
	if (entry->air != AIR_OUTLET) {
		gather->air.n_expected += gather->air.n_expected < UINT8_MAX;
	}
	if (good && entry->air == AIR_OUTLET) {
		air_outlet(&gather->air, air_hundredths(sample->number));
	} else if (good) {
		air_inlet(&gather->air, entry->air, air_hundredths(sample->number));
	}
}

/* The first humidity whose temperature is known as well. */
static void
take_humidity(struct air *air, const struct digest_entry *entry,
    const struct sample *samples)
{
	const struct sample *sample = &samples[entry->slot];

	if (sample->quality != COL_GOOD || entry->beside == UINT32_MAX ||
	    samples[entry->beside].quality != COL_GOOD ||
	    (air->flags & AIR_HAS_HUMIDITY) != 0) {
		return;
	}
	air->humidity = (uint16_t)air_hundredths(sample->number);
	air->beside = air_hundredths(samples[entry->beside].number);
	air->flags |= AIR_HAS_HUMIDITY;
}

static void
take_air(struct reading_gather *gather, const struct digest_entry *entry,
    const struct sample *samples)
{
	const struct sample *sample = &samples[entry->slot];

	switch (entry->mark) {
	case DIGEST_TEMPERATURE:
	case DIGEST_INLET:
		take_temperature(gather, entry, sample);
		break;
	case DIGEST_HUMIDITY:
		if (gather->is_probe) {
			take_humidity(&gather->air, entry, samples);
		}
		break;
	case DIGEST_DEW_POINT:
		if (gather->is_probe && sample->quality == COL_GOOD) {
			gather->air.dew_point = air_hundredths(sample->number);
			gather->air.flags |= AIR_HAS_DEW_POINT;
		}
		break;
	default:
		break;
	}
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
		take_air(gather, entry, samples);
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

/* One less of several would make a plausible, but wrong sum. */
static bool
is_whole(const struct reading_mark *mark)
{
	return mark->n > 0 && mark->n_good == mark->n;
}

/* What no breaker of a rack carries is cut. */
static int32_t
milli(double amps)
{
	return (int32_t)lround(fmax(0.0, fmin(READING_CURRENT_MAX_A, amps)) * 1e3);
}

/* One phase: the device's own current, else its only phase, else its inlets. */
static void
set_currents(struct reading *reading, const struct reading_mark *marks,
    unsigned phases)
{
	static const enum digest_mark ONE[] = { DIGEST_CURRENT_TOTAL,
	    DIGEST_CURRENT_L1, DIGEST_CURRENT_INLET };

	for (unsigned p = 0; phases == 3 && p < READING_PHASES; p++) {
		const struct reading_mark *mark = &marks[DIGEST_CURRENT_L1 + p];

		if (is_whole(mark)) {
			reading->phase_mask |= (uint8_t)(1u << p);
			reading->current_ma[p] = milli(mark->sum);
		}
	}
	for (unsigned i = 0; phases != 3 && reading->phase_mask == 0 &&
	    i < sizeof(ONE) / sizeof(ONE[0]); i++) {
		if (is_whole(&marks[ONE[i]])) {
			reading->phase_mask = 1;
			reading->current_ma[0] = milli(marks[ONE[i]].sum);
		}
	}
}

/* Formula 8 turned round where a device gives the factor alone: S = P / PF. */
static void
set_apparent(struct reading *reading, const struct reading_mark *marks)
{
	const struct reading_mark *factor = &marks[DIGEST_FACTOR];
	const struct reading_mark *mark = &marks[DIGEST_APPARENT_TOTAL];

	if (is_whole(factor) && factor->low > 0.0 && factor->low <= 1.0) {
		reading->flags |= READING_FACTOR;
		reading->power_factor = (float)factor->low;
	}
	for (unsigned m = DIGEST_APPARENT_TOTAL; mark->n == 0 &&
	    m <= DIGEST_APPARENT_PHASE; m++) {
		mark = &marks[m];
	}
	if (is_whole(mark)) {
		reading->flags |= READING_APPARENT;
		reading->apparent_va = (float)mark->sum;
	} else if (mark->n == 0 && (reading->flags & READING_FACTOR) != 0 &&
	    (reading->flags & READING_POWER) != 0) {
		reading->flags |= READING_APPARENT;
		reading->apparent_va = (float)(reading->power_w / factor->low);
	}
}

static void
set_rated(struct reading *reading, const struct reading_mark *mark)
{
	if (is_whole(mark) && mark->low > 0.0) {
		reading->flags |= READING_RATED;
		reading->rated_a = (float)mark->low;
	}
}

/* Humidity without a temperature of its own belongs to the inlets. */
static void
set_air(struct reading *reading, const struct reading_gather *gather,
    const struct reading_known *known)
{
	const struct reading_mark *humidity = &gather->marks[DIGEST_HUMIDITY];
	double inlet_c;

	reading->air = gather->air;
	reading->air.n_expected = known->n_inlets;
	if (gather->is_probe && humidity->n_good > 0 &&
	    (reading->air.flags & AIR_HAS_HUMIDITY) == 0 &&
	    air_inlet_mean(&reading->air, &inlet_c)) {
		reading->air.humidity = (uint16_t)air_hundredths(humidity->high);
		reading->air.beside = air_hundredths(inlet_c);
		reading->air.flags |= AIR_HAS_HUMIDITY;
	}
}

/* What a poll lacked may still be there; only a complete one forgets. */
static void
learn(struct reading_known *known, const struct reading_gather *gather,
    bool complete)
{
	uint8_t seen = 0;

	for (unsigned m = 0; m <= DIGEST_INLET; m++) {
		if (gather->marks[m].n > 0) {
			seen |= (uint8_t)(1u << m);
		}
	}
	seen &= POWER_MARKS | PROBE_MARKS;
	known->marks = complete ? seen : (uint8_t)(known->marks | seen);
	if (complete || gather->air.n_expected > known->n_inlets) {
		known->n_inlets = gather->air.n_expected;
	}
}

struct reading
reading_finish(const struct reading_gather *gather, bool complete,
    unsigned phases, struct reading_known *known)
{
	struct reading reading = { .flags = READING_ENDED };

	learn(known, gather, complete);
	if ((known->marks & PROBE_MARKS) != 0) {
		reading.flags |= READING_PROBE;
	}
	set_air(&reading, gather, known);
	if (gather->n_good == 0) {
		return reading;
	}
	reading.flags |= READING_GOOD;
	set_power(&reading, gather, known->marks);
	/* The part with the power may be the one that did not come. */
	if (!complete && (reading.flags & READING_NO_POWER) != 0) {
		reading.flags &= ~(uint32_t)READING_NO_POWER;
	}
	set_voltage(&reading, &gather->marks[DIGEST_VOLTAGE], phases);
	set_temperature(&reading, gather);
	set_currents(&reading, gather->marks, phases);
	set_apparent(&reading, gather->marks);
	set_rated(&reading, &gather->marks[DIGEST_RATED]);
	return reading;
}
