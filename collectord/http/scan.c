/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See scan.h. */
#include <config.h>

#include "http/scan.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "capacity/view.h"
#include "http/events.h"
#include "http/server.h"

#define FRESH_NS (5 * NS_PER_S)

struct scan {
	/* HTTP thread */
	struct mono at;                /* of result; 0: none */
	struct scan_result result;
	uint32_t *profile_devices;

	pthread_mutex_t lock;          /* guards what follows */
	struct wall told_slot;
	uint64_t told_inventory;       /* version */
	struct poll_counts told_counts;
};

struct scan *
scan_new(void)
{
	struct scan *scan = calloc(1, sizeof(*scan));

	if (scan != NULL) {
		pthread_mutex_init(&scan->lock, NULL);
	}
	return scan;
}

void
scan_free(struct scan *scan)
{
	if (scan == NULL) {
		return;
	}
	config_unref(scan->result.config);
	free(scan->profile_devices);
	pthread_mutex_destroy(&scan->lock);
	free(scan);
}

/* Keeps the list of the slowest, slowest first. */
static void
add_slow(struct scan_result *result, uint32_t device, const struct device_status *status)
{
	uint32_t i = result->n_slowest;

	if (i == SCAN_SLOWEST) {
		if (result->slowest[i - 1].status.rtt_ms >= status->rtt_ms) {
			return;
		}
		i--;
	} else {
		result->n_slowest++;
	}
	for (; i > 0 && result->slowest[i - 1].status.rtt_ms < status->rtt_ms; i--) {
		result->slowest[i] = result->slowest[i - 1];
	}
	result->slowest[i].device = device;
	result->slowest[i].status = *status;
}

static void
add_device(struct scan *scan, uint32_t device, const struct device_status *status)
{
	struct scan_result *result = &scan->result;
	const struct config *config = result->config;

	if (status->rtt_ms >= 0 && status->state != DEVICE_DOWN) {
		add_slow(result, device, status);
	}
	if (status->state == DEVICE_DOWN && result->n_failing < SCAN_FAILING) {
		result->failing[result->n_failing].device = device;
		result->failing[result->n_failing++].status = *status;
	}
	for (size_t i = 0; status->profile[0] != '\0' && scan->profile_devices != NULL &&
	    i < config->n_profiles; i++) {
		if (strcmp(config->profiles[i].id, status->profile) == 0) {
			scan->profile_devices[i]++;
			break;
		}
	}
}

static void
look(struct scan *scan, struct http *http, const struct config *config)
{
	const struct inventory *inventory = config->inventory;
	struct scan_result *result = &scan->result;

	free(scan->profile_devices);
	scan->profile_devices = calloc(config->n_profiles + 1, sizeof(uint32_t));
	config_unref(result->config);
	memset(result, 0, sizeof(*result));
	result->config = config;
	result->profile_devices = scan->profile_devices;
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		struct device_status status;

		if (inventory->devices[i] != NULL &&
		    poll_device_status(http->setup.poll, i, &status) == 0) {
			add_device(scan, i, &status);
		}
	}
}

const struct scan_result *
scan_get(struct http *http)
{
	struct scan *scan = http->scan;
	struct mono now = clock_mono(http->setup.clock);
	const struct config *config = http_config(http);

	if (scan->result.config == config && now.ns - scan->at.ns < FRESH_NS) {
		config_unref(config);
		return &scan->result;
	}
	scan->at = now;
	look(scan, http, config);
	return &scan->result;
}

void
scan_publish(struct scan *scan, struct events *events, struct poll *poll,
    const struct view *view)
{
	const struct inventory *inventory = view->config->inventory;
	struct wall slot = view->rollup != NULL ? view->rollup->slot : (struct wall){0};
	struct poll_counts counts;
	bool new_slot, new_inventory, new_counts;

	poll_counts(poll, &counts);
	pthread_mutex_lock(&scan->lock);
	new_slot = slot.ns != scan->told_slot.ns;
	new_inventory = inventory->version != scan->told_inventory;
	new_counts = counts.up != scan->told_counts.up ||
	    counts.degraded != scan->told_counts.degraded ||
	    counts.down != scan->told_counts.down;
	scan->told_slot = slot;
	scan->told_inventory = inventory->version;
	scan->told_counts = counts;
	pthread_mutex_unlock(&scan->lock);

	if (new_inventory) {
		events_publish(events, EVENT_INVENTORY, inventory->province_id, view->as_of);
	}
	if (new_counts) {
		events_publish(events, EVENT_DEVICE, NULL, view->as_of);
	}
	/* a publication between slots changes evidence and ages all the same */
	if (new_slot || (!new_inventory && !new_counts)) {
		events_publish(events, EVENT_SLOT, inventory->province_id, view->as_of);
	}
}
