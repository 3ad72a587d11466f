/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "faults.h"
#include "racksim_kit.h"
#include "v3.h"

/* Counts silent devices at T0. */
static uint32_t
count_silent(struct kit *f)
{
	struct province_device d;
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->province.n_rows * 4 * 256; i++) {
		n += province_at(&f->province, f->province.base + i, &d) == 0 &&
		    faults_silent(&f->faults, &d, T0);
	}
	return n;
}

static void
silence_by_percent_is_a_steady_choice(void **state)
{
	struct kit *f = *state;
	uint32_t own, ordered;

	kit_order(f, "# nothing");
	own = count_silent(f);
	assert_in_range(own, 900 * 2 * 3 / 100, 900 * 2 * 5 / 100);
	kit_order(f, "silence percent=30");
	ordered = count_silent(f);
	assert_in_range(ordered, 900 * 2 * 29 / 100, 900 * 2 * 38 / 100);
	assert_int_equal(count_silent(f), ordered);
}

static void
scopes_and_times_hold(void **state)
{
	struct kit *f = *state;
	struct province_device in = kit_device(f, "zz1-h1-ups-a");
	struct province_device out = kit_device(f, "zz2-h1-ups-a");

	kit_order(f, "silence site=zz1 from=1790000000 to=1790000100");
	assert_false(faults_silent(&f->faults, &in, T0 - 1));
	assert_true(faults_silent(&f->faults, &in, T0));
	assert_true(faults_silent(&f->faults, &in, T0 + 99));
	assert_false(faults_silent(&f->faults, &in, T0 + 100));
	assert_false(faults_silent(&f->faults, &out, T0));
	kit_order(f, "silence device=zz1-h1-ups-b; reboot device=zz2-h1-ups-a "
	    "at=1790000000");
	assert_false(faults_silent(&f->faults, &in, T0));
	assert_true(faults_silent(&f->faults, &out, T0 + 1));
	assert_false(faults_silent(&f->faults, &out, T0 + 60));
	assert_int_equal(faults_boot(&f->faults, &out, T0 + 60), T0);
	assert_int_equal(faults_boot(&f->faults, &out, T0 - 60), -1);
}

static void
a_lost_feed_takes_its_pdu_along(void **state)
{
	struct kit *f = *state;
	struct province_device a = kit_device(f, "zz1-h1-r1-a02-pdu-a");
	struct province_device b = kit_device(f, "zz1-h1-r1-a02-pdu-b");
	struct province_device ups = kit_device(f, "zz1-h1-ups-a");
	uint32_t silent;

	kit_order(f, "feed_loss hall=zz1-h1 feed=A from=1790000000 to=1790000600");
	assert_false(faults_silent(&f->faults, &a, T0 - 1));
	assert_true(faults_silent(&f->faults, &a, T0));
	assert_false(faults_silent(&f->faults, &b, T0));
	assert_false(faults_silent(&f->faults, &ups, T0));
	/* with the power its card comes back, but has to start first */
	assert_int_equal(faults_boot(&f->faults, &a, T0 + 599), -1);
	assert_true(faults_silent(&f->faults, &a, T0 + 605));
	assert_false(faults_silent(&f->faults, &a, T0 + 630));
	assert_int_equal(faults_boot(&f->faults, &a, T0 + 630), T0 + 600);
	assert_int_equal(faults_boot(&f->faults, &b, T0 + 630), -1);
	assert_true(values_uptime(&f->world, &a, T0 + 630, NULL) == 30);
	/* a redundant module has power from the other feed */
	kit_order(f, "feed_loss hall=zz1-h1 feed=A redundant=100");
	assert_false(faults_silent(&f->faults, &a, T0));
	assert_true(faults_feed_lost(&f->faults, a.rack, 0, T0));
	kit_order(f, "");
	silent = count_silent(f);
	kit_order(f, "feed_loss feed=B redundant=50");
	assert_in_range(count_silent(f) - silent, 900 * 40 / 100, 900 * 65 / 100);
	assert_false(faults_silent(&f->faults, &a, T0));
}

static void
packets_are_lost_in_proportion(void **state)
{
	struct kit *f = *state;
	struct province_device d = kit_device(f, "zz1-h1-ups-a");
	uint32_t dropped = 0, garbage = 0;

	kit_order(f, "drop percent=10; garbage percent=1; delay ms=500; duplicate");
	for (uint64_t i = 0; i < 20000; i++) {
		struct faults_fate fate = faults_fate(&f->faults, &d, T0, i);

		dropped += fate.drop;
		garbage += fate.garbage;
		assert_int_equal(fate.delay_ms, 500);
		assert_true(fate.duplicate);
	}
	assert_in_range(dropped, 1800, 2200);
	assert_in_range(garbage, 140, 260);
}

