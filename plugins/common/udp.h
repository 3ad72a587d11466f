/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sockets of engines: one unconnected UDP socket per address family, 64
 * datagrams per system call.
 *
 * Route: the native engine of snmp, the engine of ipmi.
 * Thread: the POLL thread of the engine.
 * Source: engine.md sections 1, 2 and 10 (batches, receive buffer, ICMP).
 */
#ifndef PLUGIN_UDP_H
#define PLUGIN_UDP_H

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define UDP_BATCH 64
/* Of one request.  Only what is used of it is touched. */
#define UDP_DATAGRAM_SIZE 9216
/* Some agents fill what they may; longer answers are cut. */
#define UDP_ANSWER_MAX 16384
/* Ports that are tried from source_port on: more than there are threads. */
#define UDP_SOURCE_PORTS 64
/* What one answer takes of a receive buffer.  Source: engine.md section 2. */
#define UDP_ANSWER_BYTES 2500

/* An address in 28 bytes. */
union udp_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* 0 for families that UDP does not run on. */
socklen_t udp_address_size(const union udp_address *address);
bool udp_address_equal(const union udp_address *a,
    const union udp_address *b);

/*
 * A datagram to be sent, in one or two pieces.
 * The head lies in the buffer of the outbox; the tail may lie elsewhere.
 */
struct udp_packet {
	const uint8_t *head, *tail;
	size_t head_len, tail_len;    /* tail_len may be 0 */
};

/* How to open a socket. */
struct udp_setup {
	const char *plugin;       /* named in what is logged */
	const struct col_host *host;
	int64_t receive_buffer;   /* bytes asked for; 0: the system's default */
	uint32_t window;          /* answers that should fit */
	uint16_t source_port;     /* the first to try, 0: any */
};

struct udp_socket {
	int fd;                   /* -1: not open */
	int64_t receive_buffer;   /* bytes granted */
	int open_errno;           /* why it could not be opened */
	uint32_t overflow;        /* datagrams the kernel has dropped, mod 2^32 */
};

/*
 * Opens, asks for the receive buffer, says what was granted.
 * Errors: COL_EIO with errno set.
 */
int udp_socket_open(struct udp_socket *sock, int family,
    const struct udp_setup *setup);
void udp_socket_close(struct udp_socket *sock);

/* ---- out ------------------------------------------------------------------------ */

/* Datagrams that wait for one sendmmsg(). */
struct udp_outbox;

struct udp_outbox *udp_outbox_new(void); /* NULL: out of memory */
void udp_outbox_free(struct udp_outbox *outbox);
/* Where the codec builds the next one; NULL: full, flush first. */
uint8_t *udp_outbox_buffer(struct udp_outbox *outbox);
/*
 * Adds what was built in that buffer.
 * Owns: borrows to and the packet's tail until flush.
 */
void udp_outbox_add(struct udp_outbox *outbox,
    const union udp_address *to, const struct udp_packet *packet,
    uint32_t tag);
/* Called for each that could not go out, with its tag and errno. */
typedef void udp_unsent_fn(void *arg, uint32_t tag, int error);
void udp_outbox_flush(struct udp_outbox *outbox, int fd,
    udp_unsent_fn *fn, void *arg);

/* ---- in ------------------------------------------------------------------------- */

/* Memory for one recvmmsg(). */
struct udp_inbox;

/* Bytes may be changed; from is one of our families. */
typedef void udp_datagram_fn(void *arg, uint8_t *bytes, size_t len,
    const union udp_address *from);

struct udp_inbox *udp_inbox_new(void);
void udp_inbox_free(struct udp_inbox *inbox);
/*
 * Receives what has come, at most max datagrams; fn may close sock.
 * Returns how many; counts those the kernel dropped in sock->overflow.
 */
size_t udp_inbox_receive(struct udp_inbox *inbox,
    struct udp_socket *sock, size_t max, udp_datagram_fn *fn, void *arg);

#endif
