/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sensor data records: what sensors a BMC has and how their bytes become
 * numbers.
 *
 * Route: repository and cache (raw records) -> here -> choose, convert.
 * Thread: any (pure).
 * Source: IPMI v2.0 rev 1.1 s.43 (record formats), tables 43-1, 43-2, 43-3,
 * 43-7 (11h), 43-8 (12h).
 */
#ifndef IPMI_SDR_H
#define IPMI_SDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SDR_HEADER 5             /* id, version, type, length */
#define SDR_RECORD_MAX 260       /* header and 255 bytes */
#define SDR_NAME_SIZE 49         /* 16 bytes of Latin 1 as UTF-8, a number */
#define SDR_SHARED_MAX 16        /* sensors in one compact record */

enum sdr_kind {
	SDR_FULL = 0x01,
	SDR_COMPACT = 0x02,
	SDR_EVENT_ONLY = 0x03,
	SDR_ENTITY_ASSOCIATION = 0x08,
	SDR_DEVICE_ENTITY = 0x09,
	SDR_GENERIC_LOCATOR = 0x10,
	SDR_FRU_LOCATOR = 0x11,
	SDR_MC_LOCATOR = 0x12,
	SDR_MC_CONFIRMATION = 0x13,
	SDR_OEM = 0xc0,
};

/* units1[7:6]: how the reading byte is a number. */
enum sdr_format {
	SDR_UNSIGNED = 0,
	SDR_ONES,              /* 1's complement */
	SDR_TWOS,              /* 2's complement */
	SDR_NO_ANALOG,         /* the sensor has no number */
};

/* The event/reading types that decide what a sensor's states are. */
#define SDR_READING_THRESHOLD 0x01
#define SDR_READING_SPECIFIC 0x6f /* states of its sensor type */

#define SDR_BMC_OWNER 0x20       /* slave address of the BMC itself */

/* How a raw byte becomes a number: L((m x + b 10^b_exp) 10^r_exp). */
struct sdr_factors {
	uint8_t format;        /* enum sdr_format */
	uint8_t linear;        /* table 43-1 byte 24, without bit 7 */
	int16_t m, b;          /* 10 bits, signed */
	int8_t r_exp, b_exp;
	uint8_t tolerance;     /* half steps of the raw byte */
};

/* One sensor; of a compact record that is shared, one of them. */
struct sdr_sensor {
	uint8_t kind;          /* full, compact or event-only */
	uint8_t owner, lun, channel, number;
	uint8_t entity, entity_instance;
	uint8_t type;          /* table 42-3 */
	uint8_t reading_type;  /* table 42-1 */
	uint8_t unit, unit_modifier;
	uint8_t unit_rate;     /* units1[5:3] */
	uint8_t unit_op;       /* units1[2:1] */
	bool percent;          /* units1[0] */
	uint16_t states;       /* discrete: which ones can be read; bits 0..14 */
	uint8_t max;           /* raw, of a full record */
	struct sdr_factors factors;
	char name[SDR_NAME_SIZE];
};

/* A locator: where a FRU or another controller is. */
struct sdr_locator {
	uint8_t kind;          /* SDR_FRU_LOCATOR or SDR_MC_LOCATOR */
	uint8_t address;       /* of the controller that has it */
	uint8_t fru;           /* FRU device id; logical ones only */
	bool logical;          /* read by FRU commands to the controller */
	uint8_t entity, entity_instance;
	char name[SDR_NAME_SIZE];
};

/*
 * Parses one whole record, header included.
 * Shape: ret_sensors has SDR_SHARED_MAX places; ret_n 0 for other kinds.
 * Errors: COL_EPROTO (shorter than its fixed part).  COL_ENOTSUP: no sensor.
 * Source: tables 43-1, 43-2, 43-3.
 */
int sdr_sensors(const uint8_t *record, size_t n,
    struct sdr_sensor *ret_sensors, size_t *ret_n);
/* The same for a FRU or MC locator. */
int sdr_locator(const uint8_t *record, size_t n,
    struct sdr_locator *ret_locator);

/* "full sensor", "OEM record": for logs.  Never NULL. */
const char *sdr_kind_name(uint8_t kind);
/* Reads M, B, exponents from the six bytes that end a Get Sensor Reading
 * Factors answer, or stand in a full record.  Source: table 35-4, 43-1. */
void sdr_factors(const uint8_t bytes[6], struct sdr_factors *factors);
/* Whether its reading byte is a number. */
bool sdr_is_analog(const struct sdr_sensor *sensor);

#endif
