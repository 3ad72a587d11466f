/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lock of a store folder: whoever holds it is the only one to write there.
 *
 * Route: the daemon's start, restore; doctor looks.  Thread: any.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include <stdbool.h>

#include <collectord/err.h>

/*
 * Takes the lock.  Returns the descriptor that holds it until it is closed.
 * Errors: COL_EBUSY (a daemon has it), COL_EIO.
 */
int lock_take(const char *dir, struct col_error *error);
/* True while somebody holds it. */
bool lock_is_held(const char *dir);

#endif
