/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file engine: answers from a capture, with a real agent's manners
 * (exceptions, endOfMibView, truncated GETBULK).  It serves the address
 * "snmprec:PATH" for `collectorctl profile run` and the tests; the file is
 * read at the first request, which blocks for that long.
 */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "capture.h"

#define PREFIX "snmprec:"
#define ANSWER_MAX 64   /* varbinds in one answer, like snmpsim */

struct session {
	struct engine *engine;
	char *path;
	struct snapshot *snapshot;
	struct col_error error;      /* of loading */
	struct engine_request request;
	bool busy;
	unsigned turn;               /* of the tick in which it was sent */
	struct session *prev, *next;
};

struct engine {
	struct session *flying;
	unsigned turn;
};

static int
start(const struct engine_setup *setup, void **ret_engine,
    struct col_error *error)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	(void)setup;
	if (engine == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	*ret_engine = engine;
	return 0;
}

static void
stop(void *engine)
{
	free(engine);
}

static int
session_open(void *engine, const struct engine_target *target,
    void **ret_session, struct col_error *error)
{
	struct session *session;

	if (strncmp(target->address, PREFIX, strlen(PREFIX)) != 0) {
		error->code = COL_EINVAL;
		(void)snprintf(error->text, sizeof(error->text),
		    "engine file wants an address like " PREFIX "PATH");
		return COL_EINVAL;
	}
	session = calloc(1, sizeof(*session));
	if (session == NULL ||
	    (session->path = strdup(target->address + strlen(PREFIX))) == NULL) {
		free(session);
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	session->engine = engine;
	*ret_session = session;
	return 0;
}

static void
session_cancel(void *arg)
{
	struct session *session = arg;

	if (session->busy) {
		DL_DELETE(session->engine->flying, session);
		session->busy = false;
	}
}

static void
session_close(void *arg)
{
	struct session *session = arg;

	if (session == NULL) {
		return;
	}
	session_cancel(session);
	snapshot_free(session->snapshot);
	free(session->path);
	free(session);
}

static int
session_send(void *arg, const struct engine_request *request)
{
	struct session *session = arg;

	if (session->busy) {
		return COL_EBUSY;
	}
	if (request->n_names == 0 || request->n_names > 128) {
		return COL_EINVAL;
	}
	session->request = *request;
	session->busy = true;
	session->turn = session->engine->turn;
	DL_APPEND(session->engine->flying, session);
	return 0;
}

static struct varbind
exception(struct objref name, enum varbind_type type)
{
	return (struct varbind){.name = name, .type = type};
}

static struct varbind
get(const struct snapshot *snapshot, struct objref name)
{
	const struct varbind *found = snapshot_get(snapshot, name);

	return found != NULL ? *found : exception(name, VARBIND_NO_INSTANCE);
}

static struct varbind
get_next(const struct snapshot *snapshot, struct objref name)
{
	const struct varbind *found = snapshot_next(snapshot, name);

	return found != NULL ? *found : exception(name, VARBIND_END);
}

/* Source: RFC 3416 s.4.2.3. */
static size_t
get_bulk(const struct snapshot *snapshot, const struct engine_request *request,
    struct varbind *out)
{
	size_t n = 0, once = request->n_once, first;

	for (; n < once && n < request->n_names && n < ANSWER_MAX; n++) {
		out[n] = get_next(snapshot, request->names[n]);
	}
	for (unsigned turn = 0; turn < request->n_repeat; turn++) {
		size_t width = request->n_names - (n < once ? n : once);
		first = n;
		for (size_t i = 0; i < width; i++) {
			if (n == ANSWER_MAX) {
				return n;
			}
			out[n] = get_next(snapshot, turn == 0 ?
			    request->names[once + i] :
			    out[first - width + i].name);
			n++;
		}
	}
	return n;
}

static void
serve(struct session *session)
{
	struct engine_request request = session->request;
	struct engine_reply reply = {.outcome = ENGINE_ANSWER};
	struct varbind out[128];
	struct capture capture;
	char detail[300];

	session_cancel(session);
	if (session->snapshot == NULL && session->error.code == 0 &&
	    capture_load(session->path, &capture, &session->error) == 0) {
		session->snapshot = capture.snapshot;
	}
	if (session->snapshot == NULL) {
		(void)snprintf(detail, sizeof(detail), "%.290s",
		    session->error.text);
		reply.outcome = ENGINE_UNREACHABLE;
		reply.detail = detail;
	} else if (request.verb == ENGINE_GETBULK) {
		reply.n_varbinds = get_bulk(session->snapshot, &request, out);
	} else {
		for (size_t i = 0; i < request.n_names; i++) {
			out[i] = request.verb == ENGINE_GET ?
			    get(session->snapshot, request.names[i]) :
			    get_next(session->snapshot, request.names[i]);
		}
		reply.n_varbinds = request.n_names;
	}
	reply.varbinds = out;
	request.fn(request.arg, &reply);
}

static void
tick(void *arg)
{
	struct engine *engine = arg;

	/* Replies may start new requests: those wait for the next turn. */
	engine->turn++;
	while (engine->flying != NULL && engine->flying->turn != engine->turn) {
		serve(engine->flying);
	}
}

const struct engine_ops engine_file = {
    .name = "file",
    .start = start,
    .stop = stop,
    .open = session_open,
    .close = session_close,
    .send = session_send,
    .cancel = session_cancel,
    .tick = tick,
};
