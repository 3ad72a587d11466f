/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the store process answers, and what follows from it for rings, journal
 * and the next try.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "store/dict.h"

/* Another program has the file: twice as long after each try. */
#define LOCKED_DELAY_NS (100 * NS_PER_MS)
#define LOCKED_DOUBLINGS 8
#define LOCKED_TOLD 5
#define FAILED_DELAY_NS (30 * NS_PER_S)

/* Frees the n oldest rows, all of them written, and what they hold of the journal. */
static void
drop_rows(struct store *store, struct series_file *file, uint32_t n)
{
	assert(n <= file->n_written);
	for (uint32_t i = 0; i < n; i++) {
		journal_release(store->journal, file->ring.rows[i]->segment);
	}
	store->ring_bytes -= file->ring.bytes;
	ring_drop(&file->ring, n);
	store->ring_bytes += file->ring.bytes;
	file->n_written -= n;
}

/* So many rows of the ring are in RRD: more than before, or fewer. */
static void
set_written(struct store *store, struct series_file *file, uint32_t n)
{
	store->n_waiting += file->n_written;
	store->n_waiting -= n;
	file->n_written = n;
	file->n_syncing = file->n_syncing < n ? file->n_syncing : n;
	if (n > 0 && !file->has_written) {
		file->has_written = true;
		file->next_written = store->written;
		store->written = file;
	}
}

static void
set_failing(struct store *store, struct series_file *file, bool failing)
{
	if (file->failing != failing) {
		file->failing = failing;
		store->n_failing += failing ? 1 : -1u;
	}
	if (store->n_failing == 0) {
		store_solved(store, PROBLEM_FILE_WRITE);
	}
}

static void
set_locked(struct store *store, struct series_file *file, uint32_t n)
{
	store->n_locked += (n >= LOCKED_TOLD) - (file->n_locked >= LOCKED_TOLD);
	file->n_locked = n;
	if (n >= LOCKED_TOLD) {
		store_problem(store, PROBLEM_FILE_LOCKED, n, file->path,
		    "another program has it locked; its rows are kept");
	} else if (store->n_locked == 0) {
		store_solved(store, PROBLEM_FILE_LOCKED);
	}
}

static void
retry(struct store *store, struct series_file *file, const struct proto_reply *reply)
{
	unsigned doublings = file->n_locked < LOCKED_DOUBLINGS ? file->n_locked :
	    LOCKED_DOUBLINGS;
	bool is_gone = reply->code == COL_ENOENT || reply->code == COL_EPROTO;

	if (reply->code == COL_EBUSY) {
		stats_add(STATS_STORE_RETRIES, 1);
		set_locked(store, file, file->n_locked + 1);
		flush_arm_in(store, file, LOCKED_DELAY_NS << doublings);
		return;
	}
	stats_add(STATS_STORE_ERRORS, 1);
	/* gone or damaged: to be made anew at once, which tells it */
	if (is_gone && file->ensured != NULL) {
		flush_arm_in(store, file, 0);
	} else {
		set_failing(store, file, true);
		store_problem(store, PROBLEM_FILE_WRITE, store->n_failing, file->path,
		    reply->text);
		flush_arm_in(store, file, store->flush_ns < FAILED_DELAY_NS ? store->flush_ns :
		    FAILED_DELAY_NS);
	}
	file->ensured = NULL;
}

/* Samples of this run for slots that an earlier one has written, of which only
 * the file knows: the clock was set back. */
static void
tell_late(struct store *store, struct series_file *file, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct ring_row *row = file->ring.rows[i];

		if (row->position > 0) {
			intake_late(store, file, row->slot_s,
			    (unsigned)__builtin_popcountll(row->known));
		}
	}
}

