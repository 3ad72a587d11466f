/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake.h: what stands on the floor of the first hall and in its third rack. */
#include <config.h>

#include "http/fake_assets.h"

#include <string.h>

/* A rack that is not to be confused with those that other tests look at. */
#define GEARED "s0-h0-r0-a03"

static const struct aisle aisles[] = {
	{ .id = "cold-1", .name = { "Cold 1", "冷通道1" }, .kind = AISLE_COLD,
	  .contained = true, .box = { 1, 3.2, 14.4, 1.2 } },
};
static const struct floor hall_floor = { 30, 20, aisles, 1 };
static const struct row_floor row_floor = { .x_m = 1, .y_m = 2, .pitch_m = 0.6,
    .depth_m = 1.2, .run = SIDE_EAST, .front = SIDE_SOUTH, .cold = aisles };
static const struct equipment gear[] = {
	{ .id = "srv-1", .name = { "Server 1", NULL }, .model = "R740", .u = 1,
	  .height = 2, .nameplate_w = 800, .kg = 26, .feeds = 3, .outlets = 1, .ports = 2,
	  .device = GEARED "-pdu-a" },
	{ .id = "srv-2", .u = 11, .height = 2, .tenant = "t2", .kg = 20, .feeds = 2,
	  .outlets = 1, .ports = 2 },
};

void
fake_assets(struct inventory *inventory)
{
	struct place *hall = (struct place *)(uintptr_t)inventory->places[ENTITY_HALL][0];
	struct place *row = (struct place *)(uintptr_t)inventory->places[ENTITY_ROW][0];

	hall->floor = &hall_floor;
	row->row_floor = &row_floor;
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		struct rack *rack = (struct rack *)(uintptr_t)inventory->racks[i];

		if (strcmp(rack->id, GEARED) != 0) {
			continue;
		}
		rack->position = 3;
		rack->box = row_floor_box(&row_floor, 3);
		rack->class = RACK_CLASS_A2;
		rack->ports = 48;
		rack->weight_limit_kg = 800;
		rack->life = (struct rack_life){ .tenant = "t1", .due = INT32_MIN,
		    .maintenance_until = { INT64_MAX } };
		rack->n_equipment = 2;
		rack->equipment = gear;
		fake_feed_tree(inventory, rack);
	}
}
