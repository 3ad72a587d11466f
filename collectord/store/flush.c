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

void
flush_due(void *arg)
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

void
flush_arm_in(struct store *store, struct series_file *file, int64_t ns)
{
	struct mono due = { clock_mono(store->clock).ns + ns };

	file->store = store;
	wheel_arm(store->wheel, &file->timer, due, flush_due, file);
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
	flush_arm_in(store, file, phase);
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

	assert(!file->busy);
	str_copy(ensure.path, sizeof(ensure.path), file->path);
	archive_plan(class, file->step_s, &ensure.plan);
	ensure.before_s = (file->ring.n_rows > 0 ? file->ring.rows[0]->slot_s :
	    clock_wall(store->clock).ns / NS_PER_S) - file->step_s - CREATE_BEFORE_S;
	ensure.before_s -= ensure.before_s % file->step_s;
	ensure.cut_s = file->cut_s;
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

uint32_t
flush_closed_rows(const struct store *store, const struct series_file *file)
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

	assert(!file->busy);
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

	if (file->ring.n_rows == file->n_written && file->cut_s == 0) {
		return;
	}
	if (file->ensured != file->table || file->cut_s > 0) {
		flush_ensure(store, file, file->class);
		return;
	}
	n = flush_closed_rows(store, file);
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
	answer_unwrite(store);
	for (; request != NULL; request = next) {
		next = request->next;
		if (request->reading != NULL) {
			read_again(store, request->reading);
		} else if (request->file != NULL) {
			request->file->busy = false;
			request->file->n_sent = 0;
			flush_due(request->file);
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
			flush_due(file);
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
	if (!child_pump(store->child, answer_take, store)) {
		lose_child(store, now);
	} else if (child_ready(store->child)) {
		take_hello(store);
		send_due(store);
		migrate_step(store, now);
		send_sync(store, now);
		if (!child_pump(store->child, answer_take, store)) {
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
