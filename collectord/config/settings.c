/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/settings.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/str.h"
#include "config/files.h"
#include "config/node.h"

#define TARGETS_MAX 16
#define HISTORY_MAX 64

#define FILE_AT(member) SCHEMA_AT(struct settings_file, member)
#define SETTING_AT(member) SCHEMA_AT(struct settings_file, settings.member)

/* Used when no target is given: the plan that the product is named for. */
static const char default_targets[] =
	"- {id: plan-2023, name: {en: 2023 plan, zh: 2023 年工作方案},\n"
	"   racks: 90000, reach: above, basis: physical, by: 2023-12-31,\n"
	"   source: {en: \"2023 Henan Digital Economy Development Work Plan; "
	"the date is inferred\",\n"
	"   zh: \"2023 年河南省数字经济发展工作方案；日期为推定\"}}\n";

static int
check_zone(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    const struct schema_value *value)
{
	if (clock_zone_known(value->text)) {
		return COL_OK;
	}
	config_errors_add(context->errors, node, "%s '%.64s' is not known; write "
	    "a name such as Asia/Shanghai (is the package tzdata installed?)",
	    field->key, value->text);
	return COL_ECONFIG;
}

/* RRD steps are whole seconds, and archives have rows of one hour. */
static int
check_interval(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    const struct schema_value *value)
{
	int64_t hour = 3600 * NS_PER_S;

	if (value->integer % NS_PER_S == 0 && hour % value->integer == 0) {
		return COL_OK;
	}
	config_errors_add(context->errors, node, "%s must divide one hour into "
	    "whole seconds, such as 10s, 30s, 60s or 5m, not '%.64s'", field->key,
	    node->text);
	return COL_ECONFIG;
}

static const struct schema_field province_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, SETTING_AT(province_id),
	  .fallback = "henan", .restart = "province.id",
	  .help = "Id of the province." },
	{ .key = "name", .type = SCHEMA_NAME, SETTING_AT(province_name),
	  .help = "Its name in both languages; for henan Henan and 河南省." },
	{ .key = "timezone", .type = SCHEMA_TEXT, SETTING_AT(timezone),
	  .fallback = "Asia/Shanghai", .check = check_zone, .restart = "province.timezone",
	  .help = "Zone in which a day begins and ends." },
	{ .key = "areas", .type = SCHEMA_CHOICE, SETTING_AT(areas),
	  .fallback = "used", .choices = "used|all",
	  .help = "all: also units of the province in which nothing stands. The 18 of "
	    "henan are known by their codes (410100 to 411700, 419001) without being "
	    "written down." },
	SCHEMA_END
};

static const struct schema_field evidence_fields[] = {
	{ .key = "window", .type = SCHEMA_DURATION, SETTING_AT(window_ns),
	  .fallback = "24h", .min = 60, .max = 30 * 86400,
	  .help = "How far back telemetry counts as evidence." },
	{ .key = "min_power_w", .type = SCHEMA_NUMBER, SETTING_AT(min_power_w),
	  .fallback = "100", .min = 0, .max = 100000, .unit = "W",
	  .help = "A rack in service that draws less is contradicted." },
	{ .key = "min_live", .type = SCHEMA_DURATION, SETTING_AT(min_live_ns),
	  .fallback = "30m", .min = 1, .max = 30 * 86400,
	  .help = "How long telemetry must show it, at most the window." },
	SCHEMA_END
};

static const struct schema_field poll_fields[] = {
	{ .key = "interval", .type = SCHEMA_DURATION, SETTING_AT(interval_ns),
	  .fallback = "60s", .min = 1, .max = 3600, .check = check_interval,
	  .restart = "poll.interval",
	  .help = "Every device is polled once per interval; it must divide one "
	    "hour." },
	{ .key = "threads", .type = SCHEMA_INTEGER, SETTING_AT(poll_threads),
	  .fallback = "1", .min = 1, .max = 64, .restart = "poll.threads",
	  .help = "Polling threads; one does for a province." },
	{ .key = "in_flight", .type = SCHEMA_INTEGER, SETTING_AT(in_flight_max),
	  .fallback = "4096", .min = 1, .max = 65536, .restart = "poll.in_flight",
	  .help = "The most polls in flight at a time, per thread; those that have "
	    "been silent for a while do not count, up to three times as many." },
	SCHEMA_END
};

