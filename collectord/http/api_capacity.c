/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /capacity. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>

#include "capacity/view.h"
#include "http/alarms.h"
#include "http/body.h"
#include "http/outlook.h"

static void
write_target(struct json *json, const struct view *view, size_t index)
{
	const struct target_view *t = &view->targets[index];
	const struct target *target = t->target;
	bool overdue = target->by_day != INT32_MIN && t->days_left < 0;

	json_map(json, NULL);
	json_text(json, "id", target->id);
	body_name(json, "name", target->name);
	json_int(json, "racks", target->racks);
	json_text(json, "reach", target->reach == TARGET_ABOVE ? "above" : "at_least");
	json_text(json, "basis", target->basis == TARGET_PHYSICAL ? "physical" : "standard");
	body_day(json, "by", target->by_day);
	body_words(json, "source", target->source);
	json_int(json, "count", t->count);
	json_int(json, "verified", t->verified);
	json_number(json, "progress", t->progress, BODY_RATIO_DIGITS);
	json_text(json, "status", target_status_text(t->status));
	if (overdue && t->status != TARGET_REACHED) {
		json_int(json, "overdue_days", -(int64_t)t->days_left);
	} else {
		json_unknown(json, "overdue_days");
	}
	body_number(json, "required_per_day", t->has_required, t->required_per_day);
	body_number(json, "pace_per_day", t->has_pace, t->pace_per_day);
	outlook_members(json, view, index);
	json_map_end(json);
}

static void
write_areas(struct request *request)
{
	struct json *json = &request->json;
	const struct inventory *inventory = request->view->config->inventory;
	uint32_t n_areas = inventory->n_places[ENTITY_AREA];
	uint32_t *n_sites = calloc((size_t)n_areas + 1, sizeof(*n_sites));

	for (uint32_t i = 0; n_sites != NULL && i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];

		if (site != NULL && site->parent < n_areas) {
			n_sites[site->parent]++;
		}
	}
	json_list(json, "areas");
	for (uint32_t i = 0; i < n_areas; i++) {
		const struct place *area = inventory->places[ENTITY_AREA][i];

		if (area != NULL) {
			json_map(json, NULL);
			body_kpi(json, request->view, area);
			alarms_place(json, request, area);
			json_int(json, "sites", n_sites != NULL ? n_sites[i] : 0);
			json_map_end(json);
		}
	}
	json_list_end(json);
	free(n_sites);
}

enum request_next
api_capacity(struct request *request)
{
	struct json *json = &request->json;
	const struct view *view = request->view;
	const struct settings *settings = &view->config->settings;
	const struct inventory *inventory = view->config->inventory;

	request_begin(request);
	json_map(json, "province");
	json_text(json, "id", settings->province_id);
	body_name(json, "name", settings->province_name);
	json_text(json, "timezone", settings->timezone);
	json_map_end(json);
	json_bool(json, "demo", settings->demo);
	json_number(json, "interval_s", (double)settings->interval_ns / NS_PER_S, BODY_DIGITS);
	json_number(json, "standard_rack_kw", settings->standard_rack_w / 1000, BODY_DIGITS);
	json_list(json, "targets");
	for (size_t i = 0; i < settings->n_targets; i++) {
		write_target(json, view, i);
	}
	json_list_end(json);
	if (inventory->n_places[ENTITY_PROVINCE] > 0) {
		body_kpi(json, view, inventory->places[ENTITY_PROVINCE][0]);
		alarms_place(json, request, inventory->places[ENTITY_PROVINCE][0]);
	}
	write_areas(request);
	return request_end(request);
}
