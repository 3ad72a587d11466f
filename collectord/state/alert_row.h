/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Episodes, changes and silences as rows of their tables.
 *
 * Route: jobs of this room.  Thread: STATE.
 */
#ifndef STATE_ALERT_ROW_H
#define STATE_ALERT_ROW_H

#include <sqlite3.h>

#include "model/alert.h"

/* Columns of alerts as alert_row reads them, in order; a is the table's name. */
#define ALERT_ROW_COLUMNS "a.id, a.fingerprint, a.rule, a.rule_hash, a.severity, " \
	"a.entity, a.instance, a.area, a.site, a.hall, a.row, a.rack, a.unit, " \
	"a.since_ns, a.fired_ns, a.summary_en, a.summary_zh, a.advice_en, a.advice_zh, " \
	"a.state, a.end, a.value, a.lim, a.word, a.count, a.under, a.flapping, " \
	"a.changed_ns, a.resolved_ns, a.acked_ns, a.acked_by, a.note"
/* The same of a change c of episode a, as it was after the change, then
 * c.seq, c.kind, c.at_ns. */
#define CHANGE_ROW_COLUMNS "a.id, a.fingerprint, a.rule, a.rule_hash, a.severity, " \
	"a.entity, a.instance, a.area, a.site, a.hall, a.row, a.rack, a.unit, " \
	"a.since_ns, a.fired_ns, a.summary_en, a.summary_zh, a.advice_en, a.advice_zh, " \
	"c.state, c.end, c.value, c.lim, c.word, c.count, c.under, c.flapping, " \
	"c.changed_ns, c.resolved_ns, c.acked_ns, c.acked_by, c.note, " \
	"c.seq, c.kind, c.at_ns"

/* Into a struct alert, a struct alert_change; for sql_rows_read. */
void alert_row(sqlite3_stmt *stmt, void *row);
void change_row(sqlite3_stmt *stmt, void *row);

/* Inserts or updates an episode, all but its acknowledgement. */
sqlite3_stmt *alert_row_prepare(sqlite3 *db);
/* Errors: COL_EIO. */
int alert_row_put(sqlite3_stmt *stmt, const struct alert *alert);
/* Appends to the outbox; seq is set. */
sqlite3_stmt *change_row_prepare(sqlite3 *db);
/* Errors: COL_EIO. */
int change_row_put(sqlite3 *db, sqlite3_stmt *stmt, struct alert_change *change);

#endif
