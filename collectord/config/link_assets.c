/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is not polled joined into the inventory: operators, the feed tree, and
 * per rack its place on the floor, its overlays and its equipment.
 */
#include <config.h>

#include "config/link.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void
link_assets(struct load *load, struct inventory *inventory)
{
	struct arena *arena = inventory_arena(inventory);
	struct draft_operator *operator;
	struct draft_power *power;
	struct operator *operators = arena_alloc(arena,
	    (HASH_COUNT(load->drafts->operators) + 1) * sizeof(*operators));
	struct power_node *nodes = arena_alloc(arena,
	    (load->drafts->n_power + 1) * sizeof(*nodes));

	for (operator = load->drafts->operators; operator != NULL;
	    operator = operator->hh.next) {
		operator->model = &operators[inventory->n_operators++];
		*operator->model = (struct operator){ operator->id, operator->name };
	}
	for (power = load->drafts->power; power != NULL; power = power->hh.next) {
		struct power_node *node = &nodes[power->model.index];

		*node = power->model;
		node->from = power->above != NULL ? power->above->model.index :
		    INVENTORY_NONE;
		node->site = INVENTORY_NONE;
	}
	inventory->operators = operators;
	inventory->power = nodes;
	inventory->n_power = load->drafts->n_power;
}

void
link_assets_numbers(struct load *load, struct inventory *inventory)
{
	struct power_node *nodes = (struct power_node *)(uintptr_t)inventory->power;
	struct draft_power *power;

	for (power = load->drafts->power; power != NULL; power = power->hh.next) {
		if (power->site != NULL) {
			nodes[power->model.index].site = power->site->place->index;
		}
	}
}

/* ---- the place of a rack on the floor ------------------------------------------ */

static void
place_rack(struct rack *rack, const struct draft_rack *draft)
{
	const struct draft_floor *floor = &draft->row->floor;
	struct row_floor row = { .x_m = floor->x_m, .y_m = floor->y_m,
	    .pitch_m = floor->pitch_m, .depth_m = floor->rack_depth_m,
	    .run = (enum side)floor->run };

	rack->position = draft->position > 0 ? (unsigned)draft->position :
	    draft->number;
	if (draft->row->node == NULL || floor->pitch_m <= 0) {
		row.pitch_m = FLOOR_RACK_WIDTH_M;
		row.depth_m = FLOOR_RACK_DEPTH_M;
		row.run = SIDE_EAST;
	}
	if (floor->x_m >= 0 && floor->y_m >= 0 && draft->row->node != NULL) {
		rack->box = row_floor_box(&row, rack->position);
	}
	if (draft->x_m >= 0 && draft->y_m >= 0) {
		rack->box = row_floor_box(&row, 1);
		rack->box.x_m = draft->x_m;
		rack->box.y_m = draft->y_m;
	}
}

/* ---- overlays ------------------------------------------------------------------ */

/* A rack's own words; else those of its row, whose dates belong to its state. */
static struct rack_life
life_of(const struct draft_rack *draft)
{
	const struct draft_life *own = &draft->life, *row = &draft->row->life;
	bool shares = draft->ranged, state = shares && draft->state < 0;
	struct rack_life life = { .tenant = own->tenant,
	    .reserved_for = own->reserved_for, .reserved_until = own->reserved_until,
	    .maintenance_until = own->maintenance_until, .due = own->due,
	    .reason = own->reason, .dates = own->dates };

	if (shares && life.tenant == NULL) {
		life.tenant = row->tenant;
	}
	if (shares && life.reserved_for == NULL) {
		life.reserved_for = row->reserved_for;
		life.reserved_until = row->reserved_until;
	}
	if (shares && life.maintenance_until.ns == 0) {
		life.maintenance_until = row->maintenance_until;
	}
	if (state && life.due == INT32_MIN) {
		life.due = row->due;
	}
	if (state && life.reason == NULL) {
		life.reason = row->reason;
	}
	if (state && life.dates == NULL) {
		life.dates = row->dates;
	}
	return life;
}

static void
frame_of(struct rack *rack, const struct draft_frame *own,
    const struct draft_template *template)
{
	const struct draft_frame none = { -1, -1, -1 };
	const struct draft_frame *base = template != NULL ? &template->frame : &none;
	int class = own->class >= 0 ? own->class : base->class;
	int64_t ports = own->ports >= 0 ? own->ports : base->ports;
	double kg = own->weight_limit_kg >= 0 ? own->weight_limit_kg :
	    base->weight_limit_kg;

	rack->class = class >= 0 ? (enum rack_class)class : RACK_CLASS_A2;
	rack->ports = ports >= 0 ? (unsigned)ports : 0;
	rack->weight_limit_kg = kg >= 0 ? kg : 0;
}

/* ---- equipment ----------------------------------------------------------------- */

