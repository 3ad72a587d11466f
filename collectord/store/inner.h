/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store's own state, shared by its files; nobody outside includes it.
 *
 * Route: intake -> journal -> flush -> store process; reads beside.
 * Thread: STORE, but for what says otherwise.
 */
#ifndef STORE_INNER_H
#define STORE_INNER_H

#include <pthread.h>

#include "base/queue.h"
#include "store/child.h"
#include "store/journal.h"
#include "store/problem.h"
#include "store/store.h"
#include "store/syncer.h"

/* What FLOW hands over: the good, archived samples of one record. */
struct put {
	enum entity_kind kind;
	uint32_t index;
	const struct col_layout *layout;
	int64_t slot_s;
	bool ended;
	uint32_t n;
	uint16_t *slots;           /* [n] of layout, ascending */
	double *numbers;           /* [n] */
	char id[64], role[64];
};

/* A read that waits for its turn or its answer. */
struct reading {
	struct store_query query;
	store_read_fn *fn;
	store_list_fn *list_fn;    /* of a list of names instead */
	void *arg;
	struct mono deadline;
	/* the series' files: of this interval, then of former ones, newest first */
	struct reading_part {
		struct series_file *file;
		uint16_t ds;
		struct archive archive;
		uint32_t base_s;
	} parts[SERIES_PARTS_MAX];
	uint32_t n_parts, at;      /* the one that is being read */
	bool is_probe;             /* it is only asked for its newest slot */
	int64_t t0_s, bucket_s, basis_s;
	uint32_t n_buckets;
	struct buckets *buckets;   /* NULL: not planned yet */
	struct reading *next;
};

/* What the store process was asked, in order. */
struct request {
	enum proto_type type;
	uint32_t number;
	struct series_file *file;             /* ENSURE, UPDATE */
	const struct series_table *table;     /* ENSURE */
	enum archive_class class;             /* ENSURE */
	struct reading *reading;              /* FETCH */
	struct request *next;
};

struct store {
	struct store_setup setup;
	const struct clock *clock;
	char *dir, *rrd_dir, *program;
	int lock_fd;
	const struct config *opening;         /* the journal is to be read; one reference */
	uint32_t step_s;
	enum store_class class;
	int64_t flush_ns;

	struct series *series;
	struct journal *journal;
	struct wheel *wheel;
	struct queue *puts, *reads;           /* put by FLOW; by any */
	/* entities by dense id: spares a look-up by text per record */
	struct { struct series_entity **items; uint32_t n; } known[ENTITY_KIND_N];

	/* acceptance */
	struct mono unsynced_since;           /* 0: everything is synced, or being synced */
	struct mono rotate_at;
	uint64_t n_unsynced;                  /* samples that no sync has been begun for */
	struct syncer *syncer;
	struct {
		uint64_t n_samples;           /* in the sync, or in one that failed */
		struct mono began;            /* by the machine's clock */
		bool is_told;                 /* that it is slow */
		int dict_rc, journal_rc;      /* the syncer's while it is busy */
	} accepting;
	int64_t closed_s;                     /* newest slot that FLOW has closed */
	uint64_t n_waiting;                   /* rows in all rings not yet in RRD */
	uint64_t oldest_segment;              /* of the journal, when last looked at */
	size_t ring_bytes, ring_bytes_max;    /* memory of all rings */
	int64_t n_dropped;                    /* samples that found no memory */

	/* the store process */
	struct child *child;                  /* NULL: to be started at restart_at */
	struct mono restart_at;
	uint32_t n_deaths;                    /* since it last synced */
	struct request *first, **last;
	uint32_t n_requests, next_number;
	struct series_file *due, **due_last;
	uint32_t n_due;
	struct mono due_since;                /* of the first in the list */
	struct series_file *written;          /* have rows that are not synced */
	struct reading *waiting, **waiting_last; /* reads not yet sent */
	uint32_t n_reading;                   /* reads waiting or sent */
	bool syncing;
	struct mono sync_at;
	uint32_t n_failing, n_locked, n_ahead; /* files that are */
	/* files of another archive class than is wanted */
	struct series_file **moving;
	uint32_t n_moving, n_moved, move_next;
	struct mono move_at;
	struct mono disk_at;                  /* next look at the disk's space */

	struct problems problems;             /* has its lock */
	struct stats_histogram sync_times;    /* any */
	pthread_mutex_t lock;                 /* of the two below */
	const struct config *pending;         /* by store_apply; one reference */
	struct store_health health;
};

/* intake.c */
void intake_put(struct store *store, const struct put *put);
void intake_row(void *store, struct series_file *file, uint64_t segment,
    const struct segment_row *row, const uint16_t *places); /* journal_row_fn */
/* Counts and names n samples that came too late for their file. */
void intake_late(struct store *store, struct series_file *file, int64_t slot_s,
    unsigned n);

/* accept.c */
/* There is something that must be synced soon. */
void accept_wanted(struct store *store);
/* Begins a sync that is due, takes the result of one that has ended. */
void accept_step(struct store *store);
/* Syncs all there is and waits for it. */
void accept_all(struct store *store);
/* Next time that accept_step has something to do. */
struct mono accept_next(const struct store *store);

/* flush.c */
void flush_arm(struct store *store, struct series_file *file, bool is_first);
void flush_arm_in(struct store *store, struct series_file *file, int64_t ns);
/* Puts a file into the list of those to write; wheel_fn. */
void flush_due(void *file);
/* Rows to be written that no sample will be added to any more. */
uint32_t flush_closed_rows(const struct store *store, const struct series_file *file);
/* Sends what is due, receives answers, restarts the store process. */
void flush_step(struct store *store);
struct request *flush_ask(struct store *store, enum proto_type type, size_t *ret_at);
/* Has the store process make the file, or what it lacks, with a class's archives. */
void flush_ensure(struct store *store, struct series_file *file, enum archive_class class);
/* Next time that flush_step has something to do. */
struct mono flush_next(const struct store *store);

/* answer.c; child_reply_fn */
void answer_take(void *store, uint32_t number, struct proto_reply *reply);
/* The store process died: heads are as they were at the last sync, so all rows
 * since are to be written again. */
void answer_unwrite(struct store *store);

/* ahead.c: files that end in the future */
void ahead_look(struct store *store, struct series_file *file);
/* Does what `collectorctl store rewind` has asked for. */
void ahead_step(struct store *store);

/* migrate.c: files of the class that was chosen before, a few at a time */
void migrate_find(struct store *store);
void migrate_step(struct store *store, struct mono now);
/* The file has the archives of class now. */
void migrate_done(struct store *store, struct series_file *file, enum archive_class class);

/* read.c */
void read_step(struct store *store);
void read_answer(struct store *store, struct reading *reading,
    const struct proto_reply *reply);
/* Puts a read back that the store process did not answer. */
void read_again(struct store *store, struct reading *reading);
void read_end(struct store *store, struct reading *reading, int code,
    const struct store_series *series);

/* open.c: the start, in two parts; what comes between them waits in the queues.
 * Errors: as store_new. */
int open_begin(struct store *store, const struct config *config, struct col_error *error);
int open_end(struct store *store, const struct config *config, struct col_error *error);
/* A rack that was renamed keeps its files. */
void open_renamed(struct store *store, const struct config *config);
/* Owns: returns DIR/NAME, free with free. */
char *open_join(const char *dir, const char *name);

/* store.c: tells health and the log; n, subject, detail as problem.h says. */
void store_problem(struct store *store, enum problem_code code, int64_t n,
    const char *subject, const char *detail);
/* Ends a condition. */
void store_solved(struct store *store, enum problem_code code);

#endif
