/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

#define PATH_SIZE 4096

static int
open_lock(const char *dir, int flags)
{
	char path[PATH_SIZE];

	str_format(path, sizeof(path), "%s/lock", dir);
	return open(path, flags | O_CLOEXEC, 0640);
}

int
lock_take(const char *dir, struct col_error *error)
{
	int fd = open_lock(dir, O_RDWR | O_CREAT);

	if (fd < 0) {
		return err_errno(error, COL_EIO, "%s/lock", dir);
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return err_set(error, COL_EBUSY, "%s: another collectord runs on this "
		    "folder; stop it first", dir);
	}
	return fd;
}

bool
lock_is_held(const char *dir)
{
	int fd = open_lock(dir, O_RDONLY);
	bool is_held;

	if (fd < 0) {
		return false;
	}
	is_held = flock(fd, LOCK_SH | LOCK_NB) != 0;
	close(fd);
	return is_held;
}
