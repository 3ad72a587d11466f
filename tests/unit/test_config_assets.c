/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an inventory says beyond what is polled, as the daemon then knows it. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/areas.h"
#include "config_fake.h"

static const char world[] =
"operators: [{id: op1, name: {en: Operator One, zh: 一号运营商}}]\n"
"areas: [{id: airport, name: {en: Airport, zh: 航空港区}, part_of: \"410100\"}]\n"
"sites:\n"
"- {id: zz1, area: \"410100\", operator: op1, feeds_from: {A: ups-a, B: ups-b}}\n"
"- {id: ap1, area: airport, operator: op1}\n"
"feed_tree:\n"
"- {id: rpp-a, kind: distribution, from: ups-a, rated_a: 250}\n"
"- {id: ut1, site: zz1, kind: utility, rated_kva: 2000, name: {zh: 市电}}\n"
"- {id: ups-a, kind: ups, from: ut1, rated_kva: 400, rated_a: 630}\n"
"- {id: ups-b, kind: ups, from: ut1, rated_kva: 300, device: zz1-ups-b}\n"
"halls:\n"
"- {id: h1, site: zz1, design_kw: 800, cooling_kw: 900, width_m: 12, depth_m: 8,\n"
"   aisles: [{id: c1, kind: cold, width_m: 12, depth_m: 1.2, contained: true},\n"
"     {id: x1, kind: hot, y_m: 2.4, width_m: 12, depth_m: 1.2}]}\n"
"templates:\n"
"  std: {units: 42, design_kw: 6, weight_limit_kg: 1200, class: a1, ports: 48,\n"
"    feeds: {A: {breaker_a: 32, outlets: 24}, B: {breaker_a: 32, outlets: 24}}}\n"
"rows:\n"
"- {id: w1, hall: h1, template: std, x_m: 1, y_m: 1.2, cold_aisle: c1,\n"
"   hot_aisle: x1, tenant: bank, state: planned, due: 2027-03-01,\n"
"   dates: {planned: 2026-01-05}, racks: [A01..A04]}\n"
"- {id: w2, hall: h1, template: std, x_m: 7, y_m: 4, run: west, front: south,\n"
"   pitch_m: 0.8, feeds_from: {A: rpp-a}, racks: [B01..B03]}\n"
"racks:\n"
"- {id: w1-a02, state: in_service, class: h1, weight_limit_kg: 1500,\n"
"   dates: {installed: 2025-02-01, energized: 2025-03-01,\n"
"     in_service: 2025-04-01}}\n"
"- {id: w1-a03, reserved_for: shop, reserved_until: 2027-01-01,\n"
"   maintenance_until: 2026-12-01T00:00:00Z, position: 9}\n"
"- {id: w2-b02, x_m: 3, y_m: 5,\n"
"   feeds: {A: {breaker_a: 16, from: ups-b}}}\n"
"devices: [{id: zz1-ups-b, site: zz1, kind: ups, plugin: snmp, address: 10.0.0.3}]\n"
"equipment:\n"
"- {id: srv-2, rack: w1-a02, u: 20, height: 2, face: front, nameplate_w: 800, kg: 30,\n"
"   feeds: [A, B], ports: 4, tenant: shop, model: Some 2U}\n"
"- {id: srv-1, rack: w1-a02, u: 3, nameplate_w: 500, feeds: B, outlets: 2}\n"
"- {id: pdu-1, rack: w1-a02, kg: 5}\n"
"- {id: pan-1, rack: w1-a02, u: 20, face: rear}\n";

static void
load(struct config_fake *fake, const char *a, const char *b)
{
	char text[16384];

	snprintf(text, sizeof(text), "%s%s", a, b);
	config_fake_text(fake, text);
	if (fake->config == NULL) {
		print_error("%s", fake->text.data);
	}
	assert_non_null(fake->config);
}

