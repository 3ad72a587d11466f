/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

#define PATH_SIZE 4096
#define NAME "MANIFEST"

void
manifest_init(struct manifest *manifest)
{
	*manifest = (struct manifest){ .files = 0 };
	buf_init(&manifest->text, 0);
}

void
manifest_done(struct manifest *manifest)
{
	buf_done(&manifest->text);
}

void
manifest_say(struct manifest *manifest, const char *key, const char *value)
{
	buf_printf(&manifest->text, "%s %s\n", key, value);
}

static void
note(struct manifest *manifest, const char *path, uint32_t crc, uint64_t size)
{
	if (manifest->files++ == 0) {
		buf_puts(&manifest->text, "\n");
	}
	manifest->bytes += size;
	buf_printf(&manifest->text, "%08x %llu %s\n", crc, (unsigned long long)size, path);
}

int
manifest_copy(struct manifest *manifest, int fd, const char *folder, const char *path,
    struct col_error *error)
{
	char to[PATH_SIZE];
	uint32_t crc;
	uint64_t size;
	int rc;

	str_format(to, sizeof(to), "%s/%s", folder, path);
	rc = file_copy(fd, to, &crc, &size, error);
	if (rc == 0) {
		note(manifest, path, crc, size);
	}
	return rc;
}

int
manifest_note(struct manifest *manifest, const char *folder, const char *path,
    struct col_error *error)
{
	char full[PATH_SIZE];
	uint32_t crc;
	uint64_t size;
	int rc;

	str_format(full, sizeof(full), "%s/%s", folder, path);
	rc = file_sum(full, &crc, &size, error);
	if (rc == 0) {
		note(manifest, path, crc, size);
	}
	return rc;
}

int
manifest_write(const struct manifest *manifest, const char *folder, struct col_error *error)
{
	char path[PATH_SIZE];
	int fd, rc = 0;

	str_format(path, sizeof(path), "%s/" NAME, folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || file_write(fd, manifest->text.data, manifest->text.size) != 0 ||
	    fsync(fd) != 0) {
		rc = err_errno(error, COL_EIO, "%s", path);
	}
	if (fd >= 0) {
		close(fd);
	}
	return rc;
}

/* A path below a folder: relative, without a part "..". */
static bool
is_below(const char *path)
{
	return path[0] != '\0' && path[0] != '/' && strcmp(path, "..") != 0 &&
	    strncmp(path, "../", 3) != 0 && strstr(path, "/../") == NULL &&
	    (strlen(path) < 3 || strcmp(path + strlen(path) - 3, "/..") != 0);
}

static int
read_line(char *line, bool is_file, const struct manifest_events *events)
{
	char *space = strchr(line, ' '), *end;
	unsigned long crc;
	unsigned long long size;

	if (space == NULL) {
		return COL_EPROTO;
	}
	if (!is_file) {
		*space = '\0';
		return events->said(events->arg, line, space + 1);
	}
	errno = 0;
	crc = strtoul(line, &end, 16);
	if (end != space || errno != 0 || crc > UINT32_MAX) {
		return COL_EPROTO;
	}
	size = strtoull(space + 1, &end, 10);
	if (*end != ' ' || errno != 0 || !is_below(end + 1)) {
		return COL_EPROTO;
	}
	return events->file(events->arg, end + 1, (uint32_t)crc, size);
}

int
manifest_read(const char *folder, const struct manifest_events *events,
    struct col_error *error)
{
	char path[PATH_SIZE], line[PATH_SIZE + 64];
	unsigned n = 0;
	bool is_file = false;
	int rc = 0;
	FILE *in;

	str_format(path, sizeof(path), "%s/" NAME, folder);
	in = fopen(path, "re");
	if (in == NULL) {
		return err_errno(error, COL_EIO, "%s (is this folder a whole backup?)", path);
	}
	while (rc == 0 && fgets(line, sizeof(line), in) != NULL) {
		size_t len = strlen(line);

		n++;
		if (len == 0 || line[len - 1] != '\n') {
			rc = COL_EPROTO;
			break;
		}
		line[len - 1] = '\0';
		if (len == 1) {
			is_file = true;
			continue;
		}
		rc = read_line(line, is_file, events);
	}
	if (ferror(in) != 0) {
		rc = err_errno(error, COL_EIO, "%s", path);
	} else if (rc == COL_EPROTO) {
		(void)err_set(error, rc, "%s:%u: not a line of a manifest", path, n);
	}
	(void)fclose(in);
	return rc;
}
