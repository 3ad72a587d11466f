/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of a BMC's System Event Log: what happened, in words.
 *
 * Route: log_reader (raw records) -> here -> host's event.
 * Thread: any (pure).
 * Source: IPMI v2.0 rev 1.1 s.31 (SEL commands), s.32 (record formats),
 * s.29.7 (event data), table 42-1 to 42-3.
 */
#ifndef IPMI_SEL_H
#define IPMI_SEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define SEL_RECORD 16
#define SEL_INFO 0x40            /* commands of the storage function */
#define SEL_RESERVE 0x42
#define SEL_GET 0x43
#define SEL_TIME 0x48
#define SEL_FIRST 0x0000
#define SEL_LAST 0xffff
#define SEL_TIME_UNKNOWN UINT32_MAX

struct sel_info {
	uint16_t n_entries;
	uint32_t added, erased;  /* last times; they say when it changed */
	bool overflow;           /* events were lost: it is full */
};

enum sel_kind {
	SEL_SYSTEM = 0,          /* an event of a sensor */
	SEL_OEM_TIMED,           /* C0h-DFh */
	SEL_OEM_PLAIN,           /* E0h-FFh, and types that are none */
};

struct sel_entry {
	uint16_t id;
	enum sel_kind kind;
	uint8_t type;            /* record type as read */
	uint32_t time_s;         /* BMC's clock, s since 1970; SEL_TIME_UNKNOWN:
	                            it did not know (or counted from its start) */
	uint16_t generator;      /* who made it: slave or software id, channel */
	uint8_t sensor_type, sensor, reading_type;
	bool asserted;
	uint8_t data[3];
	uint32_t manufacturer;   /* SEL_OEM_TIMED */
	uint8_t raw[SEL_RECORD];
};

#define SEL_CODE_SIZE 64
#define SEL_TEXT_SIZE 160
#define SEL_SOURCE_SIZE 96

/* An entry's meaning. */
struct sel_words {
	char code[SEL_CODE_SIZE];     /* "power_supply_input_lost" */
	char text[SEL_TEXT_SIZE];     /* "power supply: input lost" */
	char source[SEL_SOURCE_SIZE]; /* the record's bytes */
	enum col_severity severity;
	bool cleared;
};

/* Data of Get SEL Info.  Errors: COL_EPROTO.  Source: s.31.2. */
int sel_info(const uint8_t *data, size_t n, struct sel_info *ret_info);
/*
 * Data of Get SEL Entry: the next record's id and this one.
 * Errors: COL_EPROTO (not a whole record).
 * Source: s.31.5, s.32.1 to 32.3.
 */
int sel_entry(const uint8_t *data, size_t n, uint16_t *ret_next,
    struct sel_entry *ret_entry);
/* Data of Get SEL Time.  Errors: COL_EPROTO. */
int sel_time(const uint8_t *data, size_t n, uint32_t *ret_time_s);

/* Puts an entry into words. */
void sel_words(const struct sel_entry *entry, struct sel_words *ret_words);

#endif
