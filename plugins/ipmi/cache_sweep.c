/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file's time of change is that of its last use, give or take a day.  The
 * file `swept` has the time of the last sweep.
 */
#include "cache_sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400
#define PATH_SIZE (CACHE_PATH_SIZE + 32)

static int64_t
now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

void
cache_touch(int fd)
{
	struct stat st;

	/* A time of the future is of a clock that was wrong. */
	if (fstat(fd, &st) == 0 && (st.st_mtime < now_s() - DAY_S ||
	    st.st_mtime > now_s() + DAY_S)) {
		(void)futimens(fd, NULL);
	}
}

static unsigned
sweep_folder(const char *path, int64_t before_s, bool only_new)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct stat st;
		size_t len = strlen(entry->d_name);
		bool is_new = len > 4 && strcmp(entry->d_name + len - 4,
		    ".new") == 0;
		if ((only_new && !is_new) || fstatat(dirfd(dir),
		    entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode) || st.st_mtime >= before_s) {
			continue;
		}
		n += unlinkat(dirfd(dir), entry->d_name, 0) == 0;
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
	return n;
}

unsigned
cache_sweep(const struct cache *cache, int64_t keep_s)
{
	char path[PATH_SIZE];
	unsigned n;

	if (cache->folder[0] == '\0') {
		return 0;
	}
	n = sweep_folder(cache->folder, now_s() - DAY_S, true);
	(void)snprintf(path, sizeof(path), "%s/devices", cache->folder);
	n += sweep_folder(path, now_s() - keep_s, false);
	(void)snprintf(path, sizeof(path), "%s/sets", cache->folder);
	return n + sweep_folder(path, now_s() - keep_s, false);
}

void
cache_sweep_daily(const struct cache *cache)
{
	char path[PATH_SIZE];
	struct stat st;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/swept", cache->folder);
	if (stat(path, &st) == 0 && st.st_mtime >= now_s() - DAY_S &&
	    st.st_mtime <= now_s()) {
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		(void)futimens(fd, NULL);
		(void)close(fd);
		(void)cache_sweep(cache, CACHE_KEPT_S);
	}
}
