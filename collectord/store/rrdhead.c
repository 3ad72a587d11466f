/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * librrd writes its structures as they lie in memory, so this is the layout of
 * a 64-bit machine; a file of another one is refused by its float cookie.
 *
 *   head     cookie[4] version[5] pad[7] f64 u64 n_ds u64 n_rra u64 step 80
 *   source   name[20] type[20] 80
 *   archive  function[20] pad[4] u64 rows u64 steps_per_row 80
 *   live     i64 last_up i64 usec, per source 112, per both 80, per archive
 *            u64 cur_row
 *   rows     f64 per source
 */
#include <config.h>

#include "store/rrdhead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

/* Source: rrd_format.h of rrdtool 1.7.2: FLOAT_COOKIE, sizes of its structures. */
#define FLOAT_COOKIE 8.642135E130
#define HEAD_SIZE 128u
#define SOURCE_SIZE 120u
#define ARCHIVE_SIZE 120u
#define LIVE_SIZE 16u
#define PDP_SIZE 112u
#define CDP_SIZE 80u
#define PTR_SIZE 8u
#define NAME_SIZE 20u
#define ROWS_MAX (UINT64_C(1) << 20)
#define STEPS_MAX (UINT64_C(1) << 24)
#define TIME_MAX (INT64_C(1) << 40)
#define VERIFY_SIZE 65536

_Static_assert(sizeof(unsigned long) == 8 && sizeof(time_t) == 8,
    "RRD heads are read in the layout of a 64-bit machine");
_Static_assert(HEAD_SIZE + (SOURCE_SIZE + PDP_SIZE) * RING_DS_MAX + LIVE_SIZE +
    (ARCHIVE_SIZE + PTR_SIZE + CDP_SIZE * RING_DS_MAX) * RRDHEAD_RRA_MAX <=
    RRDHEAD_SIZE_MAX, "the longest head fits");

