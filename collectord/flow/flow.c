/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One step: take a new configuration over, drain the queue batch by batch,
 * close the slots that are complete or overdue, call the hooks.
 */
#include <config.h>

#include "flow/flow.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/stats.h"
#include "flow/derived.h"
#include "flow/normalise.h"
#include "flow/slots.h"

#define QUEUE_SIZE 65536
#define N_SINKS (sizeof(((struct flow_setup *)0)->sinks) / sizeof(struct record_sink))
/* Batches per step, so that hooks and slots get their turn under load. */
#define STEP_BATCHES 8192

/* What is learned of a device; by dense id. */
struct learned {
	struct counter_set *counters;
	uint64_t hash;             /* of the device these belong to */
	struct wall newest;        /* stamp in latest */
	struct reading_known has;
	bool known;                /* it is in the inventory in force */
};

struct flow {
	struct flow_setup setup;
	struct queue *queue;
	_Atomic(const struct config *) pending;
	/* FLOW's own from here */
	const struct config *config;        /* in force; NULL: none yet */
	const struct inventory *inventory;  /* config's */
	struct rollup_plan *plan;
	struct latest *latest;
	struct digests digests;
	struct derived derived;
	struct slots slots;
	struct learned *learned;            /* [n_learned] */
	uint32_t n_learned;
	struct sample *samples;             /* of one batch, all parts */
	size_t n_samples;
};

struct flow *
flow_new(const struct flow_setup *setup)
{
	struct flow *flow = calloc(1, sizeof(*flow));
	struct col_error error;
	size_t size = setup->queue_size > 0 ? setup->queue_size : QUEUE_SIZE;

	if (flow == NULL) {
		return NULL;
	}
	flow->setup = *setup;
	slots_init(&flow->slots);
	digests_init(&flow->digests);
	flow->latest = latest_new();
	if (flow->latest == NULL || derived_init(&flow->derived, &error) < 0) {
		flow_free(flow);
		return NULL;
	}
	flow->queue = queue_new("flow", size, setup->wake, setup->wake_arg);
	return flow;
}

void
flow_free(struct flow *flow)
{
	struct batch *batch;

	if (flow == NULL) {
		return;
	}
	while (flow->queue != NULL && (batch = queue_take(flow->queue)) != NULL) {
		batch_free(batch);
	}
	queue_free(flow->queue);
	for (uint32_t d = 0; d < flow->n_learned; d++) {
		counter_free(flow->learned[d].counters);
	}
	free(flow->learned);
	free(flow->samples);
	slots_done(&flow->slots);
	digests_done(&flow->digests);
	latest_free(flow->latest);
	rollup_plan_free(flow->plan);
	if (atomic_load(&flow->pending) != NULL) {
		config_unref(atomic_load(&flow->pending));
	}
	if (flow->config != NULL) {
		config_unref(flow->config);
	}
	free(flow);
}

static bool
of_device(const void *item, const void *arg)
{
	return ((const struct batch *)item)->device == *(const uint32_t *)arg;
}

static bool
of_any(const void *item, const void *arg)
{
	(void)item;
	(void)arg;
	return true;
}

void
flow_put(struct flow *flow, struct batch *batch)
{
	uint32_t device = batch->device;

	while (queue_put(flow->queue, batch) < 0) {
		struct batch *old = queue_remove(flow->queue, of_device, &device);

		if (old == NULL) {
			old = queue_remove(flow->queue, of_any, NULL);
		}
		if (old != NULL) {
			batch_free(old);
			stats_add(STATS_FLOW_DROPPED, 1);
		}
	}
}

void
flow_apply(struct flow *flow, const struct config *config)
{
	const struct config *old;

	old = atomic_exchange(&flow->pending, config_ref(config));
	if (old != NULL) {
		config_unref(old);
	}
	if (flow->setup.wake != NULL) {
		flow->setup.wake(flow->setup.wake_arg);
	}
}

