/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Not as slow as it could be: epoll instead of select, whose set of all
 * sessions snmp_select_info would fill on each turn.
 */
#include <config.h>

#include "snmp_sessions.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>

#include "library.h"
#include "objid.h"

#define VALUES_MAX 64
#define EVENTS 512

struct sessions {
	int epoll;
	struct varbind values[VALUES_MAX]; /* of the answer at hand */
};

struct one {
	struct sessions *sessions;
	void *handle;                      /* libsnmp's */
	const struct engine_request *request;
};

static int
start(const struct engine_setup *setup, void **ret_engine,
    struct col_error *error)
{
	struct sessions *sessions = calloc(1, sizeof(*sessions));
	struct rlimit files;

	(void)setup;
	(void)error;
	library_init();
	netsnmp_tdomain_init();
	/* As many sockets as this process may have. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	if (sessions == NULL || (sessions->epoll = epoll_create1(0)) < 0) {
		abort();
	}
	*ret_engine = sessions;
	return 0;
}

static void
stop(void *engine)
{
	struct sessions *sessions = engine;

	(void)close(sessions->epoll);
	free(sessions);
}

/* Values as the seam wants them; every value here is a number. */
static void
take(struct one *one, netsnmp_pdu *pdu)
{
	const struct engine_request *request = one->request;
	struct varbind *values = one->sessions->values;
	struct engine_reply reply = {.outcome = ENGINE_ANSWER,
	    .varbinds = values};

	for (netsnmp_variable_list *vb = pdu->variables; vb != NULL &&
	    reply.n_varbinds < VALUES_MAX; vb = vb->next_variable) {
		values[reply.n_varbinds].counter = vb->val.integer == NULL ? 0 :
		    (uint64_t)*vb->val.integer;
		reply.n_varbinds++;
	}
	one->request = NULL;
	request->fn(request->arg, &reply);
}

static int
on_answer(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu,
    void *arg)
{
	struct one *one = arg;
	struct engine_reply reply = {.outcome = ENGINE_TIMEOUT};

	(void)session;
	(void)id;
	if (one->request == NULL) {
		return 1;
	}
	if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
		take(one, pdu);
	} else if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT) {
		const struct engine_request *request = one->request;
		one->request = NULL;
		request->fn(request->arg, &reply);
	}
	return 1;
}

static void
fill_v3(netsnmp_session *session, const struct credential *credential)
{
	size_t len;

	session->version = SNMP_VERSION_3;
	session->securityModel = SNMP_SEC_MODEL_USM;
	session->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
	session->securityName = (char *)(uintptr_t)credential->user;
	session->securityNameLen = strlen(credential->user);
	session->securityAuthProto =
	    (oid *)(uintptr_t)library_auth(credential->auth, &len);
	session->securityAuthProtoLen = len;
	memcpy(session->securityAuthKey, credential->auth_key,
	    credential->auth_key_len);
	session->securityAuthKeyLen = credential->auth_key_len;
	session->securityPrivProto =
	    (oid *)(uintptr_t)library_priv(credential->priv, &len);
	session->securityPrivProtoLen = len;
	memcpy(session->securityPrivKey, credential->priv_key,
	    credential->priv_key_len);
	session->securityPrivKeyLen = credential->priv_key_len;
}

static int
refuse(struct one *one, netsnmp_session *session, struct col_error *error)
{
	int system_error = 0, library_error = 0;
	struct rlimit files = {0, 0};
	char *text = NULL;

	(void)getrlimit(RLIMIT_NOFILE, &files);
	snmp_error(session, &system_error, &library_error, &text);
	error->code = COL_EIO;
	(void)snprintf(error->text, sizeof(error->text), "%.100s (each takes a"
	    " descriptor, of %llu, and a local port, of some 28,000)",
	    text == NULL ? "?" : text, (unsigned long long)files.rlim_cur);
	free(text);
	free(one);
	return COL_EIO;
}

