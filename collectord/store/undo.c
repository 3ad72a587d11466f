/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Physical undo, logical redo.  librrd stores into a mapped file, so at a crash
 * any part of an update may be there and, at a power cut, any page of it.  Rows
 * lie where the replayed update writes them again; only the live head (newest
 * slot, row pointers, values being consolidated) must be as it was before.  All
 * earlier updates were synced before the epoch's first image was taken.
 */
#include <config.h>

#include "store/undo.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uthash.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "store/dict.h"
#include "store/rrdhead.h"
#include "store/sparse.h"

#define UNDO_VERSION 1u
#define SLOT_SIZE 4096u
#define SLOT_USED 24u
#define FIRST_RECORD (2 * (uint64_t)SLOT_SIZE)
#define RECORD_HEAD 24u
/* Path, offset and the longest live head. */
#define BODY_MAX (2 + SERIES_PATH_SIZE + 8 + SPARSE_SIZE_MAX(RRDHEAD_SIZE_MAX))
/* Where groups begin: no page is written twice. */
#define GROUP_ALIGN 4096u

enum record_type { RECORD_RAW = 1, RECORD_VOID, RECORD_SPARSE };

static const char ZEROS[GROUP_ALIGN];
static const char MAGIC[8] = { 'C', 'O', 'L', 'U', 'N', 'D', 'O', '\n' };

/* A file with an image in this epoch. */
struct imaged {
	bool is_synced, is_sparse;
	uint64_t at, size;       /* body of its image in the log */
	UT_hash_handle hh;
	char path[];
};

struct undo {
	int fd;
	uint64_t epoch;
	uint64_t size;           /* end of the synced records */
	struct buf pending;      /* records behind it */
	struct imaged *imaged;   /* by path, in the order of the log */
	uint32_t n_damaged;      /* images that cannot be read */
	unsigned char data[RRDHEAD_SIZE_MAX];
	unsigned char image[RRDHEAD_SIZE_MAX];
};

static int
write_at(struct undo *undo, const void *data, size_t size, uint64_t at,
    struct col_error *error)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = pwrite(undo->fd, (const char *)data + done, size - done,
		    (off_t)(at + done));

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return err_errno(error, COL_EIO, "undo log");
		}
		done += (size_t)n;
	}
	if (fdatasync(undo->fd) != 0) {
		return err_errno(error, COL_EIO, "undo log");
	}
	/* else the next epoch's writes find large folios and dirty them whole: twice
	 * the bytes.  Source: storage.md A2 */
	(void)posix_fadvise(undo->fd, (off_t)at, (off_t)size, POSIX_FADV_DONTNEED);
	return 0;
}

static bool
read_at(const struct undo *undo, void *data, size_t size, uint64_t at)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(undo->fd, (char *)data + done, size - done,
		    (off_t)(at + done));

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return false;
		}
		done += (size_t)n;
	}
	return true;
}

/* ---- epochs ------------------------------------------------------------------- */

static void
slot_text(char slot[SLOT_USED], uint64_t epoch)
{
	struct buf buf;

	buf_init(&buf, 0);
	buf_put(&buf, MAGIC, sizeof(MAGIC));
	buf_u32(&buf, UNDO_VERSION);
	buf_u32(&buf, hash_crc32c(UNDO_VERSION, &epoch, sizeof(epoch)));
	buf_u64(&buf, epoch);
	assert(!buf.failed && buf.size == SLOT_USED);
	memcpy(slot, buf.data, SLOT_USED);
	buf_done(&buf);
}

/* The two slots take turns: one is whole whatever is torn. */
static int
write_epoch(struct undo *undo, uint64_t epoch, struct col_error *error)
{
	char slot[SLOT_USED];

	slot_text(slot, epoch);
	return write_at(undo, slot, SLOT_USED, epoch % 2 * SLOT_SIZE, error);
}