static void
test_areas(void **state)
{
	struct config_fake fake;
	const struct area_fact *facts;
	const struct inventory *inventory;
	const struct place *area;

	(void)state;
	assert_int_equal(areas_of("henan", &facts), 18);
	assert_int_equal(areas_of("hubei", &facts), 0);
	for (size_t i = 0; i < 18; i++) {
		for (size_t k = 0; k < i; k++) {
			assert_true(facts[i].tile_x != facts[k].tile_x ||
			    facts[i].tile_y != facts[k].tile_y);
			assert_true(strcmp(facts[i].code, facts[k].code) > 0);
		}
	}
	load(&fake, world, "");
	inventory = fake.config->inventory;
	area = inventory_place(inventory, ENTITY_AREA, "410100");
	assert_non_null(area);
	assert_string_equal(area->name.zh, "郑州市");
	assert_int_equal(area->tile_x, 2);
	assert_int_equal(area->n_racks, 7);
	assert_null(inventory_place(inventory, ENTITY_AREA, "419001"));
	area = inventory_place(inventory, ENTITY_AREA, "airport");
	assert_string_equal(area->part_of, "410100");
	assert_false(area->has_tile);
	assert_string_equal(inventory_place(inventory, ENTITY_SITE,
	    "ap1")->operator->name.zh, "一号运营商");
	config_fake_done(&fake);
	load(&fake, world, "province: {areas: all}\n");
	area = inventory_place(fake.config->inventory, ENTITY_AREA, "419001");
	assert_string_equal(area->name.en, "Jiyuan");
	assert_int_equal(area->n_racks, 0);
	config_fake_done(&fake);
}

static void
test_floor(void **state)
{
	struct config_fake fake;
	const struct inventory *inventory;
	const struct place *row, *hall;
	const struct rack *rack;

	(void)state;
	load(&fake, world, "");
	inventory = fake.config->inventory;
	hall = inventory_place(inventory, ENTITY_HALL, "h1");
	assert_float_equal(hall->floor->width_m, 12, 1e-9);
	assert_float_equal(hall->cooling_w, 900e3, 1e-6);
	assert_int_equal(hall->floor->n_aisles, 2);
	assert_true(hall->floor->aisles[0].contained);
	row = inventory_place(inventory, ENTITY_ROW, "w1");
	assert_string_equal(row->row_floor->cold->id, "c1");
	assert_string_equal(row->row_floor->hot->id, "x1");
	rack = inventory_rack(inventory, "w1-a04");
	assert_int_equal(rack->position, 4);
	assert_float_equal(rack->box.x_m, 1 + 3 * 0.6, 1e-9);
	assert_float_equal(rack->box.y_m, 1.2, 1e-9);
	assert_float_equal(rack->box.width_m, 0.6, 1e-9);
	assert_float_equal(rack->box.depth_m, 1.2, 1e-9);
	rack = inventory_rack(inventory, "w1-a03");
	assert_float_equal(rack->box.x_m, 1 + 8 * 0.6, 1e-9);
	rack = inventory_rack(inventory, "w2-b03");
	assert_float_equal(rack->box.x_m, 7 - 2 * 0.8, 1e-9);
	rack = inventory_rack(inventory, "w2-b02");
	assert_float_equal(rack->box.x_m, 3, 1e-9);
	assert_float_equal(rack->box.width_m, 0.8, 1e-9);
	config_fake_done(&fake);
}

static void
test_feed_tree(void **state)
{
	struct config_fake fake;
	const struct inventory *inventory;
	const struct power_node *ups, *rpp;
	const struct rack *rack;

	(void)state;
	load(&fake, world, "");
	inventory = fake.config->inventory;
	assert_int_equal(inventory->n_power, 4);
	ups = inventory_power(inventory, "ups-a");
	rpp = inventory_power(inventory, "rpp-a");
	assert_int_equal(rpp->from, ups->index);
	assert_string_equal(inventory->power[ups->from].id, "ut1");
	assert_int_equal(inventory->power[ups->from].from, INVENTORY_NONE);
	assert_int_equal(rpp->site, inventory_place(inventory, ENTITY_SITE,
	    "zz1")->index);
	/* 630 A x 220 V x 3 is more than its 400 kVA; 250 A is 165 kVA */
	assert_float_equal(power_rated_va(ups), 400e3, 1e-6);
	assert_float_equal(power_rated_va(rpp), 165e3, 1e-6);
	assert_string_equal(inventory_power(inventory, "ups-b")->device, "zz1-ups-b");
	rack = inventory_rack(inventory, "w1-a01");
	assert_string_equal(rack->feeds[0].from, "ups-a");
	assert_int_equal(rack->feeds[0].power, ups->index);
	assert_int_equal(rack->feeds[1].outlets, 24);
	rack = inventory_rack(inventory, "w2-b01");
	assert_string_equal(rack->feeds[0].from, "rpp-a");
	assert_string_equal(rack->feeds[1].from, "ups-b");
	rack = inventory_rack(inventory, "w2-b02");
	assert_string_equal(rack->feeds[0].from, "ups-b");
	assert_int_equal(ups->n_feeds, 4);
	assert_int_equal(rpp->n_feeds, 2);
	assert_int_equal(inventory_power(inventory, "ups-b")->n_feeds, 4 + 2 + 1);
	config_fake_done(&fake);
}

