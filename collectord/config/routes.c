/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/alerts.h"
#include "config/node.h"

#define ROUTES_MAX 256

struct route {
	struct route_to to;
	struct schema_texts severities, places, rules, receivers;
};

#define ROUTE_AT(member) SCHEMA_AT(struct route, member)

const struct schema_field alerts_route_fields[] = {
	{ .key = "severity", .type = SCHEMA_TEXTS, ROUTE_AT(severities),
	  .help = "Only alerts of these severities." },
	{ .key = "places", .type = SCHEMA_TEXTS, ROUTE_AT(places),
	  .help = "Only alerts in one of these places, such as `site:zz1`." },
	{ .key = "rules", .type = SCHEMA_TEXTS, ROUTE_AT(rules),
	  .help = "Only alerts of these rules; `*` and `?` stand for any text and any "
	    "character." },
	{ .key = "to", .type = SCHEMA_TEXTS, ROUTE_AT(receivers), .required = true,
	  .help = "Names of receivers; `[]`: nobody." },
	{ .key = "continue", .type = SCHEMA_BOOL, ROUTE_AT(to.go_on),
	  .fallback = "false", .help = "Later routes are looked at, too." },
	SCHEMA_END
};

static void
read_severities(struct load *load, const struct schema_texts *texts, uint32_t *bits)
{
	for (size_t i = 0; i < texts->n; i++) {
		enum severity severity;

		if (severity_find(texts->items[i], &severity) == COL_OK) {
			*bits |= 1u << severity;
		} else {
			config_errors_add(load->kept.errors, texts->nodes[i], "severity "
			    "must be of info, warning, critical, not '%.64s'",
			    texts->items[i]);
		}
	}
}

static void
read_route(struct load *load, const struct col_node *node, struct route_to *to)
{
	static const char *const nobody[] = { NULL };
	struct route route = { .to.severities = 0 };

	if (schema_read(&load->kept, "a route", alerts_route_fields, node,
	    &route) != COL_OK) {
		return;
	}
	read_severities(load, &route.severities, &route.to.severities);
	(void)alerts_places_read(load, &route.places, &route.to.places);
	(void)alerts_globs_check(load, "rules", &route.rules);
	(void)alerts_globs_check(load, "to", &route.receivers);
	for (size_t i = 0; i < route.receivers.n; i++) {
		(void)alerts_receiver_check(load, route.receivers.nodes[i],
		    route.receivers.items[i]);
	}
	route.to.n_places = route.places.n;
	route.to.rules = alerts_texts(&route.rules);
	route.to.receivers = route.receivers.n > 0 ? route.receivers.items : nobody;
	*to = route.to;
}

void
alerts_routes_read(struct load *load, const struct col_node *list)
{
	struct alerting *alerting = &load->config->alerting;
	struct route_to *routes;

	if (list->n_items > ROUTES_MAX) {
		config_errors_add(load->kept.errors, list, "more than %d routes", ROUTES_MAX);
		return;
	}
	routes = arena_alloc(load->kept.arena, (list->n_items + 1) * sizeof(*routes));
	for (size_t i = 0; i < list->n_items; i++) {
		read_route(load, list->items[i], &routes[i]);
	}
	alerting->routes = routes;
	alerting->n_routes = list->n_items;
}
