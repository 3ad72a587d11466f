/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies: what is taken, and which member is named when it is not. */
#include <config.h>

#include "http/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static const struct member inner[] = {
	{"n", MEMBER_INT, true, 1, 1000, NULL, NULL, ""},
	{"kw", MEMBER_NUMBER, false, 0, 100, NULL, NULL, ""},
	{0},
};
static const struct member table[] = {
	{"text", MEMBER_TEXT, false, 0, 8, NULL, NULL, ""},
	{"rack", MEMBER_ID, false, 0, 0, NULL, NULL, ""},
	{"at", MEMBER_ENTITY, false, 0, 0, NULL, NULL, ""},
	{"word", MEMBER_CHOICE, false, 0, 0, "2n|any", NULL, ""},
	{"until", MEMBER_TIME, false, 0, 0, NULL, NULL, ""},
	{"racks", MEMBER_IDS, false, 0, 3, NULL, NULL, ""},
	{"add", MEMBER_MAP, false, 0, 0, NULL, inner, ""},
	{0},
};

static void
test_taken(void **state)
{
	static const char body[] = " {\"text\":\"\xe9\x83\x91\",\"rack\":\"a-1\",\"at\":\"hall:h1\","
	    "\"word\":\"any\",\"until\":\"2027-01-01T00:00:00Z\",\"racks\":[\"a\",\"b\"],"
	    "\"add\":{\"n\":40,\"kw\":0.5}}\r\n";
	struct query_fault fault;
	struct json_t *root = NULL;
	const struct json_t *add;

	(void)state;
	assert_int_equal(0, input_parse(body, sizeof(body) - 1, table, &root, &fault));
	assert_string_equal("\xe9\x83\x91", input_text(root, "text"));
	assert_string_equal("a-1", input_text(root, "rack"));
	assert_int_equal(2, input_count(root, "racks"));
	assert_string_equal("b", input_id_at(root, "racks", 1));
	assert_null(input_id_at(root, "racks", 2));
	add = input_get(root, "add");
	assert_int_equal(40, input_int(add, "n", 0));
	assert_true(input_number(add, "kw", 0) == 0.5);
	assert_true(input_number(add, "none", 7) == 7);
	json_decref(root);

	root = NULL;
	assert_int_equal(0, input_parse("{\"text\":null}", 13, table, &root, &fault));
	assert_null(input_get(root, "text"));
	assert_null(input_text(root, "text"));
	assert_int_equal(0, input_count(root, "racks"));
	json_decref(root);
}

static void
test_refused(void **state)
{
	static const struct { const char *body, *code, *name; } cases[] = {
		{"", "body_missing", ""}, {"[]", "bad_json", ""}, {"1", "bad_json", ""},
		{"{", "bad_json", ""}, {"{} x", "bad_json", ""}, {"{'a':1}", "bad_json", ""},
		{"{\"text\":\"\xff\"}", "bad_json", ""}, {"{\"text\":\"\\u0000\"}", "bad_json", ""},
		{"{\"add\":{\"n\":1e999}}", "bad_json", ""},
		{"{\"add\":[[[[[[[[]]]]]]]]}", "bad_json", ""},
		{"{\"rack\":\"a\",\"rack\":\"b\"}", "double_member", ""},
		{"{\"what\":1}", "unknown_member", "what"},
		{"{\"add\":{\"n\":1,\"m\":2}}", "unknown_member", "add.m"},
		{"{\"add\":{}}", "missing_member", "add.n"},
		{"{\"add\":{\"n\":null}}", "missing_member", "add.n"},
		{"{\"add\":{\"n\":1.5}}", "bad_member", "add.n"},
		{"{\"add\":{\"n\":0}}", "bad_member", "add.n"},
		{"{\"add\":{\"n\":1001}}", "bad_member", "add.n"},
		{"{\"add\":{\"n\":\"1\"}}", "bad_member", "add.n"},
		{"{\"add\":{\"n\":1,\"kw\":-1}}", "bad_member", "add.kw"},
		{"{\"add\":1}", "bad_member", "add"},
		{"{\"text\":\"123456789\"}", "bad_member", "text"},
		{"{\"text\":\"a\\nb\"}", "bad_member", "text"},
		{"{\"text\":true}", "bad_member", "text"},
		{"{\"rack\":\"A1\"}", "bad_member", "rack"},
		{"{\"at\":\"hall\"}", "bad_member", "at"},
		{"{\"word\":\"2n|any\"}", "bad_member", "word"},
		{"{\"until\":\"tomorrow\"}", "bad_member", "until"},
		{"{\"racks\":[]}", "bad_member", "racks"},
		{"{\"racks\":[\"a\",\"b\",\"c\",\"d\"]}", "bad_member", "racks"},
		{"{\"racks\":[\"a\",1]}", "bad_member", "racks"},
		{"{\"racks\":\"a\"}", "bad_member", "racks"},
	};
	struct query_fault fault;
	struct json_t *root = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *body = cases[i].body;

		if (input_parse(body, strlen(body), table, &root, &fault) == 0 ||
		    strcmp(cases[i].code, fault.code) != 0 ||
		    strcmp(cases[i].name, fault.name) != 0 || strlen(fault.detail) == 0) {
			fail_msg("%s: %s '%s': %s", body, fault.code, fault.name, fault.detail);
		}
		assert_null(root);
	}
}

/* Brackets within texts are no depth, and a text may hold a quote. */
static void
test_depth(void **state)
{
	static const char body[] = "{\"text\":\"[[[\\\"[[[\"}";
	static char deep[65536];
	struct query_fault fault;
	struct json_t *root = NULL;

	(void)state;
	assert_int_equal(0, input_parse(body, sizeof(body) - 1, table, &root, &fault));
	assert_string_equal("[[[\"[[[", input_text(root, "text"));
	json_decref(root);
	memset(deep, '[', sizeof(deep));
	root = NULL;
	assert_true(input_parse(deep, sizeof(deep), table, &root, &fault) != 0);
	assert_string_equal("bad_json", fault.code);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