static uint64_t
read_epoch(struct undo *undo)
{
	uint64_t newest = 0;

	for (unsigned i = 0; i < 2; i++) {
		char slot[SLOT_USED], wanted[SLOT_USED];
		struct buf_reader r = { .data = (unsigned char *)slot, .size = SLOT_USED,
		    .at = 16 };
		uint64_t epoch;

		if (!read_at(undo, slot, SLOT_USED, (uint64_t)i * SLOT_SIZE)) {
			continue;
		}
		epoch = buf_get_u64(&r);
		slot_text(wanted, epoch);
		if (memcmp(slot, wanted, SLOT_USED) == 0 && epoch > newest) {
			newest = epoch;
		}
	}
	return newest;
}

/* ---- which files have an image -------------------------------------------------- */

static struct imaged *
find(const struct undo *undo, const char *path)
{
	struct imaged *imaged;

	HASH_FIND_STR(undo->imaged, path, imaged);
	return imaged;
}

static void
forget_one(struct undo *undo, struct imaged *imaged)
{
	HASH_DEL(undo->imaged, imaged);
	free(imaged);
}

static struct imaged *
remember(struct undo *undo, const char *path, uint64_t at, uint64_t size)
{
	size_t len = strlen(path);
	struct imaged *imaged = calloc(1, sizeof(*imaged) + len + 1);

	assert(imaged != NULL);
	imaged->is_sparse = true;
	imaged->at = at;
	imaged->size = size;
	memcpy(imaged->path, path, len + 1);
	HASH_ADD_KEYPTR(hh, undo->imaged, imaged->path, len, imaged);
	return imaged;
}

/* ---- reading --------------------------------------------------------------------- */

static uint32_t
head_crc(uint32_t size, uint32_t type, uint64_t epoch)
{
	uint32_t crc = hash_crc32c(0, &size, sizeof(size));

	crc = hash_crc32c(crc, &type, sizeof(type));
	return hash_crc32c(crc, &epoch, sizeof(epoch));
}

/* Takes the record at *at; false behind the last one of this epoch. */
static bool
take_record(struct undo *undo, unsigned char body[BODY_MAX], uint64_t *at)
{
	unsigned char head[RECORD_HEAD];
	struct buf_reader r = { .data = head, .size = RECORD_HEAD };
	struct buf_reader b = { .data = body };
	char path[SERIES_PATH_SIZE];
	uint32_t size, type, crc;
	uint64_t epoch;

	if (!read_at(undo, head, RECORD_HEAD, *at)) {
		return false;
	}
	size = buf_get_u32(&r);
	type = buf_get_u32(&r);
	epoch = buf_get_u64(&r);
	crc = buf_get_u32(&r);
	if (epoch != undo->epoch || size > BODY_MAX || crc != head_crc(size, type, epoch)) {
		return false;
	}
	b.size = size;
	crc = buf_get_u32(&r);
	if (!read_at(undo, body, size, *at + RECORD_HEAD)) {
		return false; /* torn: its update was never begun */
	}
	if (hash_crc32c(0, body, size) != crc ||
	    !buf_get_str16(&b, path, sizeof(path)) || !dict_path_valid(path)) {
		undo->n_damaged++;
	} else if (type == RECORD_VOID && find(undo, path) != NULL) {
		forget_one(undo, find(undo, path));
	} else if ((type == RECORD_RAW || type == RECORD_SPARSE) && find(undo, path) == NULL) {
		struct imaged *imaged = remember(undo, path, *at + RECORD_HEAD, size);

		imaged->is_synced = true;
		imaged->is_sparse = type == RECORD_SPARSE;
	}
	*at += RECORD_HEAD + size;
	return true;
}

static uint64_t
group_start(uint64_t at)
{
	return (at + GROUP_ALIGN - 1) / GROUP_ALIGN * GROUP_ALIGN;
}

static void
read_records(struct undo *undo)
{
	unsigned char *body = malloc(BODY_MAX);
	uint64_t at = FIRST_RECORD;

	assert(body != NULL);
	do {
		undo->size = group_start(at);
		at = undo->size;
		while (take_record(undo, body, &at)) {
		}
	} while (at > undo->size);
	free(body);
}

