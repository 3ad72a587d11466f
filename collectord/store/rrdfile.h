/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RRD files, the only place that knows librrd and its unknown; paths are
 * relative to the working folder, DIR/rrd.
 *
 * Route: the store process.  Thread: its only one.
 * Source: storage.md A7 (edges of rrdtool 1.7.2).
 */
#ifndef STORE_RRDFILE_H
#define STORE_RRDFILE_H

#include "store/proto.h"
#include "store/rrdhead.h"

/* Sets up this process for librrd: no rrdcached, no locale. */
void rrdfile_init(void);
/*
 * ENSURE in two halves.  The first makes RRDFILE_NEW of the path: a fresh file,
 * or with head a copy of the file that has the sources it lacks as well.  When
 * that is synced the second puts it in the place of the file.
 */
#define RRDFILE_NEW ".new"
#define RRDFILE_PATH_SIZE (SERIES_PATH_SIZE + 32)
int rrdfile_make(const struct proto_ensure *ensure, const struct rrdhead *head,
    struct col_error *error);
int rrdfile_put(const char *path, struct col_error *error);
/* Whether the file lacks a source. */
bool rrdfile_lacks(const struct proto_ensure *ensure, const struct rrdhead *head);
/*
 * Renames a damaged file to NAME.bad-<unix seconds>.
 * Shape: ret_aside is the new name.  Errors: COL_EIO.
 */
int rrdfile_set_aside(const char *path, char ret_aside[RRDFILE_PATH_SIZE],
    struct col_error *error);
/* Whether name, without its folder, is one that a crash has left half-made. */
bool rrdfile_is_half_made(const char *name);
/*
 * Writes rows; older ones than the file's last are passed over.  A source
 * without a value, and every slot that is left out, is unknown.
 */
void rrdfile_update(const struct proto_update *update, struct proto_reply *reply);
/* Reads one source.  Errors: COL_ENOENT, COL_EBUSY, COL_EIO, COL_EPROTO: damaged. */
void rrdfile_fetch(const struct proto_fetch *fetch, struct proto_reply *reply);
/* Writes value as librrd reads it back, with no locale, to 15 digits. */
size_t rrdfile_number(char to[32], double value);

#endif
