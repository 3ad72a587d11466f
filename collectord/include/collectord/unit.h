/* SPDX-License-Identifier: MIT */
/*
 * Words that a measurement travels with: quality, kind, unit names.
 *
 * Route: plugins name units, flow converts them to the base unit of the metric.
 * Thread: any.  Source: DESIGN.md section 2; RFC 3433 (EntitySensorDataType).
 *
 * A slot's unit is given as text, one of (base unit first, then what converts to it):
 *   W kW MW mW | VA kVA | var kvar | 1 0.01 permille 0.0001 (power factor and other ratios)
 *   Wh kWh MWh J | A mA | V mV kV | Hz mHz | % | C F K 0.1K | m3/h l/s l/min CFM GPM
 *   m/s ft/min | g/m3 | Pa kPa bar psi | rpm | s ms min h ticks (1/100 s) | octets bits
 *   "" (state, info)
 * model/unit.c is the table.  A metric accepts only units of its own dimension.
 */
#ifndef COLLECTORD_UNIT_H
#define COLLECTORD_UNIT_H

#include <stdint.h>

/* How far a value may be trusted.  Only good reaches an archive. */
enum col_quality {
	COL_GOOD = 0,
	COL_STALE,        /* older than three intervals */
	COL_IMPLAUSIBLE,  /* outside what the metric or the device allows */
	COL_UNAVAILABLE,  /* the device says that it has no value */
	COL_ERROR,        /* could not be read or understood */
	COL_QUALITY_N
};

/* What a metric's numbers mean over time. */
enum col_kind {
	COL_GAUGE = 0,    /* a value of its own, may rise and fall */
	COL_COUNTER,      /* ever rising count, archived as rate per second */
	COL_METER,        /* ever rising reading that is kept as read (energy) */
	COL_STATE,        /* enumerated state */
	COL_INFO,         /* text that seldom changes */
	COL_KIND_N
};

/* How bad a state is, as the device's maker or the profile means it. */
enum col_severity {
	COL_SEVERITY_NONE = 0,  /* says nothing: on, off, closed */
	COL_SEVERITY_OK,
	COL_SEVERITY_INFO,
	COL_SEVERITY_WARNING,
	COL_SEVERITY_CRITICAL,
	COL_SEVERITY_N
};

/* What one number of a state metric means. */
struct col_state {
	int64_t code;
	const char *word;       /* "on_battery", at most 63 bytes, no control characters */
	enum col_severity severity;
};

#endif
