/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energies computed by hand; rows of an hour. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/account.h"

#define HOUR INT64_C(3600)
#define T0 (INT64_C(500000) * HOUR)
#define N_MAX 100

struct made { struct strip strip; double average[N_MAX], max[N_MAX]; float share[N_MAX]; };

/* Rows of an hour; NAN: unknown. */
static struct strip *
strip(struct made *made, const double *values, uint32_t n)
{
	memset(made, 0, sizeof(*made));
	made->strip = (struct strip){ .t0_s = T0, .step_s = HOUR, .basis_s = HOUR, .n = n,
	    .average = made->average, .max = made->max, .share = made->share };
	for (uint32_t i = 0; i < n; i++) {
		if (!isnan(values[i])) {
			made->average[i] = made->max[i] = values[i];
			made->share[i] = 1;
		}
	}
	return &made->strip;
}

static struct account
account(const double *power, const double *meter, uint32_t n, int64_t from_h, int64_t to_h)
{
	static struct made made[2];
	struct account_input input = { .power = NULL };

	if (power != NULL) {
		input.power = strip(&made[0], power, n);
	}
	if (meter != NULL) {
		input.meters[0] = strip(&made[1], meter, n);
		input.n_meters = 1;
	}
	return account_make(&input, T0 + from_h * HOUR, T0 + to_h * HOUR);
}

static void
expect(struct account found, double energy_wh, double known_h, double metered_h)
{
	assert_float_equal(found.energy_wh, energy_wh, 1e-6);
	assert_float_equal(found.known_s, known_h * HOUR, 1e-3);
	assert_float_equal(found.metered_s, metered_h * HOUR, 1e-3);
}

/* 1,000 + 2,000 + 3,000 W for an hour each; an hour is unknown and stays so. */
static void
integral_of_power(void **state)
{
	const double power[] = { 9000, 1000, 2000, NAN, 3000, 9000 };

	(void)state;
	struct account found = account(power, NULL, 6, 1, 5);

	expect(found, 6000, 3, 0);
	assert_true(found.has_peak);
	assert_float_equal(found.peak_w, 3000, 1e-9);
	/* half an hour of the first and of the last */
	struct made made;
	struct account_input input = { .power = strip(&made, power, 6) };

	expect(account_make(&input, T0 + HOUR + HOUR / 2, T0 + 4 * HOUR + HOUR / 2),
	    500 + 2000 + 1500, 2, 0);
}

/*
 * Power says 2,000 W, the meter 2,100 Wh an hour: the meter counts, from the
 * middle of one row to that of another, clipped to the span at both ends.
 */
static void
meter_counts(void **state)
{
	double power[12], meter[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		power[i] = 2000;
		meter[i] = 50000 + 2100 * i;
	}
	expect(account(power, meter, 12, 1, 11), 21000, 10, 10);
	/* the last half hour has no reading behind it: power */
	expect(account(power, meter, 12, 1, 12), 2100 * 10.5 + 1000, 11, 10.5);
	/* alone it counts as well */
	expect(account(NULL, meter, 12, 1, 11), 21000, 10, 10);
}

/* While nobody asked for three hours the meter went on. */
static void
meter_bridges_a_gap(void **state)
{
	double power[12], meter[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		power[i] = i >= 4 && i < 7 ? NAN : 2000;
		meter[i] = i >= 4 && i < 7 ? NAN : 50000 + 2000 * i;
	}
	expect(account(power, meter, 12, 1, 11), 20000, 10, 10);
	/* without it the three hours are not known */
	expect(account(power, NULL, 12, 1, 11), 14000, 7, 0);
}

/*
 * Reset half-way through hour 5: its row is the mean of the old reading and the
 * new one.  Rows 4 to 6 are bridged by power: two hours.
 */
static void
reset_is_bridged_by_power(void **state)
{
	double power[12], meter[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		power[i] = 2000;
		meter[i] = i < 5 ? 50000 + 2100 * i : i == 5 ? 30000 : 2100 * (i - 5);
	}
	expect(account(power, meter, 12, 1, 11), 2100 * 8 + 2000 * 2, 10, 8);
}

/* A meter that goes round at 100,000 Wh: the same, and nothing is lost. */
static void
wrap_is_bridged_by_power(void **state)
{
	double power[12], meter[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		power[i] = 2000;
		meter[i] = fmod(92000 + 2000 * i, 100000);
	}
	expect(account(power, meter, 12, 1, 11), 20000, 10, 9);
	/* power is not known there either: the hour is not known */
	power[3] = power[4] = NAN;
	expect(account(power, meter, 12, 1, 11), 18000, 9, 9);
}

