/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What halls and racks say of floors, overlays and what is mounted. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/fake.h"
#include "http/parse.h"

#define A03 V1 "/racks/s0-h0-r0-a03"
#define A02 V1 "/racks/s0-h0-r0-a02"
#define PLANNED V1 "/racks/s0-h0-r2-a02"
#define HALL V1 "/halls/s0-h0"
#define CELL "rows 0 racks_list 2 "

static const struct asked { const char *target, *path, *value; } floors[] = {
	{HALL, "floor width_m", "30"}, {HALL, "floor aisles", "[1]"},
	{HALL, "floor aisles 0 kind", "cold"},
	{HALL, "floor aisles 0 contained", "true"},
	{HALL, "floor aisles 0 box depth_m", "1.2"},
	{HALL, "floor aisles 0 name zh", "冷通道1"},
	{V1 "/halls/s0-h1", "floor", "null"},
	{HALL, "rows 0 floor run", "east"}, {HALL, "rows 0 floor front", "south"},
	{HALL, "rows 0 floor cold", "cold-1"}, {HALL, "rows 0 floor hot", "null"},
	{HALL, "rows 1 floor", "null"},
	/* the third rack of a row that runs east from 1 m: 1 + 2 * 0.6 */
	{HALL, CELL "box x_m", "2.2"}, {HALL, CELL "box y_m", "2"},
	{HALL, CELL "box width_m", "0.6"}, {HALL, CELL "position", "3"},
	{HALL, CELL "class", "a2"}, {HALL, CELL "maintenance", "true"},
	{HALL, CELL "reserved", "false"}, {HALL, CELL "design_w", "6000"},
	{HALL, CELL "discrepancy", "false"},
	{HALL, "rows 0 racks_list 1 box", "null"},
	{HALL, "rows 0 racks_list 1 maintenance", "false"},
	{A03, "class", "a2"}, {A03, "tenant", "t1"}, {A03, "reserved", "null"},
	{A03, "due", "null"}, {A03, "position", "3"}, {A03, "external", "null"},
	{A02, "maintenance", "null"},
	/* 1-2 and 11-12 of 42 */
	{A03, "space occupied", "4"}, {A03, "space used", "4"},
	{A03, "space reserved", "0"}, {A03, "space ratio", "0.0952381"},
	{A03, "space largest_gap", "30"}, {A03, "space gaps", "[2]"},
	{A03, "space gaps 0 u", "3"}, {A03, "space gaps 0 height", "8"},
	{A03, "space gaps 1 u", "13"}, {A03, "space gaps 1 height", "30"},
	{A03, "space weight_kg", "46"}, {A03, "space weight_limit_kg", "800"},
	{A03, "space ports_used", "4"}, {A03, "space ports", "48"},
	{A03, "space outlets 0 used", "1"}, {A03, "space outlets 1 used", "2"},
	{A03, "space outlets 1 outlets", "null"}, {A02, "space outlets 0 used", "null"},
	/* in service and nothing is listed: not known, not empty */
	{A02, "space occupied", "null"}, {A02, "space ratio", "null"},
	{A02, "space gaps", "[0]"}, {A02, "space weight_kg", "null"},
	{PLANNED, "space occupied", "0"}, {PLANNED, "space largest_gap", "42"},
	{A03, "equipment", "[2]"}, {A03, "equipment 0 id", "srv-1"},
	{A03, "equipment 0 name en", "Server 1"}, {A03, "equipment 0 u", "1"},
	{A03, "equipment 0 feeds", "[2]"}, {A03, "equipment 0 feeds 1", "B"},
	{A03, "equipment 0 tenant", "t1"}, {A03, "equipment 1 tenant", "t2"},
	{A03, "equipment 0 nameplate_w", "800"}, {A03, "equipment 0 budget_w", "480"},
	{A03, "equipment 1 nameplate_w", "null"}, {A03, "equipment 1 budget_w", "null"},
	{A03, "equipment 1 feeds 0", "B"}, {A03, "equipment 1 device", "null"},
	{A03, "equipment 1 power_w", "null"}, {A02, "equipment", "[0]"},
};

#define UPS V1 "/feeds/s0-ups-a"

