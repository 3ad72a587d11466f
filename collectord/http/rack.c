/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rack.h. */
#include <config.h>

#include "http/rack.h"

#include <math.h>
#include "http/body.h"
#include "http/rack_heard.h"
#include "http/server.h"
#include "model/metric.h"

/* Minutes with one decimal: the demo proves a rack live within 20 s. */
static void
write_minutes(struct json *json, const char *key, uint32_t seconds)
{
	json_number(json, key, round(seconds / 6.0) / 10, BODY_RATIO_DIGITS);
}

static void
write_params(struct json *json, const struct request *request, const struct rack *rack)
{
	const struct view *view = request->view;
	const struct rack_view *rv = &view->racks[rack->index];
	const struct settings *settings = &view->config->settings;
	const struct part_sum *sum = &rv->slot.sum;

	switch (rv->reason) {
	case REASON_NOT_DECLARED:
		json_text(json, "state", rack_state_text(rack->state));
		break;
	case REASON_NO_GOOD_SAMPLE:
		json_int(json, "window_s", settings->window_ns / NS_PER_S);
		break;
	case REASON_POWER_SEEN:
		write_minutes(json, "minutes", rv->reason_s);
		body_number(json, "power_w", sum->n_power > 0, sum->power_w);
		break;
	case REASON_BELOW_MIN_POWER:
		write_minutes(json, "minutes", rv->reason_s);
		body_number(json, "power_w", sum->n_power > 0, sum->power_w);
		json_number(json, "min_power_w", settings->min_power_w, BODY_DIGITS);
		break;
	case REASON_ENERGISED_EMPTY:
		write_minutes(json, "minutes", rv->reason_s);
		body_number(json, "volts", rv->slot.has_voltage, (double)rv->slot.voltage_min_v);
		break;
	case REASON_TOO_LITTLE:
		write_minutes(json, "minutes", rv->reason_s);
		write_minutes(json, "min_minutes",
		    (uint32_t)(settings->min_live_ns / NS_PER_S));
		break;
	case REASON_NO_DEVICE:
	case REASON_N:
		break;
	}
	if (rack->n_devices > 0) {
		rack_heard(json, request, rack);
	}
}

void
rack_reason(struct json *json, const char *key, const struct request *request,
    const struct rack *rack)
{
	json_map(json, key);
	json_text(json, "code", reason_code(request->view->racks[rack->index].reason));
	json_map(json, "params");
	write_params(json, request, rack);
	json_map_end(json);
	json_map_end(json);
}

const char *
rack_quality(const struct latest_value *value, const struct view *view)
{
	return body_quality(latest_quality(value, view->as_of,
	    view->config->settings.interval_ns));
}

/* ---- who says what it draws ---------------------------------------------------- */

/* How much more the feeds see than the BMCs: what has no BMC, and losses. */
static void
write_difference(struct json *json, const struct rack_slot *slot)
{
	const struct source_sum *pdus = &slot->by_source[POWER_SOURCE_PDU];
	const struct source_sum *bmcs = &slot->by_source[POWER_SOURCE_IPMI];
	double more_w = pdus->power_w - bmcs->power_w;
	bool known = pdus->n_expected > 0 && pdus->n_known == pdus->n_expected &&
	    bmcs->n_expected > 0 && bmcs->n_known == bmcs->n_expected;

	body_number(json, "power_difference_w", known, more_w);
	if (known && pdus->power_w > 0) {
		body_ratio(json, "power_difference", more_w, pdus->power_w);
	} else {
		json_unknown(json, "power_difference");
	}
}

void
rack_sources(struct json *json, const struct rack_slot *slot)
{
	json_text(json, "power_source", power_source_text(slot->source));
	json_list(json, "power_sources");
	for (enum power_source s = POWER_SOURCE_PDU; s < POWER_SOURCE_N; s++) {
		const struct source_sum *source = &slot->by_source[s];

		if (source->n_expected == 0) {
			continue;
		}
		json_map(json, NULL);
		json_text(json, "source", power_source_text(s));
		body_number(json, "power_w", source->n_known > 0, source->power_w);
		json_int(json, "known", source->n_known);
		json_int(json, "expected", source->n_expected);
		json_map_end(json);
	}
	json_list_end(json);
	write_difference(json, slot);
}

