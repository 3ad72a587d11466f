/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A three-phase UPS with the standard MIB and nothing else.
 * Source: RFC 1628 (UPS-MIB, 1.3.6.1.2.1.33.1): voltages in RMS volts, battery
 *         voltage 0.1 V, currents 0.1 A, frequencies 0.1 Hz, power in W.
 */
#include <config.h>

#include "kind.h"

#include <math.h>

#define U "1.3.6.1.2.1.33.1."

enum {
	MAKER,
	MODEL,
	SOFTWARE,
	AGENT,
	NAME,
	ATTACHED,
	BATTERY_STATUS,
	ON_BATTERY_S,
	RUNTIME_MIN,
	CHARGE,
	BATTERY_V,
	BATTERY_A,
	BATTERY_C,
	LINE_BADS,
	N_LINES,
	IN_HZ,
	IN_V,
	IN_A,
	IN_W,
	OUT_SOURCE,
	OUT_HZ,
	OUT_V,
	OUT_A,
	OUT_W,
	OUT_LOAD,
	BYPASS_ZERO,
	ALARMS,
	RATED_V,
	RATED_HZ,
	RATED_VA,
	RATED_W,
	LOW_MIN,
	AUDIBLE,
	LOW_V,
	HIGH_V
};

#define INT BER_INTEGER
#define STR BER_OCTETS
#define ONE KIND_SCALAR
#define ROW KIND_PHASE

const struct kind_column kind_ups_columns[] = {
	/* upsIdent */
	{U "1.1", STR, ONE, MAKER, NULL, "", 1},
	{U "1.2", STR, ONE, MODEL, NULL, "", 1},
	{U "1.3", STR, ONE, SOFTWARE, NULL, "", 1},
	{U "1.4", STR, ONE, AGENT, NULL, "", 1},
	{U "1.5", STR, ONE, NAME, NULL, "", 1},
	{U "1.6", STR, ONE, ATTACHED, NULL, "", 1},
	/* upsBattery */
	{U "2.1", INT, ONE, BATTERY_STATUS, "state_battery", "", 1},
	{U "2.2", INT, ONE, ON_BATTERY_S, NULL, "", 1},
	{U "2.3", INT, ONE, RUNTIME_MIN, "runtime_s", "", 60},
	{U "2.4", INT, ONE, CHARGE, "charge_pct", "", 1},
	{U "2.5", INT, ONE, BATTERY_V, "voltage_v", "battery", 0.1},
	{U "2.6", INT, ONE, BATTERY_A, "current_a", "battery", 0.1},
	{U "2.7", INT, ONE, BATTERY_C, "temperature_c", "battery", 1},
	/* upsInput */
	{U "3.1", BER_COUNTER32, ONE, LINE_BADS, NULL, "", 1},
	{U "3.2", INT, ONE, N_LINES, NULL, "", 1},
	{U "3.3.1.2", INT, ROW, IN_HZ, "frequency_hz", "in", 0.1},
	{U "3.3.1.3", INT, ROW, IN_V, "voltage_v", "in", 1},
	{U "3.3.1.4", INT, ROW, IN_A, "current_a", "in", 0.1},
	{U "3.3.1.5", INT, ROW, IN_W, "power_w", "in", 1},
	/* upsOutput */
	{U "4.1", INT, ONE, OUT_SOURCE, "state_source", "", 1},
	{U "4.2", INT, ONE, OUT_HZ, "frequency_hz", "", 0.1},
	{U "4.3", INT, ONE, N_LINES, NULL, "", 1},
	{U "4.4.1.2", INT, ROW, OUT_V, "voltage_v", "", 1},
	{U "4.4.1.3", INT, ROW, OUT_A, "current_a", "", 0.1},
	{U "4.4.1.4", INT, ROW, OUT_W, "power_w", "", 1},
	{U "4.4.1.5", INT, ROW, OUT_LOAD, "load_pct", "", 1},
	/* upsBypass */
	{U "5.1", INT, ONE, OUT_HZ, NULL, "", 0.1},
	{U "5.2", INT, ONE, N_LINES, NULL, "", 1},
	{U "5.3.1.2", INT, ROW, IN_V, "voltage_v", "bypass", 1},
	{U "5.3.1.3", INT, ROW, BYPASS_ZERO, NULL, "", 0.1},
	{U "5.3.1.4", INT, ROW, BYPASS_ZERO, NULL, "", 1},
	/* upsAlarm */
	{U "6.1", BER_GAUGE32, ONE, ALARMS, NULL, "", 1},
	/* upsConfig */
	{U "9.1", INT, ONE, RATED_V, NULL, "", 1},
	{U "9.2", INT, ONE, RATED_HZ, NULL, "", 0.1},
	{U "9.3", INT, ONE, RATED_V, NULL, "", 1},
	{U "9.4", INT, ONE, RATED_HZ, NULL, "", 0.1},
	{U "9.5", INT, ONE, RATED_VA, "rated_apparent_va", "", 1},
	{U "9.6", INT, ONE, RATED_W, "rated_power_w", "", 1},
	{U "9.7", INT, ONE, LOW_MIN, NULL, "", 1},
	{U "9.8", INT, ONE, AUDIBLE, NULL, "", 1},
	{U "9.9", INT, ONE, LOW_V, NULL, "", 1},
	{U "9.10", INT, ONE, HIGH_V, NULL, "", 1},
};

