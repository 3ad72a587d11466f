/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What readers see now: latest values, devices, views, counters, the log. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/stats.h"
#include "compare.h"
#include "model/metric.h"
#include "model/states.h"
#include "run.h"

static const char *const QUALITY[COL_QUALITY_N] = { [COL_GOOD] = "good",
	[COL_STALE] = "stale", [COL_IMPLAUSIBLE] = "implausible",
	[COL_UNAVAILABLE] = "unavailable", [COL_ERROR] = "error" };

static const struct inventory *
inventory_of(const struct run *run)
{
	return daemon_config(run->daemon)->inventory;
}

static const struct device *
device_of(struct run *run, const struct col_node *map, const char *key)
{
	const char *id = compare_text_of(run, map, key, NULL);
	const struct device *device = id == NULL ? NULL :
	    inventory_device(inventory_of(run), id);

	if (id != NULL && device == NULL) {
		run_fail(run, map, "there is no device '%s'", id);
	}
	return device;
}

/* ---- devices ------------------------------------------------------------------ */

static void
compare_latest(struct run *run, const struct col_node *map,
    const struct latest_copy *copy)
{
	const char *metric = compare_text_of(run, map, "metric", NULL);
	const char *instance = compare_text_of(run, map, "instance", "");
	const struct latest_value *found = NULL;
	struct wall now = clock_wall(run->clock);
	int64_t interval_ns = daemon_config(run->daemon)->settings.interval_ns;

	for (uint32_t i = 0; metric != NULL && i < copy->n_values; i++) {
		const struct slot *slot = copy->values[i].slot;

		if (strcmp(metric_get(slot->metric)->name, metric) == 0 &&
		    strcmp(slot->instance, instance) == 0) {
			found = &copy->values[i];
		}
	}
	if (found == NULL) {
		compare_text(run, map, "quality", NULL);
		compare_number(run, map, "value", FOUND(false, 0));
		return;
	}
	compare_number(run, map, "value", FOUND(found->good_at.ns != 0, found->number));
	compare_text(run, map, "quality", QUALITY[latest_quality(found, now,
	    interval_ns)]);
	compare_number(run, map, "age_s", FOUND(found->good_at.ns != 0,
	    (now.ns - found->good_at.ns) / NS_PER_S));
}

bool
expect_latest(struct run *run, const struct col_node *map)
{
	const struct device *device = device_of(run, map, "device");
	struct latest_copy copy = { 0 };

	if (device == NULL ||
	    !compare_keys(run, map, "device metric instance value quality age_s")) {
		return true;
	}
	(void)latest_get(flow_latest(daemon_flow(run->daemon)), device->index, &copy);
	compare_latest(run, map, &copy);
	latest_copy_done(&copy);
	return true;
}

/* What is kept of a device's log. */
struct kept { bool done; int code; size_t n; struct device_event newest; };

static void
on_events(void *arg, int code, const struct device_event *events, size_t n)
{
	struct kept *kept = arg;

	kept->done = true;
	kept->code = code;
	kept->n = n;
	if (n > 0) {
		kept->newest = events[0];
	}
}

static void
compare_events(struct run *run, const struct col_node *map,
    const struct device *device)
{
	struct kept *kept = arena_alloc(run->arena, sizeof(*kept));
	const struct device_event *newest = &kept->newest;
	bool any, timed;

	state_get_events(daemon_state(run->daemon), device->id, on_events, kept);
	if (!act_wait(run, &kept->done) || kept->code != 0) {
		run_fail(run, map, "the state database does not answer");
		return;
	}
	any = kept->n > 0;
	timed = any && newest->time_ns != COL_TIME_UNKNOWN;
	compare_number(run, map, "events", FOUND(true, kept->n));
	compare_text(run, map, "event", any ? newest->code : NULL);
	compare_text(run, map, "event_severity", any ?
	    states_severity(newest->severity) : NULL);
	compare_number(run, map, "event_at", FOUND(timed, !timed ? 0 :
	    newest->time_ns / NS_PER_S));
	compare_number(run, map, "event_skew_s", FOUND(any &&
	    newest->skew_ns != COL_TIME_UNKNOWN, newest->skew_ns / NS_PER_S));
}

