/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row is put into the buffer and lies safe after the next journal_sync.
 * Writes go to a fixed place of the segment (pwrite), so that a try after a
 * failed one overwrites what got half through.  After a start the journal
 * goes on in a new segment: nothing is ever appended to an old one.
 */
#include <config.h>

#include "store/journal.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/stats.h"
#include "base/str.h"

/* Ten minutes of 90,000 racks. */
#define BUFFER_MAX (UINT64_C(256) << 20)
/* So much of it is kept for the next time. */
#define KEPT_MAX (UINT64_C(8) << 20)

struct held {
	uint64_t number;
	uint64_t bytes;
	uint64_t n_rows;        /* waiting rows that began here */
	bool is_bad;            /* damaged: kept when it is done */
};

struct journal {
	char *dir;
	int dir_fd;
	int fd;                 /* of the newest segment; -1: not made yet */
	bool writing;           /* the newest segment is one of this run */
	uint64_t segment_bytes;
	struct buf buffer;      /* behind `out`, of the newest segment */
	/* what is being written: the syncer's between journal_begin and journal_end */
	struct {
		struct buf buf;     /* empty: nothing */
		uint64_t segment;   /* its number */
		uint64_t at;        /* bytes of it that are synced */
		int fd;             /* of it; -1: not made yet */
	} out;
	struct held *held;      /* ascending by number; the last is the newest */
	size_t n_held, room;
	uint64_t position, synced;
	uint64_t *tables;       /* by table number: segment that has it */
	uint32_t n_tables;
};

static void
hold_segment(struct journal *journal, uint64_t number, uint64_t bytes)
{
	if (journal->n_held == journal->room) {
		journal->room = journal->room == 0 ? 16 : 2 * journal->room;
		journal->held = realloc(journal->held,
		    journal->room * sizeof(journal->held[0]));
		assert(journal->held != NULL);
	}
	journal->held[journal->n_held++] = (struct held){ number, bytes, 0, false };
}

static int
by_number(const void *a, const void *b)
{
	const struct held *left = a, *right = b;

	return left->number < right->number ? -1 : left->number > right->number;
}

static void
segment_name(char name[32], uint64_t number)
{
	str_format(name, 32, "%08llu.seg", (unsigned long long)number);
}

static int
list_segments(struct journal *journal, struct col_error *error)
{
	DIR *dir = opendir(journal->dir);
	struct dirent *entry;

	if (dir == NULL) {
		return err_errno(error, COL_EIO, "%s", journal->dir);
	}
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);
		char digits[32];
		uint64_t number;

		if (len < 5 || len > 24 || strcmp(entry->d_name + len - 4, ".seg") != 0) {
			continue;
		}
		str_format(digits, sizeof(digits), "%.*s", (int)(len - 4), entry->d_name);
		if (str_to_uint(digits, 1, UINT64_MAX, &number) == 0) {
			hold_segment(journal, number, 0);
		}
	}
	closedir(dir);
	if (journal->n_held > 0) {
		qsort(journal->held, journal->n_held, sizeof(journal->held[0]), by_number);
	}
	return 0;
}

/* Before anything else is begun: what a newer version wrote is not for us. */
static int
check_versions(const struct journal *journal, struct col_error *error)
{
	for (size_t i = 0; i < journal->n_held; i++) {
		char name[32], head[SEGMENT_HEADER_SIZE];
		int fd;
		ssize_t n;

		segment_name(name, journal->held[i].number);
		fd = openat(journal->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		n = fd >= 0 ? pread(fd, head, sizeof(head), 0) : -1;
		if (fd >= 0) {
			close(fd);
		}
		if (n == (ssize_t)sizeof(head) && segment_is_newer(head)) {
			return err_set(error, COL_EIO, "%s/%s: written by a newer "
			    "collectord; start that one, or move the file away",
			    journal->dir, name);
		}
	}
	return 0;
}

int
journal_new(const char *dir, uint64_t segment_bytes, struct journal **ret_journal,
    struct col_error *error)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int rc;

	assert(journal != NULL);
	journal->dir = strdup(dir);
	assert(journal->dir != NULL);
	journal->fd = -1;
	journal->segment_bytes = segment_bytes;
	journal->out.fd = -1;
	buf_init(&journal->buffer, BUFFER_MAX);
	buf_init(&journal->out.buf, BUFFER_MAX);
	journal->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = journal->dir_fd < 0 ? err_errno(error, COL_EIO, "%s", dir) :
	    list_segments(journal, error);
	if (rc == 0) {
		rc = check_versions(journal, error);
	}
	if (rc != 0) {
		journal_free(journal);
		return rc;
	}
	*ret_journal = journal;
	return 0;
}

