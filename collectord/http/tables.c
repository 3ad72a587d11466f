/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of every list that also comes as CSV, as paths below its items.
 * A member that an item gains in JSON gains its column here: the unit test of
 * tables compares the two.
 */
#include <config.h>

#include "http/table.h"

#include "http/api.h"

const struct param api_format_params[] = {
	PARAM_FORMAT,
	{0},
};

/* What feeds and air say; see body_figures. */
#define FIGURE_COLUMNS \
	"failover.ok", "failover.at_risk", "failover.no_redundancy", "failover.single", \
	"failover.unknown", "failover.worst.rack", "failover.worst.ratio", \
	"failover.negative_arc", "imbalance.worst", "imbalance.feed", \
	"imbalance.over_20_pct", "power_factor", "environment.in_range", \
	"environment.in_range_s", "environment.over_index_pct", \
	"environment.under_index_pct", "environment.inlets.known", \
	"environment.inlets.expected", "environment.inlets.max_c", \
	"environment.inlets.mean_c", "environment.delta_t_k", "environment.airflow_m3h", \
	"environment.dew_point_c.min", "environment.dew_point_c.max"

/* What is free; see body_stock. */
#define STRANDED_COLUMNS \
	"deployable.stranded.units", "deployable.stranded.power_w", \
	"deployable.stranded.outlets_a", "deployable.stranded.outlets_b", \
	"deployable.stranded.weight_kg", "deployable.stranded.ports", \
	"deployable.stranded.cooling_w"
#define STOCK_COLUMNS \
	"space.units", "space.occupied", "space.reserved", "space.ratio", "space.racks", \
	"budget.design_w", "budget.committed_w", "budget.available_w", \
	"budget.reserved_w", "budget.racks_known", "budget.overcommitted", \
	"deployable.n", "deployable.racks", "deployable.binding.units", \
	"deployable.binding.power", "deployable.binding.outlets_a", \
	"deployable.binding.outlets_b", "deployable.binding.weight", \
	"deployable.binding.ports", "deployable.binding.cooling", STRANDED_COLUMNS, \
	"deployable.reference.u", "deployable.reference.power_w", \
	"deployable.reference.kg", "deployable.reference.outlets", \
	"deployable.reference.ports"

/* What the archives say; see body_past. */
#define PEAK_COLUMNS(window) \
	"peak." window ".power_w", "peak." window ".p95_w", "peak." window ".mean_w", \
	"peak." window ".load_factor", "peak." window ".window_s", \
	"peak." window ".basis_s", "peak." window ".coverage"
#define PAST_COLUMNS \
	PEAK_COLUMNS("day"), PEAK_COLUMNS("month"), "pue.kind", "pue.value", "pue.grade", \
	"pue.days", "exhaustion.method", "exhaustion.k", "exhaustion.date", \
	"exhaustion.earliest", "exhaustion.latest", "exhaustion.reason", \
	"load_equivalent_racks"

/* What every place and operator has; see body_kpi. */
#define KPI_COLUMNS \
	"kind", "id", "name.en", "name.zh", \
	"racks.declared", "racks.verified", "racks.contradicted", "racks.stale", \
	"racks.unmonitored", "racks.planned", "racks.live", "freshness.live", \
	"freshness.hour", "freshness.day", "freshness.older", "freshness.never", \
	"standard_racks.declared", "standard_racks.verified", "discrepancies", \
	"power_w", "power.known", "power.expected", "power.partial", "design_w", \
	"occupancy.by_count", "occupancy.by_power", "temperature_c.max", FIGURE_COLUMNS, \
	STOCK_COLUMNS, \
	"coverage", PAST_COLUMNS, \
	"monitored_share", "age_s", "slot"

/* What every place has besides; see alarms_place. */
#define ALARM_COLUMNS "alarms.worst", "alarms.firing"

static const char *const areas[] = { KPI_COLUMNS, ALARM_COLUMNS, "sites", NULL };
static const char *const sites[] = { KPI_COLUMNS, ALARM_COLUMNS, "area", "operator", NULL };
static const char *const halls[] = { KPI_COLUMNS, ALARM_COLUMNS, "site", "area", NULL };
static const char *const operators[] = { KPI_COLUMNS, "sites", NULL };
static const char *const history[] = { "t", "declared", "verified", "planned",
	"standard", "contradicted", "stale", "unmonitored", NULL };
