/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams from the outside in: RMCP header, ASF presence ping and pong,
 * session headers of IPMI 1.5 (without authentication) and 2.0.
 *
 * Route: engine, hello, link -> here -> the wire; pure.  Thread: any.
 * Source: DMTF DSP0136 (ASF 2.0) s.3.2; IPMI v2.0 s.13.1-13.6, s.13.27-13.28,
 * tables 13-1, 13-6, 13-8, 13-16.
 */
#ifndef PLUGIN_IPMI_RMCP_H
#define PLUGIN_IPMI_RMCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RMCP_PORT 623
#define RMCP_HEADER 4          /* bytes in front of all */
#define RMCP_V15_HEADER 14     /* RMCP, session header, length */
#define RMCP_V20_HEADER 16
#define RMCP_PING_SIZE 12
/* No message that we send or take is longer. */
#define RMCP_MESSAGE_MAX 1024

/* Source: IPMI v2.0 table 13-16. */
enum rmcp_payload {
	RMCP_IPMI = 0x00,
	RMCP_OPEN_REQUEST = 0x10, RMCP_OPEN_RESPONSE = 0x11,
	RMCP_RAKP_1 = 0x12, RMCP_RAKP_2 = 0x13, RMCP_RAKP_3 = 0x14,
	RMCP_RAKP_4 = 0x15
};

enum rmcp_kind { RMCP_PONG = 0, RMCP_V15, RMCP_V20, RMCP_KIND_N };

/* One datagram; pointers lead into it. */
struct rmcp_view {
	enum rmcp_kind kind;
	uint8_t tag;               /* pong: of the ping */
	bool has_ipmi;             /* pong: "IPMI supported" */
	uint8_t payload;           /* V20: enum rmcp_payload, or another type */
	bool is_encrypted, is_authenticated; /* V20 */
	uint32_t session;          /* as it is on the wire, V15: mostly 0 */
	uint32_t sequence;
	const uint8_t *body;
	size_t n_body;
	const uint8_t *trailer;    /* V20, authenticated: behind the body */
	size_t n_trailer;
};

/*
 * Reads a datagram.  Errors: COL_EPROTO (no RMCP, cut off, lengths that do not
 * fit, IPMI 1.5 with authentication).
 */
int rmcp_parse(const uint8_t *bytes, size_t len, struct rmcp_view *ret_view);

/* Shape: buffer has RMCP_PING_SIZE.  Returns the length. */
size_t rmcp_ping(uint8_t *buffer, uint8_t tag);
/* Writes the headers for n bytes of body.  Shape: RMCP_V15_HEADER bytes. */
void rmcp_head_v15(uint8_t *buffer, size_t n);

/* What the header of an IPMI 2.0 message says. */
struct rmcp_head {
	uint8_t payload;           /* enum rmcp_payload */
	bool is_encrypted, is_authenticated;
	uint32_t session, sequence;
};

/* Writes the headers for n bytes of body.  Shape: RMCP_V20_HEADER bytes. */
void rmcp_head_v20(uint8_t *buffer, const struct rmcp_head *head, size_t n);

/* Little-endian, as everything in IPMI. */
static inline uint32_t
rmcp_get32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 |
	    (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline void
rmcp_put32(uint8_t *at, uint32_t n)
{
	at[0] = (uint8_t)n;
	at[1] = (uint8_t)(n >> 8);
	at[2] = (uint8_t)(n >> 16);
	at[3] = (uint8_t)(n >> 24);
}

#endif
