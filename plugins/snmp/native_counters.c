/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "native_counters.h"

#include <stddef.h>

#define ROW(field) offsetof(struct native_counters, field) / sizeof(uint64_t)

const struct told_row native_counters_rows[NATIVE_COUNTERS_N] = {
    {ROW(started), "requests", false, "SNMP requests sent for the first time"},
    {ROW(ok), "answers", false, "SNMP requests that were answered"},
    {ROW(timeouts), "timeouts", false, "SNMP requests that nobody answered"},
    {ROW(refused), "refused", false,
        "SNMP requests that the agent refused or answered out of protocol"},
    {ROW(retries), "retries", false, "SNMP requests sent again"},
    {ROW(late), "late", false,
        "SNMP answers that came after the end of their request, or twice"},
    {ROW(overflow), "overflow", false,
        "SNMP answers that the kernel dropped: receive buffer too small"},
    {ROW(unsent), "unsent", false, "SNMP requests that the system did not send"},
    {ROW(malformed), "malformed", false,
        "SNMP datagrams that could not be read"},
    {ROW(unknown_id), "unknown_id", false,
        "SNMP datagrams with an id that was never given out"},
    {ROW(wrong_source), "wrong_source", false,
        "SNMP answers from another address than the one asked"},
    {ROW(wrong_secret), "wrong_secret", false,
        "SNMP answers with another community, version, user or digest"},
    {ROW(encoded), "encoded", false,
        "SNMP request bodies encoded; devices of one kind share them"},
    {ROW(flying), "in_flight", true, "SNMP requests in flight"},
    {ROW(waiting), "waiting", true, "SNMP requests that wait to be sent"},
    {ROW(window), "window", true, "SNMP requests that may be in flight"},
    {ROW(trips[0]), "answers_within_10ms", false, "SNMP answers within 10 ms"},
    {ROW(trips[1]), "answers_within_20ms", false, "SNMP answers within 20 ms"},
    {ROW(trips[2]), "answers_within_50ms", false, "SNMP answers within 50 ms"},
    {ROW(trips[3]), "answers_within_100ms", false,
        "SNMP answers within 100 ms"},
    {ROW(trips[4]), "answers_within_200ms", false,
        "SNMP answers within 200 ms"},
    {ROW(trips[5]), "answers_within_500ms", false,
        "SNMP answers within 500 ms"},
    {ROW(trips[6]), "answers_within_1s", false, "SNMP answers within 1 s"},
    {ROW(trips[7]), "answers_within_2s", false, "SNMP answers within 2 s"},
    {ROW(trips[8]), "answers_within_5s", false, "SNMP answers within 5 s"},
    {ROW(trips[9]), "answers_timed", false, "SNMP answers that were timed"},
};

/* The end of each cell of the histogram but the last.  Units: ms. */
static const int64_t trip_ends[NATIVE_TRIP_CELLS - 1] = {
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

/* Every cell from its own on: each says "within". */
void
native_counters_trip(struct native_counters *counters, int64_t trip_ns)
{
	int cell = NATIVE_TRIP_CELLS - 1;

	do {
		counters->trips[cell]++;
	} while (--cell >= 0 && trip_ns <= trip_ends[cell] * 1000000);
}
