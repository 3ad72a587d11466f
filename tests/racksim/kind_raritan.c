/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Raritan PX3: value rows numbered by object and sensor type, whose scale and
 * unit stand in another table at the same index.
 * Source: PDU2-MIB, raritan pdu2 = 1.3.6.1.4.1.13742.6: configuration under
 *         .3, measurements under .5; SensorTypeEnumeration,
 *         SensorUnitsEnumeration, SensorStateEnumeration.
 */
#include <config.h>

#include "kind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define R "1.3.6.1.4.1.13742.6."

enum {
	PDU_COUNT,
	MAKER,
	MODEL,
	SERIAL,
	FIRMWARE,
	NAME,
	N_INLETS,
	N_OCPS,
	N_OUTLETS,
	LABEL,
	GIVEN_NAME,
	POLES,
	RATED_V,
	RATED_A,
	LINE,
	OCP_TYPE,
	ENABLED,
	UNITS,
	DIGITS,
	ZERO,
	ONE,
	AVAILABLE,
	STATE,
	VALUE,
	TIMESTAMP,
	SIGNED,
	EXT_TYPE,
	EXT_SERIAL,
	EXT_NAME,
	EXT_TEXT
};

/* Source: PDU2-MIB SensorTypeEnumeration. */
enum {
	TYPE_CURRENT = 1,
	TYPE_UNBALANCE = 3,
	TYPE_VOLTAGE = 4,
	TYPE_POWER = 5,
	TYPE_APPARENT = 6,
	TYPE_FACTOR = 7,
	TYPE_ENERGY = 8,
	TYPE_TEMPERATURE = 10,
	TYPE_HUMIDITY = 11,
	TYPE_ON_OFF = 14,
	TYPE_TRIP = 15,
	TYPE_FREQUENCY = 23,
	TYPE_VOLTAGE_LN = 25
};

static const uint8_t types_inlet_1ph[] = {1, 4, 5, 6, 7, 8, 23};
static const uint8_t types_inlet_3ph[] = {1, 3, 4, 5, 6, 7, 8, 23};
static const uint8_t types_pole[] = {1, 4, 5, 6, 7, 8, 25};
static const uint8_t types_ocp[] = {1, 15};
static const uint8_t types_outlet[] = {1, 4, 5, 6, 7, 8, 14, 23};

#define INT BER_INTEGER
#define STR BER_OCTETS
#define G32 BER_GAUGE32
#define PLAIN NULL, "", 1

/* The columns every table of sensors has: configuration C, values V. */
#define SENSORS(C, V, SHAPE) \
	{R C ".4", INT, SHAPE, ONE, PLAIN}, \
	{R C ".6", INT, SHAPE, UNITS, PLAIN}, \
	{R C ".7", G32, SHAPE, DIGITS, PLAIN}, \
	{R C ".8", G32, SHAPE, ZERO, PLAIN}, \
	{R C ".9", G32, SHAPE, ONE, PLAIN}, \
	{R C ".27", INT, SHAPE, ZERO, PLAIN}, \
	{R V ".2", INT, SHAPE, AVAILABLE, PLAIN}, \
	{R V ".3", INT, SHAPE, STATE, PLAIN}, \
	{R V ".4", G32, SHAPE, VALUE, PLAIN}, \
	{R V ".5", G32, SHAPE, TIMESTAMP, PLAIN}, \
	{R V ".6", INT, SHAPE, SIGNED, PLAIN}