bool
expect_device(struct run *run, const struct col_node *map)
{
	const struct device *device = device_of(run, map, "id");
	struct device_status status = { 0 };

	if (device == NULL || !compare_keys(run, map, "id status error detail ok "
	    "failed timeouts late skipped backoff phase_s rtt_ms next_poll_s events "
	    "event event_severity event_at event_skew_s")) {
		return true;
	}
	if (poll_device_status(daemon_poll(run->daemon), device->index, &status) != 0) {
		run_fail(run, map, "nothing polls '%s'", device->id);
		return true;
	}
	bool good = status.last_status == COL_POLL_OK;
	compare_text(run, map, "status", device_state_text(status.state));
	compare_text(run, map, "error", good ? NULL :
	    poll_status_code(status.last_status));
	compare_text(run, map, "detail", status.detail);
	compare_number(run, map, "ok", FOUND(true, status.n_ok));
	compare_number(run, map, "failed", FOUND(true, status.n_failed));
	compare_number(run, map, "timeouts", FOUND(true, status.n_timeouts));
	compare_number(run, map, "late", FOUND(true, status.n_late));
	compare_number(run, map, "skipped", FOUND(true, status.n_skipped));
	compare_number(run, map, "backoff", FOUND(true, status.backoff));
	compare_number(run, map, "phase_s", FOUND(true,
	    (double)status.phase_ns / (double)NS_PER_S));
	compare_number(run, map, "rtt_ms", FOUND(status.rtt_ms >= 0, status.rtt_ms));
	if (col_node_get(map, "events") != NULL) {
		compare_events(run, map, device);
	}
	return true;
}

/* ---- views ---------------------------------------------------------------------- */

static const struct view *
view_of(struct run *run, const struct col_node *at)
{
	const struct view *view = capacity_view(daemon_capacity(run->daemon));

	if (view == NULL) {
		run_fail(run, at, "nothing has been published yet");
	}
	return view;
}

static struct found
coverage_of(const struct part_sum *sum)
{
	return FOUND(sum->n_devices_expected > 0,
	    (double)sum->n_devices / (double)sum->n_devices_expected);
}

static void
compare_sum(struct run *run, const struct col_node *map, const struct part_sum *sum)
{
	compare_number(run, map, "power_w", FOUND(sum->n_power > 0, sum->power_w));
	compare_number(run, map, "known", FOUND(true, sum->n_power));
	compare_number(run, map, "expected", FOUND(true, sum->n_power_expected));
	compare_bool(run, map, "partial", sum->n_power < sum->n_power_expected);
	compare_number(run, map, "coverage", coverage_of(sum));
	compare_number(run, map, "temperature_c", FOUND(sum->n_temperature > 0,
	    sum->temperature_max_c));
}

static void
compare_sources(struct run *run, const struct col_node *map,
    const struct rack_slot *slot)
{
	const struct source_sum *pdus = &slot->by_source[POWER_SOURCE_PDU];
	const struct source_sum *bmcs = &slot->by_source[POWER_SOURCE_IPMI];

	compare_text(run, map, "power_source", power_source_text(slot->source));
	compare_number(run, map, "pdu_w", FOUND(pdus->n_known > 0, pdus->power_w));
	compare_number(run, map, "pdu_known", FOUND(true, pdus->n_known));
	compare_number(run, map, "pdu_expected", FOUND(true, pdus->n_expected));
	compare_number(run, map, "ipmi_w", FOUND(bmcs->n_known > 0, bmcs->power_w));
	compare_number(run, map, "ipmi_known", FOUND(true, bmcs->n_known));
	compare_number(run, map, "ipmi_expected", FOUND(true, bmcs->n_expected));
	compare_bool(run, map, "inlet_by_bmc", slot->inlet_by_bmc);
}

