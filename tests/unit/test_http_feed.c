/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds as entities: found by id, and the sums of what their devices have. */
#include <config.h>

#include "http/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/fake.h"
#include "http/series.h"

#define RACK "s0-h0-r0-a02"

static void
feeds_are_found_by_rack_and_letter(void **state)
{
	static const struct { const char *id, *feed; } CASES[] = {
		{ RACK "-a", "A" }, { RACK "-b", "B" }, { RACK "-c", NULL },
		{ RACK "-A", NULL }, { RACK, NULL }, { "a", NULL }, { "", NULL },
		{ RACK "-", NULL }, { RACK "-ab", NULL }, { "none-a", NULL },
	};
	const struct inventory *inventory = fake_config()->inventory;

	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct feed_ref ref = feed_find(inventory, CASES[i].id);

		assert_int_equal(ref.rack != NULL, CASES[i].feed != NULL);
		if (ref.rack != NULL) {
			assert_string_equal(ref.rack->id, RACK);
			assert_string_equal(ref.rack->feeds[ref.feed].id, CASES[i].feed);
		}
	}
	assert_true(feed_has_role(inventory, feed_find(inventory, RACK "-a"), "pdu-a"));
	assert_false(feed_has_role(inventory, feed_find(inventory, RACK "-a"), "pdu-b"));
	assert_false(feed_has_role(inventory, feed_find(inventory, RACK "-a"), ""));
}

/* Three points: x, x + 1 and an unknown one. */
static struct store_series *
series(double x, int64_t step_s)
{
	int64_t t[] = { 600, 600 + step_s, 600 + 2 * step_s };
	double avg[] = { x, x + 1, 0 }, min[] = { x, 0, 0 }, max[] = { x, x + 5, 0 };
	unsigned char known[] = { 3, 3, 0 };
	float share[] = { 1, 0.5f, 0 };
	struct store_series from = { step_s, 60, 3, t, avg, min, max, known, share };

	return series_copy_of(&from);
}

static struct gather *
gathered(const struct gather_part *parts, unsigned n)
{
	struct gather *gather = calloc(1, sizeof(*gather) + n * sizeof(*parts));

	assert_non_null(gather);
	gather->n = n;
	memcpy(gather->parts, parts, n * sizeof(*parts));
	return gather;
}

static void
drop(struct gather *gather)
{
	for (unsigned i = 0; i < gather->n; i++) {
		series_copy_free(gather->parts[i].result);
	}
	free(gather);
}

static int
sum_of(const char *metric, const struct gather *gather, struct store_series **ret_series)
{
	struct store_query query = { .instance = "" };

	(void)str_copy(query.metric, sizeof(query.metric), metric);
	return feed_series_sum(gather, &query,
	    feed_find(fake_config()->inventory, RACK "-a"), ret_series);
}

static void
what_devices_carry_is_added(void **state)
{
	const struct gather_part parts[] = {
		{ .code = 0, .result = series(100, 60) },
		{ .code = COL_ENOENT },
		{ .code = 0, .result = series(20, 60) },
	};
	struct gather *gather = gathered(parts, 3);
	struct store_series *sum = NULL;

	(void)state;
	assert_int_equal(sum_of("power_w", gather, &sum), 0);
	assert_int_equal(sum->n, 3);
	assert_true(sum->avg[0] == 120 && sum->avg[1] == 122);
	assert_true(sum->min[0] == 120 && sum->max[0] == 120);
	assert_int_equal(sum->known[0], 3);
	assert_int_equal(sum->known[2], 0);
	drop(gather);
}

/* Two lows of one hour need not have been at the same time. */
static void
extremes_of_sums_are_not_made_up(void **state)
{
	const struct gather_part parts[] = {
		{ .code = 0, .result = series(100, 3600) },
		{ .code = 0, .result = series(20, 3600) },
	};
	struct gather *gather = gathered(parts, 2);
	struct store_series *sum = NULL;

	(void)state;
	assert_int_equal(sum_of("power_w", gather, &sum), 0);
	assert_true(sum->avg[0] == 120);
	assert_int_equal(sum->known[0], 1);
	drop(gather);
}

/* A device of one phase has its current as "" or as "L1", or both. */
static void
a_current_is_not_counted_twice(void **state)
{
	const struct gather_part parts[] = {
		{ .code = 0, .result = series(5, 60) },
		{ .code = 0, .result = series(5, 60) },
		{ .code = COL_ENOENT },
		{ .code = 0, .result = series(3, 60) },
	};
	struct gather *gather = gathered(parts, 4);
	struct store_series *sum = NULL;

	(void)state;
	assert_int_equal(sum_of("current_a", gather, &sum), 0);
	assert_true(sum->avg[0] == 8);
	drop(gather);
}

static void
what_cannot_be_added_is_refused(void **state)
{
	const struct gather_part none[] = { { .code = COL_ENOENT } };
	const struct gather_part late[] = { { .code = 0, .result = series(1, 60) },
	    { .code = COL_ETIMEOUT } };
	const struct gather_part other[] = { { .code = 0, .result = series(1, 60) },
	    { .code = 0, .result = series(1, 3600) } };
	const struct gather_part two[] = { { .code = 0, .result = series(1, 60) },
	    { .code = 0, .result = series(1, 60) } };
	const struct { const struct gather_part *parts; unsigned n; const char *metric;
	    int code; } cases[] = {
		{ none, 1, "power_w", COL_ENOENT }, { late, 2, "power_w", COL_ETIMEOUT },
		{ other, 2, "power_w", COL_EBUSY }, { two, 2, "temperature_c", COL_EEXIST },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gather *gather = gathered(cases[i].parts, cases[i].n);
		struct store_series *sum = NULL;

		assert_int_equal(sum_of(cases[i].metric, gather, &sum), cases[i].code);
		assert_null(sum);
		drop(gather);
	}
}

static int
set_up(void **state)
{
	(void)state;
	fake_setup(48);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fake_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_are_found_by_rack_and_letter),
		cmocka_unit_test(what_devices_carry_is_added),
		cmocka_unit_test(extremes_of_sums_are_not_made_up),
		cmocka_unit_test(a_current_is_not_counted_twice),
		cmocka_unit_test(what_cannot_be_added_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