/* Each fault of an answer shows where the loop, the agent or v3 look. */
static void
every_fault_of_answers_has_its_sign(void **state)
{
	struct kit *f = *state;
	struct province_device d = kit_device(f, "zz1-h1-ups-a");
	struct faults_fate fate;

	kit_order(f, "truncate; oversize; shuffle; endless; stuck; "
	    "toobig over=20; wrong_id; wrong_community; other_address; "
	    "other_port; report stat=not_in_window; reorder");
	fate = faults_fate(&f->faults, &d, T0, 1);
	assert_true(fate.truncate && fate.other_address && fate.other_port);
	assert_true(fate.report);
	assert_int_equal(fate.stat, V3_NOT_IN_TIME_WINDOWS);
	assert_int_equal(fate.delay_ms, 30);
	assert_true(fate.quirks.oversize && fate.quirks.shuffle &&
	    fate.quirks.endless && fate.quirks.stuck && fate.quirks.too_big &&
	    fate.quirks.wrong_id && fate.quirks.wrong_community);
	assert_int_equal(fate.quirks.too_big_over, 20);
	assert_false(fate.drop || fate.garbage || fate.duplicate);
	assert_int_equal(fate.quirks.refuse, 0);
}

/* devices= takes a share of the devices and all of their answers. */
static void
a_share_of_devices_fails_always(void **state)
{
	struct kit *f = *state;
	struct province_device d;
	uint32_t hit = 0, n = 0;

	kit_order(f, "garbage devices=10");
	for (uint32_t i = 0; i < f->province.n_rows * 4 * 256; i++) {
		bool first;

		if (province_at(&f->province, f->province.base + i, &d) != 0) {
			continue;
		}
		n++;
		first = faults_fate(&f->faults, &d, T0, 0).garbage;
		hit += first;
		for (uint64_t serial = 1; serial < 9; serial++) {
			assert_int_equal(faults_fate(&f->faults, &d, T0,
			    serial).garbage, first);
		}
		assert_int_equal(faults_applies(&f->faults,
		    &f->faults.list[0], &d, T0), first);
	}
	assert_in_range(hit, n * 7 / 100, n * 13 / 100);
}

static void
bad_lines_are_named_and_change_nothing(void **state)
{
	static const struct { const char *text, *message; } bad[] = {
		{"silence;explode", "--faults:2: unknown fault 'explode'"},
		{"silence rack=nowhere",
		    "--faults:1: bad, unknown or second rack=nowhere"},
		{"silence site=zz1 hall=zz1-h1",
		    "--faults:1: bad, unknown or second hall=zz1-h1"},
		{"drop percent=101",
		    "--faults:1: bad, unknown or second percent=101"},
		{"drop percent", "--faults:1: 'percent' is not key=value"},
		{"report stat=nonsense",
		    "--faults:1: bad, unknown or second stat=nonsense"},
		{"drop devices=-1",
		    "--faults:1: bad, unknown or second devices=-1"},
		{"feed_loss feed=C",
		    "--faults:1: bad, unknown or second feed=C"},
	};
	struct kit *f = *state;
	char error[FAULTS_ERROR_MAX];

	kit_order(f, "silence site=zz1");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(faults_load(&f->faults, &f->province,
		    bad[i].text, error), -1);
		assert_string_equal(error, bad[i].message);
		assert_int_equal(f->faults.n, 1);
	}
	assert_int_equal(faults_load(&f->faults, &f->province,
	    "/nonexistent/faults", error), -1);
}

static void
files_count_from_their_last_change(void **state)
{
	struct kit *f = *state;
	char path[] = "/tmp/racksim-faults-XXXXXX", error[FAULTS_ERROR_MAX];
	static const char text[] = "# one\n\nhot_aisle row=zz1-h1-r1\n";
	int fd = mkstemp(path);
	uint32_t row;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	assert_int_equal(close(fd), 0);
	assert_int_equal(faults_load(&f->faults, &f->province, path, error), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(f->faults.n, 1);
	assert_int_equal(province_find_row(&f->province, "zz1-h1-r1", &row), 0);
	assert_true(f->faults.list[0].from > 1600000000);
	assert_true(faults_heat(&f->faults, row, f->faults.list[0].from) > 5);
	assert_true(faults_heat(&f->faults, row,
	    f->faults.list[0].from - 1) == 0);
	assert_true(faults_heat(&f->faults, row + 1,
	    f->faults.list[0].from) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_by_percent_is_a_steady_choice),
		cmocka_unit_test(scopes_and_times_hold),
		cmocka_unit_test(a_lost_feed_takes_its_pdu_along),
		cmocka_unit_test(packets_are_lost_in_proportion),
		cmocka_unit_test(every_fault_of_answers_has_its_sign),
		cmocka_unit_test(a_share_of_devices_fails_always),
		cmocka_unit_test(bad_lines_are_named_and_change_nothing),
		cmocka_unit_test(files_count_from_their_last_change),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
