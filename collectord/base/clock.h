/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time: two types that cannot be mixed, and a clock that tests own.
 *
 * Wall time stamps samples, monotonic time drives schedules.  Nobody else in
 * the daemon calls a time function or sleeps.
 *
 * Route: everywhere.  Thread: any; a test clock belongs to its test.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

struct wall { int64_t ns; };  /* ns since 1970-01-01T00:00:00Z; 0 = never */
struct mono { int64_t ns; };  /* ns since an arbitrary start; 0 = never */

struct clock;

/* The machine's clock; never fails, never freed. */
const struct clock *clock_real(void);

/* A clock that stands still until told.  Owns: free with clock_free. */
struct clock *clock_test_new(struct wall wall, struct mono mono);
/* Moves both times of a test clock forward.  Units: ns >= 0. */
void clock_test_advance(struct clock *clock, int64_t ns);
/* Lets the wall time of a test clock jump.  Units: ns, any sign. */
void clock_test_jump(struct clock *clock, int64_t ns);
void clock_free(struct clock *clock);

struct wall clock_wall(const struct clock *clock);
struct mono clock_mono(const struct clock *clock);

/* Converts by the current offset between the two. */
struct mono clock_to_mono(const struct clock *clock, struct wall wall);
struct wall clock_to_wall(const struct clock *clock, struct mono mono);

#define CLOCK_RFC3339_SIZE 40
/* Writes "2026-11-22T04:04:30Z" (ms appended only when not 0), or "" for never. */
void clock_rfc3339(struct wall wall, char text[CLOCK_RFC3339_SIZE]);
/* Reads RFC 3339 (any offset) or "2026-11-22" (midnight UTC).  Errors: COL_EINVAL. */
int clock_parse(const char *text, struct wall *ret_wall);

/*
 * Offset of a named zone ("Asia/Shanghai") at a time, from the system's zone
 * files; UTC when unknown.  Units: seconds east.  Thread: any.
 */
int32_t clock_zone_offset(const char *zone, struct wall at);
/* Checks that a zone file of that name exists and can be read. */
bool clock_zone_known(const char *zone);
/* Day number (days since the epoch) of a time in a zone. */
int32_t clock_day(const char *zone, struct wall at);
/* Writes "2026-11-22" for a day number. */
void clock_day_text(int32_t day, char text[CLOCK_RFC3339_SIZE]);

#endif
