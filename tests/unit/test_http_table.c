/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists as CSV: each cell is what the JSON has there, each member of an item
 * has a column, and a whole list comes in pieces of one snapshot.
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
#include "http/route.h"
#include "http/server.h"
#include "http/table.h"

#define BOM "\xef\xbb\xbf"
#define CELL_SIZE 512
#define MANY 2500u

/* Where each list is asked for; members of items without a column, by the start of their path. */
static const struct { const char *name, *target, *without[4]; } lists[] = {
	{ "capacity", V1 "/capacity", {NULL} },
	{ "capacity_history", V1 "/capacity/history", {NULL} },
	{ "forecast", V1 "/capacity/forecast", {NULL} },
	{ "ledger", V1 "/ledger?limit=50", {NULL} },
	{ "reconcile", V1 "/reconcile?limit=50", {NULL} },
	{ "sites", V1 "/sites", {NULL} },
	{ "halls", V1 "/halls", {NULL} },
	{ "operators", V1 "/operators", {NULL} },
	/* its parameters depend on the code */
	{ "racks", V1 "/racks?limit=50", {"evidence_reason.params"} },
	{ "feeds", V1 "/feeds", {NULL} },
	{ "devices", V1 "/devices?limit=50", {NULL} },
	{ "device_events", V1 "/devices/" RACK "-pdu-a/events", {NULL} },
	{ "plan", V1 "/plan?n=2&u=1&kw=0.1", {NULL} },
	{ "alerts", V1 "/alerts", {NULL} },
	/* what a rule is on is a structure of its own */
	{ "rules", V1 "/rules", {"where"} },
	{ "silences", V1 "/silences", {NULL} },
	{ "receivers", V1 "/receivers", {NULL} },
	{ "deliveries", V1 "/deliveries", {NULL} },
	{ "reservations", V1 "/reservations", {NULL} },
	{ "series_list", V1 "/series/list?entity=rack:" RACK, {NULL} },
	{ "plugins", V1 "/plugins", {NULL} },
	{ "profiles", V1 "/profiles", {NULL} },
	{ "report_monthly", V1 "/reports/monthly?limit=50", {NULL} },
};
#define N_LISTS (sizeof(lists) / sizeof(lists[0]))

/* ---- reading CSV ------------------------------------------------------------------- */

/* Reads one cell by RFC 4180; returns what comes behind it. */
static const char *
read_cell(const char *at, char cell[CELL_SIZE])
{
	size_t n = 0;
	bool quoted = *at == '"';

	at += quoted;
	for (;;) {
		if (quoted && at[0] == '"' && at[1] != '"') {
			at++;
			break;
		}
		if (*at == '\0' || (!quoted && (*at == ',' || *at == '\r'))) {
			break;
		}
		at += quoted && *at == '"';
		assert_true(n + 1 < CELL_SIZE);
		cell[n++] = *at++;
	}
	cell[n] = '\0';
	return at;
}

/* Puts a chunked body together, in place. */
static char *
dechunk(char *body)
{
	char *from = body, *to = body;

	for (;;) {
		size_t size = strtoul(from, &from, 16);

		assert_true(str_starts(from, "\r\n"));
		if (size == 0) {
			break;
		}
		memmove(to, from + 2, size);
		to += size;
		from += 2 + size;
		assert_true(str_starts(from, "\r\n"));
		from += 2;
	}
	*to = '\0';
	return body;
}

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

static void
csv_target(const char *target, const char *more, char text[512])
{
	(void)str_format(text, 512, "%s%sformat=csv%s", target,
	    strchr(target, '?') != NULL ? "&" : "?", more);
}

static const struct table *
table_named(const char *name)
{
	for (size_t i = 0; i < table_all_size; i++) {
		if (strcmp(table_all[i].route, name) == 0) {
			return &table_all[i];
		}
	}
	return NULL;
}

/* ---- the same as JSON ---------------------------------------------------------------- */

static void
assert_cell(const struct parsed *json, const struct table *table, size_t row,
    const char *column, const char *cell)
{
	char path[256], *at;
	const char *value;
	double left, right;

	if (table->list != NULL) {
		(void)str_format(path, sizeof(path), "%s %zu %s", table->list, row, column);
	} else {
		(void)str_format(path, sizeof(path), "%s %zu", column, row);
	}
	for (at = path; (at = strchr(at, '.')) != NULL;) {
		*at = ' ';
	}
	value = parse_at(json, path);
	if (value[0] == '[') {
		return;   /* a list: its texts, looked at below */
	}
	if (strcmp(value, "null") == 0 || strcmp(value, "(none)") == 0) {
		value = "";
	}
	if (cell[0] == '\'' && strchr("=+-@", cell[1]) != NULL) {
		cell++;   /* the guard of a formula */
	}
	if (str_to_number(value, &left) == 0 && str_to_number(cell, &right) == 0) {
		assert_true(left == right);
	} else if (strcmp(value, cell) != 0) {
		fail_msg("%s: '%s' in JSON, '%s' in CSV", path, value, cell);
	}
}

