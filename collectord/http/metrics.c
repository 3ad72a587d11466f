/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /metrics (the daemon itself) and /metrics/racks?site=ID, as OpenMetrics.
 *
 * Source: OpenMetrics 1.0: a family's samples stand together, counters end in
 * _total, units are the last word of a name, the text ends with "# EOF".
 */
#include <config.h>

#include "http/api.h"

#include <inttypes.h>
#include <string.h>

#include "base/counters.h"
#include "base/stats.h"
#include "base/str.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/order.h"
#include "http/problem.h"
#include "http/server.h"
#include "poll/poll.h"

#define TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define PREFIX "collectord_"
#define DELAY_CELLS 40          /* up to 75 s */

const struct param metrics_racks_params[] = {
	{"site", PARAM_ID, true, 0, 0, NULL, "the site whose racks are told"},
	{0},
};

static void
write_family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# TYPE " PREFIX "%s %s\n# HELP " PREFIX "%s %s\n", name, type,
	    name, help);
}

static void
write_devices(struct buf *out, const struct poll *poll)
{
	struct poll_counts counts;

	poll_counts(poll, &counts);
	write_family(out, "devices", "gauge", "Devices by status");
	buf_printf(out, PREFIX "devices{status=\"up\"} %u\n", counts.up);
	buf_printf(out, PREFIX "devices{status=\"degraded\"} %u\n", counts.degraded);
	buf_printf(out, PREFIX "devices{status=\"down\"} %u\n", counts.down);
	buf_printf(out, PREFIX "devices{status=\"unknown\"} %u\n", counts.unknown);
}

/* How much later than their due times polls start. */
static void
write_lateness(struct buf *out, const struct poll *poll)
{
	static const char *const quantiles[] = {"0.5", "0.9", "0.99", "1"};
	static const double values[] = {0.5, 0.9, 0.99, 1};
	const struct stats_histogram *late = poll_lateness(poll);

	write_family(out, "poll_lateness_seconds", "summary",
	    "Time from a poll's due time to its start");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		buf_printf(out, PREFIX "poll_lateness_seconds{quantile=\"%s\"} %.6g\n",
		    quantiles[i], stats_quantile(late, values[i]) / 1000);
	}
}

/* The same as a histogram: of any span of time, by its difference. */
static void
write_delays(struct buf *out, const struct poll *poll)
{
	const struct stats_histogram *late = poll_lateness(poll);
	uint64_t n = 0, us;

	write_family(out, "poll_start_delay_seconds", "histogram",
	    "Polls by the time from their due time to their start");
	for (unsigned i = 0; i < DELAY_CELLS; i++) {
		n += stats_cell(late, i, &us);
		buf_printf(out, PREFIX "poll_start_delay_seconds_bucket{le=\"%.6g\"} %"
		    PRIu64 "\n", (double)us / 1e6, n);
	}
	for (unsigned i = DELAY_CELLS; i < 64; i++) {
		n += stats_cell(late, i, &us);
	}
	buf_printf(out, PREFIX "poll_start_delay_seconds_bucket{le=\"+Inf\"} %" PRIu64
	    "\n", n);
}

/* Those of plugins, under their names. */
static void
write_counters(struct buf *out)
{
	for (size_t i = 0; i < counters_count(); i++) {
		const struct col_counter *counter = counters_at(i);
		char name[2 * COUNTERS_NAME_SIZE];

		(void)str_format(name, sizeof(name), "%s_%s", counter->owner, counter->name);
		write_family(out, name, counter->is_gauge ? "gauge" : "counter",
		    counter->help);
		buf_printf(out, PREFIX "%s%s %lld\n", name,
		    counter->is_gauge ? "" : "_total", (long long)counters_value(counter));
	}
}

enum request_next
metrics_daemon(struct request *request)
{
	struct buf *out = &request->body;
	const struct http *http = request->http;

	request->type = TYPE;
	write_family(out, "build", "info", "Version of the daemon");
	buf_printf(out, PREFIX "build_info{version=\"%s\"} 1\n", http->setup.version);
	write_family(out, "start_time_seconds", "gauge", "When the daemon started");
	buf_printf(out, PREFIX "start_time_seconds %.3f\n", (double)http->started.ns / 1e9);
	for (enum stats_id id = 0; id < STATS_N; id++) {
		bool counter = stats_kind(id) == STATS_COUNTER;

		write_family(out, stats_name(id), counter ? "counter" : "gauge",
		    stats_help(id));
		buf_printf(out, PREFIX "%s%s %lld\n", stats_name(id),
		    counter ? "_total" : "", (long long)stats_get(id));
	}
	write_counters(out);
	write_devices(out, http->setup.poll);
	write_lateness(out, http->setup.poll);
	write_delays(out, http->setup.poll);
	buf_puts(out, "# EOF\n");
	return REQUEST_REPLY;
}

/* ---- racks ------------------------------------------------------------------------ */

/* Reads one figure of a rack; false: it is not known. */
typedef bool figure_fn(const struct rack *rack, const struct rack_view *rv,
    struct wall as_of, double *ret_value);

