/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /devices/{id}/events: what the device's own log says, kept by STATE. */
#include <config.h>

#include "http/api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "http/body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "model/states.h"

struct events { size_t n; struct device_event items[]; };

static void
on_events(void *arg, int code, const struct device_event *items, size_t n)
{
	pending_fill_items(arg, code, items, code == 0 ? n : 0, sizeof(*items));
}

static void
write_event(struct json *json, const struct device_event *event)
{
	bool timed = event->time_ns != COL_TIME_UNKNOWN;
	bool compared = event->skew_ns != COL_TIME_UNKNOWN;

	json_map(json, NULL);
	json_int(json, "id", (int64_t)(event->id & INT64_MAX));
	body_time(json, "time", (struct wall){timed ? event->time_ns : 0});
	body_time(json, "seen", event->seen);
	body_number(json, "skew_s", compared, compared ?
	    round((double)event->skew_ns / (double)NS_PER_S) : 0);
	json_text(json, "severity", states_severity(event->severity));
	json_bool(json, "cleared", event->cleared);
	json_text(json, "code", event->code);
	body_text(json, "sensor", event->sensor);
	body_text(json, "instance", event->instance);
	body_text(json, "text", event->text);
	body_text(json, "source", event->source);
	json_map_end(json);
}

static enum request_next
write_events(struct request *request, const struct events *events)
{
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < events->n; i++) {
		write_event(&request->json, &events->items[i]);
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	return request_end(request);
}

enum request_next
api_device_events(struct request *request)
{
	const struct device *device = inventory_device(request->view->config->inventory,
	    request->id);
	struct ticket *ticket;
	void *result;
	int code;

	if (device == NULL) {
		return problem_no_such(request, "device", request->id);
	}
	if (request->ticket == NULL) {
		if (pending_suspend(request, &ticket) != 0) {
			return problem_late(request);
		}
		state_get_events(request->http->setup.state, device->id, on_events, ticket);
		return REQUEST_WAIT;
	}
	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	return code != 0 ? problem_failed(request, code) :
	    write_events(request, result);
}
