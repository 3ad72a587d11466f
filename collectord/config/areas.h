/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reporting units of Henan: codes, names in both languages, and the tile
 * at which each is drawn.
 *
 * Route: a table below draft.  Thread: any, no state.
 * Source: GB/T 2260 (codes and names); ISO 3166-2 CN-HA; the tiles are a
 * schematic of our own.
 */
#ifndef CONFIG_AREAS_H
#define CONFIG_AREAS_H

#include <stddef.h>

#include "model/name.h"

struct area_fact {
	const char *code;
	struct name name;
	unsigned tile_x, tile_y;   /* column to the east, row to the south */
};

/* Units of a province (an id of ours, "henan"); 0 for any other. */
size_t areas_of(const char *province, const struct area_fact **ret_facts);
/* The unit with a code, or NULL. */
const struct area_fact *areas_find(const char *province, const char *code);

#endif
