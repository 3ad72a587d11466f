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

/* Sets up this process for librrd: no rrdcached, no locale. */
void rrdfile_init(void);
/*
 * Makes the file, or adds the sources that it lacks.  Fills reply.last_s and
 * created.  Errors: COL_EBUSY (locked by another program), COL_EIO.
 */
void rrdfile_ensure(const struct proto_ensure *ensure, struct proto_reply *reply);
/*
 * Writes rows; older ones than the file's last are passed over.  A source
 * without a value, and every slot that is left out, is unknown.
 */
void rrdfile_update(const struct proto_update *update, struct proto_reply *reply);
/* Reads one source.  Errors: COL_ENOENT, COL_EBUSY, COL_EIO. */
void rrdfile_fetch(const struct proto_fetch *fetch, struct proto_reply *reply);
/* Writes value as librrd reads it back, with no locale, to 15 digits. */
size_t rrdfile_number(char to[32], double value);

#endif
