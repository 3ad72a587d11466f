/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See alarms.h. */
#include <config.h>

#include "http/alarms.h"

#include "alert/alert.h"
#include "http/body.h"
#include "http/events.h"
#include "http/server.h"

uint64_t
alarms_take(struct request *request)
{
	struct alerts *alerts = request->http->setup.alerts;

	request->alerts = alerts != NULL ? alert_list(alerts) : NULL;
	return request->alerts != NULL ? request->alerts->number : 0;
}

void
alarms_drop(struct request *request)
{
	alert_list_unref(request->alerts);
	request->alerts = NULL;
}

void
http_publish_alerts(struct http *http, const struct alert_list *list)
{
	events_publish(http->events, EVENT_ALERT, NULL, list->as_of);
}

/* worst: severity + 1, 0: nothing is open. */
static const char *
worst_text(unsigned worst)
{
	return worst > 0 ? severity_text((enum severity)(worst - 1)) : NULL;
}

void
alarms_place(struct json *json, const struct request *request,
    const struct place *place)
{
	const struct alert_list *list = request->alerts;
	bool known = list != NULL && list->inventory != NULL &&
	    list->worst[place->kind] != NULL &&
	    place->index < list->inventory->n_places[place->kind];

	json_map(json, "alarms");
	json_text(json, "worst", !known ? NULL :
	    worst_text(list->worst[place->kind][place->index]));
	body_number(json, "firing", known, !known ? 0 :
	    list->n_firing[place->kind][place->index]);
	json_map_end(json);
}

void
alarms_rack(struct json *json, const struct request *request,
    const struct rack *rack)
{
	const struct alert_list *list = request->alerts;
	bool known = list != NULL && list->inventory != NULL && list->worst_rack != NULL &&
	    rack->index < list->inventory->n_racks;

	json_text(json, "alarm", !known ? NULL :
	    worst_text(list->worst_rack[rack->index]));
}
