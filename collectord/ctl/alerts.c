/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alerts: what fires, one with its history, acknowledgements, rules. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/alert_text.h"
#include "ctl/ask.h"
#include "ctl/options.h"

#define PATH "/api/v1/alerts"

static const char *const NONE[] = { NULL };

int
ctl_alerts(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "state", "severity", "at", "rule", "q",
	    "limit", NULL };
	static const char *const VALUES[] = { "--state", "--severity", "--at", "--rule", "--q",
	    "--limit", NULL };
	static const struct options OPTIONS = { VALUES, NULL, 0 };
	char path[ASK_PATH_SIZE] = PATH;
	json_t *body = NULL;
	int status = options_check(args, &OPTIONS);

	if (status != CTL_OK || ask_filter(args, FILTERS, path) != CTL_OK) {
		return status != CTL_OK ? status : CTL_FAILED;
	}
	if (args->csv) {
		return ask_csv(args, path);
	}
	status = ask_items(args, path, true, &body);
	if (status == CTL_OK && args->json) {
		ask_dump(body);
	} else if (status == CTL_OK) {
		alert_text_list(body);
	}
	json_decref(body);
	return status;
}

/* The path of the alert that the first argument names. */
static int
path_of(const struct ctl_args *args, const struct options *options, const char *base,
    const char *rest, char path[ASK_PATH_SIZE])
{
	int status = options_check(args, options);

	status = status != CTL_OK ? status : options_number("an alert", args->argv[0]);
	if (status == CTL_OK) {
		(void)str_format(path, ASK_PATH_SIZE, "%s/%s%s", base, args->argv[0], rest);
	}
	return status;
}

int
ctl_alert_show(const struct ctl_args *args)
{
	static const struct options OPTIONS = { NONE, NULL, 1 };
	char path[ASK_PATH_SIZE];
	int status = path_of(args, &OPTIONS, PATH, "", path);

	return status != CTL_OK ? status : ask_show(args, path, NONE, alert_text_one);
}

/* explain alert ID; the words before it are explain's. */
int
ctl_alert_explain(const struct ctl_args *args)
{
	static const struct options OPTIONS = { NONE, NULL, 1 };
	struct ctl_args rest = *args;
	char path[ASK_PATH_SIZE];
	int status;

	rest.argc--;
	rest.argv++;
	status = path_of(&rest, &OPTIONS, "/api/v1/explain/alert", "", path);
	return status != CTL_OK ? status : ask_show(args, path, NONE, alert_text_explain);
}

static int
change(const struct ctl_args *args, const char *method, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int status = ask_change(args, method, path, body, &answer);

	json_decref(body);
	if (status == CTL_OK && args->json) {
		ask_dump(answer);
	} else if (status == CTL_OK) {
		(void)printf("alert %s is %s\n", ask_text(answer, "id"),
		    ask_text(answer, "state"));
	}
	json_decref(answer);
	return status;
}

int
ctl_alert_ack(const struct ctl_args *args)
{
	static const char *const VALUES[] = { "--note", NULL };
	static const struct options OPTIONS = { VALUES, NULL, 1 };
	const char *note = ctl_option(args, "--note");
	char path[ASK_PATH_SIZE];
	json_t *body;
	int status = path_of(args, &OPTIONS, PATH, "/ack", path);

	if (status != CTL_OK) {
		return status;
	}
	body = json_object();
	if (note != NULL) {
		(void)json_object_set_new(body, "note", json_string(note));
	}
	return change(args, "POST", path, body);
}

int
ctl_alert_unack(const struct ctl_args *args)
{
	static const struct options OPTIONS = { NONE, NULL, 1 };
	char path[ASK_PATH_SIZE];
	int status = path_of(args, &OPTIONS, PATH, "/ack", path);

	return status != CTL_OK ? status : change(args, "DELETE", path, NULL);
}

int
ctl_alert_rules(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE] = "/api/v1/rules";

	return ask_show(args, path, NONE, alert_text_rules);
}
