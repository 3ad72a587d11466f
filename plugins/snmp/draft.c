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

static struct draft_slot *
find_slot(struct draft *draft, const char *metric, const char *instance,
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
static struct draft_slot *
place_slot(struct draft *draft, const struct draft_slot *from)
{
	char key[sizeof(from->key)];
	struct draft_slot *slot = find_slot(draft, from->metric->metric,
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
		(void)place_slot(draft, &slot);
	}
}

static bool
row_wanted(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row)
{
	return row_passes(draft, metric->table->filters,
	    metric->table->n_filters, row) &&
	    row_passes(draft, metric->filters, metric->n_filters, row);
}

/* True when the metric's rows differ in the label that is counted. */
static bool
has_many(const struct draft *draft, const struct profile_metric *metric,
    struct objref column)
{
	int each = metric->instance.each;
	char first[CONVERT_TEXT_SIZE], text[CONVERT_TEXT_SIZE];
	struct draft_row row;
	size_t n = 0;

	for (const struct varbind *vb = snapshot_next(draft->snapshot, column);
	    vb != NULL && objid_under(column, vb->name);
	    vb = snapshot_next(draft->snapshot, vb->name)) {
		if (!row_split(metric->table, column, vb, &row) ||
		    !row_wanted(draft, metric, &row)) {
			continue;
		}
		if (each < 0) {
			if (n++ > 0) {
				return true;
			}
			continue;
		}
		row_label(draft, &metric->table->labels[each], &row,
		    n == 0 ? first : text, CONVERT_TEXT_SIZE);
		if (n++ > 0 && strcmp(first, text) != 0) {
			return true;
		}
	}
	return false;
}

/*
 * Two rows of one metric are two things: the second of a name gets its index.
 * The same row in another column is an alternative and keeps the name.
 */
static void
tell_apart(struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row, char *instance)
{
	char key[sizeof(((struct draft_slot *)0)->key)], index[24];
	const struct draft_slot *other = find_slot(draft, metric->metric,
	    instance, key, sizeof(key));
	unsigned n = row->index.n;
	struct objref index_of_other;

	if (other == NULL || other->metric != metric || other->oid.n < n) {
		return;
	}
	index_of_other = (struct objref){other->oid.sub + other->oid.n - n, n};
	if (objid_compare(index_of_other, row->index) == 0) {
		return;
	}
	(void)objid_format(row->index, index, sizeof(index));
	n = (unsigned)strlen(instance);
	if (n + strlen(index) + 2 > PLAN_INSTANCE_SIZE) {
		n = (unsigned)(PLAN_INSTANCE_SIZE - 2 - strlen(index));
		while (n > 0 && ((unsigned char)instance[n] & 0xc0) == 0x80) {
			n--;  /* not within a UTF-8 sequence */
		}
	}
	(void)snprintf(instance + n, PLAN_INSTANCE_SIZE - n, "%s%s",
	    n > 0 ? " " : "", index);
}

/* True when the column's rows differ in the first part of their index. */
static bool
has_units(const struct draft *draft, struct objref column)
{
	const struct varbind *vb = snapshot_next(draft->snapshot, column);
	uint32_t first;

	if (vb == NULL || !objid_under(column, vb->name) ||
	    vb->name.n == column.n) {
		return false;
	}
	first = vb->name.sub[column.n];
	while (vb != NULL && objid_under(column, vb->name)) {
		if (vb->name.n > column.n &&
		    vb->name.sub[column.n] != first) {
			return true;
		}
		vb = snapshot_next(draft->snapshot, vb->name);
	}
	return false;
}

/* The words that tell the units of a chain apart, where there are several. */
static void
add_prefixes(const struct draft *draft, const struct profile_table *table,
    const struct draft_row *row, char *text, size_t size)
{
	char word[PLAN_INSTANCE_SIZE];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < table->n_prefixes; i++) {
		const struct profile_prefix *prefix = &table->prefixes[i];
		bool several = false;
		for (size_t k = 0; k < prefix->n_columns; k++) {
			several = several || has_units(draft, prefix->columns[k]);
		}
		if (several && used < size) {
			row_render(draft, table, row, prefix->text, word);
			used += (size_t)snprintf(text + used, size - used,
			    "%s ", word);
		}
	}
}

