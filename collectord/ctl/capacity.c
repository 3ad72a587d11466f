/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands about the count: places and operators, forecast, history, ledger.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/ask.h"

static const struct table_column PLACES[] = {
	{ "id", "id", -1 }, { "name", "name.en", -1 }, { "declared", "racks.declared", 0 },
	{ "verified", "racks.verified", 0 }, { "contradicted", "racks.contradicted", 0 },
	{ "stale", "racks.stale", 0 }, { "unmonitored", "racks.unmonitored", 0 },
	{ "planned", "racks.planned", 0 }, { "standard", "standard_racks.declared", 0 },
	{ "at risk", "failover.at_risk", 0 },
	{ "no redundancy", "failover.no_redundancy", 0 },
	{ "hottest inlet", "environment.inlets.max_c", 1 },
	{ "W", "power_w", 0 }, { "coverage", "coverage", 2 }, { NULL, NULL, 0 },
};

int
ctl_areas(const struct ctl_args *args)
{
	json_t *body = NULL;
	int status;

	if (args->csv) {
		return ask_csv(args, "/api/v1/capacity");
	}
	status = ask_get(args, "/api/v1/capacity", &body);
	if (status == CTL_OK && args->json) {
		ask_dump(json_object_get(body, "areas"));
	} else if (status == CTL_OK) {
		table_print(stdout, json_object_get(body, "areas"), PLACES);
	}
	json_decref(body);
	return status;
}

static int
list_places(const struct ctl_args *args, const char *base)
{
	static const char *const FILTERS[] = { "area", "site", "limit", NULL };
	char path[ASK_PATH_SIZE];

	(void)str_copy(path, sizeof(path), base);
	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED :
	    ask_list(args, path, true, PLACES);
}

int
ctl_sites(const struct ctl_args *args)
{
	return list_places(args, "/api/v1/sites");
}

int
ctl_halls(const struct ctl_args *args)
{
	return list_places(args, "/api/v1/halls");
}

int
ctl_operators(const struct ctl_args *args)
{
	return ask_list(args, "/api/v1/operators", false, PLACES);
}

/* ---- forecast ------------------------------------------------------------------ */

/* Why there is no date. */
static const char *
no_date(const json_t *body)
{
	const char *reason = ask_text(body, "reason");

	if (strcmp(reason, "not_enough_history") == 0) {
		return "not enough history (8 whole weeks are needed)";
	}
	if (strcmp(reason, "reached") == 0) {
		return "it is reached";
	}
	return "not at the current rate";
}

static void
print_date(const json_t *body)
{
	const char *earliest = ask_text(body, "earliest");
	const char *later_than = json_string_value(json_object_get(body, "later_than"));

	if (!json_is_string(json_object_get(body, "date"))) {
		(void)printf("by drift: %s\n", no_date(body));
	} else if (later_than != NULL && strcmp(earliest, later_than) > 0) {
		/* days of one form: they compare as text */
		(void)printf("by drift: later than %s\n", later_than);
	} else {
		(void)printf("by drift: %s; with 80 %%: %s to %s%s\n", ask_text(body, "date"),
		    earliest, later_than != NULL ? "later than " : "",
		    later_than != NULL ? later_than : ask_text(body, "latest"));
	}
	(void)printf("by the median slope (Theil-Sen): %s\n",
	    ask_text(body, "theil_sen_date"));
}

static void
print_pipeline(const json_t *body)
{
	const json_t *t = table_at(body, "pipeline.t");
	const json_t *count = table_at(body, "pipeline.count");
	double threshold = ask_number(body, "threshold");

	(void)printf("if all that is planned comes when it is due:\n");
	for (size_t i = 0; i < json_array_size(t); i++) {
		double n = json_number_value(json_array_get(count, i));

		(void)printf("  %s  %.0f%s\n", json_string_value(json_array_get(t, i)), n,
		    n >= threshold ? "  passed" : "");
		if (n >= threshold) {
			return;
		}
	}
	(void)printf("  not passed by what is planned\n");
}

