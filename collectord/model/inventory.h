/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inventory: which places, racks and devices there are; one immutable,
 * reference-counted snapshot per configuration version.
 *
 * Dense ids are array indexes: they survive a reload (config assigns them by
 * textual id, model/ids.h) and are not used again within a run, so arrays may
 * have holes (NULL).
 *
 * Route: made by config; read by all.  Thread: any.
 * Source: DESIGN.md sections 2 and 4.3; domain.md 2.2 for the states.
 */
#ifndef MODEL_INVENTORY_H
#define MODEL_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/clock.h"
#include "model/equipment.h"
#include "model/floor.h"
#include "model/name.h"
#include "model/power.h"

#define INVENTORY_NONE UINT32_MAX
#define INVENTORY_FEEDS_MAX 4

enum entity_kind {
	ENTITY_PROVINCE = 0, ENTITY_AREA, ENTITY_SITE, ENTITY_HALL, ENTITY_ROW,
	ENTITY_RACK, ENTITY_FEED, ENTITY_DEVICE, ENTITY_KIND_N
};
/* The kinds that racks are summed into: province..row. */
#define ENTITY_PLACE_N (ENTITY_ROW + 1)

struct entity_ref { enum entity_kind kind; uint32_t index; };

/* Life cycle of a rack; domain.md 2.2. */
enum rack_state {
	RACK_PLANNED = 0, RACK_INSTALLED, RACK_ENERGIZED, RACK_IN_SERVICE,
	RACK_DECOMMISSIONING, RACK_DECOMMISSIONED, RACK_STATE_N
};

/* Air that a rack's equipment is made for; domain.md 1.5. */
enum rack_class { RACK_CLASS_A1 = 0, RACK_CLASS_A2, RACK_CLASS_A3, RACK_CLASS_A4,
	RACK_CLASS_H1, RACK_CLASS_N };
#define RACK_CLASSES "a1|a2|a3|a4|h1"

/* Who runs sites. */
struct operator { const char *id; struct name name; };

struct place {
	enum entity_kind kind;
	uint32_t index;            /* dense id within its kind */
	const char *id;
	struct name name;
	const char *external;      /* id where it was imported from, or NULL */
	uint32_t parent;           /* index of the place one kind up; province: NONE */
	const char *operator_name; /* sites, as written; NULL */
	const struct operator *operator; /* of the inventory's list, or NULL */
	const char *part_of;       /* areas: code of the unit that it belongs to, or
				    * NULL; its racks are its own all the same */
	bool has_tile;
	unsigned tile_x, tile_y;   /* areas: column and row of the tile map */
	double cooling_w;          /* halls: heat that can be taken away; 0: not given */
	const struct floor *floor; /* halls; NULL: not given */
	const struct row_floor *row_floor; /* rows; NULL: not given */
	double design_w;           /* own figure (halls), 0: sum of racks */
	uint32_t n_racks;          /* racks below it, all states */
};

struct feed {
	const char *id;            /* "A" */
	double breaker_a;          /* 0: not given */
	double volts;              /* nominal, phase to neutral; 0: not given */
	unsigned phases;           /* 1 or 3 */
	unsigned outlets;          /* 0: not given */
	const char *from;          /* id of the node that it hangs on, or NULL */
	uint32_t power;            /* the same as index, or NONE */
};

/* What overlays a rack's state and what is known of its times. */
struct rack_life {
	const char *tenant;        /* NULL: none */
	const char *reserved_for;  /* NULL: not reserved */
	struct wall reserved_until, maintenance_until; /* 0: not given */
	int32_t due;               /* day of commissioning, INT32_MIN: not given */
	const char *reason;        /* of the last change of state, or NULL */
	const struct wall *dates;  /* [RACK_STATE_N], 0: not given; NULL: none is */
};

