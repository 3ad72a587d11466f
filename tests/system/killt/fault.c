/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into a daemon: calls fail as the lines of the file $FAULT_FILE say,
 * which may change at any time:
 *
 *   CALL ERRNO TEXT    open (for writing), write, pwrite, fsync, fdatasync,
 *                      syncfs, rename or fallocate on a path that has TEXT in it
 *   delay MS TEXT      fsync, fdatasync and syncfs of such a path take so long
 *   hang - TEXT        they do not return as long as that line stands there
 */
#include <config.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static const struct { const char *name; int number; } ERRORS[] = {
	{ "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EROFS", EROFS }, { "EDQUOT", EDQUOT },
};

static int
number_of(const char *name)
{
	for (size_t i = 0; i < sizeof(ERRORS) / sizeof(ERRORS[0]); i++) {
		if (strcmp(ERRORS[i].name, name) == 0) {
			return ERRORS[i].number;
		}
	}
	return 0;
}

/* Reads the file anew: a test changes it while we run.  By bare system calls,
 * since our own names stand for the library's. */
static bool
find_fault(const char *call, const char *path, char what[32])
{
	const char *name = getenv("FAULT_FILE");
	char text[2048], *save = NULL;
	int fd = name != NULL ? (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY) : -1;
	ssize_t n;

	if (fd < 0) {
		return false;
	}
	n = syscall(SYS_read, fd, text, sizeof(text) - 1);
	(void)syscall(SYS_close, fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char of[16], part[128];

		if (sscanf(line, "%15s %31s %127s", of, what, part) == 3 &&
		    strcmp(of, call) == 0 && strstr(path, part) != NULL) {
			return true;
		}
	}
	return false;
}

static bool
fails_path(const char *call, const char *path)
{
	int before = errno;
	char what[32];

	if (find_fault(call, path, what)) {
		errno = number_of(what);
		return true;
	}
	errno = before;
	return false;
}

static void
rest(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&time, NULL);
}

static void
take_time(const char *path)
{
	char ms[32];

	if (find_fault("delay", path, ms)) {
		rest(strtol(ms, NULL, 10));
	}
	while (find_fault("hang", path, ms)) {
		rest(20);
	}
}

static bool
fails(const char *call, int fd)
{
	char link[64], path[4096];
	int before = errno;
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	errno = before;
	if (n <= 0 || path[0] != '/') {
		return false;
	}
	path[n] = '\0';
	if (strcmp(call, "fsync") == 0 || strcmp(call, "fdatasync") == 0 ||
	    strcmp(call, "syncfs") == 0) {
		take_time(path);
		errno = before;
	}
	return fails_path(call, path);
}

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static bool
for_writing(int flags)
{
	return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY;
}

#define MODE_OF(flags) __extension__ ({				\
	mode_t mode_ = 0;					\
	if (((flags) & O_CREAT) != 0) {				\
		va_list ap_;					\
		va_start(ap_, flags);				\
		mode_ = va_arg(ap_, mode_t);			\
		va_end(ap_);					\
	}							\
	mode_;							\
})

int
open(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags);

	return for_writing(flags) && fails_path("open", path) ? -1 :
	    (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags);

	return for_writing(flags) && fails_path("open", path) ? -1 :
	    (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* Names below a folder: its path is put before them. */
int
openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = MODE_OF(flags);
	char link[64], full[4096];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	n = readlink(link, full, 2048);
	(void)snprintf(full + (n > 0 ? n : 0), 2048, "/%s", path);
	return for_writing(flags) && fails_path("open", full) ? -1 :
	    (int)syscall(SYS_openat, dir, path, flags, mode);
}

ssize_t
write(int fd, const void *data, size_t size)
{
	return fails("write", fd) ? -1 : syscall(SYS_write, fd, data, size);
}

ssize_t
pwrite(int fd, const void *data, size_t size, off_t at)
{
	return fails("pwrite", fd) ? -1 : REAL(pwrite)(fd, data, size, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t size, off_t at)
{
	return fails("pwrite", fd) ? -1 : REAL(pwrite)(fd, data, size, at);
}

int
fsync(int fd)
{
	return fails("fsync", fd) ? -1 : REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
	return fails("fdatasync", fd) ? -1 : REAL(fdatasync)(fd);
}

int
syncfs(int fd)
{
	return fails("syncfs", fd) ? -1 : REAL(syncfs)(fd);
}

int
rename(const char *from, const char *to)
{
	return fails_path("rename", to) ? -1 : REAL(rename)(from, to);
}

int
posix_fallocate(int fd, off_t at, off_t size)
{
	return fails("fallocate", fd) ? errno : REAL(posix_fallocate)(fd, at, size);
}
