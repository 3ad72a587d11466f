/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "capacity/forecast.h"

static void
formula_by_hand(void **state)
{
	/* m = 100, s2 = 800/7 (ten and minus ten around it), L = 1000 */
	static const double X[8] = { 90, 110, 90, 110, 90, 110, 90, 110 };
	struct forecast forecast = forecast_make(X, 8, 1000);
	double s2 = 800.0 / 7.0;
	double spread = 1.2816 * sqrt(1000 * s2 / 1e6 + 1e6 * s2 / (8 * 1e8));

	(void)state;
	assert_int_equal(forecast.reason, FORECAST_OK);
	assert_int_equal(forecast.k, 8);
	assert_true(fabs(forecast.weeks - 10) < 1e-9);
	assert_true(fabs(forecast.early - (10 - spread)) < 1e-9);
	assert_true(fabs(forecast.late - (10 + spread)) < 1e-9);
}

/* The band is the interval seen from the other side. */
static void
band_by_hand(void **state)
{
	static const double X[8] = { 90, 110, 90, 110, 90, 110, 90, 110 };
	struct forecast forecast = forecast_make(X, 8, 1000);
	double s2 = 800.0 / 7.0, spread = 1.2816 * sqrt(s2 * 4 + s2 * 16 / 8);
	struct forecast_band band = forecast_band(&forecast, 500, 0);

	(void)state;
	assert_true(fabs(forecast.mean - 100) < 1e-9);
	assert_true(fabs(forecast.sd - sqrt(s2)) < 1e-9);
	assert_true(fabs(band.low - 500) < 1e-9 && fabs(band.high - 500) < 1e-9);
	band = forecast_band(&forecast, 500, 4);
	assert_true(fabs(band.mid - 900) < 1e-9);
	assert_true(fabs(band.low - (900 - spread)) < 1e-9);
	assert_true(fabs(band.high - (900 + spread)) < 1e-9);
	/* on the day of the date as many weeks wide as its interval */
	band = forecast_band(&forecast, 500, forecast.weeks);
	assert_true(fabs((band.high - band.mid) / forecast.mean -
	    (forecast.late - forecast.weeks)) < 1e-9);
	/* fewer than none there never are */
	assert_true(forecast_band(&forecast, -10, 0).low < 1e-9);
}

static void
slope_by_hand(void **state)
{
	/* ten a week, and one leap: the median does not see it, the mean does */
	static const double N[9] = { 0, 10, 20, 30, 40, 50, 60, 70, 580 };
	double slope = 0;

	(void)state;
	assert_true(forecast_slope(N, 9, &slope));
	assert_true(fabs(slope - 10) < 1e-9);
	assert_false(forecast_slope(N, 8, &slope));
}

static void
what_cannot_be_forecast_says_why(void **state)
{
	static const double FLAT[9] = { 0 };
	static const double DOWN[8] = { -1, -1, 1, 1, -1, -1, -1, -1 };
	static const double UP[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	static const double WILD[8] = { 500, -480, 500, -480, 500, -480, 500, -480 };

	(void)state;
	assert_int_equal(forecast_make(UP, 7, 10).reason, FORECAST_NOT_ENOUGH);
	assert_int_equal(forecast_make(FLAT, 9, 10).reason, FORECAST_NOT_AT_RATE);
	assert_int_equal(forecast_make(DOWN, 8, 10).reason, FORECAST_NOT_AT_RATE);
	assert_int_equal(forecast_make(UP, 8, 0).reason, FORECAST_REACHED);
	assert_int_equal(forecast_make(UP, 8, 1e9).reason, FORECAST_NOT_AT_RATE);
	assert_int_equal(forecast_make(UP, 8, 8).reason, FORECAST_OK);
	/* The early end is cut at now. */
	assert_true(forecast_make(WILD, 8, 10).early < 1e-9);
	assert_true(forecast_make(WILD, 8, 10).late > 1);
}

/* A generator of our own: the same simulation on every machine. */
static double
uniform(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double)(*seed >> 11) / 9007199254740992.0;
}

/* Racks that stand after one more week: batches of 20..150 come at random. */
static double
week(uint64_t *seed)
{
	double racks = 0.0;

	for (int day = 0; day < 7; day++) {
		if (uniform(seed) < 0.3) {
			racks += 20.0 + floor(uniform(seed) * 131.0);
		}
	}
	return racks;
}

#define RUNS 4000
#define K 26

/* The weeks until the threshold is passed, as it then really comes. */
static double
passage(uint64_t *seed, double left)
{
	double sum = 0.0;
	int weeks = 0;

	while (sum < left) {
		sum += week(seed);
		weeks++;
	}
	return weeks;
}

static void
four_of_five_dates_lie_in_the_interval(void **state)
{
	uint64_t seed = 2026;
	int n_inside = 0;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		double x[K], left = 3000.0 + uniform(&seed) * 9000.0, truth;
		struct forecast forecast;

		for (int i = 0; i < K; i++) {
			x[i] = week(&seed);
		}
		forecast = forecast_make(x, K, left);
		assert_int_equal(forecast.reason, FORECAST_OK);
		truth = passage(&seed, left);
		n_inside += truth >= floor(forecast.early) && truth <= ceil(forecast.late);
	}
	print_message("# inside the 80 %% interval: %.1f %%\n", 100.0 * n_inside / RUNS);
	assert_in_range(n_inside, RUNS * 75 / 100, RUNS * 88 / 100);
}

