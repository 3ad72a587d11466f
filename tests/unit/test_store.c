/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole store: put, journal, rings, store process, RRD, reads. */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stats.h"
#include "base/str.h"
#include "base/thread.h"
#include "store_kit.h"

#define MINUTE 60

static unsigned
column(char names[64][20], const char *name)
{
	for (unsigned i = 0; i < 64; i++) {
		if (strcmp(names[i], name) == 0) {
			return i;
		}
	}
	fail_msg("no source %s", name);
	return 0;
}

/* What rrdtool reads is what was put, exactly; a slot left out is unknown. */
static void
rows_are_exact(void **state)
{
	static const char *const NAMES[KIT_SLOTS] = { "d0_power_w", "d0_current_a_L1",
		"d0_current_a_L2", "s05" };
	struct kit *kit = *state;
	static struct kit_row rows[64];
	char names[64][20] = { "" }, path[256];
	unsigned n, n_seen = 0;

	for (int i = 0; i < 20; i++) {
		kit_move(kit, KIT_T0 + i * MINUTE + 5);
		if (i != 7 && i != 8) {
			kit_put_all(kit, KIT_T0 + i * MINUTE);
		}
	}
	kit_flush(kit);
	kit_path(kit, 1, path);
	n = kit_rrdtool(path, "AVERAGE", KIT_T0 - 5 * MINUTE, KIT_T0 + 25 * MINUTE, MINUTE,
	    names, rows, 64);
	for (unsigned r = 0; r < n; r++) {
		int64_t i = (rows[r].t - KIT_T0) / MINUTE;
		bool known = rows[r].t >= KIT_T0 && i < 20 && i != 7 && i != 8;

		n_seen += known;
		for (unsigned k = 0; k < KIT_SLOTS; k++) {
			unsigned c = column(names, NAMES[k]);

			assert_int_equal(rows[r].known[c], known);
			if (known) {
				assert_true(fabs(rows[r].values[c] -
				    kit_value(1, k, rows[r].t)) < 1e-6);
			}
		}
		assert_false(rows[r].known[column(names, "power_w")]);
	}
	assert_int_equal(n_seen, 18);
}

static void
check_series(const struct kit_answer *answer, uint32_t rack, unsigned slot, int64_t last)
{
	assert_int_equal(answer->code, 0);
	for (uint32_t i = 0; i < answer->series.n; i++) {
		int64_t t = answer->series.t[i];
		bool known = t >= KIT_T0 && t <= last;

		assert_int_equal(answer->series.known[i], known ? 3 : 0);
		assert_true(answer->series.share[i] == (known ? 1 : 0));
		if (known) {
			assert_true(fabs(answer->series.avg[i] -
			    kit_value(rack, slot, t)) < 1e-9);
			assert_true(answer->series.min[i] == answer->series.avg[i]);
			assert_true(answer->series.max[i] == answer->series.avg[i]);
		}
	}
}

/* One read before anything is in RRD, one with half there, one with all. */
static void
reads_lay_the_ring_over(void **state)
{
	struct kit *kit = *state;
	struct store_query query = kit_query(2, "d0", "current_a", "L2",
	    KIT_T0 - 10 * MINUTE, KIT_T0 + 20 * MINUTE);
	struct kit_answer answer;

	kit_put_all(kit, KIT_T0);
	answer = kit_read(kit, &query);
	check_series(&answer, 2, 2, KIT_T0);
	assert_int_equal(answer.series.n, 30);
	assert_int_equal(answer.series.step_s, MINUTE);
	assert_int_equal(answer.series.basis_s, MINUTE);
	store_series_done(&answer.series);
	for (int i = 1; i < 12; i++) {
		kit_move(kit, KIT_T0 + i * MINUTE + 5);
		kit_put_all(kit, KIT_T0 + i * MINUTE);
		answer = kit_read(kit, &query);
		check_series(&answer, 2, 2, KIT_T0 + i * MINUTE);
		store_series_done(&answer.series);
	}
	assert_true(stats_get(STATS_STORE_FLUSHED) > 0);
	kit_flush(kit);
	answer = kit_read(kit, &query);
	check_series(&answer, 2, 2, KIT_T0 + 11 * MINUTE);
	store_series_done(&answer.series);
	query.metric[0] = 'x';
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, COL_ENOENT);
}

