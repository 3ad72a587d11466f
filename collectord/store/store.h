/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store: rings in memory, a synced journal, and one store process that
 * alone opens RRD files; reads with the ring laid over.
 *
 * Route: flow -> store.  Thread: store_put on FLOW, the rest of the work on
 * STORE and in the store process; store_read from any.
 * Source: DESIGN.md 4.7; storage.md.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/stats.h"
#include "config/config.h"
#include "model/batch.h"
#include "store/problem.h"

/* Room for the path of an RRD file. */
#define STORE_FILE_SIZE 512

struct store;

struct store_setup {
	const struct clock *clock;
	const char *program;       /* argv[0] to re-execute as the store process */
	void (*wake)(void *arg);   /* asks the STORE thread for a step */
	void *wake_arg;
	bool in_steps;             /* the journal is read by the first step, and the
	                            * store process awaited by later ones */
};

/*
 * Opens the folder of config, takes its lock, starts the store process,
 * reads the journal into the rings.  Errors: COL_EIO, COL_EBUSY (locked),
 * COL_EFULL (the archives do not fit the disk; text has the numbers).
 */
int store_new(const struct store_setup *setup, const struct config *config,
    struct store **ret_store, struct col_error *error);
void store_apply(struct store *store, const struct config *config);
/* Copies what is archived of record.  Thread: FLOW; never blocks. */
void store_put(void *store, const struct record *record);  /* record_fn */
/* thread_step_fn: journal, sync, flush, answers to reads. */
struct mono store_step(void *store);
/* Syncs the journal, ends the store process, frees. */
void store_free(struct store *store);

/* Consolidation of an answer's buckets. */
enum store_cf { STORE_AVG = 0, STORE_MIN, STORE_MAX };

struct store_query {
	struct entity_ref entity;
	char entity_id[64];        /* textual id: names the file */
	char role[64];             /* "" for the entity's own series */
	char metric[48];
	char instance[64];
	struct wall from, to;
	uint32_t max_points;       /* 1..10,000 */
	int64_t timeout_ns;        /* 0: 2 s */
};

/* Points are at t0 + i * step; quality of absence is a flag, not a number. */
struct store_series {
	int64_t step_s;            /* between points */
	int64_t basis_s;           /* rows of the archive that was read */
	uint32_t n;
	int64_t *t;                /* unix seconds, start of each bucket */
	double *avg, *min, *max;
	unsigned char *known;      /* bit 0 avg, bit 1 min and max */
	float *share;              /* of the bucket's time that is known, 0..1; a
				    * consolidated row counts whole */
};
void store_series_done(struct store_series *series);

/*
 * Reads one series; fn is called once, on STORE (or at once on failure), and
 * borrows series.  code: 0, COL_ENOENT (no such series), COL_ETIMEOUT, COL_EIO.
 */
typedef void store_read_fn(void *arg, int code, const struct store_series *series);
void store_read(struct store *store, const struct store_query *query,
    store_read_fn *fn, void *arg);

/* Names of the series kept for an entity; fn once, borrows names. */
struct store_name {
	char role[64], metric[48], instance[64], unit[16];
	char file[STORE_FILE_SIZE]; /* the RRD file, and its name there (DS) */
	char ds[20];
};
typedef void store_list_fn(void *arg, int code, const struct store_name *names,
    uint32_t n_names);
void store_list(struct store *store, struct entity_ref entity, const char *entity_id,
    store_list_fn *fn, void *arg);

/* A copy of the store's own health.  Thread: any. */
struct store_health {
	uint64_t unflushed_rows, files, journal_bytes, journal_segments;
	/* when the journal was last shortened while rows wait in it for the
	 * archives; 0: none waits */
	struct mono journal_since;
	uint64_t disk_need_bytes, disk_free_bytes;
	uint64_t disk_size_bytes;  /* that may be used; 0: not known yet */
	uint64_t files_moved, files_to_move; /* to the archives of another class */
	bool ready;
	char last_error[512];      /* the first condition that lasts; "" when none */
	uint32_t n_problems;
	struct problem problems[PROBLEM_N]; /* conditions that last first */
	char archive_class[16];
};
void store_health(const struct store *store, struct store_health *ret_health);
const struct stats_histogram *store_sync_times(const struct store *store);
/* True while the store process owes answers, so that a test clock has to stand
 * still.  Thread: STORE. */
bool store_waits(const struct store *store);

/* Entry of the store process: argv[1] == STORE_PROCESS_ARG; returns its exit status. */
#define STORE_PROCESS_ARG "--store-process"
int store_process_main(int argc, char **argv);

#endif
