/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reservations: what is kept for whom; making and ending them. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "ctl/ask.h"

#define PATH "/api/v1/reservations"

static const struct table_column COLUMNS[] = {
	{ "id", "id", -1 }, { "rack", "rack", -1 }, { "tenant", "tenant", -1 },
	{ "until", "until", -1 }, { "W", "power_w", 0 }, { "U", "units", 0 },
	{ "state", "state", -1 }, { "by", "actor", -1 }, { "reason", "reason", -1 },
	{ NULL, NULL, 0 },
};

int
ctl_reservations(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "state", "source", "rack", "tenant", "limit",
	    NULL };
	char path[ASK_PATH_SIZE] = PATH;

	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED :
	    ask_list(args, path, true, COLUMNS);
}

static int
show(const struct ctl_args *args, int status, json_t *body)
{
	if (status == CTL_OK && args->json) {
		ask_dump(body);
	} else if (status == CTL_OK) {
		table_print(stdout, json_object_get(body, "items"), COLUMNS);
	}
	json_decref(body);
	return status;
}

/* "a,b" as a list. */
static json_t *
split(const char *text)
{
	json_t *list = json_array();

	for (;;) {
		size_t n = strcspn(text, ",");

		(void)json_array_append_new(list, json_stringn(text, n));
		if (text[n] == '\0') {
			return list;
		}
		text += n + 1;
	}
}

static int
set_number(json_t *body, const char *member, const char *text, double scale)
{
	double value;

	if (text == NULL) {
		return CTL_OK;
	}
	if (str_to_number(text, &value) != 0) {
		(void)ctl_fail("'%s' is no number", text);
		return CTL_USAGE;
	}
	value *= scale;
	(void)json_object_set_new(body, member, value == (double)(json_int_t)value ?
	    json_integer((json_int_t)value) : json_real(value));
	return CTL_OK;
}

static void
set_text(json_t *body, const char *member, const char *text)
{
	if (text != NULL) {
		(void)json_object_set_new(body, member, json_string(text));
	}
}

int
ctl_reserve(const struct ctl_args *args)
{
	const char *racks = ctl_option(args, "--racks"), *until = ctl_option(args, "--until");
	char stamp[CLOCK_RFC3339_SIZE];
	json_t *body = json_object(), *answer = NULL;
	struct wall at;
	int status;

	if (until == NULL || clock_parse(until, &at) != 0) {
		json_decref(body);
		(void)ctl_fail("--until wants a day such as 2027-03-01, or an RFC 3339 time");
		return CTL_USAGE;
	}
	clock_rfc3339(at, stamp);
	set_text(body, "until", stamp);
	set_text(body, "rack", ctl_option(args, "--rack"));
	set_text(body, "tenant", ctl_option(args, "--tenant"));
	set_text(body, "reason", ctl_option(args, "--reason"));
	if (racks != NULL) {
		(void)json_object_set_new(body, "racks", split(racks));
	}
	status = set_number(body, "power_w", ctl_option(args, "--kw"), 1000);
	status = status != CTL_OK ? status :
	    set_number(body, "units", ctl_option(args, "--units"), 1);
	if (status == CTL_OK) {
		status = ask_change(args, "POST", PATH, body, &answer);
	}
	json_decref(body);
	return show(args, status, answer);
}

int
ctl_release(const struct ctl_args *args)
{
	const char *id = ctl_word(args, 0);
	char path[ASK_PATH_SIZE];
	json_t *answer = NULL;
	int status;

	if (id == NULL || !str_is_id(id)) {
		(void)ctl_fail("reservations release ID");
		return CTL_USAGE;
	}
	(void)str_format(path, sizeof(path), PATH "/%s/release", id);
	status = ask_change(args, "POST", path, NULL, &answer);
	return show(args, status, answer);
}
