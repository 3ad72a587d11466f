/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Killed at any moment: an episode and its row of the outbox are both there or
 * neither, the mark and what was made of the outbox up to it, too, and nothing
 * that was answered is missing.  An argument says how many kills (20).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "state/deliveries.h"
#include "state/own.h"
#include "state_kit.h"

#define BATCH_MAX 20
#define KILLS_OF_ONE 20    /* of one database, lest it grows */

static unsigned n_kills = 20;

/* ---- who is killed ------------------------------------------------------------ */

struct driver {
	struct state *state;
	int64_t batch;             /* its number: the time of its changes */
	int64_t next_id, n_before; /* fired by the batch before */
	int fd;
};

static void
make_deliveries(struct driver *driver, const struct alert_change *changes, size_t n)
{
	struct delivery put[2 * BATCH_MAX];
	struct attempt attempts[2 * BATCH_MAX];
	struct told told[2 * BATCH_MAX];
	struct deliveries_change change = { .mark = changes[n - 1].seq, .put = put,
		.n_put = n, .attempts = attempts, .n_attempts = n, .told = told,
		.n_told = n };
	char notice[] = "{\"id\": \"msg\"}";

	for (size_t i = 0; i < n; i++) {
		put[i] = (struct delivery){ .id = changes[i].seq, .receiver = "noc",
			.notice = notice };
		attempts[i] = (struct attempt){ .delivery = changes[i].seq, .number = 1 };
		told[i] = (struct told){ .receiver = "noc", .alert = changes[i].alert.id,
			.state = changes[i].alert.state };
	}
	deliveries_put(driver->state, &change, NULL, NULL);
}

static void
on_put(void *arg, int code, const struct alert_change *changes, size_t n)
{
	struct driver *driver = arg;

	if (code != 0 || write(driver->fd, &driver->batch, sizeof(driver->batch)) !=
	    (ssize_t)sizeof(driver->batch)) {
		_exit(1);
	}
	make_deliveries(driver, changes, n);
}

/* Resolves what the batch before had fired, and fires some. */
static void
put_batch(struct driver *driver)
{
	struct alert_change changes[2 * BATCH_MAX];
	int64_t n_fired = 1 + rand() % BATCH_MAX, first = driver->next_id - driver->n_before;
	size_t n = (size_t)(driver->n_before + n_fired);

	for (size_t i = 0; i < n; i++) {
		bool ends = (int64_t)i < driver->n_before;

		changes[i] = (struct alert_change){ .kind = ends ? CHANGE_RESOLVED :
			CHANGE_FIRED, .at = {KIT_NOW + driver->batch}, .alert = {
			.id = first + (int64_t)i, .count = (uint32_t)n, .rule = "r",
			.state = ends ? ALERT_RESOLVED : ALERT_FIRING,
			.resolved = {ends ? KIT_NOW : 0} } };
	}
	driver->next_id += n_fired;
	driver->n_before = n_fired;
	alerts_put(driver->state, changes, n, on_put, driver);
}

static void
drive(const char *path, int fd)
{
	struct driver driver = { .state = kit_open(path), .fd = fd };
	struct deliveries_loaded old;
	struct alerts_loaded loaded;

	if (alerts_load(driver.state, &loaded) != 0 ||
	    deliveries_load(driver.state, &old) != 0) {
		_exit(1);
	}
	driver.next_id = loaded.next_id;
	driver.batch = loaded.last_seq;
	/* it goes on from where it was */
	for (size_t i = 0; i < old.n_changes; i += 2 * BATCH_MAX) {
		size_t n = old.n_changes - i;

		make_deliveries(&driver, &old.changes[i], n < 2 * BATCH_MAX ? n
		    : 2 * BATCH_MAX);
	}
	for (;;) {
		driver.batch++;
		put_batch(&driver);
		(void)state_step(driver.state);
		if (rand() % 2 == 0) {
			(void)state_step(driver.state);
		}
	}
}

/* ---- who kills ---------------------------------------------------------------- */

/* Returns the last batch that was answered. */
static int64_t
run_and_kill(const char *path)
{
	struct timeval wait = { 0, rand() % 2000 };
	int n = 1 + rand() % 8, fds[2], status;
	int64_t batch = 0, more;
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(fds[0]);
		drive(path, fds[1]);
	}
	(void)close(fds[1]);
	for (int i = 0; i < n; i++) {
		assert_int_equal(read(fds[0], &batch, sizeof(batch)), sizeof(batch));
	}
	/* into the midst of something */
	(void)select(0, NULL, NULL, NULL, &wait);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFSIGNALED(status));
	while (read(fds[0], &more, sizeof(more)) == sizeof(more)) {
		batch = more;
	}
	(void)close(fds[0]);
	return batch;
}

static int64_t
number(struct state *state, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(state->db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return n;
}

static void
check(const char *path, int64_t answered)
{
	struct state *state = kit_open(path);
	struct deliveries_loaded loaded;
	int64_t mark, last;

	/* set aside as damaged would be empty */
	assert_true(number(state, "SELECT COALESCE(MAX(at_ns), 0) FROM alert_changes") >=
	    KIT_NOW + answered);
	assert_int_equal(number(state, "SELECT COUNT(*) FROM alert_changes WHERE alert "
	    "NOT IN (SELECT id FROM alerts)"), 0);
	/* an episode is as its last change has left it */
	assert_int_equal(number(state, "SELECT COUNT(*) FROM alerts a WHERE a.state IS NOT "
	    "(SELECT state FROM alert_changes c WHERE c.alert = a.id "
	    "ORDER BY seq DESC LIMIT 1)"), 0);
	assert_int_equal(number(state, "SELECT COUNT(*) FROM (SELECT 1 FROM alert_changes "
	    "GROUP BY at_ns HAVING COUNT(*) <> MAX(count))"), 0);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	mark = loaded.mark;
	last = number(state, "SELECT MAX(seq) FROM alert_changes");
	assert_true(mark <= last);
	assert_int_equal(loaded.n_queued, mark);
	assert_int_equal(loaded.next_id, mark + 1);
	assert_int_equal(loaded.n_changes, last - mark);
	assert_int_equal(number(state, "SELECT COUNT(*) FROM notices"), mark);
	assert_int_equal(number(state, "SELECT COUNT(*) FROM attempts"), mark);
	deliveries_loaded_done(&loaded);
	state_free(state);
}

static void
whenever_killed(void **unused)
{
	char dir[] = "/tmp/collectord-kill-XXXXXX", path[64];

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)str_format(path, sizeof(path), "%s/state.db", dir);
	for (unsigned i = 0; i < n_kills; i++) {
		srand(i);
		check(path, run_and_kill(path));
		if (i % KILLS_OF_ONE == KILLS_OF_ONE - 1 || i == n_kills - 1) {
			assert_int_equal(unlink(path), 0);
		}
	}
	assert_int_equal(rmdir(dir), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { KIT(whenever_killed) };
	int64_t n;

	if (argc > 1 && str_to_int(argv[1], 1, 100000, &n) == 0) {
		n_kills = (unsigned)n;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
