/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes over HTTP, of which reservations are the first: who may, what a body
 * must be, what a page of another site cannot do; and what becomes of them.
 */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/fake.h"
#include "http/parse.h"

#define OTHER "s0-h0-r0-a03"
#define RESERVATIONS V1 "/reservations"
#define BODY "{\"rack\":\"" RACK "\",\"tenant\":\"bank\",\"until\":\"2027-03-01T00:00:00Z\"}"

static const char *
at(const char *text, const char *path)
{
	static char value[512];
	struct parsed *parsed = parse_json(text);

	assert_non_null(parsed);
	(void)str_copy(value, sizeof(value), parse_at(parsed, path));
	parse_done(parsed);
	return value;
}

/* ---- bodies ---------------------------------------------------------------------- */

/* The head of a change that comes in raw; body_size of Content-Length. */
static unsigned
ask_raw(struct client *client, const char *headers, const char *body)
{
	char text[2048];

	(void)str_format(text, sizeof(text), "POST " RESERVATIONS " HTTP/1.1\r\n" HOST
	    "Connection: close\r\n%s\r\n%s", headers, body);
	return client_ask(client, served_port, text);
}

#define JSON "Content-Type: application/json\r\n"
#define EMPTY "Content-Length: 2\r\n"

static void
test_heads(void **state)
{
	static const struct { const char *headers; unsigned status; const char *code; }
	    cases[] = {
		{EMPTY, 415, "content_type"},
		{"Content-Type: text/plain\r\n" EMPTY, 415, "content_type"},
		{"Content-Type: application/x-www-form-urlencoded\r\n" EMPTY, 415,
		    "content_type"},
		{JSON JSON EMPTY, 400, "type_count"},
		{JSON EMPTY EMPTY, 400, "length_count"},
		{JSON EMPTY "Transfer-Encoding: chunked\r\n", 400, "length_and_coding"},
		{JSON "Transfer-Encoding: chunked\r\n", 400, "coding"},
		{JSON "Content-Length: 65537\r\n", 413, "body_too_large"},
		{JSON EMPTY "Origin: http://evil.example\r\n", 403, "cross_site"},
		{JSON EMPTY "Origin: null\r\n", 403, "cross_site"},
		{JSON EMPTY "Sec-Fetch-Site: cross-site\r\n", 403, "cross_site"},
		{JSON EMPTY "Sec-Fetch-Site: same-site\r\n", 403, "cross_site"},
		{JSON EMPTY "Origin: http://127.0.0.1\r\n", 400, "missing_member"},
		{JSON EMPTY "Sec-Fetch-Site: same-origin\r\n", 400, "missing_member"},
		{"Content-Type: application/json; charset=utf-8\r\n" EMPTY, 400,
		    "missing_member"},
		{JSON, 400, "body_missing"},
		{JSON "Content-Length: 0\r\n", 400, "body_missing"},
	};
	struct client client;

	(void)state;
	fake_role(ROLE_OPERATOR);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned status = ask_raw(&client, cases[i].headers, "{}");

		if (status != cases[i].status ||
		    strcmp(at(client_body(&client), "code"), cases[i].code) != 0) {
			fail_msg("case %zu: %s", i, client.text);
		}
		client_close(&client);
	}
}

static void
test_bodies(void **state)
{
	static const struct { const char *body, *code, *member; } cases[] = {
		{"[]", "bad_json", ""}, {"{", "bad_json", ""}, {"{}", "missing_member", "tenant"},
		{"{\"tenant\":\"a\",\"tenant\":\"b\"}", "double_member", ""},
		{"{\"who\":\"a\"}", "unknown_member", "who"},
		{"{\"tenant\":\"\",\"until\":\"2027-01-01\"}", "bad_member", "tenant"},
		{"{\"tenant\":\"a\",\"until\":\"2027-01-01\"}", "missing_member", "rack"},
		{"{\"tenant\":\"a\",\"until\":\"2027-01-01\",\"rack\":\"" RACK "\",\"racks\":[\""
		    OTHER "\"]}", "missing_member", "rack"},
		{"{\"tenant\":\"a\",\"until\":\"2026-01-01\",\"rack\":\"" RACK "\"}",
		    "bad_member", "until"},
		{"{\"tenant\":\"a\",\"until\":\"2206-01-01\",\"rack\":\"" RACK "\"}",
		    "bad_member", "until"},
		{"{\"tenant\":\"a\",\"until\":\"2027-01-01\",\"rack\":\"" RACK "\",\"units\":43}",
		    "bad_member", "units"},
		{"{\"tenant\":\"a\",\"until\":\"2027-01-01\",\"rack\":\"" RACK "\","
		    "\"power_w\":0}", "bad_member", "power_w"},
		{"{\"tenant\":\"a\",\"until\":\"2027-01-01\",\"power_w\":500,\"racks\":"
		    "[\"" RACK "\",\"" OTHER "\",\"" RACK "\"]}", "bad_member", "racks"},
	};
	struct client client;

	(void)state;
	fake_role(ROLE_OPERATOR);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned status = served_post(&client, "POST", RESERVATIONS, cases[i].body);
		char code[64];

		(void)str_copy(code, sizeof(code), at(client_body(&client), "code"));
		if (status != 400 || strcmp(code, cases[i].code) != 0 ||
		    strcmp(at(client_body(&client), "params member"), cases[i].member) != 0) {
			fail_msg("%s: %s", cases[i].body, client.text);
		}
		client_close(&client);
	}
	assert_int_equal(404, served_post(&client, "POST", RESERVATIONS,
	    "{\"tenant\":\"a\",\"until\":\"2027-01-01\",\"rack\":\"nobody\"}"));
	assert_string_equal("no_such_rack", at(client_body(&client), "code"));
	client_close(&client);
}

