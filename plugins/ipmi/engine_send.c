/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may send when.  The window is what the receive buffer can take if all
 * BMCs answer at once; at most a quarter of it is for BMCs that have been
 * silent, so that a hall without power cannot slow down the others.  Sessions
 * are opened at a rate: after a power cut thousands begin at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "link_work.h"

#define SUSPECT_SHARE 4      /* of the window: 1/4 */
#define SEND_PER_TICK 512    /* 51,200/s in bursts that a switch can take */
#define NO_ROOM_NS INT64_C(20000000)
#define SECOND_NS INT64_C(1000000000)
#define RATE_SAVED_NS (SECOND_NS / 10)  /* at most this much is saved up */
/*
 * What is learned, a hundred commands per BMC, goes when nothing else wants to:
 * so many a second, a quarter of a core, and none of the time that a thread
 * whose ticks are late has lost.
 */
#define PATIENT_PER_S 24000
#define PATIENT_SHARE 4      /* of the window, left to others: 1/4 */
#define PATIENT_SAVED_NS INT64_C(20000000)

/* ---- queues and flight ------------------------------------------------------------ */

static void
leave_queue(struct link *link)
{
	if (link->queue != QUEUE_N) {
		DL_DELETE(link->engine->queues[link->queue], link);
		link->engine->n_waiting--;
		link->queue = QUEUE_N;
	}
}

/* Takes the link out of the count of those in flight. */
static void
uncount(struct link *link)
{
	link->engine->n_flying -= link->flying;
	link->engine->n_suspects -= link->flying && link->suspect;
	link->flying = false;
}

void
engine_queue(struct link *link, enum queue queue)
{
	uncount(link);
	leave_queue(link);
	link->queue = (uint8_t)queue;
	DL_APPEND(link->engine->queues[queue], link);
	link->engine->n_waiting++;
	/* Waiting ends with the command, too. */
	agenda_set(&link->engine->agenda, &link->timer,
	    queue == QUEUE_PATIENT ? link->ask.start_by_ns :
	    link->ask.deadline_ns);
}

void
engine_land(struct link *link)
{
	leave_queue(link);
	uncount(link);
	agenda_drop(&link->engine->agenda, &link->timer);
	link->n_tries = 0;
	link->held = false;
}

void
engine_answered(struct link *link, bool is_last_try)
{
	struct engine *engine = link->engine;
	int64_t trip_ns = engine->now_ns -
	    (is_last_try ? link->sent_ns : link->earlier_ns);

	if (is_last_try || link->n_tries == 2) {
		rto_learn(&link->rto, trip_ns);
		counters_trip(&engine->counters, trip_ns);
	}
}

/* ---- sending ----------------------------------------------------------------------- */

static void
on_unsent(void *arg, uint32_t number, int error)
{
	struct engine *engine = arg;
	struct link *link;

	link = engine->links[number];
	if (error == EBADF) {
		error = engine->sockets[link->to.sa.sa_family == AF_INET6 ?
		    FAMILY_IPV6 : FAMILY_IPV4].open_errno;
	}
	link->send_errno = (int16_t)error;
	if (error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS) {
		/* The interface is busy, no fault of the BMC's. */
		link->n_tries--;
		link->held = true;
		agenda_set(&engine->agenda, &link->timer,
		    engine->now_ns + NO_ROOM_NS);
	} else {
		engine->counters.unsent++;
	}
}

/* The socket of a family, opened when it is first needed. */
static int
socket_of(struct engine *engine, int family)
{
	struct udp_socket *sock = &engine->sockets[family == AF_INET6 ?
	    FAMILY_IPV6 : FAMILY_IPV4];
	struct udp_setup setup = {.plugin = "ipmi",
	    .host = engine->setup.host,
	    .receive_buffer = engine->setup.receive_buffer,
	    .window = engine->window,
	    .source_port = engine->setup.source_port};
	uint32_t room;

	if (sock->fd < 0 && udp_socket_open(sock, family, &setup) == 0) {
		room = (uint32_t)(sock->receive_buffer / UDP_ANSWER_BYTES);
		if (room < engine->window) {
			engine->window = room > 0 ? room : 1;
		}
	}
	return sock->fd;
}

/* How long this try may take. */
static int64_t
wait_of(const struct link *link)
{
	int64_t start_ns = link_who(link)->timeout_ns, wait_ns;

	if (link->held) {
		return link->timeout_ns;
	}
	wait_ns = link->n_tries == 0 ? rto_first(&link->rto, start_ns) :
	    rto_next(link->timeout_ns);
	if (link->n_failed > 0 && wait_ns < start_ns) {
		/* The way to it may have changed: be no quicker than at first. */
		wait_ns = start_ns < RTO_MAX_NS ? start_ns : RTO_MAX_NS;
	}
	return wait_ns;
}

