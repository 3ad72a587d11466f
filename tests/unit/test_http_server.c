/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's answers: bodies, values, problems, lists, pages. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/fake.h"
#include "http/parse.h"

/* ---- answers ----------------------------------------------------------------------- */

static const char *const bodies[] = {
	V1 "/capacity", V1 "/capacity/history", V1 "/areas/410100", V1 "/sites", V1 "/sites/s0",
	V1 "/halls", V1 "/halls/s0-h0", V1 "/racks", V1 "/racks/" RACK, V1 "/feeds/" RACK "-a",
	V1 "/devices", V1 "/devices/" RACK "-pdu-a", V1 "/explain/rack/" RACK,
	V1 "/explain/device/" RACK "-pdu-a", V1 "/series?entity=rack:" RACK "&metric=power_w",
	V1 "/series/list?entity=rack:" RACK, V1 "/search?q=a0", V1 "/collector", V1 "/plugins",
	V1 "/profiles", V1 "/me", V1 "/session", "/readyz",
};

static void
test_bodies(void **state)
{
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct parsed *parsed;
		char value[64];

		assert_int_equal(200, served_get(&client, bodies[i]));
		parsed = parse_json(client_body(&client));
		assert_non_null(parsed);
		assert_int_equal('2', parse_at(parsed, "as_of")[0]);
		assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
		assert_string_equal("application/json", value);
		assert_true(client_header(&client, "X-Content-Type-Options", value,
		    sizeof(value)));
		assert_true(client_header(&client, "Content-Security-Policy", value,
		    sizeof(value)));
		assert_true(client_header(&client, "Cache-Control", value, sizeof(value)));
		assert_string_equal("no-store", value);
		parse_done(parsed);
		client_close(&client);
	}
}

