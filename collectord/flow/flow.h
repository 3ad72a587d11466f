/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow: takes batches, makes base units, qualities and rates of them, keeps
 * latest, closes slots, and tells its listeners.
 *
 * Route: poll -> flow -> store, capacity, outputs.  Thread: FLOW; flow_put and
 * flow_apply from any.  Source: DESIGN.md section 3.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/clock.h"
#include "base/queue.h"
#include "config/config.h"
#include "flow/latest.h"
#include "flow/rollup.h"
#include "model/batch.h"

struct flow;
struct reading;

/* Called on FLOW after a slot has closed; takes a reference if it keeps it. */
typedef void flow_closed_fn(void *arg, const struct rollup *rollup);
/* Called on FLOW when a new configuration is in force, before its batches. */
typedef void flow_config_fn(void *arg, const struct config *config);
/* Called on FLOW for each poll that brought a good value of a device in a
 * rack, before its slot closes: what is live needs no sums. */
typedef void flow_good_fn(void *arg, uint32_t rack, struct wall slot);
/* Called on FLOW for the end of every poll of a device in force, good or failed,
 * late or not, after its records: with what it said of the device as a whole.
 * Both are borrowed. */
typedef void flow_ended_fn(void *arg, const struct batch *batch,
    const struct reading *reading);
/* Called on FLOW at the end of each step; returns when it wants the next. */
typedef struct mono flow_step_fn(void *arg);

struct flow_setup {
	const struct clock *clock;
	size_t queue_size;               /* batches; 0: 65,536 */
	struct record_sink sinks[4];     /* store, outputs; fn NULL: unused */
	flow_config_fn *config_fn;       /* capacity */
	flow_closed_fn *closed_fn;
	flow_good_fn *good_fn;
	flow_ended_fn *ended_fn;         /* alert */
	flow_step_fn *step_fn;
	void *arg;                       /* of the five; each may be NULL */
	void (*wake)(void *arg);         /* asks the FLOW thread for a step */
	void *wake_arg;
};

/* Errors: NULL when memory is out.  Owns: free with flow_free. */
struct flow *flow_new(const struct flow_setup *setup);
/* FLOW has stopped and nothing puts any more; frees what waits, too. */
void flow_free(struct flow *flow);
/*
 * Takes batch; the oldest batch of the same device goes when full, else the
 * oldest of all.  Thread: any.
 */
void flow_put(struct flow *flow, struct batch *batch);
/* Hands over a configuration (takes its own reference); in force at the next
 * step.  Thread: MAIN. */
void flow_apply(struct flow *flow, const struct config *config);
/* thread_step_fn: applies, drains, closes slots, calls the hooks. */
struct mono flow_step(void *flow);
/* Lives as long as the flow; any thread may copy from it. */
const struct latest *flow_latest(const struct flow *flow);
const struct queue *flow_queue(const struct flow *flow);

#endif
