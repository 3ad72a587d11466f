/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_fake.h"

/* The example of the design, braces without quotes. */
static const char design[] =
"areas: [{id: \"410100\", name: {en: Zhengzhou, zh: 郑州市}}]\n"
"sites: [{id: zz1, area: \"410100\", name: {en: X}, operator: me}]\n"
"halls: [{id: zz1-h1, site: zz1, design_kw: 800}]\n"
"credentials: {pdu-v3: {snmp: {version: 3}}, pdu-v2c: {snmp: {version: 2c}}}\n"
"templates: {std: {units: 42, design_kw: 6, feeds: {A: {breaker_a: 32, phases: 1,\n"
"  volts: 220}, B: {breaker_a: 32, phases: 1, volts: 220}}}}\n"
"rows:\n"
"  - {id: zz1-h1-r1, hall: zz1-h1, template: std, state: in_service,\n"
"     since: 2025-06-01, racks: [A01..A24],\n"
"     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n},\n"
"       profile: auto, credential: [pdu-v3, pdu-v2c]},\n"
"     pdu-b: {feed: B, plugin: snmp, address: 198.51.100.{n},\n"
"       profile: auto, credential: [pdu-v3, pdu-v2c], port: 1161}}}\n";

static const char exception[] =
"racks: [{id: zz1-h1-r1-a07, was: zz1-h1-r1-a7, state: planned,\n"
"  since: 2026-03-01, design_kw: 8, feeds: {A: {breaker_a: 63, phases: 3}},\n"
"  devices: {pdu-b: ~, pdu-a: {plugin: snmp, address: 10.0.0.1},\n"
"  sensor-top: {plugin: snmp, address: 10.0.0.2}}}]\n"
"devices:\n"
"- {rack: zz1-h1-r1-a07, role: bmc, plugin: snmp, address: bmc7.example}\n"
"- {id: zz1-ups, site: zz1, kind: ups, plugin: snmp, address: 10.0.0.3}\n";

static void
load(struct config_fake *fake, const char *a, const char *b)
{
	char text[8192];

	snprintf(text, sizeof(text), "%s%s", a, b);
	config_fake_text(fake, text);
	if (fake->config == NULL) {
		print_error("%s", fake->text.data);
	}
	assert_non_null(fake->config);
}

static const struct device *
device(const struct config_fake *fake, const char *id)
{
	const struct device *found = inventory_device(fake->config->inventory, id);

	if (found == NULL) {
		print_error("no device %s\n", id);
	}
	assert_non_null(found);
	return found;
}

static void
test_range(void **state)
{
	struct config_fake fake;
	const struct inventory *inventory;
	const struct rack *rack;
	const struct device *pdu;

	(void)state;
	load(&fake, design, "");
	inventory = fake.config->inventory;
	assert_int_equal(inventory->count_racks, 24);
	assert_int_equal(inventory->count_devices, 48);
	rack = inventory_rack(inventory, "zz1-h1-r1-a24");
	assert_string_equal(rack->label, "A24");
	assert_int_equal(rack->state, RACK_IN_SERVICE);
	assert_int_equal(rack->units, 42);
	assert_float_equal(rack->design_w, 6000, 1e-9);
	assert_int_equal(rack->n_feeds, 2);
	assert_string_equal(rack->feeds[1].id, "B");
	assert_float_equal(rack->feeds[1].volts, 220, 1e-9);
	assert_int_equal(rack->since.ns, INT64_C(1748736000) * NS_PER_S);
	assert_string_equal(inventory_above(inventory, rack, ENTITY_AREA)->id,
	    "410100");
	assert_string_equal(inventory_above(inventory, rack, ENTITY_PROVINCE)->id,
	    "henan");
	assert_int_equal(inventory_place(inventory, ENTITY_SITE, "zz1")->n_racks,
	    24);
	assert_float_equal(inventory_place(inventory, ENTITY_HALL,
	    "zz1-h1")->design_w, 800e3, 1e-6);
	pdu = device(&fake, "zz1-h1-r1-a24-pdu-b");
	assert_string_equal(pdu->address, "198.51.100.24");
	assert_string_equal(pdu->kind, "pdu");
	assert_int_equal(pdu->feed, 1);
	assert_int_equal(pdu->rack, rack->index);
	assert_int_equal(rack->devices[1], pdu->index);
	assert_int_equal(pdu->n_credentials, 2);
	assert_string_equal(pdu->credentials[1], "pdu-v2c");
	config_fake_done(&fake);
}

