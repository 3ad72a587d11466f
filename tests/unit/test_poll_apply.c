/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reload does to devices, and what it must not do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "poll/apply.h"
#include "poll_kit.h"

#define INTERVAL 60
#define INTERVAL_NS (INTERVAL * NS_PER_S)

static struct kit kit;

static const struct kit_row THREE[] = {
	{ "a", "r1", "fake", "192.0.2.1", NULL },
	{ "b", "r1", "fake", "192.0.2.2", "level: 7\ntree: {x: [1, two]}\n" },
	{ "c", "r2", "fake", "192.0.2.3", NULL },
};

static void
untouched_devices_keep_everything(void **state)
{
	(void)state;
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	kit_run(&kit, 3 * INTERVAL_NS);
	struct kit_device *b = kit_device(&kit, "b");
	const struct col_device *col = b->col;
	for (int i = 0; i < 5; i++) {
		kit_apply(&kit, THREE, 3, INTERVAL, 100);
		kit_run(&kit, INTERVAL_NS);
	}
	for (size_t i = 0; i < 3; i++) {
		struct kit_device *d = &kit.devices[i];
		assert_int_equal(d->n_added, 1);
		assert_int_equal(d->n_changed, 0);
		assert_int_equal(d->n_removed, 0);
		assert_int_equal(d->n_cancelled, 0);
		for (unsigned n = 1; n < d->n_started; n++) {
			assert_true(d->started[n] - d->started[n - 1] == INTERVAL_NS);
		}
		assert_int_equal(kit_status(&kit, d->id).n_ok, 8);
	}
	/* The texts it was given first outlive the first configuration. */
	assert_ptr_equal(b->col, col);
	assert_string_equal(col->address, "192.0.2.2");
	assert_int_equal(col->options[0].integer, 7);
	assert_string_equal(col_node_get(col->options[1].node, "x")->items[1]->text,
	    "two");
	assert_string_equal(col->options[1].node->file, "test.yaml");
	assert_int_equal(kit.n_thread_starts, 1);
	assert_int_equal(poll_plugin_devices(kit.poll, "fake"), 3);
}

static void
a_change_reaches_one_device_only(void **state)
{
	struct kit_row rows[3];

	(void)state;
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	kit_run(&kit, 2 * INTERVAL_NS);
	memcpy(rows, THREE, sizeof(rows));
	rows[1].yaml = "level: 8\n";
	kit_apply(&kit, rows, 3, INTERVAL, 100);
	assert_int_equal(kit_device(&kit, "a")->n_changed, 0);
	assert_int_equal(kit_device(&kit, "b")->n_changed, 1);
	assert_int_equal(kit_device(&kit, "c")->n_changed, 0);
	assert_int_equal(kit_device(&kit, "b")->col->options[0].integer, 8);
	assert_false(kit_device(&kit, "b")->col->options[1].given);
	/* A line put above it in the file is no change. */
	rows[1].yaml = "\n\n# a comment\nlevel: 8\n";
	kit_apply(&kit, rows, 3, INTERVAL, 100);
	assert_int_equal(kit_device(&kit, "b")->n_changed, 1);
	kit_run(&kit, INTERVAL_NS);
	/* Its phase is its rack's still. */
	const struct kit_device *b = kit_device(&kit, "b");
	assert_true(b->started[2] - b->started[1] == INTERVAL_NS);
}

static void
devices_come_and_go(void **state)
{
	static const struct kit_row rows[] = {
		{ "a", "r1", "fake", "192.0.2.1", NULL },
		{ "d", "r1", "fake", "192.0.2.2", NULL },  /* b's address */
	};

	(void)state;
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	kit_run(&kit, 2 * INTERVAL_NS);
	kit_apply(&kit, rows, 2, INTERVAL, 100);
	assert_int_equal(kit_device(&kit, "b")->n_removed, 1);
	assert_int_equal(kit_device(&kit, "c")->n_removed, 1);
	assert_int_equal(kit_device(&kit, "d")->n_added, 1);
	struct device_status status;
	assert_int_equal(poll_device_status(kit.poll, kit_index(&kit, "b"), &status),
	    COL_ENOENT);
	struct poll_counts counts;
	poll_counts(kit.poll, &counts);
	assert_int_equal(counts.total, 2);
	assert_int_equal(counts.up, 1);
	assert_int_equal(counts.unknown, 1);
	size_t b = kit_count(&kit, "b", COL_STATUS_N);
	kit_run(&kit, 2 * INTERVAL_NS);
	assert_int_equal(kit_count(&kit, "b", COL_STATUS_N), b);
	assert_int_equal(kit_count(&kit, "d", COL_POLL_OK), 2);
	/* The new one is read together with its rack. */
	assert_true(kit_device(&kit, "a")->started[3] ==
	    kit_device(&kit, "d")->started[1]);
	/* It comes back as if it were new. */
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	assert_int_equal(kit_device(&kit, "b")->n_added, 2);
	assert_int_equal(kit_status(&kit, "b").n_ok, 0);
}

