/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/floor.h"

static const char *const SIDES[SIDE_N] = {
	[SIDE_NORTH] = "north", [SIDE_EAST] = "east",
	[SIDE_SOUTH] = "south", [SIDE_WEST] = "west",
};
static const char *const KINDS[AISLE_KIND_N] = {
	[AISLE_COLD] = "cold", [AISLE_HOT] = "hot",
};

const char *
side_text(enum side side)
{
	return SIDES[side];
}

const char *
aisle_kind_text(enum aisle_kind kind)
{
	return KINDS[kind];
}

struct box
row_floor_box(const struct row_floor *row, unsigned position)
{
	bool along_x = row->run == SIDE_EAST || row->run == SIDE_WEST;
	bool back = row->run == SIDE_WEST || row->run == SIDE_NORTH;
	double way = row->pitch_m * (position - 1.0) * (back ? -1.0 : 1.0);

	return (struct box){
		.x_m = row->x_m + (along_x ? way : 0.0),
		.y_m = row->y_m + (along_x ? 0.0 : way),
		.width_m = along_x ? row->pitch_m : row->depth_m,
		.depth_m = along_x ? row->depth_m : row->pitch_m,
	};
}
