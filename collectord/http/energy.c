/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See energy.h. */
#include <config.h>

#include "http/energy.h"

#include <math.h>
#include <string.h>

#include "base/str.h"

#define DAY_S INT64_C(86400)
#define KNOWN_AVG 1u

/* The month that a day is in: "2026-11-22". */
static void
month_of(int32_t day, int *ret_year, unsigned *ret_month)
{
	char text[CLOCK_RFC3339_SIZE];
	uint64_t number = 0;

	clock_day_text(day, text);
	text[7] = '\0';
	(void)str_to_uint(text + 5, 1, 12, &number);
	*ret_month = (unsigned)number;
	text[4] = '\0';
	(void)str_to_uint(text, 0, 9999, &number);
	*ret_year = (int)number;
}

/* Unix seconds of the first local midnight of a month. */
static int64_t
month_start(const char *zone, int year, unsigned month)
{
	char text[CLOCK_RFC3339_SIZE];
	struct wall midnight = { 0 };

	(void)str_format(text, sizeof(text), "%04d-%02u-01", year, month);
	(void)clock_parse(text, &midnight);
	/* the offset at that midnight, looked up near enough to it */
	midnight.ns -= clock_zone_offset(zone, midnight) * NS_PER_S;
	return midnight.ns / NS_PER_S;
}

static void
step_back(int *year, unsigned *month, unsigned n)
{
	int64_t at = (int64_t)*year * 12 + *month - 1 - n;

	*year = (int)(at / 12);
	*month = (unsigned)(at % 12) + 1;
}

struct wall
energy_from(const char *zone, struct wall now)
{
	int year;
	unsigned month;

	month_of(clock_day(zone, now), &year, &month);
	step_back(&year, &month, ENERGY_MONTHS - 1);
	return (struct wall){ month_start(zone, year, month) * NS_PER_S };
}

/* Adds the part of point i that lies in [from, to). */
static void
add_point(struct energy_month *month, const struct store_series *power, uint32_t i,
    const int64_t within[2])
{
	int64_t start = power->t[i], end = start + power->step_s;
	double known_s;

	start = start > within[0] ? start : within[0];
	end = end < within[1] ? end : within[1];
	if (start >= end || (power->known[i] & KNOWN_AVG) == 0 || !isfinite(power->avg[i])) {
		return;
	}
	known_s = (double)power->share[i] * (double)(end - start);
	month->known_s += known_s;
	month->energy_wh += power->avg[i] * known_s / 3600;
}

unsigned
energy_months(const struct store_series *power, const char *zone, struct wall now,
    struct energy_month *ret_months)
{
	int64_t now_s = now.ns / NS_PER_S, bounds[ENERGY_MONTHS + 1];
	unsigned first = 0;

	for (unsigned k = 0; k < ENERGY_MONTHS; k++) {
		struct energy_month *month = &ret_months[k];

		memset(month, 0, sizeof(*month));
		month_of(clock_day(zone, now), &month->year, &month->month);
		step_back(&month->year, &month->month, ENERGY_MONTHS - 1 - k);
		bounds[k] = month_start(zone, month->year, month->month);
	}
	/* the running month ends for us with the last point that has begun */
	bounds[ENERGY_MONTHS] = INT64_MAX;
	for (unsigned k = 0; k < ENERGY_MONTHS; k++) {
		int64_t end = bounds[k + 1] < now_s ? bounds[k + 1] : now_s;

		ret_months[k].elapsed_s = (double)(end - bounds[k]);
		for (uint32_t i = 0; i < power->n; i++) {
			add_point(&ret_months[k], power, i, &bounds[k]);
		}
	}
	while (first < ENERGY_MONTHS && ret_months[first].known_s == 0) {
		first++;
	}
	memmove(ret_months, ret_months + first,
	    (ENERGY_MONTHS - first) * sizeof(ret_months[0]));
	return ENERGY_MONTHS - first;
}
