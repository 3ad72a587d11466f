/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/schema.h"

#include "base/err.h"
#include "base/str.h"

/*
 * One entry per version, run in order; entries are only ever appended.  The
 * ledger is append-only by trigger, so that no bug of ours rewrites history.
 */
static const char *const STEPS[] = {
	"CREATE TABLE ledger ("
	" id INTEGER PRIMARY KEY, rack TEXT NOT NULL, at_ns INTEGER NOT NULL,"
	" written_ns INTEGER NOT NULL, state TEXT NOT NULL, actor TEXT NOT NULL,"
	" source TEXT NOT NULL);"
	"CREATE INDEX ledger_rack ON ledger (rack, id);"
	"CREATE TRIGGER ledger_kept BEFORE DELETE ON ledger"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER ledger_unchanged BEFORE UPDATE OF at_ns, written_ns, state,"
	" actor, source ON ledger"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TABLE daily ("
	" day INTEGER PRIMARY KEY, declared INTEGER NOT NULL,"
	" verified INTEGER NOT NULL, planned INTEGER NOT NULL,"
	" standard INTEGER NOT NULL);"
	"CREATE TABLE evidence ("
	" rack TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;",
	/* order_ns: by the device's clock, but never later than it was told */
	"CREATE TABLE events ("
	" id INTEGER PRIMARY KEY, device TEXT NOT NULL, number INTEGER NOT NULL,"
	" time_ns INTEGER NOT NULL, skew_ns INTEGER NOT NULL,"
	" seen_ns INTEGER NOT NULL, order_ns INTEGER NOT NULL,"
	" severity INTEGER NOT NULL, cleared INTEGER NOT NULL,"
	" code TEXT NOT NULL, sensor TEXT NOT NULL, instance TEXT NOT NULL,"
	" text TEXT NOT NULL, source TEXT NOT NULL,"
	" UNIQUE (device, number, time_ns, code, sensor, instance));"
	"CREATE INDEX events_order ON events (device, order_ns, id);",
	/*
	 * kind: 0 state, 1 reservation, 2 maintenance, 3 design; voids: the entry
	 * that this one puts right.  A rename is an entry of its own: upto is the
	 * last entry under the former id.  known_ns: when a day was counted, so that
	 * what was learned later can be added; 0: never.
	 */
	"ALTER TABLE ledger ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE ledger ADD COLUMN design_w REAL;"
	"ALTER TABLE ledger ADD COLUMN subject TEXT;"
	"ALTER TABLE ledger ADD COLUMN until_ns INTEGER;"
	"ALTER TABLE ledger ADD COLUMN voids INTEGER;"
	"ALTER TABLE ledger ADD COLUMN reason TEXT NOT NULL DEFAULT '';"
	"DROP TRIGGER ledger_unchanged;"
	"CREATE TRIGGER ledger_unchanged BEFORE UPDATE ON ledger"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE INDEX ledger_late ON ledger (rack)"
	" WHERE at_ns < written_ns - 43200000000000;"
	"CREATE TABLE renamed ("
	" was TEXT NOT NULL, id TEXT NOT NULL, upto INTEGER NOT NULL,"
	" written_ns INTEGER NOT NULL);"
	"CREATE TRIGGER renamed_kept BEFORE DELETE ON renamed"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"CREATE TRIGGER renamed_unchanged BEFORE UPDATE ON renamed"
	" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
	"ALTER TABLE daily ADD COLUMN known_ns INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE places ("
	" key INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,"
	" UNIQUE (kind, id));"
	"CREATE TABLE daily_place ("
	" place INTEGER NOT NULL, day INTEGER NOT NULL, declared INTEGER NOT NULL,"
	" verified INTEGER NOT NULL, contradicted INTEGER NOT NULL,"
	" stale INTEGER NOT NULL, unmonitored INTEGER NOT NULL,"
	" planned INTEGER NOT NULL, standard INTEGER NOT NULL,"
	" PRIMARY KEY (place, day)) WITHOUT ROWID;",
	"CREATE TABLE users ("
	" name TEXT PRIMARY KEY, role TEXT NOT NULL, places TEXT NOT NULL,"
	" hash TEXT NOT NULL, created_ns INTEGER NOT NULL,"
	" changed_ns INTEGER NOT NULL, disabled INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE tokens ("
	" id TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL,"
	" role TEXT NOT NULL, places TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,"
	" created_ns INTEGER NOT NULL, expires_ns INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE audit ("
	" id INTEGER PRIMARY KEY, at_ns INTEGER NOT NULL, actor TEXT NOT NULL,"
	" address TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
	" detail TEXT NOT NULL);"
	"CREATE TRIGGER audit_kept BEFORE DELETE ON audit"
	" BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;"
	"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit"
	" BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;",
	/* power_w and units 0: not given; both: the whole rack */
	"CREATE TABLE reservations ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, rack TEXT NOT NULL,"
	" tenant TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL,"
	" created_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL,"
	" power_w REAL NOT NULL, units INTEGER NOT NULL,"
	" released_ns INTEGER, released_by TEXT);"
	"CREATE INDEX reservations_rack ON reservations (rack);"
	"CREATE TRIGGER reservations_kept BEFORE DELETE ON reservations"
	" BEGIN SELECT RAISE(ABORT, 'reservations are kept'); END;",
	/* what the list of changes and the reconciliation look for */
	"CREATE INDEX ledger_voids ON ledger (voids) WHERE voids IS NOT NULL;"
	"CREATE INDEX ledger_backwards ON ledger (rack)"
	" WHERE reason = 'goes backwards, without a reason';",
	/* a month may be written again until it is ended, then never more */
	"CREATE TABLE energy_name ("
	" key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE energy_month ("
	" month INTEGER PRIMARY KEY, written_ns INTEGER NOT NULL);"
	"CREATE TABLE energy_rack ("
	" month INTEGER NOT NULL, rack INTEGER NOT NULL, from_s INTEGER NOT NULL,"
	" to_s INTEGER NOT NULL, tenant INTEGER NOT NULL, hall INTEGER NOT NULL,"
	" site INTEGER NOT NULL, area INTEGER NOT NULL, energy_wh REAL NOT NULL,"
	" known_s REAL NOT NULL, metered_s REAL NOT NULL, peak_w REAL,"
	" PRIMARY KEY (month, rack, from_s)) WITHOUT ROWID;"
	"CREATE TABLE energy_place ("
	" month INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, peak_w REAL,"
	" pue_kind INTEGER NOT NULL, pue REAL NOT NULL, pue_days REAL NOT NULL,"
	" PRIMARY KEY (month, kind, id)) WITHOUT ROWID;"
	"CREATE TRIGGER energy_rack_kept BEFORE DELETE ON energy_rack"
	" WHEN EXISTS (SELECT 1 FROM energy_month WHERE month = OLD.month)"
	" BEGIN SELECT RAISE(ABORT, 'a month that has ended is not changed'); END;"
	"CREATE TRIGGER energy_rack_unchanged BEFORE UPDATE ON energy_rack"
	" WHEN EXISTS (SELECT 1 FROM energy_month WHERE month = OLD.month)"
	" BEGIN SELECT RAISE(ABORT, 'a month that has ended is not changed'); END;"
	"CREATE TRIGGER energy_month_kept BEFORE DELETE ON energy_month"
	" BEGIN SELECT RAISE(ABORT, 'a month that has ended is not changed'); END;"
	"CREATE TABLE tenancy ("
	" rack TEXT NOT NULL, at_s INTEGER NOT NULL, tenant TEXT NOT NULL,"
	" PRIMARY KEY (rack, at_s)) WITHOUT ROWID;",
	/* alert_changes is the outbox, too: its numbers are never used again.  What
	 * lists look for lies in alerts_list alone, beside the newest ids */
	"CREATE TABLE alerts ("
	" id INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL, rule TEXT NOT NULL,"
	" rule_hash INTEGER NOT NULL, severity INTEGER NOT NULL,"
	" state INTEGER NOT NULL, end INTEGER NOT NULL, entity TEXT NOT NULL,"
	" instance TEXT NOT NULL, area TEXT NOT NULL, site TEXT NOT NULL,"
	" hall TEXT NOT NULL, row TEXT NOT NULL, rack TEXT NOT NULL,"
	" value REAL, lim REAL, unit TEXT NOT NULL, word TEXT NOT NULL,"
	" count INTEGER NOT NULL, under INTEGER NOT NULL, flapping INTEGER NOT NULL,"
	" since_ns INTEGER NOT NULL, fired_ns INTEGER NOT NULL,"
	" changed_ns INTEGER NOT NULL, resolved_ns INTEGER NOT NULL,"
	" acked_ns INTEGER NOT NULL, acked_by TEXT NOT NULL, note TEXT NOT NULL,"
	" summary_en TEXT NOT NULL, summary_zh TEXT NOT NULL,"
	" advice_en TEXT NOT NULL, advice_zh TEXT NOT NULL);"
	"CREATE INDEX alerts_open ON alerts (id) WHERE resolved_ns = 0;"
	"CREATE INDEX alerts_resolved ON alerts (resolved_ns) WHERE resolved_ns > 0;"
	"CREATE INDEX alerts_under ON alerts (under, id) WHERE under > 0;"
	"CREATE INDEX alerts_entity ON alerts (entity, id);"
	"CREATE INDEX alerts_list ON alerts (id, fired_ns, resolved_ns, severity, rule,"
	" entity, area, site, hall, row, rack, under);"
	"CREATE TABLE alert_changes ("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, at_ns INTEGER NOT NULL, state INTEGER NOT NULL,"
	" end INTEGER NOT NULL, value REAL, lim REAL, word TEXT NOT NULL,"
	" count INTEGER NOT NULL, under INTEGER NOT NULL, flapping INTEGER NOT NULL,"
	" changed_ns INTEGER NOT NULL, resolved_ns INTEGER NOT NULL,"
	" acked_ns INTEGER NOT NULL, acked_by TEXT NOT NULL, note TEXT NOT NULL);"
	"CREATE INDEX alert_changes_alert ON alert_changes (alert, seq);"
	"CREATE TABLE silences ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL,"
	" rule TEXT NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL,"
	" maintenance INTEGER NOT NULL, created_ns INTEGER NOT NULL,"
	" from_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL,"
	" ended_ns INTEGER NOT NULL, ended_by TEXT NOT NULL);"
	/* what is spoken of lies apart: it is long and never changes while it is tried */
	"CREATE TABLE deliveries ("
	" id INTEGER PRIMARY KEY, receiver TEXT NOT NULL, grp TEXT NOT NULL,"
	" key TEXT NOT NULL, type INTEGER NOT NULL, state INTEGER NOT NULL,"
	" test INTEGER NOT NULL, repeat INTEGER NOT NULL, created_ns INTEGER NOT NULL,"
	" next_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL,"
	" attempts INTEGER NOT NULL, doubtful INTEGER NOT NULL, into_id INTEGER NOT NULL,"
	" replay_of INTEGER NOT NULL, error TEXT NOT NULL);"
	"CREATE INDEX deliveries_queued ON deliveries (id) WHERE state = 0;"
	"CREATE INDEX deliveries_receiver ON deliveries (receiver, id);"
	"CREATE INDEX deliveries_state ON deliveries (state, id);"
	"CREATE INDEX deliveries_ended ON deliveries (state, ended_ns) WHERE ended_ns > 0;"
	"CREATE TABLE notices (delivery INTEGER PRIMARY KEY, text TEXT NOT NULL);"
	"CREATE TABLE delivery_alerts ("
	" alert INTEGER NOT NULL, delivery INTEGER NOT NULL,"
	" PRIMARY KEY (alert, delivery)) WITHOUT ROWID;"
	"CREATE INDEX delivery_alerts_delivery ON delivery_alerts (delivery);"
	"CREATE TABLE attempts ("
	" delivery INTEGER NOT NULL, number INTEGER NOT NULL, at_ns INTEGER NOT NULL,"
	" ms INTEGER NOT NULL, status INTEGER NOT NULL, verdict TEXT NOT NULL,"
	" error TEXT NOT NULL, request TEXT, reply TEXT, UNIQUE (delivery, number));"
	"CREATE TABLE told ("
	" receiver TEXT NOT NULL, grp TEXT NOT NULL, alert INTEGER NOT NULL,"
	" state INTEGER NOT NULL, count INTEGER NOT NULL, acked INTEGER NOT NULL,"
	" at_ns INTEGER NOT NULL, PRIMARY KEY (alert, receiver, grp)) WITHOUT ROWID;"
	"CREATE TABLE mark (one INTEGER PRIMARY KEY CHECK (one = 1),"
	" seq INTEGER NOT NULL);"
	"INSERT INTO mark VALUES (1, 0);",
};
#define N_STEPS ((int)(sizeof(STEPS) / sizeof(STEPS[0])))

static int
version_of(sqlite3 *db, int *ret_version)
{
	sqlite3_stmt *stmt = NULL;
	int rc = COL_EIO;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW) {
		*ret_version = sqlite3_column_int(stmt, 0);
		rc = 0;
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

int
schema_migrate(sqlite3 *db, struct col_error *error)
{
	char pragma[64];
	int version = 0;

	if (version_of(db, &version) != 0) {
		return err_set(error, COL_EIO, "%s", sqlite3_errmsg(db));
	}
	if (version > N_STEPS) {
		return err_set(error, COL_ENOTSUP, "made by a newer collectord (its "
		    "tables have version %d, this program knows %d): start the newer "
		    "one, or restore a backup", version, N_STEPS);
	}
	if (version == N_STEPS) {
		return 0;
	}
	if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
		return err_set(error, COL_EIO, "%s", sqlite3_errmsg(db));
	}
	(void)str_format(pragma, sizeof(pragma), "PRAGMA user_version = %d", N_STEPS);
	while (version < N_STEPS &&
	    sqlite3_exec(db, STEPS[version], NULL, NULL, NULL) == SQLITE_OK) {
		version++;
	}
	if (version < N_STEPS || sqlite3_exec(db, pragma, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		(void)err_set(error, COL_EIO, "%s", sqlite3_errmsg(db));
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		return COL_EIO;
	}
	return 0;
}
