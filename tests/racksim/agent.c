/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "agent.h"

#include <string.h>

/* Source: RFC 3416 section 3 and RFC 1157 section 4.1. */
enum {
	PDU_GET = 0xa0,
	PDU_GETNEXT = 0xa1,
	PDU_RESPONSE = 0xa2,
	PDU_SET = 0xa3,
	PDU_GETBULK = 0xa5
};

enum {
	VERSION_1 = 0,
	VERSION_2C = 1
};

enum {
	ERROR_NONE = 0,
	ERROR_TOO_BIG = 1,
	ERROR_NO_SUCH_NAME = 2,
	ERROR_GEN = 5,
	ERROR_NO_ACCESS = 6
};

/* One request, decoded as far as all PDU types agree. */
struct request {
	int32_t version;
	uint8_t type;
	int32_t id;
	int32_t first;		/* error-status, or non-repeaters */
	int32_t second;		/* error-index, or max-repetitions */
	struct ber_in list;	/* the varbind list as it came */
	size_t n_names;
};

/* A response under construction. */
struct response {
	struct ber_out out;
	size_t message_at, pdu_at, list_at;
	size_t status_at;	/* where error-status begins */
};

static int
parse_names(struct agent *agent, struct request *request)
{
	struct ber_in list = request->list, pair, value;
	uint8_t tag;
	size_t n = 0;

	while (list.p < list.end) {
		if (n == AGENT_VARBINDS_MAX ||
		    ber_take_tag(&list, BER_SEQUENCE, &pair) != 0 ||
		    ber_take_tag(&pair, BER_OID, &agent->names[n]) != 0 ||
		    ber_take(&pair, &tag, &value) != 0 || pair.p != pair.end) {
			return -1;
		}
		n++;
	}
	request->n_names = n;
	return 0;
}

static int
parse_pdu(struct agent *agent, struct ber_in pdu, struct request *request)
{
	if (ber_take_int(&pdu, &request->id) != 0 ||
	    ber_take_int(&pdu, &request->first) != 0 ||
	    ber_take_int(&pdu, &request->second) != 0 ||
	    ber_take_tag(&pdu, BER_SEQUENCE, &request->list) != 0 ||
	    pdu.p != pdu.end) {
		return -1;
	}
	return parse_names(agent, request);
}

/* Returns 0 when the message deserves an answer; counts it otherwise. */
static int
parse(struct agent *agent, struct ber_in in, struct request *request)
{
	struct ber_in message, community, pdu;
	size_t len = strlen(agent->community);

	if (ber_take_tag(&in, BER_SEQUENCE, &message) != 0 || in.p != in.end ||
	    ber_take_int(&message, &request->version) != 0) {
		agent->stats.malformed++;
		return -1;
	}
	if (request->version != VERSION_1 && request->version != VERSION_2C) {
		agent->stats.unsupported++;
		return -1;
	}
	if (ber_take_tag(&message, BER_OCTETS, &community) != 0 ||
	    ber_take(&message, &request->type, &pdu) != 0 ||
	    message.p != message.end) {
		agent->stats.malformed++;
		return -1;
	}
	if ((size_t)(community.end - community.p) != len ||
	    memcmp(community.p, agent->community, len) != 0) {
		agent->stats.wrong_community++;
		return -1;
	}
	if (request->type != PDU_GET && request->type != PDU_GETNEXT &&
	    request->type != PDU_SET && (request->type != PDU_GETBULK ||
	    request->version == VERSION_1)) {
		agent->stats.unsupported++;
		return -1;
	}
	if (parse_pdu(agent, pdu, request) != 0) {
		agent->stats.malformed++;
		return -1;
	}
	return 0;
}

static void
begin(const struct agent *agent, const struct request *request,
    struct response *response)
{
	struct ber_out *out = &response->out;

	response->message_at = ber_open(out, BER_SEQUENCE);
	ber_put_int(out, BER_INTEGER, request->version);
	ber_put(out, BER_OCTETS, (const uint8_t *)agent->community,
	    strlen(agent->community));
	response->pdu_at = ber_open(out, PDU_RESPONSE);
	ber_put_int(out, BER_INTEGER, request->id);
	response->status_at = out->len;
	ber_put_int(out, BER_INTEGER, ERROR_NONE);
	ber_put_int(out, BER_INTEGER, 0);
	response->list_at = ber_open(out, BER_SEQUENCE);
}

