/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries and renames are two tables, each newest first; a rename follows the
 * last entry under the former id.  Both lists are read up to the limit and
 * merged.
 */
#include <config.h>

#include "state/changes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "state/entry.h"
#include "state/own.h"

#define BACKWARDS_MAX 100000

static const char *const KINDS[CHANGE_KIND_N] = { "state", "reservation", "maintenance",
    "design", "rename" };

const char *
change_kind_text(enum change_kind kind)
{
	return KINDS[kind];
}

/* ?1 rack, ?2 newest entry, ?3 kinds, ?4 and ?5 written, ?6 limit */
#define ENTRIES "SELECT " ENTRY_COLUMNS ", EXISTS (SELECT 1 FROM ledger v WHERE " \
	"v.voids = l.id) FROM "
#define ENTRIES_WHERE " WHERE l.id <= ?2 AND (?3 >> l.kind) & 1 AND " \
	"l.written_ns BETWEEN ?4 AND ?5 ORDER BY l.id DESC LIMIT ?6"
/* ?2 and ?3: only what is older than that place */
#define RENAMES "SELECT rowid, was, id, upto, written_ns FROM renamed WHERE " \
	"(upto, rowid) < (?2, ?3) AND written_ns BETWEEN ?4 AND ?5 "
#define RENAMES_ORDER "ORDER BY upto DESC, rowid DESC LIMIT ?6"

static const char ENTRIES_ALL[] = ENTRIES "ledger l" ENTRIES_WHERE;
static const char ENTRIES_OF[] = LEDGER_NAMES ENTRIES LEDGER_OF ENTRIES_WHERE;
static const char RENAMES_ALL[] = RENAMES RENAMES_ORDER;
static const char RENAMES_OF[] = LEDGER_NAMES RENAMES "AND id IN (SELECT id FROM names) "
    "AND was IN (SELECT id FROM names) " RENAMES_ORDER;

struct changes {
	struct changes_query query;
	state_changes_fn *fn;
	void *arg;
	struct change *entries, *renames;  /* [limit] each */
	struct change *items;              /* [limit], merged */
	size_t n_entries, n_renames, n;
};

static void
take_entry(sqlite3_stmt *stmt, struct change *to)
{
	struct entry entry;

	entry_read(stmt, &entry);
	*to = (struct change){ .place = { entry.id, 0 }, .kind = (enum change_kind)entry.kind,
	    .at = entry.at, .written = entry.written, .has_design = entry.has_design,
	    .design_w = entry.design_w, .until = entry.until, .voids = entry.voids,
	    .voided = sqlite3_column_int(stmt, 13) != 0 };
	(void)str_copy(to->rack, sizeof(to->rack), entry.rack);
	(void)str_copy(to->state, sizeof(to->state), entry.state);
	(void)str_copy(to->subject, sizeof(to->subject), entry.subject);
	(void)str_copy(to->actor, sizeof(to->actor), entry.actor);
	(void)str_copy(to->reason, sizeof(to->reason), entry.reason);
	(void)str_copy(to->source, sizeof(to->source), entry.source);
}

static void
take_rename(sqlite3_stmt *stmt, struct change *to)
{
	*to = (struct change){ .kind = CHANGE_RENAME,
	    .place = { sqlite3_column_int64(stmt, 3), sqlite3_column_int64(stmt, 0) },
	    .at = { sqlite3_column_int64(stmt, 4) },
	    .written = { sqlite3_column_int64(stmt, 4) } };
	(void)str_copy(to->state, sizeof(to->state), "renamed");
	(void)str_copy(to->subject, sizeof(to->subject),
	    (const char *)sqlite3_column_text(stmt, 1));
	(void)str_copy(to->rack, sizeof(to->rack),
	    (const char *)sqlite3_column_text(stmt, 2));
	(void)str_copy(to->actor, sizeof(to->actor), "inventory");
}

/* Runs one of the four queries; what ?2 and ?3 are is the caller's. */
static int
read_rows(sqlite3 *db, const char *sql, const struct changes_query *query,
    const int64_t limits[2], struct change *to)
{
	bool renames = sql == RENAMES_ALL || sql == RENAMES_OF;
	sqlite3_stmt *stmt = NULL;
	int n = 0, rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		if (sql == ENTRIES_OF || sql == RENAMES_OF) {
			(void)sqlite3_bind_text(stmt, 1, query->rack, -1, SQLITE_STATIC);
		}
		(void)sqlite3_bind_int64(stmt, 2, limits[0]);
		(void)sqlite3_bind_int64(stmt, 3, limits[1]);
		(void)sqlite3_bind_int64(stmt, 4, query->from.ns);
		(void)sqlite3_bind_int64(stmt, 5, query->to.ns);
		(void)sqlite3_bind_int64(stmt, 6, query->limit);
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && n < (int)query->limit) {
			if (renames) {
				take_rename(stmt, &to[n++]);
			} else {
				take_entry(stmt, &to[n++]);
			}
		}
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? n : COL_EIO;
}

static bool
is_newer(const struct change *a, const struct change *b)
{
	return a->place.entry != b->place.entry ? a->place.entry > b->place.entry :
	    a->place.rename > b->place.rename;
}

static void
merge(struct changes *changes)
{
	size_t e = 0, r = 0;

	while (changes->n < changes->query.limit &&
	    (e < changes->n_entries || r < changes->n_renames)) {
		bool entry = r == changes->n_renames || (e < changes->n_entries &&
		    is_newer(&changes->entries[e], &changes->renames[r]));

		changes->items[changes->n++] = entry ? changes->entries[e++] :
		    changes->renames[r++];
	}
}