static const struct schema_field store_fields[] = {
	{ .key = "dir", .type = SCHEMA_PATH, SETTING_AT(store_dir),
	  .fallback = "${statedir}", .restart = "store.dir",
	  .help = "Folder of the journal, the RRD files and the state database." },
	{ .key = "archives", .type = SCHEMA_CHOICE, SETTING_AT(store_class),
	  .fallback = "standard", .choices = "standard|lean", .restart = "store.archives",
	  .help = "What racks and rows keep: standard 2 years of hours and "
	    "minutes of a day, lean about half of the disk." },
	{ .key = "flush", .type = SCHEMA_DURATION, SETTING_AT(flush_ns),
	  .fallback = "15m", .min = 1, .max = 3600, .restart = "store.flush",
	  .help = "How often an RRD file is brought up to date; the journal holds "
	    "what is newer." },
	{ .key = "segment", .type = SCHEMA_SIZE, SETTING_AT(journal_segment_bytes),
	  .fallback = "64MiB", .min = 1 << 20, .max = 1 << 30, .restart = "store.segment",
	  .help = "Size of one journal file." },
	SCHEMA_END
};

static const struct schema_field tls_fields[] = {
	{ .key = "cert", .type = SCHEMA_PATH, SETTING_AT(tls_cert), .restart = "http.tls",
	  .help = "Certificate and those that it is signed by, PEM." },
	{ .key = "key", .type = SCHEMA_SECRET, SETTING_AT(tls_key), .restart = "http.tls",
	  .help = "Its private key, PEM." },
	SCHEMA_END
};

static const struct schema_field auth_fields[] = {
	{ .key = "anonymous", .type = SCHEMA_CHOICE, SETTING_AT(anonymous),
	  .fallback = "viewer", .choices = "viewer|none", .restart = "http.auth",
	  .help = "What clients of the loopback may without TLS and without logging "
	    "in: look at everything, or nothing. Choose none behind a proxy." },
	SCHEMA_END
};

static const struct schema_field http_fields[] = {
	{ .key = "listen", .type = SCHEMA_TEXT, SETTING_AT(listen),
	  .fallback = "127.0.0.1:8080", .restart = "http.listen",
	  .help = "Address and port of the pages and the API; an address that others "
	    "reach needs tls. Port 0 takes any free one." },
	{ .key = "web_dir", .type = SCHEMA_PATH, SETTING_AT(web_dir),
	  .fallback = "${datadir}/web", .restart = "http.web_dir",
	  .help = "Folder of the installed pages." },
	{ .key = "tls", .type = SCHEMA_SECTION, .fields = tls_fields,
	  .help = "TLS 1.2 and 1.3. Without it the server listens on loopback only." },
	{ .key = "auth", .type = SCHEMA_SECTION, .fields = auth_fields,
	  .help = "Who may without logging in." },
	SCHEMA_END
};

static const struct schema_field log_fields[] = {
	{ .key = "format", .type = SCHEMA_CHOICE, SETTING_AT(log_format),
	  .fallback = "text", .choices = "text|json", .restart = "log.format",
	  .help = "One line of text, or one JSON object, per event." },
	{ .key = "level", .type = SCHEMA_CHOICE, SETTING_AT(log_level),
	  .fallback = "info", .choices = "error|warn|info|debug", .restart = "log.level",
	  .help = "The least important events that are still logged." },
	SCHEMA_END
};

