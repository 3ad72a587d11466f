/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens the state database: makes its folder, brings its tables up to date,
 * sets a damaged file aside.
 *
 * Route: state_new.  Thread: MAIN.
 */
#ifndef STATE_OPEN_H
#define STATE_OPEN_H

#include <sqlite3.h>

#include <collectord/err.h>

#include "base/clock.h"

/*
 * path may be ":memory:"; now names the file that is set aside.
 * Errors: COL_EIO, COL_ENOTSUP (made by a newer program), with the remedy.
 */
int open_database(const char *path, struct wall now, sqlite3 **ret_db,
    struct col_error *error);

#endif
