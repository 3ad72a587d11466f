/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deliveries as rows of their table.
 *
 * Route: jobs of this room.  Thread: STATE.
 */
#ifndef STATE_DELIVERY_ROW_H
#define STATE_DELIVERY_ROW_H

#include <sqlite3.h>

#include "model/delivery.h"

/* Columns as delivery_row reads them, in order; d is the table's name.  The next
 * one may be the notice. */
#define DELIVERY_ROW_COLUMNS "d.id, d.receiver, d.grp, d.key, d.type, d.state, d.test, " \
	"d.repeat, d.created_ns, d.next_ns, d.ended_ns, d.attempts, d.doubtful, " \
	"d.into_id, d.replay_of, d.error"
#define DELIVERY_ROW_NOTICE 16

/* Leaves notice NULL. */
void delivery_row(sqlite3_stmt *stmt, struct delivery *delivery);
/* Inserts or updates. */
sqlite3_stmt *delivery_row_prepare(sqlite3 *db);
/* Errors: COL_EIO. */
int delivery_row_put(sqlite3_stmt *stmt, const struct delivery *delivery);

#endif
