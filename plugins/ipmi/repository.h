/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a BMC's sensor data records: whole where it can give them, else in
 * pieces of the size that it can; with a new reservation when it lost one.
 *
 * Route: round -> here -> set, cache.  Thread: of the device (no I/O itself).
 * Source: IPMI v2.0 rev 1.1 s.33.9 to 33.12 (SDR repository), s.35.2 to 35.4
 * (device SDRs).
 */
#ifndef IPMI_REPOSITORY_H
#define IPMI_REPOSITORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdr.h"
#include "task.h"

#define REPOSITORY_RECORDS_MAX 1024
#define REPOSITORY_BYTES_MAX 131072
#define REPOSITORY_TRIES_MAX 24      /* lost reservations, refused sizes */

/* When a repository changed last, and how much it holds. */
struct repository_info {
	uint16_t n_records;
	uint32_t added, erased;
};

enum repository_step {
	REPOSITORY_INFO = 0, REPOSITORY_RESERVE, REPOSITORY_RECORD,
	REPOSITORY_DONE, REPOSITORY_FAILED,
};

struct repository {
	enum repository_step step;
	bool device_sdrs;            /* no repository, but Device SDRs */
	bool info_only;
	bool whole;                  /* it has not yet refused whole records */
	uint8_t chunk;               /* bytes at once when not whole */
	uint8_t asked;               /* in flight; 0xff: the whole */
	uint16_t reservation, record, next;
	unsigned n_records, n_tries;
	struct repository_info info;
	uint8_t part[SDR_RECORD_MAX]; /* of the record being read */
	size_t n_part;
	uint8_t *bytes;              /* whole records, one after the other */
	size_t n_bytes, size;
	const char *fault;           /* REPOSITORY_FAILED: why, for people */
};

/* chunk: bytes at once, 255 lets it try whole records. */
void repository_init(struct repository *repository, bool device_sdrs,
    uint8_t chunk);
void repository_done(struct repository *repository);
/* The next command; false: it is done, or has failed. */
bool repository_next(struct repository *repository, struct task_ask *ret_ask);
/* Takes the answer to it. */
void repository_take(struct repository *repository,
    const struct task_answer *answer);
/* The session was lost: reservations too. */
void repository_resume(struct repository *repository);

#endif
