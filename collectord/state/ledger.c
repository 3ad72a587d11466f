/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger of racks: what the inventory declares is compared with the last
 * entries of each rack, and only differences are appended.
 *
 * The order of entries is that in which we learned of them; "at" is since when
 * they hold.  An entry whose date was wrong is not touched: a new one voids it.
 */
#include <config.h>

#include "state/post.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/log.h"
#include "base/str.h"
#include "model/inventory.h"
#include "state/entry.h"

/* Designs are written in tenths of a kilowatt: half a watt is none. */
#define SAME_DESIGN_W 0.5

/* What is known of one rack, by its newest entries of each kind. */
struct last {
	char rack[64];
	int64_t id;                /* of the entry of its state; 0: none */
	enum rack_state state;
	struct wall at;
	/* newest entry of each state that still holds; id 0: none */
	int64_t ids[RACK_STATE_N];
	struct wall dates[RACK_STATE_N];
	bool has_design;
	double design_w;
	bool reserved, maintained;
	char subject[96];          /* reserved for */
	struct wall reserved_until, maintenance_until;
	UT_hash_handle hh;
};

/* One application of an inventory. */
struct apply {
	sqlite3 *db;
	sqlite3_stmt *insert;
	const struct config *config;
	struct wall now;
	struct last *table;
	int64_t max_id;
	unsigned n_backwards;
};

static void
drop_all(struct last **table)
{
	struct last *entry, *next;

	HASH_ITER(hh, *table, entry, next) {
		HASH_DEL(*table, entry);
		free(entry);
	}
}

/* ---- what the ledger says ---------------------------------------------------- */

static struct last *
last_of(struct apply *apply, const char *rack, bool make)
{
	struct last *last;

	HASH_FIND_STR(apply->table, rack, last);
	if (last == NULL && make) {
		last = calloc(1, sizeof(*last));
		if (last != NULL) {
			(void)str_copy(last->rack, sizeof(last->rack), rack);
			HASH_ADD_STR(apply->table, rack, last);
		}
	}
	return last;
}

static void
take_date(struct last *last, const struct entry *entry)
{
	enum rack_state state;

	for (int s = 0; s < RACK_STATE_N && entry->voids != 0; s++) {
		last->ids[s] = last->ids[s] == entry->voids ? 0 : last->ids[s];
	}
	if (rack_state_find(entry->state, &state) == 0) {
		last->ids[state] = entry->id;
		last->dates[state] = entry->at;
	}
}

static void
take_entry(struct last *last, const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_STATE:
		take_date(last, entry);
		/* a date of the past that was added later is not the last word */
		if (last->id == 0 || entry->at.ns >= last->at.ns ||
		    entry->voids == last->id) {
			last->id = entry->id;
			last->at = entry->at;
			(void)rack_state_find(entry->state, &last->state);
		}
		break;
	case ENTRY_RESERVED:
		if (strcmp(entry->actor, ENTRY_INVENTORY) != 0) {
			break;   /* the inventory neither makes nor ends it */
		}
		last->reserved = strcmp(entry->state, "reserved") == 0;
		(void)str_copy(last->subject, sizeof(last->subject), entry->subject);
		last->reserved_until = entry->until;
		break;
	case ENTRY_MAINTENANCE:
		last->maintained = strcmp(entry->state, "maintenance") == 0;
		last->maintenance_until = entry->until;
		break;
	case ENTRY_DESIGN:
	case ENTRY_KIND_N:
		break;
	}
	if (entry->has_design) {
		last->has_design = true;
		last->design_w = entry->design_w;
	}
}

/* From here on the entries under was are those of the rack id. */
static void
rekey(struct apply *apply, const char *was, const char *id)
{
	struct last *old = last_of(apply, was, false);

	if (old == NULL) {
		return;
	}
	HASH_DEL(apply->table, old);
	if (last_of(apply, id, false) != NULL) {
		free(old);
		return;
	}
	(void)str_copy(old->rack, sizeof(old->rack), id);
	HASH_ADD_STR(apply->table, rack, old);
}

