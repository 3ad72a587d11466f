/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonl: appends every batch as one line of JSON to a file, or to a named pipe.
 *
 * The file may be moved away at any time (logrotate): before each write its
 * name is compared with what is open, and it is opened again.  A line is
 * whole or is closed by a newline, so that a reader loses that one only.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line.h"

/* A pipe's reader may be so slow; then the batch is dropped and counted. */
#define PIPE_WAIT_MS 1000

enum option { OPT_PATH };

static const struct col_option OPTIONS[] = {
	{ "path", COL_OPT_TEXT, .help = "The file to append to, or a named pipe." },
	{ .name = NULL },
};

struct state {
	const struct col_host *host;
	char *path;
	int fd;                      /* < 0: closed */
	dev_t device;                /* of what is open */
	ino_t inode;
	bool is_file;
	bool broken;                 /* the last line was cut */
	bool told;                   /* the reason for not writing was logged */
	int reason;                  /* errno of the last failure */
	struct line line;
};

static void
shut(struct state *state)
{
	if (state->fd >= 0) {
		close(state->fd);
	}
	state->fd = -1;
}

/* Says once why nothing is written, until something is again. */
static int
fail(struct state *state, int code, const char *what)
{
	state->reason = errno;
	if (!state->told) {
		state->host->log(state->host, COL_LOG_WARN, NULL, "%s: %s: %s",
		    state->path, what, strerror(state->reason));
		state->told = true;
	}
	return code;
}

static int
open_path(struct state *state)
{
	struct stat st;
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

	/* Not blocking: opening a pipe that nobody reads fails with ENXIO. */
	int fd = open(state->path, flags, 0640);
	if (fd < 0) {
		return fail(state, COL_EIO, errno == ENXIO ? "nobody reads this pipe"
		    : "cannot be opened");
	}
	if (fstat(fd, &st) != 0 || !(S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return fail(state, COL_ENOTSUP, "neither a file nor a pipe");
	}
	state->fd = fd;
	state->device = st.st_dev;
	state->inode = st.st_ino;
	state->is_file = S_ISREG(st.st_mode);
	state->broken = false;
	return 0;
}

/* Closes what its path does not name any more. */
static void
follow(struct state *state)
{
	struct stat st;

	if (state->fd >= 0 && (stat(state->path, &st) != 0 ||
	    st.st_dev != state->device || st.st_ino != state->inode)) {
		shut(state);
	}
}

static int
write_all(struct state *state, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(state->fd, data, size);
		if (n > 0) {
			data += n;
			size -= (size_t)n;
			state->broken = size > 0;
			continue;
		}
		if (n < 0 && errno == EINTR) {
			continue;
		}
		struct pollfd wait = { .fd = state->fd, .events = POLLOUT };
		if (n < 0 && errno == EAGAIN && poll(&wait, 1, PIPE_WAIT_MS) > 0) {
			continue;
		}
		return fail(state, errno == EAGAIN ? COL_ETIMEOUT : COL_EIO,
		    errno == EAGAIN ? "its reader is too slow" : "cannot be written");
	}
	return 0;
}

static int
write_batch(void *arg, const struct col_batch *batch)
{
	struct state *state = arg;
	int rc = 0;

	if (!line_write(&state->line, batch)) {
		return COL_EFULL;
	}
	follow(state);
	if (state->fd < 0) {
		rc = open_path(state);
	}
	if (rc == 0 && state->broken) {
		rc = write_all(state, "\n", 1);
		if (rc == 0) {
			state->broken = false;
		}
	}
	rc = rc != 0 ? rc : write_all(state, state->line.data, state->line.size);
	if (rc == 0) {
		state->told = false;
	} else if (!state->is_file && state->reason == EPIPE) {
		shut(state); /* wait for the next reader */
	}
	return rc;
}

static void
stop(void *arg)
{
	struct state *state = arg;

	shut(state);
	line_done(&state->line);
	free(state->path);
	free(state);
}

static int
start(const struct col_host *host, const struct col_option_value *options,
    void **ret_state, struct col_error *error)
{
	static const char missing[] = "jsonl: path is missing: the file to write to";
	const char *path = options[OPT_PATH].text;

	if (path == NULL || path[0] == '\0') {
		error->code = COL_EINVAL;
		memcpy(error->text, missing, sizeof(missing));
		return COL_EINVAL;
	}
	struct state *state = calloc(1, sizeof(*state));
	char *copy = strdup(path);
	if (state == NULL || copy == NULL) {
		free(state);
		free(copy);
		error->code = COL_ENOMEM;
		return COL_ENOMEM;
	}
	state->host = host;
	state->path = copy;
	state->fd = -1;
	/* A file that cannot be opened now may be there later. */
	(void)open_path(state);
	*ret_state = state;
	return 0;
}

static const struct col_output OUTPUT = {
	.start = start,
	.write = write_batch,
	.stop = stop,
};

COL_EXPORT const struct col_plugin col_plugin = {
	.size = sizeof(struct col_plugin),
	.abi_major = COL_ABI_MAJOR,
	.abi_minor = COL_ABI_MINOR,
	.name = "jsonl",
	.summary = "Appends all samples as lines of JSON to a file or a pipe.",
	.options = OPTIONS,
	.output = &OUTPUT,
};
