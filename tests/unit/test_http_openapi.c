/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The route table and what is written from it.  With UPDATE=1 in the
 * environment docs/api.md is written anew instead of compared.
 */
#include <config.h>

#include "http/openapi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/parse.h"
#include "http/route.h"

static void
test_routes(void **state)
{
	static const struct { const char *path, *name, *id; } cases[] = {
		{"/api/v1/capacity", "capacity", ""},
		{"/api/v1/racks", "racks", ""},
		{"/api/v1/racks/zz1-h1-r1-a01", "rack", "zz1-h1-r1-a01"},
		{"/api/v1/explain/rack/a", "explain_rack", "a"},
		{"/api/v1/devices/a-b/events", "device_events", "a-b"},
		{"/api/v1/series/list", "series_list", ""},
		{"/metrics", "metrics", ""}, {"/", "page", ""}, {"/racks/a", "page", "a"},
	};
	static const char *const none[] = {
		"/api/v1", "/api/v1/", "/api/v1/racks/", "/api/v1/racks/A1",
		"/api/v1/racks/a/b", "/api/v1/racks/a/events", "/api/v1/devices//events",
		"/api/v1/devices/A/events", "/api/v1/devices/a/events/", "/api/v1/racks/a%2fb", "/api/v1/capacity/", "//",
		"/api/v1/../v1/capacity", "/racks/..", "/api/v1/explain/site/a", "/metricsx",
	};
	char id[QUERY_ID_SIZE];
	unsigned methods;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct route *route = route_find(cases[i].path, METHOD_GET, id, &methods);

		assert_non_null(route);
		assert_string_equal(cases[i].name, route->name);
		assert_string_equal(cases[i].id, id);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_null(route_find(none[i], METHOD_GET, id, &methods));
		assert_int_equal(0, methods);
	}
}

static void
test_methods(void **state)
{
	char id[QUERY_ID_SIZE], allow[40];
	unsigned methods;

	(void)state;
	assert_int_equal(METHOD_GET, method_find("HEAD"));
	assert_int_equal(METHOD_DELETE, method_find("DELETE"));
	assert_int_equal(METHOD_N, method_find("PATCH"));
	assert_int_equal(METHOD_N, method_find("get"));
	assert_null(route_find("/api/v1/capacity", METHOD_POST, id, &methods));
	assert_int_equal(1u << METHOD_GET, methods);
	route_allow(methods, allow, sizeof(allow));
	assert_string_equal("GET, HEAD", allow);
	route_allow(1u << METHOD_GET | 1u << METHOD_POST | 1u << METHOD_DELETE, allow,
	    sizeof(allow));
	assert_string_equal("GET, HEAD, POST, DELETE", allow);
	assert_null(route_find("/api/v1/capacity", METHOD_N, id, &methods));
	assert_int_equal(1u << METHOD_GET, methods);
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_table_size; i++) {
		const struct route *route = &route_table[i];

		assert_non_null(route->fn);
		assert_true(route->summary[strlen(route->summary) - 1] == '.');
		assert_true(query_table_size(route->params) <= QUERY_VALUES_MAX);
		/* a change is no page, has no query, and its answer no tag */
		assert_true(route->method == METHOD_GET ? route->body == NULL :
		    (route->flags & (ROUTE_PAGE | ROUTE_ETAG)) == 0 && route->params == NULL);
		assert_true(((route->flags & ROUTE_PLAIN) == 0) ==
		    str_starts(route->path, "/api/v1/"));
		for (size_t k = 0; k < i; k++) {
			assert_true(route->method != route_table[k].method ||
			    strcmp(route->path, route_table[k].path) != 0);
			assert_true((route->flags & ROUTE_PAGE) != 0 ||
			    strcmp(route->name, route_table[k].name) != 0);
		}
	}
}

static void
test_openapi(void **state)
{
	struct buf out;
	struct parsed *parsed;
	size_t n_paths = 0;
	char expected[24];

	(void)state;
	buf_init(&out, 0);
	openapi_write(&out, "1.2.3");
	assert_false(out.failed);
	parsed = parse_json(out.data);
	assert_non_null(parsed);
	assert_string_equal("3.1.0", parse_at(parsed, "openapi"));
	for (size_t i = 0; i < route_table_size; i++) {
		bool first = (route_table[i].flags & ROUTE_PAGE) == 0;

		for (size_t k = 0; k < i; k++) {
			first = first && strcmp(route_table[k].path, route_table[i].path) != 0;
		}
		n_paths += first ? 1 : 0;
	}
	(void)str_format(expected, sizeof(expected), "{%zu}", n_paths);
	assert_string_equal(expected, parse_at(parsed, "paths"));
	assert_string_equal("viewer", parse_at(parsed,
	    "paths /api/v1/racks get x-minimum-role"));
	assert_string_equal("[13]", parse_at(parsed, "paths /api/v1/racks get parameters"));
	assert_string_equal("1000", parse_at(parsed,
	    "paths /api/v1/racks get parameters 10 schema maximum"));
	assert_string_equal("[6]", parse_at(parsed, "components schemas Problem required"));
	assert_string_equal("{2}", parse_at(parsed, "components responses Problem"));
	parse_done(parsed);
	buf_done(&out);
}

static void
test_reference(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096], *text;
	struct buf out;
	FILE *file;
	size_t n;

	(void)state;
	buf_init(&out, 0);
	openapi_reference(&out);
	assert_false(out.failed);
	(void)str_format(path, sizeof(path), "%s/docs/api.md", top != NULL ? top : ".");
	if (getenv("UPDATE") != NULL) {
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(out.size, fwrite(out.data, 1, out.size, file));
		(void)fclose(file);
	}
	file = fopen(path, "r");
	assert_non_null(file);
	text = calloc(1, out.size + 2);
	assert_non_null(text);
	n = fread(text, 1, out.size + 1, file);
	(void)fclose(file);
	if (n != out.size || memcmp(text, out.data, n) != 0) {
		fail_msg("docs/api.md differs from the route table: "
		    "UPDATE=1 tests/unit/test_http_openapi writes it anew");
	}
	free(text);
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes), cmocka_unit_test(test_table),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_openapi), cmocka_unit_test(test_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