bool
expect_rack(struct run *run, const struct col_node *map)
{
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct view *view = view_of(run, map);
	const struct rack *rack = id == NULL || view == NULL ? NULL :
	    inventory_rack(view->config->inventory, id);

	if (id != NULL && view != NULL && rack == NULL) {
		run_fail(run, map, "there is no rack '%s'", id);
	}
	if (rack != NULL && compare_keys(run, map, "id evidence reason power_w known "
	    "expected partial live coverage discrepancy power_s good_s below_s "
	    "voltage_s reason_s voltage_v temperature_c power_source pdu_w "
	    "pdu_known pdu_expected ipmi_w ipmi_known ipmi_expected "
	    "inlet_by_bmc")) {
		const struct rack_view *found = &view->racks[rack->index];

		compare_text(run, map, "evidence", found->evidence == EVIDENCE_NONE ?
		    NULL : evidence_text(found->evidence));
		compare_text(run, map, "reason", reason_code(found->reason));
		compare_bool(run, map, "live", found->live);
		compare_bool(run, map, "discrepancy", found->discrepancy);
		compare_number(run, map, "good_s", FOUND(true, found->good_s));
		compare_number(run, map, "power_s", FOUND(true, found->power_s));
		compare_number(run, map, "below_s", FOUND(true, found->below_s));
		compare_number(run, map, "voltage_s", FOUND(true, found->voltage_s));
		compare_number(run, map, "reason_s", FOUND(true, found->reason_s));
		compare_number(run, map, "voltage_v", FOUND(found->slot.has_voltage,
		    found->slot.voltage_min_v));
		compare_sum(run, map, &found->slot.sum);
		compare_sources(run, map, &found->slot);
	}
	view_unref(view);
	return true;
}

static void
compare_racks(struct run *run, const struct col_node *map,
    const struct place_view *found)
{
	if (map == NULL || !compare_keys(run, map, "declared verified contradicted "
	    "stale unmonitored planned live monitored discrepancies")) {
		return;
	}
	compare_number(run, map, "declared", FOUND(true, found->n_declared));
	for (int e = EVIDENCE_VERIFIED; e < EVIDENCE_N; e++) {
		compare_number(run, map, evidence_text((enum evidence)e),
		    FOUND(true, found->n_evidence[e]));
	}
	compare_number(run, map, "planned", FOUND(true, found->n_planned));
	compare_number(run, map, "live", FOUND(true, found->n_live));
	compare_number(run, map, "monitored", FOUND(true, found->n_monitored));
	compare_number(run, map, "discrepancies", FOUND(true, found->n_discrepancies));
}

/* Whatever a story says of a place: the four always add up to declared. */
static void
check_partition(struct run *run, const struct col_node *map,
    const struct place_view *found)
{
	uint32_t sum = 0;

	for (int e = EVIDENCE_VERIFIED; e < EVIDENCE_N; e++) {
		sum += found->n_evidence[e];
	}
	run_checked(run);
	if (sum != found->n_declared) {
		run_fail(run, map, "evidence adds up to %u of %u declared racks", sum,
		    found->n_declared);
	}
}

bool
expect_place(struct run *run, const struct col_node *map)
{
	const char *kind_text = compare_text_of(run, map, "kind", NULL);
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct view *view = view_of(run, map);
	const struct place *place = NULL;
	enum entity_kind kind;

	if (kind_text == NULL || id == NULL || view == NULL ||
	    entity_kind_find(kind_text, &kind) != 0 || kind >= ENTITY_PLACE_N ||
	    (place = inventory_place(view->config->inventory, kind, id)) == NULL) {
		run_fail(run, map, "there is no such place");
	} else if (compare_keys(run, map, "kind id racks power_w known expected partial "
	    "coverage temperature_c design_w standard")) {
		const struct place_view *found = &view->places[kind][place->index];

		compare_racks(run, col_node_get(map, "racks"), found);
		check_partition(run, map, found);
		compare_sum(run, map, &found->sum);
		compare_number(run, map, "design_w", FOUND(found->design_w > 0,
		    found->design_w));
		compare_number(run, map, "standard", FOUND(true,
		    found->standard_declared));
	}
	view_unref(view);
	return true;
}

static void
compare_forecast(struct run *run, const struct col_node *map,
    const struct target_view *found)
{
	char text[CLOCK_RFC3339_SIZE];
	bool dated = found->forecast_reason == FORECAST_OK;

	if (map == NULL || !compare_keys(run, map, "reason k date earliest latest")) {
		return;
	}
	compare_text(run, map, "reason", forecast_reason_code(found->forecast_reason));
	compare_number(run, map, "k", FOUND(true, found->forecast_k));
	clock_day_text(found->day, text);
	compare_text(run, map, "date", dated ? text : NULL);
	clock_day_text(found->earliest, text);
	compare_text(run, map, "earliest", dated ? text : NULL);
	if (found->latest != INT32_MAX) {
		clock_day_text(found->latest, text);
	}
	compare_text(run, map, "latest", dated && found->latest != INT32_MAX ? text : NULL);
}

