/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start.  Its order matters: the lock of the folder, then the store process
 * with its own lock (a former one may still be finishing an update), then the
 * journal back into the rings, and only then new samples.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "store/calculator.h"
#include "store/lock.h"

#define LOCK_WAIT_MS 30000
#define LOCK_TRIES 50
#define LOCK_PAUSE_MS 20
/* So that one that cannot serve at all is told before the daemon goes on. */
#define HELLO_WAIT_MS 1000
/* It may be killed while it starts; one that cannot start fails each time. */
#define START_TRIES 3

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

char *
open_join(const char *dir, const char *name)
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
	char *path = open_join(store->rrd_dir, file->path);
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
	char *path = open_join(store->dir, "series.dict");
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
	char *path = open_join(store->dir, "journal");
	int rc = make_dir(path, error);

	if (rc == 0) {
		rc = journal_new(path, config->settings.journal_segment_bytes,
		    &store->journal, error);
	}
	free(path);
	return rc;
}

static int
read_journal(struct store *store, struct col_error *error)
{
	struct journal_count count = { 0 };
	int64_t began = clock_mono(clock_real()).ns;
	int rc = journal_read(store->journal, store->series, intake_row, store, &count, error);

	if (rc == 0 && count.segments > 0) {
		LOG_INFO("store", "dir", store->dir, "journal read: %llu rows in %llu "
		    "segments, %llu bytes cut off, in %lld ms", (unsigned long long)count.rows,
		    (unsigned long long)count.segments, (unsigned long long)count.cut_bytes,
		    (long long)((clock_mono(clock_real()).ns - began) / NS_PER_MS));
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

/* It puts heads back and looks at every file, which at province size takes
 * seconds: whoever opens in steps need not wait for that. */
static int
await_process(struct store *store, struct col_error *error)
{
	int wait_ms = store->setup.in_steps ? HELLO_WAIT_MS : LOCK_WAIT_MS;
	int rc = child_wait(store->child, wait_ms);

	for (unsigned i = 1; i < START_TRIES && rc == COL_EIO; i++) {
		child_stop(store->child);
		store->child = NULL;
		rc = child_start(store->program, store->rrd_dir, &store->child, error);
		if (rc != 0) {
			return rc;
		}
		rc = child_wait(store->child, wait_ms);
	}
	if (rc == COL_EBUSY) {
		return store->setup.in_steps ? 0 : err_set(error, rc,
		    "%s: another store process holds the lock", store->rrd_dir);
	}
	if (rc != 0 && child_why(store->child)[0] != '\0') {
		return err_set(error, rc, "%s: %s", store->rrd_dir, child_why(store->child));
	}
	return rc == 0 ? 0 : err_set(error, rc, "%s: the store process ended at once",
	    store->rrd_dir);
}

/* A rack that was renamed keeps its files. */
void
open_renamed(struct store *store, const struct config *config)
{
	for (uint32_t i = 0; i < config->inventory->n_racks; i++) {
		const struct rack *rack = config->inventory->racks[i];

		if (rack != NULL && rack->was != NULL) {
			series_rename(store->series, ENTITY_RACK, rack->was, rack->id);
		}
	}
}

/* A daemon that was killed while it started its store process holds the lock until
 * that has begun to run, some milliseconds longer than it lives itself. */
static int
take_lock(struct store *store, struct col_error *error)
{
	for (unsigned i = 0; i < LOCK_TRIES; i++) {
		store->lock_fd = lock_take(store->dir, error);
		if (store->lock_fd != COL_EBUSY) {
			break;
		}
		(void)poll(NULL, 0, LOCK_PAUSE_MS);
	}
	return store->lock_fd < 0 ? store->lock_fd : 0;
}

int
open_begin(struct store *store, const struct config *config, struct col_error *error)
{
	int rc = make_dir(store->dir, error);

	if (rc == 0) {
		rc = make_dir(store->rrd_dir, error);
	}
	if (rc == 0) {
		/* two daemons on one folder would each believe in their own journal */
		rc = take_lock(store, error);
	}
	if (rc == 0) {
		/* works beside us; killed while it is not ready, it begins anew */
		rc = child_start(store->program, store->rrd_dir, &store->child, error);
	}
	if (rc == 0) {
		rc = open_series(store, config, error);
	}
	if (rc == 0) {
		rc = open_journal(store, config, error);
	}
	if (rc == 0) {
		rc = await_process(store, error);
	}
	if (rc == 0 && store->setup.in_steps) {
		store->opening = config_ref(config);
	}
	return rc;
}

int
open_end(struct store *store, const struct config *config, struct col_error *error)
{
	int rc = read_journal(store, error);

	if (rc == 0) {
		open_renamed(store, config); /* while the daemon was down */
		migrate_find(store);
		series_each(store->series, arm_waiting, store);
		pthread_mutex_lock(&store->lock);
		store->health.ready = true;
		pthread_mutex_unlock(&store->lock);
	}
	return rc;
}
