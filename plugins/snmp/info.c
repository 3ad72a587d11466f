/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "info.h"

#include <stdio.h>
#include <string.h>

#include "convert.h"

static bool
take_text(const struct profile_info *info, size_t i, const struct varbind *vb,
    char *text, size_t size)
{
	return convert_text(vb, text, size) > 0 && (info->extract[i] == NULL ||
	    convert_extract(info->extract[i], text)) && text[0] != '\0';
}

/* The row of a column after this one (the column itself: the first). */
static const struct varbind *
next_row(const struct snapshot *snapshot, struct objref column,
    struct objref after)
{
	const struct varbind *vb = snapshot_next(snapshot, after);

	return vb != NULL && objid_under(column, vb->name) ? vb : NULL;
}

/* Which place gave the text, and in a column which row. */
static bool
find(const struct snapshot *snapshot, const struct profile_info *info,
    char *text, size_t size, size_t *ret_ref, const struct varbind **ret_vb)
{
	for (size_t i = 0; i < info->n_refs; i++) {
		const struct profile_ref *ref = &info->refs[i];
		const struct varbind *vb = ref->source == PROFILE_SCALAR ?
		    snapshot_get(snapshot, ref->oid) :
		    next_row(snapshot, ref->oid, ref->oid);
		while (vb != NULL) {
			if (take_text(info, i, vb, text, size)) {
				*ret_ref = i;
				*ret_vb = vb;
				return true;
			}
			vb = ref->source == PROFILE_SCALAR ? NULL :
			    next_row(snapshot, ref->oid, vb->name);
		}
	}
	return false;
}

bool
info_find(const struct snapshot *snapshot, const struct profile_info *info,
    char *text, size_t size)
{
	const struct varbind *vb;
	size_t i;

	return find(snapshot, info, text, size, &i, &vb);
}

/* "info_serial_2" of the row with index 2. */
static void
tell_unit(const struct info_teller *teller, const char *metric,
    struct objref index, const char *text)
{
	char name[INFO_NAME_SIZE], number[INFO_NAME_SIZE];

	(void)objid_format(index, number, sizeof(number));
	for (char *at = strchr(number, '.'); at != NULL;
	    at = strchr(at, '.')) {
		*at = '_';
	}
	if (strlen(metric) + strlen(number) + 2 <= sizeof(name)) {
		(void)snprintf(name, sizeof(name), "%.30s_%.16s", metric,
		    number);
		teller->tell(teller->arg, name, text);
	}
}

void
info_tell(const struct snapshot *snapshot, const struct profile_info *info,
    const struct info_teller *teller)
{
	char text[CONVERT_TEXT_SIZE];
	const struct varbind *vb;
	unsigned n = 0;
	size_t i;

	if (!find(snapshot, info, text, sizeof(text), &i, &vb)) {
		return;
	}
	teller->tell(teller->arg, info->metric, text);
	if (!info->each[i] || info->refs[i].source != PROFILE_COLUMN) {
		return;
	}
	while ((vb = next_row(snapshot, info->refs[i].oid, vb->name)) != NULL &&
	    ++n < INFO_UNITS_MAX) {
		struct objref index = {vb->name.sub + info->refs[i].oid.n,
		    vb->name.n - info->refs[i].oid.n};
		if (take_text(info, i, vb, text, sizeof(text))) {
			tell_unit(teller, info->metric, index, text);
		}
	}
}
