/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notify as a whole: restarts, kills at any moment, tests and replays, chance. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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

static void
restart(bool arrives)
{
	kit_kill(&kit, arrives);
	kit_start(&kit);
}

static void
test_resolved_after_a_restart(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_MIN);
	restart(false);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_n(&kit, "a"), 1);
	/* it ends while nobody runs */
	kit_kill(&kit, false);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_start(&kit);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
	assert_int_equal(kit_count(&kit, "b", id, true), 1);
	assert_int_equal(kit_n(&kit, "a"), 2);
}

static void
test_resolved_that_waits_for_its_group_survives(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 1);
	assert_int_equal(kit.mark, kit.seq - 1);
	restart(false);
	kit_run(&kit, 10 * KIT_MIN);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
	assert_int_equal(kit.mark, kit.seq);
}

/* What the outbox has no more is asked of the database. */
static void
test_told_that_ended_out_of_sight(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_S);
	kit_kill(&kit, false);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit.mark = kit.seq;
	kit_start(&kit);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
}

static void
test_firing_that_waits_for_its_group_survives(void **unused)
{
	int64_t id = kit_fire(&kit, "inlet-hot", "r1", SEVERITY_WARNING);

	(void)unused;
	kit_run(&kit, 20 * KIT_S);
	restart(false);
	kit_run(&kit, 11 * KIT_S);
	assert_int_equal(kit_count(&kit, "a", id, false), 1);
}

static void
test_killed_in_flight_comes_again_with_its_key(void **unused)
{
	(void)unused;
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, 10 * NS_PER_MS);
	assert_int_equal(kit.n_asked[0], 1);
	assert_int_equal(kit_n(&kit, "a"), 0);
	restart(true);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "a"), 2);
	for (size_t i = 0; i < kit.n_log; i++) {
		if (strcmp(kit.log[i].receiver, "a") == 0) {
			assert_string_equal(kit.log[i].key, kit_last(&kit, "a")->key);
		}
	}
}

/* It may have arrived before the kill: its body must not be rewritten. */
static void
test_killed_in_flight_then_resolved(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, 10 * NS_PER_MS);
	kit.answers[0] = KIT_DOWN;
	restart(true);
	kit_run(&kit, KIT_MIN);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, 2 * KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", id, false), 2);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
	assert_true(kit_says(kit_last(&kit, "a"), id, true));
}

static void
test_new_receiver_hears_what_fires(void **unused)
{
	int64_t id;

	(void)unused;
	kit_alerting(&kit)->n_receivers = 1;
	kit_apply(&kit);
	id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_n(&kit, "b"), 0);
	kit_alerting(&kit)->n_receivers = 2;
	kit_apply(&kit);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(kit_count(&kit, "a", id, false), 1);
	assert_int_equal(kit_count(&kit, "b", id, false), 1);
}

static void
test_resolve_goes_to_the_group_that_was_told(void **unused)
{
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_MIN);
	kit_alerting(&kit)->group_by = 1u << GROUP_SEVERITY;
	kit_apply(&kit);
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
	for (size_t i = 0; i < kit.n_deliveries; i++) {
		assert_string_equal(kit.deliveries[i].d.group,
		    "rule=feed-lost site=zz1 hall=zz1-h1");
	}
}

/* ---- tests and replays ------------------------------------------------------------ */

struct tested {
	int n, code;
	unsigned attempts;
	struct attempt attempt;
	struct delivery delivery;
};

static void
on_tested(void *arg, int code, const struct delivery *delivery, const struct attempt *attempt)
{
	struct tested *tested = arg;

	tested->n++;
	tested->code = code;
	if (code == COL_OK) {
		tested->delivery = *delivery;
		tested->attempt = *attempt;
		assert_true(attempt->request != NULL || attempt->status == 0);
	}
}

