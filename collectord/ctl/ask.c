/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/client.h"

/* Items of one answer: the most that the API gives. */
#define PAGE "1000"

int
ask_get(const struct ctl_args *args, const char *path, json_t **ret_body)
{
	struct col_error error;

	if (client_get(args->url, path, ret_body, &error) != 0) {
		return ctl_fail("%s", error.text);
	}
	return CTL_OK;
}

int
ask_change(const struct ctl_args *args, const char *method, const char *path,
    const json_t *body, json_t **ret_body)
{
	const struct client_change change = { method, body };
	struct col_error error;

	if (client_change(args->url, path, &change, ret_body, &error) != 0) {
		return ctl_fail("%s", error.text);
	}
	return CTL_OK;
}

void
ask_dump(const json_t *body)
{
	(void)json_dumpf(body, stdout, JSON_INDENT(2));
	(void)fputs("\n", stdout);
}

double
ask_number(const json_t *body, const char *path)
{
	return json_number_value(table_at(body, path));
}

const char *
ask_text(const json_t *body, const char *path)
{
	const char *value = json_string_value(table_at(body, path));

	return value != NULL ? value : "-";
}

int
ask_filter(const struct ctl_args *args, const char *const *names, char *path)
{
	char option[64];
	const char *value;

	for (; *names != NULL; names++) {
		(void)str_format(option, sizeof(option), "--%s", *names);
		value = ctl_option(args, option);
		if (value != NULL && client_query(path, ASK_PATH_SIZE, *names, value) != 0) {
			return ctl_fail("arguments too long");
		}
	}
	return CTL_OK;
}

int
ask_items(const struct ctl_args *args, const char *base, bool paged, json_t **ret_body)
{
	json_t *all = json_array(), *body;
	char first[ASK_PATH_SIZE], path[ASK_PATH_SIZE];
	const char *next;
	int status;

	(void)str_copy(first, sizeof(first), base);
	if (paged && ctl_option(args, "--limit") == NULL) {
		(void)client_query(first, sizeof(first), "limit", PAGE);
	}
	(void)str_copy(path, sizeof(path), first);
	for (;;) {
		status = ask_get(args, path, &body);
		if (status != CTL_OK) {
			break;
		}
		json_array_extend(all, json_object_get(body, "items"));
		next = json_string_value(json_object_get(body, "next"));
		(void)str_copy(path, sizeof(path), first);
		if (next == NULL || ctl_option(args, "--limit") != NULL ||
		    client_query(path, sizeof(path), "cursor", next) != 0) {
			json_object_set(body, "items", all);
			*ret_body = body;
			break;
		}
		json_decref(body);
	}
	json_decref(all);
	return status;
}

int
ask_csv(const struct ctl_args *args, const char *base)
{
	char path[ASK_PATH_SIZE];
	struct col_error error;

	(void)str_copy(path, sizeof(path), base);
	if (client_query(path, sizeof(path), "format", "csv") != 0) {
		return ctl_fail("arguments too long");
	}
	if (client_save(args->url, path, stdout, &error) != 0) {
		return ctl_fail("%s", error.text);
	}
	return CTL_OK;
}

int
ask_show(const struct ctl_args *args, char *path, const char *const *names,
    void (*print)(const json_t *body))
{
	json_t *body = NULL;
	int status = ask_filter(args, names, path);

	if (status == CTL_OK && args->csv) {
		return ask_csv(args, path);
	}
	status = status != CTL_OK ? status : ask_get(args, path, &body);
	if (status == CTL_OK && args->json) {
		ask_dump(body);
	} else if (status == CTL_OK) {
		print(body);
	}
	json_decref(body);
	return status;
}

int
ask_list(const struct ctl_args *args, const char *base, bool paged,
    const struct table_column *columns)
{
	json_t *body = NULL;
	int status;

	if (args->csv) {
		return ask_csv(args, base);
	}
	status = ask_items(args, base, paged, &body);
	if (status == CTL_OK && args->json) {
		ask_dump(body);
	} else if (status == CTL_OK) {
		table_print(stdout, json_object_get(body, "items"), columns);
	}
	json_decref(body);
	return status;
}
