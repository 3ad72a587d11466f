/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdu.h"

#include <string.h>

/* Opaque content that holds a real.  Source: net-snmp's opaque special types. */
enum { OPAQUE_PREFIX = 0x9f, OPAQUE_FLOAT = 0x78, OPAQUE_DOUBLE = 0x79 };
enum { BIT_STRING = 0x03 };

/* ---- requests ------------------------------------------------------------------ */

enum pdu_tag
pdu_tag_of(enum engine_verb verb)
{
	switch (verb) {
	case ENGINE_GETNEXT:
		return PDU_GETNEXT;
	case ENGINE_GETBULK:
		return PDU_GETBULK;
	case ENGINE_GET:
	case ENGINE_VERB_N:
		break;
	}
	return PDU_GET;
}

int
pdu_put_body(struct ber_writer *writer, const struct engine_request *request,
    struct pdu_place *ret_places)
{
	bool bulk = request->verb == ENGINE_GETBULK;
	size_t end = ber_written(writer), marks[PDU_NAMES_MAX];
	size_t lens[PDU_NAMES_MAX], size;

	if (request->n_names > PDU_NAMES_MAX) {
		return COL_EINVAL;
	}
	for (size_t i = request->n_names; i > 0; i--) {
		size_t mark = ber_written(writer);
		ber_put_null(writer, BER_NULL);
		lens[i - 1] = ber_written(writer);
		ber_put_objid(writer, request->names[i - 1]);
		marks[i - 1] = ber_written(writer);
		lens[i - 1] = marks[i - 1] - lens[i - 1];
		ber_put_header_since(writer, BER_SEQUENCE, mark);
	}
	ber_put_header_since(writer, BER_SEQUENCE, end);
	ber_put_integer(writer, BER_INTEGER, bulk ? request->n_repeat : 0);
	ber_put_integer(writer, BER_INTEGER, bulk ? request->n_once : 0);
	size = ber_written(writer) - end;
	if (writer->full || size > PDU_BODY_SIZE) {
		return COL_EFULL;
	}
	for (size_t i = 0; ret_places != NULL && i < request->n_names; i++) {
		/* A name's mark counts from the end to its first byte. */
		ret_places[i].at = (uint16_t)(size - (marks[i] - end));
		ret_places[i].len = (uint16_t)lens[i];
	}
	return 0;
}

void
pdu_put_head(struct ber_writer *writer, enum pdu_tag tag, uint32_t id,
    size_t body_len)
{
	size_t mark = ber_written(writer);

	ber_put_unsigned(writer, BER_INTEGER, id);
	ber_put_header(writer, (uint8_t)tag,
	    body_len + ber_written(writer) - mark);
}

/* ---- answers -------------------------------------------------------------------- */

/* Agents put nonsense here now and then; it is no reason to lose the rest. */
static unsigned
small(int64_t n)
{
	return n < 0 || n > 65535 ? 0 : (unsigned)n;
}

int
pdu_take(struct ber_reader *reader, struct pdu *ret_pdu)
{
	struct ber_reader content;
	struct pdu pdu = {0};
	int64_t id, status, index;
	uint8_t tag;

	if (ber_next(reader, &tag, &content) != 0 || tag < PDU_GET ||
	    tag > PDU_REPORT || tag == 0xa4 ||
	    ber_take_integer(&content, &id) != 0 ||
	    ber_take_integer(&content, &status) != 0 ||
	    ber_take_integer(&content, &index) != 0 ||
	    ber_take(&content, BER_SEQUENCE, &pdu.varbinds) != 0) {
		return COL_EPROTO;
	}
	pdu.tag = tag;
	pdu.id = (uint32_t)id;
	pdu.error_status = small(status);
	pdu.error_index = small(index);
	*ret_pdu = pdu;
	return 0;
}

static void
take_name(struct ber_reader content, struct pdu_values *values,
    struct objref *ret_name)
{
	uint32_t *subs = values->subs + values->n_subs;
	size_t room = PDU_SUBS_MAX - values->n_subs;
	unsigned n = 0;

	if (ber_objid(content, subs,
	    room > OBJID_MAX ? OBJID_MAX : (unsigned)room, &n) != 0) {
		n = 0;
	}
	values->n_subs += n;
	*ret_name = (struct objref){subs, n};
}

