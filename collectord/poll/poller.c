/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/poller.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "poll/apply.h"
#include "poll/ending.h"

/* Source: engine.md section 9: tick of batch plugins, share of suspects. */
#define TICK_NS (10 * NS_PER_MS)
#define SUSPECT_SHARE 4
#define LATE_NS NS_PER_S
/*
 * A poll in flight that has been silent for a while will hardly be answered: it
 * gives its place to others, so that devices that die at once do not make the
 * living late.  So many times the cap may be in flight with the silent ones.
 */
#define SILENT_SHARE 20         /* of the interval: 1/20 */
#define SILENT_MIN_NS NS_PER_S
#define SILENT_FACTOR 4

static struct mono
now_mono(const struct poller *poller)
{
	return clock_mono(poller->setup.clock);
}

static struct wall
now_wall(const struct poller *poller)
{
	return clock_wall(poller->setup.clock);
}

/* ---- starting --------------------------------------------------------------------- */

static void
on_tick(void *arg)
{
	struct poller *poller = arg;

	for (struct run *run = poller->runs; run != NULL; run = run->next) {
		if (run->n_in_flight > 0 && run->plugin->input->tick != NULL &&
		    !(run->plugin->flags & COL_PLUGIN_BLOCKS)) {
			run->plugin->input->tick(run->state);
		}
	}
	if (poller->n_in_flight > 0) {
		wheel_arm(poller->loop.wheel, &poller->tick, (struct mono){
		    now_mono(poller).ns + TICK_NS }, on_tick, poller);
	}
}

/* On a pool thread. */
static void
on_job_ended(void *arg, struct pool_job *job)
{
	struct poller *poller = arg;

	pthread_mutex_lock(&poller->lock);
	DL_APPEND(poller->ended, job);
	pthread_mutex_unlock(&poller->lock);
	loop_wake(&poller->loop);
}

/* What the pool thread collected becomes the poll's own, if it still is one. */
static void
take_job(struct poller *poller, struct pool_job *job)
{
	struct polled *polled = job->owner;
	struct batch *batch = polled->poll == NULL ? NULL :
	    flight_close(poller->flights, polled->poll);

	polled->job = NULL;
	poller->n_jobs--;
	if (batch != NULL) {
		batch_free(batch);
		ending_poll(polled, job->batch);
	} else {
		stats_add(STATS_POLL_LATE_CALLS, 1);
		batch_free(job->batch);
	}
	free(job);
	apply_resume(polled);
}

static void
submit(struct polled *polled, struct mono deadline)
{
	struct poller *poller = polled->poller;
	struct pool *pool = poller->setup.pool(poller->setup.arg);
	struct pool_job *job = calloc(1, sizeof(*job));

	if (pool == NULL || job == NULL) {
		free(job);
		ending_close(polled, COL_POLL_INTERNAL, "no pool threads");
		return;
	}
	job->input = polled->run->plugin->input;
	job->plugin = polled->run->state;
	job->device = polled->device;
	job->deadline_ns = deadline.ns;
	job->batch = batch_new(polled->index, polled->due.slot, now_mono(poller));
	job->ended = on_job_ended;
	job->arg = poller;
	job->owner = polled;
	polled->job = job;
	poller->n_jobs++;
	pool_submit(pool, job);
}

static void
start(struct polled *polled, struct mono deadline)
{
	struct poller *poller = polled->poller;
	struct run *run = polled->run;
	struct batch *batch = batch_new(polled->index, polled->due.slot,
	    now_mono(poller));
	struct col_poll *poll = flight_open(poller->flights, batch, ending_done, polled);

	if (poll == NULL) {
		batch_free(batch);
		ending_skip(polled, polled->due.slot, "too many polls in flight");
		return;
	}
	polled->poll = poll;
	polled->started = now_mono(poller);
	polled->young = true;
	DL_APPEND2(poller->young, polled, young_prev, young_next);
	poller->n_young++;
	poller->n_in_flight++;
	run->n_in_flight++;
	polled->suspect = polled->health.n_failures > 0;
	poller->n_suspects += polled->suspect;
	stats_add(STATS_POLL_STARTED, 1);
	stats_add(STATS_POLL_IN_FLIGHT, 1);
	wheel_arm(poller->loop.wheel, &polled->deadline, deadline, ending_deadline,
	    polled);
	if (!wheel_armed(&poller->tick)) {
		wheel_arm(poller->loop.wheel, &poller->tick, (struct mono){
		    now_mono(poller).ns + TICK_NS }, on_tick, poller);
	}
	if (run->plugin->flags & COL_PLUGIN_BLOCKS) {
		submit(polled, deadline);
	} else {
		run->plugin->input->poll_start(run->state, polled->device,
		    deadline.ns, poll);
	}
}