static void
print_forecast(const json_t *body)
{
	(void)printf("target %s: %.0f racks, %s: %.0f on %s\n",
	    ask_text(body, "target"), ask_number(body, "threshold"),
	    ask_text(body, "of"), ask_number(body, "count"), ask_text(body, "from"));
	(void)printf("%.0f weeks of history: %.1f racks a week, +/- %.1f\n",
	    ask_number(body, "k"), ask_number(body, "mean_per_week"),
	    ask_number(body, "sd_per_week"));
	print_date(body);
	print_pipeline(body);
}

int
ctl_forecast(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "target", "of", NULL };
	char path[ASK_PATH_SIZE] = "/api/v1/capacity/forecast";

	return ask_show(args, path, FILTERS, print_forecast);
}

/* ---- history ------------------------------------------------------------------- */

/* Makes a list of items of a body of columns. */
static json_t *
turn(const json_t *body, const struct table_column *columns)
{
	json_t *items = json_array();
	size_t n = json_array_size(table_at(body, columns[0].path));

	for (size_t i = 0; i < n; i++) {
		json_t *item = json_object();

		for (size_t c = 0; columns[c].title != NULL; c++) {
			json_t *cell = json_array_get(table_at(body, columns[c].path), i);

			json_object_set(item, columns[c].path, cell);
		}
		json_array_append_new(items, item);
	}
	return items;
}

static void
print_history(const json_t *body)
{
	static const struct table_column COLUMNS[] = {
		{ "day", "t", -1 }, { "declared", "declared", 0 },
		{ "verified", "verified", 0 }, { "contradicted", "contradicted", 0 },
		{ "stale", "stale", 0 }, { "unmonitored", "unmonitored", 0 },
		{ "planned", "planned", 0 }, { "standard", "standard", 0 }, { NULL, NULL, 0 },
	};
	json_t *items = turn(body, COLUMNS);

	table_print(stdout, items, COLUMNS);
	json_decref(items);
}

int
ctl_history(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "from", "to", "place", NULL };
	char path[ASK_PATH_SIZE] = "/api/v1/capacity/history";

	return ask_show(args, path, FILTERS, print_history);
}

int
ctl_ledger(const struct ctl_args *args)
{
	static const struct table_column COLUMNS[] = {
		{ "written", "written", -1 }, { "holds from", "at", -1 },
		{ "rack", "rack", -1 }, { "kind", "kind", -1 }, { "state", "state", -1 },
		{ "by", "actor", -1 }, { "why", "reason", -1 }, { "tenant", "tenant", -1 },
		{ "was", "former", -1 }, { "voided", "voided", -1 }, { "file", "source", -1 },
		{ NULL, NULL, 0 },
	};
	static const char *const FILTERS[] = { "from", "to", "rack", "kind", "limit", NULL };
	char path[ASK_PATH_SIZE] = "/api/v1/ledger";

	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED :
	    ask_list(args, path, true, COLUMNS);
}

int
ctl_feeds(const struct ctl_args *args)
{
	static const struct table_column COLUMNS[] = {
		{ "node", "id", -1 }, { "kind", "kind", -1 }, { "from", "from", -1 },
		{ "W", "load.power_w", 0 }, { "known", "load.known", 0 },
		{ "of", "load.expected", 0 }, { "limit VA", "limit_va", 0 },
		{ "load", "ratio", 2 }, { "measured W", "measured.power_w", 0 },
		{ "if lost", "failover", -1 }, { "", "failover_ratio", 2 },
		{ "on", "survivor", -1 }, { "promised W", "budget.committed_w", 0 },
		{ "left W", "budget.available_w", 0 }, { "racks", "racks", 0 },
		{ NULL, NULL, 0 },
	};
	static const char *const FILTERS[] = { "site", "limit", NULL };
	char path[ASK_PATH_SIZE] = "/api/v1/feeds";

	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED
	    : ask_list(args, path, true, COLUMNS);
}
