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

#include "kind.h"
#include "racksim_kit.h"

static void
tables_are_sorted(void **state)
{
	struct kit *f = *state;

	for (int model = 0; model < KIND_MODEL_N; model++) {
		const struct mib *mib = &f->kinds.mibs[model];

		assert_true(mib->n_entries > 50);
		for (size_t i = 1; i < mib->n_entries; i++) {
			const struct mib_entry *a = &mib->entries[i - 1];
			const struct mib_entry *b = &mib->entries[i];

			assert_true(ber_oid_compare(mib->arcs + a->arcs_at,
			    a->n_arcs, mib->arcs + b->arcs_at, b->n_arcs) < 0);
		}
	}
}

/* Makes a subject of the first device of a model. */
static int
find_model(struct kit *f, enum kind_model model,
    struct kind_subject *ret_subject)
{
	struct province_device device;
	uint32_t end = (uint32_t)(f->province.n_rows *
	    PROVINCE_BLOCKS_PER_ROW + f->province.n_halls) * 256;

	for (uint32_t i = 0; i < end; i++) {
		if (province_at(&f->province, f->province.base + i,
		    &device) != 0 || (device.role <= PROVINCE_PDU_B &&
		    province_state(&f->province, device.rack) !=
		    PROVINCE_IN_SERVICE)) {
			continue;
		}
		kind_subject_init(ret_subject, &f->world, &device, T0);
		if (ret_subject->model == model) {
			return 0;
		}
	}
	return -1;
}

/* Every cell can be read, fits its type, and reads the same again. */
static void
all_cells_can_be_read(void **state)
{
	struct kit *f = *state;

	for (int model = 0; model < KIND_MODEL_N; model++) {
		const struct mib *mib = &f->kinds.mibs[model];
		struct kind_subject subject;

		assert_int_equal(find_model(f, (enum kind_model)model,
		    &subject), 0);
		for (size_t i = 0; i < mib->n_entries; i++) {
			const struct mib_entry *entry = &mib->entries[i];
			struct cell cell = {.tag = entry->tag};
			struct cell again = {.tag = entry->tag};

			kind_cell(&subject, entry, &cell);
			subject.measured = false;
			kind_cell(&subject, entry, &again);
			assert_int_equal(cell.number, again.number);
			assert_int_equal(cell.len, again.len);
			switch (entry->tag) {
			case BER_INTEGER:
				assert_true(cell.number >= -1 &&
				    cell.number <= INT32_MAX);
				break;
			case BER_GAUGE32:
			case BER_COUNTER32:
			case BER_TIMETICKS:
				assert_true(cell.number >= 0 &&
				    cell.number <= UINT32_MAX);
				break;
			default:
				assert_true(cell.bytes != NULL);
				break;
			}
		}
	}
}

/* The cell of a dotted OID. */
static int64_t
read_cell(struct kit *f, struct kind_subject *subject, const char *oid)
{
	const struct mib *mib = &f->kinds.mibs[subject->model];
	uint32_t arcs[BER_OID_MAX];
	uint8_t name[BER_OID_MAX * 5];
	const struct mib_entry *entry;
	struct cell cell = {0};
	size_t n, len;

	assert_int_equal(mib_parse(oid, arcs, &n), 0);
	assert_int_equal(ber_oid_encode(arcs, n, name, sizeof(name), &len), 0);
	entry = mib_find(mib, (struct ber_in){name, name + len});
	assert_non_null(entry);
	cell.tag = entry->tag;
	kind_cell(subject, entry, &cell);
	return cell.number;
}

