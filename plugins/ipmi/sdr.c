/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdr.h"

#include <stdio.h>
#include <string.h>

#include <collectord/err.h>

#include "text.h"

/* Where the type/length byte of the name stands.  Source: tables 43-1 to
 * 43-3, 43-7, 43-8 (1-based there). */
#define NAME_FULL 47
#define NAME_COMPACT 31
#define NAME_EVENT 16
#define NAME_LOCATOR 15

const char *
sdr_kind_name(uint8_t kind)
{
	static const struct {
		uint8_t kind;
		const char *name;
	} names[] = {{SDR_FULL, "full sensor"}, {SDR_COMPACT, "compact sensor"},
	    {SDR_EVENT_ONLY, "event-only sensor"},
	    {SDR_ENTITY_ASSOCIATION, "entity association"},
	    {SDR_DEVICE_ENTITY, "device-relative entity association"},
	    {SDR_GENERIC_LOCATOR, "device locator"},
	    {SDR_FRU_LOCATOR, "FRU locator"}, {SDR_MC_LOCATOR, "MC locator"},
	    {SDR_MC_CONFIRMATION, "MC confirmation"}, {SDR_OEM, "OEM record"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].kind == kind) {
			return names[i].name;
		}
	}
	return "unknown record";
}

/* 10 bits, two's complement, the upper two in bits 7:6 of high. */
static int16_t
ten_bits(uint8_t low, uint8_t high)
{
	int value = low | (high & 0xc0) << 2;

	return (int16_t)(value >= 512 ? value - 1024 : value);
}

static int8_t
four_bits(unsigned value)
{
	return (int8_t)(value >= 8 ? (int)value - 16 : (int)value);
}

void
sdr_factors(const uint8_t bytes[6], struct sdr_factors *factors)
{
	factors->m = ten_bits(bytes[0], bytes[1]);
	factors->tolerance = bytes[1] & 0x3f;
	factors->b = ten_bits(bytes[2], bytes[3]);
	factors->r_exp = four_bits(bytes[5] >> 4);
	factors->b_exp = four_bits(bytes[5] & 15);
}

bool
sdr_is_analog(const struct sdr_sensor *sensor)
{
	return sensor->kind == SDR_FULL &&
	    sensor->factors.format != SDR_NO_ANALOG;
}

/* A name that says more bytes than the record has is cut. */
static void
read_name(const uint8_t *record, size_t n, size_t at, char *ret_name)
{
	static const enum text_kind kinds[] = {TEXT_WIDE, TEXT_BCD,
	    TEXT_PACKED, TEXT_LATIN};
	size_t len;

	if (at >= n) {
		ret_name[0] = '\0';
		return;
	}
	len = record[at] & 0x1f;
	if (len > n - at - 1) {
		len = n - at - 1;
	}
	(void)text_decode(kinds[record[at] >> 6], record + at + 1, len,
	    ret_name, SDR_NAME_SIZE);
}

/* What full and compact records have in common. */
static void
read_common(const uint8_t *record, struct sdr_sensor *sensor)
{
	sensor->entity = record[8];
	sensor->entity_instance = record[9] & 0x7f;
	sensor->type = record[12];
	sensor->reading_type = record[13];
	sensor->states = text_u16(record + 18) & 0x7fff;
	sensor->factors.format = record[20] >> 6;
	sensor->unit_rate = record[20] >> 3 & 7;
	sensor->unit_op = record[20] >> 1 & 3;
	sensor->percent = (record[20] & 1) != 0;
	sensor->unit = record[21];
	sensor->unit_modifier = record[22];
}

/* " 3", or " C" when the record says letters.  Source: table 43-2 byte 24. */
static void
add_number(char *name, uint8_t sharing, unsigned number)
{
	size_t n = strlen(name);
	bool letters = (sharing >> 4 & 3) == 1;

	/* A name that fills its place keeps its number's room. */
	if (n > SDR_NAME_SIZE - 5) {
		n = SDR_NAME_SIZE - 5;
		while (n > 0 && ((uint8_t)name[n] & 0xc0) == 0x80) {
			n--;
		}
	}
	if (letters && number < 26) {
		(void)snprintf(name + n, SDR_NAME_SIZE - n, "%c",
		    (char)('A' + (int)number));
	} else if (letters && number < 702) {
		(void)snprintf(name + n, SDR_NAME_SIZE - n, "%c%c",
		    (char)('A' + (int)(number / 26) - 1),
		    (char)('A' + (int)(number % 26)));
	} else {
		(void)snprintf(name + n, SDR_NAME_SIZE - n, "%u", number);
	}
}

