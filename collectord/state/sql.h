/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Binding and reading of columns, so that statements with many are short.
 *
 * Route: jobs of this room.  Thread: STATE.
 */
#ifndef STATE_SQL_H
#define STATE_SQL_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

/* NULL: db says why. */
sqlite3_stmt *sql_prepare(sqlite3 *db, const char *text);
/* Runs a statement that gives no rows and makes it ready for the next run.
 * Errors: COL_EIO. */
int sql_run(sqlite3_stmt *stmt);
/* One row with one number; ret_value stays when there is none.  Errors: COL_EIO. */
int sql_number(sqlite3 *db, const char *text, int64_t *ret_value);

/* Owns: text stays the caller's until the statement has run; NULL is fine. */
void sql_bind_text(sqlite3_stmt *stmt, int at, const char *text);
void sql_bind_int(sqlite3_stmt *stmt, int at, int64_t value);
/* NAN becomes NULL. */
void sql_bind_real(sqlite3_stmt *stmt, int at, double value);

/* NULL becomes "". */
void sql_text(sqlite3_stmt *stmt, int column, char *to, size_t to_size);
/* Owns: malloc'd; NULL for NULL. */
char *sql_text_copy(sqlite3_stmt *stmt, int column);
/* NULL becomes NAN. */
double sql_real(sqlite3_stmt *stmt, int column);
/* A value of an enum; 0 when it is none of its n. */
unsigned sql_enum(sqlite3_stmt *stmt, int column, unsigned n);

/* Rows of a reading, in memory that grows. */
struct sql_rows {
	void *items;
	size_t n, room;
};
/* Room for one more of size bytes, zeroed; asserts memory. */
void *sql_rows_add(struct sql_rows *rows, size_t size);
/* Fills a zeroed row of the size given. */
typedef void sql_row_fn(sqlite3_stmt *stmt, void *row);
/*
 * Reads all rows and finalizes stmt; NULL (not prepared) is COL_EIO.  What was read
 * before an error stays in rows, the caller's to free.  Errors: COL_EIO.
 */
int sql_rows_read(sqlite3_stmt *stmt, struct sql_rows *rows, size_t size, sql_row_fn *fn);

#endif
