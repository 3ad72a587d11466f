/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a client may write: target, path, query by every route's table, Host,
 * header lines, cursors, times, content negotiation.  The first byte says
 * which; what passes must keep the promises of its reader.
 */
#include <config.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/cursor.h"
#include "http/guard.h"
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
	const struct route *route;

	if (guard_target(text) != GUARD_PASS) {
		return;
	}
	assert(text[0] == '/' && strstr(text, "%00") == NULL);
	route = route_find(text, id);
	if (route != NULL && strchr(route->path, '{') != NULL) {
		assert(str_is_id(id));
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
	switch (data[0] % 6) {
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
	default:
		try_words(text);
		break;
	}
	free(text);
	return 0;
}
