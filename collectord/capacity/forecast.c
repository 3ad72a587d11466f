/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/forecast.h"

#include <math.h>

#include "capacity/electric.h"

/* Two-sided 80 %: 10 % of a normal distribution lie beyond it on each side. */
#define Z80 1.2816
/* Nobody plans for a millennium; day numbers must stay in their type. */
#define WEEKS_MAX 52178.0

struct forecast
forecast_make(const double *increments, uint32_t n, double left)
{
	struct forecast forecast = { .k = n };
	double mean = 0.0, variance = 0.0, spread;

	if (left <= 0.0) {
		forecast.reason = FORECAST_REACHED;
		return forecast;
	}
	if (n < FORECAST_WEEKS_MIN) {
		forecast.reason = FORECAST_NOT_ENOUGH;
		return forecast;
	}
	for (uint32_t i = 0; i < n; i++) {
		mean += increments[i] / n;
	}
	for (uint32_t i = 0; i < n; i++) {
		variance += (increments[i] - mean) * (increments[i] - mean) / (n - 1);
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
