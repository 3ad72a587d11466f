/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * APC rack PDU 2G: the rPDU2 tables and the legacy rPDU ones beside them.
 * Source: PowerNet-MIB, rPDU2 = 1.3.6.1.4.1.318.1.1.26, rPDU = ...318.1.1.12;
 *         scales as its DESCRIPTION clauses say: power 0.01 kW, apparent power
 *         0.01 kVA, energy 0.1 kWh, current 0.1 A, voltage 1 V, PF 0.01.
 */
#include <config.h>

#include "kind.h"

#include <math.h>

#define R2 "1.3.6.1.4.1.318.1.1.26."
#define R1 "1.3.6.1.4.1.318.1.1.12."

enum {
	INDEX,
	ONE,
	MODEL,
	SERIAL,
	NAME,
	FIRMWARE,
	FIRMWARE_DATE,
	OUTLETS,
	METERED,
	PHASES,
	BANKS,
	RATING_A,
	RATING_KW,
	LOAD_STATE,
	POWER,
	PEAK_POWER,
	RESET_DATE,
	ENERGY,
	APPARENT,
	FACTOR,
	OVERLOAD_KW,
	PHASE_CURRENT,
	PHASE_VOLTAGE,
	PHASE_POWER,
	PHASE_APPARENT,
	PHASE_FACTOR,
	BANK_CURRENT,
	BANK_RATING,
	OUTLET_NAME,
	OUTLET_STATE,
	OUTLET_CURRENT,
	OUTLET_POWER,
	OUTLET_ENERGY,
	SENSOR_NAME,
	SENSOR_TYPE,
	SENSOR_COMM,
	SENSOR_F,
	SENSOR_C,
	SENSOR_RH,
	SENSOR_STATE,
	SENSOR_RH_STATE,
	WATTS,
	LOAD_CURRENT,
	LOAD_PHASE,
	LOAD_BANK,
	LOAD_NORMAL
};

#define INT BER_INTEGER
#define STR BER_OCTETS
#define UNIT KIND_UNIT

