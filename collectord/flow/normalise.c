/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/normalise.h"

#include <math.h>

/* One value that is no counter. */
static inline struct sample
convert(const struct slot *slot, const struct col_value *value)
{
	struct sample sample = { 0.0, value->quality };
	double number;

	if (value->quality != COL_GOOD) {
		if (value->quality >= COL_QUALITY_N) {
			sample.quality = COL_ERROR;
		}
		return sample;
	}
	/* A scale from the device may make infinities of honest numbers. */
	number = value->number * slot->factor + slot->offset;
	if (!isfinite(number)) {
		sample.quality = COL_ERROR;
		return sample;
	}
	sample.number = number;
	if (slot->min <= slot->max &&
	    (number < slot->min || number > slot->max)) {
		sample.quality = COL_IMPLAUSIBLE;
	}
	return sample;
}

/* Rates are apart from the plain values: most layouts have no counter, and
 * the common loop stays free of the question. */
static void
rates(const struct batch_part *part, const struct normalise_time *when,
    struct counter_set *set, struct sample *samples)
{
	const struct col_layout *layout = part->layout;
	struct counter_step step;
	uint32_t at = 0;

	step = counter_begin(set, when->slot, part->uptime_ms, when->interval_ns);
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		if (layout->slots[i].kind == COL_COUNTER) {
			samples[i] = counter_rate(&step, &set->last[at],
			    &layout->slots[i], &part->values[i]);
			at++;
		}
	}
	counter_end(set, &step, when->slot, part->uptime_ms);
}

uint32_t
normalise_part(const struct batch_part *part, const struct digest *digest,
    const struct normalise_time *when, struct counter_set **sets,
    struct sample *samples)
{
	const struct col_layout *layout = part->layout;
	struct counter_set *set = NULL;
	uint32_t n_implausible = 0;

	if (digest->n_counters > 0) {
		set = counter_get(sets, layout, digest->n_counters);
	}
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		if (layout->slots[i].kind != COL_COUNTER) {
			samples[i] = convert(&layout->slots[i], &part->values[i]);
		} else {
			/* Stays so when there is no memory for the counters. */
			samples[i] = (struct sample){ 0.0, COL_UNAVAILABLE };
		}
	}
	if (set != NULL) {
		rates(part, when, set, samples);
	}
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		n_implausible += samples[i].quality == COL_IMPLAUSIBLE;
	}
	return n_implausible;
}

struct sample
normalise_value(const struct slot *slot, const struct col_value *value)
{
	struct sample sample = convert(slot, value);

	if (slot->kind == COL_COUNTER && value->quality == COL_GOOD) {
		sample = (struct sample){ (double)value->counter, COL_GOOD };
	}
	return sample;
}
