/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What clients may not do, and what they wait for: raw bytes in and out. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/fake.h"

/* ---- guards ------------------------------------------------------------------------ */

#define GET_LINE "GET " V1 "/me HTTP/1.1\r\n"
#define SECOND "GET " V1 "/plugins HTTP/1.1\r\n" HOST "\r\n"

static void
test_smuggling(void **state)
{
	static const char *const cases[] = {
		(GET_LINE HOST "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" SECOND),
		(GET_LINE HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
		    SECOND),
		("POST " V1 "/me HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND),
		(GET_LINE HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND),
		(GET_LINE HOST "Transfer-Encoding: xchunked\r\n\r\n" SECOND),
		(GET_LINE HOST "Content-Length: 5\r\n\r\nabcde" SECOND),
		(GET_LINE HOST "Content-Length : 5\r\n\r\nabcde" SECOND),
		(GET_LINE HOST HOST "\r\n" SECOND),
		(GET_LINE "Accept: */*\r\n\r\n" SECOND),
		(GET_LINE "Host: evil.example\r\n\r\n" SECOND),
		(GET_LINE "Host: 127.0.0.1.evil.example\r\n\r\n" SECOND),
		("GET " V1 "/me%00.css HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET http://127.0.0.1" V1 "/me HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me x HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me\x01 HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me\x80 HTTP/1.1\r\n" HOST "\r\n" SECOND),
		("GET " V1 "/me HTTP/1.2\r\n" HOST "\r\n" SECOND),
		("BREW " V1 "/me HTTP/1.1\r\n" HOST "\r\n" SECOND),
		(GET_LINE HOST "X: a\x01b\r\n\r\n" SECOND),
		(GET_LINE HOST "X Y: ab\r\n\r\n" SECOND),
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_open(&client, served_port);
		client_send(&client, cases[i]);
		assert_true(client_expect_end(&client));
		if (client_count(&client, "HTTP/1.1 400 ") != 1 ||
		    client_count(&client, "\r\nDate: ") != 1) {
			fail_msg("case %zu: %s", i, client.text);
		}
		client_close(&client);
	}
}

/* Bytes with NULs in places where C texts would end early. */
static void
test_nul_bytes(void **state)
{
	static const char target[] = "GET " V1 "/me\0.css HTTP/1.1\r\n" HOST "\r\n";
	static const char version[] = "GET " V1 "/me\0 HTTP/1.1 HTTP/1.1\r\n" HOST "\r\n";
	static const char method[] = "G\0T " V1 "/me HTTP/1.1\r\n" HOST "\r\n";
	static const char name[] = GET_LINE HOST "X\0Y: ab\r\n\r\n";
	static const struct { const char *data; size_t size; } cases[] = {
		{target, sizeof(target) - 1}, {version, sizeof(version) - 1},
		{method, sizeof(method) - 1}, {name, sizeof(name) - 1},
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_open(&client, served_port);
		client_send_bytes(&client, cases[i].data, cases[i].size);
		assert_true(client_expect_end(&client));
		if (client_count(&client, " 200 ") != 0) {
			fail_msg("case %zu: %s", i, client.text);
		}
		client_close(&client);
	}
}

static void
test_long_things(void **state)
{
	static char text[100000];
	struct client client;

	(void)state;
	(void)str_copy(text, sizeof(text), "GET /");
	memset(text + 5, 'a', 4000);
	(void)str_copy(text + 4005, 100, " HTTP/1.1\r\n" HOST "\r\n");
	client_open(&client, served_port);
	client_send(&client, text);
	assert_true(client_expect_end(&client));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 400 "));
	client_close(&client);

	/* far beyond the connection's memory: libmicrohttpd's own refusal */
	memset(text + 5, 'a', 90000);
	client_open(&client, served_port);
	client_send(&client, text);
	assert_true(client_expect_end(&client));
	assert_int_equal(0, client_count(&client, " 200 "));
	client_close(&client);

	(void)str_copy(text, sizeof(text), GET_LINE HOST);
	for (int i = 0; i < 100; i++) {
		(void)str_copy(text + strlen(text), 100, "X: y\r\n");
	}
	(void)str_copy(text + strlen(text), 100, "\r\n");
	client_open(&client, served_port);
	client_send(&client, text);
	assert_true(client_expect_end(&client));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 400 "));
	client_close(&client);
}

static void
test_broken_heads(void **state)
{
	static const char *const cases[] = {
		GET_LINE "no colon here\r\n\r\n", GET_LINE HOST, "GET", "\r\n\r\n\r\n",
		GET_LINE " folded: first\r\n\r\n", "\x16\x03\x01\x02\x00\x01",
	};
	struct client client;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_open(&client, served_port);
		client_send(&client, cases[i]);
		client_close(&client);
	}
	assert_int_equal(200, served_get(&client, V1 "/me"));
	client_close(&client);
}

