/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into the driver and its store process: a sync keeps a copy of what
 * it made durable, and is not handed on, which would only cost time.
 *
 * KILLT_ROOT is the store's folder, KILLT_DURABLE that of the copies.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot.h"

/* Path of an open file when it is below the root. */
static bool
below_root(int fd, const char *root, char path[4096])
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, 4095);
	if (n <= 0) {
		return false;
	}
	path[n] = '\0';
	return strncmp(path, root, strlen(root)) == 0 &&
	    (path[strlen(root)] == '/' || path[strlen(root)] == '\0');
}

static int
keep(int fd, bool is_tree)
{
	const char *root = getenv("KILLT_ROOT"), *durable = getenv("KILLT_DURABLE");
	char path[4096];
	struct stat st;
	bool ok = true;

	if (fstat(fd, &st) != 0) {
		return -1;
	}
	if (root != NULL && durable != NULL && below_root(fd, root, path)) {
		if (is_tree) {
			ok = snapshot_tree(durable, root);
		} else if (S_ISDIR(st.st_mode)) {
			ok = snapshot_folder(durable, root, path);
		} else {
			ok = snapshot_file(durable, fd);
		}
	}
	if (!ok) {
		errno = EIO;
		return -1;
	}
	return 0;
}

int
fsync(int fd)
{
	return keep(fd, false);
}

int
fdatasync(int fd)
{
	return keep(fd, false);
}

int
syncfs(int fd)
{
	return keep(fd, true);
}
