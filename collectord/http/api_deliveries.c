/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /deliveries: what was sent to whom, how it was answered, and what is dead; replay. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/notify.h"
#include "base/str.h"
#include "http/alert_body.h"
#include "http/body.h"
#include "http/delivery_body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"
#include "state/deliveries.h"

#define LIMIT 100
#define STATES "queued|delivered|dead|merged"

const struct param api_deliveries_params[] = {
	{"receiver", PARAM_ID, false, 0, 0, NULL, "only to this one"},
	{"state", PARAM_CHOICE, false, 0, 0, STATES, "only these; dead: dead letters"},
	{"alert", PARAM_INT, false, 1, 9007199254740991, NULL, "only those that speak of it"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_INT, false, 1, 9007199254740991, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

/* ---- the list ------------------------------------------------------------------------ */

struct rows { size_t n; struct delivery items[]; };

static void
on_rows(void *arg, int code, const struct delivery *items, size_t n)
{
	struct rows *rows = malloc(sizeof(*rows) + n * sizeof(*items));

	if (rows == NULL) {
		pending_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	rows->n = code == 0 ? n : 0;
	for (size_t i = 0; i < rows->n; i++) {
		rows->items[i] = items[i];
		rows->items[i].notice = NULL;
	}
	pending_fill(arg, code, rows, free);
}

static int
state_asked(const struct request *request)
{
	const char *text = request_value(request, "state");

	for (int i = 0; text != NULL && i < DELIVERY_STATE_N; i++) {
		if (strcmp(text, delivery_state_text((enum delivery_state)i)) == 0) {
			return i;
		}
	}
	return -1;
}

static enum request_next
write_rows(struct request *request)
{
	const struct rows *rows;
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	rows = result;
	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < rows->n; i++) {
		delivery_body(&request->json, &rows->items[i]);
	}
	json_list_end(&request->json);
	alert_id(&request->json, "next", rows->n == (size_t)request_int(request, "limit",
	    LIMIT) ? rows->items[rows->n - 1].id : 0);
	return request_end(request);
}

enum request_next
api_deliveries(struct request *request)
{
	const char *receiver = request_value(request, "receiver");
	struct deliveries_query query = {
		.state = state_asked(request),
		.alert = request_int(request, "alert", 0),
		.before = request_int(request, "cursor", 0),
		.limit = (unsigned)request_int(request, "limit", LIMIT),
	};
	struct ticket *ticket;

	if (request->ticket != NULL) {
		return write_rows(request);
	}
	if (receiver != NULL) {
		(void)str_copy(query.receiver, sizeof(query.receiver), receiver);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	deliveries_get(request->http->setup.state, &query, on_rows, ticket);
	return REQUEST_WAIT;
}

/* ---- one ------------------------------------------------------------------------------ */

struct one { struct delivery delivery; size_t n; struct attempt attempts[]; };

static void
one_free(void *arg)
{
	struct one *one = arg;

	free(one->delivery.notice);
	for (size_t i = 0; i < one->n; i++) {
		free(one->attempts[i].request);
		free(one->attempts[i].reply);
	}
	free(one);
}

static char *
copy_of(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

static void
on_one(void *arg, int code, const struct delivery *delivery, const struct attempt *attempts,
    size_t n)
{
	struct one *one = calloc(1, sizeof(*one) + n * sizeof(*attempts));

	if (one == NULL) {
		pending_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	if (code == 0) {
		one->delivery = *delivery;
		one->delivery.notice = copy_of(delivery->notice);
		one->n = n;
	}
	for (size_t i = 0; i < one->n; i++) {
		one->attempts[i] = attempts[i];
		one->attempts[i].request = copy_of(attempts[i].request);
		one->attempts[i].reply = copy_of(attempts[i].reply);
	}
	pending_fill(arg, code, one, one_free);
}

enum request_next
api_delivery(struct request *request)
{
	struct json *json = &request->json;
	const struct one *one;
	struct ticket *ticket;
	void *result;
	int64_t id;
	int code;

	if (request->ticket == NULL) {
		if (str_to_int(request->id, 1, INT64_MAX, &id) != 0) {
			return problem_no_such(request, "delivery", request->id);
		}
		if (pending_suspend(request, &ticket) != 0) {
			return problem_late(request);
		}
		deliveries_get_one(request->http->setup.state, id, on_one, ticket);
		return REQUEST_WAIT;
	}
	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code != 0) {
		return code == COL_ENOENT ? problem_no_such(request, "delivery", request->id) :
		    problem_failed(request, code);
	}
	one = result;
	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	delivery_members(json, &one->delivery);
	json_raw(json, "notice", one->delivery.notice != NULL ? one->delivery.notice : "null");
	json_list(json, "tries");
	for (size_t i = 0; i < one->n; i++) {
		json_map(json, NULL);
		attempt_members(json, &one->attempts[i]);
		json_map_end(json);
	}
	json_list_end(json);
	return request_end(request);
}

/* ---- replay ------------------------------------------------------------------------------ */

static void
on_replayed(void *arg, int code, int64_t id)
{
	int64_t *copy = malloc(sizeof(*copy));

	if (copy != NULL) {
		*copy = id;
	}
	pending_fill(arg, copy == NULL ? COL_ENOMEM : code, copy, free);
}

static enum request_next
answer_replay(struct request *request)
{
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	switch (code) {
	case 0:
		break;
	case COL_ENOENT:
		return problem_no_such(request, "delivery", request->id);
	case COL_EINVAL:
		return problem_reply(request, 409, "delivery_waits",
		    (struct problem_param){"id", request->id},
		    "delivery %s waits already", request->id);
	default:
		return problem_failed(request, code);
	}
	request->status = 202;
	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	alert_id(&request->json, "id", *(const int64_t *)result);
	return request_end(request);
}

enum request_next
api_delivery_replay(struct request *request)
{
	struct audit_entry audit;
	struct ticket *ticket;
	int64_t id;

	if (request->ticket != NULL) {
		return answer_replay(request);
	}
	if (request->http->setup.notify == NULL ||
	    str_to_int(request->id, 1, INT64_MAX, &id) != 0) {
		return problem_no_such(request, "delivery", request->id);
	}
	if (!who_everywhere(&request->who)) {
		return problem_reply(request, 403, "needs_everywhere",
		    (struct problem_param){0}, "deliveries are of no place: your role must "
		    "hold everywhere");
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	audit = session_audit(request, "delivery_replay", request->id, "%s", "");
	notify_replay(request->http->setup.notify, id, &audit, on_replayed, ticket);
	return REQUEST_WAIT;
}
