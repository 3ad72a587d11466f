/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IP_PKTINFO of the request is handed back with the answer. */
#include <config.h>

#include "agents.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER (32 << 20)
#define FIRST UINT32_C(0x7f010001)

struct server {
	const struct agents *agents;
	void *arg;             /* of answer */
	struct mmsghdr in[AGENTS_BATCH], out[AGENTS_BATCH];
	struct iovec in_piece[AGENTS_BATCH];
	struct iovec out_pieces[AGENTS_BATCH][AGENTS_PIECES];
	struct sockaddr_in from[AGENTS_BATCH];
	uint8_t controls[AGENTS_BATCH][64] __attribute__((aligned(16)));
	uint8_t requests[AGENTS_BATCH][AGENTS_REQUEST_MAX + 64];
};

struct sockaddr_in
agents_address(uint32_t i, uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(port), .sin_addr.s_addr = htonl(FIRST + i)};
}

/* Where message i was sent to, 0: nobody knows. */
static uint32_t
asked(struct server *server, int i)
{
	struct msghdr *message = &server->in[i].msg_hdr;
	const struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct in_pktinfo info;

	if (control == NULL || control->cmsg_type != IP_PKTINFO) {
		return 0;
	}
	memcpy(&info, CMSG_DATA(control), sizeof(info));
	return ntohl(info.ipi_addr.s_addr);
}

/* Makes message i an answer; false when it cannot be. */
static bool
prepare(struct server *server, int i, int n_out)
{
	struct msghdr *from = &server->in[i].msg_hdr;
	uint32_t address = asked(server, i);
	struct agents_request request = {.bytes = server->requests[i],
	    .len = server->in[i].msg_len, .number = address - FIRST,
	    .address = address, .slot = (unsigned)n_out};
	unsigned n = address == 0 ? 0 : server->agents->answer(server->arg,
	    &request, server->out_pieces[n_out]);

	server->out[n_out].msg_hdr = (struct msghdr){
	    .msg_name = from->msg_name, .msg_namelen = from->msg_namelen,
	    .msg_iov = server->out_pieces[n_out], .msg_iovlen = n,
	    .msg_control = from->msg_control,
	    .msg_controllen = from->msg_controllen};
	return n > 0;
}

static void
serve(struct server *server, int fd)
{
	for (;;) {
		int n, n_out = 0, sent = 0;
		for (int i = 0; i < AGENTS_BATCH; i++) {
			server->in_piece[i] = (struct iovec){
			    server->requests[i], AGENTS_REQUEST_MAX};
			server->in[i].msg_hdr = (struct msghdr){
			    .msg_name = &server->from[i],
			    .msg_namelen = sizeof(server->from[i]),
			    .msg_iov = &server->in_piece[i], .msg_iovlen = 1,
			    .msg_control = server->controls[i],
			    .msg_controllen = sizeof(server->controls[i])};
		}
		n = recvmmsg(fd, server->in, AGENTS_BATCH, MSG_WAITFORONE,
		    NULL);
		for (int i = 0; i < n; i++) {
			n_out += prepare(server, i, n_out);
		}
		while (sent < n_out) {
			int k = sendmmsg(fd, server->out + sent,
			    (unsigned)(n_out - sent), 0);
			sent += k > 0 ? k : 1;
		}
	}
}

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
run(const struct agents *agents, int fd)
{
	struct server *server = calloc(1, sizeof(*server));

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (server == NULL) {
		fail("bench: agents");
	}
	server->agents = agents;
	server->arg = agents->make(agents->setup);
	serve(server, fd);
}

int
agents_start(const struct agents *agents, uint16_t *ret_port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, size = BUFFER;
	pid_t pid;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0
	    || bind(fd, (struct sockaddr *)&at, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) != 0) {
		fail("bench: agents' socket");
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) !=
	    0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	}
	*ret_port = ntohs(at.sin_port);
	pid = fork();
	if (pid < 0) {
		fail("bench: fork");
	}
	if (pid == 0) {
		run(agents, fd);
	}
	(void)close(fd);
	return pid;
}

void
agents_stop(int pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