static void
test_values(void **state)
{
	static const struct { const char *target, *path, *value; } cases[] = {
		{V1 "/capacity", "targets 0 racks", "90000"},
		{V1 "/capacity", "targets 0 overdue_days", "1000"},
		{V1 "/capacity", "targets 0 source zh", "方案"},
		{V1 "/capacity", "targets 0 forecast latest", "null"},
		{V1 "/capacity", "targets 0 required_per_day", "null"},
		{V1 "/capacity", "targets 0 forecast date", "2027-04-11"},
		{V1 "/capacity", "targets 0 forecast later_than", "2046-11-22"},
		{V1 "/capacity", "targets 0 forecast_verified reason", "not_enough_history"},
		{V1 "/capacity", "targets 0 forecast_verified date", "null"},
		{V1 "/capacity", "targets 0 pipeline date", "null"},
		{V1 "/capacity", "targets 0 pipeline planned", "6"},
		{V1 "/capacity", "targets 0 pipeline undated", "1"},
		{V1 "/capacity", "targets 0 pipeline left", "89515"},
		{V1 "/capacity/forecast", "mean_per_week", "10"},
		{V1 "/capacity/forecast", "theil_sen_date", "2027-04-21"},
		{V1 "/capacity/forecast", "fan t 2", "2026-12-06"},
		{V1 "/capacity/forecast", "fan low 2", "494.4"},
		{V1 "/capacity/forecast", "fan t", "[1044]"},
		{V1 "/capacity/forecast", "pipeline t", "[3]"},
		{V1 "/capacity/forecast", "pipeline t 2", "2026-12-01"},
		{V1 "/capacity/forecast", "pipeline count 2", "485"},
		{V1 "/capacity/forecast?of=verified", "reason", "not_enough_history"},
		{V1 "/capacity/forecast?of=verified", "fan t", "[0]"},
		{V1 "/capacity/forecast?of=verified", "mean_per_week", "null"},
		{V1 "/ledger?limit=2", "items 0 kind", "rename"},
		{V1 "/ledger?limit=2", "items 0 id", "null"},
		{V1 "/ledger?limit=2", "items 0 former", "old"},
		{V1 "/ledger?limit=2", "items 1 id", "499"},
		{V1 "/ledger?limit=2", "items 1 former", "null"},
		{V1 "/ledger?limit=2", "next", "00000000000001f3.r0"},
		{V1 "/ledger?limit=1&cursor=00000000000001f3.r0", "items 0 id", "498"},
		{V1 "/ledger?rack=a4", "items", "[1]"},
		{V1 "/ledger?rack=a4", "items 0 voids", "3"},
		{V1 "/ledger?rack=a4", "next", "null"},
		{V1 "/ledger?kind=rename,design", "items", "[50]"},
		{V1 "/reconcile?limit=1", "items 0 kind", "silent"},
		{V1 "/reconcile?limit=1", "items 0 rack", "s0-h0-r0-a01"},
		{V1 "/reconcile?limit=1", "next", "0000000000000000.s0-h0-r0-a01"},
		{V1 "/reconcile?kind=backwards", "items", "[1]"},
		{V1 "/reconcile?kind=backwards", "items 0 rack", RACK},
		{V1 "/reconcile?kind=backwards", "items 0 params ledger", "decommissioning"},
		{V1 "/reconcile?kind=backwards", "items 0 params inventory", "in_service"},
		{V1 "/reconcile?kind=backwards", "items 0 params file", "f.yaml"},
		{V1 "/reconcile?kind=backwards", "next", "null"},
		{V1 "/reconcile?kind=backwards&place=area:410100", "items", "[1]"},
		{V1 "/reconcile?kind=backwards&place=row:s0-h0-r1", "items", "[0]"},
		{V1 "/reconcile?kind=no_device", "items", "[0]"},
		{V1 "/reconcile?kind=silent&limit=1000", "items", "[50]"},
		{V1 "/capacity/history", "place", "null"},
		{V1 "/capacity/history", "stale", "(none)"},
		{V1 "/capacity/history?place=area:410100", "t", "[3]"},
		{V1 "/capacity/history?place=area:410100", "t 1", "2026-11-21"},
		{V1 "/capacity/history?place=area:410100", "declared 1", "null"},
		{V1 "/capacity/history?place=area:410100", "declared 2", "14"},
		{V1 "/capacity/history?place=area:410100", "unmonitored 0", "1"},
		{V1 "/capacity", "areas", "[18]"},
		{V1 "/capacity", "power partial", "true"},
		{V1 "/capacity", "temperature_c max", "null"},
		{V1 "/racks/" RACK, "place hall id", "s0-h0"},
		{V1 "/racks/" RACK, "evidence", "verified"},
		{V1 "/racks/" RACK, "evidence_reason params minutes", "60"},
		{V1 "/racks/" RACK, "feeds 0 load_pct", "25"},
		{V1 "/racks/" RACK, "feeds 1 current_a L1", "null"},
		{V1 "/racks/" RACK, "failover state", "ok"},
		{V1 "/racks/" RACK, "ledger 0 actor", "inventory"},
		{V1 "/racks/" RACK, "environment 0 quality", "stale"},
		{V1 "/racks/" RACK, "power_source", "pdu"},
		{V1 "/racks/" RACK, "power_sources", "[2]"},
		{V1 "/racks/" RACK, "power_sources 1 source", "ipmi"},
		{V1 "/racks/" RACK, "power_sources 1 known", "3"},
		{V1 "/racks/" RACK, "power_difference_w", "100"},
		{V1 "/racks/" RACK, "temperature_source", "null"},
		{V1 "/racks/s0-h0-r2-a02", "power_source", "null"},
		{V1 "/racks/s0-h0-r2-a02", "power_difference_w", "null"},
		{V1 "/racks?limit=2", "items 1 power_source", "pdu"},
		{V1 "/racks/" RACK, "space used", "null"},
		{V1 "/racks/s0-h0-r2-a02", "space used", "0"},   /* planned */
		{V1 "/racks/" RACK, "energy_per_month", "[1]"},
		{V1 "/racks/" RACK, "energy_per_month 0 month", "2026-11"},
		{V1 "/racks/" RACK, "energy_per_month 0 energy_wh", "0.0375"},
		{V1 "/racks/" RACK, "energy_per_month 0 coverage", "4.84496e-05"},
		{V1 "/feeds/" RACK "-b", "feed", "B"},
		{V1 "/devices/" RACK "-pdu-a", "info model", "PX \"2\""},
		{V1 "/devices/" RACK "-pdu-a", "kind", "pdu"},
		{V1 "/devices/" RACK "-pdu-a", "rack_use temperature counted", "false"},
		{V1 "/devices/" RACK "-pdu-a/events", "items", "[2]"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 0 severity", "critical"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 0 skew_s", "90"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 0 instance", "power supply 1"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 1 time", "null"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 1 skew_s", "null"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 1 severity", "null"},
		{V1 "/devices/" RACK "-pdu-a/events", "items 1 text", "A \"fan\""},
		{V1 "/devices/" RACK "-pdu-a/events", "next", "null"},
		{V1 "/devices?status=down&limit=1", "items 0 error code", "timeout"},
		{V1 "/series?entity=rack:" RACK "&metric=power_w", "avg 2", "null"},
		{V1 "/series?entity=rack:" RACK "&metric=power_w", "min 1", "null"},
		{V1 "/series?entity=rack:" RACK "&metric=power_w", "unit", "W"},
		{V1 "/series?entity=rack:" RACK "&metric=power_w&shape=rows&cf=max",
		    "rows 0 value", "4"},
		{V1 "/series?entity=feed:" RACK "-a&metric=power_w", "avg 1", "2.5"},
		{V1 "/series?entity=feed:" RACK "-a&metric=current_a", "avg 1", "2.5"},
		{V1 "/series?entity=feed:" RACK "-a&metric=current_a&instance=L1&shape=rows",
		    "rows 1 value", "2.5"},
		{V1 "/series/list?entity=feed:" RACK "-a", "items", "[1]"},
		{V1 "/series/list?entity=feed:" RACK "-b", "items", "[0]"},
		{V1 "/series/list?entity=device:" RACK "-pdu-a", "items", "[1]"},
		{V1 "/series/list?entity=device:" RACK "-pdu-a", "items 0 file",
		    "/var/lib/rrd/rack/1f/a.rrd"},
		{V1 "/series/list?entity=device:" RACK "-pdu-a", "items 0 ds", "s06"},
		{V1 "/search?q=410100", "items 0 kind", "area"},
		{V1 "/plugins", "items 0 state", "refused"},
		{V1 "/collector", "failing 0 error code", "timeout"},
		{V1 "/collector", "polls retries", "7"},
		{V1 "/collector", "lateness_ms max", "900"},
		{V1 "/racks?evidence=stale,unmonitored&limit=1", "items 0 evidence", "stale"},
		{V1 "/racks?state=planned&limit=1", "items 0 evidence", "null"},
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed *parsed;

		assert_int_equal(200, served_get(&client, cases[i].target));
		parsed = parse_json(client_body(&client));
		assert_non_null(parsed);
		assert_string_equal(cases[i].value, parse_at(parsed, cases[i].path));
		parse_done(parsed);
		client_close(&client);
	}
}

