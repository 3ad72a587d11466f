/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lists, the rack page and the explanation say of a rack alike.
 *
 * Route: view -> JSON.  Thread: HTTP.
 */
#ifndef HTTP_RACK_H
#define HTTP_RACK_H

#include "base/json.h"
#include "capacity/view.h"
#include "flow/latest.h"
#include "http/request.h"

/* {"code", "params"} of why the rack counts as it does. */
void rack_reason(struct json *json, const char *key, const struct view *view,
    const struct rack *rack);
/* "good", or "stale" when a good value is older than three intervals. */
const char *rack_quality(const struct latest_value *value, const struct view *view);
/* One feed of a rack; ids: "id" is the feed's, else the full "rack-a" with rack. */
void rack_feed(struct request *request, const struct rack *rack, unsigned feed,
    bool full_id);

#endif
