/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drafts: what inventory files say, entry by entry, before it is joined into
 * an inventory; lives only as long as the load.
 *
 * Route: inventory nodes -> draft_read -> link_inventory -> struct inventory.
 * Thread: the loader's.  Source: DESIGN.md 4.3.
 */
#ifndef CONFIG_DRAFT_H
#define CONFIG_DRAFT_H

#include <uthash.h>

#include "config/draft_assets.h"
#include "config/load.h"

#define DRAFT_DEVICES_MAX 64       /* per rack */
#define DRAFT_RACKS_MAX 1000000u
#define DRAFT_DEVICES_TOTAL_MAX 4000000u

/* A device as written; one of a row stands for one in each of its racks. */
struct draft_device {
	const char *role;               /* map key or own; NULL: in no rack */
	const char *plugin, *address, *profile, *feed, *through;
	struct schema_texts credentials;
	int kind;                       /* index in catalog_kinds, -1: by role */
	const struct col_node *node;
	bool removed;                   /* "role: ~": takes one away */
	bool reported;                  /* one message, not one per rack */
	bool usable;                    /* plugin, profile, credentials are good */
	uint64_t hash;                  /* of all but id and address; 0: not yet */
	/* entries of the list devices: */
	const char *id, *rack;
	const char *up[ENTITY_PLACE_N]; /* area, site, hall, row that it names */
	struct draft_device *next;      /* further one of the same rack */
	struct draft_place *place;      /* in no rack: where it stands */
	struct device *model;           /* in no rack: made by link */
};

struct draft_devices { struct draft_device *items; size_t n_items; };

struct draft_feeds {
	bool given;
	unsigned n_feeds;
	struct feed feeds[INVENTORY_FEEDS_MAX];
};

struct draft_template {
	const char *id;
	const struct col_node *node;
	double design_w;                /* < 0: not given */
	int64_t units;                  /* < 0: not given */
	struct draft_frame frame;
	const struct col_node *feeds_node, *devices_node;
	struct draft_feeds feeds;
	struct draft_devices devices;
	UT_hash_handle hh;
};

/* An area, site, hall or row. */
struct draft_place {
	enum entity_kind kind;
	const char *id;
	struct name name;
	const char *up[ENTITY_PLACE_N];
	const char *external;
	const char *operator_name;
	struct draft_operator *operator;
	const char *part_of;            /* areas */
	int64_t tile_x, tile_y;         /* areas; < 0: not given */
	double design_w, cooling_w;     /* 0: not given */
	struct draft_floor floor;       /* halls and rows */
	const struct col_node *sources_node;
	struct draft_sources *sources;  /* sites, halls, rows; NULL: none */
	const struct col_node *node;    /* NULL: made by us */
	struct draft_place *parent;     /* NULL: an area, or a fault */
	struct place *place;            /* its model, made by link */
	uint32_t n_racks;
	/* rows: */
	const char *template_id;
	const struct draft_template *template;
	int state;                      /* enum rack_state, -1: not given */
	struct wall since;
	struct draft_life life;
	const struct col_node *racks_node, *devices_node;
	struct draft_devices devices;
	uint32_t n_numbered;            /* racks that have their {n} */
	bool positioned;                /* a rack of it says its position */
	UT_hash_handle hh;
};

struct draft_rack {
	const char *id, *label, *was, *external;
	const char *up[ENTITY_PLACE_N];
	struct draft_place *row;
	bool ranged;                    /* of the row's own list: it shares */
	uint32_t number;                /* {n} */
	const char *template_id;
	const struct draft_template *template;
	int state;                      /* -1: not given */
	struct wall since;
	double design_w;                /* < 0: not given */
	int64_t units;                  /* < 0: not given */
	struct draft_life life;
	struct draft_frame frame;
	int64_t position;               /* < 0: not given */
	double x_m, y_m;                /* < 0: not given */
	const struct col_node *feeds_node, *devices_node, *sources_node;
	struct draft_sources *sources;
	struct draft_equipment *equipment;
	uint32_t n_equipment;
	struct draft_feeds feeds;
	struct draft_devices devices;
	struct draft_device *further, **last; /* of the list devices */
	const struct col_node *node;    /* where it was made */
	const struct col_node *entry;   /* its own entry, NULL: only a range's */
	struct rack *rack;              /* its model, made by link */
	struct device **models;         /* rack->n_devices of them */
	UT_hash_handle hh;
};

struct drafts {
	struct inventory_nodes *parts;  /* one per file */
	size_t n_parts, room;
	struct draft_template *templates;
	struct draft_place *places[ENTITY_PLACE_N]; /* AREA..ROW */
	struct draft_rack *racks;
	struct draft_operator *operators;
	struct draft_power *power;
	uint32_t n_power;
	struct draft_equipment *equipment;
	struct draft_device *free;      /* in no rack, in file order */
	struct draft_device **last_free;
	size_t n_racks, n_devices;
};

/* Tables, also for the reference. */
extern const struct schema_field draft_area_fields[], draft_site_fields[];
extern const struct schema_field draft_hall_fields[], draft_row_fields[];
extern const struct schema_field draft_rack_fields[], draft_feed_fields[];
extern const struct schema_field draft_template_fields[];
extern const struct schema_field draft_operator_fields[], draft_aisle_fields[];
extern const struct schema_field draft_power_fields[], draft_equipment_fields[];
extern const struct schema_field draft_device_fields[];  /* in a rack */
extern const struct schema_field draft_free_fields[];    /* list devices */

/* Reads the inventory files that the settings name into drafts->parts. */
void draft_files(struct load *load);
/* Reads all parts into drafts, kind by kind, so that order does not matter. */
void draft_read(struct load *load);
/* Frees the hash tables; the rest is the scratch arena's. */
void draft_done(struct drafts *drafts);

struct draft_place *draft_place_find(const struct load *load,
    enum entity_kind kind, const char *id);
struct draft_rack *draft_rack_find(const struct load *load, const char *id);
/* Sets all that is "not given"; leaves what is there. */
void draft_rack_init(struct draft_rack *rack);
/* Adds a rack; NULL and reported when the id is there already. */
struct draft_rack *draft_rack_add(struct load *load, const char *id,
    const struct col_node *node);
/*
 * The place that up names (the lowest of them), with missing levels below it
 * made as far down as kind; NULL and reported at node when there is none.
 * what names the entry in messages.
 */
struct draft_place *draft_place_of(struct load *load,
    const char *const up[ENTITY_PLACE_N], enum entity_kind kind,
    const struct col_node *node, const char *what);

/* Reads a map of feeds; of devices by role.  note follows their names in
 * messages. */
void draft_feeds(struct load *load, const struct col_node *node,
    struct draft_feeds *feeds);
void draft_devices(struct load *load, const struct col_node *node,
    const char *note, struct draft_devices *devices);
/* Reads one entry of the list devices. */
void draft_device_entry(struct load *load, const struct col_node *node);
/* "pdu-a" -> index of pdu in catalog_kinds, or -1. */
int draft_kind_of_role(const char *role);

#endif
