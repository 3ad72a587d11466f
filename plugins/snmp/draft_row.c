/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draft.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "convert.h"

/* A search is made for each row: a device must not make that a million. */
#define FIND_ROWS_MAX 512

/* Sub-identifiers of the part at this place; 0: it is not there. */
static unsigned
part_length(enum profile_part kind, struct objref index, unsigned at)
{
	unsigned left = at < index.n ? index.n - at : 0;

	if (left == 0) {
		return 0;
	}
	switch (kind) {
	case PROFILE_NUMBER:
		return 1;
	case PROFILE_TEXT:
	case PROFILE_OID:
		return index.sub[at] < left ? index.sub[at] + 1 : 0;
	case PROFILE_IMPLIED:
	case PROFILE_REST:
		return left;
	case PROFILE_ADDRESS:
		return left >= 4 ? 4 : 0;
	case PROFILE_PART_N:
		break;
	}
	return 0;
}

bool
row_split(const struct profile_table *table, struct objref column,
    const struct varbind *value, struct draft_row *ret_row)
{
	struct draft_row row = {.value = value, .table = table};
	unsigned at = 0;

	if (value->name.n <= column.n) {
		return false;
	}
	row.index = (struct objref){value->name.sub + column.n,
	    value->name.n - column.n};
	for (int i = 0; i < table->n_parts; i++) {
		unsigned len = part_length(table->parts[i], row.index, at);
		if (len == 0) {
			return false;
		}
		row.at[i] = at;
		row.len[i] = len;
		row.kinds[i] = table->parts[i];
		at += len;
	}
	if (at != row.index.n) {
		return false;
	}
	*ret_row = row;
	return true;
}

/* What a label says, as sub-identifiers: a number, or a name with dots. */
static bool
append_label(const struct draft *draft, const struct draft_row *row, int label,
    struct objid *oid)
{
	const struct profile_label *from = &row->table->labels[label];
	char text[CONVERT_TEXT_SIZE], spelled[CONVERT_TEXT_SIZE + 8];
	struct objid id;

	if (from->part >= 0 && from->map.n == 0 && from->extract == NULL) {
		return objid_append(oid, row->index.sub + row->at[from->part],
		    row->len[from->part]) == 0;
	}
	row_label(draft, from, row, text, sizeof(text));
	(void)snprintf(spelled, sizeof(spelled), "0.0.%s", text +
	    (text[0] == '.'));
	return objid_parse(spelled, &id) == 0 &&
	    objid_append(oid, id.sub + 2, id.n - 2) == 0;
}

/* Appends the index of the row where a column says what the label says. */
static bool
append_found(const struct draft *draft, const struct profile_ref *ref,
    const struct draft_row *row, struct objid *oid)
{
	char wanted[CONVERT_TEXT_SIZE], text[CONVERT_TEXT_SIZE];
	unsigned n = 0;

	row_label(draft, &row->table->labels[ref->at[0].label], row, wanted,
	    sizeof(wanted));
	if (wanted[0] == '\0') {
		return false;
	}
	for (const struct varbind *vb = snapshot_next(draft->snapshot,
	    ref->find); vb != NULL && n++ < FIND_ROWS_MAX &&
	    objid_under(ref->find, vb->name);
	    vb = snapshot_next(draft->snapshot, vb->name)) {
		(void)convert_text(vb, text, sizeof(text));
		if (strcmp(text, wanted) == 0) {
			return objid_append(oid, vb->name.sub + ref->find.n,
			    vb->name.n - ref->find.n) == 0;
		}
	}
	return false;
}

static bool
append_index(const struct draft *draft, const struct profile_ref *ref,
    const struct draft_row *row, struct objid *oid)
{
	if (ref->find.n > 0) {
		return append_found(draft, ref, row, oid);
	}
	if (ref->n_at < 0) {
		return objid_append(oid, row->index.sub, row->index.n) == 0;
	}
	for (int i = 0; i < ref->n_at; i++) {
		const struct profile_at *at = &ref->at[i];
		if (at->label < 0 ? objid_append(oid, &at->number, 1) != 0 :
		    !append_label(draft, row, at->label, oid)) {
			return false;
		}
	}
	return true;
}

