/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An answer comes from the address that was asked: IP_PKTINFO of the request
 * is handed back with it.
 */
#include <config.h>

#include "bmc_agents.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../racksim/bmc.h"
#include "../racksim/bmc_model.h"

#define BATCH 64
#define BUFFER (32 << 20)
#define FIRST UINT32_C(0x7f010001)

struct server {
	struct bmc *bmcs;
	uint32_t n;
	struct mmsghdr in[BATCH], out[BATCH];
	struct iovec in_piece[BATCH], out_piece[BATCH];
	struct sockaddr_in from[BATCH];
	uint8_t controls[BATCH][64] __attribute__((aligned(16)));
	uint8_t requests[BATCH][BMC_SIZE_MAX], answers[BATCH][BMC_SIZE_MAX];
};

struct sockaddr_in
bmc_agents_address(uint32_t i, uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(port), .sin_addr.s_addr = htonl(FIRST + i)};
}

static void
measure(void *arg, uint32_t id, int64_t t, struct bmc_values *ret)
{
	(void)arg;
	(void)t;
	*ret = (struct bmc_values){.on = true, .fed = {true, true},
	    .power_w = 200 + id % 100, .load = 0.5, .inlet_c = 22,
	    .outlet_c = 33, .psu_w = {100, 100}, .psu_v = {230, 230}};
}

/* The BMC that message i was sent to, NULL: none of ours. */
static struct bmc *
bmc_of(struct server *server, int i)
{
	struct msghdr *message = &server->in[i].msg_hdr;
	const struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct in_pktinfo info;
	uint32_t number;

	if (control == NULL || control->cmsg_type != IP_PKTINFO) {
		return NULL;
	}
	memcpy(&info, CMSG_DATA(control), sizeof(info));
	number = ntohl(info.ipi_addr.s_addr) - FIRST;
	return number < server->n ? &server->bmcs[number] : NULL;
}

static bool
prepare(struct server *server, int i, int n_out)
{
	struct msghdr *from = &server->in[i].msg_hdr;
	struct bmc *bmc = bmc_of(server, i);
	int len = bmc == NULL ? 0 : bmc_answer(bmc, (int64_t)time(NULL),
	    server->requests[i], server->in[i].msg_len,
	    server->answers[n_out], sizeof(server->answers[n_out]));

	if (len <= 0) {
		return false;
	}
	server->out_piece[n_out] = (struct iovec){server->answers[n_out],
	    (size_t)len};
	server->out[n_out].msg_hdr = (struct msghdr){
	    .msg_name = from->msg_name, .msg_namelen = from->msg_namelen,
	    .msg_iov = &server->out_piece[n_out], .msg_iovlen = 1,
	    .msg_control = from->msg_control,
	    .msg_controllen = from->msg_controllen};
	return true;
}

static void
serve(struct server *server, int fd)
{
	for (;;) {
		int n, n_out = 0, sent = 0;
		for (int i = 0; i < BATCH; i++) {
			server->in_piece[i] = (struct iovec){
			    server->requests[i], BMC_SIZE_MAX};
			server->in[i].msg_hdr = (struct msghdr){
			    .msg_name = &server->from[i],
			    .msg_namelen = sizeof(server->from[i]),
			    .msg_iov = &server->in_piece[i], .msg_iovlen = 1,
			    .msg_control = server->controls[i],
			    .msg_controllen = sizeof(server->controls[i])};
		}
		n = recvmmsg(fd, server->in, BATCH, MSG_WAITFORONE, NULL);
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
run(int fd, uint32_t n)
{
	static const struct bmc_user users[] = {
	    {BMC_AGENTS_USER, BMC_AGENTS_PASSWORD, BMC_USER}};
	struct bmc_setup setup = {.crypt = bmc_crypt_new(), .users = users,
	    .n_users = 1, .measure = measure};
	struct server *server = calloc(1, sizeof(*server));

	server->n = n;
	server->bmcs = calloc(n, sizeof(*server->bmcs));
	for (uint32_t i = 0; i < n; i++) {
		bmc_init(&server->bmcs[i], &setup, &bmc_models[0], i, i);
	}
	serve(server, fd);
}

int
bmc_agents_start(uint32_t n, uint16_t *ret_port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, size = BUFFER;
	int pid;

	(void)setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) !=
	    0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	}
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0
	    || bind(fd, (struct sockaddr *)&at, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
		perror("bench: cannot open the BMCs' socket");
		exit(1);
	}
	*ret_port = ntohs(at.sin_port);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(fd, n);
	}
	(void)close(fd);
	if (pid < 0) {
		perror("bench: cannot start the BMCs");
		exit(1);
	}
	return pid;
}

void
bmc_agents_stop(int pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
