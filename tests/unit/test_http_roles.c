/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of routes x methods x roles: one test a cell, made from the table
 * itself, so that no route can be added without being judged.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/fake.h"
#include "http/route.h"
#include "http/served.h"

struct cell { const struct route *route; enum method method; enum role role; char name[160]; };

/* The path with something in the place of {id}. */
static void
path_of(const struct route *route, char *to, size_t size)
{
	const char *brace = strchr(route->path, '{');

	if (brace == NULL) {
		(void)str_copy(to, size, route->path);
		return;
	}
	(void)str_format(to, size, "%.*sx%s", (int)(brace - route->path), route->path,
	    strchr(brace, '}') + 1);
}

/* The row for that path and method, or NULL. */
static const struct route *
row_of(const struct route *route, enum method method)
{
	for (size_t i = 0; i < route_table_size; i++) {
		if (strcmp(route_table[i].path, route->path) == 0 &&
		    route_table[i].method == method) {
			return &route_table[i];
		}
	}
	return NULL;
}

static void
test_cell(void **state)
{
	const struct cell *cell = *state;
	const struct route *row = row_of(cell->route, cell->method);
	struct client client;
	char path[128], head[160] = "", status[4] = "";
	int64_t code;

	path_of(cell->route, path, sizeof(path));
	fake_role(cell->role);
	if (row != NULL && row->body != NULL) {
		(void)str_copy(head, sizeof(head),
		    "Content-Type: application/json\r\nContent-Length: 2\r\n");
	}
	client_open(&client, served_port);
	{
		char text[512];

		(void)str_format(text, sizeof(text), "%s %s HTTP/1.1\r\n" HOST
		    "Connection: close\r\n%s\r\n%s", method_text(cell->method), path, head,
		    head[0] != '\0' ? "{}" : "");
		client_send(&client, text);
	}
	/* a stream never ends: its first line is all that is waited for */
	assert_true(client_expect_size(&client, 12));
	memcpy(status, client.text + 9, 3);
	assert_int_equal(str_to_int(status, 100, 599, &code), 0);
	client_close(&client);
	if (row == NULL) {
		assert_int_equal(code, 405);
	} else if (cell->role >= row->role) {
		assert_int_not_equal(code, 401);
		assert_int_not_equal(code, 403);
		assert_int_not_equal(code, 405);
	} else {
		assert_int_equal(code, cell->role == ROLE_NOBODY ? 401 : 403);
	}
	/* a role that was forgotten would serve no one */
	assert_true(row == NULL || row->role > ROLE_UNSET);
}

/* Each path once, in the order of the table. */
static bool
is_first(size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(route_table[k].path, route_table[i].path) == 0) {
			return false;
		}
	}
	return true;
}

static int
up(void **state)
{
	return served_web_up(state) != 0 || served_start(state) != 0 ? -1 : 0;
}

static int
down(void **state)
{
	(void)served_stop(state);
	return served_web_down(state);
}

int
main(void)
{
	size_t most = route_table_size * METHOD_N * ROLE_N, n = 0;
	struct CMUnitTest *tests = calloc(most, sizeof(*tests));
	struct cell *cells = calloc(most, sizeof(*cells));
	int failed;

	if (tests == NULL || cells == NULL) {
		return 1;
	}
	for (size_t i = 0; i < route_table_size; i++) {
		for (unsigned m = 0; is_first(i) && m < METHOD_N; m++) {
			for (enum role role = ROLE_NOBODY; role < ROLE_N; role++) {
				cells[n] = (struct cell){ &route_table[i], (enum method)m, role, "" };
				(void)str_format(cells[n].name, sizeof(cells[n].name),
				    "%s %s as %s", method_text((enum method)m),
				    route_table[i].path,
				    role == ROLE_NOBODY ? "nobody" : role_text(role));
				tests[n] = (struct CMUnitTest){ cells[n].name, test_cell, NULL,
				    NULL, &cells[n] };
				n++;
			}
		}
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = _cmocka_run_group_tests("roles", tests, n, up, down);
	free(tests);
	free(cells);
	return failed;
}
