/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include <math.h>

#include "convert.h"

struct row {
	struct sdr_factors factors;   /* format, linear, m, b, r, b exponents */
	uint8_t raw;
	double value;                 /* NAN: there is none */
};

/* The first ones are sensors of devices.md section 8. */
static const struct row rows[] = {
    {{0, 0, 60, 0, -3, 0, 0}, 201, 12.06},
    {{0, 0, 4, 0, 0, 0, 0}, 74, 296},
    {{0, 0, 14, 0, 0, 0, 0}, 7, 98},
    {{0, 0, 22, 0, 0, 0, 0}, 254, 5588},
    {{0, 0, 1, -128, 0, 0, 0}, 146, 18},         /* Dell: degrees + 128 */
    {{0, 0, 1, 5, 0, 2, 0}, 10, 510},            /* B with an exponent */
    {{0, 0, -2, 1, 1, -1, 0}, 3, -59},
    {{SDR_ONES, 0, 1, 0, 0, 0, 0}, 0xff, 0},     /* minus zero */
    {{SDR_ONES, 0, 1, 0, 0, 0, 0}, 0xfe, -1},
    {{SDR_ONES, 0, 1, 0, 0, 0, 0}, 0x80, -127},
    {{SDR_TWOS, 0, 1, 0, 0, 0, 0}, 0xff, -1},
    {{SDR_TWOS, 0, 1, 0, 0, 0, 0}, 0x80, -128},
    {{SDR_TWOS, 0, 1, 0, 0, 0, 0}, 0x7f, 127},
    {{SDR_NO_ANALOG, 0, 1, 0, 0, 0, 0}, 1, NAN},
    {{0, CONVERT_LN, 1, 0, 0, 0, 0}, 10, 2.302585092994046},
    {{0, CONVERT_LOG10, 1, 0, 0, 0, 0}, 100, 2},
    {{0, CONVERT_LOG2, 1, 0, 0, 0, 0}, 8, 3},
    {{0, CONVERT_E, 1, 0, 0, 0, 0}, 2, 7.38905609893065},
    {{0, CONVERT_EXP10, 1, 0, 0, 0, 0}, 3, 1000},
    {{0, CONVERT_EXP2, 1, 0, 0, 0, 0}, 10, 1024},
    {{0, CONVERT_INVERSE, 1, 0, 0, 0, 0}, 4, 0.25},
    {{0, CONVERT_SQUARE, 1, 0, 0, 0, 0}, 12, 144},
    {{0, CONVERT_CUBE, 1, 0, 0, 0, 0}, 5, 125},
    {{0, CONVERT_SQRT, 1, 0, 0, 0, 0}, 81, 9},
    {{0, CONVERT_CUBE_ROOT, 1, 0, 0, 0, 0}, 27, 3},
    {{0, CONVERT_N, 1, 0, 0, 0, 0}, 27, NAN},    /* not defined */
    {{0, 0x7f, 3, 0, 0, 0, 0}, 9, 27},           /* OEM, its factors asked */
    /* no number comes of these */
    {{0, CONVERT_INVERSE, 1, 0, 0, 0, 0}, 0, NAN},
    {{0, CONVERT_LN, 1, 0, 0, 0, 0}, 0, NAN},
    {{SDR_TWOS, CONVERT_SQRT, 1, 0, 0, 0, 0}, 0xff, NAN},
    {{0, CONVERT_EXP10, 511, 0, 7, 7, 0}, 255, NAN},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double value = -77;
		bool good = convert_reading(&rows[i].factors, rows[i].raw,
		    &value);
		if (isnan(rows[i].value)) {
			assert_false(good);
			assert_true(value == -77);
		} else if (!good || fabs(value - rows[i].value) >
		    1e-12 * fabs(rows[i].value)) {
			fail_msg("row %zu: %g, not %g", i, value, rows[i].value);
		}
	}
}

/* Whatever bytes a record has: a finite number or none. */
static void
test_all_factors(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned linear = 0; linear < 128; linear++) {
		for (int e = -8; e < 8; e++) {
			for (unsigned raw = 0; raw < 256; raw += 5) {
				struct sdr_factors factors = {
				    (uint8_t)(raw & 3), (uint8_t)linear, -512,
				    511, (int8_t)e, (int8_t)-e, 0};
				double value = 0;
				n += convert_reading(&factors, (uint8_t)raw,
				    &value);
				assert_true(isfinite(value));
			}
		}
	}
	assert_true(n > 1000);
	assert_true(convert_asks_factors(&(struct sdr_factors){.linear = 0x70}));
	assert_false(convert_asks_factors(&(struct sdr_factors){.linear = 11}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_all_factors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
