/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows from the rings to RRD: every file at its own phase of the flush
 * interval, one request under way per file, a bounded number in all.  A ring
 * holds, oldest first, rows that are in RRD but not synced, rows under way, rows
 * that wait.  Rows leave it after the syncfs that follows their update; when the
 * store process dies it puts the heads of unsynced files back, and all their
 * rows are sent again.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"

#define REQUESTS_MAX 128
/* Files go out together: one sync of the undo log for all of them. */
#define GROUP 64
#define GROUP_WAIT_NS (500 * NS_PER_MS)
#define BACKLOG_MAX (1u << 20)
/* The devices of a rack are read together: after it all sources are known. */
#define CREATE_DELAY_NS (2 * NS_PER_S)
/* Another program has the file: twice as long after each try. */
#define LOCKED_DELAY_NS (100 * NS_PER_MS)
#define LOCKED_DOUBLINGS 8
#define LOCKED_TOLD 5
#define FAILED_DELAY_NS (30 * NS_PER_S)
/* A slot that FLOW has not closed by then it never will. */
#define CLOSE_GRACE_NS (10 * NS_PER_S)
/* Twice as long each time, until it has synced once. */
#define RESTART_DELAY_NS NS_PER_S
#define RESTART_DOUBLINGS 6
#define SYNC_EVERY_NS (60 * NS_PER_S)
/* A new file begins that much before its first row: late rows find room. */
#define CREATE_BEFORE_S 3600
/* How often answers are looked for: a read waits, or only rows do. */
#define PUMP_READ_NS (2 * NS_PER_MS)
#define PUMP_NS (5 * NS_PER_MS)

static void
become_due(void *arg)
{
	struct series_file *file = arg;
	struct store *store = file->store;

	if (!file->due && !file->busy) {
		if (store->n_due++ == 0) {
			store->due_since = clock_mono(store->clock);
		}
		file->due = true;
		file->next_due = NULL;
		*store->due_last = file;
		store->due_last = &file->next_due;
	}
}

static void
arm_in(struct store *store, struct series_file *file, int64_t ns)
{
	struct mono due = { clock_mono(store->clock).ns + ns };

	file->store = store;
	wheel_arm(store->wheel, &file->timer, due, become_due, file);
}

void
flush_arm(struct store *store, struct series_file *file, bool is_first)
{
	int64_t now = clock_wall(store->clock).ns, phase;

	if (file->due || file->busy || wheel_armed(&file->timer)) {
		return;
	}
	phase = (int64_t)(hash64_text(file->path) % (uint64_t)store->flush_ns);
	phase = store->flush_ns - (now + phase) % store->flush_ns;
	if (is_first && phase > CREATE_DELAY_NS) {
		phase = CREATE_DELAY_NS;
	}
	arm_in(store, file, phase);
}

struct request *
flush_ask(struct store *store, enum proto_type type, size_t *ret_at)
{
	struct request *request = calloc(1, sizeof(*request));

	assert(request != NULL);
	request->type = type;
	request->number = ++store->next_number;
	*store->last = request;
	store->last = &request->next;
	store->n_requests++;
	*ret_at = proto_begin(child_out(store->child), type, request->number);
	return request;
}

void
flush_ensure(struct store *store, struct series_file *file, enum archive_class class)
{
	struct proto_ensure ensure = { .n_ds = file->table->n_ds };
	struct request *request;
	size_t at;

	str_copy(ensure.path, sizeof(ensure.path), file->path);
	archive_plan(class, file->step_s, &ensure.plan);
	ensure.before_s = (file->ring.n_rows > 0 ? file->ring.rows[0]->slot_s :
	    clock_wall(store->clock).ns / NS_PER_S) - file->step_s - CREATE_BEFORE_S;
	ensure.before_s -= ensure.before_s % file->step_s;
	for (uint16_t i = 0; i < ensure.n_ds; i++) {
		str_copy(ensure.names[i], SERIES_NAME_SIZE, file->table->ds[i].name);
	}
	request = flush_ask(store, PROTO_ENSURE, &at);
	request->file = file;
	request->table = file->table;
	request->class = class;
	proto_put_ensure(child_out(store->child), &ensure);
	proto_end(child_out(store->child), at);
	file->busy = true;
}

/* Rows to be written that no sample will be added to any more. */
static uint32_t
closed_rows(const struct store *store, const struct series_file *file)
{
	int64_t now = clock_wall(store->clock).ns, step_ns = file->step_s * NS_PER_S;
	uint32_t n = 0;

	while (file->n_written + n < file->ring.n_rows && n < PROTO_ROWS_MAX) {
		const struct ring_row *row = file->ring.rows[file->n_written + n];

		/* FLOW tells when it has closed a slot, half a step after its end at
		 * the latest; only where it does not, time alone decides */
		if (row->position > journal_synced(store->journal) ||
		    (row->slot_s > store->closed_s &&
		    row->slot_s * NS_PER_S + 2 * step_ns + CLOSE_GRACE_NS > now)) {
			break;
		}
		n++;
	}
	return n;
}