static void
assert_same(const struct table *table, const struct parsed *json, const char *csv)
{
	char cell[CELL_SIZE], name[TABLE_NAME_SIZE];
	size_t row = 0;

	assert_true(str_starts(csv, BOM));
	csv += strlen(BOM);
	for (size_t c = 0; table->columns[c] != NULL; c++) {
		csv = read_cell(csv, cell);
		table_name(table->columns[c], name);
		assert_string_equal(cell, name);
		assert_true(*csv == (table->columns[c + 1] != NULL ? ',' : '\r'));
		csv += *csv == ',' ? 1 : 2;
	}
	for (; *csv != '\0'; row++) {
		for (size_t c = 0; table->columns[c] != NULL; c++) {
			csv = read_cell(csv, cell);
			assert_cell(json, table, row, table->columns[c], cell);
			assert_true(*csv == (table->columns[c + 1] != NULL ? ',' : '\r'));
			csv += *csv == ',' ? 1 : 2;
		}
	}
	/* the fake province has no profiles */
	assert_true(row > 0 || strcmp(table->route, "profiles") == 0);
	if (table->list != NULL) {
		(void)str_format(name, sizeof(name), "[%zu]", row);
		assert_string_equal(name, parse_at(json, table->list));
	}
}

static void
test_same_as_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_LISTS; i++) {
		const struct table *table = table_named(lists[i].name);
		struct client json, csv;
		struct parsed *parsed;
		char target[512], value[128];

		assert_non_null(table);
		assert_int_equal(200, served_get(&json, lists[i].target));
		csv_target(lists[i].target, "", target);
		assert_int_equal(200, served_get(&csv, target));
		assert_true(client_header(&csv, "Content-Type", value, sizeof(value)));
		assert_true(str_starts(value, "text/csv; charset=utf-8"));
		assert_true(client_header(&csv, "Content-Disposition", value, sizeof(value)));
		(void)str_format(target, sizeof(target),
		    "attachment; filename=\"collectord-%s-2026-11-22.csv\"", lists[i].name);
		assert_string_equal(value, target);
		parsed = parse_json(client_body(&json));
		assert_non_null(parsed);
		assert_same(table, parsed, client_body(&csv));
		parse_done(parsed);
		client_close(&json);
		client_close(&csv);
	}
}

struct leaves { const struct table *table; const char *const *without; };

static void
on_leaf(void *arg, const char *path)
{
	const struct leaves *leaves = arg;

	for (size_t c = 0; leaves->table->columns[c] != NULL; c++) {
		size_t n = strlen(path);

		/* "error" is null where "error.code" is a column */
		if (strncmp(leaves->table->columns[c], path, n) == 0 &&
		    (leaves->table->columns[c][n] == '\0' ||
		    leaves->table->columns[c][n] == '.')) {
			return;
		}
	}
	for (size_t w = 0; w < 4 && leaves->without[w] != NULL; w++) {
		if (str_starts(path, leaves->without[w])) {
			return;
		}
	}
	fail_msg("the items of list '%s' have a member '%s' that http/tables.c has no "
	    "column for", leaves->table->route, path);
}

static void
test_every_member_has_a_column(void **state)
{
	(void)state;
	assert_int_equal(N_LISTS, table_all_size);
	for (size_t i = 0; i < N_LISTS; i++) {
		struct leaves leaves = { table_named(lists[i].name), lists[i].without };
		struct client json;
		struct parsed *parsed;
		char path[64];

		assert_non_null(leaves.table);
		if (leaves.table->list == NULL) {
			continue;
		}
		assert_int_equal(200, served_get(&json, lists[i].target));
		parsed = parse_json(client_body(&json));
		(void)str_format(path, sizeof(path), "%s 0", leaves.table->list);
		if (strcmp(parse_at(parsed, path), "(none)") != 0) {
			parse_leaves(parsed, path, on_leaf, &leaves);
		}
		parse_done(parsed);
		client_close(&json);
	}
}

/* A list that has a table takes the parameter, and one with a cursor a limit. */
static void
test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < table_all_size; i++) {
		const struct route *route = NULL;
		bool format = false, cursor = false, limit = false;
		size_t n = 0;

		for (size_t r = 0; r < route_table_size && route == NULL; r++) {
			route = strcmp(route_table[r].name, table_all[i].route) == 0 ?
			    &route_table[r] : NULL;
		}
		assert_non_null(route);
		assert_ptr_equal(table_of(route), &table_all[i]);
		for (const struct param *p = route->params; p->name != NULL; p++) {
			format = format || strcmp(p->name, "format") == 0;
			cursor = cursor || strcmp(p->name, "cursor") == 0;
			limit = limit || (strcmp(p->name, "limit") == 0 && p->max == 1000);
		}
		assert_true(format);
		assert_true(cursor == limit);
		while (table_all[i].columns[n] != NULL) {
			n++;
		}
		assert_in_range(n, 1, TABLE_COLUMNS_MAX);
	}
}

/* ---- whole lists --------------------------------------------------------------------- */

