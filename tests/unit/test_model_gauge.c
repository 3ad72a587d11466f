/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "model/gauge.h"
#include "model/unit.h"

/* Lower case with the unit behind, as the names of metrics are. */
static bool
is_name(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz_") == strlen(text) &&
	    text[0] != '_' && text[0] != '\0';
}

static void
every_row_is_whole(void **state)
{
	(void)state;
	assert_true(GAUGE_N <= 64);            /* a bit each in board_want */
	for (int g = 0; g < GAUGE_N; g++) {
		const struct gauge_row *row = gauge_get((enum gauge)g);
		enum gauge found;

		assert_non_null(row->name);
		assert_true(is_name(row->name));
		assert_int_equal(gauge_find(row->name, &found), 0);
		assert_int_equal(found, g);    /* and no other has the name */
		assert_non_null(row->unit);
		assert_true(strcmp(row->unit, "K") == 0 || strcmp(row->unit, "d") == 0 ||
		    strcmp(unit_find(row->unit)->base, row->unit) == 0);
		assert_true(row->min < row->max && isfinite(row->min) &&
		    isfinite(row->max));
		assert_true(row->en[0] != '\0' && row->zh[0] != '\0');
		assert_true(strcmp(row->en, row->zh) != 0);
		assert_true(row->levels != 0 && row->levels < LEVEL_BIT(LEVEL_N));
		assert_int_equal(row->levels & LEVEL_BIT(LEVEL_SENSOR), 0);
		/* phases are those of rack feeds */
		assert_true(!row->phases || (row->levels & LEVEL_BIT(LEVEL_FEED)) != 0);
	}
}

static void
names_carry_their_units(void **state)
{
	static const struct { const char *suffix, *unit; } ENDS[] = {
		{ "_w", "W" }, { "_pct", "%" }, { "_a", "A" }, { "_v", "V" }, { "_c", "C" },
		{ "_k", "K" }, { "_d", "d" }, { "_s", "s" }, { "_bytes", "octets" },
	};

	(void)state;
	for (int g = 0; g < GAUGE_N; g++) {
		const struct gauge_row *row = gauge_get((enum gauge)g);
		const char *expected = "";

		for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++) {
			size_t len = strlen(row->name), n = strlen(ENDS[i].suffix);

			if (len > n && strcmp(row->name + len - n, ENDS[i].suffix) == 0) {
				expected = ENDS[i].unit;
			}
		}
		assert_string_equal(row->unit, expected);
	}
}

static void
names_that_are_none(void **state)
{
	static const char *const WRONG[] = { "", "load", "load_pct ", "LOAD_PCT",
	    "temperature_c", "power_w2" };
	enum gauge gauge = GAUGE_PUE;
	enum level level = LEVEL_ROW;

	(void)state;
	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
		assert_int_equal(gauge_find(WRONG[i], &gauge), COL_ENOENT);
		assert_int_equal(level_find(WRONG[i], &level), COL_ENOENT);
	}
	assert_int_equal(gauge, GAUGE_PUE);
	assert_int_equal(level, LEVEL_ROW);
}

static void
levels_by_their_words(void **state)
{
	(void)state;
	for (int l = 0; l < LEVEL_N; l++) {
		enum level level = LEVEL_N;

		assert_int_equal(level_find(level_text((enum level)l), &level), 0);
		assert_int_equal(level, l);
	}
	/* the first are the places, by the numbers of entities */
	for (int k = 0; k < ENTITY_PLACE_N; k++) {
		assert_string_equal(level_text((enum level)k),
		    entity_kind_text((enum entity_kind)k));
	}
	assert_string_equal(level_text(LEVEL_RACK), entity_kind_text(ENTITY_RACK));
	assert_int_equal(LEVEL_PLACES, LEVEL_BIT(LEVEL_RACK) - 1);
}

static void
a_board_holds_what_is_wanted(void **state)
{
	static const uint32_t n[LEVEL_N] = { [LEVEL_HALL] = 2, [LEVEL_RACK] = 5,
	    [LEVEL_FEED] = 10, [LEVEL_TARGET] = 0 };
	struct board_want want = { .gauges = {
	    [LEVEL_HALL] = UINT64_C(1) << GAUGE_LOAD_PCT,
	    [LEVEL_RACK] = UINT64_C(1) << GAUGE_FAILOVER_PCT |
	        UINT64_C(1) << GAUGE_PUE,      /* no rack has one */
	    [LEVEL_FEED] = UINT64_C(1) << GAUGE_LOAD_PCT | UINT64_C(1) << GAUGE_POWER_W,
	    [LEVEL_TARGET] = UINT64_C(1) << GAUGE_TARGET_REACHED } };
	struct inventory *inventory = inventory_new();
	struct board *board;
	unsigned n_columns = 0;

	(void)state;
	inventory_seal(inventory);
	board = board_new(inventory, &want, n);
	assert_non_null(board);
	assert_ptr_equal(board->inventory, inventory);
	for (int l = 0; l < LEVEL_N; l++) {
		assert_int_equal(board->n[l], n[l]);
		for (int g = 0; g < GAUGE_N; g++) {
			n_columns += board->columns[l][g] != NULL;
		}
	}
	assert_int_equal(n_columns, 5);
	assert_null(board->columns[LEVEL_RACK][GAUGE_PUE]);
	for (unsigned i = 0; i < 10 * LEVEL_PHASES; i++) {
		assert_true(isnan(board->columns[LEVEL_FEED][GAUGE_LOAD_PCT][i]));
	}
	for (unsigned i = 0; i < 10; i++) {
		assert_true(isnan(board->columns[LEVEL_FEED][GAUGE_POWER_W][i]));
	}
	assert_true(isnan(board->columns[LEVEL_HALL][GAUGE_LOAD_PCT][1]));
	/* a level without anything in it still has its column */
	assert_non_null(board->columns[LEVEL_TARGET][GAUGE_TARGET_REACHED]);
	assert_true(gauge_has_phases(GAUGE_LOAD_PCT, LEVEL_FEED));
	assert_false(gauge_has_phases(GAUGE_LOAD_PCT, LEVEL_HALL));
	assert_false(gauge_has_phases(GAUGE_POWER_W, LEVEL_FEED));
	board_free(board);
	board_free(NULL);
	inventory_unref(inventory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(names_carry_their_units),
		cmocka_unit_test(names_that_are_none),
		cmocka_unit_test(levels_by_their_words),
		cmocka_unit_test(a_board_holds_what_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
