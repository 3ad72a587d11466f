/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures: the electrical and environmental KPIs of every rack, place and
 * operator, computed once per closed slot and shared by the views until the
 * next; immutable and reference-counted.
 *
 * Route: rollup -> figures -> view -> http.  Thread: made by FLOW, read by any.
 * Source: domain.md 2.3 formulas 5-8, 13-16.
 */
#ifndef CAPACITY_FIGURES_H
#define CAPACITY_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/inrange.h"
#include "capacity/view.h"
#include "flow/rollup.h"
#include "model/inventory.h"

/* A three-phase feed is out of balance above this.  Source: API of KPIs. */
#define FIGURES_IMBALANCE 0.2

enum rack_figure_flags {
	FIGURE_RATIO = 1u << 0, FIGURE_IMBALANCE = 1u << 1, FIGURE_FACTOR = 1u << 2,
	FIGURE_DELTA_T = 1u << 3, FIGURE_AIRFLOW = 1u << 4, FIGURE_DEW_POINT = 1u << 5,
	FIGURE_IN_RANGE = 1u << 6, FIGURE_INLET = 1u << 7,
};

struct rack_figures {
	uint8_t failover;          /* enum failover */
	uint8_t imbalance_feed;    /* index of the feed */
	uint16_t flags;            /* what of the following is known */
	float ratio;               /* formula 5 */
	float imbalance;           /* formula 7, of its worst feed */
	float power_factor;        /* formula 8, of the feeds that tell */
	float inlet_c;             /* the hottest inlet */
	float delta_t_k;           /* formula 15: outlet - mean of the inlets */
	float airflow_m3h;         /* formula 15: what carries its power away */
	float dew_point_c;         /* formula 16 */
	float in_range;            /* formula 13, last 24 h, ratio */
	uint32_t in_range_s;       /* that it covers */
};

/* Sums over racks; declared ones for what is electric. */
struct place_figures {
	uint32_t n_failover[FAILOVER_N];
	uint32_t worst_rack;       /* INVENTORY_NONE: no ratio is known */
	float worst_ratio;
	uint32_t n_negative_arc;   /* formula 6 */
	uint32_t imbalance_rack;   /* INVENTORY_NONE: none is known */
	uint8_t imbalance_feed;
	float imbalance;
	uint32_t n_imbalance_over; /* feeds above FIGURES_IMBALANCE */
	double real_w, apparent_va; /* formula 8; of feeds that tell both */
	struct inrange_time time;  /* formula 13; covered_s: the longest of a rack */
	uint32_t n_inlets, n_inlets_expected;
	uint32_t n_indexed;        /* inlets in the two sums below */
	double over, under;        /* formula 14: shares of the way to the limit */
	double inlet_sum_c;        /* of n_indexed */
	float inlet_max_c;         /* valid if n_indexed */
	double air_w, airflow_m3h; /* formula 15; of racks that tell both */
	uint32_t n_dew_points;
	float dew_min_c, dew_max_c; /* formula 16; valid if n_dew_points */
	/* of the sums, when all are added; valid by their counts */
	double power_factor;       /* ratio; if apparent_va > 0 */
	double over_index_pct, under_index_pct; /* if n_indexed > 0 */
	double delta_t_k;          /* that of the racks' air mixed; if airflow_m3h > 0 */
};

struct figures {
	const struct inventory *inventory;  /* one reference */
	struct wall slot;                   /* that they are of; 0: before the first */
	const struct rack_figures *racks;   /* [inventory->n_racks] */
	const struct place_figures *places[ENTITY_PLACE_N];
	const struct place_figures *operators; /* [inventory->n_operators] */
};

/*
 * Computes all figures of a slot (NULL: of none yet).
 * Owns: one reference.  Errors: NULL when memory is out.
 */
const struct figures *figures_new(const struct inventory *inventory,
    const struct rollup *rollup, const struct inrange *inrange);
const struct figures *figures_ref(const struct figures *figures);
void figures_unref(const struct figures *figures);   /* NULL is fine */

#endif
