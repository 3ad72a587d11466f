/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ipmi_kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int
kit_unit(const char *word)
{
	static const struct {
		const char *word;
		int code;
	} units[] = {{"degrees C", 1}, {"degrees F", 2}, {"Volts", 4},
	    {"Amps", 5}, {"Watts", 6}, {"RPM", 18}, {"feet", 29},
	    {"unspecified", 0}, {"percent", 0}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].word, word) == 0) {
			return units[i].code;
		}
	}
	return -1;
}

/*
 * Factors and a byte for exactly this value: value = (m raw + b) 10^-digits,
 * b what a division leaves.  Some makers have it so.
 */
static void
choose_factors(double value, int *ret_m, int *ret_b, int *ret_digits,
    uint8_t *ret_raw)
{
	int digits = 0;
	long whole = 0, m;

	for (digits = 0; digits < 7; digits++) {
		whole = lround(value * pow(10, digits));
		if (fabs((double)whole - value * pow(10, digits)) < 1e-6) {
			break;
		}
	}
	m = whole / 200 > 1 ? whole / 200 : 1;
	*ret_digits = digits;
	*ret_m = (int)m;
	*ret_raw = (uint8_t)(whole / m > 255 ? 255 : whole / m);
	*ret_b = (int)(whole - m * *ret_raw);
}

static size_t
put_name(uint8_t *record, size_t at, const char *name)
{
	size_t n = strlen(name);

	n = n > 16 ? 16 : n;
	record[at] = (uint8_t)(0xc0 | n);
	memcpy(record + at + 1, name, n);
	return at + 1 + n;
}

size_t
kit_record(const struct kit_sensor *sensor, uint16_t id, uint8_t *ret_record,
    uint8_t *ret_raw)
{
	bool discrete = strcmp(sensor->unit, "discrete") == 0;
	size_t at = discrete ? 31 : 47, n;
	int m, b, digits;

	memset(ret_record, 0, KIT_RECORD_MAX);
	ret_record[0] = (uint8_t)id;
	ret_record[1] = (uint8_t)(id >> 8);
	ret_record[2] = 0x51;
	ret_record[3] = discrete ? 2 : 1;
	ret_record[5] = 0x20;
	ret_record[7] = sensor->number;
	ret_record[8] = sensor->entity;
	ret_record[9] = sensor->entity_instance;
	ret_record[12] = sensor->type;
	ret_record[13] = sensor->reading_type != 0 ? sensor->reading_type :
	    discrete ? 0x6f : 0x01;
	ret_record[18] = 0xff;
	ret_record[19] = 0x7f;
	*ret_raw = 0;
	if (discrete) {
		ret_record[20] = 0xc0;
		ret_record[23] = 1;
	} else {
		choose_factors(sensor->value, &m, &b, &digits, ret_raw);
		ret_record[20] = strcmp(sensor->unit, "percent") == 0;
		ret_record[21] = (uint8_t)kit_unit(sensor->unit);
		ret_record[24] = (uint8_t)m;
		ret_record[25] = (uint8_t)((m >> 8 & 3) << 6);
		ret_record[26] = (uint8_t)b;
		ret_record[27] = (uint8_t)((b >> 8 & 3) << 6);
		ret_record[29] = (uint8_t)((-digits & 15) << 4);
		ret_record[34] = 255;
	}
	n = put_name(ret_record, at, sensor->name);
	ret_record[4] = (uint8_t)(n - 5);
	return n;
}

size_t
kit_bytes(const char *hex, uint8_t *ret_bytes, size_t size)
{
	size_t n = 0;
	char *end;

	for (;; hex = end) {
		unsigned long byte = strtoul(hex, &end, 16);
		if (end == hex || n == size) {
			return n;
		}
		ret_bytes[n++] = (uint8_t)byte;
	}
}
