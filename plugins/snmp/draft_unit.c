/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units and scales that the device itself tells. */
#include "draft.h"

#include <math.h>
#include <string.h>

#include "convert.h"

/* Ways in which agents write units, and ours. */
static const char *const spellings[][2] = {
    {"\xc2\xb0" "C", "C"}, {"degC", "C"}, {"deg C", "C"}, {"deg. C", "C"},
    {"\xe2\x84\x83", "C"}, {"Celsius", "C"}, {"degrees C", "C"},
    {"\xc2\xb0" "F", "F"}, {"degF", "F"}, {"deg F", "F"}, {"deg. F", "F"},
    {"\xe2\x84\x89", "F"}, {"Fahrenheit", "F"}, {"degrees F", "F"},
    {"Watt", "W"}, {"Watts", "W"}, {"Volt", "V"}, {"Volts", "V"},
    {"VAC", "V"}, {"VDC", "V"}, {"Amp", "A"}, {"Amps", "A"}, {"Ampere", "A"},
    {"Amperes", "A"}, {"KW", "kW"}, {"Kw", "kW"}, {"kw", "kW"},
    {"KVA", "kVA"}, {"KWh", "kWh"}, {"KWH", "kWh"}, {"kWH", "kWh"},
    {"kwh", "kWh"}, {"WH", "Wh"}, {"VAR", "var"}, {"VAr", "var"},
    {"%RH", "%"}, {"% RH", "%"}, {"%rH", "%"}, {"percent", "%"},
    {"RPM", "rpm"}, {"HZ", "Hz"}, {"Hertz", "Hz"}, {"hPa", "hPa"},
    {"l/S", "l/s"}, {"L/s", "l/s"}, {"cfm", "CFM"}, {"PSI", "psi"},
    {"sec", "s"}, {"seconds", "s"}, {"minutes", "min"}, {"hours", "h"},
};

/* The host knows which units a metric takes. */
static bool
fits(const struct draft *draft, const struct profile_metric *metric,
    const char *unit)
{
	struct col_slot slot = {.metric = metric->metric, .instance = "",
	    .unit = unit, .source = "0.0"};
	struct col_error error = {.code = 0};

	return draft->host == NULL || draft->host->layout(draft->host, &slot,
	    1, &error) != NULL;
}

static const char *
find_unit(const struct draft *draft, const struct profile_metric *metric,
    const char *text)
{
	if (text[0] == '\0') {
		return NULL;
	}
	if (fits(draft, metric, text)) {
		return text;
	}
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		if (strcmp(spellings[i][0], text) == 0 &&
		    fits(draft, metric, spellings[i][1])) {
			return spellings[i][1];
		}
	}
	return NULL;
}

bool
unit_resolve(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row, char *ret_unit)
{
	char text[CONVERT_TEXT_SIZE];
	const struct varbind *vb;
	const char *unit = metric->unit;

	if (unit == NULL) {
		vb = row_lookup(draft, &metric->unit_ref, row, NULL);
		if (vb == NULL || varbind_missing(vb)) {
			return false;
		}
		(void)convert_text(vb, text, sizeof(text));
		unit = metric->unit_map.n == 0 ?
		    find_unit(draft, metric, text) :
		    convert_map(&metric->unit_map, text);
	}
	if (unit == NULL || strlen(unit) >= DRAFT_UNIT_SIZE) {
		return false;
	}
	memcpy(ret_unit, unit, strlen(unit) + 1);
	return true;
}

double
unit_multiplier(enum profile_scale_kind kind, double n)
{
	switch (kind) {
	case PROFILE_DIGITS:
		return pow(10, -n);
	case PROFILE_EXPONENT:
		return pow(10, n);
	case PROFILE_DIVISOR:
		return 1 / n;
	case PROFILE_MULTIPLIER:
		return n;
	case PROFILE_SIGNED:
		return n < 0 ? -1 / n : n > 0 ? n : 1;
	case PROFILE_SI:
		/* yocto(1) … units(9) … yotta(17) */
		return n >= 1 && n <= 17 ? pow(10, 3 * (n - 9)) : 0;
	case PROFILE_PRECISION:
		return n > 0 ? pow(10, -n) : 1;
	case PROFILE_FACTOR:
	case PROFILE_SCALE_N:
		break;
	}
	return 1;
}
