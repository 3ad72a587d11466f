/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>

#define DAYS_MAX 40000   /* a century */

static int
write_day(sqlite3 *db, const char *sql, const struct daily *daily)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, daily->day);
		(void)sqlite3_bind_int64(stmt, 2, daily->declared);
		(void)sqlite3_bind_int64(stmt, 3, daily->verified);
		(void)sqlite3_bind_int64(stmt, 4, daily->planned);
		(void)sqlite3_bind_int64(stmt, 5, daily->standard);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

int
daily_put(sqlite3 *db, const struct daily *daily)
{
	return write_day(db, "INSERT OR REPLACE INTO daily VALUES (?1, ?2, ?3, ?4, ?5)",
	    daily);
}

int
daily_fill(sqlite3 *db, const struct daily *daily)
{
	return write_day(db, "INSERT OR IGNORE INTO daily VALUES (?1, ?2, ?3, ?4, ?5)",
	    daily);
}

int
daily_get(sqlite3 *db, const struct post *post)
{
	struct daily *days = NULL, *more;
	sqlite3_stmt *stmt = NULL;
	size_t n = 0, room = 0;
	int rc = sqlite3_prepare_v2(db, "SELECT day, declared, verified, planned, "
	    "standard FROM daily WHERE day BETWEEN ?1 AND ?2 ORDER BY day",
	    -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, post->from);
		(void)sqlite3_bind_int(stmt, 2, post->to);
		rc = SQLITE_ROW;
	}
	while (rc == SQLITE_ROW && n < DAYS_MAX &&
	    (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (n == room) {
			room = room != 0 ? 2 * room : 512;
			more = realloc(days, room * sizeof(*days));
			if (more == NULL) {
				rc = SQLITE_NOMEM;
				break;
			}
			days = more;
		}
		days[n++] = (struct daily){
			.day = sqlite3_column_int(stmt, 0),
			.declared = sqlite3_column_int64(stmt, 1),
			.verified = sqlite3_column_int64(stmt, 2),
			.planned = sqlite3_column_int64(stmt, 3),
			.standard = sqlite3_column_int64(stmt, 4),
		};
	}
	(void)sqlite3_finalize(stmt);
	post->daily_fn(post->arg, rc == SQLITE_DONE ? 0 : COL_EIO, days, n);
	free(days);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}
