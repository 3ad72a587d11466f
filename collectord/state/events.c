/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events of devices: the newest of each are kept.  "Newest" goes by the
 * device's clock, but an event is never newer than the moment we were told,
 * so that a clock that ran ahead once does not hide all that follows.
 */
#include <config.h>

#include "state/post.h"

#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "base/str.h"
#include "model/inventory.h"

#define FORGET_NS (7 * 86400 * NS_PER_S)

static int
prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret_stmt)
{
	return sqlite3_prepare_v2(db, sql, -1, ret_stmt, NULL) == SQLITE_OK ? 0 :
	    COL_EIO;
}

static void
bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	(void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static int
insert(sqlite3_stmt *stmt, const struct device_event *event)
{
	int64_t order_ns = event->time_ns == COL_TIME_UNKNOWN ||
	    event->time_ns > event->seen.ns ? event->seen.ns : event->time_ns;

	(void)sqlite3_reset(stmt);
	bind_text(stmt, 1, event->device);
	(void)sqlite3_bind_int64(stmt, 2, (int64_t)event->id);
	(void)sqlite3_bind_int64(stmt, 3, event->time_ns);
	(void)sqlite3_bind_int64(stmt, 4, event->skew_ns);
	(void)sqlite3_bind_int64(stmt, 5, event->seen.ns);
	(void)sqlite3_bind_int64(stmt, 6, order_ns);
	(void)sqlite3_bind_int(stmt, 7, (int)event->severity);
	(void)sqlite3_bind_int(stmt, 8, event->cleared);
	bind_text(stmt, 9, event->code);
	bind_text(stmt, 10, event->sensor);
	bind_text(stmt, 11, event->instance);
	bind_text(stmt, 12, event->text);
	bind_text(stmt, 13, event->source);
	return sqlite3_step(stmt) == SQLITE_DONE ? 0 : COL_EIO;
}

static int
prune(sqlite3_stmt *stmt, const char *device)
{
	(void)sqlite3_reset(stmt);
	bind_text(stmt, 1, device);
	(void)sqlite3_bind_int(stmt, 2, STATE_EVENTS_MAX);
	return sqlite3_step(stmt) == SQLITE_DONE ? 0 : COL_EIO;
}

int
events_put(sqlite3 *db, const struct device_event *events, size_t n_events)
{
	sqlite3_stmt *add = NULL, *drop = NULL;
	bool added = false;
	int rc = prepare(db, "INSERT OR IGNORE INTO events (device, number, time_ns, "
	    "skew_ns, seen_ns, order_ns, severity, cleared, code, sensor, instance, "
	    "text, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
	    "?13)", &add);

	if (rc == 0) {
		rc = prepare(db, "DELETE FROM events WHERE id IN (SELECT id FROM events "
		    "WHERE device = ?1 ORDER BY order_ns DESC, id DESC "
		    "LIMIT -1 OFFSET ?2)", &drop);
	}
	for (size_t i = 0; rc == 0 && i < n_events; i++) {
		rc = insert(add, &events[i]);
		if (rc == 0 && sqlite3_changes(db) > 0) {
			stats_add(STATS_EVENTS_ADDED, 1);
			added = true;
		} else if (rc == 0) {
			stats_add(STATS_EVENTS_KNOWN, 1);
		}
		/* a log comes in one piece: once behind it, not after each entry */
		if (rc == 0 && added && (i + 1 == n_events ||
		    strcmp(events[i].device, events[i + 1].device) != 0)) {
			rc = prune(drop, events[i].device);
			added = false;
		}
	}
	(void)sqlite3_finalize(add);
	(void)sqlite3_finalize(drop);
	return rc;
}

static void
take_text(char *to, size_t size, sqlite3_stmt *stmt, int column)
{
	(void)str_copy(to, size, (const char *)sqlite3_column_text(stmt, column));
}

static void
take_row(struct device_event *event, sqlite3_stmt *stmt)
{
	event->id = (uint64_t)sqlite3_column_int64(stmt, 0);
	event->time_ns = sqlite3_column_int64(stmt, 1);
	event->skew_ns = sqlite3_column_int64(stmt, 2);
	event->seen.ns = sqlite3_column_int64(stmt, 3);
	event->severity = (enum col_severity)sqlite3_column_int(stmt, 4);
	event->cleared = sqlite3_column_int(stmt, 5) != 0;
	take_text(event->code, sizeof(event->code), stmt, 6);
	take_text(event->sensor, sizeof(event->sensor), stmt, 7);
	take_text(event->instance, sizeof(event->instance), stmt, 8);
	take_text(event->text, sizeof(event->text), stmt, 9);
	take_text(event->source, sizeof(event->source), stmt, 10);
}

int
events_get(sqlite3 *db, const struct post *post)
{
	struct device_event *events = calloc(STATE_EVENTS_MAX, sizeof(*events));
	sqlite3_stmt *stmt = NULL;
	size_t n = 0;
	int rc = SQLITE_NOMEM;

	if (events != NULL && prepare(db, "SELECT number, time_ns, skew_ns, seen_ns, "
	    "severity, cleared, code, sensor, instance, text, source FROM events "
	    "WHERE device = ?1 ORDER BY order_ns DESC, id DESC LIMIT ?2", &stmt) == 0) {
		bind_text(stmt, 1, post->device);
		(void)sqlite3_bind_int(stmt, 2, STATE_EVENTS_MAX);
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && n < STATE_EVENTS_MAX) {
			(void)str_copy(events[n].device, sizeof(events[n].device),
			    post->device);
			take_row(&events[n++], stmt);
		}
	}
	(void)sqlite3_finalize(stmt);
	post->events_fn(post->arg, rc == SQLITE_DONE ? 0 : COL_EIO, events, n);
	free(events);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

/* One look into the index per device, not one per event. */
static const char DEVICES[] =
    "WITH RECURSIVE d(device) AS (SELECT MIN(device) FROM events UNION ALL "
    "SELECT (SELECT MIN(device) FROM events WHERE device > d.device) FROM d "
    "WHERE d.device IS NOT NULL) SELECT device FROM d WHERE device IS NOT NULL";

static int
forget(sqlite3 *db, const char *device, struct wall now)
{
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(db, "DELETE FROM events WHERE device = ?1 AND ?2 > "
	    "(SELECT MAX(seen_ns) FROM events WHERE device = ?1)", &stmt);

	if (rc == 0) {
		bind_text(stmt, 1, device);
		(void)sqlite3_bind_int64(stmt, 2, now.ns - FORGET_NS);
		rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 : COL_EIO;
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

int
events_forget(sqlite3 *db, const struct inventory *inventory, struct wall now)
{
	sqlite3_stmt *stmt = NULL;
	int rc = prepare(db, DEVICES, &stmt);
	int step = SQLITE_DONE;

	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		char device[64];

		take_text(device, sizeof(device), stmt, 0);
		if (inventory_device(inventory, device) == NULL) {
			rc = forget(db, device, now);
		}
	}
	(void)sqlite3_finalize(stmt);
	return rc == 0 && step == SQLITE_DONE ? 0 : COL_EIO;
}
