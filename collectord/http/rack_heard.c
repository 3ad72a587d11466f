/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rack_heard.h. */
#include <config.h>

#include "http/rack_heard.h"

#include <string.h>

#include "base/str.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/server.h"
#include "model/metric.h"

/* One device as it was last heard. */
struct heard {
	const struct device *device;
	bool silent;
	struct wall since;             /* last good value, 0: never */
	bool has_power;
	double power_w;
};

/* Where a device's power is written, the best first: itself, inlets, phases. */
static unsigned
rank_of(const char *instance)
{
	if (instance[0] == '\0') {
		return 1;
	}
	if (str_starts(instance, "inlet ") && strchr(instance + 6, ' ') == NULL) {
		return 2;
	}
	return instance[0] == 'L' && strlen(instance) == 2 ? 3 : 0;
}

static void
take_power(struct heard *heard, const struct latest_copy *copy, struct wall slot)
{
	for (unsigned rank = 1; rank <= 3 && !heard->has_power; rank++) {
		for (uint32_t i = 0; i < copy->n_values; i++) {
			const struct latest_value *value = &copy->values[i];

			if (value->slot->metric == METRIC_POWER_W &&
			    value->quality == COL_GOOD && value->good_at.ns >= slot.ns &&
			    rank_of(value->slot->instance) == rank) {
				heard->has_power = true;
				heard->power_w += value->number;
			}
		}
	}
}

static void
listen_to(struct heard *heard, const struct latest *latest, struct wall slot)
{
	struct latest_copy copy;

	heard->silent = true;
	if (latest_get(latest, heard->device->index, &copy) != 0) {
		return;
	}
	for (uint32_t i = 0; i < copy.n_values; i++) {
		if (copy.values[i].good_at.ns > heard->since.ns) {
			heard->since = copy.values[i].good_at;
		}
	}
	heard->silent = heard->since.ns < slot.ns;
	if (!heard->silent) {
		take_power(heard, &copy, slot);
	}
	latest_copy_done(&copy);
}

static void
write_list(struct json *json, const struct heard *heard, unsigned n, bool silent)
{
	unsigned written = 0;

	json_list(json, silent ? "silent" : "speaking");
	for (unsigned i = 0; i < n && written < RACK_HEARD_MAX; i++) {
		if (heard[i].silent != silent) {
			continue;
		}
		json_map(json, NULL);
		json_text(json, "device", heard[i].device->id);
		body_text(json, "role", heard[i].device->role);
		if (silent) {
			body_time(json, "since", heard[i].since);
		} else {
			body_number(json, "power_w", heard[i].has_power,
			    heard[i].power_w);
		}
		json_map_end(json);
		written++;
	}
	json_list_end(json);
}

/* A rack has a handful of devices; of a room full of them the first count. */
#define LOOK_MAX 64

void
rack_heard(struct json *json, const struct request *request, const struct rack *rack)
{
	const struct view *view = request->view;
	const struct inventory *inventory = view->config->inventory;
	const struct part_sum *sum = &view->racks[rack->index].slot.sum;
	struct heard heard[LOOK_MAX];
	unsigned n = 0;

	if (view->rollup != NULL && (sum->n_devices < rack->n_devices ||
	    sum->n_power < sum->n_power_expected)) {
		for (uint32_t i = 0; i < rack->n_devices && n < LOOK_MAX; i++) {
			heard[n] = (struct heard){ .device =
			    inventory->devices[rack->devices[i]] };
			if (heard[n].device != NULL) {
				listen_to(&heard[n++], flow_latest(
				    request->http->setup.flow), view->rollup->slot);
			}
		}
	}
	write_list(json, heard, n, true);
	write_list(json, heard, n, false);
}
