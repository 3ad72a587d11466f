/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The board of a view: the KPIs that rules look at, a column per gauge.
 *
 * Route: capacity's published hook -> board_of_view -> alert.  Thread: any, no
 * state.  Source: domain.md 2.3 formulas 1-9, 13-23.
 */
#ifndef CAPACITY_BOARD_H
#define CAPACITY_BOARD_H

#include "capacity/view.h"
#include "model/gauge.h"

/*
 * All that is wanted of a view; columns of what a view does not know (the
 * collector's, and what alert makes itself) are NAN.  Owns: free with board_free.
 * Errors: NULL when memory is out.
 */
struct board *board_of_view(const struct view *view, const struct board_want *want);

#endif
