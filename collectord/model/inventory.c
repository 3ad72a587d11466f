/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/inventory.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/arena.h"

#define OWNERS_MAX 4

struct key {
	const char *id;             /* of (kind, id); borrowed from the entity */
	const void *entity;
	UT_hash_handle hh;
};

/* What a caller sees comes first. */
struct owned {
	struct inventory inventory;
	_Atomic unsigned refs;
	struct arena *arena;
	struct key *by_id[ENTITY_KIND_N], *power;
	struct { void *owner; void (*drop)(void *); } keep[OWNERS_MAX];
	unsigned n_keep;
};

static const char *const STATES[RACK_STATE_N] = {
	[RACK_PLANNED] = "planned", [RACK_INSTALLED] = "installed",
	[RACK_ENERGIZED] = "energized", [RACK_IN_SERVICE] = "in_service",
	[RACK_DECOMMISSIONING] = "decommissioning",
	[RACK_DECOMMISSIONED] = "decommissioned",
};

static const char *const KINDS[ENTITY_KIND_N] = {
	[ENTITY_PROVINCE] = "province", [ENTITY_AREA] = "area",
	[ENTITY_SITE] = "site", [ENTITY_HALL] = "hall", [ENTITY_ROW] = "row",
	[ENTITY_RACK] = "rack", [ENTITY_FEED] = "feed", [ENTITY_DEVICE] = "device",
};

static const char *const CLASSES[RACK_CLASS_N] = {
	[RACK_CLASS_A1] = "a1", [RACK_CLASS_A2] = "a2", [RACK_CLASS_A3] = "a3",
	[RACK_CLASS_A4] = "a4", [RACK_CLASS_H1] = "h1",
};

const char *
rack_class_text(enum rack_class class)
{
	return CLASSES[class];
}

const char *
rack_state_text(enum rack_state state)
{
	return STATES[state];
}

int
rack_state_find(const char *text, enum rack_state *ret_state)
{
	for (unsigned i = 0; i < RACK_STATE_N; i++) {
		if (strcmp(text, STATES[i]) == 0) {
			*ret_state = (enum rack_state)i;
			return 0;
		}
	}
	return COL_ENOENT;
}

bool
rack_is_declared(enum rack_state state)
{
	return state != RACK_PLANNED && state != RACK_DECOMMISSIONED;
}

bool
rack_reserved(const struct rack *rack, struct wall at)
{
	const struct rack_life *life = &rack->life;

	return life->reserved_for != NULL &&
	    (life->reserved_until.ns == 0 || at.ns < life->reserved_until.ns);
}

bool
rack_maintained(const struct rack *rack, struct wall at)
{
	return at.ns < rack->life.maintenance_until.ns;
}

const char *
entity_kind_text(enum entity_kind kind)
{
	return KINDS[kind];
}

int
entity_kind_find(const char *text, enum entity_kind *ret_kind)
{
	for (unsigned i = 0; i < ENTITY_KIND_N; i++) {
		if (strcmp(text, KINDS[i]) == 0) {
			*ret_kind = (enum entity_kind)i;
			return 0;
		}
	}
	return COL_ENOENT;
}

static struct owned *
owned_of(const struct inventory *inventory)
{
	return (struct owned *)(uintptr_t)inventory;
}

struct inventory *
inventory_new(void)
{
	struct owned *owned = calloc(1, sizeof(*owned));

	assert(owned != NULL);
	owned->refs = 1;
	owned->arena = arena_new();
	return &owned->inventory;
}

struct arena *
inventory_arena(struct inventory *inventory)
{
	return owned_of(inventory)->arena;
}

static void
index_entity(struct owned *owned, struct key **table, const char *id,
    const void *entity)
{
	struct key *key = arena_alloc(owned->arena, sizeof(*key));

	key->id = id;
	key->entity = entity;
	HASH_ADD_KEYPTR(hh, *table, key->id, strlen(key->id), key);
}

