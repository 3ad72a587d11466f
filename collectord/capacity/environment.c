/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/environment.h"

#include <math.h>

/* Source: domain.md 1.5, the table of ASHRAE classes. */
static const struct environment_band BANDS[RACK_CLASS_N] = {
	[RACK_CLASS_A1] = { 18, 27, 15, 32 },
	[RACK_CLASS_A2] = { 18, 27, 10, 35 },
	[RACK_CLASS_A3] = { 18, 27, 5, 40 },
	[RACK_CLASS_A4] = { 18, 27, 5, 45 },
	[RACK_CLASS_H1] = { 18, 22, 15, 25 },
};

/* Source: formula 15: 1.2 kg/m3 and 1005 J/(kg K). */
#define AIR_KG_M3 1.2
#define AIR_J_KG_K 1005.0
/* Source: formula 16, Magnus over water. */
#define MAGNUS_A 17.62
#define MAGNUS_B 243.12

struct environment_band
environment_band(enum rack_class class)
{
	return BANDS[class];
}

void
environment_time_add(struct environment_time *time,
    const struct environment_band *band, const struct environment_sample *samples,
    size_t n, struct wall to, int64_t valid_ns)
{
	for (size_t i = 0; i < n; i++) {
		int64_t end = i + 1 < n ? samples[i + 1].at.ns : to.ns;
		int64_t holds = end - samples[i].at.ns;
		double t = samples[i].temperature_c;

		holds = holds > valid_ns ? valid_ns : holds;
		if (holds <= 0) {
			continue;
		}
		time->known_ns += (double)holds;
		if (t >= band->recommended_low && t <= band->recommended_high) {
			time->inside_ns += (double)holds;
		}
	}
}

bool
environment_in_range(const struct environment_time *time, double *ret_ratio)
{
	if (!(time->known_ns > 0.0)) {
		return false;
	}
	*ret_ratio = time->inside_ns / time->known_ns;
	return true;
}

bool
environment_over_index(const struct environment_band *band, const double *inlets_c,
    size_t n, double *ret_pct)
{
	double over = 0.0;

	for (size_t i = 0; i < n; i++) {
		over += fmax(0.0, inlets_c[i] - band->recommended_high);
	}
	if (n == 0) {
		return false;
	}
	*ret_pct = 100.0 * (1.0 - over /
	    ((band->allowable_high - band->recommended_high) * (double)n));
	return true;
}

bool
environment_under_index(const struct environment_band *band, const double *inlets_c,
    size_t n, double *ret_pct)
{
	double under = 0.0;

	for (size_t i = 0; i < n; i++) {
		under += fmax(0.0, band->recommended_low - inlets_c[i]);
	}
	if (n == 0) {
		return false;
	}
	*ret_pct = 100.0 * (1.0 - under /
	    ((band->recommended_low - band->allowable_low) * (double)n));
	return true;
}

bool
environment_airflow_m3h(double power_w, double delta_k, double *ret_m3h)
{
	if (!(delta_k > 0.0)) {
		return false;
	}
	*ret_m3h = 3600.0 * power_w / (AIR_KG_M3 * AIR_J_KG_K * delta_k);
	return true;
}

bool
environment_dew_point_c(double temperature_c, double humidity_pct, double *ret_c)
{
	double g;

	if (!(temperature_c >= -40.0 && temperature_c <= 60.0) ||
	    !(humidity_pct > 0.0 && humidity_pct <= 100.0)) {
		return false;
	}
	g = log(humidity_pct / 100.0) +
	    MAGNUS_A * temperature_c / (MAGNUS_B + temperature_c);
	*ret_c = MAGNUS_B * g / (MAGNUS_A - g);
	return true;
}
