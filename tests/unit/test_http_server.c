/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole server on a free port, the rooms below it faked, its clock the
 * test's: raw bytes in, bytes out.
 */
#include <config.h>

#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/counters.h"
#include "base/stats.h"
#include "base/str.h"
#include "http/client.h"
#include "http/events.h"
#include "http/fake.h"
#include "http/parse.h"

#define N_RACKS 500u
#define RACK "s0-h0-r0-a02"
#define V1 "/api/v1"

static struct clock *clk;
static struct http *http;
static uint16_t port;
static char web[] = "/tmp/test_http_web_XXXXXX";

/* ---- set up ------------------------------------------------------------------------ */

static void
put_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	(void)str_format(path, sizeof(path), "%s/%s", web, name);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static int
set_up_web(void **state)
{
	char path[256];

	(void)state;
	if (mkdtemp(web) == NULL) {
		return -1;
	}
	(void)str_format(path, sizeof(path), "%s/assets", web);
	(void)mkdir(path, 0700);
	put_file("index.html", "<!doctype html><title>pages</title>\n");
	put_file("index.html.gz", "gz-of-index");
	put_file(".secret", "secret");
	put_file("assets/app-1a2b.js", "let a = 1;\n");
	put_file("assets/app-1a2b.js.gz", "gz-of-app");
	(void)str_format(path, sizeof(path), "%s/assets/link.js", web);
	return symlink("/etc/passwd", path);
}

static int
tear_down_web(void **state)
{
	static const char *const names[] = {
		"assets/link.js", "assets/app-1a2b.js.gz", "assets/app-1a2b.js", "assets",
		".secret", "index.html.gz", "index.html", "",
	};
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)str_format(path, sizeof(path), "%s/%s", web, names[i]);
		(void)remove(path);
	}
	return 0;
}

static int
start(void **state)
{
	struct http_setup setup;
	struct config *config = (struct config *)(uintptr_t)fake_config();
	struct col_error error;

	(void)state;
	counters_add(counters_get("snmp", "retries", false, "sent again"),
	    7 - counters_value(counters_get("snmp", "retries", false, "sent again")));
	clk = clock_test_new((struct wall){INT64_C(1795320000) * NS_PER_S},
	    (struct mono){1000 * NS_PER_S});
	fake_setup(N_RACKS);
	fake_publish();
	config->settings.web_dir = web;
	setup = fake_http_setup(clk);
	if (http_new(&setup, config, &http, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	port = http_port(http);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	http_free(http);
	http = NULL;
	fake_answer(FAKE_NOW);   /* answers that come after the end */
	fake_done();
	clock_free(clk);
	return 0;
}

/* Waits, in real time, until a figure is reached; the condition must come. */
static void
wait_for(int64_t (*figure)(void), int64_t at_least)
{
	for (int i = 0; i < 20000 && figure() < at_least; i++) {
		(void)usleep(1000);
	}
	assert_true(figure() >= at_least);
}

static int64_t
waiting(void)
{
	return fake_waiting();
}

static int64_t
connections(void)
{
	return stats_get(STATS_HTTP_CONNECTIONS);
}

static int64_t
streams(void)
{
	return stats_get(STATS_HTTP_STREAMS);
}

static unsigned
get(struct client *client, const char *target)
{
	return client_get(client, port, "GET", target, "");
}

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

		assert_int_equal(200, get(&client, bodies[i]));
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
		{V1 "/racks/" RACK, "space used", "null"},
		{V1 "/racks/s0-h0-r2-a02", "space used", "0"},   /* planned */
		{V1 "/racks/" RACK, "energy_per_month", "[1]"},
		{V1 "/racks/" RACK, "energy_per_month 0 month", "2026-11"},
		{V1 "/racks/" RACK, "energy_per_month 0 energy_wh", "0.0375"},
		{V1 "/racks/" RACK, "energy_per_month 0 coverage", "4.84496e-05"},
		{V1 "/feeds/" RACK "-b", "feed", "B"},
		{V1 "/devices/" RACK "-pdu-a", "info model", "PX \"2\""},
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

		assert_int_equal(200, get(&client, cases[i].target));
		parsed = parse_json(client_body(&client));
		assert_non_null(parsed);
		assert_string_equal(cases[i].value, parse_at(parsed, cases[i].path));
		parse_done(parsed);
		client_close(&client);
	}
}

