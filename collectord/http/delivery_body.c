/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See delivery_body.h. */
#include <config.h>

#include "http/delivery_body.h"

#include "http/alert_body.h"
#include "http/body.h"

void
delivery_members(struct json *json, const struct delivery *delivery)
{
	alert_id(json, "id", delivery->id);
	json_text(json, "receiver", delivery->receiver);
	body_text(json, "group", delivery->group);
	json_text(json, "key", delivery->key);
	json_text(json, "type", notice_type_text(delivery->type));
	json_text(json, "state", delivery_state_text(delivery->state));
	json_bool(json, "test", delivery->test);
	json_bool(json, "repeat", delivery->repeat);
	body_time(json, "created", delivery->created);
	body_time(json, "next_try", delivery->state == DELIVERY_QUEUED ? delivery->next_try :
	    (struct wall){0});
	body_time(json, "ended", delivery->ended);
	json_int(json, "attempts", delivery->attempts);
	alert_id(json, "into", delivery->into);
	alert_id(json, "replay_of", delivery->replay_of);
	body_text(json, "error", delivery->error);
}

void
delivery_body(struct json *json, const struct delivery *delivery)
{
	json_map(json, NULL);
	delivery_members(json, delivery);
	json_map_end(json);
}

void
attempt_members(struct json *json, const struct attempt *attempt)
{
	json_int(json, "number", attempt->number);
	body_time(json, "at", attempt->at);
	json_int(json, "ms", attempt->ms);
	body_number(json, "status", attempt->status > 0, (double)attempt->status);
	json_text(json, "verdict", attempt->verdict);
	body_text(json, "error", attempt->error);
	body_text(json, "request", attempt->request);
	body_text(json, "reply", attempt->reply);
}
