/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PDUs of SNMPv2 (and those of v1 that look alike): requests written, answers
 * read into varbinds.  Nothing here knows the message around them.
 *
 * Route: engine request -> pdu -> message_v2 or message_v3, and back.
 * Thread: any.  Source: RFC 3416 s.3 and s.4; RFC 1157 s.4.1.
 *
 * A request is written in two parts: its body, everything after the
 * request-id, is the same for all devices that are asked the same and is
 * encoded once; its head, tag, length and request-id, belongs to one message.
 */
#ifndef SNMP_PDU_H
#define SNMP_PDU_H

#include <stddef.h>
#include <stdint.h>

#include "ber.h"
#include "engine.h"
#include "varbind.h"

#define PDU_NAMES_MAX 128       /* of a request */
#define PDU_BODY_SIZE 8192      /* enough for a request of that many */
#define PDU_HEAD_SIZE 16        /* enough for a head */
#define PDU_VARBINDS_MAX 512    /* of an answer that are looked at */
#define PDU_SUBS_MAX 32768      /* sub-identifiers of an answer */

enum pdu_tag {
	PDU_GET = 0xa0, PDU_GETNEXT = 0xa1, PDU_RESPONSE = 0xa2,
	PDU_SET = 0xa3, PDU_GETBULK = 0xa5, PDU_REPORT = 0xa8
};

/* ---- requests ------------------------------------------------------------------ */

/* Where the encoded names lie in a body, tag and length included. */
struct pdu_place {
	uint16_t at, len;
};

/*
 * Writes error-status, error-index (GETBULK: non-repeaters, max-repetitions)
 * and the names with NULL values; no names make an empty list.
 * Shape: ret_places NULL or room for request->n_names, counted from the body's
 * first byte.  Errors: COL_EINVAL (too many names), COL_EFULL.
 */
int pdu_put_body(struct ber_writer *writer,
    const struct engine_request *request, struct pdu_place *ret_places);
/*
 * Writes tag, length and request-id in front of a body of body_len bytes,
 * which need not lie in the writer's buffer.
 * Units: id 0x800000..0x7fffffff takes four bytes of content, always.
 */
void pdu_put_head(struct ber_writer *writer, enum pdu_tag tag, uint32_t id,
    size_t body_len);
enum pdu_tag pdu_tag_of(enum engine_verb verb);

/* ---- answers -------------------------------------------------------------------- */

/* One PDU; varbinds lie in the bytes it was read from. */
struct pdu {
	uint8_t tag;                /* enum pdu_tag */
	uint32_t id;                /* request-id */
	unsigned error_status, error_index; /* 0 for nonsense */
	struct ber_reader varbinds;
};

/*
 * Takes a PDU off; of any type but the traps of v1.
 * Errors: COL_EPROTO, ret_pdu untouched.
 */
int pdu_take(struct ber_reader *reader, struct pdu *ret_pdu);

/* What was asked: names in the order of the body they were encoded in. */
struct pdu_asked {
	const struct objref *names;
	const struct pdu_place *places;
	const uint8_t *body;
	size_t n;
};

/* Varbinds of one answer and the memory of the names that they bring. */
struct pdu_values {
	size_t n, n_subs;
	struct varbind varbinds[PDU_VARBINDS_MAX];
	uint32_t subs[PDU_SUBS_MAX];
};

/*
 * Decodes the varbinds; all past PDU_VARBINDS_MAX are left out.
 * A name that answers the one asked at its place is not decoded: it becomes
 * the name asked.  asked may be NULL.  A name longer than OBJID_MAX becomes
 * empty, which matches nothing.
 * Owns: the varbinds borrow from pdu, asked and ret_values.
 * Errors: COL_EPROTO, ret_values is then void.
 */
int pdu_values(const struct pdu *pdu, const struct pdu_asked *asked,
    struct pdu_values *ret_values);

#endif
