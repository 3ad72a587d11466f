/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader learns of the sizes that an agent bears, and what bounds it. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reader_kit.h"

static void
test_too_big_halves_and_is_remembered(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.too_big = 4;
	/* Half is not enough, so it goes on from both sides. */
	for (int i = 0; i < 10; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		assert_true(value_of(&bench, "power_w", "") == 150);
	}
	/* sysUpTime goes with them. */
	assert_true(bench.agent.n_biggest <= 4);
	tear_down(&bench);
}

/* Source: snmp_exporter issue 756: too many repetitions, no answer at all. */
static void
test_silence_about_large_walks(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.silent_over = 20;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "") == 150);
	bench.reader.must_learn = true;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(bench.agent.n_most > 0 && bench.agent.n_most <= 20);
	/* Requests may stay large: only answers to walks were. */
	assert_int_equal(bench.reader.limits.names.max, FETCH_VARBINDS_MAX);
	tear_down(&bench);
}

/*
 * An agent that drops large requests without a word looks dead: after a silent
 * poll a small request goes first, and silence after its answer means less.
 */
static void
test_silence_about_large_requests(void **state)
{
	struct bench bench;
	int n_silent = 0;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.silent_over = 4;
	while (poll_once(&bench) != COL_POLL_OK) {
		assert_true(bench.poll.status == COL_POLL_TIMEOUT ||
		    bench.poll.status == COL_POLL_PARTIAL);
		assert_true(++n_silent < 4);
	}
	assert_true(value_of(&bench, "power_w", "") == 150);
	assert_true(bench.reader.limits.names.max <= 4);
	/* A hundred good polls later it is tried with a few more. */
	bench.agent.silent_over = 0;
	for (int i = 0; i < 400; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
	}
	assert_true(bench.reader.limits.names.max > 4);
	tear_down(&bench);
}

/* What bad luck took comes back while polls are not even good. */
static void
test_small_requests_grow_again(void **state)
{
	struct bench bench;
	char many[32768] = SYSTEM;
	size_t len = strlen(many);

	(void)state;
	for (int row = 1; row <= 300; row++) {
		len += (size_t)snprintf(many + len, sizeof(many) - len,
		    "1.3.6.1.4.1.9.1.%d|2|5\n", row);
	}
	set_up(&bench, many);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.reader.limits.names = (struct fetch_limit){.max = 1};
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.reader.limits.names.max, FETCH_VARBINDS_MAX);
	/* A size that has failed is kept to, though not for good. */
	bench.reader.limits.names = (struct fetch_limit){.max = 1, .failed = 3};
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.reader.limits.names.max, 2);
	/* A poll that would need more never ends well: its answers count. */
	bench.agent.lasts_ns = 10000000;
	bench.agent.patience_ns = 300000000;
	for (int i = 0; i < 40 && poll_once(&bench) != COL_POLL_OK; i++) {
		assert_int_equal(bench.poll.status, COL_POLL_PARTIAL);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_true(bench.reader.limits.names.max > 10);
	tear_down(&bench);
}

/* The deadline cut the wait: that is not the silence of the agent. */
static void
test_the_deadline_says_nothing_of_sizes(void **state)
{
	struct bench bench;
	char many[32768] = SYSTEM;
	size_t len = strlen(many);

	(void)state;
	for (int row = 1; row <= 300; row++) {
		len += (size_t)snprintf(many + len, sizeof(many) - len,
		    "1.3.6.1.4.1.9.1.%d|2|5\n", row);
	}
	set_up(&bench, many);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.lasts_ns = 100000000;
	bench.agent.patience_ns = 350000000;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
		assert_int_equal(bench.reader.limits.names.max,
		    FETCH_VARBINDS_MAX);
	}
	bench.agent.patience_ns = 0;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	tear_down(&bench);
}

