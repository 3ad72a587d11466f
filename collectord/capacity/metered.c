/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See metered.h. */
#include <config.h>

#include "capacity/metered.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/metric.h"

/* Where a device states what leaves it, the best place first. */
enum seen_at { AT_TOTAL = 0, AT_OUTPUT, AT_OUTPUT_PHASES, AT_PHASES, AT_N };

static enum seen_at
place_of(const char *instance)
{
	if (instance[0] == '\0') {
		return AT_TOTAL;
	}
	if (strcmp(instance, "output") == 0) {
		return AT_OUTPUT;
	}
	if (str_starts(instance, "output L")) {
		return AT_OUTPUT_PHASES;
	}
	return instance[0] == 'L' && instance[1] >= '1' && instance[1] <= '3' &&
	    instance[2] == '\0' ? AT_PHASES : AT_N;
}

static struct metered
read_device(const struct latest *latest, uint32_t device, struct wall as_of,
    int64_t interval_ns)
{
	struct metered at[AT_N] = { { false, 0.0 } };
	bool bad[AT_N] = { false };
	struct latest_copy copy;

	if (latest_get(latest, device, &copy) != 0) {
		return at[AT_TOTAL];
	}
	for (uint32_t v = 0; v < copy.n_values; v++) {
		const struct latest_value *value = &copy.values[v];
		enum seen_at i = place_of(value->slot->instance);

		if (value->slot->metric == METRIC_POWER_W && i < AT_N) {
			at[i].known = true;
			at[i].power_w += value->number;
			bad[i] = bad[i] || latest_quality(value, as_of, interval_ns) !=
			    COL_GOOD;
		}
	}
	latest_copy_done(&copy);
	for (unsigned i = 0; i < AT_N; i++) {
		if (at[i].known && !bad[i]) {
			return at[i];
		}
	}
	return (struct metered){ false, 0.0 };
}

struct metered *
metered_nodes(const struct inventory *inventory, const struct latest *latest,
    struct wall as_of, int64_t interval_ns)
{
	struct metered *metered = calloc((size_t)inventory->n_power + 1, sizeof(*metered));

	for (uint32_t i = 0; metered != NULL && latest != NULL &&
	    i < inventory->n_power; i++) {
		const char *id = inventory->power[i].device;
		const struct device *device = id == NULL ? NULL :
		    inventory_device(inventory, id);

		if (device != NULL) {
			metered[i] = read_device(latest, device->index, as_of,
			    interval_ns);
		}
	}
	return metered;
}
