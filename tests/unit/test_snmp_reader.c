/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole polls over a scripted engine: values, errors, credentials. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_yaml.h"
#include "reader_kit.h"

static void
test_learns_then_reads(void **state)
{
	struct bench bench;
	const struct col_layout *layout;

	(void)state;
	set_up(&bench, PLAIN);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		assert_true(value_of(&bench, "power_w", "outlet 1") == 100);
		assert_true(value_of(&bench, "power_w", "") == 150);
		assert_true(value_of(&bench, "current_a", "outlet 1") == 1.5);
		assert_true(value_of(&bench, "frequency_hz", "") == 50);
		assert_int_equal(quality_of(&bench, "power_w", "outlet 2"),
		    COL_UNAVAILABLE);
		assert_int_equal(quality_of(&bench, "current_a", "outlet 3"),
		    COL_UNAVAILABLE);
		assert_int_equal(bench.poll.uptime_ms, 1000000);
		if (i == 0) {
			layout = bench.poll.layout;
			assert_string_equal(bench.poll.profile, "p");
			assert_string_equal(bench.poll.infos[0].text, "M1");
		}
		assert_ptr_equal(bench.poll.layout, layout);
	}
	/* A learned device costs one request. */
	assert_int_equal(bench.agent.n_requests, 1);
	tear_down(&bench);
}

static void
test_v1_misses_are_left_out(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, SYSTEM ROW(1, 1, 100) ROW(2, 1, 15));
	bench.agent.v1 = true;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(fakehost_slot(&bench.poll, "frequency_hz", ""), -1);
	assert_true(value_of(&bench, "power_w", "outlet 1") == 100);
	tear_down(&bench);
}

static void
test_a_lost_row_is_an_error_then_learned(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	show(&bench, SYSTEM ROW(1, 1, 90) ROW(1, 4, 10) ROW(9, 0, 499));
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	assert_int_equal(quality_of(&bench, "power_w", "outlet 3"), COL_ERROR);
	/* A sum with a hole is no sum. */
	assert_int_equal(quality_of(&bench, "power_w", ""), COL_ERROR);
	assert_true(value_of(&bench, "power_w", "outlet 1") == 90);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "") == 100);
	assert_int_equal(fakehost_slot(&bench.poll, "power_w", "outlet 3"), -1);
	tear_down(&bench);
}

static void
test_a_reboot_is_learned_anew(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	show(&bench, "1.3.6.1.2.1.1.1.0|4|Test\n1.3.6.1.2.1.1.2.0|6|"
	    "1.3.6.1.4.1.9.7\n1.3.6.1.2.1.1.3.0|67|500\n" ROW(1, 1, 1)
	    ROW(1, 2, 2) ROW(1, 3, 3) ROW(2, 1, 1) ROW(2, 3, 1) ROW(9, 0, 500)
	    ROW(1, 8, 8));
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(fakehost_slot(&bench.poll, "power_w", "outlet 8"), -1);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "outlet 8") == 8);
	tear_down(&bench);
}

/* What cannot be loaded is passed over; alone it says why. */
static void
test_unusable_credentials(void **state)
{
	struct bench bench;
	struct col_device device = {.size = sizeof(device), .id = "d",
	    .address = "127.0.0.1", .profile = "auto"};
	struct col_node *bad = yamltree_parse(
	    "{version: 2c, community: {file: /nonexistent/x}}", "c.yaml");
	struct col_credential credentials[2] = {{.id = "bad", .node = bad}};
	struct col_error error;

	(void)state;
	set_up(&bench, PLAIN);
	reader_done(&bench.reader);
	credentials[1] = bench.credentials[0];
	device.credentials = credentials;
	device.n_credentials = 2;
	assert_int_equal(reader_init(&bench.reader, &bench.shared, &device,
	    &error), 0);
	reader_use(&bench.reader, &agent_ops, &bench.agent);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.credential, "first");
	reader_done(&bench.reader);
	device.n_credentials = 1;
	assert_int_equal(reader_init(&bench.reader, &bench.shared, &device,
	    &error), 0);
	reader_use(&bench.reader, &agent_ops, &bench.agent);
	assert_int_equal(poll_once(&bench), COL_POLL_AUTH);
	assert_string_equal(bench.poll.detail, "cannot read the secret");
	tear_down(&bench);
	yamltree_free(bad);
}

/* There are as many as devices. */
static void
test_reader_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct reader) <= 1024);
}

static void
test_the_credential_that_works_is_kept(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.answers_to = "second";
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.credential, "second");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.agent.n_requests, 1);
	/* Rotation: the other one again, told at once. */
	bench.agent.answers_to = "first";
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.credential, "first");
	bench.agent.answers_to = "nobody";
	assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
	assert_string_equal(bench.poll.detail, "no answer");
	assert_int_equal(bench.poll.n_emits, 0);
	bench.agent.refuses = true;
	assert_int_equal(poll_once(&bench), COL_POLL_AUTH);
	tear_down(&bench);
}

static void
test_no_profile_says_what_it_is(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, "1.3.6.1.2.1.1.1.0|4|Toaster\x1b[2J\n"
	    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8\n");
	assert_int_equal(poll_once(&bench), COL_POLL_PROFILE);
	assert_non_null(strstr(bench.poll.detail, "1.3.6.1.4.1.8"));
	assert_non_null(strstr(bench.poll.detail, "'Toaster [2J'"));
	show(&bench, SYSTEM);
	assert_int_equal(poll_once(&bench), COL_POLL_PROFILE);
	assert_non_null(strstr(bench.poll.detail, "none of the profile's"));
	tear_down(&bench);
}

static void
test_cancel_is_silent(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000,
	    &bench.poll);
	reader_cancel(&bench.reader);
	assert_false(open_sessions->busy);
	assert_int_equal(bench.poll.n_done, 0);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	tear_down(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_learns_then_reads),
	    cmocka_unit_test(test_v1_misses_are_left_out),
	    cmocka_unit_test(test_a_lost_row_is_an_error_then_learned),
	    cmocka_unit_test(test_a_reboot_is_learned_anew),
	    cmocka_unit_test(test_unusable_credentials),
	    cmocka_unit_test(test_reader_is_small),
	    cmocka_unit_test(test_the_credential_that_works_is_kept),
	    cmocka_unit_test(test_no_profile_says_what_it_is),
	    cmocka_unit_test(test_cancel_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
