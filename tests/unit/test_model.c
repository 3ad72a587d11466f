/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/batch.h"
#include "model/ids.h"
#include "model/inventory.h"
#include "model/layout.h"
#include "model/metric.h"
#include "model/unit.h"

static void
units_convert(void **state)
{
	static const struct { const char *unit; double from, to; const char *base; } ROWS[] = {
		{ "kW", 0.35, 350, "W" }, { "F", 212, 100, "C" }, { "F", 32, 0, "C" },
		{ "0.1K", 2981.5, 25, "C" }, { "mA", 1500, 1.5, "A" },
		{ "min", 2, 120, "s" }, { "ticks", 250, 2.5, "s" },
		{ "permille", 946, 0.946, "1" }, { "kWh", 1.2, 1200, "Wh" },
		{ "bits", 8, 1, "octets" },
	};
	char names[64];

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct unit *unit = unit_find(ROWS[i].unit);
		double value;

		assert_non_null(unit);
		assert_true(unit_fits(unit, ROWS[i].base));
		value = ROWS[i].from * unit->factor + unit->offset;
		assert_true(value - ROWS[i].to < 1e-9 && ROWS[i].to - value < 1e-9);
	}
	assert_null(unit_find("furlong"));
	assert_false(unit_fits(unit_find("kW"), "A"));
	unit_names("W", names, sizeof(names));
	assert_string_equal(names, "W, kW, MW, mW");
	unit_names("W", names, 6);
	assert_string_equal(names, "W, kW");
}

static void
metrics_are_rows_of_a_table(void **state)
{
	struct col_metric flow = { "flow_lps", "1", COL_GAUGE, 0, 0, false, NULL, NULL };
	struct col_error error;
	uint32_t index, again;

	(void)state;
	assert_int_equal(metric_find("power_w", &index), 0);
	assert_int_equal(index, METRIC_POWER_W);
	assert_int_equal(metric_find("state_outlet", &index), 0);
	assert_int_equal(metric_find("state_outlet", &again), 0);
	assert_int_equal(index, again);
	assert_int_equal(metric_get(index)->kind, COL_STATE);
	assert_int_equal(metric_find("state_Outlet", &again), COL_EINVAL);
	assert_int_equal(metric_find("pwer_w", &again), COL_ENOENT);
	assert_int_equal(metric_add(&flow, &error), 0);
	assert_int_equal(metric_add(&flow, &error), 0);
	flow.unit = "W";
	assert_int_equal(metric_add(&flow, &error), COL_EEXIST);
	flow.unit = "kW";
	assert_int_equal(metric_add(&flow, &error), COL_EINVAL);
	for (uint32_t i = 0; i < metric_count(); i++) {
		assert_non_null(unit_find(metric_get(i)->unit));
		assert_true(strlen(metric_get(i)->en) > 0 && strlen(metric_get(i)->zh) > 0);
	}
}

static void
equal_layouts_are_one(void **state)
{
	struct col_slot slots[] = {
		{ "power_w", "", "kW", "1.2.3", 0, 0, 0 },
		{ "current_a", "L1", "A", "1.2.4", 0, 0, 32 },
		{ "octets_in", "eth0", "octets", "1.2.5", COL_SLOT_WIDE, 0, 0 },
		{ "load_pct", "", "%", "1.2.6", COL_SLOT_ARCHIVE, 0, 0 },
		{ "voltage_v", "L1", "V", "1.2.7", COL_SLOT_NO_ARCHIVE, 0, 0 },
	};
	struct col_slot changed[5];
	const struct col_layout *layout, *other;
	struct col_error error;

	(void)state;
	layout = layout_intern(slots, 5, &error);
	assert_non_null(layout);
	assert_true(layout->slots[0].factor == 1000 && layout->slots[0].archived);
	assert_true(layout->slots[1].min == 0 && layout->slots[1].max == 32);
	assert_true(layout->slots[2].wide && layout->slots[2].kind == COL_COUNTER);
	assert_true(layout->slots[3].archived && !layout->slots[4].archived);
	assert_ptr_equal(layout_intern(slots, 5, &error), layout);
	memcpy(changed, slots, sizeof(slots));
	changed[1].instance = "L2";
	other = layout_intern(changed, 5, &error);
	assert_non_null(other);
	assert_ptr_not_equal(other, layout);
	assert_ptr_equal(layout_get(other->id), other);
	changed[0].unit = "A";
	assert_null(layout_intern(changed, 5, &error));
	assert_int_equal(error.code, COL_EINVAL);
	changed[0].metric = "nonsense";
	assert_null(layout_intern(changed, 5, &error));
	assert_null(layout_intern(slots, 0, &error));
	layout_reset();
	assert_null(layout_get(0));
}

