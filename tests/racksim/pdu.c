/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "pdu.h"

#include <string.h>

#include "agent.h"

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
	struct ber_out *out;
	size_t pdu_at, list_at;
	size_t status_at;	/* where error-status begins */
	bool failed;		/* an error stands in it */
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

/* Returns 0 when the PDU deserves an answer; counts it otherwise. */
static int
parse(struct agent *agent, int version, struct ber_in *in,
    struct request *request)
{
	struct ber_in pdu;

	request->version = version;
	if (ber_take(in, &request->type, &pdu) != 0 || in->p != in->end) {
		agent->stats.malformed++;
		return -1;
	}
	if (request->type != PDU_GET && request->type != PDU_GETNEXT &&
	    request->type != PDU_SET && (request->type != PDU_GETBULK ||
	    version == PDU_VERSION_1)) {
		agent->stats.unsupported++;
		return -1;
	}
	if (parse_pdu(agent, pdu, request) != 0 ||
	    !names_decode(agent, request)) {
		agent->stats.malformed++;
		return -1;
	}
	return 0;
}

static void
begin(const struct request *request, struct response *response)
{
	struct ber_out *out = response->out;

	response->pdu_at = ber_open(out, PDU_RESPONSE);
	ber_put_int(out, BER_INTEGER, request->id);
	response->status_at = out->len;
	ber_put_int(out, BER_INTEGER, PDU_ERROR_NONE);
	ber_put_int(out, BER_INTEGER, 0);
	response->list_at = ber_open(out, BER_SEQUENCE);
}

static void
finish(struct response *response)
{
	ber_close(response->out, response->list_at);
	ber_close(response->out, response->pdu_at);
}

/*
 * Turns the response into an error. v1 sends the request's varbinds back, and
 * so does v2c except for tooBig. Source: RFC 3416 section 4.2.1.
 */