struct rack {
	uint32_t index;
	const char *id;            /* "zz1-h1-r1-a01" */
	const char *label;         /* "A01" */
	const char *was;           /* former id, or NULL */
	const char *external;      /* id where it was imported from, or NULL */
	uint32_t row;              /* index of place; parents by place.parent */
	enum rack_state state;
	struct wall since;         /* 0: not given */
	double design_w;           /* 0: not given */
	unsigned units;            /* height units, 0: not given */
	double weight_limit_kg;    /* of what is mounted, 0: not given */
	enum rack_class class;
	unsigned ports;            /* network ports, 0: not given */
	unsigned position;         /* in its row, from 1 */
	struct box box;            /* width 0: its row is not placed */
	struct rack_life life;
	unsigned n_feeds;
	struct feed feeds[INVENTORY_FEEDS_MAX];
	uint32_t n_devices;
	const uint32_t *devices;   /* dense ids, in file order */
	uint32_t n_equipment;
	const struct equipment *equipment; /* by lowest unit, those without last */
	const char *file;          /* that declares its state; NULL: not known */
};

struct device {
	uint32_t index;
	const char *id;            /* "zz1-h1-r1-a01-pdu-a" */
	const char *role;          /* "pdu-a"; "" without a rack */
	const char *kind;          /* "pdu", from the role's prefix when not given */
	uint32_t rack;             /* index or NONE */
	struct entity_ref place;   /* where it stands when rack is NONE */
	int feed;                  /* index in the rack's feeds, -1: none */
	const char *through;       /* id of the device that it is reached through (a
				    * switch), or NULL */
	const char *plugin;
	const char *address;
	const char *profile;       /* id or "auto" */
	const char *const *credentials; /* ids, in order */
	size_t n_credentials;
	const struct col_node *node;    /* its YAML, for plugin options; may be NULL */
	const char *file; uint32_t line; /* where it was written */
	uint64_t hash;             /* over all that a plugin sees */
};

struct inventory {
	uint64_t version;          /* 1, 2, … one per applied configuration */
	const char *province_id;
	const char *timezone;
	/* places[kind][index], kinds PROVINCE..ROW; entries may be NULL */
	const struct place *const *places[ENTITY_PLACE_N];
	uint32_t n_places[ENTITY_PLACE_N];   /* array lengths, holes included */
	const struct rack *const *racks;
	uint32_t n_racks;
	const struct device *const *devices;
	uint32_t n_devices;
	uint32_t count_racks, count_devices; /* without holes */
	uint32_t count_equipment;
	const struct operator *operators;
	uint32_t n_operators;
	const struct power_node *power; /* the feed tree, in file order */
	uint32_t n_power;
};

const char *rack_state_text(enum rack_state state);   /* "in_service" */
int rack_state_find(const char *text, enum rack_state *ret_state);
/* installed, energized, in_service, decommissioning count as declared. */
bool rack_is_declared(enum rack_state state);
const char *rack_class_text(enum rack_class class);   /* "a2" */
/* True while the reservation, the maintenance holds.  Source: domain.md 2.2. */
bool rack_reserved(const struct rack *rack, struct wall at);
bool rack_maintained(const struct rack *rack, struct wall at);

const char *entity_kind_text(enum entity_kind kind);
int entity_kind_find(const char *text, enum entity_kind *ret_kind);

/* Builder: all memory is the inventory's own arena. */
struct arena;
struct inventory *inventory_new(void);      /* one reference */
struct arena *inventory_arena(struct inventory *inventory);
/* Builds the look-up tables; call once, then it is immutable. */
void inventory_seal(struct inventory *inventory);
/* Keeps owner alive as long as the inventory (the YAML trees): drop(owner). */
void inventory_keep(struct inventory *inventory, void *owner, void (*drop)(void *));
const struct inventory *inventory_ref(const struct inventory *inventory);
void inventory_unref(const struct inventory *inventory);

/* Look-ups by textual id; NULL when there is none. */
const struct place *inventory_place(const struct inventory *inventory,
    enum entity_kind kind, const char *id);
const struct rack *inventory_rack(const struct inventory *inventory, const char *id);
const struct device *inventory_device(const struct inventory *inventory, const char *id);
const struct power_node *inventory_power(const struct inventory *inventory, const char *id);
/* The place of a kind above a rack. */
const struct place *inventory_above(const struct inventory *inventory,
    const struct rack *rack, enum entity_kind kind);
/* Textual id of any entity ("rack", index) or NULL. */
const char *inventory_id(const struct inventory *inventory, struct entity_ref ref);

#endif
