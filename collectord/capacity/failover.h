/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Failover: what the other feeds of a rack must carry when one is lost.
 *
 * Judged from the last closed slot, for the view and for one rack's page by the
 * same function: both feeds of a rack are of one time, or unknown.
 *
 * Route: figures per slot; http per rack.  Thread: any, no state.
 * Source: domain.md 2.3 formulas 1, 2, 5-8.
 */
#ifndef CAPACITY_FAILOVER_H
#define CAPACITY_FAILOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/electric.h"
#include "capacity/view.h"
#include "flow/rollup.h"

#define FAILOVER_PHASES 3

/* The load of one feed; what is not known has no bit. */
struct feed_load {
	uint8_t phase_mask;                /* bit 0: L1; one phase: only bit 0 */
	double current_a[FAILOVER_PHASES];
	bool has_rating;
	double rating_a;                   /* breaker, else the device's rating */
	double rated_va, derated_va;       /* formula 1; valid if has_rating */
	bool has_load;
	double load_ratio;                 /* formula 2: highest phase / rating */
	bool has_imbalance;
	double imbalance;                  /* formula 7, ratio */
	bool has_apparent;
	double apparent_va;
	bool has_factor;
	double factor;                     /* formula 8: P/S, else a device's word */
};

/* All of one rack; valid is what the flags say. */
struct failover_view {
	enum failover state;
	bool has_ratio;                    /* and all down to rating_a */
	double ratio;                      /* survivor's load / its rating */
	double worst_ratio;                /* bound where phases are not mapped */
	double headroom_w;                 /* may be added before 80 %; < 0: over */
	double headroom_a;                 /* the same on the fullest phase */
	double arc_va;                     /* formula 6; < 0: an alarm */
	unsigned lost, survivor, phase;    /* where ratio is: feeds' indexes, 0: L1 */
	double current_a, rating_a;        /* of the survivor there, after the loss */
	unsigned n_phases;                 /* of each feed */
	uint32_t n_feeds;
	struct feed_load feeds[INVENTORY_FEEDS_MAX]; /* the rack's order */
};

/*
 * What a feed carries in a slot (NULL: of none, only its rating is known).
 * power_w: of the feed in that slot, or NULL.
 */
struct feed_load failover_feed(const struct feed *feed, const struct feed_slot *slot,
    const double *power_w);
/*
 * Judges a rack by a rollup (NULL: nothing is known yet).  Loads that are not
 * known to be dual-corded are assumed to move to the same phase of the
 * survivors.  One feed is SINGLE; a feed without currents of all phases in this
 * slot or without a rating, and feeds of different phases, make it UNKNOWN.
 */
struct failover_view failover_judge(const struct rack *rack,
    const struct rollup *rollup);

#endif
