/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The netsnmp engine: one unconnected UDP socket per address family and POLL
 * thread, drained on each tick.
 *
 * Answers are matched by id (31 random bits), then by source address and port,
 * then parsed with the credential of the request; whatever does not fit is
 * dropped without a trace but the count.  A retry repeats the id, so that a
 * late answer to the first try still counts.
 */
#include "engine_netsnmp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uthash.h>
#include <utlist.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "library.h"
#include "peek.h"

#define RECEIVE_SIZE 65536
#define RECEIVE_PER_TICK 4096   /* datagrams; the rest waits 10 ms */
#define TIMEOUT_MAX_NS INT64_C(5000000000)

enum { FAMILY_4 = 0, FAMILY_6, FAMILY_N };

struct engine {
	struct engine_setup setup;
	int sockets[FAMILY_N];       /* -1: not opened */
	struct session *by_id;       /* sessions with a request in flight */
	struct session *flying;      /* the same, for expiry */
	struct session *next_expiring; /* the walk survives cancellations */
	uint8_t *buffer;             /* RECEIVE_SIZE */
	uint64_t n_dropped;          /* datagrams that nobody waited for */
};

struct session {
	struct engine *engine;
	struct sockaddr_storage to;
	socklen_t to_len;
	const struct credential *credential;
	struct usm_state usm;
	struct engine_request request;
	bool busy;
	bool probing;                /* v3 discovery goes first */
	bool resynced;               /* window repaired once in this request */
	unsigned n_sent;
	uint32_t id;                 /* hash key while busy, else 0 */
	int64_t due_ns;              /* next retry or expiry */
	int64_t timeout_ns;          /* current */
	int send_errno;
	UT_hash_handle hh;
	struct session *prev, *next;
};

/* ---- life ------------------------------------------------------------------ */

static int
start(const struct engine_setup *setup, void **ret_engine,
    struct col_error *error)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	library_init();
	library_log_to(setup->host);
	if (engine == NULL || (engine->buffer = malloc(RECEIVE_SIZE)) == NULL) {
		free(engine);
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	engine->setup = *setup;
	engine->sockets[FAMILY_4] = -1;
	engine->sockets[FAMILY_6] = -1;
	*ret_engine = engine;
	return 0;
}

static void
stop(void *arg)
{
	struct engine *engine = arg;

	if (engine == NULL) {
		return;
	}
	library_log_to(NULL);
	for (int i = 0; i < FAMILY_N; i++) {
		if (engine->sockets[i] >= 0) {
			(void)close(engine->sockets[i]);
		}
	}
	free(engine->buffer);
	free(engine);
}

static int
session_open(void *arg, const struct engine_target *target,
    void **ret_session, struct col_error *error)
{
	struct session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	session->engine = arg;
	session->to = target->to;
	session->to_len = target->to_len;
	session->credential = target->credential;
	*ret_session = session;
	return 0;
}

/* Ends the flight; the reply function may start the next one. */
static void
land(struct session *session)
{
	struct engine *engine = session->engine;

	if (!session->busy) {
		return;
	}
	if (engine->next_expiring == session) {
		engine->next_expiring = session->next;
	}
	HASH_DEL(engine->by_id, session);
	DL_DELETE(engine->flying, session);
	session->busy = false;
	session->id = 0;
}

static void
session_cancel(void *arg)
{
	land(arg);
}

static void
session_close(void *arg)
{
	struct session *session = arg;

	if (session == NULL) {
		return;
	}
	land(session);
	library_lock();
	usm_forget(&session->usm);
	library_unlock();
	free(session);
}

static void
answer(struct session *session, enum engine_outcome outcome,
    const char *detail)
{
	struct engine_reply reply = {.outcome = outcome, .detail = detail};
	struct engine_request request = session->request;

	land(session);
	request.fn(request.arg, &reply);
}

/* ---- sending ------------------------------------------------------------------ */

static int
open_socket(struct engine *engine, int family)
{
	const struct col_host *host = engine->setup.host;
	int wanted = (int)engine->setup.receive_buffer, got = 0, on = 1;
	socklen_t len = sizeof(got);
	int fd = socket(family == FAMILY_4 ? AF_INET : AF_INET6,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		return -1;
	}
	if (family == FAMILY_6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	}
	if (wanted > 0) {
		if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted,
		    sizeof(wanted)) != 0) {
			(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted,
			    sizeof(wanted));
		}
		/* The kernel doubles what it grants. */
		if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &len) == 0) {
			host->log(host, got / 2 < wanted ? COL_LOG_INFO :
			    COL_LOG_DEBUG, NULL,
			    "snmp receive buffer: %d bytes asked, %d granted",
			    wanted, got / 2);
		}
	}
	engine->sockets[family] = fd;
	return fd;
}

static struct codec_message
message_of(struct session *session, int64_t now_ns)
{
	return (struct codec_message){
		.credential = session->credential,
		.usm = &session->usm,
		.request = session->probing ? NULL : &session->request,
		.id = session->id,
		.now_ns = now_ns,
	};
}

