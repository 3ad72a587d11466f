/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts, silences, receivers and deliveries over HTTP. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/alert.h"
#include "base/str.h"
#include "http/fake.h"
#include "http/fake_alerts.h"
#include "http/parse.h"

static struct client client;   /* of the newest answer */

static void
drop(void)
{
	if (client.text != NULL) {
		client_close(&client);
	}
	memset(&client, 0, sizeof(client));
}

static void
is(const char *path, const char *value)
{
	struct parsed *parsed = parse_json(client_body(&client));
	const char *found;

	assert_non_null(parsed);
	found = parse_at(parsed, path);
	if (found == NULL || strcmp(found, value) != 0) {
		print_error("%s: '%s', not '%s', in %s\n", path, found != NULL ? found : "-",
		    value, client_body(&client));
		fail();
	}
	parse_done(parsed);
}

static void
get(const char *target, unsigned status)
{
	drop();
	assert_int_equal(served_get(&client, target), status);
}

static void
change(const char *method, const char *target, const char *body, unsigned status)
{
	unsigned got;

	drop();
	got = served_post(&client, method, target, body);

	if (got != status) {
		print_error("%s %s: %u, not %u: %s\n", method, target, got, status, client_body(&client));
	}
	assert_int_equal(got, status);
}

static void
test_list(void **state)
{
	(void)state;
	get(V1 "/alerts", 200);
	is("items", "[2]");
	is("items 0 id", "12");
	is("items 0 severity", "critical");
	is("items 0 state", "firing");
	is("items 0 entity", "rack:s0-h0-r0-a01");
	is("items 0 value", "33.5");
	is("items 0 limit", "32");
	is("items 0 count", "1");
	is("items 0 summary zh", "s0-h0-r0-a01 过热");
	is("items 1 id", "13");
	is("counts critical", "1");
	is("counts folded", "1");
	is("counts pending", "2");
	is("counts evaluated_at", "2026-11-22T03:59:55Z");
	get(V1 "/alerts?state=folded", 200);
	is("items", "[1]");
	is("items 0 under", "12");
	get(V1 "/alerts?severity=warning", 200);
	is("items 0 id", "13");
	get(V1 "/alerts?at=rack:s0-h0-r0-a02", 200);
	is("items", "[1]");
	get(V1 "/alerts?at=site:s1", 200);
	is("items", "[0]");
	get(V1 "/alerts?q=A02", 200);
	is("items", "[1]");
	get(V1 "/alerts?state=resolved", 200);
	is("items 0 id", "3");
	is("items 0 end", "cleared");
	is("counts", "null");
	get(V1 "/alerts?state=resolved,firing", 400);
	get(V1 "/alerts?format=csv", 200);
	assert_non_null(strstr(client_body(&client), "inlet-hot,critical,firing,rack:s0-h0-r0-a01"));
}

static void
test_pages(void **state)
{
	char target[200];
	struct parsed *parsed;

	(void)state;
	get(V1 "/alerts?limit=1", 200);
	is("items 0 id", "12");
	parsed = parse_json(client_body(&client));
	(void)str_format(target, sizeof(target), V1 "/alerts?limit=1&cursor=%s",
	    parse_at(parsed, "next"));
	parse_done(parsed);
	get(target, 200);
	is("items 0 id", "13");
	is("next", "null");
	get(V1 "/alerts?cursor=x", 400);
}

static void
test_one(void **state)
{
	(void)state;
	get(V1 "/alerts/12", 200);
	is("id", "12");
	is("changes", "[2]");
	is("changes 0 kind", "fired");
	is("deliveries 0 state", "dead");
	is("members 0 id", "14");
	get(V1 "/alerts/99", 404);
	is("code", "no_such_alert");
	get(V1 "/alerts/x", 404);
	get(V1 "/explain/alert/14", 200);
	is("rule_text fire test", "above");
	is("rule_text fire for_s", "300");
	is("untold 0 code", "folded");
	is("untold 0 params alert", "12");
	get(V1 "/explain/alert/3", 404);
}

static void
test_ack(void **state)
{
	(void)state;
	fake_role(ROLE_VIEWER);
	change("POST", V1 "/alerts/12/ack", "", 403);
	fake_role(ROLE_OPERATOR);
	change("POST", V1 "/alerts/12/ack", "{\"note\":\"looking \\\"now\\\"\"}", 200);
	is("state", "acknowledged");
	is("acknowledged by", "li");
	is("acknowledged note", "looking \"now\"");
	assert_int_equal(fake_alerts_told(), 12);
	change("POST", V1 "/alerts/12/ack", "{}", 409);
	is("code", "already_acknowledged");
	change("DELETE", V1 "/alerts/12/ack", "", 200);
	is("state", "firing");
	change("POST", V1 "/alerts/13/ack", "", 200);   /* no note, no body */
	change("POST", V1 "/alerts/3/ack", "", 404);
	change("POST", V1 "/alerts/12/ack", "{\"remark\":\"x\"}", 400);
}

