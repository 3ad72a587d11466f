/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counters.h"

#include <stddef.h>

#define ROW(field) offsetof(struct counters, field) / sizeof(uint64_t)

const struct told_row counters_rows[COUNTERS_N] = {
    {ROW(commands), "commands", false, "IPMI commands asked"},
    {ROW(answers), "answers", false, "IPMI commands that were answered"},
    {ROW(timeouts), "timeouts", false, "IPMI commands that nobody answered"},
    {ROW(refused), "refused", false,
        "IPMI commands that ended with a refusal or a broken answer"},
    {ROW(retries), "retries", false, "IPMI messages sent again"},
    {ROW(busy), "busy", false, "IPMI answers that said: ask again later"},
    {ROW(late), "late", false,
        "IPMI answers that came after the end of their command, or twice"},
    {ROW(overflow), "overflow", false,
        "IPMI answers that the kernel dropped: receive buffer too small"},
    {ROW(unsent), "unsent", false, "IPMI messages that the system did not send"},
    {ROW(malformed), "malformed", false, "IPMI datagrams that could not be read"},
    {ROW(unknown), "unknown_session", false,
        "IPMI datagrams for a session that is not open"},
    {ROW(wrong_source), "wrong_source", false,
        "IPMI datagrams from an address that was not asked"},
    {ROW(forged), "forged", false,
        "IPMI messages whose signature or checksum is wrong"},
    {ROW(replayed), "replayed", false,
        "IPMI messages whose sequence number came before or is far off"},
    {ROW(opened), "sessions_opened", false, "IPMI sessions opened"},
    {ROW(closed), "sessions_closed", false, "IPMI sessions closed by us"},
    {ROW(lost), "sessions_lost", false,
        "IPMI sessions that the BMC did not know any more"},
    {ROW(no_room), "no_room", false,
        "IPMI sessions refused because the BMC had no room"},
    {ROW(wrong_user), "wrong_user", false,
        "IPMI sessions refused by user, password or privilege"},
    {ROW(wrong_suite), "wrong_suite", false,
        "IPMI sessions refused by cipher suite"},
    {ROW(flying), "in_flight", true, "IPMI messages in flight"},
    {ROW(waiting), "waiting", true, "IPMI messages that wait to be sent"},
    {ROW(window), "window", true, "IPMI messages that may be in flight"},
    {ROW(sessions), "sessions", true, "IPMI sessions open"},
    {ROW(trips[0]), "answers_within_10ms", false, "IPMI answers within 10 ms"},
    {ROW(trips[1]), "answers_within_20ms", false, "IPMI answers within 20 ms"},
    {ROW(trips[2]), "answers_within_50ms", false, "IPMI answers within 50 ms"},
    {ROW(trips[3]), "answers_within_100ms", false,
        "IPMI answers within 100 ms"},
    {ROW(trips[4]), "answers_within_200ms", false,
        "IPMI answers within 200 ms"},
    {ROW(trips[5]), "answers_within_500ms", false,
        "IPMI answers within 500 ms"},
    {ROW(trips[6]), "answers_within_1s", false, "IPMI answers within 1 s"},
    {ROW(trips[7]), "answers_within_2s", false, "IPMI answers within 2 s"},
    {ROW(trips[8]), "answers_within_5s", false, "IPMI answers within 5 s"},
    {ROW(trips[9]), "answers_timed", false, "IPMI answers that were timed"},
};

/* The end of each cell of the histogram but the last.  Units: ms. */
static const int64_t trip_ends[COUNTERS_TRIPS - 1] = {
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

/* Every cell from its own on: each says "within". */
void
counters_trip(struct counters *counters, int64_t trip_ns)
{
	int cell = COUNTERS_TRIPS - 1;

	do {
		counters->trips[cell]++;
	} while (--cell >= 0 && trip_ns <= trip_ends[cell] * 1000000);
}