static void
take_opaque(struct ber_reader content, struct varbind *vb)
{
	const uint8_t *bytes = content.at;
	size_t len = ber_left(&content);
	uint64_t bits = 0;

	vb->type = VARBIND_OCTETS;
	if (len == 7 && bytes[0] == OPAQUE_PREFIX &&
	    bytes[1] == OPAQUE_FLOAT && bytes[2] == 4) {
		uint32_t word;
		float real;
		for (size_t i = 3; i < len; i++) {
			bits = bits << 8 | bytes[i];
		}
		word = (uint32_t)bits;
		memcpy(&real, &word, sizeof(real));
		vb->type = VARBIND_REAL;
		vb->real = (double)real;
	} else if (len == 11 && bytes[0] == OPAQUE_PREFIX &&
	    bytes[1] == OPAQUE_DOUBLE && bytes[2] == 8) {
		for (size_t i = 3; i < len; i++) {
			bits = bits << 8 | bytes[i];
		}
		memcpy(&vb->real, &bits, sizeof(vb->real));
		vb->type = VARBIND_REAL;
	} else if (len >= 3 && bytes[0] == OPAQUE_PREFIX &&
	    bytes[1] >= 0x76 && bytes[1] <= 0x7b) {
		vb->type = VARBIND_OTHER;
	}
	vb->bytes = bytes;
	vb->len = len;
}

static int
take_counter(struct ber_reader content, enum varbind_type type,
    struct varbind *vb)
{
	uint64_t n;

	if (ber_unsigned(content, &n) != 0) {
		return COL_EPROTO;
	}
	vb->type = type;
	vb->counter = type == VARBIND_COUNTER64 ? n : n & 0xffffffffu;
	return 0;
}

static int
take_value(uint8_t tag, struct ber_reader content, struct pdu_values *values,
    struct varbind *vb)
{
	switch (tag) {
	case BER_INTEGER:
		vb->type = VARBIND_INTEGER;
		return ber_integer(content, &vb->integer);
	case BER_UNSIGNED32:
		return take_counter(content, VARBIND_UNSIGNED, vb);
	case BER_COUNTER32:
		return take_counter(content, VARBIND_COUNTER32, vb);
	case BER_TICKS:
		return take_counter(content, VARBIND_TICKS, vb);
	case BER_COUNTER64:
		return take_counter(content, VARBIND_COUNTER64, vb);
	case BER_OCTETS:
	case BIT_STRING:
	case BER_ADDRESS:
		vb->type = tag == BER_ADDRESS ? VARBIND_ADDRESS :
		    VARBIND_OCTETS;
		vb->bytes = content.at;
		vb->len = ber_left(&content);
		return 0;
	case BER_OPAQUE:
		take_opaque(content, vb);
		return 0;
	case BER_OBJID:
		vb->type = VARBIND_OBJID;
		take_name(content, values, &vb->objid);
		return 0;
	case BER_NULL:
		vb->type = VARBIND_NULL;
		return 0;
	case BER_NO_OBJECT:
		vb->type = VARBIND_NO_OBJECT;
		return 0;
	case BER_NO_INSTANCE:
		vb->type = VARBIND_NO_INSTANCE;
		return 0;
	case BER_END_OF_VIEW:
		vb->type = VARBIND_END;
		return 0;
	default:
		vb->type = VARBIND_OTHER;
		return 0;
	}
}

/* True when the bytes at content are the encoded name asked at place i. */
static bool
as_asked(const struct pdu_asked *asked, size_t i,
    const struct ber_reader *content)
{
	return asked != NULL && i < asked->n &&
	    ber_left(content) >= asked->places[i].len &&
	    memcmp(content->at, asked->body + asked->places[i].at,
	    asked->places[i].len) == 0;
}

int
pdu_values(const struct pdu *pdu, const struct pdu_asked *asked,
    struct pdu_values *ret_values)
{
	struct ber_reader list = pdu->varbinds, content, name, value;
	struct pdu_values *values = ret_values;
	uint8_t tag;

	values->n = 0;
	values->n_subs = 0;
	for (size_t i = 0; ber_left(&list) > 0 && i < PDU_VARBINDS_MAX; i++) {
		struct varbind *vb = &values->varbinds[i];
		*vb = (struct varbind){.type = VARBIND_OTHER};
		if (ber_next(&list, &tag, &content) != 0 ||
		    tag != BER_SEQUENCE) {
			return COL_EPROTO;
		}
		if (as_asked(asked, i, &content)) {
			vb->name = asked->names[i];
			content.at += asked->places[i].len;
		} else if (ber_take(&content, BER_OBJID, &name) == 0) {
			take_name(name, values, &vb->name);
		} else {
			return COL_EPROTO;
		}
		if (ber_next(&content, &tag, &value) != 0 ||
		    take_value(tag, value, values, vb) != 0) {
			return COL_EPROTO;
		}
		values->n = i + 1;
	}
	return 0;
}