static int
load_renames(struct apply *apply)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(apply->db, "SELECT was, id, upto FROM renamed "
	    "ORDER BY rowid", -1, &stmt, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		const struct last *last;

		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW) {
			break;
		}
		last = last_of(apply, (const char *)sqlite3_column_text(stmt, 0), false);
		/* who took the former id since then has entries of its own */
		if (last != NULL && last->id <= sqlite3_column_int64(stmt, 2)) {
			rekey(apply, (const char *)sqlite3_column_text(stmt, 0),
			    (const char *)sqlite3_column_text(stmt, 1));
		}
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static int
load_last(struct apply *apply)
{
	sqlite3_stmt *stmt = NULL;
	struct entry entry;
	int rc = sqlite3_prepare_v2(apply->db, "SELECT " ENTRY_COLUMNS
	    " FROM ledger l ORDER BY l.id", -1, &stmt, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		struct last *last;

		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW) {
			break;
		}
		entry_read(stmt, &entry);
		apply->max_id = entry.id;
		last = last_of(apply, entry.rack, true);
		if (last == NULL) {
			rc = SQLITE_NOMEM;
			break;
		}
		take_entry(last, &entry);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? load_renames(apply) : COL_EIO;
}

/* ---- what is appended -------------------------------------------------------- */

static int
append(struct apply *apply, const struct entry *entry)
{
	apply->max_id++;
	return entry_insert(apply->insert, entry, apply->now);
}

/* What others keep under a rack's id goes along with it. */
static int
rename_in(sqlite3 *db, const char *sql, const struct rack *rack)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, rack->was, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, rack->id, -1, SQLITE_STATIC);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static int
rename_rack(struct apply *apply, const struct rack *rack)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	if (last_of(apply, rack->was, false) == NULL) {
		return 0;
	}
	rc = sqlite3_prepare_v2(apply->db, "INSERT INTO renamed VALUES (?1, ?2, ?3, ?4)",
	    -1, &stmt, NULL);
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, rack->was, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, rack->id, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(stmt, 3, apply->max_id);
		(void)sqlite3_bind_int64(stmt, 4, apply->now.ns);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	rekey(apply, rack->was, rack->id);
	rc = rc == SQLITE_DONE ? 0 : COL_EIO;
	rc = rc != 0 ? rc : rename_in(apply->db, "UPDATE reservations SET rack = ?2 "
	    "WHERE rack = ?1", rack);
	return rc != 0 ? rc : rename_in(apply->db, "UPDATE silences SET "
	    "entity = 'rack:' || ?2 WHERE entity = 'rack:' || ?1", rack);
}

static struct entry
entry_of(const struct apply *apply, const struct rack *rack, enum entry_kind kind)
{
	struct entry entry = { .kind = kind, .rack = rack->id,
	    .at = apply->now, .has_design = true, .design_w = rack->design_w,
	    .source = rack->file != NULL ? rack->file : apply->config->file,
	    .reason = rack->life.reason != NULL ? rack->life.reason : "" };

	return entry;
}

/* Dates of the past: appended where no entry has that state at that time. */
static int
append_dates(struct apply *apply, const struct rack *rack, const struct last *last)
{
	int rc = 0;

	for (int s = 0; rack->life.dates != NULL && s < (int)rack->state && rc == 0; s++) {
		struct entry entry = entry_of(apply, rack, ENTRY_STATE);

		entry.at = rack->life.dates[s];
		entry.state = rack_state_text((enum rack_state)s);
		if (entry.at.ns == 0 || (last != NULL && last->ids[s] != 0 &&
		    last->dates[s].ns == entry.at.ns)) {
			continue;
		}
		if (last != NULL && last->ids[s] != 0) {
			entry.voids = last->ids[s];
			entry.reason = "date corrected";
		}
		rc = append(apply, &entry);
	}
	return rc;
}

static int
append_state(struct apply *apply, const struct rack *rack, const struct last *last)
{
	struct entry entry = entry_of(apply, rack, ENTRY_STATE);
	bool known = last != NULL && last->id != 0;

	entry.state = rack_state_text(rack->state);
	if (rack->since.ns != 0) {
		entry.at = rack->since;
	}
	if (known && last->state == rack->state) {
		if (rack->since.ns == 0 || rack->since.ns == last->at.ns) {
			return 0;
		}
		entry.voids = last->id;
		entry.reason = "date corrected";
	} else if (known && entry.at.ns <= last->at.ns) {
		/* the state that was thought to hold then never did */
		entry.voids = last->id;
	}
	if (known && rack->state < last->state && entry.reason[0] == '\0') {
		entry.reason = ENTRY_BACKWARDS;
		apply->n_backwards++;
	}
	return append(apply, &entry);
}

