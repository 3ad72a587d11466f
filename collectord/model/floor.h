/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where things stand on the floor of a hall: its size, its aisles, its rows.
 *
 * x runs east and y south from the hall's north-west corner; a box is given by
 * its own north-west corner.
 *
 * Route: part of the inventory.  Thread: any, immutable.
 * Source: GB 50462-2015 clause 12.2 (measuring points follow rows and aisles).
 */
#ifndef MODEL_FLOOR_H
#define MODEL_FLOOR_H

#include <stddef.h>
#include <stdint.h>

#include "model/name.h"

/* Width and depth of a rack when nothing is written.  Units: m. */
#define FLOOR_RACK_WIDTH_M 0.6
#define FLOOR_RACK_DEPTH_M 1.2

enum side { SIDE_NORTH = 0, SIDE_EAST, SIDE_SOUTH, SIDE_WEST, SIDE_N };
enum aisle_kind { AISLE_COLD = 0, AISLE_HOT, AISLE_KIND_N };

struct box { double x_m, y_m, width_m, depth_m; }; /* width: to the east */

struct aisle {
	const char *id;            /* unique within its hall */
	struct name name;
	enum aisle_kind kind;
	bool contained;            /* has doors and a roof */
	struct box box;
};

/* Of a hall. */
struct floor {
	double width_m, depth_m;   /* 0: not given */
	const struct aisle *aisles;
	size_t n_aisles;
};

/* Of a row: its racks stand one beside the other from the first. */
struct row_floor {
	double x_m, y_m;           /* of the first rack */
	double pitch_m;            /* from rack to rack, also their width */
	double depth_m;            /* of its racks */
	enum side run;             /* the way in which positions rise */
	enum side front;           /* where the racks take in air */
	const struct aisle *cold, *hot; /* NULL: not given */
};

const char *side_text(enum side side);                /* "north" */
const char *aisle_kind_text(enum aisle_kind kind);    /* "cold" */
/* The box of the rack at a position (1 is the first) of a row. */
struct box row_floor_box(const struct row_floor *row, unsigned position);

#endif