static uint64_t
get_u64(const unsigned char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static bool
is_text(const unsigned char *at, const char *text)
{
	return memcmp(at, text, strlen(text) + 1) == 0;
}

/* Counts, and with them the sizes of everything. */
static int
take_counts(const unsigned char *data, size_t size, struct rrdhead *head,
    struct col_error *error)
{
	uint64_t n_ds, n_rra, step;
	double cookie;

	if (size < HEAD_SIZE || !is_text(data, "RRD")) {
		return err_set(error, COL_EPROTO, "not an RRD file");
	}
	memcpy(&cookie, data + 16, sizeof(cookie));
	if (!is_text(data + 4, "0003") || cookie < FLOAT_COOKIE || cookie > FLOAT_COOKIE) {
		return err_set(error, COL_EPROTO, "an RRD file of another version or machine");
	}
	n_ds = get_u64(data + 24);
	n_rra = get_u64(data + 32);
	step = get_u64(data + 40);
	if (n_ds < 1 || n_ds > RING_DS_MAX || n_rra < 1 || n_rra > RRDHEAD_RRA_MAX ||
	    step < 1 || step > UINT32_MAX) {
		return err_set(error, COL_EPROTO, "its head counts %llu sources and %llu "
		    "archives", (unsigned long long)n_ds, (unsigned long long)n_rra);
	}
	head->n_ds = (uint32_t)n_ds;
	head->n_rra = (uint32_t)n_rra;
	head->step_s = (uint32_t)step;
	head->live_at = HEAD_SIZE + SOURCE_SIZE * n_ds + ARCHIVE_SIZE * n_rra;
	head->live_size = LIVE_SIZE + PDP_SIZE * n_ds + (CDP_SIZE * n_ds + PTR_SIZE) * n_rra;
	head->file_size = head->live_at + head->live_size;
	return 0;
}

static int
take_sources(const unsigned char *data, struct rrdhead *head, struct col_error *error)
{
	for (uint32_t i = 0; i < head->n_ds; i++) {
		const unsigned char *at = data + HEAD_SIZE + (size_t)i * SOURCE_SIZE;

		if (at[0] == '\0' || memchr(at, '\0', NAME_SIZE) == NULL ||
		    !is_text(at + NAME_SIZE, "GAUGE")) {
			return err_set(error, COL_EPROTO, "its source %u has no name or type "
			    "of ours", i);
		}
		memcpy(head->names[i], at, NAME_SIZE);
	}
	return 0;
}

static int
take_archives(const unsigned char *data, struct rrdhead *head, struct col_error *error)
{
	const unsigned char *ptrs = data + head->live_at + head->live_size -
	    (size_t)PTR_SIZE * head->n_rra;

	for (uint32_t i = 0; i < head->n_rra; i++) {
		const unsigned char *at = data + HEAD_SIZE +
		    (size_t)SOURCE_SIZE * head->n_ds + (size_t)i * ARCHIVE_SIZE;
		struct rrdhead_rra *rra = &head->rras[i];

		rra->is_max = is_text(at, "MAX");
		rra->n_rows = get_u64(at + 24);
		rra->steps_per_row = get_u64(at + 32);
		rra->cur_row = get_u64(ptrs + (size_t)i * PTR_SIZE);
		rra->at = head->file_size;
		if ((!rra->is_max && !is_text(at, "AVERAGE")) || rra->n_rows < 1 ||
		    rra->n_rows > ROWS_MAX || rra->steps_per_row < 1 ||
		    rra->steps_per_row > STEPS_MAX || rra->cur_row >= rra->n_rows) {
			return err_set(error, COL_EPROTO, "its archive %u is not one of ours, "
			    "or points outside itself", i);
		}
		head->file_size += rra->n_rows * head->n_ds * sizeof(double);
	}
	return 0;
}

int
rrdhead_parse(const void *data, size_t size, uint64_t file_size, struct rrdhead *ret_head,
    struct col_error *error)
{
	const unsigned char *bytes = data;
	struct rrdhead head = { 0 };
	int64_t usec;
	int rc = take_counts(bytes, size, &head, error);

	if (rc == 0 && size < head.file_size) {
		rc = err_set(error, COL_EPROTO, "it ends in its head, at byte %zu", size);
	}
	if (rc == 0) {
		rc = take_sources(bytes, &head, error);
	}
	if (rc == 0) {
		rc = take_archives(bytes, &head, error);
	}
	if (rc != 0) {
		return rc;
	}
	head.last_s = (int64_t)get_u64(bytes + head.live_at);
	usec = (int64_t)get_u64(bytes + head.live_at + 8);
	if (head.last_s <= 0 || head.last_s > TIME_MAX || usec < 0 || usec > 999999) {
		return err_set(error, COL_EPROTO, "its time of last update is no time");
	}
	if (file_size != head.file_size) {
		return err_set(error, COL_EPROTO, "it has %llu bytes, its head says %llu",
		    (unsigned long long)file_size, (unsigned long long)head.file_size);
	}
	*ret_head = head;
	return 0;
}

int
rrdhead_read(int fd, void *data, struct rrdhead *ret_head, struct col_error *error)
{
	struct stat st;
	size_t size = 0;

	if (fstat(fd, &st) != 0) {
		return err_errno(error, COL_EIO, "cannot be read");
	}
	/* nearly all heads fit the first read */
	for (size_t want = 24576; size < want;) {
		ssize_t n = pread(fd, (char *)data + size, want - size, (off_t)size);
		struct rrdhead head;

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return err_errno(error, COL_EIO, "cannot be read");
		}
		size += (size_t)n;
		if (n == 0) {
			break;
		}
		if (size == want && want < RRDHEAD_SIZE_MAX &&
		    take_counts(data, size, &head, NULL) == 0 && head.file_size > size) {
			want = RRDHEAD_SIZE_MAX;
		}
	}
	return rrdhead_parse(data, size, (uint64_t)st.st_size, ret_head, error);
}

static int
open_and(const char *path, bool is_whole, struct rrdhead *ret_head, struct col_error *error)
{
	unsigned char *data;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;
	ssize_t n = 1;

	if (fd < 0) {
		return err_errno(error, errno == ENOENT ? COL_ENOENT : COL_EIO, "%s", path);
	}
	data = malloc(RRDHEAD_SIZE_MAX);
	rc = data == NULL ? err_set(error, COL_ENOMEM, "no memory") :
	    rrdhead_read(fd, data, ret_head, error);
	for (uint64_t at = 0; rc == 0 && is_whole && n > 0; at += (uint64_t)n) {
		n = pread(fd, data, VERIFY_SIZE, (off_t)at);
		if (n < 0) {
			rc = err_errno(error, COL_EIO, "byte %llu", (unsigned long long)at);
		}
	}
	free(data);
	close(fd);
	return rc == 0 ? 0 : err_prefix(error, "%s", path);
}

int
rrdhead_open(const char *path, struct rrdhead *ret_head, struct col_error *error)
{
	return open_and(path, false, ret_head, error);
}

int
rrdhead_verify(const char *path, struct rrdhead *ret_head, struct col_error *error)
{
	return open_and(path, true, ret_head, error);
}
