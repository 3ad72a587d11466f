/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of a request from queue to slot to its end, whichever that is.
 */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <utlist.h>

#define DOWN_AFTER 3         /* failed requests: no retries any more */

/* ---- queues and slots -------------------------------------------------------------- */

void
native_flight_leave(struct native_session *session)
{
	if (session->queue != NATIVE_QUEUE_N) {
		DL_DELETE(session->native->queues[session->queue], session);
		session->native->n_waiting--;
		session->queue = NATIVE_QUEUE_N;
	}
}

static void
enter_queue(struct native_session *session, enum native_queue queue)
{
	session->queue = (uint8_t)queue;
	DL_APPEND(session->native->queues[queue], session);
	session->native->n_waiting++;
}

/* Takes the slot out of the count of those in flight. */
static void
uncount(struct native *native, struct native_slot *slot)
{
	native->n_flying -= slot->flying;
	native->n_suspects -= slot->flying && slot->suspect;
	slot->flying = false;
}

void
native_flight_queue(struct native_session *session)
{
	enter_queue(session, session->n_failed > 0 ? NATIVE_SUSPECT :
	    NATIVE_FRESH);
}

void
native_flight_land(struct native_session *session)
{
	struct native *native = session->native;

	native_flight_leave(session);
	if (session->slot != 0) {
		struct native_slot *slot = native_session_slot(session);
		uncount(native, slot);
		native_bodies_put(&native->bodies, slot->body);
		native_slots_give(native->slots, slot);
		session->slot = 0;
	}
	session->request = NULL;
}

/* True when the agent can be blamed for silence: something is out there. */
static bool
was_asked(const struct native_session *session)
{
	return session->slot != 0 && native_session_slot(session)->n_ids > 0;
}

void
native_flight_end(struct native_session *session,
    const struct engine_reply *reply)
{
	const struct engine_request *request = session->request;
	engine_reply_fn *fn = request->fn;
	void *arg = request->arg;

	if (reply->outcome == ENGINE_FAULT) {
		session->native->counters.timeouts++;
	} else if (reply->outcome == ENGINE_TIMEOUT ||
	    reply->outcome == ENGINE_UNREACHABLE) {
		session->native->counters.timeouts++;
		session->n_failed += was_asked(session) &&
		    session->n_failed < UINT8_MAX;
	} else {
		session->native->counters.ok +=
		    reply->outcome == ENGINE_ANSWER;
		session->native->counters.refused +=
		    reply->outcome != ENGINE_ANSWER;
		session->n_failed = 0;
	}
	native_flight_land(session);
	fn(arg, reply);
}

void
native_flight_again(struct native_session *session)
{
	struct native_slot *slot = native_session_slot(session);

	native_slots_drop_ids(slot);
	slot->n_tries = 0;
	uncount(session->native, slot);
	native_flight_leave(session);
	enter_queue(session, NATIVE_TALKING);
}

/* ---- expiry ---------------------------------------------------------------------------- */

static bool
is_garbled(const struct native_session *session)
{
	return session->slot != 0 && native_session_slot(session)->garbled;
}

static void
give_up(struct native_session *session, int send_errno)
{
	struct engine_reply reply = {.outcome = ENGINE_TIMEOUT,
	    .detail = "no answer"};
	char detail[160];

	switch (send_errno) {
	case 0:
		if (is_garbled(session)) {
			reply.outcome = ENGINE_BROKEN;
			reply.detail = "the agent's answers cannot be decoded";
			break;
		}
		session->codec->expired(session->state, &reply);
		break;
	case ENOMEM:
		reply.outcome = ENGINE_FAULT;
		reply.detail = "out of memory";
		break;
	case EMSGSIZE:
		reply.outcome = ENGINE_FAULT;
		reply.detail = "the request cannot be encoded";
		break;
	case ETIME:
		/* Who was silent before is taken to be so still. */
		reply.outcome = session->n_failed > 0 ? ENGINE_TIMEOUT :
		    ENGINE_FAULT;
		reply.detail = "the request waited too long to be sent";
		break;
	default:
		(void)snprintf(detail, sizeof(detail), "cannot send: %s",
		    strerror(send_errno));
		reply.outcome = ENGINE_UNREACHABLE;
		reply.detail = detail;
		break;
	}
	native_flight_end(session, &reply);
}

/* Those without a slot have no timer; the oldest stand in front. */
static void
expire_waiting(struct native *native, enum native_queue queue)
{
	struct native_session *session;

	while ((session = native->queues[queue]) != NULL &&
	    native->now_ns >= session->request->deadline_ns) {
		give_up(session, ETIME);
	}
}

void
native_flight_expire(struct native *native)
{
	struct native_slot *slot;

	while ((slot = native_slots_due(native->slots, native->now_ns)) !=
	    NULL) {
		struct native_session *session = slot->owner;
		unsigned tries = session->n_failed >= DOWN_AFTER ? 1 :
		    session->credential->retries + 1;
		if (slot->send_errno == EMSGSIZE || slot->n_tries >= tries ||
		    native->now_ns >= session->request->deadline_ns) {
			give_up(session, slot->send_errno);
			continue;
		}
		if (session->queue == NATIVE_QUEUE_N) {
			uncount(native, slot);
			enter_queue(session, slot->held && !slot->suspect ?
			    NATIVE_TALKING : NATIVE_RETRY);
		}
		/* The deadline goes on while it waits for its next try. */
		native_slots_arm(native->slots, slot,
		    session->request->deadline_ns);
	}
	expire_waiting(native, NATIVE_FRESH);
	expire_waiting(native, NATIVE_SUSPECT);
}