/* Coarse archive: consolidated rows, the tail of RRD and the ring agree. */
static void
coarse_reads_are_whole(void **state)
{
	struct kit *kit = *state;
	struct store_query query = kit_query(0, "d0", "power_w", "", KIT_T0 - 86400,
	    KIT_T0 + 40 * MINUTE);
	struct kit_answer answer;
	unsigned n_known = 0;

	for (int i = 1; i <= 40; i++) {
		kit_move(kit, KIT_T0 + i * MINUTE + 5);
		kit_put_all(kit, KIT_T0 + i * MINUTE);
	}
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.series.basis_s, 900);
	for (uint32_t i = 0; i < answer.series.n; i++) {
		int64_t first = answer.series.t[i] / MINUTE - KIT_T0 / MINUTE + 1;
		int64_t last = first + 14 < 40 ? first + 14 : 40;

		if (answer.series.known[i] == 0) {
			continue;
		}
		n_known++;
		assert_in_range(first, 1, 40);
		assert_true(fabs(answer.series.avg[i] -
		    ((double)(first + last) / 2 + 1.1)) < 1e-6);
	}
	assert_int_equal(n_known, 3);
	store_series_done(&answer.series);
	query.max_points = 2;
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, 0);
	assert_in_range(answer.series.n, 1, 2);
	assert_true(answer.series.known[answer.series.n - 1] == 3);
	assert_true(answer.series.min[answer.series.n - 1] <
	    answer.series.max[answer.series.n - 1]);
	store_series_done(&answer.series);
}

/* A row of 8 h that is not over holds more than the finest archive of 6 h. */
static void
an_unfinished_row_says_how_much_is_known(void **state)
{
	struct kit *kit = *state;
	struct store_query query = kit_query(0, "d0", "power_w", "",
	    KIT_T0 - INT64_C(200) * 86400, KIT_T0 + 40 * MINUTE);
	int64_t to_s = KIT_T0 - KIT_T0 % 28800 + 28800 + 7 * 3600;

	query.max_points = 10000;
	for (unsigned flushed = 0; flushed < 2; flushed++) {
		struct kit_answer answer;
		double known_s = 0;

		/* the last 40 minutes of seven hours of the row */
		for (int i = 40; flushed == 0 && i > 0; i--) {
			kit_move(kit, to_s - i * MINUTE + 5);
			kit_put_all(kit, to_s - i * MINUTE);
		}
		if (flushed == 1) {
			kit_flush(kit);
		}
		query.to.ns = to_s * NS_PER_S;
		answer = kit_read(kit, &query);
		assert_int_equal(answer.code, 0);
		assert_int_equal(answer.series.basis_s, 28800);
		for (uint32_t i = 0; i < answer.series.n; i++) {
			known_s += (double)answer.series.share[i] * 28800;
		}
		assert_true(fabs(known_s - 40 * MINUTE) < 1);
		store_series_done(&answer.series);
	}
}

/* Late rows go between, too late ones and ones outside the window are counted. */
static void
late_samples_are_ordered(void **state)
{
	struct kit *kit = *state;
	int64_t late = stats_get(STATS_STORE_LATE), outside = stats_get(STATS_STORE_OUTSIDE);
	static struct kit_row rows[64];
	char names[64][20] = { "" }, path[256];
	unsigned n, n_known = 0, c;

	kit_move(kit, KIT_T0 + 3 * MINUTE);
	kit_put_all(kit, KIT_T0 + 2 * MINUTE);
	kit_put_all(kit, KIT_T0);
	kit_put_all(kit, KIT_T0 + MINUTE);
	kit_put_all(kit, KIT_T0 + 30 * MINUTE);
	kit_put_all(kit, KIT_T0 - 73 * 3600);
	kit_accept(kit);
	assert_int_equal(stats_get(STATS_STORE_OUTSIDE) - outside, 2 * KIT_RACKS * KIT_SLOTS);
	kit_flush(kit);
	kit_put_all(kit, KIT_T0 + MINUTE);
	kit_accept(kit);
	assert_int_equal(stats_get(STATS_STORE_LATE) - late, KIT_RACKS * KIT_SLOTS);
	kit_path(kit, 0, path);
	n = kit_rrdtool(path, "AVERAGE", KIT_T0 - MINUTE, KIT_T0 + 10 * MINUTE, MINUTE, names,
	    rows, 64);
	c = column(names, "d0_power_w");
	for (unsigned r = 0; r < n; r++) {
		n_known += rows[r].known[c];
		assert_true(!rows[r].known[c] ||
		    fabs(rows[r].values[c] - kit_value(0, 0, rows[r].t)) < 1e-6);
	}
	assert_int_equal(n_known, 3);
}

