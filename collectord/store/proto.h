/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages between the daemon and its store process: a frame with size,
 * type and request number, then the fields in order, little-endian.
 *
 * Route: the store asks, the store process answers each request once, in
 * order.  Thread: any.
 */
#ifndef STORE_PROTO_H
#define STORE_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/archive.h"
#include "store/ring.h"
#include "store/series.h"

#define PROTO_FRAME_HEAD 12
#define PROTO_BODY_MAX (8u << 20)
#define PROTO_TEXT_SIZE 256
/* Rows of one update: 64 of 8 bytes and their heads fit far below BODY_MAX. */
#define PROTO_ROWS_MAX 1024
/* Rows of one archive: the longest has 20,160 (5 min, 14 d at 1 s steps 2,880). */
#define PROTO_POINTS_MAX 65536

enum proto_type {
	PROTO_HELLO = 1,   /* store process, first: it holds the lock, heads are back */
	PROTO_ENSURE,      /* make the file, or add the sources it lacks */
	PROTO_UPDATE,      /* write rows */
	PROTO_FETCH,       /* read one source */
	PROTO_SYNC,        /* all that was written is on disk after the reply */
	PROTO_REPLY,
	PROTO_TYPE_N
};

struct proto_frame {
	enum proto_type type;
	uint32_t request;
	const unsigned char *body;  /* borrowed */
	size_t body_size;
};
/*
 * Takes one frame off data.  Returns the bytes it took, 0: not whole yet.
 * Errors: COL_EPROTO.
 */
int64_t proto_take(const void *data, size_t size, struct proto_frame *ret_frame);

/* Frames: begin returns where it stands, end fills in the size. */
size_t proto_begin(struct buf *out, enum proto_type type, uint32_t request);
void proto_end(struct buf *out, size_t at);

/* What the store process found when it started. */
struct proto_hello {
	uint32_t n_restored;        /* heads put back by the undo log */
	uint32_t n_damaged;         /* of its images: cannot be read */
	uint32_t n_swept;           /* half-made files removed */
	char error[PROTO_TEXT_SIZE]; /* "" or why it cannot serve and ends */
	struct buf paths;           /* of the restored, each with its NUL */
};
void proto_put_hello(struct buf *out, const struct proto_hello *hello);
/* Owns: ret_hello->paths, free with buf_done. */
bool proto_get_hello(const struct proto_frame *frame, struct proto_hello *ret_hello);

/* What ENSURE did. */
enum proto_made {
	PROTO_KEPT = 0, PROTO_CREATED, PROTO_GROWN,
	PROTO_MIGRATED,    /* to other archives */
	PROTO_REBUILT,     /* damaged: set aside, text says how and as what; made anew */
	PROTO_MADE_N
};

struct proto_ensure {
	char path[SERIES_PATH_SIZE];
	int64_t before_s;           /* the first slot comes after it */
	int64_t cut_s;              /* rows after it go; 0: none do */
	struct archive_plan plan;
	uint16_t n_ds;
	char names[RING_DS_MAX][SERIES_NAME_SIZE];
};
void proto_put_ensure(struct buf *out, const struct proto_ensure *ensure);
bool proto_get_ensure(const struct proto_frame *frame, struct proto_ensure *ret_ensure);

struct proto_row {
	int64_t slot_s;
	uint64_t known;
	const double *values;       /* [n_ds]; meaningless where not known */
};
struct proto_update {
	char path[SERIES_PATH_SIZE];
	uint32_t step_s;
	uint16_t n_ds;
	char names[RING_DS_MAX][SERIES_NAME_SIZE];
	uint32_t n_rows;
	struct proto_row *rows;     /* ascending by slot */
	double *values;             /* [n_rows * n_ds] behind rows */
};
/* n_rows rows of the file's ring from the first on. */
void proto_put_update(struct buf *out, const struct series_file *file,
    uint32_t first, uint32_t n_rows);
/* Owns: *ret_update, free with proto_update_done. */
bool proto_get_update(const struct proto_frame *frame, struct proto_update *ret_update);
void proto_update_done(struct proto_update *update);

struct proto_fetch {
	char path[SERIES_PATH_SIZE];
	char name[SERIES_NAME_SIZE];
	int64_t from_s, to_s;       /* rows with from < time <= to */
	uint32_t step_s, base_s;    /* rows of the archive; of the finest one */
	bool has_max;
};
void proto_put_fetch(struct buf *out, const struct proto_fetch *fetch);
bool proto_get_fetch(const struct proto_frame *frame, struct proto_fetch *ret_fetch);

/* Rows of one archive: row i ends at first_s + i * step_s. */
struct proto_column {
	int64_t first_s;
	uint32_t step_s, n;
	unsigned char *known;
	double *values;
};
struct proto_reply {
	int code;
	char text[PROTO_TEXT_SIZE];
	int64_t last_s;             /* newest slot in the file, 0: none */
	enum proto_made made;
	/* answers to FETCH: averages, maxima, rows not yet consolidated */
	struct proto_column average, max, tail;
};
void proto_put_reply(struct buf *out, const struct proto_reply *reply);
/* Owns: *ret_reply, free with proto_reply_done. */
bool proto_get_reply(const struct proto_frame *frame, struct proto_reply *ret_reply);
void proto_reply_done(struct proto_reply *reply);

#endif