static void
fail(struct response *response, const struct request *request, int status,
    size_t index)
{
	struct ber_out *out = response->out;

	response->failed = true;
	out->full = false;
	out->len = response->status_at;
	ber_put_int(out, BER_INTEGER, status);
	ber_put_int(out, BER_INTEGER, (int64_t)index);
	if (status == PDU_ERROR_TOO_BIG &&
	    request->version != PDU_VERSION_1) {
		ber_put(out, BER_SEQUENCE, NULL, 0);
	} else {
		ber_put(out, BER_SEQUENCE, request->list.p,
		    (size_t)(request->list.end - request->list.p));
	}
	ber_close(out, response->pdu_at);
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

/*
 * Appends one varbind; leaves nothing of it behind when it does not fit.
 * The name then lies in the answer, which outlives any scratch.
 */
static void
put_varbind(struct ber_out *out, struct ber_in *name, const struct cell *cell)
{
	size_t at = out->len, size, name_len = (size_t)(name->end - name->p);
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
	ber_put(out, BER_OID, name->p, name_len);
	if (!out->full) {
		name->p = out->bytes + out->len - name_len;
		name->end = out->bytes + out->len;
	}
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

/* The place of the i-th of n names in an answer. */
static size_t
place(const struct agent *agent, size_t i, size_t n)
{
	return agent->quirks.shuffle ? n - 1 - i : i;
}

static void
answer_get(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct response *response)
{
	for (size_t k = 0; k < request->n_names; k++) {
		size_t i = place(agent, k, request->n_names);
		struct ber_in name = agent->names[i];
		const struct mib_entry *entry = mib_find(source->mib, name);

		if (entry != NULL) {
			read_cell(agent, source, entry);
		} else {
			set_exception(&agent->cell,
			    mib_has_object(source->mib, name) ?
			    BER_NO_SUCH_INSTANCE : BER_NO_SUCH_OBJECT);
		}
		if (request->version == PDU_VERSION_1 &&
		    (agent->cell.tag >= BER_NO_SUCH_OBJECT ||
		    agent->cell.tag == BER_COUNTER64)) {
			fail(response, request, PDU_ERROR_NO_SUCH_NAME, i + 1);
			return;
		}
		put_varbind(response->out, &name, &agent->cell);
	}
	finish(response);
}

/* Whether `name` is an instance's whose successor lies in another column. */
static bool
ends_column(struct ber_in name, const struct mib *mib,
    const struct mib_entry *next)
{
	uint32_t arcs[BER_OID_MAX];
	size_t n;

	if (ber_oid_decode(name, arcs, &n) != 0 || n < 2 ||
	    !mib_has_object(mib, name)) {
		return false;
	}
	return next == NULL || next->n_arcs < n || ber_oid_compare(
	    mib->arcs + next->arcs_at, n - 1, arcs, n - 1) != 0;
}

/* Invents the next row after `name`, a number larger by one. */
static bool
invent(struct agent *agent, struct ber_in *name)
{
	uint32_t arcs[BER_OID_MAX];
	size_t n, len;

	if (ber_oid_decode(*name, arcs, &n) != 0 || n < 2) {
		return false;
	}
	arcs[n - 1] = arcs[n - 1] < UINT32_MAX ? arcs[n - 1] + 1 : 0;
	if (ber_oid_encode(arcs, n, agent->made, sizeof(agent->made),
	    &len) != 0) {
		return false;
	}
	name->p = agent->made;
	name->end = agent->made + len;
	set_exception(&agent->cell, BER_INTEGER);
	agent->cell.number = 1;
	return true;
}

/*
 * Steps to the next readable instance after *name and reads it.
 * Returns false at the end of the view, with the exception in the cell.
 */
static bool
step(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct ber_in *name)
{
	const struct mib *mib = source->mib;
	const struct mib_entry *entry;
	int bad = 0;

	for (;;) {
		entry = agent->quirks.stuck ? mib_find(mib, *name) : NULL;
		if (entry == NULL) {
			entry = mib_next(mib, *name, &bad);
		}
		if (agent->quirks.endless && ends_column(*name, mib, entry) &&
		    invent(agent, name)) {
			return true;
		}
		if (entry == NULL) {
			set_exception(&agent->cell, BER_END_OF_MIB_VIEW);
			return false;
		}
		name->p = mib->bers + entry->ber_at;
		name->end = name->p + entry->ber_len;
		read_cell(agent, source, entry);
		/* v1 has no Counter64. Source: RFC 3584 section 4.2.2.1. */
		if (agent->cell.tag < BER_NO_SUCH_OBJECT &&
		    (request->version != PDU_VERSION_1 ||
		    agent->cell.tag != BER_COUNTER64)) {
			return true;
		}
		if (agent->quirks.stuck) {
			return true;
		}
	}
}

static void
answer_next(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct response *response)
{
	for (size_t k = 0; k < request->n_names; k++) {
		size_t i = place(agent, k, request->n_names);
		struct ber_in *name = &agent->names[i];

		if (!step(agent, source, request, name) &&
		    request->version == PDU_VERSION_1) {
			fail(response, request, PDU_ERROR_NO_SUCH_NAME, i + 1);
			return;
		}
		put_varbind(response->out, name, &agent->cell);
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
		for (size_t k = from; k < to; k++) {
			size_t i = from + place(agent, k - from, to - from);
			struct ber_in *name = &agent->names[i];

			alive += step(agent, source, request, name);
			put_varbind(response->out, name, &agent->cell);
			if (response->out->full) {
				response->out->full = false;
				finish(response);
				return;
			}
		}
		from = n;
		to = request->n_names;
	}
	finish(response);
}

/* How many varbinds a request is going to bring. */
static size_t
wanted(const struct request *request)
{
	size_t n;

	if (request->type != PDU_GETBULK) {
		return request->n_names;
	}
	n = clamp(request->first, request->n_names);
	return n + (request->n_names - n) *
	    clamp(request->second, AGENT_SIZE_MAX);
}

/* Adds a value that no buffer for ordinary answers holds. */
static void
swell(struct agent *agent, struct response *response)
{
	/* sysDescr.0 */
	static const uint8_t descr[] = {0x2b, 6, 1, 2, 1, 1, 1, 0};
	static const uint8_t zeros[PDU_OVERSIZE];
	struct ber_in name = {descr, descr + sizeof(descr)};

	set_exception(&agent->cell, BER_OCTETS);
	agent->cell.bytes = zeros;
	agent->cell.len = sizeof(zeros);
	put_varbind(response->out, &name, &agent->cell);
	finish(response);
}

static void
answer(struct agent *agent, const struct agent_source *source,
    const struct request *request, struct response *response)
{
	const struct pdu_quirks *quirks = &agent->quirks;

	if (quirks->refuse != PDU_ERROR_NONE) {
		fail(response, request, quirks->refuse, 0);
		return;
	}
	if (quirks->too_big && wanted(request) > quirks->too_big_over) {
		fail(response, request, PDU_ERROR_TOO_BIG, 0);
		return;
	}
	switch (request->type) {
	case PDU_GET:
		answer_get(agent, source, request, response);
		break;
	case PDU_GETNEXT:
		answer_next(agent, source, request, response);
		break;
	case PDU_GETBULK:
		answer_bulk(agent, source, request, response);
		break;
	default:
		/* Nothing here can be written. */
		fail(response, request, request->version == PDU_VERSION_1 ?
		    PDU_ERROR_NO_SUCH_NAME : PDU_ERROR_NO_ACCESS,
		    request->n_names > 0);
		return;
	}
	if (response->out->full) {
		fail(response, request, PDU_ERROR_TOO_BIG, 0);
	} else if (quirks->oversize && !response->failed) {
		swell(agent, response);
	}
}

int
pdu_answer(struct agent *agent, const struct agent_source *source,
    int version, struct ber_in *in, struct ber_out *out)
{
	struct response response = {.out = out};
	struct request request;

	if (parse(agent, version, in, &request) != 0) {
		return -1;
	}
	if (agent->quirks.wrong_id) {
		request.id ^= 0x15555;
	}
	begin(&request, &response);
	if (!out->full) {
		answer(agent, source, &request, &response);
	}
	if (out->full) {
		agent->stats.malformed++;
		return -1;
	}
	return 0;
}
