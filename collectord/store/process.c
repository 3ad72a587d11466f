/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store process: reads a request, does it, answers, until its pipe closes.
 * It holds the lock of DIR/rrd and is the only one that opens files there for
 * writing.  One thread does all of librrd's work; while another waits for a disk
 * to sync, this one answers reads.  Signals meant for the daemon do not end it
 * in mid-update: the closed pipe does, between two requests.
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
	bool closed;             /* the pipe: its end, not an answer to send */
	struct buf in;           /* bytes of the pipe, behind the last whole frame */
	struct buf work;         /* whole frames that wait for their turn */
	struct buf out;
	struct jobs *jobs;
};

/* Errors: false when the pipe is closed. */
static bool
write_out(struct process *process)
{
	size_t at = 0;

	while (at < process->out.size && !process->closed) {
		ssize_t n = write(process->fd, process->out.data + at,
		    process->out.size - at);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			process->closed = true;
			break;
		}
		at += (size_t)n;
	}
	buf_reset(&process->out);
	return !process->closed;
}

/* Reads overtake what waits: nobody should wait for a page because a disk syncs. */
static void
answer_fetch(struct process *process, const struct proto_frame *frame)
{
	struct proto_reply reply = { 0 };
	struct proto_fetch fetch;
	size_t at;

	if (!proto_get_fetch(frame, &fetch)) {
		process->closed = true;
		return;
	}
	rrdfile_fetch(&fetch, &reply);
	at = proto_begin(&process->out, PROTO_REPLY, frame->request);
	proto_put_reply(&process->out, &reply);
	proto_end(&process->out, at);
	proto_reply_done(&reply);
	(void)write_out(process);
}

/* Takes all whole frames off `in`. */
static void
sort_frames(struct process *process)
{
	struct proto_frame frame;
	size_t taken = 0;
	int64_t n;

	while ((n = proto_take(process->in.data + taken, process->in.size - taken,
	    &frame)) > 0) {
		if (frame.type == PROTO_FETCH) {
			answer_fetch(process, &frame);
		} else {
			buf_put(&process->work, process->in.data + taken, (size_t)n);
		}
		taken += (size_t)n;
	}
	process->closed |= n < 0 || process->in.failed || process->work.failed;
	memmove(process->in.data, process->in.data + taken, process->in.size - taken);
	process->in.size -= taken;
}

/* Takes all bytes there are, that a group may be large; wait: for the first. */
static void
read_in(struct process *process, bool wait)
{
	char data[READ_SIZE];
	int flags = wait ? 0 : MSG_DONTWAIT;

	while (!process->closed && process->in.size <= READ_MAX) {
		ssize_t n = recv(process->fd, data, sizeof(data), flags);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			break;
		}
		if (n <= 0) {
			process->closed = true;
			break;
		}
		buf_put(&process->in, data, (size_t)n);
		flags = MSG_DONTWAIT;
	}
	if (process->in.size > 0) {
		sort_frames(process);
	}
}

/* While a sync is under way: until it has ended, or something was read. */
static void
serve_reads(void *arg, int done_fd)
{
	struct process *process = arg;
	struct pollfd fds[2] = { { .fd = done_fd, .events = POLLIN },
	    { .fd = process->closed ? -1 : process->fd, .events = POLLIN } };

	if (poll(fds, 2, -1) > 0 && fds[1].revents != 0) {
		read_in(process, false);
	}
}

/* Does what waits, a group at a time.  Errors: false. */
static bool
do_work(struct process *process)
{
	struct buf work = process->work;
	struct proto_frame frame;
	size_t taken = 0;
	bool ok = true;

	/* what comes while a sync is under way is for the next turn */
	buf_init(&process->work, 2 * (size_t)PROTO_BODY_MAX);
	while (ok && taken < work.size) {
		int64_t n = proto_take(work.data + taken, work.size - taken, &frame);

		ok = n > 0 && jobs_put(process->jobs, &frame);
		taken += n > 0 ? (size_t)n : 0;
		if (ok && (jobs_full(process->jobs) || taken == work.size)) {
			ok = jobs_run(process->jobs, &process->out);
			ok = write_out(process) && ok;
		}
	}
	buf_done(&work);
	return ok;
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
	jobs_serve(process->jobs, serve_reads, process);
	if (write_out(process)) {
		do {
			read_in(process, process->work.size == 0);
		} while (!process->closed && do_work(process));
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
	buf_init(&process->work, 2 * (size_t)PROTO_BODY_MAX);
	buf_init(&process->out, 2 * (size_t)PROTO_BODY_MAX);
	rc = process->dir_fd < 0 ? 1 : serve(process);
	buf_done(&process->in);
	buf_done(&process->work);
	buf_done(&process->out);
	if (process->dir_fd >= 0) {
		close(process->dir_fd);
	}
	free(process);
	return rc;
}
