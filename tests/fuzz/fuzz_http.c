/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a client may write: target, path, query by every route's table, Host,
 * header lines, bodies, cursors, times, content negotiation.  The first byte says
 * which; what passes must keep the promises of its reader.
 */
#include <config.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/str.h"
#include "http/cursor.h"
#include "http/guard.h"
#include "http/input.h"
#include "http/query.h"
#include "http/reply.h"
#include "http/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_query(const char *text, uint8_t which)
{
	const struct param *table = route_table[which % route_table_size].params;
	struct query query;
	struct query_fault fault;

	if (query_parse(text, table, &query, &fault) != 0) {
		assert(fault.code != NULL && strlen(fault.detail) > 0);
		assert(str_is_utf8(fault.name, strlen(fault.name)));
		return;
	}
	for (size_t i = 0; i < QUERY_VALUES_MAX; i++) {
		const char *value = query.values[i];

		assert(value == NULL || (i < query_table_size(table) &&
		    strlen(value) > 0 && strlen(value) <= QUERY_VALUE_MAX &&
		    str_is_utf8(value, strlen(value))));
	}
}

static void
try_target(const char *text)
{
	char id[QUERY_ID_SIZE];
	unsigned methods;
	const struct route *route;

	if (guard_target(text) != GUARD_PASS) {
		return;
	}
	assert(text[0] == '/' && strstr(text, "%00") == NULL);
	for (enum method m = METHOD_GET; m < METHOD_N; m++) {
		route = route_find(text, m, id, &methods);
		assert(route == NULL || route->method == m);
		assert(route == NULL || strchr(route->path, '{') == NULL || str_is_id(id));
		assert(route != NULL || (methods & 1u << m) == 0);
	}
}

static void
try_cursor(const char *text)
{
	char again[CURSOR_SIZE];
	struct cursor cursor;

	if (cursor_decode(text, &cursor) == 0) {
		cursor_encode(cursor.key, cursor.id, again);
		assert(strcmp(again, text) == 0);
	}
}

static void
try_host(const char *text)
{
	if (guard_host(text, "127.0.0.1")) {
		/* no name of a zone that others own can be among them */
		assert(text[strspn(text, "0123456789abcdefABCDEF.:[]localhstLOCALHST")] == '\0');
	}
}

/* Lines "name: value"; the sums must hold what was counted. */
static void
try_headers(char *text)
{
	struct guard_headers headers = {0};

	while (*text != '\0') {
		char *end = text + strcspn(text, "\n");
		char *colon = memchr(text, ':', (size_t)(end - text));
		bool last = *end == '\0';

		*end = '\0';
		if (colon != NULL) {
			*colon = '\0';
			guard_header(&headers, text, colon + 1, strlen(colon + 1));
		}
		text = last ? end : end + 1;
	}
	if (guard_head(&headers, "GET", "HTTP/1.1", "127.0.0.1") == GUARD_PASS) {
		assert(headers.n_host == 1 && headers.n_length <= 1 &&
		    headers.n_coding == 0 && headers.length == 0);
	}
	if (guard_head(&headers, "POST", "HTTP/1.1", "127.0.0.1") == GUARD_PASS) {
		assert(headers.n_host == 1 && headers.n_length <= 1 &&
		    headers.n_coding == 0 && headers.length <= GUARD_BODY_MAX);
		assert(headers.n_origin == 0 || strlen(headers.origin) >= strlen(headers.host) + 7);
		assert(headers.n_site == 0 || headers.site[0] == 's' || headers.site[0] == 'n');
	}
}

/* Each type of member once, in a map of its own too. */
static const struct member inner[] = {
	{"n", MEMBER_INT, true, 1, 1000, NULL, NULL, ""},
	{"kw", MEMBER_NUMBER, false, 0, 100, NULL, NULL, ""},
	{NULL, MEMBER_TEXT, false, 0, 0, NULL, NULL, NULL},
};
static const struct member members[] = {
	{"text", MEMBER_TEXT, false, 0, 64, NULL, NULL, ""},
	{"id", MEMBER_ID, false, 0, 0, NULL, NULL, ""},
	{"at", MEMBER_ENTITY, false, 0, 0, NULL, NULL, ""},
	{"word", MEMBER_CHOICE, false, 0, 0, "a|b", NULL, ""},
	{"until", MEMBER_TIME, false, 0, 0, NULL, NULL, ""},
	{"racks", MEMBER_IDS, false, 0, 1000, NULL, NULL, ""},
	{"add", MEMBER_MAP, false, 0, 0, NULL, inner, ""},
	{NULL, MEMBER_TEXT, false, 0, 0, NULL, NULL, NULL},
};

static void
check_input(const struct json_t *root)
{
	const char *text = input_text(root, "text"), *id = input_text(root, "id");
	const struct json_t *add = input_get(root, "add");

	assert(text == NULL || (strlen(text) <= 64 && str_is_utf8(text, strlen(text))));
	assert(id == NULL || str_is_id(id));
	assert(add == NULL || (input_int(add, "n", 0) >= 1 && input_int(add, "n", 0) <= 1000));
	assert(input_number(add, "kw", 0) >= 0 && input_number(add, "kw", 0) <= 100);
	for (size_t i = 0; i < input_count(root, "racks"); i++) {
		assert(str_is_id(input_id_at(root, "racks", i)));
	}
}

/* As it came, NULs included; then by the table of a route. */
static void
try_body(const char *data, size_t size, uint8_t which)
{
	const struct member *tables[] = {members, route_table[which % route_table_size].body};
	struct query_fault fault;
	struct json_t *root = NULL;

	for (size_t i = 0; i < 2; i++) {
		if (input_parse(data, size, tables[i], &root, &fault) != 0) {
			assert(strlen(fault.code) > 0 && strlen(fault.detail) > 0);
			assert(str_is_utf8(fault.name, strlen(fault.name)));
			assert(str_is_utf8(fault.detail, strlen(fault.detail)));
			continue;
		}
		if (i == 0) {
			check_input(root);
		}
		json_decref(root);
		root = NULL;
	}
}

static void
try_words(const char *text)
{
	enum entity_kind kind;
	char id[QUERY_ID_SIZE];
	struct wall at = {0};

	(void)reply_takes_gzip(text);
	(void)reply_matches(text, "\"12345\"");
	if (query_time(text, (struct wall){INT64_C(1795320000) * NS_PER_S}, &at) == 0) {
		assert(at.ns >= 0 || clock_parse(text, &at) == 0);
	}
	if (query_entity(text, &kind, id) == 0) {
		assert(kind < ENTITY_KIND_N && str_is_id(id));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size < 2 || size > 8192) {
		return 0;
	}
	text = calloc(1, size - 1);
	if (text == NULL) {
		return 0;
	}
	memcpy(text, data + 2, size - 2);
	switch (data[0] % 7) {
	case 0:
		try_query(text, data[1]);
		break;
	case 1:
		try_target(text);
		break;
	case 2:
		try_cursor(text);
		break;
	case 3:
		try_host(text);
		break;
	case 4:
		try_headers(text);
		break;
	case 5:
		try_body(text, size - 2, data[1]);
		break;
	default:
		try_words(text);
		break;
	}
	free(text);
	return 0;
}
