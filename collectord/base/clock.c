/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zone part reads the system's TZif files itself: the C library's
 * localtime works on one zone per process, and this daemon serves the zone of
 * its province whatever TZ says.
 */
#include <config.h>

#include "base/clock.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <collectord/err.h>

#include "base/zone.h"

#define DAY_S 86400

struct clock {
	bool test;
	_Atomic int64_t wall_ns, mono_ns;
};

static const struct clock REAL;

const struct clock *
clock_real(void)
{
	return &REAL;
}

struct clock *
clock_test_new(struct wall wall, struct mono mono)
{
	struct clock *clock = calloc(1, sizeof(*clock));

	assert(clock != NULL);
	clock->test = true;
	clock->wall_ns = wall.ns;
	clock->mono_ns = mono.ns;
	return clock;
}

void
clock_test_advance(struct clock *clock, int64_t ns)
{
	assert(clock->test && ns >= 0);
	clock->wall_ns += ns;
	clock->mono_ns += ns;
}

void
clock_test_jump(struct clock *clock, int64_t ns)
{
	assert(clock->test);
	clock->wall_ns += ns;
}

void
clock_free(struct clock *clock)
{
	free(clock);
}

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;
	int rc = clock_gettime(id, &ts);

	assert(rc == 0);
	(void)rc;
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

struct wall
clock_wall(const struct clock *clock)
{
	return (struct wall){ clock->test ? clock->wall_ns
	    : read_clock(CLOCK_REALTIME) };
}

struct mono
clock_mono(const struct clock *clock)
{
	return (struct mono){ clock->test ? clock->mono_ns
	    : read_clock(CLOCK_MONOTONIC) };
}

struct mono
clock_to_mono(const struct clock *clock, struct wall wall)
{
	return (struct mono){ wall.ns - clock_wall(clock).ns + clock_mono(clock).ns };
}

struct wall
clock_to_wall(const struct clock *clock, struct mono mono)
{
	return (struct wall){ mono.ns - clock_mono(clock).ns + clock_wall(clock).ns };
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t
days_from_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = floor_div(year, 400);
	int64_t yoe = year - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static void
civil_from_days(int64_t days, int64_t *ret_year, unsigned *ret_month,
    unsigned *ret_day)
{
	days += 719468;
	int64_t era = floor_div(days, 146097);
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*ret_day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = yoe + era * 400 + (*ret_month <= 2);
}

void
clock_rfc3339(struct wall wall, char text[CLOCK_RFC3339_SIZE])
{
	int64_t s = floor_div(wall.ns, NS_PER_S);
	int64_t ms = (wall.ns - s * NS_PER_S) / NS_PER_MS;
	int64_t day = floor_div(s, DAY_S), in_day = s - day * DAY_S, year;
	unsigned month, dom;
	char fraction[8] = "";

	if (wall.ns == 0) {
		text[0] = '\0';
		return;
	}
	civil_from_days(day, &year, &month, &dom);
	if (ms != 0) {
		(void)snprintf(fraction, sizeof(fraction), ".%03d", (int)ms);
	}
	(void)snprintf(text, CLOCK_RFC3339_SIZE, "%04lld-%02u-%02uT%02d:%02d:%02d%sZ",
	    (long long)year, month, dom, (int)(in_day / 3600),
	    (int)(in_day / 60 % 60), (int)(in_day % 60), fraction);
}

/* Reads exactly n digits at *at and moves it on; -1 when there are not. */
static int
digits(const char **at, unsigned n)
{
	int value = 0;

	for (unsigned i = 0; i < n; i++, (*at)++) {
		if (**at < '0' || **at > '9') {
			return -1;
		}
		value = value * 10 + (**at - '0');
	}
	return value;
}

static bool
literal(const char **at, const char *any)
{
	if (**at == '\0' || strchr(any, **at) == NULL) {
		return false;
	}
	(*at)++;
	return true;
}

static int
parse_date(const char **at, int64_t *ret_days)
{
	static const unsigned char LAST[] =
	    { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;
	int64_t days, back_year;
	unsigned back_month, back_day;

	if ((year = digits(at, 4)) < 1970 || !literal(at, "-") ||
	    (month = digits(at, 2)) < 1 || month > 12 || !literal(at, "-") ||
	    (day = digits(at, 2)) < 1 || day > LAST[month - 1]) {
		return COL_EINVAL;
	}
	days = days_from_civil(year, (unsigned)month, (unsigned)day);
	civil_from_days(days, &back_year, &back_month, &back_day);
	if (back_day != (unsigned)day) { /* 29 February of a common year */
		return COL_EINVAL;
	}
	*ret_days = days;
	return 0;
}

/* Seconds and offset behind the date: "T04:04:30[.123](Z|+08:00)". */
static int
parse_time(const char **at, int64_t *ret_ns)
{
	int hour, minute, second, off_h = 0, off_m = 0;
	int64_t ns = 0, unit = NS_PER_S, sign = 0;

	if (!literal(at, "Tt ") || (hour = digits(at, 2)) < 0 || hour > 23 ||
	    !literal(at, ":") || (minute = digits(at, 2)) < 0 || minute > 59 ||
	    !literal(at, ":") || (second = digits(at, 2)) < 0 || second > 60) {
		return COL_EINVAL;
	}
	if (literal(at, ".")) {
		if (**at < '0' || **at > '9') {
			return COL_EINVAL;
		}
		for (; **at >= '0' && **at <= '9'; (*at)++) {
			unit /= 10;
			ns += unit * (**at - '0');
		}
	}
	if (!literal(at, "Zz")) {
		sign = **at == '-' ? -1 : 1;
		if (!literal(at, "+-") || (off_h = digits(at, 2)) < 0 ||
		    off_h > 14 || !literal(at, ":") ||
		    (off_m = digits(at, 2)) < 0 || off_m > 59) {
			return COL_EINVAL;
		}
	}
	*ret_ns = ns + NS_PER_S * (hour * INT64_C(3600) + minute * 60 + second -
	    sign * (off_h * 3600 + off_m * 60));
	return 0;
}

int
clock_parse(const char *text, struct wall *ret_wall)
{
	int64_t days, ns = 0;
	int rc = parse_date(&text, &days);

	if (rc == 0 && *text != '\0') {
		rc = parse_time(&text, &ns);
	}
	if (rc != 0 || *text != '\0' || days > 100000) {
		return COL_EINVAL;
	}
	ret_wall->ns = days * DAY_S * NS_PER_S + ns;
	return 0;
}

int32_t
clock_zone_offset(const char *zone, struct wall at)
{
	return zone_offset(zone, floor_div(at.ns, NS_PER_S));
}

bool
clock_zone_known(const char *zone)
{
	return zone_known(zone);
}

int32_t
clock_day(const char *zone, struct wall at)
{
	int64_t s = floor_div(at.ns, NS_PER_S) + clock_zone_offset(zone, at);

	return (int32_t)floor_div(s, DAY_S);
}

void
clock_day_text(int32_t day, char text[CLOCK_RFC3339_SIZE])
{
	int64_t year;
	unsigned month, dom;

	civil_from_days(day, &year, &month, &dom);
	(void)snprintf(text, CLOCK_RFC3339_SIZE, "%04lld-%02u-%02u",
	    (long long)year, month, dom);
}
