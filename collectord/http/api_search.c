/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /search: places by id or name, racks and devices by id. */
#include <config.h>

#include "http/api.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
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
	char lower[QUERY_VALUE_MAX + 1];
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

/* ---- ids: racks and devices, sorted, in lower case ------------------------------- */

static const char *
id_at(const struct order *order, bool devices, uint32_t at)
{
	return devices ? order->inventory->devices[order->devices[at]]->id :
	    order->inventory->racks[order->racks[at]]->id;
}

static void
write_id(struct search *search, const struct order *order, bool devices, uint32_t at)
{
	const struct inventory *inventory = search->inventory;
	const char *id = id_at(order, devices, at);

	if (devices) {
		uint32_t rack = inventory->devices[order->devices[at]]->rack;

		write_hit(search, "device", id, id, rack < inventory->n_racks &&
		    inventory->racks[rack] != NULL ? inventory->racks[rack]->id : NULL);
	} else {
		const struct rack *rack = inventory->racks[order->racks[at]];
		const struct place *row = inventory_above(inventory, rack, ENTITY_ROW);

		write_hit(search, "rack", id, rack->label, row != NULL ? row->id : NULL);
	}
}

/* First those that begin with the text, which stand together, then the rest. */
static void
find_ids(struct search *search, const struct order *order, bool devices)
{
	const char *q = search->lower;
	uint32_t n = devices ? order->n_devices : order->n_racks;
	uint32_t at = devices ? order_device_after(order, q) : order_rack_after(order, q);

	if (at > 0 && strcmp(id_at(order, devices, at - 1), q) == 0) {
		at--;
	}
	for (; at < n && search->left > 0 && str_starts(id_at(order, devices, at), q); at++) {
		write_id(search, order, devices, at);
	}
	for (at = 0; at < n && search->left > 0; at++) {
		const char *found = strstr(id_at(order, devices, at), q);

		if (found != NULL && found != id_at(order, devices, at)) {
			write_id(search, order, devices, at);
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
	for (size_t i = 0; search.q[i] != '\0' && i < QUERY_VALUE_MAX; i++) {
		search.lower[i] = (char)tolower((unsigned char)search.q[i]);
	}
	request_begin(request);
	json_list(&request->json, "items");
	for (enum entity_kind kind = ENTITY_AREA; kind < ENTITY_PLACE_N; kind++) {
		find_places(&search, kind);
	}
	find_ids(&search, order, false);
	find_ids(&search, order, true);
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	order_unref(order);
	return request_end(request);
}