static const struct asked stocks[] = {
	{A03, "budget committed_w", "2000"}, {A03, "budget binding", "s0-ups-a"},
	{A03, "budget available_w", "1500"}, {A03, "budget failover_limit_w", "5632"},
	{A03, "budget p95_w", "null"}, {A03, "deployable n", "3"},
	{A03, "deployable binding", "power"}, {A03, "deployable stranded units", "14"},
	{A03, "deployable stranded ports", "null"}, {A03, "feeds 0 from", "s0-ups-a"},
	/* of the first rack nothing is known */
	{V1 "/racks/s0-h0-r0-a01", "budget committed_w", "null"},
	{V1 "/racks/s0-h0-r0-a01", "budget binding", "null"},
	{V1 "/racks/s0-h0-r0-a01", "deployable n", "null"},
	{HALL, "rows 0 racks_list 0 free_u", "null"},
	{HALL, "rows 0 racks_list 0 deployable", "null"},
	{HALL, CELL "free_u", "20"}, {HALL, CELL "space", "0.52381"},
	{HALL, CELL "deployable", "3"},
	{HALL, "space units", "420"}, {HALL, "space ratio", "0.52381"},
	{HALL, "space racks", "10"}, {HALL, "budget available_w", "13000"},
	{HALL, "budget overcommitted", "1"}, {HALL, "budget racks_known", "9"},
	{HALL, "deployable n", "24"}, {HALL, "deployable binding power", "8"},
	{HALL, "deployable binding units", "0"},
	{HALL, "deployable stranded power_w", "1000"},
	{HALL, "deployable stranded units", "null"},
	{HALL, "deployable reference power_w", "500"},
	{V1 "/halls/s0-h1", "deployable n", "null"},
	{V1 "/halls/s0-h1", "budget available_w", "null"},
	{V1 "/capacity", "areas 0 space units", "null"},
	{V1 "/sites/s0", "tree", "[3]"}, {V1 "/sites/s0", "tree 1 id", "s0-ups-a"},
	{V1 "/feeds?site=s0", "items", "[3]"},
	{V1 "/feeds?limit=2", "items", "[2]"},
	{V1 "/feeds?limit=2&cursor=0000000000000002.s0-ups-b", "items 0 id", "s0-ups-b"},
	{V1 "/feeds?limit=3", "next", "null"},
	{UPS, "kind", "ups"}, {UPS, "from", "s0-grid"}, {UPS, "site", "s0"},
	{UPS, "rated_va", "100000"}, {UPS, "limit_va", "80000"},
	{UPS, "load power_w", "40000"}, {UPS, "load partial", "false"},
	{UPS, "load coverage", "1"}, {UPS, "ratio", "0.42"}, {UPS, "arc_va", "-29700"},
	{UPS, "failover", "no_redundancy"}, {UPS, "failover_ratio", "1.25"},
	{UPS, "survivor", "s0-ups-b"}, {UPS, "dark", "1"}, {UPS, "racks", "10"},
	{UPS, "budget available_w", "26000"}, {UPS, "above 0", "s0-grid"},
	{UPS, "children", "[0]"}, {UPS, "racks_list 0 rack", "s0-h0-r0-a03"},
	{UPS, "racks_list 0 feed", "A"}, {UPS, "racks_list", "[1]"},
	{UPS, "measured_by", "s0-h0-r0-a02-pdu-a"}, {UPS, "measured power_w", "40500"},
	{UPS, "difference_w", "500"}, {V1 "/feeds/s0-ups-b", "measured", "null"},
	{V1 "/feeds/s0-grid", "children", "[2]"}, {V1 "/feeds/s0-grid", "above", "[0]"},
	{V1 "/feeds/s0-grid", "racks_list", "[2]"}, {V1 "/feeds/s0-grid", "from", "null"},
	{V1 "/feeds/s0-grid", "load power_w", "null"}, {V1 "/feeds/s0-grid", "ratio", "null"},
	{V1 "/feeds/s0-ups-b", "rated_va", "66000"},
	{V1 "/feeds/s0-ups-b", "budget limit_w", "null"},
	{V1 "/feeds/s0-h0-r0-a03-b", "from", "s0-ups-b"},
};

static void
compare(const struct asked *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct client client;
		struct parsed *parsed;

		assert_int_equal(200, served_get(&client, cases[i].target));
		parsed = parse_json(client_body(&client));
		assert_non_null(parsed);
		if (strcmp(parse_at(parsed, cases[i].path), cases[i].value) != 0) {
			fail_msg("%s of %s is %s, not %s", cases[i].path, cases[i].target,
			    parse_at(parsed, cases[i].path), cases[i].value);
		}
		parse_done(parsed);
		client_close(&client);
	}
}

static void
floors_overlays_equipment(void **state)
{
	(void)state;
	assert_int_equal(http_port(served_http), served_port);
	compare(floors, sizeof(floors) / sizeof(floors[0]));
}

static void
what_is_free_and_the_feed_tree(void **state)
{
	struct client client;

	(void)state;
	compare(stocks, sizeof(stocks) / sizeof(stocks[0]));
	assert_int_equal(404, served_get(&client, V1 "/feeds?site=none"));
	client_close(&client);
	assert_int_equal(404, served_get(&client, V1 "/feeds/none"));
	client_close(&client);
	assert_int_equal(400, served_get(&client, V1 "/feeds?cursor=00000000000000ff.x"));
	client_close(&client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(floors_overlays_equipment),
		SERVED(what_is_free_and_the_feed_tree),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
