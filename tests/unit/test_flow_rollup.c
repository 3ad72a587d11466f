/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "flow/derived.h"
#include "flow/reading.h"
#include "flow/rollup.h"
#include "model/metric.h"

#define SLOT ((struct wall){ 1800000000 * NS_PER_S })
#define INTERVAL (60 * NS_PER_S)
#define GOOD (READING_ENDED | READING_GOOD)
#define POWER (GOOD | READING_POWER)
#define NONE (GOOD | READING_NO_POWER)

/* One rack: what its devices read, and what the rack then shows. */
struct row {
	const char *name, *devices;
	struct reading readings[4];
	uint32_t n_power, n_expected;
	double power_w;
	uint32_t n_devices;
	bool any_good, power_whole, voltage_ok;
	uint8_t feed_mask;
};

/* A reading of those figures; what is not said is not known. */
#define R(w, v, hot, f, in) { .power_w = (w), .voltage_v = (v), \
	.temperature_c = (hot), .flags = (f), .inlet_c = (in) }
#define SILENT R(0, 0, 0, 0, 0)
#define PV(w, v) R(w, v, 0, POWER | READING_VOLTAGE, 0)

static const struct row ROWS[] = {
	{ "both feeds", "AB", { PV(300, 220), PV(200, 221) }, 2, 2, 500, 2, true, true, true,
	    3 },
	{ "one feed silent: partial", "AB", { PV(300, 220), SILENT }, 1, 2, 300, 1, true, false,
	    false, 1 },
	{ "one feed failed", "AB", { PV(300, 220), R(0, 0, 0, READING_ENDED, 0) }, 1, 2, 300, 1,
	    true, false, false, 1 },
	{ "all silent is unknown, not 0", "AB", { SILENT }, 0, 2, 0, 0, false, false, false,
	    0 },
	{ "0 W is known", "AB", { PV(0, 220), PV(0, 220) }, 2, 2, 0, 2, true, true, true, 3 },
	{ "good, but power is not", "A", { R(0, 220, 0, GOOD | READING_VOLTAGE, 0) }, 0, 1, 0,
	    1, true, false, true, 0 },
	{ "low voltage", "AB", { PV(300, 220), PV(0, 175) }, 2, 2, 300, 2, true, true, false,
	    3 },
	{ "just enough voltage", "AB", { PV(1, 220), PV(1, 177) }, 2, 2, 2, 2, true, true,
	    true, 3 },
	{ "no voltage known", "A", { R(9, 0, 0, POWER, 0) }, 1, 1, 9, 1, true, true, false, 1 },
	{ "two devices add to a feed", "AA", { PV(10, 220), PV(20, 220) }, 1, 1, 30, 2, true,
	    true, true, 1 },
	{ "a feed needs all its devices", "AA", { PV(10, 220), SILENT }, 0, 1, 0, 1, true,
	    false, true, 0 },
	{ "a sensor on a feed is no power", "AA", { PV(10, 220), R(0, 0, 0, NONE, 0) }, 1, 1, 10,
	    2, true, true, true, 1 },
	{ "only a sensor on the feed", "A", { R(0, 0, 0, NONE, 0) }, 0, 1, 0, 1, true, false,
	    false, 0 },
	{ "devices without a feed", "A-", { PV(10, 220), R(77, 0, 0, POWER, 0) }, 1, 1, 10, 2,
	    true, true, true, 1 },
	{ "no feed at all", "-", { R(77, 0, 0, POWER, 0) }, 0, 0, 0, 1, true, false, false, 0 },
	{ "no device", "", { SILENT }, 0, 0, 0, 0, false, false, false, 0 },
};

static bool
agrees(const struct row *row, const struct rack_slot *slot)
{
	const struct part_sum *sum = &slot->sum;

	return sum->n_power == row->n_power && sum->n_power_expected == row->n_expected &&
	    fabs(sum->power_w - row->power_w) < 1e-9 && sum->n_devices == row->n_devices &&
	    sum->n_devices_expected == strlen(row->devices) &&
	    slot->any_good == row->any_good && slot->power_whole == row->power_whole &&
	    slot->voltage_ok == row->voltage_ok && slot->feed_mask == row->feed_mask;
}

