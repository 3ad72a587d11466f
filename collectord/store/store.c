/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Start, step and end of the store.  The order of the start matters: the lock
 * of the folder, then the store process with its own lock (a former one may
 * still be finishing an update), then the journal back into the rings.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "store/calculator.h"
#include "store/lock.h"

/* Records of one closed slot of 90,000 racks come at once. */
#define PUTS_SIZE (1u << 18)
#define READS_SIZE 1024
#define PUTS_PER_STEP 20000
/* After the first unsynced sample; with the sync itself it stays < 100 ms. */
#define SYNC_DELAY_NS (50 * NS_PER_MS)
#define SYNC_RETRY_NS NS_PER_S
#define LOCK_WAIT_MS 30000
/* It may be killed while it starts; one that cannot start fails each time. */
#define START_TRIES 3
/* Rows that wait for RRD: 2 GiB are over an hour of 90,000 racks. */
#define RINGS_BYTES_LOW ((size_t)64 << 20)
#define RINGS_BYTES_HIGH ((size_t)2 << 30)
#define DISK_EVERY_NS (30 * NS_PER_S)
/* Told when less than 1 % or this is free. */
#define DISK_LOW_BYTES (UINT64_C(256) << 20)

/* As the log words them; pages have words of their own. */
static const char *const WORDS[PROBLEM_N] = {
	[PROBLEM_JOURNAL_WRITE] = "the journal cannot be written, samples wait in memory",
	[PROBLEM_SLOW_SYNC] = "the disk is slow: syncing the journal took more than a second",
	[PROBLEM_PROCESS_ENDED] = "the store process",
	[PROBLEM_FILE_WRITE] = "RRD files cannot be written, their rows wait",
	[PROBLEM_FILE_LOCKED] = "an RRD file is locked",
	[PROBLEM_DISK_LOW] = "the disk is nearly full",
	[PROBLEM_FILE_DAMAGED] = "a damaged RRD file was made anew",
	[PROBLEM_FILE_REWRITTEN] = "after a crash",
	[PROBLEM_JOURNAL_TORN] = "the journal's end was torn",
	[PROBLEM_JOURNAL_DAMAGED] = "the journal is damaged",
	[PROBLEM_DICT_DAMAGED] = "the dictionary is damaged",
	[PROBLEM_MEMORY_FULL] = "samples are dropped",
	[PROBLEM_LATE] = "too late",
	[PROBLEM_OUTSIDE] = "wrong time",
	[PROBLEM_TOO_MANY] = "too many series",
};

void
store_problem(struct store *store, enum problem_code code, int64_t n, const char *subject,
    const char *detail)
{
	(void)problems_note(&store->problems, code, clock_wall(store->clock), n, subject,
	    detail);
	if (code == PROBLEM_LATE || code == PROBLEM_OUTSIDE || code == PROBLEM_FILE_REWRITTEN ||
	    code == PROBLEM_FILE_LOCKED) {
		LOG_WARN("store", "at", subject, "%s: %s", WORDS[code], detail);
	} else {
		LOG_ERROR("store", "at", subject, "%s: %s", WORDS[code], detail);
	}
}

void
store_solved(struct store *store, enum problem_code code)
{
	if (store->problems.items[code].active &&
	    problems_end(&store->problems, code, clock_wall(store->clock))) {
		LOG_INFO("store", NULL, NULL, "over: %s", WORDS[code]);
	}
}

/* A folder that a power cut could take away would take the journal with it. */
static int
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0) {
		return -1;
	}
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int
make_dir(const char *path, struct col_error *error)
{
	char part[4096], above[4096];
	struct stat st;

	str_copy(above, sizeof(above), path[0] == '/' ? "/" : ".");
	for (size_t i = 1; path[i - 1] != '\0'; i++) {
		if (path[i] != '/' && path[i] != '\0') {
			continue;
		}
		str_format(part, sizeof(part), "%.*s", (int)i, path);
		if (mkdir(part, 0750) == 0 ? sync_folder(above) != 0 : errno != EEXIST) {
			return err_errno(error, COL_EIO, "store folder %s cannot be "
			    "made; make it for the daemon's user, or set store: "
			    "{dir: …}", part);
		}
		str_copy(above, sizeof(above), part);
	}
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode) || access(path, W_OK | X_OK) != 0) {
		return err_set(error, COL_EIO, "store folder %s is not a folder that the "
		    "daemon's user can write to; change its owner, or set store: "
		    "{dir: …}", path);
	}
	return 0;
}