static void
compare_target(struct run *run, const struct col_node *map,
    const struct target_view *found)
{
	compare_number(run, map, "count", FOUND(true, found->count));
	compare_number(run, map, "verified", FOUND(true, found->verified));
	compare_number(run, map, "progress", FOUND(true, found->progress));
	compare_text(run, map, "status", target_status_text(found->status));
	compare_number(run, map, "days_left", FOUND(
	    found->target->by_day != INT32_MIN, found->days_left));
	compare_number(run, map, "required_per_day", FOUND(found->has_required,
	    found->required_per_day));
	compare_number(run, map, "pace_per_day", FOUND(found->has_pace,
	    found->pace_per_day));
	compare_forecast(run, col_node_get(map, "forecast"), found);
}

bool
expect_target(struct run *run, const struct col_node *map)
{
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct view *view = view_of(run, map);
	const struct target_view *found = NULL;

	for (size_t i = 0; id != NULL && view != NULL &&
	    i < view->config->settings.n_targets; i++) {
		if (strcmp(view->targets[i].target->id, id) == 0) {
			found = &view->targets[i];
		}
	}
	if (found == NULL) {
		run_fail(run, map, "there is no such target");
	} else if (compare_keys(run, map, "id count verified progress status days_left "
	    "required_per_day pace_per_day forecast")) {
		compare_target(run, map, found);
	}
	view_unref(view);
	return true;
}

/* ---- the daemon's own health ------------------------------------------------------ */

bool
expect_stats(struct run *run, const struct col_node *map)
{
	for (size_t i = 0; i < map->n_items; i++) {
		const char *key = map->items[i]->key;
		int id = 0;

		while (id < STATS_N && (key == NULL ||
		    strcmp(stats_name((enum stats_id)id), key) != 0)) {
			id++;
		}
		if (id == STATS_N) {
			run_fail(run, map->items[i], "there is no such counter");
			continue;
		}
		compare_number(run, map, key, FOUND(true,
		    stats_get((enum stats_id)id)));
	}
	return true;
}

static char *
read_log(const struct run *run)
{
	FILE *file = fopen(run->log_file, "r");
	struct buf out;
	char part[4096];
	size_t n;

	buf_init(&out, 0);
	if (file != NULL && fseek(file, (long)run->log_from, SEEK_SET) == 0) {
		while ((n = fread(part, 1, sizeof(part), file)) > 0) {
			buf_put(&out, part, n);
		}
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	buf_puts(&out, "");
	char *text = arena_copy(run->arena, out.data != NULL ? out.data : "");
	buf_done(&out);
	return text;
}

static size_t
count_of(const char *text, const char *word)
{
	size_t n = 0, len = strlen(word);

	for (; len > 0 && (text = strstr(text, word)) != NULL; text += len) {
		n++;
	}
	return n;
}

/* expect_log: {text: …, count: 1} since the last reload, restart or kill. */
bool
expect_log(struct run *run, const struct col_node *map)
{
	const char *text = compare_text_of(run, map, "text", NULL);
	const char *log = read_log(run);

	if (text == NULL || !compare_keys(run, map, "text count")) {
		return true;
	}
	if (col_node_get(map, "count") != NULL) {
		compare_number(run, map, "count", FOUND(true, count_of(log, text)));
		return true;
	}
	run_checked(run);
	if (count_of(log, text) == 0) {
		run_fail(run, map, "not in the log: %s", text);
	}
	return true;
}

/* The text with which the last reload was refused, as the log tells it. */
bool
expect_reload_error(struct run *run, const struct col_node *want)
{
	const char *log = read_log(run);

	run_checked(run);
	if (run->refused == NULL) {
		run_fail(run, want, "the reload was not refused");
		return true;
	}
	run->refused = NULL;
	const char *line = strstr(log, "configuration not reloaded");
	size_t len = line != NULL ? strcspn(line, "\n") : 0;
	char *told = arena_copy_len(run->arena, line != NULL ? line : "", len);
	if (want->kind != COL_NODE_SCALAR || strstr(told, want->text) == NULL) {
		run_fail(run, want, "refused otherwise: %s", told);
	}
	return true;
}
