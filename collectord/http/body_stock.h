/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what is free: the keys "space", "budget" and "deployable" of places,
 * operators and racks, and what cells of the floor plan show of it.
 *
 * Route: view's stock -> JSON.  Thread: HTTP.
 * Source: domain.md 2.3 formulas 9-11.
 */
#ifndef HTTP_BODY_STOCK_H
#define HTTP_BODY_STOCK_H

#include "base/json.h"
#include "capacity/stock.h"
#include "capacity/view.h"

/* Sums of a place or operator; of what is not in the stock all is unknown. */
const struct stock_place *body_stock_place(const struct view *view,
    const struct place *place);
const struct stock_place *body_stock_operator(const struct view *view, uint32_t index);
/* "space", "budget", "deployable" of a place. */
void body_stock(struct json *json, const struct stock_place *stock);

/* Of a rack; all is unknown where the view has no stock yet. */
const struct stock_rack *body_stock_rack(const struct view *view, uint32_t rack);
/* "free_u", "space", "deployable" of a cell. */
void body_stock_cell(struct json *json, const struct stock_rack *stock);
/* "budget" and "deployable" of a rack. */
void body_stock_budget(struct json *json, const struct view *view,
    const struct rack *rack);
/* "limits": all that holds the rack's power back, and what each has left. */
void body_stock_limits(struct json *json, const struct view *view,
    const struct rack *rack);

#endif
