/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <collectord/err.h>

#include "sdr.h"
#include "states.h"
#include "text.h"

#define TYPE_SYSTEM 0x02
#define TYPE_OEM_TIMED 0xc0
#define TYPE_OEM_PLAIN 0xe0
/* Up to here a time counts from the BMC's start.  Source: s.37.1. */
#define TIME_SINCE_START 0x20000000

int
sel_info(const uint8_t *data, size_t n, struct sel_info *ret_info)
{
	if (n < 14) {
		return COL_EPROTO;
	}
	*ret_info = (struct sel_info){.n_entries = text_u16(data + 1),
	    .added = text_u32(data + 5), .erased = text_u32(data + 9),
	    .overflow = (data[13] & 0x80) != 0};
	return 0;
}

int
sel_time(const uint8_t *data, size_t n, uint32_t *ret_time_s)
{
	if (n < 4) {
		return COL_EPROTO;
	}
	*ret_time_s = text_u32(data);
	return 0;
}

static uint32_t
time_of(uint32_t stamp)
{
	return stamp <= TIME_SINCE_START ? SEL_TIME_UNKNOWN : stamp;
}

int
sel_entry(const uint8_t *data, size_t n, uint16_t *ret_next,
    struct sel_entry *ret_entry)
{
	struct sel_entry entry = {.time_s = SEL_TIME_UNKNOWN};
	const uint8_t *record = data + 2;

	if (n < 2 + SEL_RECORD) {
		return COL_EPROTO;
	}
	entry.id = text_u16(record);
	entry.type = record[2];
	memcpy(entry.raw, record, SEL_RECORD);
	if (entry.type >= TYPE_OEM_PLAIN || (entry.type < TYPE_OEM_TIMED &&
	    entry.type != TYPE_SYSTEM)) {
		/* Types that are not defined are passed on as they are. */
		entry.kind = SEL_OEM_PLAIN;
	} else if (entry.type >= TYPE_OEM_TIMED) {
		entry.kind = SEL_OEM_TIMED;
		entry.time_s = time_of(text_u32(record + 3));
		entry.manufacturer = (text_u16(record + 7) |
		    (uint32_t)record[9] << 16) & 0xfffff;
	} else {
		entry.time_s = time_of(text_u32(record + 3));
		entry.generator = text_u16(record + 7);
		entry.sensor_type = record[10];
		entry.sensor = record[11];
		entry.reading_type = record[12] & 0x7f;
		entry.asserted = (record[12] & 0x80) == 0;
		memcpy(entry.data, record + 13, 3);
	}
	*ret_next = text_u16(data);
	*ret_entry = entry;
	return 0;
}

/* Underscores to blanks. */
static void
spell(const char *word, char *ret_text, size_t size)
{
	size_t i = 0;

	for (; word[i] != '\0' && i + 1 < size; i++) {
		ret_text[i] = word[i];
		if (word[i] == '_') {
			ret_text[i] = ' ';
		}
	}
	ret_text[i] = '\0';
}

/* The raw bytes that a threshold event carries: reading and threshold. */
static void
add_data(const struct sel_entry *entry, char *text, size_t size)
{
	size_t n = strlen(text);

	/* Source: table 29-6: data 1 [7:6] 01b: a reading in data 2. */
	if (entry->reading_type == SDR_READING_THRESHOLD &&
	    (entry->data[0] >> 6) == 1) {
		(void)snprintf(text + n, size - n, " (raw reading %u%s",
		    entry->data[1], (entry->data[0] >> 4 & 3) == 1 ? "" : ")");
		n = strlen(text);
		if ((entry->data[0] >> 4 & 3) == 1) {
			(void)snprintf(text + n, size - n, ", threshold %u)",
			    entry->data[2]);
		}
	}
}

static void
system_words(const struct sel_entry *entry, struct sel_words *words)
{
	unsigned offset = entry->data[0] & 15;
	const struct states_word *word = states_word(entry->sensor_type,
	    entry->reading_type, offset);
	const char *type = states_type_name(entry->sensor_type);
	char spelled_type[40], spelled_word[64], unnamed[24];

	(void)snprintf(unnamed, sizeof(unnamed), "event_%u", offset);
	(void)snprintf(words->code, sizeof(words->code), "%s_%s", type,
	    word != NULL ? word->word : unnamed);
	spell(type, spelled_type, sizeof(spelled_type));
	spell(word != NULL ? word->word : unnamed, spelled_word,
	    sizeof(spelled_word));
	words->cleared = !entry->asserted;
	words->severity = word != NULL ? word->severity : COL_SEVERITY_NONE;
	/* That a state has ended, or begun and means nothing, is no alarm. */
	if (words->cleared || words->severity <= COL_SEVERITY_OK) {
		words->severity = COL_SEVERITY_INFO;
	}
	(void)snprintf(words->text, sizeof(words->text), "%s: %s%s",
	    spelled_type, spelled_word, words->cleared ? ", no longer" : "");
	add_data(entry, words->text, sizeof(words->text));
}

void
sel_words(const struct sel_entry *entry, struct sel_words *ret_words)
{
	size_t n = (size_t)snprintf(ret_words->source,
	    sizeof(ret_words->source), "SEL %u:", entry->id);

	for (size_t i = 2; i < SEL_RECORD; i++) {
		n += (size_t)snprintf(ret_words->source + n,
		    sizeof(ret_words->source) - n, " %02x", entry->raw[i]);
	}
	ret_words->cleared = false;
	ret_words->severity = COL_SEVERITY_INFO;
	switch (entry->kind) {
	case SEL_SYSTEM:
		system_words(entry, ret_words);
		break;
	case SEL_OEM_TIMED:
		(void)snprintf(ret_words->code, sizeof(ret_words->code),
		    "oem_record_%02x", entry->type);
		(void)snprintf(ret_words->text, sizeof(ret_words->text),
		    "OEM record %02Xh of manufacturer %" PRIu32, entry->type,
		    entry->manufacturer);
		break;
	case SEL_OEM_PLAIN:
		(void)snprintf(ret_words->code, sizeof(ret_words->code),
		    "oem_record_%02x", entry->type);
		(void)snprintf(ret_words->text, sizeof(ret_words->text),
		    "record %02Xh without a time", entry->type);
		break;
	}
}
