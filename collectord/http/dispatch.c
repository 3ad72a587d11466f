/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See dispatch.h. */
#include <config.h>

#include "http/dispatch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/stats.h"
#include "base/str.h"
#include "http/alarms.h"
#include "http/api.h"
#include "http/pages.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/reply.h"
#include "http/server.h"
#include "http/session.h"
#include "http/table.h"
#include "http/watch.h"

/* Stands for any file of the web bundle; not in the table, which is fixed. */
static const struct route asset_route = {
	"/assets/{file}", "asset", "Pages", "A file of the dashboards.", pages_asset,
	NULL, ROLE_NOBODY, ROUTE_PAGE | ROUTE_PLAIN, "application/octet-stream",
	METHOD_GET, NULL,
};

void *
dispatch_target(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct request *request = calloc(1, sizeof(*request));
	size_t len;

	if (request == NULL) {
		return NULL;
	}
	request->magic = REQUEST_MAGIC;
	request->http = arg;
	request->connection = connection;
	request->verdict = guard_target(target);
	request->target_end = target + strlen(target);
	request->status = MHD_HTTP_OK;
	buf_init(&request->body, REQUEST_BODY_MAX);
	buf_init(&request->upload, GUARD_BODY_MAX + 1);
	if (request->verdict == GUARD_PASS) {
		len = strcspn(target, "?");
		memcpy(request->path, target, len);
		(void)str_copy(request->query, sizeof(request->query),
		    target[len] == '?' ? target + len + 1 : "");
	}
	return request;
}

static struct watched *
watched_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

/* MHD_KeyValueIteratorN */
static enum MHD_Result
on_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_size,
    const char *value, size_t value_size)
{
	(void)kind;
	/* a name with a NUL in it is not the name it seems to be */
	guard_header(arg, strlen(name) == name_size ? name : "", value, value_size);
	return MHD_YES;
}

static void
judge(struct request *request, const char *method, const char *version)
{
	struct guard_headers headers = {0};

	if (request->verdict != GUARD_PASS) {
		return;
	}
	if (version != request->target_end + 1) {
		/* the version stands right behind the target in libmicrohttpd's
		 * buffer, unless a NUL byte ended the target early */
		request->verdict = GUARD_TARGET_NUL;
		return;
	}
	(void)MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND,
	    on_header, &headers);
	request->verdict = guard_head(&headers, method, version,
	    request->http->tls != NULL ? NULL : request->http->listen_host);
	request->is_json = guard_is_json(&headers);
	request->length = headers.length;
}

static enum MHD_Result
finish(struct request *request, enum request_next next)
{
	switch (next) {
	case REQUEST_REPLY:
		return reply_send(request);
	case REQUEST_WAIT:
	case REQUEST_SENT:
		return MHD_YES;
	case REQUEST_BROKEN:
		break;
	}
	return MHD_NO;
}

/* No route for this method and path. */
static enum request_next
refuse_route(struct request *request, const char *method, unsigned methods)
{
	if (methods == 0) {
		return problem_reply(request, 404, "not_found",
		    (struct problem_param){"path", request->path}, "nothing is here");
	}
	route_allow(methods, request->allow_text, sizeof(request->allow_text));
	request->allow = request->allow_text;
	return problem_reply(request, 405, "method_not_allowed",
	    (struct problem_param){"method", method}, "%s is not allowed here", method);
}

/* Whatever no rule allows is refused. */
static bool
admit_who(struct request *request)
{
	const struct route *route = request->route;

	who_ask(request);
	if (request->who.role == ROLE_NOBODY && route->role > ROLE_NOBODY) {
		(void)problem_reply(request, 401, "login_required",
		    (struct problem_param){"role", role_text(route->role)},
		    "log in, or send a token: this needs the role %s",
		    role_text(route->role));
		return false;
	}
	if (route->role == ROLE_UNSET || request->who.role < route->role) {
		(void)problem_reply(request, 403, "needs_role",
		    (struct problem_param){"role", role_text(route->role)},
		    "this needs the role %s", role_text(route->role));
		return false;
	}
	/* what an admin manages belongs to no place */
	if (route->role == ROLE_ADMIN && !who_everywhere(&request->who)) {
		(void)problem_reply(request, 403, "needs_everywhere", (struct problem_param){0},
		    "this needs the role admin everywhere, not at some places");
		return false;
	}
	/* what nobody may do needs no proof that somebody meant it */
	if (route->method != METHOD_GET && route->role > ROLE_NOBODY &&
	    !session_meant(request)) {
		(void)problem_reply(request, 403, "csrf", (struct problem_param){0},
		    "a change of a session carries its X-CSRF-Token, see /api/v1/session");
		return false;
	}
	return true;
}

/* Where every member may be missing the body may, too. */
static bool
has_body(const struct request *request)
{
	const struct member *table = request->route->body;

	while (table != NULL && table->name != NULL && !table->required) {
		table++;
	}
	return request->length > 0 || (table != NULL && table->name != NULL);
}

/* The route stands; may this client use it, and with such a body? */
static bool
admit(struct request *request)
{
	if (!admit_who(request)) {
		return false;
	}
	/* where no body is needed an empty object may come */
	if (has_body(request) && !request->is_json) {
		(void)problem_reply(request, 415, "content_type",
		    (struct problem_param){"expected", "application/json"},
		    "the body must be application/json, and say so");
		return false;
	}
	return true;
}