void
journal_free(struct journal *journal)
{
	if (journal == NULL) {
		return;
	}
	if (journal->fd >= 0) {
		close(journal->fd);
	}
	if (journal->out.fd >= 0) {
		close(journal->out.fd);
	}
	if (journal->dir_fd >= 0) {
		close(journal->dir_fd);
	}
	buf_done(&journal->buffer);
	buf_done(&journal->out.buf);
	free(journal->held);
	free(journal->tables);
	free(journal->dir);
	free(journal);
}

/* ---- reading back ------------------------------------------------------------ */

struct replay {
	struct series *series;
	journal_row_fn *fn;
	void *arg;
	uint64_t segment, rows, bad_bytes;
	char name[32];
	/* by number in the segment */
	struct replay_file { struct series_file *file; uint16_t places[RING_DS_MAX]; } *files;
	uint32_t n_files;
};

/* Numbers are dense where we wrote them; the bound keeps a forged one small. */
#define FILE_NUMBER_MAX (1u << 22)

static int
on_file(void *arg, uint32_t number, const struct series_described *as,
    const struct series_ds *ds, uint16_t n_ds)
{
	struct replay *replay = arg;
	struct replay_file *to;

	if (number > FILE_NUMBER_MAX) {
		return COL_EPROTO;
	}
	if (number >= replay->n_files) {
		uint32_t n = number + number / 2 + 64;

		replay->files = realloc(replay->files, n * sizeof(replay->files[0]));
		assert(replay->files != NULL);
		memset(replay->files + replay->n_files, 0,
		    (n - replay->n_files) * sizeof(replay->files[0]));
		replay->n_files = n;
	}
	to = &replay->files[number];
	to->file = NULL;
	if (series_adopt(replay->series, as, ds, n_ds, &to->file, to->places) != 0) {
		LOG_ERROR("store", "file", as->path, "cannot be taken from the journal");
		to->file = NULL;
	}
	return 0;
}

static int
on_row(void *arg, uint32_t number, const struct segment_row *row)
{
	struct replay *replay = arg;
	struct replay_file *from = &replay->files[number];

	if (from->file != NULL) {
		replay->fn(replay->arg, from->file, replay->segment, row, from->places);
		replay->rows++;
	}
	return 0;
}

static void
on_damaged(void *arg, size_t at, size_t n)
{
	struct replay *replay = arg;

	LOG_ERROR("store", "segment", replay->name, "damaged: %zu bytes at %zu are passed "
	    "over", n, at);
	replay->bad_bytes += n;
}

/* Not mapped: a disk that cannot read would kill by SIGBUS. */
static void *
slurp(int fd, size_t size)
{
	char *data = malloc(size + 1);

	assert(data != NULL);
	for (size_t at = 0; at < size;) {
		ssize_t n = pread(fd, data + at, size - at, (off_t)at);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			free(data);
			return NULL;
		}
		at += (size_t)n;
	}
	return data;
}

/* Errors: COL_ENOTSUP; *ret_size 0: nothing can be read. */
static int
read_records(struct replay *replay, int fd, size_t *ret_size, size_t *ret_good)
{
	const struct segment_events events = { on_file, on_row, on_damaged, replay };
	uint64_t number;
	struct stat st;
	void *data;
	int rc;

	*ret_size = *ret_good = 0;
	if (fd < 0 || fstat(fd, &st) != 0) {
		return COL_EIO;
	}
	*ret_size = (size_t)st.st_size;
	if (*ret_size == 0) {
		return 0;
	}
	data = slurp(fd, *ret_size);
	if (data == NULL) {
		return COL_EIO;
	}
	rc = segment_read(data, *ret_size, &events, &number, ret_good);
	free(data);
	return rc;
}

/* is_last: a torn tail there is what a kill leaves behind. */
static int
read_segment(struct journal *journal, struct held *held, bool is_last,
    struct replay *replay, struct journal_count *count)
{
	int fd, rc;
	size_t size, good;

