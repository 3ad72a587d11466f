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

#include <math.h>

#include "values.h"
#include "racksim_kit.h"

static struct values_pdu
measure(struct kit *f, uint32_t row, uint32_t n, int feed, int64_t t)
{
	struct province_device device = {
		.role = feed ? PROVINCE_PDU_B : PROVINCE_PDU_A,
		.rack = {row, n},
		.hall = f->province.rows[row].hall,
	};
	struct values_pdu v;

	memset(&v, 0, sizeof(v));
	values_pdu(&f->world, &device, values_time(&f->province, t), &v);
	return v;
}

static void
values_hold_between_steps(void **state)
{
	struct kit *f = *state;
	struct values_pdu a = measure(f, 0, 2, 0, T0);
	struct values_pdu b = measure(f, 0, 2, 0, T0 + 9);
	struct values_pdu c = measure(f, 0, 2, 0, T0 + 10);

	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(a.power_w != c.power_w);
}

static void
feeds_share_the_load(void **state)
{
	struct kit *f = *state;

	for (uint32_t n = 1; n <= 12; n++) {
		struct province_rack rack = {0, n};
		double whole = values_rack_power(&f->world, rack, T0);
		double sum = measure(f, 0, n, 0, T0).power_w +
		    measure(f, 0, n, 1, T0).power_w;

		assert_true(fabs(whole - sum) < 0.001);
	}
}

/* The counter is the integral of the power, to within the quadrature. */
static void
energy_is_the_integral_of_power(void **state)
{
	struct kit *f = *state;

	for (uint32_t n = 1; n <= 10; n++) {
		double wh = 0, last = measure(f, 1, n, 0, T0).energy_wh;
		double from = last;

		for (int64_t t = T0; t < T0 + 7200; t += 10) {
			double now = measure(f, 1, n, 0, t + 10).energy_wh;

			wh += (measure(f, 1, n, 0, t).power_w +
			    measure(f, 1, n, 0, t + 10).power_w) / 2 * 10 / 3600;
			assert_true(now >= last);
			last = now;
		}
		assert_true(fabs(last - from - wh) <= 0.001 + 0.0005 * wh);
	}
}

static void
phases_and_outlets_add_up(void **state)
{
	struct kit *f = *state;
	uint32_t three = 0;

	for (uint32_t row = 0; row < f->province.n_rows; row++) {
		struct values_pdu v = measure(f, row, 1, 0, T0);
		double phases = 0, shares = 0;

		for (int i = 0; i < VALUES_PHASES; i++) {
			phases += v.phase_w[i];
		}
		for (int i = 0; i < VALUES_OUTLETS; i++) {
			shares += v.share[i];
		}
		assert_true(fabs(phases - v.power_w) < 0.001);
		assert_true(fabs(shares - 1) < 1e-9);
		assert_in_range((int)v.volt[0], 200, 240);
		three += v.n_phases == 3;
	}
	assert_in_range(three, 1, f->province.n_rows - 1);
}

static void
a_lost_feed_moves_its_load(void **state)
{
	struct kit *f = *state;
	char line[128], row[PROVINCE_ID_MAX], error[FAULTS_ERROR_MAX];
	double before_a, before_b;
	struct values_pdu a, b;

	province_row_id(&f->province, 0, row);
	before_a = measure(f, 0, 2, 0, T0).energy_wh;
	before_b = measure(f, 0, 2, 1, T0).energy_wh;
	(void)snprintf(line, sizeof(line),
	    "feed_loss row=%s feed=A from=%d to=%d", row, T0, T0 + 3600);
	assert_int_equal(faults_load(&f->faults, &f->province, line, error), 0);
	a = measure(f, 0, 2, 0, T0 + 1800);
	b = measure(f, 0, 2, 1, T0 + 1800);
	assert_true(a.power_w == 0 && a.volt[0] == 0 && a.amp[0] == 0);
	assert_true(fabs(a.energy_wh - before_a) < 0.001);
	assert_true(b.energy_wh > before_b);
	assert_true(b.volt[0] > 200);
	a = measure(f, 0, 2, 0, T0 + 7200);
	assert_true(a.power_w > 0 && a.energy_wh > before_a);
	/* The past does not change. */
	assert_true(measure(f, 0, 2, 0, T0).energy_wh == before_a);
	faults_done(&f->faults);
	f->faults.province = &f->province;
}

