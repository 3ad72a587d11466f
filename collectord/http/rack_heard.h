/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which devices of a rack are silent and which speak: what the reason of its
 * evidence names when the rack is not whole.
 *
 * Route: latest, view -> JSON.  Thread: HTTP.  Source: DESIGN.md 4.6.
 */
#ifndef HTTP_RACK_HEARD_H
#define HTTP_RACK_HEARD_H

#include "base/json.h"
#include "http/request.h"
#include "model/inventory.h"

#define RACK_HEARD_MAX 4

/*
 * "silent": [{"device", "role", "since"}] without a good value in the view's
 * slot, since its last; "speaking": [{"device", "role", "power_w"}] the others.
 * At most RACK_HEARD_MAX each; both empty for a rack that is whole.
 */
void rack_heard(struct json *json, const struct request *request,
    const struct rack *rack);

#endif
