/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step and end of the store, and what it tells of itself; open.c starts it. */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

/* Records of one closed slot of 90,000 racks come at once. */
#define PUTS_SIZE (1u << 18)
#define READS_SIZE 1024
#define PUTS_PER_STEP 20000
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
	[PROBLEM_AHEAD] = "RRD files end in the future and refuse samples until then",
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

static void
take_settings(struct store *store, const struct config *config)
{
	store->class = config->settings.store_class;
	store->flush_ns = config->settings.flush_ns > NS_PER_S ?
	    config->settings.flush_ns : NS_PER_S;
	str_copy(store->health.archive_class, sizeof(store->health.archive_class),
	    archive_class_text(archive_class_of(ENTITY_RACK, store->class)));
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
	store->rrd_dir = open_join(store->dir, "rrd");
	store->lock_fd = -1;
	store->step_s = archive_step(config);
	pthread_mutex_init(&store->lock, NULL);
	problems_init(&store->problems);
	store->ring_bytes_max = memory_for_rings();
	take_settings(store, config);
	store->wheel = wheel_new(clock_mono(store->clock));
	store->puts = queue_new("store", PUTS_SIZE, setup->wake, setup->wake_arg);
	store->reads = queue_new("store reads", READS_SIZE, setup->wake, setup->wake_arg);
	store->syncer = syncer_new(setup->in_steps ? setup->wake : NULL, setup->wake_arg);
	store->last = &store->first;
	store->due_last = &store->due;
	store->waiting_last = &store->waiting;
	store->rotate_at.ns = clock_mono(store->clock).ns + store->flush_ns;
	rc = open_begin(store, config, error);
	if (rc != 0) {
		store_free(store);
		return rc;
	}
	if (!setup->in_steps) {
		rc = open_end(store, config, error);
	}
	if (rc != 0) {
		store_free(store);
		return rc;
	}
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
	open_renamed(store, config);
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

/* A journal that is not shortened grows until the disk is full. */
static void
tell_journal(struct store *store)
{
	uint64_t oldest = journal_oldest(store->journal);

	if (store->n_waiting == 0) {
		store->health.journal_since.ns = 0;
	} else if (oldest != store->oldest_segment || store->health.journal_since.ns == 0) {
		store->health.journal_since = clock_mono(store->clock);
	}
	store->oldest_segment = oldest;
	store->health.journal_bytes = journal_bytes(store->journal);
	store->health.journal_segments = journal_segments(store->journal);
}

static void
tell_health(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	store->health.unflushed_rows = store->n_waiting;
	store->health.files = series_count(store->series);
	tell_journal(store);
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
	ahead_step(store);
	if (statvfs(store->dir, &fs) != 0) {
		return;
	}
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	pthread_mutex_lock(&store->lock);
	store->health.disk_free_bytes = free_bytes;
	store->health.disk_size_bytes =
	    (uint64_t)(fs.f_blocks - fs.f_bfree + fs.f_bavail) * fs.f_frsize;
	pthread_mutex_unlock(&store->lock);
	if (free_bytes < DISK_LOW_BYTES || fs.f_bavail < fs.f_blocks / 100) {
		str_format(text, sizeof(text), "%llu MB are free",
		    (unsigned long long)(free_bytes >> 20));
		store_problem(store, PROBLEM_DISK_LOW, (int64_t)free_bytes, store->dir, text);
	} else {
		store_solved(store, PROBLEM_DISK_LOW);
	}
}

/* What comes meanwhile waits in the queues: nothing may overtake the journal. */
static void
finish_opening(struct store *store)
{
	struct col_error error;

	if (open_end(store, store->opening, &error) != 0) {
		LOG_ERROR("store", NULL, NULL, "%s", error.text);
	}
	config_unref(store->opening);
	store->opening = NULL;
}

struct mono
store_step(void *arg)
{
	struct store *store = arg;
	struct mono next, due;
	bool more;

	if (store->opening != NULL) {
		finish_opening(store);
	}
	take_config(store);
	more = drain(store, PUTS_PER_STEP);
	accept_step(store);
	read_step(store);
	flush_step(store);
	look_at_disk(store);
	tell_health(store);
	if (more) {
		return clock_mono(store->clock);
	}
	next = flush_next(store);
	due = accept_next(store);
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
		accept_all(store);
	}
	syncer_free(store->syncer);
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
	config_unref(store->opening);
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
	return syncer_busy(store->syncer) || (store->child != NULL &&
	    (store->n_requests > 0 || !child_ready(store->child)));
}
