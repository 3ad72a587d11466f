/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The form of a journal segment: a header, then records with a CRC each, the
 * meaning of files and sources before the first row that needs them.
 *
 *   header   "COLJSEG\n" u32 version u32 0 u64 number
 *   record   u32 size of body, u8 type, 3 bytes 0, u32 crc32c(first 8, body)
 *   table    u32 number u16 n {str16 name role metric instance unit}
 *   file     u32 number u32 table u32 step_s u8 kind u8 class u16 part
 *            str16 id str16 path
 *   row      u32 file u64 slot_s u64 known {f64}
 *
 * Route: journal writes and reads it; the fuzzer too.  Thread: any.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/series.h"

#define SEGMENT_VERSION 1
#define SEGMENT_HEADER_SIZE 24
#define SEGMENT_RECORD_HEAD 12
#define SEGMENT_BODY_MAX 65536

struct segment_row {
	int64_t slot_s;
	uint64_t known;
	const double *values;  /* one per bit of known, ascending */
};

void segment_put_header(struct buf *out, uint64_t number);
void segment_put_table(struct buf *out, const struct series_table *table);
void segment_put_file(struct buf *out, const struct series_file *file);
void segment_put_row(struct buf *out, uint32_t file, const struct segment_row *row);

/* Whether a header is one of a version that is not known here. */
bool segment_is_newer(const char header[SEGMENT_HEADER_SIZE]);

/* Borrow their arguments for the call.  Errors: a negative code stops reading. */
struct segment_events {
	/* A file of number, described with its sources. */
	int (*file)(void *arg, uint32_t number, const struct series_described *as,
	    const struct series_ds *ds, uint16_t n_ds);
	/* A row of a file that was described; bits beyond its sources are refused. */
	int (*row)(void *arg, uint32_t number, const struct segment_row *row);
	/* n bytes at a place are damaged, good records follow; NULL: reading ends there. */
	void (*damaged)(void *arg, size_t at, size_t n);
	void *arg;
};
/*
 * Reads a segment.  Shape: the first *ret_good bytes end with a good record;
 * they are size when nothing is torn.  Errors: COL_EPROTO (not a segment), COL_ENOTSUP
 * (a newer version), else what an event returned.
 */
int segment_read(const void *data, size_t size, const struct segment_events *events,
    uint64_t *ret_number, size_t *ret_good);

#endif