const struct kind_column kind_raritan_columns[] = {
	{R "3.1", INT, KIND_SCALAR, PDU_COUNT, PLAIN},
	/* nameplateTable, unitConfigurationTable, controller firmware */
	{R "3.2.1.1.2", STR, KIND_R_UNIT, MAKER, PLAIN},
	{R "3.2.1.1.3", STR, KIND_R_UNIT, MODEL, PLAIN},
	{R "3.2.1.1.4", STR, KIND_R_UNIT, SERIAL, PLAIN},
	{R "3.2.2.1.2", INT, KIND_R_UNIT, N_INLETS, PLAIN},
	{R "3.2.2.1.3", INT, KIND_R_UNIT, N_OCPS, PLAIN},
	{R "3.2.2.1.4", INT, KIND_R_UNIT, N_OUTLETS, PLAIN},
	{R "3.2.2.1.13", STR, KIND_R_UNIT, NAME, PLAIN},
	{R "3.2.3.1.6", STR, KIND_R_BOARD, FIRMWARE, PLAIN},
	/* inletConfigurationTable, inletPoleConfigurationTable */
	{R "3.3.3.1.2", STR, KIND_R_INLET, LABEL, PLAIN},
	{R "3.3.3.1.3", STR, KIND_R_INLET, GIVEN_NAME, PLAIN},
	{R "3.3.3.1.5", INT, KIND_R_INLET, POLES, PLAIN},
	{R "3.3.3.1.6", STR, KIND_R_INLET, RATED_V, PLAIN},
	{R "3.3.3.1.7", STR, KIND_R_INLET, RATED_A, PLAIN},
	{R "3.3.5.1.2", INT, KIND_R_POLE, LINE, PLAIN},
	SENSORS("3.3.4.1", "5.2.3.1", KIND_R_INLET_SENSOR),
	SENSORS("3.3.6.1", "5.2.4.1", KIND_R_POLE_SENSOR),
	/* overCurrentProtectorConfigurationTable */
	{R "3.4.3.1.2", STR, KIND_R_OCP, LABEL, PLAIN},
	{R "3.4.3.1.3", STR, KIND_R_OCP, GIVEN_NAME, PLAIN},
	{R "3.4.3.1.4", INT, KIND_R_OCP, OCP_TYPE, PLAIN},
	{R "3.4.3.1.5", STR, KIND_R_OCP, RATED_A, PLAIN},
	SENSORS("3.4.4.1", "5.3.3.1", KIND_R_OCP_SENSOR),
	/* outletConfigurationTable */
	{R "3.5.3.1.2", STR, KIND_R_OUTLET, LABEL, PLAIN},
	{R "3.5.3.1.3", STR, KIND_R_OUTLET, GIVEN_NAME, PLAIN},
	{R "3.5.3.1.6", STR, KIND_R_OUTLET, RATED_V, PLAIN},
	{R "3.5.3.1.7", STR, KIND_R_OUTLET, RATED_A, PLAIN},
	SENSORS("3.5.4.1", "5.4.3.1", KIND_R_OUTLET_SENSOR),
	/* externalSensorConfigurationTable, measurementsExternalSensorTable */
	{R "3.6.3.1.2", INT, KIND_R_EXT, EXT_TYPE, PLAIN},
	{R "3.6.3.1.3", STR, KIND_R_EXT, EXT_SERIAL, PLAIN},
	{R "3.6.3.1.4", STR, KIND_R_EXT, EXT_NAME, PLAIN},
	{R "3.6.3.1.5", STR, KIND_R_EXT, EXT_TEXT, PLAIN},
	{R "3.6.3.1.14", INT, KIND_R_EXT, ONE, PLAIN},
	{R "3.6.3.1.16", INT, KIND_R_EXT, UNITS, PLAIN},
	{R "3.6.3.1.17", G32, KIND_R_EXT, DIGITS, PLAIN},
	{R "5.5.3.1.2", INT, KIND_R_EXT, AVAILABLE, PLAIN},
	{R "5.5.3.1.3", INT, KIND_R_EXT, STATE, PLAIN},
	{R "5.5.3.1.4", INT, KIND_R_EXT, SIGNED, PLAIN},
	{R "5.5.3.1.5", G32, KIND_R_EXT, TIMESTAMP, PLAIN},
};

const size_t kind_raritan_columns_n =
    sizeof(kind_raritan_columns) / sizeof(kind_raritan_columns[0]);

size_t
kind_raritan_types(enum kind_model model, enum kind_shape shape,
    const uint8_t **ret_types)
{
	bool three = model >= KIND_RARITAN_3PH;

	switch (shape) {
	case KIND_R_INLET_SENSOR:
		*ret_types = three ? types_inlet_3ph : types_inlet_1ph;
		return three ? sizeof(types_inlet_3ph) :
		    sizeof(types_inlet_1ph);
	case KIND_R_POLE_SENSOR:
		*ret_types = types_pole;
		return sizeof(types_pole);
	case KIND_R_OCP_SENSOR:
		*ret_types = types_ocp;
		return sizeof(types_ocp);
	case KIND_R_OUTLET_SENSOR:
		*ret_types = types_outlet;
		return sizeof(types_outlet);
	default:
		return 0;
	}
}

/* Slots of a rack's external sensors; slot 4 of pdu-a is the humidity. */
static enum values_probe
probe_at(const struct kind_subject *subject, uint32_t slot)
{
	if (subject->device.role != PROVINCE_PDU_A) {
		return VALUES_EXHAUST;
	}
	return (enum values_probe)(VALUES_TOP + (slot - 1) % 3);
}

