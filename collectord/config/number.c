/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dense ids for what link made, and the arrays that they index.
 */
#include <config.h>

#include <string.h>

#include "config/link.h"

static const struct aisle *
find_aisle(const struct floor *floor, const char *id)
{
	for (size_t i = 0; floor != NULL && id != NULL && i < floor->n_aisles; i++) {
		if (strcmp(floor->aisles[i].id, id) == 0) {
			return &floor->aisles[i];
		}
	}
	return NULL;
}

/* A hall's floor is there before its rows are. */
static void
place_floor(struct arena *arena, const struct draft_place *draft,
    struct place *place)
{
	const struct draft_floor *from = &draft->floor;

	if (draft->kind == ENTITY_HALL && (from->width_m > 0 || from->depth_m > 0 ||
	    from->n_aisles > 0)) {
		struct floor *floor = arena_alloc(arena, sizeof(*floor));

		*floor = (struct floor){ from->width_m, from->depth_m, from->aisles,
		    from->n_aisles };
		place->floor = floor;
	} else if (draft->kind == ENTITY_ROW && from->x_m >= 0 && from->y_m >= 0) {
		const struct floor *hall = draft->parent->place->floor;
		struct row_floor *row = arena_alloc(arena, sizeof(*row));

		*row = (struct row_floor){ .x_m = from->x_m, .y_m = from->y_m,
		    .pitch_m = from->pitch_m, .depth_m = draft->floor.rack_depth_m,
		    .run = (enum side)from->run, .front = (enum side)from->front,
		    .cold = find_aisle(hall, from->cold),
		    .hot = find_aisle(hall, from->hot) };
		place->row_floor = row;
	}
}

static struct place *
make_place(struct arena *arena, const struct draft_place *draft,
    struct ids *ids)
{
	struct place *place = arena_alloc(arena, sizeof(*place));

	place->kind = draft->kind;
	place->index = ids_get(ids, draft->kind, draft->id);
	place->id = draft->id;
	place->name = draft->name;
	place->external = draft->external;
	place->operator_name = draft->operator_name;
	place->design_w = draft->design_w;
	place->operator = draft->operator != NULL ? draft->operator->model : NULL;
	place->part_of = draft->part_of;
	place->has_tile = draft->tile_x >= 0 && draft->tile_y >= 0;
	place->tile_x = place->has_tile ? (unsigned)draft->tile_x : 0;
	place->tile_y = place->has_tile ? (unsigned)draft->tile_y : 0;
	place->cooling_w = draft->cooling_w;
	place_floor(arena, draft, place);
	place->n_racks = draft->n_racks;
	return place;
}

/* The province has no draft: it is the one that the settings name. */
static uint32_t
number_province(const struct load *load, struct inventory *inventory,
    struct ids *ids)
{
	struct arena *arena = inventory_arena(inventory);
	const struct settings *settings = &load->file.settings;
	struct place *place = arena_alloc(arena, sizeof(*place));
	const struct place **array;

	place->kind = ENTITY_PROVINCE;
	place->id = settings->province_id;
	place->name = settings->province_name;
	place->index = ids_get(ids, ENTITY_PROVINCE, place->id);
	place->parent = INVENTORY_NONE;
	place->n_racks = (uint32_t)load->drafts->n_racks;
	inventory->n_places[ENTITY_PROVINCE] = ids_count(ids, ENTITY_PROVINCE);
	array = arena_alloc(arena,
	    inventory->n_places[ENTITY_PROVINCE] * sizeof(*array));
	array[place->index] = place;
	inventory->places[ENTITY_PROVINCE] = array;
	return place->index;
}

static void
number_places(const struct load *load, struct inventory *inventory,
    struct ids *ids, enum entity_kind kind, uint32_t province)
{
	struct arena *arena = inventory_arena(inventory);
	struct draft_place *draft, *next;
	const struct place **array;
	uint32_t n;