/*
 * 2,000 build-ups that differ in all that build-ups differ in: how often
 * something comes, how much at a time, how far the target is.
 */
static void
whatever_the_build_up_is_like(void **state)
{
	uint64_t seed = 90001;
	int n_runs = 0, n_inside = 0;

	(void)state;
	while (n_runs < 2000) {
		double chance = 0.15 + 0.6 * uniform(&seed);
		double largest = 50.0 + uniform(&seed) * 200.0;
		double x[K], mean = 0.0, left, truth = 0.0, sum = 0.0;
		struct forecast forecast;

		for (int i = 0; i < K; i++) {
			x[i] = 0.0;
			for (int day = 0; day < 7; day++) {
				x[i] += uniform(&seed) < chance ?
				    20.0 + floor(uniform(&seed) * largest) : 0.0;
			}
			mean += x[i] / K;
		}
		left = mean * (8.0 + 60.0 * uniform(&seed));
		forecast = forecast_make(x, K, left);
		assert_int_equal(forecast.reason, FORECAST_OK);
		for (; sum < left; truth++) {
			for (int day = 0; day < 7; day++) {
				sum += uniform(&seed) < chance ?
				    20.0 + floor(uniform(&seed) * largest) : 0.0;
			}
		}
		n_runs++;
		n_inside += truth >= floor(forecast.early) &&
		    truth <= ceil(forecast.late);
	}
	print_message("# inside the 80 %% interval: %.1f %%\n", n_inside / 20.0);
	assert_in_range(n_inside, 1500, 1800);
}

/*
 * The fan of /capacity/forecast: where the count is 4, 13, 26 and 52 weeks from
 * now, for 2,000 build-ups of every kind.
 */
static void
four_of_five_counts_lie_in_the_fan(void **state)
{
	static const int WEEKS[] = { 4, 13, 26, 52 };
	uint64_t seed = 350000;
	int n_inside[4] = { 0 };

	(void)state;
	for (int run = 0; run < 2000; run++) {
		double chance = 0.15 + 0.6 * uniform(&seed);
		double largest = 50.0 + uniform(&seed) * 200.0;
		double x[K], count = 10000.0;
		struct forecast forecast;
		int at = 0;

		for (int i = -K; i <= WEEKS[3]; i++) {
			double racks = 0.0;

			for (int day = 0; day < 7; day++) {
				racks += uniform(&seed) < chance ?
				    20.0 + floor(uniform(&seed) * largest) : 0.0;
			}
			if (i < 0) {
				x[i + K] = racks;
				continue;
			}
			if (i == 0) {
				forecast = forecast_make(x, K, 1e6);
				continue;
			}
			count += racks;
			if (i == WEEKS[at]) {
				struct forecast_band band = forecast_band(&forecast,
				    10000.0, i);

				n_inside[at] += count >= band.low && count <= band.high;
				at++;
			}
		}
	}
	for (int at = 0; at < 4; at++) {
		print_message("# inside the fan after %d weeks: %.1f %%\n", WEEKS[at],
		    n_inside[at] / 20.0);
		assert_in_range(n_inside[at], 1500, 1800);
	}
}

static void
a_hall_runs_out_of_power(void **state)
{
	double weeks[20], flat[20];
	struct forecast forecast;

	(void)state;
	for (int i = 0; i < 20; i++) {
		weeks[i] = 500e3 + 2e3 * i;
		flat[i] = 500e3;
	}
	/* 0.8 x 800 kW - 538 kW at 2 kW a week */
	forecast = forecast_exhaustion(weeks, 20, 800e3);
	assert_int_equal(forecast.reason, FORECAST_OK);
	assert_int_equal(forecast.k, 19);
	assert_true(fabs(forecast.weeks - 51) < 1e-9);
	assert_int_equal(forecast_exhaustion(weeks, 20, 600e3).reason, FORECAST_REACHED);
	assert_int_equal(forecast_exhaustion(weeks, 8, 800e3).reason,
	    FORECAST_NOT_ENOUGH);
	assert_int_equal(forecast_exhaustion(flat, 20, 800e3).reason,
	    FORECAST_NOT_AT_RATE);
	assert_int_equal(forecast_exhaustion(flat, 0, 800e3).reason,
	    FORECAST_NOT_ENOUGH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formula_by_hand),
		cmocka_unit_test(band_by_hand), cmocka_unit_test(slope_by_hand),
		cmocka_unit_test(what_cannot_be_forecast_says_why),
		cmocka_unit_test(four_of_five_dates_lie_in_the_interval),
		cmocka_unit_test(whatever_the_build_up_is_like),
		cmocka_unit_test(four_of_five_counts_lie_in_the_fan),
		cmocka_unit_test(a_hall_runs_out_of_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
