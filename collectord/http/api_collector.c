/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /collector, /plugins, /profiles, /me. */
#include <config.h>

#include "http/api.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/counters.h"
#include "base/stats.h"
#include "base/str.h"
#include "http/device.h"
#include "http/body.h"
#include "http/scan.h"
#include "http/server.h"
#include "poll/poll.h"
#include "store/store.h"

/* ---- plugins ------------------------------------------------------------------- */

static const char *
plugin_kind(const struct col_plugin *plugin)
{
	if (plugin == NULL) {
		return NULL;
	}
	if (plugin->input == NULL) {
		return "output";
	}
	return (plugin->flags & COL_PLUGIN_BLOCKS) != 0 ? "blocking" : "input";
}

static void
write_counters(struct json *json, const char *plugin)
{
	json_list(json, "counters");
	for (size_t i = 0; i < counters_count(); i++) {
		const struct col_counter *counter = counters_at(i);

		if (strcmp(counter->owner, plugin) != 0) {
			continue;
		}
		json_map(json, NULL);
		json_text(json, "name", counter->name);
		json_int(json, "value", counters_value(counter));
		json_text(json, "help", counter->help);
		json_map_end(json);
	}
	json_list_end(json);
}

static void
write_plugin(struct json *json, const struct http *http, const struct plugin_entry *entry)
{
	const struct col_plugin *plugin = entry->plugin;
	char abi[24];

	(void)str_format(abi, sizeof(abi), "%u.%u", entry->abi_major, entry->abi_minor);
	json_map(json, NULL);
	json_text(json, "name", entry->name);
	body_words(json, "summary", (struct name){
	    plugin != NULL ? plugin->summary : NULL, NULL});
	json_text(json, "file", entry->file);
	json_text(json, "abi", abi);
	json_text(json, "kind", plugin_kind(plugin));
	json_text(json, "state", plugin != NULL ? "running" : "refused");
	body_text(json, "reason", entry->reason);
	json_int(json, "devices", plugin != NULL ?
	    poll_plugin_devices(http->setup.poll, entry->name) : 0);
	write_counters(json, entry->name);
	json_map_end(json);
}

static void
write_plugins(struct json *json, const char *key, const struct http *http)
{
	const struct plugins *plugins = poll_plugins(http->setup.poll);

	json_list(json, key);
	for (size_t i = 0; plugins != NULL && i < plugins->n_entries; i++) {
		write_plugin(json, http, &plugins->entries[i]);
	}
	json_list_end(json);
}

enum request_next
api_plugins(struct request *request)
{
	request_begin(request);
	write_plugins(&request->json, "items", request->http);
	json_unknown(&request->json, "next");
	return request_end(request);
}

/* ---- profiles ------------------------------------------------------------------ */

/* Texts of a node: itself, or its items and their values. */
static void
write_match(struct json *json, const struct col_node *node)
{
	if (node == NULL) {
		return;
	}
	if (node->kind == COL_NODE_SCALAR) {
		json_text(json, NULL, node->text);
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		write_match(json, node->items[i]);
	}
}

/* Items of the lists called "metrics": the plugins keep them in tables of their own. */
static size_t
count_metrics(const struct col_node *node)
{
	size_t n = 0;

	if (node == NULL || node->kind == COL_NODE_SCALAR) {
		return 0;
	}
	if (node->key != NULL && strcmp(node->key, "metrics") == 0) {
		return node->n_items;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		n += count_metrics(node->items[i]);
	}
	return n;
}

static void
write_profile(struct json *json, const struct profile *profile, uint32_t n_devices)
{
	json_map(json, NULL);
	json_text(json, "id", profile->id);
	body_words(json, "summary", profile->summary);
	json_text(json, "plugin", profile->plugin);
	json_list(json, "match");
	write_match(json, col_node_get(profile->node, "match"));
	json_list_end(json);
	json_int(json, "devices", n_devices);
	json_int(json, "metrics", (int64_t)count_metrics(profile->node));
	json_map_end(json);
}