/* Page by page there are the same findings as at once. */
static void
test_reconcile_pages(void **state)
{
	struct client client;
	struct parsed *parsed, *whole;
	char target[256], path[32], found[2][64];
	size_t n = 0;

	(void)state;
	assert_int_equal(200, served_get(&client, V1 "/reconcile?limit=1000"));
	whole = parse_json(client_body(&client));
	client_close(&client);
	(void)str_copy(target, sizeof(target), V1 "/reconcile?limit=3");
	for (bool more = true; more;) {
		assert_int_equal(200, served_get(&client, target));
		parsed = parse_json(client_body(&client));
		for (size_t i = 0; i < 3; i++, n++) {
			(void)str_format(path, sizeof(path), "items %zu kind", i);
			(void)str_copy(found[0], 64, parse_at(parsed, path));
			if (strcmp(found[0], "(none)") == 0) {
				break;
			}
			(void)str_format(path, sizeof(path), "items %zu rack", i);
			(void)str_copy(found[1], 64, parse_at(parsed, path));
			(void)str_format(path, sizeof(path), "items %zu kind", n);
			assert_string_equal(found[0], parse_at(whole, path));
			(void)str_format(path, sizeof(path), "items %zu rack", n);
			assert_string_equal(found[1], parse_at(whole, path));
		}
		(void)str_format(target, sizeof(target), V1 "/reconcile?limit=3&cursor=%s",
		    parse_at(parsed, "next"));
		more = strcmp(parse_at(parsed, "next"), "null") != 0;
		parse_done(parsed);
		client_close(&client);
	}
	(void)str_format(path, sizeof(path), "[%zu]", n);
	assert_string_equal(path, parse_at(whole, "items"));
	parse_done(whole);
}

