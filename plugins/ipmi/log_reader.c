/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "log_reader.h"

#include "chassis.h"
#include "set.h"

#define MISSING_MAX 8            /* holes in the ids, going backwards */

void
log_start(struct log_reader *reader)
{
	if (reader->step == LOG_IDLE) {
		reader->step = LOG_INFO;
		reader->has_time = false;
	}
}

static uint32_t
check_of(const struct sel_entry *entry)
{
	return (uint32_t)set_hash(entry->raw, SEL_RECORD);
}

static void
end_look(struct log_reader *reader)
{
	reader->step = LOG_IDLE;
	reader->position.known = true;
	reader->position.added = reader->info.added;
	reader->position.erased = reader->info.erased;
	reader->position.n_entries = reader->info.n_entries;
}

bool
log_next(struct log_reader *reader, struct task_ask *ret_ask)
{
	*ret_ask = (struct task_ask){.netfn = NETFN_STORAGE};
	switch (reader->step) {
	case LOG_IDLE:
		return false;
	case LOG_INFO:
		ret_ask->command = SEL_INFO;
		return true;
	case LOG_TIME:
		ret_ask->command = SEL_TIME;
		return true;
	case LOG_CHECK:
	case LOG_NEWEST:
	case LOG_BACK:
	case LOG_FORWARD:
		break;
	}
	/* Whole records from their start need no reservation (s.31.5). */
	ret_ask->command = SEL_GET;
	ret_ask->n = 6;
	ret_ask->data[2] = (uint8_t)reader->id;
	ret_ask->data[3] = (uint8_t)(reader->id >> 8);
	ret_ask->data[5] = 0xff;
	return true;
}

static void
start_anew(struct log_reader *reader)
{
	reader->step = LOG_NEWEST;
	reader->id = SEL_LAST;
	reader->n_read = reader->n_missing = 0;
}

static void
take_info(struct log_reader *reader, const struct task_answer *answer)
{
	const struct log_position *position = &reader->position;

	if (answer->completion != CC_OK || sel_info(answer->data, answer->n,
	    &reader->info) != 0) {
		reader->step = LOG_IDLE;  /* it has no log, or not now */
		return;
	}
	if (position->known && position->added == reader->info.added &&
	    position->erased == reader->info.erased &&
	    position->n_entries == reader->info.n_entries) {
		reader->step = LOG_IDLE;
	} else {
		reader->step = LOG_TIME;
	}
}

static void
take_time(struct log_reader *reader, const struct task_answer *answer)
{
	const struct log_position *position = &reader->position;

	reader->has_time = answer->completion == CC_OK &&
	    sel_time(answer->data, answer->n, &reader->time_s) == 0;
	reader->n_read = reader->n_missing = 0;
	if (reader->info.n_entries == 0) {
		reader->position.id = 0;
		reader->position.check = 0;
		end_look(reader);
	} else if (position->known && position->id != 0 &&
	    position->erased == reader->info.erased) {
		reader->step = LOG_CHECK;
		reader->id = position->id;
	} else {
		start_anew(reader);
	}
}

static void
take_check(struct log_reader *reader, const struct sel_entry *entry,
    uint16_t next)
{
	if (entry->id != reader->position.id ||
	    check_of(entry) != reader->position.check) {
		start_anew(reader);      /* cleared, and filled again */
	} else if (next == SEL_LAST || next == entry->id) {
		end_look(reader);
	} else {
		reader->step = LOG_FORWARD;
		reader->id = next;
	}
}

/* The newest is kept as the position only when its elders have been told. */
static bool
take_back(struct log_reader *reader, const struct sel_entry *entry)
{
	if (reader->step == LOG_NEWEST) {
		reader->newest = *entry;
		reader->step = LOG_BACK;
	} else if (entry->id == reader->newest.id) {
		reader->n_read = LOG_FIRST_MAX; /* round the corner */
	}
	reader->id = (uint16_t)(entry->id - 1);
	reader->n_missing = 0;
	return reader->n_read++ < LOG_FIRST_MAX;
}

static void
look_back(struct log_reader *reader)
{
	if (reader->n_read >= LOG_FIRST_MAX || reader->n_read >=
	    reader->info.n_entries || reader->n_missing > MISSING_MAX ||
	    reader->id == 0 || reader->id == SEL_LAST) {
		reader->position.id = reader->newest.id;
		reader->position.check = check_of(&reader->newest);
		end_look(reader);
	}
}

static bool
take_forward(struct log_reader *reader, const struct sel_entry *entry,
    uint16_t next)
{
	reader->position.known = true;
	reader->position.id = entry->id;
	reader->position.check = check_of(entry);
	reader->id = next;
	if (next == SEL_LAST || next == entry->id || next == 0) {
		end_look(reader);
	} else if (++reader->n_read >= LOG_NEW_MAX) {
		start_anew(reader);      /* a flood: what is newest counts */
	}
	return true;
}

static void
take_refusal(struct log_reader *reader)
{
	switch (reader->step) {
	case LOG_CHECK:
		start_anew(reader);
		break;
	case LOG_BACK:
		reader->n_missing++;
		reader->id--;
		look_back(reader);
		break;
	default:
		reader->step = LOG_IDLE;  /* at the next look again */
		break;
	}
}

bool
log_take(struct log_reader *reader, const struct task_answer *answer,
    struct sel_entry *ret_entry)
{
	struct sel_entry entry;
	uint16_t next = SEL_LAST;
	bool told = false;

	if (reader->step == LOG_IDLE) {
		return false;
	}
	if (reader->step == LOG_INFO) {
		take_info(reader, answer);
		return false;
	}
	if (reader->step == LOG_TIME) {
		take_time(reader, answer);
		return false;
	}
	if (answer->completion != CC_OK || sel_entry(answer->data, answer->n,
	    &next, &entry) != 0) {
		take_refusal(reader);
		return false;
	}
	if (reader->step == LOG_CHECK) {
		take_check(reader, &entry, next);
	} else if (reader->step == LOG_FORWARD) {
		told = take_forward(reader, &entry, next);
	} else {
		told = take_back(reader, &entry);
		look_back(reader);
	}
	if (told) {
		*ret_entry = entry;
	}
	return told;
}
