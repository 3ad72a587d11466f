/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps the stock of the newest slot: made anew when the inventory, the slot,
 * what was measured or what is reserved has changed, else the same once more.
 *
 * Route: capacity asks it for each view.  Thread: FLOW.
 */
#ifndef CAPACITY_STOCKTAKE_H
#define CAPACITY_STOCKTAKE_H

#include "capacity/view.h"
#include "model/reservation.h"

struct latest;
struct stock;
struct stock_plan;

/* All zero is ready for use. */
struct stocktake {
	struct stock_plan *plan;           /* of the newest inventory */
	const struct stock *stock;         /* one reference, or NULL */
	const struct latest *latest;       /* for nodes with a device; may be NULL */
	uint64_t number;
};

/*
 * Gives the draft's view its stock (view->stock, one reference).  When memory is
 * out the view has the one before it, if that is of the same inventory.
 */
void stocktake_run(struct stocktake *take, struct view_draft *draft,
    const struct reservations *reserved);
void stocktake_done(struct stocktake *take);

#endif
