/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/peaks.h"

#include <math.h>
#include <stdlib.h>

#include <collectord/err.h>

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
peaks_percentile(double *values, size_t n, double share)
{
	size_t rank;

	qsort(values, n, sizeof(values[0]), compare);
	rank = (size_t)ceil(share * (double)n);
	return values[rank > 0 ? rank - 1 : 0];
}

/* Averages of the steps that are complete enough; returns how many. */
static size_t
average(const struct peaks_sample *samples, size_t n, double per_step,
    double *averages)
{
	size_t n_steps = 0;

	for (size_t i = 0; i < n;) {
		int64_t step = samples[i].at.ns / PEAKS_STEP_NS;
		double sum = 0.0, weight = 0.0;
		unsigned taken = 0;

		for (; i < n && samples[i].at.ns / PEAKS_STEP_NS == step; i++) {
			sum += samples[i].power_w;
			weight += samples[i].coverage;
			taken++;
		}
		if (weight >= PEAKS_COVERAGE_MIN * per_step) {
			averages[n_steps++] = sum / taken;
		}
	}
	return n_steps;
}

int
peaks_of(const struct peaks_sample *samples, size_t n, int64_t interval_ns,
    struct peaks *ret_peaks)
{
	double *averages = malloc((n + 1) * sizeof(*averages));
	double per_step = interval_ns < PEAKS_STEP_NS ?
	    (double)PEAKS_STEP_NS / (double)interval_ns : 1.0;
	struct peaks peaks = { .known = false };

	if (averages == NULL) {
		return COL_ENOMEM;
	}
	peaks.n_steps = average(samples, n, per_step, averages);
	if (peaks.n_steps > 0) {
		peaks.known = true;
		for (size_t i = 0; i < peaks.n_steps; i++) {
			peaks.mean_w += averages[i] / (double)peaks.n_steps;
		}
		peaks.p95_w = peaks_percentile(averages, peaks.n_steps, 0.95);
		peaks.peak_w = averages[peaks.n_steps - 1];
	}
	free(averages);
	*ret_peaks = peaks;
	return 0;
}