const struct kind_column kind_apc_columns[] = {
	/* rPDUIdent and rPDULoadStatus (legacy) */
	{R1 "1.1", STR, KIND_SCALAR, NAME, NULL, "", 1},
	{R1 "1.3", STR, KIND_SCALAR, FIRMWARE, NULL, "", 1},
	{R1 "1.5", STR, KIND_SCALAR, MODEL, NULL, "", 1},
	{R1 "1.6", STR, KIND_SCALAR, SERIAL, NULL, "", 1},
	{R1 "1.7", INT, KIND_SCALAR, RATING_A, NULL, "", 1},
	{R1 "1.8", INT, KIND_SCALAR, OUTLETS, NULL, "", 1},
	{R1 "1.9", INT, KIND_SCALAR, PHASES, NULL, "", 1},
	{R1 "1.16", INT, KIND_SCALAR, WATTS, NULL, "", 1},
	{R1 "2.3.1.1.1", INT, KIND_LOAD, INDEX, NULL, "", 1},
	{R1 "2.3.1.1.2", BER_GAUGE32, KIND_LOAD, LOAD_CURRENT, NULL, "", 0.1},
	{R1 "2.3.1.1.3", INT, KIND_LOAD, LOAD_NORMAL, NULL, "", 1},
	{R1 "2.3.1.1.4", INT, KIND_LOAD, LOAD_PHASE, NULL, "", 1},
	{R1 "2.3.1.1.5", INT, KIND_LOAD, LOAD_BANK, NULL, "", 1},
	/* rPDU2IdentTable */
	{R2 "2.1.1", INT, UNIT, INDEX, NULL, "", 1},
	{R2 "2.1.2", INT, UNIT, ONE, NULL, "", 1},
	{R2 "2.1.3", STR, UNIT, NAME, NULL, "", 1},
	{R2 "2.1.6", STR, UNIT, FIRMWARE, NULL, "", 1},
	{R2 "2.1.7", STR, UNIT, FIRMWARE_DATE, NULL, "", 1},
	{R2 "2.1.8", STR, UNIT, MODEL, NULL, "", 1},
	{R2 "2.1.9", STR, UNIT, SERIAL, NULL, "", 1},
	/* rPDU2DeviceConfigTable: overload threshold, 0.1 kW */
	{R2 "4.1.1.1", INT, UNIT, INDEX, NULL, "", 1},
	{R2 "4.1.1.2", INT, UNIT, ONE, NULL, "", 1},
	{R2 "4.1.1.3", STR, UNIT, NAME, NULL, "", 1},
	{R2 "4.1.1.9", INT, UNIT, OVERLOAD_KW, NULL, "", 100},
	/* rPDU2DevicePropertiesTable */
	{R2 "4.2.1.1", INT, UNIT, INDEX, NULL, "", 1},
	{R2 "4.2.1.2", INT, UNIT, ONE, NULL, "", 1},
	{R2 "4.2.1.3", STR, UNIT, NAME, NULL, "", 1},
	{R2 "4.2.1.4", INT, UNIT, OUTLETS, NULL, "", 1},
	{R2 "4.2.1.5", INT, UNIT, METERED, NULL, "", 1},
	{R2 "4.2.1.6", INT, UNIT, METERED, NULL, "", 1},
	{R2 "4.2.1.7", INT, UNIT, PHASES, NULL, "", 1},
	{R2 "4.2.1.8", INT, UNIT, BANKS, NULL, "", 1},
	{R2 "4.2.1.9", INT, UNIT, RATING_A, "rated_current_a", "", 1},
	{R2 "4.2.1.13", INT, UNIT, RATING_KW, "rated_power_w", "", 100},
	/* rPDU2DeviceStatusTable */
	{R2 "4.3.1.1", INT, UNIT, INDEX, NULL, "", 1},
	{R2 "4.3.1.2", INT, UNIT, ONE, NULL, "", 1},
	{R2 "4.3.1.3", STR, UNIT, NAME, NULL, "", 1},
	{R2 "4.3.1.4", INT, UNIT, LOAD_STATE, "state_load", "", 1},
	{R2 "4.3.1.5", INT, UNIT, POWER, "power_w", "", 10},
	{R2 "4.3.1.6", INT, UNIT, PEAK_POWER, NULL, "", 10},
	{R2 "4.3.1.7", STR, UNIT, RESET_DATE, NULL, "", 1},
	{R2 "4.3.1.8", STR, UNIT, RESET_DATE, NULL, "", 1},
	{R2 "4.3.1.9", INT, UNIT, ENERGY, "energy_wh", "", 100},
	{R2 "4.3.1.10", STR, UNIT, RESET_DATE, NULL, "", 1},
	{R2 "4.3.1.12", INT, UNIT, ONE, NULL, "", 1},
	{R2 "4.3.1.16", INT, UNIT, APPARENT, "apparent_va", "", 10},
	{R2 "4.3.1.17", INT, UNIT, FACTOR, "power_factor", "", 0.01},
	/* rPDU2PhaseConfigTable: overload threshold, A */
	{R2 "6.1.1.1", INT, KIND_PHASE, INDEX, NULL, "", 1},
	{R2 "6.1.1.2", INT, KIND_PHASE, ONE, NULL, "", 1},
	{R2 "6.1.1.3", INT, KIND_PHASE, INDEX, NULL, "", 1},
	{R2 "6.1.1.7", INT, KIND_PHASE, RATING_A, NULL, "", 1},
	/* rPDU2PhaseStatusTable */
	{R2 "6.3.1.1", INT, KIND_PHASE, INDEX, NULL, "", 1},
	{R2 "6.3.1.2", INT, KIND_PHASE, ONE, NULL, "", 1},
	{R2 "6.3.1.3", INT, KIND_PHASE, INDEX, NULL, "", 1},
	{R2 "6.3.1.4", INT, KIND_PHASE, LOAD_STATE, NULL, "", 1},
	{R2 "6.3.1.5", INT, KIND_PHASE, PHASE_CURRENT, "current_a", "", 0.1},
	{R2 "6.3.1.6", INT, KIND_PHASE, PHASE_VOLTAGE, "voltage_v", "", 1},
	{R2 "6.3.1.7", INT, KIND_PHASE, PHASE_POWER, "power_w", "", 10},
	{R2 "6.3.1.8", INT, KIND_PHASE, PHASE_APPARENT, "apparent_va", "", 10},
	{R2 "6.3.1.9", INT, KIND_PHASE, PHASE_FACTOR, "power_factor", "", 0.01},
	/* rPDU2BankConfigTable: overload threshold, A */
	{R2 "8.1.1.1", INT, KIND_BANK, INDEX, NULL, "", 1},
	{R2 "8.1.1.2", INT, KIND_BANK, ONE, NULL, "", 1},
	{R2 "8.1.1.3", INT, KIND_BANK, INDEX, NULL, "", 1},
	{R2 "8.1.1.7", INT, KIND_BANK, BANK_RATING, "rated_current_a", "", 1},
	/* rPDU2BankStatusTable */
	{R2 "8.3.1.1", INT, KIND_BANK, INDEX, NULL, "", 1},
	{R2 "8.3.1.2", INT, KIND_BANK, ONE, NULL, "", 1},
	{R2 "8.3.1.3", INT, KIND_BANK, INDEX, NULL, "", 1},
	{R2 "8.3.1.4", INT, KIND_BANK, LOAD_STATE, NULL, "", 1},
	{R2 "8.3.1.5", INT, KIND_BANK, BANK_CURRENT, "current_a", "", 0.1},
	/* rPDU2OutletSwitchedStatusTable: off(1) on(2) */
	{R2 "9.2.3.1.1", INT, KIND_OUTLET, INDEX, NULL, "", 1},
	{R2 "9.2.3.1.2", INT, KIND_OUTLET, ONE, NULL, "", 1},
	{R2 "9.2.3.1.3", STR, KIND_OUTLET, OUTLET_NAME, NULL, "", 1},
	{R2 "9.2.3.1.4", INT, KIND_OUTLET, INDEX, NULL, "", 1},
	{R2 "9.2.3.1.5", INT, KIND_OUTLET, OUTLET_STATE, "state_outlet", "", 1},
	/* rPDU2OutletMeteredStatusTable */
	{R2 "9.4.3.1.1", INT, KIND_OUTLET, INDEX, NULL, "", 1},
	{R2 "9.4.3.1.2", INT, KIND_OUTLET, ONE, NULL, "", 1},
	{R2 "9.4.3.1.3", STR, KIND_OUTLET, OUTLET_NAME, NULL, "", 1},
	{R2 "9.4.3.1.4", INT, KIND_OUTLET, INDEX, NULL, "", 1},
	{R2 "9.4.3.1.5", INT, KIND_OUTLET, LOAD_STATE, NULL, "", 1},
	{R2 "9.4.3.1.6", INT, KIND_OUTLET, OUTLET_CURRENT, "current_a", "", 0.1},
	{R2 "9.4.3.1.7", INT, KIND_OUTLET, OUTLET_POWER, "power_w", "", 1},
	{R2 "9.4.3.1.11", INT, KIND_OUTLET, OUTLET_ENERGY, "energy_wh", "", 100},
	/* rPDU2SensorTempHumidityStatusTable: 0.1 F, 0.1 C, %RH */
	{R2 "10.2.2.1.1", INT, UNIT, INDEX, NULL, "", 1},
	{R2 "10.2.2.1.2", INT, UNIT, ONE, NULL, "", 1},
	{R2 "10.2.2.1.3", STR, UNIT, SENSOR_NAME, NULL, "", 1},
	{R2 "10.2.2.1.4", INT, UNIT, ONE, NULL, "", 1},
	{R2 "10.2.2.1.5", INT, UNIT, SENSOR_TYPE, NULL, "", 1},
	{R2 "10.2.2.1.6", INT, UNIT, SENSOR_COMM, NULL, "", 1},
	{R2 "10.2.2.1.7", INT, UNIT, SENSOR_F, NULL, "", 0.1},
	{R2 "10.2.2.1.8", INT, UNIT, SENSOR_C, "temperature_c", "", 0.1},
	{R2 "10.2.2.1.9", INT, UNIT, SENSOR_STATE, NULL, "", 1},
	{R2 "10.2.2.1.10", INT, UNIT, SENSOR_RH, "humidity_pct", "", 1},
	{R2 "10.2.2.1.11", INT, UNIT, SENSOR_RH_STATE, NULL, "", 1},
};

