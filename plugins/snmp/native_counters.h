/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the native engine counts, and how the host comes to know it.
 *
 * Route: native_flight, native_send and native_receive count; tick() tells the host.
 * Thread: the POLL thread of the engine.
 */
#ifndef SNMP_NATIVE_COUNTERS_H
#define SNMP_NATIVE_COUNTERS_H

#include <stdint.h>

#include "../common/told.h"

/* Cells of the round trip histogram; the last is open. */
#define NATIVE_TRIP_CELLS 10
#define NATIVE_COUNTERS_N 26

/* All 64 bits wide, so that a table can name them by their place. */
struct native_counters {
	uint64_t started;       /* requests sent for the first time */
	uint64_t ok;            /* answered */
	uint64_t timeouts;      /* requests that ended without an answer */
	uint64_t refused;       /* those that ended with a refusal */
	uint64_t retries;       /* tries after the first */
	uint64_t late;          /* answers to requests that had ended, or twice */
	uint64_t overflow;      /* answers the kernel had no room for */
	uint64_t unsent;        /* the system refused to send */
	/* Datagrams that were not accepted, by reason. */
	uint64_t malformed, unknown_id, wrong_source, wrong_secret;
	uint64_t encoded;       /* request bodies made */
	uint64_t flying, waiting, window; /* gauges */
	uint64_t trips[NATIVE_TRIP_CELLS]; /* within an end, or the one before */
};

/* The table of what the host is told.  Shape: NATIVE_COUNTERS_N rows. */
extern const struct told_row native_counters_rows[NATIVE_COUNTERS_N];

/* Counts one round trip. */
void native_counters_trip(struct native_counters *counters, int64_t trip_ns);

#endif
