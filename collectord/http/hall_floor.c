/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See hall_floor.h. */
#include <config.h>

#include "http/hall_floor.h"

#include "http/body.h"

static void
write_box(struct json *json, const char *key, const struct box *box)
{
	if (!(box->width_m > 0)) {
		json_unknown(json, key);
		return;
	}
	json_map(json, key);
	json_number(json, "x_m", box->x_m, BODY_DIGITS);
	json_number(json, "y_m", box->y_m, BODY_DIGITS);
	json_number(json, "width_m", box->width_m, BODY_DIGITS);
	json_number(json, "depth_m", box->depth_m, BODY_DIGITS);
	json_map_end(json);
}

static void
write_aisle(struct json *json, const struct aisle *aisle)
{
	json_map(json, NULL);
	json_text(json, "id", aisle->id);
	body_name(json, "name", aisle->name);
	json_text(json, "kind", aisle_kind_text(aisle->kind));
	json_bool(json, "contained", aisle->contained);
	write_box(json, "box", &aisle->box);
	json_map_end(json);
}

void
hall_floor_write(struct json *json, const struct place *hall)
{
	const struct floor *floor = hall->floor;

	if (floor == NULL) {
		json_unknown(json, "floor");
		return;
	}
	json_map(json, "floor");
	body_number(json, "width_m", floor->width_m > 0, floor->width_m);
	body_number(json, "depth_m", floor->depth_m > 0, floor->depth_m);
	json_list(json, "aisles");
	for (size_t i = 0; i < floor->n_aisles; i++) {
		write_aisle(json, &floor->aisles[i]);
	}
	json_list_end(json);
	json_map_end(json);
}

void
hall_floor_row(struct json *json, const struct place *row)
{
	const struct row_floor *floor = row->row_floor;

	if (floor == NULL) {
		json_unknown(json, "floor");
		return;
	}
	json_map(json, "floor");
	json_text(json, "run", side_text(floor->run));
	json_text(json, "front", side_text(floor->front));
	json_text(json, "cold", floor->cold != NULL ? floor->cold->id : NULL);
	json_text(json, "hot", floor->hot != NULL ? floor->hot->id : NULL);
	json_map_end(json);
}

void
hall_floor_cell(struct json *json, const struct rack *rack, struct wall as_of)
{
	write_box(json, "box", &rack->box);
	json_int(json, "position", rack->position);
	json_bool(json, "reserved", rack_reserved(rack, as_of));
	json_bool(json, "maintenance", rack_maintained(rack, as_of));
	json_text(json, "class", rack_class_text(rack->class));
	body_number(json, "design_w", rack->design_w > 0, rack->design_w);
}
