/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queries: decoding, types, times, and what is refused by name. */
#include <config.h>

#include "http/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

static const struct param table[] = {
	{"q", PARAM_TEXT, false, 0, 0, NULL, ""},
	{"site", PARAM_ID, false, 0, 0, NULL, ""},
	{"limit", PARAM_INT, false, 1, 1000, NULL, ""},
	{"cf", PARAM_CHOICE, false, 0, 0, "avg|min|max", ""},
	{"state", PARAM_SET, false, 0, 0, "up|down|unknown", ""},
	{"from", PARAM_TIME, false, 0, 0, NULL, ""},
	{"entity", PARAM_ENTITY, false, 0, 0, NULL, ""},
	{0},
};

static void
test_values(void **state)
{
	struct query query;
	struct query_fault fault;

	(void)state;
	assert_int_equal(0, query_parse("q=a%20b+c%C3%A9&&limit=10&cf=max&state=up,down"
	    "&from=-24h&entity=rack:a-1&site=", table, &query, &fault));
	assert_string_equal("a b c\xc3\xa9", query.values[0]);
	assert_null(query.values[1]);   /* an empty value is not given */
	assert_string_equal("10", query.values[2]);
	assert_string_equal("max", query.values[3]);
	assert_string_equal("up,down", query.values[4]);
	assert_string_equal("-24h", query.values[5]);
	assert_string_equal("rack:a-1", query.values[6]);
	assert_int_equal(0, query_parse("", NULL, &query, &fault));
}

static void
test_refused(void **state)
{
	static const struct { const char *raw, *code, *name; } cases[] = {
		{"foo=1", "unknown_parameter", "foo"}, {"Q=1", "unknown_parameter", "Q"},
		{"q=1&q=2", "double_parameter", "q"}, {"limit=0", "bad_parameter", "limit"},
		{"limit=1001", "bad_parameter", "limit"}, {"limit=1e2", "bad_parameter", "limit"},
		{"cf=avg|min", "bad_parameter", "cf"}, {"cf=av", "bad_parameter", "cf"},
		{"state=up,,down", "bad_parameter", "state"},
		{"state=sideways", "bad_parameter", "state"},
		{"from=yesterday", "bad_parameter", "from"},
		{"entity=planet:x", "bad_parameter", "entity"},
		{"entity=rack:A1", "bad_parameter", "entity"},
		{"site=..%2f..", "bad_parameter", "site"}, {"q=%", "bad_parameter", "q"},
		{"q=%4", "bad_parameter", "q"}, {"q=%zz", "bad_parameter", "q"},
		{"q=%0a", "bad_parameter", "q"}, {"q=%ff", "bad_parameter", "q"},
		{"q=%7f", "bad_parameter", "q"}, {"%0a=1", "bad_query", ""},
	};
	struct query query;
	struct query_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(COL_EINVAL, query_parse(cases[i].raw, table, &query, &fault));
		assert_string_equal(cases[i].code, fault.code);
		assert_string_equal(cases[i].name, fault.name);
	}
}

static void
test_required(void **state)
{
	static const struct param needs[] = {{"q", PARAM_TEXT, true, 0, 0, NULL, ""}, {0}};
	struct query query;
	struct query_fault fault;

	(void)state;
	assert_int_equal(COL_EINVAL, query_parse("q=", needs, &query, &fault));
	assert_string_equal("missing_parameter", fault.code);
	assert_string_equal("q", fault.name);
	assert_int_equal(0, query_parse("q=x", needs, &query, &fault));
}

static void
test_long_value(void **state)
{
	char raw[600] = "q=";
	struct query query;
	struct query_fault fault;

	(void)state;
	memset(raw + 2, 'x', QUERY_VALUE_MAX);
	assert_int_equal(0, query_parse(raw, table, &query, &fault));
	raw[2 + QUERY_VALUE_MAX] = 'x';
	assert_int_equal(COL_EINVAL, query_parse(raw, table, &query, &fault));
}

static void
test_times(void **state)
{
	struct wall now = {INT64_C(1000000) * NS_PER_S}, at;

	(void)state;
	assert_int_equal(0, query_time("now", now, &at));
	assert_true(at.ns == now.ns);
	assert_int_equal(0, query_time("1795320000", now, &at));
	assert_true(at.ns == INT64_C(1795320000) * NS_PER_S);
	assert_int_equal(0, query_time("-1h", now, &at));
	assert_true(at.ns == now.ns - 3600 * NS_PER_S);
	assert_int_equal(0, query_time("-10y", now, &at));
	assert_true(at.ns == 0);   /* never before the epoch */
	assert_int_equal(0, query_time("2026-11-22T04:00:00Z", now, &at));
	assert_true(at.ns == INT64_C(1795320000) * NS_PER_S);
	assert_int_equal(COL_EINVAL, query_time("253402300799", now, &at));
	assert_int_equal(COL_EINVAL, query_time("-1", now, &at));
	assert_int_equal(COL_EINVAL, query_time("24h", now, &at));
	assert_int_equal(COL_EINVAL, query_time("", now, &at));
}

static void
test_sets(void **state)
{
	(void)state;
	assert_true(query_in_set(NULL, "up"));
	assert_true(query_in_set("up,down", "down"));
	assert_false(query_in_set("up,down", "dow"));
	assert_false(query_in_set("update", "up"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_required), cmocka_unit_test(test_long_value),
		cmocka_unit_test(test_times), cmocka_unit_test(test_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
