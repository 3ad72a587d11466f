/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /capacity and /capacity/history. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/view.h"
#include "http/body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"

/* Ten years of days: more would be a mistake or an attack. */
#define HISTORY_DAYS_MAX 3660
#define HISTORY_DAYS 365

const struct param api_history_params[] = {
	{"from", PARAM_TIME, false, 0, 0, NULL, "first day; a year before `to` by default"},
	{"to", PARAM_TIME, false, 0, 0, NULL, "last day; today by default"},
	PARAM_FORMAT,
	{0},
};

static void
write_forecast(struct json *json, const struct target_view *t)
{
	bool ok = t->forecast_reason == FORECAST_OK && t->status != TARGET_REACHED;

	json_map(json, "forecast");
	json_text(json, "method", "drift");
	json_int(json, "k", t->forecast_k);
	body_day(json, "date", ok ? t->day : INT32_MIN);
	body_day(json, "earliest", ok ? t->earliest : INT32_MIN);
	body_day(json, "latest", ok ? t->latest : INT32_MIN);
	json_text(json, "reason", forecast_reason_code(t->forecast_reason));
	json_map_end(json);
}

static void
write_target(struct json *json, const struct target_view *t)
{
	const struct target *target = t->target;
	bool overdue = target->by_day != INT32_MIN && t->days_left < 0;

	json_map(json, NULL);
	json_text(json, "id", target->id);
	body_name(json, "name", target->name);
	json_int(json, "racks", target->racks);
	json_text(json, "reach", target->reach == TARGET_ABOVE ? "above" : "at_least");
	json_text(json, "basis", target->basis == TARGET_PHYSICAL ? "physical" : "standard");
	body_day(json, "by", target->by_day);
	body_words(json, "source", target->source);
	json_int(json, "count", t->count);
	json_int(json, "verified", t->verified);
	json_number(json, "progress", t->progress, BODY_RATIO_DIGITS);
	json_text(json, "status", target_status_text(t->status));
	if (overdue && t->status != TARGET_REACHED) {
		json_int(json, "overdue_days", -(int64_t)t->days_left);
	} else {
		json_unknown(json, "overdue_days");
	}
	body_number(json, "required_per_day", t->has_required, t->required_per_day);
	body_number(json, "pace_per_day", t->has_pace, t->pace_per_day);
	write_forecast(json, t);
	json_map_end(json);
}

static void
write_areas(struct json *json, const struct view *view)
{
	const struct inventory *inventory = view->config->inventory;
	uint32_t n_areas = inventory->n_places[ENTITY_AREA];
	uint32_t *n_sites = calloc((size_t)n_areas + 1, sizeof(*n_sites));

	for (uint32_t i = 0; n_sites != NULL && i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];

		if (site != NULL && site->parent < n_areas) {
			n_sites[site->parent]++;
		}
	}
	json_list(json, "areas");
	for (uint32_t i = 0; i < n_areas; i++) {
		const struct place *area = inventory->places[ENTITY_AREA][i];

		if (area != NULL) {
			json_map(json, NULL);
			body_kpi(json, view, area);
			json_int(json, "sites", n_sites != NULL ? n_sites[i] : 0);
			json_map_end(json);
		}
	}
	json_list_end(json);
	free(n_sites);
}

enum request_next
api_capacity(struct request *request)
{
	struct json *json = &request->json;
	const struct view *view = request->view;
	const struct settings *settings = &view->config->settings;
	const struct inventory *inventory = view->config->inventory;

	request_begin(request);
	json_map(json, "province");
	json_text(json, "id", settings->province_id);
	body_name(json, "name", settings->province_name);
	json_text(json, "timezone", settings->timezone);
	json_map_end(json);
	json_bool(json, "demo", settings->demo);
	json_number(json, "interval_s", (double)settings->interval_ns / NS_PER_S, BODY_DIGITS);
	json_number(json, "standard_rack_kw", settings->standard_rack_w / 1000, BODY_DIGITS);
	json_list(json, "targets");
	for (size_t i = 0; i < settings->n_targets; i++) {
		write_target(json, &view->targets[i]);
	}
	json_list_end(json);
	if (inventory->n_places[ENTITY_PROVINCE] > 0) {
		body_kpi(json, view, inventory->places[ENTITY_PROVINCE][0]);
	}
	write_areas(json, view);
	return request_end(request);
}

/* ---- history: the days come from STATE ---------------------------------- */

struct days { size_t n; struct daily items[]; };

static void
on_days(void *arg, int code, const struct daily *items, size_t n)
{
	struct days *days = malloc(sizeof(*days) + n * sizeof(*items));

	if (days == NULL) {
		pending_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	days->n = code == 0 ? n : 0;
	if (days->n > 0) {
		memcpy(days->items, items, n * sizeof(*items));
	}
	pending_fill(arg, code, days, free);
}

static void
write_column(struct json *json, const char *key, const struct days *days, size_t offset)
{
	json_list(json, key);
	for (size_t i = 0; i < days->n; i++) {
		int64_t value;

		memcpy(&value, (const char *)&days->items[i] + offset, sizeof(value));
		json_int(json, NULL, value);
	}
	json_list_end(json);
}

static enum request_next
write_history(struct request *request, const struct days *days)
{
	struct json *json = &request->json;

	request_begin(request);
	json_list(json, "t");
	for (size_t i = 0; i < days->n; i++) {
		body_day(json, NULL, days->items[i].day);
	}
	json_list_end(json);
	write_column(json, "declared", days, offsetof(struct daily, declared));
	write_column(json, "verified", days, offsetof(struct daily, verified));
	write_column(json, "planned", days, offsetof(struct daily, planned));
	write_column(json, "standard", days, offsetof(struct daily, standard));
	return request_end(request);
}

/* Errors: COL_EINVAL when the span is reversed or too long. */
static int
history_span(const struct request *request, int32_t *ret_from, int32_t *ret_to)
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
		*ret_from = *ret_to - HISTORY_DAYS;
		return 0;
	}
	if (query_time(from_text, request->as_of, &from) != 0) {
		return COL_EINVAL;
	}
	*ret_from = clock_day(zone, from);
	return *ret_from <= *ret_to && *ret_to - *ret_from <= HISTORY_DAYS_MAX ?
	    0 : COL_EINVAL;
}

enum request_next
api_capacity_history(struct request *request)
{
	struct ticket *ticket;
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
	if (history_span(request, &from, &to) != 0) {
		return problem_reply(request, 400, "bad_span",
		    (struct problem_param){"parameter", "from"},
		    "from is after to, or they are more than %d days apart",
		    HISTORY_DAYS_MAX);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	state_get_daily(request->http->setup.state, from, to, on_days, ticket);
	return REQUEST_WAIT;
}
