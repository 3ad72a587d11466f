/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /alerts/{id}: one with all that happened to it; acknowledgements. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/alert.h"
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

#define MEMBERS_MAX 1000
#define DELIVERIES_MAX 1000
#define NOTE_MAX 255

const struct member api_ack_body[] = {
	{"note", MEMBER_TEXT, false, 0, NOTE_MAX, NULL, NULL, "what is being done about it"},
	{0},
};

/* Both answers of the database that one alert takes. */
struct history {
	struct ticket *ticket;
	struct state *state;
	int64_t id;
	struct alert_change *changes;
	size_t n_changes;
	struct delivery *deliveries;
	size_t n_deliveries;
	struct alert *members;
	size_t n_members;
};

static void
history_free(void *arg)
{
	struct history *history = arg;

	free(history->changes);
	free(history->deliveries);
	free(history->members);
	free(history);
}

static void *
copy_of(const void *items, size_t n, size_t size)
{
	void *copy = n > 0 ? malloc(n * size) : NULL;

	if (copy != NULL) {
		memcpy(copy, items, n * size);
	}
	return copy;
}

static void
on_members(void *arg, int code, const struct alert *items, size_t n)
{
	struct history *history = arg;

	if (code == 0) {
		history->members = copy_of(items, n, sizeof(*items));
		history->n_members = history->members != NULL ? n : 0;
	}
	pending_fill(history->ticket, code, history, history_free);
}

static void
on_deliveries(void *arg, int code, const struct delivery *items, size_t n)
{
	struct history *history = arg;
	struct alerts_query query = { .open = true, .closed = true, .under = history->id,
	    .limit = MEMBERS_MAX };

	if (code != 0) {
		pending_fill(history->ticket, code, history, history_free);
		return;
	}
	history->deliveries = copy_of(items, n, sizeof(*items));
	history->n_deliveries = history->deliveries != NULL ? n : 0;
	alerts_get(history->state, &query, on_members, history);
}

static void
on_changes(void *arg, int code, const struct alert_change *changes, size_t n)
{
	struct history *history = arg;
	struct deliveries_query query = { .state = -1, .alert = history->id,
	    .limit = DELIVERIES_MAX };

	if (code != 0 || n == 0) {
		pending_fill(history->ticket, code != 0 ? code : COL_ENOENT, history,
		    history_free);
		return;
	}
	history->changes = copy_of(changes, n, sizeof(*changes));
	history->n_changes = history->changes != NULL ? n : 0;
	deliveries_get(history->state, &query, on_deliveries, history);
}

static void
write_history(struct request *request, const struct history *history)
{
	const struct alert *alert = &history->changes[history->n_changes - 1].alert;
	const struct silences *silences = state_silences(request->http->setup.state);
	struct json *json = &request->json;

	alert_members(json, alert, silences, request->as_of);
	json_list(json, "changes");
	for (size_t i = 0; i < history->n_changes; i++) {
		alert_change_body(json, &history->changes[i]);
	}
	json_list_end(json);
	json_list(json, "deliveries");
	for (size_t i = 0; i < history->n_deliveries; i++) {
		delivery_body(json, &history->deliveries[i]);
	}
	json_list_end(json);
	json_list(json, "members");
	for (size_t i = 0; i < history->n_members; i++) {
		alert_body(json, &history->members[i], silences, request->as_of);
	}
	json_list_end(json);
	silences_unref(silences);
}

enum request_next
api_alert(struct request *request)
{
	struct history *history;
	struct ticket *ticket;
	void *result;
	int code;
	int64_t id;

	request->as_of = clock_wall(request->http->setup.clock);
	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &result)) {
			return problem_late(request);
		}
		history = result;
		if (code == COL_ENOENT) {
			return problem_no_such(request, "alert", request->id);
		}
		if (code != 0 || history->n_changes == 0) {
			return problem_failed(request, code != 0 ? code : COL_ENOMEM);
		}
		request_begin(request);
		write_history(request, history);
		return request_end(request);
	}
	if (str_to_int(request->id, 1, INT64_MAX, &id) != 0) {
		return problem_no_such(request, "alert", request->id);
	}
	history = calloc(1, sizeof(*history));
	if (history == NULL) {
		return REQUEST_BROKEN;
	}
	if (pending_suspend(request, &ticket) != 0) {
		free(history);
		return problem_late(request);
	}
	*history = (struct history){ .ticket = ticket, .id = id,
	    .state = request->http->setup.state };
	alerts_get_changes(history->state, id, on_changes, history);
	return REQUEST_WAIT;
}

