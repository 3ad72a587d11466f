/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups: who is told what, when, and what is not said. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "notify_kit.h"

static struct kit kit;

static int
set_up(void **unused)
{
	(void)unused;
	kit_begin(&kit, 1);
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	kit_end(&kit);
	return 0;
}
#define KIT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void
test_critical_is_told_at_once(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_string_equal(kit_last(&kit, "a")->type, "alert.firing");
	assert_int_equal(kit_count(&kit, "a", id, false), 1);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
}

static void
test_others_wait_for_their_group(void **unused)
{
	int64_t first = kit_fire(&kit, "inlet-hot", "r1", SEVERITY_WARNING), second, third;

	(void)unused;
	kit_run(&kit, 29 * KIT_S);
	second = kit_fire(&kit, "inlet-hot", "r2", SEVERITY_WARNING);
	assert_int_equal(kit_n(&kit, "a"), 0);
	kit_run(&kit, 2 * KIT_S);
	/* the second has not waited for its own 30 s */
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_true(kit_says(kit_last(&kit, "a"), first, false));
	assert_false(kit_says(kit_last(&kit, "a"), second, false));
	third = kit_fire(&kit, "inlet-hot", "r3", SEVERITY_WARNING);
	kit_run(&kit, 4 * KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 1);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_true(kit_says(kit_last(&kit, "a"), second, false));
	assert_true(kit_says(kit_last(&kit, "a"), third, false));
	assert_int_equal(kit_last(&kit, "a")->n, 2);
}

static void
test_what_ends_within_the_wait_is_not_told(void **unused)
{
	int64_t id = kit_fire(&kit, "inlet-hot", "r1", SEVERITY_WARNING);

	(void)unused;
	kit_run(&kit, 20 * KIT_S);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 0);
	assert_int_equal(kit.n_deliveries, 0);
	assert_int_equal(kit.mark, kit.seq);
}

static void
test_resolved_is_told_to_whom_firing_was(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_HOUR);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_string_equal(kit_last(&kit, "a")->type, "alert.resolved");
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
	assert_int_equal(kit.told[0].state, ALERT_RESOLVED);
	assert_int_equal(kit.mark, kit.seq);
}

static void
test_receiver_that_wants_no_resolved(void **unused)
{
	int64_t id;

	(void)unused;
	kit.receivers[0].send_resolved = false;
	id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_int_equal(kit.told[0].state, ALERT_RESOLVED);
}

