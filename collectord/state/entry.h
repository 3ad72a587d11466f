/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of the ledger, as it is bound to and read from SQL.
 *
 * Route: ledger writes, ledger_get and restate read.  Thread: STATE.
 */
#ifndef STATE_ENTRY_H
#define STATE_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/clock.h"

/* The reason of a state earlier in life than the one before, where none is given.
 * The index ledger_backwards of schema.c has it as text. */
#define ENTRY_BACKWARDS "goes backwards, without a reason"

/* Numbers of the column kind. */
enum entry_kind {
	ENTRY_STATE = 0, ENTRY_RESERVED, ENTRY_MAINTENANCE, ENTRY_DESIGN, ENTRY_KIND_N
};

struct entry {
	int64_t id;                /* of one that was read */
	enum entry_kind kind;
	const char *rack;
	struct wall at, written;
	const char *state;         /* "in_service", "reserved", … */
	bool has_design;
	double design_w;
	const char *subject;       /* for whom; NULL: nobody */
	struct wall until;         /* 0: open */
	int64_t voids;             /* id of the entry that it puts right; 0: none */
	const char *actor, *reason, *source;
};

/* The actor of what the inventory says. */
#define ENTRY_INVENTORY "inventory"
/* For a SELECT of the ledger as l. */
#define ENTRY_COLUMNS "l.id, l.kind, l.rack, l.at_ns, l.written_ns, l.state, " \
	"l.design_w, l.subject, l.until_ns, l.voids, l.actor, l.reason, l.source"
#define ENTRY_INSERT "INSERT INTO ledger (kind, rack, at_ns, written_ns, state, " \
	"design_w, subject, until_ns, voids, actor, reason, source) " \
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '" ENTRY_INVENTORY "', ?10, ?11)"

/* Owns: texts are borrowed from stmt until its next step. */
void entry_read(sqlite3_stmt *stmt, struct entry *ret_entry);
/* Runs a statement made of ENTRY_INSERT.  Errors: COL_EIO. */
int entry_insert(sqlite3_stmt *stmt, const struct entry *entry, struct wall now);

#endif