static uint8_t
type_at(const struct kind_subject *subject, const struct mib_entry *entry,
    enum kind_shape shape)
{
	if (shape != KIND_R_EXT) {
		return (uint8_t)entry->index[1];
	}
	return subject->device.role == PROVINCE_PDU_A && entry->index[0] == 4 ?
	    TYPE_HUMIDITY : TYPE_TEMPERATURE;
}

/* Source: a PX3's decimalDigits columns (current 3, PF 2, Hz and degC 1). */
static int
digits_of(uint8_t type)
{
	switch (type) {
	case TYPE_CURRENT:
		return 3;
	case TYPE_FACTOR:
		return 2;
	case TYPE_FREQUENCY:
	case TYPE_TEMPERATURE:
		return 1;
	default:
		return 0;
	}
}

/* Source: PDU2-MIB SensorUnitsEnumeration. */
static int
units_of(uint8_t type)
{
	switch (type) {
	case TYPE_VOLTAGE:
	case TYPE_VOLTAGE_LN:
		return 1;
	case TYPE_CURRENT:
		return 2;
	case TYPE_POWER:
		return 3;
	case TYPE_APPARENT:
		return 4;
	case TYPE_ENERGY:
		return 5;
	case TYPE_TEMPERATURE:
		return 7;
	case TYPE_FREQUENCY:
		return 8;
	case TYPE_HUMIDITY:
	case TYPE_UNBALANCE:
		return 9;
	default:
		return -1;
	}
}

/* What one inlet, pole, protector or outlet carries. */
struct part {
	double share;		/* of the device's power */
	double volt, amp;
	double next_volt;	/* to the next line; of poles only */
};

/* Units:  returns V between two lines 120 degrees apart. */
static double
between(double a, double b)
{
	return sqrt(a * a + b * b + a * b);
}

static struct part
part_of(const struct values_pdu *v, enum kind_shape shape, uint32_t row)
{
	uint32_t per_bank = VALUES_OUTLETS / v->n_banks, phase = 0;
	struct part part = {.share = 0};

	switch (shape) {
	case KIND_R_POLE_SENSOR:
		phase = row - 1;
		part.next_volt = between(v->volt[phase],
		    v->volt[row % VALUES_PHASES]);
		part.share = v->power_w > 0 ? v->phase_w[phase] / v->power_w :
		    1.0 / v->n_phases;
		break;
	case KIND_R_OCP_SENSOR:
		phase = (row - 1) / (v->n_banks / v->n_phases);
		for (uint32_t i = 0; i < per_bank; i++) {
			part.share += v->share[(row - 1) * per_bank + i];
		}
		break;
	case KIND_R_OUTLET_SENSOR:
		phase = (row - 1) / per_bank / (v->n_banks / v->n_phases);
		part.share = v->share[row - 1];
		break;
	default:
		part.share = 1;
		part.volt = v->n_phases == 1 ? v->volt[0] :
		    (v->volt[0] + v->volt[1] + v->volt[2]) / 3;
		part.amp = v->n_phases == 1 ? v->amp[0] :
		    fmax(v->amp[0], fmax(v->amp[1], v->amp[2]));
		return part;
	}
	part.volt = v->volt[phase];
	part.amp = v->power_w > 0 && part.volt > 0 ?
	    v->power_w * part.share / v->power_factor / part.volt : 0;
	return part;
}

static double
unbalance(const struct values_pdu *v)
{
	double mean = (v->amp[0] + v->amp[1] + v->amp[2]) / 3, worst = 0;

	for (int i = 0; i < VALUES_PHASES; i++) {
		worst = fmax(worst, fabs(v->amp[i] - mean));
	}
	return mean > 0 ? worst / mean * 100 : 0;
}

