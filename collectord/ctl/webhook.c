/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webhook: receivers and how they fare, tests, what was sent to them and again. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/alert_text.h"
#include "ctl/ask.h"
#include "ctl/options.h"

#define V1 "/api/v1"

static const char *const NONE[] = { NULL };

static const struct table_column DELIVERIES[] = {
	{ "id", "id", -1 }, { "to", "receiver", -1 }, { "what", "type", -1 },
	{ "group", "group", -1 }, { "state", "state", -1 }, { "tries", "attempts", 0 },
	{ "made", "created", -1 }, { "next try", "next_try", -1 },
	{ "ended", "ended", -1 }, { "error", "error", -1 }, { NULL, NULL, 0 },
};

static void
print_receivers(const json_t *body)
{
	static const struct table_column COLUMNS[] = {
		{ "receiver", "name", -1 }, { "type", "type", -1 }, { "state", "state", -1 },
		{ "waiting", "queued", 0 }, { "dead", "dead", 0 },
		{ "delivered", "delivered", 0 }, { "tries", "attempts", 0 },
		{ "accepted", "accepted", -1 }, { "next try", "next_try", -1 },
		{ "lang", "lang", -1 }, { "url", "url", -1 }, { "error", "error", -1 },
		{ NULL, NULL, 0 },
	};
	const json_t *items = json_object_get(body, "items");

	if (json_array_size(items) == 0) {
		(void)printf("nobody is told: collectord.yaml has no receivers\n");
		return;
	}
	table_print(stdout, items, COLUMNS);
	if (json_is_string(table_at(body, "heartbeat.receiver"))) {
		(void)printf("heartbeat to %s every %.0f s\n",
		    ask_text(body, "heartbeat.receiver"),
		    ask_number(body, "heartbeat.every_s"));
	}
	if (json_is_number(table_at(body, "canary.minute"))) {
		int minute = (int)ask_number(body, "canary.minute");

		(void)printf("canary at %02d:%02d; last sent %s, taken by %.0f of %.0f\n",
		    minute / 60, minute % 60, ask_text(body, "canary.sent"),
		    ask_number(body, "canary.confirmed_by"),
		    ask_number(body, "canary.receivers"));
	}
}

int
ctl_webhooks(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE] = V1 "/receivers";

	return ask_show(args, path, NONE, print_receivers);
}

static void
put_part(const char *title, const json_t *attempt, const char *key)
{
	const char *text = json_string_value(json_object_get(attempt, key));

	if (text != NULL && text[0] != '\0') {
		(void)printf("%s\n", title);
		alert_text_put(text);
		(void)printf("\n");
	}
}

static void
print_attempt(const json_t *attempt)
{
	put_part("request:", attempt, "request");
	if (json_is_number(json_object_get(attempt, "status"))) {
		(void)printf("answered %.0f in %.0f ms\n", ask_number(attempt, "status"),
		    ask_number(attempt, "ms"));
	} else {
		(void)printf("no answer after %.0f ms\n", ask_number(attempt, "ms"));
	}
	put_part("reply:", attempt, "reply");
	put_part("error:", attempt, "error");
	(void)printf("verdict: %s\n", ask_text(attempt, "verdict"));
}

/* A name of the configuration. */
static int
path_of(const struct ctl_args *args, const struct options *options, char path[ASK_PATH_SIZE])
{
	int status = options_check(args, options);

	if (status == CTL_OK && !str_is_id(args->argv[0])) {
		(void)ctl_fail("'%s' is no name of a receiver", args->argv[0]);
		status = CTL_USAGE;
	}
	if (status == CTL_OK) {
		(void)str_format(path, ASK_PATH_SIZE, V1 "/receivers/%s/test", args->argv[0]);
	}
	return status;
}

int
ctl_webhook_test(const struct ctl_args *args)
{
	static const char *const VALUES[] = { "--alert", NULL };
	static const struct options OPTIONS = { VALUES, NULL, 1 };
	const char *alert = ctl_option(args, "--alert");
	char path[ASK_PATH_SIZE];
	json_t *body, *answer = NULL;
	int64_t id = 0;
	int status = path_of(args, &OPTIONS, path);

	if (status == CTL_OK && alert != NULL) {
		status = options_number("an alert", alert);
	}
	if (status != CTL_OK) {
		return status;
	}
	body = json_object();
	if (alert != NULL && str_to_int(alert, 1, INT64_MAX, &id) == 0) {
		(void)json_object_set_new(body, "alert", json_integer(id));
	}
	status = ask_change(args, "POST", path, body, &answer);
	json_decref(body);
	if (status == CTL_OK && args->json) {
		ask_dump(answer);
	} else if (status == CTL_OK) {
		print_attempt(answer);
	}
	if (status == CTL_OK && strcmp(ask_text(answer, "verdict"), "accepted") != 0) {
		status = ctl_fail("%s did not take it", args->argv[0]);
	}
	json_decref(answer);
	return status;
}

int
ctl_webhook_deliveries(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "receiver", "state", "alert", "limit", NULL };
	static const char *const VALUES[] = { "--receiver", "--state", "--alert", "--limit",
	    NULL };
	static const struct options OPTIONS = { VALUES, NULL, 0 };
	char path[ASK_PATH_SIZE] = V1 "/deliveries";
	int status = options_check(args, &OPTIONS);

	if (status != CTL_OK || ask_filter(args, FILTERS, path) != CTL_OK) {
		return status != CTL_OK ? status : CTL_FAILED;
	}
	return ask_list(args, path, true, DELIVERIES);
}

static void
print_delivery(const json_t *body)
{
	const json_t *attempt;
	size_t i;
	json_t *one = json_pack("[O]", body);

	table_print(stdout, one, DELIVERIES);
	json_decref(one);
	json_array_foreach((json_t *)json_object_get(body, "tries"), i, attempt) {
		(void)printf("\ntry %.0f at %s\n", ask_number(attempt, "number"),
		    ask_text(attempt, "at"));
		print_attempt(attempt);
	}
}

static int
delivery_path(const struct ctl_args *args, const char *rest, char path[ASK_PATH_SIZE])
{
	static const struct options OPTIONS = { NONE, NULL, 1 };
	int status = options_check(args, &OPTIONS);

	status = status != CTL_OK ? status : options_number("a delivery", args->argv[0]);
	if (status == CTL_OK) {
		(void)str_format(path, ASK_PATH_SIZE, V1 "/deliveries/%s%s", args->argv[0],
		    rest);
	}
	return status;
}

int
ctl_webhook_show(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE];
	int status = delivery_path(args, "", path);

	return status != CTL_OK ? status : ask_show(args, path, NONE, print_delivery);
}

int
ctl_webhook_replay(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE];
	json_t *answer = NULL;
	int status = delivery_path(args, "/replay", path);

	status = status != CTL_OK ? status : ask_change(args, "POST", path, NULL, &answer);
	if (status == CTL_OK && args->json) {
		ask_dump(answer);
	} else if (status == CTL_OK) {
		(void)printf("delivery %s is sent again as %s, under the same key\n",
		    args->argv[0], ask_text(answer, "id"));
	}
	json_decref(answer);
	return status;
}