static bool
owes_nothing(void *arg)
{
	struct kit *kit = arg;

	return !store_waits(kit->store);
}

/* A file is there within 10 s; a rack's own series and later roles join it. */
static void
files_come_soon_and_grow(void **state)
{
	const double values[KIT_SLOTS] = { 5, NAN, 7, NAN };
	struct kit *kit = *state;
	static struct kit_row rows[64];
	char names[64][20] = { "" }, path[256];
	struct store_query query = kit_query(0, "d0", "power_w", "", KIT_T0 - MINUTE,
	    KIT_T0 + MINUTE);
	int64_t last;
	struct kit_answer answer;
	unsigned n;

	kit_put_all(kit, KIT_T0);
	kit_move(kit, KIT_T0 + 9);
	kit_until(kit, owes_nothing, kit);
	answer = kit_read(kit, &query);
	check_series(&answer, 0, 0, KIT_T0);
	store_series_done(&answer.series);
	kit_path(kit, 0, path);
	kit_flush(kit);
	last = kit_slot(kit);
	kit_put(kit, 0, "pdu-b", last, values);
	kit_put_derived(kit, ENTITY_RACK, last, 12.5, false);
	kit_flush(kit);
	n = kit_rrdtool(path, "AVERAGE", last - MINUTE, last, MINUTE, names, rows, 64);
	for (unsigned r = 0; r < n; r++) {
		bool known = rows[r].t == last;

		assert_int_equal(rows[r].known[column(names, "pdu-b_power_w")], known);
		assert_int_equal(rows[r].known[column(names, "power_w")], known);
		assert_false(rows[r].known[column(names, "pdu-b_current_a_L1")]);
		assert_false(rows[r].known[column(names, "d0_power_w")]);
		if (known) {
			assert_true(rows[r].values[column(names, "power_w")] == 12.5);
		}
	}
	n = kit_rrdtool(path, "AVERAGE", KIT_T0 - MINUTE, KIT_T0, MINUTE, names, rows, 64);
	assert_true(n >= 1 && rows[0].t == KIT_T0);
	assert_true(fabs(rows[0].values[column(names, "d0_power_w")] -
	    kit_value(0, 0, KIT_T0)) < 1e-6);
}

/* Time goes slowly enough here for the store process to answer in between. */
static bool
nothing_waits_soon(void *arg)
{
	struct kit *kit = arg;

	clock_test_advance(kit->clock, 10 * NS_PER_MS);
	return kit_waiting(kit) == 0;
}

/* The record that ends a slot lets its rows go at once. */
static void
ended_slots_are_closed(void **state)
{
	struct kit *kit = *state;

	kit->config.settings.flush_ns = NS_PER_S;
	kit_close(kit);
	assert_int_equal(kit_open(kit), 0);
	kit_put_all(kit, KIT_T0);
	kit_move(kit, KIT_T0 + 20);
	assert_int_equal(kit_waiting(kit), KIT_RACKS);
	kit_put_derived(kit, ENTITY_PROVINCE, KIT_T0, 3.5, true);
	kit_until(kit, nothing_waits_soon, kit);
	assert_true(clock_wall(kit->clock).ns < (KIT_T0 + 90) * NS_PER_S);
}

