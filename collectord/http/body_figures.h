/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what feeds and air say of places and racks: failover, imbalance, power
 * factor, environment.
 *
 * Route: view's figures -> JSON.  Thread: HTTP.
 * Source: domain.md 2.3 formulas 5-8, 13-16.
 */
#ifndef HTTP_BODY_FIGURES_H
#define HTTP_BODY_FIGURES_H

#include "base/json.h"
#include "capacity/failover.h"
#include "capacity/figures.h"
#include "capacity/view.h"

/* Of a place or an operator; "nothing is known" where the view has none. */
const struct place_figures *body_place_figures(const struct view *view,
    const struct place *place);
const struct place_figures *body_operator_figures(const struct view *view,
    uint32_t index);
const struct rack_figures *body_rack_figures(const struct view *view, uint32_t rack);

/* "failover", "imbalance", "power_factor", "environment" of a KPI object. */
void body_figures(struct json *json, const struct view *view,
    const struct place_figures *figures);
/* "failover": state, "failover_ratio", "delta_t_k" of a rack in a list. */
void body_rack_short(struct json *json, const struct rack_figures *figures);
/* "failover": {…} of one rack: what is lost, who survives, what is left. */
void body_failover(struct json *json, const struct rack *rack,
    const struct failover_view *failover);
/* "environment_summary": {…} of one rack. */
void body_air(struct json *json, const struct view *view, const struct rack *rack);

#endif
