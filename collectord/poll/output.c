/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/output.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/stats.h"
#include "base/str.h"
#include "model/metric.h"
#include "poll/describe.h"
#include "poll/host.h"

#define DRAIN_NS NS_PER_S
#define JOIN_NS (2 * NS_PER_S)

/* A record as plugins see it; one copy serves all outputs. */
struct item {
	atomic_uint n_users;
	struct col_batch batch;
	struct col_sample samples[];   /* then the texts */
};

struct output {
	const char *name;
	const struct col_output *plugin;
	struct host host;
	void *state;
	struct queue *queue;
	pthread_t thread;
	_Atomic int64_t drop_after;    /* monotonic ns; then items are dropped */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool ended;                    /* guarded by lock */
	bool failing;                  /* the last write() failed; its thread's */
};

struct outputs {
	struct arena *arena;           /* options */
	size_t n_outputs;
	struct output **outputs;
};

static void
item_unref(struct item *item)
{
	if (item != NULL && atomic_fetch_sub(&item->n_users, 1) == 1) {
		free(item);
	}
}

/* ---- the output's thread -------------------------------------------------------- */

static void
write_item(struct output *output, const struct item *item)
{
	int rc = output->plugin->write(output->state, &item->batch);

	if (rc == 0) {
		stats_add(STATS_OUTPUT_BATCHES, 1);
	} else {
		stats_add(STATS_OUTPUT_ERRORS, 1);
	}
	if (rc != 0 && !output->failing) {
		LOG_WARN("poll", "plugin", output->name, "cannot write: %s",
		    err_text(rc));
	} else if (rc == 0 && output->failing) {
		LOG_INFO("poll", "plugin", output->name, "writes again");
	}
	output->failing = rc != 0;
}

static void *
output_main(void *arg)
{
	struct output *output = arg;
	struct item *item;

	while ((item = queue_wait(output->queue)) != NULL) {
		if (clock_mono(clock_real()).ns < output->drop_after) {
			write_item(output, item);
		} else {
			stats_add(STATS_OUTPUT_DROPPED, 1);
		}
		item_unref(item);
	}
	output->plugin->stop(output->state);
	pthread_mutex_lock(&output->lock);
	output->ended = true;
	pthread_cond_broadcast(&output->changed);
	pthread_mutex_unlock(&output->lock);
	return NULL;
}

/* ---- life ----------------------------------------------------------------------- */

static void
output_free(struct output *output)
{
	host_done(&output->host);
	queue_free(output->queue);
	pthread_cond_destroy(&output->changed);
	pthread_mutex_destroy(&output->lock);
	free((char *)output->name);
	free(output);
}

static struct output *
output_new(const struct col_plugin *plugin, const struct clock *clock)
{
	struct output *output = calloc(1, sizeof(*output));
	char *name = strdup(plugin->name);
	pthread_condattr_t attr;

	assert(output != NULL && name != NULL);
	output->name = name;
	output->plugin = plugin->output;
	output->drop_after = INT64_MAX;
	output->queue = queue_new(name, OUTPUT_QUEUE_SIZE, NULL, NULL);
	host_init(&output->host, name, clock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&output->changed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&output->lock, NULL);
	return output;
}

static int
output_start(struct output *output, const struct col_option_value *options,
    struct col_error *error)
{
	int rc = output->plugin->start(&output->host.col, options, &output->state,
	    error);
	if (rc != 0) {
		return rc;
	}
	if (pthread_create(&output->thread, NULL, output_main, output) != 0) {
		output->plugin->stop(output->state);
		return err_set(error, COL_EIO, "no thread for it");
	}
	pthread_setname_np(output->thread, "output");
	return 0;
}

static void
add(struct outputs *outputs, const struct config *config,
    const struct col_plugin *plugin, const struct clock *clock)
{
	struct col_error error = { 0 };
	const struct col_option_value *options = NULL;
	struct output *output = output_new(plugin, clock);

	if (config->settings.store_dir != NULL) {
		output->host.store_dir = arena_copy(outputs->arena,
		    config->settings.store_dir);
	}
	int rc = describe_options(config, plugin->options, plugin->name,
	    outputs->arena, &options, &error);
	rc = rc != 0 ? rc : output_start(output, options, &error);
	if (rc != 0) {
		LOG_ERROR("poll", "plugin", plugin->name, "does not start: %s",
		    error.text[0] != '\0' ? error.text : err_text(rc));
		output_free(output);
		return;
	}
	outputs->outputs[outputs->n_outputs++] = output;
}

struct outputs *
outputs_new(const struct config *config, const struct plugins *plugins,
    const struct clock *clock)
{
	const struct col_node *named = config->settings.plugins;
	struct outputs *outputs = calloc(1, sizeof(*outputs));

	assert(outputs != NULL);
	outputs->arena = arena_new();
	outputs->outputs = calloc(plugins->n_entries + 1, sizeof(struct output *));
	assert(outputs->outputs != NULL);
	for (size_t i = 0; named != NULL && i < named->n_items; i++) {
		const struct plugin_entry *entry = plugins_find(plugins,
		    named->items[i]->key);
		if (entry != NULL && entry->plugin != NULL &&
		    entry->plugin->output != NULL) {
			add(outputs, config, entry->plugin, clock);
		}
	}
	return outputs;
}

