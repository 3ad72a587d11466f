/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a reader learns: in parts, in turn, from several profiles. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reader_kit.h"

/* A table that takes longer than a poll is walked over several. */
static void
test_learning_goes_on_in_the_next_poll(void **state)
{
	struct bench bench;
	int n_polls = 0;

	(void)state;
	set_up(&bench, PLAIN);
	bench.reader.limits.bulk = (struct fetch_limit){.max = 1, .failed = 2};
	bench.agent.lasts_ns = 250000000;
	bench.agent.patience_ns = 1000000000;
	while (poll_once(&bench) == COL_POLL_PARTIAL && ++n_polls < 20) {
		if (n_polls == 1) {
			assert_string_equal(bench.poll.detail,
			    "still learning: 0 of 4 columns");
		}
		assert_int_equal(bench.poll.n_emits, 0);
		assert_true(bench.agent.n_requests <= 4);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_true(n_polls > 3);
	assert_true(value_of(&bench, "power_w", "") == 150);
	assert_string_equal(bench.reader.group.profiles[0]->id, "p");
	/* Now that it is known no poll is without values. */
	bench.agent.lasts_ns = 150000000;
	bench.reader.must_learn = true;
	for (n_polls = 0; bench.reader.must_learn; n_polls++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		assert_true(value_of(&bench, "power_w", "") == 150);
		assert_int_equal(bench.poll.n_emits, 1);
		assert_true(n_polls < 20);
	}
	assert_true(n_polls > 1);
	tear_down(&bench);
}

static void
test_half_learned_is_not_kept_for_good(void **state)
{
	struct bench bench;
	struct reader_work *parked;

	(void)state;
	set_up(&bench, PLAIN);
	bench.reader.limits.bulk = (struct fetch_limit){.max = 1, .failed = 2};
	bench.agent.lasts_ns = 250000000;
	bench.agent.patience_ns = 1000000000;
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	parked = bench.reader.parked;
	assert_non_null(parked);
	/* Silence keeps it for a few polls. */
	bench.agent.dead = true;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
		assert_ptr_equal(bench.reader.parked, i < 2 ? parked : NULL);
	}
	bench.agent.dead = false;
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	assert_non_null(bench.reader.parked);
	/* A device that has started anew may have other rows. */
	bench.reader.parked->uptime_ms = 2000000;
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	assert_null(bench.reader.parked);
	/* What the host cuts off is parked too, and freed with the device. */
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	fakehost_poll_clear(&bench.poll);
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	reader_cancel(&bench.reader);
	assert_non_null(bench.reader.parked);
	assert_int_equal(bench.poll.n_done, 0);
	tear_down(&bench);
}

/* While others learn, who is known gives values and who is not waits. */
static void
test_learning_is_paced(void **state)
{
	struct bench bench;
	struct reader_turns *turns;

	(void)state;
	set_up(&bench, PLAIN);
	turns = &bench.shared.turns;
	turns->begun = true;
	turns->requests = -1000000;
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	agent_serve(open_sessions);
	assert_false(open_sessions->busy);
	assert_int_equal(turns->n_waiting, 1);
	bench.fake.now_ns += 4980000000;
	reader_tick(&bench.shared);
	assert_int_equal(bench.poll.status, COL_POLL_PARTIAL);
	assert_string_equal(bench.poll.detail, "it answers, and waits for its"
	    " turn to be learned, as 0 more do");
	/* A poll that is cut off waits no longer. */
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	agent_serve(open_sessions);
	reader_cancel(&bench.reader);
	assert_int_equal(turns->n_waiting, 0);
	/* Its turn comes. */
	fakehost_poll_clear(&bench.poll);
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	agent_serve(open_sessions);
	assert_int_equal(turns->n_learning, 0);
	turns->requests = 10;
	reader_tick(&bench.shared);
	assert_int_equal(turns->n_learning, 1);
	while (!bench.poll.done) {
		agent_serve(open_sessions);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_int_equal(turns->n_learning, 0);
	assert_true(turns->requests < 10);
	/* Known by now, it gives its values instead of waiting. */
	bench.reader.must_learn = true;
	turns->requests = -1000000;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "") == 150);
	assert_int_equal(bench.agent.n_requests, 1);
	assert_true(bench.reader.must_learn);
	turns->requests = 1;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_false(bench.reader.must_learn);
	tear_down(&bench);
}

