/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue: outages, order, tries, rates, and what becomes of each message. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alert/notify_inner.h"
#include "base/str.h"
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

/* Only receiver "a" hears of anything but what is said of "b". */
static void
only_a(void)
{
	kit.config->alerting.n_receivers = 1;
}

static int64_t
fire(const char *rule, int rack, enum severity severity)
{
	char text[16];

	(void)str_format(text, sizeof(text), "r%d", rack);
	return kit_fire(&kit, rule, text, severity);
}

/* Of each group in the order in which they were made, and each key once. */
static void
check_order(const char *receiver)
{
	for (size_t i = 0; i < kit.n_log; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(kit.log[i].receiver, receiver) == 0 &&
			    strcmp(kit.log[k].receiver, receiver) == 0) {
				assert_string_not_equal(kit.log[i].key, kit.log[k].key);
			}
		}
	}
}

static void
test_a_day_of_outage(void **unused)
{
	int64_t ids[48];

	(void)unused;
	only_a();
	kit.answers[0] = KIT_DOWN;
	for (int hour = 0; hour < 24; hour++) {
		ids[2 * hour] = fire("feed-lost", hour, SEVERITY_CRITICAL);
		ids[2 * hour + 1] = fire("inlet-hot", hour, SEVERITY_WARNING);
		kit_run(&kit, 40 * KIT_MIN);
		kit_change(&kit, ids[2 * hour], CHANGE_RESOLVED);
		kit_run(&kit, 20 * KIT_MIN);
	}
	assert_int_equal(kit_n(&kit, "a"), 0);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, 8 * KIT_HOUR + 30 * KIT_MIN);
	for (int hour = 0; hour < 24; hour++) {
		/* combined: never said that it fires, since it does no longer */
		assert_int_equal(kit_count(&kit, "a", ids[2 * hour], false), 0);
		assert_int_equal(kit_count(&kit, "a", ids[2 * hour], true), 1);
		assert_true(kit_count(&kit, "a", ids[2 * hour + 1], false) >= 1);
	}
	check_order("a");
	assert_int_equal(kit_n_state(&kit, DELIVERY_QUEUED), 0);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 0);
	for (size_t i = 0; i < kit.n_log; i++) {
		for (unsigned k = 0; k < kit.log[i].n; k++) {
			if (!kit.log[i].repeat) {
				assert_true(kit_count(&kit, "a", kit.log[i].alerts[k].id,
				    kit.log[i].alerts[k].resolved) >= 1);
			}
		}
	}
}

static void
test_all_is_due_after_a_success(void **unused)
{
	(void)unused;
	only_a();
	kit.answers[0] = KIT_DOWN;
	for (int i = 0; i < 8; i++) {
		char rule[16];

		(void)str_format(rule, sizeof(rule), "rule-%d", i);
		(void)fire(rule, i, SEVERITY_CRITICAL);
		kit_run(&kit, 3 * KIT_MIN);
	}
	kit_run(&kit, 10 * KIT_HOUR);
	kit.answers[0] = KIT_OK;
	/* the first one that is tried brings all others */
	while (kit_n(&kit, "a") == 0) {
		kit_run(&kit, KIT_MIN);
	}
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 8);
}

static void
test_firing_that_may_have_arrived_is_not_rewritten(void **unused)
{
	int64_t id;
	char key[40];

	(void)unused;
	only_a();
	kit.answers[0] = KIT_HANG;
	id = fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, 18 * KIT_S);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, 10 * KIT_MIN);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_true(kit_says(&kit.log[0], id, false));
	assert_true(kit_says(&kit.log[1], id, true));
	(void)str_copy(key, sizeof(key), kit.log[0].key);
	assert_string_not_equal(key, kit.log[1].key);
}

static void
test_swallowed_comes_again_with_its_key(void **unused)
{
	(void)unused;
	only_a();
	kit.answers[0] = KIT_SWALLOW;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, 16 * KIT_S);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_string_equal(kit.log[0].key, kit.log[1].key);
}

