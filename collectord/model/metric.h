/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of metrics: name, base unit, kind, plausible range, words.
 *
 * Route: everything names metrics by index into this table.  Thread: any;
 * plugins' own metrics are added by MAIN before threads start.
 * Source: DESIGN.md section 2.
 */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

/* The metrics that the daemon itself reads or makes have a fixed index. */
enum metric_id {
	METRIC_POWER_W = 0, METRIC_APPARENT_VA, METRIC_REACTIVE_VAR,
	METRIC_POWER_FACTOR, METRIC_ENERGY_WH, METRIC_CURRENT_A,
	METRIC_VOLTAGE_V, METRIC_FREQUENCY_HZ, METRIC_LOAD_PCT,
	METRIC_RATED_CURRENT_A, METRIC_RATED_POWER_W, METRIC_TEMPERATURE_C,
	METRIC_HUMIDITY_PCT, METRIC_DEW_POINT_C, METRIC_AIRFLOW_M3H,
	METRIC_PRESSURE_PA, METRIC_FAN_RPM, METRIC_FAN_PCT, METRIC_RUNTIME_S,
	METRIC_CHARGE_PCT, METRIC_OCTETS_IN, METRIC_OCTETS_OUT,
	METRIC_RATED_VOLTAGE_V, METRIC_UNBALANCE_PCT,
	METRIC_THD_PCT, METRIC_COOLING_W, METRIC_COOLING_PCT,
	METRIC_COMPRESSOR_PCT, METRIC_VALVE_PCT, METRIC_FLOW_M3H,
	METRIC_AIR_SPEED_MPS, METRIC_AIRFLOW_PCT, METRIC_ABS_HUMIDITY_GM3,
	METRIC_RATED_APPARENT_VA, METRIC_OPTICAL_DBM, METRIC_CPU_PCT,
	METRIC_USED_OCTETS, METRIC_SIZE_OCTETS, METRIC_USED_PCT,
	METRIC_KNOWN, METRIC_EXPECTED,      /* racks known and expected in a sum */
	METRIC_FIXED_N
};

/* Index in the table; state_* and info_* and plugins' metrics follow. */
const struct col_metric *metric_get(uint32_t index);
uint32_t metric_count(void);
/* Finds by name; an unknown state_NAME or info_NAME is added on the fly.
 * Errors: COL_ENOENT, COL_EINVAL (malformed name), COL_EFULL (1,024). */
int metric_find(const char *name, uint32_t *ret_index);
/* Adds a plugin's metric.  Errors: COL_EEXIST with other unit or kind. */
int metric_add(const struct col_metric *metric, struct col_error *error);

#endif
