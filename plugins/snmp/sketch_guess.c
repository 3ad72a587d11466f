/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words and ranges that tell what an object measures.  First fit wins: what
 * shuts out (a threshold, a count) stands before what lets in.
 */
#include "sketch_work.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert.h"

/* Source: what agents send for "none": -1 and the limits of RFC 2578 s.7.1.1. */
const double SKETCH_SENTINELS[SKETCH_SENTINELS_N] = {
    -1, 2147483647, -2147483648.0, 4294967295.0};

/* In a name or label without spaces and signs, lower case. */
static const struct {
	const char *word, *metric;
} NAMES[] = {
    {"threshold", NULL}, {"hysteresis", NULL}, {"setpt", NULL}, {"setpoint", NULL},
    {"limit", NULL}, {"alarm", NULL}, {"warning", NULL}, {"critical", NULL},
    {"delay", NULL}, {"minimum", NULL}, {"maximum", NULL}, {"lowest", NULL},
    {"highest", NULL}, {"peak", NULL}, {"config", NULL}, {"nominal", NULL},
    {"rating", NULL}, {"rated", NULL}, {"number", NULL}, {"numof", NULL},
    {"count", NULL}, {"index", NULL}, {"enable", NULL}, {"reset", NULL},
    {"state", NULL}, {"status", NULL}, {"condition", NULL}, {"crest", NULL},
    {"unbalance", NULL}, {"imbalance", NULL}, {"test", NULL}, {"interval", NULL},
    {"date", NULL}, {"digits", NULL}, {"capability", NULL}, {"unit", NULL},
    {"upper", NULL}, {"lower", NULL}, {"scale", NULL}, {"type", NULL},
    {"runtime", "runtime_s"}, {"timeremaining", "runtime_s"},
    {"minutesremaining", "runtime_s"}, {"remainingtime", "runtime_s"},
    {"timestamp", NULL}, {"time", NULL},
    {"thd", "thd_pct"}, {"powerfactor", "power_factor"},
    {"apparent", "apparent_va"}, {"reactive", "reactive_var"},
    {"energy", "energy_wh"}, {"kwh", "energy_wh"},
    {"loadpercent", "load_pct"}, {"percentload", "load_pct"},
    {"dewpoint", "dew_point_c"}, {"humidity", "humidity_pct"},
    {"airflow", "airflow_m3h"}, {"fanspeed", "fan_rpm"}, {"rpm", "fan_rpm"},
    {"temp", "temperature_c"}, {"frequency", "frequency_hz"},
    {"chargeremaining", "charge_pct"}, {"batterycapacity", "charge_pct"},
    {"voltage", "voltage_v"}, {"volts", "voltage_v"},
    {"current", "current_a"}, {"amps", "current_a"}, {"ampere", "current_a"},
    {"power", "power_w"}, {"watts", "power_w"},
};

/* In a UNITS clause, lower case.  Units that others begin with come later. */
static const struct {
	const char *word, *unit, *metric;
} UNITS[] = {
    {"kilowatt-hour", "kWh", "energy_wh"}, {"kilowatthour", "kWh", "energy_wh"},
    {"kilowatt hour", "kWh", "energy_wh"}, {"kwh", "kWh", "energy_wh"},
    {"watt-hour", "Wh", "energy_wh"}, {"watthour", "Wh", "energy_wh"},
    {"watt hour", "Wh", "energy_wh"},
    {"kilovolt-amp", "kVA", "apparent_va"}, {"kilovolt amp", "kVA", "apparent_va"},
    {"kva", "kVA", "apparent_va"}, {"volt-amp", "VA", "apparent_va"},
    {"volt amp", "VA", "apparent_va"}, {"voltamp", "VA", "apparent_va"},
    {"kilowatt", "kW", "power_w"}, {"milliwatt", "mW", "power_w"},
    {"watt", "W", "power_w"}, {"kw", "kW", "power_w"},
    {"milliamp", "mA", "current_a"}, {"amp", "A", "current_a"},
    {"millivolt", "mV", "voltage_v"}, {"volt", "V", "voltage_v"},
    {"hertz", "Hz", "frequency_hz"}, {"hz", "Hz", "frequency_hz"},
    {"fahrenheit", "F", "temperature_c"}, {"celsius", "C", "temperature_c"},
    {"centigrade", "C", "temperature_c"}, {"degree", "C", "temperature_c"},
    {"rpm", "rpm", "fan_rpm"}, {"percent", "%", NULL}, {"%", "%", NULL},
    {"minute", "min", NULL}, {"second", "s", NULL}, {"cfm", "CFM", "airflow_m3h"},
};