static int
open_one(void *engine, const struct engine_target *target, void **ret_session,
    struct col_error *error)
{
	const struct sockaddr_in *to = (const void *)&target->to;
	const struct credential *credential = target->credential;
	struct one *one = calloc(1, sizeof(*one));
	struct epoll_event event = {.events = EPOLLIN};
	netsnmp_session session;
	char host[INET_ADDRSTRLEN], peer[INET_ADDRSTRLEN + 16];

	if (one == NULL) {
		abort();
	}
	(void)inet_ntop(AF_INET, &to->sin_addr, host, sizeof(host));
	(void)snprintf(peer, sizeof(peer), "udp:%s:%u", host,
	    (unsigned)ntohs(to->sin_port));
	snmp_sess_init(&session);
	session.peername = peer;
	session.retries = 2;
	session.timeout = 1000000;
	session.callback = on_answer;
	session.callback_magic = one;
	session.version = SNMP_VERSION_2c;
	session.community = (u_char *)(uintptr_t)credential->community;
	session.community_len = credential->community_len;
	if (credential->version == CREDENTIAL_V3) {
		fill_v3(&session, credential);
	}
	one->sessions = engine;
	one->handle = snmp_sess_open(&session);
	if (one->handle == NULL) {
		return refuse(one, &session, error);
	}
	event.data.ptr = one;
	if (epoll_ctl(one->sessions->epoll, EPOLL_CTL_ADD,
	    snmp_sess_transport(one->handle)->sock, &event) != 0) {
		abort();
	}
	*ret_session = one;
	return 0;
}

static void
close_one(void *session)
{
	struct one *one = session;

	if (one != NULL) {
		(void)snmp_sess_close(one->handle);
		free(one);
	}
}

static int
send_one(void *session, const struct engine_request *request)
{
	struct one *one = session;
	bool bulk = request->verb == ENGINE_GETBULK;
	netsnmp_pdu *pdu;
	oid name[OBJID_MAX];

	if (one->request != NULL) {
		return COL_EBUSY;
	}
	pdu = snmp_pdu_create(bulk ? SNMP_MSG_GETBULK : SNMP_MSG_GET);
	for (size_t i = 0; i < request->n_names; i++) {
		for (unsigned k = 0; k < request->names[i].n; k++) {
			name[k] = request->names[i].sub[k];
		}
		(void)snmp_add_null_var(pdu, name, request->names[i].n);
	}
	if (bulk) {
		pdu->non_repeaters = 0;
		pdu->max_repetitions = request->n_repeat;
	}
	one->request = request;
	if (snmp_sess_async_send(one->handle, pdu, NULL, NULL) == 0) {
		snmp_free_pdu(pdu);
		one->request = NULL;
		return COL_EIO;
	}
	return 0;
}

static void
cancel_one(void *session)
{
	((struct one *)session)->request = NULL;
}

static void
tick(void *engine)
{
	struct sessions *sessions = engine;
	struct epoll_event events[EVENTS];
	netsnmp_large_fd_set set;
	int n;

	netsnmp_large_fd_set_init(&set, FD_SETSIZE);
	do {
		n = epoll_wait(sessions->epoll, events, EVENTS, 0);
		for (int i = 0; i < n; i++) {
			struct one *one = events[i].data.ptr;
			int fd = snmp_sess_transport(one->handle)->sock;
			netsnmp_large_fd_setfd(fd, &set);
			(void)snmp_sess_read2(one->handle, &set);
			netsnmp_large_fd_clr(fd, &set);
		}
	} while (n == EVENTS);
	netsnmp_large_fd_set_cleanup(&set);
}

const struct engine_ops snmp_sessions = {
    .name = "sessions",
    .start = start,
    .stop = stop,
    .open = open_one,
    .close = close_one,
    .send = send_one,
    .cancel = cancel_one,
    .tick = tick,
};
