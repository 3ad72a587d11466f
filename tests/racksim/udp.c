/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "udp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A province that is polled at once must not overflow the socket. */
#define RECEIVE_BUFFER (16 << 20)

/* Room for one IP_PKTINFO message, aligned for the kernel. */
union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

struct udp {
	int fd;
	uint16_t port;
	struct mmsghdr in[UDP_BATCH], out[UDP_BATCH];
	struct iovec in_iov[UDP_BATCH], out_iov[UDP_BATCH];
	struct sockaddr_in in_peer[UDP_BATCH], out_peer[UDP_BATCH];
	union control in_control[UDP_BATCH], out_control[UDP_BATCH];
	uint8_t bytes[UDP_BATCH][UDP_REQUEST_SIZE];
	unsigned int n_out;
};

static int
bind_socket(struct udp *udp, uint32_t address, uint16_t port)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(address),
	};
	socklen_t len = sizeof(here);
	int on = 1, size = RECEIVE_BUFFER;

	udp->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (udp->fd < 0) {
		return -1;
	}
	/*
	 * All of 127/8 needs the wildcard address. The device keeps other
	 * interfaces out; where it is refused, udp_receive still does.
	 */
	if (address == 0) {
		(void)setsockopt(udp->fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
	}
	if (setsockopt(udp->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
	    sizeof(size)) != 0) {
		(void)setsockopt(udp->fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	}
	(void)setsockopt(udp->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (setsockopt(udp->fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) != 0 ||
	    bind(udp->fd, (struct sockaddr *)&here, sizeof(here)) != 0 ||
	    getsockname(udp->fd, (struct sockaddr *)&here, &len) != 0) {
		return -1;
	}
	udp->port = ntohs(here.sin_port);
	return 0;
}

struct udp *
udp_open(uint32_t address, uint16_t port)
{
	struct udp *udp = calloc(1, sizeof(*udp));
	int saved;

	if (udp == NULL) {
		return NULL;
	}
	if (bind_socket(udp, address, port) != 0) {
		saved = errno;
		udp_close(udp);
		errno = saved;
		return NULL;
	}
	for (int i = 0; i < UDP_BATCH; i++) {
		udp->in_iov[i].iov_base = udp->bytes[i];
		udp->in_iov[i].iov_len = UDP_REQUEST_SIZE;
		udp->in[i].msg_hdr.msg_iov = &udp->in_iov[i];
		udp->in[i].msg_hdr.msg_iovlen = 1;
		udp->out[i].msg_hdr.msg_iov = &udp->out_iov[i];
		udp->out[i].msg_hdr.msg_iovlen = 1;
	}
	return udp;
}

void
udp_close(struct udp *udp)
{
	if (udp == NULL) {
		return;
	}
	if (udp->fd >= 0) {
		(void)close(udp->fd);
	}
	free(udp);
}

int
udp_fd(const struct udp *udp)
{
	return udp->fd;
}

uint16_t
udp_port(const struct udp *udp)
{
	return udp->port;
}

/* Finds the address a datagram was sent to; 0 when the kernel did not say. */
static uint32_t
destination(struct msghdr *header)
{
	struct in_pktinfo info;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL;
	    c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			return ntohl(info.ipi_addr.s_addr);
		}
	}
	return 0;
}

int
udp_receive(struct udp *udp, struct udp_packet *ret_packets)
{
	int n, kept = 0;

	for (int i = 0; i < UDP_BATCH; i++) {
		struct msghdr *header = &udp->in[i].msg_hdr;

		header->msg_name = &udp->in_peer[i];
		header->msg_namelen = sizeof(udp->in_peer[i]);
		header->msg_control = &udp->in_control[i];
		header->msg_controllen = sizeof(udp->in_control[i]);
	}
	n = recvmmsg(udp->fd, udp->in, UDP_BATCH, MSG_DONTWAIT, NULL);
	if (n <= 0) {
		return -1;
	}
	for (int i = 0; i < n; i++) {
		struct msghdr *header = &udp->in[i].msg_hdr;
		uint32_t local = destination(header);

		if (local >> 24 != 127 || (header->msg_flags & MSG_TRUNC) ||
		    header->msg_namelen != sizeof(udp->in_peer[i])) {
			continue;
		}
		ret_packets[kept].via = udp;
		ret_packets[kept].peer = udp->in_peer[i];
		ret_packets[kept].local = local;
		ret_packets[kept].bytes = udp->bytes[i];
		ret_packets[kept].len = udp->in[i].msg_len;
		kept++;
	}
	return kept;
}

void
udp_send(struct udp *udp, const struct udp_packet *to, const uint8_t *bytes,
    size_t len)
{
	struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(to->local)};
	unsigned int i = udp->n_out++;
	struct msghdr *header = &udp->out[i].msg_hdr;
	struct cmsghdr *c;

	udp->out_peer[i] = to->peer;
	/* sendmmsg only reads the bytes; iovec has no const. */
	memcpy(&udp->out_iov[i].iov_base, &bytes, sizeof(bytes));
	udp->out_iov[i].iov_len = len;
	header->msg_name = &udp->out_peer[i];
	header->msg_namelen = sizeof(udp->out_peer[i]);
	header->msg_control = &udp->out_control[i];
	header->msg_controllen = sizeof(udp->out_control[i]);
	c = CMSG_FIRSTHDR(header);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	if (udp->n_out == UDP_BATCH) {
		udp_flush(udp);
	}
}

void
udp_flush(struct udp *udp)
{
	unsigned int at = 0;

	while (at < udp->n_out) {
		int n = sendmmsg(udp->fd, udp->out + at, udp->n_out - at, 0);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		/* The first one cannot be sent: skip it, try the others. */
		at += n > 0 ? (unsigned int)n : 1;
	}
	udp->n_out = 0;
}
