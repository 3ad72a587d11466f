/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "counters.h"
#include "told.h"

struct col_counter {
	const char *name;
	int64_t sum;
};

static struct col_counter made[TOLD_MAX];
static unsigned n_made;

static struct col_counter *
make(const struct col_host *host, const char *name, bool is_gauge,
    const char *help)
{
	(void)host;
	(void)is_gauge;
	assert_true(strlen(help) > 10);
	made[n_made] = (struct col_counter){.name = name};
	return &made[n_made++];
}

static void
count(struct col_counter *counter, int64_t n)
{
	counter->sum += n;
}

static const struct told_row rows[] = {
    {0, "sent", false, "what was sent out"},
    {2, "open", true, "what is open right now"},
};

static void
test_differences(void **state)
{
	struct col_host host = {.size = sizeof(host), .counter = make,
	    .count = count};
	uint64_t now[3] = {5, 99, 7};
	struct told told;

	(void)state;
	n_made = 0;
	told_init(&told, &host, rows, 2);
	told_update(&told, now);
	told_update(&told, now);
	now[0] = 8;
	now[2] = 4; /* a gauge may fall */
	told_update(&told, now);
	assert_int_equal(made[0].sum, 8);
	assert_int_equal(made[1].sum, 4);
	told_done(&told);
	assert_int_equal(made[0].sum, 8);
	assert_int_equal(made[1].sum, 0);
}

/* A host that only checks has no counters. */
static void
test_nobody(void **state)
{
	struct col_host host = {.size = sizeof(host)};
	uint64_t now[3] = {1, 1, 1};
	struct told told;

	(void)state;
	told_init(&told, &host, rows, 2);
	told_update(&told, now);
	told_done(&told);
}

/* The table of the ipmi plugin: names once each, all places within. */
static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTERS_N; i++) {
		assert_true(counters_rows[i].at <
		    sizeof(struct counters) / sizeof(uint64_t));
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(counters_rows[i].name,
			    counters_rows[j].name);
			assert_int_not_equal(counters_rows[i].at,
			    counters_rows[j].at);
		}
	}
}

static void
test_trips(void **state)
{
	struct counters counters = {.commands = 0};

	(void)state;
	counters_trip(&counters, 10000000);
	counters_trip(&counters, 10000001);
	counters_trip(&counters, INT64_C(9000000000));
	assert_int_equal(counters.trips[0], 1);
	assert_int_equal(counters.trips[1], 2);
	assert_int_equal(counters.trips[8], 2);
	assert_int_equal(counters.trips[9], 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_differences),
	    cmocka_unit_test(test_nobody),
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