static char *
join(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = malloc(size);

	assert(path != NULL);
	str_format(path, size, "%s/%s", dir, name);
	return path;
}

static void
count_bytes(void *arg, struct series_file *file)
{
	struct store *store = file->store;
	uint64_t *bytes = arg;
	char *path = join(store->rrd_dir, file->path);
	struct stat st;

	file->exists = stat(path, &st) == 0;
	*bytes += file->exists ? (uint64_t)st.st_size : 0;
	free(path);
}

static void
adopt_store(void *arg, struct series_file *file)
{
	file->store = arg;
}

static void
arm_waiting(void *arg, struct series_file *file)
{
	struct store *store = arg;

	file->store = store;
	if (file->ring.n_rows > 0) {
		flush_arm(store, file, !file->exists);
	}
}

static void
log_line(void *arg, const char *line)
{
	(void)arg;
	LOG_INFO("store", NULL, NULL, "%s", line);
}

static int
open_series(struct store *store, const struct config *config, struct col_error *error)
{
	char *path = join(store->dir, "series.dict");
	struct calculation need = { .chosen = config->settings.store_class };
	uint64_t bytes = 0;
	int rc = series_new(path, &store->series, error);

	free(path);
	if (rc != 0) {
		return rc;
	}
	if (series_damaged(store->series) > 0) {
		store_problem(store, PROBLEM_DICT_DAMAGED, series_damaged(store->series),
		    "series.dict", "damaged lines are passed over; the journal and the RRD "
		    "files still name their sources");
	}
	series_each(store->series, adopt_store, store);
	series_each(store->series, count_bytes, &bytes);
	rc = calculator_run(config, store->rrd_dir, bytes, &need, error);
	if (rc != 0) {
		return rc;
	}
	store->health.disk_need_bytes = need.need_bytes[need.chosen];
	store->health.disk_free_bytes = need.free_bytes;
	calculator_tell(&need, store->rrd_dir, log_line, NULL);
	return calculator_verdict(&need, store->rrd_dir, error);
}

static int
open_journal(struct store *store, const struct config *config, struct col_error *error)
{
	char *path = join(store->dir, "journal");
	struct journal_count count = { 0 };
	int rc = make_dir(path, error);

	if (rc == 0) {
		rc = journal_new(path, config->settings.journal_segment_bytes,
		    &store->journal, error);
	}
	free(path);
	if (rc == 0) {
		rc = journal_read(store->journal, store->series, intake_row, store, &count,
		    error);
	}
	if (rc == 0 && count.segments > 0) {
		LOG_INFO("store", "dir", store->dir, "journal read: %llu rows in %llu "
		    "segments, %llu bytes cut off", (unsigned long long)count.rows,
		    (unsigned long long)count.segments,
		    (unsigned long long)count.cut_bytes);
	}
	if (rc == 0 && count.cut_bytes > 0) {
		store_problem(store, PROBLEM_JOURNAL_TORN, (int64_t)count.cut_bytes, "journal",
		    "what was being written when the daemon or the power went is cut off");
	}
	if (rc == 0 && count.bad_segments > 0) {
		store_problem(store, PROBLEM_JOURNAL_DAMAGED, (int64_t)count.bad_bytes,
		    count.bad_file, "damaged records are passed over");
	}
	return rc;
}

static int
start_process(struct store *store, struct col_error *error)
{
	int rc = COL_EIO;

	for (unsigned i = 0; i < START_TRIES && rc == COL_EIO; i++) {
		child_stop(store->child);
		store->child = NULL;
		rc = child_start(store->program, store->rrd_dir, &store->child, error);
		if (rc != 0) {
			return rc;
		}
		rc = child_wait(store->child, LOCK_WAIT_MS);
	}
	if (rc == COL_EBUSY) {
		return err_set(error, rc, "%s: another store process holds the lock",
		    store->rrd_dir);
	}
	if (rc != 0 && child_why(store->child)[0] != '\0') {
		return err_set(error, rc, "%s: %s", store->rrd_dir, child_why(store->child));
	}
	return rc == 0 ? 0 : err_set(error, rc, "%s: the store process ended at once",
	    store->rrd_dir);
}

static void
take_settings(struct store *store, const struct config *config)
{
	store->class = config->settings.store_class;
	store->flush_ns = config->settings.flush_ns > NS_PER_S ?
	    config->settings.flush_ns : NS_PER_S;
	str_copy(store->health.archive_class, sizeof(store->health.archive_class),
	    archive_class_text(archive_class_of(ENTITY_RACK, store->class)));
}

