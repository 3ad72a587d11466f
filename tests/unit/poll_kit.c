/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll_kit.h"

#include <assert.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "model/layout.h"
#include "poll/load.h"

#define SLOW_TICKS 20

struct kit *the_kit;

/* ---- the fake plugin ----------------------------------------------------------- */

static int
thread_start(const struct col_host *host, const struct col_option_value *options,
    void **ret_state, struct col_error *error)
{
	static const struct col_slot slot = { .metric = "power_w", .instance = "",
		.unit = "W", .source = "fake" };

	(void)options;
	pthread_mutex_lock(&the_kit->lock);
	the_kit->n_thread_starts++;
	the_kit->host = host;
	the_kit->layout = host->layout(host, &slot, 1, error);
	bool refuse = the_kit->refuse_start;
	pthread_mutex_unlock(&the_kit->lock);
	if (refuse) {
		str_copy(error->text, sizeof(error->text), "refused by the test");
		return COL_EIO;
	}
	*ret_state = the_kit;
	return 0;
}

static void
thread_stop(void *state)
{
	struct kit *kit = state;

	pthread_mutex_lock(&kit->lock);
	kit->n_thread_stops++;
	pthread_mutex_unlock(&kit->lock);
}

static int
profiles_set(void *state, const struct col_profile *profiles, size_t n_profiles,
    struct col_error *error)
{
	struct kit *kit = state;

	(void)profiles;
	(void)n_profiles;
	(void)error;
	kit->n_profiles_sets++;
	return 0;
}

static int
refuse(struct col_error *error)
{
	str_copy(error->text, sizeof(error->text), "the test refuses it");
	return COL_EINVAL;
}

static int
device_add(void *state, const struct col_device *col, void **ret_device,
    struct col_error *error)
{
	struct kit *kit = state;

	pthread_mutex_lock(&kit->lock);
	struct kit_device *device = kit_device(kit, col->id);
	if (device == NULL) {
		assert(kit->n_devices < KIT_DEVICES_MAX);
		device = &kit->devices[kit->n_devices++];
		str_copy(device->id, sizeof(device->id), col->id);
		device->mode = kit->mode;
	}
	pthread_mutex_unlock(&kit->lock);
	if (device->mode == KIT_REFUSE) {
		return refuse(error);
	}
	device->n_added++;
	device->col = col;
	*ret_device = device;
	return 0;
}

static int
device_change(void *state, void *arg, const struct col_device *to,
    struct col_error *error)
{
	struct kit_device *device = arg;

	(void)state;
	/* The former description must still be there: look at it. */
	assert(strcmp(device->col->id, to->id) == 0);
	if (device->mode == KIT_REFUSE) {
		return refuse(error);
	}
	device->n_changed++;
	device->col = to;
	return 0;
}

static void
device_remove(void *state, void *arg)
{
	struct kit_device *device = arg;

	(void)state;
	assert(!device->inside);
	device->n_removed++;
	device->col = NULL;
}

static void
emit_one(struct kit *kit, struct col_poll *poll)
{
	struct col_value value = { .number = 100, .quality = COL_GOOD };
	kit->host->emit(poll, kit->layout, &value, COL_UPTIME_UNKNOWN);
}

static void
note_start(struct kit *kit, struct kit_device *device, int64_t deadline,
    struct col_poll *poll)
{
	pthread_mutex_lock(&kit->lock);
	if (device->n_started < 64) {
		device->started[device->n_started] = kit->host->now(kit->host);
	}
	device->n_started++;
	device->poll = poll;
	device->deadline = deadline;
	device->cancelled = false;
	pthread_mutex_unlock(&kit->lock);
}

static void
poll_start(void *state, void *arg, int64_t deadline, struct col_poll *poll)
{
	struct kit *kit = state;
	struct kit_device *device = arg;

	note_start(kit, device, deadline, poll);
	switch (device->mode) {
	case KIT_ANSWER:
		emit_one(kit, poll);
		kit->host->done(poll, COL_POLL_OK, NULL);
		break;
	case KIT_FAIL:
		kit->host->done(poll, COL_POLL_REPLY, "scripted");
		break;
	case KIT_HOLD:
	case KIT_SLOW:
	case KIT_DEAF:
	case KIT_BLOCK:
	case KIT_REFUSE:
		break;
	}
}