static void
start_due(struct polled *polled)
{
	struct poller *poller = polled->poller;
	int64_t late = now_mono(poller).ns - polled->due_at.ns;

	stats_observe(poller->setup.lateness, late > 0 ? late / 1000 : 0);
	if (late > LATE_NS) {
		stats_add(STATS_POLL_LATE, 1);
		pthread_mutex_lock(&poller->lock);
		polled->health.n_late++;
		pthread_mutex_unlock(&poller->lock);
	}
	start(polled, (struct mono){ polled->due_at.ns + poller->interval_ns / 2 });
}

static void
unqueue(struct polled *polled)
{
	if (polled->queued_in != NULL) {
		DL_DELETE2(*polled->queued_in, polled, queue_prev, queue_next);
		polled->queued_in = NULL;
	}
}

void
poller_age(struct polled *polled)
{
	struct poller *poller = polled->poller;

	if (polled->young) {
		DL_DELETE2(poller->young, polled, young_prev, young_next);
		polled->young = false;
		poller->n_young--;
	}
}

static void
age_silent(struct poller *poller)
{
	int64_t silent_ns = poller->interval_ns / SILENT_SHARE;
	int64_t limit = now_mono(poller).ns -
	    (silent_ns > SILENT_MIN_NS ? silent_ns : SILENT_MIN_NS);

	while (poller->young != NULL && poller->young->started.ns <= limit) {
		poller_age(poller->young);
	}
}

static bool
has_room(const struct poller *poller)
{
	return poller->n_young < poller->in_flight_max &&
	    poller->n_in_flight / SILENT_FACTOR < poller->in_flight_max;
}

/* Skips what waited too long; the lists are in order of due time. */
static void
drop_late(struct poller *poller, struct polled **list)
{
	int64_t limit = now_mono(poller).ns - poller->interval_ns / 2;

	while (*list != NULL && (*list)->due_at.ns < limit) {
		struct polled *polled = *list;
		unqueue(polled);
		ending_skip(polled, polled->due.slot, "half an interval late");
	}
}

/* Starts what may start of one list; false: nothing more may start now. */
static bool
pump_list(struct poller *poller, struct polled **list, uint32_t suspects_max)
{
	while (*list != NULL) {
		struct polled *polled = *list;
		if (!has_room(poller)) {
			return false;
		}
		if (poller->n_suspects >= suspects_max) {
			return true;
		}
		if (!sched_bucket_take(&poller->bucket, now_mono(poller))) {
			return false;
		}
		unqueue(polled);
		start_due(polled);
	}
	return true;
}

static void
on_refill(void *arg)
{
	/* The round that follows the timers pumps. */
	(void)arg;
}

static void
pump(struct poller *poller)
{
	uint32_t share = poller->in_flight_max / SUSPECT_SHARE;

	if (poller->stopping) {
		return;
	}
	age_silent(poller);
	drop_late(poller, &poller->waiting[0]);
	drop_late(poller, &poller->waiting[1]);
	if (pump_list(poller, &poller->waiting[0], UINT32_MAX)) {
		(void)pump_list(poller, &poller->waiting[1], share > 0 ? share : 1);
	}
	if (poller->waiting[0] != NULL || poller->waiting[1] != NULL) {
		wheel_arm(poller->loop.wheel, &poller->refill, (struct mono){
		    now_mono(poller).ns + TICK_NS }, on_refill, poller);
	}
}

/* ---- appointments ------------------------------------------------------------------- */

