/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that show what the daemon's API says; --json prints its bodies.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/table.h"

#define PATH_SIZE 1024

static void
dump(const json_t *body)
{
	(void)json_dumpf(body, stdout, JSON_INDENT(2));
	(void)fputs("\n", stdout);
}

static int
get(const struct ctl_args *args, const char *path, json_t **ret_body)
{
	struct col_error error;

	if (client_get(args->url, path, ret_body, &error) != 0) {
		return ctl_fail("%s", error.text);
	}
	return CTL_OK;
}

static double
number(const json_t *body, const char *path)
{
	return json_number_value(table_at(body, path));
}

static const char *
text(const json_t *body, const char *path)
{
	const char *value = json_string_value(table_at(body, path));

	return value != NULL ? value : "-";
}

static void
print_targets(const json_t *capacity)
{
	static const struct table_column COLUMNS[] = {
		{ "target", "id", -1 }, { "racks", "racks", 0 },
		{ "counted", "count", 0 }, { "verified", "verified", 0 },
		{ "status", "status", -1 }, { "by", "by", -1 },
		{ "needed/day", "required_per_day", 1 },
		{ "pace/day", "pace_per_day", 1 },
		{ "forecast", "forecast.date", -1 }, { NULL, NULL, 0 },
	};

	table_print(stdout, json_object_get(capacity, "targets"), COLUMNS);
}

int
ctl_status_command(const struct ctl_args *args)
{
	json_t *capacity = NULL, *collector = NULL, *both;

	if (get(args, "/api/v1/capacity", &capacity) != CTL_OK ||
	    get(args, "/api/v1/collector", &collector) != CTL_OK) {
		json_decref(capacity);
		return CTL_FAILED;
	}
	if (args->json) {
		both = json_pack("{s:O,s:O}", "capacity", capacity, "collector", collector);
		dump(both);
		json_decref(both);
	} else {
		(void)printf("racks: %.0f declared: %.0f verified, %.0f contradicted, "
		    "%.0f stale, %.0f unmonitored; %.0f live now\n",
		    number(capacity, "racks.declared"), number(capacity, "racks.verified"),
		    number(capacity, "racks.contradicted"), number(capacity, "racks.stale"),
		    number(capacity, "racks.unmonitored"), number(capacity, "racks.live"));
		(void)printf("devices: %.0f: %.0f up, %.0f degraded, %.0f down, "
		    "%.0f unknown; lateness p99 %.1f ms\n",
		    number(collector, "devices.total"), number(collector, "devices.up"),
		    number(collector, "devices.degraded"),
		    number(collector, "devices.down"),
		    number(collector, "devices.unknown"),
		    number(collector, "lateness_ms.p99"));
		(void)printf("collectord %s, configuration %s loaded %s%s%s\n\n",
		    text(collector, "version"), text(collector, "config.file"),
		    text(collector, "config.loaded"),
		    json_is_string(table_at(collector, "config.error"))
		    ? "; last reload refused: " : "",
		    json_is_string(table_at(collector, "config.error"))
		    ? text(collector, "config.error") : "");
		print_targets(capacity);
	}
	json_decref(capacity);
	json_decref(collector);
	return CTL_OK;
}

/* Copies --option values that the API takes by the same name. */
static int
filter(const struct ctl_args *args, const char *const *names, char *path)
{
	char option[64];
	const char *value;

	for (; *names != NULL; names++) {
		(void)str_format(option, sizeof(option), "--%s", *names);
		value = ctl_option(args, option);
		if (value != NULL && client_query(path, PATH_SIZE, *names, value) != 0) {
			return ctl_fail("arguments too long");
		}
	}
	return CTL_OK;
}

/* Follows "next" until the list has ended or --limit is given. */
static int
list(const struct ctl_args *args, const char *base, const struct table_column *columns)
{
	json_t *all = json_array(), *body;
	char path[PATH_SIZE];
	const char *next;
	int status;

	(void)str_copy(path, sizeof(path), base);
	for (;;) {
		status = get(args, path, &body);
		if (status != CTL_OK) {
			break;
		}
		json_array_extend(all, json_object_get(body, "items"));
		next = json_string_value(json_object_get(body, "next"));
		(void)str_copy(path, sizeof(path), base);
		if (next == NULL || ctl_option(args, "--limit") != NULL ||
		    client_query(path, sizeof(path), "cursor", next) != 0) {
			json_object_set(body, "items", all);
			if (args->json) {
				dump(body);
			} else {
				table_print(stdout, all, columns);
			}
			json_decref(body);
			break;
		}
		json_decref(body);
	}
	json_decref(all);
	return status;
}

