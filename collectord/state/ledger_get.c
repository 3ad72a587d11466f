/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ledger of one rack as it stands: under all its ids, without the entries
 * that a later one has put right.
 */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>

#include "base/str.h"
#include "state/entry.h"

#define ENTRIES_MAX 200

static const char QUERY[] = LEDGER_NAMES "SELECT " ENTRY_COLUMNS " FROM " LEDGER_OF
    " WHERE l.id NOT IN (SELECT v.voids FROM ledger v JOIN names m ON v.rack = m.id "
    "WHERE v.voids IS NOT NULL) ORDER BY l.at_ns DESC, l.id DESC LIMIT ?2";

/* "for bank until 2027-01-01: new hall" */
static void
put_reason(const struct entry *entry, char *to, size_t to_size)
{
	char until[CLOCK_RFC3339_SIZE];
	size_t len = 0;

	clock_rfc3339(entry->until, until);
	to[0] = '\0';
	if (entry->subject[0] != '\0') {
		len += str_format(to + len, to_size - len, "for %.90s", entry->subject);
	}
	if (entry->until.ns != 0) {
		len += str_format(to + len, to_size - len, "%suntil %s",
		    len > 0 ? " " : "", until);
	}
	if (entry->kind == ENTRY_DESIGN) {
		len += str_format(to + len, to_size - len, "%.10g kW",
		    entry->design_w / 1000.0);
	}
	if (entry->reason[0] != '\0') {
		(void)str_format(to + len, to_size - len, "%s%s", len > 0 ? ": " : "",
		    entry->reason);
	}
}

int
ledger_get(sqlite3 *db, const struct post *post)
{
	struct ledger_entry *entries = calloc(ENTRIES_MAX, sizeof(*entries));
	sqlite3_stmt *stmt = NULL;
	struct entry entry;
	size_t n = 0;
	int rc = SQLITE_NOMEM;

	if (entries != NULL) {
		rc = sqlite3_prepare_v2(db, QUERY, -1, &stmt, NULL);
	}
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_text(stmt, 1, post->rack, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int(stmt, 2, ENTRIES_MAX);
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && n < ENTRIES_MAX) {
			struct ledger_entry *e = &entries[n++];

			entry_read(stmt, &entry);
			e->at = entry.at;
			e->written = entry.written;
			(void)str_copy(e->state, sizeof(e->state), entry.state);
			(void)str_copy(e->actor, sizeof(e->actor), entry.actor);
			(void)str_copy(e->source, sizeof(e->source), entry.source);
			put_reason(&entry, e->reason, sizeof(e->reason));
		}
	}
	(void)sqlite3_finalize(stmt);
	post->ledger_fn(post->arg, rc == SQLITE_DONE ? 0 : COL_EIO, entries, n);
	free(entries);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}