/* Makes the appointment after one that is due now. */
static void
appoint_next(struct polled *polled, struct sched_due due)
{
	struct poller *poller = polled->poller;
	int64_t late = now_mono(poller).ns - polled->timer.due.ns;
	struct wall after = due.at;

	if (late > poller->interval_ns / 2) {
		/* The thread stood still: go on from now, not slot by slot. */
		after.ns = now_wall(poller).ns - poller->interval_ns / 2;
	}
	poller_appoint(poller, polled, after);
	int64_t passed = (polled->next.slot.ns - due.slot.ns) / poller->interval_ns;
	if (passed > 1) {
		ending_count_skipped(polled, (uint64_t)passed - 1);
	}
}

static void
on_due(void *arg)
{
	struct polled *polled = arg;
	struct poller *poller = polled->poller;
	struct sched_due due = polled->next;
	struct mono due_at = polled->timer.due;
	int64_t early = due.slot.ns - now_wall(poller).ns;

	if (early > 0 && early < SCHED_JUMP_NS) {
		/* The clock was slewed since: what is read now is the slot's before. */
		wheel_arm(poller->loop.wheel, &polled->timer, (struct mono){
		    now_mono(poller).ns + early }, on_due, polled);
		return;
	}
	/* After a jump of the wall clock the one before may still be under way. */
	bool under_way = polled->poll != NULL || polled->queued_in != NULL;

	if (!under_way) {
		polled->due = due;
		polled->due_at = due_at;
	}
	appoint_next(polled, due);
	if (under_way) {
		ending_skip(polled, due.slot, "the poll before is under way");
	} else if (polled->off != NULL) {
		ending_leave_out(polled, due.slot, COL_POLL_INTERNAL, polled->off);
	} else if (polled->job != NULL) {
		ending_skip(polled, due.slot, "the poll before blocks its pool thread");
	} else if (polled->health.pause > 0) {
		pthread_mutex_lock(&poller->lock);
		polled->health.pause--;
		pthread_mutex_unlock(&poller->lock);
		ending_leave_out(polled, due.slot, COL_POLL_CANCELLED,
		    "down: left out until its next try");
	} else {
		polled->queued_in = &poller->waiting[polled->health.n_failures > 0];
		DL_APPEND2(*polled->queued_in, polled, queue_prev, queue_next);
	}
}

void
poller_appoint(struct poller *poller, struct polled *polled, struct wall after)
{
	struct sched_due next = sched_after(after, poller->interval_ns,
	    polled->phase_ns);

	/* A clock set back must not bring the same slot twice. */
	if (next.slot.ns == polled->due.slot.ns) {
		next = sched_after(next.at, poller->interval_ns, polled->phase_ns);
	}
	pthread_mutex_lock(&poller->lock);
	polled->next = next;
	pthread_mutex_unlock(&poller->lock);
	wheel_arm(poller->loop.wheel, &polled->timer,
	    clock_to_mono(poller->setup.clock, next.at), on_due, polled);
}

static void
appoint_all(struct poller *poller)
{
	for (uint32_t i = 0; i < poller->n_devices; i++) {
		if (poller->devices[i] != NULL) {
			poller_appoint(poller, poller->devices[i], now_wall(poller));
		}
	}
}

void
poller_pace(struct poller *poller, int64_t interval_ns, uint32_t in_flight_max,
    uint32_t n_devices)
{
	poller->in_flight_max = in_flight_max > 0 ? in_flight_max : 1;
	pthread_mutex_lock(&poller->lock);
	poller->interval_ns = interval_ns;
	pthread_mutex_unlock(&poller->lock);
	sched_bucket_set(&poller->bucket, n_devices, interval_ns, now_mono(poller));
}

void
poller_unschedule(struct polled *polled)
{
	struct poller *poller = polled->poller;

	wheel_cancel(poller->loop.wheel, &polled->timer);
	if (polled->queued_in != NULL) {
		unqueue(polled);
		ending_leave_out(polled, polled->due.slot, COL_POLL_CANCELLED,
		    "the configuration has changed");
	}
}

int
poller_poll_now(struct polled *polled, int64_t timeout_ns)
{
	struct poller *poller = polled->poller;

	if (polled->poll != NULL || polled->job != NULL) {
		return COL_EBUSY;
	}
	polled->due = sched_after((struct wall){ now_wall(poller).ns -
	    poller->interval_ns }, poller->interval_ns, 0);
	polled->due_at = now_mono(poller);
	start(polled, (struct mono){ polled->due_at.ns + timeout_ns });
	return 0;
}

