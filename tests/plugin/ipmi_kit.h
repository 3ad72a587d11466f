/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sensor data records made from what a listing shows: name, unit, value.
 *
 * Route: tests of plugins/ipmi.  Thread: one.
 * Source: IPMI v2.0 rev 1.1 tables 43-1, 43-2, written down a second time here.
 */
#ifndef TESTS_IPMI_KIT_H
#define TESTS_IPMI_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIT_RECORD_MAX 64

enum kit_state { KIT_OK = 0, KIT_ABSENT };

/* One line of a listing. */
struct kit_sensor {
	const char *name;
	const char *unit;        /* as ipmitool prints it; "discrete" */
	double value;            /* or the states of a discrete one */
	enum kit_state state;
	uint8_t number, entity, entity_instance, type;
	uint8_t reading_type;    /* 0: 01h, or 6Fh for discrete ones */
};

/*
 * Makes a full record (a compact one for "discrete") whose raw byte stands
 * for the value.  Returns its length.  Shape: ret_record KIT_RECORD_MAX bytes.
 */
size_t kit_record(const struct kit_sensor *sensor, uint16_t id,
    uint8_t *ret_record, uint8_t *ret_raw);

/* The code of ipmitool's word for a unit; -1: it is none. */
int kit_unit(const char *word);

/* Bytes from "01 02 0a"; returns how many. */
size_t kit_bytes(const char *hex, uint8_t *ret_bytes, size_t size);

#endif