/* First call: the head is known.  Answers at once what is not to be served. */
static enum MHD_Result
begin(struct request *request, const char *method, const char *version)
{
	unsigned methods = 0;

	request->judged = true;
	request->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	judge(request, method, version);
	if (request->verdict != GUARD_PASS) {
		stats_add(STATS_HTTP_REJECTED, 1);
		request->close = true;
		return finish(request, problem_reply(request, guard_status(request->verdict),
		    guard_code(request->verdict), (struct problem_param){0}, "%s",
		    guard_text(request->verdict)));
	}
	request->route = route_find(request->path, method_find(method), request->id, &methods);
	if (request->route == NULL && pages_has(request->http->pages, request->path)) {
		methods = 1u << METHOD_GET;
		request->route = method_find(method) == METHOD_GET ? &asset_route : NULL;
	}
	/* closing spares reading a body that nobody wants */
	request->close = strcmp(method, MHD_HTTP_METHOD_GET) != 0 && !request->head;
	if (request->route == NULL) {
		return finish(request, refuse_route(request, method, methods));
	}
	if (!admit(request)) {
		return finish(request, REQUEST_REPLY);
	}
	request->close = false;
	if (request->length > 0) {
		watch_body(request->http->watch, watched_of(request->connection));
	}
	return MHD_YES;
}

/* A piece of the body; libmicrohttpd hands out no more than Content-Length. */
static enum MHD_Result
take_body(struct request *request, const char *data, size_t size)
{
	if (request->upload.size + size > request->length) {
		return MHD_NO;
	}
	buf_put(&request->upload, data, size);
	return request->upload.failed ? MHD_NO : MHD_YES;
}

/* Takes the view and its entity tag; false: the answer is ready without. */
static bool
take_view(struct request *request)
{
	uint64_t alerts;

	if ((request->route->flags & ROUTE_VIEW) == 0) {
		request->as_of = clock_wall(request->http->setup.clock);
		return true;
	}
	request->view = capacity_view(request->http->setup.capacity);
	if (request->view == NULL) {
		request->retry_after_s = 1;
		(void)problem_reply(request, 503, "not_ready", (struct problem_param){0},
		    "the first view is not there yet");
		return false;
	}
	alerts = alarms_take(request);
	request->as_of = request->view->as_of;
	if ((request->route->flags & ROUTE_ETAG) != 0) {
		(void)str_format(request->etag_text, sizeof(request->etag_text), "\"%llu-%llu\"",
		    (unsigned long long)(request->http->epoch + request->view->number),
		    (unsigned long long)alerts);
		request->etag = request->etag_text;
	}
	return true;
}

static enum MHD_Result
run(struct request *request)
{
	buf_reset(&request->body);
	json_init(&request->json, &request->body);
	request->status = MHD_HTTP_OK;
	request->type = request->route->media;
	return finish(request, table_wanted(request) ? table_answer(request) :
	    request->route->fn(request));
}

/* The whole request is here: query, body, view, then the handler. */
static enum MHD_Result
serve(struct request *request)
{
	const char *wants;
	struct query_fault fault;

	if ((request->route->flags & ROUTE_PAGE) == 0 &&
	    query_parse(request->query, request->route->params, &request->values,
	    &fault) != 0) {
		return finish(request, problem_reply(request, 400, fault.code,
		    (struct problem_param){"parameter", fault.name}, "%s", fault.detail));
	}
	watch_head(request->http->watch, watched_of(request->connection));
	if (has_body(request) && input_parse(request->upload.data,
	    request->upload.size, request->route->body, &request->input, &fault) != 0) {
		return finish(request, problem_reply(request, 400, fault.code,
		    (struct problem_param){"member", fault.name}, "%s", fault.detail));
	}
	if (!take_view(request)) {
		return finish(request, REQUEST_REPLY);
	}
	wants = reply_header(request, "If-None-Match");
	if (request->etag != NULL && wants != NULL && reply_matches(wants, request->etag)) {
		request->type = request->route->media;
		return reply_same(request);
	}
	return run(request);
}

enum MHD_Result
dispatch_request(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_size, void **context)
{
	struct request *request = *context;
	struct http *http = arg;

	(void)url;
	assert(http->magic == HTTP_MAGIC);
	if (request == NULL) {
		return MHD_NO;
	}
	assert(request->magic == REQUEST_MAGIC);
	if (!request->judged) {
		watch_head(http->watch, watched_of(connection));
		return begin(request, method, version);
	}
	if (*upload_size != 0) {
		size_t size = *upload_size;

		*upload_size = 0;
		return take_body(request, upload, size);
	}
	return request->ticket != NULL ? run(request) : serve(request);
}

void
dispatch_completed(void *arg, struct MHD_Connection *connection, void **context,
    enum MHD_RequestTerminationCode why)
{
	struct request *request = *context;
	struct http *http = arg;

	(void)why;
	if (request != NULL) {
		assert(request->magic == REQUEST_MAGIC);
		pending_drop(request);
		table_drop(request);
		view_unref(request->view);
		alarms_drop(request);
		buf_done(&request->body);
		if (request->upload.data != NULL) {
			/* there may be a password in it */
			token_wipe(request->upload.data, request->upload.size);
		}
		buf_done(&request->upload);
		token_wipe(request->made_secret, sizeof(request->made_secret));
		json_decref(request->input);
		request->magic = 0;
		free(request);
		*context = NULL;
	}
	watch_idle(http->watch, watched_of(connection));
}