#define INVENTORY_ROWS(AT) \
	{ .key = "areas", .type = SCHEMA_LIST, AT(areas), \
	  .help = "Cities or other units of the province." }, \
	{ .key = "sites", .type = SCHEMA_LIST, AT(sites), \
	  .help = "Data centers." }, \
	{ .key = "halls", .type = SCHEMA_LIST, AT(halls), \
	  .help = "Rooms of a site." }, \
	{ .key = "rows", .type = SCHEMA_LIST, AT(rows), \
	  .help = "Rows of a hall with their racks and what they share." }, \
	{ .key = "racks", .type = SCHEMA_LIST, AT(racks), \
	  .help = "Single racks, and exceptions from their row." }, \
	{ .key = "devices", .type = SCHEMA_LIST, AT(devices), \
	  .help = "Devices that stand in no rack, and further ones of racks." }, \
	{ .key = "templates", .type = SCHEMA_MAP, AT(templates), \
	  .help = "What racks of one make have in common, by name." }, \
	{ .key = "operators", .type = SCHEMA_LIST, AT(operators), \
	  .help = "Who runs sites." }, \
	{ .key = "feed_tree", .type = SCHEMA_LIST, AT(feed_tree), \
	  .help = "Where power comes from: utility, UPS, distribution, breakers." }, \
	{ .key = "equipment", .type = SCHEMA_LIST, AT(equipment), \
	  .help = "What is mounted in racks." }

#define SECTION_AT(member) SCHEMA_AT(struct inventory_nodes, member)
#define INLINE_AT(member) FILE_AT(inventory.member)

const struct schema_field settings_inventory_fields[] = {
	INVENTORY_ROWS(SECTION_AT),
	SCHEMA_END
};

const struct schema_field settings_target_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, SCHEMA_AT(struct target, id),
	  .required = true, .help = "Id of the target." },
	{ .key = "name", .type = SCHEMA_NAME, SCHEMA_AT(struct target, name),
	  .help = "Its name in both languages." },
	{ .key = "racks", .type = SCHEMA_INTEGER, SCHEMA_AT(struct target, racks),
	  .min = 1, .max = 1e8, .required = true, .unit = "racks",
	  .help = "The number to reach." },
	{ .key = "reach", .type = SCHEMA_CHOICE, SCHEMA_AT(struct target, reach),
	  .fallback = "above", .choices = "above|at_least",
	  .help = "above: reached with one rack more than the number." },
	{ .key = "basis", .type = SCHEMA_CHOICE, SCHEMA_AT(struct target, basis),
	  .fallback = "physical", .choices = "physical|standard",
	  .help = "Counts racks, or standard racks of standard_rack_kw." },
	{ .key = "by", .type = SCHEMA_DAY, SCHEMA_AT(struct target, by_day),
	  .help = "The last day, as 2026-12-31; without it the target has no "
	    "pace to keep." },
	{ .key = "source", .type = SCHEMA_NAME, SCHEMA_AT(struct target, source),
	  .help = "Where the figure comes from, in both languages; shown beside it." },
	SCHEMA_END
};

