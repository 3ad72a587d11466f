/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sensor's unit in the words of the ABI.
 *
 * Route: sdr -> here -> choose.  Thread: any (constant tables).
 * Source: IPMI v2.0 rev 1.1 s.43.17 (unit type codes), table 43-1 byte 21
 * (percentage, rate and modifier bits).
 */
#ifndef IPMI_UNITS_H
#define IPMI_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdr.h"

/*
 * The unit of a sensor's values as unit.h of the ABI names it ("W", "C",
 * "rpm", "%"); "unspecified" where the record says none, "" for what the ABI
 * has no unit for.  Never NULL.
 */
const char *units_of(const struct sdr_sensor *sensor);
/* Whether profiles may say this word as a sensor's unit. */
bool units_known(const char *word);
/* The specification's name of a code: "degrees C", "Watts"; for people. */
const char *units_name(uint8_t code);

#endif
