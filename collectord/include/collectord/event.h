/* SPDX-License-Identifier: MIT */
/*
 * One entry of a device's own log (an IPMI System Event Log, a trap): what
 * happened there, in the device's words and ours.
 *
 * Route: plugin -> host->event() -> the state database -> API and pages.
 * Thread: any.
 *
 * Texts are the plugin's for the call only; the host cleans them (UTF-8, no
 * control characters) and cuts them: code 63 bytes, sensor and instance 63,
 * text 255, source 127.  A device keeps its newest 100 events; one with the
 * same id, time, code and sensor is known already and is not added again.
 */
#ifndef COLLECTORD_EVENT_H
#define COLLECTORD_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/unit.h>

#define COL_TIME_UNKNOWN INT64_MIN

struct col_event {
	size_t size;            /* sizeof(struct col_event) of the plugin */
	uint64_t id;            /* the device's own number; 0: it has none */
	int64_t time_ns;        /* wall time by the device's clock, ns since the
	                           epoch; COL_TIME_UNKNOWN: it did not know */
	int64_t skew_ns;        /* its clock less ours when it was read, > 0: it is
	                           ahead; COL_TIME_UNKNOWN: not compared */
	enum col_severity severity;
	bool cleared;           /* the condition has ended */
	const char *code;       /* stable word, "power_supply_failure"; a-z 0-9 _ */
	const char *sensor;     /* as the device calls it, "PSU1 Status"; or NULL */
	const char *instance;   /* which part, "power supply 1"; or NULL */
	const char *text;       /* one English sentence for people */
	const char *source;     /* the record as read, "SEL 12: 02 …"; or NULL */
};

#endif
