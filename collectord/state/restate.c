/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Daily counts as we know them now.
 *
 * A day is written down once, with what was known then.  When a site is
 * imported later with its true dates, the days in between were counted without
 * it: taken as they are they show a jump on the day of the import, and wreck
 * mean and variance of the forecast.  So to each day is added what the ledger
 * says of it now, less what it said when the day was counted.  The rows stay as
 * they are.
 * Source: domain.md 2.2 (computed from the log) and 2.4 (backfilled imports).
 */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/inventory.h"
#include "state/entry.h"

#define ENTRIES_MAX 512

/* One entry, cut down to what counting needs. */
struct step {
	int64_t id, voids;
	struct wall written;
	int32_t day;               /* from the end of which it counts */
	int state;                 /* -1: only its design */
	bool has_design;
	double design_w;
};

struct restate {
	const struct restate_setup *setup;
	struct wall first;         /* what the very first inventory said was known */
	struct daily *days;
	const struct wall *known;
	double *standard_w;        /* design that was added, per day */
	size_t n;
	struct step steps[ENTRIES_MAX];
	size_t n_steps;
};

struct count { int declared, planned; double design_w; };

/* True when a later entry, known at that time, has put this one right. */
static bool
is_void(const struct restate *restate, const struct step *step, struct wall known)
{
	for (size_t i = 0; i < restate->n_steps; i++) {
		if (restate->steps[i].voids == step->id &&
		    restate->steps[i].written.ns <= known.ns) {
			return true;
		}
	}
	return false;
}

/* What the entries known at a time say of one rack at the end of a day. */
static struct count
count_at(const struct restate *restate, int32_t day, struct wall known)
{
	struct count count = { 0, 0, 0.0 };
	double design_w = 0.0;
	int state = -1;

	for (size_t i = 0; i < restate->n_steps; i++) {
		const struct step *step = &restate->steps[i];

		if (step->day > day || step->written.ns > known.ns ||
		    is_void(restate, step, known)) {
			continue;
		}
		state = step->state >= 0 ? step->state : state;
		design_w = step->has_design ? step->design_w : design_w;
	}
	if (state >= 0) {
		count.declared = rack_is_declared((enum rack_state)state);
		count.planned = state == RACK_PLANNED;
		count.design_w = count.declared ? design_w : 0.0;
	}
	return count;
}

/* Adds what one rack's entries say otherwise than when each day was counted. */
static void
add_rack(struct restate *restate)
{
	const struct wall now = { INT64_MAX };
	struct wall newest = { 0 };

	for (size_t i = 0; i < restate->n_steps; i++) {
		if (restate->steps[i].written.ns > newest.ns) {
			newest = restate->steps[i].written;
		}
	}
	for (size_t d = 0; d < restate->n; d++) {
		struct wall known = restate->known[d];
		struct count then, later;

		if (known.ns == 0) {
			continue;
		}
		known = known.ns < restate->first.ns ? restate->first : known;
		if (known.ns >= newest.ns) {
			continue;
		}
		then = count_at(restate, restate->days[d].day, known);
		later = count_at(restate, restate->days[d].day, now);
		restate->days[d].declared += later.declared - then.declared;
		restate->days[d].planned += later.planned - then.planned;
		restate->standard_w[d] += later.design_w - then.design_w;
	}
}

static int
read_steps(struct restate *restate, sqlite3_stmt *stmt, const char *rack)
{
	struct entry entry;
	enum rack_state state;
	int rc;

	restate->n_steps = 0;
	(void)sqlite3_reset(stmt);
	(void)sqlite3_bind_text(stmt, 1, rack, -1, SQLITE_STATIC);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW &&
	    restate->n_steps < ENTRIES_MAX) {
		struct step *step = &restate->steps[restate->n_steps++];

		entry_read(stmt, &entry);
		*step = (struct step){ .id = entry.id, .voids = entry.voids,
		    .written = entry.written, .state = -1,
		    .day = clock_day(restate->setup->zone, entry.at),
		    .has_design = entry.has_design, .design_w = entry.design_w };
		if (entry.kind == ENTRY_STATE &&
		    rack_state_find(entry.state, &state) == 0) {
			step->state = (int)state;
		}
	}
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : COL_EIO;
}