/* Dimension of a metric: what its units convert to (collectord/unit.h). */
static const struct {
	const char *metric, *units;
	double min, max;        /* usual values, for a scale; 0, 0: no idea */
} METRICS[] = {
    {"voltage_v", " V mV ", 90, 480}, {"frequency_hz", " Hz ", 45, 66},
    {"temperature_c", " C F ", 5, 65}, {"dew_point_c", " C F ", 0, 30},
    {"humidity_pct", " % ", 5, 100}, {"power_factor", "", 0.05, 1},
    {"power_w", " W kW mW ", 0, 0}, {"apparent_va", " VA kVA ", 0, 0},
    {"reactive_var", "", 0, 0}, {"energy_wh", " Wh kWh ", 0, 0},
    {"current_a", " A mA ", 0, 0}, {"load_pct", " % ", 0, 0},
    {"charge_pct", " % ", 0, 0}, {"thd_pct", " % ", 0, 0},
    {"runtime_s", " s min ", 0, 0}, {"fan_rpm", " rpm ", 0, 0},
    {"airflow_m3h", " CFM ", 0, 0},
};

/* Ranges that little else falls into.  Mains voltage, mains frequency. */
static const struct {
	double min, max, scale;
	const char *metric;
} RANGES[] = {
    {218, 242, 1, "voltage_v"}, {2180, 2420, 0.1, "voltage_v"},
    {21800, 24200, 0.01, "voltage_v"}, {218000, 242000, 0.001, "voltage_v"},
    {497, 503, 0.1, "frequency_hz"}, {4970, 5030, 0.01, "frequency_hz"},
    {597, 603, 0.1, "frequency_hz"}, {5970, 6030, 0.01, "frequency_hz"},
};

static const struct {
	const char *word, *kind;
} KINDS[] = {
    {"ups", "ups"}, {"pdu", "pdu"}, {"power distribution", "pdu"}, {"cooling", "cooling"},
    {"crac", "cooling"}, {"air condition", "cooling"}, {"switch", "switch"},
    {"bmc", "bmc"}, {"idrac", "bmc"}, {"sensor", "sensor"}, {"probe", "sensor"},
    {"environment", "sensor"},
};

#define N_OF(table) (sizeof(table) / sizeof((table)[0]))

const char *
sketch_guess_kind(const char *text)
{
	for (size_t i = 0; i < N_OF(KINDS); i++) {
		if (strcasestr(text, KINDS[i].word) != NULL) {
			return KINDS[i].kind;
		}
	}
	return NULL;
}

/* ---- numbers ----------------------------------------------------------------------- */

static unsigned
sentinel_bit(double x)
{
	for (unsigned i = 0; i < SKETCH_SENTINELS_N; i++) {
		if (x == SKETCH_SENTINELS[i]) {
			return 1u << i;
		}
	}
	return 0;
}

void
sketch_numbers_of(const struct varbind *const *cells, size_t n,
    struct sketch_numbers *ret)
{
	bool any = false;

	*ret = (struct sketch_numbers){.is_index = true};
	for (size_t i = 0; i < n; i++) {
		struct objref name = cells[i]->name;
		unsigned bit;
		double x;

		if (!convert_number(cells[i], &x)) {
			ret->n_odd++;
			continue;
		}
		bit = sentinel_bit(x);
		ret->sentinels |= bit;
		ret->is_index = ret->is_index && x > 0 &&
		    x == (double)name.sub[name.n - 1];
		if (bit != 0) {
			continue;
		}
		ret->n++;
		if (x != 0) {
			ret->min = any && ret->min < x ? ret->min : x;
			ret->max = any && ret->max > x ? ret->max : x;
			any = true;
		}
	}
}

/* ---- words ------------------------------------------------------------------------- */

/* Letters and digits only, lower case: "powerFactor", "Power.Factor" alike. */
static void
squeeze(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; *from != '\0' && n + 1 < size; from++) {
		if (isalnum((unsigned char)*from)) {
			to[n++] = (char)tolower((unsigned char)*from);
		}
	}
	to[n] = '\0';
}

/* True when a word of the table is in the text; metric may be NULL then. */
static bool
metric_of(const char *text, const char **ret_metric)
{
	char flat[128];

	squeeze(text, flat, sizeof(flat));
	for (size_t i = 0; i < N_OF(NAMES); i++) {
		if (strstr(flat, NAMES[i].word) != NULL) {
			*ret_metric = NAMES[i].metric;
			return true;
		}
	}
	return false;
}