	segment_name(replay->name, held->number);
	replay->segment = held->number;
	replay->bad_bytes = 0;
	fd = openat(journal->dir_fd, replay->name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	rc = read_records(replay, fd, &size, &good);
	held->bytes = size;
	if (rc == COL_EIO) {
		LOG_ERROR("store", "segment", replay->name, "cannot be read: %s",
		    strerror(errno));
		replay->bad_bytes += size > 0 ? size : 1;
	} else if (rc == COL_EPROTO && size >= SEGMENT_HEADER_SIZE) {
		LOG_ERROR("store", "segment", replay->name, "its header is damaged");
		replay->bad_bytes += size;
	} else if (good < size && is_last && rc != COL_ENOTSUP) {
		LOG_WARN("store", "segment", replay->name, "torn at byte %zu of %zu: %zu "
		    "bytes cut off", good, size, size - good);
		count->cut_bytes += size - good;
		/* if it cannot be cut it is read and cut the next time */
		held->bytes = ftruncate(fd, (off_t)good) == 0 ? good : size;
	} else if (good < size) {
		LOG_ERROR("store", "segment", replay->name, "damaged at its end: %zu bytes",
		    size - good);
		replay->bad_bytes += size - good;
	}
	if (fd >= 0) {
		close(fd);
	}
	count->segments++;
	count->bad_bytes += replay->bad_bytes;
	if (replay->bad_bytes > 0) {
		held->is_bad = true;
		count->bad_segments++;
		str_copy(count->bad_file, sizeof(count->bad_file), replay->name);
	}
	return rc == COL_ENOTSUP ? rc : 0;
}

int
journal_read(struct journal *journal, struct series *series, journal_row_fn *fn,
    void *arg, struct journal_count *ret_count, struct col_error *error)
{
	struct replay replay = { .series = series, .fn = fn, .arg = arg };
	struct journal_count count = { 0 };
	size_t n = journal->n_held;
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = read_segment(journal, &journal->held[i], i + 1 == n, &replay, &count);
		if (rc != 0) {
			rc = err_set(error, COL_EIO, "%s/%s: cannot be read", journal->dir,
			    replay.name);
		}
		/* numbers in the next segment mean other files */
		if (replay.files != NULL) {
			memset(replay.files, 0, replay.n_files * sizeof(replay.files[0]));
		}
	}
	free(replay.files);
	count.rows = replay.rows;
	*ret_count = count;
	return rc;
}

/* ---- writing ----------------------------------------------------------------- */

uint64_t
journal_segment(const struct journal *journal)
{
	return journal->n_held > 0 ? journal->held[journal->n_held - 1].number : 0;
}

/* In memory; the file is made by the next sync. */
static void
begin_segment(struct journal *journal)
{
	uint64_t number = journal_segment(journal) + 1;

	/* rows belong to the segment that was the newest when they were put */
	assert(journal->buffer.size == 0);
	if (journal->fd >= 0) {
		close(journal->fd);
	}
	journal->fd = -1;
	journal->writing = true;
	hold_segment(journal, number, 0);
	segment_put_header(&journal->buffer, number);
}

/* Tables and files are described once per segment. */
static void
put_dictionary(struct journal *journal, struct series_file *file)
{
	uint64_t segment = journal_segment(journal);
	uint32_t number = file->table->number;

	if (file->segment == segment && file->segment_table == file->table) {
		return;
	}
	if (number >= journal->n_tables) {
		uint32_t n = 2 * number + 64;

		journal->tables = realloc(journal->tables, n * sizeof(journal->tables[0]));
		assert(journal->tables != NULL);
		memset(journal->tables + journal->n_tables, 0,
		    (n - journal->n_tables) * sizeof(journal->tables[0]));
		journal->n_tables = n;
	}
	if (journal->tables[number] != segment) {
		segment_put_table(&journal->buffer, file->table);
		journal->tables[number] = segment;
	}
	segment_put_file(&journal->buffer, file);
	file->segment = segment;
	file->segment_table = file->table;
}

int
journal_put(struct journal *journal, struct series_file *file,
    const struct segment_row *row)
{
	struct buf *buffer = &journal->buffer;

	if (!journal->writing) {
		begin_segment(journal);
	}
	/* never half a record: a failed buffer could not be told from a good one */
	if (buffer->size + 2 * SEGMENT_BODY_MAX > BUFFER_MAX) {
		return COL_EFULL;
	}
	put_dictionary(journal, file);
	segment_put_row(buffer, file->number, row);
	journal->position = journal->synced + journal->out.buf.size + buffer->size;
	return buffer->failed ? COL_ENOMEM : 0;
}

uint64_t
journal_position(const struct journal *journal)
{
	return journal->position;
}

uint64_t
journal_synced(const struct journal *journal)
{
	return journal->synced;
}

/* ---- to disk: what is put meanwhile waits for the next time -------------------- */

static struct held *find_held(struct journal *journal, uint64_t segment);

bool
journal_begin(struct journal *journal, bool rotate)
{
	struct held *newest;
	struct buf empty = journal->out.buf;

	if (!journal->writing) {
		return false;
	}
	/* what failed is tried again before anything is added to it */
	if (journal->out.buf.size > 0) {
		return true;
	}
	newest = &journal->held[journal->n_held - 1];
	if (journal->buffer.size > 0) {
		journal->out.buf = journal->buffer;
		journal->buffer = empty;
		journal->out.segment = newest->number;
		journal->out.at = newest->bytes;
		journal->out.fd = journal->fd;
		journal->fd = -1;
	}
	if ((rotate && newest->bytes + journal->out.buf.size > SEGMENT_HEADER_SIZE) ||
	    newest->bytes + journal->out.buf.size >= journal->segment_bytes) {
		begin_segment(journal);
	}
	return journal->out.buf.size > 0;
}

