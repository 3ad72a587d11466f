/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The native engine's sockets: one unconnected UDP socket per address family,
 * 64 datagrams per system call.
 *
 * Route: native_send (out), native_receive (in).
 * Thread: the POLL thread of the engine.
 * Source: engine.md sections 1, 2 and 10 (batches, receive buffer, ICMP).
 */
#ifndef SNMP_NATIVE_SOCKET_H
#define SNMP_NATIVE_SOCKET_H

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "native_codec.h"

#define NATIVE_BATCH 64
/* Ports that are tried from source_port on: more than there are threads. */
#define NATIVE_SOURCE_PORTS 64
/* What one answer takes of a receive buffer.  Source: engine.md section 2. */
#define NATIVE_ANSWER_BYTES 2500

/* An address in 28 bytes. */
union native_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* 0 for families that UDP does not run on. */
socklen_t native_address_size(const union native_address *address);
bool native_address_equal(const union native_address *a,
    const union native_address *b);

/* How to open a socket. */
struct native_socket_setup {
	const struct col_host *host;
	int64_t receive_buffer;   /* bytes asked for; 0: the system's default */
	uint32_t window;          /* answers that should fit */
	uint16_t source_port;     /* the first to try, 0: any */
};

struct native_socket {
	int fd;                   /* -1: not open */
	int64_t receive_buffer;   /* bytes granted */
	int open_errno;           /* why it could not be opened */
	uint32_t overflow;        /* datagrams the kernel has dropped, mod 2^32 */
};

/*
 * Opens, asks for the receive buffer, says what was granted.
 * Errors: COL_EIO with errno set.
 */
int native_socket_open(struct native_socket *sock, int family,
    const struct native_socket_setup *setup);
void native_socket_close(struct native_socket *sock);

/* ---- out ------------------------------------------------------------------------ */

/* Datagrams that wait for one sendmmsg(). */
struct native_outbox;

struct native_outbox *native_outbox_new(void); /* NULL: out of memory */
void native_outbox_free(struct native_outbox *outbox);
/* Where the codec builds the next one; NULL: full, flush first. */
uint8_t *native_outbox_buffer(struct native_outbox *outbox);
/*
 * Adds what was built in that buffer.
 * Owns: borrows to and the packet's tail until flush.
 */
void native_outbox_add(struct native_outbox *outbox,
    const union native_address *to, const struct native_packet *packet,
    uint32_t tag);
/* Called for each that could not go out, with its tag and errno. */
typedef void native_unsent_fn(void *arg, uint32_t tag, int error);
void native_outbox_flush(struct native_outbox *outbox, int fd,
    native_unsent_fn *fn, void *arg);

/* ---- in ------------------------------------------------------------------------- */

/* Memory for one recvmmsg(). */
struct native_inbox;

/* Bytes may be changed; from is one of our families. */
typedef void native_datagram_fn(void *arg, uint8_t *bytes, size_t len,
    const union native_address *from);

struct native_inbox *native_inbox_new(void);
void native_inbox_free(struct native_inbox *inbox);
/*
 * Receives what has come, at most max datagrams; fn may close sock.
 * Returns how many; counts those the kernel dropped in sock->overflow.
 */
size_t native_inbox_receive(struct native_inbox *inbox,
    struct native_socket *sock, size_t max, native_datagram_fn *fn, void *arg);

#endif
