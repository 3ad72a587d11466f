/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See open.h. */
#include <config.h>

#include "state/open.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "state/schema.h"

static int
open_once(const char *path, sqlite3 **ret_db, struct col_error *error)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_busy_timeout(db, 5000);
		rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL;"
		    "PRAGMA synchronous = FULL;PRAGMA trusted_schema = OFF",
		    NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK) {
		rc = schema_migrate(db, error);
	} else {
		int code = rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT
		    ? COL_EPROTO : COL_EIO;

		rc = err_set(error, code, "%s", db != NULL ? sqlite3_errmsg(db)
		    : "out of memory");
	}
	if (rc != 0) {
		(void)sqlite3_close(db);
		return rc;
	}
	*ret_db = db;
	return 0;
}

static bool
is_whole(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	bool whole = false;

	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		whole = strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
	}
	(void)sqlite3_finalize(stmt);
	return whole;
}

/* The damaged file stays beside the new one, for whoever can rescue it. */
static int
set_aside(const char *path, struct wall now, struct col_error *error)
{
	char to[4200], wal[4200];
	long long at = now.ns / NS_PER_S;

	(void)snprintf(to, sizeof(to), "%s.damaged-%lld", path, at);
	if (rename(path, to) != 0) {
		return err_errno(error, COL_EIO, "%s is damaged and cannot be set aside",
		    path);
	}
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	(void)unlink(wal);
	(void)snprintf(wal, sizeof(wal), "%s-shm", path);
	(void)unlink(wal);
	LOG_ERROR("state", "file", path, "damaged: set aside as %s, a new one "
	    "is begun; the ledger of rack states starts again from the inventory", to);
	return 0;
}

static int
open_whole(const char *path, struct wall now, sqlite3 **ret_db, struct col_error *error)
{
	sqlite3 *db = NULL;
	int rc = open_once(path, &db, error);

	if (rc == 0 && !is_whole(db)) {
		(void)sqlite3_close(db);
		rc = err_set(error, COL_EPROTO, "damaged");
	}
	if (rc == COL_EPROTO) {
		rc = set_aside(path, now, error);
		if (rc == 0) {
			rc = open_once(path, &db, error);
		}
	}
	if (rc != 0) {
		return err_prefix(error, "state database %s", path), rc;
	}
	*ret_db = db;
	return 0;
}

/* store.dir may not exist yet: its last part is ours to make. */
static int
make_folder(const char *path, struct col_error *error)
{
	char dir[4096];
	char *slash;

	(void)str_copy(dir, sizeof(dir), path);
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir) {
		return 0;
	}
	*slash = '\0';
	if (mkdir(dir, 0750) != 0 && errno != EEXIST) {
		return err_errno(error, COL_EIO, "store.dir: cannot make %s (make it, or "
		    "give the user that runs collectord the right to)", dir);
	}
	if (access(dir, W_OK | X_OK) != 0) {
		return err_errno(error, COL_EIO, "store.dir: cannot write in %s (give the "
		    "user that runs collectord the right to)", dir);
	}
	return 0;
}

int
open_database(const char *path, struct wall now, sqlite3 **ret_db,
    struct col_error *error)
{
	int rc = strcmp(path, ":memory:") == 0 ? 0 : make_folder(path, error);

	return rc != 0 ? rc : open_whole(path, now, ret_db, error);
}