static void
transmit(struct session *session, int64_t now_ns)
{
	struct engine *engine = session->engine;
	struct codec_message message = message_of(session, now_ns);
	int family = session->to.ss_family == AF_INET6 ? FAMILY_6 : FAMILY_4;
	uint8_t buffer[NETSNMP_PACKET_SIZE];
	const uint8_t *packet;
	size_t len;
	int fd = engine->sockets[family];

	session->n_sent++;
	session->due_ns = now_ns + session->timeout_ns;
	if (session->due_ns > session->request.deadline_ns) {
		session->due_ns = session->request.deadline_ns;
	}
	session->timeout_ns *= 2;
	if (session->timeout_ns > TIMEOUT_MAX_NS) {
		session->timeout_ns = TIMEOUT_MAX_NS;
	}
	packet = codec_build(&message, buffer, &len);
	if (packet == NULL) {
		session->send_errno = EMSGSIZE;
		return;
	}
	if (fd < 0) {
		fd = open_socket(engine, family);
	}
	if (fd < 0 || sendto(fd, packet, len, MSG_DONTWAIT,
	    (struct sockaddr *)&session->to, session->to_len) < 0) {
		session->send_errno = errno;
	} else {
		session->send_errno = 0;
	}
}

static uint32_t
new_id(struct engine *engine)
{
	const struct col_host *host = engine->setup.host;
	struct session *other;
	uint32_t id;

	do {
		id = (uint32_t)(host->random(host) & 0x7fffffff);
		HASH_FIND(hh, engine->by_id, &id, sizeof(id), other);
	} while (id == 0 || other != NULL);
	return id;
}

/*
 * Starts the count of tries for a probe or for the request itself, under an
 * id of its own: a late second answer to a probe must not look like a refusal
 * of the request.
 */
static void
begin(struct session *session, bool probing, int64_t now_ns)
{
	struct engine *engine = session->engine;

	if (session->id != 0) {
		HASH_DEL(engine->by_id, session);
	}
	session->id = new_id(engine);
	HASH_ADD(hh, engine->by_id, id, sizeof(session->id), session);
	session->probing = probing;
	session->n_sent = 0;
	session->timeout_ns = session->credential->timeout_ns;
	transmit(session, now_ns);
}

static int
session_send(void *arg, const struct engine_request *request)
{
	struct session *session = arg;
	struct engine *engine = session->engine;
	int64_t now_ns = engine->setup.host->now(engine->setup.host);

	if (session->busy) {
		return COL_EBUSY;
	}
	if (request->n_names == 0 || request->n_names > 128) {
		return COL_EINVAL;
	}
	session->request = *request;
	session->busy = true;
	session->resynced = false;
	DL_APPEND(engine->flying, session);
	begin(session, session->credential->version == CREDENTIAL_V3 &&
	    !session->usm.known, now_ns);
	return 0;
}

/* ---- receiving ------------------------------------------------------------------- */

/* Engine state was wrong (reboot, swapped device): discover again, once. */
static void
resync(struct session *session, bool forget, int64_t now_ns,
    const char *detail)
{
	if (session->resynced) {
		answer(session, ENGINE_AUTH, detail);
		return;
	}
	session->resynced = true;
	if (forget) {
		library_lock();
		usm_forget(&session->usm);
		library_unlock();
	}
	begin(session, forget, now_ns);
}

/* Source: RFC 3414 s.3.2 and its usmStats counters. */
static void
take_report(struct session *session, netsnmp_pdu *pdu, int report,
    int64_t now_ns)
{
	if (session->probing) {
		int rc;
		library_lock();
		rc = usm_learn(&session->usm, session->credential, pdu, now_ns);
		library_unlock();
		if (rc == 0) {
			begin(session, false, now_ns);
		} else {
			answer(session, ENGINE_BROKEN, "SNMPv3 discovery gave"
			    " no usable engine id");
		}
		return;
	}
	switch (report) {
	case SNMPERR_UNKNOWN_ENG_ID:
		resync(session, true, now_ns, "SNMPv3: the agent refuses its"
		    " own engine id");
		break;
	case SNMPERR_NOT_IN_TIME_WINDOW:
		resync(session, false, now_ns, "SNMPv3: not in time window,"
		    " twice");
		break;
	case SNMPERR_UNKNOWN_USER_NAME:
		answer(session, ENGINE_AUTH, "SNMPv3: unknown user name");
		break;
	case SNMPERR_AUTHENTICATION_FAILURE:
		answer(session, ENGINE_AUTH, "SNMPv3: wrong authentication"
		    " password or protocol (wrongDigests)");
		break;
	case SNMPERR_UNSUPPORTED_SEC_LEVEL:
		answer(session, ENGINE_AUTH, "SNMPv3: security level not"
		    " supported for this user");
		break;
	case SNMPERR_DECRYPTION_ERR:
		answer(session, ENGINE_AUTH, "SNMPv3: wrong privacy password"
		    " or protocol (decryptionErrors)");
		break;
	default:
		answer(session, ENGINE_AUTH, "SNMPv3: refused by a report");
		break;
	}
}

