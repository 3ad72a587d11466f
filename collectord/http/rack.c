/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rack.h. */
#include <config.h>

#include "http/rack.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "http/kpi.h"
#include "http/server.h"
#include "model/metric.h"

#define PHASES_MAX 3

/* Minutes with one decimal: the demo proves a rack live within 20 s. */
static void
write_minutes(struct json *json, const char *key, uint32_t seconds)
{
	json_number(json, key, round(seconds / 6.0) / 10, KPI_RATIO_DIGITS);
}

static double
nominal_volts(const struct rack *rack)
{
	for (unsigned i = 0; i < rack->n_feeds; i++) {
		if (rack->feeds[i].volts > 0) {
			return rack->feeds[i].volts;
		}
	}
	return 0;
}

static void
write_params(struct json *json, const struct view *view, const struct rack *rack)
{
	const struct rack_view *rv = &view->racks[rack->index];
	const struct settings *settings = &view->config->settings;
	const struct part_sum *sum = &rv->slot.sum;
	double volts = nominal_volts(rack);

	switch (rv->reason) {
	case REASON_NOT_DECLARED:
		json_text(json, "state", rack_state_text(rack->state));
		break;
	case REASON_NO_GOOD_SAMPLE:
		json_int(json, "window_s", settings->window_ns / NS_PER_S);
		break;
	case REASON_POWER_SEEN:
		write_minutes(json, "minutes", rv->power_s);
		kpi_number(json, "power_w", sum->n_power > 0, sum->power_w);
		break;
	case REASON_BELOW_MIN_POWER:
		write_minutes(json, "minutes", rv->below_s);
		kpi_number(json, "power_w", sum->n_power > 0, sum->power_w);
		json_number(json, "min_power_w", settings->min_power_w, KPI_DIGITS);
		break;
	case REASON_ENERGISED_EMPTY:
		write_minutes(json, "minutes", rv->voltage_s);
		kpi_number(json, "volts", volts > 0, volts);
		break;
	case REASON_TOO_LITTLE:
		write_minutes(json, "minutes", rv->good_s);
		write_minutes(json, "min_minutes",
		    (uint32_t)(settings->min_live_ns / NS_PER_S));
		break;
	case REASON_NO_DEVICE:
	case REASON_N:
		break;
	}
}

void
rack_reason(struct json *json, const char *key, const struct view *view,
    const struct rack *rack)
{
	json_map(json, key);
	json_text(json, "code", reason_code(view->racks[rack->index].reason));
	json_map(json, "params");
	write_params(json, view, rack);
	json_map_end(json);
	json_map_end(json);
}

const char *
rack_quality(const struct latest_value *value, const struct view *view)
{
	int64_t age = view->as_of.ns - value->good_at.ns;

	/* the slot itself lasts an interval, so its start is one older */
	if (value->quality == COL_GOOD && age > 4 * view->config->settings.interval_ns) {
		return kpi_quality(COL_STALE);
	}
	return kpi_quality(value->quality);
}

/* ---- feeds -------------------------------------------------------------------- */

/* What the devices of one feed measure. */
struct feed_values {
	bool known[PHASES_MAX];
	double current_a[PHASES_MAX];
	const char *quality;         /* of the power, NULL: no device measures it */
};

/* Phase of an instance ("L1".."L3"; the whole of one phase is L1), or -1. */
static int
phase_of(const char *instance, unsigned phases)
{
	if (instance[0] == '\0') {
		return phases <= 1 ? 0 : -1;
	}
	return instance[0] == 'L' && instance[1] >= '1' && instance[1] <= '3' &&
	    instance[2] == '\0' ? instance[1] - '1' : -1;
}

static void
take_value(struct feed_values *values, const struct latest_value *value,
    const struct view *view, unsigned phases)
{
	const char *quality = rack_quality(value, view);
	int phase;

	if (value->slot->metric == METRIC_POWER_W && value->slot->instance[0] == '\0') {
		values->quality = quality;
	}
	if (value->slot->metric != METRIC_CURRENT_A || strcmp(quality, "good") != 0) {
		return;
	}
	phase = phase_of(value->slot->instance, phases);
	if (phase >= 0 && !values->known[phase]) {
		values->known[phase] = true;
		values->current_a[phase] = value->number;
	}
}

static void
read_feed(const struct request *request, const struct rack *rack, unsigned feed,
    struct feed_values *ret_values)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct latest *latest = flow_latest(request->http->setup.flow);

	memset(ret_values, 0, sizeof(*ret_values));
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];
		struct latest_copy copy;

		if (device == NULL || device->feed != (int)feed ||
		    latest_get(latest, device->index, &copy) != 0) {
			continue;
		}
		for (uint32_t v = 0; v < copy.n_values; v++) {
			take_value(ret_values, &copy.values[v], request->view,
			    rack->feeds[feed].phases);
		}
		latest_copy_done(&copy);
	}
}

static void
write_currents(struct json *json, const struct feed *feed,
    const struct feed_values *values)
{
	unsigned phases = feed->phases == PHASES_MAX ? PHASES_MAX : 1;
	bool any = false;
	double highest = 0;
	char key[3] = "L1";

	json_map(json, "current_a");
	for (unsigned p = 0; p < phases; p++) {
		key[1] = (char)('1' + p);
		kpi_number(json, key, values->known[p], values->current_a[p]);
		if (values->known[p] && (!any || values->current_a[p] > highest)) {
			highest = values->current_a[p];
			any = true;
		}
	}
	json_map_end(json);
	/* Source: domain.md 2.3 formula 2: the highest phase against the breaker */
	kpi_number(json, "load_pct", any && feed->breaker_a > 0,
	    any && feed->breaker_a > 0 ? highest / feed->breaker_a * 100 : 0);
}

static void
write_devices(struct json *json, const struct inventory *inventory,
    const struct rack *rack, unsigned feed)
{
	json_list(json, "devices");
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];

		if (device != NULL && device->feed == (int)feed) {
			json_text(json, NULL, device->id);
		}
	}
	json_list_end(json);
}

void
rack_feed(struct request *request, const struct rack *rack, unsigned index, bool full_id)
{
	struct json *json = &request->json;
	const struct feed *feed = &rack->feeds[index];
	const struct rack_slot *slot = &request->view->racks[rack->index].slot;
	struct feed_values values;

	read_feed(request, rack, index, &values);
	if (full_id) {
		json_text(json, "id", request->id);
		json_text(json, "rack", rack->id);
		json_text(json, "feed", feed->id);
	} else {
		json_text(json, "id", feed->id);
	}
	kpi_number(json, "breaker_a", feed->breaker_a > 0, feed->breaker_a);
	json_int(json, "phases", feed->phases);
	kpi_number(json, "volts", feed->volts > 0, feed->volts);
	kpi_number(json, "power_w", (slot->feed_mask & 1u << index) != 0,
	    slot->feed_power_w[index]);
	write_currents(json, feed, &values);
	write_devices(json, request->view->config->inventory, rack, index);
	json_text(json, "quality", values.quality);
}
