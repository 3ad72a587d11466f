/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the things of a hall stand, as its floor plan draws them.
 *
 * x runs east and y south from the hall's north-west corner, in metres; what is
 * not placed is null.
 *
 * Route: inventory -> JSON.  Thread: HTTP.  Source: model/floor.h.
 */
#ifndef HTTP_HALL_FLOOR_H
#define HTTP_HALL_FLOOR_H

#include "base/clock.h"
#include "base/json.h"
#include "model/inventory.h"

/* "floor" of a hall: its size and its aisles. */
void hall_floor_write(struct json *json, const struct place *hall);
/* "floor" of a row: its run, its fronts, the aisles beside it. */
void hall_floor_row(struct json *json, const struct place *row);
/* "box", "position", "reserved", "maintenance", "class", "design_w" of a cell. */
void hall_floor_cell(struct json *json, const struct rack *rack, struct wall as_of);

#endif