const size_t kind_ups_columns_n =
    sizeof(kind_ups_columns) / sizeof(kind_ups_columns[0]);

static void
text_cell(struct kind_subject *subject, uint16_t what, struct cell *cell)
{
	char id[PROVINCE_ID_MAX];

	switch (what) {
	case MAKER:
		kind_text(cell, "Demo Power");
		break;
	case MODEL:
		kind_text(cell, "DP-33-%.0fk",
		    subject->v.ups.rated_w / 1000);
		break;
	case SOFTWARE:
		kind_text(cell, "3.10");
		break;
	case AGENT:
		kind_text(cell, "2.1.4");
		break;
	case NAME:
		province_device_id(subject->world->province, &subject->device,
		    id);
		kind_text(cell, "%s", id);
		break;
	default:
		kind_text(cell, "%s", "");
		break;
	}
}

static void
line_cell(const struct values_ups *v, uint16_t what, uint32_t i,
    struct cell *cell)
{
	double value = 0;

	switch (what) {
	case IN_HZ:
		value = v->frequency_hz * 10;
		break;
	case IN_V:
		value = v->in_volt[i];
		break;
	case IN_A:
		value = v->in_amp[i] * 10;
		break;
	case IN_W:
		value = v->in_w[i];
		break;
	case OUT_V:
		value = v->out_volt[i];
		break;
	case OUT_A:
		value = v->out_amp[i] * 10;
		break;
	case OUT_W:
		value = v->out_w[i];
		break;
	case OUT_LOAD:
		value = v->load_pct[i];
		break;
	default:
		break;
	}
	cell->number = (int64_t)llround(value);
}

static void
battery_cell(const struct values_ups *v, uint16_t what, struct cell *cell)
{
	switch (what) {
	case BATTERY_STATUS:
		/* batteryNormal(2) */
		cell->number = 2;
		break;
	case RUNTIME_MIN:
		cell->number = (int64_t)floor(v->runtime_s / 60);
		break;
	case CHARGE:
		cell->number = (int64_t)llround(v->charge_pct);
		break;
	case BATTERY_V:
		cell->number = (int64_t)llround(v->battery_v * 10);
		break;
	case BATTERY_C:
		cell->number = (int64_t)llround(v->battery_c);
		break;
	default:
		cell->number = 0;
		break;
	}
}

static void
scalar_cell(const struct values_ups *v, uint16_t what, struct cell *cell)
{
	switch (what) {
	case N_LINES:
		cell->number = 3;
		break;
	case OUT_SOURCE:
		/* none(2), normal(3) */
		cell->number = v->lost ? 2 : 3;
		break;
	case OUT_HZ:
		cell->number = v->lost ? 0 :
		    (int64_t)llround(v->frequency_hz * 10);
		break;
	case ALARMS:
		cell->number = v->lost;
		break;
	case RATED_V:
		cell->number = 220;
		break;
	case RATED_HZ:
		cell->number = 500;
		break;
	case RATED_VA:
		cell->number = (int64_t)llround(v->rated_va);
		break;
	case RATED_W:
		cell->number = (int64_t)llround(v->rated_w);
		break;
	case LOW_MIN:
		cell->number = 2;
		break;
	case AUDIBLE:
		/* muted(3) */
		cell->number = 3;
		break;
	case LOW_V:
		cell->number = 176;
		break;
	case HIGH_V:
		cell->number = 264;
		break;
	default:
		cell->number = 0;
		break;
	}
}

void
kind_ups_cell(struct kind_subject *subject, const struct kind_column *column,
    const struct mib_entry *entry, struct cell *cell)
{
	const struct values_ups *v = &subject->v.ups;

	if (column->tag == BER_OCTETS) {
		text_cell(subject, column->what, cell);
	} else if (column->shape == KIND_PHASE) {
		line_cell(v, column->what, entry->index[0] - 1U, cell);
	} else if (column->what >= BATTERY_STATUS &&
	    column->what <= BATTERY_C) {
		battery_cell(v, column->what, cell);
	} else {
		scalar_cell(v, column->what, cell);
	}
}
