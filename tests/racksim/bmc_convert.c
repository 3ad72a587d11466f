/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the host's physics to a raw octet, and back to the value that the octet
 * stands for: what a correct collector stores is the latter.
 */
#include <config.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bmc_model.h"

bool
bmc_model_suite(const struct bmc_model *model, unsigned int suite)
{
	return suite == 3 ? !model->only_17 : suite == 17 && !model->only_3;
}

const struct bmc_sensor *
bmc_model_sensor(const struct bmc_model *model, unsigned int number)
{
	for (size_t i = 0; i < model->n_sensors; i++) {
		const struct bmc_sensor *s = &model->sensors[i];

		if (s->record <= 0x03 && s->number == number) {
			return s;
		}
	}
	return NULL;
}

/* Air and heat; nothing is hot, nor turns, while the host is off. */
static double
heat(const struct bmc_sensor *s, const struct bmc_values *v)
{
	switch (s->what) {
	case BMC_INLET:
		return v->inlet_c;
	case BMC_OUTLET:
		return v->outlet_c;
	case BMC_HOT:
		return v->inlet_c + v->load * (double)s->nominal + 3.0 * s->index;
	case BMC_MARGIN:
		return v->load * 45 - 75 - 2.0 * s->index;
	default:
		/* Fans follow the heat; each has a trim of its own. */
		return (double)s->nominal * (0.3 + 0.5 * v->load +
		    0.01 * (v->inlet_c - 22) + 0.015 * s->index +
		    0.01 * v->drift);
	}
}

static double
electric(const struct bmc_sensor *s, const struct bmc_values *v)
{
	double in_w = v->psu_w[s->index % 2];

	switch (s->what) {
	case BMC_POWER:
		return v->power_w;
	case BMC_PART_W:
		return v->power_w * (double)s->nominal;
	case BMC_PSU_IN:
		return in_w;
	case BMC_PSU_OUT:
		return in_w * 0.94;
	case BMC_PSU_PCT:
		return in_w * 94 / (double)s->nominal;
	case BMC_PSU_VOLT:
		return v->psu_v[s->index % 2];
	case BMC_PSU_AMP:
		return v->psu_v[s->index % 2] > 0 ?
		    in_w / 0.97 / v->psu_v[s->index % 2] : 0;
	case BMC_RAIL:
		return (double)s->nominal * (1 + 0.004 * v->drift +
		    0.001 * s->index);
	default:
		return 100 * v->load;
	}
}

int
bmc_model_physical(const struct bmc_sensor *s, const struct bmc_values *v,
    double *ret_value)
{
	bool needs_host = s->what == BMC_HOT || s->what == BMC_MARGIN ||
	    s->what == BMC_FAN || s->what == BMC_USAGE ||
	    s->what == BMC_PART_W ||
	    (s->what == BMC_RAIL && (double)s->nominal > 4);

	if (s->what <= BMC_DISABLED || s->what >= BMC_STATE_PSU ||
	    (needs_host && !v->on)) {
		return -1;
	}
	*ret_value = s->what == BMC_INLET || s->what == BMC_OUTLET ||
	    s->what == BMC_HOT || s->what == BMC_MARGIN || s->what == BMC_FAN ?
	    heat(s, v) : electric(s, v);
	return 0;
}

uint16_t
bmc_model_states(const struct bmc_sensor *s, const struct bmc_values *v)
{
	switch (s->what) {
	case BMC_STATE_PSU:
	case BMC_PSU_IN:
		/* Source: IPMI table 42-3, type 08h: present, input lost. */
		return v->fed[s->index % 2] ? 0x0001 : 0x0009;
	case BMC_STATE_REDUNDANCY:
		/* Source: IPMI table 42-2, 0Bh: full, lost. */
		return v->fed[0] && v->fed[1] ? 0x0001 : 0x0002;
	case BMC_STATE_HOST:
		/* Source: IPMI table 42-3, type 22h: S0/G0, S5/G2. */
		return v->on ? 0x0001 : 0x0020;
	case BMC_STATE_PRESENT:
		return s->event_type == 0x08 ? 0x0002 : 0x0080;
	default:
		return 0;
	}
}

uint8_t
bmc_model_raw(const struct bmc_sensor *s, double value)
{
	int format = s->units & 0xc0, lo = 0, hi = 255, raw;
	double y = value;

	if (s->linear == BMC_RECIPROCAL) {
		y = value > 0 ? 1 / value : 0;
	} else if (s->linear == BMC_SQUARE) {
		y = value > 0 ? sqrt(value) : 0;
	}
	y = (y * pow(10, -s->r_exp) - s->b * pow(10, s->b_exp)) / s->m;
	if (format == BMC_TWOS) {
		lo = -128;
		hi = 127;
	} else if (format == BMC_ONES) {
		lo = -127;
		hi = 127;
	}
	raw = y <= lo ? lo : y >= hi ? hi : (int)lround(y);
	/* A negative number in one's complement is its absolute, inverted. */
	return (uint8_t)(format == BMC_ONES && raw < 0 ? ~-raw : raw);
}

