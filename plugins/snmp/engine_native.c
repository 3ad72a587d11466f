/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The native engine: its own codec on shared sockets.
 */
#include "native.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usm.h"

#define WINDOW_DEFAULT 4096

static int
no_memory(struct col_error *error)
{
	error->code = COL_ENOMEM;
	(void)snprintf(error->text, sizeof(error->text), "out of memory");
	return COL_ENOMEM;
}

static void
stop(void *arg)
{
	struct native *native = arg;

	if (native == NULL) {
		return;
	}
	for (int i = 0; i < NATIVE_CODEC_N; i++) {
		if (native->codecs[i] != NULL) {
			native->codecs[i]->stop(native->shared[i]);
		}
	}
	told_done(&native->told);
	for (int i = 0; i < NATIVE_FAMILY_N; i++) {
		udp_socket_close(&native->sockets[i]);
	}
	udp_inbox_free(native->inbox);
	udp_outbox_free(native->outbox);
	native_slots_free(native->slots);
	native_bodies_done(&native->bodies);
	free(native->values);
	free(native);
}

static int
start(const struct engine_setup *setup, void **ret_engine,
    struct col_error *error)
{
	struct native *native = calloc(1, sizeof(*native));

	if (native == NULL) {
		return no_memory(error);
	}
	native->setup = *setup;
	native->window = setup->window > 0 ? setup->window : WINDOW_DEFAULT;
	native->now_ns = setup->host->now(setup->host);
	told_init(&native->told, setup->host, native_counters_rows,
	    NATIVE_COUNTERS_N);
	for (int i = 0; i < NATIVE_FAMILY_N; i++) {
		native->sockets[i].fd = -1;
	}
	native->inbox = udp_inbox_new();
	native->outbox = udp_outbox_new();
	native->slots = native_slots_new(setup->host, NATIVE_SLOTS_MAX,
	    native->now_ns);
	native->values = malloc(sizeof(*native->values));
	if (native->inbox == NULL || native->outbox == NULL ||
	    native->slots == NULL || native->values == NULL) {
		stop(native);
		return no_memory(error);
	}
	*ret_engine = native;
	return 0;
}

const struct native_codec *
codec_for(const struct credential *credential)
{
	return credential->version == CREDENTIAL_V3 ? &codec_usm :
	    &codec_community;
}

/* What the codec shares among agents, made when the first one needs it. */
static int
start_codec(struct native *native, const struct native_codec *codec,
    struct col_error *error)
{
	int rc = 0;

	if (native->codecs[codec->kind] == NULL) {
		rc = codec->start(native->setup.host,
		    &native->shared[codec->kind], error);
	}
	if (rc == 0) {
		native->codecs[codec->kind] = codec;
	}
	return rc;
}

static int
open_session(struct native *native, const struct engine_target *target,
    struct native_session *session, struct col_error *error)
{
	int rc;

	session->native = native;
	session->credential = target->credential;
	session->queue = NATIVE_QUEUE_N;
	session->any_source = target->any_source;
	if (target->to_len <= sizeof(session->to)) {
		memcpy(&session->to, &target->to, target->to_len);
	}
	if (udp_address_size(&session->to) == 0) {
		error->code = COL_EINVAL;
		(void)snprintf(error->text, sizeof(error->text),
		    "%.200s is no address for UDP", target->address);
		return COL_EINVAL;
	}
	rc = start_codec(native, session->codec, error);
	if (rc == 0) {
		rc = session->codec->open(native->shared[session->codec->kind],
		    target, &session->state, error);
	}
	return rc;
}

static int
session_open(void *arg, const struct engine_target *target, void **ret_session,
    struct col_error *error)
{
	struct native_session *session = calloc(1, sizeof(*session));
	int rc;

	if (session == NULL) {
		return no_memory(error);
	}
	session->codec = codec_for(target->credential);
	rc = open_session(arg, target, session, error);
	if (rc != 0) {
		free(session);
		return rc;
	}
	*ret_session = session;
	return 0;
}

static void
session_cancel(void *arg)
{
	native_flight_land(arg);
}

static void
session_close(void *arg)
{
	struct native_session *session = arg;

	if (session == NULL) {
		return;
	}
	native_flight_land(session);
	session->codec->close(session->state);
	free(session);
}

static int
session_send(void *arg, const struct engine_request *request)
{
	struct native_session *session = arg;

	if (session->request != NULL) {
		return COL_EBUSY;
	}
	if (request->n_names == 0 || request->n_names > PDU_NAMES_MAX) {
		return COL_EINVAL;
	}
	session->request = request;
	native_flight_queue(session);
	return 0;
}

static void
tick(void *arg)
{
	struct native *native = arg;

	native->now_ns = native->setup.host->now(native->setup.host);
	native_receive(native);
	native_flight_expire(native);
	native_send_pump(native);
	native_bodies_sweep(&native->bodies, native->now_ns);
	native->counters.encoded = native->bodies.n_made;
	native->counters.flying = native->n_flying;
	native->counters.waiting = native->n_waiting;
	native->counters.window = native->window;
	told_update(&native->told, (const uint64_t *)&native->counters);
}

const struct engine_ops engine_native = {
    .name = "native",
    .start = start,
    .stop = stop,
    .open = session_open,
    .close = session_close,
    .send = session_send,
    .cancel = session_cancel,
    .tick = tick,
};
