/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: rows of samples, synced to disk before anything else is done
 * with them; segments are freed when all their rows are in RRD files.
 *
 * Route: intake appends, the store syncs, start reads back.  Thread: STORE.
 * Source: DESIGN.md 4.7; storage.md C.1, C.2.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/err.h>

#include "store/segment.h"
#include "store/series.h"

struct journal;

/*
 * Opens the folder; segments that are there wait for journal_read.
 * Errors: COL_EIO.
 */
int journal_new(const char *dir, uint64_t segment_bytes, struct journal **ret_journal,
    struct col_error *error);
void journal_free(struct journal *journal);

/* What reading back found. */
struct journal_count {
	uint64_t rows, segments;
	uint64_t cut_bytes;        /* torn off the end of the last segment */
	uint64_t bad_bytes;        /* damaged; good records behind them are read */
	uint64_t bad_segments;
	char bad_file[32];         /* the last one of these */
};
typedef void journal_row_fn(void *arg, struct series_file *file,
    uint64_t segment, const struct segment_row *row, const uint16_t *places);
/*
 * Reads all segments, oldest first, each by its own dictionary; files that
 * series lacks are adopted.  A torn tail is cut off the last segment; damaged
 * records are passed over, and such a segment is kept as NAME.bad when it would
 * be freed.  Call once, before journal_put.  Errors: COL_EIO: a segment of a
 * newer version.
 */
int journal_read(struct journal *journal, struct series *series, journal_row_fn *fn,
    void *arg, struct journal_count *ret_count, struct col_error *error);

/*
 * Appends a row to the buffer in memory, after the dictionary of its file if
 * the segment lacks it.  Shape: one value per bit of known, ascending.
 * Errors: COL_EFULL when the disk has not taken the buffer for long.
 */
int journal_put(struct journal *journal, struct series_file *file,
    const struct segment_row *row);
/* Number of the segment that journal_put writes to. */
uint64_t journal_segment(const struct journal *journal);
/* Position behind the last row put, and behind the last one synced. */
uint64_t journal_position(const struct journal *journal);
uint64_t journal_synced(const struct journal *journal);
/*
 * Writes and syncs what was put before journal_begin, which returns whether there
 * is anything, and begins a new segment when this one is full or rotate is set.
 * Errors: COL_EIO; nothing is lost, the next journal_begin tries it again.
 * Thread: journal_write any, beside all but the other two; they the owner's.
 */
bool journal_begin(struct journal *journal, bool rotate);
int journal_write(struct journal *journal, struct col_error *error);
void journal_end(struct journal *journal, int rc);
/* All three at once. */
int journal_sync(struct journal *journal, bool rotate, struct col_error *error);

/* A row whose first record is in segment begins or ends to wait. */
void journal_hold(struct journal *journal, uint64_t segment);
void journal_release(struct journal *journal, uint64_t segment);
/* Newest segment such that nothing waits in it and all older; 0: none. */
uint64_t journal_done(const struct journal *journal);
/* Removes the segments up to that one, but for damaged ones. */
void journal_reap(struct journal *journal, uint64_t segment);
uint64_t journal_bytes(const struct journal *journal);
uint64_t journal_segments(const struct journal *journal);
/* Number of the oldest segment that is not freed; 0: there is none. */
uint64_t journal_oldest(const struct journal *journal);

#endif
