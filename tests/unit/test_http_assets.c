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

static void
values(void **state)
{
	static const struct { const char *target, *path, *value; } cases[] = {
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

	(void)state;
	assert_int_equal(http_port(served_http), served_port);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(values),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
