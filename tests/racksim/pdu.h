/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request PDU in, one Response PDU out: what v1, v2c and v3 agree on.
 *
 * Route:  agent and v3 (which own the message around it) -> pdu -> mib, cells.
 * Thread: that of its struct agent; never blocks.
 * Source: RFC 1157 section 4; RFC 3416 section 4.2; RFC 3584 section 4.2.2.
 */
#ifndef RACKSIM_PDU_H
#define RACKSIM_PDU_H

#include <stdbool.h>
#include <stdint.h>

#include "ber.h"

/* Source: RFC 3416 section 3 and RFC 1157 section 4.1. */
enum {
	PDU_GET = 0xa0,
	PDU_GETNEXT = 0xa1,
	PDU_RESPONSE = 0xa2,
	PDU_SET = 0xa3,
	PDU_GETBULK = 0xa5,
	PDU_REPORT = 0xa8
};

enum {
	PDU_VERSION_1 = 0,
	PDU_VERSION_2C = 1,
	PDU_VERSION_3 = 3
};

enum {
	PDU_ERROR_NONE = 0,
	PDU_ERROR_TOO_BIG = 1,
	PDU_ERROR_NO_SUCH_NAME = 2,
	PDU_ERROR_GEN = 5,
	PDU_ERROR_NO_ACCESS = 6,
	PDU_ERROR_AUTHORIZATION = 16
};

/* What PDU_OVERSIZE adds to an answer, octets of one value. */
#define PDU_OVERSIZE 40000

/* How an agent misbehaves in one answer; all zero is a good agent. */
struct pdu_quirks {
	bool wrong_id;		/* answers under another request-id */
	bool endless;		/* GETNEXT and GETBULK never leave a column */
	bool stuck;		/* they repeat the instance they were given */
	bool shuffle;		/* the varbinds come in reverse order */
	bool oversize;		/* one more varbind of PDU_OVERSIZE octets */
	bool wrong_community;	/* v1 and v2c: answers under another one */
	bool too_big;		/* tooBig above too_big_over varbinds */
	uint32_t too_big_over;	/* counts names times rows */
	int refuse;		/* error-status instead of an answer, 0 = none */
};

struct agent;
struct agent_source;

/*
 * Answers the PDU at the head of `in`, which must be all there is in it.
 * Shape:  appends to *out; what does not fit becomes tooBig.
 * Errors: -1 when it must not be answered (counted in agent->stats).
 */
int pdu_answer(struct agent *agent, const struct agent_source *source,
    int version, struct ber_in *in, struct ber_out *out);

#endif
