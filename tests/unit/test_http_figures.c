/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Electrical and environmental KPIs in bodies, operators, frames of a hall. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/parse.h"
#include "http/route.h"

#define HALL V1 "/halls/s0-h0"
#define SILENT "s0-h0-r0-a01"      /* every tenth, and the first */

static const struct { const char *target, *path, *value; } cases[] = {
	{V1 "/capacity", "failover ok", "500"},
	{V1 "/capacity", "failover worst rack", "s0-h0-r0-a01"},
	{V1 "/capacity", "failover worst ratio", "0.9"},
	{V1 "/capacity", "imbalance worst", "null"},
	{V1 "/capacity", "imbalance feed", "null"},
	{V1 "/capacity", "power_factor", "0.95"},
	{V1 "/capacity", "environment in_range", "0.925926"},
	{V1 "/capacity", "environment in_range_s", "86400"},
	{V1 "/capacity", "environment inlets known", "3"},
	{V1 "/capacity", "environment inlets expected", "4"},
	{V1 "/capacity", "environment inlets mean_c", "22"},
	{V1 "/capacity", "environment dew_point_c max", "10"},
	{V1 "/areas/410100", "sites 0 failover unknown", "0"},
	{V1 "/sites/s0", "halls 0 environment delta_t_k", "11"},
	{V1 "/operators", "items", "[1]"},
	{V1 "/operators", "items 0 kind", "operator"},
	{V1 "/operators", "items 0 id", "op"},
	{V1 "/operators", "items 0 sites", "1"},
	{V1 "/operators", "items 0 racks declared", "500"},
	{V1 "/operators", "items 0 peak day power_w", "null"},
	{V1 "/operators", "next", "null"},
	{HALL, "rows 0 racks_list 0 failover", "unknown"},
	{HALL, "rows 0 racks_list 0 failover_ratio", "null"},
	{HALL, "rows 0 racks_list 1 failover_ratio", "0.5"},
	{HALL, "rows 0 racks_list 1 delta_t_k", "11.5"},
	{V1 "/racks/" RACK, "failover lost", "A"},
	{V1 "/racks/" RACK, "failover survivor", "B"},
	{V1 "/racks/" RACK, "failover phase", "null"},
	{V1 "/racks/" RACK, "failover current_a", "16"},
	{V1 "/racks/" RACK, "feeds 0 apparent_va", "null"},
	{V1 "/racks/" RACK, "environment_summary band recommended 1", "27"},
	{V1 "/racks/" RACK, "environment_summary inlet_c top", "null"},
	{V1 "/racks/" RACK, "environment_summary in_range", "0.9"},
	{V1 "/racks/" RACK, "evidence_reason params silent", "[0]"},
	{V1 "/racks/" SILENT, "evidence_reason params silent", "[2]"},
	{V1 "/racks/" SILENT, "evidence_reason params silent 1 role", "pdu-b"},
	{V1 "/racks/" SILENT, "evidence_reason params speaking", "[0]"},
	{V1 "/racks?failover=at_risk&limit=1000", "items 0 failover", "at_risk"},
	{V1 "/racks?failover=at_risk&limit=1000", "items", "[64]"},
	{V1 "/racks?failover=at_risk,ok,unknown&limit=1000", "items", "[500]"},
	{V1 "/racks?failover=no_redundancy", "items", "[0]"},
	{V1 "/racks?sort=-failover_ratio&limit=1", "items 0 failover_ratio", "0.9"},
	{V1 "/racks?sort=failover_ratio&limit=1", "items 0 failover_ratio", "0.5"},
	{HALL "/frames", "layer", "power"},
	{HALL "/frames", "step_s", "900"},
	{HALL "/frames", "t", "[96]"},
	{HALL "/frames", "racks", "[240]"},
	{HALL "/frames", "racks 1", RACK},
	{HALL "/frames", "values", "[96]"},
	{HALL "/frames", "values 95", "[240]"},
	{HALL "/frames", "values 95 1", "1001"},
	{HALL "/frames", "values 94 1", "null"},
	{HALL "/frames", "values 93 1", "1001"},
	{HALL "/frames?layer=inlet", "values 95 0", "24.5"},
	{HALL "/frames?layer=inlet", "values 95 1", "20"},
	{HALL "/frames?layer=delta_t", "values 95 0", "-0.05"},
	{HALL "/frames?layer=delta_t", "values 95 1", "0"},
	{HALL "/frames?layer=failover", "values 95 0", "null"},
	{HALL "/frames?from=-1h", "t", "[5]"},
	{HALL "/frames?from=-1h", "values 4 1", "1001"},
	{HALL "/frames?step=3600&layer=inlet", "step_s", "3600"},
	{HALL "/frames?from=-10d&to=-9d", "t", "[0]"},
	{HALL "/frames?from=-10d&to=-9d", "values", "[0]"},
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct client client;
		struct parsed *parsed;

		assert_int_equal(200, served_get(&client, cases[i].target));
		parsed = parse_json(client_body(&client));
		assert_non_null(parsed);
		if (strcmp(cases[i].value, parse_at(parsed, cases[i].path)) != 0) {
			fail_msg("%s: %s is %s, not %s", cases[i].target, cases[i].path,
			    parse_at(parsed, cases[i].path), cases[i].value);
		}
		parse_done(parsed);
		client_close(&client);
	}
}

/* "frames" is a path of its own, not a hall's id. */
static void
test_routes(void **state)
{
	char id[QUERY_ID_SIZE];
	unsigned methods = 0;
	const struct route *route = route_find(HALL "/frames", METHOD_GET, id,
	    &methods);

	(void)state;
	assert_non_null(route);
	assert_string_equal(route->name, "frames");
	assert_string_equal(id, "s0-h0");
}

/* Every frame of a step counts once, and its time is a multiple of the step. */
static void
test_steps_are_means(void **state)
{
	struct client client;
	struct parsed *parsed;
	int64_t first = 0;

	(void)state;
	assert_int_equal(200, served_get(&client, HALL "/frames?step=7200"));
	parsed = parse_json(client_body(&client));
	assert_non_null(parsed);
	assert_int_equal(0, str_to_int(parse_at(parsed, "t 0"), 0, INT64_MAX, &first));
	assert_int_equal(0, first % 7200);
	/* two frames are known of the last two hours or the two before */
	assert_true(strcmp(parse_at(parsed, "values 12 1"), "1001") == 0 ||
	    strcmp(parse_at(parsed, "values 11 1"), "1001") == 0);
	parse_done(parsed);
	client_close(&client);
}

static void
test_refusals(void **state)
{
	static const struct { const char *target; unsigned status; } refusals[] = {
		{V1 "/halls/none/frames", 404},
		{HALL "/frames?layer=smoke", 400},
		{HALL "/frames?step=901", 400},
		{HALL "/frames?step=60", 400},
		{HALL "/frames?from=yesterday", 400},
		{V1 "/racks?failover=maybe", 400},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct client client;

		assert_int_equal(refusals[i].status, served_get(&client,
		    refusals[i].target));
		client_close(&client);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_values),
		cmocka_unit_test(test_routes),
		SERVED(test_steps_are_means),
		SERVED(test_refusals),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