static void
count_try(struct link *link)
{
	struct engine *engine = link->engine;

	link->suspect = link->n_tries > 0 || link->n_failed > 0;
	link->flying = true;
	engine->n_flying++;
	engine->n_suspects += link->suspect;
	engine->counters.retries += !link->held && link->n_tries > 0;
	link->held = false;
	link->n_tries++;
}

/* Builds and adds to the outbox; what fails shows when the timer ends. */
static void
transmit(struct link *link, uint8_t *buffer)
{
	struct engine *engine = link->engine;
	int64_t wait_ns = wait_of(link), due_ns = engine->now_ns + wait_ns;
	struct udp_packet packet = {.head = buffer};
	int len;

	if (due_ns > link->ask.deadline_ns) {
		due_ns = link->ask.deadline_ns;
	}
	count_try(link);
	link->timeout_ns = wait_ns;
	link->earlier_ns = link->sent_ns;
	link->sent_ns = engine->now_ns;
	link->send_errno = 0;
	link->odd = FAULT_NONE;
	len = link->stage >= STAGE_PRIVILEGE ? link_compose(link, buffer) :
	    hello_compose(link, buffer);
	if (len < 0) {
		link->send_errno = EMSGSIZE;
		due_ns = engine->now_ns;
	} else {
		packet.head_len = (size_t)len;
		udp_outbox_add(engine->outbox, &link->to, &packet,
		    link->number);
	}
	agenda_set(&engine->agenda, &link->timer, due_ns);
}

uint8_t *
engine_buffer(struct engine *engine, int family, int *fd, int *current,
    udp_unsent_fn *on_lost)
{
	uint8_t *buffer;

	if (family != *current) {
		udp_outbox_flush(engine->outbox, *fd, on_lost, engine);
		*current = family;
		*fd = socket_of(engine, family);
	}
	buffer = udp_outbox_buffer(engine->outbox);
	if (buffer == NULL) {
		udp_outbox_flush(engine->outbox, *fd, on_lost, engine);
		buffer = udp_outbox_buffer(engine->outbox);
	}
	return buffer;
}

static void
fill_tokens(struct engine *engine)
{
	engine->tokens_ns += engine->now_ns - engine->filled_ns;
	engine->patient_ns += engine->now_ns - engine->filled_ns;
	if (engine->patient_ns > PATIENT_SAVED_NS) {
		engine->patient_ns = PATIENT_SAVED_NS;
	}
	engine->filled_ns = engine->now_ns;
	if (engine->tokens_ns > RATE_SAVED_NS) {
		engine->tokens_ns = RATE_SAVED_NS;
	}
}

/* True when the queue's head may go now. */
static bool
may_go(const struct engine *engine, enum queue queue)
{
	uint32_t share = engine->window / SUSPECT_SHARE;

	if (engine->queues[queue] == NULL ||
	    engine->n_flying >= engine->window) {
		return false;
	}
	switch (queue) {
	case QUEUE_TALKING:
	case QUEUE_FRESH:
		return true;
	case QUEUE_OPENING:
		return engine->tokens_ns > 0;
	case QUEUE_PATIENT:
		return engine->patient_ns > 0 && engine->n_flying <
		    engine->window - engine->window / PATIENT_SHARE;
	case QUEUE_RETRY:
	case QUEUE_SUSPECT:
	case QUEUE_N:
		break;
	}
	return engine->n_suspects < (share > 0 ? share : 1);
}

void
engine_pump(struct engine *engine)
{
	unsigned left = SEND_PER_TICK;
	int fd = -1, family = 0;

	fill_tokens(engine);
	for (int queue = 0; queue < QUEUE_N; queue++) {
		while (left > 0 && may_go(engine, queue)) {
			struct link *link = engine->queues[queue];
			uint8_t *buffer = engine_buffer(engine,
			    link->to.sa.sa_family, &fd, &family, on_unsent);
			leave_queue(link);
			if (queue == QUEUE_OPENING) {
				engine->tokens_ns -= SECOND_NS /
				    engine->setup.session_rate;
			} else if (queue == QUEUE_PATIENT) {
				engine->patient_ns -= SECOND_NS /
				    PATIENT_PER_S;
			}
			transmit(link, buffer);
			left--;
		}
	}
	udp_outbox_flush(engine->outbox, fd, on_unsent, engine);
}
