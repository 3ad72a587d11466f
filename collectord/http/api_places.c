/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /areas/{id}, /sites, /sites/{id}, /halls, /halls/{id}. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include "capacity/view.h"
#include "http/alarms.h"
#include "http/body.h"
#include "http/body_figures.h"
#include "http/body_stock.h"
#include "http/cursor.h"
#include "http/hall_floor.h"
#include "http/order.h"
#include "http/power.h"
#include "http/problem.h"
#include "http/rack.h"
#include "http/server.h"

#define LIMIT 1000

const struct param api_list_params[] = {
	{"area", PARAM_ID, false, 0, 0, NULL, "only of this area"},
	{"site", PARAM_ID, false, 0, 0, NULL, "only of this site"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 1000 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

static const struct place *
parent_of(const struct inventory *inventory, const struct place *place)
{
	enum entity_kind kind = place->kind - 1;

	return place->parent < inventory->n_places[kind] ?
	    inventory->places[kind][place->parent] : NULL;
}

/* Children of place: its KPI objects in a list, by dense id. */
static void
write_children(struct request *request, const char *key, const struct place *place)
{
	const struct inventory *inventory = request->view->config->inventory;
	struct json *json = &request->json;
	enum entity_kind kind = place->kind + 1;

	json_list(json, key);
	for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
		const struct place *child = inventory->places[kind][i];

		if (child != NULL && child->parent == place->index) {
			json_map(json, NULL);
			body_kpi(json, request->view, child);
			alarms_place(json, request, child);
			json_map_end(json);
		}
	}
	json_list_end(json);
}

/* Members that sites and halls have beside their KPI object. */
static void
write_above(struct json *json, const struct inventory *inventory,
    const struct place *place)
{
	const struct place *up = parent_of(inventory, place);

	if (place->kind == ENTITY_SITE) {
		json_text(json, "area", up != NULL ? up->id : NULL);
		json_text(json, "operator", place->operator_name);
	} else if (place->kind == ENTITY_HALL) {
		const struct place *area = up != NULL ? parent_of(inventory, up) : NULL;

		json_text(json, "site", up != NULL ? up->id : NULL);
		json_text(json, "area", area != NULL ? area->id : NULL);
	}
}

/* ---- lists ---------------------------------------------------------------- */

static int
compare_places(const void *a, const void *b)
{
	const struct place *const *left = a, *const *right = b;

	return strcmp((*left)->id, (*right)->id);
}

static bool
is_below(const struct inventory *inventory, const struct place *place,
    enum entity_kind kind, const char *id)
{
	while (place != NULL && place->kind > kind) {
		place = parent_of(inventory, place);
	}
	return id == NULL || (place != NULL && strcmp(place->id, id) == 0);
}

/* Collects the places of a kind that the query asks for, by id. */
static uint32_t
collect(const struct request *request, enum entity_kind kind,
    const struct place **to)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *area = request_value(request, "area");
	const char *site = request_value(request, "site");
	uint32_t n = 0;

	for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
		const struct place *place = inventory->places[kind][i];

		if (place != NULL && is_below(inventory, place, ENTITY_AREA, area) &&
		    is_below(inventory, place, ENTITY_SITE, site)) {
			to[n++] = place;
		}
	}
	qsort(to, n, sizeof(*to), compare_places);
	return n;
}

static void
write_items(struct request *request, const struct place *const *places, uint32_t n,
    const struct cursor *after)
{
	struct json *json = &request->json;
	int64_t limit = request_int(request, "limit", LIMIT);
	char next[CURSOR_SIZE] = "";

	json_list(json, "items");
	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(places[i]->id, after->id) <= 0) {
			continue;
		}
		if (limit-- == 0) {
			cursor_encode(0, places[i - 1]->id, next);
			break;
		}
		json_map(json, NULL);
		body_kpi(json, request->view, places[i]);
		alarms_place(json, request, places[i]);
		write_above(json, request->view->config->inventory, places[i]);
		json_map_end(json);
	}
	json_list_end(json);
	body_text(json, "next", next);
}

