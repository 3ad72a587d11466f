/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that show what the daemon's API says; --json prints its bodies.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/explain_kpi.h"
#include "ctl/table.h"

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

	if (ask_get(args, "/api/v1/capacity", &capacity) != CTL_OK ||
	    ask_get(args, "/api/v1/collector", &collector) != CTL_OK) {
		json_decref(capacity);
		return CTL_FAILED;
	}
	if (args->json) {
		both = json_pack("{s:O,s:O}", "capacity", capacity, "collector", collector);
		ask_dump(both);
		json_decref(both);
	} else {
		(void)printf("racks: %.0f declared: %.0f verified, %.0f contradicted, "
		    "%.0f stale, %.0f unmonitored; %.0f live now\n",
		    ask_number(capacity, "racks.declared"), ask_number(capacity, "racks.verified"),
		    ask_number(capacity, "racks.contradicted"), ask_number(capacity, "racks.stale"),
		    ask_number(capacity, "racks.unmonitored"), ask_number(capacity, "racks.live"));
		(void)printf("devices: %.0f: %.0f up, %.0f degraded, %.0f down, "
		    "%.0f unknown; lateness p99 %.1f ms\n",
		    ask_number(collector, "devices.total"), ask_number(collector, "devices.up"),
		    ask_number(collector, "devices.degraded"),
		    ask_number(collector, "devices.down"),
		    ask_number(collector, "devices.unknown"),
		    ask_number(collector, "lateness_ms.p99"));
		(void)printf("collectord %s, configuration %s loaded %s%s%s\n\n",
		    ask_text(collector, "version"), ask_text(collector, "config.file"),
		    ask_text(collector, "config.loaded"),
		    json_is_string(table_at(collector, "config.error"))
		    ? "; last reload refused: " : "",
		    json_is_string(table_at(collector, "config.error"))
		    ? ask_text(collector, "config.error") : "");
		print_targets(capacity);
	}
	json_decref(capacity);
	json_decref(collector);
	return CTL_OK;
}

int
ctl_racks(const struct ctl_args *args)
{
	static const struct table_column COLUMNS[] = {
		{ "rack", "id", -1 }, { "state", "state", -1 },
		{ "evidence", "evidence", -1 }, { "reason", "evidence_reason.code", -1 },
		{ "live", "live", -1 }, { "failover", "failover", -1 },
		{ "W", "power_w", 0 },
		{ "by", "power_source", -1 },
		{ "partial", "partial", -1 }, { "age s", "age_s", 0 }, { NULL, NULL, 0 },
	};
	static const char *const FILTERS[] = { "area", "site", "hall", "row",
	    "state", "evidence", "failover", "q", "sort", "limit", NULL };
	char path[ASK_PATH_SIZE] = "/api/v1/racks";

	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED
	    : ask_list(args, path, true, COLUMNS);
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
	char path[ASK_PATH_SIZE] = "/api/v1/devices";

	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED
	    : ask_list(args, path, true, COLUMNS);
}

/* What is promised, and each limit with what it has left; the least binds. */
static void
explain_budget(const json_t *body)
{
	const json_t *limit;
	size_t i;

	if (!json_is_number(table_at(body, "budget.committed_w"))) {
		(void)printf("budget: not known: equipment without a nameplate, or none "
		    "listed, and not measured for 30 days\n");
		return;
	}
	(void)printf("budget: %.0f W committed, %.0f W of them reserved\n",
	    ask_number(body, "budget.committed_w"), ask_number(body, "budget.reserved_w"));
	json_array_foreach(json_object_get(body, "limits"), i, limit) {
		(void)printf("limit %s: %.0f W, %.0f W left%s\n", ask_text(limit, "by"),
		    ask_number(limit, "limit_w"), ask_number(limit, "left_w"),
		    strcmp(ask_text(limit, "by"), ask_text(body, "budget.binding")) == 0 ?
		    ": this one binds" : "");
	}
	if (json_is_number(table_at(body, "deployable.n"))) {
		(void)printf("servers of 2 U and 500 W that fit: %.0f, held back by %s\n",
		    ask_number(body, "deployable.n"), ask_text(body, "deployable.binding"));
	}
}

