/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "info.h"

#include "convert.h"

bool
info_find(const struct snapshot *snapshot, const struct profile_info *info,
    char *text, size_t size)
{
	for (size_t i = 0; i < info->n_refs; i++) {
		const struct profile_ref *ref = &info->refs[i];
		const struct varbind *vb = ref->source == PROFILE_SCALAR ?
		    snapshot_get(snapshot, ref->oid) :
		    snapshot_next(snapshot, ref->oid);
		while (vb != NULL && objid_under(ref->oid, vb->name)) {
			if (convert_text(vb, text, size) > 0 &&
			    (info->extract[i] == NULL ||
			    convert_extract(info->extract[i], text)) &&
			    text[0] != '\0') {
				return true;
			}
			vb = ref->source == PROFILE_SCALAR ? NULL :
			    snapshot_next(snapshot, vb->name);
		}
	}
	return false;
}