/* Another meter in the same role, 1.2 GWh ahead: no bill of 1.2 GWh. */
static void
another_meter_is_no_energy(void **state)
{
	double power[12], meter[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		power[i] = 2000;
		meter[i] = 2000 * i + (i < 6 ? 0 : 1.2e9);
	}
	expect(account(power, meter, 12, 1, 11), 20000, 10, 9);
	/* nor when it was changed while nobody asked: the gap is not known */
	power[5] = power[6] = power[7] = NAN;
	meter[5] = meter[6] = meter[7] = NAN;
	expect(account(power, meter, 12, 1, 11), 2000 * 7, 7, 6);
}

/* 300 W are within a kilowatt-hour of nothing for an hour, but not for days. */
static void
meter_that_stands_still_is_not_believed(void **state)
{
	double power[N_MAX], meter[N_MAX];

	(void)state;
	for (int i = 0; i < N_MAX; i++) {
		power[i] = 300;
		meter[i] = 77000;
	}
	expect(account(power, meter, N_MAX, 1, 99), 300 * 98, 98, 0);
}

/* A register of whole kilowatt-hours is believed all the same. */
static void
coarse_register_counts(void **state)
{
	double power[N_MAX], meter[N_MAX];

	(void)state;
	for (int i = 0; i < N_MAX; i++) {
		power[i] = 250;
		meter[i] = 1000 * floor(250.0 * i / 1000);
	}
	/* from the middle of row 3 (0) and 4 (1,000) to that of 95 and 96 */
	expect(account(power, meter, N_MAX, 4, 96), 23000, 92, 92);
}

/* Both feeds' meters, or none: one that is missing makes it power. */
static void
all_meters_or_none(void **state)
{
	double power[12], a[12], b[12];
	struct made made[3];

	(void)state;
	for (int i = 0; i < 12; i++) {
		power[i] = 3000;
		a[i] = 1000 + 1000 * i;
		b[i] = i == 6 ? NAN : 9000 + 2100 * i;
	}
	struct account_input input = { .power = strip(&made[0], power, 12), .n_meters = 2,
	    .meters = { strip(&made[1], a, 12), strip(&made[2], b, 12) } };

	expect(account_make(&input, T0 + HOUR, T0 + 11 * HOUR), 31000, 10, 10);
	input.meters[1] = NULL;
	expect(account_make(&input, T0 + HOUR, T0 + 11 * HOUR), 30000, 10, 0);
}

static void
months_of_a_zone(void **state)
{
	char text[ACCOUNT_MONTH_SIZE];
	int32_t month;

	(void)state;
	assert_int_equal(account_month_parse("2026-11", &month), 0);
	assert_int_equal(month, 2026 * 12 + 10);
	account_month_text(month, text);
	assert_string_equal(text, "2026-11");
	/* midnight in Shanghai is 16:00 UTC of the day before */
	assert_int_equal(account_month_start("Asia/Shanghai", month), 1793462400);
	assert_int_equal(account_month("Asia/Shanghai", (struct wall){
	    1793462400 * NS_PER_S }), month);
	assert_int_equal(account_month("Asia/Shanghai", (struct wall){
	    1793462399 * NS_PER_S }), month - 1);
	assert_int_equal(account_month("UTC", (struct wall){
	    1793462400 * NS_PER_S }), month - 1);
	assert_int_equal(account_month_parse("2026-13", &month), COL_EINVAL);
	assert_int_equal(account_month_parse("2026-1", &month), COL_EINVAL);
	assert_int_equal(account_month_parse("26-11-01", &month), COL_EINVAL);
	assert_int_equal(account_month_parse("", &month), COL_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integral_of_power),
		cmocka_unit_test(meter_counts),
		cmocka_unit_test(meter_bridges_a_gap),
		cmocka_unit_test(reset_is_bridged_by_power),
		cmocka_unit_test(wrap_is_bridged_by_power),
		cmocka_unit_test(another_meter_is_no_energy),
		cmocka_unit_test(meter_that_stands_still_is_not_believed),
		cmocka_unit_test(coarse_register_counts),
		cmocka_unit_test(all_meters_or_none),
		cmocka_unit_test(months_of_a_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
