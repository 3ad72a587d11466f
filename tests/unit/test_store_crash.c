/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A daemon that is killed at random moments: what it has told to be accepted
 * is there afterwards, exactly, and nothing wrong beside it.  Only the daemon
 * is killed; its store process ends by its closed pipe.
 */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "store_kit.h"

#define KILLS 48
/* Few enough that all slots lie in the finest archive. */
#define SLOTS_PER_RUN 4
#define SLOTS_BEHIND 2
#define DRIVER "--driver"

extern char **environ;

/* Tells the number of each slot that is accepted on descriptor 5. */
static int
drive(const char *dir, int first, int n)
{
	struct kit kit;

	kit_init_at(&kit, dir, KIT_T0 + first * 60 + 1);
	kit.config.settings.flush_ns = 120 * NS_PER_S;
	kit.config.settings.journal_segment_bytes = 4096;
	if (kit_open(&kit) != 0) {
		return 1;
	}
	for (int i = first; i < first + n; i++) {
		kit_move(&kit, KIT_T0 + i * 60 + 5);
		kit_put_all(&kit, KIT_T0 + i * 60);
		kit_accept(&kit);
		if (write(5, &i, sizeof(i)) != sizeof(i)) {
			return 1;
		}
	}
	for (;;) {
		(void)poll(NULL, 0, -1);
	}
}

static pid_t
start(const char *dir, int first, int n, int *ret_fd)
{
	char number[16], count[16], program[256], flag[] = DRIVER, folder[64];
	char *argv[] = { program, flag, folder, number, count, NULL };
	posix_spawn_file_actions_t actions;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int fds[2];
	pid_t pid;

	assert_true(len > 0);
	program[len] = '\0';
	str_copy(folder, sizeof(folder), dir);
	str_format(number, sizeof(number), "%d", first);
	str_format(count, sizeof(count), "%d", n + SLOTS_BEHIND);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 5);
	assert_int_equal(posix_spawn(&pid, program, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	*ret_fd = fds[0];
	return pid;
}

/* Kills the driver some time after its n-th slot; returns the last one. */
static int
run_and_kill(const char *dir, int first, int n)
{
	int fd, slot = first - 1, status;
	pid_t pid = start(dir, first, n, &fd);

	for (int i = 0; i < n; i++) {
		assert_int_equal(read(fd, &slot, sizeof(slot)), sizeof(slot));
		assert_int_equal(slot, first + i);
	}
	(void)poll(NULL, 0, rand() % 4);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	/* what it told before it died */
	while (read(fd, &n, sizeof(n)) == sizeof(n)) {
		slot = n;
	}
	(void)close(fd);
	return slot;
}

static unsigned
check(struct kit *kit, const bool *accepted, int n)
{
	static const char *const METRICS[] = { "power_w", "current_a", "current_a",
		"power_w" };
	static const char *const INSTANCES[] = { "", "L1", "L2", "outlet 12" };
	unsigned n_rows = 0;

	for (uint32_t rack = 0; rack < KIT_RACKS; rack++) {
		for (unsigned k = 0; k < KIT_SLOTS; k++) {
			struct store_query query = kit_query(rack, "d0", METRICS[k],
			    INSTANCES[k], KIT_T0, KIT_T0 + n * 60);
			struct kit_answer answer = kit_read(kit, &query);

			assert_int_equal(answer.code, 0);
			assert_int_equal(answer.series.basis_s, 60);
			assert_int_equal(answer.series.n, n);
			for (int i = 0; i < n; i++) {
				bool known = answer.series.known[i] != 0;

				assert_true(known || !accepted[i]);
				assert_true(!known || fabs(answer.series.avg[i] -
				    kit_value(rack, k, KIT_T0 + i * 60)) < 1e-9);
				n_rows += known;
			}
			store_series_done(&answer.series);
		}
	}
	return n_rows;
}

static void
nothing_accepted_is_lost(void **state)
{
	static bool accepted[KILLS * (SLOTS_PER_RUN + SLOTS_BEHIND + 1)];
	struct kit *kit = *state;
	int next = 0;

	srand(20261122);
	for (int i = 0; i < KILLS; i++) {
		int last = run_and_kill(kit->dir, next, 1 + rand() % SLOTS_PER_RUN);

		for (int k = next; k <= last; k++) {
			accepted[k] = true;
		}
		/* a slot that was under way may be there, so it is left out */
		next = last + 2;
	}
	clock_test_advance(kit->clock, next * 60 * NS_PER_S);
	assert_int_equal(kit_open(kit), 0);
	(void)check(kit, accepted, next);
	kit_flush(kit);
	assert_true(check(kit, accepted, next) >= (unsigned)(KILLS * 12));
}

static int
set_up(void **state)
{
	struct kit *kit = malloc(sizeof(*kit));

	assert_non_null(kit);
	kit_init(kit);
	*state = kit;
	return 0;
}

static int
tear_down(void **state)
{
	kit_done(*state);
	free(*state);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_accepted_is_lost, set_up, tear_down),
	};
	int rc = kit_main(argc, argv);

	if (rc >= 0) {
		return rc;
	}
	if (argc == 5 && strcmp(argv[1], DRIVER) == 0) {
		return drive(argv[2], (int)strtol(argv[3], NULL, 10),
		    (int)strtol(argv[4], NULL, 10));
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