static void
test_test_goes_the_way_of_all_messages(void **unused)
{
	struct tested tested = { 0 };
	struct audit_entry audit = { .actor = "li", .action = "receiver_test" };
	int64_t id = kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);

	(void)unused;
	kit_run(&kit, KIT_S);
	notify_test(kit.notify, "a", NULL, &audit, on_tested, &tested);
	kit_run(&kit, KIT_S);
	assert_int_equal(tested.n, 1);
	assert_int_equal(tested.code, 0);
	assert_int_equal(tested.attempt.status, 200);
	assert_string_equal(tested.attempt.verdict, "accepted");
	assert_int_equal(tested.delivery.state, DELIVERY_DELIVERED);
	assert_true(tested.delivery.test);
	assert_true(kit_last(&kit, "a")->test);
	assert_string_equal(kit_last(&kit, "a")->type, "test.ping");
	assert_true(kit_says(kit_last(&kit, "a"), id, false));
	assert_int_equal(kit.n_audit, 1);
	/* what was told stays as it was */
	kit_change(&kit, id, CHANGE_RESOLVED);
	kit_run(&kit, KIT_HOUR);
	assert_int_equal(kit_count(&kit, "a", id, true), 1);
}

static void
test_test_is_tried_once(void **unused)
{
	struct tested tested = { 0 };

	(void)unused;
	kit.answers[0] = KIT_500;
	notify_test(kit.notify, "a", NULL, NULL, on_tested, &tested);
	kit_run(&kit, 24 * KIT_HOUR);
	assert_int_equal(tested.n, 1);
	assert_int_equal(tested.attempt.status, 500);
	assert_int_equal(tested.delivery.state, DELIVERY_DEAD);
	assert_int_equal(kit.n_asked[0], 1);
}

static void
test_test_of_nobody_and_too_late(void **unused)
{
	struct tested tested = { 0 };

	(void)unused;
	notify_test(kit.notify, "nobody", NULL, NULL, on_tested, &tested);
	kit_run(&kit, KIT_S);
	assert_int_equal(tested.code, COL_ENOENT);
	kit.answers[0] = KIT_429;
	kit.retry_after_s = 3600;
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_S);
	notify_test(kit.notify, "a", NULL, NULL, on_tested, &tested);
	kit_run(&kit, 2 * KIT_MIN);
	assert_int_equal(tested.n, 2);
	assert_int_equal(tested.code, COL_ETIMEOUT);
	kit.answers[0] = KIT_OK;
	kit_run(&kit, 2 * KIT_HOUR);
	assert_string_equal(kit_last(&kit, "a")->type, "alert.firing");
	assert_int_equal(kit_n(&kit, "a"), 1);
}

static void
test_too_many_tests(void **unused)
{
	struct tested tested = { 0 };

	(void)unused;
	for (int i = 0; i < 17; i++) {
		notify_test(kit.notify, "a", NULL, NULL, on_tested, &tested);
	}
	assert_int_equal(tested.n, 1);
	assert_int_equal(tested.code, COL_EFULL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(tested.n, 17);
}

/* Break the template: both fail, in the same words. */
static void
test_broken_template_fails_alike(void **unused)
{
	static const struct col_node broken = { .kind = COL_NODE_SCALAR, .text = "no url" };
	struct tested tested = { 0 };

	(void)unused;
	kit.receivers[0].url = &broken;
	notify_test(kit.notify, "a", NULL, NULL, on_tested, &tested);
	(void)kit_fire(&kit, "feed-lost", "r1", SEVERITY_CRITICAL);
	kit_run(&kit, KIT_MIN);
	assert_int_equal(tested.n, 1);
	assert_int_equal(tested.delivery.state, DELIVERY_DEAD);
	assert_string_not_equal(tested.attempt.error, "");
	assert_int_equal(kit.n_asked[0], 0);
	for (size_t i = 0; i < kit.n_attempts; i++) {
		if (kit.attempts[i].status == 0) {
			assert_string_equal(kit.attempts[i].error, tested.attempt.error);
		}
	}
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 2);
}

/* ---- chance ---------------------------------------------------------------------------- */

#define SEEDS 200
#define ALERTS 400

struct story {
	uint64_t chance;
	unsigned n_unsure;              /* kills and answers that were lost */
	unsigned n_updates[ALERTS];     /* why it may be told again */
};

static unsigned
pick(struct story *story, unsigned n)
{
	story->chance = story->chance * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(story->chance >> 33) % n;
}

/* One silence at a time; it may end early. */
static void
hush(const char *rule, int64_t ns)
{
	struct silence *silence = &kit.silences[0];

	kit.n_silences = 1;
	kit.silences_number++;
	*silence = (struct silence){ .id = (int64_t)kit.silences_number,
	    .from = clock_wall(kit.clock), .until = { clock_wall(kit.clock).ns + ns } };
	(void)str_copy(silence->entity, sizeof(silence->entity), "site:zz1");
	(void)str_copy(silence->rule, sizeof(silence->rule), rule);
}

