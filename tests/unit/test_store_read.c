/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads against values computed by hand: minute i of the day holds the value i,
 * but minutes 10 to 14 and 20 to 22, which nobody measured.
 */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "store_kit.h"

#define MINUTE 60

static void
put_minutes(struct kit *kit, int first, int last)
{
	for (int i = first; i <= last; i++) {
		const double values[KIT_SLOTS] = { i, NAN, NAN, NAN };
		int64_t slot_s = KIT_T0 + i * MINUTE;
		int64_t ahead = (slot_s + 5) * NS_PER_S - clock_wall(kit->clock).ns;

		clock_test_advance(kit->clock, ahead > 0 ? ahead : 0);
		if ((i < 10 || i > 14) && (i < 20 || i > 22)) {
			kit_put(kit, 0, "d0", slot_s, values);
			kit_put_derived(kit, ENTITY_PROVINCE, slot_s, i, true);
		}
		kit_accept(kit);
	}
}

struct want { int64_t minute; double avg, min, max; };

/* Points of a read from minute `from` to `to`; those not wanted are unknown. */
static void
expect(struct kit *kit, struct store_query query, int64_t step_s, int64_t basis_s,
    const struct want *wants)
{
	struct kit_answer answer = kit_read(kit, &query);
	const struct store_series *series = &answer.series;
	unsigned n = 0;

	assert_int_equal(answer.code, 0);
	assert_int_equal(series->step_s, step_s);
	assert_int_equal(series->basis_s, basis_s);
	assert_in_range(series->n, 1, query.max_points);
	assert_true(series->t[0] <= query.from.ns / NS_PER_S);
	assert_true(series->t[series->n - 1] + step_s >= query.to.ns / NS_PER_S);
	for (uint32_t i = 0; i < series->n; i++) {
		assert_int_equal(series->t[i], series->t[0] + (int64_t)i * step_s);
		if (series->known[i] == 0) {
			continue;
		}
		assert_int_equal(series->known[i], 3);
		if (series->t[i] != KIT_T0 + wants[n].minute * MINUTE ||
		    fabs(series->avg[i] - wants[n].avg) > 1e-6 ||
		    fabs(series->min[i] - wants[n].min) > 1e-6 ||
		    fabs(series->max[i] - wants[n].max) > 1e-6) {
			fail_msg("point at minute %lld: %g %g %g; wanted at %lld: %g %g %g",
			    (long long)(series->t[i] - KIT_T0) / MINUTE, series->avg[i],
			    series->min[i], series->max[i], (long long)wants[n].minute,
			    wants[n].avg, wants[n].min, wants[n].max);
		}
		n++;
	}
	/* all of them were there */
	assert_true(isnan(wants[n].avg));
	store_series_done(&answer.series);
}

static struct store_query
query_of(int64_t from_minute, int64_t to_minute, uint32_t max_points)
{
	struct store_query query = kit_query(0, "d0", "power_w", "",
	    KIT_T0 + from_minute * MINUTE, KIT_T0 + to_minute * MINUTE);

	query.max_points = max_points;
	return query;
}

static const struct want END = { 0, (double)NAN, 0, 0 };

/* Whatever part of it is in RRD already. */
static void
check_minutes(struct kit *kit, int last)
{
	struct want wants[64];
	unsigned n = 0;

	for (int i = 5; i < 30; i++) {
		if (i <= last && (i < 10 || i > 14) && (i < 20 || i > 22)) {
			wants[n++] = (struct want){ i, i, i, i };
		}
	}
	wants[n] = END;
	expect(kit, query_of(5, 30, 10000), 60, 60, wants);
}

static void
gaps_are_gaps(void **state)
{
	struct kit *kit = *state;

	for (int last = 3; last < 30; last += 3) {
		put_minutes(kit, last - 3 + (last > 3), last);
		check_minutes(kit, last);
	}
	kit_flush(kit);
	check_minutes(kit, 27);
}

