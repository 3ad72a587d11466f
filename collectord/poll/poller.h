/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One POLL thread's share of the work: its devices, their plugins, when each
 * is polled and how each poll ends.
 *
 * A device's round: its timer fires at the due time -> it joins a queue (or is
 * left out: down, still busy) -> pump() starts it when the in-flight cap and
 * the start rate allow, or skips it half an interval late -> the plugin answers
 * through flight.c, or the deadline cancels it -> one batch goes to the sink.
 * Each due slot of each device sends exactly one batch, so that flow knows when
 * a slot is complete.
 *
 * Route: fed by apply.c with devices; feeds the sink.
 * Thread: all functions on the owning thread unless said otherwise.
 * Source: engine.md section 9; DESIGN.md 3 and 4.4.
 */
#ifndef POLL_POLLER_H
#define POLL_POLLER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/stats.h"
#include "poll/describe.h"
#include "poll/device.h"
#include "poll/flight.h"
#include "poll/host.h"
#include "poll/loop.h"
#include "poll/pool.h"
#include "poll/sched.h"

/* One plugin on this thread. */
struct run {
	struct run *next;
	const struct col_plugin *plugin;  /* NULL: there is none of that name */
	const char *name;                 /* owned */
	struct host host;
	void *state;
	bool started;
	char reason[256];                 /* why not started */
	struct describe_profiles *profiles;
	uint32_t n_devices, n_in_flight;  /* n_devices: under the lock */
};

/* One device. */
struct polled {
	uint32_t index;                   /* dense id */
	char *id;                         /* owned */
	uint64_t key;                     /* hash of its id */
	struct poller *poller;
	struct run *run;
	struct description *description;
	struct description *next_description; /* waits for a busy pool thread */
	void *device;                     /* the plugin's; NULL with off */
	char *off;                        /* why the plugin did not take it */
	int64_t phase_ns;
	struct sched_due next;            /* the next appointment */
	struct sched_due due;             /* the one that waits or is in flight */
	struct mono due_at;               /* the same in monotonic time */
	struct wheel_timer timer;         /* for next */
	struct wheel_timer deadline;      /* of the poll in flight */
	struct polled *queue_prev, *queue_next;
	struct polled **queued_in;        /* NULL: does not wait */
	struct col_poll *poll;            /* in flight; NULL: none */
	struct mono started;              /* that one */
	struct polled *young_prev, *young_next;
	bool young;                       /* in that list: an answer may come any time */
	bool suspect;                     /* in flight and counted as suspect */
	bool cancelling;                  /* inside the plugin's poll_cancel() */
	struct pool_job *job;             /* on the pool, perhaps beyond the poll */
	bool leaving;                     /* remove it when the job has ended */
	struct device_health health;      /* written under the lock */
};

/* How the poller reaches the rest of the room; the same for all threads. */
struct poller_setup {
	const struct clock *clock;
	struct batch_sink sink;
	struct event_sink events;         /* of devices; fn NULL: nobody listens */
	struct stats_histogram *lateness;
	/* The pool, made when the first plugin needs it. */
	struct pool *(*pool)(void *arg);
	void *arg;
	bool real;                        /* with a libuv loop */
};

struct poller {
	struct poller_setup setup;
	struct loop loop;
	struct flights *flights;
	struct describer *describer;
	struct arena *arena;              /* the plugins' own options */
	struct run *runs;
	int64_t interval_ns;
	uint32_t in_flight_max;
	uint32_t n_in_flight, n_suspects;
	uint32_t n_young;                 /* of those in flight */
	struct polled *young;             /* the same, in order of their starts */
	uint32_t n_jobs;                  /* on the pool, ended polls' too */
	struct polled *waiting[2];        /* healthy; suspect */
	struct sched_bucket bucket;
	struct sched_offset offset;
	struct wheel_timer tick, refill;
	bool stopping, made;

	pthread_mutex_t lock;             /* guards what follows, and each health */
	struct polled **devices;          /* by dense id; NULL: not here */
	uint32_t n_devices;
	uint32_t counts[DEVICE_STATE_N];
	struct pool_job *ended;           /* jobs that the pool gave back */
};

int poller_init(struct poller *poller, const struct poller_setup *setup,
    struct col_error *error);
/* What is to be done after the timers of each round; the loop's work. */
void poller_round(struct poller *poller);
/* Starts no more polls; those in flight go on to their ends. */
void poller_pause(struct poller *poller);
/* Ends the polls in flight with COL_POLL_CANCELLED and starts no more. */
void poller_quiesce(struct poller *poller);
/* True while a pool thread still works for one of its devices. */
bool poller_is_busy(struct poller *poller);
/*
 * After poller_quiesce: removes devices and stops plugins.  What others may
 * ask (under the lock) is answered with nothing until poller_free.
 */
void poller_done(struct poller *poller);
void poller_free(struct poller *poller);

/* Makes this the thread that plugin calls come from; returns the one before. */
struct flights *poller_enter(struct poller *poller);

/* Sets the pace and makes new appointments when the interval has changed. */
void poller_pace(struct poller *poller, int64_t interval_ns,
    uint32_t in_flight_max, uint32_t n_devices);
/* The run of a plugin of that name; NULL: not on this thread yet. */
struct run *poller_run(const struct poller *poller, const char *name);
/* Makes the first appointment of a device, or new ones for another phase. */
void poller_appoint(struct poller *poller, struct polled *polled, struct wall after);
/* Ends a poll in flight, if there is one: the plugin's poll_cancel, one batch. */
void poller_cancel(struct polled *polled, enum col_status status,
    const char *detail);
/* The poll in flight does not count as one that may be answered any more. */
void poller_age(struct polled *polled);
/* Takes a device out of timers and queues; its batch, when due, is sent. */
void poller_unschedule(struct polled *polled);
/*
 * Tries a poll now, outside the schedule (oneshot).  The batch goes to the
 * sink.  Errors: COL_EBUSY.
 */
int poller_poll_now(struct polled *polled, int64_t timeout_ns);

#endif