/* Nothing that was synced is lost when the daemon goes without a flush. */
static void
restart_reads_the_journal(void **state)
{
	struct kit *kit = *state;
	struct store_query query = kit_query(1, "d0", "power_w", "outlet 12",
	    KIT_T0 - MINUTE, KIT_T0 + 20 * MINUTE);
	struct kit_answer answer;
	struct store_health health;

	for (int i = 0; i < 9; i++) {
		kit_move(kit, KIT_T0 + i * MINUTE + 5);
		kit_put_all(kit, KIT_T0 + i * MINUTE);
		if (i % 3 == 2) {
			kit_close(kit);
			assert_int_equal(kit_open(kit), 0);
			answer = kit_read(kit, &query);
			check_series(&answer, 1, 3, KIT_T0 + i * MINUTE);
			store_series_done(&answer.series);
		}
	}
	kit_flush(kit);
	answer = kit_read(kit, &query);
	check_series(&answer, 1, 3, KIT_T0 + 8 * MINUTE);
	store_series_done(&answer.series);
	/* a new segment is begun, the old ones go after the files are synced */
	kit_put_all(kit, kit_slot(kit));
	kit_flush(kit);
	kit_flush(kit);
	store_health(kit->store, &health);
	assert_in_range(health.journal_segments, 1, 2);
	assert_int_equal(health.unflushed_rows, 0);
}

/* Rows that wait while the journal is not shortened are what fills a disk. */
static void
how_long_the_journal_waits(void **state)
{
	struct kit *kit = *state;
	struct store_health health;
	struct mono since;

	store_health(kit->store, &health);
	assert_int_equal(health.journal_since.ns, 0);
	kit_put_all(kit, KIT_T0);
	kit_accept(kit);
	since = clock_mono(kit->clock);
	store_health(kit->store, &health);
	assert_true(health.journal_since.ns > 0 && health.journal_since.ns <= since.ns);
	since = health.journal_since;
	kit_move(kit, KIT_T0 + 2 * MINUTE);
	kit_put_all(kit, KIT_T0 + MINUTE);
	kit_accept(kit);
	store_health(kit->store, &health);
	assert_int_equal(health.journal_since.ns, since.ns);
	assert_true(health.disk_free_bytes <= health.disk_size_bytes &&
	    health.disk_size_bytes > 0);
	kit_flush(kit);
	store_health(kit->store, &health);
	assert_int_equal(health.journal_since.ns, 0);
}

static int
child_of(pid_t parent)
{
	char path[64], line[256];
	int pid = -1;
	FILE *file;

	str_format(path, sizeof(path), "/proc/%d/task/%d/children", parent, parent);
	file = fopen(path, "r");
	assert_non_null(file);
	if (fgets(line, sizeof(line), file) != NULL) {
		pid = (int)strtol(line, NULL, 10);
	}
	(void)fclose(file);
	return pid;
}

struct rebirth { struct kit *kit; int pid; };

static bool
is_reborn(void *arg)
{
	struct rebirth *rebirth = arg;
	int pid = child_of(getpid());

	clock_test_advance(rebirth->kit->clock, 100 * NS_PER_MS);
	return pid > 0 && pid != rebirth->pid;
}

/* The store process may die at any time: it is started again, all arrives. */
static void
store_process_is_restarted(void **state)
{
	struct kit *kit = *state;
	struct store_query query = kit_query(0, "d0", "current_a", "L1",
	    KIT_T0 - MINUTE, KIT_T0 + 60 * MINUTE);
	struct kit_answer answer;

	for (int i = 0; i < 30; i++) {
		int pid = child_of(getpid());

		kit_move(kit, KIT_T0 + i * MINUTE + 5);
		kit_put_all(kit, KIT_T0 + i * MINUTE);
		/* between two requests: within one see the undo image */
		if (i % 5 == 3) {
			struct kit_answer sync = kit_read(kit, &query);

			store_series_done(&sync.series);
			assert_true(pid > 0);
			assert_int_equal(kill(pid, SIGKILL), 0);
			kit_until(kit, is_reborn, &(struct rebirth){ kit, pid });
		}
	}
	kit_flush(kit);
	answer = kit_read(kit, &query);
	check_series(&answer, 0, 1, KIT_T0 + 29 * MINUTE);
	store_series_done(&answer.series);
}

struct lock_wait { struct kit *kit; int64_t retries; };

static bool
has_retried(void *arg)
{
	struct lock_wait *wait = arg;

	clock_test_advance(wait->kit->clock, NS_PER_S);
	return stats_get(STATS_STORE_RETRIES) - wait->retries >= 3;
}

