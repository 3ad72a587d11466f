/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What went wrong in the store: one entry per kind, with the last case of it.
 * Some are conditions, which end; some are events, which only happened.
 *
 * Route: the store notes them; /collector lists them, the page words them.
 * Thread: STORE notes, any copies.
 */
#ifndef STORE_PROBLEM_H
#define STORE_PROBLEM_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* X(id, "code", is a condition) */
#define PROBLEM_TABLE(X) \
	X(JOURNAL_WRITE, "journal_write", true)   /* samples wait in memory */ \
	X(SLOW_SYNC, "slow_sync", true)           /* n: ms of the last one */ \
	X(PROCESS_ENDED, "process_ended", true)   /* until it has synced again */ \
	X(FILE_WRITE, "file_write", true)         /* n: files that cannot be written */ \
	X(FILE_LOCKED, "file_locked", true)       /* by another program; n: tries */ \
	X(DISK_LOW, "disk_low", true)             /* n: bytes free */ \
	X(AHEAD, "ahead", true)                   /* n: files that end in the future */ \
	X(FILE_DAMAGED, "file_damaged", false)    /* set aside, made anew */ \
	X(FILE_REWRITTEN, "file_rewritten", false) /* n: heads put back after a crash */ \
	X(JOURNAL_TORN, "journal_torn", false)    /* n: bytes cut off its end */ \
	X(JOURNAL_DAMAGED, "journal_damaged", false) /* n: bytes that cannot be read */ \
	X(DICT_DAMAGED, "dict_damaged", false)    /* n: lines passed over */ \
	X(MEMORY_FULL, "memory_full", false)      /* n: samples dropped */ \
	X(LATE, "late", false)                    /* n: samples refused */ \
	X(OUTSIDE, "outside", false)              /* n: samples refused */ \
	X(TOO_MANY, "too_many", false)            /* more series than files hold */

enum problem_code {
#define X(id, code, is_condition) PROBLEM_##id,
	PROBLEM_TABLE(X)
#undef X
	PROBLEM_N
};

struct problem {
	enum problem_code code;
	const char *name;          /* of the code: "journal_write"; static */
	bool active;               /* a condition that has not ended */
	struct wall since, last;   /* of the first and the last case; since of a
	                            * condition: when it began last */
	uint64_t count;            /* cases since the daemon started */
	int64_t n;                 /* of the last case or all of them: see the table */
	char subject[160];         /* a file or an entity, or "" */
	char detail[256];          /* what the system says, in English, or "" */
};

struct problems {
	pthread_mutex_t lock;
	struct problem items[PROBLEM_N];  /* count 0: never happened */
};

void problems_init(struct problems *problems);
void problems_done(struct problems *problems);
/* Notes a case.  Returns true when a condition begins by it. */
bool problems_note(struct problems *problems, enum problem_code code, struct wall now,
    int64_t n, const char *subject, const char *detail);
/* Ends a condition.  Returns true when there was one. */
bool problems_end(struct problems *problems, enum problem_code code, struct wall now);
/* Copies what has happened, conditions first; returns how many. */
uint32_t problems_copy(const struct problems *problems, struct problem to[PROBLEM_N]);

#endif
