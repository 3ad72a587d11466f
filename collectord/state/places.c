/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Daily counts of every place and operator, as they were counted.  Places are
 * numbered, so that a day costs some twenty bytes.
 */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>

#include "base/str.h"

#define DAYS_MAX 40000
#define COUNTS 7

/* The counts in the order of their columns. */
static void
counts_of(struct daily_place *place, int64_t *ret_counts[COUNTS])
{
	ret_counts[0] = &place->declared;
	ret_counts[1] = &place->verified;
	ret_counts[2] = &place->contradicted;
	ret_counts[3] = &place->stale;
	ret_counts[4] = &place->unmonitored;
	ret_counts[5] = &place->planned;
	ret_counts[6] = &place->standard;
}

static const char *
kind_of(enum entity_kind kind)
{
	return kind == ENTITY_KIND_N ? "operator" : entity_kind_text(kind);
}

static int
run(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	(void)sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static void
bind_place(sqlite3_stmt *stmt, const struct daily_place *place)
{
	(void)sqlite3_bind_text(stmt, 1, kind_of(place->kind), -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(stmt, 2, place->id, -1, SQLITE_STATIC);
}

int
places_put(sqlite3 *db, int32_t day, const struct daily_place *rows, size_t n)
{
	sqlite3_stmt *name = NULL, *put = NULL;
	int rc = COL_EIO;

	if (sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO places (kind, id) "
	    "VALUES (?1, ?2)", -1, &name, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO daily_place SELECT key, ?3, "
	    "?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM places WHERE kind = ?1 AND id = ?2",
	    -1, &put, NULL) == SQLITE_OK) {
		rc = 0;
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct daily_place place = rows[i];
		int64_t *counts[COUNTS];

		bind_place(name, &rows[i]);
		rc = run(name);
		bind_place(put, &rows[i]);
		(void)sqlite3_bind_int(put, 3, day);
		counts_of(&place, counts);
		for (int c = 0; c < COUNTS; c++) {
			(void)sqlite3_bind_int64(put, 4 + c, *counts[c]);
		}
		rc = rc != 0 ? rc : run(put);
	}
	(void)sqlite3_finalize(name);
	(void)sqlite3_finalize(put);
	return rc;
}

static void
read_day(sqlite3_stmt *stmt, const struct post *post, struct place_day *day)
{
	int64_t *counts[COUNTS];

	day->day = sqlite3_column_int(stmt, 0);
	day->counts.kind = post->place_kind;
	(void)str_copy(day->counts.id, sizeof(day->counts.id), post->rack);
	counts_of(&day->counts, counts);
	for (int c = 0; c < COUNTS; c++) {
		*counts[c] = sqlite3_column_int64(stmt, 1 + c);
	}
}

int
places_get(sqlite3 *db, const struct post *post)
{
	const struct daily_place place = { .kind = post->place_kind };
	struct place_day *days = NULL, *more;
	sqlite3_stmt *stmt = NULL;
	size_t n = 0, room = 0;
	int rc = sqlite3_prepare_v2(db, "SELECT day, declared, verified, contradicted, "
	    "stale, unmonitored, planned, standard FROM daily_place WHERE place = "
	    "(SELECT key FROM places WHERE kind = ?1 AND id = ?2) AND day BETWEEN ?3 "
	    "AND ?4 ORDER BY day", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, kind_of(place.kind), -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, post->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int(stmt, 3, post->from);
		(void)sqlite3_bind_int(stmt, 4, post->to);
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
		read_day(stmt, post, &days[n++]);
	}
	(void)sqlite3_finalize(stmt);
	rc = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : COL_EIO;
	post->place_fn(post->arg, rc, days, n);
	free(days);
	return rc;
}