/* ---- acknowledgements ------------------------------------------------------------------ */

struct acking { struct ticket *ticket; struct alerts *alerts; struct notify *notify; };

/* Told to engine and notify where it is known to be on the disk: a client that
 * has gone away makes no difference. */
static void
on_acked(void *arg, int code, const struct alert_change *change)
{
	struct acking *acking = arg;
	struct alert *copy = NULL;

	if (code == 0) {
		copy = copy_of(&change->alert, 1, sizeof(change->alert));
		alert_acked(acking->alerts, &change->alert);
		if (acking->notify != NULL) {
			notify_changes(acking->notify, change, 1);
		}
	}
	pending_fill(acking->ticket, code == 0 && copy == NULL ? COL_ENOMEM : code, copy, free);
	free(acking);
}

static enum request_next
answer_ack(struct request *request)
{
	const struct silences *silences;
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	switch (code) {
	case 0:
		break;
	case COL_ENOENT:
		return problem_no_such(request, "alert", request->id);
	case COL_EINVAL:
		return problem_reply(request, 409, "alert_resolved",
		    (struct problem_param){"id", request->id},
		    "alert %s is resolved", request->id);
	case COL_EEXIST:
		return problem_reply(request, 409, "already_acknowledged",
		    (struct problem_param){"id", request->id},
		    "alert %s is so already", request->id);
	default:
		return problem_failed(request, code);
	}
	request->as_of = clock_wall(request->http->setup.clock);
	silences = state_silences(request->http->setup.state);
	request_begin(request);
	alert_members(&request->json, result, silences, request->as_of);
	silences_unref(silences);
	return request_end(request);
}

/* The open episode of the path; NULL: the problem is the answer. */
static const struct alert *
find_open(struct request *request)
{
	const struct alert_list *list = request->alerts;
	int64_t id;

	if (str_to_int(request->id, 1, INT64_MAX, &id) != 0) {
		(void)problem_no_such(request, "alert", request->id);
		return NULL;
	}
	for (uint32_t i = 0; list != NULL && i < list->n; i++) {
		if (list->items[i].id == id) {
			return &list->items[i];
		}
	}
	(void)problem_reply(request, 404, "no_open_alert",
	    (struct problem_param){"id", request->id},
	    "there is no open alert %s", request->id);
	return NULL;
}

static enum request_next
change_ack(struct request *request, bool acked)
{
	const char *note = acked ? input_text(request->input, "note") : NULL;
	const struct inventory *inventory = request->view->config->inventory;
	struct entity_ref ref;
	const struct alert *alert;
	struct audit_entry audit;
	struct acking *acking;

	if (request->ticket != NULL) {
		return answer_ack(request);
	}
	alert = find_open(request);
	if (alert == NULL) {
		return REQUEST_REPLY;
	}
	(void)alert_entity_ref(inventory, alert->entity, &ref);
	if (!who_may(&request->who, ROLE_OPERATOR, inventory, ref)) {
		return problem_reply(request, 403, "needs_place",
		    (struct problem_param){"entity", alert->entity},
		    "this is not within your places");
	}
	acking = calloc(1, sizeof(*acking));
	if (acking == NULL) {
		return REQUEST_BROKEN;
	}
	if (pending_suspend(request, &acking->ticket) != 0) {
		free(acking);
		return problem_late(request);
	}
	acking->alerts = request->http->setup.alerts;
	acking->notify = request->http->setup.notify;
	audit = session_audit(request, acked ? "alert_ack" : "alert_unack", request->id,
	    "%s %s%s%s", alert->rule, alert->entity, note != NULL ? ": " : "",
	    note != NULL ? note : "");
	alerts_ack(request->http->setup.state, alert->id, acked, note != NULL ? note : "", &audit,
	    on_acked, acking);
	return REQUEST_WAIT;
}

enum request_next
api_alert_ack(struct request *request)
{
	return change_ack(request, true);
}

enum request_next
api_alert_unack(struct request *request)
{
	return change_ack(request, false);
}
