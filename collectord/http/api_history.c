/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /capacity/history: the daily counts of the province, a place or an operator,
 * with what the ledger has learned since.
 */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/whose.h"

/* Ten years of days: more would be a mistake or an attack. */
#define DAYS_MAX 3660
#define DAYS 365

const struct param api_history_params[] = {
	{"from", PARAM_TIME, false, 0, 0, NULL, "first day; a year before `to` by default"},
	{"to", PARAM_TIME, false, 0, 0, NULL, "last day; today by default"},
	{"place", PARAM_TEXT, false, 0, 0, NULL,
	    "`area:ID`, `site:ID`, `hall:ID` or `operator:ID`; the province by default"},
	PARAM_FORMAT,
	{0},
};

struct days {
	bool of_place;
	size_t n;
	struct place_day items[];      /* ascending; of the province without the four
	                                * kinds of evidence but verified */
};

static struct days *
days_new(size_t n, bool of_place)
{
	struct days *days = malloc(sizeof(*days) + n * sizeof(days->items[0]));

	if (days != NULL) {
		days->n = n;
		days->of_place = of_place;
	}
	return days;
}

static void
on_days(void *arg, int code, const struct daily *items, size_t n)
{
	struct days *days = days_new(code == 0 ? n : 0, false);

	for (size_t i = 0; days != NULL && i < days->n; i++) {
		days->items[i] = (struct place_day){ items[i].day, {
		    .declared = items[i].declared, .verified = items[i].verified,
		    .planned = items[i].planned, .standard = items[i].standard } };
	}
	pending_fill(arg, days != NULL ? code : COL_ENOMEM, days, free);
}

static void
on_place(void *arg, int code, const struct place_day *items, size_t n)
{
	struct days *days = days_new(code == 0 ? n : 0, true);

	if (days != NULL && days->n > 0) {
		memcpy(days->items, items, n * sizeof(*items));
	}
	pending_fill(arg, days != NULL ? code : COL_ENOMEM, days, free);
}

/* ---- the answer ---------------------------------------------------------------- */

/* Of a place every day from the first to the last has a line, null where it was
 * not counted. */
static void
write_column(struct json *json, const char *key, const struct days *days, size_t offset)
{
	int32_t next = days->n > 0 ? days->items[0].day : 0;

	json_list(json, key);
	for (size_t i = 0; i < days->n; i++) {
		int64_t value;

		for (; days->of_place && next < days->items[i].day; next++) {
			json_unknown(json, NULL);
		}
		next = days->items[i].day + 1;
		memcpy(&value, (const char *)&days->items[i].counts + offset,
		    sizeof(value));
		json_int(json, NULL, value);
	}
	json_list_end(json);
}

static void
write_days(struct json *json, const struct days *days)
{
	int32_t next = days->n > 0 ? days->items[0].day : 0;

	json_list(json, "t");
	for (size_t i = 0; i < days->n; i++) {
		for (; days->of_place && next < days->items[i].day; next++) {
			body_day(json, NULL, next);
		}
		next = days->items[i].day + 1;
		body_day(json, NULL, days->items[i].day);
	}
	json_list_end(json);
}

static enum request_next
write_history(struct request *request, const struct days *days)
{
	static const struct { const char *key; size_t offset; bool of_place; } columns[] = {
		{"declared", offsetof(struct daily_place, declared), false},
		{"verified", offsetof(struct daily_place, verified), false},
		{"planned", offsetof(struct daily_place, planned), false},
		{"standard", offsetof(struct daily_place, standard), false},
		{"contradicted", offsetof(struct daily_place, contradicted), true},
		{"stale", offsetof(struct daily_place, stale), true},
		{"unmonitored", offsetof(struct daily_place, unmonitored), true},
	};
	struct json *json = &request->json;

	request_begin(request);
	json_text(json, "place", request_value(request, "place"));
	write_days(json, days);
	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
		if (days->of_place || !columns[c].of_place) {
			write_column(json, columns[c].key, days, columns[c].offset);
		}
	}
	return request_end(request);
}

/* ---- the question -------------------------------------------------------------- */

/* Errors: COL_EINVAL when the span is reversed or too long. */
static int
read_span(const struct request *request, int32_t *ret_from, int32_t *ret_to)
{
	const char *zone = request->view->config->settings.timezone;
	const char *from_text = request_value(request, "from");
	const char *to_text = request_value(request, "to");
	struct wall from, to = request->as_of;

	if (to_text != NULL && query_time(to_text, request->as_of, &to) != 0) {
		return COL_EINVAL;
	}
	*ret_to = clock_day(zone, to);
	if (from_text == NULL) {
		*ret_from = *ret_to - DAYS;
		return 0;
	}
	if (query_time(from_text, request->as_of, &from) != 0) {
		return COL_EINVAL;
	}
	*ret_from = clock_day(zone, from);
	return *ret_from <= *ret_to && *ret_to - *ret_from <= DAYS_MAX ? 0 : COL_EINVAL;
}

static enum request_next
ask(struct request *request, const struct whose *whose, int32_t from, int32_t to)
{
	struct state *state = request->http->setup.state;
	struct daily_place place = { .kind = whose->kind };
	struct ticket *ticket;

	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	if (whose->kind == ENTITY_PROVINCE) {
		state_get_daily(state, from, to, on_days, ticket);
	} else {
		(void)str_copy(place.id, sizeof(place.id), whose->id);
		state_get_place(state, &place, from, to, on_place, ticket);
	}
	return REQUEST_WAIT;
}

enum request_next
api_capacity_history(struct request *request)
{
	struct whose whose;
	int32_t from, to;
	int code;
	void *days;

	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &days)) {
			return problem_late(request);
		}
		return code == 0 ? write_history(request, days) :
		    problem_failed(request, code);
	}
	if (read_span(request, &from, &to) != 0) {
		return problem_reply(request, 400, "bad_span",
		    (struct problem_param){"parameter", "from"},
		    "from is after to, or they are more than %d days apart", DAYS_MAX);
	}
	if (!whose_read(request, ENTITY_HALL, &whose)) {
		return REQUEST_REPLY;
	}
	return ask(request, &whose, from, to);
}