const size_t kind_apc_columns_n =
    sizeof(kind_apc_columns) / sizeof(kind_apc_columns[0]);

static int64_t
scaled(double value, double unit)
{
	return (int64_t)llround(value / unit);
}

/* Sums the shares of one bank's outlets. */
static double
bank_share(const struct values_pdu *v, uint32_t bank)
{
	uint32_t n = VALUES_OUTLETS / v->n_banks;
	double sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		sum += v->share[bank * n + i];
	}
	return sum;
}

/* Units:  returns A through a bank (0..). */
static double
bank_amp(const struct values_pdu *v, uint32_t bank)
{
	uint32_t phase = bank / (v->n_banks / v->n_phases);

	if (v->power_w <= 0 || v->volt[phase] <= 0) {
		return 0;
	}
	return v->power_w * bank_share(v, bank) / v->power_factor /
	    v->volt[phase];
}

static void
ident_cell(struct kind_subject *subject, uint16_t what, struct cell *cell)
{
	char text[PROVINCE_ID_MAX];

	switch (what) {
	case MODEL:
		kind_text(cell, "%s", subject->model == KIND_APC_1PH ?
		    "AP8653" : "AP8886");
		break;
	case SERIAL:
		kind_serial(subject, text);
		kind_text(cell, "%s", text);
		break;
	case FIRMWARE:
		kind_text(cell, "v6.8.0");
		break;
	case FIRMWARE_DATE:
		kind_text(cell, "06/01/2021");
		break;
	case RESET_DATE:
		kind_text(cell, "01/01/2025 00:00:00");
		break;
	default:
		province_device_id(subject->world->province, &subject->device,
		    text);
		kind_text(cell, "%s", text);
		break;
	}
}