static void
poll_cancel(void *state, void *arg, struct col_poll *poll)
{
	struct kit *kit = state;
	struct kit_device *device = arg;

	device->n_cancelled++;
	if (device->mode != KIT_DEAF) {
		kit->host->done(poll, COL_POLL_CANCELLED, NULL);
	}
}

static void
tick(void *state)
{
	struct kit *kit = state;

	kit->n_ticks++;
	for (size_t i = 0; i < kit->n_devices; i++) {
		struct kit_device *device = &kit->devices[i];

		if (device->mode == KIT_SLOW && device->poll != NULL &&
		    ++device->n_waited == SLOW_TICKS) {
			struct col_poll *poll = device->poll;

			device->poll = NULL;
			device->n_waited = 0;
			emit_one(kit, poll);
			kit->host->done(poll, COL_POLL_OK, NULL);
		}
	}
}

/* ---- the blocking twin ----------------------------------------------------------- */

static void
blocking_start(void *state, void *arg, int64_t deadline, struct col_poll *poll)
{
	struct kit *kit = state;
	struct kit_device *device = arg;

	note_start(kit, device, deadline, poll);
	pthread_mutex_lock(&kit->lock);
	assert(!device->inside);
	device->inside = true;
	kit->inside++;
	if (kit->inside > kit->inside_max) {
		kit->inside_max = kit->inside;
	}
	pthread_cond_broadcast(&kit->changed);
	while (device->mode == KIT_BLOCK && !device->released) {
		pthread_cond_wait(&kit->changed, &kit->lock);
	}
	device->released = false;
	pthread_mutex_unlock(&kit->lock);
	emit_one(kit, poll);
	kit->host->done(poll, COL_POLL_OK, NULL);
	emit_one(kit, poll); /* too late */
	pthread_mutex_lock(&kit->lock);
	device->inside = false;
	kit->inside--;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->lock);
}

static void
blocking_cancel(void *state, void *arg, struct col_poll *poll)
{
	struct kit *kit = state;
	struct kit_device *device = arg;

	(void)poll;
	pthread_mutex_lock(&kit->lock);
	device->n_cancelled++;
	device->cancelled = true;
	pthread_mutex_unlock(&kit->lock);
}

static const struct col_input INPUT = { .thread_start = thread_start,
	.thread_stop = thread_stop, .profiles_set = profiles_set,
	.device_add = device_add, .device_change = device_change,
	.device_remove = device_remove, .poll_start = poll_start,
	.poll_cancel = poll_cancel, .tick = tick };

static const struct col_input BLOCKING = { .thread_start = thread_start,
	.thread_stop = thread_stop, .device_add = device_add,
	.device_change = device_change, .device_remove = device_remove,
	.poll_start = blocking_start, .poll_cancel = blocking_cancel };

static const struct col_option DEVICE_OPTIONS[] = {
	{ "level", COL_OPT_INTEGER, .fallback = "3", .min = 0, .max = 100,
	    .help = "A number." },
	{ "tree", COL_OPT_NODE, .help = "Anything." },
	{ .name = NULL },
};

static const struct col_plugin FAKE = { .size = sizeof(FAKE),
	.abi_major = COL_ABI_MAJOR, .abi_minor = COL_ABI_MINOR, .name = "fake",
	.summary = "for tests", .device_options = DEVICE_OPTIONS, .input = &INPUT };

static const struct col_plugin BLOCKER = { .size = sizeof(BLOCKER),
	.abi_major = COL_ABI_MAJOR, .abi_minor = COL_ABI_MINOR, .name = "blocker",
	.flags = COL_PLUGIN_BLOCKS, .summary = "for tests", .input = &BLOCKING };

/* ---- the kit --------------------------------------------------------------------- */

static void
on_batch(void *arg, struct batch *batch)
{
	struct kit *kit = arg;

	pthread_mutex_lock(&kit->lock);
	assert(kit->n_batches < KIT_BATCHES_MAX);
	kit->batches[kit->n_batches++] = batch;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->lock);
}

