/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule as a whole, on a test clock: poll.c and poller.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "poll/sched.h"
#include "poll_kit.h"

#define INTERVAL 60
#define INTERVAL_NS (INTERVAL * NS_PER_S)

static struct kit kit;

static const struct kit_row TWO_FEEDS[] = {
	{ "r1-pdu-a", "r1", "fake", "a", NULL },
	{ "r1-pdu-b", "r1", "fake", "b", NULL },
	{ "alone", NULL, "fake", "c", NULL },
};

static void
each_slot_brings_one_poll_in_its_phase(void **state)
{
	(void)state;
	kit_apply(&kit, TWO_FEEDS, 3, INTERVAL, 100);
	kit_run(&kit, 10 * INTERVAL_NS);
	for (size_t i = 0; i < 3; i++) {
		const char *anchor = TWO_FEEDS[i].rack != NULL ? TWO_FEEDS[i].rack
		    : TWO_FEEDS[i].id;
		int64_t phase = sched_phase(anchor, INTERVAL_NS);
		const struct kit_device *d = kit_device(&kit, TWO_FEEDS[i].id);
		assert_int_equal(kit_count(&kit, d->id, COL_POLL_OK), 10);
		assert_int_equal(kit_count(&kit, d->id, COL_STATUS_N), 10);
		assert_true(kit_status(&kit, d->id).phase_ns == phase);
		for (unsigned n = 1; n < 10; n++) {
			assert_true(d->started[n] - d->started[n - 1] == INTERVAL_NS);
		}
	}
	/* Both feeds of the rack at the same time. */
	assert_true(kit_device(&kit, "r1-pdu-a")->started[3] ==
	    kit_device(&kit, "r1-pdu-b")->started[3]);
	/* Stamped with the slot of the due time, each slot once. */
	int64_t last = 0;
	for (size_t i = 0; i < kit.n_batches; i++) {
		const struct batch *b = kit.batches[i];
		assert_true(b->slot.ns % INTERVAL_NS == 0);
		if (b->device == kit_index(&kit, "alone")) {
			assert_true(last == 0 || b->slot.ns == last + INTERVAL_NS);
			last = b->slot.ns;
		}
	}
	assert_true(stats_quantile(poll_lateness(kit.poll), 1.0) <= 20);
}

/* A clock that is slewed back a little, as by NTP: what is due at the very start
 * of a slot must not be asked before the slot has begun. */
static void
a_slewed_clock_brings_no_poll_before_its_slot(void **state)
{
	char id[32] = "";
	struct kit_row early = { id, NULL, "fake", "e", NULL };

	(void)state;
	for (unsigned i = 0; i < 1000000; i++) {
		(void)snprintf(id, sizeof(id), "early-%u", i);
		if (sched_phase(id, INTERVAL_NS) < 2 * NS_PER_MS) {
			break;
		}
	}
	kit_apply(&kit, &early, 1, INTERVAL, 100);
	for (unsigned i = 0; i < 5; i++) {
		clock_test_jump(kit.clock, -20 * NS_PER_MS);
		kit_run(&kit, INTERVAL_NS);
		assert_int_equal(kit.n_batches, i + 1);
		const struct batch *b = kit.batches[i];
		assert_true(clock_to_wall(kit.clock, b->started).ns >= b->slot.ns);
		assert_true(i == 0 || b->slot.ns == kit.batches[i - 1]->slot.ns + INTERVAL_NS);
	}
}

static void
step_tells_when_to_come_back(void **state)
{
	(void)state;
	kit_apply(&kit, TWO_FEEDS, 3, INTERVAL, 100);
	struct mono next = poll_step(kit.poll);
	int64_t now = clock_mono(kit.clock).ns;
	assert_in_range(next.ns, now, now + INTERVAL_NS + 10 * NS_PER_MS);
	/* Advancing straight to it starts a poll. */
	clock_test_advance(kit.clock, next.ns - now);
	(void)poll_step(kit.poll);
	assert_true(kit.n_batches >= 1);
}

