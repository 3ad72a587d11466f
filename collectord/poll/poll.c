/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/poll.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "poll/apply.h"
#include "poll/load.h"
#include "poll/output.h"
#include "poll/poller.h"

#define THREADS_MAX 64
/* Polls in flight, and then blocking ones, get so long when the daemon stops. */
#define STOP_WAIT_NS (2 * NS_PER_S)

enum command { COMMAND_NONE = 0, COMMAND_APPLY, COMMAND_PAUSE, COMMAND_QUIESCE,
	COMMAND_EXIT };

/* One POLL thread, or the caller's own when there are none. */
struct worker {
	struct poll *poll;
	struct poller poller;
	pthread_t thread;
	bool started;
	/* guarded by lock: MAIN posts, the thread answers with COMMAND_NONE */
	pthread_mutex_t lock;
	pthread_cond_t answered;
	bool drained;                  /* paused, and nothing is in flight */
	enum command command;
	const struct apply *apply;
};

struct poll {
	const struct clock *clock;
	const struct plugins *plugins;
	struct plugins *loaded;        /* the same, when we loaded them */
	struct stats_histogram lateness;
	bool threaded, applied, stopped, stuck;
	_Atomic int64_t interval_ns;
	struct outputs *_Atomic outputs;
	pthread_mutex_t pool_lock;
	struct pool *pool;             /* guarded by pool_lock */
	unsigned n_workers;
	struct worker workers[];
};

static struct pool *
get_pool(void *arg)
{
	struct poll *poll = arg;

	pthread_mutex_lock(&poll->pool_lock);
	if (poll->pool == NULL && !poll->stopped) {
		poll->pool = pool_new(POOL_THREADS);
	}
	struct pool *pool = poll->pool;
	pthread_mutex_unlock(&poll->pool_lock);
	return pool;
}

/* ---- POLL threads ------------------------------------------------------------- */

static void
obey(struct worker *worker, enum command command)
{
	switch (command) {
	case COMMAND_APPLY:
		apply_config(&worker->poller, worker->apply);
		break;
	case COMMAND_PAUSE:
		poller_pause(&worker->poller);
		break;
	case COMMAND_QUIESCE:
		poller_quiesce(&worker->poller);
		break;
	case COMMAND_EXIT:
		loop_stop(&worker->poller.loop);
		break;
	case COMMAND_NONE:
		break;
	}
}

static void
on_work(void *arg)
{
	struct worker *worker = arg;

	pthread_mutex_lock(&worker->lock);
	enum command command = worker->command;
	pthread_mutex_unlock(&worker->lock);
	if (command != COMMAND_NONE) {
		obey(worker, command);
		pthread_mutex_lock(&worker->lock);
		worker->command = COMMAND_NONE;
		pthread_cond_signal(&worker->answered);
		pthread_mutex_unlock(&worker->lock);
	}
	poller_round(&worker->poller);
	if (worker->poller.stopping && worker->poller.n_in_flight == 0) {
		pthread_mutex_lock(&worker->lock);
		worker->drained = true;
		pthread_cond_signal(&worker->answered);
		pthread_mutex_unlock(&worker->lock);
	}
}

/* Has the thread do something and waits until it is done.  Thread: MAIN. */
static void
command(struct worker *worker, enum command command, const struct apply *apply)
{
	worker->apply = apply;
	if (!worker->started) {
		struct flights *before = poller_enter(&worker->poller);
		obey(worker, command);
		flights_enter(before);
		return;
	}
	pthread_mutex_lock(&worker->lock);
	worker->command = command;
	loop_wake(&worker->poller.loop);
	while (worker->command != COMMAND_NONE) {
		pthread_cond_wait(&worker->answered, &worker->lock);
	}
	pthread_mutex_unlock(&worker->lock);
}

static void *
worker_main(void *arg)
{
	struct worker *worker = arg;

	poller_enter(&worker->poller);
	loop_run(&worker->poller.loop);
	/* What a pool thread still uses is left where it is. */
	if (!poller_is_busy(&worker->poller)) {
		poller_done(&worker->poller);
	}
	flights_enter(NULL);
	return NULL;
}

static int
start_threads(struct poll *poll, struct col_error *error)
{
	for (unsigned i = 0; poll->threaded && i < poll->n_workers; i++) {
		struct worker *worker = &poll->workers[i];
		char name[16];

		if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0) {
			return err_set(error, COL_EIO, "no POLL thread");
		}
		(void)str_format(name, sizeof(name), "poll%u", i);
		pthread_setname_np(worker->thread, name);
		worker->started = true;
	}
	return 0;
}

/* ---- life ---------------------------------------------------------------------- */