static enum request_next
list_places(struct request *request, enum entity_kind kind)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *text = request_value(request, "cursor");
	struct cursor after = {0};
	const struct place **places;

	if (text != NULL && cursor_decode(text, &after) != 0) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
	}
	places = calloc((size_t)inventory->n_places[kind] + 1, sizeof(*places));
	if (places == NULL) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	write_items(request, places, collect(request, kind, places), &after);
	free(places);
	return request_end(request);
}

enum request_next
api_sites(struct request *request)
{
	return list_places(request, ENTITY_SITE);
}

enum request_next
api_halls(struct request *request)
{
	return list_places(request, ENTITY_HALL);
}

/* ---- one place -------------------------------------------------------------- */

static enum request_next
one_place(struct request *request, enum entity_kind kind, const char *children)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct place *place = inventory_place(inventory, kind, request->id);

	if (place == NULL) {
		return problem_no_such(request, entity_kind_text(kind), request->id);
	}
	request_begin(request);
	body_kpi(&request->json, request->view, place);
	alarms_place(&request->json, request, place);
	write_above(&request->json, inventory, place);
	write_children(request, children, place);
	if (kind == ENTITY_SITE) {
		power_tree(request, place);
	}
	return request_end(request);
}

enum request_next
api_area(struct request *request)
{
	return one_place(request, ENTITY_AREA, "sites");
}

enum request_next
api_site(struct request *request)
{
	return one_place(request, ENTITY_SITE, "halls");
}

/* What the floor plan draws of one rack. */
static void
write_cell(struct request *request, uint32_t index)
{
	struct json *json = &request->json;
	const struct view *view = request->view;
	const struct rack *rack = view->config->inventory->racks[index];
	const struct rack_view *rv = &view->racks[index];
	const struct part_sum *sum = &rv->slot.sum;

	json_map(json, NULL);
	json_text(json, "id", rack->id);
	json_text(json, "label", rack->label);
	json_text(json, "state", rack_state_text(rack->state));
	json_text(json, "evidence", rv->evidence == EVIDENCE_NONE ? NULL :
	    evidence_text(rv->evidence));
	body_number(json, "power_w", sum->n_power > 0, sum->power_w);
	json_text(json, "power_source", power_source_text(rv->slot.source));
	json_bool(json, "partial", sum->n_power < sum->n_power_expected);
	json_bool(json, "live", rv->live);
	rack_temperature(json, &rv->slot);
	json_bool(json, "discrepancy", rv->discrepancy);
	alarms_rack(json, request, rack);
	hall_floor_cell(json, rack, view->as_of);
	body_rack_short(json, body_rack_figures(view, index));
	body_stock_cell(json, body_stock_rack(view, index));
	json_map_end(json);
}

static void
write_row(struct request *request, const struct order *order, const struct place *row)
{
	struct json *json = &request->json;

	json_map(json, NULL);
	body_kpi(json, request->view, row);
	alarms_place(json, request, row);
	hall_floor_row(json, row);
	json_list(json, "racks_list");
	for (uint32_t i = order->row_start[row->index];
	    i < order->row_start[row->index + 1]; i++) {
		write_cell(request, order->row_racks[i]);
	}
	json_list_end(json);
	json_map_end(json);
}

enum request_next
api_hall(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct place *hall = inventory_place(inventory, ENTITY_HALL, request->id);
	struct order *order;

	if (hall == NULL) {
		return problem_no_such(request, "hall", request->id);
	}
	order = http_order(request->http, inventory);
	if (order == NULL) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	body_kpi(&request->json, request->view, hall);
	alarms_place(&request->json, request, hall);
	write_above(&request->json, inventory, hall);
	hall_floor_write(&request->json, hall);
	json_list(&request->json, "rows");
	for (uint32_t i = 0; i < inventory->n_places[ENTITY_ROW]; i++) {
		const struct place *row = inventory->places[ENTITY_ROW][i];

		if (row != NULL && row->parent == hall->index) {
			write_row(request, order, row);
		}
	}
	json_list_end(&request->json);
	order_unref(order);
	return request_end(request);
}
