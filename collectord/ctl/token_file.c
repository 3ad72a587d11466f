/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See token_file.h. */
#include <config.h>

#include "ctl/token_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

int
token_file_read(const char *path, char token[TOKEN_FILE_SIZE], struct col_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0) {
		int rc = err_errno(error, COL_EIO, "token file %s", path);

		if (fd >= 0) {
			close(fd);
		}
		return rc;
	}
	n = read(fd, token, TOKEN_FILE_SIZE - 1);
	close(fd);
	if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
		explicit_bzero(token, TOKEN_FILE_SIZE);
		return err_set(error, COL_EAUTH, "token file %s may be read by others; "
		    "run: chmod 600 %s", path, path);
	}
	token[n > 0 ? n : 0] = '\0';
	token[strcspn(token, "\r\n")] = '\0';
	if (token[0] == '\0' || n == TOKEN_FILE_SIZE - 1) {
		return err_set(error, COL_EINVAL, "token file %s holds no token", path);
	}
	return 0;
}

int
token_file_write(const char *path, const char *token, struct col_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t n = strlen(token);

	if (fd < 0) {
		return err_errno(error, COL_EIO, "token file %s", path);
	}
	if (write(fd, token, n) != (ssize_t)n || write(fd, "\n", 1) != 1 || close(fd) != 0) {
		return err_errno(error, COL_EIO, "token file %s", path);
	}
	return 0;
}