static void
test_retry_after_is_honoured(void **unused)
{
	unsigned asked;

	(void)unused;
	only_a();
	kit.answers[0] = KIT_429;
	kit.retry_after_s = 900;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	kit.answers[0] = KIT_OK;
	asked = kit.n_asked[0];
	/* nor is another one sent meanwhile */
	(void)fire("psu-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, 14 * KIT_MIN);
	assert_int_equal(kit.n_asked[0], asked);
	kit_run(&kit, 2 * KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 2);
}

static void
test_ladder(void **unused)
{
	static const int64_t rungs_s[] = { 0, 5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800,
	    28800, 28800 };

	(void)unused;
	for (unsigned i = 0; i < 12; i++) {
		int64_t low = send_ladder(i, 0), high = send_ladder(i, UINT64_MAX);

		assert_true(low >= rungs_s[i] * KIT_S * 79 / 100);
		assert_true(high <= rungs_s[i] * KIT_S * 121 / 100);
		assert_true(rungs_s[i] == 0 || high - low > rungs_s[i] * KIT_S * 39 / 100);
	}
	only_a();
	kit.answers[0] = KIT_500;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, 30 * KIT_HOUR);
	/* 0 s … 8 h: ten tries within 16 h 43 min (and a fifth), the next one 8 h later */
	assert_in_range(kit.n_asked[0], 10, 12);
}

static void
test_too_old_is_a_dead_letter(void **unused)
{
	int64_t id;

	(void)unused;
	only_a();
	kit.receivers[0].repeat_ns = 0;
	kit.answers[0] = KIT_DOWN;
	id = fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, 73 * KIT_HOUR);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 1);
	assert_string_not_equal(kit.deliveries[0].d.error, "");
	/* it never left: nobody hears that it is over */
	kit.answers[0] = KIT_OK;
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 0);
	assert_int_equal(kit.told[0].state, ALERT_RESOLVED);
}

struct replayed { int n, code; int64_t id; };

static void
on_replayed(void *arg, int code, int64_t id)
{
	struct replayed *replayed = arg;

	replayed->n++;
	replayed->code = code;
	replayed->id = id;
}

static void
test_refused_is_a_dead_letter_and_replayed_with_its_key(void **unused)
{
	struct replayed replayed = { 0, 1, 0 };
	struct audit_entry audit = { .actor = "li", .action = "delivery_replay" };
	int64_t id;

	(void)unused;
	only_a();
	kit.answers[0] = KIT_400;
	id = fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit.n_asked[0], 1);
	assert_int_equal(kit.deliveries[0].d.state, DELIVERY_DEAD);
	assert_int_equal(kit.n_attempts, 1);
	assert_string_equal(kit.attempts[0].verdict, "refused");
	assert_int_equal(kit.attempts[0].status, 400);
	kit.answers[0] = KIT_OK;
	notify_replay(kit.notify, kit.deliveries[0].d.id, &audit, on_replayed, &replayed);
	kit_run(&kit, KIT_S);
	assert_int_equal(replayed.n, 1);
	assert_int_equal(replayed.code, 0);
	assert_true(replayed.id > kit.deliveries[0].d.id);
	assert_int_equal(kit_count(&kit, "a", id, false), 1);
	assert_string_equal(kit.log[0].key, kit.deliveries[0].d.key);
	assert_int_equal(kit.deliveries[1].d.replay_of, kit.deliveries[0].d.id);
	assert_string_equal(kit.deliveries[1].d.notice, kit.deliveries[0].d.notice);
	assert_int_equal(kit.n_audit, 1);
	notify_replay(kit.notify, 4711, &audit, on_replayed, &replayed);
	kit_run(&kit, KIT_S);
	assert_int_equal(replayed.code, COL_ENOENT);
	kit.answers[0] = KIT_DOWN;
	notify_replay(kit.notify, kit.deliveries[0].d.id, NULL, on_replayed, &replayed);
	kit_run(&kit, KIT_S);
	notify_replay(kit.notify, replayed.id, NULL, on_replayed, &replayed);
	kit_run(&kit, KIT_S);
	assert_int_equal(replayed.code, COL_EINVAL);
}

static void
test_redirect_is_not_followed(void **unused)
{
	(void)unused;
	only_a();
	kit.answers[0] = KIT_REDIRECT;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit.n_asked[0], 1);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 1);
}

