/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/verify.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "store/rrdhead.h"
#include "store/segment.h"

#define PATH_SIZE 4096
#define ENDING ".rrd"
#define UNFINISHED_S 60

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

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static FTS *
open_tree(const char *dir, const char *part, struct col_error *error)
{
	char root[PATH_SIZE], *roots[] = { root, NULL };
	FTS *fts;

	str_format(root, sizeof(root), "%s/%s", dir, part);
	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	if (fts == NULL) {
		(void)err_errno(error, COL_EIO, "%s", root);
	}
	return fts;
}

static bool
ends_in(const char *text, const char *ending)
{
	size_t len = strlen(text), ending_len = strlen(ending);

	return len > ending_len && strcmp(text + len - ending_len, ending) == 0;
}

int
verify_journal(const char *dir, verify_fn *fn, void *arg, struct verify_journal *ret,
    struct col_error *error)
{
	FTS *fts = open_tree(dir, "journal", error);
	char last[PATH_SIZE] = "";
	FTSENT *entry;

	*ret = (struct verify_journal){ 0 };
	if (fts == NULL) {
		return COL_EIO;
	}
	/* one behind, so that the newest is known when its turn comes */
	while ((entry = fts_read(fts)) != NULL) {
		if (entry->fts_info != FTS_F || !ends_in(entry->fts_name, ".seg")) {
			continue;
		}
		if (last[0] != '\0') {
			read_segment(last, false, fn, arg, ret);
		}
		str_copy(last, sizeof(last), entry->fts_path);
	}
	if (last[0] != '\0') {
		read_segment(last, true, fn, arg, ret);
	}
	(void)fts_close(fts);
	return 0;
}

/* ---- RRD files ------------------------------------------------------------------- */

static bool
is_old(const FTSENT *entry)
{
	return clock_wall(clock_real()).ns / NS_PER_S - entry->fts_statp->st_mtime >
	    UNFINISHED_S;
}

static void
look_at(const FTSENT *entry, bool all, verify_fn *fn, void *arg,
    struct verify_files *count)
{
	const char *path = entry->fts_path;
	struct col_error error;
	struct rrdhead *head;
	int rc;

	if (strstr(entry->fts_name, ENDING ".bad-") != NULL) {
		count->aside++;
		fn(arg, VERIFY_ASIDE, path, "set aside");
		return;
	}
	if (!ends_in(path, ENDING)) {
		if (strstr(entry->fts_name, ENDING) != NULL && is_old(entry)) {
			count->unfinished++;
			fn(arg, VERIFY_UNFINISHED, path, "left unfinished");
		}
		return;
	}
	head = malloc(sizeof(*head));
	assert(head != NULL);
	rc = (all ? rrdhead_verify : rrdhead_open)(path, head, &error);
	if (rc != COL_ENOENT) { /* else it was renamed meanwhile */
		count->files++;
		count->bytes += (uint64_t)entry->fts_statp->st_size;
	}
	if (rc != 0 && rc != COL_ENOENT) {
		count->bad++;
		fn(arg, VERIFY_BAD, path, error.text);
	}
	free(head);
}

int
verify_files(const char *dir, bool all, verify_fn *fn, void *arg,
    struct verify_files *ret, struct col_error *error)
{
	FTS *fts = open_tree(dir, "rrd", error);
	FTSENT *entry;

	*ret = (struct verify_files){ 0 };
	if (fts == NULL) {
		return COL_EIO;
	}
	while ((entry = fts_read(fts)) != NULL) {
		if (entry->fts_info == FTS_F) {
			look_at(entry, all, fn, arg, ret);
		}
	}
	(void)fts_close(fts);
	return 0;
}

bool
verify_in_use(const char *dir)
{
	char path[PATH_SIZE];
	bool in_use;
	int fd;

	str_format(path, sizeof(path), "%s/lock", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	in_use = flock(fd, LOCK_SH | LOCK_NB) != 0;
	close(fd);
	return in_use;
}
