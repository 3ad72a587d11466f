/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table is read anew after each change and published once that is
 * committed: readers never see what a crash could take back.
 */
#include <config.h>

#include "state/reserve.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/str.h"
#include "state/audit.h"
#include "state/entry.h"
#include "state/own.h"
#include "state/sql.h"

#define COLUMNS "id, rack, tenant, reason, actor, created_ns, until_ns, released_ns, " \
	"power_w, units"

/* One change while it is under way. */
struct change {
	struct state *state;
	int64_t release;                   /* id; 0: items are to be made */
	struct audit_entry audit;
	struct reservation *items;
	size_t n;
	struct reservation blame;          /* what stands in the way */
	const struct reservations *next;   /* to be published */
	state_reserve_fn *fn;
	void *arg;
};

/* ---- reading ------------------------------------------------------------------ */

static void
read_row(sqlite3_stmt *stmt, void *row)
{
	struct reservation *item = row;

	*item = (struct reservation){
		.id = sqlite3_column_int64(stmt, 0),
		.created = { sqlite3_column_int64(stmt, 5) },
		.until = { sqlite3_column_int64(stmt, 6) },
		.released = { sqlite3_column_int64(stmt, 7) },
		.power_w = sqlite3_column_double(stmt, 8),
		.units = (unsigned)sqlite3_column_int(stmt, 9),
	};
	sql_text(stmt, 1, item->rack, sizeof(item->rack));
	sql_text(stmt, 2, item->tenant, sizeof(item->tenant));
	sql_text(stmt, 3, item->reason, sizeof(item->reason));
	sql_text(stmt, 4, item->actor, sizeof(item->actor));
}

static int
load(struct state *state, struct wall now, const struct reservations **ret_next)
{
	sqlite3_stmt *stmt = sql_prepare(state->db, "SELECT " COLUMNS " FROM reservations "
	    "WHERE (released_ns IS NULL AND until_ns > ?1) OR "
	    "id > (SELECT COALESCE(MAX(id), 0) FROM reservations) - ?2");
	struct sql_rows rows = { 0 };

	if (stmt != NULL) {
		sql_bind_int(stmt, 1, now.ns);
		sql_bind_int(stmt, 2, RESERVE_OLD_MAX);
	}
	if (sql_rows_read(stmt, &rows, sizeof(struct reservation), read_row) != 0) {
		free(rows.items);
		return COL_EIO;
	}
	*ret_next = reservations_new(++state->reserved_number, rows.items, rows.n);
	assert(*ret_next != NULL);
	return 0;
}

/* ---- writing ------------------------------------------------------------------- */

/* What another tenant has in the way of item; COL_EEXIST with blame, or 0. */
static int
find_conflict(sqlite3 *db, struct wall now, const struct reservation *item,
    struct reservation *blame)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT " COLUMNS " FROM reservations WHERE "
	    "rack = ?1 AND tenant <> ?2 AND released_ns IS NULL AND until_ns > ?3 AND "
	    "(?4 OR (power_w = 0 AND units = 0)) LIMIT 1", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, item->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, item->tenant, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(stmt, 3, now.ns);
		(void)sqlite3_bind_int(stmt, 4, reservation_is_whole(item));
		rc = sqlite3_step(stmt);
	}
	if (rc == SQLITE_ROW) {
		read_row(stmt, blame);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : rc == SQLITE_ROW ? COL_EEXIST : COL_EIO;
}

/* The ledger of the rack says it too. */
static int
write_ledger(sqlite3 *db, struct wall now, const struct reservation *item, bool released)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "INSERT INTO ledger (kind, rack, at_ns, "
	    "written_ns, state, subject, until_ns, actor, reason, source) "
	    "VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, 'api')", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, ENTRY_RESERVED);
		(void)sqlite3_bind_text(stmt, 2, item->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(stmt, 3, now.ns);
		(void)sqlite3_bind_text(stmt, 4, released ? "released" : "reserved", -1,
		    SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 5, item->tenant, -1, SQLITE_STATIC);
		if (!released) {
			(void)sqlite3_bind_int64(stmt, 6, item->until.ns);
		}
		(void)sqlite3_bind_text(stmt, 7, item->actor, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 8, released ? "" : item->reason, -1,
		    SQLITE_STATIC);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static int
insert(sqlite3 *db, struct wall now, struct reservation *item)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "INSERT INTO reservations (rack, tenant, reason, "
	    "actor, created_ns, until_ns, power_w, units) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, item->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, item->tenant, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 3, item->reason, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 4, item->actor, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(stmt, 5, now.ns);
		(void)sqlite3_bind_int64(stmt, 6, item->until.ns);
		(void)sqlite3_bind_double(stmt, 7, item->power_w);
		(void)sqlite3_bind_int64(stmt, 8, item->units);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE) {
		return COL_EIO;
	}
	item->id = sqlite3_last_insert_rowid(db);
	item->created = now;
	item->released.ns = 0;
	return write_ledger(db, now, item, false);
}

/* "a1 for bank until …" */
static int
write_audit(sqlite3 *db, struct wall now, struct change *change,
    const struct reservation *item)
{
	struct audit_entry *audit = &change->audit;
	char until[CLOCK_RFC3339_SIZE];

	clock_rfc3339(item->until, until);
	(void)str_format(audit->subject, sizeof(audit->subject), "reservation %lld",
	    (long long)item->id);
	(void)str_format(audit->detail, sizeof(audit->detail),
	    "rack %s for %s until %s, %u units, %.10g W", item->rack, item->tenant, until,
	    item->units, item->power_w);
	return audit_put(db, now, audit);
}

