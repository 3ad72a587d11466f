/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/entry.h"

#include <stddef.h>

#include <collectord/err.h>

static const char *
text(sqlite3_stmt *stmt, int column)
{
	const char *value = (const char *)sqlite3_column_text(stmt, column);

	return value != NULL ? value : "";
}

void
entry_read(sqlite3_stmt *stmt, struct entry *ret_entry)
{
	int kind = sqlite3_column_int(stmt, 1);

	*ret_entry = (struct entry){
		.id = sqlite3_column_int64(stmt, 0),
		.kind = kind >= 0 && kind < ENTRY_KIND_N ? (enum entry_kind)kind :
		    ENTRY_KIND_N,
		.rack = text(stmt, 2),
		.at = { sqlite3_column_int64(stmt, 3) },
		.written = { sqlite3_column_int64(stmt, 4) },
		.state = text(stmt, 5),
		.has_design = sqlite3_column_type(stmt, 6) != SQLITE_NULL,
		.design_w = sqlite3_column_double(stmt, 6),
		.subject = text(stmt, 7),
		.until = { sqlite3_column_int64(stmt, 8) },
		.voids = sqlite3_column_int64(stmt, 9),
		.actor = text(stmt, 10),
		.reason = text(stmt, 11),
		.source = text(stmt, 12),
	};
}

/* Zero and nothing are NULL: most entries have neither. */
static void
bind_number(sqlite3_stmt *stmt, int column, int64_t value)
{
	if (value != 0) {
		(void)sqlite3_bind_int64(stmt, column, value);
	} else {
		(void)sqlite3_bind_null(stmt, column);
	}
}

int
entry_insert(sqlite3_stmt *stmt, const struct entry *entry, struct wall now)
{
	(void)sqlite3_reset(stmt);
	(void)sqlite3_bind_int(stmt, 1, (int)entry->kind);
	(void)sqlite3_bind_text(stmt, 2, entry->rack, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(stmt, 3, entry->at.ns);
	(void)sqlite3_bind_int64(stmt, 4, now.ns);
	(void)sqlite3_bind_text(stmt, 5, entry->state, -1, SQLITE_STATIC);
	if (entry->has_design) {
		(void)sqlite3_bind_double(stmt, 6, entry->design_w);
	} else {
		(void)sqlite3_bind_null(stmt, 6);
	}
	(void)sqlite3_bind_text(stmt, 7, entry->subject, -1, SQLITE_STATIC);
	bind_number(stmt, 8, entry->until.ns);
	bind_number(stmt, 9, entry->voids);
	(void)sqlite3_bind_text(stmt, 10, entry->reason, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(stmt, 11, entry->source, -1, SQLITE_STATIC);
	return sqlite3_step(stmt) == SQLITE_DONE ? 0 : COL_EIO;
}
