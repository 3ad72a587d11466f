/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stock: what is free in every rack and place, what holds it back, and
 * what every node of the feed tree carries and has been promised.
 *
 * One immutable, reference-counted object, a pure function of the inventory, a
 * slot's loads, what was measured, what is reserved, and an overlay.  The one
 * of the view has no overlay; stock_whatif makes another from it.
 *
 * Route: capacity makes it for the view -> http, planner.  Thread: made by FLOW
 * (what-ifs by any), read by any.
 * Source: domain.md 2.3 formulas 1, 6, 9, 10, 11, 12.
 */
#ifndef CAPACITY_STOCK_H
#define CAPACITY_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "capacity/metered.h"
#include "capacity/overlay.h"
#include "capacity/space.h"
#include "capacity/tree.h"

struct past;
struct reservations;
struct rollup;
struct stock_plan;

/* What holds a rack's power back; >= 0: the node of that index. */
#define STOCK_BY_NOTHING (-1)  /* no limit is known */
#define STOCK_BY_DESIGN (-2)   /* of the rack */
#define STOCK_BY_FAILOVER (-3) /* what its feeds carry after the worst loss */
#define STOCK_BY_FEED (-4)     /* its only feed */
#define STOCK_BY_HALL (-5)     /* the hall's own design figure */

struct stock_rack {
	bool has_committed, has_available, has_space, has_n;
	bool counted;              /* declared: part of its places' sums */
	/* formula 9; valid if has_committed, has_available */
	double committed_w;        /* budgets and reservations; without has_committed
				    * a lower bound: what is known of them */
	double reserved_w;         /* of these, reserved */
	double available_w;        /* < 0: committed beyond the limit */
	int32_t binding;           /* STOCK_BY_x, or a node */
	/* limits of its own, < 0: not known */
	double design_w, failover_w;
	/* formula 10; valid if has_space */
	uint8_t units, occupied, reserved, largest_gap;
	/* formula 11 for the reference server; valid if has_n */
	uint8_t short_of;          /* enum space_kind; SPACE_KIND_N: nothing */
	uint8_t known;             /* bit k: stranded[k] is known */
	uint16_t n;                /* if only this rack is filled */
	float stranded[SPACE_KIND_N];
};

/* Sums of the declared racks below a place. */
struct stock_place {
	uint32_t n_racks;          /* of known space */
	uint32_t units, occupied, reserved;
	uint32_t n_budget;         /* racks of known budget: */
	uint32_t n_available;      /* of them, those with a known limit */
	uint32_t n_over;           /* of these, committed beyond it */
	double design_w, committed_w, reserved_w;
	double available_w;        /* together: shared limits are given away once */
	uint32_t n_deployable;     /* racks for which n is known: */
	uint64_t n;                /* servers, placed at the same time */
	uint32_t short_of[SPACE_KIND_N + 1]; /* racks by what holds them back */
	uint32_t n_stranded[SPACE_KIND_N]; /* racks of which that kind is known */
	double stranded[SPACE_KIND_N]; /* cooling: of the halls */
};

/* What is left of a hall's own figures; < 0: promised beyond them. */
struct stock_hall {
	bool has_design, has_cooling;
	double design_w, cooling_w;
};

/* A node of the feed tree. */
struct stock_node {
	struct tree_load load;
	struct metered metered;    /* by its own device, beside the sum */
	double limit_w;            /* derated rating as power; < 0: not known */
	double committed_w;        /* what it must be ready to carry, of known racks */
	uint32_t n_committed, n_racks; /* racks of known budget, of all declared */
};

struct stock_input {
	struct stock_plan *plan;            /* of the inventory */
	const struct rollup *rollup;        /* of the newest slot, or NULL */
	const struct past *past;            /* what was measured, or NULL */
	const struct reservations *reserved; /* by the API, or NULL */
	const struct metered *metered;      /* [n_power], or NULL */
	struct wall as_of;                  /* reservations that have ended do not count */
};

struct stock {
	uint64_t number;           /* rises with every stock of the view */
	struct stock_input input;           /* what it was made of, references */
	const struct inventory *inventory;  /* the plan's */
	const struct tree *tree;            /* the plan's */
	const struct stock_rack *racks;     /* [n_racks] */
	const struct stock_place *places[ENTITY_PLACE_N]; /* [n_places[kind]] */
	const struct stock_place *operators; /* [n_operators]: of their sites */
	const struct stock_node *nodes;     /* [n_power] */
	const struct stock_hall *halls;     /* [n_places[HALL]] */
};

/*
 * Takes references to plan, rollup, past and reservations, copies metered.
 * Errors: NULL when memory is out.  Owns: one reference.  Thread: any.
 */
const struct stock *stock_new(const struct stock_input *input, uint64_t number);
/* The same with changes: overlay is borrowed for the call.  Thread: any. */
const struct stock *stock_whatif(const struct stock *stock,
    const struct overlay *overlay);
const struct stock *stock_ref(const struct stock *stock);    /* NULL is fine */
void stock_unref(const struct stock *stock);

/*
 * What of each resource is free in one rack, and its gaps after reservations,
 * for servers of any size: what space_fit wants.  overlay must be the stock's.
 * Shape: ret_free has SPACE_KIND_N.  False: the rack is not known well enough to
 * place anything in it.
 */
bool stock_free(const struct stock *stock, const struct overlay *overlay,
    uint32_t rack, struct space *ret_space, struct space_stock *ret_free);

struct past_power;
/* Days of data as formula 9 counts them: 95 % of the month is the month. */
double stock_measured_days(const struct past_power *power);
/* "design", "failover", "feed", "hall"; a node's id; NULL. */
const char *stock_binding_text(const struct stock *stock, int32_t binding);

#endif
