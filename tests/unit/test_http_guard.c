/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guards: each thing that libmicrohttpd lets through and we do not. */
#include <config.h>

#include "http/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "http/request.h"

static void
test_targets(void **state)
{
	char longest[REQUEST_TARGET_MAX + 2];

	(void)state;
	assert_int_equal(GUARD_PASS, guard_target("/api/v1/racks?q=a%20b"));
	assert_int_equal(GUARD_TARGET_NUL, guard_target("/api/v1/capacity%00.css"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("http://evil/"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("*"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target(""));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("/a b"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("/a\tb"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("/a\x7f"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("/\xc3\xa9"));
	assert_int_equal(GUARD_TARGET_BYTES, guard_target("/a\\b"));
	memset(longest, 'a', sizeof(longest));
	longest[0] = '/';
	longest[REQUEST_TARGET_MAX + 1] = '\0';
	assert_int_equal(GUARD_TARGET_LONG, guard_target(longest));
	longest[REQUEST_TARGET_MAX] = '\0';
	assert_int_equal(GUARD_PASS, guard_target(longest));
}

struct line { const char *name, *value; };

static enum guard_verdict
judge(const struct line *lines, const char *method, const char *version)
{
	struct guard_headers headers = {0};

	for (; lines->name != NULL; lines++) {
		guard_header(&headers, lines->name, lines->value, strlen(lines->value));
	}
	return guard_head(&headers, method, version, "127.0.0.1");
}

#define HOST {"Host", "127.0.0.1:8080"}
#define JUDGE(method, ...) \
	judge((const struct line[]){__VA_ARGS__, {0}}, method, "HTTP/1.1")

static void
test_heads(void **state)
{
	(void)state;
	assert_int_equal(GUARD_PASS, JUDGE("GET", HOST));
	assert_int_equal(GUARD_PASS, JUDGE("HEAD", HOST, {"Content-Length", "0"}));
	assert_int_equal(GUARD_PASS, JUDGE("POST", HOST, {"Content-Length", "65536"}));
	assert_int_equal(GUARD_BODY_LARGE, JUDGE("POST", HOST, {"Content-Length", "65537"}));
	assert_int_equal(GUARD_BODY, JUDGE("GET", HOST, {"Content-Length", "1"}));
	assert_int_equal(GUARD_LENGTH_COUNT, JUDGE("GET", HOST, {"Content-Length", "0"},
	    {"content-length", "0"}));
	assert_int_equal(GUARD_LENGTH_AND_CODING, JUDGE("POST", HOST,
	    {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}));
	assert_int_equal(GUARD_CODING, JUDGE("POST", HOST, {"Transfer-Encoding", "chunked"}));
	assert_int_equal(GUARD_LENGTH, JUDGE("POST", HOST, {"Content-Length", "+5"}));
	assert_int_equal(GUARD_LENGTH, JUDGE("POST", HOST, {"Content-Length", "0x5"}));
	assert_int_equal(GUARD_LENGTH, JUDGE("POST", HOST,
	    {"Content-Length", "99999999999999999999"}));
	assert_int_equal(GUARD_HOST_COUNT, JUDGE("GET", {"Accept", "*/*"}));
	assert_int_equal(GUARD_HOST_COUNT, JUDGE("GET", HOST, HOST));
	assert_int_equal(GUARD_HOST, JUDGE("GET", {"Host", "evil.example"}));
	assert_int_equal(GUARD_METHOD, JUDGE("TRACE", HOST));
	assert_int_equal(GUARD_METHOD, JUDGE("get", HOST));
	assert_int_equal(GUARD_HEADER_NAME, JUDGE("GET", HOST, {"Content-Length ", "5"}));
	assert_int_equal(GUARD_HEADER_NAME, JUDGE("GET", HOST, {"", "5"}));
	assert_int_equal(GUARD_HEADER_VALUE, JUDGE("GET", HOST, {"X", "a\nb"}));
	assert_int_equal(GUARD_VERSION, judge((const struct line[]){HOST, {0}}, "GET",
	    "HTTP/1.2"));
	assert_int_equal(GUARD_VERSION, judge((const struct line[]){HOST, {0}}, "GET", ""));
}

/* What a browser tells of the page behind a change. */
static void
test_cross_site(void **state)
{
	static const struct { const char *host, *origin, *site; bool ok; } cases[] = {
		{"127.0.0.1:8080", "http://127.0.0.1:8080", "same-origin", true},
		{"127.0.0.1:8080", "http://127.0.0.1:8080", "", true},
		{"LOCALHOST:8080", "http://localhost:8080", "same-origin", true},
		{"[::1]:8080", "https://[::1]:8080", "none", true},
		{"127.0.0.1:8080", "", "none", true},
		{"127.0.0.1:8080", "", "", true},
		{"127.0.0.1:8080", "http://127.0.0.1:8081", "", false},
		{"127.0.0.1:8080", "http://127.0.0.1", "", false},
		{"127.0.0.1:8080", "http://localhost:8080", "", false},
		{"127.0.0.1:8080", "http://evil.example", "cross-site", false},
		{"127.0.0.1:8080", "http://evil.example", "", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080.evil.example", "", false},
		{"127.0.0.1:8080", "ftp://127.0.0.1:8080", "", false},
		{"127.0.0.1:8080", "null", "", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080", "same-site", false},
		{"127.0.0.1:8080", "http://127.0.0.1:8080", "cross-site", false},
		{"127.0.0.1:8080", "", "same-site", false},
		{"127.0.0.1:8080", "", "Same-Origin", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct line lines[4] = {{"Host", cases[i].host}};
		size_t n = 1;

		if (cases[i].origin[0] != '\0') {
			lines[n++] = (struct line){"Origin", cases[i].origin};
		}
		if (cases[i].site[0] != '\0') {
			lines[n++] = (struct line){"Sec-Fetch-Site", cases[i].site};
		}
		if (judge(lines, "POST", "HTTP/1.1") !=
		    (cases[i].ok ? GUARD_PASS : GUARD_CROSS_SITE) ||
		    judge(lines, "DELETE", "HTTP/1.1") !=
		    (cases[i].ok ? GUARD_PASS : GUARD_CROSS_SITE)) {
			fail_msg("case %zu", i);
		}
		/* reading is the browser's own business */
		assert_int_equal(GUARD_PASS, judge(lines, "GET", "HTTP/1.1"));
	}
	assert_int_equal(GUARD_ORIGIN_COUNT, JUDGE("POST", HOST,
	    {"Origin", "http://127.0.0.1:8080"}, {"Origin", "http://127.0.0.1:8080"}));
	assert_int_equal(GUARD_ORIGIN_COUNT, JUDGE("POST", HOST,
	    {"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "none"}));
	assert_int_equal(GUARD_TYPE_COUNT, JUDGE("POST", HOST,
	    {"Content-Type", "application/json"}, {"Content-Type", "text/plain"}));
	assert_int_equal(403, guard_status(GUARD_CROSS_SITE));
}

static void
test_json_type(void **state)
{
	static const struct { const char *type; bool ok; } cases[] = {
		{"application/json", true}, {"Application/JSON", true},
		{"application/json; charset=utf-8", true}, {"application/json;x=1", true},
		{"application/jsonx", false}, {"text/plain", false}, {"", false},
		{"application/x-www-form-urlencoded", false},
		{"text/plain; application/json", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct guard_headers headers = {0};

		guard_header(&headers, "Content-Type", cases[i].type, strlen(cases[i].type));
		assert_int_equal(cases[i].ok, guard_is_json(&headers));
	}
}

static void
test_many_headers(void **state)
{
	struct guard_headers headers = {0};

	(void)state;
	guard_header(&headers, "Host", "localhost", 9);
	for (unsigned i = 1; i < GUARD_HEADERS_MAX; i++) {
		guard_header(&headers, "X", "y", 1);
	}
	assert_int_equal(GUARD_PASS, guard_head(&headers, "GET", "HTTP/1.1", "127.0.0.1"));
	guard_header(&headers, "X", "y", 1);
	assert_int_equal(GUARD_HEADERS, guard_head(&headers, "GET", "HTTP/1.1", "127.0.0.1"));
}

static void
test_hosts(void **state)
{
	static const char *const good[] = {
		"127.0.0.1", "127.0.0.1:8080", "127.9.8.7:1", "localhost", "LOCALHOST:80",
		"[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]:80",
	};
	static const char *const bad[] = {
		"", ":80", "evil.example", "evil.example:8080", "127.0.0.1.evil.example",
		"localhost.evil.example", "10.0.0.1", "0.0.0.0", "127.0.0.1:", "127.0.0.1:0",
		"127.0.0.1:65536", "127.0.0.1:80x", "127.0.0.1:-1", "127.0.0.1:80:80", "[::1",
		"[::1]x", "[::1]:", "::1", "[127.0.0.1]", "[]", "[]:80", "[2001:db8::1]",
		"127.0.0.1 ", "user@127.0.0.1", "0177.0.0.1", "2130706433",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(guard_host(good[i], "127.0.0.1"));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (guard_host(bad[i], "127.0.0.1")) {
			fail_msg("'%s' was accepted", bad[i]);
		}
	}
}

static void
test_loopback(void **state)
{
	(void)state;
	assert_true(guard_is_loopback("127.0.0.1"));
	assert_true(guard_is_loopback("::1"));
	assert_true(guard_is_loopback("[::1]"));
	assert_true(guard_is_loopback("localhost"));
	assert_false(guard_is_loopback("0.0.0.0"));
	assert_false(guard_is_loopback("::"));
	assert_false(guard_is_loopback("192.0.2.1"));
	assert_false(guard_is_loopback("::ffff:192.0.2.1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_targets), cmocka_unit_test(test_heads),
		cmocka_unit_test(test_many_headers),
		cmocka_unit_test(test_cross_site), cmocka_unit_test(test_json_type), cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
