/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One event of a device's own log, with texts of its own: what travels from
 * a plugin to the state database and from there to the pages.
 *
 * Route: poll/host.c -> daemon.c -> state -> http.  Thread: a plain value.
 * Source: collectord/event.h.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/event.h>

#include "base/clock.h"

struct device_event {
	char device[64];
	uint64_t id;              /* the device's own number, 0: none */
	int64_t time_ns;          /* by its clock, or COL_TIME_UNKNOWN */
	int64_t skew_ns;          /* its clock less ours, or COL_TIME_UNKNOWN */
	struct wall seen;         /* when we were told, by our clock */
	enum col_severity severity;
	bool cleared;
	char code[64], sensor[64], instance[64];
	char text[256], source[128];
};

/*
 * Copies what a plugin says of device, seen at seen: texts are cleaned and
 * cut, times beyond 1970..2200 are unknown.
 * Errors: COL_EINVAL (device or code is no word, severity is none of ours).
 */
int event_take(struct device_event *event, const char *device,
    const struct col_event *from, struct wall seen);

/* Where events go.  Returns 0 or COL_EFULL.  Thread: any; borrows event. */
typedef int event_fn(void *arg, const struct device_event *event);
struct event_sink { event_fn *fn; void *arg; };

#endif