static void
test_series_query(void **state)
{
	struct client client;
	struct store_query query;

	(void)state;
	/* a device in a rack is a role of the rack's file */
	assert_int_equal(200, get(&client, V1 "/series?entity=device:" RACK "-pdu-b"
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
	assert_int_equal(200, get(&client, V1 "/series?entity=rack:" RACK
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
		{"/metrics/racks?site=none", 404, "no_such_site"},
		{V1 "/capacity?%00", 400, "target_nul"}, {V1 "/racks?q=%zz", 400, "bad_parameter"},
	};
	struct client client;
	char value[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed *parsed;

		assert_int_equal(cases[i].status, get(&client, cases[i].target));
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
	assert_int_equal(503, get(&client, V1 "/capacity"));
	assert_non_null(strstr(client.text, "Retry-After: 1\r\n"));
	client_close(&client);
	assert_int_equal(503, get(&client, "/readyz"));
	client_close(&client);
	assert_int_equal(200, get(&client, "/healthz"));
	assert_string_equal("ok\n", client_body(&client));
	client_close(&client);
	fake_publish();
	assert_int_equal(200, get(&client, V1 "/capacity"));
	client_close(&client);
}

static void
test_tags_and_gzip(void **state)
{
	struct client client;
	char etag[64], head[128], value[64];

	(void)state;
	assert_int_equal(200, get(&client, V1 "/capacity"));
	assert_true(client_header(&client, "ETag", etag, sizeof(etag)));
	client_close(&client);
	(void)str_format(head, sizeof(head), "If-None-Match: W/%s\r\n", etag);
	assert_int_equal(304, client_get(&client, port, "GET", V1 "/capacity", head));
	assert_string_equal("", client_body(&client));
	assert_true(client_header(&client, "ETag", value, sizeof(value)));
	assert_string_equal(etag, value);
	client_close(&client);
	fake_publish();
	assert_int_equal(200, client_get(&client, port, "GET", V1 "/capacity", head));
	client_close(&client);
	assert_int_equal(200, client_get(&client, port, "GET", V1 "/capacity",
	    "Accept-Encoding: gzip\r\n"));
	assert_true(client_header(&client, "Content-Encoding", value, sizeof(value)));
	assert_string_equal("gzip", value);
	assert_memory_equal("\x1f\x8b", client_body(&client), 2);
	client_close(&client);
	assert_int_equal(200, client_get(&client, port, "GET", V1 "/me",
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
	assert_int_equal(200, get(&client, V1 "/capacity"));
	assert_true(client_header(&client, "Content-Length", full, sizeof(full)));
	assert_int_equal(200, client_get(&other, port, "HEAD", V1 "/capacity", ""));
	assert_true(client_header(&other, "Content-Length", length, sizeof(length)));
	assert_string_equal(full, length);
	assert_string_equal("", client_body(&other));
	client_close(&client);
	client_close(&other);
	assert_int_equal(200, client_get(&client, port, "HEAD", V1 "/events", ""));
	client_close(&client);
	assert_int_equal(0, streams());
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(405, client_get(&client, port, refused[i], V1 "/capacity",
		    "Content-Length: 0\r\n"));
		assert_non_null(strstr(client.text, "Allow: GET, HEAD\r\n"));
		client_close(&client);
	}
	assert_int_equal(400, client_get(&client, port, "TRACE", V1 "/capacity", ""));
	client_close(&client);
	assert_int_equal(413, client_get(&client, port, "POST", V1 "/capacity",
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
			assert_int_equal(200, get(&client, target));
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
	assert_int_equal(200, get(&client, V1 "/racks?limit=1000&sort=-power_w"));
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
		assert_int_equal(200, get(&client, targets[i]));
		assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
		assert_string_equal("application/openmetrics-text; version=1.0.0; "
		    "charset=utf-8", value);
		assert_string_equal("# EOF\n", client.text + client.size - 6);
		client_close(&client);
	}
	assert_int_equal(200, get(&client, "/metrics"));
	assert_non_null(strstr(client.text, "\ncollectord_http_requests_total "));
	assert_non_null(strstr(client.text, "\n# TYPE collectord_poll_lateness_seconds summary\n"));
	assert_non_null(strstr(client.text,
	    "\ncollectord_poll_lateness_seconds{quantile=\"1\"} 0.9\n"));
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
		assert_int_equal(200, get(&client, pages[i]));
		assert_non_null(strstr(client_body(&client), "<title>pages"));
		assert_true(client_header(&client, "Cache-Control", value, sizeof(value)));
		assert_string_equal("no-cache", value);
		client_close(&client);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(404, get(&client, none[i]));
		client_close(&client);
	}
	assert_int_equal(200, client_get(&client, port, "GET", "/assets/app-1a2b.js",
	    "Accept-Encoding: gzip\r\n"));
	assert_string_equal("gz-of-app", client_body(&client));
	assert_true(client_header(&client, "Cache-Control", value, sizeof(value)));
	assert_string_equal("public, max-age=31536000, immutable", value);
	assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
	assert_string_equal("text/javascript; charset=utf-8", value);
	client_close(&client);
	assert_int_equal(200, get(&client, "/assets/app-1a2b.js"));
	assert_string_equal("let a = 1;\n", client_body(&client));
	client_close(&client);
}

/* ---- guards ------------------------------------------------------------------------ */

#define GET_LINE "GET " V1 "/me HTTP/1.1\r\n"
#define HOST "Host: 127.0.0.1\r\n"
#define SECOND "GET " V1 "/plugins HTTP/1.1\r\n" HOST "\r\n"

static void
test_smuggling(void **state)
{
	static const char *const cases[] = {
		(GET_LINE HOST "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" SECOND),
		(GET_LINE HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
		    SECOND),
		("POST " V1 "/me HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND),
		(GET_LINE HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND),
		(GET_LINE HOST "Transfer-Encoding: xchunked\r\n\r\n" SECOND),
		(GET_LINE HOST "Content-Length: 5\r\n\r\nabcde" SECOND),
		(GET_LINE HOST "Content-Length : 5\r\n\r\nabcde" SECOND),
		(GET_LINE HOST HOST "\r\n" SECOND),
		(GET_LINE "Accept: */*\r\n\r\n" SECOND),
		(GET_LINE "Host: evil.example\r\n\r\n" SECOND),
		(GET_LINE "Host: 127.0.0.1.evil.example\r\n\r\n" SECOND),
		("GET " V1 "/me%00.css HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET http://127.0.0.1" V1 "/me HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me x HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me\x01 HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me\x80 HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me HTTP/1.2\r\n" HOST "\r\n" SECOND),
		("BREW " V1 "/me HTTP/1.1\r\n" HOST "\r\n" SECOND),
		(GET_LINE HOST "X: a\x01b\r\n\r\n" SECOND),
		(GET_LINE HOST "X Y: ab\r\n\r\n" SECOND),
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_open(&client, port);
		client_send(&client, cases[i]);
		assert_true(client_expect_end(&client));
		if (client_count(&client, "HTTP/1.1 400 ") != 1 ||
		    client_count(&client, "\r\nDate: ") != 1) {
			fail_msg("case %zu: %s", i, client.text);
		}
		client_close(&client);
	}
}

/* Bytes with NULs in places where C texts would end early. */
static void
test_nul_bytes(void **state)
{
	static const char target[] = "GET " V1 "/me\0.css HTTP/1.1\r\n" HOST "\r\n";
	static const char version[] = "GET " V1 "/me\0 HTTP/1.1 HTTP/1.1\r\n" HOST "\r\n";
	static const char method[] = "G\0T " V1 "/me HTTP/1.1\r\n" HOST "\r\n";
	static const char name[] = GET_LINE HOST "X\0Y: ab\r\n\r\n";
	static const struct { const char *data; size_t size; } cases[] = {
		{target, sizeof(target) - 1}, {version, sizeof(version) - 1},
		{method, sizeof(method) - 1}, {name, sizeof(name) - 1},
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_open(&client, port);
		client_send_bytes(&client, cases[i].data, cases[i].size);
		assert_true(client_expect_end(&client));
		if (client_count(&client, " 200 ") != 0) {
			fail_msg("case %zu: %s", i, client.text);
		}
		client_close(&client);
	}
}

static void
test_long_things(void **state)
{
	static char text[100000];
	struct client client;

	(void)state;
	(void)str_copy(text, sizeof(text), "GET /");
	memset(text + 5, 'a', 4000);
	(void)str_copy(text + 4005, 100, " HTTP/1.1\r\n" HOST "\r\n");
	client_open(&client, port);
	client_send(&client, text);
	assert_true(client_expect_end(&client));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 400 "));
	client_close(&client);

	/* far beyond the connection's memory: libmicrohttpd's own refusal */
	memset(text + 5, 'a', 90000);
	client_open(&client, port);
	client_send(&client, text);
	assert_true(client_expect_end(&client));
	assert_int_equal(0, client_count(&client, " 200 "));
	client_close(&client);

	(void)str_copy(text, sizeof(text), GET_LINE HOST);
	for (int i = 0; i < 100; i++) {
		(void)str_copy(text + strlen(text), 100, "X: y\r\n");
	}
	(void)str_copy(text + strlen(text), 100, "\r\n");
	client_open(&client, port);
	client_send(&client, text);
	assert_true(client_expect_end(&client));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 400 "));
	client_close(&client);
}

static void
test_broken_heads(void **state)
{
	static const char *const cases[] = {
		GET_LINE "no colon here\r\n\r\n", GET_LINE HOST, "GET", "\r\n\r\n\r\n",
		GET_LINE " folded: first\r\n\r\n", "\x16\x03\x01\x02\x00\x01",
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_open(&client, port);
		client_send(&client, cases[i]);
		client_close(&client);
	}
	assert_int_equal(200, get(&client, V1 "/me"));
	client_close(&client);
}

/* One byte now and then does not keep a connection open past 10 s. */
static void
test_slow_head(void **state)
{
	struct client slow, idle;

	(void)state;
	client_open(&slow, port);
	client_send(&slow, "GET " V1 "/me HTTP/1.1\r\nHost: 127");
	client_open(&idle, port);
	client_send(&idle, GET_LINE HOST "\r\n");
	assert_true(client_expect(&idle, "viewer", 1));
	wait_for(connections, 2);
	clock_test_advance(clk, 9 * NS_PER_S);
	client_send(&slow, ".0");
	client_send(&idle, GET_LINE HOST "\r\n");
	assert_true(client_expect(&idle, "viewer", 2));
	clock_test_advance(clk, 1 * NS_PER_S);
	assert_true(client_expect_end(&slow));
	/* whoever has sent a whole head keeps its connection */
	client_send(&idle, GET_LINE HOST "\r\n");
	assert_true(client_expect(&idle, "viewer", 3));
	client_close(&slow);
	client_close(&idle);
}

/* ---- waiting for others ------------------------------------------------------------- */

static void
test_late_answer(void **state)
{
	struct client client;

	(void)state;
	fake_answer(FAKE_NEVER);
	client_open(&client, port);
	client_send(&client, "GET " V1 "/series?entity=rack:" RACK "&metric=power_w HTTP/1.1\r\n"
	    HOST "\r\n");
	wait_for(waiting, 1);
	clock_test_advance(clk, 2 * NS_PER_S);
	assert_true(client_expect(&client, "\"code\":\"timeout\"", 1));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 503 "));
	fake_give();   /* too late: nobody wants it */
	fake_answer(FAKE_NOW);
	client_send(&client, "GET " V1 "/series?entity=rack:" RACK "&metric=power_w HTTP/1.1\r\n"
	    HOST "\r\n");
	assert_true(client_expect(&client, "\"basis_s\":60", 1));
	client_close(&client);
}

static void
test_other_thread_answers(void **state)
{
	struct client clients[8];

	(void)state;
	fake_answer(FAKE_LATER);
	for (int i = 0; i < 8; i++) {
		client_open(&clients[i], port);
		client_send(&clients[i], "GET " V1 "/racks/" RACK " HTTP/1.1\r\n" HOST "\r\n");
	}
	wait_for(waiting, 8);
	client_close(&clients[0]);   /* gone while it waits */
	fake_give();
	for (int i = 1; i < 8; i++) {
		assert_true(client_expect(&clients[i], "racks.yaml", 1));
		client_close(&clients[i]);
	}
}

static void
test_failed_answer(void **state)
{
	struct client client;

	(void)state;
	fake_code(COL_ENOENT);
	assert_int_equal(404, get(&client, V1 "/series?entity=feed:" RACK "-a&metric=power_w"));
	client_close(&client);
	assert_int_equal(404, get(&client, V1 "/series?entity=rack:" RACK "&metric=power_w"));
	client_close(&client);
	assert_int_equal(200, get(&client, V1 "/series/list?entity=rack:" RACK));
	client_close(&client);
	fake_code(COL_EIO);
	assert_int_equal(503, get(&client, V1 "/series?entity=rack:" RACK "&metric=power_w"));
	client_close(&client);
	assert_int_equal(503, get(&client, V1 "/capacity/history"));
	client_close(&client);
	fake_code(0);
}

/* Ending the server with everything suspended: `stop` does it. */
static void
test_end_while_suspended(void **state)
{
	static struct client clients[12];

	(void)state;
	fake_answer(FAKE_NEVER);
	for (int i = 0; i < 12; i++) {
		client_open(&clients[i], port);
		client_send(&clients[i], i % 2 == 0 ? "GET " V1 "/racks/" RACK " HTTP/1.1\r\n"
		    HOST "\r\n" : "GET " V1 "/events HTTP/1.1\r\n" HOST "\r\n");
	}
	wait_for(waiting, 6);
	wait_for(streams, 6);
	assert_true(client_expect(&clients[1], "retry: 5000", 1));
	http_free(http);
	http = NULL;
	for (int i = 0; i < 12; i++) {
		assert_true(client_expect_end(&clients[i]));
		client_close(&clients[i]);
	}
}

/* ---- event streams ----------------------------------------------------------------- */

static void
open_stream(struct client *client, const char *query, const char *head)
{
	char text[512];

	(void)str_format(text, sizeof(text), "GET " V1 "/events%s HTTP/1.1\r\n" HOST "%s\r\n",
	    query, head);
	client_open(client, port);
	client_send(client, text);
	assert_true(client_expect(client, "retry: 5000", 1));
}

/* Number of the last event that a stream has received. */
static uint64_t
last_id(const struct client *client)
{
	const char *at = client->text, *next;
	char text[32];
	uint64_t id = 0;

	while ((next = strstr(at, "\nid: ")) != NULL) {
		at = next + 5;
	}
	(void)str_format(text, sizeof(text), "%.*s", (int)strcspn(at, "\n"), at);
	assert_int_equal(0, str_to_uint(text, 0, UINT64_MAX, &id));
	return id;
}

static void
test_events(void **state)
{
	struct client all, config, again, foreign;
	char head[64];
	uint64_t id;

	(void)state;
	open_stream(&all, "", "");
	open_stream(&config, "?topics=config", "");
	http_publish(http, fake_publish());
	assert_true(client_expect(&all, "\"kind\":\"slot\",\"ids\":[\"henan\"],\"as_of\":\"2026", 1));
	assert_int_equal(1, client_count(&all, "\"kind\":\"inventory\""));
	http_apply(http, fake_config(), "racks.yaml:1:1: bad");
	assert_true(client_expect(&all, "\"kind\":\"config\"", 1));
	assert_true(client_expect(&config, "\"kind\":\"config\"", 1));
	assert_int_equal(0, client_count(&config, "\"kind\":\"slot\""));
	id = last_id(&all);
	client_close(&all);

	/* what happened while it was away comes when it is back */
	http_publish(http, fake_publish());
	http_publish(http, fake_publish());
	(void)str_format(head, sizeof(head), "Last-Event-ID: %llu\r\n", (unsigned long long)id);
	open_stream(&again, "", head);
	assert_true(client_expect(&again, "\"kind\":\"slot\"", 2));
	assert_int_equal(0, client_count(&again, "\"kind\":\"config\""));

	/* of another run: ask for everything */
	open_stream(&foreign, "", "Last-Event-ID: 12\r\n");
	assert_true(client_expect(&foreign, "\"kind\":\"inventory\"", 1));
	client_close(&config);
	client_close(&again);
	client_close(&foreign);
}

static void
test_events_beyond_ring(void **state)
{
	struct client first, late;
	char head[64];
	uint64_t id;

	(void)state;
	open_stream(&first, "", "");
	http_publish(http, fake_publish());
	assert_true(client_expect(&first, "\"kind\":\"slot\"", 1));
	id = last_id(&first);
	for (unsigned i = 0; i < EVENTS_RING + 10; i++) {
		http_publish(http, fake_publish());
	}
	/* a reader that keeps up misses nothing */
	assert_true(client_expect(&first, "event: change", 3));
	(void)str_format(head, sizeof(head), "Last-Event-ID: %llu\r\n", (unsigned long long)id);
	open_stream(&late, "", head);
	assert_true(client_expect(&late, "\"kind\":\"inventory\"", 1));
	assert_int_equal(0, client_count(&late, "\"kind\":\"slot\""));
	client_close(&first);
	client_close(&late);
}

static void
test_events_comment(void **state)
{
	struct client client;

	(void)state;
	open_stream(&client, "", "");
	for (unsigned i = 1; i <= 3; i++) {
		clock_test_advance(clk, 15 * NS_PER_S);
		assert_true(client_expect(&client, ":\n\n", i));
	}
	client_close(&client);
}

static void
test_events_limit(void **state)
{
	static struct client clients[EVENTS_STREAMS_MAX];
	struct client more;

	(void)state;
	for (unsigned i = 0; i < EVENTS_STREAMS_MAX; i++) {
		open_stream(&clients[i], "", "");
	}
	assert_int_equal(EVENTS_STREAMS_MAX, streams());
	assert_int_equal(503, get(&more, V1 "/events"));
	client_close(&more);
	assert_int_equal(200, get(&more, V1 "/me"));   /* others are still served */
	client_close(&more);
	http_publish(http, fake_publish());
	for (unsigned i = 0; i < EVENTS_STREAMS_MAX; i++) {
		assert_true(client_expect(&clients[i], "\"kind\":\"slot\"", 1));
		client_close(&clients[i]);
	}
}

/* ---- starting ---------------------------------------------------------------------- */

static void
test_listen(void **state)
{
	struct http_setup setup = fake_http_setup(clk);
	struct config config = *fake_config();
	struct http *second = NULL;
	struct col_error error;

	(void)state;
	config.settings.listen_port = port;
	assert_int_equal(COL_EIO, http_new(&setup, &config, &second, &error));
	assert_non_null(strstr(error.text, "127.0.0.1 port "));
	assert_non_null(strstr(error.text, "in use"));
	config.settings.listen_port = 0;
	config.settings.listen_host = "0.0.0.0";
	assert_int_equal(COL_EINVAL, http_new(&setup, &config, &second, &error));
	assert_non_null(strstr(error.text, "TLS and users are not available in this version: "
	    "listen on 127.0.0.1 or [::1]"));
	config.settings.listen_host = "[::1]";
	assert_int_equal(0, http_new(&setup, &config, &second, &error));
	assert_int_not_equal(0, http_port(second));
	http_free(second);
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_bodies), SERVED(test_values), SERVED(test_series_query),
		SERVED(test_problems), SERVED(test_not_ready), SERVED(test_tags_and_gzip),
		SERVED(test_methods), SERVED(test_paging), SERVED(test_sorted),
		SERVED(test_metrics), SERVED(test_pages), SERVED(test_smuggling),
		SERVED(test_nul_bytes), SERVED(test_long_things), SERVED(test_broken_heads),
		SERVED(test_slow_head), SERVED(test_late_answer),
		SERVED(test_other_thread_answers), SERVED(test_failed_answer),
		SERVED(test_end_while_suspended), SERVED(test_events),
		SERVED(test_events_beyond_ring), SERVED(test_events_comment),
		SERVED(test_events_limit), SERVED(test_listen),
	};

	return cmocka_run_group_tests(tests, set_up_web, tear_down_web);
}
