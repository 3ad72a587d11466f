/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /receivers: who is told, how they fare, and tests by the way of every message. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/alert.h"
#include "alert/format.h"
#include "alert/notify.h"
#include "base/str.h"
#include "http/body.h"
#include "http/delivery_body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"

#define ADDRESS_SIZE 512

const struct member api_receiver_test_body[] = {
	{"alert", MEMBER_INT, false, 1, 9007199254740991, NULL, NULL,
	    "id of an open alert to send; the newest by default"},
	{0},
};

/* ---- the list -------------------------------------------------------------------- */

/* How a receiver fares, all zero when notify does not know it yet. */
static struct notify_receiver
fare_of(const struct notify_receiver *fares, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(fares[i].name, name) == 0) {
			return fares[i];
		}
	}
	return (struct notify_receiver){0};
}

static const char *
state_of(const struct notify_receiver *fare)
{
	return fare->disabled ? "disabled" : fare->error[0] != '\0' ? "failing" :
	    fare->n_delivered > 0 ? "ok" : "idle";
}

static void
write_receiver(struct json *json, const struct receiver *receiver,
    const struct notify_receiver *fare)
{
	char address[ADDRESS_SIZE];
	struct col_error error;
	double per_minute, burst;
	int rc = format_address(receiver, address, sizeof(address), &error);

	format_rate(receiver->type, &per_minute, &burst);
	json_map(json, NULL);
	json_text(json, "name", receiver->name);
	json_text(json, "type", receiver_type_text(receiver->type));
	body_text(json, "url", rc == 0 ? address : NULL);
	json_text(json, "lang", receiver_lang_text((enum receiver_lang)receiver->lang));
	json_text(json, "state", state_of(fare));
	json_int(json, "queued", fare->n_queued);
	json_int(json, "dead", fare->n_dead);
	json_int(json, "delivered", (int64_t)fare->n_delivered);
	json_int(json, "attempts", (int64_t)fare->n_attempts);
	body_time(json, "accepted", fare->accepted);
	body_time(json, "failed", fare->failed);
	body_text(json, "error", rc != 0 ? error.text : fare->error);
	body_time(json, "next_try", fare->next_try);
	json_bool(json, "resolved", receiver->send_resolved);
	body_number(json, "repeat_s", receiver->repeat_ns > 0,
	    (double)receiver->repeat_ns / NS_PER_S);
	body_number(json, "silent_s", receiver->silent_ns > 0,
	    (double)receiver->silent_ns / NS_PER_S);
	json_map(json, "rate");
	json_number(json, "per_minute", receiver->per_minute > 0 ? receiver->per_minute :
	    per_minute, BODY_DIGITS);
	json_number(json, "burst", receiver->burst > 0 ? receiver->burst : burst, BODY_DIGITS);
	json_map_end(json);
	json_map_end(json);
}

static void
write_watch(struct request *request, const struct alerting *alerting)
{
	struct json *json = &request->json;
	struct notify_canary canary = {0};

	if (request->http->setup.notify != NULL) {
		notify_canary(request->http->setup.notify, &canary);
	}
	json_map(json, "heartbeat");
	body_text(json, "receiver", alerting->heartbeat);
	body_number(json, "every_s", alerting->heartbeat != NULL,
	    (double)alerting->heartbeat_ns / NS_PER_S);
	json_map_end(json);
	json_map(json, "canary");
	body_number(json, "minute", alerting->canary_minute >= 0, alerting->canary_minute);
	body_time(json, "sent", canary.sent);
	body_time(json, "confirmed", canary.confirmed);
	json_int(json, "receivers", canary.n_receivers);
	json_int(json, "confirmed_by", canary.n_confirmed);
	json_map_end(json);
}

enum request_next
api_receivers(struct request *request)
{
	const struct alerting *alerting = &request->view->config->alerting;
	struct notify_receiver *fares = NULL;
	size_t n = request->http->setup.notify == NULL ? 0 :
	    notify_receivers(request->http->setup.notify, &fares);

	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < alerting->n_receivers; i++) {
		struct notify_receiver fare = fare_of(fares, n, alerting->receivers[i].name);

		write_receiver(&request->json, &alerting->receivers[i], &fare);
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	write_watch(request, alerting);
	free(fares);
	return request_end(request);
}

/* ---- tests ------------------------------------------------------------------------- */

struct tested { struct delivery delivery; struct attempt attempt; };

static void
tested_free(void *arg)
{
	struct tested *tested = arg;

	free(tested->attempt.request);
	free(tested->attempt.reply);
	free(tested);
}

static char *
copy_of(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

static void
on_tested(void *arg, int code, const struct delivery *delivery, const struct attempt *attempt)
{
	struct tested *tested = calloc(1, sizeof(*tested));

	if (tested == NULL) {
		pending_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	if (delivery != NULL) {
		tested->delivery = *delivery;
		tested->delivery.notice = NULL;
	}
	if (attempt != NULL) {
		tested->attempt = *attempt;
		tested->attempt.request = copy_of(attempt->request);
		tested->attempt.reply = copy_of(attempt->reply);
	}
	pending_fill(arg, code, tested, tested_free);
}

static enum request_next
answer(struct request *request)
{
	const struct tested *tested;
	struct json *json = &request->json;
	void *result;
	int code;

	/* a receiver that hangs is told by the log of deliveries */
	if (!pending_result(request->ticket, &code, &result)) {
		return problem_reply(request, 504, "test_under_way",
		    (struct problem_param){"receiver", request->id},
		    "'%s' has not answered yet: see its deliveries", request->id);
	}
	if (code == COL_ENOENT) {
		return problem_no_such(request, "receiver", request->id);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	tested = result;
	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	json_map(json, "delivery");
	delivery_members(json, &tested->delivery);
	json_map_end(json);
	attempt_members(json, &tested->attempt);
	return request_end(request);
}

static bool
is_receiver(const struct alerting *alerting, const char *name)
{
	for (size_t i = 0; i < alerting->n_receivers; i++) {
		if (strcmp(alerting->receivers[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* NULL: no id was given, or (false) there is no such open alert. */
static bool
find_alert(const struct request *request, int64_t id, const struct alert **ret_alert)
{
	const struct alert_list *list = request->alerts;

	*ret_alert = NULL;
	for (uint32_t i = 0; list != NULL && i < list->n && id != 0; i++) {
		if (list->items[i].id == id) {
			*ret_alert = &list->items[i];
		}
	}
	return id == 0 || *ret_alert != NULL;
}

enum request_next
api_receiver_test(struct request *request)
{
	int64_t id = input_int(request->input, "alert", 0);
	const struct alert *alert;
	struct audit_entry audit;
	struct ticket *ticket;

	if (request->ticket != NULL) {
		return answer(request);
	}
	if (request->http->setup.notify == NULL ||
	    !is_receiver(&request->view->config->alerting, request->id)) {
		return problem_no_such(request, "receiver", request->id);
	}
	if (!who_everywhere(&request->who)) {
		return problem_reply(request, 403, "needs_everywhere",
		    (struct problem_param){0}, "receivers are of no place: your role must hold "
		    "everywhere");
	}
	if (!find_alert(request, id, &alert)) {
		return problem_reply(request, 404, "no_open_alert",
		    (struct problem_param){0}, "there is no open alert %lld", (long long)id);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	audit = session_audit(request, "receiver_test", request->id, "%s",
	    alert != NULL ? alert->entity : "");
	notify_test(request->http->setup.notify, request->id, alert, &audit, on_tested, ticket);
	return REQUEST_WAIT;
}
