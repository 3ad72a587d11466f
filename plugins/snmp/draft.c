/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slot is one metric and instance.  Several definitions may lead to the same
 * slot: the first one that has a good value wins, else the first that exists.
 */
#include "draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert.h"

void
draft_done(struct draft *draft)
{
	HASH_CLEAR(hh, draft->by_key);
	for (size_t i = 0; i < draft->n; i++) {
		free(draft->slots[i]->members);
		free(draft->slots[i]);
	}
	free(draft->slots);
	memset(draft, 0, sizeof(*draft));
}

struct draft_slot *
draft_find(struct draft *draft, const char *metric, const char *instance,
    char *ret_key, size_t size)
{
	struct draft_slot *slot;

	(void)snprintf(ret_key, size, "%.95s\n%s", metric, instance);
	HASH_FIND_STR(draft->by_key, ret_key, slot);
	return slot;
}

/* Takes slot, which is not among them yet. */
static void
append_slot(struct draft *draft, struct draft_slot *slot)
{
	if (draft->n == draft->room) {
		size_t room = draft->room == 0 ? 64 : draft->room * 2;
		struct draft_slot **slots = realloc(draft->slots,
		    room * sizeof(*slots));
		if (slots == NULL) {
			draft->no_memory = true;
			free(slot->members);
			free(slot);
			return;
		}
		draft->slots = slots;
		draft->room = room;
	}
	draft->slots[draft->n++] = slot;
	HASH_ADD_STR(draft->by_key, key, slot);
}

/* Copies from into the draft; returns its slot, NULL when another stays. */
struct draft_slot *
draft_place(struct draft *draft, const struct draft_slot *from)
{
	char key[sizeof(from->key)];
	struct draft_slot *slot = draft_find(draft, from->metric->metric,
	    from->instance, key, sizeof(key));

	if (slot != NULL) {
		if (slot->quality == COL_GOOD || from->quality != COL_GOOD ||
		    slot->n_members > 0) {
			return NULL;
		}
		slot->metric = from->metric;
		slot->oid = from->oid;
		slot->available = from->available;
		slot->high = from->high;
		slot->op = from->op;
		slot->factor = from->factor;
		slot->quality = from->quality;
		slot->wide = from->wide;
		slot->states = from->states;
		slot->members = from->members;
		slot->n_members = from->n_members;
		memcpy(slot->unit, from->unit, sizeof(slot->unit));
		return slot;
	}
	if (draft->n >= PLAN_SLOTS_MAX) {
		return NULL;
	}
	slot = malloc(sizeof(*slot));
	if (slot == NULL) {
		free(from->members);
		draft->no_memory = true;
		return NULL;
	}
	*slot = *from;
	memcpy(slot->key, key, sizeof(key));
	append_slot(draft, slot);
	return draft->no_memory ? NULL : slot;
}

/* ---- scale ------------------------------------------------------------- */

static bool
resolve_factor(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row, double *ret_factor)
{
	double multiplier = metric->factor, n;

	for (size_t i = 0; i < metric->n_scales; i++) {
		const struct profile_scale *scale = &metric->scales[i];
		const struct varbind *vb = row_lookup(draft, &scale->ref, row,
		    NULL);
		if (vb == NULL || !convert_number(vb, &n)) {
			return false;
		}
		multiplier *= unit_multiplier(scale->kind, n);
	}
	/* A device may send any number there: 0 digits to 10^9 are sane. */
	if (!(multiplier >= 1e-12 && multiplier <= 1e12)) {
		return false;
	}
	*ret_factor = convert_factor(multiplier);
	return true;
}

/* ---- cells ------------------------------------------------------------------------- */

/* Fills all but the instance; false when the cell cannot be used. */
static bool
describe_cell(const struct draft *draft, const struct profile_metric *metric,
    const struct varbind *value, const struct draft_row *row,
    struct draft_slot *slot)
{
	const struct varbind *available;
	struct col_value now;

