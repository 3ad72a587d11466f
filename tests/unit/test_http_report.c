/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a month: sums are those of the racks, what is missing is named. */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/client.h"
#include "http/fake.h"
#include "http/parse.h"
#include "http/route.h"
#include "http/served.h"

#define REPORT V1 "/reports/monthly"

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what)) != NULL) {
		n++;
		text += strlen(what);
	}
	return n;
}

static double
number(const struct parsed *json, const char *path)
{
	const char *text = parse_at(json, path);

	assert_string_not_equal(text, "null");
	assert_string_not_equal(text, "(none)");
	return strtod(text, NULL);
}

/* Energy of the racks on all pages, and of the sums on the first. */
static void
sums_are_those_of_racks(void **state)
{
	double racks_wh = 0, sites_wh = 0, tenants_wh = 0, total_wh = 0;
	unsigned n = 0, n_missing = 0;
	char target[256] = REPORT "?limit=70", path[64];

	(void)state;
	for (bool more = true; more;) {
		struct client client;
		struct parsed *json;

		assert_int_equal(200, served_get(&client, target));
		json = parse_json(client_body(&client));
		assert_non_null(json);
		for (int i = 0; i < 70; i++) {
			(void)str_format(path, sizeof(path), "racks %d rack", i);
			if (strcmp(parse_at(json, path), "(none)") == 0) {
				break;
			}
			n++;
			(void)str_format(path, sizeof(path), "racks %d energy_wh", i);
			if (strcmp(parse_at(json, path), "null") == 0) {
				n_missing++;
				(void)str_format(path, sizeof(path), "racks %d coverage", i);
				assert_string_equal(parse_at(json, path), "0");
			} else {
				racks_wh += number(json, path);
			}
		}
		if (strstr(target, "cursor") == NULL) {
			total_wh = number(json, "totals energy_wh");
			assert_string_equal(parse_at(json, "month"), "2026-11");
			assert_string_equal(parse_at(json, "place"), "province:henan");
			assert_string_equal(parse_at(json, "complete"), "false");
			assert_string_equal(parse_at(json, "from"), "2026-10-31T16:00:00Z");
			for (int i = 0; i < 18; i++) {
				(void)str_format(path, sizeof(path), "sites %d energy_wh", i);
				sites_wh += strcmp(parse_at(json, path), "(none)") == 0 ? 0 :
				    number(json, path);
				(void)str_format(path, sizeof(path), "tenants %d energy_wh", i);
				tenants_wh += strcmp(parse_at(json, path), "(none)") == 0 ? 0 :
				    number(json, path);
			}
			assert_string_equal(parse_at(json, "tenants 0 tenant"), "null");
			assert_string_not_equal(parse_at(json, "tenants 1 tenant"), "(none)");
		} else {
			assert_string_equal(parse_at(json, "totals"), "null");
		}
		more = strcmp(parse_at(json, "next"), "null") != 0;
		(void)str_format(target, sizeof(target), REPORT "?limit=70&cursor=%s",
		    parse_at(json, "next"));
		parse_done(json);
		client_close(&client);
	}
	assert_in_range(n, 400, N_RACKS);
	assert_in_range(n_missing, 1, n / 5);
	assert_float_equal(racks_wh, total_wh, 1e-3);
	assert_float_equal(sites_wh, total_wh, 1e-3);
	assert_float_equal(tenants_wh, total_wh, 1e-3);
}

static void
one_rack_by_hand(void **state)
{
	const struct inventory *inventory = fake_config()->inventory;
	struct client client;
	struct parsed *json;
	char target[256];

	(void)state;
	/* rack 7: 8 kWh, half of the time, all by meter */
	(void)str_format(target, sizeof(target), REPORT "?place=rack:%s",
	    inventory->racks[7]->id);
	assert_int_equal(200, served_get(&client, target));
	json = parse_json(client_body(&client));
	assert_string_equal(parse_at(json, "racks 0 energy_wh"), "8000");
	assert_string_equal(parse_at(json, "racks 0 coverage"), "0.5");
	assert_string_equal(parse_at(json, "racks 0 metered"), "1");
	assert_string_equal(parse_at(json, "racks 0 peak_w"), "3007");
	assert_string_equal(parse_at(json, "racks 1"), "(none)");
	assert_string_equal(parse_at(json, "totals racks"), "1");
	assert_string_equal(parse_at(json, "totals missing"), "0");
	parse_done(json);
	client_close(&client);
}

static void
whole_as_csv(void **state)
{
	struct client client;

	(void)state;
	assert_int_equal(200, served_get(&client, REPORT "?format=csv"));
	assert_non_null(strstr(client_body(&client),
	    "rack,tenant,site,from,to,energy_wh,coverage,metered,peak_w\r\n"));
	/* what is not known is an empty cell */
	assert_true(count(client_body(&client), "Z,,0,,\r\n") > 10);
	client_close(&client);
}

