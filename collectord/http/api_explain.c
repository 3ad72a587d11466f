/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /explain/rack/{id} and /explain/device/{id}: why the number is what it is. */
#include <config.h>

#include "http/api.h"

#include "capacity/view.h"
#include "http/device.h"
#include "http/body.h"
#include "http/body_figures.h"
#include "http/body_stock.h"
#include "http/problem.h"
#include "http/rack.h"
#include "http/server.h"
#include "http/use.h"

static void
write_device(struct request *request, const struct device *device)
{
	struct json *json = &request->json;
	const struct settings *settings = &request->view->config->settings;
	struct device_status status;
	struct latest_copy copy;
	bool any;

	device_status_of(request, device->index, &status);
	device_item(json, request->view->config->inventory, device, &status);
	json_number(json, "phase_ms", (double)(status.phase_ns / NS_PER_MS), BODY_DIGITS);
	json_number(json, "interval_s", (double)settings->interval_ns / NS_PER_S,
	    BODY_DIGITS);
	device_polls(json, &status);
	json_map(json, "backoff");
	json_int(json, "level", status.backoff);
	body_time(json, "until", status.backoff > 0 ? status.next_poll : (struct wall){0});
	json_map_end(json);
	body_time(json, "down_since", status.down_since);
	device_error(json, "last_error", &status);
	json_int(json, "layouts", (int64_t)status.n_layouts);
	json_int(json, "slots", (int64_t)status.n_slots);
	any = latest_get(flow_latest(request->http->setup.flow), device->index,
	    &copy) == 0;
	use_write(json, request->view, device, any ? &copy : NULL);
	if (any) {
		latest_copy_done(&copy);
	}
}

enum request_next
api_explain_device(struct request *request)
{
	const struct device *device = inventory_device(request->view->config->inventory,
	    request->id);

	if (device == NULL) {
		return problem_no_such(request, "device", request->id);
	}
	request_begin(request);
	write_device(request, device);
	return request_end(request);
}

enum request_next
api_explain_rack(struct request *request)
{
	struct json *json = &request->json;
	const struct view *view = request->view;
	const struct inventory *inventory = view->config->inventory;
	const struct settings *settings = &view->config->settings;
	const struct rack *rack = inventory_rack(inventory, request->id);
	const struct rack_view *rv;
	struct failover_view failover;

	if (rack == NULL) {
		return problem_no_such(request, "rack", request->id);
	}
	rv = &view->racks[rack->index];
	request_begin(request);
	json_text(json, "id", rack->id);
	json_text(json, "state", rack_state_text(rack->state));
	json_text(json, "evidence", rv->evidence == EVIDENCE_NONE ? NULL :
	    evidence_text(rv->evidence));
	rack_reason(json, "reason", request, rack);
	failover = rack_failover(request, rack);
	body_failover(json, rack, &failover);
	body_stock_budget(json, view, rack);
	body_stock_limits(json, view, rack);
	body_air(json, view, rack);
	json_bool(json, "live", rv->live);
	json_bool(json, "discrepancy", rv->discrepancy);
	body_time(json, "last_good", rv->last_good);
	json_int(json, "window_s", settings->window_ns / NS_PER_S);
	json_int(json, "good_s", rv->good_s);
	json_int(json, "power_s", rv->power_s);
	json_int(json, "below_s", rv->below_s);
	json_int(json, "voltage_s", rv->voltage_s);
	rack_sources(json, &rv->slot);
	rack_temperature(json, &rv->slot);
	json_number(json, "min_power_w", settings->min_power_w, BODY_DIGITS);
	json_int(json, "min_live_s", settings->min_live_ns / NS_PER_S);
	json_list(json, "devices");
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];

		if (device != NULL) {
			json_map(json, NULL);
			write_device(request, device);
			json_map_end(json);
		}
	}
	json_list_end(json);
	return request_end(request);
}
