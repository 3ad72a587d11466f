/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ring of one file: rows that wait in memory until they are in RRD, in
 * order of their slots.
 *
 * Route: intake fills it, flush empties it, reads lay it over.  Thread: STORE.
 */
#ifndef STORE_RING_H
#define STORE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_DS_MAX 64
/* Rows of one file that may wait: 72 h of minutes, some more. */
#define RING_ROWS_MAX 4608

struct ring_row {
	int64_t slot_s;        /* unix seconds, on the grid */
	uint64_t known;        /* bit per source that has a value */
	uint64_t segment;      /* journal segment of its first record */
	uint64_t position;     /* journal position behind its last record */
	uint16_t n_ds;         /* values allocated */
	double values[];
};

struct ring {
	struct ring_row **rows;  /* ascending by slot_s */
	uint32_t n_rows, room;
	size_t bytes;            /* of memory that the rows take */
};

void ring_done(struct ring *ring);
/*
 * The row of slot_s with room for n_ds values, made if need be; *ret_new says
 * so.  NULL when RING_ROWS_MAX rows wait already.
 */
struct ring_row *ring_row(struct ring *ring, int64_t slot_s, uint16_t n_ds,
    bool *ret_new);
/* Index of the first row at or after slot_s; n_rows when there is none. */
uint32_t ring_find(const struct ring *ring, int64_t slot_s);
/* Frees the n oldest rows. */
void ring_drop(struct ring *ring, uint32_t n);

#endif