static void
act(struct story *story)
{
	static const enum kit_answer answers[] = { KIT_OK, KIT_OK, KIT_500, KIT_429, KIT_DOWN,
	    KIT_DOWN, KIT_HANG, KIT_SWALLOW };
	static const char *const rules[] = { "feed-lost", "inlet-hot", "door" };
	struct alert *alert = kit.n_open > 0 ? &kit.open[pick(story, (unsigned)kit.n_open)] :
	    NULL;
	unsigned what = pick(story, 20);
	char rack[16];

	if (what < 4 || alert == NULL) {
		(void)str_format(rack, sizeof(rack), "r%u", (unsigned)kit.next_alert);
		if (kit.next_alert < ALERTS) {
			(void)kit_fire(&kit, rules[pick(story, 3)], rack,
			    pick(story, 2) == 0 ? SEVERITY_CRITICAL : SEVERITY_WARNING);
		}
	} else if (what < 7 && !alert->flapping) {
		kit_change(&kit, alert->id, CHANGE_RESOLVED);
	} else if (what == 7) {
		kit_change(&kit, alert->id, CHANGE_COUNT);
		story->n_updates[alert->id]++;
	} else if (what == 8) {
		kit_change(&kit, alert->id, alert->acked.ns != 0 ? CHANGE_UNACKED :
		    CHANGE_ACKED);
		story->n_updates[alert->id]++;
	} else if (what == 9) {
		kit_change(&kit, alert->id, alert->under != 0 ? CHANGE_UNFOLDED :
		    CHANGE_FOLDED);
	} else if (what < 13) {
		enum kit_answer answer = answers[pick(story, 8)];

		kit.answers[pick(story, 2)] = answer;
		story->n_unsure += answer == KIT_SWALLOW ? 100 : 0;
	} else if (what == 13) {
		kit.put_late = !kit.put_late;
	} else if (what == 14) {
		kit_change(&kit, alert->id, alert->flapping ? CHANGE_STEADY :
		    CHANGE_FLAPPING);
		story->n_updates[alert->id]++;
	} else if (what == 15) {
		kit_change(&kit, alert->id, alert->state == ALERT_STALE ? CHANGE_FRESH :
		    CHANGE_STALE);
	} else if (what == 16) {
		hush(rules[pick(story, 3)], pick(story, 7200) * KIT_S);
	} else {
		story->n_unsure++;
		kit_kill(&kit, pick(story, 2) == 0);
		kit_start(&kit);
	}
	if (pick(story, 2) == 0) {
		kit_commit(&kit);
	}
	kit.retry_after_s = pick(story, 300);
	kit_run(&kit, pick(story, 3) == 0 ? pick(story, 600) * KIT_S :
	    pick(story, 2000) * NS_PER_MS);
}

/* The first arrival of each key, in order; others are duplicates. */
static size_t
firsts(const char *receiver, const struct kit_log **list, unsigned *n_twice)
{
	size_t n = 0;

	*n_twice = 0;
	for (size_t i = 0; i < kit.n_log; i++) {
		const struct kit_log *log = &kit.log[i];
		size_t k = 0;

		if (strcmp(log->receiver, receiver) != 0) {
			continue;
		}
		while (k < n && strcmp(list[k]->key, log->key) != 0) {
			k++;
		}
		if (k == n) {
			list[n++] = log;
			continue;
		}
		++*n_twice;
		/* the same words under the same key */
		assert_string_equal(list[k]->type, log->type);
		assert_int_equal(list[k]->n, log->n);
		for (unsigned a = 0; a < log->n; a++) {
			assert_int_equal(list[k]->alerts[a].id, log->alerts[a].id);
			assert_string_equal(list[k]->alerts[a].state, log->alerts[a].state);
		}
	}
	return n;
}

static const struct delivery *
delivery_of(const char *receiver, const char *key)
{
	for (size_t i = 0; i < kit.n_deliveries; i++) {
		if (strcmp(kit.deliveries[i].d.key, key) == 0 &&
		    strcmp(kit.deliveries[i].d.receiver, receiver) == 0) {
			return &kit.deliveries[i].d;
		}
	}
	fail_msg("an unknown key has arrived");
	return NULL;
}

