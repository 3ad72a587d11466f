/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "own.h"

#define SECONDS(s) ((struct mono){ (int64_t)(s) * NS_PER_S })

struct world {
	struct stats_histogram lateness;
	struct own own;
	struct own_now now;
	struct inventory *inventory;
	struct board *board;
};

static int
start(void **state)
{
	static struct world world;
	static const uint32_t n[LEVEL_N] = { [LEVEL_COLLECTOR] = 1 };
	struct board_want want = { .gauges = { [LEVEL_COLLECTOR] = UINT64_MAX } };

	memset(&world, 0, sizeof(world));
	world.inventory = inventory_new();
	inventory_seal(world.inventory);
	world.board = board_new(world.inventory, &want, n);
	assert_non_null(world.board);
	world.now.lateness = &world.lateness;
	*state = &world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	board_free(world->board);
	inventory_unref(world->inventory);
	return 0;
}

static void
late(struct world *world, unsigned n, int64_t us)
{
	for (unsigned i = 0; i < n; i++) {
		stats_observe(&world->lateness, us);
	}
}

static double
at(struct world *world, int64_t seconds, enum gauge gauge)
{
	world->now.at = SECONDS(seconds);
	own_put(&world->own, &world->now, world->board);
	return world->board->columns[LEVEL_COLLECTOR][gauge][0];
}

static void
lateness_is_that_of_the_last_minute(void **state)
{
	struct world *world = *state;
	double value;

	late(world, 100000, 50);               /* a month in which all was well */
	assert_true(isnan(at(world, 10, GAUGE_LATENESS_S)));
	late(world, 500, 50);
	late(world, 6, 4000000);               /* more than one of a hundred */
	assert_true(isnan(at(world, 69, GAUGE_LATENESS_S)));
	value = at(world, 70, GAUGE_LATENESS_S);
	assert_true(value >= 4.0 && value < 8.0);
	/* it stands until the next minute is over */
	late(world, 600, 50);
	assert_true(at(world, 100, GAUGE_LATENESS_S) >= 4.0);
	value = at(world, 130, GAUGE_LATENESS_S);
	assert_true(value > 0.0 && value <= 0.0001);
	/* nobody was polled: nobody was late, or in time */
	assert_true(isnan(at(world, 200, GAUGE_LATENESS_S)));
	/* one of a hundred is the hundredth part that does not count */
	late(world, 99, 50);
	late(world, 1, 4000000);
	value = at(world, 260, GAUGE_LATENESS_S);
	assert_true(value <= 0.0001);
}

static void
errors_and_gaps_by_the_minute(void **state)
{
	struct world *world = *state;

	world->now.n_errors = 7;
	world->now.n_skipped = 1000;
	assert_true(isnan(at(world, 5, GAUGE_STORE_ERRORS_PM)));
	world->now.n_errors = 13;
	world->now.n_skipped = 1003;
	assert_true(isnan(at(world, 64, GAUGE_POLLS_SKIPPED_PM)));
	assert_float_equal(at(world, 95, GAUGE_STORE_ERRORS_PM), 4, 1e-9);
	assert_float_equal(at(world, 96, GAUGE_POLLS_SKIPPED_PM), 2, 1e-9);
	assert_float_equal(at(world, 155, GAUGE_STORE_ERRORS_PM), 0, 1e-9);
	assert_float_equal(at(world, 155, GAUGE_POLLS_SKIPPED_PM), 0, 1e-9);
}

static void
disk_and_journal(void **state)
{
	struct world *world = *state;
	struct store_health *health = &world->now.health;

	/* the store has not looked at its disk yet */
	assert_true(isnan(at(world, 100, GAUGE_DISK_FREE_PCT)));
	health->disk_size_bytes = 2000;
	health->disk_free_bytes = 150;
	health->journal_bytes = 123456789;
	assert_float_equal(at(world, 101, GAUGE_DISK_FREE_PCT), 7.5, 1e-9);
	assert_float_equal(at(world, 101, GAUGE_JOURNAL_BYTES), 123456789, 1e-9);
	assert_float_equal(at(world, 101, GAUGE_JOURNAL_AGE_S), 0, 1e-9);
	health->journal_since = SECONDS(41);
	assert_float_equal(at(world, 101, GAUGE_JOURNAL_AGE_S), 60, 1e-9);
	/* told by another thread a moment later than the question */
	health->journal_since = SECONDS(102);
	assert_float_equal(at(world, 101, GAUGE_JOURNAL_AGE_S), 0, 1e-9);
}

static void
what_is_not_wanted_is_not_written(void **state)
{
	static const uint32_t n[LEVEL_N] = { [LEVEL_COLLECTOR] = 1 };
	struct world *world = *state;
	struct board_want want = { .gauges = { 0 } };
	struct board *board = board_new(world->inventory, &want, n);

	assert_non_null(board);
	own_put(&world->own, &world->now, board);
	for (int g = 0; g < GAUGE_N; g++) {
		assert_null(board->columns[LEVEL_COLLECTOR][g]);
	}
	board_free(board);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lateness_is_that_of_the_last_minute),
		TEST(errors_and_gaps_by_the_minute),
		TEST(disk_and_journal),
		TEST(what_is_not_wanted_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