#define SILENCE "{\"entity\":\"hall:s0-h0\",\"reason\":\"works\""

static void
test_silences(void **state)
{
	(void)state;
	fake_role(ROLE_OPERATOR);
	change("POST", V1 "/silences", SILENCE "}", 400);
	is("params member", "until");
	change("POST", V1 "/silences", SILENCE ",\"for_s\":3600,\"until\":"
	    "\"2027-01-01T00:00:00Z\"}", 400);
	change("POST", V1 "/silences", SILENCE ",\"until\":\"2020-01-01T00:00:00Z\"}", 400);
	change("POST", V1 "/silences", "{\"entity\":\"hall:none\",\"reason\":\"x\","
	    "\"for_s\":3600}", 404);
	change("POST", V1 "/silences", SILENCE ",\"for_s\":3600,\"rule\":\"inlet-*\","
	    "\"maintenance\":true}", 201);
	is("id", "2");
	is("state", "active");
	is("author", "li");
	is("maintenance", "true");
	is("until", "2026-11-22T05:00:00Z");
	get(V1 "/alerts?state=silenced", 200);
	is("items", "[2]");
	is("items 0 silenced", "2");
	get(V1 "/silences?state=active", 200);
	is("items", "[1]");
	change("DELETE", V1 "/silences/2", "", 200);
	is("state", "over");
	change("DELETE", V1 "/silences/2", "", 409);
	change("DELETE", V1 "/silences/7", "", 404);
	get(V1 "/silences?state=active", 200);
	is("items", "[0]");
	fake_role(ROLE_VIEWER);
	change("POST", V1 "/silences", SILENCE ",\"for_s\":60}", 403);
}

static void
test_receivers(void **state)
{
	(void)state;
	get(V1 "/receivers", 200);
	is("items 0 name", "noc");
	is("items 0 url", "https://noc.example/***");
	is("items 0 state", "failing");
	is("items 0 queued", "4");
	is("items 0 rate per_minute", "60");
	is("canary minute", "null");
	fake_role(ROLE_OPERATOR);
	change("POST", V1 "/receivers/noc/test", "", 200);
	is("delivery test", "true");
	is("status", "404");
	is("verdict", "refused");
	change("POST", V1 "/receivers/noc/test", "{\"alert\":12}", 200);
	change("POST", V1 "/receivers/noc/test", "{\"alert\":99}", 404);
	change("POST", V1 "/receivers/none/test", "", 404);
	fake_role(ROLE_VIEWER);
	change("POST", V1 "/receivers/noc/test", "", 403);
}

static void
test_deliveries(void **state)
{
	(void)state;
	get(V1 "/deliveries?state=dead", 200);
	is("items 0 id", "21");
	is("items 0 error", "HTTP 404");
	get(V1 "/deliveries?state=queued", 200);
	is("items", "[0]");
	get(V1 "/deliveries/21", 200);
	is("notice type", "alert.firing");
	is("tries 0 reply", "no");
	get(V1 "/deliveries/5", 404);
	fake_role(ROLE_OPERATOR);
	change("POST", V1 "/deliveries/21/replay", "", 202);
	is("id", "23");
	change("POST", V1 "/deliveries/22/replay", "", 409);
	is("code", "delivery_waits");
	change("POST", V1 "/deliveries/5/replay", "", 404);
}

static void
test_rules(void **state)
{
	(void)state;
	get(V1 "/rules", 200);
	is("items 0 id", "inlet-hot");
	is("items 0 on", "rack");
	is("items 0 metric", "inlet_c");
	is("items 0 clear test", "below");
	is("items 0 clear low", "30");
	is("items 0 open", "3");
	is("items 0 line", "7");
	get(V1 "/rules?format=csv", 200);
}

static void
test_events(void **state)
{
	const struct alert_list *list = alert_list(NULL);

	(void)state;
	drop();
	client_open(&client, served_port);
	client_send(&client, "GET " V1 "/events?topics=alert HTTP/1.1\r\n" HOST "\r\n");
	served_wait(served_streams, 1);
	assert_int_equal(http_port(served_http), served_port);
	http_publish_alerts(served_http, list);
	assert_true(client_expect(&client, "\"kind\":\"alert\"", 1));
	alert_list_unref(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_list), SERVED(test_pages), SERVED(test_one), SERVED(test_ack),
		SERVED(test_silences), SERVED(test_receivers), SERVED(test_deliveries),
		SERVED(test_rules), SERVED(test_events),
	};

	int failed = cmocka_run_group_tests(tests, served_web_up, served_web_down);

	drop();
	return failed;
}
