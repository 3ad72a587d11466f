/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may send when.  The window is what the receive buffer can take if all
 * agents answer at once; at most a quarter of it is for agents that have been
 * silent, so that a hall without power cannot slow down the others.
 */
#include "native.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <utlist.h>

#define SUSPECT_SHARE 4      /* of the window: 1/4 */
#define SEND_PER_TICK 512    /* 51,200/s in bursts that a switch can take */
#define DOWN_AFTER 3         /* failed requests: no retries any more */
#define NO_ROOM_NS INT64_C(20000000)

/* ---- queues and slots -------------------------------------------------------------- */

static struct native_slot *
slot_of(const struct native_session *session)
{
	return native_slots_at(session->native->slots, session->slot - 1);
}

static void
leave_queue(struct native_session *session)
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

static void
count(struct native *native, struct native_slot *slot, bool suspect)
{
	slot->flying = true;
	slot->suspect = suspect;
	native->n_flying++;
	native->n_suspects += suspect;
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

	leave_queue(session);
	if (session->slot != 0) {
		struct native_slot *slot = slot_of(session);
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
	return session->slot != 0 && slot_of(session)->n_ids > 0;
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
	struct native_slot *slot = slot_of(session);

	native_slots_drop_ids(slot);
	slot->n_tries = 0;
	uncount(session->native, slot);
	leave_queue(session);
	enter_queue(session, NATIVE_TALKING);
}

/* ---- sending ------------------------------------------------------------------------- */

struct native_ask
native_flight_ask(const struct native_session *session,
    const struct native_slot *slot, uint32_t id)
{
	return (struct native_ask){
		.credential = session->credential,
		.tag = pdu_tag_of(session->request->verb),
		.body = slot->body->bytes, .body_len = slot->body->len,
		.id = id, .n_again = slot->n_agains,
		.now_ns = session->native->now_ns,
	};
}

static void
on_unsent(void *arg, uint32_t number, int error)
{
	struct native *native = arg;
	struct native_slot *slot = native_slots_at(native->slots, number);

	if (error == EBADF) {
		error = native->sockets[slot->owner->to.sa.sa_family ==
		    AF_INET6 ? NATIVE_IPV6 : NATIVE_IPV4].open_errno;
	}
	slot->send_errno = error;
	if (error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS) {
		/* The interface is busy, no fault of the agent's. */
		slot->n_tries--;
		slot->held = true;
		native_slots_arm(native->slots, slot,
		    native->now_ns + NO_ROOM_NS);
	} else {
		native->counters.unsent++;
	}
}

/* The socket of a session's family, opened when it is first needed. */
static int
socket_of(struct native *native, int family)
{
	struct native_socket *sock = &native->sockets[family == AF_INET6 ?
	    NATIVE_IPV6 : NATIVE_IPV4];
	struct native_socket_setup setup = {.host = native->setup.host,
	    .receive_buffer = native->setup.receive_buffer,
	    .window = native->window,
	    .source_port = native->setup.source_port};
	uint32_t room;

	if (sock->fd < 0 && native_socket_open(sock, family, &setup) == 0) {
		room = (uint32_t)(sock->receive_buffer / NATIVE_ANSWER_BYTES);
		if (room < native->window) {
			native->window = room > 0 ? room : 1;
		}
	}
	return sock->fd;
}

/* How long this try may take. */
static int64_t
wait_of(const struct native_session *session, const struct native_slot *slot)
{
	const struct credential *credential = session->credential;
	int64_t wait_ns, last_ns;

	if (slot->held) {
		return slot->timeout_ns;
	}
	wait_ns = slot->n_tries == 0 ?
	    native_rto_first(&session->rto, credential->timeout_ns) :
	    native_rto_next(slot->timeout_ns);
	if (session->n_failed > 0 && wait_ns < credential->timeout_ns &&
	    wait_ns < NATIVE_RTO_MAX_NS) {
		/* The way to it may have changed: be no quicker than at first. */
		wait_ns = credential->timeout_ns < NATIVE_RTO_MAX_NS ?
		    credential->timeout_ns : NATIVE_RTO_MAX_NS;
	}
	if (slot->n_tries >= credential->retries) {
		/* No further try comes: wait as long as a fixed schedule. */
		last_ns = credential->timeout_ns <<
		    (credential->retries < 6 ? credential->retries : 6);
		if (last_ns > NATIVE_RTO_MAX_NS) {
			last_ns = NATIVE_RTO_MAX_NS;
		}
		wait_ns = wait_ns > last_ns ? wait_ns : last_ns;
	}
	return wait_ns;
}

static void
count_try(struct native *native, struct native_session *session,
    struct native_slot *slot)
{
	/* One that has just answered is no suspect any more. */
	count(native, slot, slot->n_tries > 0 ||
	    (session->n_failed > 0 && slot->n_agains == 0));
	if (!slot->held) {
		native->counters.started += slot->n_tries == 0 &&
		    slot->n_agains == 0;
		native->counters.retries += slot->n_tries > 0;
	}
	slot->held = false;
	slot->n_tries++;
}

/* Builds and adds to the outbox; what fails shows when the timer ends. */
static void
transmit(struct native_session *session, uint8_t *buffer)
{
	struct native *native = session->native;
	struct native_slot *slot = slot_of(session);
	int64_t wait_ns = wait_of(session, slot), due_ns;
	struct native_packet packet;
	struct native_ask ask;

	due_ns = native->now_ns + wait_ns;
	if (due_ns > session->request->deadline_ns) {
		due_ns = session->request->deadline_ns;
	}
	ask = native_flight_ask(session, slot,
	    native_slots_new_id(native->slots, slot));
	count_try(native, session, slot);
	slot->timeout_ns = wait_ns;
	slot->earlier_ns = slot->sent_ns;
	slot->sent_ns = native->now_ns;
	slot->send_errno = 0;
	if (session->codec->build(session->state, &ask, buffer, &packet) != 0) {
		slot->send_errno = EMSGSIZE;
		due_ns = native->now_ns;
	} else {
		native_outbox_add(native->outbox, &session->to, &packet,
		    session->slot - 1);
	}
	native_slots_arm(native->slots, slot, due_ns);
}

/* Gives a slot and the encoded request; false: not now. */
static bool
board(struct native_session *session)
{
	struct native *native = session->native;
	struct native_slot *slot = native_slots_take(native->slots, session);
	int rc;

	if (slot == NULL) {
		return false;
	}
	session->slot = native_slots_number(native->slots, slot) + 1;
	rc = native_bodies_get(&native->bodies, session->request,
	    native->now_ns, &slot->body);
	if (rc == 0 && native->now_ns < session->request->deadline_ns) {
		return true;
	}
	/* It ends as soon as replies may be given. */
	slot->send_errno = rc == COL_ENOMEM ? ENOMEM : rc != 0 ? EMSGSIZE :
	    ETIME;
	slot->n_tries = UINT8_MAX;
	native_slots_arm(native->slots, slot, native->now_ns);
	leave_queue(session);
	return false;
}

/* Sends for the head of a queue; false: the queue has to wait. */
static bool
depart(struct native *native, enum native_queue queue, int fd)
{
	struct native_session *session = native->queues[queue];
	uint8_t *buffer;

	if (session->slot == 0 && !board(session)) {
		/* Either it is out of the queue, or there is no slot. */
		return session->slot != 0;
	}
	buffer = native_outbox_buffer(native->outbox);
	if (buffer == NULL) {
		native_outbox_flush(native->outbox, fd, on_unsent, native);
		buffer = native_outbox_buffer(native->outbox);
	}
	leave_queue(session);
	transmit(session, buffer);
	return true;
}

/* True when the queue's head may go now. */
static bool
may_go(const struct native *native, enum native_queue queue)
{
	uint32_t share = native->window / SUSPECT_SHARE;

	if (native->queues[queue] == NULL ||
	    native->n_flying >= native->window) {
		return false;
	}
	return queue == NATIVE_FRESH || queue == NATIVE_TALKING ||
	    native->n_suspects < (share > 0 ? share : 1);
}

void
native_flight_pump(struct native *native)
{
	static const enum native_queue order[] = {NATIVE_TALKING, NATIVE_RETRY,
	    NATIVE_FRESH, NATIVE_SUSPECT};
	unsigned left = SEND_PER_TICK;
	int fd = -1, family = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		while (left > 0 && may_go(native, order[i])) {
			int next = native->queues[order[i]]->to.sa.sa_family;
			if (next != family) {
				native_outbox_flush(native->outbox, fd,
				    on_unsent, native);
				family = next;
				fd = socket_of(native, family);
			}
			if (!depart(native, order[i], fd)) {
				break;
			}
			left--;
		}
	}
	native_outbox_flush(native->outbox, fd, on_unsent, native);
}

/* ---- expiry ---------------------------------------------------------------------------- */

static bool
is_garbled(const struct native_session *session)
{
	return session->slot != 0 && slot_of(session)->garbled;
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
