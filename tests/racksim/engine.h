/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SNMPv3 engine of each device: its id, how often it has started and how
 * long it has been up, as a pure function of seed, device and time.
 *
 * Route:  province + faults + values -> engine -> v3.
 * Thread: as its struct values_world.
 * Source: RFC 3411 section 5, SnmpEngineID; RFC 3414 section 2.2.
 */
#ifndef RACKSIM_ENGINE_H
#define RACKSIM_ENGINE_H

#include <stdint.h>

#include "province.h"
#include "v3.h"
#include "values.h"

/* Tells of a device's engine at a time (any second). */
void engine_at(const struct values_world *world,
    const struct province_device *device, int64_t t, struct v3_engine *ret);

#endif