	memset(slot, 0, sizeof(*slot));
	slot->metric = metric;
	objid_copy(&slot->oid, value->name);
	slot->wide = value->type == VARBIND_COUNTER64;
	slot->states = row_states(draft, metric, row);
	if (!unit_resolve(draft, metric, row, slot->unit) ||
	    !resolve_factor(draft, metric, row, &slot->factor)) {
		return false;
	}
	convert_value(metric, slot->factor, value, &now);
	slot->quality = now.quality;
	if (metric->available != NULL) {
		available = row_lookup(draft, &metric->available->ref, row,
		    &slot->available);
		if (available == NULL) {
			slot->available.n = 0;
		} else if (!filter_holds(metric->available, available)) {
			slot->quality = COL_UNAVAILABLE;
		}
	}
	return true;
}

/* The upper half of a value in two cells; false when it is not there. */
static bool
find_high(const struct draft *draft, const struct profile_metric *metric,
    size_t i, const struct draft_row *row, struct draft_slot *slot)
{
	if (metric->highs[i].n == 0) {
		return true;
	}
	objid_copy(&slot->high, metric->highs[i]);
	return (row == NULL || objid_append(&slot->high, row->index.sub,
	    row->index.n) == 0) && snapshot_get(draft->snapshot,
	    objid_ref(&slot->high)) != NULL;
}

static void
make_scalar(struct draft *draft, const struct profile_metric *metric)
{
	struct draft_slot slot;

	for (size_t i = 0; i < metric->n_values; i++) {
		const struct varbind *value = snapshot_get(draft->snapshot,
		    metric->values[i]);
		if (value == NULL || varbind_missing(value) ||
		    !describe_cell(draft, metric, value, NULL, &slot) ||
		    !find_high(draft, metric, i, NULL, &slot)) {
			continue;
		}
		row_render(draft, NULL, NULL, metric->instance.one,
		    slot.instance);
		(void)draft_place(draft, &slot);
	}
}

static void
make_column(struct draft *draft, const struct profile_metric *metric,
    size_t i)
{
	struct objref column = metric->values[i];
	bool many = draft_many(draft, metric, column);
	struct draft_slot slot;
	struct draft_row row;

	for (const struct varbind *vb = snapshot_next(draft->snapshot, column);
	    vb != NULL && objid_under(column, vb->name) &&
	    !draft->no_memory; vb = snapshot_next(draft->snapshot, vb->name)) {
		if (row_split(metric->table, column, vb, &row) &&
		    draft_wants(draft, metric, &row) &&
		    describe_cell(draft, metric, vb, &row, &slot) &&
		    find_high(draft, metric, i, &row, &slot)) {
			draft_name(draft, metric, &row, many,
			    slot.instance);
			(void)draft_place(draft, &slot);
		}
	}
}

/* An added profile gives nothing that one before it gave the device. */
static bool
is_twin(const struct draft *draft, const struct profile *profile,
    const struct profile_metric *metric, size_t n_before)
{
	for (size_t i = 0; i < n_before && !profile->same_instances; i++) {
		if (strcmp(draft->slots[i]->metric->metric,
		    metric->metric) == 0) {
			return true;
		}
	}
	return false;
}

static void
add_table(struct draft *draft, const struct profile *profile,
    const struct profile_table *table, size_t n_before)
{
	for (size_t i = 0; i < table->n_metrics; i++) {
		const struct profile_metric *metric = &table->metrics[i];
		if (is_twin(draft, profile, metric, n_before)) {
			continue;
		}
		for (size_t k = 0; k < metric->n_values; k++) {
			make_column(draft, metric, k);
		}
	}
}

void
draft_add(struct draft *draft, const struct profile *profile)
{
	size_t n_before = draft->n;

	for (size_t i = 0; i < profile->n_scalars; i++) {
		if (!is_twin(draft, profile, &profile->scalars[i], n_before)) {
			make_scalar(draft, &profile->scalars[i]);
		}
	}
	for (size_t t = 0; t < profile->n_tables; t++) {
		add_table(draft, profile, &profile->tables[t], n_before);
	}
	for (size_t t = 0; t < profile->n_tables; t++) {
		const struct profile_table *table = &profile->tables[t];
		for (size_t i = 0; i < table->n_metrics; i++) {
			if (table->metrics[i].total != NULL) {
				draft_total(draft, &table->metrics[i]);
			}
		}
	}
	for (size_t i = 0; i < profile->n_percents; i++) {
		draft_percent(draft, &profile->percents[i]);
	}
}