static void
check_order(const struct kit_log **list, size_t n)
{
	static const struct delivery *made[KIT_LOG_MAX];

	for (size_t i = 0; i < n; i++) {
		made[i] = delivery_of(list[i]->receiver, list[i]->key);
		for (size_t k = 0; k < i; k++) {
			if (strcmp(made[i]->group, made[k]->group) == 0) {
				assert_true(made[k]->id < made[i]->id);
			}
		}
	}
}

static void
check_alert(const struct story *story, const struct kit_log **list, size_t n, int64_t id,
    bool is_open)
{
	unsigned n_firing = 0, n_resolved = 0;

	for (size_t i = 0; i < n; i++) {
		if (kit_says(list[i], id, false)) {
			assert_int_equal(n_resolved, 0);
			n_firing += !list[i]->repeat &&
			    strcmp(list[i]->type, "alert.firing") == 0;
		}
		n_resolved += kit_says(list[i], id, true);
	}
	assert_in_range(n_resolved, 0, 1);
	assert_in_range(n_firing, 0, 1 + story->n_updates[id]);
	if (!is_open && n_firing > 0) {
		assert_int_equal(n_resolved, 1);
	}
	if (is_open) {
		assert_true(n_firing > 0);
		assert_int_equal(n_resolved, 0);
	}
}

static void
one_story(uint64_t seed)
{
	static const struct kit_log *list[KIT_LOG_MAX];
	static const char *const names[] = { "a", "b" };
	struct story story = { .chance = seed * 2654435761u + 1 };
	unsigned n_twice;

	for (int i = 0; i < 70; i++) {
		act(&story);
	}
	kit.put_late = false;
	kit_commit(&kit);
	kit.answers[0] = kit.answers[1] = KIT_OK;
	kit.receivers[0].repeat_ns = kit.receivers[1].repeat_ns = 0;
	for (size_t i = 0; i < kit.n_open; i++) {
		if (kit.open[i].under != 0) {
			kit_change(&kit, kit.open[i].id, CHANGE_UNFOLDED);
		}
		if (kit.open[i].flapping) {
			kit_change(&kit, kit.open[i].id, CHANGE_STEADY);
		}
	}
	kit_run(&kit, 11 * KIT_HOUR);
	assert_int_equal(kit_n_state(&kit, DELIVERY_QUEUED), 0);
	assert_int_equal(kit_n_state(&kit, DELIVERY_DEAD), 0);
	assert_int_equal(kit.mark, kit.seq);
	for (unsigned r = 0; r < 2; r++) {
		size_t n = firsts(names[r], list, &n_twice);

		assert_true(n_twice <= 4 * story.n_unsure);
		check_order(list, n);
		for (int64_t id = 1; id < kit.next_alert; id++) {
			check_alert(&story, list, n, id, kit_alert(&kit, id) != NULL);
		}
	}
	for (size_t i = 0; i < kit.n_told; i++) {
		assert_true(kit.told[i].state == ALERT_RESOLVED ||
		    kit_alert(&kit, kit.told[i].alert) != NULL);
	}
}

static void
test_stories_by_chance(void **unused)
{
	const char *only = getenv("NOTIFY_SEED");

	(void)unused;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		if (only != NULL) {
			assert_int_equal(str_to_uint(only, 1, UINT64_MAX, &seed), 0);
		}
		print_message("story %llu\n", (unsigned long long)seed);
		kit_end(&kit);
		kit_begin(&kit, 2);
		one_story(seed);
		if (only != NULL) {
			return;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(test_resolved_after_a_restart),
		KIT_TEST(test_resolved_that_waits_for_its_group_survives),
		KIT_TEST(test_told_that_ended_out_of_sight),
		KIT_TEST(test_firing_that_waits_for_its_group_survives),
		KIT_TEST(test_killed_in_flight_comes_again_with_its_key),
		KIT_TEST(test_killed_in_flight_then_resolved),
		KIT_TEST(test_new_receiver_hears_what_fires),
		KIT_TEST(test_resolve_goes_to_the_group_that_was_told),
		KIT_TEST(test_test_goes_the_way_of_all_messages),
		KIT_TEST(test_test_is_tried_once),
		KIT_TEST(test_test_of_nobody_and_too_late),
		KIT_TEST(test_too_many_tests),
		KIT_TEST(test_broken_template_fails_alike),
		KIT_TEST(test_stories_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
