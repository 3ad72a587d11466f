/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/electric.h"

#include <math.h>

/* Below it a share of the mean is noise.  Source: domain.md 2.3 formula 7. */
#define IMBALANCE_MIN 0.1
#define NS_PER_H (3600.0 * (double)NS_PER_S)

double
electric_rated_va(unsigned phases, double volts, double rated_a)
{
	return volts * rated_a * (phases == 3 ? 3.0 : 1.0);
}

double
electric_derated(double rating)
{
	return ELECTRIC_DERATE * rating;
}

bool
electric_load_ratio(const struct electric_phases *phases, double rated_a,
    double *ret_ratio)
{
	double highest = 0.0;

	if (phases->mask == 0 || !(rated_a > 0.0)) {
		return false;
	}
	for (unsigned p = 0; p < ELECTRIC_PHASES; p++) {
		if ((phases->mask & 1u << p) != 0) {
			highest = fmax(highest, phases->current_a[p]);
		}
	}
	*ret_ratio = highest / rated_a;
	return true;
}

bool
electric_imbalance(const struct electric_phases *phases, double rated_a,
    double *ret_ratio)
{
	double mean = 0.0, farthest = 0.0;

	if (phases->mask != 7 || !(rated_a > 0.0)) {
		return false;
	}
	for (unsigned p = 0; p < ELECTRIC_PHASES; p++) {
		mean += phases->current_a[p] / ELECTRIC_PHASES;
	}
	if (mean < IMBALANCE_MIN * rated_a) {
		return false;
	}
	for (unsigned p = 0; p < ELECTRIC_PHASES; p++) {
		farthest = fmax(farthest, fabs(phases->current_a[p] - mean));
	}
	*ret_ratio = farthest / mean;
	return true;
}

void
electric_sum_add(struct electric_sum *sum, bool known, double power_w)
{
	sum->n_expected++;
	if (known) {
		sum->n_known++;
		sum->power_w += power_w;
	}
}

bool
electric_power_factor(double power_w, double apparent_va, double *ret_factor)
{
	if (!(apparent_va > 0.0)) {
		return false;
	}
	*ret_factor = fmin(1.0, fabs(power_w) / apparent_va);
	return true;
}

bool
electric_load_factor(double average_w, double peak_w, double *ret_factor)
{
	if (!(peak_w > 0.0)) {
		return false;
	}
	*ret_factor = average_w / peak_w;
	return true;
}

double
electric_metered_wh(const struct electric_reading *readings, size_t n,
    double wrap_wh)
{
	double sum = 0.0;

	for (size_t i = 1; i < n; i++) {
		double before = readings[i - 1].value, now = readings[i].value;

		if (now >= before) {
			sum += now - before;
		} else if (wrap_wh > 0.0 && before >= 0.9 * wrap_wh) {
			sum += wrap_wh - before + now;
		} else {
			sum += now;
		}
	}
	return sum;
}

double
electric_integral_wh(const struct electric_reading *readings, size_t n,
    int64_t gap_ns, double *ret_covered)
{
	double sum = 0.0;
	int64_t covered_ns = 0, span_ns = 0;

	for (size_t i = 1; i < n; i++) {
		int64_t step_ns = readings[i].at.ns - readings[i - 1].at.ns;

		span_ns += step_ns;
		if (step_ns <= gap_ns) {
			covered_ns += step_ns;
			sum += (readings[i].value + readings[i - 1].value) / 2.0 *
			    (double)step_ns / NS_PER_H;
		}
	}
	*ret_covered = span_ns > 0 ? (double)covered_ns / (double)span_ns : 0.0;
	return sum;
}