/* The probe of pdu-a hangs at the top of the rack, that of pdu-b below. */
static void
sensor_cell(struct kind_subject *subject, uint16_t what, struct cell *cell)
{
	const struct values_pdu *v = &subject->v.pdu;
	bool is_a = subject->device.role == PROVINCE_PDU_A;
	bool fitted = province_has_probes(subject->world->province,
	    subject->device.rack);
	double c = v->temperature_c[is_a ? VALUES_TOP : VALUES_BOTTOM];

	/* Not fitted: -1 everywhere, and this text. Source: PowerNet-MIB. */
	if (!fitted) {
		cell->number = -1;
		if (what == SENSOR_NAME) {
			kind_text(cell, "noTempSensorInstalled");
		}
		return;
	}
	switch (what) {
	case SENSOR_NAME:
		kind_text(cell, "%s", is_a ? "inlet top" : "inlet bottom");
		break;
	case SENSOR_TYPE:
		/* temperatureOnly(1), temperatureHumidity(2) */
		cell->number = is_a ? 2 : 1;
		break;
	case SENSOR_COMM:
		/* notInstalled(1), commsOK(2), commsLost(3) */
		cell->number = 2;
		break;
	case SENSOR_F:
		cell->number = scaled(c * 9 / 5 + 32, 0.1);
		break;
	case SENSOR_C:
		cell->number = scaled(c, 0.1);
		break;
	case SENSOR_RH:
		cell->number = is_a ? scaled(v->humidity_pct, 1) : -1;
		break;
	default:
		/* notPresent(1), belowMin(2), ..., normal(4) */
		cell->number = what == SENSOR_RH_STATE && !is_a ? 1 : 4;
		break;
	}
}

static void
outlet_cell(struct kind_subject *subject, uint16_t what, uint32_t outlet,
    struct cell *cell)
{
	const struct values_pdu *v = &subject->v.pdu;
	double w = v->power_w * v->share[outlet - 1];

	switch (what) {
	case OUTLET_NAME:
		kind_text(cell, "Outlet %u", outlet);
		break;
	case OUTLET_STATE:
		cell->number = v->volt[0] > 0 ? 2 : 1;
		break;
	case OUTLET_CURRENT:
		cell->number = w > 0 ?
		    scaled(w / v->power_factor / v->volt[0], 0.1) : 0;
		break;
	case OUTLET_POWER:
		cell->number = scaled(w, 1);
		break;
	default:
		cell->number = kind_energy(subject,
		    v->energy_wh * v->share[outlet - 1], 100, 31);
		break;
	}
}

