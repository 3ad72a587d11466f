/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See strip.h. */
#include <config.h>

#include "capacity/strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/peaks.h"

#define KNOWN_AVG 1u
#define DAY_S 86400.0

struct strip *
strip_of(const struct store_series *series)
{
	struct strip *strip = calloc(1, sizeof(*strip));

	if (strip == NULL) {
		return NULL;
	}
	strip->n = series->n;
	strip->t0_s = series->n > 0 ? series->t[0] : 0;
	strip->step_s = series->step_s;
	strip->basis_s = series->basis_s;
	strip->average = calloc((size_t)series->n + 1, sizeof(double));
	strip->max = calloc((size_t)series->n + 1, sizeof(double));
	strip->share = calloc((size_t)series->n + 1, sizeof(float));
	if (strip->average == NULL || strip->max == NULL || strip->share == NULL) {
		strip_free(strip);
		return NULL;
	}
	for (uint32_t i = 0; i < series->n; i++) {
		if ((series->known[i] & KNOWN_AVG) != 0 && isfinite(series->avg[i])) {
			strip->average[i] = series->avg[i];
			strip->max[i] = series->known[i] == 3 ? series->max[i] :
			    series->avg[i];
			strip->share[i] = series->share[i];
		}
	}
	return strip;
}

void
strip_free(struct strip *strip)
{
	if (strip != NULL) {
		free(strip->average);
		free(strip->max);
		free(strip->share);
		free(strip);
	}
}

uint32_t
strip_find(const struct strip *strip, int64_t at_s)
{
	if (strip == NULL || at_s < strip->t0_s) {
		return strip == NULL ? 0 : strip->n;
	}
	return (at_s - strip->t0_s) / strip->step_s < strip->n ?
	    (uint32_t)((at_s - strip->t0_s) / strip->step_s) : strip->n;
}

/* The average of other that begins when i of strip does; false: none is known. */
static bool
beside(const struct strip *strip, uint32_t i, const struct strip *other, uint32_t *ret_k)
{
	uint32_t k = strip_find(other, strip->t0_s + (int64_t)i * strip->step_s);

	*ret_k = k;
	return other != NULL && other->step_s == strip->step_s && k < other->n &&
	    other->share[k] > 0;
}

double
strip_coverage(const struct strip_sums *sums, uint32_t i)
{
	uint32_t known, expected;

	if (sums->power == NULL || sums->power->share[i] <= 0 ||
	    !beside(sums->power, i, sums->known, &known) ||
	    !beside(sums->power, i, sums->expected, &expected) ||
	    !(sums->expected->average[expected] > 0)) {
		return 0;
	}
	/* a slot without any part has no power, but 0 known parts */
	return (double)sums->known->share[known] *
	    sums->known->average[known] / sums->expected->average[expected];
}

int
strip_window(const struct strip_sums *sums, uint32_t from, uint32_t to,
    struct past_window *ret_window)
{
	const struct strip *power = sums->power;
	struct past_window window = { .known = false };
	struct peaks_sample *samples;
	struct peaks peaks;
	double highest = -INFINITY;
	size_t n = 0;
	int rc;

	if (power == NULL || from >= to || to > power->n) {
		*ret_window = window;
		return 0;
	}
	samples = calloc(to - from, sizeof(*samples));
	if (samples == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = from; i < to; i++) {
		double coverage = strip_coverage(sums, i);

		if (coverage >= PEAKS_COVERAGE_MIN) {
			samples[n++] = (struct peaks_sample){ { (power->t0_s +
			    (int64_t)i * power->step_s) * NS_PER_S },
			    power->average[i], coverage };
			highest = fmax(highest, power->max[i]);
		}
	}
	rc = peaks_of(samples, n, power->step_s * NS_PER_S, &peaks);
	free(samples);
	if (rc != 0) {
		return rc;
	}
	window.basis_s = (uint32_t)power->step_s;
	window.coverage = (double)n / (to - from);
	window.known = peaks.known && window.coverage >= PEAKS_COVERAGE_MIN;
	if (window.known) {
		window.mean_w = peaks.mean_w;
		window.p95_w = peaks.p95_w;
		window.peak_w = power->step_s * NS_PER_S > PEAKS_STEP_NS ? highest :
		    peaks.peak_w;
	}
	*ret_window = window;
	return 0;
}

int
strip_power(const struct strip *power, struct past_power *ret_power)
{
	struct past_power found = { .basis_s = (uint32_t)power->step_s };
	double *values = calloc((size_t)power->n + 1, sizeof(*values)), known_s = 0;
	uint32_t n = 0, first = power->n, last = 0;

	if (values == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < power->n; i++) {
		if (power->share[i] > 0) {
			found.peak_w = n == 0 || power->max[i] > found.peak_w ?
			    power->max[i] : found.peak_w;
			found.mean_w += power->average[i] * (double)power->share[i];
			known_s += (double)power->share[i];
			values[n++] = power->average[i];
			first = first < i ? first : i;
			last = i;
		}
	}
	if (n > 0) {
		found.mean_w /= known_s;
		found.p95_w = peaks_percentile(values, n, 0.95);
		found.days = known_s * (double)power->step_s / DAY_S;
		/* the grid of rows takes up to two of them off a window */
		if (known_s >= PEAKS_COVERAGE_MIN * power->n && first <= 2 &&
		    last + 2 >= power->n) {
			found.days = round((double)power->n * (double)power->step_s /
			    DAY_S);
		}
	}
	free(values);
	*ret_power = found;
	return 0;
}