static int
start(struct undo *undo, const char *path, struct col_error *error)
{
	struct stat st;

	if (fstat(undo->fd, &st) != 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	undo->epoch = read_epoch(undo);
	if (undo->epoch > 0) {
		read_records(undo);
		return 0;
	}
	/* stale records of an epoch that is used again must not come back */
	undo->n_damaged += st.st_size > 0;
	undo->epoch = 1;
	undo->size = FIRST_RECORD;
	if (ftruncate(undo->fd, 0) != 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	return write_epoch(undo, undo->epoch, error);
}

int
undo_open(const char *path, struct undo **ret_undo, struct col_error *error)
{
	struct undo *undo = calloc(1, sizeof(*undo));
	int rc;

	assert(undo != NULL);
	buf_init(&undo->pending, 0);
	undo->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	rc = undo->fd < 0 ? err_errno(error, COL_EIO, "%s", path) :
	    start(undo, path, error);
	if (rc != 0) {
		undo_free(undo);
		return rc;
	}
	*ret_undo = undo;
	return 0;
}

void
undo_free(struct undo *undo)
{
	struct imaged *imaged, *next;

	if (undo == NULL) {
		return;
	}
	HASH_ITER(hh, undo->imaged, imaged, next) {
		forget_one(undo, imaged);
	}
	buf_done(&undo->pending);
	if (undo->fd >= 0) {
		close(undo->fd);
	}
	free(undo);
}

/* ---- putting back ------------------------------------------------------------------ */

/* Whether the file that stands there is right once the image is put back: a torn
 * live head is what it is for. */
static bool
fits(struct undo *undo, int fd, size_t size, uint64_t at)
{
	size_t n = 0;
	struct rrdhead head;
	struct stat st;
	ssize_t got = 1;

	while (got > 0 && n < sizeof(undo->data)) {
		got = pread(fd, undo->data + n, sizeof(undo->data) - n, (off_t)n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (got < 0 || fstat(fd, &st) != 0 || size > n || at > n - size) {
		return false;
	}
	memcpy(undo->data + at, undo->image, size);
	return rrdhead_parse(undo->data, n, (uint64_t)st.st_size, &head, NULL) == 0 &&
	    head.live_at == at && head.live_size == size;
}

static bool
write_image(const struct undo *undo, int fd, size_t size, uint64_t at)
{
	ssize_t n = pwrite(fd, undo->image, size, (off_t)at);

	return n >= 0 && (size_t)n == size;
}

/* Unpacks the image behind r; false: damaged. */
static bool
take_image(struct undo *undo, const struct imaged *imaged, struct buf_reader *r,
    size_t *ret_size)
{
	if (r->failed) {
		return false;
	}
	if (imaged->is_sparse) {
		return sparse_get(r, undo->image, sizeof(undo->image), ret_size);
	}
	*ret_size = r->size - r->at;
	if (*ret_size > sizeof(undo->image)) {
		return false;
	}
	memcpy(undo->image, r->data + r->at, *ret_size);
	return true;
}

static int
put_back(struct undo *undo, const struct imaged *imaged, unsigned char *body, bool *ret_done,
    struct col_error *error)
{
	struct buf_reader r = { .data = body, .size = imaged->size };
	char path[SERIES_PATH_SIZE];
	uint64_t at;
	size_t size;
	int fd, rc = 0;

	*ret_done = false;
	if (!read_at(undo, body, imaged->size, imaged->at)) {
		return err_errno(error, COL_EIO, "undo log");
	}
	(void)buf_get_str16(&r, path, sizeof(path));
	at = buf_get_u64(&r);
	if (!take_image(undo, imaged, &r, &size)) {
		return 0;
	}
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return errno == ENOENT ? 0 : err_errno(error, COL_EIO, "%s", path);
	}
	if (fits(undo, fd, size, at)) {
		*ret_done = write_image(undo, fd, size, at);
		rc = *ret_done ? 0 :
		    err_errno(error, COL_EIO, "%s: its head is not put back", path);
	}
	close(fd);
	return rc;
}

int
undo_restore(struct undo *undo, undo_path_fn *fn, void *arg, struct undo_count *ret_count,
    struct col_error *error)
{
	struct undo_count count = { .damaged = undo->n_damaged };
	unsigned char *body = malloc(BODY_MAX);
	struct imaged *imaged, *next;
	int rc = 0;

	assert(body != NULL);
	HASH_ITER(hh, undo->imaged, imaged, next) {
		bool done = false;

		if (rc != 0 || !imaged->is_synced) {
			continue;
		}
		rc = put_back(undo, imaged, body, &done, error);
		count.restored += done;
		count.skipped += rc == 0 && !done;
		if (done) {
			fn(arg, imaged->path);
		}
	}
	free(body);
	*ret_count = count;
	return rc;
}

/* ---- writing -------------------------------------------------------------------------- */

static void
put_record(struct undo *undo, enum record_type type, const char *path,
    const struct rrdhead *head)
{
	struct buf body, *out = &undo->pending;
	uint32_t size;

	buf_init(&body, 0);
	buf_str16(&body, path);
	if (head != NULL) {
		buf_u64(&body, head->live_at);
		sparse_put(&body, undo->data + head->live_at, head->live_size);
	}
	size = (uint32_t)body.size;
	assert(!body.failed && size <= BODY_MAX);
	buf_u32(out, size);
	buf_u32(out, type);
	buf_u64(out, undo->epoch);
	buf_u32(out, head_crc(size, type, undo->epoch));
	buf_u32(out, hash_crc32c(0, body.data, size));
	if (type == RECORD_SPARSE) {
		(void)remember(undo, path, undo->size + out->size, size);
	}
	buf_put(out, body.data, size);
	buf_done(&body);
}

int
undo_add(struct undo *undo, const char *path, struct col_error *error)
{
	struct rrdhead head;
	int fd, rc;

	if (find(undo, path) != NULL) {
		return 0;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return err_errno(error, errno == ENOENT ? COL_ENOENT : COL_EIO, "%s", path);
	}
	rc = rrdhead_read(fd, undo->data, &head, error);
	close(fd);
	if (rc != 0) {
		return err_prefix(error, "%s", path);
	}
	put_record(undo, RECORD_SPARSE, path, &head);
	return 0;
}

void
undo_void(struct undo *undo, const char *path)
{
	struct imaged *imaged = find(undo, path);

	if (imaged != NULL) {
		put_record(undo, RECORD_VOID, path, NULL);
		forget_one(undo, imaged);
	}
}

int
undo_sync(struct undo *undo, struct col_error *error)
{
	struct imaged *imaged, *next;
	int rc;

	if (undo->pending.size == 0) {
		return 0;
	}
	buf_put(&undo->pending, ZEROS, group_start(undo->pending.size) - undo->pending.size);
	rc = undo->pending.failed ? err_set(error, COL_ENOMEM, "undo log: no memory") :
	    write_at(undo, undo->pending.data, undo->pending.size, undo->size, error);
	undo->size += rc == 0 ? undo->pending.size : 0;
	buf_done(&undo->pending);
	buf_init(&undo->pending, 0);
	HASH_ITER(hh, undo->imaged, imaged, next) {
		if (!imaged->is_synced && rc != 0) {
			forget_one(undo, imaged);
		} else {
			imaged->is_synced = true;
		}
	}
	return rc;
}

int
undo_forget(struct undo *undo, struct col_error *error)
{
	struct imaged *imaged, *next;
	int rc;

	if (undo->imaged == NULL && undo->size == FIRST_RECORD && undo->n_damaged == 0) {
		return 0;
	}
	rc = write_epoch(undo, undo->epoch + 1, error);
	if (rc != 0) {
		return rc;
	}
	undo->epoch++;
	undo->size = FIRST_RECORD;
	undo->n_damaged = 0;
	HASH_ITER(hh, undo->imaged, imaged, next) {
		forget_one(undo, imaged);
	}
	return 0;
}

uint64_t
undo_bytes(const struct undo *undo)
{
	return undo->size - FIRST_RECORD + undo->pending.size;
}
