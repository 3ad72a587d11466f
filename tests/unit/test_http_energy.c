/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy per month: what is known of it, in the province's own months. */
#include <config.h>

#include "http/energy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ZONE "Asia/Shanghai"
#define H8 INT64_C(28800)
#define POINTS 200u

/* Points of 8 h from a time on; all of 1,000 W and known until told otherwise. */
struct fixture {
	int64_t t[POINTS];
	double avg[POINTS];
	unsigned char known[POINTS];
	float share[POINTS];
	struct store_series series;
};

static void
fill(struct fixture *f, const char *from, uint32_t n)
{
	struct wall start;

	assert_int_equal(clock_parse(from, &start), 0);
	assert_true(n <= POINTS);
	for (uint32_t i = 0; i < n; i++) {
		f->t[i] = start.ns / NS_PER_S + i * H8;
		f->avg[i] = 1000;
		f->known[i] = 3;
		f->share[i] = 1;
	}
	f->series = (struct store_series){ .step_s = H8, .basis_s = H8, .n = n,
	    .t = f->t, .avg = f->avg, .known = f->known, .share = f->share };
}

static struct wall
at(const char *text)
{
	struct wall wall;

	assert_int_equal(clock_parse(text, &wall), 0);
	return wall;
}

static void
from_is_a_local_midnight(void **state)
{
	static const struct { const char *now, *zone, *from; } CASES[] = {
		{ "2026-11-22T04:00:00Z", ZONE, "2025-10-31T16:00:00Z" },
		/* 00:30 on 1 December there, still November in UTC */
		{ "2026-11-30T16:30:00Z", ZONE, "2025-11-30T16:00:00Z" },
		{ "2026-01-05T00:00:00Z", "UTC", "2025-01-01T00:00:00Z" },
		{ "2026-08-09T12:00:00Z", ZONE, "2025-07-31T16:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		assert_true(energy_from(CASES[i].zone, at(CASES[i].now)).ns ==
		    at(CASES[i].from).ns);
	}
}

static void
months_are_the_zones(void **state)
{
	struct energy_month months[ENERGY_MONTHS];
	struct fixture f;

	(void)state;
	/* ten days: the last three of October there, seven of November */
	fill(&f, "2026-10-28T16:00:00Z", 30);
	assert_int_equal(energy_months(&f.series, ZONE, at("2026-11-07T16:00:00Z"), months), 2);
	assert_int_equal(months[0].year, 2026);
	assert_int_equal(months[0].month, 10);
	assert_true(months[0].energy_wh == 3 * 24 * 1000.0);
	assert_true(months[0].known_s == 3 * 86400.0 && months[0].elapsed_s == 31 * 86400.0);
	assert_int_equal(months[1].month, 11);
	assert_true(months[1].energy_wh == 7 * 24 * 1000.0);
	assert_true(months[1].known_s == months[1].elapsed_s);
}

static void
what_is_not_known_is_not_counted(void **state)
{
	struct energy_month months[ENERGY_MONTHS];
	struct fixture f;

	(void)state;
	fill(&f, "2026-09-30T16:00:00Z", 183);  /* October and November, all 61 days */
	for (uint32_t i = 93; i < 183; i++) {
		f.known[i] = 0;                 /* nothing in November */
	}
	f.known[0] = 0;
	f.share[1] = 0.25f;
	assert_int_equal(energy_months(&f.series, ZONE, at("2026-12-01T00:00:00Z"), months), 3);
	assert_int_equal(months[0].month, 10);
	assert_true(months[0].energy_wh == 1000.0 * 8 * (31 * 3 - 2 + 0.25));
	assert_true(months[1].known_s == 0 && months[1].energy_wh == 0);
	assert_int_equal(months[2].month, 12);
	assert_true(months[2].elapsed_s == 8 * 3600.0 && months[2].known_s == 0);
	for (uint32_t i = 0; i < 183; i++) {
		f.known[i] = 0;
	}
	assert_int_equal(energy_months(&f.series, ZONE, at("2026-12-01T00:00:00Z"), months), 0);
}

/* In UTC a point of 8 h from 16:00 on would lie in two months of a zone at +5:30. */
static void
a_point_in_two_months_is_shared(void **state)
{
	struct energy_month months[ENERGY_MONTHS];
	struct fixture f;

	(void)state;
	fill(&f, "2026-10-31T16:00:00Z", 1);
	assert_int_equal(energy_months(&f.series, "Asia/Kolkata", at("2026-11-01T12:00:00Z"),
	    months), 2);
	assert_true(months[0].energy_wh == 2500.0 && months[0].known_s == 2.5 * 3600);
	assert_true(months[1].energy_wh == 5500.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_is_a_local_midnight),
		cmocka_unit_test(months_are_the_zones),
		cmocka_unit_test(what_is_not_known_is_not_counted),
		cmocka_unit_test(a_point_in_two_months_is_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
