/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See alarms.h. */
#include <config.h>

#include "http/alarms.h"

#include "alert/alert.h"
#include "http/body.h"
#include "http/server.h"

const struct alert_list *
alarms_take(struct http *http)
{
	return http->setup.alerts != NULL ? alert_list(http->setup.alerts) : NULL;
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
