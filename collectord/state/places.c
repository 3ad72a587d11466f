/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Daily counts of every place and operator, as they were counted, and when asked
 * for with what the ledger has learned since (see restate.c).  Places are
 * numbered, so that a day costs some twenty bytes.
 */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- what was learned since ----------------------------------------------------- */

/* True when the rack stands in the place of the post, or on a site of its operator. */
static bool
has_rack(const struct restate_setup *setup, const char *id)
{
	const struct post *post = setup->of;
	bool of_operator = post->place_kind == ENTITY_KIND_N;
	const struct rack *rack = inventory_rack(setup->inventory, id);
	const struct place *place = rack == NULL ? NULL : inventory_above(setup->inventory,
	    rack, of_operator ? ENTITY_SITE : post->place_kind);

	if (place != NULL && of_operator) {
		return place->operator != NULL && strcmp(place->operator->id, post->rack) == 0;
	}
	return place != NULL && strcmp(place->id, post->rack) == 0;
}

/* Days in the making: each place's row was counted with the province's of that day. */
struct rows { struct place_day *days; struct wall *known; size_t n, room; };

static int
restate(sqlite3 *db, const struct post *post, const struct restate_setup *setup,
    struct rows *rows)
{
	struct restate_setup own = *setup;
	struct daily *days = calloc(rows->n + 1, sizeof(*days));
	int rc = COL_ENOMEM;

	own.of = post;
	own.has = has_rack;
	for (size_t i = 0; days != NULL && i < rows->n; i++) {
		const struct daily_place *counts = &rows->days[i].counts;

		days[i] = (struct daily){ .day = rows->days[i].day,
		    .declared = counts->declared, .planned = counts->planned,
		    .standard = counts->standard };
	}
	if (days != NULL) {
		rc = restate_days(db, &own, days, rows->known, rows->n);
	}
	for (size_t i = 0; rc == 0 && i < rows->n; i++) {
		rows->days[i].counts.declared = days[i].declared;
		rows->days[i].counts.planned = days[i].planned;
		rows->days[i].counts.standard = days[i].standard;
	}
	free(days);
	return rc;
}

static bool
make_room(struct rows *rows)
{
	size_t room = rows->room != 0 ? 2 * rows->room : 512;
	struct place_day *days;
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
	int rc = sqlite3_prepare_v2(db, "SELECT p.day, p.declared, p.verified, "
	    "p.contradicted, p.stale, p.unmonitored, p.planned, p.standard, d.known_ns "
	    "FROM daily_place p LEFT JOIN daily d ON d.day = p.day WHERE p.place = "
	    "(SELECT key FROM places WHERE kind = ?1 AND id = ?2) AND p.day BETWEEN ?3 "
	    "AND ?4 ORDER BY p.day", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, kind_of(post->place_kind), -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, post->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int(stmt, 3, post->from);
		(void)sqlite3_bind_int(stmt, 4, post->to);
		rc = SQLITE_ROW;
	}
	while (rc == SQLITE_ROW && rows->n < DAYS_MAX &&
	    (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!make_room(rows)) {
			rc = SQLITE_NOMEM;
			break;
		}
		/* no row of the province: nothing is known of when it was counted */
		rows->known[rows->n].ns = sqlite3_column_int64(stmt, 1 + COUNTS);
		read_day(stmt, post, &rows->days[rows->n++]);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : COL_EIO;
}

int
places_get(sqlite3 *db, const struct post *post, const struct restate_setup *setup)
{
	struct rows rows = { NULL, NULL, 0, 0 };
	int rc = read_days(db, post, &rows);

	if (rc == 0 && setup->inventory != NULL) {
		rc = restate(db, post, setup, &rows);
	}
	post->place_fn(post->arg, rc, rows.days, rows.n);
	free(rows.days);
	free(rows.known);
	return rc;
}
