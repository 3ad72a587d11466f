/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draft.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "convert.h"

bool
row_split(const struct profile_table *table, struct objref column,
    const struct varbind *value, struct draft_row *ret_row)
{
	struct draft_row row = {.value = value};
	unsigned at = 0;

	if (value->name.n <= column.n) {
		return false;
	}
	row.index = (struct objref){value->name.sub + column.n,
	    value->name.n - column.n};
	for (int i = 0; i < table->n_parts; i++) {
		unsigned len = 1;
		if (at >= row.index.n) {
			return false;
		}
		if (table->part_is_text[i]) {
			/* Length first, RFC 2578 s.7.7. */
			uint32_t n = row.index.sub[at];
			if (n > row.index.n - at - 1) {
				return false;
			}
			len = n + 1;
		}
		row.at[i] = at;
		row.len[i] = len;
		at += len;
	}
	if (at != row.index.n) {
		return false;
	}
	*ret_row = row;
	return true;
}

const struct varbind *
row_lookup(const struct draft *draft, const struct profile_ref *ref,
    const struct draft_row *row, struct objid *ret_oid)
{
	struct objid oid;

	objid_copy(&oid, ref->oid);
	if (ref->source == PROFILE_COLUMN) {
		if (row == NULL) {
			return NULL;
		}
		if (ref->n_at < 0) {
			if (objid_append(&oid, row->index.sub,
			    row->index.n) != 0) {
				return NULL;
			}
		}
		for (int i = 0; i < ref->n_at; i++) {
			int part = ref->at[i];
			if (objid_append(&oid, row->index.sub + row->at[part],
			    row->len[part]) != 0) {
				return NULL;
			}
		}
	}
	if (ret_oid != NULL) {
		*ret_oid = oid;
	}
	return snapshot_get(draft->snapshot, objid_ref(&oid));
}

static void
part_text(const struct draft_row *row, int part, char *buffer, size_t size)
{
	unsigned at = row->at[part], len = row->len[part];
	uint8_t bytes[OBJID_MAX];
	struct varbind vb = {.type = VARBIND_OCTETS, .bytes = bytes};

	if (len == 1) {
		(void)snprintf(buffer, size, "%" PRIu32, row->index.sub[at]);
		return;
	}
	for (unsigned i = 1; i < len && vb.len < sizeof(bytes); i++) {
		bytes[vb.len++] = (uint8_t)row->index.sub[at + i];
	}
	(void)convert_text(&vb, buffer, size);
}

bool
filter_holds(const struct profile_filter *filter, const struct varbind *vb)
{
	char text[CONVERT_TEXT_SIZE];

	if (vb == NULL || varbind_missing(vb)) {
		return filter->kind == PROFILE_NOT ||
		    filter->kind == PROFILE_UNLIKE;
	}
	(void)convert_text(vb, text, sizeof(text));
	if (filter->regex != NULL) {
		return (regexec(filter->regex, text, 0, NULL, 0) == 0) ==
		    (filter->kind == PROFILE_MATCHES);
	}
	for (size_t i = 0; i < filter->n_words; i++) {
		if (strcmp(filter->words[i], text) == 0) {
			return filter->kind == PROFILE_IS;
		}
	}
	return filter->kind == PROFILE_NOT;
}

static bool
row_passes_one(const struct draft *draft, const struct profile_filter *filter,
    const struct draft_row *row)
{
	char text[CONVERT_TEXT_SIZE];
	struct varbind part = {.type = VARBIND_OCTETS,
	    .bytes = (const uint8_t *)text};

	for (size_t i = 0; i < filter->n_any; i++) {
		if (row_passes_one(draft, &filter->any[i], row)) {
			return true;
		}
	}
	if (filter->kind == PROFILE_ANY) {
		return false;
	}
	if (filter->part >= 0) {
		part_text(row, filter->part, text, sizeof(text));
		part.len = strlen(text);
		return filter_holds(filter, &part);
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