/* Waits by the monotonic clock. */
static void
init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

static int
init_workers(struct poll *poll, const struct poll_setup *setup,
    struct col_error *error)
{
	struct poller_setup each = { .clock = setup->clock, .sink = setup->sink,
		.events = setup->events,
		.lateness = &poll->lateness, .pool = get_pool, .arg = poll,
		.real = poll->threaded };

	for (unsigned i = 0; i < poll->n_workers; i++) {
		struct worker *worker = &poll->workers[i];
		worker->poll = poll;
		pthread_mutex_init(&worker->lock, NULL);
		init_condition(&worker->answered);
		int rc = poller_init(&worker->poller, &each, error);
		if (rc != 0) {
			return rc;
		}
		loop_set_work(&worker->poller.loop, on_work, worker);
	}
	return 0;
}

int
poll_new(const struct poll_setup *setup, struct poll **ret_poll,
    struct col_error *error)
{
	unsigned n = setup->n_threads > 0 ? setup->n_threads : 1;

	if (n > THREADS_MAX) {
		return err_set(error, COL_ERANGE, "at most %d POLL threads", THREADS_MAX);
	}
	struct poll *poll = calloc(1, sizeof(*poll) + n * sizeof(poll->workers[0]));
	if (poll == NULL) {
		return err_set(error, COL_ENOMEM, "out of memory");
	}
	poll->clock = setup->clock;
	poll->threaded = setup->n_threads > 0;
	poll->n_workers = n;
	pthread_mutex_init(&poll->pool_lock, NULL);
	int rc = 0;
	if (setup->plugins == NULL) {
		rc = load_plugins(setup->plugin_dir, &poll->loaded, error);
	}
	poll->plugins = setup->plugins != NULL ? setup->plugins : poll->loaded;
	rc = rc != 0 ? rc : init_workers(poll, setup, error);
	if (rc != 0) {
		poll_free(poll);
		return rc;
	}
	for (size_t i = 0; i < poll->plugins->n_entries; i++) {
		const struct plugin_entry *entry = &poll->plugins->entries[i];
		if (entry->plugin == NULL) {
			LOG_ERROR("poll", "plugin", entry->name, "refused: %s",
			    entry->reason);
		}
	}
	*ret_poll = poll;
	return 0;
}

const struct plugins *
poll_plugins(const struct poll *poll)
{
	return poll->plugins;
}

int
poll_apply(struct poll *poll, const struct config *config,
    struct col_error *error)
{
	assert(!poll->stopped);
	if (!poll->applied) {
		poll->outputs = outputs_new(config, poll->plugins, clock_real());
		int rc = start_threads(poll, error);
		if (rc != 0) {
			return rc;
		}
		poll->applied = true;
	}
	poll->interval_ns = config->settings.interval_ns;
	for (unsigned i = 0; i < poll->n_workers; i++) {
		struct apply apply = { .config = config, .plugins = poll->plugins,
			.thread = i, .n_threads = poll->n_workers, .keeps = true };
		command(&poll->workers[i], COMMAND_APPLY, &apply);
	}
	return 0;
}

/* Starts no more polls and lets those in flight end, for a while. */
static void
drain(struct poll *poll)
{
	int64_t until = clock_mono(clock_real()).ns + STOP_WAIT_NS;
	struct timespec at = { .tv_sec = until / NS_PER_S,
		.tv_nsec = until % NS_PER_S };

	for (unsigned i = 0; i < poll->n_workers; i++) {
		if (poll->workers[i].started) {
			command(&poll->workers[i], COMMAND_PAUSE, NULL);
		}
	}
	for (unsigned i = 0; i < poll->n_workers; i++) {
		struct worker *worker = &poll->workers[i];
		int rc = worker->started ? 0 : -1;

		pthread_mutex_lock(&worker->lock);
		while (!worker->drained && rc == 0) {
			rc = pthread_cond_timedwait(&worker->answered, &worker->lock, &at);
		}
		pthread_mutex_unlock(&worker->lock);
	}
}

static void
stop_worker(struct worker *worker)
{
	if (worker->started) {
		command(worker, COMMAND_EXIT, NULL);
		pthread_join(worker->thread, NULL);
		worker->started = false;
	} else {
		struct flights *before = poller_enter(&worker->poller);
		if (!poller_is_busy(&worker->poller)) {
			poller_done(&worker->poller);
		}
		flights_enter(before);
	}
	if (worker->poller.n_jobs > 0) {
		worker->poll->stuck = true;
	}
}

