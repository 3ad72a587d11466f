/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/post.h"

#include "base/str.h"

int
evidence_put(sqlite3 *db, const struct evidence_row *rows, size_t n_rows)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_exec(db, "DELETE FROM evidence", NULL, NULL, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO evidence "
		    "VALUES (?1, ?2)", -1, &stmt, NULL);
	}
	for (size_t i = 0; i < n_rows && (rc == SQLITE_OK || rc == SQLITE_DONE); i++) {
		(void)sqlite3_reset(stmt);
		(void)sqlite3_bind_text(stmt, 1, rows[i].rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, rows[i].text, -1, SQLITE_STATIC);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_OK || rc == SQLITE_DONE ? 0 : COL_EIO;
}

int
evidence_load(sqlite3 *db, state_evidence_fn *fn, void *arg)
{
	sqlite3_stmt *stmt = NULL;
	struct evidence_row row;
	int rc = sqlite3_prepare_v2(db, "SELECT rack, text FROM evidence", -1, &stmt,
	    NULL);

	while ((rc == SQLITE_OK || rc == SQLITE_ROW) &&
	    (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		(void)str_copy(row.rack, sizeof(row.rack),
		    (const char *)sqlite3_column_text(stmt, 0));
		(void)str_copy(row.text, sizeof(row.text),
		    (const char *)sqlite3_column_text(stmt, 1));
		fn(arg, &row);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}