void
kit_init(struct kit *kit, unsigned n_threads)
{
	struct wall start = { INT64_C(1767225600) * NS_PER_S };
	struct col_error error = { 0 };

	memset(kit, 0, sizeof(*kit));
	the_kit = kit;
	pthread_mutex_init(&kit->lock, NULL);
	pthread_cond_init(&kit->changed, NULL);
	kit->clock = clock_test_new(start, (struct mono){ 1000 * NS_PER_S });
	kit->ids = ids_new();
	kit->arena = arena_new();
	config_errors_init(&kit->errors);
	kit->entries[0] = (struct plugin_entry){ .name = "fake", .file = "fake.so",
		.plugin = &FAKE };
	kit->entries[1] = (struct plugin_entry){ .name = "blocker",
		.file = "blocker.so", .plugin = &BLOCKER };
	kit->entries[2] = (struct plugin_entry){ .name = "refused",
		.file = "refused.so", .reason = "refused.so: made for ABI 2.0" };
	kit->plugins = (struct plugins){ kit->entries, 3 };
	struct poll_setup setup = { .clock = n_threads > 0 ? clock_real() : kit->clock,
		.plugins = &kit->plugins, .sink = { on_batch, kit },
		.n_threads = n_threads };
	int rc = poll_new(&setup, &kit->poll, &error);
	assert(rc == 0);
	(void)rc;
}

void
kit_done(struct kit *kit)
{
	poll_free(kit->poll);
	kit_drop_batches(kit);
	inventory_unref(kit->config.inventory);
	clock_free(kit->clock);
	ids_free(kit->ids);
	config_errors_done(&kit->errors);
	arena_free(kit->arena);
	pthread_cond_destroy(&kit->changed);
	pthread_mutex_destroy(&kit->lock);
	layout_reset();
	the_kit = NULL;
}

int
kit_set_up(void **state)
{
	kit_init(*state, 0);
	return 0;
}

int
kit_tear_down(void **state)
{
	kit_done(*state);
	return 0;
}

static const struct col_node *
parse(struct kit *kit, const char *yaml)
{
	if (yaml == NULL) {
		return NULL;
	}
	const struct col_node *node = config_parse_yaml(yaml, strlen(yaml), "test.yaml",
	    kit->arena, &kit->errors);
	assert(node != NULL);
	return node;
}

static uint32_t
put_rack(struct kit *kit, struct inventory *inventory, const char *id)
{
	if (id == NULL) {
		return INVENTORY_NONE;
	}
	struct arena *arena = inventory_arena(inventory);
	uint32_t index = ids_get(kit->ids, ENTITY_RACK, id);
	const struct rack **racks = (const struct rack **)(uintptr_t)inventory->racks;
	if (racks[index] == NULL) {
		struct rack *rack = arena_alloc(arena, sizeof(*rack));
		rack->index = index;
		rack->id = arena_copy(arena, id);
		rack->label = rack->id;
		racks[index] = rack;
	}
	return index;
}

static void
put_device(struct kit *kit, struct inventory *inventory, const struct kit_row *row)
{
	struct arena *arena = inventory_arena(inventory);
	struct device *device = arena_alloc(arena, sizeof(*device));

	device->index = ids_get(kit->ids, ENTITY_DEVICE, row->id);
	device->id = arena_copy(arena, row->id);
	device->role = "pdu-a";
	device->kind = "pdu";
	device->rack = put_rack(kit, inventory, row->rack);
	device->feed = -1;
	device->plugin = arena_copy(arena, row->plugin);
	device->address = arena_copy(arena, row->address != NULL ? row->address : "x");
	device->profile = "auto";
	device->node = parse(kit, row->yaml);
	device->hash = hash64_text(device->address);
	((const struct device **)(uintptr_t)inventory->devices)[device->index] = device;
}

void
kit_apply(struct kit *kit, const struct kit_row *rows, size_t n_rows,
    int interval_s, unsigned in_flight_max)
{
	struct inventory *inventory = inventory_new();
	struct arena *arena = inventory_arena(inventory);
	const struct inventory *before = kit->config.inventory;
	struct col_error error = { 0 };

	inventory->version = ++kit->version;
	inventory->n_racks = inventory->n_devices = KIT_DEVICES_MAX;
	inventory->racks = arena_alloc(arena, KIT_DEVICES_MAX * sizeof(void *));
	inventory->devices = arena_alloc(arena, KIT_DEVICES_MAX * sizeof(void *));
	for (size_t i = 0; i < n_rows; i++) {
		put_device(kit, inventory, &rows[i]);
	}
	inventory_seal(inventory);
	kit->config.inventory = inventory;
	kit->config.version = kit->version;
	kit->config.settings.interval_ns = interval_s * NS_PER_S;
	kit->config.settings.in_flight_max = in_flight_max;
	int rc = poll_apply(kit->poll, &kit->config, &error);
	assert(rc == 0);
	(void)rc;
	/* Nothing of the former snapshot may be needed any more. */
	inventory_unref(before);
}

