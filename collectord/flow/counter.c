/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A difference of two counts is a rate only if the agent ran all the time
 * between them and exactly one interval lies there.  Everything doubtful is
 * unavailable: a hole in a curve is honest, a spike of 2^32 is not.
 */
#include <config.h>

#include "flow/counter.h"

#include <stdlib.h>

/* sysUpTime is a TimeTicks: 2^32 hundredths, 497 days.  Source: RFC 3418. */
#define UPTIME_WRAP_MS (UINT64_C(10) << 32)
#define COUNT32_WRAP (UINT64_C(1) << 32)

struct counter_set *
counter_get(struct counter_set **sets, const struct col_layout *layout, uint32_t n)
{
	struct counter_set *set;

	for (set = *sets; set != NULL; set = set->next) {
		if (set->layout == layout) {
			return set;
		}
	}
	set = calloc(1, sizeof(*set) + n * sizeof(set->last[0]));
	if (set == NULL) {
		return NULL;
	}
	set->layout = layout;
	set->uptime_ms = COL_UPTIME_UNKNOWN;
	set->n = n;
	set->next = *sets;
	*sets = set;
	return set;
}

void
counter_free(struct counter_set *sets)
{
	while (sets != NULL) {
		struct counter_set *next = sets->next;

		free(sets);
		sets = next;
	}
}

/* Some agents answer 0 after an inner timeout; that is no uptime. */
static bool
uptime_known(uint64_t uptime_ms)
{
	return uptime_ms != COL_UPTIME_UNKNOWN && uptime_ms != 0;
}

/*
 * Sets ret_between_ms to the agent's own time between two polls.  Returns
 * false after a reboot.  An uptime below the distance of the polls means a
 * start in between even where it did not fall.
 */
static bool
ran_between(uint64_t last_ms, uint64_t now_ms, uint64_t distance_ms,
    uint64_t *ret_between_ms)
{
	if (now_ms >= last_ms) {
		*ret_between_ms = now_ms - last_ms;
		return now_ms >= distance_ms ||
		    *ret_between_ms * 4 >= distance_ms * 3;
	}
	if (last_ms < UPTIME_WRAP_MS && last_ms + 2 * distance_ms >= UPTIME_WRAP_MS &&
	    now_ms <= 2 * distance_ms) {
		*ret_between_ms = UPTIME_WRAP_MS - last_ms + now_ms;
		return true;
	}
	return false;
}

struct counter_step
counter_begin(const struct counter_set *set, struct wall slot,
    uint64_t uptime_ms, int64_t interval_ns)
{
	struct counter_step step = { .keep = set->slot.ns == slot.ns };
	int64_t distance_ns = slot.ns - set->slot.ns;
	uint64_t distance_ms, between_ms = 0;

	if (set->slot.ns == 0 || distance_ns <= 0 || distance_ns > interval_ns) {
		return step;
	}
	distance_ms = (uint64_t)(distance_ns / NS_PER_MS);
	step.seconds = (double)distance_ns / 1e9;
	step.usable = true;
	if (!uptime_known(uptime_ms)) {
		return step;
	}
	if (!uptime_known(set->uptime_ms)) {
		step.usable = uptime_ms >= distance_ms;
		return step;
	}
	step.usable = ran_between(set->uptime_ms, uptime_ms, distance_ms, &between_ms);
	step.no_reboot = step.usable;
	/* The agent's clock knows retries and late answers; believe it while
	 * it agrees with ours to a half. */
	if (step.usable && between_ms * 2 >= distance_ms &&
	    between_ms * 2 <= distance_ms * 3) {
		step.seconds = (double)between_ms / 1e3;
	}
	return step;
}

static bool
has_range(const struct slot *slot)
{
	return slot->min <= slot->max;
}

static bool
in_range(const struct slot *slot, double rate)
{
	return !has_range(slot) || (rate >= slot->min && rate <= slot->max);
}

/* The difference over at most one wrap of 2^32; false: a discontinuity. */
static bool
difference(const struct counter_step *step, const struct slot *slot,
    uint64_t last, uint64_t count, uint64_t *ret_delta)
{
	uint64_t delta;
	double rate;

	if (count >= last) {
		*ret_delta = count - last;
		return true;
	}
	if (slot->wide || last >= COUNT32_WRAP) {
		return false;
	}
	delta = COUNT32_WRAP - last + count;
	rate = (double)delta * slot->factor / step->seconds;
	if (!in_range(slot, rate)) {
		return false;
	}
	/* Without a rating, or without an uptime, half the proof is missing. */
	if (!has_range(slot) && (!step->no_reboot || delta >= COUNT32_WRAP / 2)) {
		return false;
	}
	*ret_delta = delta;
	return true;
}

struct sample
counter_rate(const struct counter_step *step, struct counter_last *last,
    const struct slot *slot, const struct col_value *value)
{
	struct sample sample = { 0.0, COL_UNAVAILABLE };
	struct counter_last before = *last;
	uint64_t delta = 0;

	if (value->quality != COL_GOOD) {
		sample.quality = value->quality < COL_QUALITY_N ?
		    value->quality : COL_ERROR;
		if (!step->keep) {
			last->known = false;
		}
		return sample;
	}
	if (!step->keep) {
		last->count = value->counter;
		last->known = true;
	}
	if (!step->usable || !before.known ||
	    !difference(step, slot, before.count, value->counter, &delta)) {
		return sample;
	}
	sample.number = (double)delta * slot->factor / step->seconds;
	sample.quality = in_range(slot, sample.number) ? COL_GOOD : COL_IMPLAUSIBLE;
	return sample;
}

void
counter_end(struct counter_set *set, const struct counter_step *step,
    struct wall slot, uint64_t uptime_ms)
{
	if (!step->keep) {
		set->slot = slot;
		set->uptime_ms = uptime_ms;
	}
}
