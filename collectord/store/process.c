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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "store/jobs.h"
#include "store/proto.h"
#include "store/rrdfile.h"
#include "store/store.h"

#define CHILD_FD 3
#define READ_SIZE 65536
/* Some 200 updates of 15 rows. */
#define READ_MAX (1u << 20)

struct process {
	int fd, dir_fd;
	struct buf in, out;
	struct jobs *jobs;
};

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

/* Waits for bytes and takes all there are, that a group may be large; false
 * when the pipe is closed. */
static bool
read_in(struct process *process)
{
	char data[READ_SIZE];
	int flags = 0;
	ssize_t n;

	for (;;) {
		n = recv(process->fd, data, sizeof(data), flags);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			break;
		}
		buf_put(&process->in, data, (size_t)n);
		if (process->in.size > READ_MAX) {
			break;
		}
		flags = MSG_DONTWAIT;
	}
	return !process->in.failed && (n > 0 || (n < 0 && flags != 0 &&
	    (errno == EAGAIN || errno == EWOULDBLOCK)));
}

/* Does all whole requests in `in`, a group at a time.  Errors: false. */
static bool
answer_all(struct process *process)
{
	struct proto_frame frame;
	size_t taken = 0;
	int64_t n = 1;

	while (n > 0) {
		n = proto_take(process->in.data + taken, process->in.size - taken, &frame);
		if (n > 0 && !jobs_put(process->jobs, &frame)) {
			return false;
		}
		taken += n > 0 ? (size_t)n : 0;
		if (jobs_full(process->jobs) || (n <= 0 &&
		    jobs_count(process->jobs) > 0)) {
			bool ok = jobs_run(process->jobs, &process->out);

			if (!write_out(process) || !ok) {
				return false;
			}
		}
	}
	memmove(process->in.data, process->in.data + taken, process->in.size - taken);
	process->in.size -= taken;
	return n == 0;
}

static int
serve(struct process *process)
{
	struct proto_hello hello = { 0 };
	struct col_error error;
	size_t at;
	int rc = jobs_new(process->dir_fd, &process->jobs, &hello, &error);

	if (rc != 0) {
		str_copy(hello.error, sizeof(hello.error), error.text);
	}
	at = proto_begin(&process->out, PROTO_HELLO, 0);
	proto_put_hello(&process->out, &hello);
	proto_end(&process->out, at);
	buf_done(&hello.paths);
	if (rc != 0) {
		(void)write_out(process);
		return 1;
	}
	if (write_out(process)) {
		while (read_in(process) && answer_all(process)) {
		}
	}
	jobs_free(process->jobs);
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
