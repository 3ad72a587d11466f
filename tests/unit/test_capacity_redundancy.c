/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/redundancy.h"

static void
two_feeds(void **state)
{
	/* 45 % on each feed is 90 % on one: at risk, not half empty */
	struct redundancy_feed feeds[2] = { { 1, { 14.4 }, 32, 220 },
	    { 1, { 14.4 }, 32, 220 } };
	struct redundancy r = redundancy_judge(feeds, 2, 1.0);

	(void)state;
	assert_int_equal(r.state, FAILOVER_AT_RISK);
	assert_float_equal(r.ratio, 0.9, 1e-5);
	assert_float_equal(r.worst_ratio, 0.9, 1e-5);
	assert_float_equal(r.headroom_a, 25.6 - 28.8, 1e-4);
	assert_float_equal(r.headroom_w, -3.2 * 220, 1e-2);
	/* ARC: 0.8 x 7040 - 6336 VA */
	assert_float_equal(r.arc_va, 5632 - 6336, 1e-2);
	feeds[0].current_a[0] = feeds[1].current_a[0] = 10;
	r = redundancy_judge(feeds, 2, 0.9);
	assert_int_equal(r.state, FAILOVER_OK);
	assert_float_equal(r.headroom_w, 5.6 * 220 * 0.9, 1e-2);
	assert_float_equal(r.arc_va, 5632 - 4400, 1e-2);
	/* the smaller breaker decides */
	feeds[1].rated_a = 16;
	r = redundancy_judge(feeds, 2, 1.0);
	assert_int_equal(r.state, FAILOVER_NO_REDUNDANCY);
	assert_int_equal(r.lost, 0);
	assert_int_equal(r.survivor, 1);
	assert_float_equal(r.ratio, 1.25, 1e-5);
	assert_float_equal(r.arc_va, 0.8 * 16 * 220 - 4400, 1e-2);
}

static void
phases_and_voltages(void **state)
{
	/* L1 of A is full where L1 of B is empty */
	struct redundancy_feed feeds[2] = { { 3, { 20, 5, 5 }, 32, 220 },
	    { 3, { 2, 10, 18 }, 32, 220 } };
	struct redundancy r = redundancy_judge(feeds, 2, 1.0);

	(void)state;
	assert_float_equal(r.ratio, 23.0 / 32, 1e-5);     /* L3: 5 + 18 */
	assert_int_equal(r.phase, 2);
	assert_float_equal(r.worst_ratio, 38.0 / 32, 1e-5); /* 20 onto 18 */
	assert_int_equal(r.state, FAILOVER_OK);
	assert_float_equal(r.headroom_w, (25.6 - 23) * 220 * 3, 1e-2);
	/* 10 A at 230 V are 10.45 A at 220 V */
	feeds[0] = (struct redundancy_feed){ 1, { 10 }, 32, 230 };
	feeds[1] = (struct redundancy_feed){ 1, { 10 }, 32, 220 };
	r = redundancy_judge(feeds, 2, 1.0);
	assert_float_equal(r.ratio, (10 + 10 * 230.0 / 220) / 32, 1e-5);
	assert_int_equal(r.survivor, 1);
}

static void
n_plus_one(void **state)
{
	/* three equal feeds of 20 A: each survivor carries 60 / 2 */
	struct redundancy_feed feeds[3] = { { 1, { 20 }, 40, 220 },
	    { 1, { 20 }, 40, 220 }, { 1, { 20 }, 40, 220 } };
	struct redundancy r = redundancy_judge(feeds, 3, 1.0);

	(void)state;
	assert_float_equal(r.ratio, 0.75, 1e-5);
	assert_int_equal(r.state, FAILOVER_OK);
	assert_float_equal(r.arc_va, 2 * 0.8 * 40 * 220 - 60 * 220, 1e-2);
	feeds[2].rated_a = 25;
	r = redundancy_judge(feeds, 3, 1.0);
	assert_int_equal(r.state, FAILOVER_NO_REDUNDANCY);
	assert_int_equal(r.survivor, 2);
	assert_float_equal(r.arc_va, 2 * 0.8 * 25 * 220 - 60 * 220, 1e-2);
}

static void
one_feed_is_never_ok(void **state)
{
	struct redundancy_feed feed = { 1, { 1 }, 32, 220 };
	struct redundancy r = redundancy_judge(&feed, 1, 1.0);

	(void)state;
	assert_int_equal(r.state, FAILOVER_SINGLE);
	assert_float_equal(r.arc_va, 0, 1e-5);
	assert_int_equal(redundancy_state(0.8), FAILOVER_OK);
	assert_int_equal(redundancy_state(0.81), FAILOVER_AT_RISK);
	assert_int_equal(redundancy_state(1.0), FAILOVER_AT_RISK);
	assert_int_equal(redundancy_state(1.01), FAILOVER_NO_REDUNDANCY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_feeds),
		cmocka_unit_test(phases_and_voltages),
		cmocka_unit_test(n_plus_one),
		cmocka_unit_test(one_feed_is_never_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
