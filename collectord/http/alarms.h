/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fires at a place or a rack, beside its figures.
 *
 * Route: bodies of places and racks.  Thread: HTTP.
 */
#ifndef HTTP_ALARMS_H
#define HTTP_ALARMS_H

#include "http/request.h"
#include "model/inventory.h"

/* Gives the request the newest list to hold, none where there is no alerting; the
 * list's number. */
uint64_t alarms_take(struct request *request);
void alarms_drop(struct request *request);
/* "alarms": {"worst", "firing"} of what is open there and below. */
void alarms_place(struct json *json, const struct request *request,
    const struct place *place);
/* "alarm": the worst severity that is open at the rack, or null. */
void alarms_rack(struct json *json, const struct request *request,
    const struct rack *rack);

#endif