static void
take_response(struct session *session, netsnmp_pdu *pdu)
{
	struct engine_request request = session->request;

	session->usm.proven = true;
	land(session);
	codec_deliver(pdu, &request);
}

static bool
same_address(const struct sockaddr_storage *a,
    const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family) {
		return false;
	}
	if (a->ss_family == AF_INET) {
		const struct sockaddr_in *x = (const void *)a;
		const struct sockaddr_in *y = (const void *)b;
		return x->sin_port == y->sin_port &&
		    x->sin_addr.s_addr == y->sin_addr.s_addr;
	}
	const struct sockaddr_in6 *x = (const void *)a;
	const struct sockaddr_in6 *y = (const void *)b;
	return x->sin6_port == y->sin6_port && memcmp(&x->sin6_addr,
	    &y->sin6_addr, sizeof(x->sin6_addr)) == 0;
}

static void
take_datagram(struct engine *engine, size_t len,
    const struct sockaddr_storage *from, int64_t now_ns)
{
	struct codec_message message;
	struct session *session;
	struct peek peek;
	netsnmp_pdu *pdu = NULL;
	int report = 0;

	if (peek_message(engine->buffer, len, &peek) != 0) {
		engine->n_dropped++;
		return;
	}
	HASH_FIND(hh, engine->by_id, &peek.id, sizeof(peek.id), session);
	if (session == NULL || !same_address(&session->to, from) ||
	    peek.version != (int)session->credential->version ||
	    (peek.version != 3 && (peek.community_len !=
	    session->credential->community_len || memcmp(peek.community,
	    session->credential->community, peek.community_len) != 0))) {
		engine->n_dropped++;
		return;
	}
	message = message_of(session, now_ns);
	switch (codec_parse(&message, engine->buffer, len, &pdu, &report)) {
	case CODEC_RESPONSE:
		take_response(session, pdu);
		break;
	case CODEC_REPORT:
		take_report(session, pdu, report, now_ns);
		break;
	case CODEC_OUT_OF_WINDOW:
		resync(session, true, now_ns, "SNMPv3: engine boots or time"
		    " run backwards");
		break;
	case CODEC_IGNORE:
	case CODEC_RESULT_N:
		engine->n_dropped++;
		break;
	}
	if (pdu != NULL) {
		codec_free(pdu);
	}
}

static void
receive(struct engine *engine, int fd, int64_t now_ns)
{
	for (int i = 0; i < RECEIVE_PER_TICK; i++) {
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(fd, engine->buffer, RECEIVE_SIZE,
		    MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			break;
		}
		take_datagram(engine, (size_t)n, &from, now_ns);
	}
}

/* ---- expiry --------------------------------------------------------------------- */

static void
expire(struct session *session)
{
	char detail[160];

	if (session->send_errno == EMSGSIZE) {
		answer(session, ENGINE_FAULT, "the request cannot be encoded");
	} else if (session->send_errno != 0) {
		(void)snprintf(detail, sizeof(detail), "cannot send: %s",
		    strerror(session->send_errno));
		answer(session, ENGINE_UNREACHABLE, detail);
	} else if (session->credential->version != CREDENTIAL_V3) {
		answer(session, ENGINE_TIMEOUT,
		    "no answer: unreachable, or wrong community");
	} else if (session->probing) {
		answer(session, ENGINE_TIMEOUT,
		    "no answer to SNMPv3 discovery: unreachable?");
	} else {
		bool is_proven = session->usm.proven;

		/* It may have been replaced, or garbled what it told of itself:
		 * discover anew next time. */
		library_lock();
		usm_forget(&session->usm);
		library_unlock();
		answer(session, is_proven ? ENGINE_TIMEOUT : ENGINE_AUTH,
		    is_proven ? "no answer" : "SNMPv3: the agent answers"
		    " discovery but not this user: wrong privacy password"
		    " or protocol?");
	}
}

static void
tick(void *arg)
{
	struct engine *engine = arg;
	const struct col_host *host = engine->setup.host;
	int64_t now_ns = host->now(host);

	for (int i = 0; i < FAMILY_N; i++) {
		if (engine->sockets[i] >= 0) {
			receive(engine, engine->sockets[i], now_ns);
		}
	}
	for (struct session *session = engine->flying; session != NULL;
	    session = engine->next_expiring) {
		engine->next_expiring = session->next;
		if (now_ns < session->due_ns) {
			continue;
		}
		if (session->n_sent > session->credential->retries ||
		    now_ns >= session->request.deadline_ns) {
			expire(session);
		} else {
			transmit(session, now_ns);
		}
	}
	engine->next_expiring = NULL;
}

const struct engine_ops engine_netsnmp = {
    .name = "netsnmp",
    .start = start,
    .stop = stop,
    .open = session_open,
    .close = session_close,
    .send = session_send,
    .cancel = session_cancel,
    .tick = tick,
};