/* A body that comes byte by byte, in pieces, and one that never ends. */
static void
test_slow_bodies(void **state)
{
	static const char head[] = "POST " RESERVATIONS " HTTP/1.1\r\n" HOST JSON
	    "Content-Length: 72\r\n\r\n";
	static const char body[] = "{\"rack\":\"" RACK "\",\"tenant\":\"b\",\"until\":"
	    "\"2027-01-01T00:00:00Z\"     }";
	struct client client, slow;

	(void)state;
	assert_int_equal(72, sizeof(body) - 1);
	fake_role(ROLE_OPERATOR);
	client_open(&slow, served_port);
	client_send(&slow, head);
	client_send(&slow, "{");
	client_open(&client, served_port);
	client_send(&client, head);
	for (size_t i = 0; i < sizeof(body) - 1; i++) {
		client_send_bytes(&client, &body[i], 1);
	}
	assert_true(client_expect(&client, "\"tenant\":\"b\"", 1));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 201 "));
	/* and the next request on the same connection is one of its own */
	client_send(&client, "GET " V1 "/me HTTP/1.1\r\n" HOST "\r\n");
	assert_true(client_expect(&client, "\"role\":\"operator\"", 1));
	client_close(&client);
	clock_test_advance(served_clock, 10 * NS_PER_S);
	assert_true(client_expect_end(&slow));
	client_close(&slow);
}

/* What is longer than it says is the next request, and no good one. */
static void
test_long_body(void **state)
{
	struct client client;

	(void)state;
	fake_role(ROLE_OPERATOR);
	client_open(&client, served_port);
	client_send(&client, "POST " RESERVATIONS " HTTP/1.1\r\n" HOST JSON
	    "Content-Length: 2\r\n\r\n{}GET " V1 "/me HTTP/1.1\r\n" HOST "\r\n");
	assert_true(client_expect(&client, "HTTP/1.1 ", 2));
	assert_int_equal(1, client_count(&client, "missing_member"));
	assert_true(client_expect(&client, "\"role\":\"operator\"", 1));
	client_close(&client);
	/* a body where none is needed: an empty object at most */
	assert_int_equal(404, served_post(&client, "POST", RESERVATIONS "/1/release", "{}"));
	client_close(&client);
	assert_int_equal(400, served_post(&client, "POST", RESERVATIONS "/1/release",
	    "{\"rack\":\"a\"}"));
	assert_string_equal("unknown_member", at(client_body(&client), "code"));
	client_close(&client);
}

/* ---- roles --------------------------------------------------------------------- */

static void
test_roles(void **state)
{
	static const struct { const char *method, *target, *body; } cases[] = {
		{"POST", RESERVATIONS, BODY},
		{"POST", RESERVATIONS "/1/release", ""},
		{"DELETE", RESERVATIONS "/1", ""},
	};
	struct client client;
	char allow[64];

	(void)state;
	assert_int_equal(served_port, http_port(served_http));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_role(ROLE_VIEWER);
		assert_int_equal(403, served_post(&client, cases[i].method, cases[i].target,
		    cases[i].body));
		assert_string_equal("needs_role", at(client_body(&client), "code"));
		assert_string_equal("operator", at(client_body(&client), "params role"));
		client_close(&client);
		fake_role(ROLE_OPERATOR);
		assert_int_not_equal(403, served_post(&client, cases[i].method,
		    cases[i].target, cases[i].body));
		client_close(&client);
	}
	assert_int_equal(405, served_post(&client, "DELETE", RESERVATIONS, ""));
	assert_true(client_header(&client, "Allow", allow, sizeof(allow)));
	assert_string_equal("GET, HEAD, POST", allow);
	client_close(&client);
	assert_int_equal(405, served_get(&client, RESERVATIONS "/1/release"));
	assert_true(client_header(&client, "Allow", allow, sizeof(allow)));
	assert_string_equal("POST", allow);
	client_close(&client);
}

/* ---- what becomes of them ------------------------------------------------------- */