void
kit_set_profiles(struct kit *kit, const char *yaml, uint64_t hash)
{
	struct profile *profile = arena_alloc(kit->arena, sizeof(*profile));

	*profile = (struct profile){ .id = "p", .plugin = "fake",
		.node = parse(kit, yaml), .hash = hash };
	kit->config.profiles = profile;
	kit->config.n_profiles = 1;
}

void
kit_run(struct kit *kit, int64_t ns)
{
	for (int64_t at = 0; at < ns; at += 10 * NS_PER_MS) {
		clock_test_advance(kit->clock, 10 * NS_PER_MS);
		(void)poll_step(kit->poll);
	}
}

struct kit_device *
kit_device(struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->n_devices; i++) {
		if (strcmp(kit->devices[i].id, id) == 0) {
			return &kit->devices[i];
		}
	}
	return NULL;
}

uint32_t
kit_index(struct kit *kit, const char *id)
{
	return ids_get(kit->ids, ENTITY_DEVICE, id);
}

struct device_status
kit_status(struct kit *kit, const char *id)
{
	struct device_status status = { 0 };
	int rc = poll_device_status(kit->poll, kit_index(kit, id), &status);
	assert(rc == 0);
	(void)rc;
	return status;
}

size_t
kit_count(struct kit *kit, const char *id, enum col_status status)
{
	uint32_t index = kit_index(kit, id);
	size_t n = 0;

	pthread_mutex_lock(&kit->lock);
	for (size_t i = 0; i < kit->n_batches; i++) {
		n += kit->batches[i]->device == index &&
		    (status == COL_STATUS_N || kit->batches[i]->status == status);
	}
	pthread_mutex_unlock(&kit->lock);
	return n;
}

const struct batch *
kit_last(struct kit *kit, const char *id)
{
	const struct batch *last = NULL;
	uint32_t index = kit_index(kit, id);

	pthread_mutex_lock(&kit->lock);
	for (size_t i = 0; i < kit->n_batches; i++) {
		if (kit->batches[i]->device == index) {
			last = kit->batches[i];
		}
	}
	pthread_mutex_unlock(&kit->lock);
	return last;
}

void
kit_drop_batches(struct kit *kit)
{
	for (size_t i = 0; i < kit->n_batches; i++) {
		batch_free(kit->batches[i]);
	}
	kit->n_batches = 0;
}

struct answer {
	struct kit *kit;
	struct kit_device *device;
	enum col_status status;
};

/* On the POLL thread, as from a descriptor or a timer. */
static void
on_answer(void *arg)
{
	struct answer *answer = arg;
	struct kit *kit = answer->kit;

	if (answer->status == COL_POLL_OK) {
		emit_one(kit, answer->device->poll);
	}
	kit->host->done(answer->device->poll, answer->status, NULL);
	free(answer);
}

void
kit_answer(struct kit *kit, struct kit_device *device, enum col_status status)
{
	struct answer *answer = calloc(1, sizeof(*answer));

	*answer = (struct answer){ kit, device, status };
	(void)kit->host->timer(kit->host, kit->host->now(kit->host), on_answer,
	    answer);
	(void)poll_step(kit->poll);
	kit_run(kit, 10 * NS_PER_MS);
}

void
kit_set_mode(struct kit *kit, struct kit_device *device, enum kit_mode mode)
{
	pthread_mutex_lock(&kit->lock);
	device->mode = mode;
	pthread_mutex_unlock(&kit->lock);
}

void
kit_release(struct kit *kit, struct kit_device *device)
{
	pthread_mutex_lock(&kit->lock);
	device->released = true;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->lock);
}

void
kit_wait(struct kit *kit, bool (*fn)(struct kit *kit, void *arg), void *arg)
{
	while (!fn(kit, arg)) {
		sched_yield();
	}
}