int
ctl_racks(const struct ctl_args *args)
{
	static const struct table_column COLUMNS[] = {
		{ "rack", "id", -1 }, { "state", "state", -1 },
		{ "evidence", "evidence", -1 }, { "reason", "evidence_reason.code", -1 },
		{ "live", "live", -1 }, { "W", "power_w", 0 },
		{ "by", "power_source", -1 },
		{ "partial", "partial", -1 }, { "age s", "age_s", 0 }, { NULL, NULL, 0 },
	};
	static const char *const FILTERS[] = { "area", "site", "hall", "row",
	    "state", "evidence", "q", "sort", "limit", NULL };
	char path[PATH_SIZE] = "/api/v1/racks";

	if (ctl_option(args, "--limit") == NULL) {
		(void)str_copy(path, sizeof(path), "/api/v1/racks?limit=1000");
	}
	return filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED
	    : list(args, path, COLUMNS);
}

int
ctl_devices(const struct ctl_args *args)
{
	static const struct table_column COLUMNS[] = {
		{ "device", "id", -1 }, { "status", "status", -1 },
		{ "plugin", "plugin", -1 }, { "profile", "profile", -1 },
		{ "address", "address", -1 }, { "rtt ms", "rtt_ms", 1 },
		{ "last ok", "last_ok", -1 }, { "error", "error.text", -1 },
		{ NULL, NULL, 0 },
	};
	static const char *const FILTERS[] = { "status", "plugin", "q", "rack",
	    "limit", NULL };
	char path[PATH_SIZE] = "/api/v1/devices";

	if (ctl_option(args, "--limit") == NULL) {
		(void)str_copy(path, sizeof(path), "/api/v1/devices?limit=1000");
	}
	return filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED
	    : list(args, path, COLUMNS);
}

static void
explain_rack(const char *id, const json_t *body)
{
	const json_t *source;
	size_t i;

	(void)printf("rack %s: %s, because %s\n", id, text(body, "evidence"),
	    text(body, "reason.code"));
	(void)printf("within the last %.0f h: %.0f min with good samples, "
	    "%.0f min with at least %.0f W (%.0f min are needed), %.0f min "
	    "below it with all parts good, %.0f min with good voltage\n",
	    number(body, "window_s") / 3600, number(body, "good_s") / 60,
	    number(body, "power_s") / 60, number(body, "min_power_w"),
	    number(body, "min_live_s") / 60, number(body, "below_s") / 60,
	    number(body, "voltage_s") / 60);
	json_array_foreach(json_object_get(body, "power_sources"), i, source) {
		bool counts = strcmp(text(source, "source"), text(body, "power_source")) == 0;

		(void)printf("power by %s: %.0f W from %.0f of %.0f %s%s\n",
		    text(source, "source"), number(source, "power_w"),
		    number(source, "known"), number(source, "expected"),
		    strcmp(text(source, "source"), "ipmi") == 0 ? "BMCs" : "feeds",
		    counts ? ": this is the rack's power" : ", shown beside it");
	}
}

static void
explain_use(const json_t *body, const char *what, const char *key)
{
	char path[64];

	(void)str_format(path, sizeof(path), "rack_use.%s", key);
	if (!json_is_object(table_at(body, path))) {
		(void)printf("%s for its rack: it gives none\n", what);
		return;
	}
	(void)str_format(path, sizeof(path), "rack_use.%s.source", key);
	(void)printf("%s for its rack: read from %s", what, text(body, path));
	(void)str_format(path, sizeof(path), "rack_use.%s.counted", key);
	(void)printf("; %s\n", json_is_true(table_at(body, path)) ? "it counts" :
	    "other devices are asked for that");
}

static void
explain_device(const char *id, const json_t *body)
{
	(void)printf("device %s: %s, by %s at %s, profile %s\n", id,
	    text(body, "status"), text(body, "plugin"), text(body, "address"),
	    text(body, "profile"));
	if (json_is_object(json_object_get(body, "last_error"))) {
		(void)printf("last poll: %s: %s\n", text(body, "last_error.code"),
		    text(body, "last_error.text"));
	}
	if (json_is_string(json_object_get(body, "rack"))) {
		explain_use(body, "power", "power");
		explain_use(body, "temperature", "temperature");
	}
}

