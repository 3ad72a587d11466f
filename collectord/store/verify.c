/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/verify.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "store/rrdhead.h"
#include "store/segment.h"

#define PATH_SIZE 4096
#define ENDING ".rrd"
#define UNFINISHED_S 60
/* Source: DESIGN.md 4.7: stamps so far ahead are taken. */
#define AHEAD_S (5 * 60)

/* ---- journal ------------------------------------------------------------------- */

static int
any_file(void *arg, uint32_t number, const struct series_described *as,
    const struct series_ds *ds, uint16_t n_ds)
{
	(void)arg;
	(void)number;
	(void)as;
	(void)ds;
	(void)n_ds;
	return 0;
}

static int
count_row(void *arg, uint32_t number, const struct segment_row *row)
{
	struct verify_journal *count = arg;

	(void)number;
	(void)row;
	count->rows++;
	return 0;
}

/* Owns: munmap *ret_data, unless *ret_size is 0. */
static int
map(const char *path, void **ret_data, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*ret_size = 0;
	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	if (st.st_size > 0) {
		*ret_data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		*ret_size = *ret_data != MAP_FAILED ? (size_t)st.st_size : 0;
	}
	close(fd);
	return st.st_size > 0 && *ret_size == 0 ? -1 : 0;
}

static void
read_segment(const char *path, bool is_newest, verify_fn *fn, void *arg,
    struct verify_journal *count)
{
	const struct segment_events events = { .file = any_file,
	    .row = count_row, .arg = count };
	uint64_t number;
	size_t size, good = 0;
	void *data = NULL;
	int rc;

	if (map(path, &data, &size) != 0) {
		if (errno != ENOENT) { /* else it was freed meanwhile */
			count->bad++;
			fn(arg, VERIFY_BAD, path, strerror(errno));
		}
		return;
	}
	count->segments++;
	count->bytes += size;
	rc = segment_read(data, size, &events, &number, &good);
	if (is_newest && (rc == 0 || size < SEGMENT_HEADER_SIZE)) {
		count->torn_bytes += size - good;
	} else if (rc != 0 || good < size) {
		count->bad++;
		fn(arg, VERIFY_BAD, path, rc != 0 ? err_text(rc) : "a record in it is "
		    "damaged; rows behind it cannot be read");
	}
	if (size > 0) {
		(void)munmap(data, size);
	}
}

static bool
ends_in(const char *text, const char *ending)
{
	size_t len = strlen(text), ending_len = strlen(ending);

	return len > ending_len && strcmp(text + len - ending_len, ending) == 0;
}

struct journal_walk {
	verify_fn *fn;
	void *arg;
	struct verify_journal *count;
	char last[PATH_SIZE];
};

/* One behind, so that the newest is known when its turn comes. */
static int
on_segment(void *arg, const char *path, const struct stat *st)
{
	struct journal_walk *walk = arg;

	(void)st;
	if (ends_in(path, ".seg")) {
		if (walk->last[0] != '\0') {
			read_segment(walk->last, false, walk->fn, walk->arg, walk->count);
		}
		str_copy(walk->last, sizeof(walk->last), path);
	}
	return 0;
}

int
verify_journal(const char *dir, verify_fn *fn, void *arg, struct verify_journal *ret,
    struct col_error *error)
{
	struct journal_walk walk = { .fn = fn, .arg = arg, .count = ret };
	char root[PATH_SIZE];
	int rc;

	*ret = (struct verify_journal){ 0 };
	str_format(root, sizeof(root), "%s/journal", dir);
	rc = file_walk(root, on_segment, &walk, error);
	if (rc == 0 && walk.last[0] != '\0') {
		read_segment(walk.last, true, fn, arg, ret);
	}
	return rc;
}

/* ---- RRD files ------------------------------------------------------------------- */

struct files_walk {
	bool all;
	verify_fn *fn;
	void *arg;
	struct verify_files *count;
};

static bool
is_old(const struct stat *st)
{
	return clock_wall(clock_real()).ns / NS_PER_S - st->st_mtime > UNFINISHED_S;
}

/* A clock that ran ahead does it to all files: one is named, all are counted. */
static void
look_ahead(const struct files_walk *walk, const char *path, int64_t last_s)
{
	char newest[CLOCK_RFC3339_SIZE], text[128];

	if (last_s <= clock_wall(clock_real()).ns / NS_PER_S + AHEAD_S) {
		return;
	}
	if (walk->count->ahead++ == 0) {
		clock_rfc3339((struct wall){ last_s * NS_PER_S }, newest);
		str_format(text, sizeof(text), "its newest row is of %s, in the future", newest);
		walk->fn(walk->arg, VERIFY_AHEAD, path, text);
	}
}

static void
check_rrd(const struct files_walk *walk, const char *path, const struct stat *st)
{
	struct verify_files *count = walk->count;
	struct rrdhead *head = malloc(sizeof(*head));
	struct col_error error;
	int rc;

	assert(head != NULL);
	rc = (walk->all ? rrdhead_verify : rrdhead_open)(path, head, &error);
	if (rc == 0) {
		look_ahead(walk, path, head->last_s);
	}
	free(head);
	if (rc == COL_ENOENT) {
		return; /* it was renamed meanwhile */
	}
	count->files++;
	count->bytes += (uint64_t)st->st_size;
	if (rc != 0) {
		count->bad++;
		walk->fn(walk->arg, VERIFY_BAD, path, error.text);
	}
}

static int
on_file(void *arg, const char *path, const struct stat *st)
{
	const struct files_walk *walk = arg;
	const char *name = strrchr(path, '/') + 1;

	if (ends_in(name, ENDING)) {
		check_rrd(walk, path, st);
	} else if (strstr(name, ENDING ".bad-") != NULL) {
		walk->count->aside++;
		walk->fn(walk->arg, VERIFY_ASIDE, path, "set aside");
	} else if (strstr(name, ENDING) != NULL && is_old(st)) {
		walk->count->unfinished++;
		walk->fn(walk->arg, VERIFY_UNFINISHED, path, "left unfinished");
	}
	return 0;
}

int
verify_files(const char *dir, bool all, verify_fn *fn, void *arg,
    struct verify_files *ret, struct col_error *error)
{
	struct files_walk walk = { .all = all, .fn = fn, .arg = arg, .count = ret };
	char root[PATH_SIZE];

	*ret = (struct verify_files){ 0 };
	str_format(root, sizeof(root), "%s/rrd", dir);
	return file_walk(root, on_file, &walk, error);
}