	HASH_ITER(hh, load->drafts->places[kind], draft, next) {
		draft->place = make_place(arena, draft, ids);
		draft->place->parent = draft->parent != NULL ?
		    draft->parent->place->index : province;
	}
	n = ids_count(ids, kind);
	array = arena_alloc(arena, (n + 1) * sizeof(*array));
	HASH_ITER(hh, load->drafts->places[kind], draft, next) {
		array[draft->place->index] = draft->place;
	}
	inventory->places[kind] = array;
	inventory->n_places[kind] = n;
}

/* A renamed rack keeps its number, and so do the devices in it. */
static void
rename_rack(struct ids *ids, struct arena *scratch,
    const struct draft_rack *draft)
{
	ids_rename(ids, ENTITY_RACK, draft->was, draft->id);
	for (uint32_t i = 0; i < draft->rack->n_devices; i++) {
		const struct device *device = draft->models[i];

		ids_rename(ids, ENTITY_DEVICE, arena_format(scratch, "%s-%s",
		    draft->was, device->role), device->id);
	}
}

static void
number_rack(const struct load *load, struct arena *arena, struct ids *ids,
    struct draft_rack *draft)
{
	struct rack *rack = draft->rack;
	uint32_t *devices = arena_alloc(arena,
	    (rack->n_devices + 1) * sizeof(*devices));

	if (draft->was != NULL) {
		rename_rack(ids, load->scratch.arena, draft);
	}
	rack->index = ids_get(ids, ENTITY_RACK, rack->id);
	rack->row = draft->row->place->index;
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		struct device *device = draft->models[i];

		device->index = ids_get(ids, ENTITY_DEVICE, device->id);
		device->rack = rack->index;
		device->place = (struct entity_ref){ ENTITY_ROW, rack->row };
		devices[i] = device->index;
	}
	rack->devices = devices;
}

static void
number_free(struct draft_device *draft, struct ids *ids)
{
	draft->model->index = ids_get(ids, ENTITY_DEVICE, draft->model->id);
	draft->model->place = (struct entity_ref){ draft->place->kind,
	    draft->place->place->index };
}

static void
fill_arrays(const struct load *load, struct inventory *inventory,
    struct ids *ids)
{
	struct arena *arena = inventory_arena(inventory);
	const struct rack **racks;
	const struct device **devices;
	struct draft_rack *draft, *next;
	struct draft_device *device;

	inventory->n_racks = ids_count(ids, ENTITY_RACK);
	inventory->n_devices = ids_count(ids, ENTITY_DEVICE);
	racks = arena_alloc(arena, (inventory->n_racks + 1) * sizeof(*racks));
	devices = arena_alloc(arena,
	    (inventory->n_devices + 1) * sizeof(*devices));
	HASH_ITER(hh, load->drafts->racks, draft, next) {
		racks[draft->rack->index] = draft->rack;
		for (uint32_t i = 0; i < draft->rack->n_devices; i++) {
			devices[draft->models[i]->index] = draft->models[i];
		}
	}
	for (device = load->drafts->free; device != NULL; device = device->next) {
		devices[device->model->index] = device->model;
	}
	inventory->racks = racks;
	inventory->devices = devices;
}

void
link_numbers(struct load *load, struct inventory *inventory, struct ids *ids)
{
	struct draft_rack *rack, *next;
	struct draft_device *device;
	uint32_t province;

	inventory->province_id = load->file.settings.province_id;
	inventory->timezone = load->file.settings.timezone;
	province = number_province(load, inventory, ids);
	for (unsigned kind = ENTITY_AREA; kind <= ENTITY_ROW; kind++) {
		number_places(load, inventory, ids, (enum entity_kind)kind,
		    province);
	}
	link_assets_numbers(load, inventory);
	HASH_ITER(hh, load->drafts->racks, rack, next) {
		number_rack(load, inventory_arena(inventory), ids, rack);
	}
	for (device = load->drafts->free; device != NULL; device = device->next) {
		number_free(device, ids);
	}
	fill_arrays(load, inventory, ids);
}
