/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define BLOCK_SIZE (256 * 1024)
#define PATH_SIZE 4096
#define MODE_FILE 0600
#define MODE_FOLDER 0700

int
file_make_folders(const char *path, struct col_error *error)
{
	char part[PATH_SIZE];

	for (size_t i = 1; path[i - 1] != '\0'; i++) {
		if (path[i] != '/' && path[i] != '\0') {
			continue;
		}
		if (str_format(part, sizeof(part), "%.*s", (int)i, path) >= sizeof(part)) {
			return err_set(error, COL_ERANGE, "path too long: %s", path);
		}
		if (mkdir(part, MODE_FOLDER) != 0 && errno != EEXIST) {
			return err_errno(error, COL_EIO, "cannot make folder %s", part);
		}
	}
	return 0;
}

static int
make_parents(const char *path, struct col_error *error)
{
	char folder[PATH_SIZE];
	char *slash;

	if (str_copy(folder, sizeof(folder), path) >= sizeof(folder)) {
		return err_set(error, COL_ERANGE, "path too long: %s", path);
	}
	slash = strrchr(folder, '/');
	if (slash == NULL || slash == folder) {
		return 0;
	}
	*slash = '\0';
	return file_make_folders(folder, error);
}

int
file_write(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno != EINTR) {
			return -1;
		}
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Reads fd to its end; to < 0: only sums. */
static int
pump(int fd, int to, uint32_t *ret_crc, uint64_t *ret_size)
{
	char *block = malloc(BLOCK_SIZE);
	uint32_t crc = 0;
	uint64_t at = 0;
	ssize_t n = -1;

	while (block != NULL && (n = pread(fd, block, BLOCK_SIZE, (off_t)at)) > 0) {
		if (to >= 0 && file_write(to, block, (size_t)n) != 0) {
			n = -1;
			break;
		}
		crc = hash_crc32c(crc, block, (size_t)n);
		at += (uint64_t)n;
	}
	free(block);
	*ret_crc = crc;
	*ret_size = at;
	return n == 0 ? 0 : -1;
}

int
file_copy(int fd, const char *to, uint32_t *ret_crc, uint64_t *ret_size,
    struct col_error *error)
{
	int rc = make_parents(to, error), out;

	if (rc != 0) {
		return rc;
	}
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE_FILE);
	if (out < 0) {
		return err_errno(error, COL_EIO, "%s", to);
	}
	if (pump(fd, out, ret_crc, ret_size) != 0 || fsync(out) != 0) {
		rc = err_errno(error, COL_EIO, "%s", to);
	}
	if (close(out) != 0 && rc == 0) {
		rc = err_errno(error, COL_EIO, "%s", to);
	}
	return rc;
}

int
file_sum(const char *path, uint32_t *ret_crc, uint64_t *ret_size, struct col_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd < 0 || pump(fd, -1, ret_crc, ret_size) != 0) {
		rc = err_errno(error, COL_EIO, "%s", path);
	}
	if (fd >= 0) {
		close(fd);
	}
	return rc;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Owns: fts_close. */
static FTS *
open_tree(const char *root)
{
	char *copy = strdup(root), *roots[] = { copy, NULL };
	FTS *fts = copy != NULL ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;

	free(copy);
	return fts;
}

/* What was removed since its folder was read is not there. */
static bool
is_trouble(const FTSENT *entry)
{
	return (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
	    entry->fts_info == FTS_NS) && entry->fts_errno != ENOENT;
}

int
file_walk(const char *root, file_walk_fn *fn, void *arg, struct col_error *error)
{
	FTS *fts = open_tree(root);
	FTSENT *entry;
	int rc = 0;

	if (fts == NULL) {
		return err_errno(error, COL_EIO, "%s", root);
	}
	while (rc == 0 && (entry = fts_read(fts)) != NULL) {
		if (entry->fts_info == FTS_F) {
			rc = fn(arg, entry->fts_path, entry->fts_statp);
		} else if (is_trouble(entry)) {
			rc = err_set(error, COL_EIO, "%s: %s", entry->fts_path,
			    strerror(entry->fts_errno));
		}
	}
	(void)fts_close(fts);
	return rc;
}

int
file_give(const char *folder, uid_t uid, gid_t gid, struct col_error *error)
{
	FTS *fts = open_tree(folder);
	FTSENT *entry;
	int rc = 0;

	while (fts != NULL && rc == 0 && (entry = fts_read(fts)) != NULL) {
		if (entry->fts_info != FTS_DP &&
		    lchown(entry->fts_path, uid, gid) != 0) {
			rc = err_errno(error, COL_EIO, "%s", entry->fts_path);
		}
	}
	if (fts == NULL || fts_close(fts) != 0) {
		rc = err_errno(error, COL_EIO, "%s", folder);
	}
	return rc;
}