static void
test_series_query(void **state)
{
	struct client client;
	struct store_query query;

	(void)state;
	/* a device in a rack is a role of the rack's file */
	assert_int_equal(200, served_get(&client, V1 "/series?entity=device:" RACK "-pdu-b"
	    "&metric=current_a&instance=L1&from=1795300000&to=2026-11-22T04:00:00Z"
	    "&max_points=77"));
	client_close(&client);
	query = fake_query();
	assert_int_equal(ENTITY_RACK, query.entity.kind);
	assert_string_equal(RACK, query.entity_id);
	assert_string_equal("pdu-b", query.role);
	assert_string_equal("L1", query.instance);
	assert_true(query.from.ns == INT64_C(1795300000) * NS_PER_S);
	assert_true(query.to.ns == INT64_C(1795320000) * NS_PER_S);
	assert_int_equal(77, query.max_points);
	assert_int_equal(200, served_get(&client, V1 "/series?entity=rack:" RACK
	    "&metric=power_w&format=csv"));
	assert_string_equal("t,value,avg,min,max\n1795319880,1,1,1,4\n1795319940,2.5,2.5,,\n"
	    "1795320000,,,,\n", client_body(&client));
	client_close(&client);
}

static void
test_problems(void **state)
{
	static const struct { const char *target; unsigned status; const char *code; } cases[] = {
		{V1 "/racks/nothing", 404, "no_such_rack"},
		{V1 "/racks/" RACK "x", 404, "no_such_rack"},
		{V1 "/devices/nothing/events", 404, "no_such_device"},
		{V1 "/devices/" RACK "-pdu-a/event", 404, "not_found"},
		{V1 "/devices/" RACK "-pdu-a/events/", 404, "not_found"},
		{V1 "/racks/UPPER", 404, "not_found"}, {V1 "/nothing", 404, "not_found"},
		{V1 "/racks?foo=1", 400, "unknown_parameter"},
		{V1 "/racks?limit=0", 400, "bad_parameter"},
		{V1 "/racks?cursor=zz", 400, "bad_parameter"},
		{V1 "/racks?hall=nothing", 404, "no_such_hall"},
		{V1 "/feeds/" RACK "-c", 404, "no_such_feed"},
		{V1 "/series", 400, "missing_parameter"},
		{V1 "/series?entity=rack:x&metric=power_w", 404, "no_such_rack"},
		{V1 "/series?entity=rack:" RACK "&metric=power_w&from=now&to=-1h", 400, "bad_span"},
		{V1 "/series?entity=feed:" RACK "-c&metric=power_w", 404, "no_such_feed"},
		{V1 "/series?entity=feed:" RACK "&metric=power_w", 404, "no_such_feed"},
		{V1 "/series?entity=feed:" RACK "-a&metric=power_w&role=pdu-b", 404,
		    "no_such_series"},
		{V1 "/series/list?entity=feed:none-a", 404, "no_such_feed"},
		{V1 "/capacity/history?from=1970-01-01", 400, "bad_span"},
		{V1 "/capacity/history?place=rack:" RACK, 400, "bad_parameter"},
		{V1 "/capacity/history?place=none", 400, "bad_parameter"},
		{V1 "/ledger?cursor=0000000000000001.a1", 400, "bad_parameter"},
		{V1 "/ledger?kind=rack", 400, "bad_parameter"},
		{V1 "/ledger?from=now&to=-1h", 400, "bad_span"},
		{V1 "/reconcile?kind=none", 400, "bad_parameter"},
		{V1 "/reconcile?place=rack:" RACK, 400, "bad_parameter"},
		{V1 "/reconcile?place=row:none", 404, "no_such_row"},
		{V1 "/reconcile?cursor=0000000000000008." RACK, 400, "bad_parameter"},
		{V1 "/capacity/history?place=area:none", 404, "no_such_area"},
		{V1 "/capacity/history?place=operator:none", 404, "no_such_operator"},
		{V1 "/capacity/forecast?target=none", 404, "no_such_target"},
		{V1 "/capacity/forecast?of=planned", 400, "bad_parameter"},
		{"/metrics/racks?site=none", 404, "no_such_site"},
		{V1 "/capacity?%00", 400, "target_nul"}, {V1 "/racks?q=%zz", 400, "bad_parameter"},
	};
	struct client client;
	char value[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed *parsed;

		assert_int_equal(cases[i].status, served_get(&client, cases[i].target));
		assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
		assert_string_equal("application/problem+json", value);
		parsed = parse_json(client_body(&client));
		assert_non_null(parsed);
		assert_string_equal(cases[i].code, parse_at(parsed, "code"));
		parse_done(parsed);
		client_close(&client);
	}
}

