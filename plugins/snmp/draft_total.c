/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots made of other slots: totals, and loads from ratings. */
#include "draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True when slots of the one add to the total of the other. */
static bool
sums_with(const struct profile_metric *a, const struct profile_metric *b)
{
	return a == b || (a->total_with != NULL && b->total_with != NULL &&
	    strcmp(a->total_with, b->total_with) == 0 &&
	    strcmp(a->metric, b->metric) == 0);
}

/* True when the device has a total of its own, or the row is the total. */
static bool
total_stands(struct draft *draft, const struct profile_metric *metric)
{
	char key[sizeof(((struct draft_slot *)0)->key)];
	const struct draft_slot *slot = draft_find(draft, metric->metric,
	    metric->total, key, sizeof(key));

	return slot != NULL && (slot->quality == COL_GOOD ||
	    sums_with(slot->metric, metric) || slot->n_members > 0);
}

/* The sum of all rows, unless the device gives a total itself. */
void
draft_total(struct draft *draft, const struct profile_metric *metric)
{
	struct draft_slot sum = {.metric = metric, .quality = COL_GOOD,
	    .op = PLAN_SUM};
	uint32_t *members = calloc(PLAN_MEMBERS_MAX, sizeof(*members));
	const struct draft_slot *first = NULL;
	size_t n = 0, limit = draft->n;

	if (members == NULL) {
		draft->no_memory = true;
		return;
	}
	for (size_t i = 0; i < limit; i++) {
		const struct draft_slot *slot = draft->slots[i];
		if (!sums_with(slot->metric, metric) || slot->n_members > 0) {
			continue;
		}
		first = first == NULL ? slot : first;
		if (strcmp(first->unit, slot->unit) != 0) {
			n = PLAN_MEMBERS_MAX; /* a part is no total */
		}
		if (n < PLAN_MEMBERS_MAX) {
			members[n] = (uint32_t)i;
		}
		n++;
	}
	(void)snprintf(sum.instance, sizeof(sum.instance), "%s",
	    metric->total);
	if (n == 0 || n > PLAN_MEMBERS_MAX || total_stands(draft, metric)) {
		free(members);
		return;
	}
	memcpy(sum.unit, first->unit, sizeof(sum.unit));
	sum.members = members;
	sum.n_members = n;
	sum.factor = 1;
	if (draft_place(draft, &sum) == NULL && !draft->no_memory) {
		free(members);
	}
}

static uint32_t
find_rating(struct draft *draft, const struct profile_percent *percent,
    const struct draft_slot *of)
{
	char key[sizeof(of->key)];
	const struct draft_slot *rated = draft_find(draft, percent->rated,
	    of->instance, key, sizeof(key));

	if (rated == NULL && percent->shared) {
		rated = draft_find(draft, percent->rated, "", key, sizeof(key));
	}
	for (uint32_t i = 0; rated != NULL && i < draft->n; i++) {
		if (draft->slots[i] == rated &&
		    strcmp(rated->unit, of->unit) == 0) {
			return i;
		}
	}
	return UINT32_MAX;
}

/* Loads from ratings, where the device gives none itself. */
void
draft_percent(struct draft *draft, const struct profile_percent *percent)
{
	size_t limit = draft->n;

	for (size_t i = 0; i < limit && !draft->no_memory; i++) {
		const struct draft_slot *of = draft->slots[i];
		struct draft_slot slot = {.metric = &percent->metric,
		    .quality = COL_GOOD, .op = PLAN_PERCENT, .factor = 1,
		    .unit = "%"};
		char key[sizeof(slot.key)];
		uint32_t rated;
		if (strcmp(of->metric->metric, percent->of) != 0 ||
		    draft_find(draft, percent->metric.metric, of->instance,
		    key, sizeof(key)) != NULL ||
		    (rated = find_rating(draft, percent, of)) == UINT32_MAX) {
			continue;
		}
		slot.members = calloc(2, sizeof(*slot.members));
		if (slot.members == NULL) {
			draft->no_memory = true;
			return;
		}
		slot.members[0] = (uint32_t)i;
		slot.members[1] = rated;
		slot.n_members = 2;
		memcpy(slot.instance, of->instance, sizeof(slot.instance));
		if (draft_place(draft, &slot) == NULL && !draft->no_memory) {
			free(slot.members);
		}
	}
}