static void
test_made_and_released(void **state)
{
	struct client client;

	(void)state;
	fake_role(ROLE_OPERATOR);
	assert_int_equal(201, served_post(&client, "POST", RESERVATIONS, "{\"racks\":[\""
	    RACK "\",\"" OTHER "\"],\"tenant\":\"bank\",\"until\":\"2027-03-01T00:00:00Z\","
	    "\"power_w\":1500,\"reason\":\"new hall\"}"));
	assert_string_equal("[2]", at(client_body(&client), "items"));
	assert_string_equal("1", at(client_body(&client), "items 0 id"));
	assert_string_equal(OTHER, at(client_body(&client), "items 1 rack"));
	client_close(&client);

	assert_int_equal(200, served_get(&client, RESERVATIONS "?limit=1"));
	assert_string_equal("[1]", at(client_body(&client), "items"));
	assert_string_equal("2", at(client_body(&client), "items 0 id"));
	assert_string_equal("1500", at(client_body(&client), "items 0 power_w"));
	assert_string_equal("null", at(client_body(&client), "items 0 units"));
	assert_string_equal("new hall", at(client_body(&client), "items 0 reason"));
	assert_string_equal("li", at(client_body(&client), "items 0 actor"));
	assert_string_equal("active", at(client_body(&client), "items 0 state"));
	assert_string_equal("api", at(client_body(&client), "items 0 source"));
	client_close(&client);

	assert_int_equal(409, served_post(&client, "POST", RESERVATIONS, "{\"rack\":\"" RACK
	    "\",\"tenant\":\"shop\",\"until\":\"2027-03-01T00:00:00Z\"}"));
	assert_string_equal("reserved", at(client_body(&client), "code"));
	assert_string_equal(RACK, at(client_body(&client), "params rack"));
	client_close(&client);

	assert_int_equal(200, served_post(&client, "POST", RESERVATIONS "/1/release", ""));
	assert_string_equal("released", at(client_body(&client), "items 0 state"));
	client_close(&client);
	assert_int_equal(409, served_post(&client, "DELETE", RESERVATIONS "/1", ""));
	assert_string_equal("not_active", at(client_body(&client), "code"));
	client_close(&client);
	assert_int_equal(404, served_post(&client, "DELETE", RESERVATIONS "/9", ""));
	client_close(&client);
	assert_int_equal(404, served_post(&client, "DELETE", RESERVATIONS "/x", ""));
	client_close(&client);
}

static void
test_list(void **state)
{
	struct client client;
	char target[256];

	(void)state;
	fake_role(ROLE_OPERATOR);
	assert_int_equal(201, served_post(&client, "POST", RESERVATIONS, BODY));
	client_close(&client);
	assert_int_equal(201, served_post(&client, "POST", RESERVATIONS, "{\"rack\":\"" OTHER
	    "\",\"tenant\":\"bank\",\"until\":\"2027-03-01T00:00:00Z\",\"units\":4}"));
	client_close(&client);
	assert_int_equal(200, served_post(&client, "DELETE", RESERVATIONS "/2", ""));
	client_close(&client);
	fake_role(ROLE_VIEWER);   /* reading needs no more */

	assert_int_equal(200, served_get(&client, RESERVATIONS "?state=active&source=api"));
	assert_string_equal("[1]", at(client_body(&client), "items"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, RESERVATIONS "?rack=" OTHER));
	assert_string_equal("released", at(client_body(&client), "items 0 state"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, RESERVATIONS "?tenant=nobody"));
	assert_string_equal("[0]", at(client_body(&client), "items"));
	assert_string_equal("null", at(client_body(&client), "next"));
	client_close(&client);
	assert_int_equal(400, served_get(&client, RESERVATIONS "?state=gone"));
	client_close(&client);
	assert_int_equal(400, served_get(&client, RESERVATIONS "?cursor=x"));
	client_close(&client);

	/* pages of one, newest first, then what the inventory says */
	assert_int_equal(200, served_get(&client, RESERVATIONS "?limit=1"));
	(void)str_format(target, sizeof(target), RESERVATIONS "?limit=1&cursor=%s",
	    at(client_body(&client), "next"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, target));
	assert_string_equal("1", at(client_body(&client), "items 0 id"));
	(void)str_format(target, sizeof(target), RESERVATIONS "?limit=1&cursor=%s",
	    at(client_body(&client), "next"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, target));
	assert_string_equal("inventory", at(client_body(&client), "items 0 source"));
	assert_string_equal("null", at(client_body(&client), "items 0 id"));
	assert_string_equal("shop", at(client_body(&client), "items 0 tenant"));
	assert_string_equal("null", at(client_body(&client), "next"));
	client_close(&client);

	/* they expire by themselves */
	clock_test_advance(served_clock, INT64_C(200) * 86400 * NS_PER_S);
	assert_int_equal(200, served_get(&client, RESERVATIONS "?state=expired&source=api"));
	assert_string_equal("1", at(client_body(&client), "items 0 id"));
	client_close(&client);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_heads), SERVED(test_bodies), SERVED(test_slow_bodies),
		SERVED(test_long_body), SERVED(test_roles), SERVED(test_made_and_released),
		SERVED(test_list),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