static void
deadline_ends_a_silent_poll(void **state)
{
	(void)state;
	kit.mode = KIT_HOLD;
	kit_apply(&kit, TWO_FEEDS + 2, 1, INTERVAL, 100);
	kit_run(&kit, INTERVAL_NS);
	struct kit_device *d = kit_device(&kit, "alone");
	assert_int_equal(d->n_started, 1);
	/* Half the interval after it was due, not after it was started. */
	assert_true(d->deadline - d->started[0] <= INTERVAL_NS / 2);
	assert_true(d->deadline - d->started[0] >= INTERVAL_NS / 2 - 20 * NS_PER_MS);
	kit_run(&kit, INTERVAL_NS);
	assert_int_equal(d->n_cancelled, kit_count(&kit, "alone", COL_POLL_TIMEOUT));
	assert_true(d->n_cancelled >= 1);
	assert_true(kit.n_ticks > 2000); /* every 10 ms for 30 s */
	const struct batch *b = kit_last(&kit, "alone");
	assert_true(b->ended.ns - b->started.ns >= INTERVAL_NS / 2 - 20 * NS_PER_MS);
	assert_int_equal(kit_status(&kit, "alone").last_status, COL_POLL_TIMEOUT);
}

static void
a_deaf_plugin_is_answered_for(void **state)
{
	(void)state;
	kit.mode = KIT_DEAF;
	kit_apply(&kit, TWO_FEEDS + 2, 1, INTERVAL, 100);
	kit_run(&kit, sched_phase("alone", INTERVAL_NS) + 20 * NS_PER_MS);
	struct kit_device *d = kit_device(&kit, "alone");
	assert_int_equal(d->n_started, 1);
	kit_run(&kit, INTERVAL_NS / 2 + 20 * NS_PER_MS);
	assert_int_equal(kit_count(&kit, "alone", COL_POLL_TIMEOUT), 1);
	/* The plugin ends it much later: nothing happens but a count. */
	int64_t late = stats_get(STATS_POLL_LATE_CALLS);
	kit_answer(&kit, d, COL_POLL_OK);
	assert_int_equal(stats_get(STATS_POLL_LATE_CALLS), late + 2);
	assert_int_equal(kit.n_batches, 1);
}

static void
late_calls_do_not_reach_the_next_poll(void **state)
{
	(void)state;
	kit.mode = KIT_DEAF;
	kit_apply(&kit, TWO_FEEDS + 2, 1, INTERVAL, 100);
	kit_run(&kit, INTERVAL_NS + INTERVAL_NS / 2 + 20 * NS_PER_MS);
	struct kit_device *d = kit_device(&kit, "alone");
	struct col_poll *old = d->poll;
	unsigned n = d->n_started;
	while (d->n_started == n) {
		kit_run(&kit, 10 * NS_PER_MS);
	}
	assert_ptr_not_equal(old, d->poll);
	struct col_poll *young = d->poll;
	size_t batches = kit.n_batches;
	d->poll = old;
	kit_answer(&kit, d, COL_POLL_OK); /* answers the old one */
	assert_int_equal(kit.n_batches, batches);
	d->poll = young;
	kit_answer(&kit, d, COL_POLL_OK);
	assert_int_equal(kit.n_batches, batches + 1);
	kit_answer(&kit, d, COL_POLL_OK); /* twice */
	assert_int_equal(kit.n_batches, batches + 1);
}

