/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whatif: who breaks, and what the counts become. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/plan.h"

#define KINDS "lose-feed|lose-device|lose-node|lose-rack|remove-rack|derate-node|add"

/* "lose-feed" is lose_feed in the API. */
static void
member_of(const char *word, char to[32])
{
	(void)str_copy(to, 32, word);
	for (char *at = to; *at != '\0'; at++) {
		*at = *at == '-' ? '_' : *at;
	}
}

/* Copies numbers of options to members of the same name. */
static int
add_numbers(const struct ctl_args *args, const char *const *names, json_t *to)
{
	char option[32];
	double value;

	for (; *names != NULL; names++) {
		const char *text;

		(void)str_format(option, sizeof(option), "--%s", *names);
		text = ctl_option(args, option);
		if (text == NULL) {
			continue;
		}
		if (str_to_number(text, &value) != 0) {
			(void)ctl_fail("%s wants a number, not '%s'", option, text);
			return CTL_USAGE;
		}
		/* the API takes whole numbers where they count something */
		(void)json_object_set_new(to, *names, value == (double)(json_int_t)value ?
		    json_integer((json_int_t)value) : json_real(value));
	}
	return CTL_OK;
}

/* Owns: the body is the caller's. */
static int
make_body(const struct ctl_args *args, json_t **ret_body)
{
	static const char *const NUMBERS[] = { "n", "u", "kw", "kg", "outlets", "ports", NULL };
	static const char *const SHARE[] = { "share", NULL };
	const char *word = ctl_word(args, 0), *id = ctl_word(args, 1);
	const char *at = ctl_option(args, "--at");
	const char *redundancy = ctl_option(args, "--redundancy");
	json_t *body = json_object(), *add;
	char member[32];
	int status = CTL_OK;

	member_of(word != NULL ? word : "", member);
	if (strcmp(member, "add") == 0) {
		add = json_object();
		status = add_numbers(args, NUMBERS, add);
		if (redundancy != NULL) {
			(void)json_object_set_new(add, "redundancy", json_string(redundancy));
		}
		(void)json_object_set_new(body, member, add);
	} else if (word == NULL || id == NULL || strchr(word, '|') != NULL ||
	    strstr("|" KINDS "|", word) == NULL) {
		(void)ctl_fail("whatif (" KINDS ") …");
		status = CTL_USAGE;
	} else {
		(void)json_object_set_new(body, member, json_string(id));
		status = add_numbers(args, SHARE, body);
	}
	if (at != NULL) {
		(void)json_object_set_new(body, "at", json_string(at));
	}
	if (status != CTL_OK) {
		json_decref(body);
		return status;
	}
	*ret_body = body;
	return CTL_OK;
}

static void
print_number(const json_t *body, const char *title, const char *path, double scale)
{
	const json_t *before = table_at(json_object_get(body, "before"), path);
	const json_t *after = table_at(json_object_get(body, "after"), path);

	(void)printf("%-24s", title);
	for (unsigned i = 0; i < 2; i++) {
		const json_t *value = i == 0 ? before : after;

		if (json_is_number(value)) {
			(void)printf(" %12.*f", scale < 1.0 ? 1 : 0,
			    json_number_value(value) * scale);
		} else {
			(void)printf(" %12s", "-");
		}
	}
	(void)printf("\n");
}

static void
print_sums(const json_t *body)
{
	static const struct { const char *title, *path; double scale; } LINES[] = {
		{ "racks declared", "declared", 1 },
		{ "verified racks draw, kW", "verified_power_w", 0.001 },
		{ "failover ok", "failover.ok", 1 },
		{ "  at risk", "failover.at_risk", 1 },
		{ "  no redundancy", "failover.no_redundancy", 1 },
		{ "  single feed", "failover.single", 1 },
		{ "  unknown", "failover.unknown", 1 },
		{ "available, kW", "available_w", 0.001 },
		{ "deployable servers", "deployable", 1 },
		{ "stranded, kW", "stranded_w", 0.001 },
		{ "overloaded nodes", "overloaded_nodes", 1 },
	};

	(void)printf("%-24s %12s %12s\n", "province", "before", "after");
	for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++) {
		print_number(body, LINES[i].title, LINES[i].path, LINES[i].scale);
	}
}

static void
print_broken(const json_t *body)
{
	static const struct table_column COLUMNS[] = {
		{ "what", "kind", -1 }, { "id", "id", -1 }, { "was", "from", -1 },
		{ "becomes", "to", -1 }, { "of rating", "ratio", 2 },
		{ "W", "load_w", 0 }, { "W to plan with", "limit_w", 0 },
		{ "equipment dark", "equipment_dark", 0 }, { NULL, NULL, 0 },
	};
	const json_t *broken = json_object_get(body, "broken");
	double total = ask_number(body, "broken_total");

	if (total <= 0) {
		(void)printf("\nnothing breaks\n");
		return;
	}
	(void)printf("\n%.0f break%s\n", total, (double)json_array_size(broken) < total ?
	    ", the worst:" : ":");
	table_print(stdout, broken, COLUMNS);
}

int
ctl_whatif(const struct ctl_args *args)
{
	json_t *question = NULL, *body = NULL;
	int status = make_body(args, &question);

	if (status != CTL_OK) {
		return status;
	}
	status = ask_change(args, "POST", "/api/v1/whatif", question, &body);
	json_decref(question);
	if (status != CTL_OK) {
		return status;
	}
	if (args->json) {
		ask_dump(body);
	} else {
		print_sums(body);
		if (json_is_number(json_object_get(body, "placed"))) {
			plan_print_refused(body, ask_number(body, "asked.add.n"));
		}
		print_broken(body);
	}
	json_decref(body);
	return CTL_OK;
}
