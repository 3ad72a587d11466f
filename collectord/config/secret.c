/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "config/node.h"

bool
secret_is_reference(const struct col_node *node)
{
	const struct col_node *item;

	if (node == NULL || node->kind != COL_NODE_MAP || node->n_items != 1) {
		return false;
	}
	item = node->items[0];
	return item->kind == COL_NODE_SCALAR && item->text[0] != '\0' &&
	    (strcmp(item->key, "file") == 0 ||
	    strcmp(item->key, "credential") == 0);
}

/* Path of the file that a reference means. */
static int
find_path(const struct col_node *item, char path[PATH_MAX],
    struct col_error *error)
{
	const char *folder = "", *slash = "";
	int len = 0;
	size_t size;

	if (strcmp(item->key, "credential") == 0) {
		if (strchr(item->text, '/') != NULL || item->text[0] == '.') {
			return err_set(error, COL_EINVAL, "credential '%s' must "
			    "be a name, not a path", item->text);
		}
		folder = getenv("CREDENTIALS_DIRECTORY");
		if (folder == NULL) {
			return err_set(error, COL_ENOENT, "credential '%s': "
			    "$CREDENTIALS_DIRECTORY is not set; add "
			    "LoadCredential=%s:PATH to the systemd unit",
			    item->text, item->text);
		}
		len = (int)strlen(folder);
		slash = "/";
	} else if (item->text[0] != '/' && item->file != NULL &&
	    strrchr(item->file, '/') != NULL) {
		folder = item->file;
		len = (int)(strrchr(item->file, '/') - item->file) + 1;
	}
	size = str_format(path, PATH_MAX, "%.*s%s%s", len, folder, slash,
	    item->text);
	if (size >= PATH_MAX) {
		return err_set(error, COL_ERANGE, "path of the secret is too long");
	}
	return COL_OK;
}

static int
check_file(int fd, const char *path, struct col_error *error)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		return err_errno(error, COL_EIO, "secret file %s", path);
	}
	if (!S_ISREG(st.st_mode)) {
		return err_set(error, COL_EINVAL,
		    "secret file %s is not a regular file", path);
	}
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		return err_set(error, COL_EAUTH, "secret file %s may be written "
		    "by others than its owner; run: chmod go-w %s", path, path);
	}
	return COL_OK;
}

static int
read_secret(int fd, const char *path, char *buffer, size_t size,
    struct col_error *error)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buffer + len, size - len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return err_errno(error, COL_EIO, "secret file %s", path);
		}
		if (n == 0) {
			break;
		}
		len += (size_t)n;
	}
	if (len == size) {
		return err_set(error, COL_ERANGE, "secret file %s is longer than "
		    "%zu bytes", path, size - 1);
	}
	if (len > 0 && buffer[len - 1] == '\n') {
		len--;
	}
	if (len == 0) {
		return err_set(error, COL_EINVAL, "secret file %s is empty", path);
	}
	buffer[len] = '\0';
	return (int)len;
}

int
config_secret(const struct col_node *node, char *buffer, size_t size,
    struct col_error *error)
{
	char path[PATH_MAX];
	int fd, rc;

	if (!secret_is_reference(node)) {
		return err_set(error, COL_EINVAL,
		    "a secret must be {file: PATH} or {credential: NAME}");
	}
	rc = find_path(node->items[0], path, error);
	if (rc != COL_OK) {
		return rc;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		return err_errno(error, errno == ENOENT ? COL_ENOENT : COL_EIO,
		    "secret file %s", path);
	}
	rc = check_file(fd, path, error);
	if (rc == COL_OK) {
		rc = read_secret(fd, path, buffer, size, error);
	}
	if (rc < 0) {
		explicit_bzero(buffer, size);
	}
	close(fd);
	return rc;
}

int
secret_check(const struct schema_context *context, const char *key,
    const struct col_node *node)
{
	return secret_fingerprint(context, key, node, NULL, NULL);
}

int
secret_fingerprint(const struct schema_context *context, const char *key,
    const struct col_node *node, const uint8_t *key_of_hash, uint64_t *hash)
{
	char buffer[SECRET_SIZE_MAX];
	struct col_error error = { 0 };
	int rc;

	if (!secret_is_reference(node)) {
		/* The text itself may be the secret: it is never repeated. */
		config_errors_add(context->errors, node,
		    node->kind == COL_NODE_SCALAR ?
		    "%s is a secret in clear text; put it in a file (mode 0600) "
		    "and write {file: PATH} or {credential: NAME}" :
		    "%s must be {file: PATH} or {credential: NAME}", key);
		return COL_ECONFIG;
	}
	if (context->no_files) {
		return COL_OK;
	}
	rc = config_secret(node, buffer, sizeof(buffer), &error);
	if (rc >= 0 && hash != NULL) {
		*hash = node_mix(*hash, hash64_keyed(key_of_hash, buffer,
		    (size_t)rc));
	}
	explicit_bzero(buffer, sizeof(buffer));
	if (rc < 0) {
		config_errors_add(context->errors, node, "%s: %s", key,
		    error.text);
		return COL_ECONFIG;
	}
	return COL_OK;
}