enum request_next
api_profiles(struct request *request)
{
	const struct scan_result *scan = scan_get(request->http);
	const struct config *config = scan->config;

	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < config->n_profiles; i++) {
		write_profile(&request->json, &config->profiles[i],
		    scan->profile_devices != NULL ? scan->profile_devices[i] : 0);
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	return request_end(request);
}

/* ---- the collector ------------------------------------------------------------- */

static void
write_config(struct json *json, struct http *http, const struct config *config)
{
	char error[sizeof(http->config_error)];

	pthread_mutex_lock(&http->lock);
	(void)str_copy(error, sizeof(error), http->config_error);
	pthread_mutex_unlock(&http->lock);
	json_map(json, "config");
	json_text(json, "file", config->file);
	body_time(json, "loaded", config->loaded);
	json_int(json, "version", (int64_t)config->version);
	body_text(json, "error", error);
	json_list(json, "waiting");
	for (size_t i = 0; i < config->n_waiting; i++) {
		json_text(json, NULL, config->waiting[i]);
	}
	json_list_end(json);
	json_map_end(json);
	json_bool(json, "demo", config->settings.demo);
}

/* Of all plugins that count such a thing. */
static int64_t
sum_counters(const char *name)
{
	int64_t sum = 0;

	for (size_t i = 0; i < counters_count(); i++) {
		if (strcmp(counters_at(i)->name, name) == 0) {
			sum += counters_value(counters_at(i));
		}
	}
	return sum;
}

static void
write_polls(struct json *json, const struct poll *poll)
{
	struct poll_counts counts;
	const struct stats_histogram *late = poll_lateness(poll);

	poll_counts(poll, &counts);
	json_map(json, "polls");
	json_int(json, "started", stats_get(STATS_POLL_STARTED));
	json_int(json, "ok", stats_get(STATS_POLL_OK));
	json_int(json, "partial", stats_get(STATS_POLL_PARTIAL));
	json_int(json, "failed", stats_get(STATS_POLL_FAILED));
	json_int(json, "timeouts", stats_get(STATS_POLL_TIMEOUT));
	json_int(json, "late", stats_get(STATS_POLL_LATE));
	json_int(json, "skipped", stats_get(STATS_POLL_SKIPPED));
	json_int(json, "retries", sum_counters("retries"));
	json_int(json, "in_flight", stats_get(STATS_POLL_IN_FLIGHT));
	json_number(json, "due_per_s", counts.due_per_s, BODY_RATIO_DIGITS);
	json_map_end(json);
	json_map(json, "devices");
	json_int(json, "total", counts.total);
	json_int(json, "up", counts.up);
	json_int(json, "degraded", counts.degraded);
	json_int(json, "down", counts.down);
	json_int(json, "unknown", counts.unknown);
	json_map_end(json);
	json_map(json, "lateness_ms");
	body_number(json, "p50", late != NULL, late != NULL ? stats_quantile(late, 0.5) : 0);
	body_number(json, "p99", late != NULL, late != NULL ? stats_quantile(late, 0.99) : 0);
	body_number(json, "max", late != NULL, late != NULL ?
	    (double)atomic_load(&late->max_us) / 1000 : 0);
	json_map_end(json);
}

static void
write_queues(struct json *json, const struct queue *const *queues)
{
	/* which counter tells what a queue had to drop */
	static const struct { const char *name; enum stats_id dropped; } counters[] = {
		{"flow", STATS_FLOW_DROPPED}, {"store", STATS_STORE_DROPPED},
		{"output", STATS_OUTPUT_DROPPED},
	};

	json_list(json, "queues");
	for (; queues != NULL && *queues != NULL; queues++) {
		const char *name = queue_name(*queues);
		bool known = false;

		json_map(json, NULL);
		json_text(json, "name", name);
		json_int(json, "depth", (int64_t)queue_depth(*queues));
		json_int(json, "size", (int64_t)queue_size(*queues));
		for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
			if (!known && strncmp(name, counters[i].name,
			    strlen(counters[i].name)) == 0) {
				json_int(json, "dropped", stats_get(counters[i].dropped));
				known = true;
			}
		}
		if (!known) {
			json_unknown(json, "dropped");
		}
		json_map_end(json);
	}
	json_list_end(json);
}

