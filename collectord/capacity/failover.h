/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Failover: what the other feeds of a rack must carry when one is lost.
 *
 * Computed for one rack on demand from the newest currents of its devices.
 *
 * Route: http asks per rack.  Thread: any.
 * Source: domain.md 2.3 formulas 2 and 5.
 */
#ifndef CAPACITY_FAILOVER_H
#define CAPACITY_FAILOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/view.h"
#include "flow/latest.h"

#define FAILOVER_PHASES 3

/* The load of one feed; what is not known has no bit. */
struct feed_load {
	uint8_t phase_mask;                /* bit 0: L1; one phase: only bit 0 */
	double current_a[FAILOVER_PHASES];
	bool has_rating;
	double rating_a;                   /* breaker, else the device's rating */
	bool has_load;
	double load_ratio;                 /* highest phase / rating */
};

/* All of one rack; valid is what the flags say. */
struct failover_view {
	enum failover state;
	bool has_ratio;
	double ratio;                      /* survivor's load / its rating */
	bool has_headroom;
	double headroom_w;                 /* may be added before 80 %; < 0: over */
	uint32_t n_feeds;
	struct feed_load feeds[INVENTORY_FEEDS_MAX]; /* the rack's order */
};

/*
 * Judges a rack.  Values older than three intervals at as_of are not known.
 * Loads that are not known to be dual-corded are assumed to move to the same
 * phase of the survivors.  One feed is SINGLE, a feed without currents or
 * rating makes it UNKNOWN.
 */
struct failover_view failover_of(const struct inventory *inventory,
    const struct rack *rack, const struct latest *latest, struct wall as_of,
    int64_t interval_ns);

#endif