static void
racks_are_summed_from_their_feeds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct fixture_rack rack = { 0, RACK_IN_SERVICE, ROWS[i].devices, 0, 0, 220,
		    32 };
		struct inventory *inventory = fixture_inventory(&rack, 1, 1);
		struct rollup_plan *plan = rollup_plan_new(inventory);
		const struct rollup *rollup;

		rollup = rollup_new(plan, ROWS[i].readings, SLOT, INTERVAL);
		if (!agrees(&ROWS[i], &rollup->racks[0])) {
			fail_msg("%s: %g W of %u/%u feeds", ROWS[i].name,
			    rollup->racks[0].sum.power_w, rollup->racks[0].sum.n_power,
			    rollup->racks[0].sum.n_power_expected);
		}
		rollup_unref(rollup);
		rollup_plan_free(plan);
		inventory_unref(inventory);
	}
}

/* ---- PDUs and BMCs ---------------------------------------------------------------- */

#define T (POWER | READING_TEMPERATURE)
#define BMC(w, hot, in) R(w, 0, hot, T | READING_INLET | READING_PROBE, in)

static const struct source_row {
	const char *name, *devices;
	struct reading readings[4];
	enum power_source source;
	bool known;
	double power_w;
	struct source_sum pdus, bmcs;
	bool whole, voltage_ok;
	double temperature_c;       /* 0: unknown */
	bool inlet_by_bmc;
} SOURCES[] = {
	{ "PDUs win, BMCs stand beside them", "ABii", { PV(300, 220), PV(200, 220),
	    BMC(220, 70, 24), BMC(210, 65, 25) }, POWER_SOURCE_PDU, true, 500,
	    { 500, 2, 2 }, { 430, 2, 2 }, true, true, 25, true },
	{ "a silent PDU is not filled in", "ABi", { PV(300, 220), SILENT,
	    BMC(450, 70, 24) }, POWER_SOURCE_PDU, true, 300, { 300, 1, 2 },
	    { 450, 1, 1 }, false, false, 24, true },
	{ "all PDUs silent: unknown", "ABi", { SILENT, SILENT, BMC(450, 70, 24) },
	    POWER_SOURCE_PDU, false, 0, { 0, 0, 2 }, { 450, 1, 1 }, false, false, 24, true },
	{ "BMCs alone", "ii", { BMC(220, 70, 24), BMC(210, 65, 25) }, POWER_SOURCE_IPMI,
	    true, 430, { 0, 0, 0 }, { 430, 2, 2 }, true, false, 25, true },
	{ "BMCs alone, one silent", "ii", { BMC(220, 70, 24), SILENT }, POWER_SOURCE_IPMI,
	    true, 220, { 0, 0, 0 }, { 220, 1, 2 }, false, false, 24, true },
	{ "a BMC without watts is not waited for", "ii", { BMC(220, 70, 24),
	    R(0, 0, 60, NONE | READING_TEMPERATURE | READING_PROBE, 0) },
	    POWER_SOURCE_IPMI, true, 220, { 0, 0, 0 }, { 220, 1, 1 }, true, false, 24, true },
	{ "only a sensor on the feed: BMCs", "Ai", { R(0, 0, 21, NONE |
	    READING_TEMPERATURE | READING_PROBE, 0), BMC(220, 70, 24) },
	    POWER_SOURCE_IPMI, true, 220, { 0, 0, 0 }, { 220, 1, 1 }, true, false, 21,
	    false },
	{ "a silent probe is not replaced", "-i", { R(0, 0, 0, READING_ENDED |
	    READING_PROBE, 0), BMC(220, 70, 24) }, POWER_SOURCE_IPMI, true, 220,
	    { 0, 0, 0 }, { 220, 1, 1 }, true, false, 0, false },
	{ "no inlet is no temperature", "i", { R(220, 0, 70, T | READING_PROBE, 0) },
	    POWER_SOURCE_IPMI, true, 220, { 0, 0, 0 }, { 220, 1, 1 }, true, false, 0, false },
	{ "nobody says anything", "-", { SILENT }, POWER_SOURCE_NONE, false, 0, { 0, 0, 0 },
	    { 0, 0, 0 }, false, false, 0, false },
};

static bool
same_source(const struct source_sum *a, const struct source_sum *b)
{
	return a->n_known == b->n_known && a->n_expected == b->n_expected &&
	    fabs(a->power_w - b->power_w) < 1e-9;
}

