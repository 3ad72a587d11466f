/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger of rack states: what the inventory declares is compared with the
 * last entry of each rack, and only differences are appended.
 */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/str.h"
#include "model/inventory.h"

#define ENTRIES_MAX 200

struct last {
	char rack[64];
	char state[24];
	UT_hash_handle hh;
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

static int
load_last(sqlite3 *db, struct last **table)
{
	sqlite3_stmt *stmt = NULL;
	struct last *entry;
	int rc;

	rc = sqlite3_prepare_v2(db, "SELECT rack, state FROM ledger WHERE id IN "
	    "(SELECT MAX(id) FROM ledger GROUP BY rack)", -1, &stmt, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW) {
			break;
		}
		entry = calloc(1, sizeof(*entry));
		if (entry == NULL) {
			rc = SQLITE_NOMEM;
			break;
		}
		(void)str_copy(entry->rack, sizeof(entry->rack),
		    (const char *)sqlite3_column_text(stmt, 0));
		(void)str_copy(entry->state, sizeof(entry->state),
		    (const char *)sqlite3_column_text(stmt, 1));
		HASH_ADD_STR(*table, rack, entry);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

/* A renamed rack keeps its history: its former id's entries become its own. */
static int
rename_rack(sqlite3 *db, const struct rack *rack)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "UPDATE ledger SET rack = ?1 WHERE rack = ?2",
	    -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, rack->id, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(stmt, 2, rack->was, -1, SQLITE_STATIC);
		rc = sqlite3_step(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

/* One line of the ledger to be. */
struct entry { const char *rack, *state, *source; struct wall at; };

static int
append(sqlite3_stmt *stmt, const struct entry *entry, struct wall now)
{
	int rc;

	(void)sqlite3_reset(stmt);
	(void)sqlite3_bind_text(stmt, 1, entry->rack, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(stmt, 2, entry->at.ns);
	(void)sqlite3_bind_int64(stmt, 3, now.ns);
	(void)sqlite3_bind_text(stmt, 4, entry->state, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(stmt, 5, entry->source, -1, SQLITE_STATIC);
	rc = sqlite3_step(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

/* A rack that left the files is decommissioned from now on, not forgotten. */
static int
append_gone(sqlite3_stmt *stmt, const struct config *config,
    struct last *table, struct wall now)
{
	const char *gone = rack_state_text(RACK_DECOMMISSIONED);
	int rc = 0;

	for (struct last *e = table; e != NULL && rc == 0; e = e->hh.next) {
		if (inventory_rack(config->inventory, e->rack) == NULL &&
		    strcmp(e->state, gone) != 0) {
			const struct entry entry = { e->rack, gone, config->file, now };

			rc = append(stmt, &entry, now);
		}
	}
	return rc;
}

static int
append_changes(sqlite3_stmt *stmt, const struct config *config,
    struct last *table, struct wall now)
{
	const struct inventory *inventory = config->inventory;
	struct last *last;
	int rc = 0;

	for (uint32_t i = 0; i < inventory->n_racks && rc == 0; i++) {
		const struct rack *rack = inventory->racks[i];
		const char *state;

		if (rack == NULL) {
			continue;
		}
		state = rack_state_text(rack->state);
		HASH_FIND_STR(table, rack->id, last);
		if (last == NULL || strcmp(last->state, state) != 0) {
			const struct entry entry = { rack->id, state,
			    rack->file != NULL ? rack->file : config->file,
			    rack->since.ns != 0 ? rack->since : now };

			rc = append(stmt, &entry, now);
		}
	}
	return rc;
}

int
ledger_apply(sqlite3 *db, const struct config *config, struct wall now)
{
	const struct inventory *inventory = config->inventory;
	struct last *table = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = 0;

	for (uint32_t i = 0; i < inventory->n_racks && rc == 0; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack != NULL && rack->was != NULL) {
			rc = rename_rack(db, rack);
		}
	}
	if (rc == 0) {
		rc = load_last(db, &table);
	}
	if (rc == 0 && sqlite3_prepare_v2(db, "INSERT INTO ledger (rack, at_ns, "
	    "written_ns, state, actor, source) VALUES (?1, ?2, ?3, ?4, "
	    "'inventory', ?5)", -1, &stmt, NULL) != SQLITE_OK) {
		rc = COL_EIO;
	}
	if (rc == 0) {
		rc = append_changes(stmt, config, table, now);
	}
	if (rc == 0) {
		rc = append_gone(stmt, config, table, now);
	}
	(void)sqlite3_finalize(stmt);
	drop_all(&table);
	return rc;
}

int
ledger_get(sqlite3 *db, const struct post *post)
{
	struct ledger_entry *entries = calloc(ENTRIES_MAX, sizeof(*entries));
	sqlite3_stmt *stmt = NULL;
	size_t n = 0;
	int rc = SQLITE_NOMEM;

	if (entries != NULL) {
		rc = sqlite3_prepare_v2(db, "SELECT at_ns, state, actor, source FROM "
		    "ledger WHERE rack = ?1 ORDER BY at_ns DESC, id DESC LIMIT ?2",
		    -1, &stmt, NULL);
	}
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, post->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int(stmt, 2, ENTRIES_MAX);
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && n < ENTRIES_MAX) {
			struct ledger_entry *e = &entries[n++];

			e->at.ns = sqlite3_column_int64(stmt, 0);
			(void)str_copy(e->state, sizeof(e->state),
			    (const char *)sqlite3_column_text(stmt, 1));
			(void)str_copy(e->actor, sizeof(e->actor),
			    (const char *)sqlite3_column_text(stmt, 2));
			(void)str_copy(e->source, sizeof(e->source),
			    (const char *)sqlite3_column_text(stmt, 3));
		}
	}
	(void)sqlite3_finalize(stmt);
	post->ledger_fn(post->arg, rc == SQLITE_DONE ? 0 : COL_EIO, entries, n);
	free(entries);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}
