/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heartbeat, canary, and receivers that accept nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "model/inventory.h"
#include "notify_kit.h"

static struct kit kit;

static int
set_up(void **unused)
{
	(void)unused;
	kit_begin(&kit, 2);
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

static unsigned
count_type(const char *receiver, const char *type)
{
	unsigned n = 0;

	for (size_t i = 0; i < kit.n_log; i++) {
		n += strcmp(kit.log[i].receiver, receiver) == 0 &&
		    strcmp(kit.log[i].type, type) == 0;
	}
	return n;
}

static void
test_heartbeat(void **unused)
{
	struct alerting *alerting = kit_alerting(&kit);

	(void)unused;
	alerting->heartbeat = "b";
	alerting->heartbeat_ns = KIT_MIN;
	kit_apply(&kit);
	kit_run(&kit, 10 * KIT_MIN - KIT_S);
	assert_int_equal(count_type("b", "collector.heartbeat"), 10);
	assert_int_equal(kit_n(&kit, "a"), 0);
	/* a missing one is the message: it is neither kept nor tried again */
	kit.answers[1] = KIT_DOWN;
	kit_run(&kit, 5 * KIT_MIN);
	kit.answers[1] = KIT_OK;
	kit_run(&kit, 50 * KIT_S);
	assert_int_equal(count_type("b", "collector.heartbeat"), 11);
	assert_int_equal(kit.n_deliveries, 0);
	/* one that hangs is not sent again beside itself */
	kit.answers[1] = KIT_HANG;
	alerting = kit_alerting(&kit);
	alerting->heartbeat_ns = 5 * KIT_S;
	kit_apply(&kit);
	kit_run(&kit, KIT_MIN);
	assert_in_range(kit.n_asked[1], 16, 23);
}

/* In Henan it is 08:00 at midnight UTC, which is when the kit begins. */
static void
test_canary_of_the_provinces_day(void **unused)
{
	struct inventory *inventory = inventory_new();
	struct notify_canary canary;

	(void)unused;
	inventory->timezone = "Asia/Shanghai";
	inventory_seal(inventory);
	kit_alerting(&kit)->canary_minute = 9 * 60 + 30;
	kit.config->inventory = inventory;
	kit_apply(&kit);
	kit_run(&kit, 89 * KIT_MIN);
	assert_int_equal(kit.n_log, 0);
	kit.answers[1] = KIT_DOWN;
	kit_run(&kit, 2 * KIT_MIN);
	assert_int_equal(count_type("a", "collector.canary"), 1);
	notify_canary(kit.notify, &canary);
	assert_int_equal(canary.sent.ns, 20000 * 24 * KIT_HOUR + 90 * KIT_MIN);
	assert_int_equal(canary.n_receivers, 2);
	assert_int_equal(canary.n_confirmed, 1);
	assert_int_equal(canary.confirmed.ns, 0);
	kit.answers[1] = KIT_OK;
	kit_run(&kit, KIT_HOUR);
	notify_canary(kit.notify, &canary);
	assert_int_equal(canary.n_confirmed, 2);
	assert_true(canary.confirmed.ns > canary.sent.ns);
	kit_run(&kit, 46 * KIT_HOUR);
	assert_int_equal(count_type("a", "collector.canary"), 2);
	kit_run(&kit, 2 * KIT_HOUR);
	assert_int_equal(count_type("a", "collector.canary"), 3);
	assert_int_equal(count_type("b", "collector.canary"), 3);
}

/* What was not accepted in a day makes room for the next one. */
static void
test_canary_that_nobody_takes(void **unused)
{
	(void)unused;
	kit_alerting(&kit)->canary_minute = 60;
	kit_apply(&kit);
	kit.answers[0] = KIT_DOWN;
	kit_run(&kit, 50 * KIT_HOUR);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 2);
	assert_int_equal(kit_n_state(&kit, DELIVERY_QUEUED), 1);
	assert_int_equal(count_type("b", "collector.canary"), 3);
}

static void
test_receiver_that_accepts_nothing(void **unused)
{
	(void)unused;
	kit.answers[0] = KIT_500;
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, 29 * KIT_MIN);
	/* after the start each is well at first, what was said before may be over */
	assert_true(kit.silent.silent_s == 0);
	kit.n_silent = 0;
	kit_run(&kit, 2 * KIT_MIN);
	assert_true(kit.n_silent >= 1);
	assert_string_equal(kit.silent.receiver, "a");
	assert_true(kit.silent.silent_s >= 30 * 60);
	kit_run(&kit, KIT_HOUR);
	assert_true(kit.silent.silent_s >= 89 * 60);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, 3 * KIT_HOUR);
	assert_true(kit.silent.silent_s == 0);
	kit.n_silent = 0;
	/* nothing to send is no silence */
	kit_run(&kit, 3 * KIT_HOUR);
	assert_int_equal(kit.n_silent, 0);
}

static void
test_how_receivers_fare(void **unused)
{
	struct notify_receiver *items, *a;

	(void)unused;
	kit.answers[0] = KIT_DOWN;
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(notify_receivers(kit.notify, &items), 2);
	a = strcmp(items[0].name, "a") == 0 ? &items[0] : &items[1];
	assert_int_equal(a->n_queued, 1);
	assert_true(a->n_attempts >= 2);
	assert_int_equal(a->accepted.ns, 0);
	assert_true(a->failed.ns > 0);
	assert_string_equal(a->error, "connection refused");
	assert_true(a->next_try.ns > clock_wall(kit.clock).ns);
	free(items);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(notify_receivers(kit.notify, &items), 2);
	a = strcmp(items[0].name, "a") == 0 ? &items[0] : &items[1];
	assert_int_equal(a->n_queued, 0);
	assert_int_equal(a->n_delivered, 1);
	assert_true(a->accepted.ns > a->failed.ns);
	assert_string_equal(a->error, "");
	assert_int_equal(a->next_try.ns, 0);
	free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_heartbeat),
		KIT_TEST(test_canary_of_the_provinces_day),
		KIT_TEST(test_canary_that_nobody_takes),
		KIT_TEST(test_receiver_that_accepts_nothing),
		KIT_TEST(test_how_receivers_fare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