static bool
power(const struct rack *rack, const struct rack_view *rv, struct wall as_of, double *ret)
{
	(void)rack, (void)as_of;
	*ret = rv->slot.sum.power_w;
	return rv->slot.sum.n_power > 0;
}

static bool
source_power(const struct rack_view *rv, enum power_source source, double *ret)
{
	*ret = rv->slot.by_source[source].power_w;
	return rv->slot.by_source[source].n_known > 0;
}

static bool
pdu_power(const struct rack *rack, const struct rack_view *rv, struct wall as_of,
    double *ret)
{
	(void)rack, (void)as_of;
	return source_power(rv, POWER_SOURCE_PDU, ret);
}

static bool
ipmi_power(const struct rack *rack, const struct rack_view *rv, struct wall as_of,
    double *ret)
{
	(void)rack, (void)as_of;
	return source_power(rv, POWER_SOURCE_IPMI, ret);
}

static bool
temperature(const struct rack *rack, const struct rack_view *rv, struct wall as_of,
    double *ret)
{
	(void)rack, (void)as_of;
	*ret = rv->slot.sum.temperature_max_c;
	return rv->slot.sum.n_temperature > 0;
}

static bool
feeds_known(const struct rack *rack, const struct rack_view *rv, struct wall as_of,
    double *ret)
{
	(void)rack, (void)as_of;
	*ret = rv->slot.sum.n_power;
	return true;
}

static bool
feeds_expected(const struct rack *rack, const struct rack_view *rv, struct wall as_of,
    double *ret)
{
	(void)rack, (void)as_of;
	*ret = rv->slot.sum.n_power_expected;
	return true;
}

static bool
live(const struct rack *rack, const struct rack_view *rv, struct wall as_of, double *ret)
{
	(void)rack, (void)as_of;
	*ret = rv->live ? 1 : 0;
	return true;
}

static bool
verified(const struct rack *rack, const struct rack_view *rv, struct wall as_of,
    double *ret)
{
	(void)as_of;
	*ret = rv->evidence == EVIDENCE_VERIFIED ? 1 : 0;
	return rack_is_declared(rack->state);
}

static bool
age(const struct rack *rack, const struct rack_view *rv, struct wall as_of, double *ret)
{
	(void)rack;
	*ret = as_of.ns > rv->last_good.ns ? (double)(as_of.ns - rv->last_good.ns) / 1e9 : 0;
	return rv->last_good.ns != 0;
}

static bool
design(const struct rack *rack, const struct rack_view *rv, struct wall as_of, double *ret)
{
	(void)rv, (void)as_of;
	*ret = rack->design_w;
	return rack->design_w > 0;
}

static const struct { const char *name, *help; figure_fn *fn; } figures[] = {
	{"rack_power_watts", "Power of the known feeds, or BMCs, in the last slot", power},
	{"rack_feeds_known", "Feeds (without PDUs: BMCs) whose power was known in the last "
	    "slot", feeds_known},
	{"rack_feeds_expected", "Feeds (without PDUs: BMCs) whose power should be known",
	    feeds_expected},
	{"rack_pdu_power_watts", "Power by the rack's feeds in the last slot", pdu_power},
	{"rack_ipmi_power_watts", "Power by the rack's BMCs in the last slot", ipmi_power},
	{"rack_temperature_max_celsius", "Highest temperature in the last slot", temperature},
	{"rack_live", "1 with a good sample in the last three intervals", live},
	{"rack_verified", "1 when a declared rack is proven live by its telemetry", verified},
	{"rack_age_seconds", "Age of the newest good sample", age},
	{"rack_design_watts", "Declared design power", design},
};

/* Label values are ids of ours: nothing in them needs an escape. */
static void
write_figure(struct buf *out, const struct view *view, const struct order *order,
    const struct place *site, size_t figure)
{
	const struct inventory *inventory = view->config->inventory;

	write_family(out, figures[figure].name, "gauge", figures[figure].help);
	for (uint32_t i = 0; i < order->n_racks; i++) {
		const struct rack *rack = inventory->racks[order->racks[i]];
		const struct place *hall = inventory_above(inventory, rack, ENTITY_HALL);
		double value;

		if (hall != NULL && hall->parent == site->index &&
		    figures[figure].fn(rack, &view->racks[rack->index], view->as_of, &value)) {
			buf_printf(out, PREFIX "%s{rack=\"%s\",hall=\"%s\"} %.10g\n",
			    figures[figure].name, rack->id, hall->id, value);
		}
	}
}

enum request_next
metrics_racks(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *id = request_value(request, "site");
	const struct place *site = inventory_place(inventory, ENTITY_SITE, id);
	struct order *order;

	if (site == NULL) {
		return problem_no_such(request, "site", id);
	}
	order = http_order(request->http, inventory);
	if (order == NULL) {
		return REQUEST_BROKEN;
	}
	request->type = TYPE;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		write_figure(&request->body, request->view, order, site, i);
	}
	buf_puts(&request->body, "# EOF\n");
	order_unref(order);
	return REQUEST_REPLY;
}
