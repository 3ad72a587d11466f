/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue: which RRD files there are, and what each of their sources
 * (DS) means; kept in the append-only file DIR/series.dict, so that names
 * survive restarts and changes of the inventory.
 *
 * Files with the same sources share one interned table; a table never changes,
 * a file that grows gets another one that begins with the old.
 *
 * Route: intake extends it; journal, flush and reads look things up.
 * Thread: STORE.  Source: DESIGN.md 4.7; storage.md C.7.
 */
#ifndef STORE_SERIES_H
#define STORE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "base/wheel.h"
#include "model/batch.h"
#include "store/archive.h"
#include "store/ring.h"

#define SERIES_NAME_SIZE 20     /* of a DS: RRD takes 19 characters */
#define SERIES_PATH_SIZE 128
#define SERIES_PARTS_MAX 16
#define SERIES_NONE UINT16_MAX

struct series_ds {
	char name[SERIES_NAME_SIZE];
	const char *role, *metric, *instance, *unit;  /* interned */
};

struct series_table {
	uint32_t number;        /* dense, from 1 */
	uint16_t n_ds;          /* at most RING_DS_MAX */
	const struct series_ds *ds;
	uint64_t hash;
	UT_hash_handle hh;
};

/* One RRD file. */
struct series_file {
	uint32_t number;        /* dense, from 1: its name in the journal */
	uint16_t part;          /* 0, then 1 for the second file of an entity … */
	enum archive_class class;
	uint32_t step_s;
	char *path;             /* below DIR/rrd */
	const struct series_table *table;
	struct series_entity *entity;
	/* of the journal */
	uint64_t segment;       /* segment that knows file and table; 0: none */
	const struct series_table *segment_table;
	/* of the flush */
	struct ring ring;
	struct wheel_timer timer;
	struct series_file *next_due;
	void *store;
	const struct series_table *ensured; /* the file has these sources */
	int64_t last_s;         /* newest slot in the file; 0: not known */
	/* rows of the ring, oldest first: in RRD but not synced, then under way */
	uint32_t n_written, n_sent;
	struct series_file *next_written;
	uint32_t n_syncing;     /* of n_written: there when the sync was asked for */
	uint32_t n_locked;      /* tries in a row that found it locked */
	int64_t cut_s;          /* rows after it are to go; 0: none */
	bool ahead;             /* its newest slot lies in the future */
	bool failing;           /* the last try to write it failed */
	bool exists;            /* the file is known to be on disk */
	bool checked;           /* by this run of the store process */
	bool busy;              /* a request is under way */
	bool due;               /* in the list of files to flush */
	bool has_written;       /* in the list of files to sync */
	UT_hash_handle hh;      /* by path */
};

struct series_entity {
	enum entity_kind kind;
	uint16_t n_files;
	struct series_file *files[SERIES_PARTS_MAX];
	char *key;              /* "rack:zz1-h1-r1-a01" */
	UT_hash_handle hh;      /* by key */
};

struct series;

/*
 * Opens the dictionary file, made if need be; a torn last line is cut off.
 * Errors: COL_EIO.
 */
int series_new(const char *dict, struct series **ret_series, struct col_error *error);
void series_free(struct series *series);

/* Entity by kind and id; made when make is set, else NULL. */
struct series_entity *series_entity(struct series *series, enum entity_kind kind,
    const char *id, bool make);
/* Gives an entity another id; its files keep their names. */
void series_rename(struct series *series, enum entity_kind kind, const char *was,
    const char *id);
/* The file has other archives now; its name stays. */
void series_set_class(struct series *series, struct series_file *file,
    enum archive_class class);
struct series_file *series_by_path(struct series *series, const char *path);

/*
 * Where the slots of layout stand in file: per slot an index of a source or
 * SERIES_NONE.  Borrowed: valid as long as series.
 */
const uint16_t *series_map(struct series *series, const struct series_file *file,
    const char *role, const struct col_layout *layout);
/*
 * Gives every archived slot of layout and every one of wanted a place in one
 * of the entity's files of that step, made if need be.
 * Errors: COL_EFULL past SERIES_PARTS_MAX files.
 */
struct series_grow {
	struct series_entity *entity;
	enum archive_class class;
	uint32_t step_s;
	const char *role;
	const struct col_layout *layout;
	const uint16_t *wanted;  /* slots */
	uint32_t n_wanted;
};
int series_extend(struct series *series, const struct series_grow *grow);

/*
 * Takes a file as the journal describes it, which the dictionary may lack
 * (it was lost); ds are given their places at the end of its table.
 * Shape: ret_places[n_ds].  Errors: COL_EINVAL, COL_EFULL.
 */
struct series_described {
	enum entity_kind kind;
	enum archive_class class;
	uint16_t part;
	uint32_t step_s;
	char id[64], path[SERIES_PATH_SIZE];
};
int series_adopt(struct series *series, const struct series_described *as,
    const struct series_ds *ds, uint16_t n_ds, struct series_file **ret_file,
    uint16_t *ret_places);

/* Finds a source by its meaning; NULL file when there is none. */
struct series_file *series_find(const struct series_entity *entity, uint32_t step_s,
    const char *role, const char *metric, const char *instance, uint16_t *ret_ds);
/* Index of a source in a table; SERIES_NONE: it has none of that meaning. */
uint16_t series_find_in(const struct series_table *table, const char *role,
    const char *metric, const char *instance);

/* Writes and syncs what is new in the dictionary.  Errors: COL_EIO. */
int series_sync(struct series *series, struct col_error *error);
/* Its dictionary, for whoever syncs it beside other things. */
struct dict *series_dict(const struct series *series);
uint32_t series_count(const struct series *series);   /* of files */
uint32_t series_damaged(const struct series *series); /* lines of the dictionary */
/* Calls fn for every file. */
void series_each(struct series *series, void (*fn)(void *arg, struct series_file *),
    void *arg);
/* Text of a source's meaning, cut and cleaned as it is kept. */
void series_clean(char to[64], const char *from);

/* The catalogue's insides as its dictionary file sees them. */
const struct series_table *series_table_put(struct series *series,
    const struct series_ds *ds, uint16_t n_ds);
/* The next new table has at least that number (damaged lines leave holes). */
void series_table_next(struct series *series, uint32_t number);
struct series_file *series_file_put(struct series *series,
    const struct series_described *as, const struct series_table *table);

#endif
