/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lists, pages and explanations say of a device alike.
 *
 * Route: inventory + poll status -> JSON.  Thread: HTTP.
 */
#ifndef HTTP_DEVICE_H
#define HTTP_DEVICE_H

#include "base/json.h"
#include "http/request.h"
#include "poll/poll.h"

/* The status; zeros and state unknown for a device that poll does not know. */
void device_status_of(const struct request *request, uint32_t device,
    struct device_status *ret_status);
/* {"code", "text"}, or null when the last poll was fine. */
void device_error(struct json *json, const char *key, const struct device_status *status);
/* The members of an item of /devices. */
void device_item(struct json *json, const struct inventory *inventory,
    const struct device *device, const struct device_status *status);
/* "polls": {...} */
void device_polls(struct json *json, const struct device_status *status);
/* The profile in use: what was found, else what is configured unless "auto". */
const char *device_profile(const struct device *device,
    const struct device_status *status);

#endif