void
inventory_seal(struct inventory *inventory)
{
	struct owned *owned = owned_of(inventory);

	for (unsigned kind = 0; kind < ENTITY_PLACE_N; kind++) {
		for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
			const struct place *place = inventory->places[kind][i];

			if (place != NULL) {
				index_entity(owned, &owned->by_id[kind], place->id, place);
			}
		}
	}
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		if (inventory->racks[i] != NULL) {
			index_entity(owned, &owned->by_id[ENTITY_RACK],
			    inventory->racks[i]->id, inventory->racks[i]);
			inventory->count_racks++;
			inventory->count_equipment += inventory->racks[i]->n_equipment;
		}
	}
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		if (inventory->devices[i] != NULL) {
			index_entity(owned, &owned->by_id[ENTITY_DEVICE],
			    inventory->devices[i]->id, inventory->devices[i]);
			inventory->count_devices++;
		}
	}
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		index_entity(owned, &owned->power, inventory->power[i].id,
		    &inventory->power[i]);
	}
}

void
inventory_keep(struct inventory *inventory, void *owner, void (*drop)(void *))
{
	struct owned *owned = owned_of(inventory);

	assert(owned->n_keep < OWNERS_MAX);
	owned->keep[owned->n_keep].owner = owner;
	owned->keep[owned->n_keep++].drop = drop;
}

const struct inventory *
inventory_ref(const struct inventory *inventory)
{
	atomic_fetch_add(&owned_of(inventory)->refs, 1);
	return inventory;
}

void
inventory_unref(const struct inventory *inventory)
{
	struct owned *owned;

	if (inventory == NULL) {
		return;
	}
	owned = owned_of(inventory);
	if (atomic_fetch_sub(&owned->refs, 1) != 1) {
		return;
	}
	for (unsigned kind = 0; kind < ENTITY_KIND_N; kind++) {
		HASH_CLEAR(hh, owned->by_id[kind]);
	}
	HASH_CLEAR(hh, owned->power);
	for (unsigned i = 0; i < owned->n_keep; i++) {
		owned->keep[i].drop(owned->keep[i].owner);
	}
	arena_free(owned->arena);
	free(owned);
}

static const void *
find_in(struct key *table, const char *id)
{
	struct key *key;

	HASH_FIND(hh, table, id, strlen(id), key);
	return key != NULL ? key->entity : NULL;
}

static const void *
find(const struct inventory *inventory, enum entity_kind kind, const char *id)
{
	return find_in(owned_of(inventory)->by_id[kind], id);
}

const struct place *
inventory_place(const struct inventory *inventory, enum entity_kind kind,
    const char *id)
{
	assert(kind < ENTITY_PLACE_N);
	return find(inventory, kind, id);
}

const struct rack *
inventory_rack(const struct inventory *inventory, const char *id)
{
	return find(inventory, ENTITY_RACK, id);
}

const struct device *
inventory_device(const struct inventory *inventory, const char *id)
{
	return find(inventory, ENTITY_DEVICE, id);
}

const struct power_node *
inventory_power(const struct inventory *inventory, const char *id)
{
	return find_in(owned_of(inventory)->power, id);
}

const struct place *
inventory_above(const struct inventory *inventory, const struct rack *rack,
    enum entity_kind kind)
{
	const struct place *place = inventory->places[ENTITY_ROW][rack->row];

	assert(kind < ENTITY_PLACE_N);
	while (place != NULL && place->kind != kind) {
		place = place->kind == ENTITY_PROVINCE ? NULL
		    : inventory->places[place->kind - 1][place->parent];
	}
	return place;
}

const char *
inventory_id(const struct inventory *inventory, struct entity_ref ref)
{
	const struct place *place;

	switch (ref.kind) {
	case ENTITY_PROVINCE:
	case ENTITY_AREA:
	case ENTITY_SITE:
	case ENTITY_HALL:
	case ENTITY_ROW:
		place = ref.index < inventory->n_places[ref.kind]
		    ? inventory->places[ref.kind][ref.index] : NULL;
		return place != NULL ? place->id : NULL;
	case ENTITY_RACK:
		return ref.index < inventory->n_racks &&
		    inventory->racks[ref.index] != NULL
		    ? inventory->racks[ref.index]->id : NULL;
	case ENTITY_DEVICE:
		return ref.index < inventory->n_devices &&
		    inventory->devices[ref.index] != NULL
		    ? inventory->devices[ref.index]->id : NULL;
	case ENTITY_FEED:
	case ENTITY_KIND_N:
		break;
	}
	return NULL;
}