/* One byte now and then does not keep a connection open past 10 s. */
static void
test_slow_head(void **state)
{
	struct client slow, idle;

	(void)state;
	client_open(&slow, served_port);
	client_send(&slow, "GET " V1 "/me HTTP/1.1\r\nHost: 127");
	client_open(&idle, served_port);
	client_send(&idle, GET_LINE HOST "\r\n");
	assert_true(client_expect(&idle, "viewer", 1));
	served_wait(served_connections, 2);
	clock_test_advance(served_clock, 9 * NS_PER_S);
	client_send(&slow, ".0");
	client_send(&idle, GET_LINE HOST "\r\n");
	assert_true(client_expect(&idle, "viewer", 2));
	clock_test_advance(served_clock, 1 * NS_PER_S);
	assert_true(client_expect_end(&slow));
	/* whoever has sent a whole head keeps its connection */
	client_send(&idle, GET_LINE HOST "\r\n");
	assert_true(client_expect(&idle, "viewer", 3));
	client_close(&slow);
	client_close(&idle);
}

/* ---- waiting for others ------------------------------------------------------------- */

static void
test_late_answer(void **state)
{
	struct client client;

	(void)state;
	fake_answer(FAKE_NEVER);
	client_open(&client, served_port);
	client_send(&client, "GET " V1 "/series?entity=rack:" RACK "&metric=power_w HTTP/1.1\r\n"
	    HOST "\r\n");
	served_wait(served_waiting, 1);
	clock_test_advance(served_clock, 2 * NS_PER_S);
	assert_true(client_expect(&client, "\"code\":\"timeout\"", 1));
	assert_int_equal(1, client_count(&client, "HTTP/1.1 503 "));
	fake_give();   /* too late: nobody wants it */
	fake_answer(FAKE_NOW);
	client_send(&client, "GET " V1 "/series?entity=rack:" RACK "&metric=power_w HTTP/1.1\r\n"
	    HOST "\r\n");
	assert_true(client_expect(&client, "\"basis_s\":60", 1));
	client_close(&client);
}

static void
test_other_thread_answers(void **state)
{
	struct client clients[8];

	(void)state;
	fake_answer(FAKE_LATER);
	for (int i = 0; i < 8; i++) {
		client_open(&clients[i], served_port);
		client_send(&clients[i], "GET " V1 "/racks/" RACK " HTTP/1.1\r\n" HOST "\r\n");
	}
	served_wait(served_waiting, 16);   /* the store and the ledger, each */
	client_close(&clients[0]);   /* gone while it waits */
	fake_give();
	for (int i = 1; i < 8; i++) {
		assert_true(client_expect(&clients[i], "racks.yaml", 1));
		client_close(&clients[i]);
	}
}

static void
test_failed_answer(void **state)
{
	struct client client;

	(void)state;
	fake_code(COL_ENOENT);
	assert_int_equal(404, served_get(&client, V1 "/series?entity=feed:" RACK "-a&metric=power_w"));
	client_close(&client);
	assert_int_equal(404, served_get(&client, V1 "/series?entity=rack:" RACK "&metric=power_w"));
	client_close(&client);
	assert_int_equal(200, served_get(&client, V1 "/series/list?entity=rack:" RACK));
	client_close(&client);
	fake_code(COL_EIO);
	assert_int_equal(503, served_get(&client, V1 "/series?entity=rack:" RACK "&metric=power_w"));
	client_close(&client);
	assert_int_equal(503, served_get(&client, V1 "/capacity/history"));
	client_close(&client);
	fake_code(0);
}

/* Ending the server with everything suspended: `stop` does it. */
static void
test_end_while_suspended(void **state)
{
	static struct client clients[12];

	(void)state;
	fake_answer(FAKE_NEVER);
	for (int i = 0; i < 12; i++) {
		client_open(&clients[i], served_port);
		client_send(&clients[i], i % 2 == 0 ? "GET " V1 "/racks/" RACK " HTTP/1.1\r\n"
		    HOST "\r\n" : "GET " V1 "/events HTTP/1.1\r\n" HOST "\r\n");
	}
	served_wait(served_waiting, 12);
	served_wait(served_streams, 6);
	assert_true(client_expect(&clients[1], "retry: 5000", 1));
	http_free(served_http);
	served_http = NULL;
	for (int i = 0; i < 12; i++) {
		assert_true(client_expect_end(&clients[i]));
		client_close(&clients[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_smuggling),
		SERVED(test_nul_bytes),
		SERVED(test_long_things),
		SERVED(test_broken_heads),
		SERVED(test_slow_head),
		SERVED(test_late_answer),
		SERVED(test_other_thread_answers),
		SERVED(test_failed_answer),
		SERVED(test_end_while_suspended),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
