/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "units.h"

#include <string.h>

struct unit {
	const char *name;    /* for people */
	const char *abi;     /* unit.h; "": it has none for this */
};

/* Source: table 43-15, by code. */
static const struct unit units[] = {
    {"unspecified", "unspecified"}, {"degrees C", "C"}, {"degrees F", "F"},
    {"degrees K", "K"}, {"Volts", "V"}, {"Amps", "A"}, {"Watts", "W"},
    {"Joules", "J"}, {"Coulombs", ""}, {"VA", "VA"}, {"Nits", ""},
    {"lumen", ""}, {"lux", ""}, {"Candela", ""}, {"kPa", "kPa"},
    {"PSI", "psi"}, {"Newton", ""}, {"CFM", "CFM"}, {"RPM", "rpm"},
    {"Hz", "Hz"}, {"microseconds", ""}, {"milliseconds", "ms"},
    {"seconds", "s"}, {"minutes", "min"}, {"hours", "h"}, {"days", ""},
    {"weeks", ""}, {"mil", ""}, {"inches", ""}, {"feet", ""},
    {"cubic inches", ""}, {"cubic feet", ""}, {"millimeters", ""},
    {"centimeters", ""}, {"meters", ""}, {"cubic centimeters", ""},
    {"cubic meters", ""}, {"liters", ""}, {"fluid ounces", ""},
    {"radians", ""}, {"steradians", ""}, {"revolutions", ""},
    {"cycles", ""}, {"gravities", ""}, {"ounces", ""}, {"pounds", ""},
};

#define UNITS (sizeof(units) / sizeof(units[0]))
#define UNIT_WATT 6
#define UNIT_RPM 18
#define RATE_NONE 0

const char *
units_name(uint8_t code)
{
	return code < UNITS ? units[code].name : "other";
}

bool
units_known(const char *word)
{
	if (strcmp(word, "%") == 0) {
		return true;
	}
	for (size_t i = 0; i < UNITS; i++) {
		if (units[i].abi[0] != '\0' && strcmp(units[i].abi, word) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * Watts, degrees, volts, amperes and turns per time mean nothing; where the
 * rate bits say so they are wrong ("Watts/hour" on several makers' boards,
 * devices.md section 8), and the sensor shows the plain unit.  Of other units
 * a rate would be another quantity.
 */
static bool
rate_is_wrong(uint8_t code)
{
	return (code >= 1 && code <= UNIT_WATT) || code == UNIT_RPM;
}

const char *
units_of(const struct sdr_sensor *sensor)
{
	if (sensor->percent) {
		return "%";
	}
	if (sensor->unit >= UNITS || (sensor->unit_op != 0 &&
	    sensor->unit_modifier != 0 && !rate_is_wrong(sensor->unit)) ||
	    (sensor->unit_rate != RATE_NONE && !rate_is_wrong(sensor->unit))) {
		return "";
	}
	return units[sensor->unit].abi;
}
