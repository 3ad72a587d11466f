/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loopback delivers in order what one CPU sends, yet on a busy machine not at
 * once: the kernel leaves it to a thread of its own.  When a datagram to
 * ourselves has come round, those before it are there too.
 */
#include <config.h>

#include "loopback.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#define PATIENCE_MS 120000

static struct sockaddr_in own = {.sin_family = AF_INET};

static int
open_echo(void)
{
	socklen_t len = sizeof(own);
	cpu_set_t set;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &len), 0);
	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	return fd;
}

void
loopback_settle(void)
{
	static int echo = -1;
	struct pollfd fd = {.events = POLLIN};
	char byte = 0;

	if (echo < 0) {
		echo = open_echo();
	}
	fd.fd = echo;
	assert_int_equal(sendto(echo, &byte, 1, 0, (struct sockaddr *)&own,
	    sizeof(own)), 1);
	if (recv(echo, &byte, 1, MSG_DONTWAIT) != 1) {
		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		assert_int_equal(recv(echo, &byte, 1, 0), 1);
	}
}