static int
run_changes(sqlite3 *db, struct wall now, void *arg)
{
	struct changes *changes = arg;
	const struct changes_query *query = &changes->query;
	struct change_at before = query->has_before ? query->before :
	    (struct change_at){ INT64_MAX, INT64_MAX };
	bool one = query->rack[0] != '\0';
	int n = 0;

	(void)now;
	changes->entries = calloc(3 * (size_t)query->limit, sizeof(struct change));
	if (changes->entries == NULL) {
		return COL_ENOMEM;
	}
	changes->renames = changes->entries + query->limit;
	changes->items = changes->renames + query->limit;
	/* asked for renames alone, the whole ledger would be looked through in vain */
	if ((query->kinds & ~(1u << CHANGE_RENAME)) != 0) {
		n = read_rows(db, one ? ENTRIES_OF : ENTRIES_ALL, query, (int64_t[]){
		    before.rename > 0 ? before.entry : before.entry - 1, query->kinds },
		    changes->entries);
	}
	changes->n_entries = n > 0 ? (size_t)n : 0;
	if (n >= 0 && (query->kinds & 1u << CHANGE_RENAME) != 0) {
		n = read_rows(db, one ? RENAMES_OF : RENAMES_ALL, query, (int64_t[]){
		    before.entry, before.rename }, changes->renames);
		changes->n_renames = n > 0 ? (size_t)n : 0;
	}
	merge(changes);
	return n < 0 ? n : 0;
}

static void
end_changes(void *arg, int code)
{
	struct changes *changes = arg;

	changes->fn(changes->arg, code, changes->items, code == 0 ? changes->n : 0);
	free(changes->entries);
	free(changes);
}

void
state_get_changes(struct state *state, const struct changes_query *query,
    state_changes_fn *fn, void *arg)
{
	struct changes *changes = calloc(1, sizeof(*changes));
	struct post_job job = { run_changes, end_changes, changes };

	assert(changes != NULL && query->limit > 0 && query->limit <= CHANGES_MAX);
	changes->query = *query;
	changes->fn = fn;
	changes->arg = arg;
	state_job(state, POST_QUESTION, &job);
}

/* ---- racks that went back ------------------------------------------------------ */

/*
 * Only where it is the rack's newest state: what was put right, or has gone on
 * since, is history.  A rack may have been renamed since.
 */
static const char BACKWARDS[] = "SELECT COALESCE((SELECT r.id FROM renamed r WHERE "
    "r.was = l.rack AND r.upto >= l.id ORDER BY r.rowid DESC LIMIT 1), l.rack) AS name, "
    "p.state, l.state, p.at_ns, l.at_ns, l.written_ns, l.source "
    "FROM ledger l JOIN ledger p ON p.id = (SELECT MAX(q.id) FROM ledger q WHERE "
    "q.rack = l.rack AND q.kind = 0 AND q.id < l.id) WHERE l.reason = '" ENTRY_BACKWARDS
    "' AND l.kind = 0 AND NOT EXISTS (SELECT 1 FROM ledger n WHERE n.rack = l.rack AND "
    "n.kind = 0 AND n.id > l.id) ORDER BY name LIMIT ?1";

struct going_back {
	state_backwards_fn *fn;
	void *arg;
	struct backwards *items;
	size_t n, room;
};

static int
add_backwards(struct going_back *back, sqlite3_stmt *stmt)
{
	struct backwards *item, *more;

	if (back->n == back->room) {
		back->room = back->room != 0 ? 2 * back->room : 64;
		more = realloc(back->items, back->room * sizeof(*more));
		if (more == NULL) {
			return COL_ENOMEM;
		}
		back->items = more;
	}
	item = &back->items[back->n++];
	memset(item, 0, sizeof(*item));
	(void)str_copy(item->rack, sizeof(item->rack),
	    (const char *)sqlite3_column_text(stmt, 0));
	(void)str_copy(item->ledger, sizeof(item->ledger),
	    (const char *)sqlite3_column_text(stmt, 1));
	(void)str_copy(item->inventory, sizeof(item->inventory),
	    (const char *)sqlite3_column_text(stmt, 2));
	item->ledger_at.ns = sqlite3_column_int64(stmt, 3);
	item->at.ns = sqlite3_column_int64(stmt, 4);
	item->written.ns = sqlite3_column_int64(stmt, 5);
	(void)str_copy(item->source, sizeof(item->source),
	    (const char *)sqlite3_column_text(stmt, 6));
	return 0;
}

static int
run_backwards(sqlite3 *db, struct wall now, void *arg)
{
	struct going_back *back = arg;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, BACKWARDS, -1, &stmt, NULL), code = 0;

	(void)now;
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, BACKWARDS_MAX);
		while (code == 0 && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
			code = add_backwards(back, stmt);
		}
	}
	(void)sqlite3_finalize(stmt);
	return code != 0 ? code : rc == SQLITE_DONE ? 0 : COL_EIO;
}

static void
end_backwards(void *arg, int code)
{
	struct going_back *back = arg;

	back->fn(back->arg, code, back->items, code == 0 ? back->n : 0);
	free(back->items);
	free(back);
}

void
state_get_backwards(struct state *state, state_backwards_fn *fn, void *arg)
{
	struct going_back *back = calloc(1, sizeof(*back));
	struct post_job job = { run_backwards, end_backwards, back };

	assert(back != NULL);
	back->fn = fn;
	back->arg = arg;
	state_job(state, POST_QUESTION, &job);
}