/* Returns the reading in the sensor's own integer scale. */
static int64_t
raw_value(struct kind_subject *subject, enum kind_shape shape, uint32_t row,
    uint8_t type)
{
	const struct values_pdu *v = &subject->v.pdu;
	struct part part = part_of(v, shape, row);
	double value = 0;

	switch (type) {
	case TYPE_CURRENT:
		value = part.amp;
		break;
	case TYPE_UNBALANCE:
		value = unbalance(v);
		break;
	case TYPE_VOLTAGE:
		/* Of a pole it is that to the next one. */
		value = shape == KIND_R_POLE_SENSOR ? part.next_volt :
		    part.volt;
		break;
	case TYPE_VOLTAGE_LN:
		value = part.volt;
		break;
	case TYPE_POWER:
		value = v->power_w * part.share;
		break;
	case TYPE_APPARENT:
		value = v->apparent_va * part.share;
		break;
	case TYPE_FACTOR:
		value = v->power_factor;
		break;
	case TYPE_ENERGY:
		return kind_energy(subject, v->energy_wh * part.share, 1, 32);
	case TYPE_FREQUENCY:
		value = v->frequency_hz;
		break;
	case TYPE_TEMPERATURE:
		value = v->temperature_c[probe_at(subject, row)];
		break;
	case TYPE_HUMIDITY:
		value = v->humidity_pct;
		break;
	default:
		break;
	}
	return (int64_t)llround(value * pow(10, digits_of(type)));
}

static void
text_cell(struct kind_subject *subject, const struct kind_column *column,
    const struct mib_entry *entry, struct cell *cell)
{
	bool three = subject->v.pdu.n_phases == 3;
	bool is_a = subject->device.role == PROVINCE_PDU_A;
	static const char *const places[] = {
		"inlet top", "inlet middle", "inlet bottom", "exhaust"
	};
	char text[PROVINCE_ID_MAX];
	uint32_t row = entry->index[0];

	kind_serial(subject, text);
	switch (column->what) {
	case MAKER:
		kind_text(cell, "Raritan");
		break;
	case MODEL:
		kind_text(cell, "%s", three ? "PX3-5730U" : "PX3-5493U-K2");
		break;
	case FIRMWARE:
		kind_text(cell, "4.2.0.5-50274");
		break;
	case LABEL:
		kind_text(cell, "%s%u", column->shape == KIND_R_INLET ? "I" :
		    column->shape == KIND_R_OCP ? "C" : "", row);
		break;
	case RATED_V:
		kind_text(cell, "%s", three &&
		    column->shape == KIND_R_INLET ? "380-415V" : "200-240V");
		break;
	case RATED_A:
		kind_text(cell, "%s", column->shape == KIND_R_INLET ? "32A" :
		    column->shape == KIND_R_OCP ? "16A" : "10A");
		break;
	case EXT_NAME:
		if (is_a && row == 4) {
			kind_text(cell, "inlet top humidity");
		} else {
			kind_text(cell, "%s", places[probe_at(subject, row)]);
		}
		break;
	case GIVEN_NAME:
	case EXT_TEXT:
		kind_text(cell, "%s", "");
		break;
	case NAME:
		province_device_id(subject->world->province, &subject->device,
		    text);
		kind_text(cell, "%s", text);
		break;
	default:
		kind_text(cell, "%s", text);
		break;
	}
}

static int64_t
state_of(const struct values_pdu *v, uint8_t type)
{
	switch (type) {
	case TYPE_ON_OFF:
		/* on(7), off(8) */
		return v->volt[0] > 0 ? 7 : 8;
	case TYPE_TRIP:
		/* closed(1) */
		return 1;
	default:
		/* normal(4) */
		return 4;
	}
}

void
kind_raritan_cell(struct kind_subject *subject,
    const struct kind_column *column, const struct mib_entry *entry,
    struct cell *cell)
{
	const struct values_pdu *v = &subject->v.pdu;
	uint8_t type = type_at(subject, entry, column->shape);

	if (column->tag == BER_OCTETS) {
		text_cell(subject, column, entry, cell);
		return;
	}
	switch (column->what) {
	case N_OCPS:
		cell->number = v->n_banks;
		break;
	case N_OUTLETS:
		cell->number = VALUES_OUTLETS;
		break;
	case POLES:
		/* two lines of one phase, or three phases and neutral */
		cell->number = v->n_phases == 3 ? 4 : 2;
		break;
	case LINE:
		cell->number = entry->index[0];
		break;
	case UNITS:
		cell->number = units_of(type);
		break;
	case DIGITS:
		cell->number = digits_of(type);
		break;
	case ZERO:
		cell->number = 0;
		break;
	case STATE:
		cell->number = state_of(v, type);
		break;
	case SIGNED:
		/* The signed twin of an energy counter reads 0 on a PX3. */
		cell->number = type == TYPE_ENERGY ? 0 :
		    raw_value(subject, column->shape, entry->index[0], type);
		break;
	case VALUE:
		cell->number =
		    raw_value(subject, column->shape, entry->index[0], type);
		break;
	case TIMESTAMP:
		cell->number = subject->t;
		break;
	case EXT_TYPE:
		cell->number = type;
		break;
	default:
		/* counts of one, and "available" */
		cell->number = 1;
		break;
	}
}