static void
test_gone_disables_until_the_configuration_changes(void **unused)
{
	struct notify_receiver *items;
	int64_t id;

	(void)unused;
	only_a();
	kit.answers[0] = KIT_GONE;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit.n_asked[0], 1);
	assert_string_equal(kit.silent.receiver, "a");
	assert_true(kit.silent.silent_s >= 30 * 60);
	assert_int_equal(notify_receivers(kit.notify, &items), 1);
	assert_true(items[0].disabled);
	free(items);
	id = fire("psu-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit.n_asked[0], 1);
	kit.answers[0] = KIT_OK;
	kit.receivers[0].hash = 2;
	(void)kit_alerting(&kit);
	kit_apply(&kit);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_count(&kit, "a", id, false), 1);
	kit_run(&kit, KIT_MIN);
	assert_true(kit.silent.silent_s == 0);
}

static void
test_one_dead_receiver_delays_nobody(void **unused)
{
	int64_t ids[40];

	(void)unused;
	kit.answers[0] = KIT_HANG;
	for (int i = 0; i < 40; i++) {
		char rule[16];

		(void)str_format(rule, sizeof(rule), "rule-%d", i);
		ids[i] = fire(rule, i, SEVERITY_CRITICAL);
	}
	kit_run(&kit, 2 * KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 0);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(kit_count(&kit, "b", ids[i], false), 1);
	}
}

static void
test_digest_of_what_a_robot_cannot_take(void **unused)
{
	struct notice digest = { .n_alerts = 0 };
	int64_t into = 0;

	(void)unused;
	only_a();
	kit.receivers[0].type = RECEIVER_DINGTALK;
	kit.receivers[0].per_minute = 18;
	kit.receivers[0].burst = 5;
	kit.receivers[0].hash = 2;
	(void)kit_alerting(&kit);
	kit_apply(&kit);
	for (int i = 0; i < 60; i++) {
		char rule[16];

		(void)str_format(rule, sizeof(rule), "rule-%d", i);
		(void)fire(rule, i, SEVERITY_WARNING);
	}
	/* one that is worse goes at once, the others have waited for their groups */
	(void)fire("feed-lost", 99, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 2);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DELIVERED), 2);
	assert_int_equal(kit_n_state(&kit, DELIVERY_MERGED), 60);
	for (size_t i = 0; i < kit.n_deliveries; i++) {
		const struct delivery *d = &kit.deliveries[i].d;

		if (d->type == NOTICE_DIGEST) {
			into = d->id;
			assert_int_equal(notice_read(d->notice, strlen(d->notice), &digest),
			    0);
		}
	}
	assert_int_equal(digest.n_alerts, 10);
	assert_int_equal(digest.n_more, 50);
	notice_done(&digest);
	for (size_t i = 0; i < kit.n_deliveries; i++) {
		const struct delivery *d = &kit.deliveries[i].d;

		assert_true(d->state == DELIVERY_MERGED ? d->into == into : d->into == 0);
	}
}

static void
test_bucket(void **unused)
{
	(void)unused;
	only_a();
	kit.receivers[0].per_minute = 6;
	kit.receivers[0].burst = 2;
	kit.receivers[0].hash = 2;
	(void)kit_alerting(&kit);
	kit_apply(&kit);
	/* machines get every message, a little later */
	for (int i = 0; i < 12; i++) {
		char rule[16];

		(void)str_format(rule, sizeof(rule), "rule-%d", i);
		(void)fire(rule, i, SEVERITY_CRITICAL);
	}
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
	kit_run(&kit, 60 * KIT_S);
	assert_in_range(kit_n(&kit, "a"), 7, 9);
	kit_run(&kit, 60 * KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 12);
}