static void
test_not_ready(void **state)
{
	struct client client;

	(void)state;
	fake_unpublish();
	assert_int_equal(503, served_get(&client, V1 "/capacity"));
	assert_non_null(strstr(client.text, "Retry-After: 1\r\n"));
	client_close(&client);
	assert_int_equal(503, served_get(&client, "/readyz"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, "/healthz"));
	assert_string_equal("ok\n", client_body(&client));
	client_close(&client);
	fake_publish();
	assert_int_equal(200, served_get(&client, V1 "/capacity"));
	client_close(&client);
}

static void
test_tags_and_gzip(void **state)
{
	struct client client;
	char etag[64], head[128], value[64];

	(void)state;
	assert_int_equal(200, served_get(&client, V1 "/capacity"));
	assert_true(client_header(&client, "ETag", etag, sizeof(etag)));
	client_close(&client);
	(void)str_format(head, sizeof(head), "If-None-Match: W/%s\r\n", etag);
	assert_int_equal(304, client_get(&client, served_port, "GET", V1 "/capacity", head));
	assert_string_equal("", client_body(&client));
	assert_true(client_header(&client, "ETag", value, sizeof(value)));
	assert_string_equal(etag, value);
	client_close(&client);
	fake_publish();
	assert_int_equal(200, client_get(&client, served_port, "GET", V1 "/capacity", head));
	client_close(&client);
	assert_int_equal(200, client_get(&client, served_port, "GET", V1 "/capacity",
	    "Accept-Encoding: gzip\r\n"));
	assert_true(client_header(&client, "Content-Encoding", value, sizeof(value)));
	assert_string_equal("gzip", value);
	assert_memory_equal("\x1f\x8b", client_body(&client), 2);
	client_close(&client);
	assert_int_equal(200, client_get(&client, served_port, "GET", V1 "/me",
	    "Accept-Encoding: gzip\r\n"));   /* too small to gain */
	assert_false(client_header(&client, "Content-Encoding", value, sizeof(value)));
	client_close(&client);
}