/* Racks of which something was learned half a day or more after it began. */
static const char LATE[] = "SELECT DISTINCT rack FROM ledger WHERE "
    "at_ns < written_ns - 43200000000000 AND written_ns > ?1";
static const char STEPS_OF[] = LEDGER_NAMES "SELECT " ENTRY_COLUMNS " FROM " LEDGER_OF
    " WHERE l.kind IN (0, 3) ORDER BY l.at_ns, l.id";

/* What was written before the oldest count is known to all of them. */
static struct wall
oldest_known(const struct restate *restate)
{
	struct wall oldest = { INT64_MAX };

	for (size_t d = 0; d < restate->n; d++) {
		if (restate->known[d].ns != 0 && restate->known[d].ns < oldest.ns) {
			oldest = restate->known[d];
		}
	}
	return oldest.ns > restate->first.ns ? oldest : restate->first;
}

static int
add_late_racks(sqlite3 *db, struct restate *restate)
{
	sqlite3_stmt *late = NULL, *steps = NULL;
	int rc = COL_EIO;

	if (sqlite3_prepare_v2(db, LATE, -1, &late, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, STEPS_OF, -1, &steps, NULL) == SQLITE_OK) {
		(void)sqlite3_bind_int64(late, 1, oldest_known(restate).ns);
		rc = 0;
	}
	while (rc == 0) {
		int step = sqlite3_step(late);
		char rack[64];

		if (step != SQLITE_ROW) {
			rc = step == SQLITE_DONE ? 0 : COL_EIO;
			break;
		}
		(void)str_copy(rack, sizeof(rack),
		    (const char *)sqlite3_column_text(late, 0));
		if (restate->setup->has != NULL && !restate->setup->has(restate->setup, rack)) {
			continue;
		}
		rc = read_steps(restate, steps, rack);
		if (rc == 0) {
			add_rack(restate);
		}
	}
	(void)sqlite3_finalize(late);
	(void)sqlite3_finalize(steps);
	return rc;
}

static int
find_first(sqlite3 *db, struct wall *ret_first)
{
	sqlite3_stmt *stmt = NULL;
	int rc = COL_EIO;

	if (sqlite3_prepare_v2(db, "SELECT written_ns FROM ledger ORDER BY id LIMIT 1",
	    -1, &stmt, NULL) == SQLITE_OK) {
		int step = sqlite3_step(stmt);

		ret_first->ns = step == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
		rc = step == SQLITE_ROW || step == SQLITE_DONE ? 0 : COL_EIO;
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

int
restate_days(sqlite3 *db, const struct restate_setup *setup, struct daily *days,
    const struct wall *known, size_t n)
{
	struct restate *restate = calloc(1, sizeof(*restate));
	int rc = COL_ENOMEM;

	if (restate != NULL) {
		*restate = (struct restate){ .setup = setup, .days = days,
		    .known = known, .n = n };
		restate->standard_w = calloc(n + 1, sizeof(double));
		rc = restate->standard_w != NULL ? find_first(db, &restate->first) :
		    COL_ENOMEM;
	}
	if (rc == 0) {
		rc = add_late_racks(db, restate);
	}
	for (size_t d = 0; rc == 0 && d < n; d++) {
		double w = restate->standard_w[d];

		/* whole racks are what the day's own figure was cut down to */
		days[d].standard += setup->standard_w > 0.0 ?
		    (int64_t)(w / setup->standard_w + (w < 0.0 ? -0.5 : 0.5)) : 0;
	}
	if (restate != NULL) {
		free(restate->standard_w);
	}
	free(restate);
	return rc;
}