/* A rack that was renamed keeps its files. */
static void
rename_racks(struct store *store, const struct config *config)
{
	for (uint32_t i = 0; i < config->inventory->n_racks; i++) {
		const struct rack *rack = config->inventory->racks[i];

		if (rack != NULL && rack->was != NULL) {
			series_rename(store->series, ENTITY_RACK, rack->was, rack->id);
		}
	}
}

static int
open_all(struct store *store, const struct config *config, struct col_error *error)
{
	int rc = make_dir(store->dir, error);

	if (rc == 0) {
		rc = make_dir(store->rrd_dir, error);
	}
	if (rc == 0) {
		/* two daemons on one folder would each believe in their own journal */
		store->lock_fd = lock_take(store->dir, error);
		rc = store->lock_fd < 0 ? store->lock_fd : 0;
	}
	if (rc == 0) {
		rc = open_series(store, config, error);
	}
	if (rc == 0) {
		rc = start_process(store, error);
	}
	if (rc == 0) {
		rc = open_journal(store, config, error);
	}
	if (rc == 0) {
		rename_racks(store, config); /* while the daemon was down */
		migrate_find(store);
		series_each(store->series, arm_waiting, store);
	}
	return rc;
}

/* A quarter of the machine's memory, within bounds. */
static size_t
memory_for_rings(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	uint64_t bytes = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 4 : 0;

	if (bytes < RINGS_BYTES_LOW) {
		return RINGS_BYTES_LOW;
	}
	return bytes > RINGS_BYTES_HIGH ? RINGS_BYTES_HIGH : (size_t)bytes;
}

int
store_new(const struct store_setup *setup, const struct config *config,
    struct store **ret_store, struct col_error *error)
{
	struct store *store = calloc(1, sizeof(*store));
	int rc;

	assert(store != NULL);
	store->setup = *setup;
	store->clock = setup->clock;
	store->dir = strdup(config->settings.store_dir);
	store->program = strdup(setup->program);
	assert(store->dir != NULL && store->program != NULL);
	store->rrd_dir = join(store->dir, "rrd");
	store->lock_fd = -1;
	store->step_s = archive_step(config);
	pthread_mutex_init(&store->lock, NULL);
	problems_init(&store->problems);
	store->ring_bytes_max = memory_for_rings();
	take_settings(store, config);
	store->wheel = wheel_new(clock_mono(store->clock));
	store->puts = queue_new("store", PUTS_SIZE, setup->wake, setup->wake_arg);
	store->reads = queue_new("store reads", READS_SIZE, setup->wake, setup->wake_arg);
	store->last = &store->first;
	store->due_last = &store->due;
	store->waiting_last = &store->waiting;
	store->rotate_at.ns = clock_mono(store->clock).ns + store->flush_ns;
	rc = open_all(store, config, error);
	if (rc != 0) {
		store_free(store);
		return rc;
	}
	store->health.ready = true;
	*ret_store = store;
	return 0;
}

void
store_apply(struct store *store, const struct config *config)
{
	const struct config *before;

	pthread_mutex_lock(&store->lock);
	before = store->pending;
	store->pending = config_ref(config);
	pthread_mutex_unlock(&store->lock);
	config_unref(before);
	if (store->setup.wake != NULL) {
		store->setup.wake(store->setup.wake_arg);
	}
}

/* The interval needs a restart. */
static void
take_config(struct store *store)
{
	const struct config *config;

	pthread_mutex_lock(&store->lock);
	config = store->pending;
	store->pending = NULL;
	if (config != NULL) {
		take_settings(store, config);
	}
	pthread_mutex_unlock(&store->lock);
	if (config == NULL) {
		return;
	}
	rename_racks(store, config);
	config_unref(config);
}

static bool
drain(struct store *store, uint32_t limit)
{
	struct put *put;
	uint32_t n = 0;

	while (n < limit && (put = queue_take(store->puts)) != NULL) {
		intake_put(store, put);
		free(put);
		n++;
	}
	return n == limit;
}

static struct mono
sync_due(const struct store *store)
{
	if (store->unsynced_since.ns == 0) {
		return (struct mono){ INT64_MAX };
	}
	return (struct mono){ store->unsynced_since.ns + SYNC_DELAY_NS };
}

static void
sync_if_due(struct store *store)
{
	struct mono now = clock_mono(store->clock);
	/* by age too: a segment of a quiet site would never be done */
	bool rotate = now.ns >= store->rotate_at.ns;

	if (now.ns < sync_due(store).ns) {
		return;
	}
	if (!intake_sync(store, rotate)) {
		store->unsynced_since.ns = now.ns + SYNC_RETRY_NS - SYNC_DELAY_NS;
	} else if (rotate) {
		store->rotate_at.ns = now.ns + store->flush_ns;
	}
}

