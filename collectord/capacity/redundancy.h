/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the feeds of a group (of a rack, or a UPS, PDU or busway above racks)
 * must carry when one of them is lost.
 *
 * Loads that are not known to be dual-corded are taken to move.
 *
 * Route: failover and the feed tree ask it.  Thread: any, no state.
 * Source: domain.md 2.3 formulas 5 and 6.
 */
#ifndef CAPACITY_REDUNDANCY_H
#define CAPACITY_REDUNDANCY_H

#include "capacity/electric.h"
#include "capacity/view.h"

struct redundancy_feed {
	unsigned n_phases;         /* 1 or 3, all of a group alike */
	double current_a[ELECTRIC_PHASES];
	double rated_a;            /* > 0 */
	double volts;              /* phase to neutral, > 0 */
};

struct redundancy {
	enum failover state;       /* SINGLE: there is only one feed */
	/* valid unless SINGLE: */
	double ratio;              /* fullest phase after the worst loss / rating,
				    * loads staying on their phase */
	double worst_ratio;        /* the same when the fullest phase of the lost
				    * feed moves to the fullest of the survivor: a
				    * bound where the mapping is not known */
	unsigned lost, survivor, phase; /* where ratio is: indexes */
	double headroom_a;         /* d * rating - current there; < 0: over */
	double headroom_w;         /* the same as power, of all phases */
	double arc_va;             /* formula 6, see redundancy_arc_va */
};

/*
 * Formula 5.  Two feeds: the survivor carries both.  n feeds: the load of the
 * lost one is shared by the n - 1 that are left.
 * Units: power factor 0..1.  Shape: n in 1..INVENTORY_FEEDS_MAX.
 */
struct redundancy redundancy_judge(const struct redundancy_feed *feeds, unsigned n,
    double power_factor);
/* Formula 5: OK <= 0.8 < AT RISK <= 1 < NO REDUNDANCY. */
enum failover redundancy_state(double ratio);
/*
 * Formula 6, available redundant capacity: what may be added and still survive
 * the loss of any one feed; of two: d * min(S_rA, S_rB) - (S_A + S_B).
 * Negative: there is none, an alarm.  Units: VA.  One feed: 0.
 */
double redundancy_arc_va(const struct redundancy_feed *feeds, unsigned n);

#endif
