/* SPDX-License-Identifier: GPL-3.0-or-later */
/* silence: what is not told for a while; beginning and ending it. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/options.h"

#define PATH "/api/v1/silences"

static const struct table_column COLUMNS[] = {
	{ "id", "id", -1 }, { "state", "state", -1 }, { "on", "entity", -1 },
	{ "rules", "rule", -1 }, { "from", "from", -1 }, { "until", "until", -1 },
	{ "ended", "ended", -1 }, { "maintenance", "maintenance", -1 },
	{ "by", "author", -1 }, { "reason", "reason", -1 }, { NULL, NULL, 0 },
};

int
ctl_silences(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "state", NULL };
	static const char *const VALUES[] = { "--state", NULL };
	static const struct options OPTIONS = { VALUES, NULL, 0 };
	char path[ASK_PATH_SIZE] = PATH;
	int status = options_check(args, &OPTIONS);

	if (status != CTL_OK || ask_filter(args, FILTERS, path) != CTL_OK) {
		return status != CTL_OK ? status : CTL_FAILED;
	}
	return ask_list(args, path, false, COLUMNS);
}

static int
send(const struct ctl_args *args, const char *method, const char *path, json_t *body,
    const char *done)
{
	json_t *answer = NULL;
	int status = ask_change(args, method, path, body, &answer);

	json_decref(body);
	if (status == CTL_OK && args->json) {
		ask_dump(answer);
	} else if (status == CTL_OK) {
		(void)printf("silence %s on %s %s %s\n", ask_text(answer, "id"),
		    ask_text(answer, "entity"), done, ask_text(answer, "until"));
	}
	json_decref(answer);
	return status;
}

/* Either of --for and --until. */
static int
set_end(const struct ctl_args *args, json_t *body)
{
	const char *lasts = ctl_option(args, "--for"), *until = ctl_option(args, "--until");
	char stamp[CLOCK_RFC3339_SIZE];
	struct wall at;
	int64_t ns;

	if ((lasts != NULL) == (until != NULL)) {
		(void)ctl_fail("either --for or --until is needed");
		return CTL_USAGE;
	}
	if (lasts != NULL) {
		if (str_to_duration(lasts, &ns) != 0 || ns < 60 * NS_PER_S) {
			(void)ctl_fail("--for wants at least a minute, such as 2h, not '%s'",
			    lasts);
			return CTL_USAGE;
		}
		(void)json_object_set_new(body, "for_s", json_integer(ns / NS_PER_S));
		return CTL_OK;
	}
	if (clock_parse(until, &at) != 0) {
		(void)ctl_fail("--until wants an RFC 3339 time such as 2026-12-01T08:00:00Z, "
		    "not '%s'", until);
		return CTL_USAGE;
	}
	clock_rfc3339(at, stamp);
	(void)json_object_set_new(body, "until", json_string(stamp));
	return CTL_OK;
}

int
ctl_silence_add(const struct ctl_args *args)
{
	static const char *const VALUES[] = { "--for", "--until", "--rule", "--reason", NULL };
	static const char *const FLAGS[] = { "--maintenance", NULL };
	static const struct options OPTIONS = { VALUES, FLAGS, 1 };
	const char *rule = ctl_option(args, "--rule"), *why = ctl_option(args, "--reason");
	json_t *body;
	int status = options_check(args, &OPTIONS);

	if (status != CTL_OK) {
		return status;
	}
	if (strchr(args->argv[0], ':') == NULL || why == NULL) {
		(void)ctl_fail("%s", why == NULL ? "--reason is needed: others will ask" :
		    "what is silenced is named as hall:ID, rack:ID, feed:ID or device:ID");
		return CTL_USAGE;
	}
	body = json_object();
	(void)json_object_set_new(body, "entity", json_string(args->argv[0]));
	(void)json_object_set_new(body, "reason", json_string(why));
	if (rule != NULL) {
		(void)json_object_set_new(body, "rule", json_string(rule));
	}
	if (options_has(args, "--maintenance")) {
		(void)json_object_set_new(body, "maintenance", json_true());
	}
	status = set_end(args, body);
	if (status != CTL_OK) {
		json_decref(body);
		return status;
	}
	return send(args, "POST", PATH, body, "holds until");
}

int
ctl_silence_end(const struct ctl_args *args)
{
	static const char *const NONE[] = { NULL };
	static const struct options OPTIONS = { NONE, NULL, 1 };
	char path[ASK_PATH_SIZE];
	int status = options_check(args, &OPTIONS);

	status = status != CTL_OK ? status : options_number("a silence", args->argv[0]);
	if (status != CTL_OK) {
		return status;
	}
	(void)str_format(path, sizeof(path), PATH "/%s", args->argv[0]);
	return send(args, "DELETE", path, NULL, "is over; it would have held until");
}
