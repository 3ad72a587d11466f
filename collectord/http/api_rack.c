/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /racks/{id}. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>


#include "base/str.h"
#include "http/alarms.h"
#include "http/body.h"
#include "http/body_figures.h"
#include "http/body_stock.h"
#include "http/device.h"
#include "http/energy.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/rack.h"
#include "http/rack_assets.h"
#include "http/series.h"
#include "http/server.h"
#include "model/metric.h"

static void
write_place(struct json *json, const struct inventory *inventory,
    const struct rack *rack)
{
	json_map(json, "place");
	for (enum entity_kind kind = ENTITY_AREA; kind < ENTITY_PLACE_N; kind++) {
		body_place(json, entity_kind_text(kind),
		    inventory_above(inventory, rack, kind));
	}
	json_map_end(json);
}

static void
write_feeds(struct request *request, const struct rack *rack,
    const struct failover_view *failover)
{
	json_list(&request->json, "feeds");
	for (unsigned i = 0; i < rack->n_feeds; i++) {
		json_map(&request->json, NULL);
		rack_feed(request, rack, i, failover, false);
		json_map_end(&request->json);
	}
	json_list_end(&request->json);
}

/* Inside a server it is warm: of a BMC only what enters and leaves is air. */
static bool
is_air(const struct device *device, const char *instance)
{
	return device->kind == NULL || strcmp(device->kind, "bmc") != 0 ||
	    str_starts(instance, "inlet") || str_starts(instance, "outlet") ||
	    str_starts(instance, "exhaust");
}

static bool
is_environment(uint32_t metric)
{
	return metric == METRIC_TEMPERATURE_C || metric == METRIC_HUMIDITY_PCT ||
	    metric == METRIC_DEW_POINT_C || metric == METRIC_AIRFLOW_M3H ||
	    metric == METRIC_PRESSURE_PA;
}

static void
write_reading(struct json *json, const struct view *view, const struct device *device,
    const struct latest_value *value)
{
	json_map(json, NULL);
	json_text(json, "device", device->id);
	body_text(json, "instance", value->slot->instance);
	json_text(json, "metric", metric_get(value->slot->metric)->name);
	body_number(json, "value", value->good_at.ns != 0 && (value->quality == COL_GOOD ||
	    value->quality == COL_STALE), value->number);
	json_text(json, "quality", rack_quality(value, view));
	body_age(json, "age_s", view->as_of, value->good_at);
	json_map_end(json);
}

static void
write_environment(struct request *request, const struct rack *rack)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct latest *latest = flow_latest(request->http->setup.flow);

	json_list(&request->json, "environment");
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];
		struct latest_copy copy;

		if (device == NULL || latest_get(latest, device->index, &copy) != 0) {
			continue;
		}
		for (uint32_t v = 0; v < copy.n_values; v++) {
			const struct slot *slot = copy.values[v].slot;

			if (is_environment(slot->metric) &&
			    is_air(device, slot->instance)) {
				write_reading(&request->json, request->view, device,
				    &copy.values[v]);
			}
		}
		latest_copy_done(&copy);
	}
	json_list_end(&request->json);
}

static void
write_devices(struct request *request, const struct rack *rack)
{
	struct json *json = &request->json;
	const struct inventory *inventory = request->view->config->inventory;

	json_list(json, "devices");
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];
		struct device_status status;

		if (device == NULL) {
			continue;
		}
		device_status_of(request, device->index, &status);
		json_map(json, NULL);
		json_text(json, "id", device->id);
		json_text(json, "role", device->role);
		body_text(json, "kind", device->kind);
		json_text(json, "plugin", device->plugin);
		json_text(json, "feed", device->feed >= 0 &&
		    (unsigned)device->feed < rack->n_feeds ?
		    rack->feeds[device->feed].id : NULL);
		json_text(json, "status", device_state_text(status.state));
		body_text(json, "profile", device_profile(device, &status));
		body_age(json, "age_s", request->as_of, status.last_ok);
		device_error(json, "error", &status);
		json_map_end(json);
	}
	json_list_end(json);
}

/* ---- the ledger comes from STATE ---------------------------------------------- */

struct ledger { size_t n; struct ledger_entry items[]; };

