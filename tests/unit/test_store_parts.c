/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives, buckets, rings, names and numbers by themselves. */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "model/layout.h"
#include "store/buckets.h"
#include "store/calculator.h"
#include "store/dict.h"
#include "store/ring.h"
#include "store/rrdfile.h"
#include "store/series.h"
#include "store_kit.h"

static void
plans_follow_the_table(void **state)
{
	static const struct {
		enum archive_class class;
		uint32_t step_s, n;
		struct archive archives[ARCHIVE_MAX];
	} CASES[] = {
		{ ARCHIVE_STANDARD, 60, 4, { { 60, 1440, 0 }, { 300, 2016, 0 },
		    { 3600, 2160, 0 }, { 28800, 2190, 0 } } },
		{ ARCHIVE_LEAN, 60, 4, { { 60, 360, 0 }, { 900, 384, 0 },
		    { 3600, 720, 0 }, { 28800, 1095, 0 } } },
		{ ARCHIVE_LONG, 60, 4, { { 60, 2880, 0 }, { 300, 4032, 0 },
		    { 3600, 17520, 1 }, { 28800, 10950, 1 } } },
		{ ARCHIVE_STANDARD, 10, 5, { { 10, 2880, 0 }, { 60, 1440, 0 },
		    { 300, 2016, 0 }, { 3600, 2160, 0 }, { 28800, 2190, 0 } } },
		{ ARCHIVE_LEAN, 10, 4, { { 10, 2160, 0 }, { 900, 384, 0 },
		    { 3600, 720, 0 }, { 28800, 1095, 0 } } },
		{ ARCHIVE_STANDARD, 420, 4, { { 420, 206, 0 }, { 840, 0, 0 } } },
	};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct archive_plan plan;

		archive_plan(CASES[i].class, CASES[i].step_s, &plan);
		assert_int_equal(plan.n_archives, CASES[i].n);
		for (uint32_t k = 0; k < plan.n_archives; k++) {
			assert_int_equal(plan.archives[k].step_s, CASES[i].archives[k].step_s);
			assert_int_equal(plan.archives[k].rows, CASES[i].archives[k].rows);
			assert_int_equal(plan.archives[k].has_max,
			    CASES[i].archives[k].has_max);
		}
	}
	for (uint32_t step_s = 1; step_s < 4000; step_s += 7) {
		struct archive_plan plan;

		archive_plan(ARCHIVE_LONG, step_s, &plan);
		for (uint32_t k = 0; k < plan.n_archives; k++) {
			assert_int_equal(plan.archives[k].step_s % step_s, 0);
			assert_true(plan.archives[k].rows > 0);
			assert_true(k == 0 || plan.archives[k].step_s >
			    plan.archives[k - 1].step_s);
		}
	}
}

static void
the_finest_archive_that_covers(void **state)
{
	struct archive_plan plan;
	const struct wall now = { 2000000000 * NS_PER_S };
	static const struct { int64_t age_s; uint32_t step_s; } CASES[] = {
		{ 60, 60 }, { 86400, 60 }, { 86401, 300 }, { 7 * 86400, 300 },
		{ 8 * 86400, 3600 }, { 91 * 86400, 28800 }, { 4000 * 86400, 28800 },
	};

	(void)state;
	archive_plan(ARCHIVE_STANDARD, 60, &plan);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct wall from = { now.ns - CASES[i].age_s * NS_PER_S };

		assert_int_equal(archive_pick(&plan, now, from)->step_s, CASES[i].step_s);
	}
}

struct lines { int n; char text[4][512]; };

static void
keep_line(void *arg, const char *line)
{
	struct lines *lines = arg;

	assert_true(lines->n < 4);
	str_copy(lines->text[lines->n++], sizeof(lines->text[0]), line);
}