static void
test_methods(void **state)
{
	static const char *const refused[] = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
	struct client client, other;
	char length[32], full[32];

	(void)state;
	assert_int_equal(200, served_get(&client, V1 "/capacity"));
	assert_true(client_header(&client, "Content-Length", full, sizeof(full)));
	assert_int_equal(200, client_get(&other, served_port, "HEAD", V1 "/capacity", ""));
	assert_true(client_header(&other, "Content-Length", length, sizeof(length)));
	assert_string_equal(full, length);
	assert_string_equal("", client_body(&other));
	client_close(&client);
	client_close(&other);
	assert_int_equal(200, client_get(&client, served_port, "HEAD", V1 "/events", ""));
	client_close(&client);
	assert_int_equal(0, served_streams());
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(405, client_get(&client, served_port, refused[i], V1 "/capacity",
		    "Content-Length: 0\r\n"));
		assert_non_null(strstr(client.text, "Allow: GET, HEAD\r\n"));
		client_close(&client);
	}
	assert_int_equal(400, client_get(&client, served_port, "TRACE", V1 "/capacity", ""));
	client_close(&client);
	assert_int_equal(413, client_get(&client, served_port, "POST", V1 "/capacity",
	    "Content-Length: 65537\r\n"));
	client_close(&client);
}

/* Every page of /racks in a row gives each rack once, whatever the order. */
static void
test_paging(void **state)
{
	static const char *const sorts[] = {"id", "-id", "power_w", "-power_w", "evidence",
	    "-evidence", "age_s", "-age_s"};
	unsigned char seen[N_RACKS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++) {
		char cursor[128] = "", target[256];
		unsigned n = 0;

		memset(seen, 0, sizeof(seen));
		do {
			struct client client;
			struct parsed *parsed;
			char path[32];

			(void)str_format(target, sizeof(target),
			    V1 "/racks?limit=77&sort=%s&cursor=%s", sorts[i], cursor);
			assert_int_equal(200, served_get(&client, target));
			parsed = parse_json(client_body(&client));
			for (unsigned k = 0; k < 77; k++) {
				const struct rack *rack;

				(void)str_format(path, sizeof(path), "items %u id", k);
				if (strcmp(parse_at(parsed, path), "(none)") == 0) {
					break;
				}
				rack = inventory_rack(fake_config()->inventory,
				    parse_at(parsed, path));
				assert_non_null(rack);
				assert_int_equal(0, seen[rack->index]);
				seen[rack->index] = 1;
				n++;
			}
			(void)str_copy(cursor, sizeof(cursor), parse_at(parsed, "next"));
			parse_done(parsed);
			client_close(&client);
		} while (strcmp(cursor, "null") != 0);
		assert_int_equal(N_RACKS, n);
	}
}

static void
test_sorted(void **state)
{
	struct client client;
	struct parsed *parsed;
	double last = 1e9, value;

	(void)state;
	assert_int_equal(200, served_get(&client, V1 "/racks?limit=1000&sort=-power_w"));
	parsed = parse_json(client_body(&client));
	for (unsigned i = 0; i < N_RACKS; i++) {
		char path[32];

		(void)str_format(path, sizeof(path), "items %u power_w", i);
		if (str_to_number(parse_at(parsed, path), &value) != 0) {
			value = -1;   /* unknown comes last */
		}
		assert_true(value <= last);
		last = value;
	}
	assert_true(last == -1);
	parse_done(parsed);
	client_close(&client);
}