static void
finish(struct response *response)
{
	ber_close(&response->out, response->list_at);
	ber_close(&response->out, response->pdu_at);
	ber_close(&response->out, response->message_at);
}

/*
 * Turns the response into an error. v1 sends the request's varbinds back, and
 * so does v2c except for tooBig. Source: RFC 3416 section 4.2.1.
 */
static void
fail(struct response *response, const struct request *request, int status,
    size_t index)
{
	struct ber_out *out = &response->out;

	out->full = false;
	out->len = response->status_at;
	ber_put_int(out, BER_INTEGER, status);
	ber_put_int(out, BER_INTEGER, (int64_t)index);
	if (status == ERROR_TOO_BIG && request->version == VERSION_2C) {
		ber_put(out, BER_SEQUENCE, NULL, 0);
	} else {
		ber_put(out, BER_SEQUENCE, request->list.p,
		    (size_t)(request->list.end - request->list.p));
	}
	ber_close(out, response->pdu_at);
	ber_close(out, response->message_at);
}

static size_t
number_size(uint8_t tag, int64_t number)
{
	uint8_t bytes[12];
	struct ber_out out = {bytes, 0, sizeof(bytes), false};

	if (tag == BER_COUNTER64) {
		ber_put_uint(&out, tag, (uint64_t)number);
	} else {
		ber_put_int(&out, tag, number);
	}
	return out.len;
}

/* Appends one varbind; leaves nothing of it behind when it does not fit. */
static void
put_varbind(struct ber_out *out, const uint8_t *name, size_t name_len,
    const struct cell *cell)
{
	size_t at = out->len, size;
	bool is_number = false;

	switch (cell->tag) {
	case BER_INTEGER:
	case BER_COUNTER32:
	case BER_GAUGE32:
	case BER_TIMETICKS:
	case BER_COUNTER64:
		is_number = true;
		size = number_size(cell->tag, cell->number);
		break;
	default:
		size = 1 + ber_length_size(cell->len) + cell->len;
		break;
	}
	size += 1 + ber_length_size(name_len) + name_len;
	ber_put_header(out, BER_SEQUENCE, size);
	ber_put(out, BER_OID, name, name_len);
	if (!is_number) {
		ber_put(out, cell->tag, cell->bytes, cell->len);
	} else if (cell->tag == BER_COUNTER64) {
		ber_put_uint(out, cell->tag, (uint64_t)cell->number);
	} else {
		ber_put_int(out, cell->tag, cell->number);
	}
	if (out->full) {
		out->len = at;
	}
}

static void
read_cell(struct agent *agent, const struct agent_source *source,
    const struct mib_entry *entry)
{
	agent->cell.tag = entry->tag;
	agent->cell.number = 0;
	agent->cell.bytes = NULL;
	agent->cell.len = 0;
	source->cell(source->arg, entry, &agent->cell);
}

static void
set_exception(struct cell *cell, uint8_t tag)
{
	cell->tag = tag;
	cell->bytes = NULL;
	cell->len = 0;
}

static void
answer_get(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct response *response)
{
	for (size_t i = 0; i < request->n_names; i++) {
		struct ber_in name = agent->names[i];
		const struct mib_entry *entry = mib_find(source->mib, name);

		if (entry != NULL) {
			read_cell(agent, source, entry);
		} else {
			set_exception(&agent->cell,
			    mib_has_object(source->mib, name) ?
			    BER_NO_SUCH_INSTANCE : BER_NO_SUCH_OBJECT);
		}
		if (request->version == VERSION_1 &&
		    (agent->cell.tag >= BER_NO_SUCH_OBJECT ||
		    agent->cell.tag == BER_COUNTER64)) {
			fail(response, request, ERROR_NO_SUCH_NAME, i + 1);
			return;
		}
		put_varbind(&response->out, name.p,
		    (size_t)(name.end - name.p), &agent->cell);
	}
	finish(response);
}