/* Another program that reads a file locks it: the flush tries again. */
static void
foreign_locks_are_waited_for(void **state)
{
	struct kit *kit = *state;
	struct lock_wait wait = { kit, stats_get(STATS_STORE_RETRIES) };
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct store_query query = kit_query(1, "d0", "power_w", "", KIT_T0 - MINUTE,
	    KIT_T0 + 60 * MINUTE);
	struct kit_answer answer;
	char path[256];
	int fd;

	kit_put_all(kit, KIT_T0);
	kit_flush(kit);
	kit_path(kit, 1, path);
	/* such a lock is this process's: the store process is another one */
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_SETLK, &lock), 0);
	kit_put_all(kit, kit_slot(kit));
	kit_until(kit, has_retried, &wait);
	assert_true(kit_waiting(kit) > 0);
	(void)close(fd);
	kit_flush(kit);
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.series.known[1], 3);
	store_series_done(&answer.series);
}

static void
wake_store(void *arg)
{
	thread_wake(*(struct thread **)arg);
}

struct count { pthread_mutex_t lock; unsigned n; uint32_t n_known; };

static void
count_answer(void *arg, int code, const struct store_series *series)
{
	struct count *count = arg;

	pthread_mutex_lock(&count->lock);
	count->n++;
	for (uint32_t i = 0; code == 0 && i < series->n; i++) {
		count->n_known += series->known[i] != 0;
	}
	pthread_mutex_unlock(&count->lock);
}

static unsigned
answered(struct count *count)
{
	unsigned n;

	pthread_mutex_lock(&count->lock);
	n = count->n;
	pthread_mutex_unlock(&count->lock);
	return n;
}

/* As in the daemon: STORE steps on its own thread, others put, read and look. */
static void
threads_share_the_store(void **state)
{
	struct kit *kit = *state;
	struct thread *thread = NULL;
	const struct store_setup setup = { .clock = clock_real(),
	    .program = "started-through-path", .wake = wake_store, .wake_arg = &thread };
	int64_t now_s = clock_wall(clock_real()).ns / NS_PER_S / MINUTE * MINUTE;
	int64_t accepted = stats_get(STATS_STORE_ACCEPTED);
	int64_t limit = clock_mono(clock_real()).ns + 180 * NS_PER_S;
	struct count count = { .n = 0 };
	struct store_query query = kit_query(0, "d0", "power_w", "", now_s - 3600,
	    now_s + MINUTE);
	struct store_health health;

	kit_close(kit);
	kit->config.settings.flush_ns = NS_PER_S;
	pthread_mutex_init(&count.lock, NULL);
	assert_int_equal(store_new(&setup, &kit->config, &kit->store, NULL), 0);
	thread = thread_start("store", store_step, kit->store);
	for (int i = 50; i >= 0; i--) {
		kit_put_all(kit, now_s - i * MINUTE);
		store_health(kit->store, &health);
		if (i % 10 == 0) {
			store_read(kit->store, &query, count_answer, &count);
		}
	}
	while (stats_get(STATS_STORE_ACCEPTED) - accepted < 51 * KIT_RACKS * KIT_SLOTS ||
	    answered(&count) < 6) {
		assert_true(clock_mono(clock_real()).ns < limit);
		(void)poll(NULL, 0, 1);
	}
	count.n_known = 0;
	store_read(kit->store, &query, count_answer, &count);
	while (answered(&count) < 7) {
		assert_true(clock_mono(clock_real()).ns < limit);
		(void)poll(NULL, 0, 1);
	}
	thread_stop(thread);
	thread = NULL;
	assert_int_equal(count.n_known, 51);
	pthread_mutex_destroy(&count.lock);
}

static void
one_daemon_per_folder(void **state)
{
	struct kit *kit = *state;
	struct store *first = kit->store;

	kit->store = NULL;
	assert_int_equal(kit_open(kit), COL_EBUSY);
	kit->store = first;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_are_exact, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(reads_lay_the_ring_over, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(coarse_reads_are_whole, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(an_unfinished_row_says_how_much_is_known,
		    kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(late_samples_are_ordered, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(files_come_soon_and_grow, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(ended_slots_are_closed, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(restart_reads_the_journal, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(how_long_the_journal_waits, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(store_process_is_restarted, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(foreign_locks_are_waited_for, kit_set_up,
		    kit_tear_down),
		cmocka_unit_test_setup_teardown(threads_share_the_store, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(one_daemon_per_folder, kit_set_up, kit_tear_down),
	};
	int rc = kit_main(argc, argv);

	return rc >= 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
