/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Retention: removes what alerts.h and deliveries.h keep only so long, in slices
 * so small that nobody waits for them.
 *
 * Route: state_step, when nothing else waits.  Thread: STATE.
 */
#ifndef STATE_TIDY_H
#define STATE_TIDY_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/clock.h"

#define TIDY_SLICE 256      /* rows that one slice takes of a table */

/*
 * Runs inside the caller's transaction.  told_from is its own place in the table
 * told, 0 at first.  ret_more: there is more to be looked at, in a while.
 * Errors: COL_EIO.
 */
int tidy_slice(sqlite3 *db, struct wall now, int64_t *told_from, bool *ret_more);

#endif
