/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon with its threads, by the clock of this machine: it stops at any
 * instant, which sanitizers see better than an exit status does. */
#include <config.h>

#include "daemon.h"

#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/stats.h"
#include "base/str.h"

#define N_RACKS 120
#define WAIT_S 180

static char program[1024], dir[64], config_file[128];

static const char CONFIG[] =
    "province: {id: henan, name: {en: Henan, zh: 河南省}, timezone: Asia/Shanghai}\n"
    "poll: {interval: 2s, threads: 2}\n"
    "store: {dir: \"%1$s/data\", flush: 1m}\n"
    "plugin_dir: \"%1$s/plugins\"\n"
    "http: {listen: \"127.0.0.1:0\"}\n"
    "areas: [{id: \"410100\", name: {en: Zhengzhou}}]\n"
    "sites: [{id: zz1, area: \"410100\", name: {en: Site 1}}]\n"
    "halls: [{id: zz1-h1, site: zz1, design_kw: 1200}]\n"
    "templates: {std: {units: 42, design_kw: 6, feeds: {A: {breaker_a: 32, phases: 1, "
    "volts: 220}}}}\n"
    "rows:\n"
    "  - {id: r1, hall: zz1-h1, template: std, state: in_service, since: 2025-06-01, "
    "racks: [A001..A%2$03d], devices: {pdu-a: {feed: A, plugin: replay, address: x, "
    "readings: [{metric: power_w, value: 1500}]}}}\n";

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
set_up(void **state)
{
	const char *build = getenv("top_builddir");
	char from[1024], plugins[128], to[256];
	FILE *file;

	(void)state;
	(void)str_copy(dir, sizeof(dir), "/tmp/test-daemon-XXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)str_format(from, sizeof(from), "%s/plugins/replay/.libs/replay.so",
	    build != NULL ? build : ".");
	(void)str_format(plugins, sizeof(plugins), "%s/plugins", dir);
	(void)str_format(to, sizeof(to), "%s/replay.so", plugins);
	char *whole = realpath(from, NULL);
	assert_non_null(whole);
	assert_int_equal(mkdir(plugins, 0700), 0);
	assert_int_equal(symlink(whole, to), 0);
	free(whole);
	(void)str_format(config_file, sizeof(config_file), "%s/collectord.yaml", dir);
	file = fopen(config_file, "w");
	assert_non_null(file);
	(void)fprintf(file, CONFIG, dir, N_RACKS);
	return fclose(file);
}

static int
tear_down(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct daemon *
start(void)
{
	struct daemon_setup setup = { .clock = clock_real(), .program = program,
		.config_file = config_file, .threads = true };
	struct col_error error = { 0 };
	struct daemon *daemon = NULL;

	if (daemon_start(&setup, &daemon, &error) != 0) {
		fail_msg("the daemon does not start: %s", error.text);
	}
	return daemon;
}

static void
wait_for_more(enum stats_id id, int64_t than)
{
	int64_t limit = clock_mono(clock_real()).ns + WAIT_S * NS_PER_S;

	while (stats_get(id) <= than) {
		assert_true(clock_mono(clock_real()).ns < limit);
		(void)poll(NULL, 0, 1);
	}
}

/* What was just polled is then still to be synced: the syncer runs while all
 * others have ended, and wakes STORE when it has done. */
static void
stops_while_samples_are_on_their_way(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		int64_t polls = stats_get(STATS_POLL_OK);
		int64_t accepted = stats_get(STATS_STORE_ACCEPTED);
		struct daemon *daemon = start();

		wait_for_more(STATS_POLL_OK, polls);
		polls = stats_get(STATS_POLL_OK) - polls;
		daemon_stop(daemon);
		/* none of them is lost */
		assert_true(stats_get(STATS_STORE_ACCEPTED) - accepted >= polls);
	}
}

static void
stops_right_after_a_reload(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		int64_t reloads = stats_get(STATS_CONFIG_RELOADS);
		struct daemon *daemon = start();

		daemon_reload(daemon);
		daemon_reload(daemon);
		assert_int_equal(stats_get(STATS_CONFIG_RELOADS) - reloads, 2);
		daemon_stop(daemon);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stops_while_samples_are_on_their_way,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(stops_right_after_a_reload, set_up,
		    tear_down),
	};
	ssize_t n;

	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[n > 0 ? n : 0] = '\0';
	return cmocka_run_group_tests(tests, NULL, NULL);
}