static void
on_ensured(struct store *store, struct request *request, const struct proto_reply *reply)
{
	struct series_file *file = request->file;
	uint32_t n = ring_find(&file->ring, reply->last_s + 1);
	bool is_first = !file->checked;

	migrate_done(store, file, request->class);
	if (file->last_s == 0) {
		tell_late(store, file, n);
	}
	file->checked = true;
	file->ensured = request->table;
	file->exists = true;
	file->last_s = reply->last_s;
	file->cut_s = 0;
	ahead_look(store, file);
	if (reply->made == PROTO_REBUILT) {
		stats_add(STATS_STORE_ERRORS, 1);
		store_problem(store, PROBLEM_FILE_DAMAGED, 1, file->path, reply->text);
	}
	/* fewer than before: it is another file; more: of an earlier run */
	set_written(store, file, n);
	if (is_first) {
		drop_rows(store, file, n);
	}
	if (file->ring.n_rows == file->n_written) {
		return;
	}
	if (file->ensured == file->table && flush_closed_rows(store, file) == 0) {
		flush_arm(store, file, false);
	} else {
		flush_due(file);
	}
}

static void
on_updated(struct store *store, struct series_file *file, uint32_t n_sent,
    const struct proto_reply *reply)
{
	stats_add(STATS_STORE_FLUSHED, n_sent);
	file->last_s = reply->last_s > file->last_s ? reply->last_s : file->last_s;
	if (file->ahead) {
		ahead_look(store, file);
	}
	set_written(store, file, file->n_written + n_sent);
	if (n_sent == PROTO_ROWS_MAX) {
		flush_due(file);
	} else if (file->ring.n_rows > file->n_written) {
		flush_arm(store, file, false);
	}
}

static void
on_file_reply(struct store *store, struct request *request,
    const struct proto_reply *reply)
{
	struct series_file *file = request->file;
	uint32_t n_sent = file->n_sent;

	file->busy = false;
	file->n_sent = 0;
	if (reply->code != COL_EBUSY) {
		set_locked(store, file, 0);
	}
	if (reply->code != 0) {
		retry(store, file, reply);
		return;
	}
	set_failing(store, file, false);
	if (request->type == PROTO_ENSURE) {
		on_ensured(store, request, reply);
	} else {
		on_updated(store, file, n_sent, reply);
	}
}

/* The rows that were written when the sync was asked for need the journal no more. */
static void
drop_synced(struct store *store)
{
	struct series_file *file = store->written, *next;

	store->written = NULL;
	for (; file != NULL; file = next) {
		next = file->next_written;
		file->has_written = false;
		drop_rows(store, file, file->n_syncing);
		file->n_syncing = 0;
		set_written(store, file, file->n_written);
	}
}

/* Heads are as they were at the last sync: all rows since are to be written again. */
void
answer_unwrite(struct store *store)
{
	struct series_file *file = store->written, *next;

	store->written = NULL;
	for (; file != NULL; file = next) {
		next = file->next_written;
		file->has_written = false;
		file->n_syncing = 0;
		set_written(store, file, 0);
		/* rows that were overwritten in advance are wrong until then */
		flush_due(file);
	}
}

static void
on_synced(struct store *store, const struct proto_reply *reply)
{
	store->syncing = false;
	if (reply->code == 0) {
		store->n_deaths = 0;
		store_solved(store, PROBLEM_PROCESS_ENDED);
		if (dict_waits(series_dict(store->series))) {
			accept_wanted(store); /* classes that have changed */
		}
		drop_synced(store);
		journal_reap(store->journal, journal_done(store->journal));
	} else {
		/* and it ends now, to start anew from the last sync */
		stats_add(STATS_STORE_ERRORS, 1);
		store_problem(store, PROBLEM_FILE_WRITE, store->n_failing, "rrd", reply->text);
	}
}

void
answer_take(void *arg, uint32_t number, struct proto_reply *reply)
{
	struct store *store = arg;
	struct request **at = &store->first, *request;

	/* reads overtake what waits for a sync */
	while (*at != NULL && (*at)->number != number) {
		at = &(*at)->next;
	}
	request = *at;
	if (request == NULL || (request != store->first && request->reading == NULL)) {
		LOG_ERROR("store", NULL, NULL, "answer to request %u out of turn", number);
		return;
	}
	*at = request->next;
	if (request->next == NULL) {
		store->last = at;
	}
	store->n_requests--;
	if (request->reading != NULL) {
		read_answer(store, request->reading, reply);
	} else if (request->file != NULL) {
		on_file_reply(store, request, reply);
	} else {
		on_synced(store, reply);
	}
	free(request);
}