static void
test_exception(void **state)
{
	struct config_fake fake;
	const struct inventory *inventory;
	const struct rack *rack;
	const struct device *ups;

	(void)state;
	load(&fake, design, exception);
	inventory = fake.config->inventory;
	assert_int_equal(inventory->count_racks, 24);
	assert_int_equal(inventory->count_devices, 46 + 3 + 1);
	rack = inventory_rack(inventory, "zz1-h1-r1-a07");
	assert_string_equal(rack->label, "A07");
	assert_string_equal(rack->was, "zz1-h1-r1-a7");
	assert_int_equal(rack->state, RACK_PLANNED);
	assert_int_equal(rack->units, 42);
	assert_float_equal(rack->design_w, 8000, 1e-9);
	assert_int_equal(rack->n_feeds, 1);
	assert_int_equal(rack->feeds[0].phases, 3);
	assert_int_equal(rack->n_devices, 3);
	assert_string_equal(device(&fake, "zz1-h1-r1-a07-pdu-a")->address,
	    "10.0.0.1");
	assert_int_equal(device(&fake, "zz1-h1-r1-a07-pdu-a")->feed, -1);
	assert_string_equal(device(&fake, "zz1-h1-r1-a07-bmc")->kind, "bmc");
	assert_string_equal(device(&fake, "zz1-h1-r1-a07-sensor-top")->role,
	    "sensor-top");
	assert_null(inventory_device(inventory, "zz1-h1-r1-a07-pdu-b"));
	ups = device(&fake, "zz1-ups");
	assert_int_equal(ups->rack, INVENTORY_NONE);
	assert_int_equal(ups->place.kind, ENTITY_SITE);
	assert_string_equal(inventory_id(inventory, ups->place), "zz1");
	assert_string_equal(ups->role, "");
	/* The others keep their numbers in the row. */
	assert_string_equal(device(&fake, "zz1-h1-r1-a08-pdu-a")->address,
	    "192.0.2.8");
	config_fake_done(&fake);
}