static void
test_metrics(void **state)
{
	static const char *const targets[] = {"/metrics", "/metrics/racks?site=s0"};
	struct client client;
	char value[96];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(200, served_get(&client, targets[i]));
		assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
		assert_string_equal("application/openmetrics-text; version=1.0.0; "
		    "charset=utf-8", value);
		assert_string_equal("# EOF\n", client.text + client.size - 6);
		client_close(&client);
	}
	assert_int_equal(200, served_get(&client, "/metrics"));
	assert_non_null(strstr(client.text, "\ncollectord_http_requests_total "));
	assert_non_null(strstr(client.text, "\n# TYPE collectord_poll_lateness_seconds summary\n"));
	assert_non_null(strstr(client.text,
	    "\ncollectord_poll_lateness_seconds{quantile=\"1\"} 0.9\n"));
	assert_non_null(strstr(client.text,
	    "\ncollectord_poll_start_delay_seconds_bucket{le=\"0.8192\"} 99\n"));
	assert_non_null(strstr(client.text,
	    "\ncollectord_poll_start_delay_seconds_bucket{le=\"1.1584\"} 100\n"));
	assert_non_null(strstr(client.text,
	    "\ncollectord_poll_start_delay_seconds_bucket{le=\"+Inf\"} 100\n"));
	assert_non_null(strstr(client.text, "# TYPE collectord_http_connections gauge\n"));
	client_close(&client);
}

/* ---- pages ------------------------------------------------------------------------- */

static void
test_pages(void **state)
{
	static const char *const pages[] = {"/", "/racks?site=s0&lang=zh&live=0",
	    ("/racks/" RACK),
	    "/sites", "/halls/s0-h0", "/collector"};
	static const char *const none[] = {"/.secret", "/assets/link.js", "/assets/../.secret",
	    "/assets/%2e%2e/.secret", "/../../etc/passwd", "//etc/passwd", "/assets/",
	    "/assets", "/nothing"};
	struct client client;
	char value[96];

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		assert_int_equal(200, served_get(&client, pages[i]));
		assert_non_null(strstr(client_body(&client), "<title>pages"));
		assert_true(client_header(&client, "Cache-Control", value, sizeof(value)));
		assert_string_equal("no-cache", value);
		client_close(&client);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(404, served_get(&client, none[i]));
		client_close(&client);
	}
	assert_int_equal(200, client_get(&client, served_port, "GET", "/assets/app-1a2b.js",
	    "Accept-Encoding: gzip\r\n"));
	assert_string_equal("gz-of-app", client_body(&client));
	assert_true(client_header(&client, "Cache-Control", value, sizeof(value)));
	assert_string_equal("public, max-age=31536000, immutable", value);
	assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
	assert_string_equal("text/javascript; charset=utf-8", value);
	client_close(&client);
	assert_int_equal(200, served_get(&client, "/assets/app-1a2b.js"));
	assert_string_equal("let a = 1;\n", client_body(&client));
	client_close(&client);
}

/* ---- starting ---------------------------------------------------------------------- */

static void
test_listen(void **state)
{
	struct http_setup setup = fake_http_setup(served_clock);
	struct config config = *fake_config();
	struct http *second = NULL;
	struct col_error error;

	(void)state;
	config.settings.listen_port = served_port;
	assert_int_equal(COL_EIO, http_new(&setup, &config, &second, &error));
	assert_non_null(strstr(error.text, "127.0.0.1 port "));
	assert_non_null(strstr(error.text, "in use"));
	config.settings.listen_port = 0;
	config.settings.listen_host = "example.org";
	assert_int_equal(COL_EINVAL, http_new(&setup, &config, &second, &error));
	assert_non_null(strstr(error.text, "is no numeric address"));
	config.settings.listen_host = "0.0.0.0";
	assert_int_equal(COL_EINVAL, http_new(&setup, &config, &second, &error));
	assert_non_null(strstr(error.text, "needs TLS"));
	config.settings.listen_host = "[::1]";
	assert_int_equal(0, http_new(&setup, &config, &second, &error));
	assert_int_not_equal(0, http_port(second));
	http_free(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_bodies),
		SERVED(test_values),
		SERVED(test_reconcile_pages), SERVED(test_series_query),
		SERVED(test_problems),
		SERVED(test_not_ready),
		SERVED(test_tags_and_gzip),
		SERVED(test_methods),
		SERVED(test_paging),
		SERVED(test_sorted),
		SERVED(test_metrics),
		SERVED(test_pages),
		SERVED(test_listen),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
