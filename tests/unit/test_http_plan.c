/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /plan and /whatif: what is asked, what is refused, and the shapes of the answers. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/desk.h"
#include "http/fake.h"
#include "http/parse.h"

#define WHATIF V1 "/whatif"

static const char *
at(const struct client *client, const char *path)
{
	static char value[512];
	struct parsed *parsed = parse_json(client_body(client));

	if (parsed == NULL) {
		fail_msg("no JSON: %s", client->text);
	}
	(void)str_copy(value, sizeof(value), parse_at(parsed, path));
	parse_done(parsed);
	return value;
}

static void
test_plan(void **state)
{
	static const char *const keys[] = {"as_of", "asked", "placed", "placements",
	    "refused", "bound_by", "racks_open", "racks_seen"};
	struct client client;

	(void)state;
	assert_int_equal(served_port, http_port(served_http));
	assert_int_equal(200, served_get(&client, V1 "/plan?n=3&u=1&kw=0.1&hall=s0-h0"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_non_null(strstr(client_body(&client), keys[i]));
	}
	assert_string_equal("3", at(&client, "asked n"));
	assert_string_equal("0.1", at(&client, "asked kw"));
	assert_string_equal("25", at(&client, "asked kg"));
	assert_string_equal("2n", at(&client, "asked redundancy"));
	assert_string_equal("null", at(&client, "asked tenant"));
	assert_string_equal("hall:s0-h0", at(&client, "asked within"));
	assert_string_equal("3", at(&client, "placed"));
	assert_string_equal("null", at(&client, "refused"));
	assert_string_equal("[1]", at(&client, "placements"));
	assert_string_equal("[3]", at(&client, "placements 0 u"));
	assert_string_equal("s0-h0", at(&client, "placements 0 hall"));
	assert_string_equal("3", at(&client, "placements 0 n"));
	client_close(&client);

	/* more than fit: what is placed, and why not more */
	assert_int_equal(200, served_get(&client, V1 "/plan?n=10000&u=1&kw=0.1&hall=s0-h0"));
	assert_string_equal("[1]", at(&client, "placements"));
	assert_string_equal("0", at(&client, "racks_open"));
	assert_string_equal("240", at(&client, "racks_seen"));
	assert_string_not_equal("null", at(&client, "refused code"));
	assert_string_equal("240", at(&client, "refused params of"));
	client_close(&client);
}

static void
test_plan_refused(void **state)
{
	static const struct { const char *query; unsigned status; const char *code; } cases[] = {
		{"n=0", 400, "bad_parameter"}, {"n=10001", 400, "bad_parameter"},
		{"n=1.5", 400, "bad_parameter"}, {"u=0", 400, "bad_parameter"},
		{"kw=-1", 400, "bad_parameter"}, {"kw=101", 400, "bad_parameter"},
		{"kw=nan", 400, "bad_parameter"}, {"redundancy=3n", 400, "bad_parameter"},
		{"what=1", 400, "unknown_parameter"}, {"hall=nowhere", 404, "no_such_hall"},
		{"area=410200&hall=s0-h0", 400, "bad_parameter"},
	};
	struct client client;
	char target[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)str_format(target, sizeof(target), V1 "/plan?%s", cases[i].query);
		if (served_get(&client, target) != cases[i].status ||
		    strcmp(at(&client, "code"), cases[i].code) != 0) {
			fail_msg("%s: %s", cases[i].query, client.text);
		}
		client_close(&client);
	}
	assert_int_equal(200, served_get(&client, V1 "/plan?site=s0&hall=s0-h0&tenant=bank"));
	assert_string_equal("bank", at(&client, "asked tenant"));
	client_close(&client);
}

static void
test_whatif(void **state)
{
	static const char *const sums[] = {"declared", "verified_power_w", "failover",
	    "available_w", "deployable", "stranded_w", "overloaded_nodes"};
	struct client client;
	char path[64];

	(void)state;
	fake_role(ROLE_VIEWER);   /* it changes nothing */
	assert_int_equal(200, served_post(&client, "POST", WHATIF,
	    "{\"lose_feed\":\"A\",\"at\":\"hall:s0-h0\"}"));
	assert_string_equal("A", at(&client, "asked lose_feed"));
	assert_string_equal("hall:s0-h0", at(&client, "asked at"));
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		(void)str_format(path, sizeof(path), "before %s", sums[i]);
		assert_string_not_equal("", at(&client, path));
		(void)str_format(path, sizeof(path), "after %s", sums[i]);
		assert_string_not_equal("", at(&client, path));
	}
	assert_string_equal("{5}", at(&client, "before failover"));
	assert_string_equal("null", at(&client, "placed"));
	assert_string_equal("null", at(&client, "refused"));
	client_close(&client);

	assert_int_equal(200, served_post(&client, "POST", WHATIF,
	    "{\"lose_rack\":\"" RACK "\"}"));
	assert_string_equal("1", at(&client, "broken_total"));
	assert_string_equal("rack", at(&client, "broken 0 kind"));
	assert_string_equal(RACK, at(&client, "broken 0 id"));
	assert_string_equal("dark", at(&client, "broken 0 to"));
	client_close(&client);

	assert_int_equal(200, served_post(&client, "POST", WHATIF,
	    "{\"remove_rack\":\"" RACK "\"}"));
	assert_string_equal("0", at(&client, "broken_total"));
	assert_string_equal("490", at(&client, "before declared"));
	assert_string_equal("489", at(&client, "after declared"));
	client_close(&client);

	assert_int_equal(200, served_post(&client, "POST", WHATIF,
	    "{\"add\":{\"n\":2,\"u\":1,\"kw\":0.1},\"at\":\"hall:s0-h0\"}"));
	assert_string_equal("2", at(&client, "placed"));
	assert_string_equal("0.1", at(&client, "asked add kw"));
	client_close(&client);

	assert_int_equal(200, served_post(&client, "POST", WHATIF,
	    "{\"derate_node\":\"s0-ups-a\",\"share\":0.5}"));
	assert_string_equal("0.5", at(&client, "asked share"));
	client_close(&client);
}

