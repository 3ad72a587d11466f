/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of the reader: the state of one poll in flight and its stages.
 *
 * Route: reader.c (start, end) <-> reader_attempt.c (credentials, fetches) <->
 * reader_choose.c (identity, profiles), reader_learn.c (rows) and
 * reader_values.c (cells of the plan).
 * Thread: the POLL thread of the device.
 */
#ifndef SNMP_READER_WORK_H
#define SNMP_READER_WORK_H

#include "convert.h"
#include "plan_values.h"
#include "reader.h"

#define WORK_CANDIDATES_MAX 256
/* The engine must give up before the host does: two ticks. */
#define WORK_MARGIN_NS INT64_C(20000000)
#define WORK_ADDED_MAX 32
/* Kept of one value: more than the texts of four-byte characters need. */
#define LEARN_OCTETS_MAX 1024
/* Kept of one agent: twice what FETCH_TOTAL_MAX rows of numbers take. */
#define LEARN_BYTES_MAX (16u << 20)

/* Who answers and which profiles may fit; too large for every poll. */
struct learning {
	char sysdescr[CONVERT_TEXT_SIZE];
	struct objid sysobjectid;
	uint64_t profiles_version;     /* of the set that was looked at */
	/* With references, as the OIDs in wants lie in them. */
	struct match_candidate candidates[WORK_CANDIDATES_MAX];
	size_t n_candidates;
	struct match_candidate added[WORK_ADDED_MAX];
	size_t n_added;
	struct match_wants wants;      /* of the candidates */
	struct profile_group group;    /* what was chosen */
	struct objref *oids;           /* what it reads */
};

struct reader_work {
	struct col_poll *poll;         /* NULL: discovery */
	struct reader_discovery discovery;
	int64_t deadline_ns;
	struct fetch *fetch;
	unsigned tried;                /* credentials so far */
	bool settled;                  /* one of them was answered */
	bool has_turn;                 /* may learn */
	char problem[160];             /* of the last credential */
	enum col_status problem_status;
	/* learning */
	struct learning *learning;     /* NULL: an everyday poll */
	struct snapshot *snapshot;     /* of the candidates, then of the rows */
	size_t n_kept;                 /* bytes in the snapshot */
	bool too_much;                 /* values were left out */
	bool no_memory;
	unsigned n_polls, n_stalled;   /* it was parked; in a row for nothing */
	uint64_t uptime_ms;            /* of its last part, 0: unknown */
	/* values were emitted before learning went on; then the poll ends so */
	bool emitted;
	enum col_status end_status;
	char end_detail[160];
	/* values */
	struct plan_values values;
	size_t n_missing;
};

/* Opens a session with the credential whose turn it is, and asks. */
void attempt_start(struct reader *reader);
void attempt_drop_session(struct reader *reader);
/* Starts reading with the current session; a failure ends the poll. */
void work_fetch(struct reader *reader, struct fetch_job *job,
    fetch_done_fn *on_done);
/* Takes the finished fetch off; true when the stage may go on. */
bool work_fetched(struct reader *reader, const struct fetch_result *result);
/* Ends the poll or discovery.  detail may be NULL. */
void work_end(struct reader *reader, enum col_status status,
    const char *detail);

void work_free(struct reader *reader, struct reader_work *work);
/* What is known of the device is not enough, or old. */
bool work_needs_learning(const struct reader *reader);
/* Goes on with parked work, or begins with the credentials. */
void work_go(struct reader *reader);

/*
 * Learning may take longer than a poll: what it has reached is parked between
 * polls.
 */
/* True when the work in hand is worth it. */
bool park_may(const struct reader *reader);
/* Parks the work of a poll that ends without a word (poll_cancel). */
void park_quietly(struct reader *reader);
/* Parks and ends the poll; any: it has come further. */
void park_end(struct reader *reader, bool any);
/* Takes parked work up, in the poll that begins. */
void park_resume(struct reader *reader);
/* After the values of an everyday poll; false: there is nothing to learn. */
bool park_follow(struct reader *reader, enum col_status status,
    const char *detail);
/* False: the device started anew meanwhile, and the poll has been ended. */
bool park_still_fits(struct reader *reader, uint64_t uptime_ms);

/* True when one more device may learn now, or this one has its turn. */
bool turn_free(const struct reader *reader);
/* Takes the turn, waits for it, or reads values; the poll goes on or ends. */
void turn_take(struct reader *reader);
void turn_give(struct reader *reader, struct reader_work *work);
void turn_leave(struct reader *reader); /* waits no more */
void turn_tick(struct reader_shared *shared);

/* First stage of learning; sends, since nothing is known yet. */
void learn_start(struct reader *reader);
/* It has its turn: a look at what tells profiles apart. */
void learn_probe(struct reader *reader);
/* Last stage: reads what the chosen profiles name. */
void learn_rows(struct reader *reader);
/* Empties the snapshot; ends the poll and returns false without memory. */
bool learn_forget(struct reader *reader);
/* Copies one answer into the snapshot, within bounds; vb may be NULL. */
void learn_keep(struct reader_work *work, const struct varbind *vb);
void learning_free(struct learning *learning); /* accepts NULL */
/* Reads the cells of reader->plan. */
void values_start(struct reader *reader);
/* Emits values and ends the poll.  problem NULL: all was answered. */
void values_emit(struct reader *reader, uint64_t uptime_ms,
    const char *problem);

#endif
