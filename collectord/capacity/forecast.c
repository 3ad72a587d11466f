/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "capacity/electric.h"

/* Two-sided 80 %: 10 % of a normal distribution lie beyond it on each side. */
#define Z80 1.2816
/* Nobody plans for a millennium; day numbers must stay in their type. */
#define WEEKS_MAX 52178.0

static void
moments(const double *increments, uint32_t n, struct forecast *forecast)
{
	double variance = 0.0;

	if (n < 2) {
		return;
	}
	/* summed first: of whole racks that is exact, and so is a date on the day */
	for (uint32_t i = 0; i < n; i++) {
		forecast->mean += increments[i];
	}
	forecast->mean /= n;
	for (uint32_t i = 0; i < n; i++) {
		double off = increments[i] - forecast->mean;

		variance += off * off / (n - 1);
	}
	forecast->sd = sqrt(variance);
}

struct forecast
forecast_make(const double *increments, uint32_t n, double left)
{
	struct forecast forecast = { .k = n };
	double mean, variance, spread;

	moments(increments, n, &forecast);
	mean = forecast.mean;
	variance = forecast.sd * forecast.sd;
	if (left <= 0.0) {
		forecast.reason = FORECAST_REACHED;
		return forecast;
	}
	if (n < FORECAST_WEEKS_MIN) {
		forecast.reason = FORECAST_NOT_ENOUGH;
		return forecast;
	}
	if (!(mean > 0.0) || left / mean > WEEKS_MAX) {
		forecast.reason = FORECAST_NOT_AT_RATE;
		return forecast;
	}
	/* Source: domain.md 2.4: noise on the way, and of the drift itself. */
	spread = Z80 * sqrt(left * variance / pow(mean, 3.0) +
	    left * left * variance / (n * pow(mean, 4.0)));
	forecast.weeks = left / mean;
	forecast.early = fmax(0.0, forecast.weeks - spread);
	forecast.late = forecast.weeks + spread;
	return forecast;
}

struct forecast_band
forecast_band(const struct forecast *forecast, double now, double h)
{
	double mid = now + forecast->mean * h;
	double spread = Z80 * forecast->sd * sqrt(h + h * h / forecast->k);

	/* racks cannot be fewer than none */
	return (struct forecast_band){ fmax(0.0, mid - spread), fmax(0.0, mid),
	    fmax(0.0, mid + spread) };
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

bool
forecast_slope(const double *counts, uint32_t n, double *ret_slope)
{
	double slopes[(FORECAST_WEEKS_MAX + 1) * FORECAST_WEEKS_MAX / 2];
	uint32_t n_slopes = 0;

	if (n < FORECAST_WEEKS_MIN + 1 || n > FORECAST_WEEKS_MAX + 1) {
		return false;
	}
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t j = i + 1; j < n; j++) {
			slopes[n_slopes++] = (counts[j] - counts[i]) / (j - i);
		}
	}
	qsort(slopes, n_slopes, sizeof(slopes[0]), compare);
	*ret_slope = (slopes[(n_slopes - 1) / 2] + slopes[n_slopes / 2]) / 2.0;
	return true;
}

struct forecast
forecast_exhaustion(const double *weekly_p95_w, uint32_t n, double limit_w)
{
	double increments[FORECAST_WEEKS_MAX];
	uint32_t k = 0;

	/* the newest weeks count */
	while (k + 1 < n && k < FORECAST_WEEKS_MAX) {
		increments[k] = weekly_p95_w[n - 1 - k] - weekly_p95_w[n - 2 - k];
		k++;
	}
	return forecast_make(increments, k, n > 0 ?
	    electric_derated(limit_w) - weekly_p95_w[n - 1] :
	    electric_derated(limit_w));
}
