/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/unit.h"

#include <string.h>

#include "base/str.h"

/* Source: BIPM SI brochure; kWh, CFM, US GPM, psi by their legal definitions. */
static const struct unit TABLE[] = {
	{ "W", "W", 1, 0 }, { "kW", "W", 1e3, 0 }, { "MW", "W", 1e6, 0 },
	{ "mW", "W", 1e-3, 0 },
	{ "VA", "VA", 1, 0 }, { "kVA", "VA", 1e3, 0 },
	{ "var", "var", 1, 0 }, { "kvar", "var", 1e3, 0 },
	{ "1", "1", 1, 0 }, { "0.01", "1", 1e-2, 0 },
	{ "permille", "1", 1e-3, 0 }, { "0.0001", "1", 1e-4, 0 },
	{ "Wh", "Wh", 1, 0 }, { "kWh", "Wh", 1e3, 0 }, { "MWh", "Wh", 1e6, 0 },
	{ "J", "Wh", 1.0 / 3600, 0 },
	{ "A", "A", 1, 0 }, { "mA", "A", 1e-3, 0 },
	{ "V", "V", 1, 0 }, { "mV", "V", 1e-3, 0 }, { "kV", "V", 1e3, 0 },
	{ "Hz", "Hz", 1, 0 }, { "mHz", "Hz", 1e-3, 0 },
	{ "%", "%", 1, 0 },
	{ "C", "C", 1, 0 }, { "F", "C", 5.0 / 9, -160.0 / 9 },
	{ "K", "C", 1, -273.15 }, { "0.1K", "C", 0.1, -273.15 },
	{ "m3/h", "m3/h", 1, 0 }, { "l/s", "m3/h", 3.6, 0 },
	{ "CFM", "m3/h", 1.699010796, 0 }, { "l/min", "m3/h", 0.06, 0 },
	{ "GPM", "m3/h", 0.2271247071, 0 },
	{ "m/s", "m/s", 1, 0 }, { "ft/min", "m/s", 0.00508, 0 },
	{ "g/m3", "g/m3", 1, 0 }, { "dBm", "dBm", 1, 0 },
	{ "Pa", "Pa", 1, 0 }, { "kPa", "Pa", 1e3, 0 }, { "bar", "Pa", 1e5, 0 },
	{ "psi", "Pa", 6894.757293, 0 },
	{ "rpm", "rpm", 1, 0 },
	{ "s", "s", 1, 0 }, { "ms", "s", 1e-3, 0 }, { "min", "s", 60, 0 },
	{ "h", "s", 3600, 0 }, { "ticks", "s", 1e-2, 0 },
	{ "octets", "octets", 1, 0 }, { "bits", "octets", 0.125, 0 },
	{ "", "", 1, 0 },
};

const struct unit *
unit_find(const char *name)
{
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (strcmp(TABLE[i].name, name) == 0) {
			return &TABLE[i];
		}
	}
	return NULL;
}

bool
unit_fits(const struct unit *unit, const char *base)
{
	return strcmp(unit->base, base) == 0;
}

void
unit_names(const char *base, char *to, size_t size)
{
	size_t len = 0;

	to[0] = '\0';
	for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++) {
		if (strcmp(TABLE[i].base, base) == 0 && len < size) {
			len += str_format(to + len, size - len, "%s%s",
			    len > 0 ? ", " : "", TABLE[i].name);
		}
	}
}