/* A dead agent is asked one small thing, and nothing is learned from it. */
static void
test_dead_agent_keeps_its_limits(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.dead = true;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
		assert_true(i == 0 || bench.agent.n_biggest == 1);
	}
	bench.agent.dead = false;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.reader.limits.names.max, FETCH_VARBINDS_MAX);
	assert_int_equal(bench.reader.limits.bulk.max, FETCH_VARBINDS_MAX);
	tear_down(&bench);
}

static void
test_endless_walks_end(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.repeats = true;
	(void)poll_once(&bench);
	assert_true(bench.agent.n_requests < 100);
	bench.agent.repeats = false;
	bench.agent.empty = true;
	(void)poll_once(&bench);
	assert_true(bench.agent.n_requests < 100);
	tear_down(&bench);
}

/* However much an agent tells, what is kept of it is bounded. */
static void
test_what_is_kept_is_bounded(void **state)
{
	static const uint8_t text[16000] = {'x'};
	struct reader_work work = {.snapshot = snapshot_new()};
	struct objid name = {8, {1, 3, 6, 1, 4, 1, 9, 0}};
	struct varbind vb = {.type = VARBIND_OCTETS, .bytes = text,
	    .len = sizeof(text)};

	(void)state;
	assert_non_null(work.snapshot);
	for (name.sub[7] = 0; name.sub[7] < FETCH_TOTAL_MAX; name.sub[7]++) {
		vb.name = objid_ref(&name);
		learn_keep(&work, &vb);
	}
	assert_true(work.too_much);
	name.sub[7] = FETCH_TOTAL_MAX - 1;
	assert_null(snapshot_get(work.snapshot, vb.name));
	name.sub[7] = 0;
	assert_int_equal(snapshot_get(work.snapshot, objid_ref(&name))->len,
	    LEARN_OCTETS_MAX);
	snapshot_free(work.snapshot);
	/* As many numbers as a walk may bring do fit. */
	work = (struct reader_work){.snapshot = snapshot_new()};
	vb = (struct varbind){.type = VARBIND_INTEGER};
	for (name.sub[7] = 0; name.sub[7] < FETCH_TOTAL_MAX; name.sub[7]++) {
		vb.name = objid_ref(&name);
		learn_keep(&work, &vb);
	}
	assert_false(work.too_much);
	name.sub[7] = FETCH_TOTAL_MAX - 1;
	assert_non_null(snapshot_get(work.snapshot, vb.name));
	snapshot_free(work.snapshot);
}

#define LIMITED "kind: pdu\nsummary: {en: x}\nmatch: [{sysobjectid: 1.3.6.1.4.1.9}]\n" \
	"limits: {varbinds: 2, bulk: false, learn: 10m}\ntables:\n" \
	"  - {index: [row], metrics: [{metric: power_w, column:" \
	" 1.3.6.1.4.1.9.1, instance: '{row}'}]}\n"

static void
test_a_profile_may_ask_for_patience(void **state)
{
	struct bench bench;

	(void)state;
	set_up_with(&bench, LIMITED, NULL, SYSTEM ROW(1, 1, 5) ROW(1, 2, 6)
	    ROW(1, 3, 7) ROW(1, 4, 8) ROW(1, 5, 9));
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.agent.n_bulk, 0);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	/* two at a time, sysUpTime beside them */
	assert_int_equal(bench.agent.n_requests, 3);
	assert_true(bench.agent.n_biggest <= 3);
	assert_true(value_of(&bench, "power_w", "5") == 9);
	assert_true(bench.reader.learn_again_ns < bench.fake.now_ns +
	    INT64_C(720000000000));
	tear_down(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_too_big_halves_and_is_remembered),
	    cmocka_unit_test(test_silence_about_large_walks),
	    cmocka_unit_test(test_silence_about_large_requests),
	    cmocka_unit_test(test_small_requests_grow_again),
	    cmocka_unit_test(test_the_deadline_says_nothing_of_sizes),
	    cmocka_unit_test(test_dead_agent_keeps_its_limits),
	    cmocka_unit_test(test_endless_walks_end),
	    cmocka_unit_test(test_what_is_kept_is_bounded),
	    cmocka_unit_test(test_a_profile_may_ask_for_patience),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
