/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See use.h. */
#include <config.h>

#include "http/use.h"

#include <string.h>

#include "http/body.h"
#include "model/metric.h"

static bool
is_bmc(const struct device *device)
{
	return device->kind != NULL && strcmp(device->kind, "bmc") == 0;
}

static bool
is_inlet(const char *instance)
{
	return strcmp(instance, "inlet") == 0 || strncmp(instance, "inlet ", 6) == 0;
}

/* The total, else an inlet, else a phase; smaller is better, 0: none of them. */
static unsigned
power_rank(const char *instance)
{
	if (instance[0] == '\0') {
		return 1;
	}
	if (is_inlet(instance)) {
		return 2;
	}
	return instance[0] == 'L' && instance[1] != '\0' && instance[2] == '\0' ? 3 : 0;
}

static const struct slot *
power_slot(const struct latest_copy *copy)
{
	const struct slot *best = NULL;
	unsigned best_rank = 0;

	for (uint32_t i = 0; i < copy->n_values; i++) {
		const struct slot *slot = copy->values[i].slot;
		unsigned rank = slot->metric == METRIC_POWER_W ?
		    power_rank(slot->instance) : 0;

		if (rank > 0 && (best == NULL || rank < best_rank)) {
			best = slot;
			best_rank = rank;
		}
	}
	return best;
}

/* The highest counts; of a BMC only among its inlets. */
static const struct slot *
temperature_slot(const struct latest_copy *copy, bool inlets)
{
	const struct latest_value *best = NULL;

	for (uint32_t i = 0; i < copy->n_values; i++) {
		const struct latest_value *value = &copy->values[i];

		if (value->slot->metric == METRIC_TEMPERATURE_C &&
		    (!inlets || is_inlet(value->slot->instance)) &&
		    (best == NULL || value->number > best->number)) {
			best = value;
		}
	}
	return best == NULL ? NULL : best->slot;
}

static void
write_slot(struct json *json, const char *key, const struct slot *slot, bool counted)
{
	if (slot == NULL) {
		json_unknown(json, key);
		return;
	}
	json_map(json, key);
	json_text(json, "metric", metric_get(slot->metric)->name);
	body_text(json, "instance", slot->instance);
	body_text(json, "source", slot->source);
	json_bool(json, "counted", counted);
	json_map_end(json);
}

void
use_write(struct json *json, const struct view *view, const struct device *device,
    const struct latest_copy *copy)
{
	bool in_rack = device->rack < view->config->inventory->n_racks;
	const struct rack_slot *slot = in_rack ? &view->racks[device->rack].slot : NULL;
	const struct slot *power = NULL, *temperature = NULL;
	bool bmc = is_bmc(device);

	if (copy != NULL && in_rack) {
		/* only what hangs on a feed, or is a server, is summed */
		power = bmc || device->feed >= 0 ? power_slot(copy) : NULL;
		temperature = temperature_slot(copy, bmc);
	}
	json_map(json, "rack_use");
	write_slot(json, "power", power, in_rack && slot->source ==
	    (bmc ? POWER_SOURCE_IPMI : POWER_SOURCE_PDU));
	write_slot(json, "temperature", temperature, in_rack &&
	    slot->sum.n_temperature > 0 && slot->inlet_by_bmc == bmc);
	json_map_end(json);
}
