/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first few fields of an SNMP message, read before anything else looks at
 * it: enough to find the request that it answers.
 *
 * Route: engine_netsnmp, between the socket and libsnmp's parser.
 * Thread: any.  Source: RFC 1157 s.4, RFC 3416 s.3, RFC 3412 s.6.
 */
#ifndef SNMP_PEEK_H
#define SNMP_PEEK_H

#include <stddef.h>
#include <stdint.h>

struct peek {
	int version;        /* 0 v1, 1 v2c, 3 v3 */
	uint32_t id;        /* request-id, with v3 the msgID */
	uint8_t pdu;        /* tag of the PDU, 0 with v3 */
	const uint8_t *community; /* v1, v2c; in the message */
	size_t community_len;
};

/* Errors: COL_EPROTO. */
int peek_message(const uint8_t *bytes, size_t size, struct peek *ret_peek);

#endif
