/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/equipment.h"

static const char *const FACE_TEXTS[FACE_N] = {
	[FACE_BOTH] = "both", [FACE_FRONT] = "front", [FACE_REAR] = "rear",
};

const char *
face_text(enum face face)
{
	return FACE_TEXTS[face];
}

bool
equipment_overlap(const struct equipment *a, const struct equipment *b)
{
	bool apart = a->face != b->face && a->face != FACE_BOTH &&
	    b->face != FACE_BOTH;

	return !apart && a->u != 0 && b->u != 0 && a->u < b->u + b->height &&
	    b->u < a->u + a->height;
}

bool
equipment_dual(const struct equipment *equipment)
{
	return (equipment->feeds & (equipment->feeds - 1)) != 0;
}