static void
on_ledger(void *arg, int code, const struct ledger_entry *items, size_t n)
{
	struct ledger *ledger = malloc(sizeof(*ledger) + n * sizeof(*items));

	if (ledger == NULL) {
		gather_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	ledger->n = code == 0 ? n : 0;
	if (ledger->n > 0) {
		memcpy(ledger->items, items, n * sizeof(*items));
	}
	gather_fill(arg, code, ledger, free);
}

static void
write_ledger(struct json *json, const struct ledger *ledger)
{
	json_list(json, "ledger");
	for (size_t i = 0; i < ledger->n; i++) {
		json_map(json, NULL);
		body_time(json, "time", ledger->items[i].at);
		body_time(json, "written", ledger->items[i].written);
		json_text(json, "state", ledger->items[i].state);
		body_text(json, "reason", ledger->items[i].reason);
		body_text(json, "actor", ledger->items[i].actor);
		body_text(json, "source", ledger->items[i].source);
		json_map_end(json);
	}
	json_list_end(json);
}

/* ---- energy comes from the store ---------------------------------------------- */

/* Of a month or longer; the finest rows that reach back are 8 h. */
#define ENERGY_POINTS 10000
/* The page does not wait for a busy store: it is complete without its energy. */
#define ENERGY_TIMEOUT_NS (1 * NS_PER_S)

static const char *
zone_of(const struct request *request)
{
	return request->view->config->settings.timezone;
}

static void
write_energy(struct request *request, const struct store_series *power)
{
	struct json *json = &request->json;
	struct energy_month months[ENERGY_MONTHS];
	unsigned n = power == NULL ? 0 : energy_months(power, zone_of(request),
	    request->as_of, months);

	json_list(json, "energy_per_month");
	for (unsigned i = 0; i < n; i++) {
		const struct energy_month *month = &months[i];
		char text[16];

		(void)str_format(text, sizeof(text), "%04d-%02u", month->year, month->month);
		json_map(json, NULL);
		json_text(json, "month", text);
		body_number(json, "energy_wh", month->known_s > 0, month->energy_wh);
		body_ratio(json, "coverage", month->known_s < month->elapsed_s ?
		    month->known_s : month->elapsed_s, month->elapsed_s);
		json_map_end(json);
	}
	json_list_end(json);
}


static enum request_next
write_rack(struct request *request, const struct rack *rack, const struct ledger *ledger,
    const struct store_series *power)
{
	struct json *json = &request->json;
	const struct view *view = request->view;
	const struct rack_view *rv = &view->racks[rack->index];
	const struct part_sum *sum = &rv->slot.sum;
	struct failover_view failover = rack_failover(request, rack);

	request_begin(request);
	json_text(json, "id", rack->id);
	json_text(json, "label", rack->label);
	write_place(json, view->config->inventory, rack);
	json_text(json, "state", rack_state_text(rack->state));
	body_time(json, "since", rack->since);
	body_number(json, "units", rack->units > 0, rack->units);
	body_number(json, "design_w", rack->design_w > 0, rack->design_w);
	rack_assets_life(json, view, rack);
	json_text(json, "evidence", rv->evidence == EVIDENCE_NONE ? NULL :
	    evidence_text(rv->evidence));
	rack_reason(json, "evidence_reason", request, rack);
	json_bool(json, "live", rv->live);
	json_bool(json, "discrepancy", rv->discrepancy);
	alarms_rack(json, request, rack);
	body_power(json, sum);
	rack_sources(json, &rv->slot);
	json_bool(json, "partial", sum->n_power < sum->n_power_expected);
	body_ratio(json, "coverage", sum->n_devices, sum->n_devices_expected);
	body_age(json, "age_s", view->as_of, rv->last_good);
	body_time(json, "slot", view->rollup != NULL ? view->rollup->slot :
	    (struct wall){0});
	write_feeds(request, rack, &failover);
	body_failover(json, rack, &failover);
	rack_temperature(json, &rv->slot);
	write_environment(request, rack);
	rack_assets_space(json, view, rack);
	body_stock_budget(json, view, rack);
	rack_assets_equipment(request, rack);
	body_air(json, view, rack);
	write_devices(request, rack);
	write_ledger(json, ledger);
	write_energy(request, power);
	return request_end(request);
}

/* What the page waits for: parts of its gather. */
enum part { PART_LEDGER = 0, PART_POWER, PART_N };

static enum request_next
ask(struct request *request, const struct rack *rack)
{
	struct http *http = request->http;
	struct store_query query = {.entity = {ENTITY_RACK, rack->index},
	    .to = clock_wall(http->setup.clock), .max_points = ENERGY_POINTS,
	    .timeout_ns = ENERGY_TIMEOUT_NS};
	struct gather *gather;
	struct ticket *ticket;

	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	gather = gather_new(ticket, PART_N);
	if (gather == NULL) {
		pending_fill(ticket, COL_ENOMEM, NULL, NULL);
		return REQUEST_WAIT;
	}
	query.from = energy_from(zone_of(request), query.to);
	(void)str_copy(query.entity_id, sizeof(query.entity_id), rack->id);
	(void)str_copy(query.metric, sizeof(query.metric),
	    metric_get(METRIC_POWER_W)->name);
	store_read(http->setup.store, &query, series_to_part, &gather->parts[PART_POWER]);
	state_get_ledger(http->setup.state, rack->id, on_ledger,
	    &gather->parts[PART_LEDGER]);
	return REQUEST_WAIT;
}

enum request_next
api_rack(struct request *request)
{
	const struct rack *rack = inventory_rack(request->view->config->inventory,
	    request->id);
	const struct gather *gather;
	void *result;
	int code;

	if (rack == NULL) {
		return problem_no_such(request, "rack", request->id);
	}
	if (request->ticket == NULL) {
		return ask(request, rack);
	}
	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	gather = result;
	code = code != 0 ? code : gather->parts[PART_LEDGER].code;
	if (code != 0) {
		return problem_failed(request, code);
	}
	/* without its history the rack is shown all the same */
	return write_rack(request, rack, gather->parts[PART_LEDGER].result,
	    gather->parts[PART_POWER].code == 0 ? gather->parts[PART_POWER].result : NULL);
}
