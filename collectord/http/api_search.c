/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /search: places by id or name, racks and devices by id. */
#include <config.h>

#include "http/api.h"

#include <string.h>
#include <strings.h>

#include "capacity/view.h"
#include "http/body.h"
#include "http/order.h"
#include "http/server.h"

#define LIMIT 20
#define LIMIT_MAX 100

const struct param api_search_params[] = {
	{"q", PARAM_TEXT, true, 0, 0, NULL, "text to look for, in ids and names"},
	{"limit", PARAM_INT, false, 1, LIMIT_MAX, NULL, "items; 20 by default"},
	{0},
};

struct search {
	struct json *json;
	const struct inventory *inventory;
	const char *q;
	int64_t left;            /* items that still fit */
};

static bool
holds(const char *text, const char *q)
{
	return text != NULL && strcasestr(text, q) != NULL;
}

static void
find_places(struct search *search, enum entity_kind kind)
{
	const struct inventory *inventory = search->inventory;

	for (uint32_t i = 0; i < inventory->n_places[kind] && search->left > 0; i++) {
		const struct place *place = inventory->places[kind][i];
		const struct place *up;

		if (place == NULL || (!holds(place->id, search->q) &&
		    !holds(place->name.en, search->q) && !holds(place->name.zh, search->q))) {
			continue;
		}
		up = place->parent < inventory->n_places[kind - 1] ?
		    inventory->places[kind - 1][place->parent] : NULL;
		json_map(search->json, NULL);
		json_text(search->json, "kind", entity_kind_text(kind));
		json_text(search->json, "id", place->id);
		body_name(search->json, "name", place->name);
		json_text(search->json, "place", up != NULL ? up->id : NULL);
		json_map_end(search->json);
		search->left--;
	}
}

static void
write_hit(struct search *search, const char *kind, const char *id, const char *name,
    const char *place)
{
	json_map(search->json, NULL);
	json_text(search->json, "kind", kind);
	json_text(search->json, "id", id);
	body_name(search->json, "name", (struct name){name, name});
	json_text(search->json, "place", place);
	json_map_end(search->json);
	search->left--;
}

/* Racks and devices in order of id; ids that begin with the text come first. */
static void
find_ids(struct search *search, const struct order *order, bool devices, bool prefix)
{
	const struct inventory *inventory = search->inventory;
	size_t len = strlen(search->q);
	uint32_t n = devices ? order->n_devices : order->n_racks;

	for (uint32_t i = 0; i < n && search->left > 0; i++) {
		uint32_t index = devices ? order->devices[i] : order->racks[i];
		const char *id = devices ? inventory->devices[index]->id :
		    inventory->racks[index]->id;
		bool starts = strncasecmp(id, search->q, len) == 0;

		if (starts != prefix || (!starts && !holds(id, search->q))) {
			continue;
		}
		if (devices) {
			uint32_t rack = inventory->devices[index]->rack;

			write_hit(search, "device", id, id, rack < inventory->n_racks &&
			    inventory->racks[rack] != NULL ? inventory->racks[rack]->id : NULL);
		} else {
			const struct place *row = inventory_above(inventory,
			    inventory->racks[index], ENTITY_ROW);

			write_hit(search, "rack", id, inventory->racks[index]->label,
			    row != NULL ? row->id : NULL);
		}
	}
}

enum request_next
api_search(struct request *request)
{
	struct search search = {
		.json = &request->json,
		.inventory = request->view->config->inventory,
		.q = request_value(request, "q"),
		.left = request_int(request, "limit", LIMIT),
	};
	struct order *order = http_order(request->http, search.inventory);

	if (order == NULL) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	json_list(&request->json, "items");
	for (enum entity_kind kind = ENTITY_AREA; kind < ENTITY_PLACE_N; kind++) {
		find_places(&search, kind);
	}
	find_ids(&search, order, false, true);
	find_ids(&search, order, false, false);
	find_ids(&search, order, true, true);
	find_ids(&search, order, true, false);
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	order_unref(order);
	return request_end(request);
}