#define CHAIN "kind: pdu\nsummary: {en: x}\nmatch: [{sysobjectid: 1.3.6.1.4.1.9}]\n" \
	"info: {info_model: [{column: 1.3.6.1.4.1.9.4, each: true}]," \
	" info_serial: {column: 1.3.6.1.4.1.9.5}}\ntables:\n" \
	"  - {index: [row], metrics: [{metric: power_w, column:" \
	" 1.3.6.1.4.1.9.1, instance: '{row}'}]}\n"

static void
assert_info(const struct bench *bench, const char *metric, const char *text)
{
	for (size_t i = 0; i < bench->poll.n_infos; i++) {
		if (strcmp(bench->poll.infos[i].metric, metric) == 0) {
			assert_string_equal(bench->poll.infos[i].text, text);
			return;
		}
	}
	fail_msg("no %s", metric);
}

static void
test_each_unit_says_what_it_is(void **state)
{
	struct bench bench;

	(void)state;
	set_up_with(&bench, CHAIN, NULL, SYSTEM ROW(1, 1, 5)
	    "1.3.6.1.4.1.9.4.1|4|M1\n1.3.6.1.4.1.9.4.2|4|\n"
	    "1.3.6.1.4.1.9.4.3.1|4|M3\n1.3.6.1.4.1.9.5.1|4|S1\n"
	    "1.3.6.1.4.1.9.5.2|4|S2\n");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.poll.n_infos, 3);
	assert_info(&bench, "info_model", "M1");
	assert_info(&bench, "info_model_3_1", "M3");
	assert_info(&bench, "info_serial", "S1");
	tear_down(&bench);
}

#define ADDED "kind: switch\nsummary: {en: x}\nmatch: [{probe: 1.3.6.1.4.1.9.2," \
	" adds: [ups, pdu]}]\ninfo: {info_serial: {column: 1.3.6.1.4.1.9.5}," \
	" info_firmware: {column: 1.3.6.1.4.1.9.6}}\ntables:\n" \
	"  - index: [row]\n    instance: 'x{row}'\n    metrics:\n" \
	"      - {metric: power_w, column: 1.3.6.1.4.1.9.2}\n" \
	"      - {metric: current_a, column: 1.3.6.1.4.1.9.2}\n"

static void
test_profiles_add_themselves(void **state)
{
	struct bench bench;

	(void)state;
	set_up_with(&bench, CHAIN, ADDED, SYSTEM ROW(1, 1, 5) ROW(2, 1, 7)
	    "1.3.6.1.4.1.9.5.1|4|S1\n1.3.6.1.4.1.9.6.1|4|F1\n");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.profile, "p");
	assert_int_equal(bench.poll.layout->n, 2);
	assert_true(value_of(&bench, "power_w", "1") == 5);
	assert_true(value_of(&bench, "current_a", "x1") == 7);
	assert_info(&bench, "info_serial", "S1");
	assert_info(&bench, "info_firmware", "F1");
	assert_int_equal(bench.poll.n_infos, 2);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "current_a", "x1") == 7);
	/* without its object it stays away */
	show(&bench, SYSTEM ROW(1, 1, 5));
	(void)poll_once(&bench);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.poll.layout->n, 1);
	tear_down(&bench);
}

/* A reload in the middle of learning: what is looked for stays till the end. */
static void
test_profiles_change_while_learning(void **state)
{
	struct bench bench;
	struct profile *before[2];

	(void)state;
	set_up_with(&bench, CHAIN, ADDED, SYSTEM ROW(1, 1, 5) ROW(2, 1, 7)
	    "1.3.6.1.4.1.9.5.1|4|S1\n1.3.6.1.4.1.9.6.1|4|F1\n");
	memcpy(before, bench.list, sizeof(before));
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000,
	    &bench.poll);
	agent_serve(open_sessions);
	assert_true(open_sessions->busy);
	/* It is being asked whether ADDED's object is there. */
	assert_true(before[1]->n_refs > 1);
	bench.n_profiles = 0;
	add_profile(&bench, "p", CHAIN);
	add_profile(&bench, "q", ADDED);
	bench.shared.profiles_version++;
	profile_unref(before[0]);
	profile_unref(before[1]);
	while (!bench.poll.done) {
		assert_true(open_sessions->busy);
		agent_serve(open_sessions);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_int_equal(bench.poll.layout->n, 2);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_ptr_equal(bench.reader.group.profiles[0], bench.list[0]);
	tear_down(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_learning_goes_on_in_the_next_poll),
	    cmocka_unit_test(test_half_learned_is_not_kept_for_good),
	    cmocka_unit_test(test_learning_is_paced),
	    cmocka_unit_test(test_each_unit_says_what_it_is),
	    cmocka_unit_test(test_profiles_add_themselves),
	    cmocka_unit_test(test_profiles_change_while_learning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