static void
in_flight_is_bounded_and_the_late_are_skipped(void **state)
{
	struct kit_row rows[40];
	char ids[40][16];
	int64_t skipped = stats_get(STATS_POLL_SKIPPED);

	(void)state;
	kit.mode = KIT_HOLD;
	for (int i = 0; i < 40; i++) {
		snprintf(ids[i], sizeof(ids[i]), "d%d", i);
		rows[i] = (struct kit_row){ ids[i], "one-rack", "fake", "a", NULL };
	}
	kit_apply(&kit, rows, 40, INTERVAL, 8);
	kit_run(&kit, sched_phase("one-rack", INTERVAL_NS) + 50 * NS_PER_MS);
	assert_int_equal(kit.n_devices, 40);
	unsigned started = 0;
	for (size_t i = 0; i < 40; i++) {
		started += kit.devices[i].n_started;
	}
	assert_int_equal(started, 8);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 8);
	/* One answer, one more poll. */
	for (size_t i = 0; i < 40; i++) {
		if (kit.devices[i].n_started == 1) {
			kit_answer(&kit, &kit.devices[i], COL_POLL_OK);
			break;
		}
	}
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 8);
	/* What stays silent makes room, but never for more than four times 8. */
	kit_run(&kit, 3 * NS_PER_S);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 16);
	kit_run(&kit, 12 * NS_PER_S);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 32);
	/* At half the interval: 32 time out, 7 were never started. */
	kit_run(&kit, INTERVAL_NS / 2 - 15 * NS_PER_S + 100 * NS_PER_MS);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 0);
	assert_int_equal(kit.n_batches, 40);
	assert_int_equal(stats_get(STATS_POLL_SKIPPED) - skipped, 7);
	unsigned cancelled = 0, timeouts = 0;
	for (size_t i = 0; i < kit.n_batches; i++) {
		cancelled += kit.batches[i]->status == COL_POLL_CANCELLED;
		timeouts += kit.batches[i]->status == COL_POLL_TIMEOUT;
	}
	assert_int_equal(cancelled, 7);
	assert_int_equal(timeouts, 32);
	/* Being skipped is not the device's fault. */
	struct poll_counts counts;
	poll_counts(kit.poll, &counts);
	assert_int_equal(counts.total, 40);
	assert_int_equal(counts.up, 1);
	assert_int_equal(counts.down, 0);
}

static void
dead_devices_do_not_starve_the_others(void **state)
{
	struct kit_row rows[100];
	char ids[100][16], racks[100][16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(ids[i], sizeof(ids[i]), "d%d", i);
		snprintf(racks[i], sizeof(racks[i]), "rack%d", i);
		rows[i] = (struct kit_row){ ids[i], racks[i], "fake", "a", NULL };
	}
	kit_apply(&kit, rows, 100, INTERVAL, 16);
	for (int i = 0; i < 20; i++) {
		kit_device(&kit, ids[i])->mode = KIT_HOLD;
	}
	kit_run(&kit, 12 * INTERVAL_NS);
	for (int i = 20; i < 100; i++) {
		assert_int_equal(kit_count(&kit, ids[i], COL_POLL_OK), 12);
		assert_int_equal(kit_status(&kit, ids[i]).n_late, 0);
	}
	struct poll_counts counts;
	poll_counts(kit.poll, &counts);
	assert_int_equal(counts.up, 80);
	assert_int_equal(counts.down, 20);
	for (int i = 0; i < 20; i++) {
		/* Each slot of theirs ends too, polled or not. */
		assert_in_range(kit_count(&kit, ids[i], COL_STATUS_N), 11, 12);
	}
}

