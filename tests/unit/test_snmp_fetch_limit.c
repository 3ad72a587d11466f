/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a limit finds what an agent carries, whatever that is. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fetch_limit.h"

#define CEILING 60

/* One poll of n objects by an agent that carries so many; returns refusals. */
static unsigned
poll_agent(struct fetch_limit *limit, unsigned n, unsigned carries)
{
	unsigned n_refused = 0;

	while (n > 0) {
		unsigned size = n < limit->max ? n : limit->max;
		if (size > carries) {
			fetch_limit_failed(limit, size);
			assert_true(fetch_limit_shrink(limit, size));
			n_refused++;
		} else {
			fetch_limit_answered(limit, size, CEILING);
			n -= size;
		}
		assert_in_range(limit->max, 1, CEILING);
	}
	fetch_limit_good_poll(limit);
	return n_refused;
}

static void
test_finds_what_is_carried(void **state)
{
	(void)state;
	for (unsigned carries = 1; carries <= CEILING; carries++) {
		struct fetch_limit limit;
		unsigned n_refused = 0;
		fetch_limit_init(&limit, CEILING);
		for (int i = 0; i < 20; i++) {
			n_refused += poll_agent(&limit, 500, carries);
		}
		/* Near enough, and not at the price of many refusals. */
		assert_true(limit.max <= carries);
		assert_true(limit.max + limit.max / 4 + 1U >= carries);
		assert_true(n_refused <= 12);
		/* Of thousands of polls hardly any is troubled. */
		for (int i = 0; i < 5000; i++) {
			n_refused += poll_agent(&limit, 500, carries);
		}
		assert_true(n_refused <= 120);
	}
}

static void
test_bad_luck_is_forgotten(void **state)
{
	struct fetch_limit limit;

	(void)state;
	fetch_limit_init(&limit, CEILING);
	/* What was not proven comes back at once. */
	while (fetch_limit_shrink(&limit, limit.max)) {
	}
	assert_int_equal(limit.max, 1);
	(void)poll_agent(&limit, 500, CEILING);
	assert_int_equal(limit.max, CEILING);
	/* What was takes 100 good polls. */
	fetch_limit_failed(&limit, 4);
	assert_true(fetch_limit_shrink(&limit, 4));
	for (int i = 0; i < 99; i++) {
		(void)poll_agent(&limit, 2, CEILING);
		assert_true(limit.max < 4);
	}
	for (int i = 0; i < 40; i++) {
		(void)poll_agent(&limit, 60, CEILING);
	}
	assert_int_equal(limit.max, CEILING);
}

static void
test_bounds(void **state)
{
	struct fetch_limit limit;

	(void)state;
	fetch_limit_init(&limit, CEILING);
	fetch_limit_bound(&limit, 10);
	assert_int_equal(limit.max, 10);
	for (int i = 0; i < 100; i++) {
		fetch_limit_answered(&limit, limit.max, 10);
	}
	assert_int_equal(limit.max, 10);
	/* Less than was allowed is too much: it counts from there. */
	assert_true(fetch_limit_shrink(&limit, 3));
	assert_int_equal(limit.max, 1);
	assert_false(fetch_limit_shrink(&limit, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_finds_what_is_carried),
	    cmocka_unit_test(test_bad_luck_is_forgotten),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
