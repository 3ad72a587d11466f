/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lists, the rack page and the explanation say of a rack alike.
 *
 * Route: view -> JSON.  Thread: HTTP.
 */
#ifndef HTTP_RACK_H
#define HTTP_RACK_H

#include "base/json.h"
#include "capacity/failover.h"
#include "capacity/view.h"
#include "flow/latest.h"
#include "http/request.h"

/* {"code", "params"} of why the rack counts as it does; of one that is not whole
 * it names the devices, see rack_heard.h. */
void rack_reason(struct json *json, const char *key, const struct request *request,
    const struct rack *rack);
/* "power_source", "power_sources": what each says, "power_difference_w" and
 * "power_difference": how much more the feeds see than the BMCs. */
void rack_sources(struct json *json, const struct rack_slot *slot);
/* "temperature_c" of the last slot and "temperature_source": probe, ipmi. */
void rack_temperature(struct json *json, const struct rack_slot *slot);
/* "good", or "stale" when a good value is older than three intervals. */
const char *rack_quality(const struct latest_value *value, const struct view *view);
/* What the other feeds must carry when one is lost, and what each carries, by
 * the view's slot. */
struct failover_view rack_failover(const struct request *request,
    const struct rack *rack);
/*
 * The members of one feed of a rack: "id" is the feed's, or with full_id the
 * request's ("rack-a") and "rack" and "feed" stand beside it.
 */
void rack_feed(struct request *request, const struct rack *rack, unsigned feed,
    const struct failover_view *failover, bool full_id);

#endif
