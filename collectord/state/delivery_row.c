/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/delivery_row.h"

#include "state/sql.h"

void
delivery_row(sqlite3_stmt *stmt, void *row)
{
	struct delivery *delivery = row;

	*delivery = (struct delivery){
		.id = sqlite3_column_int64(stmt, 0),
		.type = (enum notice_type)sql_enum(stmt, 4, NOTICE_TYPE_N),
		.state = (enum delivery_state)sql_enum(stmt, 5, DELIVERY_STATE_N),
		.test = sqlite3_column_int(stmt, 6) != 0,
		.repeat = sqlite3_column_int(stmt, 7) != 0,
		.created = { sqlite3_column_int64(stmt, 8) },
		.next_try = { sqlite3_column_int64(stmt, 9) },
		.ended = { sqlite3_column_int64(stmt, 10) },
		.attempts = (unsigned)sqlite3_column_int64(stmt, 11),
		.doubtful = sqlite3_column_int(stmt, 12) != 0,
		.into = sqlite3_column_int64(stmt, 13),
		.replay_of = sqlite3_column_int64(stmt, 14),
	};
	sql_text(stmt, 1, delivery->receiver, sizeof(delivery->receiver));
	sql_text(stmt, 2, delivery->group, sizeof(delivery->group));
	sql_text(stmt, 3, delivery->key, sizeof(delivery->key));
	sql_text(stmt, 15, delivery->error, sizeof(delivery->error));
}

void
delivery_row_whole(sqlite3_stmt *stmt, void *row)
{
	struct delivery *delivery = row;

	delivery_row(stmt, delivery);
	delivery->notice = sql_text_copy(stmt, DELIVERY_ROW_NOTICE);
}

sqlite3_stmt *
delivery_row_prepare(sqlite3 *db)
{
	return sql_prepare(db, "INSERT INTO deliveries (id, receiver, grp, key, type, "
	    "state, test, repeat, created_ns, next_ns, ended_ns, attempts, doubtful, "
	    "into_id, replay_of, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
	    "?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT (id) DO UPDATE SET receiver = ?2, "
	    "grp = ?3, key = ?4, type = ?5, state = ?6, test = ?7, repeat = ?8, "
	    "created_ns = ?9, next_ns = ?10, ended_ns = ?11, attempts = ?12, "
	    "doubtful = ?13, into_id = ?14, replay_of = ?15, error = ?16");
}

int
delivery_row_put(sqlite3_stmt *stmt, const struct delivery *delivery)
{
	sql_bind_int(stmt, 1, delivery->id);
	sql_bind_text(stmt, 2, delivery->receiver);
	sql_bind_text(stmt, 3, delivery->group);
	sql_bind_text(stmt, 4, delivery->key);
	sql_bind_int(stmt, 5, delivery->type);
	sql_bind_int(stmt, 6, delivery->state);
	sql_bind_int(stmt, 7, delivery->test);
	sql_bind_int(stmt, 8, delivery->repeat);
	sql_bind_int(stmt, 9, delivery->created.ns);
	sql_bind_int(stmt, 10, delivery->next_try.ns);
	sql_bind_int(stmt, 11, delivery->ended.ns);
	sql_bind_int(stmt, 12, delivery->attempts);
	sql_bind_int(stmt, 13, delivery->doubtful);
	sql_bind_int(stmt, 14, delivery->into);
	sql_bind_int(stmt, 15, delivery->replay_of);
	sql_bind_text(stmt, 16, delivery->error);
	return sql_run(stmt);
}