static void
full_disks_are_refused_with_numbers(void **state)
{
	struct calculation need;
	struct lines lines = { 0 };
	struct col_error error = { 0, "" };
	struct rack *racks;
	const struct rack **list;
	struct inventory inventory = { .n_racks = 20000000 };
	struct config config = { .inventory = &inventory };

	(void)state;
	racks = calloc(1, sizeof(*racks));
	list = calloc(inventory.n_racks, sizeof(*list));
	assert_true(racks != NULL && list != NULL);
	racks->n_devices = 2;
	inventory.racks = list;
	config.settings.interval_ns = 60 * NS_PER_S;
	list[7] = racks;
	assert_int_equal(calculator_run(&config, "/tmp/no/such", 0, &need, &error), 0);
	assert_int_equal(calculator_verdict(&need, "/tmp", &error), 0);
	assert_int_equal(need.racks, 1);
	/* two devices of 12 sources and 4 of the rack, 360 + 384 + 720 + 1095 rows */
	assert_int_equal(need.rack_bytes[STORE_LEAN], 28 * 8 * 2559 + 16112);
	for (uint32_t i = 0; i < inventory.n_racks; i++) {
		list[i] = racks;
	}
	assert_int_equal(calculator_run(&config, "/tmp", 7000000000, &need, &error), 0);
	assert_int_equal(need.need_bytes[STORE_LEAN],
	    20000000 * need.rack_bytes[STORE_LEAN]);
	assert_int_equal(need.room_bytes,
	    need.free_bytes / 100 * 98 + 7000000000);
	assert_int_equal(calculator_verdict(&need, "/tmp", &error), COL_EFULL);
	calculator_tell(&need, "/tmp", keep_line, &lines);
	assert_int_equal(lines.n, 1 + STORE_CLASS_N);
	assert_non_null(strstr(lines.text[0], "7.0 GB of ours); files: 20000000 racks"));
	assert_non_null(strstr(lines.text[1], "* standard: "));
	assert_non_null(strstr(lines.text[2], "(1 min for 6 h, 15 min for 4 d, "
	    "1 h for 30 d, 8 h for 365 d): does not fit"));
	assert_non_null(strstr(error.text, "20000000 files of class 'standard' need"));
	free(list);
	free(racks);
}

static void
buckets_say_what_they_know(void **state)
{
	struct store_series series = { .basis_s = 60 };
	struct buckets *buckets = buckets_new(1000, 100, 50, 3);
	static const struct buckets_row ROWS[] = {
		{ 999, 7, 7, 1 }, { 1000, 2, 9, 1 }, { 1099, 4, 4, 0.5 },
		{ 1200, -5, -5, 1 }, { 1300, 7, 7, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		buckets_add(buckets, &ROWS[i]);
	}
	buckets_end(buckets, &series);
	assert_int_equal(series.n, 3);
	assert_int_equal(series.step_s, 100);
	assert_int_equal(series.basis_s, 60);
	assert_int_equal(series.known[0], 3);
	assert_true(series.avg[0] == 3 && series.min[0] == 2 && series.max[0] == 9);
	assert_int_equal(series.known[1], 0);
	assert_int_equal(series.t[2], 1200);
	assert_true(series.avg[2] == -5 && series.max[2] == -5);
	assert_true(series.share[0] == 0.75f && series.share[1] == 0 &&
	    series.share[2] == 0.5f);
	store_series_done(&series);
}

/* Half an hour of slots is an eighth of a row of four hours. */
static void
folded_slots_say_how_much_they_are(void **state)
{
	struct store_series series = { .basis_s = 14400 };
	struct buckets *buckets = buckets_new(0, 14400, 14400, 2);
	struct buckets_fold fold = { .buckets = buckets, .step_s = 14400, .base_s = 60 };

	(void)state;
	for (int64_t slot_s = 60; slot_s <= 1800; slot_s += 60) {
		buckets_fold(&fold, slot_s, 100);
	}
	buckets_fold_end(&fold);
	buckets_end(buckets, &series);
	assert_int_equal(series.known[0], 3);
	assert_true(series.avg[0] == 100 && series.share[0] == 0.125f);
	assert_true(series.known[1] == 0 && series.share[1] == 0);
	store_series_done(&series);
}

static void
rings_keep_their_rows_in_order(void **state)
{
	static const int64_t SLOTS[] = { 300, 60, 240, 120, 300, 180, 60 };
	struct ring ring = { 0 };
	bool is_new;

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		struct ring_row *row = ring_row(&ring, SLOTS[i], (uint16_t)(i + 1), &is_new);

		assert_non_null(row);
		assert_int_equal(is_new, i != 4 && i != 6);
		assert_true(row->n_ds >= i + 1);
		row->values[i] = 1;
	}
	assert_int_equal(ring.n_rows, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(ring.rows[i]->slot_s, 60 * (i + 1));
		assert_int_equal(ring_find(&ring, 60 * (i + 1)), i);
		assert_int_equal(ring_find(&ring, 60 * (i + 1) - 1), i);
	}
	assert_int_equal(ring_find(&ring, 301), 5);
	ring_drop(&ring, 2);
	assert_int_equal(ring.rows[0]->slot_s, 180);
	for (int64_t i = 0; i < RING_ROWS_MAX - 3; i++) {
		assert_non_null(ring_row(&ring, 1000 + i, 1, &is_new));
	}
	assert_null(ring_row(&ring, 900000, 1, &is_new));
	ring_done(&ring);
}