static int
run_add(sqlite3 *db, struct wall now, void *arg)
{
	struct change *change = arg;
	int rc = 0;

	for (size_t i = 0; i < change->n && rc == 0; i++) {
		rc = find_conflict(db, now, &change->items[i], &change->blame);
		rc = rc != 0 ? rc : insert(db, now, &change->items[i]);
		rc = rc != 0 ? rc : write_audit(db, now, change, &change->items[i]);
	}
	return rc != 0 ? rc : load(change->state, now, &change->next);
}

/* The reservation of an id.  Errors: COL_ENOENT, COL_EIO. */
static int
fetch(sqlite3 *db, int64_t id, struct reservation *ret_item)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT " COLUMNS " FROM reservations WHERE id = ?1",
	    -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int64(stmt, 1, id);
		rc = sqlite3_step(stmt);
	}
	if (rc == SQLITE_ROW) {
		read_row(stmt, ret_item);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? COL_ENOENT : COL_EIO;
}

static int
mark_released(sqlite3 *db, struct wall now, const struct change *change)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "UPDATE reservations SET released_ns = ?1, "
	    "released_by = ?2 WHERE id = ?3", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int64(stmt, 1, now.ns);
		(void)sqlite3_bind_text(stmt, 2, change->audit.actor, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(stmt, 3, change->release);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static int
run_release(sqlite3 *db, struct wall now, void *arg)
{
	struct change *change = arg;
	struct reservation item;
	int rc = fetch(db, change->release, &item);

	if (rc != 0) {
		return rc;
	}
	change->items[0] = item;
	if (reservation_state(&item, now) != RESERVATION_ACTIVE) {
		return COL_EINVAL;
	}
	(void)str_copy(item.actor, sizeof(item.actor), change->audit.actor);
	rc = mark_released(db, now, change);
	rc = rc != 0 ? rc : write_ledger(db, now, &item, true);
	rc = rc != 0 ? rc : write_audit(db, now, change, &item);
	change->items[0].released = now;
	return rc != 0 ? rc : load(change->state, now, &change->next);
}

/* ---- publishing ----------------------------------------------------------------- */

static void
publish(struct state *state, const struct reservations *next)
{
	const struct reservations *old;

	pthread_mutex_lock(&state->published_lock);
	old = state->reserved;
	state->reserved = next;
	pthread_mutex_unlock(&state->published_lock);
	reservations_unref(old);
}

static void
on_done(void *arg, int code)
{
	struct change *change = arg;

	if (code == 0) {
		publish(change->state, change->next);
	} else {
		reservations_unref(change->next);
	}
	if (code == COL_EEXIST) {
		change->fn(change->arg, code, &change->blame, 1);
	} else {
		change->fn(change->arg, code, change->items, code == 0 ? change->n : 0);
	}
	free(change->items);
	free(change);
}

static void
post(struct state *state, struct change *change,
    int (*run)(sqlite3 *db, struct wall now, void *arg))
{
	const struct post_job job = { .run = run, .done = on_done, .arg = change };

	change->state = state;
	state_job(state, POST_CHANGE, &job);
}

static struct change *
change_new(size_t n, const struct reserve_by *by, state_reserve_fn *fn, void *arg)
{
	struct change *change = calloc(1, sizeof(*change));

	assert(change != NULL);
	change->items = calloc(n, sizeof(*change->items));
	assert(change->items != NULL);
	change->n = n;
	(void)str_copy(change->audit.actor, sizeof(change->audit.actor), by->actor);
	(void)str_copy(change->audit.address, sizeof(change->audit.address), by->address);
	change->fn = fn;
	change->arg = arg;
	return change;
}

void
state_reserve(struct state *state, const struct reservation *items, size_t n,
    const struct reserve_by *by, state_reserve_fn *fn, void *arg)
{
	struct change *change;

	assert(n > 0);
	change = change_new(n, by, fn, arg);
	memcpy(change->items, items, n * sizeof(*items));
	for (size_t i = 0; i < n; i++) {
		(void)str_copy(change->items[i].actor, sizeof(items[i].actor), by->actor);
	}
	(void)str_copy(change->audit.action, sizeof(change->audit.action), "reservation_add");
	post(state, change, run_add);
}

void
state_release(struct state *state, int64_t id, const struct reserve_by *by,
    state_reserve_fn *fn, void *arg)
{
	struct change *change = change_new(1, by, fn, arg);

	change->release = id;
	(void)str_copy(change->audit.action, sizeof(change->audit.action),
	    "reservation_release");
	post(state, change, run_release);
}

int
reserve_load(struct state *state)
{
	const struct reservations *next = NULL;
	int rc = load(state, clock_wall(state->clock), &next);

	if (rc == 0) {
		publish(state, next);
	}
	return rc;
}

const struct reservations *
state_reservations(struct state *state)
{
	const struct reservations *reserved;

	pthread_mutex_lock(&state->published_lock);
	reserved = reservations_ref(state->reserved);
	pthread_mutex_unlock(&state->published_lock);
	return reserved;
}
