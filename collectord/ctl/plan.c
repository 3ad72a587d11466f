/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan: where servers fit. */
#include <config.h>

#include <stdio.h>

#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/plan.h"

void
plan_print_refused(const json_t *body, double wanted)
{
	const json_t *refused = json_object_get(body, "refused");

	(void)printf("%.0f of %.0f servers have a place", ask_number(body, "placed"), wanted);
	if (!json_is_object(refused)) {
		(void)printf("\n");
		return;
	}
	(void)printf("; then: %s, in %.0f of %.0f racks", ask_text(refused, "code"),
	    ask_number(refused, "params.racks"), ask_number(refused, "params.of"));
	if (json_is_string(table_at(refused, "params.node"))) {
		(void)printf(", by node %s", ask_text(refused, "params.node"));
	}
	(void)printf("\n");
}

/* "no_units 12, node_limit 3": racks by what holds them back. */
static void
print_bound_by(const json_t *body)
{
	const char *code, *comma = "";
	json_t *racks;

	(void)printf("racks that take no more: ");
	json_object_foreach(json_object_get(body, "bound_by"), code, racks) {
		(void)printf("%s%s %.0f", comma, code, json_number_value(racks));
		comma = ", ";
	}
	(void)printf("%s; %.0f of %.0f take more\n", comma[0] == '\0' ? "none" : "",
	    ask_number(body, "racks_open"), ask_number(body, "racks_seen"));
}

/* "1, 3, 5" in the place of the list, for the table. */
static void
join_units(json_t *place)
{
	const json_t *units = json_object_get(place, "u");
	char text[512];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < json_array_size(units) && len < sizeof(text); i++) {
		len += str_format(text + len, sizeof(text) - len, "%s%.0f", i > 0 ? "," : "",
		    json_number_value(json_array_get(units, i)));
	}
	(void)json_object_set_new(place, "u", json_string(text));
}

static void
print_plan(const json_t *body)
{
	static const struct table_column COLUMNS[] = {
		{ "rack", "rack", -1 }, { "hall", "hall", -1 }, { "servers", "n", 0 },
		{ "W left", "after.power_available_w", 0 },
		{ "failover", "after.failover_ratio", 2 }, { "lowest units", "u", -1 },
		{ NULL, NULL, 0 },
	};
	json_t *place;
	size_t i;

	json_array_foreach(json_object_get(body, "placements"), i, place) {
		join_units(place);
	}
	if (ask_number(body, "placed") > 0) {
		table_print(stdout, json_object_get(body, "placements"), COLUMNS);
	}
	plan_print_refused(body, ask_number(body, "asked.n"));
	print_bound_by(body);
}

int
ctl_plan(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "n", "u", "kw", "kg", "outlets", "ports",
	    "redundancy", "tenant", "area", "site", "hall", "row", NULL };
	char path[ASK_PATH_SIZE] = "/api/v1/plan";

	return ask_show(args, path, FILTERS, print_plan);
}