static void
name_instance(struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row, bool many, char *ret_instance)
{
	const struct profile_instance *instance = &metric->instance;
	char text[CONVERT_TEXT_SIZE], key[sizeof(((struct draft_slot *)0)->key)];
	char whole[(PROFILE_PREFIXES_MAX + 1) * (PLAN_INSTANCE_SIZE + 1)];
	struct varbind vb = {.type = VARBIND_OCTETS,
	    .bytes = (const uint8_t *)whole};
	const char *position = NULL;
	size_t used;

	add_prefixes(draft, metric->table, row, whole, sizeof(whole));
	used = strlen(whole);
	if (instance->position >= 0 && (!many || instance->each < 0)) {
		row_label(draft, &metric->table->labels[instance->position],
		    row, text, sizeof(text));
		position = convert_position(text);
	}
	if (position != NULL) {
		(void)snprintf(whole + used, sizeof(whole) - used, "%s",
		    position);
		/* Two probes at the top: the second keeps its name. */
		if (find_slot(draft, metric->metric, whole, key,
		    sizeof(key)) != NULL) {
			position = NULL;
		}
	}
	if (position == NULL) {
		row_render(draft, metric->table, row, many ? instance->many :
		    instance->one, text);
		(void)snprintf(whole + used, sizeof(whole) - used, "%s", text);
	}
	vb.len = strlen(whole);
	(void)convert_text(&vb, ret_instance, PLAN_INSTANCE_SIZE);
	if (position == NULL) {
		tell_apart(draft, metric, row, ret_instance);
	}
}

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
	const struct draft_slot *slot = find_slot(draft, metric->metric,
	    metric->total, key, sizeof(key));

	return slot != NULL && (slot->quality == COL_GOOD ||
	    sums_with(slot->metric, metric) || slot->n_members > 0);
}

/* The sum of all rows, unless the device gives a total itself. */
static void
make_total(struct draft *draft, const struct profile_metric *metric)
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
	if (place_slot(draft, &sum) == NULL && !draft->no_memory) {
		free(members);
	}
}

static void
make_column(struct draft *draft, const struct profile_metric *metric,
    size_t i)
{
	struct objref column = metric->values[i];
	bool many = has_many(draft, metric, column);
	struct draft_slot slot;
	struct draft_row row;

	for (const struct varbind *vb = snapshot_next(draft->snapshot, column);
	    vb != NULL && objid_under(column, vb->name) &&
	    !draft->no_memory; vb = snapshot_next(draft->snapshot, vb->name)) {
		if (row_split(metric->table, column, vb, &row) &&
		    row_wanted(draft, metric, &row) &&
		    describe_cell(draft, metric, vb, &row, &slot) &&
		    find_high(draft, metric, i, &row, &slot)) {
			name_instance(draft, metric, &row, many,
			    slot.instance);
			(void)place_slot(draft, &slot);
		}
	}
}

static uint32_t
find_rating(struct draft *draft, const struct profile_percent *percent,
    const struct draft_slot *of)
{
	char key[sizeof(of->key)];
	const struct draft_slot *rated = find_slot(draft, percent->rated,
	    of->instance, key, sizeof(key));

	if (rated == NULL && percent->shared) {
		rated = find_slot(draft, percent->rated, "", key, sizeof(key));
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
static void
make_percent(struct draft *draft, const struct profile_percent *percent)
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
		    find_slot(draft, percent->metric.metric, of->instance,
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
		if (place_slot(draft, &slot) == NULL && !draft->no_memory) {
			free(slot.members);
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
				make_total(draft, &table->metrics[i]);
			}
		}
	}
	for (size_t i = 0; i < profile->n_percents; i++) {
		make_percent(draft, &profile->percents[i]);
	}
}
