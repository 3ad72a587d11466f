/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of the state database and the way from one version to the next.
 *
 * Route: state_new.  Thread: MAIN at start.  Source: SQLite's user_version.
 */
#ifndef STATE_SCHEMA_H
#define STATE_SCHEMA_H

#include <sqlite3.h>

#include <collectord/err.h>

/*
 * Brings the tables up to this program's version, in one transaction.
 * Errors: COL_ENOTSUP made by a newer program, COL_EIO otherwise.
 */
int schema_migrate(sqlite3 *db, struct col_error *error);

#endif
