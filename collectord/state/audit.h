/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a line of the audit log, for jobs that change something in the same
 * transaction.
 *
 * Route: jobs of this room.  Thread: STATE.
 */
#ifndef STATE_AUDIT_H
#define STATE_AUDIT_H

#include <sqlite3.h>

#include "state/users.h"

/* Takes the time of now, not of entry.  Returns 0 or COL_EIO. */
int audit_put(sqlite3 *db, struct wall now, const struct audit_entry *entry);

#endif
