/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An answer comes from the address that was asked: IP_PKTINFO of the request
 * is handed back with it.
 */
#include <config.h>

#include "snmp_agents.h"

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

#include "../unit/usm_kit.h"
#include "pdu.h"

#define BATCH 64
#define BUFFER (32 << 20)

struct server {
	const struct snmp_agents *agents;
	struct mmsghdr in[BATCH], out[BATCH];
	struct iovec in_piece[BATCH], out_pieces[BATCH][2];
	struct sockaddr_in from[BATCH];
	uint8_t controls[BATCH][64] __attribute__((aligned(16)));
	uint8_t requests[BATCH][2048 + 64], heads[BATCH][512];
	struct kit_agent v3;
	struct kit_datagram v3_answers[BATCH];
};

struct sockaddr_in
snmp_agents_address(uint32_t i, uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(UINT32_C(0x7f010001) + i)};
}

/* The head of the answer to one request; 0: not one of ours. */
static size_t
answer(const struct server *server, const uint8_t *bytes, size_t len,
    uint8_t *head, size_t size, uint8_t **ret_at)
{
	struct ber_reader reader = ber_reader(bytes, len), message, community;
	struct ber_writer writer = ber_writer(head, size);
	size_t body_len = server->agents->len;
	struct pdu pdu;
	int64_t version;

	if (ber_take(&reader, BER_SEQUENCE, &message) != 0 ||
	    ber_take_integer(&message, &version) != 0 ||
	    ber_take(&message, BER_OCTETS, &community) != 0 ||
	    pdu_take(&message, &pdu) != 0) {
		return 0;
	}
	pdu_put_head(&writer, PDU_RESPONSE, pdu.id, body_len);
	ber_put_octets(&writer, BER_OCTETS, community.at, ber_left(&community));
	ber_put_integer(&writer, BER_INTEGER, version);
	ber_put_header(&writer, BER_SEQUENCE, ber_written(&writer) + body_len);
	*ret_at = writer.at;
	return ber_written(&writer);
}

/* The engine id of an address is the address. */
static bool
answer_v3(struct server *server, int i, struct kit_datagram *ret_answer)
{
	struct msghdr *message = &server->in[i].msg_hdr;
	const struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct in_pktinfo info;
	struct timespec now;
	char engine_id[32];

	if (control == NULL || control->cmsg_type != IP_PKTINFO) {
		return false;
	}
	memcpy(&info, CMSG_DATA(control), sizeof(info));
	(void)snprintf(engine_id, sizeof(engine_id), "at %08x",
	    (unsigned)ntohl(info.ipi_addr.s_addr));
	kit_agent_rename(&server->v3, engine_id);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	kit_agent_take(&server->v3, server->requests[i],
	    server->in[i].msg_len, (int64_t)now.tv_sec * 1000000000,
	    ret_answer);
	return ret_answer->len > 0;
}

/* Makes message i an answer; false when it cannot be. */
static bool
prepare(struct server *server, int i, int n_out)
{
	struct msghdr *from = &server->in[i].msg_hdr;
	struct msghdr *to = &server->out[n_out].msg_hdr;
	struct iovec *pieces = server->out_pieces[n_out];
	uint8_t *at;
	size_t len = answer(server, server->requests[i],
	    server->in[i].msg_len, server->heads[n_out],
	    sizeof(server->heads[n_out]), &at);

	if (len > 0) {
		pieces[0] = (struct iovec){at, len};
		pieces[1] = (struct iovec){
		    (void *)(uintptr_t)server->agents->body,
		    server->agents->len};
	} else if (answer_v3(server, i, &server->v3_answers[n_out])) {
		pieces[0] = (struct iovec){server->v3_answers[n_out].bytes,
		    server->v3_answers[n_out].len};
		pieces[1] = (struct iovec){NULL, 0};
	} else {
		return false;
	}
	*to = (struct msghdr){.msg_name = from->msg_name,
	    .msg_namelen = from->msg_namelen, .msg_iov = pieces,
	    .msg_iovlen = 2, .msg_control = from->msg_control,
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
			    server->requests[i], 2048};
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
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
snmp_agents_start(const struct snmp_agents *agents, uint16_t *ret_port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1, size = BUFFER;
	struct server *server;
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) != 0) {
		fail("agents' socket");
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
	    sizeof(size)) != 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	}
	*ret_port = ntohs(at.sin_port);
	pid = fork();
	if (pid < 0) {
		fail("fork");
	}
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		server = calloc(1, sizeof(*server));
		if (server == NULL) {
			fail("agents");
		}
		server->agents = agents;
		kit_agent_start(&server->v3, agents->credential, "none yet");
		server->v3.body = (struct usm_bytes){agents->body,
		    agents->len};
		serve(server, fd);
	}
	(void)close(fd);
	return pid;
}

void
snmp_agents_stop(int pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
