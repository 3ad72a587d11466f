/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collectorctl report: the energy of a month, by site and tenant, or as a file. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/table.h"

static void
print_totals(const json_t *body)
{
	(void)printf("%s, %s to %s, %s\n", ask_text(body, "place"), ask_text(body, "from"),
	    ask_text(body, "to"), json_is_true(table_at(body, "complete")) ?
	    "written down" : "so far, not a bill");
	if (json_is_number(table_at(body, "totals.energy_wh"))) {
		(void)printf("energy: %.1f kWh, of %.2f %% of the time\n",
		    ask_number(body, "totals.energy_wh") / 1000,
		    100 * ask_number(body, "coverage"));
	} else {
		(void)printf("energy: nothing is measured\n");
	}
	(void)printf("racks: %.0f; not measured: %.0f\n\n",
	    ask_number(body, "totals.racks"), ask_number(body, "totals.missing"));
}

static int
print_report(const struct ctl_args *args, const char *path)
{
	static const struct table_column SITES[] = {
		{ "site", "site", -1 }, { "Wh", "energy_wh", 0 },
		{ "coverage", "coverage", 4 }, { "by meter", "metered", 4 },
		{ "racks", "racks", 0 }, { "not measured", "missing", 0 }, { NULL, NULL, 0 },
	};
	static const struct table_column TENANTS[] = {
		{ "tenant", "tenant", -1 }, { "Wh", "energy_wh", 0 },
		{ "coverage", "coverage", 4 }, { "by meter", "metered", 4 },
		{ "racks", "racks", 0 }, { "not measured", "missing", 0 }, { NULL, NULL, 0 },
	};
	json_t *body = NULL;
	int status = ask_get(args, path, &body);

	if (status == CTL_OK) {
		print_totals(body);
		table_print(stdout, json_object_get(body, "sites"), SITES);
		(void)putchar('\n');
		table_print(stdout, json_object_get(body, "tenants"), TENANTS);
	}
	json_decref(body);
	return status;
}

/* All racks of it, page after page, with the sums of the first page. */
static int
dump_report(const struct ctl_args *args, const char *first)
{
	json_t *all = NULL, *racks = json_array(), *body = NULL;
	char path[ASK_PATH_SIZE];
	const char *next = NULL;
	int status;

	do {
		(void)str_copy(path, sizeof(path), first);
		if (next != NULL) {
			(void)client_query(path, sizeof(path), "cursor", next);
		}
		if ((status = ask_get(args, path, &body)) != CTL_OK) {
			break;
		}
		json_array_extend(racks, json_object_get(body, "racks"));
		if (all == NULL) {
			all = json_incref(body);
		}
		/* kept by what is printed, so that its text outlives the body */
		json_object_set(all, "next", json_object_get(body, "next"));
		next = json_string_value(json_object_get(all, "next"));
		json_decref(body);
	} while (next != NULL && ctl_option(args, "--limit") == NULL);
	if (status == CTL_OK) {
		json_object_set(all, "racks", racks);
		ask_dump(all);
	}
	json_decref(racks);
	json_decref(all);
	return status;
}

int
ctl_report(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "month", "place", "lang", "limit", NULL };
	const char *format = ctl_option(args, "--format");
	char path[ASK_PATH_SIZE] = "/api/v1/reports/monthly";
	struct col_error error;

	if (ask_filter(args, FILTERS, path) != CTL_OK) {
		return CTL_FAILED;
	}
	if (format == NULL) {
		format = args->json ? "json" : args->csv ? "csv" : "";
	}
	if (strcmp(format, "json") == 0) {
		return dump_report(args, path);
	}
	if (format[0] == '\0') {
		return print_report(args, path);
	}
	if (strcmp(format, "csv") != 0 && strcmp(format, "html") != 0) {
		(void)ctl_fail("--format: json, csv or html is wanted, not '%s'", format);
		return CTL_USAGE;
	}
	if (client_query(path, sizeof(path), "format", format) != 0) {
		return ctl_fail("arguments too long");
	}
	if (client_save(args->url, path, stdout, &error) != 0) {
		return ctl_fail("%s", error.text);
	}
	return CTL_OK;
}