static void
down_devices_are_polled_less_often_and_return_at_once(void **state)
{
	(void)state;
	kit.mode = KIT_FAIL;
	kit_apply(&kit, TWO_FEEDS + 2, 1, INTERVAL, 100);
	kit_run(&kit, 2 * INTERVAL_NS);
	assert_int_equal(kit_status(&kit, "alone").state, DEVICE_UNKNOWN);
	kit_run(&kit, INTERVAL_NS);
	struct device_status status = kit_status(&kit, "alone");
	assert_int_equal(status.state, DEVICE_DOWN);
	assert_int_equal(status.backoff, 3);
	assert_true(status.down_since.ns > 0);
	assert_string_equal(status.detail, "scripted");

	kit_run(&kit, 40 * INTERVAL_NS);
	struct kit_device *d = kit_device(&kit, "alone");
	assert_in_range(d->n_started, 3 + 40 / 5, 3 + 40 / 2);
	assert_int_equal(kit_count(&kit, "alone", COL_STATUS_N), 43);
	for (unsigned n = 1; n < d->n_started; n++) {
		int64_t gap = d->started[n] - d->started[n - 1];
		assert_true(gap % INTERVAL_NS == 0);    /* always in its phase */
		assert_in_range(gap / INTERVAL_NS, 1, 5);
	}

	d->mode = KIT_ANSWER;
	unsigned n = d->n_started;
	while (d->n_started == n) {
		kit_run(&kit, INTERVAL_NS);
	}
	status = kit_status(&kit, "alone");
	assert_int_equal(status.state, DEVICE_UP);
	assert_true(status.down_since.ns == 0);
	assert_int_equal(status.backoff, 0);
	n = d->n_started;
	kit_run(&kit, 5 * INTERVAL_NS);
	assert_int_equal(d->n_started, n + 5);
}

static void
a_wall_jump_makes_the_schedule_anew(void **state)
{
	(void)state;
	kit_apply(&kit, TWO_FEEDS + 2, 1, INTERVAL, 100);
	kit_run(&kit, 3 * INTERVAL_NS);
	assert_int_equal(kit_count(&kit, "alone", COL_POLL_OK), 3);
	clock_test_jump(kit.clock, 3600 * NS_PER_S + 17 * NS_PER_S);
	kit_run(&kit, 5 * INTERVAL_NS);
	size_t ok = kit_count(&kit, "alone", COL_POLL_OK);
	assert_in_range(ok, 8, 9);
	const struct batch *b = kit_last(&kit, "alone");
	assert_true(b->slot.ns % INTERVAL_NS == 0);
	struct wall due = { b->slot.ns + sched_phase("alone", INTERVAL_NS) };
	assert_in_range(clock_wall(kit.clock).ns - due.ns, 0, INTERVAL_NS);
	/* Back again: polling goes on, no slot is sent twice in a row. */
	clock_test_jump(kit.clock, -1800 * NS_PER_S);
	kit_run(&kit, 5 * INTERVAL_NS);
	assert_in_range(kit_count(&kit, "alone", COL_POLL_OK), ok + 4, ok + 6);
	clock_test_jump(kit.clock, -2 * NS_PER_S);
	kit_run(&kit, 5 * INTERVAL_NS);
	int64_t last = 0;
	for (size_t i = 0; i < kit.n_batches; i++) {
		assert_true(kit.batches[i]->slot.ns != last);
		last = kit.batches[i]->slot.ns;
	}
}

static void
a_thread_that_stood_still_goes_on_from_now(void **state)
{
	(void)state;
	kit_apply(&kit, TWO_FEEDS + 2, 1, INTERVAL, 100);
	kit_run(&kit, 2 * INTERVAL_NS);
	clock_test_advance(kit.clock, 20 * INTERVAL_NS);
	kit_run(&kit, 2 * INTERVAL_NS);
	/* 20 slots passed; it does not poll 20 times to catch up. */
	assert_in_range(kit_device(&kit, "alone")->n_started, 3, 5);
	assert_in_range(kit_status(&kit, "alone").n_skipped, 18, 20);
}

