/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/files.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

/* Length of the folder part of file, with its last slash; 0: none. */
static size_t
folder_len(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash != NULL ? (size_t)(slash - file) + 1 : 0;
}

const char *
files_beside(struct arena *arena, const char *file, const char *path)
{
	size_t len = file != NULL ? folder_len(file) : 0;

	if (path[0] == '/' || len == 0) {
		return arena_copy(arena, path);
	}
	return arena_format(arena, "%.*s%s", (int)len, file, path);
}

const char *
files_absolute(struct arena *arena, const char *file, const char *path)
{
	const char *beside = files_beside(arena, file, path);
	const char *whole;
	char *here;

	if (beside[0] == '/') {
		return beside;
	}
	here = realpath(".", NULL);
	if (here == NULL) {
		return beside;
	}
	whole = arena_format(arena, "%s/%s", here, beside);
	free(here);
	return whole;
}

static char *
read_fd(int fd, size_t expected, size_t *ret_size)
{
	size_t room = expected + 1, size = 0;
	char *data = malloc(room + 1);

	while (data != NULL) {
		ssize_t n = read(fd, data + size, room - size);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			free(data);
			return NULL;
		}
		size += (size_t)n;
		/* A file that grows while it is read is cut at its old size. */
		if (n == 0 || size == room) {
			data[size] = '\0';
			*ret_size = size;
			return data;
		}
	}
	return NULL;
}

char *
files_read(const char *path, struct errors_place at,
    struct config_errors *errors, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char *data = NULL;

	if (fd < 0 || fstat(fd, &st) != 0) {
		errors_at(errors, at, "cannot read %s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		errors_at(errors, at, "cannot read %s: not a regular file", path);
	} else if (st.st_size > (off_t)FILES_SIZE_MAX) {
		errors_at(errors, at, "%s is larger than 64 MiB; split it", path);
	} else {
		data = read_fd(fd, (size_t)st.st_size, ret_size);
		if (data == NULL) {
			errors_at(errors, at, "cannot read %s: %s", path,
			    strerror(errno));
		}
	}
	if (fd >= 0) {
		close(fd);
	}
	return data;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Escapes what glob would take for a pattern in the folder of file. */
static const char *
escape_folder(struct arena *arena, const char *file, size_t len)
{
	char *text = arena_alloc(arena, 2 * len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (strchr("*?[\\", file[i]) != NULL) {
			text[n++] = '\\';
		}
		text[n++] = file[i];
	}
	return text;
}

size_t
files_glob(struct arena *arena, const char *file, const char *pattern,
    const char *const **ret_paths)
{
	size_t len = file != NULL ? folder_len(file) : 0, n;
	const char **paths;
	glob_t found;

	if (pattern[0] != '/' && len > 0) {
		pattern = arena_format(arena, "%s%s",
		    escape_folder(arena, file, len), pattern);
	}
	/* glob's own order depends on the locale. */
	if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0) {
		*ret_paths = NULL;
		return 0;
	}
	n = found.gl_pathc;
	paths = arena_alloc(arena, (n + 1) * sizeof(*paths));
	for (size_t i = 0; i < n; i++) {
		paths[i] = arena_copy(arena, found.gl_pathv[i]);
	}
	globfree(&found);
	qsort(paths, n, sizeof(*paths), compare);
	*ret_paths = paths;
	return n;
}

struct errors_place
files_bad_utf8(const char *text, size_t size, const char *file)
{
	struct errors_place at = { file, 1, 1 };
	size_t i = 0, len;

	while (i < size) {
		for (len = 1; len <= 4 && i + len <= size; len++) {
			if (str_is_utf8(text + i, len)) {
				break;
			}
		}
		if (len > 4 || i + len > size) {
			return at;
		}
		if (text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else {
			at.column++;
		}
		i += len;
	}
	return at;
}
