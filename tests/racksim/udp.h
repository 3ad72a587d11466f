/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One UDP socket that answers for every loopback address: datagrams carry the
 * address they were sent to, and answers leave from it.
 *
 * Route:  kernel -> udp -> loop -> agent -> loop -> udp -> kernel.
 * Thread: one per struct udp.
 * Source: ip(7) IP_PKTINFO; recvmmsg(2); socket(7) SO_BINDTODEVICE.
 */
#ifndef RACKSIM_UDP_H
#define RACKSIM_UDP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* Datagrams per system call. */
#define UDP_BATCH 64
/* Room for one request; longer ones are dropped. */
#define UDP_REQUEST_SIZE 8192

struct udp;

struct udp_packet {
	struct udp *via;		/* that received it */
	struct sockaddr_in peer;	/* who asked */
	uint32_t local;			/* whom, host order */
	const uint8_t *bytes;		/* in the udp's buffers */
	size_t len;
};

/*
 * Opens a socket at `address`:`port` (host order), or for the whole of 127/8
 * when address is 0. Port 0 lets the kernel choose.
 * Owns:   returns a struct udp, free with udp_close.
 * Errors: NULL with errno set.
 */
struct udp *udp_open(uint32_t address, uint16_t port);

/* Closes the socket and frees the buffers; NULL is fine. */
void udp_close(struct udp *udp);

/* Returns the descriptor to wait for and the port in use. */
int udp_fd(const struct udp *udp);
uint16_t udp_port(const struct udp *udp);

/*
 * Takes what has arrived, without waiting. Datagrams not addressed to 127/8
 * and oversized ones are left out.
 * Shape:  returns how many of the UDP_BATCH places in ret_packets are filled.
 * Errors: -1 when nothing had arrived at all.
 */
int udp_receive(struct udp *udp, struct udp_packet *ret_packets);

/*
 * Queues one answer to `to`; sends when a batch is full.
 * Owns:   borrows bytes until udp_flush.
 */
void udp_send(struct udp *udp, const struct udp_packet *to,
    const uint8_t *bytes, size_t len);

/* Sends what is queued. What the kernel refuses is lost, as UDP may be. */
void udp_flush(struct udp *udp);

#endif
