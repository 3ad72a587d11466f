/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A batch of requests must fit, or the rest of it waits for the next tick. */
#define SEND_BUFFER (4 << 20)

socklen_t
udp_address_size(const union udp_address *address)
{
	switch (address->sa.sa_family) {
	case AF_INET:
		return sizeof(address->in);
	case AF_INET6:
		return sizeof(address->in6);
	default:
		return 0;
	}
}

bool
udp_address_equal(const union udp_address *a,
    const union udp_address *b)
{
	if (a->sa.sa_family != b->sa.sa_family) {
		return false;
	}
	if (a->sa.sa_family == AF_INET) {
		return a->in.sin_port == b->in.sin_port &&
		    a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
	}
	return a->in6.sin6_port == b->in6.sin6_port &&
	    memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr,
	    sizeof(a->in6.sin6_addr)) == 0;
}

/* ---- sockets -------------------------------------------------------------------- */

/* FORCE needs CAP_NET_ADMIN; without it rmem_max and wmem_max are the bound. */
static void
ask_buffer(int fd, int forced, int plain, int64_t size)
{
	int n = size > INT32_MAX / 2 ? INT32_MAX / 2 : (int)size;

	if (setsockopt(fd, SOL_SOCKET, forced, &n, sizeof(n)) != 0) {
		(void)setsockopt(fd, SOL_SOCKET, plain, &n, sizeof(n));
	}
}

static void
say_buffer(const struct udp_socket *sock, int family,
    const struct udp_setup *setup)
{
	const struct col_host *host = setup->host;
	int64_t wanted = (int64_t)setup->window * UDP_ANSWER_BYTES;
	const char *version = family == AF_INET6 ? "IPv6" : "IPv4";

	if (sock->receive_buffer < wanted) {
		host->log(host, COL_LOG_WARN, NULL, "%s %s: receive buffer of"
		    " %lld bytes granted, %lld wanted for %u requests in"
		    " flight: at most %lld will be; raise net.core.rmem_max or"
		    " give CAP_NET_ADMIN", setup->plugin, version,
		    (long long)sock->receive_buffer, (long long)wanted,
		    (unsigned)setup->window, (long long)(sock->receive_buffer /
		    UDP_ANSWER_BYTES));
	} else {
		host->log(host, COL_LOG_INFO, NULL, "%s %s: receive buffer of"
		    " %lld bytes", setup->plugin, version, (long long)sock->receive_buffer);
	}
}

/* Each POLL thread takes the first port that is free.  False: none was. */
static bool
bind_port(int fd, int family, uint16_t first)
{
	union udp_address any = {.in6 = {.sin6_family = AF_INET6}};

	for (unsigned port = first; first != 0 &&
	    port < first + (unsigned)UDP_SOURCE_PORTS && port < 65536;
	    port++) {
		if (family == AF_INET6) {
			any.in6.sin6_port = htons((uint16_t)port);
		} else {
			any.in = (struct sockaddr_in){.sin_family = AF_INET,
			    .sin_port = htons((uint16_t)port)};
		}
		if (bind(fd, &any.sa, udp_address_size(&any)) == 0) {
			return true;
		}
		if (errno != EADDRINUSE) {
			return false;
		}
	}
	return first == 0;
}

int
udp_socket_open(struct udp_socket *sock, int family,
    const struct udp_setup *setup)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, granted = 0;
	socklen_t len = sizeof(granted);

	if (fd < 0) {
		sock->open_errno = errno;
		return COL_EIO;
	}
	if (family == AF_INET6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	}
	if (!bind_port(fd, family, setup->source_port)) {
		sock->open_errno = errno;
		(void)close(fd);
		return COL_EIO;
	}
	if (setup->receive_buffer > 0) {
		ask_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF,
		    setup->receive_buffer);
	}
	ask_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BUFFER);
	(void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	(void)getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &len);
	*sock = (struct udp_socket){.fd = fd, .receive_buffer = granted};
	say_buffer(sock, family, setup);
	return 0;
}

void
udp_socket_close(struct udp_socket *sock)
{
	if (sock->fd >= 0) {
		(void)close(sock->fd);
		sock->fd = -1;
	}
}

/* ---- out ------------------------------------------------------------------------ */

struct udp_outbox {
	unsigned n;
	struct mmsghdr messages[UDP_BATCH];
	struct iovec pieces[UDP_BATCH][2];
	uint32_t tags[UDP_BATCH];
	struct request {
		uint8_t bytes[UDP_DATAGRAM_SIZE];
		uint8_t spread[64]; /* or all heads share a few cache sets */
	} requests[UDP_BATCH];
};

