/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of one archive class made into one of another: every row of the new
 * archives is computed from the finest old rows that cover its time.
 *
 * Route: the store process, on ENSURE.  Thread: its only one.
 * Source: DESIGN.md 4.7 (archive classes).
 */
#ifndef STORE_RRDMIGRATE_H
#define STORE_RRDMIGRATE_H

#include "store/proto.h"
#include "store/rrdhead.h"

/* Whether the file has the archives that ensure wants. */
bool rrdmigrate_fits(const struct proto_ensure *ensure, const struct rrdhead *head);
/* Whether it has rows that ensure wants to go. */
bool rrdmigrate_cuts(const struct proto_ensure *ensure, const struct rrdhead *head);
/*
 * Makes RRDFILE_NEW of ensure's path, with its sources and archives, from the
 * file of that path, whose head is given.  Nothing is left behind on failure.
 * Errors: COL_EIO, COL_EBUSY.
 */
int rrdmigrate_make(const struct proto_ensure *ensure, const struct rrdhead *head,
    struct col_error *error);

#endif