/* "0.1 Volts", "tenths of amps"; false for a unit that is not known. */
static bool
unit_of(const char *units, struct sketch_guess *guess)
{
	static const struct { const char *exact, *unit, *metric; } shorts[] = {
	    {"w", "W", "power_w"}, {"va", "VA", "apparent_va"}, {"a", "A", "current_a"},
	    {"ma", "mA", "current_a"}, {"v", "V", "voltage_v"}, {"mv", "mV", "voltage_v"},
	    {"c", "C", "temperature_c"}, {"f", "F", "temperature_c"}, {"s", "s", NULL},
	    {"wh", "Wh", "energy_wh"},
	};
	char *rest;
	double factor = strtod(units, &rest);

	guess->scale = rest != units && factor > 0 && isfinite(factor) ? factor :
	    strcasestr(units, "tenth") != NULL ? 0.1 :
	    strcasestr(units, "hundredth") != NULL ? 0.01 :
	    strcasestr(units, "thousandth") != NULL ? 0.001 : 1;
	rest += strspn(rest, " ");
	for (size_t i = 0; i < N_OF(shorts); i++) {
		if (strcasecmp(rest, shorts[i].exact) == 0) {
			guess->unit = shorts[i].unit;
			guess->metric = shorts[i].metric;
			return true;
		}
	}
	for (size_t i = 0; i < N_OF(UNITS); i++) {
		if (strcasestr(rest, UNITS[i].word) != NULL) {
			guess->unit = UNITS[i].unit;
			guess->metric = UNITS[i].metric;
			return true;
		}
	}
	return false;
}

static bool
unit_fits(const char *metric, const char *unit)
{
	char padded[16];

	(void)snprintf(padded, sizeof(padded), " %s ", unit);
	for (size_t i = 0; i < N_OF(METRICS); i++) {
		if (strcmp(METRICS[i].metric, metric) == 0) {
			return strstr(METRICS[i].units, padded) != NULL;
		}
	}
	return false;
}

/* The first of 1, 0.1, 0.01, 0.001 that gives usual values. */
static void
guess_scale(const struct sketch_numbers *numbers, struct sketch_guess *guess)
{
	guess->scale = 1;
	for (size_t i = 0; i < N_OF(METRICS); i++) {
		if (strcmp(METRICS[i].metric, guess->metric) != 0 ||
		    METRICS[i].max <= 0 || numbers->max <= 0) {
			continue;
		}
		for (double s = 1; s > 0.0005; s /= 10) {
			if (numbers->min * s >= METRICS[i].min &&
			    numbers->max * s <= METRICS[i].max) {
				guess->scale = s;
				return;
			}
		}
	}
}

static struct sketch_guess
guess_by_range(const struct sketch_numbers *numbers)
{
	for (size_t i = 0; i < N_OF(RANGES); i++) {
		if (numbers->min >= RANGES[i].min && numbers->max <= RANGES[i].max) {
			return (struct sketch_guess){RANGES[i].metric, NULL,
			    RANGES[i].scale, "by its range alone"};
		}
	}
	return (struct sketch_guess){NULL, NULL, 1, "nothing tells what it is"};
}

struct sketch_guess
sketch_guess(const struct sketch_object *object, const char *hint,
    const struct sketch_numbers *numbers)
{
	struct sketch_guess guess = {NULL, NULL, 1, "its name is no measurement's"};
	struct sketch_guess by_unit = {NULL, NULL, 1, "by its unit"};
	bool named = object->label[0] != '\0', has_unit;

	if (numbers->n == 0 || numbers->n_odd > 0) {
		guess.why = numbers->n_odd > 0 ? "not a number" : "no value here";
		return guess;
	}
	if (!named && (hint == NULL || hint[0] == '\0')) {
		return numbers->is_index ? (struct sketch_guess){NULL, NULL, 1,
		    "the index again"} : guess_by_range(numbers);
	}
	has_unit = object->units[0] != '\0' && unit_of(object->units, &by_unit);
	if (metric_of(named ? object->label : hint, &guess.metric)) {
		if (guess.metric == NULL) {
			return guess;
		}
		if (!has_unit || !unit_fits(guess.metric, by_unit.unit)) {
			guess.why = named ? "by its name; unit by its range" :
			    "by the device's own text; unit by its range";
			guess_scale(numbers, &guess);
			return has_unit && by_unit.metric != NULL ? by_unit : guess;
		}
		by_unit.metric = guess.metric;
		by_unit.why = "by its name and unit";
	}
	if (has_unit && by_unit.metric != NULL) {
		return by_unit;
	}
	guess.why = "nothing tells what it is";
	return guess;
}
