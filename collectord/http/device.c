/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See device.h. */
#include <config.h>

#include "http/device.h"

#include <string.h>

#include "http/body.h"
#include "http/server.h"

void
device_status_of(const struct request *request, uint32_t device,
    struct device_status *ret_status)
{
	memset(ret_status, 0, sizeof(*ret_status));
	ret_status->rtt_ms = -1;
	(void)poll_device_status(request->http->setup.poll, device, ret_status);
}

static bool
was_polled(const struct device_status *status)
{
	return status->n_ok + status->n_failed + status->n_timeouts > 0;
}

void
device_error(struct json *json, const char *key, const struct device_status *status)
{
	if (!was_polled(status) || status->last_status == COL_POLL_OK) {
		json_unknown(json, key);
		return;
	}
	json_map(json, key);
	json_text(json, "code", poll_status_code(status->last_status));
	body_text(json, "text", status->detail);
	json_map_end(json);
}

const char *
device_profile(const struct device *device, const struct device_status *status)
{
	if (status->profile[0] != '\0') {
		return status->profile;
	}
	return device->profile != NULL && strcmp(device->profile, "auto") != 0 ?
	    device->profile : NULL;
}

void
device_item(struct json *json, const struct inventory *inventory,
    const struct device *device, const struct device_status *status)
{
	const struct rack *rack = device->rack < inventory->n_racks ?
	    inventory->racks[device->rack] : NULL;

	json_text(json, "id", device->id);
	json_text(json, "rack", rack != NULL ? rack->id : NULL);
	body_text(json, "role", device->role);
	body_text(json, "kind", device->kind);
	json_text(json, "feed", rack != NULL && device->feed >= 0 &&
	    (unsigned)device->feed < rack->n_feeds ? rack->feeds[device->feed].id : NULL);
	json_text(json, "plugin", device->plugin);
	json_text(json, "address", device->address);
	body_text(json, "profile", device_profile(device, status));
	json_text(json, "status", device_state_text(status->state));
	body_time(json, "last_ok", status->last_ok);
	body_number(json, "rtt_ms", status->rtt_ms >= 0, status->rtt_ms);
	body_time(json, "next_poll", status->next_poll);
	device_error(json, "error", status);
}

void
device_polls(struct json *json, const struct device_status *status)
{
	json_map(json, "polls");
	json_int(json, "ok", (int64_t)status->n_ok);
	json_int(json, "failed", (int64_t)status->n_failed);
	json_int(json, "timeouts", (int64_t)status->n_timeouts);
	json_int(json, "late", (int64_t)status->n_late);
	json_int(json, "skipped", (int64_t)status->n_skipped);
	json_map_end(json);
}