struct udp_outbox *
udp_outbox_new(void)
{
	return calloc(1, sizeof(struct udp_outbox));
}

void
udp_outbox_free(struct udp_outbox *outbox)
{
	free(outbox);
}

uint8_t *
udp_outbox_buffer(struct udp_outbox *outbox)
{
	return outbox->n == UDP_BATCH ? NULL :
	    outbox->requests[outbox->n].bytes;
}

void
udp_outbox_add(struct udp_outbox *outbox,
    const union udp_address *to, const struct udp_packet *packet,
    uint32_t tag)
{
	struct iovec *pieces = outbox->pieces[outbox->n];
	struct msghdr *header = &outbox->messages[outbox->n].msg_hdr;

	pieces[0].iov_base = (void *)(uintptr_t)packet->head;
	pieces[0].iov_len = packet->head_len;
	pieces[1].iov_base = (void *)(uintptr_t)packet->tail;
	pieces[1].iov_len = packet->tail_len;
	*header = (struct msghdr){
		.msg_name = (void *)(uintptr_t)&to->sa,
		.msg_namelen = udp_address_size(to),
		.msg_iov = pieces, .msg_iovlen = packet->tail_len > 0 ? 2 : 1,
	};
	outbox->tags[outbox->n++] = tag;
}

void
udp_outbox_flush(struct udp_outbox *outbox, int fd, udp_unsent_fn *fn,
    void *arg)
{
	unsigned at = 0;

	while (at < outbox->n) {
		int n = sendmmsg(fd, outbox->messages + at, outbox->n - at,
		    MSG_DONTWAIT);
		if (n > 0) {
			at += (unsigned)n;
		} else if (errno != EINTR) {
			/* It is about the first one only. */
			fn(arg, outbox->tags[at++], errno);
		}
	}
	outbox->n = 0;
}

/* ---- in ------------------------------------------------------------------------- */

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(uint32_t))];
};

/* The odd line keeps 64 buffers from sharing the same few cache sets. */
struct answer {
	uint8_t bytes[UDP_ANSWER_MAX]; /* touched only when used */
	uint8_t spread[64];
};

struct udp_inbox {
	struct mmsghdr messages[UDP_BATCH];
	struct iovec pieces[UDP_BATCH];
	union udp_address from[UDP_BATCH];
	union control controls[UDP_BATCH];
	struct answer answers[UDP_BATCH];
};

struct udp_inbox *
udp_inbox_new(void)
{
	struct udp_inbox *inbox = calloc(1, sizeof(*inbox));

	for (int i = 0; inbox != NULL && i < UDP_BATCH; i++) {
		struct msghdr *header = &inbox->messages[i].msg_hdr;
		inbox->pieces[i].iov_base = inbox->answers[i].bytes;
		inbox->pieces[i].iov_len = UDP_ANSWER_MAX;
		header->msg_iov = &inbox->pieces[i];
		header->msg_iovlen = 1;
		header->msg_name = &inbox->from[i];
		header->msg_control = &inbox->controls[i];
	}
	return inbox;
}

void
udp_inbox_free(struct udp_inbox *inbox)
{
	free(inbox);
}

/* The kernel sends its count along once it is not 0. */
static void
note_overflow(struct msghdr *header, struct udp_socket *sock)
{
	struct cmsghdr *at = CMSG_FIRSTHDR(header);

	if (at != NULL && at->cmsg_level == SOL_SOCKET &&
	    at->cmsg_type == SO_RXQ_OVFL) {
		memcpy(&sock->overflow, CMSG_DATA(at), sizeof(sock->overflow));
	}
}

size_t
udp_inbox_receive(struct udp_inbox *inbox, struct udp_socket *sock,
    size_t max, udp_datagram_fn *fn, void *arg)
{
	size_t n_all = 0;
	int n;

	while (n_all < max && sock->fd >= 0) {
		for (int i = 0; i < UDP_BATCH; i++) {
			struct msghdr *header = &inbox->messages[i].msg_hdr;
			header->msg_namelen = sizeof(inbox->from[i]);
			header->msg_controllen = sizeof(inbox->controls[i]);
		}
		n = recvmmsg(sock->fd, inbox->messages, UDP_BATCH,
		    MSG_DONTWAIT, NULL);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			break;
		}
		note_overflow(&inbox->messages[n - 1].msg_hdr, sock);
		for (int i = 0; i < n; i++) {
			/* What was cut off is caught by the parser. */
			fn(arg, inbox->answers[i].bytes,
			    inbox->messages[i].msg_len, &inbox->from[i]);
		}
		n_all += (size_t)n;
		if (n < UDP_BATCH) {
			break;
		}
	}
	return n_all;
}