void
poll_stop(struct poll *poll)
{
	if (poll == NULL || poll->stopped) {
		return;
	}
	if (poll->threaded) {
		drain(poll);
	}
	for (unsigned i = 0; i < poll->n_workers; i++) {
		if (poll->workers[i].poller.made) {
			command(&poll->workers[i], COMMAND_QUIESCE, NULL);
		}
	}
	pthread_mutex_lock(&poll->pool_lock);
	poll->stopped = true;
	struct pool *pool = poll->pool;
	pthread_mutex_unlock(&poll->pool_lock);
	if (!pool_free(pool, STOP_WAIT_NS)) {
		LOG_ERROR("poll", NULL, NULL, "a plugin's poll_start() still blocks: "
		    "it is left behind");
	}
	for (unsigned i = 0; i < poll->n_workers; i++) {
		if (poll->workers[i].poller.made) {
			stop_worker(&poll->workers[i]);
		}
	}
}

void
poll_free(struct poll *poll)
{
	if (poll == NULL) {
		return;
	}
	poll_stop(poll);
	outputs_free(poll->outputs);
	if (poll->stuck) {
		return; /* its threads may still look at it */
	}
	for (unsigned i = 0; i < poll->n_workers; i++) {
		if (poll->workers[i].poll != NULL) {
			poller_free(&poll->workers[i].poller);
			pthread_cond_destroy(&poll->workers[i].answered);
			pthread_mutex_destroy(&poll->workers[i].lock);
		}
	}
	pthread_mutex_destroy(&poll->pool_lock);
	load_free(poll->loaded);
	free(poll);
}

struct mono
poll_step(struct poll *poll)
{
	struct worker *worker = &poll->workers[0];

	assert(!poll->threaded && !poll->stopped);
	struct flights *before = poller_enter(&worker->poller);
	struct mono next = loop_step(&worker->poller.loop);
	flights_enter(before);
	return next;
}

/* ---- what others ask ------------------------------------------------------------- */

static bool
copy_status(struct poller *poller, uint32_t device,
    struct device_status *ret_status)
{
	pthread_mutex_lock(&poller->lock);
	const struct polled *polled = device < poller->n_devices ?
	    poller->devices[device] : NULL;
	if (polled != NULL) {
		ret_status->phase_ns = polled->phase_ns;
		ret_status->next_poll.ns = polled->next.at.ns +
		    polled->health.pause * poller->interval_ns;
		device_copy(&polled->health, ret_status);
	}
	pthread_mutex_unlock(&poller->lock);
	return polled != NULL;
}

int
poll_device_status(const struct poll *poll, uint32_t device,
    struct device_status *ret_status)
{
	for (unsigned i = 0; i < poll->n_workers; i++) {
		struct worker *worker = (struct worker *)&poll->workers[i];
		if (copy_status(&worker->poller, device, ret_status)) {
			return 0;
		}
	}
	return COL_ENOENT;
}

void
poll_counts(const struct poll *poll, struct poll_counts *ret_counts)
{
	uint32_t sum[DEVICE_STATE_N] = { 0 };

	for (unsigned i = 0; i < poll->n_workers; i++) {
		struct poller *poller = &((struct worker *)&poll->workers[i])->poller;
		pthread_mutex_lock(&poller->lock);
		for (unsigned s = 0; s < DEVICE_STATE_N; s++) {
			sum[s] += poller->counts[s];
		}
		pthread_mutex_unlock(&poller->lock);
	}
	*ret_counts = (struct poll_counts){
		.total = sum[DEVICE_UNKNOWN] + sum[DEVICE_UP] + sum[DEVICE_DEGRADED] +
		    sum[DEVICE_DOWN],
		.up = sum[DEVICE_UP], .degraded = sum[DEVICE_DEGRADED],
		.down = sum[DEVICE_DOWN], .unknown = sum[DEVICE_UNKNOWN] };
	if (poll->interval_ns > 0) {
		ret_counts->due_per_s = (double)ret_counts->total *
		    (double)NS_PER_S / (double)poll->interval_ns;
	}
}

const struct stats_histogram *
poll_lateness(const struct poll *poll)
{
	return &poll->lateness;
}

uint32_t
poll_plugin_devices(const struct poll *poll, const char *plugin)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < poll->n_workers; i++) {
		struct poller *poller = &((struct worker *)&poll->workers[i])->poller;
		pthread_mutex_lock(&poller->lock);
		const struct run *run = poller_run(poller, plugin);
		n += run != NULL ? run->n_devices : 0;
		pthread_mutex_unlock(&poller->lock);
	}
	return n;
}

static void
on_record(void *arg, const struct record *record)
{
	struct poll *poll = arg;
	output_record(poll->outputs, record);
}

struct record_sink
poll_outputs(struct poll *poll)
{
	return (struct record_sink){ .fn = on_record, .arg = poll };
}