static void
test_implicit(void **state)
{
	static const struct { const char *yaml, *row, *hall, *site, *area; } cases[] = {
		{ "racks: [{id: r}]\n", "default", "default", "default", "default" },
		{ "sites: [{id: s}]\nracks: [{id: r, site: s}]\n", "s", "s", "s",
		    "default" },
		{ "areas: [{id: a}]\nsites: [{id: s, area: a}]\n"
		    "halls: [{id: h, site: s}]\nracks: [{id: r, hall: h}]\n",
		    "h", "h", "s", "a" },
		{ "rows: [{id: w}]\nracks: [{id: r, row: w}]\n", "w", "default",
		    "default", "default" },
		{ "sites: [{id: s}]\nrows: [{id: w, site: s}]\n"
		    "racks: [{id: r, row: w, site: s}]\n", "w", "s", "s", "default" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config_fake fake;
		const struct inventory *inventory;
		const struct rack *rack;

		load(&fake, cases[i].yaml, "");
		inventory = fake.config->inventory;
		rack = inventory_rack(inventory, "r");
		assert_non_null(rack);
		assert_int_equal(rack->state, RACK_IN_SERVICE);
		assert_string_equal(inventory_above(inventory, rack,
		    ENTITY_ROW)->id, cases[i].row);
		assert_string_equal(inventory_above(inventory, rack,
		    ENTITY_HALL)->id, cases[i].hall);
		assert_string_equal(inventory_above(inventory, rack,
		    ENTITY_SITE)->id, cases[i].site);
		assert_string_equal(inventory_above(inventory, rack,
		    ENTITY_AREA)->id, cases[i].area);
		config_fake_done(&fake);
	}
}

static void
test_feeds_from_devices(void **state)
{
	struct config_fake fake;
	const struct rack *rack;

	(void)state;
	load(&fake, "racks: [{id: r, devices: {\n"
	    "pdu-b: {plugin: snmp, address: h, feed: B},\n"
	    "pdu-a: {plugin: snmp, address: h, feed: A},\n"
	    "ups: {plugin: snmp, address: h}}}]\n", "");
	rack = inventory_rack(fake.config->inventory, "r");
	assert_int_equal(rack->n_feeds, 2);
	assert_string_equal(rack->feeds[0].id, "A");
	assert_int_equal(device(&fake, "r-pdu-a")->feed, 0);
	assert_int_equal(device(&fake, "r-pdu-b")->feed, 1);
	assert_int_equal(device(&fake, "r-ups")->feed, -1);
	config_fake_done(&fake);
}

/* A rack that only names its row shares nothing with the row's own racks. */
static void
test_single_in_row(void **state)
{
	struct config_fake fake;
	const struct rack *rack;

	(void)state;
	load(&fake, design, "racks: [{id: zz1-h1-r1-b1, row: zz1-h1-r1}]\n");
	rack = inventory_rack(fake.config->inventory, "zz1-h1-r1-b1");
	assert_string_equal(rack->label, "B1");
	assert_int_equal(rack->n_devices, 0);
	assert_int_equal(rack->units, 0);
	assert_int_equal(rack->since.ns, 0);
	config_fake_done(&fake);
}

static void
test_template_devices(void **state)
{
	struct config_fake fake;

	(void)state;
	load(&fake, "templates: {t: {devices: {pdu-a: {plugin: snmp, address: t},\n"
	    " bmc: {plugin: snmp, address: \"{rack}.{id}\"}}}}\n"
	    "rows: [{id: w, template: t, racks: A1..A2,\n"
	    " devices: {pdu-a: {plugin: snmp, address: \"w{n+1}\"}}}]\n", "");
	assert_int_equal(fake.config->inventory->count_devices, 4);
	assert_string_equal(device(&fake, "w-a2-pdu-a")->address, "w3");
	assert_string_equal(device(&fake, "w-a2-bmc")->address, "A2.w-a2");
	config_fake_done(&fake);
}

static void
test_settings(void **state)
{
	struct config_fake fake;
	const struct settings *s;

	(void)state;
	load(&fake, "", "");
	s = &fake.config->settings;
	assert_string_equal(s->province_id, "henan");
	assert_string_equal(s->province_name.zh, "河南省");
	assert_string_equal(s->timezone, "Asia/Shanghai");
	assert_float_equal(s->standard_rack_w, 2500, 1e-9);
	assert_int_equal(s->interval_ns, 60 * NS_PER_S);
	assert_int_equal(s->window_ns, 86400 * NS_PER_S);
	assert_int_equal(s->poll_threads, 1);
	assert_int_equal(s->in_flight_max, 4096);
	assert_int_equal(s->store_class, STORE_STANDARD);
	assert_int_equal(s->journal_segment_bytes, 64 << 20);
	assert_string_equal(s->listen_host, "127.0.0.1");
	assert_int_equal(s->listen_port, 8080);
	assert_int_equal(s->n_targets, 1);
	assert_int_equal(s->targets[0].racks, 90000);
	assert_int_equal(s->targets[0].reach, TARGET_ABOVE);
	assert_int_equal(s->targets[0].by_day, 19722);
	assert_int_equal(s->log_level, COL_LOG_INFO);
	assert_false(s->demo);
	assert_int_equal(s->store_dir[0], '/');
	config_fake_again(&fake, "demo: yes\ntargets: []\n"
	    "province: {id: hebei}\nstandard_rack_kw: 6\n"
	    "poll: {interval: 10s, threads: 4}\n"
	    "http: {listen: \"[::1]:0\"}\nlog: {format: json, level: debug}\n");
	s = &fake.config->settings;
	assert_true(s->demo);
	assert_true(s->log_json);
	assert_int_equal(s->log_level, COL_LOG_DEBUG);
	assert_int_equal(s->n_targets, 0);
	assert_null(s->province_name.en);
	assert_string_equal(s->listen_host, "::1");
	assert_int_equal(s->listen_port, 0);
	assert_int_equal(s->poll_threads, 4);
	config_fake_done(&fake);
}

/* Thousands of errors are counted, not kept, and cost no time. */
static void
test_many_errors(void **state)
{
	struct config_fake fake;
	size_t room = 1 << 20, len = 0;
	char *text = malloc(room);

	(void)state;
	len += (size_t)snprintf(text, room, "rows: [{id: w, racks: [A0001..A9999]}]\n"
	    "devices:\n");
	for (int i = 0; i < 5000; i++) {
		len += (size_t)snprintf(text + len, room - len, "- {rack: w-b%04d, "
		    "role: pdu-a, plugin: snmp, address: h}\n", i);
	}
	config_fake_text(&fake, text);
	assert_null(fake.config);
	assert_int_equal(fake.n_errors, 5000);
	config_fake_done(&fake);
	free(text);
}

static void
test_through(void **state)
{
	static const char row[] = "rows: [{id: w, racks: [A1..A2], devices: {\n"
	    "  pdu-a: {plugin: snmp, address: 10.0.0.{n}, through: {id}-switch},\n"
	    "  switch: {plugin: snmp, address: 10.0.1.{n}, through: core}}}]\n"
	    "devices: [{id: core, row: w, kind: switch, plugin: snmp, address: h}]\n";
	struct config_fake fake;

	(void)state;
	load(&fake, row, "");
	assert_string_equal(device(&fake, "w-a2-pdu-a")->through, "w-a2-switch");
	assert_string_equal(device(&fake, "w-a2-switch")->through, "core");
	assert_null(device(&fake, "core")->through);
	config_fake_done(&fake);
	/* one message for both racks, at the key */
	config_fake_text(&fake, "rows: [{id: w, racks: [A1..A2], devices: {\n"
	    "  pdu-a: {plugin: snmp, address: h, through: cor}}}]\n");
	assert_int_equal(fake.n_errors, 1);
	assert_non_null(strstr(fake.text.data, "2:"));
	assert_non_null(strstr(fake.text.data, "unknown device 'cor'"));
	config_fake_done(&fake);
	config_fake_text(&fake, "rows: [{id: w, racks: [A1], devices: {\n"
	    "  pdu-a: {plugin: snmp, address: h, through: 'No Id'}}}]\n");
	assert_int_equal(fake.n_errors, 1);
	assert_non_null(strstr(fake.text.data, "'No Id' is no id"));
	config_fake_done(&fake);
	/* a circle of three, and one of one; who only hangs on it has no fault */
	config_fake_text(&fake, "rows: [{id: w, racks: [A1]}]\n"
	    "devices:\n"
	    "- {id: d, row: w, kind: pdu, plugin: snmp, address: h, through: a}\n"
	    "- {id: a, row: w, kind: switch, plugin: snmp, address: h, through: b}\n"
	    "- {id: b, row: w, kind: switch, plugin: snmp, address: h, through: c}\n"
	    "- {id: c, row: w, kind: switch, plugin: snmp, address: h, through: a}\n"
	    "- {id: e, row: w, kind: switch, plugin: snmp, address: h, through: e}\n");
	assert_int_equal(fake.n_errors, 2);
	assert_non_null(strstr(fake.text.data, "'a' is reached through itself, by way of "
	    "'b'"));
	assert_non_null(strstr(fake.text.data, "'e' is reached through itself"));
	config_fake_done(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_exception),
		cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_feeds_from_devices),
		cmocka_unit_test(test_single_in_row),
		cmocka_unit_test(test_template_devices),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
