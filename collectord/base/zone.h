/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offsets of named time zones from the system's zone files.
 *
 * Route: clock.c only.  Thread: any (one lock around a small cache).
 * Source: RFC 8536 (TZif).
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/* Units: at in unix seconds, result in seconds east of UTC; 0 when unknown. */
int32_t zone_offset(const char *zone, int64_t at);
/* True when the zone's file exists and can be understood. */
bool zone_known(const char *zone);

#endif
