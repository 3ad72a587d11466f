/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of the drafts that is not polled: operators, floors, the feed tree,
 * equipment, and the times of racks.
 *
 * Route: beside draft.h, joined by link_assets.  Thread: the loader's.
 * Source: domain.md 1.6 (areas), 2.2 (life), 2.3 (what capacity needs).
 */
#ifndef CONFIG_DRAFT_ASSETS_H
#define CONFIG_DRAFT_ASSETS_H

#include <uthash.h>

#include "config/load.h"

struct draft_place;
struct draft_rack;

/* Which node of the feed tree each feed hangs on, as a place or rack says. */
struct draft_source {
	const char *feed, *node;
	const struct col_node *at;
	struct draft_power *power;      /* found; NULL: not yet, or a fault */
	bool reported;
};
struct draft_sources { unsigned n; struct draft_source items[INVENTORY_FEEDS_MAX]; };

/* What overlays a state, of a row or rack. */
struct draft_life {
	const char *tenant, *reserved_for, *reason;
	struct wall reserved_until, maintenance_until;
	int32_t due;                    /* INT32_MIN: not given */
	const struct col_node *dates_node;
	const struct wall *dates;       /* [RACK_STATE_N]; NULL: none */
};

/* What a rack itself can take, of a template or rack; < 0: not given. */
struct draft_frame { double weight_limit_kg; int class; int64_t ports; };

/* The floor of a hall, or a row's place on it; < 0: not given. */
struct draft_floor {
	double width_m, depth_m;
	const struct col_node *aisles_node;
	struct aisle *aisles;
	size_t n_aisles;
	double x_m, y_m, pitch_m, rack_depth_m;
	int run, front;
	const char *cold, *hot;
};

struct draft_operator {
	const char *id;
	struct name name;
	const struct col_node *node;
	struct operator *model;         /* made by link */
	UT_hash_handle hh;
};

struct draft_power {
	struct power_node model;        /* what is read goes straight there */
	const char *from, *up[ENTITY_PLACE_N];
	const struct col_node *node;
	struct draft_power *above;      /* NULL: a source, or a fault */
	struct draft_place *site;
	unsigned mark;                  /* of the walk that last came by */
	UT_hash_handle hh;
};

struct draft_equipment {
	struct equipment model;
	const char *rack;
	struct schema_texts feeds;
	const struct col_node *node;
	struct draft_equipment *next;   /* in the same rack */
	UT_hash_handle hh;
};

/* Reads entries of the lists operators, feed_tree and equipment. */
void draft_operator_entry(struct load *load, const struct col_node *node);
void draft_power_entry(struct load *load, const struct col_node *node);
void draft_equipment_entry(struct load *load, const struct col_node *node);
/* Joins the feed tree once all its nodes are read; reports circles. */
void draft_power_join(struct load *load);
/* Reads a map of feed letters to nodes; NULL when there is none. */
struct draft_sources *draft_sources(struct load *load, const struct col_node *node);
/* The node that a feed of a rack hangs on: its own from, else what the rack,
 * its row, hall or site say; NULL: none.  Reports what is not there. */
struct draft_power *draft_source_of(struct load *load,
    const struct draft_rack *rack, const struct feed *feed);
/* Reads the dates of a life and checks them against its state (-1: default). */
void draft_life(struct load *load, struct draft_life *life, int state,
    struct wall *since, const struct col_node *node);
/* A rack's state may not go backwards against what runs, but for a reason. */
void draft_life_forward(struct load *load, const struct inventory *running);
/* Aisles of a hall; a row's place in it. */
void draft_floor_hall(struct load *load, struct draft_place *hall);
void draft_floor_row(struct load *load, struct draft_place *row);
/* Units of the province that need not be written down (areas.c): fills in what
 * an area does not say; makes one by its code, or NULL; adds all. */
void draft_area_fill(const struct load *load, struct draft_place *area);
struct draft_place *draft_area_known(struct load *load, const char *id);
void draft_area_all(struct load *load);
void draft_area_check(struct load *load);

#endif