/* Sensors that share a record have consecutive numbers. */
static size_t
share(const struct sdr_sensor *first, const uint8_t sharing[2],
    struct sdr_sensor *sensors)
{
	size_t n = sharing[0] & 15;

	if (n <= 1) {
		sensors[0] = *first;
		return 1;
	}
	for (size_t i = 0; i < n; i++) {
		sensors[i] = *first;
		sensors[i].number = (uint8_t)(first->number + i);
		if ((sharing[1] & 0x80) != 0) {
			sensors[i].entity_instance =
			    (uint8_t)((first->entity_instance + i) & 0x7f);
		}
		add_number(sensors[i].name, sharing[0],
		    (sharing[1] & 0x7f) + (unsigned)i);
	}
	return n;
}

static int
read_full(const uint8_t *record, size_t n, struct sdr_sensor *sensor)
{
	if (n < NAME_FULL) {
		return COL_EPROTO;
	}
	read_common(record, sensor);
	sensor->factors.linear = record[23] & 0x7f;
	sdr_factors(record + 24, &sensor->factors);
	sensor->max = record[34];
	read_name(record, n, NAME_FULL, sensor->name);
	return 0;
}

int
sdr_sensors(const uint8_t *record, size_t n, struct sdr_sensor *ret_sensors,
    size_t *ret_n)
{
	struct sdr_sensor sensor = {.kind = n > 3 ? record[3] : 0};
	size_t count = 1;
	int rc = 0;

	if (n < NAME_EVENT) {
		return n > 3 && sensor.kind > SDR_EVENT_ONLY ? COL_ENOTSUP :
		    COL_EPROTO;
	}
	sensor.owner = record[5];
	sensor.channel = record[6] >> 4;
	sensor.lun = record[6] & 3;
	sensor.number = record[7];
	switch (sensor.kind) {
	case SDR_FULL:
		rc = read_full(record, n, &sensor);
		ret_sensors[0] = rc == 0 ? sensor : ret_sensors[0];
		break;
	case SDR_COMPACT:
		if (n < NAME_COMPACT) {
			return COL_EPROTO;
		}
		read_common(record, &sensor);
		/* Whatever it says: a compact record has no factors. */
		sensor.factors.format = SDR_NO_ANALOG;
		read_name(record, n, NAME_COMPACT, sensor.name);
		count = share(&sensor, record + 23, ret_sensors);
		break;
	case SDR_EVENT_ONLY:
		sensor.entity = record[8];
		sensor.entity_instance = record[9] & 0x7f;
		sensor.type = record[10];
		sensor.reading_type = record[11];
		sensor.factors.format = SDR_NO_ANALOG;
		read_name(record, n, NAME_EVENT, sensor.name);
		count = share(&sensor, record + 12, ret_sensors);
		break;
	default:
		return COL_ENOTSUP;
	}
	if (rc == 0) {
		*ret_n = count;
	}
	return rc;
}

int
sdr_locator(const uint8_t *record, size_t n, struct sdr_locator *ret_locator)
{
	struct sdr_locator locator = {.kind = n > 3 ? record[3] : 0};

	if (locator.kind != SDR_FRU_LOCATOR && locator.kind != SDR_MC_LOCATOR) {
		return n > 3 ? COL_ENOTSUP : COL_EPROTO;
	}
	if (n < NAME_LOCATOR) {
		return COL_EPROTO;
	}
	locator.address = record[5];
	if (locator.kind == SDR_FRU_LOCATOR) {
		locator.fru = record[6];
		locator.logical = (record[7] & 0x80) != 0;
	}
	locator.entity = record[12];
	locator.entity_instance = record[13] & 0x7f;
	read_name(record, n, NAME_LOCATOR, locator.name);
	*ret_locator = locator;
	return 0;
}
