/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * KPIs of places: counts by evidence, design, standard racks, occupancy, ages.
 *
 * Route: capacity fills a draft's places after its racks.  Thread: FLOW.
 * Source: domain.md 1.3 (occupancy), 2.3 formulas 18-21; DESIGN.md 4.5.
 */
#ifndef CAPACITY_KPI_H
#define CAPACITY_KPI_H

#include "capacity/view.h"

/* Fills draft->places from draft->racks and the view's rollup. */
void kpi_places(struct view_draft *draft);

#endif