static void
send(const struct flow *flow, const struct record *record)
{
	for (size_t i = 0; i < N_SINKS; i++) {
		if (flow->setup.sinks[i].fn != NULL) {
			flow->setup.sinks[i].fn(flow->setup.sinks[i].arg, record);
		}
	}
}

static void
close_oldest(struct flow *flow)
{
	const struct slots_open *open = &flow->slots.open[0];
	const struct rollup *rollup;

	rollup = rollup_new(flow->plan, open->readings, open->at,
	    flow->slots.interval_ns);
	slots_close(&flow->slots);
	stats_add(STATS_FLOW_SLOTS_CLOSED, 1);
	if (rollup == NULL) {
		return;
	}
	derived_send(&flow->derived, rollup, flow->setup.sinks, N_SINKS);
	if (flow->setup.closed_fn != NULL) {
		flow->setup.closed_fn(flow->setup.arg, rollup);
	}
	rollup_unref(rollup);
}

static void
close_all(struct flow *flow)
{
	while (flow->slots.n_open > 0) {
		close_oldest(flow);
	}
}

static void
close_due(struct flow *flow, struct wall now)
{
	if (slots_jumped(&flow->slots, now)) {
		LOG_WARN("flow", NULL, NULL, "wall time went back by more than an "
		    "interval: slots begin anew");
		close_all(flow);
		slots_restart(&flow->slots);
	}
	(void)slots_advance(&flow->slots, now);
	while (slots_due(&flow->slots, now) != NULL) {
		close_oldest(flow);
		(void)slots_advance(&flow->slots, now);
	}
}

/* Learned state belongs to the device that it was learned from. */
static void
learned_take(struct flow *flow, const struct inventory *inventory)
{
	for (uint32_t d = 0; d < flow->n_learned; d++) {
		struct learned *learned = &flow->learned[d];
		const struct device *device = d < inventory->n_devices ?
		    inventory->devices[d] : NULL;

		if (device != NULL && learned->known && device->hash == learned->hash) {
			continue;
		}
		counter_free(learned->counters);
		learned->counters = NULL;
		learned->has = (struct reading_known){ 0 };
		if (device == NULL && learned->known) {
			latest_clear(flow->latest, d);
			learned->newest.ns = 0;
		}
		learned->known = device != NULL;
		learned->hash = device == NULL ? 0 : device->hash;
	}
}

static int
grow(struct flow *flow, const struct inventory *inventory)
{
	uint32_t n = inventory->n_devices;
	struct learned *learned;

	if (latest_reserve(flow->latest, n) < 0) {
		return COL_ENOMEM;
	}
	if (n <= flow->n_learned) {
		return 0;
	}
	learned = realloc(flow->learned, n * sizeof(learned[0]));
	if (learned == NULL) {
		return COL_ENOMEM;
	}
	memset(learned + flow->n_learned, 0,
	    (n - flow->n_learned) * sizeof(learned[0]));
	flow->learned = learned;
	flow->n_learned = n;
	return 0;
}

/*
 * Puts a configuration into force.  Slots that are open stay open and are
 * summed over the new inventory; another interval is another grid, so they
 * close before it.
 */
static void
apply(struct flow *flow, const struct config *config)
{
	const struct inventory *inventory = config->inventory;
	struct rollup_plan *plan = rollup_plan_new(inventory);

	if (plan != NULL && flow->plan != NULL &&
	    flow->slots.interval_ns != config->settings.interval_ns) {
		close_all(flow);
		slots_restart(&flow->slots);
	}
	if (plan == NULL || grow(flow, inventory) < 0 || slots_apply(&flow->slots,
	    inventory, config->settings.interval_ns) < 0) {
		LOG_ERROR("flow", NULL, NULL, "no memory for %u devices: the "
		    "configuration before stays in force", inventory->n_devices);
		rollup_plan_free(plan);
		config_unref(config);
		return;
	}
	rollup_plan_free(flow->plan);
	flow->plan = plan;
	if (flow->config != NULL) {
		config_unref(flow->config);
	}
	flow->config = config;
	flow->inventory = inventory;
	learned_take(flow, inventory);
	if (flow->setup.config_fn != NULL) {
		flow->setup.config_fn(flow->setup.arg, config);
	}
}

