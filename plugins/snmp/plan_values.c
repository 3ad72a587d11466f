/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan_values.h"

#include <stdlib.h>

#include "convert.h"
#include "draft.h"

#define HALF UINT64_C(4294967296)

int
plan_values_start(struct plan_values *values, const struct plan *plan)
{
	size_t n = plan->n_slots;

	plan_values_free(values);
	values->values = calloc(plan->n_highs > 0 ? 2 * n : n,
	    sizeof(*values->values));
	values->unavailable = calloc(n, sizeof(*values->unavailable));
	if (values->values == NULL || values->unavailable == NULL) {
		plan_values_free(values);
		return COL_ENOMEM;
	}
	values->highs = plan->n_highs > 0 ? values->values + n : NULL;
	for (size_t i = 0; i < n; i++) {
		values->values[i].quality = COL_ERROR;
	}
	return 0;
}

void
plan_values_free(struct plan_values *values)
{
	free(values->values);
	free(values->unavailable);
	*values = (struct plan_values){NULL, NULL, NULL};
}

bool
plan_values_take(struct plan_values *values, const struct plan *plan,
    size_t request, const struct varbind *vb)
{
	uint32_t at = plan->requests[request].slot;
	const struct plan_slot *slot = &plan->slots[at];

	switch (plan->requests[request].role) {
	case PLAN_VALUE:
		convert_value(slot->metric, slot->factor, vb,
		    &values->values[at]);
		break;
	case PLAN_HIGH:
		convert_value(slot->metric, slot->factor, vb,
		    &values->highs[at]);
		break;
	case PLAN_AVAILABLE:
		values->unavailable[at] = slot->metric->available != NULL &&
		    !filter_holds(slot->metric->available, vb);
		return true;
	}
	return vb != NULL && !varbind_missing(vb);
}

void
plan_values_fill(struct plan_values *values, const struct plan *plan,
    const struct snapshot *snapshot)
{
	for (size_t i = 0; i < plan->n_requests; i++) {
		(void)plan_values_take(values, plan, i,
		    snapshot_get(snapshot, plan->oids[i]));
	}
}

/*
 * Scales are linear, so that halves may be joined behind them.  The lower
 * half may come as a negative Integer32: it is meant without a sign.
 */
static void
join_halves(struct plan_values *values, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_requests; i++) {
		uint32_t at = plan->requests[i].slot;
		const struct plan_slot *slot = &plan->slots[at];
		struct col_value *low = &values->values[at];
		const struct col_value *high = values->highs + at;
		double unit = slot->factor < 0 ? 1 / -slot->factor :
		    slot->factor;
		if (plan->requests[i].role != PLAN_HIGH ||
		    low->quality != COL_GOOD) {
			continue;
		}
		if (high->quality != COL_GOOD) {
			*low = *high;
		} else if (slot->metric->counter) {
			low->counter = high->counter * HALF +
			    low->counter % HALF;
		} else {
			low->number += high->number * (double)HALF +
			    (low->number < 0 ? unit * (double)HALF : 0);
		}
	}
}

/*
 * A member without a value (an absent phase, the idle inlet of a transfer
 * switch) adds nothing; one that could not be read spoils the sum.
 */
static struct col_value
sum_of(const struct plan *plan, const struct plan_slot *slot,
    const struct col_value *values)
{
	struct col_value sum = {.number = 0, .quality = COL_UNAVAILABLE};

	for (uint32_t k = 0; k < slot->n_members; k++) {
		const struct col_value *member =
		    &values[plan->members[slot->first_member + k]];
		if (member->quality == COL_GOOD) {
			sum.number += member->number;
			sum.quality = COL_GOOD;
		} else if (member->quality != COL_UNAVAILABLE) {
			return (struct col_value){.quality = member->quality};
		}
	}
	return sum;
}

/* The first member in percent of the second. */
static struct col_value
percent_of(const struct plan *plan, const struct plan_slot *slot,
    const struct col_value *values)
{
	const struct col_value *of =
	    &values[plan->members[slot->first_member]];
	const struct col_value *rated =
	    &values[plan->members[slot->first_member + 1]];

	if (of->quality != COL_GOOD) {
		return (struct col_value){.quality = of->quality};
	}
	if (rated->quality != COL_GOOD || !(rated->number > 0)) {
		return (struct col_value){.quality =
		    rated->quality != COL_GOOD ? rated->quality :
		    COL_UNAVAILABLE};
	}
	return (struct col_value){.number = 100 * of->number / rated->number,
	    .quality = COL_GOOD};
}

void
plan_values_finish(struct plan_values *values, const struct plan *plan)
{
	if (values->highs != NULL) {
		join_halves(values, plan);
	}
	for (size_t i = 0; i < plan->n_slots; i++) {
		if (values->unavailable[i]) {
			values->values[i] = (struct col_value){
			    .quality = COL_UNAVAILABLE};
		}
	}
	/* Sums first: a percent may be one of a sum. */
	for (size_t i = 0; i < plan->n_slots; i++) {
		if (plan->slots[i].op == PLAN_SUM) {
			values->values[i] = sum_of(plan, &plan->slots[i],
			    values->values);
		}
	}
	for (size_t i = 0; i < plan->n_slots; i++) {
		if (plan->slots[i].op == PLAN_PERCENT) {
			values->values[i] = percent_of(plan, &plan->slots[i],
			    values->values);
		}
	}
}
