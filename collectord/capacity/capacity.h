/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * capacity: keeps the evidence of every rack and publishes views.
 *
 * Route: called by flow's hooks on FLOW; http takes views.  Thread: FLOW, but
 * for capacity_view and capacity_history (any).
 */
#ifndef CAPACITY_CAPACITY_H
#define CAPACITY_CAPACITY_H

#include "base/clock.h"
#include "capacity/view.h"
#include "config/config.h"
#include "flow/rollup.h"
#include "state/state.h"

struct capacity;
struct latest;
struct frames;
struct past;

/* Called on FLOW after each publication (http: event streams). */
typedef void capacity_published_fn(void *arg, const struct view *view);

struct capacity_setup {
	const struct clock *clock;
	struct state *state;               /* daily counts, saved evidence; may be NULL */
	capacity_published_fn *published;
	void *published_arg;
	/* what the archives say, with a reference, for the next view; may be NULL */
	const struct past *(*past)(void *arg);
	void *past_arg;
};

/* Loads the saved evidence.  Thread: MAIN, before FLOW starts. */
struct capacity *capacity_new(const struct capacity_setup *setup);
/* Saves the evidence.  FLOW has stopped; views taken live on. */
void capacity_free(struct capacity *capacity);
/* Replaces the daily history that pace and forecast use.  Thread: any. */
void capacity_history(struct capacity *capacity, const struct daily *days, size_t n_days);

/* Where the newest readings of devices are.  Thread: MAIN, before FLOW runs. */
void capacity_latest(struct capacity *capacity, const struct latest *latest);

/* flow's hooks */
void capacity_config(void *capacity, const struct config *config);
void capacity_closed(void *capacity, const struct rollup *rollup);
void capacity_good(void *capacity, uint32_t rack, struct wall slot);
struct mono capacity_step(void *capacity); /* publishes, daily counts, saving */

/* What the floor plan shows of the last 24 hours.  Thread: any. */
struct frames *capacity_frames(struct capacity *capacity);

/* The newest view with a reference, or NULL before the first. */
const struct view *capacity_view(struct capacity *capacity);

#endif
