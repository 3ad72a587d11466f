/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stock for one question: the view's, with the reservations of this moment,
 * as one tenant finds it.
 *
 * Route: view + reservations -> fresh -> planner, what-if.  Thread: any.
 * Source: domain.md 2.3 formulas 9-11.
 */
#ifndef CAPACITY_FRESH_H
#define CAPACITY_FRESH_H

#include "capacity/stock.h"
#include "capacity/view.h"
#include "model/reservation.h"

/*
 * With an overlay of a tenant, what is kept for it is free; overlay is the
 * stock's then.  Owns: one reference; NULL: the view has no stock yet, or memory
 * is out.
 */
const struct stock *fresh_stock(const struct view *view,
    const struct reservations *reserved, const struct overlay *overlay);

#endif
