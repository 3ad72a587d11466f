/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is mounted in a rack: its place in height units, weight, nameplate and
 * cords.
 *
 * Route: part of the inventory.  Thread: any, immutable.
 * Source: domain.md 2.3 formulas 9-11 (budget, space, deployable units).
 */
#ifndef MODEL_EQUIPMENT_H
#define MODEL_EQUIPMENT_H

#include <stdint.h>

#include "model/name.h"

/* Half-depth gear may share its units with gear of the other face. */
enum face { FACE_BOTH = 0, FACE_FRONT, FACE_REAR, FACE_N };
#define FACES "both|front|rear"

struct equipment {
	const char *id;            /* stable, unique in the inventory */
	struct name name;
	const char *external;      /* id where it was imported from, or NULL */
	const char *model;         /* or NULL */
	const char *tenant;        /* or NULL: the rack's */
	uint16_t u, height;        /* lowest unit from 1, units; u 0: no unit taken */
	enum face face;
	double nameplate_w, kg;    /* 0: not given */
	uint32_t feeds;            /* bit i: has a cord to the rack's feed i */
	uint32_t outlets;          /* taken on each of these feeds */
	uint32_t ports;            /* network ports taken */
	const char *device;        /* id of the device that speaks for it, or NULL */
};

const char *face_text(enum face face);
/* True when both take the same unit at the same face. */
bool equipment_overlap(const struct equipment *a, const struct equipment *b);
/* True when losing one feed leaves it running. */
bool equipment_dual(const struct equipment *equipment);

#endif