/* What went wrong, as codes: the page words them. */
static void
write_problems(struct json *json, const struct store_health *health)
{
	json_list(json, "problems");
	for (uint32_t i = 0; i < health->n_problems; i++) {
		const struct problem *problem = &health->problems[i];

		json_map(json, NULL);
		json_text(json, "code", problem->name);
		json_bool(json, "active", problem->active);
		body_time(json, "since", problem->since);
		body_time(json, "last", problem->last);
		json_int(json, "count", (int64_t)problem->count);
		json_map(json, "params");
		json_int(json, "n", problem->n);
		body_text(json, "subject", problem->subject);
		body_text(json, "detail", problem->detail);
		json_map_end(json);
		json_map_end(json);
	}
	json_list_end(json);
}

static void
write_store(struct json *json, const struct store *store)
{
	struct store_health health;
	const struct stats_histogram *syncs = store_sync_times(store);

	memset(&health, 0, sizeof(health));
	store_health(store, &health);
	json_map(json, "store");
	json_int(json, "accepted", stats_get(STATS_STORE_ACCEPTED));
	json_int(json, "journal_bytes", (int64_t)health.journal_bytes);
	json_int(json, "journal_segments", (int64_t)health.journal_segments);
	json_int(json, "unflushed", (int64_t)health.unflushed_rows);
	json_int(json, "files", (int64_t)health.files);
	json_int(json, "flushed", stats_get(STATS_STORE_FLUSHED));
	json_int(json, "late_dropped", stats_get(STATS_STORE_LATE));
	body_number(json, "sync_ms_p99", syncs != NULL,
	    syncs != NULL ? stats_quantile(syncs, 0.99) : 0);
	body_text(json, "last_error", health.last_error);
	body_text(json, "class", health.archive_class);
	json_int(json, "disk_need_bytes", (int64_t)health.disk_need_bytes);
	json_int(json, "disk_free_bytes", (int64_t)health.disk_free_bytes);
	json_int(json, "files_moved", (int64_t)health.files_moved);
	json_int(json, "files_to_move", (int64_t)health.files_to_move);
	write_problems(json, &health);
	json_map_end(json);
}

static void
write_scan(struct json *json, const struct scan_result *scan)
{
	const struct inventory *inventory = scan->config->inventory;

	json_list(json, "slowest");
	for (uint32_t i = 0; i < scan->n_slowest; i++) {
		json_map(json, NULL);
		json_text(json, "id", inventory->devices[scan->slowest[i].device]->id);
		json_number(json, "rtt_ms", scan->slowest[i].status.rtt_ms, BODY_RATIO_DIGITS);
		json_map_end(json);
	}
	json_list_end(json);
	json_list(json, "failing");
	for (uint32_t i = 0; i < scan->n_failing; i++) {
		json_map(json, NULL);
		json_text(json, "id", inventory->devices[scan->failing[i].device]->id);
		device_error(json, "error", &scan->failing[i].status);
		body_time(json, "since", scan->failing[i].status.down_since);
		json_map_end(json);
	}
	json_list_end(json);
}

enum request_next
api_collector(struct request *request)
{
	struct json *json = &request->json;
	struct http *http = request->http;
	const struct scan_result *scan = scan_get(http);

	request_begin(request);
	json_text(json, "version", http->setup.version);
	json_int(json, "pid", getpid());
	body_time(json, "started", http->started);
	json_int(json, "uptime_s", (request->as_of.ns - http->started.ns) / NS_PER_S);
	write_config(json, http, scan->config);
	write_polls(json, http->setup.poll);
	write_queues(json, http->setup.queues);
	write_store(json, http->setup.store);
	write_scan(json, scan);
	json_list(json, "stats");
	for (enum stats_id id = 0; id < STATS_N; id++) {
		json_map(json, NULL);
		json_text(json, "name", stats_name(id));
		json_int(json, "value", stats_get(id));
		json_text(json, "help", stats_help(id));
		json_map_end(json);
	}
	json_list_end(json);
	write_plugins(json, "plugins", http);
	return request_end(request);
}