static void
page_to_print(void **state)
{
	struct client client;
	char value[128], id[QUERY_ID_SIZE];
	unsigned methods;

	(void)state;
	assert_non_null(route_find("/report.css", METHOD_GET, id, &methods));
	assert_int_equal(200, served_get(&client, REPORT "?format=html"));
	assert_true(client_header(&client, "Content-Type", value, sizeof(value)));
	assert_string_equal(value, "text/html; charset=utf-8");
	assert_true(client_header(&client, "Content-Security-Policy", value, sizeof(value)));
	assert_non_null(strstr(client_body(&client), "href=\"/report.css\""));
	assert_null(strstr(client_body(&client), "<style"));
	assert_null(strstr(client_body(&client), "style="));
	assert_null(strstr(client_body(&client), "<script"));
	assert_non_null(strstr(client_body(&client), "<html lang=\"en\">"));
	assert_non_null(strstr(client_body(&client), "Energy report 2026-11"));
	assert_non_null(strstr(client_body(&client), "2026-11-01 00:00"));
	assert_non_null(strstr(client_body(&client), "The month is open"));
	assert_true(count(client_body(&client), "not measured") > 10);
	client_close(&client);
	assert_int_equal(200, served_get(&client, REPORT "?format=html&lang=zh"));
	assert_non_null(strstr(client_body(&client), "<html lang=\"zh-CN\">"));
	assert_non_null(strstr(client_body(&client), "月度能耗报表"));
	assert_null(strstr(client_body(&client), "not measured"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, "/report.css"));
	assert_non_null(strstr(client_body(&client), "@page{size:A4"));
	client_close(&client);
}

/* A month that has ended comes from the database, with names that need care. */
static void
month_that_has_ended(void **state)
{
	struct client client;
	struct parsed *json;

	(void)state;
	assert_int_equal(200, served_get(&client, REPORT "?month=2026-10"));
	json = parse_json(client_body(&client));
	assert_string_equal(parse_at(json, "complete"), "true");
	assert_string_equal(parse_at(json, "to"), "2026-10-31T16:00:00Z");
	assert_string_equal(parse_at(json, "totals energy_wh"), "1234500");
	assert_string_equal(parse_at(json, "totals pue kind"), "interval");
	assert_string_equal(parse_at(json, "totals verified"), "1");
	assert_string_equal(parse_at(json, "racks 0 tenant"), "b&b <x>");
	assert_string_equal(parse_at(json, "racks 0 metered"), "0.5");
	assert_string_equal(parse_at(json, "next"), "null");
	parse_done(json);
	client_close(&client);
	assert_int_equal(200, served_get(&client, REPORT "?month=2026-10&format=html"));
	assert_non_null(strstr(client_body(&client), "<td class=\"n\">1,234.5"));
	assert_non_null(strstr(client_body(&client), "b&amp;b &lt;x&gt;"));
	assert_null(strstr(client_body(&client), "<x>"));
	assert_non_null(strstr(client_body(&client), "1.25 (interval)"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, REPORT "?month=2026-10&format=csv"));
	assert_non_null(strstr(client_body(&client), "\r\ngone,b&b <x>,s0,"));
	client_close(&client);
	assert_int_equal(404, served_get(&client, REPORT "?month=2026-09"));
	assert_non_null(strstr(client_body(&client), "\"code\":\"no_such_month\""));
	client_close(&client);
}

static void
what_is_refused(void **state)
{
	static const struct { const char *query; unsigned status; const char *code; } asked[] = {
		{ "?month=2026-13", 400, "bad_parameter" },
		{ "?month=november", 400, "bad_parameter" },
		{ "?month=2026-12", 400, "bad_parameter" },
		{ "?place=site:nowhere", 404, "no_such_site" },
		{ "?place=device:x", 400, "bad_parameter" },
		{ "?cursor=zz", 400, "bad_parameter" },
		{ "?limit=1001", 400, "bad_parameter" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct client client;
		char target[256];

		(void)str_format(target, sizeof(target), REPORT "%s", asked[i].query);
		assert_int_equal(asked[i].status, served_get(&client, target));
		(void)str_format(target, sizeof(target), "\"code\":\"%s\"", asked[i].code);
		assert_non_null(strstr(client_body(&client), target));
		client_close(&client);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(sums_are_those_of_racks), SERVED(one_rack_by_hand),
		SERVED(whole_as_csv), SERVED(page_to_print), SERVED(what_is_refused),
		SERVED(month_that_has_ended),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