static void
ids_survive_and_are_renamed(void **state)
{
	struct ids *ids = ids_new();

	(void)state;
	assert_int_equal(ids_get(ids, ENTITY_RACK, "a"), 0);
	assert_int_equal(ids_get(ids, ENTITY_RACK, "b"), 1);
	assert_int_equal(ids_get(ids, ENTITY_ROW, "b"), 0);
	assert_int_equal(ids_get(ids, ENTITY_RACK, "a"), 0);
	ids_rename(ids, ENTITY_RACK, "a", "c");
	assert_int_equal(ids_get(ids, ENTITY_RACK, "c"), 0);
	assert_int_equal(ids_get(ids, ENTITY_RACK, "a"), 2);
	assert_int_equal(ids_count(ids, ENTITY_RACK), 3);
	ids_free(ids);
}

static void
mark(void *arg)
{
	*(int *)arg = 1;
}

static void
an_inventory_is_looked_up_by_text(void **state)
{
	struct inventory *inventory = inventory_new();
	struct place *places = arena_alloc(inventory_arena(inventory),
	    ENTITY_PLACE_N * sizeof(*places));
	const struct place **rows = arena_alloc(inventory_arena(inventory),
	    ENTITY_PLACE_N * sizeof(*rows));
	const struct rack **racks = arena_alloc(inventory_arena(inventory),
	    2 * sizeof(*racks));
	struct rack *rack = arena_alloc(inventory_arena(inventory), sizeof(*rack));
	static const char *const IDS[] = { "henan", "410100", "zz1", "zz1-h1", "zz1-h1-r1" };
	int dropped = 0;

	(void)state;
	for (unsigned i = 0; i < ENTITY_PLACE_N; i++) {
		places[i].kind = (enum entity_kind)i;
		places[i].id = IDS[i];
		rows[i] = &places[i];
		inventory->places[i] = &rows[i];
		inventory->n_places[i] = 1;
	}
	rack->index = 1; /* 0 is a hole */
	rack->id = "zz1-h1-r1-a01";
	racks[1] = rack;
	inventory->racks = racks;
	inventory->n_racks = 2;
	inventory_keep(inventory, &dropped, mark);
	inventory_seal(inventory);
	assert_int_equal(inventory->count_racks, 1);
	assert_ptr_equal(inventory_rack(inventory, "zz1-h1-r1-a01"), rack);
	assert_null(inventory_rack(inventory, "nope"));
	assert_string_equal(inventory_above(inventory, rack, ENTITY_SITE)->id, "zz1");
	assert_string_equal(inventory_above(inventory, rack, ENTITY_PROVINCE)->id, "henan");
	assert_string_equal(inventory_id(inventory,
	    (struct entity_ref){ ENTITY_RACK, 1 }), "zz1-h1-r1-a01");
	assert_null(inventory_id(inventory, (struct entity_ref){ ENTITY_RACK, 0 }));
	assert_null(inventory_id(inventory, (struct entity_ref){ ENTITY_RACK, 9 }));
	(void)inventory_ref(inventory);
	inventory_unref(inventory);
	assert_int_equal(dropped, 0);
	inventory_unref(inventory);
	assert_int_equal(dropped, 1);
}

static void
a_batch_holds_what_a_poll_brought(void **state)
{
	struct col_slot slot = { "power_w", "", "W", "1", 0, 0, 0 };
	struct col_value value = { .number = 5, .quality = COL_GOOD };
	const struct col_layout *layout = layout_intern(&slot, 1, NULL);
	struct batch *batch = batch_new(3, (struct wall){ 60 * NS_PER_S },
	    (struct mono){ 1 });

	(void)state;
	for (int i = 0; i < BATCH_PARTS_MAX; i++) {
		assert_int_equal(batch_add(batch, layout, &value, 7), 0);
	}
	assert_int_equal(batch_add(batch, layout, &value, 7), COL_EFULL);
	assert_true(batch->parts[2].values[0].number == 5);
	assert_int_equal(batch_add_info(batch, "info_model", "AP\n8959"), 0);
	assert_int_equal(batch_add_info(batch, "info_model", "AP8959"), 0);
	assert_string_equal(batch->info->text, "AP8959");
	assert_null(batch->info->next);
	batch_free(batch);
	batch_free(NULL);
	layout_reset();
}

static void
words(void **state)
{
	enum rack_state rack;
	enum entity_kind kind;

	(void)state;
	assert_int_equal(rack_state_find("in_service", &rack), 0);
	assert_int_equal(rack, RACK_IN_SERVICE);
	assert_int_equal(rack_state_find("live", &rack), COL_ENOENT);
	assert_false(rack_is_declared(RACK_PLANNED));
	assert_true(rack_is_declared(RACK_DECOMMISSIONING));
	assert_false(rack_is_declared(RACK_DECOMMISSIONED));
	assert_int_equal(entity_kind_find("hall", &kind), 0);
	assert_string_equal(entity_kind_text(kind), "hall");
	assert_string_equal(err_code(COL_ETIMEOUT), "timeout");
	assert_string_equal(err_text(-999), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_convert),
		cmocka_unit_test(metrics_are_rows_of_a_table),
		cmocka_unit_test(equal_layouts_are_one),
		cmocka_unit_test(ids_survive_and_are_renamed),
		cmocka_unit_test(an_inventory_is_looked_up_by_text),
		cmocka_unit_test(a_batch_holds_what_a_poll_brought),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
