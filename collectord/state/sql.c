/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/sql.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

sqlite3_stmt *
sql_prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *stmt = NULL;

	return sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK ? stmt : NULL;
}

int
sql_run(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	(void)sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

int
sql_number(sqlite3 *db, const char *text, int64_t *ret_value)
{
	sqlite3_stmt *stmt = sql_prepare(db, text);
	int rc = stmt != NULL ? sqlite3_step(stmt) : SQLITE_ERROR;

	if (rc == SQLITE_ROW) {
		*ret_value = sqlite3_column_int64(stmt, 0);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : COL_EIO;
}

void
sql_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	(void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

void
sql_bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
	(void)sqlite3_bind_int64(stmt, at, value);
}

void
sql_bind_real(sqlite3_stmt *stmt, int at, double value)
{
	(void)sqlite3_bind_double(stmt, at, value);
}

void
sql_text(sqlite3_stmt *stmt, int column, char *to, size_t to_size)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	(void)str_copy(to, to_size, text != NULL ? text : "");
}

char *
sql_text_copy(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	char *copy = text != NULL ? strdup(text) : NULL;

	assert(text == NULL || copy != NULL);
	return copy;
}

double
sql_real(sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL ? (double)NAN
	    : sqlite3_column_double(stmt, column);
}

unsigned
sql_enum(sqlite3_stmt *stmt, int column, unsigned n)
{
	int64_t value = sqlite3_column_int64(stmt, column);

	return value >= 0 && value < n ? (unsigned)value : 0;
}

void *
sql_rows_add(struct sql_rows *rows, size_t size)
{
	if (rows->n == rows->room) {
		rows->room = rows->room == 0 ? 16 : 2 * rows->room;
		rows->items = realloc(rows->items, rows->room * size);
		assert(rows->items != NULL);
	}
	return memset((char *)rows->items + rows->n++ * size, 0, size);
}

int
sql_rows_read(sqlite3_stmt *stmt, struct sql_rows *rows, size_t size, sql_row_fn *fn)
{
	int rc = SQLITE_ERROR;

	while (stmt != NULL && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		fn(stmt, sql_rows_add(rows, size));
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}
