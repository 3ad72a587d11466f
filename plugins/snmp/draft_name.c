/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cell of a row is called: its instance. */
#include "draft.h"

#include <stdio.h>
#include <string.h>

#include "convert.h"

bool
draft_wants(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row)
{
	return row_passes(draft, metric->table->filters,
	    metric->table->n_filters, row) &&
	    row_passes(draft, metric->filters, metric->n_filters, row);
}

/* True when the metric's rows differ in the label that is counted. */
bool
draft_many(const struct draft *draft, const struct profile_metric *metric,
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
		    !draft_wants(draft, metric, &row)) {
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
	const struct draft_slot *other = draft_find(draft, metric->metric,
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

/*
 * True when the column's rows differ in the first part of their index.  Rows
 * are sorted: one that comes behind all those of the first unit will do.
 */
static bool
has_units(const struct draft *draft, struct objref column)
{
	const struct varbind *vb = snapshot_next(draft->snapshot, column);
	struct objid second;
	uint32_t unit;

	if (vb == NULL || !objid_under(column, vb->name) ||
	    vb->name.n == column.n || vb->name.sub[column.n] == UINT32_MAX) {
		return false;
	}
	unit = vb->name.sub[column.n] + 1;
	objid_copy(&second, column);
	if (objid_append(&second, &unit, 1) != 0) {
		return false;
	}
	if (snapshot_get(draft->snapshot, objid_ref(&second)) != NULL) {
		return true;
	}
	vb = snapshot_next(draft->snapshot, objid_ref(&second));
	return vb != NULL && objid_under(column, vb->name);
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

void
draft_name(struct draft *draft, const struct profile_metric *metric,
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
		if (draft_find(draft, metric->metric, whole, key,
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
