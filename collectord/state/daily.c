/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>

#define DAYS_MAX 40000   /* a century */

static int
write_day(sqlite3 *db, const char *sql, const struct daily *daily, struct wall now)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, daily->day);
		(void)sqlite3_bind_int64(stmt, 2, daily->declared);
		(void)sqlite3_bind_int64(stmt, 3, daily->verified);
		(void)sqlite3_bind_int64(stmt, 4, daily->planned);
		(void)sqlite3_bind_int64(stmt, 5, daily->standard);
		(void)sqlite3_bind_int64(stmt, 6, now.ns);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

int
daily_put(sqlite3 *db, const struct daily *daily, struct wall now)
{
	return write_day(db, "INSERT OR REPLACE INTO daily VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	    daily, now);
}

int
daily_fill(sqlite3 *db, const struct daily *daily, struct wall now)
{
	return write_day(db, "INSERT OR IGNORE INTO daily VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	    daily, now);
}

/* Days, and beside each when it was counted. */
struct rows { struct daily *days; struct wall *known; size_t n, room; };

static bool
make_room(struct rows *rows)
{
	size_t room = rows->room != 0 ? 2 * rows->room : 512;
	struct daily *days;
	struct wall *known;

	if (rows->n < rows->room) {
		return true;
	}
	days = realloc(rows->days, room * sizeof(*days));
	if (days == NULL) {
		return false;
	}
	rows->days = days;
	known = realloc(rows->known, room * sizeof(*known));
	if (known == NULL) {
		return false;
	}
	rows->known = known;
	rows->room = room;
	return true;
}

static int
read_days(sqlite3 *db, const struct post *post, struct rows *rows)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT day, declared, verified, planned, "
	    "standard, known_ns FROM daily WHERE day BETWEEN ?1 AND ?2 ORDER BY day",
	    -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, post->from);
		(void)sqlite3_bind_int(stmt, 2, post->to);
		rc = SQLITE_ROW;
	}
	while (rc == SQLITE_ROW && rows->n < DAYS_MAX &&
	    (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!make_room(rows)) {
			rc = SQLITE_NOMEM;
			break;
		}
		rows->known[rows->n].ns = sqlite3_column_int64(stmt, 5);
		rows->days[rows->n++] = (struct daily){
			.day = sqlite3_column_int(stmt, 0),
			.declared = sqlite3_column_int64(stmt, 1),
			.verified = sqlite3_column_int64(stmt, 2),
			.planned = sqlite3_column_int64(stmt, 3),
			.standard = sqlite3_column_int64(stmt, 4),
		};
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : COL_EIO;
}

int
daily_get(sqlite3 *db, const struct post *post, const struct restate_setup *setup)
{
	struct rows rows = { NULL, NULL, 0, 0 };
	int rc = read_days(db, post, &rows);

	if (rc == 0 && setup->zone[0] != '\0') {
		rc = restate_days(db, setup, rows.days, rows.known, rows.n);
	}
	post->daily_fn(post->arg, rc, rows.days, rows.n);
	free(rows.days);
	free(rows.known);
	return rc;
}
