/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of a device's readings its rack is judged by: the power that is summed
 * and the temperature that stands for its air.
 *
 * Route: latest + view -> JSON.  Thread: HTTP.  Source: flow/rollup.h,
 * flow/digest.h (what counts).
 */
#ifndef HTTP_USE_H
#define HTTP_USE_H

#include "base/json.h"
#include "capacity/view.h"
#include "flow/latest.h"
#include "model/inventory.h"

/*
 * "rack_use": {"power", "temperature"}, each null or {"metric", "instance",
 * "source", "counted"}: counted is false while the rack takes the figure from
 * another kind of device.  copy may be NULL: nothing is known.
 */
void use_write(struct json *json, const struct view *view,
    const struct device *device, const struct latest_copy *copy);

#endif
