/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert.h"

#include <math.h>

static int
number_of(uint8_t format, uint8_t raw)
{
	switch (format) {
	case SDR_ONES:
		return raw >= 0x80 ? raw - 255 : raw;
	case SDR_TWOS:
		return raw >= 0x80 ? raw - 256 : raw;
	default:
		return raw;
	}
}

/* Powers of ten by division, so that 10^-3 is what a person writes. */
static double
scale(double value, int exponent)
{
	static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8};

	return exponent >= 0 ? value * tens[exponent] : value / tens[-exponent];
}

/* Source: table 43-1 byte 24. */
static double
linearise(uint8_t linear, double x)
{
	switch (linear) {
	case CONVERT_LN:
		return log(x);
	case CONVERT_LOG10:
		return log10(x);
	case CONVERT_LOG2:
		return log2(x);
	case CONVERT_E:
		return exp(x);
	case CONVERT_EXP10:
		return pow(10, x);
	case CONVERT_EXP2:
		return exp2(x);
	case CONVERT_INVERSE:
		return 1 / x;
	case CONVERT_SQUARE:
		return x * x;
	case CONVERT_CUBE:
		return x * x * x;
	case CONVERT_SQRT:
		return sqrt(x);
	case CONVERT_CUBE_ROOT:
		return cbrt(x);
	default:
		return x;
	}
}

bool
convert_reading(const struct sdr_factors *factors, uint8_t raw,
    double *ret_value)
{
	double value;

	if (factors->format == SDR_NO_ANALOG || (factors->linear >= CONVERT_N &&
	    factors->linear < CONVERT_NON_LINEAR)) {
		return false;
	}
	/* B's power first: with both exponents in one step 12.06 stays 12.06. */
	value = (double)factors->m * number_of(factors->format, raw) +
	    scale(factors->b, factors->b_exp);
	value = linearise(factors->linear, scale(value, factors->r_exp));
	if (!isfinite(value)) {
		return false;
	}
	*ret_value = value;
	return true;
}
