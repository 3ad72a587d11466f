/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of units: what converts to which base unit, by which line.
 *
 * Route: layouts resolve a slot's unit once; flow multiplies.  Thread: any.
 * Source: collectord/unit.h for the names; BIPM SI brochure for factors.
 */
#ifndef MODEL_UNIT_H
#define MODEL_UNIT_H

#include <stdbool.h>
#include <stddef.h>

/* base = value * factor + offset */
struct unit {
	const char *name;   /* "kW" */
	const char *base;   /* "W" */
	double factor, offset;
};

/* Finds a unit by name; NULL when there is none. */
const struct unit *unit_find(const char *name);
/* True when values in unit can be stated in base ("kW", "W"). */
bool unit_fits(const struct unit *unit, const char *base);
/* Writes the names of all units that fit, "W, kW, MW, mW"; the part that fits. */
void unit_names(const char *base, char *to, size_t size);

#endif