static void
a_poll_in_flight_is_ended_before_the_change(void **state)
{
	struct kit_row rows[3];

	(void)state;
	kit.mode = KIT_HOLD;
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	while (kit_device(&kit, "b")->n_started == 0 ||
	    kit_device(&kit, "c")->n_started == 0) {
		kit_run(&kit, NS_PER_S);
	}
	kit_drop_batches(&kit);
	memcpy(rows, THREE, sizeof(rows));
	rows[1].address = "192.0.2.9";
	unsigned cancelled = kit_device(&kit, "b")->n_cancelled;
	int64_t in_flight = stats_get(STATS_POLL_IN_FLIGHT);
	kit_apply(&kit, rows, 2, INTERVAL, 100);    /* b changed, c gone */
	assert_true(kit_device(&kit, "b")->n_cancelled >= cancelled);
	assert_int_equal(kit_device(&kit, "b")->n_changed, 1);
	assert_int_equal(kit_device(&kit, "c")->n_removed, 1);
	assert_true(stats_get(STATS_POLL_IN_FLIGHT) < in_flight);
	/* One batch for each that was in flight, cancelled, not failed. */
	assert_int_equal(kit_count(&kit, "b", COL_POLL_TIMEOUT) +
	    kit_count(&kit, "c", COL_POLL_TIMEOUT), 0);
	assert_int_equal(kit.n_batches, kit_count(&kit, "b", COL_POLL_CANCELLED) +
	    kit_count(&kit, "c", COL_POLL_CANCELLED));
	assert_true(kit.n_batches > 0);
}

static void
a_failed_change_takes_the_device_out_until_the_next_reload(void **state)
{
	struct kit_row rows[1] = { { "a", "r1", "fake", "192.0.2.7", NULL } };

	(void)state;
	kit_apply(&kit, THREE, 1, INTERVAL, 100);
	kit_run(&kit, INTERVAL_NS);
	kit_device(&kit, "a")->mode = KIT_REFUSE;
	kit_apply(&kit, rows, 1, INTERVAL, 100);
	assert_int_equal(kit_device(&kit, "a")->n_removed, 1);
	kit_run(&kit, INTERVAL_NS);
	assert_int_equal(kit_status(&kit, "a").state, DEVICE_DOWN);
	assert_int_equal(kit_count(&kit, "a", COL_POLL_INTERNAL), 1);
	kit_device(&kit, "a")->mode = KIT_ANSWER;
	kit_apply(&kit, rows, 1, INTERVAL, 100);
	kit_run(&kit, INTERVAL_NS);
	assert_int_equal(kit_status(&kit, "a").state, DEVICE_UP);
	assert_int_equal(kit_device(&kit, "a")->n_added, 2);
}

static void
another_interval_and_another_rack_mean_another_phase(void **state)
{
	static const struct kit_row moved[] = {
		{ "a", "r77", "fake", "192.0.2.1", NULL } };

	(void)state;
	kit_apply(&kit, THREE, 1, INTERVAL, 100);
	kit_run(&kit, 2 * INTERVAL_NS);
	int64_t before = kit_status(&kit, "a").phase_ns;
	kit_apply(&kit, moved, 1, INTERVAL, 100);
	assert_true(kit_status(&kit, "a").phase_ns ==
	    sched_phase("r77", INTERVAL_NS));
	assert_true(kit_status(&kit, "a").phase_ns != before);
	assert_int_equal(kit_device(&kit, "a")->n_changed, 0);
	kit_apply(&kit, moved, 1, 10, 100);
	assert_int_equal(kit_device(&kit, "a")->n_changed, 1); /* it is told */
	assert_true(kit_device(&kit, "a")->col->interval_ns == 10 * NS_PER_S);
	unsigned n = kit_device(&kit, "a")->n_started;
	kit_run(&kit, INTERVAL_NS);
	assert_in_range(kit_device(&kit, "a")->n_started, n + 5, n + 6);
}

static void
profiles_are_set_when_they_changed(void **state)
{
	(void)state;
	kit_set_profiles(&kit, "plugin: fake\nx: 1\n", 1);
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	assert_int_equal(kit.n_profiles_sets, 1);
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	assert_int_equal(kit.n_profiles_sets, 1);
	kit_set_profiles(&kit, "plugin: fake\nx: 2\n", 2);
	kit_apply(&kit, THREE, 3, INTERVAL, 100);
	assert_int_equal(kit.n_profiles_sets, 2);
	assert_int_equal(kit_device(&kit, "a")->n_changed, 0);
}

static void
a_rack_stays_on_one_thread(void **state)
{
	struct device a = { .id = "a", .rack = 0 }, b = { .id = "b", .rack = 0 };
	struct rack rack = { .id = "r1" };
	const struct rack *racks[] = { &rack };
	struct inventory inventory = { .racks = racks, .n_racks = 1 };
	unsigned seen = 0;

	(void)state;
	for (unsigned n = 1; n <= 8; n++) {
		assert_int_equal(apply_thread_of(&inventory, &a, n),
		    apply_thread_of(&inventory, &b, n));
		assert_in_range(apply_thread_of(&inventory, &a, n), 0, n - 1);
	}
	for (int i = 0; i < 100; i++) {
		char id[32];
		snprintf(id, sizeof(id), "alone%d", i);
		struct device c = { .id = id, .rack = INVENTORY_NONE };
		seen |= 1u << apply_thread_of(&inventory, &c, 4);
	}
	assert_int_equal(seen, 15);
}

#define TEST(name) \
	cmocka_unit_test_prestate_setup_teardown(name, kit_set_up, kit_tear_down, &kit)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(untouched_devices_keep_everything),
		TEST(a_change_reaches_one_device_only),
		TEST(devices_come_and_go),
		TEST(a_poll_in_flight_is_ended_before_the_change),
		TEST(a_failed_change_takes_the_device_out_until_the_next_reload),
		TEST(another_interval_and_another_rack_mean_another_phase),
		TEST(profiles_are_set_when_they_changed),
		cmocka_unit_test(a_rack_stays_on_one_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