static void
tell_health(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	store->health.unflushed_rows = store->n_waiting;
	store->health.files = series_count(store->series);
	store->health.journal_bytes = journal_bytes(store->journal);
	store->health.journal_segments = journal_segments(store->journal);
	store->health.files_moved = store->n_moved;
	store->health.files_to_move = store->n_moving;
	pthread_mutex_unlock(&store->lock);
}

/* Watches the space of the disk. */
static void
look_at_disk(struct store *store)
{
	struct mono now = clock_mono(store->clock);
	struct statvfs fs;
	uint64_t free_bytes;
	char text[64];

	if (now.ns < store->disk_at.ns) {
		return;
	}
	store->disk_at.ns = now.ns + DISK_EVERY_NS;
	if (statvfs(store->dir, &fs) != 0) {
		return;
	}
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	pthread_mutex_lock(&store->lock);
	store->health.disk_free_bytes = free_bytes;
	pthread_mutex_unlock(&store->lock);
	if (free_bytes < DISK_LOW_BYTES || fs.f_bavail < fs.f_blocks / 100) {
		str_format(text, sizeof(text), "%llu MB are free",
		    (unsigned long long)(free_bytes >> 20));
		store_problem(store, PROBLEM_DISK_LOW, (int64_t)free_bytes, store->dir, text);
	} else {
		store_solved(store, PROBLEM_DISK_LOW);
	}
}

struct mono
store_step(void *arg)
{
	struct store *store = arg;
	struct mono next, due;
	bool more;

	take_config(store);
	more = drain(store, PUTS_PER_STEP);
	sync_if_due(store);
	read_step(store);
	flush_step(store);
	look_at_disk(store);
	tell_health(store);
	if (more) {
		return clock_mono(store->clock);
	}
	next = flush_next(store);
	due = sync_due(store);
	return due.ns < next.ns ? due : next;
}

static void
end_reads(struct store *store)
{
	struct reading *reading, *next;

	while ((reading = queue_take(store->reads)) != NULL) {
		read_end(store, reading, COL_ECANCELED, NULL);
	}
	for (reading = store->waiting; reading != NULL; reading = next) {
		next = reading->next;
		read_end(store, reading, COL_ECANCELED, NULL);
	}
	while (store->first != NULL) {
		struct request *request = store->first;

		store->first = request->next;
		if (request->reading != NULL) {
			read_end(store, request->reading, COL_ECANCELED, NULL);
		}
		free(request);
	}
}

void
store_free(struct store *store)
{
	if (store == NULL) {
		return;
	}
	if (store->journal != NULL && store->series != NULL && store->health.ready) {
		(void)drain(store, UINT32_MAX);
		(void)intake_sync(store, false);
	}
	child_stop(store->child);
	end_reads(store);
	for (int kind = 0; kind < ENTITY_KIND_N; kind++) {
		free(store->known[kind].items);
	}
	journal_free(store->journal);
	free(store->moving);
	wheel_free(store->wheel);   /* before the files, in which its timers are */
	series_free(store->series);
	queue_free(store->puts);
	queue_free(store->reads);
	if (store->lock_fd >= 0) {
		close(store->lock_fd);
	}
	config_unref(store->pending);
	pthread_mutex_destroy(&store->lock);
	problems_done(&store->problems);
	free(store->dir);
	free(store->rrd_dir);
	free(store->program);
	free(store);
}

void
store_health(const struct store *store, struct store_health *ret_health)
{
	struct store *s = (struct store *)store; /* the lock is not const */

	pthread_mutex_lock(&s->lock);
	*ret_health = s->health;
	pthread_mutex_unlock(&s->lock);
	ret_health->n_problems = problems_copy(&store->problems, ret_health->problems);
	ret_health->last_error[0] = '\0';
	if (ret_health->n_problems > 0 && ret_health->problems[0].active) {
		const struct problem *worst = &ret_health->problems[0];

		str_format(ret_health->last_error, sizeof(ret_health->last_error), "%s: %s%s%s",
		    worst->subject, WORDS[worst->code], worst->detail[0] != '\0' ? ": " : "",
		    worst->detail);
	}
}

const struct stats_histogram *
store_sync_times(const struct store *store)
{
	return &store->sync_times;
}

bool
store_waits(const struct store *store)
{
	return store->child != NULL &&
	    (store->n_requests > 0 || !child_ready(store->child));
}
