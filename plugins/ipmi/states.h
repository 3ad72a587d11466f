/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the states of discrete sensors are called and how bad they are.
 *
 * Route: below sel.c (events) and choose, round (state_* metrics).
 * Thread: any (constant tables).
 * Source: IPMI v2.0 rev 1.1 tables 42-1, 42-2, 42-3.
 */
#ifndef IPMI_STATES_H
#define IPMI_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define STATES_OFFSETS 15      /* states of one sensor: bits 0..14 */
#define STATES_CODES (STATES_OFFSETS + 1) /* and "none of them" */

/* Sensor types that are spoken of by name.  Source: table 42-3. */
enum sensor_type {
	SENSOR_TEMPERATURE = 0x01, SENSOR_VOLTAGE, SENSOR_CURRENT, SENSOR_FAN,
	SENSOR_PHYSICAL_SECURITY = 0x05, SENSOR_PROCESSOR = 0x07,
	SENSOR_POWER_SUPPLY = 0x08, SENSOR_POWER_UNIT = 0x09,
	SENSOR_COOLING = 0x0a, SENSOR_MEMORY = 0x0c, SENSOR_DRIVE = 0x0d,
	SENSOR_BATTERY = 0x29,
};

/* One state: a word of a-z, 0-9 and _, or NULL: none is defined there. */
struct states_word {
	const char *word;
	enum col_severity severity;
};

/* "power_supply"; "oem" for C0h on, "sensor" for what is not defined. */
const char *states_type_name(uint8_t type);
/* "power supply" of an entity id; NULL: none that says where something is.
 * Source: table 43-13. */
const char *states_entity_name(uint8_t entity);
/* The type of a name; -1: there is none. */
int states_type_find(const char *name);

/*
 * The meaning of a state, by reading type (6Fh: by sensor type).
 * Returns NULL for states that are not defined.
 */
const struct states_word *states_word(uint8_t type, uint8_t reading_type,
    unsigned offset);

/*
 * The state that stands for all that are asserted: the worst, then the first.
 * Returns its offset + 1; 0 when none is.
 */
unsigned states_code(uint8_t type, uint8_t reading_type, uint16_t asserted);
/* The same states as a table for host->states.  Shape: STATES_CODES places;
 * returns how many are used, 0 for sensors whose states have no names. */
size_t states_table(uint8_t type, uint8_t reading_type,
    struct col_state *ret_states);

/* How bad a threshold event is: offsets 0..11 of reading type 01h. */
enum col_severity states_threshold(unsigned offset);

#endif