static int
compare_units(const void *a, const void *b)
{
	const struct draft_equipment *x = *(struct draft_equipment *const *)a;
	const struct draft_equipment *y = *(struct draft_equipment *const *)b;
	unsigned u = x->model.u != 0 ? x->model.u : UINT16_MAX;
	unsigned v = y->model.u != 0 ? y->model.u : UINT16_MAX;

	return u != v ? (u > v) - (u < v) : strcmp(x->model.id, y->model.id);
}

static void
check_units(struct load *load, const struct rack *rack,
    struct draft_equipment *const *items, uint32_t i)
{
	const struct equipment *e = &items[i]->model;
	const struct col_node *at = col_node_get(items[i]->node, "u");

	if (e->u != 0 && rack->units != 0 && e->u + e->height - 1u > rack->units) {
		config_errors_add(load->kept.errors, at, "'%s' takes units %u to %u, "
		    "but rack '%s' has %u", e->id, e->u, e->u + e->height - 1u,
		    rack->id, rack->units);
	}
	for (uint32_t k = 0; k < i; k++) {
		const struct equipment *other = &items[k]->model;

		if (equipment_overlap(e, other)) {
			config_errors_add(load->kept.errors, at, "'%s' (units %u to %u) "
			    "overlaps '%s' (units %u to %u) in rack '%s'; the other "
			    "is at %s:%u", e->id, e->u, e->u + e->height - 1u,
			    other->id, other->u, other->u + other->height - 1u,
			    rack->id, items[k]->node->file, items[k]->node->line);
			return;
		}
	}
}

static uint32_t
cords_of(struct load *load, const struct rack *rack,
    const struct draft_equipment *draft)
{
	uint32_t feeds = 0;

	for (size_t i = 0; i < draft->feeds.n; i++) {
		unsigned f = 0;

		while (f < rack->n_feeds &&
		    strcmp(rack->feeds[f].id, draft->feeds.items[i]) != 0) {
			f++;
		}
		if (f < rack->n_feeds) {
			feeds |= 1u << f;
		} else {
			config_errors_add(load->kept.errors, draft->feeds.nodes[i],
			    "rack '%s' has no feed '%.16s'", rack->id,
			    draft->feeds.items[i]);
		}
	}
	return feeds;
}

static void
mount(struct load *load, struct arena *arena, struct rack *rack,
    const struct draft_rack *draft)
{
	struct draft_equipment **items, *item;
	struct equipment *models;
	uint32_t n = 0;

	if (draft->n_equipment == 0) {
		return;
	}
	items = arena_alloc(load->scratch.arena,
	    draft->n_equipment * sizeof(struct draft_equipment *));
	models = arena_alloc(arena, draft->n_equipment * sizeof(*models));
	for (item = draft->equipment; item != NULL; item = item->next) {
		items[n++] = item;
	}
	qsort(items, n, sizeof(struct draft_equipment *), compare_units);
	for (uint32_t i = 0; i < n; i++) {
		check_units(load, rack, items, i);
		models[i] = items[i]->model;
		models[i].feeds = cords_of(load, rack, items[i]);
	}
	rack->equipment = models;
	rack->n_equipment = n;
}

void
link_rack_assets(struct load *load, struct inventory *inventory,
    struct draft_rack *draft)
{
	struct power_node *nodes = (struct power_node *)(uintptr_t)inventory->power;
	struct rack *rack = draft->rack;
	const struct draft_template *template = draft->template;

	if (template == NULL && draft->ranged) {
		template = draft->row->template;
	}
	place_rack(rack, draft);
	rack->life = life_of(draft);
	frame_of(rack, &draft->frame, template);
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		struct draft_power *power = draft_source_of(load, draft,
		    &rack->feeds[f]);

		rack->feeds[f].power = INVENTORY_NONE;
		if (power != NULL) {
			rack->feeds[f].power = power->model.index;
			rack->feeds[f].from = power->model.id;
			nodes[power->model.index].n_feeds++;
		}
	}
	mount(load, inventory_arena(inventory), rack, draft);
}

/* Names of devices that nodes and equipment speak of must be there. */
void
link_assets_devices(struct load *load, link_find_fn *find, void *arg)
{
	struct draft_power *power;
	struct draft_equipment *item;

	for (power = load->drafts->power; power != NULL; power = power->hh.next) {
		if (power->model.device != NULL && !find(arg, power->model.device)) {
			config_errors_add(load->kept.errors,
			    col_node_get(power->node, "device"),
			    "unknown device '%.64s'", power->model.device);
		}
	}
	for (item = load->drafts->equipment; item != NULL; item = item->hh.next) {
		if (item->model.device != NULL && !find(arg, item->model.device)) {
			config_errors_add(load->kept.errors,
			    col_node_get(item->node, "device"),
			    "unknown device '%.64s'", item->model.device);
		}
	}
}
