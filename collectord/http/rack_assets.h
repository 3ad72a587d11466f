/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a rack's page says of the rack as a thing: whose it is, what overlays
 * its state, what is mounted in it.
 *
 * Route: inventory and latest -> JSON.  Thread: HTTP.
 * Source: domain.md 2.2 (overlays), 2.3 formula 9 (budget of a device).
 */
#ifndef HTTP_RACK_ASSETS_H
#define HTTP_RACK_ASSETS_H

#include "http/request.h"
#include "model/inventory.h"

/* "class", "tenant", "reserved", "maintenance", "due", "position", "external". */
void rack_assets_life(struct json *json, const struct view *view,
    const struct rack *rack);
/* "space": units and their gaps, weight, ports.  Source: formula 10. */
void rack_assets_space(struct json *json, const struct view *view,
    const struct rack *rack);
/* "equipment": by lowest unit, what is not in a unit last. */
void rack_assets_equipment(struct request *request, const struct rack *rack);

#endif