/* Room for the samples of all parts at once; NULL when memory is out. */
static struct sample *
samples_room(struct flow *flow, const struct batch *batch)
{
	size_t n = 0;

	for (uint32_t p = 0; p < batch->n_parts; p++) {
		n += batch->parts[p].layout->n_slots;
	}
	if (n > flow->n_samples) {
		struct sample *samples = realloc(flow->samples,
		    n * sizeof(samples[0]));

		if (samples == NULL) {
			return NULL;
		}
		flow->samples = samples;
		flow->n_samples = n;
	}
	return flow->samples;
}

/* Normalises all parts; returns how many there are in parts, 0 on failure. */
static uint32_t
normalise(struct flow *flow, const struct batch *batch,
    struct latest_part *parts, struct reading_gather *gather)
{
	struct normalise_time when = { batch->slot, flow->slots.interval_ns };
	struct sample *samples = samples_room(flow, batch);
	uint32_t n_implausible = 0, n_samples = 0;

	for (uint32_t p = 0; p < batch->n_parts; p++) {
		const struct batch_part *part = &batch->parts[p];
		const struct digest *digest;

		digest = digests_get(&flow->digests, part->layout);
		if (digest == NULL || samples == NULL) {
			return 0;
		}
		n_implausible += normalise_part(part, digest, &when,
		    &flow->learned[batch->device].counters, samples);
		reading_add(gather, digest, samples);
		parts[p].layout = part->layout;
		parts[p].samples = samples;
		samples += part->layout->n_slots;
		n_samples += part->layout->n_slots;
	}
	stats_add(STATS_FLOW_SAMPLES, n_samples);
	if (n_implausible > 0) {
		stats_add(STATS_FLOW_IMPLAUSIBLE, n_implausible);
	}
	return batch->n_parts;
}

static void
send_parts(const struct flow *flow, const struct device *device,
    struct wall slot, const struct latest_part *parts, uint32_t n_parts)
{
	struct record record = { .inventory = flow->inventory,
	    .entity = { ENTITY_RACK, device->rack }, .device = device->index,
	    .role = device->role, .slot = slot };

	if (device->rack == INVENTORY_NONE) {
		record.entity = (struct entity_ref){ ENTITY_DEVICE, device->index };
	}
	for (uint32_t p = 0; p < n_parts; p++) {
		record.layout = parts[p].layout;
		record.samples = parts[p].samples;
		send(flow, &record);
	}
}

/*
 * Newer replaces older; a stamp from the future is what a wall clock left
 * behind that has been set back.
 */
static void
keep_latest(struct flow *flow, const struct batch *batch,
    const struct latest_part *parts, uint32_t n_parts, struct wall now)
{
	struct learned *learned = &flow->learned[batch->device];

	for (const struct batch_info *info = batch->info; info != NULL;
	    info = info->next) {
		latest_put_info(flow->latest, batch->device, info->metric, info->text);
	}
	if (n_parts == 0 || (batch->slot.ns < learned->newest.ns &&
	    learned->newest.ns <= now.ns + flow->slots.interval_ns)) {
		return;
	}
	if (latest_put(flow->latest, batch->device, parts, n_parts, batch->slot,
	    batch->status == COL_POLL_OK) == 0) {
		learned->newest = batch->slot;
	}
}

static unsigned
phases_of(const struct flow *flow, const struct device *device)
{
	if (device->rack == INVENTORY_NONE || device->feed < 0) {
		return 1;
	}
	return flow->inventory->racks[device->rack]->feeds[device->feed].phases;
}

/* What PDUs and sensors measure without saying where is the rack's air. */
static bool
is_probe(const struct device *device)
{
	return device->kind == NULL || strcmp(device->kind, "pdu") == 0 ||
	    strcmp(device->kind, "sensor") == 0;
}

/*
 * The open slot of a batch, or NULL when it is late.  After a pause the queue
 * holds more slots than may be open; the oldest are overdue and make room.
 */
