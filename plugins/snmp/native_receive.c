/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams are matched from the outside in: id, source, version and
 * community, and only then decoded.  What does not fit is counted by reason
 * and costs the request nothing.
 */
#include "native.h"

#include <string.h>

#include "peek.h"

#define RECEIVE_PER_TICK 4096   /* datagrams; the rest waits 10 ms */

static void
learn_trip(struct native_session *session, const struct native_slot *slot,
    unsigned age)
{
	struct native *native = session->native;
	int64_t sent_ns = age == 0 ? slot->sent_ns : slot->earlier_ns;
	int64_t trip_ns = native->now_ns - sent_ns;

	if (age > 1) {
		return; /* nobody remembers when that was sent */
	}
	rto_learn(&session->rto, trip_ns);
	native_counters_trip(&native->counters, trip_ns);
}

static void
take_answer(struct native_session *session, struct native_slot *slot,
    const struct pdu *pdu)
{
	const struct engine_request *request = session->request;
	struct native *native = session->native;
	struct pdu_asked asked = {.names = request->n_expected > 0 ?
	    request->expected : request->names,
	    .places = slot->body->places, .body = slot->body->bytes,
	    .n = slot->body->n_places};
	struct engine_reply reply = {.outcome = ENGINE_ANSWER,
	    .error_status = pdu->error_status,
	    .error_index = pdu->error_index};

	if (pdu_values(pdu, &asked, native->values) != 0) {
		/* The next try may bring a better one. */
		native->counters.malformed++;
		slot->garbled = true;
		return;
	}
	reply.varbinds = native->values->varbinds;
	reply.n_varbinds = native->values->n;
	native_flight_end(session, &reply);
}

static void
take_verdict(struct native_session *session, enum native_verdict verdict,
    const struct native_parsed *parsed, unsigned age)
{
	struct native *native = session->native;
	struct native_slot *slot = native_session_slot(session);
	struct engine_reply reply = {.detail = parsed->detail};

	switch (verdict) {
	case NATIVE_ANSWER:
		learn_trip(session, slot, age);
		take_answer(session, slot, &parsed->pdu);
		break;
	case NATIVE_AGAIN:
		learn_trip(session, slot, age);
		if (slot->n_agains++ < NATIVE_AGAIN_MAX) {
			native_flight_again(session);
			break;
		}
		reply.outcome = ENGINE_BROKEN;
		reply.detail = "the agent and we do not come to terms";
		native_flight_end(session, &reply);
		break;
	case NATIVE_REFUSED:
		reply.outcome = ENGINE_AUTH;
		native_flight_end(session, &reply);
		break;
	case NATIVE_BROKEN:
		reply.outcome = ENGINE_BROKEN;
		native_flight_end(session, &reply);
		break;
	case NATIVE_DROP:
	case NATIVE_VERDICT_N:
		native->counters.wrong_secret++;
		break;
	}
}

static void
take_datagram(void *arg, uint8_t *bytes, size_t len,
    const union udp_address *from)
{
	struct native *native = arg;
	struct native_parsed parsed = {.detail = NULL};
	struct native_session *session;
	struct native_slot *slot;
	struct native_ask ask;
	struct peek peek;
	unsigned age;
	bool late;

	if (peek_message(bytes, len, &peek) != 0) {
		native->counters.malformed++;
		return;
	}
	slot = native_slots_find(native->slots, peek.id, &age, &late);
	if (slot == NULL) {
		native->counters.late += late;
		native->counters.unknown_id += !late;
		return;
	}
	session = slot->owner;
	if (!session->any_source && !udp_address_equal(&session->to, from)) {
		native->counters.wrong_source++;
		return;
	}
	if (peek.version != (int)session->credential->version) {
		native->counters.wrong_secret++;
		return;
	}
	ask = native_send_ask(session, slot, peek.id);
	take_verdict(session, session->codec->parse(session->state, &ask,
	    bytes, len, &parsed), &parsed, age);
}

void
native_receive(struct native *native)
{
	for (int i = 0; i < NATIVE_FAMILY_N; i++) {
		struct udp_socket *sock = &native->sockets[i];
		uint32_t before = sock->overflow;
		(void)udp_inbox_receive(native->inbox, sock,
		    RECEIVE_PER_TICK, take_datagram, native);
		/* A difference of 32 bits: the kernel's count wraps. */
		native->counters.overflow += sock->overflow - before;
	}
}