static void
test_new_critical_does_not_wait_for_the_interval(void **unused)
{
	int64_t second;

	(void)unused;
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	second = kit_fire(&kit, "feed-lost", "r2", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_int_equal(kit_last(&kit, "a")->n, 1);
	assert_true(kit_says(kit_last(&kit, "a"), second, false));
}

static void
test_repeat_is_marked(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, 4 * KIT_HOUR - KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_false(kit_last(&kit, "a")->repeat);
	kit_run(&kit, 2 * KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_true(kit_last(&kit, "a")->repeat);
	assert_true(kit_says(kit_last(&kit, "a"), id, false));
	kit_run(&kit, 4 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 3);
	/* whoever has acknowledged it knows */
	kit_change(&kit, id, CHANGE_ACKED);
	kit_run(&kit, 12 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 4);
	assert_string_equal(kit_last(&kit, "a")->type, "alert.acknowledged");
}

static void
test_repeat_never(void **unused)
{
	(void)unused;
	kit.receivers[0].repeat_ns = 0;
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, 100 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
}

/* What it is not told again it takes for resolved. */
static void
test_alertmanager_hears_of_all_that_fires(void **unused)
{
	int64_t id;
	size_t n_repeats = 0;

	(void)unused;
	kit.receivers[0].type = RECEIVER_ALERTMANAGER;
	kit.receivers[0].hash = 2;
	(void)kit_alerting(&kit);
	kit_apply(&kit);
	id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	kit_change(&kit, id, CHANGE_ACKED);
	kit_change(&kit, id, CHANGE_FOLDED);
	kit_run(&kit, 17 * KIT_HOUR);
	for (size_t i = 0; i < kit.n_deliveries; i++) {
		n_repeats += kit.deliveries[i].d.repeat;
	}
	assert_int_equal(n_repeats, 4);
}

static void
test_acknowledged_is_told_to_whom_firing_was(void **unused)
{
	int64_t told = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	int64_t waits = kit_fire(&kit, "inlet-hot", "r1", SEVERITY_WARNING);

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_change(&kit, told, CHANGE_ACKED);
	kit_change(&kit, waits, CHANGE_ACKED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_string_equal(kit_last(&kit, "a")->type, "alert.acknowledged");
	assert_true(kit_says(kit_last(&kit, "a"), told, false));
	assert_false(kit_says(kit_last(&kit, "a"), waits, false));
	/* taken back: nothing is said, and the next one is */
	kit_change(&kit, told, CHANGE_UNACKED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	kit_change(&kit, told, CHANGE_ACKED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 3);
}

static void
test_folded_and_count(void **unused)
{
	int64_t node = kit_fire(&kit, "supply", "row1", SEVERITY_CRITICAL), member;

	(void)unused;
	kit_run(&kit, KIT_S);
	member = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_change(&kit, member, CHANGE_FOLDED);
	kit_change(&kit, node, CHANGE_COUNT);
	kit_change(&kit, node, CHANGE_COUNT);
	kit_run(&kit, 4 * KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 1);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_int_equal(kit_last(&kit, "a")->alerts[0].count, 2);
	kit_change(&kit, member, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 2);
	/* it speaks for itself when nothing is above it any more */
	member = kit_fire(&kit, "feed-lost", "r2", SEVERITY_CRITICAL);
	kit_change(&kit, member, CHANGE_FOLDED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 2);
	kit_change(&kit, member, CHANGE_UNFOLDED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_count(&kit, "a", member, false), 1);
}

static void
test_folded_after_it_was_told_is_resolved_as_usual(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_change(&kit, id, CHANGE_FOLDED);
	kit_run(&kit, 10 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
}

static void
test_stale_is_said_by_the_next_message(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_change(&kit, id, CHANGE_STALE);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
	kit_run(&kit, 4 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_string_equal(kit_last(&kit, "a")->alerts[0].state, "stale");
	assert_string_equal(kit_last(&kit, "a")->type, "alert.firing");
}

static void
test_flapping_is_told_once_and_when_it_is_steady(void **unused)
{
	int64_t id = kit_fire(&kit, "door", "r1", SEVERITY_CRITICAL), later = 0;

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_change(&kit, id, CHANGE_FLAPPING);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_true(kit_last(&kit, "a")->alerts[0].flapping);
	for (int i = 0; i < 5; i++) {
		kit_change(&kit, later != 0 ? later : id, CHANGE_RESOLVED);
		kit_run(&kit, 2 * KIT_MIN);
		later = kit_fire(&kit, "door", "r1", SEVERITY_CRITICAL);
		kit_alert(&kit, later)->flapping = true;
		kit_change(&kit, later, CHANGE_FRESH);
		kit_run(&kit, 2 * KIT_MIN);
	}
	/* each began a moment before it was known to flap, and was told of by then */
	kit_run(&kit, KIT_HOUR);
	kit_change(&kit, later, CHANGE_STEADY);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
	assert_int_equal(kit_count(&kit, "a", later, false), 1);
	assert_int_equal(kit_n(&kit, "a"), 4);
	kit_change(&kit, later, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", later, true), 1);
}

static void
test_fires_again_after_its_resolve(void **unused)
{
	int64_t first = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL), again;
	size_t over = 0, fires = 0;

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_change(&kit, first, CHANGE_RESOLVED);
	kit_run(&kit, KIT_S);
	again = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 3);
	for (size_t i = 0; i < kit.n_log; i++) {
		over = kit_says(&kit.log[i], first, true) ? i : over;
		fires = kit_says(&kit.log[i], again, false) ? i : fires;
	}
	assert_true(over < fires);
}

static void
test_silenced_is_told_when_the_silence_ends(void **unused)
{
	int64_t id, other;

	(void)unused;
	kit.silences[0] = (struct silence){ .id = 1, .from = clock_wall(kit.clock),
	    .until = { clock_wall(kit.clock).ns + 2 * KIT_HOUR } };
	(void)str_copy(kit.silences[0].entity, ALERT_ENTITY_SIZE, "hall:zz1-h1");
	kit.n_silences = 1;
	kit.silences_number++;
	id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	other = kit_fire(&kit, "feed-lost", "r2", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_HOUR);
	kit_change(&kit, other, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR - KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 0);
	kit_run(&kit, 2 * KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_true(kit_says(kit_last(&kit, "a"), id, false));
	assert_int_equal(kit_last(&kit, "a")->n, 1);
}

static void
test_silence_that_is_ended_early(void **unused)
{
	int64_t told = kit_fire(&kit, "feed-lost", "r9", SEVERITY_CRITICAL), id;

	(void)unused;
	kit_run(&kit, KIT_S);
	kit.silences[0] = (struct silence){ .id = 1, .from = clock_wall(kit.clock),
	    .until = { clock_wall(kit.clock).ns + 50 * KIT_HOUR } };
	(void)str_copy(kit.silences[0].entity, ALERT_ENTITY_SIZE, "site:zz1");
	kit.n_silences = 1;
	kit.silences_number++;
	id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	/* no repeats; that something is over is told all the same */
	kit_run(&kit, 10 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
	kit_change(&kit, told, CHANGE_RESOLVED);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_count(&kit, "a", told, true), 1);
	kit.silences[0].ended = clock_wall(kit.clock);
	kit.silences_number++;
	kit_run(&kit, 5 * KIT_S);
	assert_int_equal(kit_count(&kit, "a", id, false), 1);
}

static void
test_many_alerts_come_in_parts(void **unused)
{
	int64_t ids[25];

	(void)unused;
	for (int i = 0; i < 25; i++) {
		char rack[8];

		(void)str_format(rack, sizeof(rack), "r%d", i);
		ids[i] = kit_fire(&kit, "inlet-hot", rack, SEVERITY_WARNING);
	}
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 3);
	for (int i = 0; i < 25; i++) {
		assert_int_equal(kit_count(&kit, "a", ids[i], false), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_critical_is_told_at_once),
		KIT_TEST(test_others_wait_for_their_group),
		KIT_TEST(test_what_ends_within_the_wait_is_not_told),
		KIT_TEST(test_resolved_is_told_to_whom_firing_was),
		KIT_TEST(test_receiver_that_wants_no_resolved),
		KIT_TEST(test_new_critical_does_not_wait_for_the_interval),
		KIT_TEST(test_repeat_is_marked),
		KIT_TEST(test_repeat_never),
		KIT_TEST(test_alertmanager_hears_of_all_that_fires),
		KIT_TEST(test_acknowledged_is_told_to_whom_firing_was),
		KIT_TEST(test_folded_and_count),
		KIT_TEST(test_folded_after_it_was_told_is_resolved_as_usual),
		KIT_TEST(test_stale_is_said_by_the_next_message),
		KIT_TEST(test_flapping_is_told_once_and_when_it_is_steady),
		KIT_TEST(test_fires_again_after_its_resolve),
		KIT_TEST(test_silenced_is_told_when_the_silence_ends),
		KIT_TEST(test_silence_that_is_ended_early),
		KIT_TEST(test_many_alerts_come_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
