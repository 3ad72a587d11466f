/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plugin may keep, and whom its events reach. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "poll/host.h"

static struct device_event last;
static unsigned n_told;
static int answer;

static int
on_event(void *arg, const struct device_event *event)
{
	assert_ptr_equal(arg, &last);
	n_told++;
	last = *event;
	return answer;
}

static struct host
make(const char *store_dir)
{
	struct host host;

	host_init(&host, "fake", clock_real(), NULL);
	host.store_dir = store_dir;
	n_told = 0;
	answer = 0;
	return host;
}

static void
a_plugin_has_a_folder_of_its_own(void **state)
{
	char dir[] = "/tmp/collectord-host-XXXXXX", want[100], path[100] = "as it was";
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	struct host host = make(dir);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(host.col.folder(&host.col, path, sizeof(path)), 0);
	}
	(void)snprintf(want, sizeof(want), "%s/plugins/fake", dir);
	assert_string_equal(path, want);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(host.col.folder(&host.col, want, strlen(path)), COL_ERANGE);
	assert_int_equal(rmdir(path), 0);
	/* what stands there and is no folder is not followed */
	assert_int_equal(symlink("/", path), 0);
	assert_int_equal(host.col.folder(&host.col, want, sizeof(want)), COL_EIO);
	assert_int_equal(unlink(path), 0);
	host_done(&host);
	(void)snprintf(want, sizeof(want), "%s/plugins", dir);
	assert_int_equal(rmdir(want), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void
without_a_store_there_is_none(void **state)
{
	char path[16] = "as it was";
	struct host host = make(NULL);

	(void)state;
	assert_int_equal(host.col.folder(&host.col, path, sizeof(path)), COL_ENOTSUP);
	assert_string_equal(path, "as it was");
	host_done(&host);
}

static void
events_reach_their_sink(void **state)
{
	struct host host = make(NULL);
	struct col_event event = { .size = sizeof(event), .id = 3,
		.time_ns = COL_TIME_UNKNOWN, .skew_ns = COL_TIME_UNKNOWN,
		.severity = COL_SEVERITY_WARNING, .code = "fan_failure",
		.text = "A fan\nhas failed" };

	(void)state;
	assert_int_equal(host.col.event(&host.col, "b1", &event), COL_ENOTSUP);
	host.events = (struct event_sink){ on_event, &last };
	assert_int_equal(host.col.event(&host.col, "b1", &event), 0);
	assert_int_equal(n_told, 1);
	assert_string_equal(last.device, "b1");
	assert_string_equal(last.text, "A fan has failed");
	assert_true(last.seen.ns > 0);
	answer = COL_EFULL;
	assert_int_equal(host.col.event(&host.col, "b1", &event), COL_EFULL);
	event.code = "Fan failure";
	assert_int_equal(host.col.event(&host.col, "b1", &event), COL_EINVAL);
	assert_int_equal(n_told, 2);
	host_done(&host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plugin_has_a_folder_of_its_own),
		cmocka_unit_test(without_a_store_there_is_none),
		cmocka_unit_test(events_reach_their_sink),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