static bool
agrees_source(const struct source_row *row, const struct rack_slot *slot)
{
	const struct part_sum *sum = &slot->sum;

	return slot->source == row->source && (sum->n_power > 0) == row->known &&
	    fabs(sum->power_w - row->power_w) < 1e-9 &&
	    same_source(&slot->by_source[POWER_SOURCE_PDU], &row->pdus) &&
	    same_source(&slot->by_source[POWER_SOURCE_IPMI], &row->bmcs) &&
	    slot->power_whole == row->whole && slot->voltage_ok == row->voltage_ok &&
	    (sum->n_temperature > 0) == (row->temperature_c > 0) &&
	    fabs(sum->temperature_max_c - row->temperature_c) < 1e-6 &&
	    slot->inlet_by_bmc == row->inlet_by_bmc;
}

static void
one_source_makes_the_power(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(SOURCES) / sizeof(SOURCES[0]); i++) {
		struct fixture_rack rack = { 0, RACK_IN_SERVICE, SOURCES[i].devices, 0, 0,
		    220, 32 };
		struct inventory *inventory = fixture_inventory(&rack, 1, 1);
		struct rollup_plan *plan = rollup_plan_new(inventory);
		const struct rollup *rollup = rollup_new(plan, SOURCES[i].readings, SLOT,
		    INTERVAL);

		if (!agrees_source(&SOURCES[i], &rollup->racks[0])) {
			fail_msg("%s: %g W of %u/%u by %d, %g C", SOURCES[i].name,
			    rollup->racks[0].sum.power_w, rollup->racks[0].sum.n_power,
			    rollup->racks[0].sum.n_power_expected,
			    (int)rollup->racks[0].source,
			    rollup->racks[0].sum.temperature_max_c);
		}
		/* nothing is counted twice on the way up */
		assert_true(fabs(rollup->places[ENTITY_PROVINCE][0].power_w -
		    SOURCES[i].power_w) < 1e-9);
		rollup_unref(rollup);
		rollup_plan_free(plan);
		inventory_unref(inventory);
	}
}

/* ---- 30 % of the devices are silent --------------------------------------------- */

#define N_ROWS 4
#define PER_ROW 100

struct truth { uint32_t n, n_expected; double power_w; };

static const struct rollup *
silent_third(const struct inventory *inventory, struct truth truth[N_ROWS + 1])
{
	struct reading *readings = calloc(inventory->n_devices, sizeof(*readings));
	struct rollup_plan *plan = rollup_plan_new(inventory);
	const struct rollup *rollup;

	srand(1);
	for (uint32_t d = 0; d < inventory->n_devices; d++) {
		uint32_t row = inventory->racks[inventory->devices[d]->rack]->row;
		/* Row r loses more than row r - 1; together about 30 %. */
		bool answers = (uint32_t)rand() % 100 >= 15 + 10 * row;

		truth[row].n_expected++;
		truth[N_ROWS].n_expected++;
		if (answers) {
			double power_w = 100 + d;

			readings[d] = (struct reading)R(power_w, 220, 20 + (float)d,
			    POWER | READING_VOLTAGE | READING_TEMPERATURE, 0);
			truth[row].n++;
			truth[row].power_w += power_w;
			truth[N_ROWS].n++;
			truth[N_ROWS].power_w += power_w;
		}
	}
	rollup = rollup_new(plan, readings, SLOT, INTERVAL);
	rollup_plan_free(plan);
	free(readings);
	return rollup;
}

static void
same_truth(const struct part_sum *sum, const struct truth *truth)
{
	assert_int_equal(sum->n_devices, truth->n);
	assert_int_equal(sum->n_devices_expected, truth->n_expected);
	assert_int_equal(sum->n_power, truth->n);
	assert_int_equal(sum->n_power_expected, truth->n_expected);
	assert_true(fabs(sum->power_w - truth->power_w) < 1e-6);
}

