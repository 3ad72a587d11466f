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

/* Into a struct delivery, for sql_rows_read; leaves notice NULL. */
void delivery_row(sqlite3_stmt *stmt, void *row);
/* The same with its notice, malloc'd. */
void delivery_row_whole(sqlite3_stmt *stmt, void *row);
/* Inserts or updates. */
sqlite3_stmt *delivery_row_prepare(sqlite3 *db);
/* Errors: COL_EIO. */
int delivery_row_put(sqlite3_stmt *stmt, const struct delivery *delivery);

#endif