/* Names of metrics by sensor type. */
static const struct {
	const char *metric;
	uint8_t type;
} metrics[] = {
	{"current_a", TYPE_CURRENT},
	{"voltage_v", TYPE_VOLTAGE},
	{"power_w", TYPE_POWER},
	{"apparent_va", TYPE_APPARENT},
	{"power_factor", TYPE_FACTOR},
	{"energy_wh", TYPE_ENERGY},
	{"frequency_hz", TYPE_FREQUENCY},
	{"temperature_c", TYPE_TEMPERATURE},
	{"humidity_pct", TYPE_HUMIDITY},
};

/* Finds the external sensor an instance names; 0 if there is none. */
static uint32_t
slot_of(const struct kind_subject *subject, uint8_t type,
    const struct kind_instance *want)
{
	static const char *const names[] = {
		"top", "middle", "bottom", "exhaust"
	};
	uint32_t n = kind_rows(subject->model, KIND_R_EXT);

	for (uint32_t slot = 1; slot <= n; slot++) {
		struct mib_entry entry = {.index = {(uint16_t)slot, 0}};
		const char *name = names[probe_at(subject, slot)];

		if (type_at(subject, &entry, KIND_R_EXT) != type) {
			continue;
		}
		if (want->number == slot || (want->number == 0 &&
		    (strcmp(want->word, name) == 0 ||
		    strcmp(want->part, name) == 0 ||
		    (want->word[0] == '\0' && type == TYPE_HUMIDITY)))) {
			return slot;
		}
	}
	return 0;
}

/* Finds the table that an instance means. */
static enum kind_shape
shape_of(const struct kind_subject *subject, const struct kind_instance *want)
{
	const char *word = want->word;
	bool one_phase = kind_rows(subject->model, KIND_PHASE) == 1;

	if (strcmp(word, "l") == 0 || strcmp(word, "phase") == 0) {
		/* A one-phase inlet has no poles: it is its only phase. */
		return one_phase ? KIND_R_INLET_SENSOR : KIND_R_POLE_SENSOR;
	}
	if (strcmp(word, "c") == 0 || strcmp(word, "b") == 0 ||
	    strcmp(word, "bank") == 0 || strcmp(word, "ocp") == 0) {
		return KIND_R_OCP_SENSOR;
	}
	if (strcmp(word, "i") == 0 || strcmp(word, "inlet") == 0 ||
	    (word[0] == '\0' && want->number == 0)) {
		return KIND_R_INLET_SENSOR;
	}
	if (word[0] == '\0' || strcmp(word, "o") == 0 ||
	    strcmp(word, "outlet") == 0) {
		return KIND_R_OUTLET_SENSOR;
	}
	return KIND_SHAPE_N;
}

int
kind_raritan_truth(struct kind_subject *subject, const char *metric,
    const struct kind_instance *instance, double *ret_value)
{
	const uint8_t *types = NULL;
	enum kind_shape shape;
	uint32_t row = instance->number == 0 ? 1 : instance->number;
	uint8_t type = 0;
	size_t n;

	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		if (strcmp(metrics[i].metric, metric) == 0) {
			type = metrics[i].type;
		}
	}
	kind_measure(subject);
	if (strcmp(metric, "rated_current_a") == 0 && instance->number == 0) {
		*ret_value = 32;
		return 0;
	}
	if (type == TYPE_TEMPERATURE || type == TYPE_HUMIDITY) {
		shape = KIND_R_EXT;
		row = slot_of(subject, type, instance);
	} else {
		shape = shape_of(subject, instance);
		if (instance->to != 0 && (type != TYPE_VOLTAGE ||
		    instance->to != row % VALUES_PHASES + 1)) {
			return -1;
		}
		if (shape == KIND_R_POLE_SENSOR && type == TYPE_VOLTAGE &&
		    instance->to == 0) {
			type = TYPE_VOLTAGE_LN;
		}
		n = kind_raritan_types(subject->model, shape, &types);
		if (type == 0 || n == 0 || memchr(types, type, n) == NULL) {
			return -1;
		}
	}
	if (row < 1 || row > kind_rows(subject->model, shape)) {
		return -1;
	}
	*ret_value = (double)raw_value(subject, shape, row, type) /
	    pow(10, digits_of(type));
	return 0;
}