/* Memory is bounded: the oldest become a digest, even for a machine. */
static void
test_more_than_may_wait(void **unused)
{
	int64_t last = 0;

	(void)unused;
	only_a();
	kit_kill(&kit, false);
	kit.queued_max = 20;
	kit_start(&kit);
	kit.answers[0] = KIT_DOWN;
	for (int i = 0; i < 50; i++) {
		char rule[16];

		(void)str_format(rule, sizeof(rule), "rule-%d", i);
		last = fire(rule, i, SEVERITY_CRITICAL);
		kit_run(&kit, KIT_S);
		assert_true(kit_n_state(&kit, DELIVERY_QUEUED) <= 20);
	}
	assert_true(kit_n_state(&kit, DELIVERY_MERGED) >= 30);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n_state(&kit, DELIVERY_QUEUED), 0);
	assert_string_equal(kit.log[0].type, "alert.digest");
	assert_true(kit.log[0].n_more > 10);
	assert_int_equal(kit_count(&kit, "a", last, false), 1);
}

/* A hall in trouble while its receiver is away: looked through once, not squared. */
static void
test_many_alerts_of_one_group_in_an_outage(void **unused)
{
	int64_t ids[400];

	(void)unused;
	only_a();
	kit.answers[0] = KIT_DOWN;
	for (int i = 0; i < 400; i++) {
		ids[i] = fire("inlet-hot", i, SEVERITY_WARNING);
	}
	kit_run(&kit, KIT_HOUR);
	for (int i = 0; i < 400; i++) {
		kit_change(&kit, ids[i], CHANGE_RESOLVED);
	}
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n_state(&kit, DELIVERY_QUEUED), 40);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, 2 * KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 40);
	for (int i = 0; i < 400; i++) {
		assert_int_equal(kit_count(&kit, "a", ids[i], true), 1);
		assert_int_equal(kit_count(&kit, "a", ids[i], false), 0);
	}
}

static void
test_disk_that_refuses(void **unused)
{
	(void)unused;
	only_a();
	kit.put_code = COL_EIO;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_int_equal(kit.n_deliveries, 0);
	kit.put_code = COL_OK;
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DELIVERED), 1);
	assert_int_equal(kit.mark, kit.seq);
}

static void
test_nothing_flies_before_it_is_kept(void **unused)
{
	(void)unused;
	only_a();
	kit.put_late = true;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit.n_asked[0], 0);
	kit_commit(&kit);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 1);
	/* nor the next of its group before the first one's outcome is */
	(void)fire("feed-lost", 2, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit.n_asked[0], 1);
	kit_commit(&kit);
	kit_run(&kit, KIT_S);
	kit_commit(&kit);
	kit_run(&kit, KIT_S);
	assert_int_equal(kit_n(&kit, "a"), 2);
}

static void
test_receiver_that_is_not_configured_any_more(void **unused)
{
	(void)unused;
	kit.answers[0] = kit.answers[1] = KIT_DOWN;
	(void)fire("feed-lost", 1, SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	kit_alerting(&kit)->n_receivers = 1;
	kit_apply(&kit);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 1);
	assert_int_equal(kit_n_state(&kit, DELIVERY_QUEUED), 1);
	/* when it comes back it hears what fires now */
	kit.answers[0] = kit.answers[1] = KIT_OK;
	kit_alerting(&kit)->n_receivers = 2;
	kit_apply(&kit);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "b"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_a_day_of_outage),
		KIT_TEST(test_all_is_due_after_a_success),
		KIT_TEST(test_firing_that_may_have_arrived_is_not_rewritten),
		KIT_TEST(test_swallowed_comes_again_with_its_key),
		KIT_TEST(test_retry_after_is_honoured),
		KIT_TEST(test_ladder),
		KIT_TEST(test_too_old_is_a_dead_letter),
		KIT_TEST(test_refused_is_a_dead_letter_and_replayed_with_its_key),
		KIT_TEST(test_redirect_is_not_followed),
		KIT_TEST(test_gone_disables_until_the_configuration_changes),
		KIT_TEST(test_one_dead_receiver_delays_nobody),
		KIT_TEST(test_digest_of_what_a_robot_cannot_take),
		KIT_TEST(test_bucket),
		KIT_TEST(test_more_than_may_wait),
		KIT_TEST(test_many_alerts_of_one_group_in_an_outage),
		KIT_TEST(test_disk_that_refuses),
		KIT_TEST(test_nothing_flies_before_it_is_kept),
		KIT_TEST(test_receiver_that_is_not_configured_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
