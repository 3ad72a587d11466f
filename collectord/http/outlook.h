/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a target is passed, as JSON: what /capacity says of each target and
 * /capacity/forecast of one at length.
 *
 * Route: view -> JSON.  Thread: HTTP.
 */
#ifndef HTTP_OUTLOOK_H
#define HTTP_OUTLOOK_H

#include "base/json.h"
#include "capacity/view.h"

/* "forecast", "forecast_verified" and "pipeline" of the target at index. */
void outlook_members(struct json *json, const struct view *view, size_t index);

#endif
