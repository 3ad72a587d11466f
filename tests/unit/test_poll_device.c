/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "poll/device.h"

static struct device_health health;
static const struct device_key key = { "d", 1 };

/* Feeds one ending and tells the state after it. */
static enum device_state
after(enum col_status status, int64_t now_s)
{
	struct batch *batch = batch_new(0, (struct wall){ 0 }, (struct mono){ 0 });
	batch->status = status;
	batch->ended.ns = 12 * NS_PER_MS;
	str_copy(batch->detail, sizeof(batch->detail),
	    status == COL_POLL_OK ? "" : "why");
	(void)device_ended(&health, key, batch, (struct wall){ now_s * NS_PER_S });
	batch_free(batch);
	return health.state;
}

static int
set_up(void **state)
{
	(void)state;
	device_init(&health);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	device_done(&health);
	return 0;
}

static void
states_follow_the_table(void **state)
{
	static const struct {
		enum col_status status;
		enum device_state state;
	} story[] = {
		{ COL_POLL_TIMEOUT, DEVICE_UNKNOWN }, { COL_POLL_AUTH, DEVICE_UNKNOWN },
		{ COL_POLL_CANCELLED, DEVICE_UNKNOWN }, { COL_POLL_TIMEOUT, DEVICE_DOWN },
		{ COL_POLL_REPLY, DEVICE_DOWN }, { COL_POLL_CANCELLED, DEVICE_DOWN },
		{ COL_POLL_PARTIAL, DEVICE_DEGRADED }, { COL_POLL_OK, DEVICE_UP },
		{ COL_POLL_CANCELLED, DEVICE_UP }, { COL_POLL_TIMEOUT, DEVICE_DEGRADED },
		{ COL_POLL_TIMEOUT, DEVICE_DEGRADED }, { COL_POLL_OK, DEVICE_UP },
		{ COL_POLL_TIMEOUT, DEVICE_DEGRADED }, { COL_POLL_TIMEOUT, DEVICE_DEGRADED },
		{ COL_POLL_TIMEOUT, DEVICE_DOWN }, { COL_POLL_OK, DEVICE_UP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(story) / sizeof(story[0]); i++) {
		assert_int_equal(after(story[i].status, (int64_t)i + 1), story[i].state);
		if (story[i].state == DEVICE_DOWN) {
			assert_true(health.down_since.ns > 0);
		} else {
			assert_true(health.down_since.ns == 0);
		}
	}
	assert_int_equal(health.n_ok, 4);
	assert_int_equal(health.n_failed, 9);
	assert_int_equal(health.n_timeouts, 7);
	assert_true(health.last_ok.ns == 16 * NS_PER_S);
}

static void
what_was_learned_stays(void **state)
{
	struct device_status status = { .phase_ns = 5 };
	struct batch *batch = batch_new(0, (struct wall){ 0 }, (struct mono){ 0 });

	(void)state;
	str_copy(batch->profile, sizeof(batch->profile), "apc");
	str_copy(batch->credential, sizeof(batch->credential), "v3");
	(void)device_ended(&health, key, batch, (struct wall){ 1 });
	batch_free(batch);
	/* The next batch is told what is in use. */
	batch = batch_new(0, (struct wall){ 0 }, (struct mono){ 0 });
	batch->status = COL_POLL_TIMEOUT;
	str_copy(batch->detail, sizeof(batch->detail), "no answer");
	(void)device_ended(&health, key, batch, (struct wall){ 2 });
	assert_string_equal(batch->profile, "apc");
	assert_string_equal(batch->credential, "v3");
	batch_free(batch);
	device_copy(&health, &status);
	assert_string_equal(status.profile, "apc");
	assert_string_equal(status.detail, "no answer");
	assert_true(status.phase_ns == 5);
	assert_true(status.rtt_ms == 0);
	assert_int_equal(after(COL_POLL_OK, 3), DEVICE_UP);
	device_copy(&health, &status);
	assert_string_equal(status.detail, "");
	assert_true(status.rtt_ms == 12);
}

/* Counts the lines of the log with a word in them. */
static unsigned
told(FILE *logged, const char *word)
{
	char line[300];
	unsigned n = 0;

	rewind(logged);
	while (fgets(line, sizeof(line), logged) != NULL) {
		n += strstr(line, word) != NULL;
	}
	return n;
}

/* A device that is being learned is no news, one that stays so is told once. */
static void
what_is_new_is_told_late(void **state)
{
	FILE *logged = tmpfile();

	(void)state;
	assert_non_null(logged);
	log_init(LOG_TEXT, COL_LOG_INFO, fileno(logged));
	for (int i = 0; i < 9; i++) {
		assert_int_equal(after(COL_POLL_PARTIAL, i + 1), DEVICE_DEGRADED);
	}
	assert_int_equal(told(logged, "degraded"), 0);
	for (int i = 0; i < 9; i++) {
		(void)after(COL_POLL_PARTIAL, i + 10);
	}
	assert_int_equal(told(logged, "is degraded: why"), 1);
	assert_int_equal(after(COL_POLL_OK, 20), DEVICE_UP);
	assert_int_equal(told(logged, "up again"), 0);
	assert_int_equal(after(COL_POLL_PARTIAL, 21), DEVICE_DEGRADED);
	assert_int_equal(told(logged, "is degraded: why"), 2);
	assert_int_equal(after(COL_POLL_OK, 22), DEVICE_UP);
	assert_int_equal(told(logged, "up again"), 1);
	log_init(LOG_TEXT, COL_LOG_INFO, STDERR_FILENO);
	fclose(logged);
}

static void
codes_are_those_of_the_api(void **state)
{
	(void)state;
	assert_string_equal(device_state_text(DEVICE_DEGRADED), "degraded");
	assert_string_equal(device_state_text(DEVICE_UNKNOWN), "unknown");
	assert_string_equal(poll_status_code(COL_POLL_TIMEOUT), "timeout");
	assert_string_equal(poll_status_code(COL_POLL_PROFILE), "no_profile");
	assert_string_equal(poll_status_code(COL_POLL_REPLY), "bad_reply");
	for (int i = 0; i <= COL_STATUS_N; i++) {
		assert_true(poll_status_code((enum col_status)i)[0] != '\0');
	}
	assert_false(device_is_failure(COL_POLL_OK));
	assert_false(device_is_failure(COL_POLL_PARTIAL));
	assert_false(device_is_failure(COL_POLL_CANCELLED));
	assert_true(device_is_failure(COL_POLL_INTERNAL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(states_follow_the_table),
		TEST(what_was_learned_stays),
		TEST(what_is_new_is_told_late),
		TEST(codes_are_those_of_the_api),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
