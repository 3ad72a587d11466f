/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes deliveries and attempts as bodies have them.
 *
 * Route: api_deliveries, api_receivers, api_alerts.  Thread: HTTP.
 */
#ifndef HTTP_DELIVERY_BODY_H
#define HTTP_DELIVERY_BODY_H

#include "base/json.h"
#include "model/delivery.h"

/* As an object of a list. */
void delivery_body(struct json *json, const struct delivery *delivery);
/* Its members, into an object that is open. */
void delivery_members(struct json *json, const struct delivery *delivery);
/* Members of an attempt, into an object that is open. */
void attempt_members(struct json *json, const struct attempt *attempt);

#endif
