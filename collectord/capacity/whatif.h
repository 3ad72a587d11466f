/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What-if: what becomes of racks, feed tree and free room when something is
 * lost, weakened, taken away or put in; an overlay on the model, nothing copied.
 *
 * Route: view and stock -> what-if -> http.  Thread: any, no state.
 * Source: domain.md 2.3 formula 12 (deltas of 5, 9, 11, and who breaks).
 */
#ifndef CAPACITY_WHATIF_H
#define CAPACITY_WHATIF_H

#include "capacity/planner.h"
#include "capacity/view.h"

enum whatif_kind {
	WHATIF_LOSE_FEED = 0,      /* a feed of all racks at a place */
	WHATIF_LOSE_DEVICE,        /* the feed or the node that it stands for */
	WHATIF_LOSE_NODE, WHATIF_LOSE_RACK, WHATIF_REMOVE_RACK, WHATIF_DERATE_NODE,
	WHATIF_ADD, WHATIF_KIND_N
};

struct whatif_ask {
	enum whatif_kind kind;
	const char *feed;          /* LOSE_FEED: "A"; borrowed */
	struct entity_ref at;      /* LOSE_FEED: a place or a rack */
	uint32_t index;            /* device, node or rack */
	double share;              /* DERATE_NODE: what of its rating is left, 0..1 */
	struct planner_ask add;    /* ADD */
};

/* How a rack or node stands; of two the later is the worse. */
enum whatif_load {
	WHATIF_UNKNOWN = 0,
	WHATIF_OK,                 /* <= 80 % of its rating */
	WHATIF_AT_RISK,            /* <= 100 % */
	WHATIF_PARTLY_DARK,        /* equipment with one cord has no power */
	WHATIF_OVERLOAD, WHATIF_DARK, WHATIF_LOAD_N
};
const char *whatif_load_text(enum whatif_load load);     /* "at_risk" */

/* A rack or node of the feed tree that is worse off than before. */
struct whatif_broken {
	bool is_node;
	uint32_t index;
	enum whatif_load from, to;
	bool has_ratio, has_limit, has_load;
	double ratio;              /* load / rating, of a rack its fullest feed */
	double limit_w;            /* derated, of a rack that of the feeds left */
	double load_w;
	uint32_t n_equipment;      /* of a rack, without power */
};
#define WHATIF_BROKEN_MAX 1000

/* Sums of the province. */
struct whatif_sums {
	uint32_t declared;
	bool has_power;
	double verified_power_w;   /* of verified racks that have power */
	uint32_t failover[FAILOVER_N]; /* declared racks, formula 5 */
	double available_w;        /* formula 9 */
	uint64_t deployable;       /* formula 11, with what is stranded */
	double stranded_w;
	uint32_t overloaded_nodes; /* beyond their rating */
};

struct whatif_result {
	struct whatif_sums before, after;
	struct whatif_broken *broken;  /* [n_broken], the worst first */
	size_t n_broken, broken_total;
	bool has_plan;                 /* of ADD */
	struct planner_result plan;
};

/*
 * Works it out.  stock may be newer than the view's, of the same inventory.
 * Owns: free the result with whatif_done.
 * Errors: COL_ENOENT (no rack there has the feed), COL_ENOTSUP (the device stands
 * for no feed and no node), COL_ENOMEM.
 */
int whatif_run(const struct view *view, const struct stock *stock,
    const struct whatif_ask *ask, struct whatif_result *ret_result);
void whatif_done(struct whatif_result *result);

/* One rack under an overlay (NULL: as it is). */
struct whatif_rack {
	enum whatif_load load;
	enum failover failover;        /* formula 5, of the feeds that are left */
	bool has_ratio, has_limit, has_load;
	double ratio, limit_w, load_w;
	uint32_t n_equipment;          /* without power */
};
struct whatif_rack whatif_rack(const struct rack *rack, const struct rollup *rollup,
    const struct tree *tree, const struct overlay *overlay);

#endif
