/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/texts.h"
#include "alert/where.h"
#include "fixture.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
numbers_for_people(void **state)
{
	static const struct { double number, like; const char *unit, *text, *shown; } cases[] = {
		{ 4213, 4213, "W", "4.21", "kW" }, { 42000, 42000, "W", "42", "kW" },
		{ 3.2e6, 3.2e6, "W", "3.2", "MW" }, { 980, 980, "W", "980", "W" },
		{ 500, 4213, "W", "0.5", "kW" }, { 27.42, 27.42, "A", "27.4", "A" },
		{ 24.6, 24.6, "C", "24.6", "°C" }, { -3.25, -3.25, "C", "-3.25", "°C" },
		{ 85.96, 85.96, "%", "86", "%" }, { 0, 0, "%", "0", "%" },
		{ -0.001, -0.001, "K", "0", "K" }, { 0.85, 0.85, "", "0.85", "" },
		{ 300, 300, "s", "5", "min" }, { 90, 90, "s", "90", "s" },
		{ 10800, 10800, "s", "3", "h" }, { 259200, 259200, "s", "3", "d" },
		{ 3221225472.0, 3221225472.0, "octets", "3", "GiB" },
		{ 12, 12, "octets", "12", "B" }, { NAN, NAN, "W", "-", "W" },
		{ INFINITY, 5, "W", "-", "W" }, { 123456, 123456, "", "123456", "" },
		{ 1e300, 1e300, "rpm", "1e+300", "rpm" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		char text[TEXTS_NUMBER_SIZE], unit[16];

		texts_number(cases[i].number, cases[i].like, cases[i].unit, text, unit);
		assert_string_equal(text, cases[i].text);
		assert_string_equal(unit, cases[i].shown);
	}
}

#define PLACES \
    "province: {id: henan, name: {en: Henan, zh: 河南省}, timezone: Asia/Shanghai}\nstore: {dir: /tmp/none}\n" \
    "targets: [{id: t1, racks: 9, name: {en: Nine, zh: 九}}]\n" \
    "areas: [{id: a1, name: {en: Zhengzhou, zh: 郑州市}}]\n" \
    "sites: [{id: s1, area: a1, name: {en: Site 1, zh: 一号楼}, feeds_from: {A: ups-a}}]\n" \
    "halls: [{id: h1, site: s1, name: {en: Hall 1, zh: 一号机房}}, {id: h2, site: s1}]\n" \
    "feed_tree: [{id: ups-a, site: s1, kind: ups, name: {en: UPS A, zh: 甲路}}]\n" \
    "templates: {std: {design_kw: 6, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}}\n" \
    "rows:\n" \
    "  - {id: r1, hall: h1, template: std, state: in_service, racks: [A01..A03],\n" \
    "     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n}}}}\n" \
    "  - {id: r2, hall: h2, template: std, state: in_service, racks: [B01]}\n" \
    "devices: [{id: crac-1, hall: h1, kind: cooling, plugin: snmp, address: 192.0.2.99}]\n"

static const struct { enum level level; const char *entity, *en, *zh, *place; } things[] = {
	{ LEVEL_PROVINCE, "province:henan", "Henan", "河南省", "" },
	{ LEVEL_SITE, "site:s1", "Site 1", "一号楼", "" },
	{ LEVEL_HALL, "hall:h2", "h2", "h2", "Site 1" },
	{ LEVEL_ROW, "row:r1", "r1", "r1", "Site 1 / Hall 1" },
	{ LEVEL_RACK, "rack:r1-a03", "A03", "A03", "Site 1 / Hall 1 / r1" },
	{ LEVEL_FEED, "feed:r2-b01-b", "B01 feed B", "B01 B路", "Site 1 / h2 / r2" },
	{ LEVEL_NODE, "feed:ups-a", "UPS A", "甲路", "Site 1" },
	{ LEVEL_DEVICE, "device:r1-a02-pdu-a", "A02 pdu-a", "A02 pdu-a",
	  "Site 1 / Hall 1 / r1" },
	{ LEVEL_SENSOR, "device:crac-1", "crac-1", "crac-1", "Site 1 / Hall 1" },
	{ LEVEL_TARGET, "target:t1", "Nine", "九", "" },
	{ LEVEL_COLLECTOR, "collector:self", "collector", "采集器", "" },
};

static void
things_by_name_and_back(void **state)
{
	struct ids *ids = ids_new();
	const struct config *config = fixture_config(PLACES, ids, 1);
	uint32_t *feeds = thing_feeds(config->inventory);
	char text[THING_NAME_SIZE];
	struct thing thing;

	(void)state;
	for (size_t i = 0; i < N(things); i++) {
		struct thing_where where;

		assert_int_equal(thing_find(config, feeds, things[i].level,
		    things[i].entity, &thing), 0);
		assert_int_equal(thing_entity(config, feeds, thing, text), 0);
		assert_string_equal(text, things[i].entity);
		thing_name(config, feeds, thing, THING_EN, text);
		assert_string_equal(text, things[i].en);
		thing_name(config, feeds, thing, THING_ZH, text);
		assert_string_equal(text, things[i].zh);
		thing_where(config, feeds, thing, &where);
		thing_place(config, &where, thing, THING_EN, text);
		assert_string_equal(text, things[i].place);
	}
	/* what is not there is not found, nor what is of another kind */
	assert_true(thing_find(config, feeds, LEVEL_RACK, "rack:r9", &thing) != 0);
	assert_true(thing_find(config, feeds, LEVEL_RACK, "hall:h1", &thing) != 0);
	assert_true(thing_find(config, feeds, LEVEL_FEED, "feed:r1-a01-c", &thing) != 0);
	assert_true(thing_find(config, feeds, LEVEL_FEED, "feed:ups-a", &thing) != 0);
	assert_true(thing_find(config, feeds, LEVEL_COLLECTOR, "collector:x", &thing) != 0);
	assert_true(thing_entity(config, feeds, (struct thing){ LEVEL_FEED, 999 }, text) != 0);
	assert_true(thing_entity(config, feeds, (struct thing){ LEVEL_NODE, 1 }, text) != 0);
	free(feeds);
	config_unref(config);
	ids_free(ids);
}

static void
texts_are_filled_in_both_languages(void **state)
{
	struct ids *ids = ids_new();
	const struct config *config = fixture_config(PLACES, ids, 1);
	uint32_t *feeds = thing_feeds(config->inventory);
	struct rule rule = { .id = "over", .summary = {
	    "{name} {instance}: {value} {unit} > {limit} {unit}, {count} since {since} {{x}}",
	    "{place} {name} {instance}\xef\xbc\x9a{value} {unit}" },
	    .advice = { NULL, "查 {hall} {rack} {severity}" } };
	struct alert alert = { .value = 4213, .limit = 4000, .unit = "W", .count = 3,
	    .since = { INT64_C(1795359600) * NS_PER_S }, .severity = SEVERITY_CRITICAL,
	    .hall = "h1", .rack = "r1-a01" };
	struct thing thing;

	(void)state;
	assert_int_equal(thing_find(config, feeds, LEVEL_RACK, "rack:r1-a01", &thing), 0);
	texts_fill(config, &rule, feeds, thing, &alert);
	assert_string_equal(alert.summary_en,
	    "A01: 4.21 kW > 4 kW, 3 since 2026-11-22 23:00 {x}");
	assert_string_equal(alert.summary_zh, "一号楼 / 一号机房 / r1 A01\xef\xbc\x9a" "4.21 kW");
	assert_string_equal(alert.advice_zh, "查 h1 r1-a01 critical");
	assert_string_equal(alert.advice_en, alert.advice_zh);
	free(feeds);
	config_unref(config);
	ids_free(ids);
}

static void
selectors(void **state)
{
	static const char *const labels[] = { "A0?", NULL }, *const kinds[] = { "cooling", NULL };
	static const char *const profiles[] = { "apc*", NULL }, *const roles[] = { "pdu-?", NULL };
	struct ids *ids = ids_new();
	const struct config *config = fixture_config(PLACES, ids, 1);
	const struct inventory *inventory = config->inventory;
	const struct rack *a = inventory_rack(inventory, "r1-a01");
	const struct rack *b = inventory_rack(inventory, "r2-b01");
	const struct device *pdu = inventory_device(inventory, "r1-a01-pdu-a");
	const struct device *crac = inventory_device(inventory, "crac-1");
	struct entity_ref hall = { ENTITY_HALL, inventory_place(inventory, ENTITY_HALL,
	    "h1")->index };
	struct entity_ref rack = { ENTITY_RACK, a->index };
	struct rule_where where = { 0 };

	(void)state;
	assert_true(where_rack(inventory, &where, a) && where_rack(inventory, &where, b));
	where.places = &hall;
	where.n_places = 1;
	assert_true(where_rack(inventory, &where, a));
	assert_false(where_rack(inventory, &where, b));
	assert_true(where_device(inventory, &where, pdu, NULL));
	assert_true(where_device(inventory, &where, crac, NULL));
	assert_true(where_place(inventory, &where, hall));
	assert_false(where_place(inventory, &where, (struct entity_ref){ ENTITY_SITE, 0 }));
	where.places = &rack;
	assert_true(where_rack(inventory, &where, a));
	assert_false(where_rack(inventory, &where,
	    inventory_rack(inventory, "r1-a02")));
	assert_false(where_device(inventory, &where, crac, NULL));
	where = (struct rule_where){ .labels = labels };
	assert_true(where_rack(inventory, &where, a));
	assert_false(where_rack(inventory, &where, b));
	assert_false(where_device(inventory, &where, crac, NULL));
	where = (struct rule_where){ .kinds = kinds };
	assert_true(where_device(inventory, &where, crac, NULL));
	assert_false(where_device(inventory, &where, pdu, NULL));
	where = (struct rule_where){ .roles = roles, .profiles = profiles };
	assert_false(where_device(inventory, &where, pdu, NULL));
	assert_true(where_device(inventory, &where, pdu, "apc-rpdu2"));
	where = (struct rule_where){ .classes = 1u << RACK_CLASS_A4 };
	assert_false(where_rack(inventory, &where, a));
	config_unref(config);
	ids_free(ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_for_people),
		cmocka_unit_test(things_by_name_and_back),
		cmocka_unit_test(texts_are_filled_in_both_languages),
		cmocka_unit_test(selectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