double
bmc_model_value(const struct bmc_sensor *s, uint8_t raw)
{
	int format = s->units & 0xc0, x = raw;
	double y;

	if (format == BMC_TWOS && raw > 127) {
		x = (int)raw - 256;
	} else if (format == BMC_ONES && raw > 127) {
		x = (int)raw - 255;
	}
	y = (s->m * x + s->b * pow(10, s->b_exp)) * pow(10, s->r_exp);
	if (s->linear == BMC_RECIPROCAL) {
		return y != 0 ? 1 / y : 0;
	}
	return s->linear == BMC_SQUARE ? y * y : y;
}

const char *
bmc_model_metric(const struct bmc_sensor *s)
{
	if (s->record != 0x01 || s->what >= BMC_STATE_PSU) {
		return NULL;
	}
	switch (s->unit) {
	case BMC_CELSIUS:
		return "temperature_c";
	case BMC_VOLT:
		return "voltage_v";
	case BMC_AMPERE:
		return "current_a";
	case BMC_WATT:
		return "power_w";
	case BMC_RPM:
		return "fan_rpm";
	default:
		return s->what == BMC_FAN ? "fan_pct" : "load_pct";
	}
}

/* Whether `asked` means `name`: letters and digits count, the rest is a gap. */
static bool
same_name(const char *name, const char *asked)
{
	for (; *name != '\0' && *asked != '\0'; name++, asked++) {
		bool is_word = isalnum((unsigned char)*name) != 0;

		if (is_word != (isalnum((unsigned char)*asked) != 0) ||
		    (is_word && tolower((unsigned char)*name) !=
		    tolower((unsigned char)*asked))) {
			return false;
		}
	}
	return *name == *asked;
}

/* The same for twins, which their entity tells apart: "Temp-3-2". */
static bool
same_twin(const struct bmc_sensor *sensor, const char *asked)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s-%u-%u", sensor->name,
	    sensor->entity, sensor->instance);
	return same_name(name, asked);
}

/* A sensor by its number, "0x04", as collectors name the source of a value. */
static bool
same_number(const struct bmc_sensor *sensor, const char *asked)
{
	char number[8];

	(void)snprintf(number, sizeof(number), "0x%02x", sensor->number);
	return strcmp(number, asked) == 0;
}

/* Reads a sensor as a collector does. */
static int
read_sensor(const struct bmc_sensor *s, const struct bmc_values *v,
    double *ret_value)
{
	double value;

	if (bmc_model_physical(s, v, &value) != 0) {
		return 1;
	}
	*ret_value = bmc_model_value(s, bmc_model_raw(s, value));
	return 0;
}

/* The host's power: DCMI, else a watts sensor, else the supplies' inputs. */
static int
truth_power(const struct bmc_model *model, const struct bmc_values *v,
    double *ret_value)
{
	double sum = 0, one;
	int n = 0;

	if (model->has_dcmi) {
		*ret_value = round(v->power_w);
		return 0;
	}
	for (size_t i = 0; i < model->n_sensors; i++) {
		const struct bmc_sensor *s = &model->sensors[i];

		if (s->what == BMC_POWER) {
			return read_sensor(s, v, ret_value);
		}
		if (s->what == BMC_PSU_IN && read_sensor(s, v, &one) == 0) {
			sum += one;
			n++;
		}
	}
	*ret_value = sum;
	return n > 0 ? 0 : -1;
}

static const struct bmc_sensor *
find_sensor(const struct bmc_model *model, const char *metric,
    const char *instance)
{
	for (size_t i = 0; i < model->n_sensors; i++) {
		const struct bmc_sensor *s = &model->sensors[i];
		const char *own = bmc_model_metric(s);

		if (own == NULL || strcmp(own, metric) != 0) {
			continue;
		}
		if (same_name(s->name, instance) || same_twin(s, instance) ||
		    same_number(s, instance) ||
		    (s->what == BMC_INLET && strcmp(instance, "inlet") == 0) ||
		    (s->what == BMC_OUTLET &&
		    (strcmp(instance, "outlet") == 0 ||
		    strcmp(instance, "exhaust") == 0))) {
			return s;
		}
	}
	return NULL;
}

int
bmc_model_truth(const struct bmc_model *model, const struct bmc_values *v,
    const char *metric, const char *instance, double *ret_value)
{
	const struct bmc_sensor *sensor;

	if (strcmp(instance, "-") == 0 && strcmp(metric, "power_w") == 0) {
		return truth_power(model, v, ret_value);
	}
	if (strcmp(instance, "dcmi") == 0 && strcmp(metric, "power_w") == 0) {
		return model->has_dcmi ? truth_power(model, v, ret_value) : -1;
	}
	if (strcmp(instance, "-") == 0 && strcmp(metric, "state_power") == 0) {
		*ret_value = v->on;
		return 0;
	}
	sensor = find_sensor(model, metric, instance);
	return sensor == NULL ? -1 : read_sensor(sensor, v, ret_value);
}
