/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/alert_row.h"

#include <collectord/err.h>

#include "state/sql.h"

void
alert_row(sqlite3_stmt *stmt, void *row)
{
	struct alert *alert = row;

	*alert = (struct alert){
		.id = sqlite3_column_int64(stmt, 0),
		.fingerprint = (uint64_t)sqlite3_column_int64(stmt, 1),
		.rule_hash = (uint64_t)sqlite3_column_int64(stmt, 3),
		.severity = (enum severity)sql_enum(stmt, 4, SEVERITY_N),
		.since = { sqlite3_column_int64(stmt, 13) },
		.fired = { sqlite3_column_int64(stmt, 14) },
		.state = (enum alert_state)sql_enum(stmt, 19, ALERT_STATE_N),
		.end = (enum alert_end)sql_enum(stmt, 20, ALERT_END_N),
		.value = sql_real(stmt, 21),
		.limit = sql_real(stmt, 22),
		.count = (uint32_t)sqlite3_column_int64(stmt, 24),
		.under = sqlite3_column_int64(stmt, 25),
		.flapping = sqlite3_column_int(stmt, 26) != 0,
		.changed = { sqlite3_column_int64(stmt, 27) },
		.resolved = { sqlite3_column_int64(stmt, 28) },
		.acked = { sqlite3_column_int64(stmt, 29) },
	};
	sql_text(stmt, 2, alert->rule, sizeof(alert->rule));
	sql_text(stmt, 5, alert->entity, sizeof(alert->entity));
	sql_text(stmt, 6, alert->instance, sizeof(alert->instance));
	sql_text(stmt, 7, alert->area, sizeof(alert->area));
	sql_text(stmt, 8, alert->site, sizeof(alert->site));
	sql_text(stmt, 9, alert->hall, sizeof(alert->hall));
	sql_text(stmt, 10, alert->row, sizeof(alert->row));
	sql_text(stmt, 11, alert->rack, sizeof(alert->rack));
	sql_text(stmt, 12, alert->unit, sizeof(alert->unit));
	sql_text(stmt, 15, alert->summary_en, sizeof(alert->summary_en));
	sql_text(stmt, 16, alert->summary_zh, sizeof(alert->summary_zh));
	sql_text(stmt, 17, alert->advice_en, sizeof(alert->advice_en));
	sql_text(stmt, 18, alert->advice_zh, sizeof(alert->advice_zh));
	sql_text(stmt, 23, alert->word, sizeof(alert->word));
	sql_text(stmt, 30, alert->acked_by, sizeof(alert->acked_by));
	sql_text(stmt, 31, alert->note, sizeof(alert->note));
}

void
change_row(sqlite3_stmt *stmt, void *row)
{
	struct alert_change *change = row;

	change->seq = sqlite3_column_int64(stmt, 32);
	change->kind = (enum alert_change_kind)sql_enum(stmt, 33, ALERT_CHANGE_KIND_N);
	change->at.ns = sqlite3_column_int64(stmt, 34);
	alert_row(stmt, &change->alert);
}

sqlite3_stmt *
alert_row_prepare(sqlite3 *db)
{
	return sql_prepare(db, "INSERT INTO alerts (id, fingerprint, rule, rule_hash, "
	    "severity, entity, instance, area, site, hall, row, rack, unit, since_ns, "
	    "fired_ns, summary_en, summary_zh, advice_en, advice_zh, state, end, value, "
	    "lim, word, count, under, flapping, changed_ns, resolved_ns, acked_ns, "
	    "acked_by, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
	    "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, "
	    "?28, ?29, 0, '', '') ON CONFLICT (id) DO UPDATE SET severity = ?5, "
	    "summary_en = ?16, summary_zh = ?17, advice_en = ?18, advice_zh = ?19, "
	    "state = ?20, end = ?21, value = ?22, lim = ?23, word = ?24, count = ?25, "
	    "under = ?26, flapping = ?27, changed_ns = ?28, resolved_ns = ?29");
}

int
alert_row_put(sqlite3_stmt *stmt, const struct alert *alert)
{
	const char *const texts[] = { alert->entity, alert->instance, alert->area,
		alert->site, alert->hall, alert->row, alert->rack, alert->unit };

	sql_bind_int(stmt, 1, alert->id);
	sql_bind_int(stmt, 2, (int64_t)alert->fingerprint);
	sql_bind_text(stmt, 3, alert->rule);
	sql_bind_int(stmt, 4, (int64_t)alert->rule_hash);
	sql_bind_int(stmt, 5, alert->severity);
	for (int i = 0; i < 8; i++) {
		sql_bind_text(stmt, 6 + i, texts[i]);
	}
	sql_bind_int(stmt, 14, alert->since.ns);
	sql_bind_int(stmt, 15, alert->fired.ns);
	sql_bind_text(stmt, 16, alert->summary_en);
	sql_bind_text(stmt, 17, alert->summary_zh);
	sql_bind_text(stmt, 18, alert->advice_en);
	sql_bind_text(stmt, 19, alert->advice_zh);
	sql_bind_int(stmt, 20, alert->state);
	sql_bind_int(stmt, 21, alert->end);
	sql_bind_real(stmt, 22, alert->value);
	sql_bind_real(stmt, 23, alert->limit);
	sql_bind_text(stmt, 24, alert->word);
	sql_bind_int(stmt, 25, alert->count);
	sql_bind_int(stmt, 26, alert->under);
	sql_bind_int(stmt, 27, alert->flapping);
	sql_bind_int(stmt, 28, alert->changed.ns);
	sql_bind_int(stmt, 29, alert->resolved.ns);
	return sql_run(stmt);
}

sqlite3_stmt *
change_row_prepare(sqlite3 *db)
{
	return sql_prepare(db, "INSERT INTO alert_changes (alert, kind, at_ns, state, end, "
	    "value, lim, word, count, under, flapping, changed_ns, resolved_ns, acked_ns, "
	    "acked_by, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
	    "?13, ?14, ?15, ?16)");
}

int
change_row_put(sqlite3 *db, sqlite3_stmt *stmt, struct alert_change *change)
{
	const struct alert *alert = &change->alert;

	sql_bind_int(stmt, 1, alert->id);
	sql_bind_int(stmt, 2, change->kind);
	sql_bind_int(stmt, 3, change->at.ns);
	sql_bind_int(stmt, 4, alert->state);
	sql_bind_int(stmt, 5, alert->end);
	sql_bind_real(stmt, 6, alert->value);
	sql_bind_real(stmt, 7, alert->limit);
	sql_bind_text(stmt, 8, alert->word);
	sql_bind_int(stmt, 9, alert->count);
	sql_bind_int(stmt, 10, alert->under);
	sql_bind_int(stmt, 11, alert->flapping);
	sql_bind_int(stmt, 12, alert->changed.ns);
	sql_bind_int(stmt, 13, alert->resolved.ns);
	sql_bind_int(stmt, 14, alert->acked.ns);
	sql_bind_text(stmt, 15, alert->acked_by);
	sql_bind_text(stmt, 16, alert->note);
	if (sql_run(stmt) != 0) {
		return COL_EIO;
	}
	change->seq = sqlite3_last_insert_rowid(db);
	return 0;
}