static void
test_whatif_refused(void **state)
{
	static const struct { const char *body; unsigned status; const char *code, *member; }
	    cases[] = {
		{"{}", 400, "missing_member", "lose_feed"},
		{"{\"lose_feed\":\"A\",\"lose_rack\":\"" RACK "\"}", 400, "bad_member",
		    "lose_rack"},
		{"{\"lose_rack\":\"" RACK "\",\"at\":\"hall:s0-h0\"}", 400, "bad_member", "at"},
		{"{\"derate_node\":\"s0-ups-a\"}", 400, "missing_member", "share"},
		{"{\"derate_node\":\"s0-ups-a\",\"share\":1.5}", 400, "bad_member", "share"},
		{"{\"lose_rack\":\"" RACK "\",\"share\":0.5}", 400, "bad_member", "share"},
		{"{\"lose_feed\":\"A\",\"at\":\"device:x\"}", 400, "bad_member", "at"},
		{"{\"lose_feed\":\"A\",\"at\":\"hall:nowhere\"}", 404, "no_such_entity", ""},
		{"{\"lose_feed\":\"Z\"}", 404, "no_such_feed", ""},
		{"{\"lose_feed\":\"a\",\"at\":\"hall:s0-h0\"}", 404, "no_such_feed", ""},
		{"{\"lose_rack\":\"nobody\"}", 404, "no_such_rack", ""},
		{"{\"lose_node\":\"nobody\"}", 404, "no_such_node", ""},
		{"{\"lose_device\":\"nobody\"}", 404, "no_such_device", ""},
		{"{\"add\":{}}", 400, "missing_member", "add.n"},
		{"{\"add\":{\"n\":0}}", 400, "bad_member", "add.n"},
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned status = served_post(&client, "POST", WHATIF, cases[i].body);

		if (status != cases[i].status ||
		    strcmp(at(&client, "code"), cases[i].code) != 0 ||
		    (cases[i].member[0] != '\0' &&
		    strcmp(at(&client, "params member"), cases[i].member) != 0)) {
			fail_msg("%s: %s", cases[i].body, client.text);
		}
		client_close(&client);
	}
}

/* More questions at once than the desk takes: some are answered, others told to
 * come again, none is lost. */
static void
test_many(void **state)
{
	static struct client clients[4 * DESK_WAITING_MAX];
	unsigned n = sizeof(clients) / sizeof(clients[0]), n_good = 0;

	(void)state;
	for (unsigned i = 0; i < n; i++) {
		client_open(&clients[i], served_port);
		client_send(&clients[i], "GET " V1 "/plan?n=10000 HTTP/1.1\r\n" HOST
		    "Connection: close\r\n\r\n");
	}
	for (unsigned i = 0; i < n; i++) {
		assert_true(client_expect_end(&clients[i]));
		if (client_count(&clients[i], "HTTP/1.1 200 ") == 1) {
			n_good++;
		} else {
			assert_int_equal(1, client_count(&clients[i], "\"code\":\"busy\""));
			assert_int_equal(1, client_count(&clients[i], "Retry-After: 1"));
		}
		client_close(&clients[i]);
	}
	assert_true(n_good >= 1);
}

/* ---- the desk alone ---------------------------------------------------------------- */

struct work { struct desk *desk; unsigned n; };

static void
count(void *arg)
{
	((struct work *)arg)->n++;
}

static void
test_desk_ends_its_work(void **state)
{
	struct work work = {desk_new(), 0};
	unsigned n_put = 0;

	(void)state;
	assert_non_null(work.desk);
	for (unsigned i = 0; i < DESK_WAITING_MAX; i++) {
		n_put += desk_put(work.desk, count, &work) == 0;
	}
	assert_true(n_put >= 1);
	desk_free(work.desk);
	assert_int_equal(n_put, work.n);
	desk_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_plan), SERVED(test_plan_refused), SERVED(test_whatif),
		SERVED(test_whatif_refused), SERVED(test_many),
		cmocka_unit_test(test_desk_ends_its_work),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
