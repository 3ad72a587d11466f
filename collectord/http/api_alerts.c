/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /alerts: what is open, by the newest list; what is resolved, by the database. */
#include <config.h>

#include "http/api.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/alert.h"
#include "base/str.h"
#include "http/alert_body.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "state/alerts.h"

#define LIMIT 100
#define STATES "open|firing|acknowledged|stale|folded|silenced|resolved"

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
	body_time(json, "evaluated_at", alert_evaluated(request->http->setup.alerts));
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
	pending_fill_items(arg, code, items, code == 0 ? n : 0, sizeof(*items));
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
