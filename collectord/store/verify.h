/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads what lies in a store folder and says what of it is not right; changes
 * nothing, and may run beside a daemon.
 *
 * Route: beside it; collectorctl doctor and store verify.  Thread: any; blocks.
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/err.h>

enum verify_finding {
	VERIFY_BAD = 0,
	VERIFY_ASIDE,      /* was bad, and the daemon has set it aside */
	VERIFY_UNFINISHED, /* begun by librrd more than a minute ago */
	VERIFY_AHEAD       /* whole, but ends in the future and refuses samples until then */
};
/* A file that needs looking at, and why. */
typedef void verify_fn(void *arg, enum verify_finding finding, const char *path,
    const char *why);

struct verify_journal { uint64_t segments, bytes, rows, bad, torn_bytes; };
/*
 * Reads all segments.  Bytes behind the last whole record of the newest one
 * are torn, not bad: a daemon may be writing there.  Errors: COL_EIO.
 */
int verify_journal(const char *dir, verify_fn *fn, void *arg,
    struct verify_journal *ret, struct col_error *error);

struct verify_files { uint64_t files, bytes, bad, aside, unfinished, ahead; };
/*
 * Checks the head of every RRD file, with all also that every row can be read.
 * Errors: COL_EIO.
 */
int verify_files(const char *dir, bool all, verify_fn *fn, void *arg,
    struct verify_files *ret, struct col_error *error);

#endif
