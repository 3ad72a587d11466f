/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /healthz: the process serves.  /readyz: it shows data and stores it. */
#include <config.h>

#include "http/api.h"

#include <string.h>

#include "capacity/view.h"
#include "http/body.h"
#include "http/server.h"
#include "store/store.h"

enum request_next
health_live(struct request *request)
{
	request->type = "text/plain; charset=utf-8";
	buf_puts(&request->body, "ok\n");
	return REQUEST_REPLY;
}

enum request_next
health_ready(struct request *request)
{
	struct json *json = &request->json;
	const struct view *view = capacity_view(request->http->setup.capacity);
	struct store_health health;
	bool ready;

	memset(&health, 0, sizeof(health));
	store_health(request->http->setup.store, &health);
	ready = view != NULL && health.ready;
	request_begin(request);
	json_bool(json, "ready", ready);
	json_map(json, "parts");
	json_bool(json, "view", view != NULL);
	json_bool(json, "store", health.ready);
	json_map_end(json);
	body_text(json, "error", health.last_error);
	view_unref(view);
	request->status = ready ? 200 : 503;
	return request_end(request);
}