static void
one_row_is_hot(void **state)
{
	struct kit *f = *state;
	uint32_t hot = f->province.hot_row;
	double there = measure(f, hot, 1, 0, T0).temperature_c[VALUES_TOP];
	double here = measure(f, hot ? 0 : 1, 1, 0, T0)
	    .temperature_c[VALUES_TOP];

	assert_true(there > 31);
	assert_true(here > 15 && here < 29);
}

static void
a_ups_carries_its_hall(void **state)
{
	struct kit *f = *state;
	struct province_device device = {.role = PROVINCE_UPS_A, .hall = 0};
	const struct province_hall *hall = &f->province.halls[0];
	struct values_ups v;
	double sum = 0;

	for (uint32_t i = 0; i < hall->n_rows; i++) {
		uint32_t row = hall->first_row + i;

		for (uint32_t n = 1; n <= f->province.rows[row].n_racks; n++) {
			sum += measure(f, row, n, 0, T0).power_w;
		}
	}
	values_ups(&f->world, &device, T0, &v);
	assert_true(fabs(v.out_w[0] + v.out_w[1] + v.out_w[2] - sum) < 0.01);
	assert_true(v.in_w[0] > v.out_w[0]);
	assert_true(v.load_pct[0] > 1 && v.load_pct[0] < 100);
}

/* 45 % on each feed looks half empty, and is not: one feed would bear 90 %. */
static void
one_rack_is_tight(void **state)
{
	struct kit *f = *state;
	struct province_rack rack = f->province.parts[PROVINCE_TIGHT];

	assert_true(rack.n > 0);
	assert_int_equal(province_part(&f->province, rack), PROVINCE_TIGHT);
	for (int64_t t = T0; t < T0 + 2 * 86400; t += 3600) {
		for (int feed = 0; feed < 2; feed++) {
			struct values_pdu v = measure(f, rack.row, rack.n, feed,
			    t);

			assert_true(v.amp[0] > 0.43 * v.breaker_a);
			assert_true(v.amp[0] < 0.47 * v.breaker_a);
		}
	}
}

static void
one_rack_loads_its_phases_unevenly(void **state)
{
	struct kit *f = *state;
	struct province_rack rack = f->province.parts[PROVINCE_LOPSIDED];
	struct values_pdu v;

	assert_true(rack.n > 0);
	v = measure(f, rack.row, rack.n, 0, T0);
	assert_true(v.amp[0] > 1.35 * (v.amp[0] + v.amp[1] + v.amp[2]) / 3);
}

/* Close to its limit, yet below it at the mean of the day. */
static void
one_hall_is_nearly_full(void **state)
{
	struct kit *f = *state;
	const struct province_hall *hall =
	    &f->province.halls[f->province.full_hall];
	double rated = values_ups_rated_w(&f->province, f->province.full_hall);
	double design = 0, sum = 0;

	for (uint32_t i = 0; i < hall->n_rows; i++) {
		struct province_rack rack = {.row = hall->first_row + i};

		for (rack.n = 1; !f->province.rows[rack.row].planned &&
		    rack.n <= f->province.rows[rack.row].n_racks; rack.n++) {
			sum += values_mean_power(&f->province, rack);
			design += 800 * values_design_kw(&f->province, rack);
		}
	}
	assert_true(sum > 0.78 * design && sum < design);
	assert_true(rated >= design);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_hold_between_steps),
		cmocka_unit_test(feeds_share_the_load),
		cmocka_unit_test(energy_is_the_integral_of_power),
		cmocka_unit_test(phases_and_outlets_add_up),
		cmocka_unit_test(a_lost_feed_moves_its_load),
		cmocka_unit_test(one_row_is_hot),
		cmocka_unit_test(a_ups_carries_its_hall),
		cmocka_unit_test(one_rack_is_tight),
		cmocka_unit_test(one_rack_loads_its_phases_unevenly),
		cmocka_unit_test(one_hall_is_nearly_full),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