static void
each_place_has_the_coverage_of_its_own(void **state)
{
	struct fixture_rack racks[N_ROWS * PER_ROW];
	struct truth truth[N_ROWS + 1] = { { 0 } };
	struct inventory *inventory;
	const struct rollup *rollup;

	(void)state;
	for (uint32_t r = 0; r < N_ROWS * PER_ROW; r++) {
		racks[r] = (struct fixture_rack){ r / PER_ROW, RACK_IN_SERVICE, "AB", 0, 0, 220,
		    32 };
	}
	inventory = fixture_inventory(racks, N_ROWS * PER_ROW, N_ROWS);
	rollup = silent_third(inventory, truth);
	for (int k = ENTITY_ROW; k >= ENTITY_AREA; k--) {
		for (uint32_t i = 0; i < N_ROWS; i++) {
			same_truth(&rollup->places[k][i], &truth[i]);
			assert_true(truth[i].n < truth[i].n_expected);
		}
	}
	same_truth(&rollup->places[ENTITY_PROVINCE][0], &truth[N_ROWS]);
	rollup_unref(rollup);
	inventory_unref(inventory);
}

/* ---- what the archive gets ------------------------------------------------------- */

struct seen {
	uint32_t n;
	enum entity_kind kinds[32];
	uint32_t indexes[32];
	struct sample power[32], temperature[32], known[32], expected[32];
	bool ended[32];
};

static void
note(void *arg, const struct record *record)
{
	struct seen *seen = arg;
	uint32_t n = seen->n++;

	seen->kinds[n] = record->entity.kind;
	seen->indexes[n] = record->entity.index;
	seen->ended[n] = record->ended;
	seen->power[n] = record->samples[0];
	seen->temperature[n] = record->samples[1];
	assert_int_equal(record->layout->slots[0].metric, METRIC_POWER_W);
	assert_int_equal(record->layout->slots[1].metric, METRIC_TEMPERATURE_C);
	assert_true(record->layout->slots[0].archived);
	if (record->layout->n_slots > 2) {
		assert_int_equal(record->layout->slots[2].metric, METRIC_KNOWN);
		seen->known[n] = record->samples[2];
		seen->expected[n] = record->samples[3];
	}
}

static void
a_partial_rack_is_archived_as_unknown(void **state)
{
	static const struct fixture_rack racks[] = {
		{ 0, RACK_IN_SERVICE, "AB", 0, 0, 0, 0 },
		{ 0, RACK_IN_SERVICE, "AB", 0, 0, 0, 0 }, { 0, RACK_PLANNED, "", 0, 0, 0, 0 },
	};
	struct reading readings[4] = { PV(100, 220), PV(200, 220), PV(50, 220), SILENT };
	struct inventory *inventory = fixture_inventory(racks, 3, 1);
	struct rollup_plan *plan = rollup_plan_new(inventory);
	struct seen seen = { 0 };
	struct record_sink sink = { note, &seen };
	const struct rollup *rollup;
	struct derived derived;
	struct col_error error;

	(void)state;
	readings[1].flags |= READING_TEMPERATURE;
	readings[1].temperature_c = 31;
	assert_int_equal(derived_init(&derived, &error), 0);
	rollup = rollup_new(plan, readings, SLOT, INTERVAL);
	derived_send(&derived, rollup, &sink, 1);
	assert_int_equal(seen.n, 2 + 5);
	assert_int_equal(seen.power[0].quality, COL_GOOD);
	assert_true(fabs(seen.power[0].number - 300) < 1e-9);
	assert_int_equal(seen.temperature[0].quality, COL_GOOD);
	assert_int_equal(seen.power[1].quality, COL_UNAVAILABLE);
	assert_int_equal(seen.temperature[1].quality, COL_UNAVAILABLE);
	for (uint32_t i = 2; i < seen.n; i++) {
		assert_int_equal(seen.power[i].quality, COL_GOOD);
		assert_true(fabs(seen.power[i].number - 350) < 1e-9);
		assert_true(fabs(seen.known[i].number - 3) < 1e-9);
		assert_true(fabs(seen.expected[i].number - 4) < 1e-9);
		assert_true(fabs(seen.temperature[i].number - 31) < 1e-9);
		assert_int_equal(seen.ended[i], i == seen.n - 1);
	}
	assert_int_equal(seen.kinds[seen.n - 1], ENTITY_PROVINCE);
	rollup_unref(rollup);
	rollup_plan_free(plan);
	inventory_unref(inventory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(racks_are_summed_from_their_feeds),
		cmocka_unit_test(one_source_makes_the_power),
		cmocka_unit_test(each_place_has_the_coverage_of_its_own),
		cmocka_unit_test(a_partial_rack_is_archived_as_unknown),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	layout_reset();
	return failed;
}
