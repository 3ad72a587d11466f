/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of the native engine: what its files share.
 *
 * Route: engine_native (the seam to fetch) -> native_flight (queues, ends) ->
 * native_send (tries) -> socket -> native_receive (matching, decoding) -> reply
 * function.
 * Thread: one engine object per POLL thread, used only there.
 * Source: engine.md sections 5 and 9.
 *
 * A request waits in a queue, gets a slot when the window has room, and ends
 * with its answer, its last timeout or its cancellation.  Reply functions are
 * called from receiving and from expiry only; in between, while datagrams are
 * gathered, nothing of a session can change.
 */
#ifndef SNMP_NATIVE_H
#define SNMP_NATIVE_H

#include "../common/rto.h"
#include "../common/udp.h"
#include "engine.h"
#include "native_body.h"
#include "native_codec.h"
#include "native_counters.h"
#include "native_slots.h"

enum native_family { NATIVE_IPV4 = 0, NATIVE_IPV6, NATIVE_FAMILY_N };

/* Why a session stands in a queue. */
enum native_queue {
	NATIVE_FRESH = 0,   /* answered last time, or new */
	NATIVE_SUSPECT,     /* did not answer last time */
	NATIVE_RETRY,       /* has a slot, waits for its next try */
	NATIVE_TALKING,     /* has a slot, is not silent: goes on at once */
	NATIVE_QUEUE_N
};

/*
 * One device and credential: 104 bytes, besides the codec's state for v3.
 * What a request in flight needs is in its slot.
 */
struct native_session {
	struct native *native;
	const struct native_codec *codec;
	void *state;                          /* the codec's */
	const struct credential *credential;
	const struct engine_request *request; /* NULL: idle */
	struct native_session *prev, *next;   /* of its queue */
	union udp_address to;
	struct rto rto;
	uint32_t slot;                        /* number + 1; 0: none */
	uint8_t queue;                        /* NATIVE_QUEUE_N: in none */
	uint8_t n_failed;                     /* requests in a row */
	bool any_source;
};

struct native {
	struct engine_setup setup;
	uint32_t window;              /* in flight at most */
	struct udp_socket sockets[NATIVE_FAMILY_N];
	struct udp_inbox *inbox;
	struct udp_outbox *outbox;
	struct native_slots *slots;
	const struct native_codec *codecs[NATIVE_CODEC_N]; /* started ones */
	void *shared[NATIVE_CODEC_N];  /* theirs */
	struct native_bodies bodies;
	struct native_session *queues[NATIVE_QUEUE_N];
	uint32_t n_flying, n_suspects, n_waiting;
	struct native_counters counters;
	struct told told;
	struct pdu_values *values;    /* of the answer at hand */
	int64_t now_ns;               /* of this tick */
};

/* Only of one that has a slot; valid until the next is taken. */
static inline struct native_slot *
native_session_slot(const struct native_session *session)
{
	return native_slots_at(session->native->slots, session->slot - 1);
}

/* ---- flight ----------------------------------------------------------------------- */

/* Queues session->request. */
void native_flight_queue(struct native_session *session);
/* Takes the session out of the queue it stands in, if any. */
void native_flight_leave(struct native_session *session);
/* Takes the session out of queue and slot; its request is over. */
void native_flight_land(struct native_session *session);
/* Ends the request with a reply; may free the session. */
void native_flight_end(struct native_session *session,
    const struct engine_reply *reply);
/* Starts over under new ids; the codec knows more now. */
void native_flight_again(struct native_session *session);
/* Ends or queues for a retry what has waited long enough. */
void native_flight_expire(struct native *native);

/* ---- send ------------------------------------------------------------------------- */

/* What was sent, or is to be sent, under this id. */
struct native_ask native_send_ask(const struct native_session *session,
    const struct native_slot *slot, uint32_t id);
/* Sends from the queues what the window allows. */
void native_send_pump(struct native *native);

/* ---- receive ---------------------------------------------------------------------- */

/* Takes all datagrams that have come. */
void native_receive(struct native *native);

#endif