/* What an operator would compute from the wire by the vendor's MIB. */
static void
truth_is_the_scaled_cell(void **state)
{
	static const struct {
		enum kind_model model;
		const char *metric, *instance, *oid;
		double scale;
	} cases[] = {
		{KIND_APC_1PH, "power_w", "-",
		    "1.3.6.1.4.1.318.1.1.26.4.3.1.5.1", 10},
		{KIND_APC_1PH, "energy_wh", "-",
		    "1.3.6.1.4.1.318.1.1.26.4.3.1.9.1", 100},
		{KIND_APC_1PH, "current_a", "L1",
		    "1.3.6.1.4.1.318.1.1.26.6.3.1.5.1", 0.1},
		{KIND_APC_1PH, "power_w", "1",
		    "1.3.6.1.4.1.318.1.1.26.9.4.3.1.7.1", 1},
		{KIND_APC_3PH, "voltage_v", "L3",
		    "1.3.6.1.4.1.318.1.1.26.6.3.1.6.3", 1},
		{KIND_APC_3PH, "current_a", "bank6",
		    "1.3.6.1.4.1.318.1.1.26.8.3.1.5.6", 0.1},
		{KIND_APC_1PH, "temperature_c", "top",
		    "1.3.6.1.4.1.318.1.1.26.10.2.2.1.8.1", 0.1},
		{KIND_RARITAN_1PH, "current_a", "L1",
		    "1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.1", 0.001},
		{KIND_RARITAN_1PH_A, "temperature_c", "top",
		    "1.3.6.1.4.1.13742.6.5.5.3.1.4.1.1", 0.1},
		{KIND_RARITAN_1PH_A, "temperature_c", "bottom",
		    "1.3.6.1.4.1.13742.6.5.5.3.1.4.1.3", 0.1},
		{KIND_RARITAN_1PH_A, "humidity_pct", "top",
		    "1.3.6.1.4.1.13742.6.5.5.3.1.4.1.4", 1},
		{KIND_RARITAN_1PH_B, "temperature_c", "exhaust",
		    "1.3.6.1.4.1.13742.6.5.5.3.1.4.1.1", 0.1},
		{KIND_RARITAN_1PH_B, "temperature_c", "probe 1 exhaust",
		    "1.3.6.1.4.1.13742.6.5.5.3.1.4.1.1", 0.1},
		{KIND_RARITAN_3PH, "current_a", "L2",
		    "1.3.6.1.4.1.13742.6.5.2.4.1.4.1.1.2.1", 0.001},
		{KIND_RARITAN_3PH, "voltage_v", "L3",
		    "1.3.6.1.4.1.13742.6.5.2.4.1.4.1.1.3.25", 1},
		{KIND_RARITAN_3PH, "voltage_v", "L3-L1",
		    "1.3.6.1.4.1.13742.6.5.2.4.1.4.1.1.3.4", 1},
		{KIND_RARITAN_3PH, "power_factor", "-",
		    "1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.7", 0.01},
		{KIND_RARITAN_3PH, "energy_wh", "12",
		    "1.3.6.1.4.1.13742.6.5.4.3.1.4.1.12.8", 1},
		{KIND_UPS, "power_w", "L1", "1.3.6.1.2.1.33.1.4.4.1.4.1", 1},
		{KIND_UPS, "power_w", "in-L2", "1.3.6.1.2.1.33.1.3.3.1.5.2", 1},
		{KIND_UPS, "voltage_v", "battery",
		    "1.3.6.1.2.1.33.1.2.5.0", 0.1},
		{KIND_UPS, "runtime_s", "-", "1.3.6.1.2.1.33.1.2.3.0", 60},
	};
	struct kit *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kind_subject subject;
		double truth, wire;

		assert_int_equal(find_model(f, cases[i].model, &subject), 0);
		assert_int_equal(kind_truth(&subject, cases[i].metric,
		    cases[i].instance, &truth), 0);
		wire = (double)read_cell(f, &subject, cases[i].oid) *
		    cases[i].scale;
		assert_true(truth > 0);
		assert_true(truth - wire < 1e-6 && wire - truth < 1e-6);
	}
}

static void
what_is_not_there_has_no_truth(void **state)
{
	static const struct {
		enum kind_model model;
		const char *metric, *instance;
	} cases[] = {
		{KIND_APC_1PH, "power_w", "L2"},
		{KIND_APC_1PH, "fan_rpm", "-"},
		{KIND_APC_3PH, "power_w", "1"},
		{KIND_APC_1PH, "temperature_c", "bottom"},
		{KIND_RARITAN_1PH, "temperature_c", "top"},
		{KIND_RARITAN_1PH, "current_a", "L2"},
		{KIND_RARITAN_3PH, "power_w", "25"},
		{KIND_RARITAN_3PH, "power_w", "L1-L2"},
		{KIND_RARITAN_3PH, "voltage_v", "L1-L3"},
		{KIND_UPS, "voltage_v", "L1-L2"},
		{KIND_UPS, "energy_wh", "-"},
		{KIND_UPS, "power_w", "L4"},
	};
	struct kit *f = *state;
	struct kind_subject subject;
	double truth;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(find_model(f, cases[i].model, &subject), 0);
		assert_int_equal(kind_truth(&subject, cases[i].metric,
		    cases[i].instance, &truth), -1);
	}
}

/* An ordered wrap: high before, small after, and the difference is right. */
static void
counters_wrap_on_order(void **state)
{
	struct kit *f = *state;
	struct kind_subject subject;
	char line[160], id[PROVINCE_ID_MAX], error[FAULTS_ERROR_MAX];
	double before, after, plain_before, plain_after;

	assert_int_equal(find_model(f, KIND_RARITAN_1PH, &subject), 0);
	assert_int_equal(kind_truth(&subject, "energy_wh", "-",
	    &plain_before), 0);
	kind_subject_init(&subject, &f->world, &subject.device, T0 + 7200);
	assert_int_equal(kind_truth(&subject, "energy_wh", "-",
	    &plain_after), 0);
	province_device_id(&f->province, &subject.device, id);
	(void)snprintf(line, sizeof(line), "wrap device=%s at=%d", id,
	    T0 + 3600);
	assert_int_equal(faults_load(&f->faults, &f->province, line, error), 0);
	kind_subject_init(&subject, &f->world, &subject.device, T0);
	assert_int_equal(kind_truth(&subject, "energy_wh", "-", &before), 0);
	kind_subject_init(&subject, &f->world, &subject.device, T0 + 7200);
	assert_int_equal(kind_truth(&subject, "energy_wh", "-", &after), 0);
	assert_true(before > 4294900000.0 && after < 10000);
	assert_true(after + 4294967296.0 - before ==
	    plain_after - plain_before);
	faults_done(&f->faults);
	f->faults.province = &f->province;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sorted),
		cmocka_unit_test(all_cells_can_be_read),
		cmocka_unit_test(truth_is_the_scaled_cell),
		cmocka_unit_test(what_is_not_there_has_no_truth),
		cmocka_unit_test(counters_wrap_on_order),
	};

	return cmocka_run_group_tests(tests, kit_setup_large, kit_teardown);
}
