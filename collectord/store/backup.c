/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/backup.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uthash.h>

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

#define PATH_SIZE 4096
#define UNDO "rrd/undo.log"
/* A rename during the walk moves a file to where the walk has been. */
#define WALKS_MAX 4

struct file {
	char *path;       /* below the store folder */
	int fd;           /* of a segment that waits for its turn; -1 */
	UT_hash_handle hh;
};

struct backup {
	const char *dir, *folder;
	struct manifest *manifest;
	struct file *segments, *copied;
	bool found_more;
	struct col_error *error;
};

/* What is not part of a store's content, or is made anew. */
static bool
is_ours(const char *path)
{
	static const char *const SKIPPED[] = { "lock", "state.db", "state.db-wal",
	    "state.db-shm" };
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(SKIPPED) / sizeof(SKIPPED[0]); i++) {
		if (strcmp(path, SKIPPED[i]) == 0) {
			return false;
		}
	}
	/* librrd's unfinished files end in six letters */
	return !str_starts(path, "rrd/") || strcmp(path, UNDO) == 0 ||
	    (len > 4 && strcmp(path + len - 4, ".rrd") == 0);
}

static struct file *
remember(struct file **set, const char *path, int fd)
{
	struct file *file = calloc(1, sizeof(*file));

	assert(file != NULL);
	file->path = strdup(path);
	assert(file->path != NULL);
	file->fd = fd;
	HASH_ADD_KEYPTR(hh, *set, file->path, strlen(file->path), file);
	return file;
}

static void
forget(struct file **set)
{
	struct file *file, *next;

	HASH_ITER(hh, *set, file, next) {
		HASH_DEL(*set, file);
		if (file->fd >= 0) {
			close(file->fd);
		}
		free(file->path);
		free(file);
	}
}

/* Returns the descriptor, or -1: gone since the walk saw it. */
static int
open_in(const struct backup *backup, const char *path)
{
	char full[PATH_SIZE];

	str_format(full, sizeof(full), "%s/%s", backup->dir, path);
	return open(full, O_RDONLY | O_CLOEXEC);
}

static int
copy(struct backup *backup, const char *path, int fd)
{
	char to[PATH_SIZE];

	str_format(to, sizeof(to), "store/%s", path);
	return manifest_copy(backup->manifest, fd, backup->folder, to, backup->error);
}

/* An update that meets our lock fails and is tried again by the store process. */
static int
copy_rrd(struct backup *backup, const char *path, int fd)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	while (fcntl(fd, F_SETLKW, &lock) != 0) {
		if (errno != EINTR) {
			return err_errno(backup->error, COL_EIO, "%s/%s: lock",
			    backup->dir, path);
		}
	}
	return copy(backup, path, fd);
}

static int
take_file(void *arg, const char *full, const struct stat *st)
{
	struct backup *backup = arg;
	const char *path = full + strlen(backup->dir) + 1;
	struct file *seen;
	int fd, rc;

	(void)st;
	HASH_FIND_STR(backup->copied, path, seen);
	if (seen == NULL) {
		HASH_FIND_STR(backup->segments, path, seen);
	}
	if (seen != NULL || !is_ours(path) || (fd = open_in(backup, path)) < 0) {
		return 0;
	}
	backup->found_more = true;
	if (str_starts(path, "journal/")) {
		(void)remember(&backup->segments, path, fd);
		return 0;
	}
	(void)remember(&backup->copied, path, -1);
	rc = str_starts(path, "rrd/") ? copy_rrd(backup, path, fd) : copy(backup, path, fd);
	close(fd);
	return rc;
}

/* Takes what is below dir/part and has not been taken yet. */
static int
walk(struct backup *backup, const char *part)
{
	char root[PATH_SIZE];

	str_format(root, sizeof(root), "%s/%s", backup->dir, part);
	return file_walk(root, take_file, backup, backup->error);
}

static int
copy_segments(struct backup *backup)
{
	struct file *file, *next;
	int rc = walk(backup, "journal");

	HASH_ITER(hh, backup->segments, file, next) {
		if (rc == 0) {
			rc = copy(backup, file->path, file->fd);
		}
	}
	return rc;
}

int
backup_store(const char *dir, const char *folder, struct manifest *manifest,
    struct col_error *error)
{
	struct backup backup = { .dir = dir, .folder = folder, .manifest = manifest,
	    .error = error };
	int rc = walk(&backup, "journal");

	if (rc == 0) {
		/* before any file: an image must never be newer than its file */
		rc = walk(&backup, UNDO);
	}
	backup.found_more = true;
	for (unsigned i = 0; rc == 0 && backup.found_more && i < WALKS_MAX; i++) {
		backup.found_more = false;
		rc = walk(&backup, "rrd");
	}
	if (rc == 0) {
		rc = copy_segments(&backup);
	}
	if (rc == 0) {
		/* last: it has to know every file that a segment names */
		rc = walk(&backup, "series.dict");
	}
	forget(&backup.segments);
	forget(&backup.copied);
	return rc;
}