static struct slots_open *
slot_of(struct flow *flow, const struct batch *batch, struct wall now)
{
	struct slots *slots = &flow->slots;
	struct slots_open *open = slots_find(slots, batch->slot, now);

	while (open == NULL && slots->n_open == SLOTS_OPEN_MAX &&
	    batch->slot.ns > slots->open[SLOTS_OPEN_MAX - 1].at.ns &&
	    slots_due(slots, now) != NULL) {
		close_oldest(flow);
		open = slots_find(slots, batch->slot, now);
	}
	return open;
}

/* Takes one batch all the way; the caller frees it. */
static void
process(struct flow *flow, const struct batch *batch, struct wall now)
{
	const struct device *device = batch->device < flow->inventory->n_devices ?
	    flow->inventory->devices[batch->device] : NULL;
	struct latest_part parts[BATCH_PARTS_MAX];
	struct reading_gather gather;
	struct slots_open *open;
	struct reading reading;
	bool again;
	uint32_t n_parts;

	if (device == NULL) {
		return;
	}
	memset(&gather, 0, sizeof(gather));
	gather.is_probe = is_probe(device);
	open = slot_of(flow, batch, now);
	again = open != NULL &&
	    (open->readings[batch->device].flags & READING_GOOD) != 0;
	n_parts = normalise(flow, batch, parts, &gather);
	stats_add(STATS_FLOW_BATCHES, 1);
	keep_latest(flow, batch, parts, n_parts, now);
	if (!again) {
		send_parts(flow, device, batch->slot, parts, n_parts);
	}
	reading = reading_finish(&gather, batch->status == COL_POLL_OK,
	    phases_of(flow, device), &flow->learned[batch->device].has);
	if (open != NULL) {
		slots_end(open, batch->device, &reading);
	} else {
		stats_add(STATS_FLOW_LATE, 1);
	}
	if ((reading.flags & READING_GOOD) != 0 && flow->setup.good_fn != NULL &&
	    device->rack != INVENTORY_NONE) {
		flow->setup.good_fn(flow->setup.arg, device->rack, batch->slot);
	}
	if (flow->setup.ended_fn != NULL) {
		flow->setup.ended_fn(flow->setup.arg, batch, &reading);
	}
}

static struct mono
earlier(struct mono a, struct mono b)
{
	return a.ns < b.ns ? a : b;
}

/* When to be called again for the slots' sake. */
static struct mono
next_due(const struct flow *flow)
{
	const struct clock *clock = flow->setup.clock;
	struct wall due = slots_deadline(&flow->slots);

	if (flow->config == NULL) {
		return (struct mono){ INT64_MAX };
	}
	if (due.ns == 0) {
		due.ns = slots_floor(&flow->slots, clock_wall(clock)).ns +
		    flow->slots.interval_ns;
	}
	return clock_to_mono(clock, due);
}

struct mono
flow_step(void *arg)
{
	struct flow *flow = arg;
	const struct config *config = atomic_exchange(&flow->pending, NULL);
	struct wall now = clock_wall(flow->setup.clock);
	struct mono next = { INT64_MAX };
	struct batch *batch;
	uint32_t n = 0;

	if (config != NULL) {
		apply(flow, config);
	}
	while (n < STEP_BATCHES && (batch = queue_take(flow->queue)) != NULL) {
		if (flow->config != NULL) {
			process(flow, batch, now);
		}
		batch_free(batch);
		n++;
	}
	/* What is still in the queue may belong to a slot that is due. */
	if (flow->config != NULL && n < STEP_BATCHES) {
		close_due(flow, now);
	}
	if (flow->setup.step_fn != NULL) {
		next = flow->setup.step_fn(flow->setup.arg);
	}
	if (n == STEP_BATCHES) {
		return clock_mono(flow->setup.clock);
	}
	return earlier(next, next_due(flow));
}

const struct latest *
flow_latest(const struct flow *flow)
{
	return flow->latest;
}

const struct queue *
flow_queue(const struct flow *flow)
{
	return flow->queue;
}