static const char *const forecast[] = { "fan.t", "fan.low", "fan.mid", "fan.high", NULL };
static const char *const ledger[] = {
	"id", "kind", "rack", "state", "at", "written", "actor", "reason", "source",
	"design_w", "tenant", "until", "former", "voids", "voided", NULL,
};
/* params are those of all kinds */
static const char *const reconcile[] = {
	"kind", "rack", "area", "site", "hall", "row", "state", "params.silent",
	"params.ledger", "params.ledger_since", "params.inventory", "params.since",
	"params.written", "params.file", "params.down", "params.devices", "params.power_w",
	"params.min_power_w", "params.due", "params.days", NULL,
};
static const char *const racks[] = {
	"id", "label", "area", "site", "hall", "row", "state", "since", "evidence",
	"evidence_reason.code", "power_w", "power_source", "partial", "live",
	"discrepancy", "alarm", "temperature_c", "temperature_source", "failover", "failover_ratio",
	"delta_t_k", "coverage", "age_s", "devices", NULL,
};
static const char *const feeds[] = {
	"id", "kind", "name.en", "name.zh", "site", "from", "phases", "volts", "rated_a",
	"rated_va", "limit_va", "load.power_w", "load.apparent_va", "load.known",
	"load.expected", "load.partial", "load.coverage", "measured_by",
	"measured.power_w", "difference_w", "ratio", "arc_va", "failover",
	"failover_ratio", "survivor", "dark", "budget.limit_w", "budget.committed_w",
	"budget.available_w", "budget.racks_known", "budget.racks", "racks", "feeds", NULL,
};
static const char *const devices[] = {
	"id", "rack", "role", "kind", "feed", "plugin", "address", "profile", "status",
	"last_ok", "rtt_ms", "next_poll", "error.code", "error.text", NULL,
};
static const char *const device_events[] = {
	"id", "time", "seen", "skew_s", "severity", "cleared", "code", "sensor",
	"instance", "text", "source", NULL,
};
static const char *const plan[] = {
	"rack", "row", "hall", "site", "area", "u", "n", "after.power_available_w",
	"after.failover_ratio", NULL,
};
static const char *const reservations[] = {
	"id", "rack", "tenant", "until", "power_w", "units", "reason", "actor", "created",
	"released", "state", "source", NULL,
};
static const char *const series[] = { "role", "metric", "instance", "unit", "file", "ds",
	NULL };
static const char *const plugins[] = { "name", "summary.en", "summary.zh", "file", "abi",
	"kind", "state", "reason", "devices", NULL };
static const char *const profiles[] = { "id", "summary.en", "summary.zh", "plugin",
	"match", "devices", "metrics", NULL };

static const char *const alerts[] = {
	"id", "fingerprint", "rule", "severity", "state", "entity", "instance", "area", "site",
	"hall", "row", "rack", "value", "limit", "unit", "word", "count", "under", "folded",
	"flapping", "silenced", "since", "fired", "changed", "resolved", "end",
	"acknowledged.by", "acknowledged.at", "acknowledged.note", "summary.en", "summary.zh",
	"advice.en", "advice.zh", NULL,
};
static const char *const rules[] = {
	"id", "on", "metric", "unit", "take.what", "take.over_s", "fire.test", "fire.low",
	"fire.high", "fire.words", "fire.severity", "fire.for_s", "clear.test", "clear.low",
	"clear.high", "clear.words", "clear.severity", "clear.for_s", "hold_s", "stale_s",
	"severity", "folds", "summary.en", "summary.zh", "advice.en", "advice.zh", "file",
	"line", "open", NULL,
};
static const char *const silences[] = {
	"id", "entity", "rule", "reason", "author", "maintenance", "from", "until", "created",
	"ended", "state", NULL,
};
static const char *const receivers[] = {
	"name", "type", "url", "lang", "state", "queued", "dead", "delivered", "attempts",
	"accepted", "failed", "error", "next_try", "resolved", "repeat_s", "silent_s",
	"rate.per_minute", "rate.burst", NULL,
};
static const char *const deliveries[] = {
	"id", "receiver", "group", "key", "type", "state", "test", "repeat", "created",
	"next_try", "ended", "attempts", "into", "replay_of", "error", NULL,
};
static const char *const report[] = { "rack", "tenant", "site", "from", "to", "energy_wh",
	"coverage", "metered", "peak_w", NULL };

const struct table table_all[] = {
	{ "capacity", "areas", areas },
	{ "capacity_history", NULL, history },
	{ "forecast", NULL, forecast },
	{ "ledger", "items", ledger },
	{ "reconcile", "items", reconcile },
	{ "sites", "items", sites },
	{ "halls", "items", halls },
	{ "operators", "items", operators },
	{ "racks", "items", racks },
	{ "feeds", "items", feeds },
	{ "devices", "items", devices },
	{ "device_events", "items", device_events },
	{ "plan", "placements", plan },
	{ "alerts", "items", alerts },
	{ "rules", "items", rules },
	{ "silences", "items", silences },
	{ "receivers", "items", receivers },
	{ "deliveries", "items", deliveries },
	{ "reservations", "items", reservations },
	{ "series_list", "items", series },
	{ "plugins", "items", plugins },
	{ "profiles", "items", profiles },
	{ "report_monthly", "racks", report },
};
const size_t table_all_size = sizeof(table_all) / sizeof(table_all[0]);