const struct varbind *
row_lookup(const struct draft *draft, const struct profile_ref *ref,
    const struct draft_row *row, struct objid *ret_oid)
{
	struct objid oid;

	objid_copy(&oid, ref->oid);
	if (ref->source == PROFILE_COLUMN &&
	    (row == NULL || !append_index(draft, ref, row, &oid))) {
		return NULL;
	}
	if (ret_oid != NULL) {
		*ret_oid = oid;
	}
	return snapshot_get(draft->snapshot, objid_ref(&oid));
}

static void
part_text(const struct draft_row *row, int part, char *buffer, size_t size)
{
	enum profile_part kind = row->kinds[part];
	bool has_length = kind == PROFILE_TEXT || kind == PROFILE_OID;
	struct objref subs = {row->index.sub + row->at[part] + has_length,
	    row->len[part] - has_length};
	uint8_t bytes[OBJID_MAX];
	struct varbind vb = {.type = VARBIND_OCTETS, .bytes = bytes};

	if (kind != PROFILE_TEXT && kind != PROFILE_IMPLIED) {
		(void)objid_format(subs, buffer, size);
		return;
	}
	for (unsigned i = 0; i < subs.n && vb.len < sizeof(bytes); i++) {
		bytes[vb.len++] = (uint8_t)subs.sub[i];
	}
	(void)convert_text(&vb, buffer, size);
}

static bool
text_holds(const struct profile_filter *filter, const char *text)
{
	for (size_t i = 0; i < filter->n_words; i++) {
		if (strcmp(filter->words[i], text) == 0) {
			return filter->kind == PROFILE_IS;
		}
	}
	return filter->kind == PROFILE_NOT;
}

bool
filter_holds(const struct profile_filter *filter, const struct varbind *vb)
{
	char text[CONVERT_TEXT_SIZE] = "";
	bool there = vb != NULL && !varbind_missing(vb) &&
	    vb->type != VARBIND_NULL;
	double x;

	if (there) {
		(void)convert_text(vb, text, sizeof(text));
	}
	switch (filter->kind) {
	case PROFILE_IS:
		return vb != NULL && !varbind_missing(vb) &&
		    text_holds(filter, text);
	case PROFILE_NOT:
		return text_holds(filter, text) || !there;
	case PROFILE_MATCHES:
		return there && regexec(filter->regex, text, 0, NULL, 0) == 0;
	case PROFILE_UNLIKE:
		return !there || regexec(filter->regex, text, 0, NULL, 0) != 0;
	case PROFILE_ABOVE:
		return there && convert_number(vb, &x) && x > filter->limit;
	case PROFILE_BELOW:
		return there && convert_number(vb, &x) && x < filter->limit;
	case PROFILE_PRESENT:
		return text[0] != '\0';
	case PROFILE_MISSING:
		return text[0] == '\0';
	case PROFILE_ANY:
	case PROFILE_ALL:
	case PROFILE_SEEN:
	case PROFILE_FILTER_N:
		break;
	}
	return false;
}

/* True when the cell is in the plan that the device has had so far. */
static bool
was_used(const struct draft *draft, const struct draft_row *row)
{
	const struct plan *before = draft->before;

	for (size_t i = 0; before != NULL && i < before->n_requests; i++) {
		if (objid_compare(before->oids[i], row->value->name) == 0) {
			return true;
		}
	}
	return false;
}