/*
 * Steps to the next readable instance after *name and reads it.
 * Returns NULL at the end of the view, with the exception in the cell.
 */
static const struct mib_entry *
step(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct ber_in *name)
{
	const struct mib *mib = source->mib;
	const struct mib_entry *entry;
	int bad = 0;

	for (;;) {
		entry = mib_next(mib, *name, &bad);
		if (entry == NULL) {
			set_exception(&agent->cell, BER_END_OF_MIB_VIEW);
			return NULL;
		}
		name->p = mib->bers + entry->ber_at;
		name->end = name->p + entry->ber_len;
		read_cell(agent, source, entry);
		/* v1 has no Counter64. Source: RFC 3584 section 4.2.2.1. */
		if (agent->cell.tag < BER_NO_SUCH_OBJECT &&
		    (request->version != VERSION_1 ||
		    agent->cell.tag != BER_COUNTER64)) {
			return entry;
		}
	}
}

static void
answer_next(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct response *response)
{
	for (size_t i = 0; i < request->n_names; i++) {
		struct ber_in *name = &agent->names[i];

		if (step(agent, source, request, name) == NULL &&
		    request->version == VERSION_1) {
			fail(response, request, ERROR_NO_SUCH_NAME, i + 1);
			return;
		}
		put_varbind(&response->out, name->p,
		    (size_t)(name->end - name->p), &agent->cell);
	}
	finish(response);
}

static size_t
clamp(int32_t value, size_t max)
{
	return value < 0 ? 0 : (size_t)value > max ? max : (size_t)value;
}

/* Cuts the answer at the last varbind that fits. Source: RFC 3416 4.2.3. */
static void
answer_bulk(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct response *response)
{
	size_t n = clamp(request->first, request->n_names);
	size_t repetitions = clamp(request->second, AGENT_SIZE_MAX);
	size_t from = 0, to = n, alive = 1;

	if (n == request->n_names) {
		repetitions = 0;
	}
	for (size_t row = 0; row <= repetitions && alive > 0; row++) {
		alive = row == 0;
		for (size_t i = from; i < to; i++) {
			struct ber_in *name = &agent->names[i];

			alive += step(agent, source, request, name) != NULL;
			put_varbind(&response->out, name->p,
			    (size_t)(name->end - name->p), &agent->cell);
			if (response->out.full) {
				response->out.full = false;
				finish(response);
				return;
			}
		}
		from = n;
		to = request->n_names;
	}
	finish(response);
}

/* The names must be valid before any part of the answer is made. */
static bool
names_decode(const struct agent *agent, const struct request *request)
{
	uint32_t arcs[BER_OID_MAX];
	size_t n;

	for (size_t i = 0; i < request->n_names; i++) {
		if (ber_oid_decode(agent->names[i], arcs, &n) != 0) {
			return false;
		}
	}
	return true;
}

size_t
agent_answer(struct agent *agent, const struct agent_source *source,
    struct ber_in message, uint8_t *out)
{
	struct request request;
	struct response response = {.out = {.bytes = out,
	    .size = agent->size_max}};

	if (parse(agent, message, &request) != 0) {
		return 0;
	}
	if (!names_decode(agent, &request)) {
		agent->stats.malformed++;
		return 0;
	}
	begin(agent, &request, &response);
	if (response.out.full) {
		agent->stats.malformed++;
		return 0;
	}
	switch (request.type) {
	case PDU_GET:
		answer_get(agent, source, &request, &response);
		break;
	case PDU_GETNEXT:
		answer_next(agent, source, &request, &response);
		break;
	case PDU_GETBULK:
		answer_bulk(agent, source, &request, &response);
		break;
	default:
		/* Nothing here can be written. */
		fail(&response, &request, request.version == VERSION_1 ?
		    ERROR_NO_SUCH_NAME : ERROR_NO_ACCESS,
		    request.n_names > 0);
		break;
	}
	if (response.out.full) {
		fail(&response, &request, ERROR_TOO_BIG, 0);
	}
	if (response.out.full) {
		agent->stats.malformed++;
		return 0;
	}
	agent->stats.answered++;
	return response.out.len;
}
