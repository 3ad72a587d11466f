/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rack_assets.h. */
#include <config.h>

#include "http/rack_assets.h"

#include "capacity/budget.h"
#include "capacity/past.h"
#include "capacity/space.h"
#include "capacity/stock.h"
#include "http/body.h"
#include "http/server.h"
#include "model/metric.h"
#include "model/reservation.h"

/* Neither power nor units: the rack as a whole. */
static void
write_reserved(struct json *json, const struct view *view, const struct rack *rack)
{
	struct reserved reserved = reserved_of(view->stock != NULL ?
	    view->stock->input.reserved : NULL, rack, view->as_of, NULL);

	if (reserved.tenant == NULL) {
		json_unknown(json, "reserved");
		return;
	}
	json_map(json, "reserved");
	json_text(json, "for", reserved.tenant);
	body_time(json, "until", reserved.until);
	body_number(json, "power_w", reserved.power_w > 0, reserved.power_w);
	body_number(json, "units", reserved.units > 0, reserved.units);
	json_map_end(json);
}

void
rack_assets_life(struct json *json, const struct view *view, const struct rack *rack)
{
	json_text(json, "class", rack_class_text(rack->class));
	json_text(json, "tenant", rack->life.tenant);
	write_reserved(json, view, rack);
	if (rack_maintained(rack, view->as_of)) {
		json_map(json, "maintenance");
		body_time(json, "until", rack->life.maintenance_until);
		json_map_end(json);
	} else {
		json_unknown(json, "maintenance");
	}
	body_day(json, "due", rack->life.due);
	json_int(json, "position", rack->position);
	json_text(json, "external", rack->external);
}

static void
write_gaps(struct json *json, const struct space *space, bool known)
{
	body_number(json, "largest_gap", known, space->largest_gap);
	json_list(json, "gaps");
	for (unsigned i = 0; known && i < space->n_gaps; i++) {
		json_map(json, NULL);
		json_int(json, "u", space->gap_u[i]);
		json_int(json, "height", space->gaps[i]);
		json_map_end(json);
	}
	json_list_end(json);
}

/* Per feed: how many outlets there are, and how many are taken. */
static void
write_outlets(struct json *json, const struct rack *rack)
{
	json_list(json, "outlets");
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		json_map(json, NULL);
		json_text(json, "feed", rack->feeds[f].id);
		body_number(json, "used", space_listed(rack), space_outlets(rack, f));
		body_number(json, "outlets", rack->feeds[f].outlets > 0,
		    rack->feeds[f].outlets);
		json_map_end(json);
	}
	json_list_end(json);
}

void
rack_assets_space(struct json *json, const struct view *view, const struct rack *rack)
{
	struct reserved reserved = reserved_of(view->stock != NULL ?
	    view->stock->input.reserved : NULL, rack, view->as_of, NULL);
	struct space space = space_of(rack, reserved.whole ? SPACE_UNITS_MAX :
	    reserved.units);
	bool known = space_known(rack);
	double ratio = 0.0;

	json_map(json, "space");
	body_number(json, "units", rack->units > 0, rack->units);
	body_number(json, "used", known, space.occupied);
	body_number(json, "occupied", known, space.occupied);
	body_number(json, "reserved", known, space.reserved);
	if (known && space_ratio(&space, &ratio)) {
		json_number(json, "ratio", ratio, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "ratio");
	}
	write_gaps(json, &space, known);
	body_number(json, "weight_kg", space_listed(rack), space_weight_kg(rack));
	body_number(json, "weight_limit_kg", rack->weight_limit_kg > 0,
	    rack->weight_limit_kg);
	body_number(json, "ports_used", space_listed(rack), space_ports(rack));
	body_number(json, "ports", rack->ports > 0, rack->ports);
	write_outlets(json, rack);
	json_map_end(json);
}

/* The newest good power of the device that speaks for it. */
static bool
power_of(const struct request *request, const char *id, double *ret_power_w)
{
	const struct config *config = request->view->config;
	const struct device *device = id == NULL ? NULL :
	    inventory_device(config->inventory, id);
	struct latest_copy copy;
	bool known = false;

	if (device == NULL || latest_get(flow_latest(request->http->setup.flow),
	    device->index, &copy) != 0) {
		return false;
	}
	for (uint32_t v = 0; v < copy.n_values && !known; v++) {
		const struct latest_value *value = &copy.values[v];

		known = value->slot->metric == METRIC_POWER_W &&
		    value->slot->instance[0] == '\0' && latest_quality(value,
		    request->view->as_of, config->settings.interval_ns) == COL_GOOD;
		if (known) {
			*ret_power_w = value->number;
		}
	}
	latest_copy_done(&copy);
	return known;
}

static void
write_cords(struct json *json, const struct rack *rack, uint32_t feeds)
{
	json_list(json, "feeds");
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		if ((feeds & 1u << f) != 0) {
			json_text(json, NULL, rack->feeds[f].id);
		}
	}
	json_list_end(json);
}

static void
write_equipment(struct request *request, const struct rack *rack,
    const struct equipment *e)
{
	struct json *json = &request->json;
	double power_w = 0.0, budget_w = 0.0;
	const struct device *device = e->device == NULL ? NULL :
	    inventory_device(request->view->config->inventory, e->device);
	const struct past_power *measured = past_device(device != NULL ?
	    request->view->past : NULL, device != NULL ? device->index : INVENTORY_NONE);
	bool answers = power_of(request, e->device, &power_w);
	bool known = budget_device_w(stock_measured_days(measured), measured->p95_w,
	    e->nameplate_w, &budget_w);

	json_map(json, NULL);
	json_text(json, "id", e->id);
	body_name(json, "name", e->name);
	json_text(json, "model", e->model);
	json_text(json, "tenant", e->tenant != NULL ? e->tenant : rack->life.tenant);
	body_number(json, "u", e->u > 0, e->u);
	body_number(json, "height", e->height > 0, e->height);
	json_text(json, "face", face_text(e->face));
	body_number(json, "nameplate_w", e->nameplate_w > 0, e->nameplate_w);
	body_number(json, "kg", e->kg > 0, e->kg);
	write_cords(json, rack, e->feeds);
	json_int(json, "outlets", e->outlets);
	json_int(json, "ports", e->ports);
	json_text(json, "device", e->device);
	body_number(json, "power_w", answers, power_w);
	body_number(json, "budget_w", known, budget_w);
	json_map_end(json);
}

void
rack_assets_equipment(struct request *request, const struct rack *rack)
{
	json_list(&request->json, "equipment");
	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		write_equipment(request, rack, &rack->equipment[i]);
	}
	json_list_end(&request->json);
}
