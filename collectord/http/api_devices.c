/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /devices and /devices/{id}. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include "capacity/view.h"
#include "flow/latest.h"
#include "http/cursor.h"
#include "http/device.h"
#include "http/body.h"
#include "http/order.h"
#include "http/problem.h"
#include "http/rack.h"
#include "http/server.h"
#include "http/use.h"
#include "model/metric.h"
#include "model/states.h"

#define LIMIT 100

const struct param api_devices_params[] = {
	{"status", PARAM_SET, false, 0, 0, "up|degraded|down|unknown",
	    "only with these statuses, separated by commas"},
	{"plugin", PARAM_TEXT, false, 0, 0, NULL, "only polled by this plugin"},
	{"q", PARAM_TEXT, false, 0, 0, NULL, "only whose id or address holds this text"},
	{"rack", PARAM_ID, false, 0, 0, NULL, "only in this rack"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

struct filter {
	const char *status, *plugin, *q;
	uint32_t rack;           /* dense id, or INVENTORY_NONE: any */
};

static bool
passes(const struct filter *filter, const struct device *device)
{
	return (filter->rack == INVENTORY_NONE || device->rack == filter->rack) &&
	    (filter->plugin == NULL || (device->plugin != NULL &&
	    strcmp(device->plugin, filter->plugin) == 0)) &&
	    (filter->q == NULL || strstr(device->id, filter->q) != NULL ||
	    (device->address != NULL && strstr(device->address, filter->q) != NULL));
}

static void
write_items(struct request *request, const struct order *order,
    const struct filter *filter, uint32_t at)
{
	struct json *json = &request->json;
	const struct inventory *inventory = order->inventory;
	int64_t limit = request_int(request, "limit", LIMIT);
	const char *last = "";
	char next[CURSOR_SIZE] = "";

	json_list(json, "items");
	for (; at < order->n_devices; at++) {
		const struct device *device = inventory->devices[order->devices[at]];
		struct device_status status;

		if (!passes(filter, device)) {
			continue;
		}
		device_status_of(request, device->index, &status);
		if (!query_in_set(filter->status, device_state_text(status.state))) {
			continue;
		}
		if (limit-- == 0) {
			cursor_encode(0, last, next);
			break;
		}
		json_map(json, NULL);
		device_item(json, inventory, device, &status);
		json_map_end(json);
		last = device->id;
	}
	json_list_end(json);
	body_text(json, "next", next);
}

enum request_next
api_devices(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *rack_id = request_value(request, "rack");
	const char *cursor = request_value(request, "cursor");
	struct filter filter = {
		.status = request_value(request, "status"),
		.plugin = request_value(request, "plugin"),
		.q = request_value(request, "q"),
		.rack = INVENTORY_NONE,
	};
	struct cursor after = {0};
	struct order *order;

	if (rack_id != NULL) {
		const struct rack *rack = inventory_rack(inventory, rack_id);

		if (rack == NULL) {
			return problem_no_such(request, "rack", rack_id);
		}
		filter.rack = rack->index;
	}
	if (cursor != NULL && cursor_decode(cursor, &after) != 0) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
	}
	order = http_order(request->http, inventory);
	if (order == NULL) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	write_items(request, order, &filter, order_device_after(order, after.id));
	order_unref(order);
	return request_end(request);
}

/* ---- one device ------------------------------------------------------------------ */

static void
write_metric(struct json *json, const struct view *view, const struct latest_value *value)
{
	const struct col_metric *metric = metric_get(value->slot->metric);
	bool known = value->good_at.ns != 0 && (value->quality == COL_GOOD ||
	    value->quality == COL_STALE);
	const struct col_state *state = known ? states_find(value->slot->states,
	    value->number) : NULL;

	json_map(json, NULL);
	json_text(json, "metric", metric->name);
	body_text(json, "instance", value->slot->instance);
	body_number(json, "value", known, value->number);
	json_text(json, "text", state != NULL ? state->word : NULL);
	json_text(json, "severity", state != NULL ? states_severity(state->severity)
	    : NULL);
	body_text(json, "unit", metric->unit);
	json_text(json, "quality", rack_quality(value, view));
	body_age(json, "age_s", view->as_of, value->good_at);
	body_text(json, "source", value->slot->source);
	json_bool(json, "archived", value->slot->archived);
	json_map_end(json);
}

static void
write_latest(struct request *request, const struct device *device)
{
	struct json *json = &request->json;
	struct latest_copy copy = {0};
	bool any = latest_get(flow_latest(request->http->setup.flow), device->index,
	    &copy) == 0;

	json_map(json, "info");
	for (uint32_t i = 0; any && i < copy.n_info; i++) {
		const char *name = copy.info[i].metric;

		/* "info_model" is the key "model" */
		json_text(json, strncmp(name, "info_", 5) == 0 ? name + 5 : name,
		    copy.info[i].text);
	}
	json_map_end(json);
	json_list(json, "metrics");
	for (uint32_t i = 0; any && i < copy.n_values; i++) {
		write_metric(json, request->view, &copy.values[i]);
	}
	json_list_end(json);
	use_write(json, request->view, device, any ? &copy : NULL);
	if (any) {
		latest_copy_done(&copy);
	}
}

enum request_next
api_device(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct device *device = inventory_device(inventory, request->id);
	struct device_status status;

	if (device == NULL) {
		return problem_no_such(request, "device", request->id);
	}
	device_status_of(request, device->index, &status);
	request_begin(request);
	device_item(&request->json, inventory, device, &status);
	device_polls(&request->json, &status);
	write_latest(request, device);
	return request_end(request);
}
