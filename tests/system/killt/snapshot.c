/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * librrd stores into mapped files, so no call tells what it changed; but what a
 * file holds can be read at the moment when it is synced, mapped stores too.
 * Copies get their names when they are whole: a kill in mid-copy is a sync that
 * did not come to its end.
 */
#include <config.h>

#include "snapshot.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

bool
snapshot_key(int fd, char key[SNAPSHOT_KEY_SIZE])
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &stx) != 0 ||
	    !S_ISREG(stx.stx_mode)) {
		return false;
	}
	(void)snprintf(key, SNAPSHOT_KEY_SIZE, "%llu-%lld.%u",
	    (unsigned long long)stx.stx_ino, (long long)stx.stx_btime.tv_sec,
	    stx.stx_btime.tv_nsec);
	return true;
}

static bool
put_file(const char *durable, const char *kind, const char *name, const char *data,
    size_t size)
{
	char temp[PATH_SIZE], path[PATH_SIZE];
	int fd;
	bool ok;

	(void)snprintf(temp, sizeof(temp), "%s/tmp-%d", durable, (int)getpid());
	(void)snprintf(path, sizeof(path), "%s/%s/%s", durable, kind, name);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return false;
	}
	ok = size == 0 || write(fd, data, size) == (ssize_t)size;
	(void)close(fd);
	return ok && rename(temp, path) == 0;
}

/*
 * From the reading of what is kept until it has its name: else a copy that one
 * process read before, and the other has replaced by a newer one, would take
 * back what was synced.  A kill lets go of it.
 */
static int
lock(const char *durable)
{
	char path[PATH_SIZE];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/lock", durable);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) != 0) {
		abort();
	}
	return fd;
}

static bool
keep_file(const char *durable, int fd)
{
	char key[SNAPSHOT_KEY_SIZE], path[64];
	struct stat st;
	ssize_t n = -1;
	char *data;
	int from;

	if (!snapshot_key(fd, key)) {
		return true;
	}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0 || fstat(from, &st) != 0) {
		return false;
	}
	data = malloc((size_t)st.st_size + 1);
	if (data != NULL) {
		n = pread(from, data, (size_t)st.st_size, 0);
	}
	(void)close(from);
	if (n == st.st_size) {
		n = put_file(durable, "i", key, data, (size_t)n) ? n : -1;
	}
	free(data);
	return n == st.st_size;
}

bool
snapshot_file(const char *durable, int fd)
{
	int held = lock(durable);
	bool ok = keep_file(durable, fd);

	(void)close(held);
	return ok;
}

/* The file's name in DURABLE/d. */
static void
flat_name(char to[PATH_SIZE], const char *root, const char *path)
{
	const char *below = path + strlen(root);

	(void)snprintf(to, PATH_SIZE, "%%%s", below[0] == '/' ? below + 1 : below);
	for (char *c = to; *c != '\0'; c++) {
		*c = *c == '/' ? '%' : *c;
	}
}

/* One line of a folder's list. */
static size_t
put_entry(char *to, size_t room, const char *path, const char *name)
{
	char full[PATH_SIZE], key[SNAPSHOT_KEY_SIZE];
	struct stat st;
	size_t n = 0;
	int fd;

	(void)snprintf(full, sizeof(full), "%s/%s", path, name);
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) != 0) {
		return 0;
	}
	if (S_ISDIR(st.st_mode)) {
		n = (size_t)snprintf(to, room, "d %s\n", name);
	} else if (snapshot_key(fd, key)) {
		n = (size_t)snprintf(to, room, "f %s %s\n", name, key);
	}
	(void)close(fd);
	return n < room ? n : 0;
}

static bool
keep_folder(const char *durable, const char *root, const char *path)
{
	enum { ROOM = 1 << 20 };
	char flat[PATH_SIZE], *list = malloc(ROOM);
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t size = 0;
	bool ok;

	if (list == NULL || dir == NULL) {
		abort();
	}
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			size += put_entry(list + size, ROOM - size, path, entry->d_name);
		}
	}
	(void)closedir(dir);
	flat_name(flat, root, path);
	ok = put_file(durable, "d", flat, list, size);
	free(list);
	return ok;
}

bool
snapshot_folder(const char *durable, const char *root, const char *path)
{
	int held = lock(durable);
	bool ok = keep_folder(durable, root, path);

	(void)close(held);
	return ok;
}

static bool
snapshot_below(const char *durable, const char *root, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool ok = true;

	if (dir == NULL) {
		return true;
	}
	/* bytes before names: a name that is there has its bytes */
	while ((entry = readdir(dir)) != NULL) {
		char full[PATH_SIZE];
		struct stat st;
		int fd;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		(void)snprintf(full, sizeof(full), "%s/%s", path, entry->d_name);
		fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 || fstat(fd, &st) != 0) {
			continue;
		}
		ok = S_ISDIR(st.st_mode) ? snapshot_below(durable, root, full) && ok :
		    snapshot_file(durable, fd) && ok;
		(void)close(fd);
	}
	(void)closedir(dir);
	return snapshot_folder(durable, root, path) && ok;
}

bool
snapshot_tree(const char *durable, const char *root)
{
	return snapshot_below(durable, root, root);
}
