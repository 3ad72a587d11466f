/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /silences: what is not told for a while, by whom and why; made and ended by operators. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/alert_body.h"
#include "http/body.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"
#include "state/alerts.h"

/* Whoever silences for longer wants a rule switched off. */
#define SILENCE_MAX_NS (90 * 86400 * NS_PER_S)

const struct param api_silences_params[] = {
	{"state", PARAM_SET, false, 0, 0, "active|future|over", "only these; all by default"},
	PARAM_FORMAT,
	{0},
};

const struct member api_silence_body[] = {
	{"entity", MEMBER_ENTITY, true, 0, 0, NULL, NULL,
	    "place, rack, feed or device; holds for all below it"},
	{"rule", MEMBER_TEXT, false, 0, 63, NULL, NULL,
	    "only of rules of this name, '*' and '?' allowed"},
	{"from", MEMBER_TIME, false, 0, 0, NULL, NULL, "from when; now by default"},
	{"until", MEMBER_TIME, false, 0, 0, NULL, NULL, "until when, within 90 days; or …"},
	{"for_s", MEMBER_INT, false, 60, 90 * 86400, NULL, NULL, "… for how many seconds"},
	{"reason", MEMBER_TEXT, true, 1, 255, NULL, NULL, "why"},
	{"maintenance", MEMBER_BOOL, false, 0, 0, NULL, NULL, "a maintenance window"},
	{0},
};

enum request_next
api_silences(struct request *request)
{
	const char *states = request_value(request, "state");
	const struct silences *silences;

	request->as_of = clock_wall(request->http->setup.clock);
	silences = state_silences(request->http->setup.state);
	request_begin(request);
	json_list(&request->json, "items");
	for (uint32_t i = silences->n; i-- > 0;) {
		const struct silence *silence = &silences->items[i];

		if (query_in_set(states, silence_word(silence, request->as_of))) {
			silence_body(&request->json, silence, request->as_of);
		}
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	silences_unref(silences);
	return request_end(request);
}

/* ---- changes --------------------------------------------------------------------- */

static void
on_silence(void *arg, int code, const struct silence *silence)
{
	struct silence *copy = NULL;

	if (code == 0) {
		copy = malloc(sizeof(*copy));
		if (copy != NULL) {
			*copy = *silence;
		}
	}
	pending_fill(arg, code == 0 && copy == NULL ? COL_ENOMEM : code, copy, free);
}

static enum request_next
answer(struct request *request, unsigned status)
{
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code == COL_ENOENT) {
		return problem_no_such(request, "silence", request->id);
	}
	if (code == COL_EINVAL) {
		return problem_reply(request, 409, "silence_over",
		    (struct problem_param){"id", request->id},
		    "silence %s is over already", request->id);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	request->status = status;
	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	silence_members(&request->json, result, request->as_of);
	return request_end(request);
}

static enum request_next
refuse(struct request *request, const char *member, const char *what)
{
	return problem_reply(request, 400, "bad_member", (struct problem_param){"member", member},
	    "body, member '%s': %s", member, what);
}

/* False: the problem is the answer. */
static bool
may(struct request *request, const char *entity, bool there)
{
	const struct inventory *inventory = request->view->config->inventory;
	struct entity_ref ref;

	if (alert_entity_ref(inventory, entity, &ref) != 0 && there) {
		(void)problem_no_such(request, "entity", entity);
		return false;
	}
	if (!who_may(&request->who, ROLE_OPERATOR, inventory, ref)) {
		(void)problem_reply(request, 403, "needs_place",
		    (struct problem_param){"entity", entity},
		    "this is not within your places");
		return false;
	}
	return true;
}

/* False: the problem is the answer. */
static bool
take_times(struct request *request, struct silence *silence)
{
	const char *from = input_text(request->input, "from");
	const char *until = input_text(request->input, "until");
	int64_t for_s = input_int(request->input, "for_s", 0);
	struct wall now = clock_wall(request->http->setup.clock);

	silence->from = now;
	if (from != NULL) {
		(void)clock_parse(from, &silence->from);
	}
	if ((until != NULL) == (for_s > 0)) {
		(void)refuse(request, "until", "either until or for_s is needed");
		return false;
	}
	silence->until.ns = silence->from.ns + for_s * NS_PER_S;
	if (until != NULL) {
		(void)clock_parse(until, &silence->until);
	}
	if (silence->until.ns <= now.ns || silence->until.ns <= silence->from.ns ||
	    silence->until.ns - now.ns > SILENCE_MAX_NS) {
		(void)refuse(request, "until",
		    "it must lie in the future, after from, within 90 days");
		return false;
	}
	return true;
}

enum request_next
api_silence_add(struct request *request)
{
	const char *rule = input_text(request->input, "rule");
	struct silence silence = {0};
	struct audit_entry audit;
	struct ticket *ticket;

	if (request->ticket != NULL) {
		return answer(request, 201);
	}
	(void)str_copy(silence.entity, sizeof(silence.entity),
	    input_text(request->input, "entity"));
	(void)str_copy(silence.rule, sizeof(silence.rule), rule != NULL ? rule : "");
	(void)str_copy(silence.reason, sizeof(silence.reason),
	    input_text(request->input, "reason"));
	(void)str_copy(silence.author, sizeof(silence.author), request->who.name);
	silence.maintenance = input_bool(request->input, "maintenance", false);
	if (!may(request, silence.entity, true) || !take_times(request, &silence)) {
		return REQUEST_REPLY;
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	audit = session_audit(request, "silence_add", silence.entity, "%s%s%s",
	    silence.rule, silence.rule[0] != '\0' ? ": " : "", silence.reason);
	silences_add(request->http->setup.state, &silence, &audit, on_silence, ticket);
	return REQUEST_WAIT;
}

/* What the silence is on; false: there is none of that id in the snapshot. */
static bool
entity_of(const struct request *request, int64_t id, char entity[ALERT_ENTITY_SIZE])
{
	const struct silences *silences = state_silences(request->http->setup.state);
	bool found = false;

	for (uint32_t i = 0; i < silences->n && !found; i++) {
		found = silences->items[i].id == id;
		if (found) {
			(void)str_copy(entity, ALERT_ENTITY_SIZE, silences->items[i].entity);
		}
	}
	silences_unref(silences);
	return found;
}

enum request_next
api_silence_end(struct request *request)
{
	char entity[ALERT_ENTITY_SIZE] = "";
	struct audit_entry audit;
	struct ticket *ticket;
	int64_t id;

	if (request->ticket != NULL) {
		return answer(request, 200);
	}
	if (str_to_int(request->id, 1, INT64_MAX, &id) != 0 ||
	    !entity_of(request, id, entity)) {
		return problem_no_such(request, "silence", request->id);
	}
	/* the thing may have gone: whoever may everywhere may end it */
	if (!may(request, entity, false)) {
		return REQUEST_REPLY;
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	audit = session_audit(request, "silence_end", request->id, "%s", entity);
	silences_end(request->http->setup.state, id, &audit, on_silence, ticket);
	return REQUEST_WAIT;
}