/* Five minutes a point; a bucket with some rows shows what they are. */
static void
buckets_fold_rows(void **state)
{
	const struct want wants[] = { { 0, 2, 0, 4 }, { 5, 7, 5, 9 }, { 15, 17, 15, 19 },
		{ 20, 23.5, 23, 24 }, { 25, 27, 25, 29 }, { 30, 32, 30, 34 }, END };
	struct kit *kit = *state;

	put_minutes(kit, 0, 20);
	kit_flush(kit);
	/* the rest waits in the ring */
	put_minutes(kit, 21, 40);
	expect(kit, query_of(0, 35, 7), 300, 60, wants);
	/* aligning must not cost a point more than was asked for */
	for (uint32_t max = 1; max < 40; max++) {
		struct store_query query = query_of(3, 38, max);
		struct kit_answer answer = kit_read(kit, &query);

		assert_in_range(answer.series.n, 1, max);
		assert_int_equal(answer.series.step_s % 60, 0);
		assert_int_equal(answer.series.t[0] % answer.series.step_s, 0);
		store_series_done(&answer.series);
	}
	kit_flush(kit);
	expect(kit, query_of(0, 35, 7), 300, 60, wants);
}

/*
 * A window that began 20 h ago: quarters of an hour.  The row that ends at T holds
 * the minutes in (T - 15, T] and is shown from its start; of 1..15 ten are known:
 * 1..9 and 15, mean 6; of 16..30 twelve: 16..19, 23..30, mean (70 + 212) / 12;
 * 31..45 has mean 38; the last one is in the making.
 */
static void
coarse_rows_are_means(void **state)
{
	const struct want rows[] = { { 0, 6, 6, 6 }, { 15, 23.5, 23.5, 23.5 },
		{ 30, 38, 38, 38 }, { 45, 48, 48, 50 }, END };
	const struct want halves[] = { { 0, (6 + 23.5) / 2, 6, 23.5 },
		{ 30, (38 + 48.0) / 2, 38, 50 }, END };
	struct kit *kit = *state;

	put_minutes(kit, 0, 48);
	kit_flush(kit);
	put_minutes(kit, 49, 50);
	/* 46..48 are in RRD, 49 and 50 in the ring: 46..50 folded is one row */
	expect(kit, query_of(-20 * 60, 60, 10000), 900, 900, rows);
	expect(kit, query_of(-20 * 60, 60, 42), 1800, 900, halves);
}

/* The province keeps maxima of hours: 1..60 and 61..120, then 121..129. */
static void
maxima_are_kept(void **state)
{
	struct kit *kit = *state;
	struct store_query query = query_of(-20 * 24 * 60, 180, 10000);
	/* of 1..60 without 10..14 and 20..22: (1830 - 60 - 63) / 52 */
	const struct want rows[] = { { 0, 1707.0 / 52, 1707.0 / 52, 60 },
		{ 60, 90.5, 90.5, 120 }, { 120, 125, 125, 129 }, END };

	query.entity = (struct entity_ref){ ENTITY_PROVINCE, 0 };
	str_copy(query.entity_id, sizeof(query.entity_id),
	    inventory_id(kit->inventory, query.entity));
	query.role[0] = '\0';
	put_minutes(kit, 0, 125);
	kit_flush(kit);
	put_minutes(kit, 126, 129);
	expect(kit, query, 3600, 3600, rows);
}

/* Nothing there, or a question that makes no sense. */
static void
bad_questions_are_refused(void **state)
{
	struct kit *kit = *state;
	struct store_query query = query_of(0, 30, 100);
	struct kit_answer answer;

	put_minutes(kit, 0, 3);
	query.max_points = 0;
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, COL_EINVAL);
	query.max_points = 10001;
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, COL_EINVAL);
	query = query_of(30, 30, 100);
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, COL_EINVAL);
	query = query_of(0, 30, 100);
	str_copy(query.entity_id, sizeof(query.entity_id), "no-such-rack");
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, COL_ENOENT);
	/* long before and after everything: known to be unknown */
	expect(kit, query_of(-300 * 24 * 60, -200 * 24 * 60, 10000), 28800, 28800, &END);
	expect(kit, query_of(500, 600, 100), 60, 60, &END);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gaps_are_gaps, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(buckets_fold_rows, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(coarse_rows_are_means, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(maxima_are_kept, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(bad_questions_are_refused, kit_set_up, kit_tear_down),
	};
	int rc = kit_main(argc, argv);

	return rc >= 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
