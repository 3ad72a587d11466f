/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads what is new in a BMC's event log, a slice at a time.
 *
 * A log is looked at when its counters have moved.  At first contact, and when
 * it has been cleared, the newest entries are read backwards; after that what
 * comes behind the last entry that was told.
 *
 * Route: round -> here -> sel; back: entries, told one by one.
 * Thread: of the device (no I/O itself).
 * Source: IPMI v2.0 rev 1.1 s.31.2, s.31.5, s.31.10.
 */
#ifndef IPMI_LOG_READER_H
#define IPMI_LOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sel.h"
#include "task.h"

#define LOG_FIRST_MAX 32         /* entries told at first contact */
#define LOG_NEW_MAX 256          /* at most between two looks; then anew */

/* Where reading goes on; kept on disk. */
struct log_position {
	bool known;
	uint16_t id;                 /* of the newest entry that was told */
	uint16_t n_entries;
	uint32_t added, erased;      /* as Get SEL Info said then */
	uint32_t check;              /* of that entry's bytes */
};

enum log_step {
	LOG_IDLE = 0,                /* nothing to do until log_start */
	LOG_INFO, LOG_TIME,
	LOG_CHECK,                   /* is the last told entry still there? */
	LOG_NEWEST, LOG_BACK,        /* first contact */
	LOG_FORWARD,
};

struct log_reader {
	enum log_step step;
	struct log_position position;
	struct sel_info info;        /* of this look */
	struct sel_entry newest;     /* first contact: what becomes position */
	uint16_t id;                 /* to ask next */
	unsigned n_read, n_missing;
	bool has_time;
	uint32_t time_s;             /* its clock at this look */
};

/* Looks at the log: begins, or goes on with what is unfinished. */
void log_start(struct log_reader *reader);
/* The next command; false: nothing more is new. */
bool log_next(struct log_reader *reader, struct task_ask *ret_ask);
/* Takes the answer.  Returns true when it brought an entry to tell. */
bool log_take(struct log_reader *reader, const struct task_answer *answer,
    struct sel_entry *ret_entry);

#endif