static void
test_life(void **state)
{
	struct config_fake fake;
	const struct rack *rack;

	(void)state;
	load(&fake, world, "");
	rack = inventory_rack(fake.config->inventory, "w1-a01");
	assert_string_equal(rack->life.tenant, "bank");
	assert_int_equal(rack->life.due, 20878);       /* 2027-03-01 */
	assert_int_equal(rack->since.ns, rack->life.dates[RACK_PLANNED].ns);
	assert_int_equal(rack->class, RACK_CLASS_A1);
	assert_int_equal(rack->ports, 48);
	rack = inventory_rack(fake.config->inventory, "w1-a02");
	assert_string_equal(rack->life.tenant, "bank");
	assert_int_equal(rack->life.due, INT32_MIN);
	assert_int_equal(rack->since.ns, INT64_C(1743465600) * NS_PER_S);
	assert_int_equal(rack->life.dates[RACK_INSTALLED].ns,
	    INT64_C(1738368000) * NS_PER_S);
	assert_int_equal(rack->class, RACK_CLASS_H1);
	assert_float_equal(rack->weight_limit_kg, 1500, 1e-9);
	rack = inventory_rack(fake.config->inventory, "w1-a03");
	assert_string_equal(rack->life.reserved_for, "shop");
	assert_int_equal(rack->life.maintenance_until.ns,
	    INT64_C(1796083200) * NS_PER_S);
	config_fake_done(&fake);
}

static void
test_equipment(void **state)
{
	struct config_fake fake;
	const struct equipment *e;
	const struct rack *rack;

	(void)state;
	load(&fake, world, "");
	rack = inventory_rack(fake.config->inventory, "w1-a02");
	assert_int_equal(rack->n_equipment, 4);
	assert_int_equal(fake.config->inventory->count_equipment, 4);
	e = rack->equipment;
	assert_string_equal(e[0].id, "srv-1");
	assert_int_equal(e[0].feeds, 2);
	assert_int_equal(e[0].outlets, 2);
	assert_false(equipment_dual(&e[0]));
	assert_string_equal(e[1].id, "pan-1");
	assert_string_equal(e[2].id, "srv-2");
	assert_false(equipment_overlap(&e[1], &e[2]));
	assert_true(equipment_dual(&e[2]));
	assert_string_equal(e[2].tenant, "shop");
	assert_string_equal(e[3].id, "pdu-1");
	assert_int_equal(e[3].u, 0);
	config_fake_done(&fake);
}

/* A reload may not turn a state back without saying why. */
static void
test_forward(void **state)
{
	static const char later[] = "racks:\n"
	    "- {id: r1, state: energized}\n- {id: r2, state: planned}\n";
	static const char back[] = "racks:\n"
	    "- {id: r1, state: installed}\n- {id: r2, state: installed}\n";
	static const char why[] = "racks:\n"
	    "- {id: r1, state: installed, reason: breaker opened again}\n"
	    "- {id: r2, state: installed}\n";
	const char *folder = config_fake_folder();
	struct config_fake fake;
	struct config_errors errors;
	const struct config *again = NULL;
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/c.yaml", folder);
	config_fake_write(folder, "c.yaml", later);
	config_fake_file(&fake, path);
	assert_non_null(fake.config);
	config_fake_write(folder, "c.yaml", back);
	config_errors_init(&errors);
	assert_int_equal(config_reload(fake.config, &config_fake_plugins, fake.ids, 8,
	    (struct wall){ 6 }, &errors, &again), COL_ECONFIG);
	assert_int_equal(errors.n_total, 1);
	assert_int_equal(errors.items[0].line, 2);
	assert_int_equal(errors.items[0].column, 12);
	assert_non_null(strstr(errors.items[0].text, "rack 'r1' goes backwards, from "
	    "energized to installed"));
	config_errors_done(&errors);
	config_fake_write(folder, "c.yaml", why);
	config_errors_init(&errors);
	assert_int_equal(config_reload(fake.config, &config_fake_plugins, fake.ids, 8,
	    (struct wall){ 6 }, &errors, &again), COL_OK);
	config_errors_done(&errors);
	config_unref(again);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_floor),
		cmocka_unit_test(test_feed_tree),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_equipment),
		cmocka_unit_test(test_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