int
ctl_events(const struct ctl_args *args)
{
	static const struct table_column COLUMNS[] = {
		{ "by its clock", "time", -1 }, { "told", "seen", -1 },
		{ "severity", "severity", -1 }, { "event", "text", -1 },
		{ "sensor", "sensor", -1 }, { "clock s", "skew_s", 0 },
		{ "record", "source", -1 }, { NULL, NULL, 0 },
	};
	const char *id = ctl_word(args, 0);
	char path[PATH_SIZE];

	if (id == NULL || !str_is_id(id)) {
		(void)ctl_fail("events DEVICE-ID");
		return CTL_USAGE;
	}
	(void)str_format(path, sizeof(path), "/api/v1/devices/%s/events", id);
	return list(args, path, COLUMNS);
}

int
ctl_explain(const struct ctl_args *args)
{
	const char *kind = ctl_word(args, 0), *id = ctl_word(args, 1);
	char path[PATH_SIZE];
	json_t *body;

	if (kind == NULL || id == NULL ||
	    (strcmp(kind, "rack") != 0 && strcmp(kind, "device") != 0) ||
	    !str_is_id(id)) {
		(void)ctl_fail("explain (rack|device) ID");
		return CTL_USAGE;
	}
	(void)str_format(path, sizeof(path), "/api/v1/explain/%s/%s", kind, id);
	if (get(args, path, &body) != CTL_OK) {
		return CTL_FAILED;
	}
	if (!args->json && strcmp(kind, "rack") == 0) {
		explain_rack(id, body);
	} else if (!args->json) {
		explain_device(id, body);
	}
	dump(body);
	json_decref(body);
	return CTL_OK;
}

static void
print_series(const json_t *body)
{
	const json_t *t = json_object_get(body, "t"), *avg = json_object_get(body, "avg");
	const json_t *min = json_object_get(body, "min"), *max = json_object_get(body, "max");
	const json_t *columns[3] = { avg, min, max };
	char stamp[CLOCK_RFC3339_SIZE];

	(void)printf("# %s %s, unit %s, step %.0f s from archive rows of %.0f s\n"
	    "# time  avg  min  max\n", text(body, "entity"), text(body, "metric"),
	    text(body, "unit"), number(body, "step_s"), number(body, "basis_s"));
	for (size_t i = 0; i < json_array_size(t); i++) {
		struct wall at = { json_integer_value(json_array_get(t, i)) * NS_PER_S };

		clock_rfc3339(at, stamp);
		(void)fputs(stamp, stdout);
		for (unsigned c = 0; c < 3; c++) {
			const json_t *value = json_array_get(columns[c], i);

			if (json_is_number(value)) {
				(void)printf("  %.6g", json_number_value(value));
			} else {
				(void)fputs("  -", stdout);
			}
		}
		(void)fputs("\n", stdout);
	}
}

static bool
has_flag(const struct ctl_args *args, const char *name)
{
	for (int i = 0; i < args->argc; i++) {
		if (strcmp(args->argv[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static int
list_series(const struct ctl_args *args, const char *entity)
{
	static const struct table_column COLUMNS[] = {
		{ "role", "role", -1 }, { "metric", "metric", -1 },
		{ "instance", "instance", -1 }, { "unit", "unit", -1 },
		{ "DS", "ds", -1 }, { "file", "file", -1 }, { NULL, NULL, 0 },
	};
	char path[PATH_SIZE] = "/api/v1/series/list";

	if (client_query(path, sizeof(path), "entity", entity) != 0) {
		return ctl_fail("arguments too long");
	}
	return list(args, path, COLUMNS);
}

int
ctl_series(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "role", "instance", "from", "to",
	    "max_points", "cf", NULL };
	const char *entity = ctl_word(args, 0), *metric = ctl_word(args, 1);
	char path[PATH_SIZE] = "/api/v1/series";
	json_t *body;

	if (has_flag(args, "--list")) {
		/* "--list ENTITY" looks like an option with a value */
		entity = entity != NULL ? entity : ctl_option(args, "--list");
		metric = "";
	}
	if (entity == NULL || metric == NULL) {
		(void)ctl_fail("series ENTITY METRIC, for example rack:ID power_w, or "
		    "series ENTITY --list");
		return CTL_USAGE;
	}
	if (has_flag(args, "--list")) {
		return list_series(args, entity);
	}
	if (client_query(path, sizeof(path), "entity", entity) != 0 ||
	    client_query(path, sizeof(path), "metric", metric) != 0 ||
	    filter(args, FILTERS, path) != CTL_OK) {
		return CTL_FAILED;
	}
	if (get(args, path, &body) != CTL_OK) {
		return CTL_FAILED;
	}
	if (args->json) {
		dump(body);
	} else {
		print_series(body);
	}
	json_decref(body);
	return CTL_OK;
}
