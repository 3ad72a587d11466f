/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Learning costs twenty times what a poll costs, and after a start all devices
 * want to learn.  Each thread learns at a pace that leaves it time for the
 * devices it knows; the others wait for their turn, a part of them within
 * their polls, so that no turn is wasted.
 */
#include "reader_work.h"

#include <stdio.h>

#include <utlist.h>

#define REQUESTS_PER_S 6000  /* of learning: about a third of a core */
#define REQUESTS_MAX 600     /* saved up: a tenth of a second */
#define TICKS_MAX_NS INT64_C(20000000) /* counted between two ticks */
#define LEARNING_MAX 1024    /* at once: their memory */
#define WAITING_MAX 1024     /* within their polls */
#define MARGIN_NS INT64_C(30000000)

static void
begin_turns(struct reader_turns *turns, int64_t now_ns)
{
	if (!turns->begun) {
		turns->begun = true;
		turns->filled_ns = now_ns;
		turns->requests = REQUESTS_MAX;
	}
}

/* A thread whose ticks are late has enough to do without learning. */
static void
refill(struct reader_turns *turns, int64_t now_ns)
{
	int64_t passed_ns = now_ns - turns->filled_ns;

	turns->filled_ns = now_ns;
	if (passed_ns > TICKS_MAX_NS) {
		passed_ns = TICKS_MAX_NS;
	}
	turns->requests += passed_ns / (1000000000 / REQUESTS_PER_S);
	if (turns->requests > REQUESTS_MAX) {
		turns->requests = REQUESTS_MAX;
	}
}

static bool
is_free(struct reader_shared *shared)
{
	begin_turns(&shared->turns, shared->host->now(shared->host));
	return shared->turns.requests > 0 &&
	    shared->turns.n_learning < LEARNING_MAX;
}

bool
turn_free(const struct reader *reader)
{
	return reader->work->has_turn || reader->work->poll == NULL ||
	    is_free(reader->shared);
}

static void
begin(struct reader *reader)
{
	/* What somebody searches for is one device at a time. */
	if (reader->work->poll != NULL && !reader->work->has_turn) {
		reader->work->has_turn = true;
		reader->shared->turns.n_learning++;
	}
	learn_probe(reader);
}

void
turn_give(struct reader *reader, struct reader_work *work)
{
	reader->shared->turns.n_learning -= work->has_turn;
	work->has_turn = false;
}

void
turn_leave(struct reader *reader)
{
	if (reader->in_turns) {
		DL_DELETE(reader->shared->turns.waiting, reader);
		reader->shared->turns.n_waiting--;
		reader->prev = reader->next = NULL;
		reader->in_turns = false;
	}
}

static void
end_waiting(struct reader *reader)
{
	char detail[100];

	(void)snprintf(detail, sizeof(detail), "it answers, and waits for its"
	    " turn to be learned, as %u more do",
	    reader->shared->turns.n_waiting);
	work_end(reader, COL_POLL_PARTIAL, detail);
}

/* In the order of deadlines, that is mostly at the end. */
static void
join(struct reader *reader)
{
	struct reader_turns *turns = &reader->shared->turns;
	struct reader *after = turns->waiting == NULL ? NULL :
	    turns->waiting->prev;

	while (after != NULL && after->work->deadline_ns >
	    reader->work->deadline_ns) {
		after = after == turns->waiting ? NULL : after->prev;
	}
	DL_APPEND_ELEM(turns->waiting, after, reader);
	turns->n_waiting++;
	reader->in_turns = true;
}

void
turn_take(struct reader *reader)
{
	struct reader_turns *turns = &reader->shared->turns;
	struct reader_work *work = reader->work;

	if ((turns->waiting == NULL || reader->plan != NULL) &&
	    turn_free(reader)) {
		begin(reader);
	} else if (work->emitted) {
		work_end(reader, work->end_status, work->end_detail);
	} else if (reader->plan != NULL) {
		learning_free(work->learning);
		work->learning = NULL;
		values_start(reader);
	} else if (turns->n_waiting < WAITING_MAX) {
		join(reader);
	} else {
		end_waiting(reader);
	}
}

void
turn_tick(struct reader_shared *shared)
{
	const struct col_host *host = shared->host;
	int64_t now_ns = host->now(host);
	struct reader *reader;

	begin_turns(&shared->turns, now_ns);
	refill(&shared->turns, now_ns);
	while ((reader = shared->turns.waiting) != NULL) {
		if (now_ns >= reader->work->deadline_ns - MARGIN_NS) {
			turn_leave(reader);
			end_waiting(reader);
		} else if (is_free(shared)) {
			turn_leave(reader);
			begin(reader);
		} else {
			break;
		}
	}
}
