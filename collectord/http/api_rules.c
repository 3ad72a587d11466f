/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /rules: what is watched, and how much of it fires; /explain/alert/{id}: why, and why
 * (not) told. */
#include <config.h>

#include "http/api.h"

#include <string.h>

#include "alert/alert.h"
#include "base/str.h"
#include "http/alert_body.h"
#include "http/body.h"
#include "http/problem.h"
#include "http/rule_body.h"
#include "http/server.h"
#include "state/alerts.h"

static unsigned
count_open(const struct alert_list *list, const char *rule)
{
	unsigned n = 0;

	for (uint32_t i = 0; list != NULL && i < list->n; i++) {
		n += strcmp(list->items[i].rule, rule) == 0;
	}
	return n;
}

enum request_next
api_rules(struct request *request)
{
	const struct config *config = request->view->config;
	struct json *json = &request->json;

	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	json_list(json, "items");
	for (size_t i = 0; i < config->alerting.n_rules; i++) {
		const struct rule *rule = &config->alerting.rules[i];

		json_map(json, NULL);
		rule_members(json, config->inventory, rule);
		json_int(json, "open", count_open(request->alerts, rule->id));
		json_map_end(json);
	}
	json_list_end(json);
	json_unknown(json, "next");
	return request_end(request);
}

/* ---- why ------------------------------------------------------------------------------ */

static const struct rule *
rule_of(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->alerting.n_rules; i++) {
		if (strcmp(config->alerting.rules[i].id, id) == 0) {
			return &config->alerting.rules[i];
		}
	}
	return NULL;
}

static void
write_why(struct json *json, const char *code, const char *key, int64_t id)
{
	json_map(json, NULL);
	json_text(json, "code", code);
	json_map(json, "params");
	if (key != NULL) {
		alert_id(json, key, id);
	}
	json_map_end(json);
	json_map_end(json);
}

/* Reasons for which nobody (or not everybody) has been told. */
static void
write_untold(struct request *request, const struct alert *alert)
{
	const struct alerting *alerting = &request->view->config->alerting;
	const struct silences *silences = state_silences(request->http->setup.state);
	const struct silence *silence = silences_find(silences, alert, request->as_of);
	struct json *json = &request->json;

	json_list(json, "untold");
	if (alert->under != 0) {
		write_why(json, "folded", "alert", alert->under);
	}
	if (silence != NULL) {
		write_why(json, "silenced", "silence", silence->id);
	}
	if (alert->flapping) {
		write_why(json, "flapping", NULL, 0);
	}
	if (alerting->n_receivers == 0) {
		write_why(json, "no_receiver", NULL, 0);
	}
	if (alert->severity != SEVERITY_CRITICAL &&
	    request->as_of.ns - alert->fired.ns < alerting->group_wait_ns) {
		write_why(json, "group_wait", NULL, 0);
	}
	json_list_end(json);
	silences_unref(silences);
}

enum request_next
api_explain_alert(struct request *request)
{
	const struct alert_list *list = request->alerts;
	const struct alert *alert = NULL;
	struct json *json = &request->json;
	const struct rule *rule;
	int64_t id;

	if (str_to_int(request->id, 1, INT64_MAX, &id) != 0) {
		return problem_no_such(request, "alert", request->id);
	}
	for (uint32_t i = 0; list != NULL && i < list->n; i++) {
		if (list->items[i].id == id) {
			alert = &list->items[i];
		}
	}
	if (alert == NULL) {
		return problem_reply(request, 404, "no_open_alert",
		    (struct problem_param){"id", request->id},
		    "there is no open alert %s", request->id);
	}
	request->as_of = clock_wall(request->http->setup.clock);
	rule = rule_of(request->view->config, alert->rule);
	request_begin(request);
	alert_members(json, alert, NULL, request->as_of);
	body_age(json, "lasting_s", request->as_of, alert->since);
	if (rule != NULL) {
		json_map(json, "rule_text");
		rule_members(json, request->view->config->inventory, rule);
		json_map_end(json);
	} else {
		json_unknown(json, "rule_text");
	}
	write_untold(request, alert);
	return request_end(request);
}
