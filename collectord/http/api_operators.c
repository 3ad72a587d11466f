/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /operators. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>

#include "capacity/view.h"
#include "http/body.h"
#include "http/server.h"

/* Sites of each operator; NULL when memory is out. */
static uint32_t *
count_sites(const struct inventory *inventory)
{
	uint32_t *n = calloc((size_t)inventory->n_operators + 1, sizeof(*n));

	for (uint32_t i = 0; n != NULL && i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];

		if (site != NULL && site->operator != NULL) {
			n[site->operator - inventory->operators]++;
		}
	}
	return n;
}

enum request_next
api_operators(struct request *request)
{
	struct json *json = &request->json;
	const struct inventory *inventory = request->view->config->inventory;
	uint32_t *n_sites = count_sites(inventory);

	if (n_sites == NULL) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	json_list(json, "items");
	for (uint32_t i = 0; i < inventory->n_operators; i++) {
		json_map(json, NULL);
		body_operator(json, request->view, i);
		json_int(json, "sites", n_sites[i]);
		json_map_end(json);
	}
	json_list_end(json);
	json_unknown(json, "next");
	free(n_sites);
	return request_end(request);
}