static void
explain_rack(const char *id, const json_t *body)
{
	const json_t *source;
	size_t i;

	(void)printf("rack %s: %s, because %s\n", id, ask_text(body, "evidence"),
	    ask_text(body, "reason.code"));
	(void)printf("within the last %.0f h: %.0f min with good samples, "
	    "%.0f min with at least %.0f W (%.0f min are needed), %.0f min "
	    "below it with all parts good, %.0f min with good voltage\n",
	    ask_number(body, "window_s") / 3600, ask_number(body, "good_s") / 60,
	    ask_number(body, "power_s") / 60, ask_number(body, "min_power_w"),
	    ask_number(body, "min_live_s") / 60, ask_number(body, "below_s") / 60,
	    ask_number(body, "voltage_s") / 60);
	json_array_foreach(json_object_get(body, "power_sources"), i, source) {
		bool counts = strcmp(ask_text(source, "source"),
		    ask_text(body, "power_source")) == 0;

		(void)printf("power by %s: %.0f W from %.0f of %.0f %s%s\n",
		    ask_text(source, "source"), ask_number(source, "power_w"),
		    ask_number(source, "known"), ask_number(source, "expected"),
		    strcmp(ask_text(source, "source"), "ipmi") == 0 ? "BMCs" : "feeds",
		    counts ? ": this is the rack's power" : ", shown beside it");
	}
	explain_kpi(body);
	explain_budget(body);
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
	(void)printf("%s for its rack: read from %s", what, ask_text(body, path));
	(void)str_format(path, sizeof(path), "rack_use.%s.counted", key);
	(void)printf("; %s\n", json_is_true(table_at(body, path)) ? "it counts" :
	    "other devices are asked for that");
}

static void
explain_device(const char *id, const json_t *body)
{
	(void)printf("device %s: %s, by %s at %s, profile %s\n", id,
	    ask_text(body, "status"), ask_text(body, "plugin"), ask_text(body, "address"),
	    ask_text(body, "profile"));
	if (json_is_object(json_object_get(body, "last_error"))) {
		(void)printf("last poll: %s: %s\n", ask_text(body, "last_error.code"),
		    ask_text(body, "last_error.text"));
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
	char path[ASK_PATH_SIZE];

	if (id == NULL || !str_is_id(id)) {
		(void)ctl_fail("events DEVICE-ID");
		return CTL_USAGE;
	}
	(void)str_format(path, sizeof(path), "/api/v1/devices/%s/events", id);
	return ask_list(args, path, false, COLUMNS);
}

int
ctl_explain(const struct ctl_args *args)
{
	const char *kind = ctl_word(args, 0), *id = ctl_word(args, 1);
	char path[ASK_PATH_SIZE];
	json_t *body;

	if (kind != NULL && strcmp(kind, "alert") == 0) {
		return ctl_alert_explain(args);
	}
	if (kind == NULL || id == NULL ||
	    (strcmp(kind, "rack") != 0 && strcmp(kind, "device") != 0) ||
	    !str_is_id(id)) {
		(void)ctl_fail("explain (rack|device|alert) ID");
		return CTL_USAGE;
	}
	(void)str_format(path, sizeof(path), "/api/v1/explain/%s/%s", kind, id);
	if (ask_get(args, path, &body) != CTL_OK) {
		return CTL_FAILED;
	}
	if (!args->json && strcmp(kind, "rack") == 0) {
		explain_rack(id, body);
	} else if (!args->json) {
		explain_device(id, body);
	}
	ask_dump(body);
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
	    "# time  avg  min  max\n", ask_text(body, "entity"), ask_text(body, "metric"),
	    ask_text(body, "unit"), ask_number(body, "step_s"), ask_number(body, "basis_s"));
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
	char path[ASK_PATH_SIZE] = "/api/v1/series/list";

	if (client_query(path, sizeof(path), "entity", entity) != 0) {
		return ctl_fail("arguments too long");
	}
	return ask_list(args, path, false, COLUMNS);
}

int
ctl_series(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "role", "instance", "from", "to",
	    "max_points", "cf", NULL };
	const char *entity = ctl_word(args, 0), *metric = ctl_word(args, 1);
	char path[ASK_PATH_SIZE] = "/api/v1/series";

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
	    client_query(path, sizeof(path), "metric", metric) != 0) {
		return ctl_fail("arguments too long");
	}
	return ask_show(args, path, FILTERS, print_series);
}
