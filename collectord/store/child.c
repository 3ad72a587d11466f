/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/child.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "store/store.h"

#define CHILD_FD 3
#define READ_SIZE 65536

extern char **environ;

struct child {
	pid_t pid;
	int fd;
	bool ready, gone, told;
	struct proto_hello hello; /* until it is told */
	struct buf out;         /* sent bytes are the first `sent` */
	size_t sent;
	struct buf in;
	size_t taken;
};

/* The child starts with signals as the system gives them, and none blocked. */
static int
spawn(const char *program, const char *dir, int fd, pid_t *ret_pid)
{
	char arg[] = STORE_PROCESS_ARG;
	char *name = strdup(program), *folder = strdup(dir);
	char *argv[] = { name, arg, folder, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	/* a bare name came through PATH, where by now another may stand */
	const char *file = strchr(program, '/') != NULL ? program : "/proc/self/exe";
	sigset_t none, all;
	int rc;

	assert(name != NULL && folder != NULL);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, CHILD_FD);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn(ret_pid, file, &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	free(name);
	free(folder);
	return rc;
}

int
child_start(const char *program, const char *dir, struct child **ret_child,
    struct col_error *error)
{
	struct child *child;
	int fds[2], rc;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
		return err_errno(error, COL_EIO, "store process: socketpair");
	}
	rc = spawn(program, dir, fds[1], &pid);
	close(fds[1]);
	if (rc != 0) {
		close(fds[0]);
		errno = rc;
		return err_errno(error, COL_EIO, "store process: %s", program);
	}
	child = calloc(1, sizeof(*child));
	assert(child != NULL);
	child->pid = pid;
	child->fd = fds[0];
	buf_init(&child->out, UINT64_C(64) << 20);
	buf_init(&child->in, 2 * (size_t)PROTO_BODY_MAX);
	*ret_child = child;
	return 0;
}

int
child_wait(struct child *child, int timeout_ms)
{
	while (!child->ready) {
		struct pollfd pollfd = { .fd = child->fd, .events = POLLIN };
		int n = poll(&pollfd, 1, timeout_ms);

		if (n == 0) {
			return COL_EBUSY;
		}
		if ((n < 0 && errno != EINTR) ||
		    (n > 0 && !child_pump(child, NULL, NULL))) {
			return COL_EIO;
		}
	}
	return 0;
}

bool
child_ready(const struct child *child)
{
	return child->ready;
}

void
child_stop(struct child *child)
{
	if (child == NULL) {
		return;
	}
	close(child->fd);
	/* it may stand in mid-update, so it is killed only while it waits for the
	 * lock and cannot see that its pipe is closed */
	if (!child->ready) {
		(void)kill(child->pid, SIGKILL);
	}
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) {
	}
	buf_done(&child->out);
	buf_done(&child->in);
	buf_done(&child->hello.paths);
	free(child);
}

const char *
child_why(const struct child *child)
{
	return child->ready ? "" : child->hello.error;
}

bool
child_hello(struct child *child, struct proto_hello *ret_hello)
{
	if (!child->ready || child->told) {
		return false;
	}
	*ret_hello = child->hello;
	child->hello = (struct proto_hello){ 0 };
	child->told = true;
	return true;
}

struct buf *
child_out(struct child *child)
{
	return &child->out;
}

static void
drop_front(struct buf *buf, size_t *taken)
{
	memmove(buf->data, buf->data + *taken, buf->size - *taken);
	buf->size -= *taken;
	*taken = 0;
}

static void
send_some(struct child *child)
{
	while (child->sent < child->out.size) {
		ssize_t n = send(child->fd, child->out.data + child->sent,
		    child->out.size - child->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			child->gone |= errno != EAGAIN && errno != EWOULDBLOCK;
			break;
		}
		child->sent += (size_t)n;
	}
	if (child->sent == child->out.size) {
		buf_reset(&child->out);
		child->sent = 0;
	} else if (child->sent > READ_SIZE) {
		drop_front(&child->out, &child->sent);
	}
}

static void
receive_some(struct child *child)
{
	char data[READ_SIZE];

	for (;;) {
		ssize_t n = recv(child->fd, data, sizeof(data), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			child->gone |= n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
			return;
		}
		buf_put(&child->in, data, (size_t)n);
		if (child->in.failed) {
			child->gone = true;
			return;
		}
		if ((size_t)n < sizeof(data)) {
			return;
		}
	}
}

static void
take_frame(struct child *child, const struct proto_frame *frame, child_reply_fn *fn,
    void *arg)
{
	struct proto_reply reply;

	if (frame->type == PROTO_HELLO && !child->ready &&
	    proto_get_hello(frame, &child->hello)) {
		child->ready = child->hello.error[0] == '\0';
		child->gone |= !child->ready;
	} else if (frame->type == PROTO_REPLY && fn != NULL &&
	    proto_get_reply(frame, &reply)) {
		fn(arg, frame->request, &reply);
		proto_reply_done(&reply);
	} else {
		child->gone = true;
	}
}

bool
child_pump(struct child *child, child_reply_fn *fn, void *arg)
{
	struct proto_frame frame;
	int64_t n = 1;

	send_some(child);
	receive_some(child);
	while (n > 0) {
		n = proto_take(child->in.data + child->taken,
		    child->in.size - child->taken, &frame);
		if (n > 0) {
			take_frame(child, &frame, fn, arg);
			child->taken += (size_t)n;
		}
	}
	child->gone |= n < 0;
	if (child->taken > 0) {
		drop_front(&child->in, &child->taken);
	}
	/* replies make room for what waits to be sent */
	return !child->gone;
}

size_t
child_backlog(const struct child *child)
{
	return child->out.size - child->sent;
}

int
child_pid(const struct child *child)
{
	return child->pid;
}