/* False: its plugin blocks, and its thread with it. */
static bool
output_stop(struct output *output)
{
	int64_t now = clock_mono(clock_real()).ns;
	struct timespec at = { .tv_sec = (now + JOIN_NS) / NS_PER_S,
		.tv_nsec = (now + JOIN_NS) % NS_PER_S };
	int rc = 0;

	output->drop_after = now + DRAIN_NS;
	queue_close(output->queue);
	pthread_mutex_lock(&output->lock);
	while (!output->ended && rc == 0) {
		rc = pthread_cond_timedwait(&output->changed, &output->lock, &at);
	}
	bool ended = output->ended;
	pthread_mutex_unlock(&output->lock);
	if (!ended) {
		pthread_detach(output->thread);
		LOG_ERROR("poll", "plugin", output->name,
		    "still blocks in write(): left behind");
		return false;
	}
	pthread_join(output->thread, NULL);
	output_free(output);
	return true;
}

void
outputs_free(struct outputs *outputs)
{
	bool all = true;

	if (outputs == NULL) {
		return;
	}
	for (size_t i = 0; i < outputs->n_outputs; i++) {
		all = output_stop(outputs->outputs[i]) && all;
	}
	if (all) {
		arena_free(outputs->arena);
	}
	free(outputs->outputs);
	free(outputs);
}

/* ---- records -------------------------------------------------------------------- */

static const char *
put_text(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	const char *to = memcpy(*at, text, size);
	*at += size;
	return to;
}

static struct item *
item_new(const struct record *record)
{
	const char *kind = entity_kind_text(record->entity.kind);
	const char *id = inventory_id(record->inventory, record->entity);
	const char *role = record->role != NULL ? record->role : "";
	const char *device = NULL;
	uint32_t n = record->layout->n_slots;

	if (record->device != INVENTORY_NONE) {
		device = inventory_id(record->inventory, (struct entity_ref){
		    ENTITY_DEVICE, record->device });
	}
	device = device != NULL ? device : "";
	if (id == NULL) {
		return NULL; /* it has left the inventory */
	}
	struct item *item = malloc(sizeof(*item) + n * sizeof(item->samples[0]) +
	    strlen(kind) + strlen(id) + strlen(role) + strlen(device) + 4);
	if (item == NULL) {
		return NULL;
	}
	char *at = (char *)&item->samples[n];
	const char *role_copy = put_text(&at, role);
	const char *device_copy = put_text(&at, device);
	item->batch = (struct col_batch){ .size = sizeof(item->batch),
		.device = device_copy, .entity = at, .slot_ns = record->slot.ns,
		.samples = item->samples, .n_samples = n };
	(void)put_text(&at, kind);
	at[-1] = ':';
	(void)put_text(&at, id);
	for (uint32_t i = 0; i < n; i++) {
		const struct slot *slot = &record->layout->slots[i];
		const struct col_metric *metric = metric_get(slot->metric);
		item->samples[i] = (struct col_sample){ .role = role_copy,
			.metric = metric->name, .unit = metric->unit,
			/* Layouts live as long as the process. */
			.instance = slot->instance,
			.value = record->samples[i].number,
			.quality = record->samples[i].quality };
	}
	return item;
}

static bool
is_same(const void *queued, const void *arg)
{
	const struct item *a = queued, *b = arg;
	return strcmp(a->batch.device, b->batch.device) == 0 &&
	    strcmp(a->batch.entity, b->batch.entity) == 0;
}

static bool
is_any(const void *queued, const void *arg)
{
	(void)queued;
	(void)arg;
	return true;
}

static void
queue_item(struct output *output, struct item *item)
{
	atomic_fetch_add(&item->n_users, 1);
	while (queue_put(output->queue, item) != 0) {
		struct item *oldest = queue_remove(output->queue, is_same, item);
		if (oldest == NULL) {
			oldest = queue_remove(output->queue, is_any, NULL);
		}
		stats_add(STATS_OUTPUT_DROPPED, oldest != NULL);
		item_unref(oldest);
	}
}

void
output_record(struct outputs *outputs, const struct record *record)
{
	if (outputs == NULL || outputs->n_outputs == 0 ||
	    record->layout == NULL || record->layout->n_slots == 0) {
		return;
	}
	struct item *item = item_new(record);
	if (item == NULL) {
		return;
	}
	atomic_init(&item->n_users, 1);
	for (size_t i = 0; i < outputs->n_outputs; i++) {
		queue_item(outputs->outputs[i], item);
	}
	item_unref(item);
}