/* A client sees the end of a list before the server has put it away. */
static int64_t
tables_ended(void)
{
	return -(int64_t)served_http->n_tables;
}

static void
get_whole(struct client *client, const char *target, size_t n_lines)
{
	char value[64];

	assert_int_equal(200, served_get(client, target));
	assert_true(client_header(client, "Transfer-Encoding", value, sizeof(value)));
	assert_string_equal(value, "chunked");
	dechunk((char *)(uintptr_t)client_body(client));
	assert_int_equal(n_lines, count(client_body(client), "\r\n"));
	assert_int_equal(1, count(client_body(client), BOM));
}

static void
test_whole(void **state)
{
	char last[64] = "", id[CELL_SIZE], target[256];
	struct client client;
	const char *at;

	(void)state;
	/* by id, by id backwards, by value: each rack once */
	get_whole(&client, V1 "/racks?format=csv", MANY + 1);
	for (at = strstr(client_body(&client), "\r\n"); at[2] != '\0';
	    at = strstr(at + 2, "\r\n")) {
		(void)read_cell(at + 2, id);
		assert_true(strcmp(last, id) < 0);
		(void)str_copy(last, sizeof(last), id);
	}
	client_close(&client);
	get_whole(&client, V1 "/racks?format=csv&sort=-id", MANY + 1);
	at = strstr(client_body(&client), "\r\n");
	(void)read_cell(at + 2, id);
	assert_string_equal(id, last);
	client_close(&client);
	get_whole(&client, V1 "/racks?format=csv&sort=-power_w", MANY + 1);
	for (uint32_t i = 0; i < MANY; i += 97) {
		(void)str_format(target, sizeof(target), "\r\n%s,",
		    fake_config()->inventory->racks[i]->id);
		assert_int_equal(1, count(client_body(&client), target));
	}
	client_close(&client);
	get_whole(&client, V1 "/devices?format=csv", 2 * MANY + 1);
	client_close(&client);
	/* pages that another thread answers */
	get_whole(&client, V1 "/ledger?format=csv", MANY + 1);
	assert_int_equal(1, count(client_body(&client), "\r\n1,"));
	assert_int_equal(1, count(client_body(&client), "\r\n2499,"));
	/* neither the comma nor the formula gets out */
	assert_int_equal(MANY, count(client_body(&client), ",\"a, b.yaml\","));
	assert_int_equal(MANY - MANY / 10, count(client_body(&client), ",'=cmd|'x',"));
	client_close(&client);
	served_wait(tables_ended, 0);
	assert_int_equal(0, served_http->n_tables);
	/* a limit is one page */
	assert_int_equal(200, served_get(&client, V1 "/racks?format=csv&limit=7"));
	assert_int_equal(8, count(client_body(&client), "\r\n"));
	client_close(&client);
}

static void
test_refusals(void **state)
{
	struct client client;

	(void)state;
	assert_int_equal(400, served_get(&client, V1 "/racks?format=html"));
	client_close(&client);
	assert_int_equal(404, served_get(&client, V1 "/racks?format=csv&hall=none"));
	assert_non_null(strstr(client_body(&client), "\"code\":\"no_such_hall\""));
	assert_null(strstr(client.text, "Content-Disposition"));
	client_close(&client);
	assert_int_equal(400, served_get(&client, V1 "/racks?format=csv&cursor=zz"));
	client_close(&client);
	served_http->n_tables = TABLE_STREAMS_MAX;
	assert_int_equal(503, served_get(&client, V1 "/racks?format=csv"));
	assert_non_null(strstr(client_body(&client), "\"code\":\"too_many_exports\""));
	client_close(&client);
	/* one page holds nobody up */
	assert_int_equal(200, served_get(&client, V1 "/racks?format=csv&limit=7"));
	client_close(&client);
	served_http->n_tables = 0;
	assert_int_equal(200, client_get(&client, served_port, "HEAD",
	    V1 "/racks?format=csv", ""));
	client_close(&client);
}

/* Half an export and gone: nothing is left behind. */
static void
test_gone(void **state)
{
	struct client client;

	(void)state;
	for (int i = 0; i < 20; i++) {
		client_open(&client, served_port);
		client_send(&client, "GET " V1 "/racks?format=csv HTTP/1.1\r\n" HOST "\r\n");
		assert_true(client_expect(&client, "Content-Disposition", 1));
		client_close(&client);
	}
	get_whole(&client, V1 "/racks?format=csv", MANY + 1);
	client_close(&client);
}

static int
start_many(void **state)
{
	served_racks = MANY;
	return served_start(state);
}

static int
stop_many(void **state)
{
	served_racks = N_RACKS;
	return served_stop(state);
}

#define MANY_SERVED(test) cmocka_unit_test_setup_teardown(test, start_many, stop_many)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_same_as_json), SERVED(test_every_member_has_a_column),
		cmocka_unit_test(test_tables), MANY_SERVED(test_whole),
		MANY_SERVED(test_refusals), MANY_SERVED(test_gone),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