static void
send_update(struct store *store, struct series_file *file, uint32_t n_rows)
{
	struct request *request;
	size_t at;

	request = flush_ask(store, PROTO_UPDATE, &at);
	request->file = file;
	proto_put_update(child_out(store->child), file, file->n_written, n_rows);
	proto_end(child_out(store->child), at);
	file->busy = true;
	file->n_sent = n_rows;
}

static void
flush_file(struct store *store, struct series_file *file)
{
	uint32_t n;

	if (file->ring.n_rows == file->n_written) {
		return;
	}
	if (file->ensured != file->table) {
		flush_ensure(store, file, file->class);
		return;
	}
	n = closed_rows(store, file);
	if (n > 0) {
		send_update(store, file, n);
	} else {
		flush_arm(store, file, false);
	}
}

static void
send_due(struct store *store)
{
	int64_t waited = clock_mono(store->clock).ns - store->due_since.ns;

	if (store->n_due < GROUP && waited < GROUP_WAIT_NS) {
		return;
	}
	while (store->due != NULL && store->n_requests < REQUESTS_MAX &&
	    child_backlog(store->child) < BACKLOG_MAX) {
		struct series_file *file = store->due;

		store->due = file->next_due;
		if (store->due == NULL) {
			store->due_last = &store->due;
		}
		store->n_due--;
		file->due = false;
		flush_file(store, file);
	}
}

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
		arm_in(store, file, LOCKED_DELAY_NS << doublings);
		return;
	}
	stats_add(STATS_STORE_ERRORS, 1);
	/* gone or damaged: to be made anew at once, which tells it */
	if (is_gone && file->ensured != NULL) {
		arm_in(store, file, 0);
	} else {
		set_failing(store, file, true);
		store_problem(store, PROBLEM_FILE_WRITE, store->n_failing, file->path,
		    reply->text);
		arm_in(store, file, store->flush_ns < FAILED_DELAY_NS ? store->flush_ns :
		    FAILED_DELAY_NS);
	}
	file->ensured = NULL;
}

/* Samples of this run for slots that an earlier one has written, of which only
 * the file knows: the clock was set back. */
static void
tell_late(struct store *store, const struct series_file *file, uint32_t n)
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
	if (file->ensured == file->table && closed_rows(store, file) == 0) {
		flush_arm(store, file, false);
	} else {
		become_due(file);
	}
}

