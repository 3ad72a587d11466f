/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An SNMP v1/v2c responder: one request message in, one response message out.
 *
 * Route:  fed by serve and replay with datagrams; pdu answers what is inside.
 * Thread: one per struct agent; never blocks.
 * Source: RFC 1157 section 4; RFC 3416 section 4.2; RFC 3584 section 4.2.2.
 */
#ifndef RACKSIM_AGENT_H
#define RACKSIM_AGENT_H

#include <stddef.h>
#include <stdint.h>

#include "mib.h"
#include "pdu.h"

/* A datagram over Ethernet without fragments; the default response limit. */
#define AGENT_SIZE_DEFAULT 1472
/* Source: RFC 768 and RFC 791: what UDP over IPv4 can carry. */
#define AGENT_SIZE_MAX 65507
/* Requests above this size are dropped as hostile. */
#define AGENT_REQUEST_MAX 8192
/* A varbind takes 7 octets at least (30 05 06 01 x 05 00). */
#define AGENT_VARBINDS_MAX (AGENT_REQUEST_MAX / 6)

/* Gives the value of one instance; `arg` is the device behind it. */
typedef void agent_cell_fn(void *arg, const struct mib_entry *entry,
    struct cell *ret_cell);

/* What answers: a table and the function behind it. */
struct agent_source {
	const struct mib *mib;
	agent_cell_fn *cell;
	void *arg;
};

/* What became of the requests so far. */
struct agent_stats {
	uint64_t answered;	/* responses made */
	uint64_t malformed;	/* not BER or not a message */
	uint64_t wrong_community;
	uint64_t unsupported;	/* version or PDU type unknown here */
};

struct agent {
	const char *community;	/* borrowed, NUL-terminated */
	size_t size_max;	/* response limit in bytes, up to AGENT_SIZE_MAX */
	struct agent_stats stats;
	struct pdu_quirks quirks;	/* of the next answer */
	/* Scratch: the names of the request, or where a bulk row stands. */
	struct ber_in names[AGENT_VARBINDS_MAX];
	struct cell cell;
	uint8_t made[BER_OID_MAX * 5];	/* a name that no table has */
};

/*
 * Answers one datagram.
 * Shape:  `out` has room for agent->size_max bytes, for AGENT_SIZE_MAX with
 *         the quirk oversize.
 * Errors: 0 when it must not be answered (counted in stats), else the length.
 */
size_t agent_answer(struct agent *agent, const struct agent_source *source,
    struct ber_in message, uint8_t *out);

#endif
