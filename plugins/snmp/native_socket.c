/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "native_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A batch of requests must fit, or the rest of it waits for the next tick. */
#define SEND_BUFFER (4 << 20)

socklen_t
native_address_size(const union native_address *address)
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
native_address_equal(const union native_address *a,
    const union native_address *b)
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
say_buffer(const struct native_socket *sock, int family,
    const struct native_socket_setup *setup)
{
	const struct col_host *host = setup->host;
	int64_t wanted = (int64_t)setup->window * NATIVE_ANSWER_BYTES;
	const char *version = family == AF_INET6 ? "IPv6" : "IPv4";

	if (sock->receive_buffer < wanted) {
		host->log(host, COL_LOG_WARN, NULL, "snmp %s: receive buffer of"
		    " %lld bytes granted, %lld wanted for %u requests in"
		    " flight: at most %lld will be; raise net.core.rmem_max or"
		    " give CAP_NET_ADMIN", version,
		    (long long)sock->receive_buffer, (long long)wanted,
		    (unsigned)setup->window, (long long)(sock->receive_buffer /
		    NATIVE_ANSWER_BYTES));
	} else {
		host->log(host, COL_LOG_INFO, NULL, "snmp %s: receive buffer of"
		    " %lld bytes", version, (long long)sock->receive_buffer);
	}
}

/* Each POLL thread takes the first port that is free.  False: none was. */
static bool
bind_port(int fd, int family, uint16_t first)
{
	union native_address any = {.in6 = {.sin6_family = AF_INET6}};

	for (unsigned port = first; first != 0 &&
	    port < first + (unsigned)NATIVE_SOURCE_PORTS && port < 65536;
	    port++) {
		if (family == AF_INET6) {
			any.in6.sin6_port = htons((uint16_t)port);
		} else {
			any.in = (struct sockaddr_in){.sin_family = AF_INET,
			    .sin_port = htons((uint16_t)port)};
		}
		if (bind(fd, &any.sa, native_address_size(&any)) == 0) {
			return true;
		}
		if (errno != EADDRINUSE) {
			return false;
		}
	}
	return first == 0;
}

int
native_socket_open(struct native_socket *sock, int family,
    const struct native_socket_setup *setup)
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
	*sock = (struct native_socket){.fd = fd, .receive_buffer = granted};
	say_buffer(sock, family, setup);
	return 0;
}

void
native_socket_close(struct native_socket *sock)
{
	if (sock->fd >= 0) {
		(void)close(sock->fd);
		sock->fd = -1;
	}
}

/* ---- out ------------------------------------------------------------------------ */

struct native_outbox {
	unsigned n;
	struct mmsghdr messages[NATIVE_BATCH];
	struct iovec pieces[NATIVE_BATCH][2];
	uint32_t tags[NATIVE_BATCH];
	struct request {
		uint8_t bytes[NATIVE_DATAGRAM_SIZE];
		uint8_t spread[64]; /* or all heads share a few cache sets */
	} requests[NATIVE_BATCH];
};

struct native_outbox *
native_outbox_new(void)
{
	return calloc(1, sizeof(struct native_outbox));
}

void
native_outbox_free(struct native_outbox *outbox)
{
	free(outbox);
}

uint8_t *
native_outbox_buffer(struct native_outbox *outbox)
{
	return outbox->n == NATIVE_BATCH ? NULL :
	    outbox->requests[outbox->n].bytes;
}

void
native_outbox_add(struct native_outbox *outbox,
    const union native_address *to, const struct native_packet *packet,
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
		.msg_namelen = native_address_size(to),
		.msg_iov = pieces, .msg_iovlen = packet->tail_len > 0 ? 2 : 1,
	};
	outbox->tags[outbox->n++] = tag;
}

void
native_outbox_flush(struct native_outbox *outbox, int fd, native_unsent_fn *fn,
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
	uint8_t bytes[NATIVE_ANSWER_MAX]; /* touched only when used */
	uint8_t spread[64];
};

struct native_inbox {
	struct mmsghdr messages[NATIVE_BATCH];
	struct iovec pieces[NATIVE_BATCH];
	union native_address from[NATIVE_BATCH];
	union control controls[NATIVE_BATCH];
	struct answer answers[NATIVE_BATCH];
};

struct native_inbox *
native_inbox_new(void)
{
	struct native_inbox *inbox = calloc(1, sizeof(*inbox));

	for (int i = 0; inbox != NULL && i < NATIVE_BATCH; i++) {
		struct msghdr *header = &inbox->messages[i].msg_hdr;
		inbox->pieces[i].iov_base = inbox->answers[i].bytes;
		inbox->pieces[i].iov_len = NATIVE_ANSWER_MAX;
		header->msg_iov = &inbox->pieces[i];
		header->msg_iovlen = 1;
		header->msg_name = &inbox->from[i];
		header->msg_control = &inbox->controls[i];
	}
	return inbox;
}

void
native_inbox_free(struct native_inbox *inbox)
{
	free(inbox);
}

/* The kernel sends its count along once it is not 0. */
static void
note_overflow(struct msghdr *header, struct native_socket *sock)
{
	struct cmsghdr *at = CMSG_FIRSTHDR(header);

	if (at != NULL && at->cmsg_level == SOL_SOCKET &&
	    at->cmsg_type == SO_RXQ_OVFL) {
		memcpy(&sock->overflow, CMSG_DATA(at), sizeof(sock->overflow));
	}
}

size_t
native_inbox_receive(struct native_inbox *inbox, struct native_socket *sock,
    size_t max, native_datagram_fn *fn, void *arg)
{
	size_t n_all = 0;
	int n;

	while (n_all < max && sock->fd >= 0) {
		for (int i = 0; i < NATIVE_BATCH; i++) {
			struct msghdr *header = &inbox->messages[i].msg_hdr;
			header->msg_namelen = sizeof(inbox->from[i]);
			header->msg_controllen = sizeof(inbox->controls[i]);
		}
		n = recvmmsg(sock->fd, inbox->messages, NATIVE_BATCH,
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
		if (n < NATIVE_BATCH) {
			break;
		}
	}
	return n_all;
}
