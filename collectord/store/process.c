/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store process: reads a request, does it, answers, until its pipe closes.
 * It holds the lock of DIR/rrd and is the only one that opens files there for
 * writing.  Signals meant for the daemon do not end it in mid-update: the
 * closed pipe does, between two requests.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/str.h"
#include "store/proto.h"
#include "store/rrdfile.h"
#include "store/store.h"

#define CHILD_FD 3
#define READ_SIZE 65536
/* New files whose pages wait to be written and dropped from the cache. */
#define FRESH_MAX 256

struct process {
	int fd, dir_fd;
	struct buf in, out;
	unsigned n_fresh;
	char fresh[FRESH_MAX][SERIES_PATH_SIZE];
};

/*
 * librrd makes files without fsync, and on kernels with large folios every
 * later store into such a page dirties far more than a page: both are mended
 * once, after creation.  Source: storage.md A1, A2.
 */
static int
settle(struct process *process)
{
	int rc = syncfs(process->dir_fd) == 0 ? 0 : COL_EIO;

	for (unsigned i = 0; i < process->n_fresh; i++) {
		int fd = open(process->fresh[i], O_RDONLY | O_CLOEXEC);

		if (fd >= 0) {
			(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
			close(fd);
		}
	}
	process->n_fresh = 0;
	return rc;
}

static void
remember_fresh(struct process *process, const char *path)
{
	if (process->n_fresh == FRESH_MAX) {
		(void)settle(process);
	}
	str_copy(process->fresh[process->n_fresh++], SERIES_PATH_SIZE, path);
}

static void
do_ensure(struct process *process, const struct proto_frame *frame,
    struct proto_reply *reply)
{
	struct proto_ensure ensure;

	if (!proto_get_ensure(frame, &ensure)) {
		reply->code = COL_EPROTO;
		return;
	}
	rrdfile_ensure(&ensure, reply);
	if (reply->created) {
		remember_fresh(process, ensure.path);
	}
}

static void
do_update(const struct proto_frame *frame, struct proto_reply *reply)
{
	struct proto_update update;

	if (!proto_get_update(frame, &update)) {
		reply->code = COL_EPROTO;
		return;
	}
	rrdfile_update(&update, reply);
	proto_update_done(&update);
}

static void
do_fetch(const struct proto_frame *frame, struct proto_reply *reply)
{
	struct proto_fetch fetch;

	if (!proto_get_fetch(frame, &fetch)) {
		reply->code = COL_EPROTO;
		return;
	}
	rrdfile_fetch(&fetch, reply);
}

/* Errors: false when the pipe is closed. */
static bool
write_out(struct process *process)
{
	size_t at = 0;

	while (at < process->out.size) {
		ssize_t n = write(process->fd, process->out.data + at,
		    process->out.size - at);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return false;
		}
		at += (size_t)n;
	}
	buf_reset(&process->out);
	return true;
}

static bool
answer(struct process *process, const struct proto_frame *frame)
{
	struct proto_reply reply = { 0 };
	size_t at;

	switch (frame->type) {
	case PROTO_ENSURE:
		do_ensure(process, frame, &reply);
		break;
	case PROTO_UPDATE:
		do_update(frame, &reply);
		break;
	case PROTO_FETCH:
		do_fetch(frame, &reply);
		break;
	case PROTO_SYNC:
		reply.code = settle(process);
		break;
	case PROTO_HELLO:
	case PROTO_REPLY:
	case PROTO_TYPE_N:
		return false;
	}
	at = proto_begin(&process->out, PROTO_REPLY, frame->request);
	proto_put_reply(&process->out, &reply);
	proto_end(&process->out, at);
	proto_reply_done(&reply);
	return write_out(process);
}

/* Waits for bytes; false when the pipe is closed. */
static bool
read_in(struct process *process)
{
	struct pollfd pollfd = { .fd = process->fd, .events = POLLIN };
	char data[READ_SIZE];
	ssize_t n;

	/* a pause in the requests is the time to settle new files */
	if (process->n_fresh > 0 && poll(&pollfd, 1, 200) == 0) {
		(void)settle(process);
	}
	do {
		n = read(process->fd, data, sizeof(data));
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		return false;
	}
	buf_put(&process->in, data, (size_t)n);
	return !process->in.failed;
}

static int
serve(struct process *process)
{
	size_t at = proto_begin(&process->out, PROTO_HELLO, 0);
	struct proto_frame frame;

	proto_end(&process->out, at);
	if (!write_out(process)) {
		return 0;
	}
	while (read_in(process)) {
		size_t taken = 0;
		int64_t n = 1;

		while (n > 0) {
			n = proto_take(process->in.data + taken, process->in.size - taken,
			    &frame);
			if (n > 0 && !answer(process, &frame)) {
				return 1;
			}
			taken += n > 0 ? (size_t)n : 0;
		}
		if (n < 0) {
			return 1;
		}
		memmove(process->in.data, process->in.data + taken,
		    process->in.size - taken);
		process->in.size -= taken;
	}
	return 0;
}

/* Waits for the lock of dir and goes to live there. */
static int
open_root(const char *dir)
{
	static const int IGNORED[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT };
	int fd;

	for (size_t i = 0; i < sizeof(IGNORED) / sizeof(IGNORED[0]); i++) {
		(void)signal(IGNORED[i], SIG_IGN);
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fchdir(fd) != 0) {
		(void)fprintf(stderr, "store process: %s: %s\n", dir, strerror(errno));
		return -1;
	}
	/* waits for a former store process to finish what it does */
	while (flock(fd, LOCK_EX) != 0) {
		if (errno != EINTR) {
			(void)fprintf(stderr, "store process: lock %s: %s\n", dir,
			    strerror(errno));
			close(fd);
			return -1;
		}
	}
	return fd;
}

int
store_process_main(int argc, char **argv)
{
	struct process *process;
	int rc;

	if (argc != 3) {
		(void)fprintf(stderr, "%s is started by the daemon itself\n",
		    STORE_PROCESS_ARG);
		return 2;
	}
	(void)close_range(CHILD_FD + 1, ~0U, 0);
	rrdfile_init();
	process = calloc(1, sizeof(*process));
	if (process == NULL) {
		return 1;
	}
	process->fd = CHILD_FD;
	process->dir_fd = open_root(argv[2]);
	buf_init(&process->in, 2 * (size_t)PROTO_BODY_MAX);
	buf_init(&process->out, 2 * (size_t)PROTO_BODY_MAX);
	rc = process->dir_fd < 0 ? 1 : serve(process);
	buf_done(&process->in);
	buf_done(&process->out);
	if (process->dir_fd >= 0) {
		close(process->dir_fd);
	}
	free(process);
	return rc;
}