static void
on_updated(struct store *store, struct series_file *file, uint32_t n_sent,
    const struct proto_reply *reply)
{
	stats_add(STATS_STORE_FLUSHED, n_sent);
	file->last_s = reply->last_s > file->last_s ? reply->last_s : file->last_s;
	set_written(store, file, file->n_written + n_sent);
	if (n_sent == PROTO_ROWS_MAX) {
		become_due(file);
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
static void
unwrite(struct store *store)
{
	struct series_file *file = store->written, *next;

	store->written = NULL;
	for (; file != NULL; file = next) {
		next = file->next_written;
		file->has_written = false;
		file->n_syncing = 0;
		set_written(store, file, 0);
		/* rows that were overwritten in advance are wrong until then */
		become_due(file);
	}
}

static void
on_synced(struct store *store, const struct proto_reply *reply)
{
	store->syncing = false;
	if (reply->code == 0) {
		store->n_deaths = 0;
		store_solved(store, PROBLEM_PROCESS_ENDED);
		/* classes that have changed; a failure is told with the journal's */
		(void)series_sync(store->series, NULL);
		drop_synced(store);
		journal_reap(store->journal, journal_done(store->journal));
	} else {
		/* and it ends now, to start anew from the last sync */
		stats_add(STATS_STORE_ERRORS, 1);
		store_problem(store, PROBLEM_FILE_WRITE, store->n_failing, "rrd", reply->text);
	}
}

static void
on_reply(void *arg, uint32_t number, struct proto_reply *reply)
{
	struct store *store = arg;
	struct request *request = store->first;

	if (request == NULL || request->number != number) {
		LOG_ERROR("store", NULL, NULL, "answer to request %u out of turn", number);
		return;
	}
	store->first = request->next;
	if (store->first == NULL) {
		store->last = &store->first;
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

static bool
wants_sync(const struct store *store)
{
	return !store->syncing && (store->written != NULL ||
	    journal_done(store->journal) != 0);
}

/* Once in a while, RRD files to disk; then rows and segments that are done can go. */
static void
send_sync(struct store *store, struct mono now)
{
	int64_t every = store->flush_ns < SYNC_EVERY_NS ? store->flush_ns : SYNC_EVERY_NS;
	size_t at;

	if (now.ns < store->sync_at.ns || !wants_sync(store)) {
		return;
	}
	store->sync_at.ns = now.ns + every;
	store->syncing = true;
	for (struct series_file *file = store->written; file != NULL;
	    file = file->next_written) {
		file->n_syncing = file->n_written;
	}
	(void)flush_ask(store, PROTO_SYNC, &at);
	proto_end(child_out(store->child), at);
}

static void
forget_file(void *arg, struct series_file *file)
{
	(void)arg;
	file->ensured = NULL;
	file->checked = false;
}

/* The store process died: whatever it was asked is asked again. */
static void
lose_child(struct store *store, struct mono now)
{
	struct request *request = store->first, *next;

	store_problem(store, PROBLEM_PROCESS_ENDED, ++store->n_deaths, "store process",
	    child_why(store->child)[0] != '\0' ? child_why(store->child) :
	    "ended unexpectedly, started again");
	child_stop(store->child);
	store->child = NULL;
	store->restart_at.ns = now.ns + (RESTART_DELAY_NS << (store->n_deaths <
	    RESTART_DOUBLINGS ? store->n_deaths - 1 : RESTART_DOUBLINGS - 1));
	store->syncing = false;
	store->first = NULL;
	store->last = &store->first;
	store->n_requests = 0;
	series_each(store->series, forget_file, NULL);
	unwrite(store);
	for (; request != NULL; request = next) {
		next = request->next;
		if (request->reading != NULL) {
			read_again(store, request->reading);
		} else if (request->file != NULL) {
			request->file->busy = false;
			request->file->n_sent = 0;
			become_due(request->file);
		}
		free(request);
	}
}

/* Files whose heads were put back are written first: until then the rows that
 * the lost update had begun stand where the oldest ones belong. */
static void
take_hello(struct store *store)
{
	struct proto_hello hello;
	size_t at = 0;

	if (!child_hello(store->child, &hello)) {
		return;
	}
	if (hello.n_restored + hello.n_damaged + hello.n_swept > 0) {
		char text[160];

		str_format(text, sizeof(text), "put back the heads of %u files that were being "
		    "written (%u of their images are damaged), removed %u half-made files",
		    hello.n_restored, hello.n_damaged, hello.n_swept);
		store_problem(store, PROBLEM_FILE_REWRITTEN, hello.n_restored, "rrd", text);
	}
	while (at < hello.paths.size) {
		const char *path = hello.paths.data + at;
		struct series_file *file = series_by_path(store->series, path);

		if (file != NULL && file->ring.n_rows > 0) {
			file->store = store;
			become_due(file);
		}
		at += strlen(path) + 1;
	}
	buf_done(&hello.paths);
}

static void
start_child(struct store *store, struct mono now)
{
	struct col_error error;

	if (now.ns < store->restart_at.ns) {
		return;
	}
	if (child_start(store->program, store->rrd_dir, &store->child, &error) != 0) {
		store_problem(store, PROBLEM_PROCESS_ENDED, ++store->n_deaths,
		    "store process", error.text);
		store->restart_at.ns = now.ns + RESTART_DELAY_NS;
	}
}

void
flush_step(struct store *store)
{
	struct mono now = clock_mono(store->clock);

	(void)wheel_run(store->wheel, now);
	if (store->child == NULL) {
		start_child(store, now);
	}
	if (store->child == NULL) {
		return;
	}
	if (!child_pump(store->child, on_reply, store)) {
		lose_child(store, now);
	} else if (child_ready(store->child)) {
		take_hello(store);
		send_due(store);
		migrate_step(store, now);
		send_sync(store, now);
		if (!child_pump(store->child, on_reply, store)) {
			lose_child(store, now);
		}
	}
}

struct mono
flush_next(const struct store *store)
{
	int64_t now = clock_mono(store->clock).ns;
	struct mono next = wheel_next(store->wheel);

	if (store->child == NULL) {
		return store->restart_at;
	}
	if (store->n_reading > 0 && next.ns > now + PUMP_READ_NS) {
		next.ns = now + PUMP_READ_NS;
	} else if ((store->n_requests > 0 || store->due != NULL ||
	    !child_ready(store->child)) && next.ns > now + PUMP_NS) {
		next.ns = now + PUMP_NS;
	}
	if (store->n_moving > 0 && next.ns > store->move_at.ns) {
		next = store->move_at;
	}
	if (wants_sync(store) &&
	    next.ns > store->sync_at.ns) {
		next = store->sync_at;
	}
	return next;
}
