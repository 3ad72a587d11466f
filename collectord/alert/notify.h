/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * notify: from changes of alerts to messages accepted by receivers; at least
 * once, in order per receiver and group, through restarts and outages.
 *
 * changes -> routes -> groups (wait, interval, repeat) -> deliveries (on disk)
 * -> queue per receiver (order, rate, ladder of tries) -> transport -> verdict.
 * Everything is a step() on the clock given; the transport is an interface, so
 * that 24 hours of outage take a test no time.
 *
 * Route: alert -> state -> notify -> the world.  Thread: NOTIFY, but where said.
 * Source: domain.md 4.3.
 */
#ifndef ALERT_NOTIFY_H
#define ALERT_NOTIFY_H

#include "alert/transport.h"
#include "base/clock.h"
#include "config/config.h"
#include "model/delivery.h"
#include "state/alerts.h"
#include "state/deliveries.h"
#include "state/state.h"

struct notify;

/* Deliveries that wait, of all receivers; beyond it they are merged. */
#define NOTIFY_QUEUED_MAX 100000

struct notify_setup {
	const struct clock *clock;
	struct state *state;
	struct transport *transport;    /* borrowed */
	void (*wake)(void *arg);        /* asks for a step; any thread */
	void *wake_arg;
	/* a receiver has accepted nothing for so long; 0: it has again (to alert_own) */
	void (*silent)(void *arg, const char *receiver, double silent_s);
	void *silent_arg;
	size_t queued_max;              /* 0: NOTIFY_QUEUED_MAX */
	/* random numbers for jitter and ids; NULL: the system's */
	uint64_t (*random)(void *arg);
	void *random_arg;
};

/* Goes on from what was kept; takes the notices of loaded->queued over.  Nothing
 * is sent before notify_apply.  Thread: MAIN.  NULL: no memory. */
struct notify *notify_new(const struct notify_setup *setup,
    const struct deliveries_loaded *loaded, const struct alerts_loaded *open);
/* The step has stopped, the transport is gone, and state answers no more. */
void notify_free(struct notify *notify);
struct mono notify_step(void *notify);     /* a thread_step_fn */

/* Thread: any, for all below. */
void notify_apply(struct notify *notify, const struct config *config);
/* Changes that are on the disk, in order; copied. */
void notify_changes(struct notify *notify, const struct alert_change *changes,
    size_t n_changes);

/*
 * Sends a test by the same way as any message: the given alert (its id set), or
 * when it is NULL the newest one told, or an example.  fn once, on NOTIFY, with
 * the first attempt made of it, or COL_ENOENT (no such receiver), COL_ETIMEOUT;
 * COL_EFULL comes at once, on the caller's thread.
 */
typedef void notify_tested_fn(void *arg, int code, const struct delivery *delivery,
    const struct attempt *attempt);
void notify_test(struct notify *notify, const char *receiver, const struct alert *alert,
    const struct audit_entry *audit, notify_tested_fn *fn, void *arg);
/* Puts a delivery (dead, or delivered) into the queue again, as a new one with
 * the same key.  fn: the new one.  Errors: COL_ENOENT, COL_EINVAL (it waits). */
typedef void notify_replayed_fn(void *arg, int code, int64_t id);
void notify_replay(struct notify *notify, int64_t id, const struct audit_entry *audit,
    notify_replayed_fn *fn, void *arg);

/* How receivers fare; a copy.  Owns: free items. */
struct notify_receiver {
	char name[64];
	uint32_t n_queued, n_dead;      /* dead: since the start */
	uint64_t n_delivered, n_attempts;
	struct wall accepted;           /* last; 0: never in this run */
	struct wall failed;             /* last */
	char error[200];                /* of the last failure, "" after a success */
	bool disabled;                  /* 410: until its configuration changes */
	struct wall next_try;           /* 0: nothing waits */
};
size_t notify_receivers(struct notify *notify, struct notify_receiver **ret_items);
/* The canary: sent and accepted by each receiver that is to get it. */
struct notify_canary { struct wall sent, confirmed; uint32_t n_receivers, n_confirmed; };
void notify_canary(struct notify *notify, struct notify_canary *ret_canary);

#endif
