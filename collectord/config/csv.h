/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV inventories turned into the same tree that YAML gives: a header of
 * field names, one row per rack, device or piece of equipment.
 *
 * Route: beside yaml; feeds draft.  Thread: the loader's.
 * Source: RFC 4180.
 */
#ifndef CONFIG_CSV_H
#define CONFIG_CSV_H

#include <stddef.h>

#include "base/arena.h"
#include "config/errors.h"

#define CSV_COLUMNS_MAX 64

/*
 * Reads rows into a map {racks: […], devices: […], equipment: […]}.  A row with
 * a rack and a height, weight or nameplate is equipment, one with a rack, role,
 * plugin or address a device, any other a rack.  A name with dots
 * ("feeds.A.breaker_a") is a key within a map; empty cells are left out; cells
 * of credential and feeds may hold several ids.  Encodings: encoding.h.
 * Owns: the tree lives in arena.  Errors: NULL, reported.
 */
const struct col_node *csv_parse(const char *text, size_t size,
    const char *file, struct arena *arena, struct config_errors *errors);

#endif
