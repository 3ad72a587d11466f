/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requests that wait in the store process, done as one group: whatever
 * must be on disk before librrd changes a file is synced once for all of them.
 *
 * Route: process reads requests, jobs does them, process sends the answers.
 * Thread: the store process's only one.
 * Source: DESIGN.md 4.7; storage.md C.3.
 */
#ifndef STORE_JOBS_H
#define STORE_JOBS_H

#include "store/proto.h"

struct jobs;

/* Updates of one group: their images are synced together. */
#define JOBS_MAX 128

/*
 * Opens the undo log of the working folder, puts back what it holds, removes
 * what was left half-made.  Errors: COL_EIO.
 */
int jobs_new(int dir_fd, struct jobs **ret_jobs, struct proto_hello *ret_hello,
    struct col_error *error);
/*
 * While a sync is under way fn is called again and again; it waits until done_fd
 * can be read or it has something else to do.
 */
typedef void jobs_serve_fn(void *arg, int done_fd);
void jobs_serve(struct jobs *jobs, jobs_serve_fn *fn, void *arg);
/* Syncs all files, if no sync has failed, so that the next start puts nothing back. */
void jobs_free(struct jobs *jobs);

/* Adds a request; false: malformed.  Borrows frame's body until jobs_run. */
bool jobs_put(struct jobs *jobs, const struct proto_frame *frame);
uint32_t jobs_count(const struct jobs *jobs);
/* Whether the group must be done now: a sync forgets the images, so that updates
 * behind it need new ones. */
bool jobs_full(const struct jobs *jobs);
/*
 * Does them in order and appends one answer each to out.  Returns false when a
 * sync has failed: the kernel may have dropped what it could not write, so only
 * a new start from the heads of the last sync, and the journal, make it good.
 */
bool jobs_run(struct jobs *jobs, struct buf *out);

#endif