/* The legacy load table: phases first, then banks. */
static void
load_cell(const struct values_pdu *v, uint16_t what, uint32_t row,
    struct cell *cell)
{
	uint32_t bank = row > v->n_phases ? row - v->n_phases : 0;
	uint32_t phase = bank == 0 ? row :
	    1 + (bank - 1) / (v->n_banks / v->n_phases);

	switch (what) {
	case LOAD_CURRENT:
		cell->number = scaled(bank ? bank_amp(v, bank - 1) :
		    v->amp[phase - 1], 0.1);
		break;
	case LOAD_PHASE:
		cell->number = phase;
		break;
	case LOAD_BANK:
		cell->number = bank;
		break;
	default:
		/* phaseLoadNormal(1) */
		cell->number = 1;
		break;
	}
}

static void
phase_cell(const struct values_pdu *v, uint16_t what, uint32_t i,
    struct cell *cell)
{
	switch (what) {
	case PHASE_CURRENT:
		cell->number = scaled(v->amp[i], 0.1);
		break;
	case PHASE_VOLTAGE:
		cell->number = scaled(v->volt[i], 1);
		break;
	case PHASE_POWER:
		cell->number = scaled(v->phase_w[i], 10);
		break;
	case PHASE_APPARENT:
		cell->number = scaled(v->amp[i] * v->volt[i], 10);
		break;
	default:
		cell->number = scaled(v->power_factor, 0.01);
		break;
	}
}

static void
unit_cell(struct kind_subject *subject, uint16_t what, struct cell *cell)
{
	const struct values_pdu *v = &subject->v.pdu;

	switch (what) {
	case OUTLETS:
		cell->number = VALUES_OUTLETS;
		break;
	case METERED:
		cell->number = kind_rows(subject->model, KIND_OUTLET);
		break;
	case PHASES:
		cell->number = v->n_phases;
		break;
	case BANKS:
		cell->number = v->n_banks;
		break;
	case RATING_A:
		cell->number = v->breaker_a;
		break;
	case RATING_KW:
	case OVERLOAD_KW:
		/* 230 V nameplate, in 0.1 kW */
		cell->number = v->breaker_a * 230 * v->n_phases / 100;
		break;
	case POWER:
		cell->number = scaled(v->power_w, 10);
		break;
	case PEAK_POWER:
		cell->number = scaled(600 * values_design_kw(
		    subject->world->province, subject->device.rack), 10);
		break;
	case ENERGY:
		cell->number = kind_energy(subject, v->energy_wh, 100, 31);
		break;
	case APPARENT:
		cell->number = scaled(v->apparent_va, 10);
		break;
	case FACTOR:
		cell->number = scaled(v->power_factor, 0.01);
		break;
	default:
		cell->number = scaled(v->power_w, 1);
		break;
	}
}

void
kind_apc_cell(struct kind_subject *subject, const struct kind_column *column,
    const struct mib_entry *entry, struct cell *cell)
{
	const struct values_pdu *v = &subject->v.pdu;
	uint16_t what = column->what;
	uint32_t row = entry->index[0];

	if (what == INDEX) {
		cell->number = row;
	} else if (what == ONE) {
		cell->number = 1;
	} else if (what == LOAD_STATE) {
		/* lowLoad(1), normal(2) */
		cell->number = v->power_w < 100 ? 1 : 2;
	} else if (what == BANK_RATING) {
		cell->number = 16;
	} else if (what == BANK_CURRENT) {
		cell->number = scaled(bank_amp(v, row - 1), 0.1);
	} else if (what >= LOAD_CURRENT) {
		load_cell(v, what, row, cell);
	} else if (what >= SENSOR_NAME && what <= SENSOR_RH_STATE) {
		sensor_cell(subject, what, cell);
	} else if (what >= OUTLET_NAME && what <= OUTLET_ENERGY) {
		outlet_cell(subject, what, row, cell);
	} else if (what >= PHASE_CURRENT && what <= PHASE_FACTOR) {
		phase_cell(v, what, row - 1, cell);
	} else if (column->tag == BER_OCTETS) {
		ident_cell(subject, what, cell);
	} else {
		unit_cell(subject, what, cell);
	}
}
