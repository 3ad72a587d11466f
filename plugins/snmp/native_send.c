/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may send when.  The window is what the receive buffer can take if all
 * agents answer at once; at most a quarter of it is for agents that have been
 * silent, so that a hall without power cannot slow down the others.
 */
#include "native.h"

#include <errno.h>

#define SUSPECT_SHARE 4      /* of the window: 1/4 */
#define SEND_PER_TICK 512    /* 51,200/s in bursts that a switch can take */
#define NO_ROOM_NS INT64_C(20000000)

struct native_ask
native_send_ask(const struct native_session *session,
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
	struct udp_socket *sock = &native->sockets[family == AF_INET6 ?
	    NATIVE_IPV6 : NATIVE_IPV4];
	struct udp_setup setup = {.plugin = "snmp",
	    .host = native->setup.host,
	    .receive_buffer = native->setup.receive_buffer,
	    .window = native->window,
	    .source_port = native->setup.source_port};
	uint32_t room;

	if (sock->fd < 0 && udp_socket_open(sock, family, &setup) == 0) {
		room = (uint32_t)(sock->receive_buffer / UDP_ANSWER_BYTES);
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
	    rto_first(&session->rto, credential->timeout_ns) :
	    rto_next(slot->timeout_ns);
	if (session->n_failed > 0 && wait_ns < credential->timeout_ns &&
	    wait_ns < RTO_MAX_NS) {
		/* The way to it may have changed: be no quicker than at first. */
		wait_ns = credential->timeout_ns < RTO_MAX_NS ?
		    credential->timeout_ns : RTO_MAX_NS;
	}
	if (slot->n_tries >= credential->retries) {
		/* No further try comes: wait as long as a fixed schedule. */
		last_ns = credential->timeout_ns <<
		    (credential->retries < 6 ? credential->retries : 6);
		if (last_ns > RTO_MAX_NS) {
			last_ns = RTO_MAX_NS;
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
	slot->suspect = slot->n_tries > 0 ||
	    (session->n_failed > 0 && slot->n_agains == 0);
	slot->flying = true;
	native->n_flying++;
	native->n_suspects += slot->suspect;
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
	struct native_slot *slot = native_session_slot(session);
	int64_t wait_ns = wait_of(session, slot), due_ns;
	struct udp_packet packet;
	struct native_ask ask;

	due_ns = native->now_ns + wait_ns;
	if (due_ns > session->request->deadline_ns) {
		due_ns = session->request->deadline_ns;
	}
	ask = native_send_ask(session, slot,
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
		udp_outbox_add(native->outbox, &session->to, &packet,
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
	native_flight_leave(session);
	return false;
}

/*
 * Of 180,000 devices the next one's state is in no cache: fetch it while the
 * one before is worked on.
 */
static void
fetch_ahead(const struct native_session *session)
{
	const struct native_session *next = session->next;

	if (next == NULL) {
		return;
	}
	/* It was fetched in the last turn; what it points to comes now. */
	__builtin_prefetch(next->request);
	__builtin_prefetch(next->state);
	__builtin_prefetch((const char *)next->state + 64);
	if (next->next != NULL) {
		__builtin_prefetch(next->next);
		__builtin_prefetch((const char *)next->next + 64);
	}
}

/* Sends for the head of a queue; false: the queue has to wait. */
static bool
depart(struct native *native, enum native_queue queue, int fd)
{
	struct native_session *session = native->queues[queue];
	uint8_t *buffer;

	fetch_ahead(session);
	if (session->slot == 0 && !board(session)) {
		/* Either it is out of the queue, or there is no slot. */
		return session->slot != 0;
	}
	buffer = udp_outbox_buffer(native->outbox);
	if (buffer == NULL) {
		udp_outbox_flush(native->outbox, fd, on_unsent, native);
		buffer = udp_outbox_buffer(native->outbox);
	}
	native_flight_leave(session);
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
native_send_pump(struct native *native)
{
	static const enum native_queue order[] = {NATIVE_TALKING, NATIVE_RETRY,
	    NATIVE_FRESH, NATIVE_SUSPECT};
	unsigned left = SEND_PER_TICK;
	int fd = -1, family = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		while (left > 0 && may_go(native, order[i])) {
			int next = native->queues[order[i]]->to.sa.sa_family;
			if (next != family) {
				udp_outbox_flush(native->outbox, fd,
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
	udp_outbox_flush(native->outbox, fd, on_unsent, native);
}