const struct schema_field settings_fields[] = {
	{ .key = "province", .type = SCHEMA_SECTION, .fields = province_fields,
	  .help = "What everything is summed into." },
	{ .key = "standard_rack_kw", .type = SCHEMA_NUMBER,
	  SETTING_AT(standard_rack_w), .fallback = "2.5", .min = 0.1,
	  .max = 1000, .scale = 1000, .unit = "kW",
	  .help = "Design power of one standard rack." },
	{ .key = "demo", .type = SCHEMA_BOOL, SETTING_AT(demo),
	  .fallback = "false", .restart = "demo",
	  .help = "Says on every page that the data is synthetic." },
	{ .key = "evidence", .type = SCHEMA_SECTION, .fields = evidence_fields,
	  .help = "When telemetry proves a rack." },
	{ .key = "targets", .type = SCHEMA_LIST, FILE_AT(targets),
	  .help = "Numbers of racks to reach; the first is the headline. Without "
	    "this key it is the 90,000 racks of the 2023 plan." },
	{ .key = "inventory", .type = SCHEMA_TEXTS, FILE_AT(inventory_globs),
	  .help = "Inventory files (YAML, CSV); patterns allowed." },
	{ .key = "profiles", .type = SCHEMA_TEXTS, FILE_AT(profile_globs),
	  .help = "Own profile files; one with the name of a shipped profile "
	    "replaces it." },
	{ .key = "profile_dir", .type = SCHEMA_PATH, FILE_AT(profile_dir),
	  .fallback = "${datadir}/profiles",
	  .help = "Folder of the shipped profiles; the shipped rules, alerts.yaml, are "
	    "beside it." },
	{ .key = "credentials", .type = SCHEMA_MAP, FILE_AT(credentials),
	  .help = "Credentials by id, each a map of plugin to its part." },
	{ .key = "poll", .type = SCHEMA_SECTION, .fields = poll_fields,
	  .help = "How devices are polled." },
	{ .key = "store", .type = SCHEMA_SECTION, .fields = store_fields,
	  .help = "Where and how time series are kept." },
	{ .key = "http", .type = SCHEMA_SECTION, .fields = http_fields,
	  .help = "The pages and the API." },
	{ .key = "plugin_dir", .type = SCHEMA_PATH, SETTING_AT(plugin_dir),
	  .fallback = "${plugindir}", .restart = "plugin_dir",
	  .help = "Folder of the plugins." },
	{ .key = "plugins", .type = SCHEMA_MAP, SETTING_AT(plugins),
	  .restart = "plugins",
	  .help = "Options of plugins by name; see the plugins below." },
	{ .key = "history", .type = SCHEMA_TEXTS, FILE_AT(history_globs),
	  .help = "CSV files with daily counts from before this daemon ran." },
	{ .key = "log", .type = SCHEMA_SECTION, .fields = log_fields,
	  .help = "The log on standard error." },
	{ .key = "alerts", .type = SCHEMA_NODE, FILE_AT(alerts),
	  .help = "Files of rules and routes, patterns allowed, or what such a file "
	    "holds. Without this key alerts.yaml beside this file; when there is none "
	    "the shipped rules. `[]`: no rules." },
	{ .key = "receivers", .type = SCHEMA_MAP, FILE_AT(receivers),
	  .help = "Who is told of alerts, by name; see below." },
	INVENTORY_ROWS(INLINE_AT),
	SCHEMA_END
};

static void
read_targets(struct load *load)
{
	const struct col_node *list = load->file.targets;
	struct target *targets;
	size_t n;

	if (list == NULL) {
		list = config_parse_yaml(default_targets,
		    sizeof(default_targets) - 1, "default targets",
		    load->kept.arena, load->kept.errors);
	}
	n = list->n_items;
	if (n > TARGETS_MAX) {
		config_errors_add(load->kept.errors, list,
		    "more than %d targets", TARGETS_MAX);
		return;
	}
	targets = arena_alloc(load->kept.arena, (n + 1) * sizeof(*targets));
	for (size_t i = 0; i < n; i++) {
		targets[i].by_day = INT32_MIN;
		if (schema_read(&load->kept, "a target", settings_target_fields,
		    list->items[i], &targets[i]) != COL_OK) {
			continue;
		}
		for (size_t j = 0; j < i; j++) {
			if (str_equal(targets[j].id, targets[i].id)) {
				config_errors_add(load->kept.errors,
				    list->items[i], "target '%s' is named twice; "
				    "it is there already in line %u",
				    targets[i].id, list->items[j]->line);
			}
		}
	}
	load->file.settings.targets = targets;
	load->file.settings.n_targets = n;
}

/* Place of a key for a message about its section. */
static const struct col_node *
find(const struct col_node *root, const char *section, const char *key)
{
	const struct col_node *node = col_node_get(root, section);
	const struct col_node *item = col_node_get(node, key);

	return item != NULL ? item : node != NULL ? node : root;
}

/* An address of this machine itself; without TLS no other may be served. */
static bool
is_loopback(const char *host)
{
	unsigned char raw[16];

	return (inet_pton(AF_INET, host, raw) == 1 && raw[0] == 127) ||
	    (inet_pton(AF_INET6, host, raw) == 1 &&
	    memcmp(raw, &in6addr_loopback, sizeof(raw)) == 0);
}