/* With the digits that a slot's float holds. */
static void
write_float(struct json *json, const char *key, bool known, double value)
{
	if (known) {
		json_number(json, key, value, 6);
	} else {
		json_unknown(json, key);
	}
}

void
rack_temperature(struct json *json, const struct rack_slot *slot)
{
	bool known = slot->sum.n_temperature > 0;

	write_float(json, "temperature_c", known, slot->sum.temperature_max_c);
	json_text(json, "temperature_source", !known ? NULL :
	    slot->inlet_by_bmc ? power_source_text(POWER_SOURCE_IPMI) : "probe");
}

/* ---- feeds -------------------------------------------------------------------- */

struct failover_view
rack_failover(const struct request *request, const struct rack *rack)
{
	return failover_judge(rack, request->view->rollup);
}

/* Quality of the feed's power, NULL when no device measures it. */
static const char *
feed_quality(const struct request *request, const struct rack *rack, unsigned feed)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct latest *latest = flow_latest(request->http->setup.flow);
	const char *quality = NULL;

	for (uint32_t i = 0; i < rack->n_devices && quality == NULL; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];
		struct latest_copy copy;

		if (device == NULL || device->feed != (int)feed ||
		    latest_get(latest, device->index, &copy) != 0) {
			continue;
		}
		for (uint32_t v = 0; v < copy.n_values; v++) {
			if (copy.values[v].slot->metric == METRIC_POWER_W &&
			    copy.values[v].slot->instance[0] == '\0') {
				quality = rack_quality(&copy.values[v], request->view);
			}
		}
		latest_copy_done(&copy);
	}
	return quality;
}

static void
write_currents(struct json *json, const struct feed *feed, const struct feed_load *load)
{
	unsigned phases = feed->phases == FAILOVER_PHASES ? FAILOVER_PHASES : 1;
	char key[3] = "L1";

	json_map(json, "current_a");
	for (unsigned p = 0; p < phases; p++) {
		key[1] = (char)('1' + p);
		write_float(json, key, (load->phase_mask & 1u << p) != 0,
		    load->current_a[p]);
	}
	json_map_end(json);
	body_number(json, "load_pct", load->has_load, load->load_ratio * 100);
	write_float(json, "apparent_va", load->has_apparent, load->apparent_va);
	write_float(json, "power_factor", load->has_factor, load->factor);
	write_float(json, "rated_va", load->has_rating, load->rated_va);
	write_float(json, "derated_va", load->has_rating, load->derated_va);
	write_float(json, "imbalance", load->has_imbalance, load->imbalance);
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
rack_feed(struct request *request, const struct rack *rack, unsigned index,
    const struct failover_view *failover, bool full_id)
{
	struct json *json = &request->json;
	const struct feed *feed = &rack->feeds[index];
	const struct rack_slot *slot = &request->view->racks[rack->index].slot;

	if (full_id) {
		json_text(json, "id", request->id);
		json_text(json, "rack", rack->id);
		json_text(json, "feed", feed->id);
	} else {
		json_text(json, "id", feed->id);
	}
	body_number(json, "breaker_a", feed->breaker_a > 0, feed->breaker_a);
	json_int(json, "phases", feed->phases);
	body_number(json, "volts", feed->volts > 0, feed->volts);
	body_number(json, "power_w", (slot->feed_mask & 1u << index) != 0,
	    slot->feed_power_w[index]);
	write_currents(json, feed, &failover->feeds[index]);
	json_text(json, "from", feed->from);
	write_devices(json, request->view->config->inventory, rack, index);
	json_text(json, "quality", feed_quality(request, rack, index));
}
