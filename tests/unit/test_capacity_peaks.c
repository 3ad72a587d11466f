/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/peaks.h"

#define MINUTE (60 * NS_PER_S)

static void
percentile(void **state)
{
	double values[20];

	(void)state;
	for (int i = 0; i < 20; i++) {
		values[i] = 20 - i;
	}
	assert_float_equal(peaks_percentile(values, 20, 0.95), 19, 1e-9);
	assert_float_equal(peaks_percentile(values, 20, 1), 20, 1e-9);
	assert_float_equal(peaks_percentile(values, 1, 0.95), 1, 1e-9);
}

/* A spike of a minute is a fifth of its step; the sum of the parts' peaks is
 * never seen. */
static void
steps_of_five_minutes(void **state)
{
	struct peaks_sample samples[15];
	struct peaks peaks;

	(void)state;
	for (int i = 0; i < 15; i++) {
		samples[i] = (struct peaks_sample){ { i * MINUTE }, 1000, 1 };
	}
	samples[7].power_w = 2000;
	assert_int_equal(peaks_of(samples, 15, MINUTE, &peaks), 0);
	assert_true(peaks.known);
	assert_int_equal(peaks.n_steps, 3);
	assert_float_equal(peaks.peak_w, 1200, 1e-9);
	assert_float_equal(peaks.p95_w, 1200, 1e-9);
	assert_float_equal(peaks.mean_w, 3200.0 / 3, 1e-9);
	/* the step of the spike lacks too much: it says nothing */
	samples[8].coverage = 0.5;
	assert_int_equal(peaks_of(samples, 15, MINUTE, &peaks), 0);
	assert_int_equal(peaks.n_steps, 2);
	assert_float_equal(peaks.peak_w, 1000, 1e-9);
	/* a step begun is none */
	assert_int_equal(peaks_of(samples, 4, MINUTE, &peaks), 0);
	assert_false(peaks.known);
	assert_int_equal(peaks_of(samples, 0, MINUTE, &peaks), 0);
	assert_false(peaks.known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentile),
		cmocka_unit_test(steps_of_five_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
