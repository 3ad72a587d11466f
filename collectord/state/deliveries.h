/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deliveries in the database: the durable queue of notify, its log, its mark in
 * the outbox, and what each receiver has been told.
 *
 * Route: notify posts and reads at its start; http lists.  Thread: posts any; the
 * work on STATE; COL_EFULL comes as in alerts.h.  Source: domain.md 4.3.
 */
#ifndef STATE_DELIVERIES_H
#define STATE_DELIVERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/delivery.h"
#include "state/alerts.h"

/* Dead letters as long as alerts. */
#define DELIVERIES_KEEP_DAYS 90
#define DELIVERIES_KEEP_MAX 100000

/* What a receiver has last been told of an alert, in a group. */
struct told {
	char receiver[64], group[128];
	int64_t alert;             /* episode */
	enum alert_state state;    /* said last: firing or resolved */
	uint32_t count;
	bool acked;
	struct wall at;            /* of the delivery's making; repeats count from it */
};

/* A delivery speaks of an alert. */
struct delivery_alert { int64_t delivery, alert; };

/* One transaction of notify: any part may be empty. */
struct deliveries_change {
	int64_t mark;              /* outbox read up to; 0: unchanged */
	const struct delivery *put; size_t n_put;  /* new ones (id given by the caller)
					            * or changed ones; by id.  A notice
					            * that is NULL stays as it was */
	const struct delivery_alert *alerts; size_t n_alerts; /* of new ones; known
					            * ones stay */
	const struct told *told; size_t n_told;    /* resolved ones are dropped later */
	const struct attempt *attempts; size_t n_attempts;
	const struct audit_entry *audit;           /* may be NULL */
};
/* Copies all.  fn once, on STATE, once it is on the disk; may be NULL.
 * Errors: COL_EIO, COL_EFULL, COL_ECANCELED (at the end): nothing is kept. */
typedef void deliveries_done_fn(void *arg, int code);
void deliveries_put(struct state *state, const struct deliveries_change *change,
    deliveries_done_fn *fn, void *arg);

/* What notify goes on from; changes of the last 7 days at most.
 * Thread: MAIN at start.  Errors: COL_EIO. */
struct deliveries_loaded {
	int64_t mark, next_id;
	struct delivery *queued; size_t n_queued;  /* with notices, by id */
	struct told *told; size_t n_told;
	struct alert_change *changes; size_t n_changes; /* of the outbox, after the mark */
};
int deliveries_load(struct state *state, struct deliveries_loaded *ret_loaded);
void deliveries_loaded_done(struct deliveries_loaded *loaded);

struct deliveries_query {
	char receiver[64];         /* "": all */
	int state;                 /* enum delivery_state, -1: all */
	int64_t alert;             /* only those that speak of it; 0: all */
	int64_t before;            /* ids below; 0: all */
	unsigned limit;            /* <= 1000 */
};
typedef void deliveries_list_fn(void *arg, int code, const struct delivery *items,
    size_t n_items);
/* Newest first, without notices. */
void deliveries_get(struct state *state, const struct deliveries_query *query,
    deliveries_list_fn *fn, void *arg);
/* One, with its notice and its attempts (the newest 100), oldest first; NULL
 * unless code is 0.  Errors: COL_ENOENT. */
typedef void deliveries_one_fn(void *arg, int code, const struct delivery *delivery,
    const struct attempt *attempts, size_t n_attempts);
void deliveries_get_one(struct state *state, int64_t id, deliveries_one_fn *fn, void *arg);

#endif
