/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event streams of the whole server. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/events.h"
#include "http/fake.h"

/* ---- event streams ----------------------------------------------------------------- */

static void
open_stream(struct client *client, const char *query, const char *head)
{
	char text[512];

	(void)str_format(text, sizeof(text), "GET " V1 "/events%s HTTP/1.1\r\n" HOST "%s\r\n",
	    query, head);
	client_open(client, served_port);
	client_send(client, text);
	assert_true(client_expect(client, "retry: 5000", 1));
}

/* Number of the last event that a stream has received. */
static uint64_t
last_id(const struct client *client)
{
	const char *at = client->text, *next;
	char text[32];
	uint64_t id = 0;

	while ((next = strstr(at, "\nid: ")) != NULL) {
		at = next + 5;
	}
	(void)str_format(text, sizeof(text), "%.*s", (int)strcspn(at, "\n"), at);
	assert_int_equal(0, str_to_uint(text, 0, UINT64_MAX, &id));
	return id;
}

static void
test_events(void **state)
{
	struct client all, config, again, foreign;
	char head[64];
	uint64_t id;

	(void)state;
	open_stream(&all, "", "");
	open_stream(&config, "?topics=config", "");
	http_publish(served_http, fake_publish());
	assert_true(client_expect(&all, "\"kind\":\"slot\",\"ids\":[\"henan\"],\"as_of\":\"2026", 1));
	assert_int_equal(1, client_count(&all, "\"kind\":\"inventory\""));
	http_apply(served_http, fake_config(), "racks.yaml:1:1: bad");
	assert_true(client_expect(&all, "\"kind\":\"config\"", 1));
	assert_true(client_expect(&config, "\"kind\":\"config\"", 1));
	assert_int_equal(0, client_count(&config, "\"kind\":\"slot\""));
	id = last_id(&all);
	client_close(&all);

	/* what happened while it was away comes when it is back */
	http_publish(served_http, fake_publish());
	http_publish(served_http, fake_publish());
	(void)str_format(head, sizeof(head), "Last-Event-ID: %llu\r\n", (unsigned long long)id);
	open_stream(&again, "", head);
	assert_true(client_expect(&again, "\"kind\":\"slot\"", 2));
	assert_int_equal(0, client_count(&again, "\"kind\":\"config\""));

	/* of another run: ask for everything */
	open_stream(&foreign, "", "Last-Event-ID: 12\r\n");
	assert_true(client_expect(&foreign, "\"kind\":\"inventory\"", 1));
	client_close(&config);
	client_close(&again);
	client_close(&foreign);
}

static void
test_events_beyond_ring(void **state)
{
	struct client first, late;
	char head[64];
	uint64_t id;

	(void)state;
	open_stream(&first, "", "");
	http_publish(served_http, fake_publish());
	assert_true(client_expect(&first, "\"kind\":\"slot\"", 1));
	id = last_id(&first);
	for (unsigned i = 0; i < EVENTS_RING + 10; i++) {
		http_publish(served_http, fake_publish());
	}
	/* a reader that keeps up misses nothing */
	assert_true(client_expect(&first, "event: change", 3));
	(void)str_format(head, sizeof(head), "Last-Event-ID: %llu\r\n", (unsigned long long)id);
	open_stream(&late, "", head);
	assert_true(client_expect(&late, "\"kind\":\"inventory\"", 1));
	assert_int_equal(0, client_count(&late, "\"kind\":\"slot\""));
	client_close(&first);
	client_close(&late);
}

static void
test_events_comment(void **state)
{
	struct client client;

	(void)state;
	open_stream(&client, "", "");
	for (unsigned i = 1; i <= 3; i++) {
		clock_test_advance(served_clock, 15 * NS_PER_S);
		assert_true(client_expect(&client, ":\n\n", i));
	}
	client_close(&client);
}

static void
test_events_limit(void **state)
{
	static struct client clients[EVENTS_STREAMS_MAX];
	struct client more;

	(void)state;
	for (unsigned i = 0; i < EVENTS_STREAMS_MAX; i++) {
		open_stream(&clients[i], "", "");
	}
	assert_int_equal(EVENTS_STREAMS_MAX, served_streams());
	assert_int_equal(503, served_get(&more, V1 "/events"));
	client_close(&more);
	assert_int_equal(200, served_get(&more, V1 "/me"));   /* others are still served */
	client_close(&more);
	http_publish(served_http, fake_publish());
	for (unsigned i = 0; i < EVENTS_STREAMS_MAX; i++) {
		assert_true(client_expect(&clients[i], "\"kind\":\"slot\"", 1));
		client_close(&clients[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(test_events),
		SERVED(test_events_beyond_ring),
		SERVED(test_events_comment),
		SERVED(test_events_limit),
	};

	return cmocka_run_group_tests(tests, served_web_up, served_web_down);
}
