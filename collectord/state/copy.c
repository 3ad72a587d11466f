/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/state.h"

#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/err.h"

#define BUSY_MS 10000

static int
fail(struct col_error *error, sqlite3 *db, int rc)
{
	return err_set(error, rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT ? COL_EPROTO
	    : COL_EIO, "%s", db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
}

static int
open_existing(const char *path, sqlite3 **ret_db, struct col_error *error)
{
	int rc;

	*ret_db = NULL;
	if (access(path, F_OK) != 0) {
		return err_errno(error, COL_ENOENT, "state database");
	}
	rc = sqlite3_open_v2(path, ret_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
	    NULL);
	if (rc != SQLITE_OK) {
		return fail(error, *ret_db, rc);
	}
	(void)sqlite3_busy_timeout(*ret_db, BUSY_MS);
	return 0;
}

static int
verify(sqlite3 *db, struct col_error *error)
{
	sqlite3_stmt *stmt = NULL;
	const char *found;
	int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &stmt, NULL), rc;

	if (code != SQLITE_OK || (code = sqlite3_step(stmt)) != SQLITE_ROW) {
		rc = fail(error, db, code);
	} else {
		found = (const char *)sqlite3_column_text(stmt, 0);
		rc = found != NULL && strcmp(found, "ok") == 0 ? 0
		    : err_set(error, COL_EPROTO, "damaged: %s",
		    found != NULL ? found : "no memory");
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

int
state_verify(const char *path, struct col_error *error)
{
	sqlite3 *db;
	int rc = open_existing(path, &db, error);

	if (rc == 0) {
		rc = verify(db, error);
	}
	(void)sqlite3_close(db);
	return rc;
}

/* VACUUM INTO reads in one transaction: what is written meanwhile is not in it. */
int
state_copy(const char *path, const char *to, struct col_error *error)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;
	int rc = open_existing(path, &db, error), code;

	if (rc == 0) {
		code = sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &stmt, NULL);
		if (code == SQLITE_OK) {
			(void)sqlite3_bind_text(stmt, 1, to, -1, SQLITE_STATIC);
			code = sqlite3_step(stmt);
		}
		if (code != SQLITE_DONE) {
			rc = fail(error, db, code);
		}
		(void)sqlite3_finalize(stmt);
	}
	(void)sqlite3_close(db);
	return rc == 0 ? state_verify(to, error) : rc;
}