static void
split_listen(struct load *load, const struct col_node *root)
{
	struct settings *settings = &load->file.settings;
	const struct col_node *at = find(root, "http", "listen");
	const char *listen = settings->listen, *colon = strrchr(listen, ':');
	const char *host = listen;
	size_t len = colon != NULL ? (size_t)(colon - listen) : 0;
	unsigned char raw[16];
	uint64_t port;

	if (colon == NULL || str_to_uint(colon + 1, 0, 65535, &port) != COL_OK) {
		config_errors_add(load->kept.errors, at, "listen must be an address "
		    "and a port such as 127.0.0.1:8080 or [::1]:8080, not '%.64s'",
		    listen);
		return;
	}
	if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	host = arena_copy_len(load->kept.arena, host, len);
	if (strcmp(host, "localhost") == 0) {
		host = "127.0.0.1";
	}
	if (inet_pton(AF_INET, host, raw) != 1 &&
	    inet_pton(AF_INET6, host, raw) != 1) {
		config_errors_add(load->kept.errors, at, "listen needs a numeric "
		    "address before the port, such as 127.0.0.1:8080, not '%.64s'",
		    listen);
		return;
	}
	if ((settings->tls_cert == NULL) != (settings->tls_key == NULL)) {
		config_errors_add(load->kept.errors, find(root, "http", "tls"),
		    "tls needs both cert and key");
		return;
	}
	if (!is_loopback(host) && settings->tls_cert == NULL) {
		config_errors_add(load->kept.errors, at, "listen '%.64s' is open to "
		    "other machines, which needs TLS: give http: {tls: {cert: FILE, "
		    "key: {file: FILE}}}, or use 127.0.0.1 behind a proxy", listen);
		return;
	}
	settings->listen_host = host;
	settings->listen_port = (uint16_t)port;
}

static void
find_history(struct load *load)
{
	const struct schema_texts *globs = &load->file.history_globs;
	struct settings *settings = &load->file.settings;
	const char **paths = arena_alloc(load->kept.arena,
	    HISTORY_MAX * sizeof(*paths));
	size_t n = 0;

	for (size_t i = 0; i < globs->n && !load->kept.no_files; i++) {
		const char *const *found;
		size_t n_found = files_glob(load->kept.arena,
		    globs->nodes[i]->file, globs->items[i], &found);

		if (n_found == 0) {
			config_errors_add(load->kept.errors, globs->nodes[i],
			    "history '%s' matches no file", globs->items[i]);
		}
		for (size_t k = 0; k < n_found && n < HISTORY_MAX; k++) {
			paths[n++] = files_absolute(load->kept.arena, NULL,
			    found[k]);
		}
	}
	settings->history = paths;
	settings->n_history = n;
}

static void
check_plugins(struct load *load)
{
	const struct col_node *map = load->file.settings.plugins;

	for (size_t i = 0; map != NULL && i < map->n_items; i++) {
		const struct col_node *node = map->items[i];
		const struct col_plugin *plugin = load_plugin(load, node,
		    node->key);
		struct col_option_value *values;
		size_t n = 0;

		if (plugin == NULL) {
			continue;
		}
		while (plugin->options != NULL && plugin->options[n].name != NULL) {
			n++;
		}
		values = arena_alloc(load->scratch.arena,
		    (n + 1) * sizeof(*values));
		(void)config_options(plugin->options, node, NULL,
		    load->kept.errors, load->scratch.arena, values);
	}
}

void
settings_read(struct load *load, const struct col_node *root)
{
	struct settings *settings = &load->file.settings;
	int rc;

	rc = schema_read(&load->kept, "the configuration", settings_fields, root,
	    &load->file);
	if (settings->province_name.en == NULL &&
	    settings->province_name.zh == NULL &&
	    str_equal(settings->province_id, "henan")) {
		settings->province_name = (struct name){ "Henan", "河南省" };
	}
	if (rc == COL_OK && settings->min_live_ns > settings->window_ns) {
		config_errors_add(load->kept.errors,
		    find(root, "evidence", "min_live"),
		    "evidence: min_live is longer than the window, so that no rack "
		    "could ever be verified");
	}
	split_listen(load, root);
	read_targets(load);
	find_history(load);
	check_plugins(load);
	settings->log_json = settings->log_format == 1;
}
