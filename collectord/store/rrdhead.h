/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head of an RRD file as librrd 1.7 lays it out, read and checked without
 * librrd, which trusts every byte of it: a file that passes is whole in size
 * and cannot lead librrd outside of it.
 *
 * Route: the store process before it opens a file; checks of files at rest.
 * Thread: any.
 * Source: storage.md A1 (sizes), E2 (what depends on them).
 */
#ifndef STORE_RRDHEAD_H
#define STORE_RRDHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/err.h>

#include "store/ring.h"
#include "store/series.h"

#define RRDHEAD_RRA_MAX 16
/* Bytes of the longest head: RING_DS_MAX sources x RRDHEAD_RRA_MAX archives. */
#define RRDHEAD_SIZE_MAX 102400

struct rrdhead_rra {
	uint64_t n_rows, steps_per_row;
	uint64_t cur_row;           /* index of its newest row */
	uint64_t at;                /* offset of its first row */
	bool is_max;                /* MAX, else AVERAGE */
};

struct rrdhead {
	uint32_t n_ds, n_rra, step_s;
	int64_t last_s;             /* newest slot in the file */
	/* the live part: what an update changes besides rows */
	uint64_t live_at, live_size;
	uint64_t file_size;         /* head and all rows */
	char names[RING_DS_MAX][SERIES_NAME_SIZE];
	struct rrdhead_rra rras[RRDHEAD_RRA_MAX];
};

/*
 * Checks data, the beginning of a file of file_size bytes.
 * Shape: size bytes, all of the head or more.  Errors: COL_EPROTO, text says
 * what is wrong: not an RRD file of version 0003, torn, or not one of ours.
 */
int rrdhead_parse(const void *data, size_t size, uint64_t file_size,
    struct rrdhead *ret_head, struct col_error *error);
/*
 * Reads the head of an open file into data.  Shape: data[RRDHEAD_SIZE_MAX].
 * Errors: COL_EPROTO, COL_EIO.
 */
int rrdhead_read(int fd, void *data, struct rrdhead *ret_head, struct col_error *error);
/* The same by name.  Errors: COL_ENOENT too. */
int rrdhead_open(const char *path, struct rrdhead *ret_head, struct col_error *error);
/*
 * Reads all of a file, rows too: head right, every byte readable.  For files
 * at rest and for ones in use.  Errors: COL_ENOENT, COL_EPROTO, COL_EIO.
 */
int rrdhead_verify(const char *path, struct rrdhead *ret_head, struct col_error *error);

#endif
