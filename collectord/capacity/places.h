/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The day's counts of every place and operator, for the ledger.
 *
 * Route: capacity -> state, once a day.  Thread: FLOW.
 * Source: domain.md 2.3 formulas 18-20.
 */
#ifndef CAPACITY_PLACES_H
#define CAPACITY_PLACES_H

#include <stddef.h>

#include "capacity/view.h"
#include "state/state.h"

/*
 * Counts of areas, sites, halls, and operators by their sites.
 * Owns: returns rows to be freed with free; NULL when there is no memory.
 */
struct daily_place *places_count(const struct view *view, size_t *ret_n);

#endif