static int
make_file(struct journal *journal, struct col_error *error)
{
	char name[32];
	int fd;

	segment_name(name, journal->out.segment);
	/* nothing but a try of ours that failed can stand there */
	fd = openat(journal->dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0640);
	if (fd < 0) {
		return err_errno(error, COL_EIO, "%s/%s", journal->dir, name);
	}
	if (fsync(journal->dir_fd) != 0) {
		close(fd);
		return err_errno(error, COL_EIO, "%s", journal->dir);
	}
	journal->out.fd = fd;
	return 0;
}

int
journal_write(struct journal *journal, struct col_error *error)
{
	const struct buf *buf = &journal->out.buf;
	int rc = 0;

	if (buf->size > 0 && journal->out.fd < 0) {
		rc = make_file(journal, error);
	}
	for (size_t at = 0; rc == 0 && at < buf->size;) {
		ssize_t n = pwrite(journal->out.fd, buf->data + at, buf->size - at,
		    (off_t)(journal->out.at + at));

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			rc = err_errno(error, COL_EIO, "%s: journal", journal->dir);
			break;
		}
		at += (size_t)n;
	}
	if (rc == 0 && buf->size > 0 && fdatasync(journal->out.fd) != 0) {
		rc = err_errno(error, COL_EIO, "%s: journal", journal->dir);
	}
	return rc;
}

void
journal_end(struct journal *journal, int rc)
{
	struct buf *buf = &journal->out.buf;

	if (rc == 0 && buf->size > 0) {
		stats_add(STATS_STORE_SYNCS, 1);
		find_held(journal, journal->out.segment)->bytes += buf->size;
		journal->synced += buf->size;
		if (journal->out.segment == journal_segment(journal)) {
			journal->fd = journal->out.fd;
		} else {
			close(journal->out.fd);
		}
		journal->out.fd = -1;
		/* a disk that hung may have let it grow large */
		if (buf->room > KEPT_MAX) {
			buf_done(buf);
			buf_init(buf, BUFFER_MAX);
		}
		buf_reset(buf);
	}
	stats_set(STATS_STORE_JOURNAL_BYTES, (int64_t)journal_bytes(journal));
}

int
journal_sync(struct journal *journal, bool rotate, struct col_error *error)
{
	int rc = journal_begin(journal, rotate) ? journal_write(journal, error) : 0;

	journal_end(journal, rc);
	return rc;
}

/* ---- what waits --------------------------------------------------------------- */

static struct held *
find_held(struct journal *journal, uint64_t segment)
{
	for (size_t i = journal->n_held; i-- > 0;) {
		if (journal->held[i].number == segment) {
			return &journal->held[i];
		}
	}
	return NULL;
}

void
journal_hold(struct journal *journal, uint64_t segment)
{
	struct held *held = find_held(journal, segment);

	assert(held != NULL);
	held->n_rows++;
}

void
journal_release(struct journal *journal, uint64_t segment)
{
	struct held *held = find_held(journal, segment);

	assert(held != NULL && held->n_rows > 0);
	held->n_rows--;
}

uint64_t
journal_done(const struct journal *journal)
{
	/* the newest is still written to, unless it is one of an earlier run */
	size_t n = journal->n_held - journal->writing;
	uint64_t done = 0;

	for (size_t i = 0; i < n && journal->held[i].n_rows == 0 &&
	    (journal->out.buf.size == 0 || journal->held[i].number != journal->out.segment);
	    i++) {
		done = journal->held[i].number;
	}
	return done;
}

void
journal_reap(struct journal *journal, uint64_t segment)
{
	size_t n = 0;

	while (n < journal->n_held && journal->held[n].number <= segment) {
		char name[32];

		segment_name(name, journal->held[n].number);
		/* what cannot be removed is read again and found in RRD already */
		if (journal->held[n].is_bad) {
			char aside[40];

			str_format(aside, sizeof(aside), "%s.bad", name);
			(void)renameat(journal->dir_fd, name, journal->dir_fd, aside);
		} else {
			(void)unlinkat(journal->dir_fd, name, 0);
		}
		n++;
	}
	if (n > 0) {
		journal->n_held -= n;
		memmove(journal->held, journal->held + n,
		    journal->n_held * sizeof(journal->held[0]));
	}
}

uint64_t
journal_bytes(const struct journal *journal)
{
	uint64_t bytes = journal->buffer.size + journal->out.buf.size;

	for (size_t i = 0; i < journal->n_held; i++) {
		bytes += journal->held[i].bytes;
	}
	return bytes;
}

uint64_t
journal_segments(const struct journal *journal)
{
	return journal->n_held;
}

uint64_t
journal_oldest(const struct journal *journal)
{
	return journal->n_held > 0 ? journal->held[0].number : 0;
}
