/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sensor's raw byte to a number.
 *
 * Route: answer to Get Sensor Reading + sdr -> here -> round.
 * Thread: any (pure).  Source: IPMI v2.0 rev 1.1 s.36.3, s.36.5, table 43-1.
 */
#ifndef IPMI_CONVERT_H
#define IPMI_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

#include "sdr.h"

enum convert_linear {
	CONVERT_LINEAR = 0, CONVERT_LN, CONVERT_LOG10, CONVERT_LOG2,
	CONVERT_E, CONVERT_EXP10, CONVERT_EXP2, CONVERT_INVERSE,
	CONVERT_SQUARE, CONVERT_CUBE, CONVERT_SQRT, CONVERT_CUBE_ROOT,
	CONVERT_N,
	CONVERT_NON_LINEAR = 0x70,     /* factors must be asked per reading */
};

/* Non-linear sensors tell their factors for each reading (s.35.5). */
static inline bool
convert_asks_factors(const struct sdr_factors *factors)
{
	return factors->linear >= CONVERT_NON_LINEAR;
}

/*
 * y = L((M x + B 10^K1) 10^K2).
 * Units: the sensor's own, see units.h.
 * Returns false (output untouched) where that is no finite number, and for
 * linearisations that the table does not have.
 */
bool convert_reading(const struct sdr_factors *factors, uint8_t raw,
    double *ret_value);

#endif