static bool
row_passes_one(const struct draft *draft, const struct profile_filter *filter,
    const struct draft_row *row)
{
	char text[CONVERT_TEXT_SIZE];
	struct varbind label = {.type = VARBIND_OCTETS,
	    .bytes = (const uint8_t *)text};

	switch (filter->kind) {
	case PROFILE_ANY:
		for (size_t i = 0; i < filter->n_parts; i++) {
			if (row_passes_one(draft, &filter->parts[i], row)) {
				return true;
			}
		}
		return false;
	case PROFILE_SEEN:
		return row_passes(draft, filter->parts, filter->n_parts,
		    row) || was_used(draft, row);
	case PROFILE_ALL:
		return row_passes(draft, filter->parts, filter->n_parts, row);
	case PROFILE_IS:
	case PROFILE_NOT:
	case PROFILE_MATCHES:
	case PROFILE_UNLIKE:
	case PROFILE_ABOVE:
	case PROFILE_BELOW:
	case PROFILE_PRESENT:
	case PROFILE_MISSING:
	case PROFILE_FILTER_N:
		break;
	}
	if (filter->part >= 0) {
		row_label(draft, &row->table->labels[filter->part], row, text,
		    sizeof(text));
		label.len = strlen(text);
		return filter_holds(filter, &label);
	}
	return filter_holds(filter, row_lookup(draft, &filter->ref, row, NULL));
}

bool
row_passes(const struct draft *draft, const struct profile_filter *filters,
    size_t n, const struct draft_row *row)
{
	for (size_t i = 0; i < n; i++) {
		if (!row_passes_one(draft, &filters[i], row)) {
			return false;
		}
	}
	return true;
}

void
row_label(const struct draft *draft, const struct profile_label *label,
    const struct draft_row *row, char *buffer, size_t size)
{
	const struct varbind *vb;
	const char *mapped;

	buffer[0] = '\0';
	if (label->part >= 0) {
		part_text(row, label->part, buffer, size);
	} else {
		vb = row_lookup(draft, &label->ref, row, NULL);
		if (vb == NULL) {
			return;
		}
		(void)convert_text(vb, buffer, size);
	}
	if (label->extract != NULL &&
	    !convert_extract(label->extract, buffer)) {
		buffer[0] = '\0';
	}
	mapped = convert_map(&label->map, buffer);
	if (mapped != NULL) {
		(void)snprintf(buffer, size, "%s", mapped);
	}
}

static const struct profile_label *
find_label(const struct profile_table *table, const char *name, size_t len)
{
	for (int i = 0; table != NULL && i < table->n_labels; i++) {
		if (strlen(table->labels[i].name) == len &&
		    memcmp(table->labels[i].name, name, len) == 0) {
			return &table->labels[i];
		}
	}
	return NULL;
}

void
row_render(const struct draft *draft, const struct profile_table *table,
    const struct draft_row *row, const char *template, char *ret_text)
{
	char raw[4 * CONVERT_TEXT_SIZE], word[CONVERT_TEXT_SIZE];
	size_t used = 0;
	struct varbind vb = {.type = VARBIND_OCTETS,
	    .bytes = (const uint8_t *)raw};

	for (const char *at = template; *at != '\0' &&
	    used < sizeof(raw) - CONVERT_TEXT_SIZE; at++) {
		size_t len = *at == '{' ? strcspn(at, "}") : 0;
		const struct profile_label *label = len == 0 ? NULL :
		    find_label(table, at + 1, len - 1);
		if (label == NULL) {
			raw[used++] = *at;
			continue;
		}
		row_label(draft, label, row, word, sizeof(word));
		memcpy(raw + used, word, strlen(word));
		used += strlen(word);
		at += len;
	}
	/* Folding blanks: an empty label leaves two. */
	for (size_t i = 0; i < used; i++) {
		if (raw[i] != ' ' || (vb.len > 0 && raw[vb.len - 1] != ' ')) {
			raw[vb.len++] = raw[i];
		}
	}
	(void)convert_text(&vb, ret_text, PLAN_INSTANCE_SIZE);
}