static void
devices_without_a_plugin_are_down_with_the_reason(void **state)
{
	static const struct kit_row rows[] = {
		{ "x", NULL, "refused", "a", NULL },
		{ "y", NULL, "nosuch", "a", NULL },
		{ "z", NULL, "fake", "a", NULL },
	};

	(void)state;
	kit.mode = KIT_REFUSE;
	kit_apply(&kit, rows, 3, INTERVAL, 100);
	kit_run(&kit, 3 * INTERVAL_NS);
	for (size_t i = 0; i < 3; i++) {
		struct device_status status = kit_status(&kit, rows[i].id);
		assert_int_equal(status.state, DEVICE_DOWN);
		assert_int_equal(kit_count(&kit, rows[i].id, COL_POLL_INTERNAL), 3);
	}
	assert_non_null(strstr(kit_status(&kit, "x").detail, "made for ABI 2.0"));
	assert_non_null(strstr(kit_status(&kit, "y").detail, "no plugin nosuch"));
	assert_string_equal(kit_status(&kit, "z").detail, "the test refuses it");
	assert_int_equal(poll_plugin_devices(kit.poll, "fake"), 1);
	assert_int_equal(poll_plugin_devices(kit.poll, "nosuch"), 1);
	assert_int_equal(poll_plugin_devices(kit.poll, "other"), 0);
}

static void
a_plugin_that_does_not_start_is_tried_again_on_reload(void **state)
{
	(void)state;
	kit.refuse_start = true;
	kit_apply(&kit, TWO_FEEDS, 3, INTERVAL, 100);
	kit_run(&kit, INTERVAL_NS);
	assert_int_equal(kit_count(&kit, "alone", COL_POLL_INTERNAL), 1);
	assert_non_null(strstr(kit_status(&kit, "alone").detail, "refused by the test"));
	kit.refuse_start = false;
	kit_apply(&kit, TWO_FEEDS, 3, INTERVAL, 100);
	kit_run(&kit, INTERVAL_NS);
	assert_int_equal(kit_count(&kit, "alone", COL_POLL_OK), 1);
	assert_int_equal(kit_status(&kit, "alone").state, DEVICE_UP);
}

static void
stopping_ends_what_is_in_flight(void **state)
{
	(void)state;
	kit.mode = KIT_HOLD;
	kit_apply(&kit, TWO_FEEDS, 3, INTERVAL, 100);
	while (stats_get(STATS_POLL_IN_FLIGHT) < 3) {
		kit_run(&kit, NS_PER_S);
		if (kit.n_batches > 6) {
			break;
		}
	}
	size_t before = kit.n_batches, in_flight =
	    (size_t)stats_get(STATS_POLL_IN_FLIGHT);
	poll_stop(kit.poll);
	assert_int_equal(kit.n_batches, before + in_flight);
	assert_int_equal(stats_get(STATS_POLL_IN_FLIGHT), 0);
	assert_int_equal(kit.n_thread_stops, 1);
	for (size_t i = 0; i < kit.n_devices; i++) {
		assert_int_equal(kit.devices[i].n_removed, 1);
	}
	struct device_status status;
	assert_int_equal(poll_device_status(kit.poll, kit_index(&kit, "alone"),
	    &status), COL_ENOENT);
}

#define TEST(name) \
	cmocka_unit_test_prestate_setup_teardown(name, kit_set_up, kit_tear_down, &kit)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_slot_brings_one_poll_in_its_phase),
		TEST(a_slewed_clock_brings_no_poll_before_its_slot),
		TEST(step_tells_when_to_come_back),
		TEST(deadline_ends_a_silent_poll),
		TEST(a_deaf_plugin_is_answered_for),
		TEST(late_calls_do_not_reach_the_next_poll),
		TEST(in_flight_is_bounded_and_the_late_are_skipped),
		TEST(dead_devices_do_not_starve_the_others),
		TEST(down_devices_are_polled_less_often_and_return_at_once),
		TEST(a_wall_jump_makes_the_schedule_anew),
		TEST(a_thread_that_stood_still_goes_on_from_now),
		TEST(devices_without_a_plugin_are_down_with_the_reason),
		TEST(a_plugin_that_does_not_start_is_tried_again_on_reload),
		TEST(stopping_ends_what_is_in_flight),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
