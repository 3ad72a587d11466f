/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /alerts: what is open, by the newest list; what is resolved, by the database;
 * one with all that happened to it; acknowledgements.
 */
#include <config.h>

#include "http/api.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/alert.h"
#include "alert/notify.h"
#include "base/str.h"
#include "http/alert_body.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/delivery_body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"
#include "state/alerts.h"

#define LIMIT 100
#define STATES "open|firing|acknowledged|stale|folded|silenced|resolved"
#define MEMBERS_MAX 1000
#define DELIVERIES_MAX 1000
#define NOTE_MAX 255

const struct param api_alerts_params[] = {
	{"state", PARAM_SET, false, 0, 0, STATES, "open (firing, acknowledged, stale; the "
	    "default), or any of its parts; folded ones only when asked for; resolved alone"},
	{"severity", PARAM_SET, false, 0, 0, "critical|warning|info", "only these"},
	{"at", PARAM_ENTITY, false, 0, 0, NULL,
	    "only of this place, rack, feed or device, and below"},
	{"rule", PARAM_ID, false, 0, 0, NULL, "only of this rule"},
	{"q", PARAM_TEXT, false, 0, 0, NULL, "only those whose thing or summary holds it"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

const struct member api_ack_body[] = {
	{"note", MEMBER_TEXT, false, 0, NOTE_MAX, NULL, NULL, "what is being done about it"},
	{0},
};

/* ---- which are wanted --------------------------------------------------------------- */

struct wanted {
	const char *states;             /* NULL: open */
	const char *severities, *rule, *q;
	bool has_place;
	enum entity_kind kind;
	char id[QUERY_ID_SIZE];
	char entity[ALERT_ENTITY_SIZE];
};

static void
read_wanted(const struct request *request, struct wanted *wanted)
{
	const char *at = request_value(request, "at");

	*wanted = (struct wanted){
		.states = request_value(request, "state"),
		.severities = request_value(request, "severity"),
		.rule = request_value(request, "rule"),
		.q = request_value(request, "q"),
	};
	if (at != NULL && query_entity(at, &wanted->kind, wanted->id) == 0) {
		wanted->has_place = true;
		(void)str_copy(wanted->entity, sizeof(wanted->entity), at);
	}
}

static bool
is_at(const struct wanted *wanted, const struct alert *alert)
{
	const char *above[ENTITY_KIND_N] = { NULL, alert->area, alert->site, alert->hall,
		alert->row, alert->rack, NULL, NULL };

	return !wanted->has_place || wanted->kind == ENTITY_PROVINCE ||
	    strcmp(alert->entity, wanted->entity) == 0 ||
	    (above[wanted->kind] != NULL && strcmp(above[wanted->kind], wanted->id) == 0);
}

static bool
has_state(const struct wanted *wanted, const struct alert *alert, bool silenced)
{
	const char *states = wanted->states != NULL ? wanted->states : "open";

	if (alert->under != 0) {
		return query_in_set(states, "folded");
	}
	return query_in_set(states, "open") || query_in_set(states, alert_word(alert)) ||
	    (silenced && query_in_set(states, "silenced"));
}

static bool
is_wanted(const struct wanted *wanted, const struct alert *alert, bool silenced)
{
	return has_state(wanted, alert, silenced) &&
	    query_in_set(wanted->severities, severity_text(alert->severity)) &&
	    (wanted->rule == NULL || strcmp(wanted->rule, alert->rule) == 0) &&
	    is_at(wanted, alert) &&
	    (wanted->q == NULL || strcasestr(alert->entity, wanted->q) != NULL ||
	    strcasestr(alert->summary_en, wanted->q) != NULL ||
	    strcasestr(alert->summary_zh, wanted->q) != NULL);
}

/* ---- what is open ------------------------------------------------------------------- */

/* Worst first, of equal ones the newest. */
static uint64_t
open_key(const struct alert *alert)
{
	return (uint64_t)(SEVERITY_N - alert->severity) << 56 |
	    (((uint64_t)1 << 56) - 1 - ((uint64_t)alert->id & (((uint64_t)1 << 56) - 1)));
}

static int
compare_open(const void *a, const void *b)
{
	uint64_t left = open_key(*(const struct alert *const *)a);
	uint64_t right = open_key(*(const struct alert *const *)b);

	return (left > right) - (left < right);
}

static void
write_counts(struct request *request, const struct silences *silences)
{
	const struct alert_list *list = request->alerts;
	uint32_t n_states[ALERT_STATE_N] = {0}, n_acked = 0, n_silenced = 0, n_folded = 0;
	struct json *json = &request->json;

	for (uint32_t i = 0; i < list->n; i++) {
		const struct alert *alert = &list->items[i];

		if (alert->under != 0) {
			n_folded++;
			continue;
		}
		n_states[alert->state]++;
		n_acked += alert->acked.ns != 0;
		n_silenced += silences_find(silences, alert, request->as_of) != NULL;
	}
	json_map(json, "counts");
	for (int i = SEVERITY_N - 1; i >= 0; i--) {
		json_int(json, severity_text((enum severity)i), list->n_loud[i]);
	}
	json_int(json, "firing", n_states[ALERT_FIRING]);
	json_int(json, "acknowledged", n_acked);
	json_int(json, "silenced", n_silenced);
	json_int(json, "folded", n_folded);
	json_int(json, "stale", n_states[ALERT_STALE]);
	json_int(json, "pending", list->n_pending);
	json_int(json, "evaluated", list->n_evaluated);
	body_time(json, "evaluated_at", list->as_of);
	json_map_end(json);
}

static const struct alert **
pick(const struct request *request, const struct wanted *wanted,
    const struct silences *silences, size_t *ret_n)
{
	const struct alert_list *list = request->alerts;
	const struct alert **picked = calloc((size_t)list->n + 1, sizeof(*picked));
	size_t n = 0;

	for (uint32_t i = 0; picked != NULL && i < list->n; i++) {
		const struct alert *alert = &list->items[i];
		bool silenced = silences_find(silences, alert, request->as_of) != NULL;

		if (is_wanted(wanted, alert, silenced)) {
			picked[n++] = alert;
		}
	}
	if (n > 1) {
		qsort(picked, n, sizeof(*picked), compare_open);
	}
	*ret_n = n;
	return picked;
}

static enum request_next
write_open(struct request *request, const struct wanted *wanted, const struct cursor *after)
{
	int64_t limit = request_int(request, "limit", LIMIT);
	const struct silences *silences = state_silences(request->http->setup.state);
	char next[CURSOR_SIZE] = "";
	size_t n;
	const struct alert **picked = pick(request, wanted, silences, &n);

	if (picked == NULL) {
		silences_unref(silences);
		return REQUEST_BROKEN;
	}
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < n; i++) {
		if (after != NULL && open_key(picked[i]) <= after->key) {
			continue;
		}
		if (limit-- == 0) {
			cursor_encode(open_key(picked[i - 1]), "open", next);
			break;
		}
		alert_body(&request->json, picked[i], silences, request->as_of);
	}
	json_list_end(&request->json);
	body_text(&request->json, "next", next);
	write_counts(request, silences);
	free(picked);
	silences_unref(silences);
	return request_end(request);
}

/* ---- what is resolved --------------------------------------------------------------- */

struct rows { size_t n; struct alert items[]; };

static void
on_rows(void *arg, int code, const struct alert *items, size_t n)
{
	struct rows *rows = malloc(sizeof(*rows) + n * sizeof(*items));

	if (rows == NULL) {
		pending_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	rows->n = code == 0 ? n : 0;
	if (rows->n > 0) {
		memcpy(rows->items, items, n * sizeof(*items));
	}
	pending_fill(arg, code, rows, free);
}

static void
place_of(const struct wanted *wanted, struct alerts_query *query)
{
	char *to[ENTITY_KIND_N] = { NULL, query->area, query->site, query->hall, query->row,
		query->rack, NULL, NULL };

	if (!wanted->has_place || wanted->kind == ENTITY_PROVINCE) {
		return;
	}
	if (to[wanted->kind] != NULL) {
		(void)str_copy(to[wanted->kind], QUERY_ID_SIZE, wanted->id);
	} else {
		(void)str_copy(query->entity, sizeof(query->entity), wanted->entity);
	}
}

static enum request_next
ask_closed(struct request *request, const struct wanted *wanted, const struct cursor *after)
{
	struct alerts_query query = { .closed = true, .before = after != NULL ?
	    (int64_t)after->key : 0 };
	struct ticket *ticket;

	query.limit = (unsigned)request_int(request, "limit", LIMIT);
	if (wanted->rule != NULL) {
		(void)str_copy(query.rule, sizeof(query.rule), wanted->rule);
	}
	place_of(wanted, &query);
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	alerts_get(request->http->setup.state, &query, on_rows, ticket);
	return REQUEST_WAIT;
}

/* Severities and text are chosen here: a page may hold fewer than its limit. */
static enum request_next
write_closed(struct request *request, struct wanted *wanted)
{
	const struct rows *rows;
	char next[CURSOR_SIZE] = "";
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	rows = result;
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < rows->n; i++) {
		struct alert alert = rows->items[i];

		alert.under = 0;
		if (is_wanted(wanted, &alert, false)) {
			alert_body(&request->json, &rows->items[i], NULL, request->as_of);
		}
	}
	json_list_end(&request->json);
	if (rows->n == (size_t)request_int(request, "limit", LIMIT)) {
		cursor_encode((uint64_t)rows->items[rows->n - 1].id, "closed", next);
	}
	body_text(&request->json, "next", next);
	json_unknown(&request->json, "counts");
	return request_end(request);
}

enum request_next
api_alerts(struct request *request)
{
	const char *text = request_value(request, "cursor");
	struct wanted wanted;
	struct cursor after;
	bool closed;

	read_wanted(request, &wanted);
	closed = wanted.states != NULL && query_in_set(wanted.states, "resolved");
	if (closed && strcmp(wanted.states, "resolved") != 0) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "state"},
		    "parameter 'state': resolved can only be asked for alone");
	}
	if (text != NULL && (cursor_decode(text, &after) != 0 ||
	    strcmp(after.id, closed ? "closed" : "open") != 0)) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
	}
	request->as_of = clock_wall(request->http->setup.clock);
	if (request->alerts == NULL) {
		return problem_reply(request, 503, "not_ready", (struct problem_param){0},
		    "no rule has been looked at yet");
	}
	if (!closed) {
		return write_open(request, &wanted, text != NULL ? &after : NULL);
	}
	return request->ticket != NULL ? write_closed(request, &wanted) :
	    ask_closed(request, &wanted, text != NULL ? &after : NULL);
}

/* ---- one ------------------------------------------------------------------------------ */

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