/* ---- rounds --------------------------------------------------------------------------- */

static void
watch_clock(struct poller *poller)
{
	int64_t by;

	if (!sched_jumped(&poller->offset, now_wall(poller), now_mono(poller), &by)) {
		return;
	}
	LOG_WARN("poll", NULL, NULL, "the wall clock jumped by %.3f s: "
	    "the schedule is made anew", (double)by / (double)NS_PER_S);
	appoint_all(poller);
}

void
poller_round(struct poller *poller)
{
	struct pool_job *jobs, *job, *next;

	watch_clock(poller);
	pthread_mutex_lock(&poller->lock);
	jobs = poller->ended;
	poller->ended = NULL;
	pthread_mutex_unlock(&poller->lock);
	DL_FOREACH_SAFE(jobs, job, next) {
		take_job(poller, job);
	}
	pump(poller);
}

static void
on_round(void *arg)
{
	poller_round(arg);
}

/* ---- life ------------------------------------------------------------------------------ */

int
poller_init(struct poller *poller, const struct poller_setup *setup,
    struct col_error *error)
{
	*poller = (struct poller){ .setup = *setup, .interval_ns = 60 * NS_PER_S,
		.in_flight_max = 1 };
	int rc = loop_init(&poller->loop, setup->clock, setup->real, error);
	if (rc != 0) {
		return rc;
	}
	pthread_mutex_init(&poller->lock, NULL);
	poller->made = true;
	poller->flights = flights_new();
	poller->describer = describer_new();
	poller->arena = arena_new();
	loop_set_work(&poller->loop, on_round, poller);
	if (poller->flights == NULL || poller->describer == NULL) {
		poller_done(poller);
		poller_free(poller);
		return err_set(error, COL_ENOMEM, "POLL thread: out of memory");
	}
	return 0;
}

struct flights *
poller_enter(struct poller *poller)
{
	return flights_enter(poller->flights);
}

struct run *
poller_run(const struct poller *poller, const char *name)
{
	struct run *run = poller->runs;

	while (run != NULL && strcmp(run->name, name) != 0) {
		run = run->next;
	}
	return run;
}

void
poller_pause(struct poller *poller)
{
	poller->stopping = true;
	for (uint32_t i = 0; i < poller->n_devices; i++) {
		if (poller->devices[i] != NULL) {
			poller_unschedule(poller->devices[i]);
		}
	}
}

void
poller_quiesce(struct poller *poller)
{
	poller_pause(poller);
	for (uint32_t i = 0; i < poller->n_devices; i++) {
		struct polled *polled = poller->devices[i];
		if (polled != NULL) {
			poller_cancel(polled, COL_POLL_CANCELLED, "stopping");
		}
	}
}

bool
poller_is_busy(struct poller *poller)
{
	poller_round(poller);
	return poller->n_jobs > 0;
}

static void
stop_run(struct run *run)
{
	if (run->started) {
		run->plugin->input->thread_stop(run->state);
		host_done(&run->host);
	}
	free(run->profiles);
	free((char *)run->name);
	free(run);
}

void
poller_done(struct poller *poller)
{
	if (poller->loop.wheel == NULL) {
		return; /* was never made */
	}
	for (uint32_t i = 0; i < poller->n_devices; i++) {
		if (poller->devices[i] != NULL) {
			apply_remove(poller->devices[i]);
		}
	}
	pthread_mutex_lock(&poller->lock);
	struct run *runs = poller->runs;
	struct polled **devices = poller->devices;
	poller->runs = NULL;
	poller->devices = NULL;
	poller->n_devices = 0;
	pthread_mutex_unlock(&poller->lock);
	while (runs != NULL) {
		struct run *run = runs;
		runs = run->next;
		stop_run(run);
	}
	free(devices);
	loop_done(&poller->loop);
	flights_free(poller->flights);
	describer_free(poller->describer);
	arena_free(poller->arena);
}

void
poller_free(struct poller *poller)
{
	if (poller->made) {
		pthread_mutex_destroy(&poller->lock);
		poller->made = false;
	}
}
