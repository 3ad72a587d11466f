/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the engine counts.
 *
 * Route: engine_*.c, link.c and hello.c count; told.h tells the host.
 * Thread: the POLL thread of the engine.
 */
#ifndef PLUGIN_IPMI_COUNTERS_H
#define PLUGIN_IPMI_COUNTERS_H

#include <stdint.h>

#include "../common/told.h"

#define COUNTERS_TRIPS 10  /* cells of the histogram; the last is open */
#define COUNTERS_N 34

/* All 64 bits wide, so that a table can name them by their place. */
struct counters {
	uint64_t commands, answers, timeouts, refused, retries;
	uint64_t busy;          /* answers that said: ask me later */
	uint64_t late, overflow, unsent;
	uint64_t malformed, unknown, wrong_source, forged, replayed;
	uint64_t opened, closed, lost, no_room, wrong_user, wrong_suite;
	uint64_t flying, waiting, window, sessions; /* gauges */
	uint64_t trips[COUNTERS_TRIPS];
};

/* Shape: COUNTERS_N rows. */
extern const struct told_row counters_rows[COUNTERS_N];

/* Counts one round trip. */
void counters_trip(struct counters *counters, int64_t trip_ns);

#endif