static void
numbers_read_back(void **state)
{
	static const double VALUES[] = { 0, 1, -1, 230.1, 0.1, 1.0 / 3, 1e15, 123456789.125,
		4.35, -0.001, 1e-9, 5e-324, 1.7e308, 99999999999999.9, 0.30000000000000004 };
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(VALUES) / sizeof(VALUES[0]); i++) {
		size_t len = rrdfile_number(text, VALUES[i]);
		double back = strtod(text, NULL);

		assert_int_equal(len, strlen(text));
		assert_in_range(len, 1, 25);
		assert_true(fabs(back - VALUES[i]) <= 1e-12 * fabs(VALUES[i]));
	}
	srand(7);
	for (int i = 0; i < 200000; i++) {
		double value = ldexp((double)rand() - RAND_MAX / 2, rand() % 60 - 40);

		(void)rrdfile_number(text, value);
		assert_true(fabs(strtod(text, NULL) - value) <= 1e-11 * fabs(value));
	}
	(void)rrdfile_number(text, 230.1);
	assert_string_equal(text, "230.1");
	(void)rrdfile_number(text, 1500);
	assert_string_equal(text, "1500");
	(void)rrdfile_number(text, NAN);
	assert_string_equal(text, "U");
	(void)rrdfile_number(text, -INFINITY);
	assert_string_equal(text, "U");
}

static void
only_our_own_paths(void **state)
{
	static const char *const GOOD[] = { "rack/3f/zz1-h1-r1-a01.rrd",
		"rack/3f/a.2.rrd", "row/00/a@10.rrd" };
	static const char *const BAD[] = { "", ".rrd", "/etc/passwd.rrd", "rack/../a.rrd",
		"rack/3f/../../x.rrd", "rack/3f/a", "rack/3f/A.rrd", "rack/3f/a b.rrd",
		"rack//a.rrd", "rack/3f/b/a.rrd", "a.rrd", "rack/3f/a..rrd", "rack/./a.rrd" };

	(void)state;
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		assert_true(dict_path_valid(GOOD[i]));
	}
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		assert_false(dict_path_valid(BAD[i]));
	}
}

/* 150 outlets: three files; names are stable, unique, 19 characters at most. */
static void
more_than_64_sources_take_more_files(void **state)
{
	char dir[] = "/tmp/series-XXXXXX", dict[64], instances[150][16];
	struct col_slot slots[150];
	uint16_t wanted[150], ds;
	struct series *series;
	struct series_grow grow = { .class = ARCHIVE_LEAN, .step_s = 60,
	    .role = "a-role-of-some-length", .wanted = wanted, .n_wanted = 150 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	str_format(dict, sizeof(dict), "%s/d", dir);
	for (uint16_t i = 0; i < 150; i++) {
		str_format(instances[i], sizeof(instances[i]), "outlet %u", i);
		slots[i] = (struct col_slot){ "power_w", instances[i], "W", "1.2", 0, 0, 0 };
		wanted[i] = i;
	}
	grow.layout = layout_intern(slots, 150, NULL);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(series_new(dict, &series, NULL), 0);
		grow.entity = series_entity(series, ENTITY_RACK, "r1", true);
		assert_int_equal(grow.entity->n_files, round == 0 ? 0 : 3);
		assert_int_equal(series_extend(series, &grow), 0);
		assert_int_equal(grow.entity->n_files, 3);
		for (uint16_t i = 0; i < 150; i++) {
			struct series_file *file = series_find(grow.entity, 60, grow.role,
			    "power_w", instances[i], &ds);

			/* two of the first file are the rack's own */
			assert_non_null(file);
			assert_int_equal(file->part, (i + 2) / 64);
			assert_int_equal(ds, (i + 2) % 64);
			assert_int_equal(series_map(series, file, grow.role,
			    grow.layout)[i], ds);
			assert_true(strlen(file->table->ds[ds].name) < 20);
		}
		assert_int_equal(series_sync(series, NULL), 0);
		series_rename(series, ENTITY_RACK, round == 0 ? "r1" : "none", "r9");
		series_rename(series, ENTITY_RACK, "r9", "r1");
		assert_int_equal(series_sync(series, NULL), 0);
		series_free(series);
	}
	(void)unlink(dict);
	assert_int_equal(rmdir(dir), 0);
	layout_reset();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_follow_the_table),
		cmocka_unit_test(the_finest_archive_that_covers),
		cmocka_unit_test(full_disks_are_refused_with_numbers),
		cmocka_unit_test(buckets_say_what_they_know),
		cmocka_unit_test(folded_slots_say_how_much_they_are),
		cmocka_unit_test(rings_keep_their_rows_in_order),
		cmocka_unit_test(numbers_read_back),
		cmocka_unit_test(only_our_own_paths),
		cmocka_unit_test(more_than_64_sources_take_more_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
