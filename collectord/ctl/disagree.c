/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectorctl reconcile: the daemon's list of disagreements in words, and with
 * what a discovery has found beside the inventory.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ctl/ask.h"

#define WORDS_SIZE 384

/* ---- in words ------------------------------------------------------------------ */

static void
describe_back(const json_t *params, char words[WORDS_SIZE])
{
	(void)str_format(words, WORDS_SIZE, "the file %s says %s since %s, the ledger has %s "
	    "since %s: give a reason, or put the file right", ask_text(params, "file"),
	    ask_text(params, "inventory"), ask_text(params, "since"),
	    ask_text(params, "ledger"), ask_text(params, "ledger_since"));
}

static void
describe_unknown(const json_t *params, char words[WORDS_SIZE])
{
	(void)str_format(words, WORDS_SIZE, "%s answers %s (%s), but is not in the inventory",
	    ask_text(params, "address"), ask_text(params, "plugin"),
	    ask_text(params, "description"));
}

static void
describe(const json_t *item, char words[WORDS_SIZE])
{
	const char *kind = ask_text(item, "kind"), *state = ask_text(item, "state");
	const json_t *params = json_object_get(item, "params");
	double power_w = ask_number(params, "power_w");

	if (strcmp(kind, "silent") == 0) {
		bool heard = json_is_string(json_object_get(params, "since"));

		(void)str_format(words, WORDS_SIZE, "none of its %.0f devices answers; good "
		    "values last: %s", ask_number(params, "devices"),
		    heard ? ask_text(params, "since") : "never");
	} else if (strcmp(kind, "no_device") == 0) {
		(void)str_format(words, WORDS_SIZE, "it has no device that is polled");
	} else if (strcmp(kind, "device_down") == 0) {
		(void)str_format(words, WORDS_SIZE, "%.0f of its %.0f devices are down",
		    ask_number(params, "down"), ask_number(params, "devices"));
	} else if (strcmp(kind, "contradicted") == 0) {
		(void)str_format(words, WORDS_SIZE, "it is %s, but draws %.0f W, less than "
		    "%.0f W", state, power_w, ask_number(params, "min_power_w"));
	} else if (strcmp(kind, "overdue") == 0) {
		(void)str_format(words, WORDS_SIZE, "it was due on %s, %.0f days ago, and is "
		    "still %s", ask_text(params, "due"), ask_number(params, "days"), state);
	} else if (strcmp(kind, "backwards") == 0) {
		describe_back(params, words);
	} else if (strcmp(kind, "unknown_device") == 0) {
		describe_unknown(params, words);
	} else {
		(void)str_format(words, WORDS_SIZE, "it is %s, but draws %.0f W", state,
		    power_w);
	}
}

static void
print(json_t *items)
{
	static const struct table_column COLUMNS[] = {
		{ "rack", "rack", -1 }, { "hall", "hall", -1 }, { "kind", "kind", -1 },
		{ "what", "words", -1 }, { NULL, NULL, 0 },
	};
	char words[WORDS_SIZE];
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		describe(item, words);
		json_object_set_new(item, "words", json_string(words));
	}
	table_print(stdout, items, COLUMNS);
	(void)printf("%zu in all\n", json_array_size(items));
}

/* ---- what was discovered ---------------------------------------------------------- */

/* All addresses of the inventory, each also without its port, as keys. */
static int
known_addresses(const struct ctl_args *args, json_t *known)
{
	/* the options of this command are none of that list */
	const struct ctl_args plain = { .url = args->url };
	char host[256];
	json_t *body = NULL, *item;
	size_t i;
	int status = ask_items(&plain, "/api/v1/devices", true, &body);

	json_array_foreach(json_object_get(body, "items"), i, item) {
		const char *address = ask_text(item, "address");
		const char *colon = strrchr(address, ':');

		json_object_set_new(known, address, json_true());
		/* one colon: a port behind a name or an IPv4 address */
		if (colon != NULL && colon == strchr(address, ':')) {
			(void)str_format(host, sizeof(host), "%.*s", (int)(colon - address),
			    address);
			json_object_set_new(known, host, json_true());
		}
	}
	json_decref(body);
	return status;
}

static int
add_discovered(const struct ctl_args *args, const char *file, json_t *items)
{
	json_t *known = json_object(), *found, *one;
	json_error_t error;
	size_t i;
	int status = CTL_OK;

	found = json_load_file(file, 0, &error);
	if (!json_is_array(found)) {
		status = ctl_fail("%s: %s (it is what 'collectorctl discover CIDR --json' "
		    "prints)", file, found == NULL ? error.text : "no list");
	}
	if (status == CTL_OK) {
		status = known_addresses(args, known);
	}
	for (i = 0; status == CTL_OK && i < json_array_size(found); i++) {
		one = json_array_get(found, i);
		if (json_object_get(known, ask_text(one, "address")) == NULL) {
			json_array_append_new(items, json_pack("{s:s,s:n,s:O}", "kind",
			    "unknown_device", "rack", "params", one));
		}
	}
	json_decref(found);
	json_decref(known);
	return status;
}

int
ctl_reconcile(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "kind", "place", "limit", NULL };
	const char *file = ctl_option(args, "--discovered");
	char path[ASK_PATH_SIZE] = "/api/v1/reconcile";
	json_t *body = NULL, *items;
	int status = ask_filter(args, FILTERS, path);

	if (status != CTL_OK) {
		return status;
	}
	if (args->csv) {
		return file == NULL ? ask_csv(args, path) :
		    ctl_fail("--discovered goes without --csv");
	}
	status = ask_items(args, path, true, &body);
	items = json_object_get(body, "items");
	if (status == CTL_OK && file != NULL) {
		status = add_discovered(args, file, items);
	}
	if (status == CTL_OK && args->json) {
		ask_dump(body);
	} else if (status == CTL_OK) {
		print(items);
	}
	json_decref(body);
	return status;
}
