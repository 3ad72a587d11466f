/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command inside a message: addresses, network function, number, data and
 * checksums.
 *
 * Route: hello, link -> here; pure.  Thread: any.
 * Source: IPMI v2.0 s.13.8, table 13-8 (message format), s.5.2 (completion
 * codes).
 */
#ifndef PLUGIN_IPMI_LANMSG_H
#define PLUGIN_IPMI_LANMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LANMSG_OVERHEAD 7       /* of a request, in bytes */
#define LANMSG_SEQ_N 64         /* sequence numbers of requests */

/* Source: IPMI v2.0 table 5-1 (network functions), table 5-2 (codes). */
enum lanmsg_netfn {
	LANMSG_CHASSIS = 0x00, LANMSG_SENSOR = 0x04, LANMSG_APP = 0x06,
	LANMSG_STORAGE = 0x0a, LANMSG_GROUP = 0x2c
};
enum lanmsg_completion {
	LANMSG_OK = 0x00, LANMSG_BUSY = 0xc0, LANMSG_LATE = 0xc3,
	LANMSG_PRIVILEGE = 0xd4
};

struct lanmsg_request {
	uint8_t netfn, lun, command;
	uint8_t seq;             /* 0..63 */
	const uint8_t *data;
	size_t n;
};

struct lanmsg_answer {
	uint8_t netfn;           /* of the request that it answers */
	uint8_t lun, command;
	uint8_t seq;
	uint8_t completion;
	const uint8_t *data;     /* leads into the message */
	size_t n;
};

/* Shape: buffer has LANMSG_OVERHEAD + request->n.  Returns the length. */
size_t lanmsg_build(uint8_t *buffer, const struct lanmsg_request *request);
/*
 * Reads an answer.  Errors: COL_EPROTO: too short, not an answer to us;
 * COL_ERANGE: a checksum is wrong, while the rest would do.
 */
int lanmsg_parse(const uint8_t *bytes, size_t len, bool check_sums,
    struct lanmsg_answer *ret_answer);

#endif