static int
append_design(struct apply *apply, const struct rack *rack, const struct last *last)
{
	struct entry entry = entry_of(apply, rack, ENTRY_DESIGN);

	/* the entry of a new state has it */
	if (last == NULL || last->state != rack->state || (last->has_design &&
	    fabs(last->design_w - rack->design_w) < SAME_DESIGN_W)) {
		return 0;
	}
	entry.state = "design";
	/* an entry of a time that did not write it down: it was so all along */
	if (!last->has_design) {
		entry.at = last->at;
	}
	return append(apply, &entry);
}

static int
append_reservation(struct apply *apply, const struct rack *rack,
    const struct last *last)
{
	struct entry entry = entry_of(apply, rack, ENTRY_RESERVED);
	bool was = last != NULL && last->reserved;

	if (rack->life.reserved_for == NULL) {
		entry.state = "released";
		entry.subject = was ? last->subject : "";
		return was ? append(apply, &entry) : 0;
	}
	if (was && strncmp(last->subject, rack->life.reserved_for,
	    sizeof(last->subject) - 1) == 0 &&
	    last->reserved_until.ns == rack->life.reserved_until.ns) {
		return 0;
	}
	entry.state = "reserved";
	entry.subject = rack->life.reserved_for;
	entry.until = rack->life.reserved_until;
	return append(apply, &entry);
}

static int
append_maintenance(struct apply *apply, const struct rack *rack,
    const struct last *last)
{
	struct entry entry = entry_of(apply, rack, ENTRY_MAINTENANCE);
	bool was = last != NULL && last->maintained;

	if (rack->life.maintenance_until.ns == 0) {
		entry.state = "maintenance_end";
		return was ? append(apply, &entry) : 0;
	}
	if (was && last->maintenance_until.ns == rack->life.maintenance_until.ns) {
		return 0;
	}
	entry.state = "maintenance";
	entry.until = rack->life.maintenance_until;
	return append(apply, &entry);
}

/* A rack that left the files is decommissioned from now on, not forgotten. */
static int
append_gone(struct apply *apply)
{
	int rc = 0;

	for (struct last *e = apply->table; e != NULL && rc == 0; e = e->hh.next) {
		if (inventory_rack(apply->config->inventory, e->rack) == NULL &&
		    e->id != 0 && e->state != RACK_DECOMMISSIONED) {
			const struct entry entry = { .kind = ENTRY_STATE,
			    .rack = e->rack, .at = apply->now,
			    .state = rack_state_text(RACK_DECOMMISSIONED),
			    .has_design = e->has_design, .design_w = e->design_w,
			    .source = apply->config->file,
			    .reason = "no longer in the inventory" };

			rc = append(apply, &entry);
		}
	}
	return rc;
}

static int
append_changes(struct apply *apply)
{
	const struct inventory *inventory = apply->config->inventory;
	int rc = 0;

	for (uint32_t i = 0; i < inventory->n_racks && rc == 0; i++) {
		const struct rack *rack = inventory->racks[i];
		const struct last *last;

		if (rack == NULL) {
			continue;
		}
		last = last_of(apply, rack->id, false);
		rc = append_dates(apply, rack, last);
		rc = rc != 0 ? rc : append_state(apply, rack, last);
		rc = rc != 0 ? rc : append_design(apply, rack, last);
		rc = rc != 0 ? rc : append_reservation(apply, rack, last);
		rc = rc != 0 ? rc : append_maintenance(apply, rack, last);
	}
	return rc;
}

static int
rename_all(struct apply *apply)
{
	const struct inventory *inventory = apply->config->inventory;
	int rc = 0;

	for (uint32_t i = 0; i < inventory->n_racks && rc == 0; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack != NULL && rack->was != NULL) {
			rc = rename_rack(apply, rack);
		}
	}
	return rc;
}

int
ledger_apply(sqlite3 *db, const struct config *config, struct wall now)
{
	struct apply apply = { .db = db, .config = config, .now = now };
	int rc = load_last(&apply);

	if (rc == 0 && sqlite3_prepare_v2(db, ENTRY_INSERT, -1, &apply.insert,
	    NULL) != SQLITE_OK) {
		rc = COL_EIO;
	}
	rc = rc != 0 ? rc : rename_all(&apply);
	rc = rc != 0 ? rc : append_changes(&apply);
	rc = rc != 0 ? rc : append_gone(&apply);
	if (apply.n_backwards > 0 && rc == 0) {
		LOG_WARN("state", NULL, NULL, "%u racks went back to an earlier state "
		    "without a reason; the ledger says so", apply.n_backwards);
	}
	(void)sqlite3_finalize(apply.insert);
	drop_all(&apply.table);
	return rc;
}
