/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See served.h. */
#include <config.h>

#include "http/served.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/counters.h"
#include "base/stats.h"
#include "base/str.h"
#include "http/fake.h"

struct clock *served_clock;
struct http *served_http;
uint16_t served_port;
uint32_t served_racks = N_RACKS;
int served_anonymous;
static char web[] = "/tmp/test_http_web_XXXXXX";

static void
put_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	(void)str_format(path, sizeof(path), "%s/%s", web, name);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

int
served_web_up(void **state)
{
	char path[256];

	(void)state;
	if (mkdtemp(web) == NULL) {
		return -1;
	}
	(void)str_format(path, sizeof(path), "%s/assets", web);
	(void)mkdir(path, 0700);
	put_file("index.html", "<!doctype html><title>pages</title>\n");
	put_file("index.html.gz", "gz-of-index");
	put_file(".secret", "secret");
	put_file("assets/app-1a2b.js", "let a = 1;\n");
	put_file("assets/app-1a2b.js.gz", "gz-of-app");
	(void)str_format(path, sizeof(path), "%s/assets/link.js", web);
	return symlink("/etc/passwd", path);
}

int
served_web_down(void **state)
{
	static const char *const names[] = {
		"assets/link.js", "assets/app-1a2b.js.gz", "assets/app-1a2b.js", "assets",
		".secret", "index.html.gz", "index.html", "",
	};
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)str_format(path, sizeof(path), "%s/%s", web, names[i]);
		(void)remove(path);
	}
	return 0;
}

int
served_start(void **state)
{
	struct http_setup setup;
	struct config *config = (struct config *)(uintptr_t)fake_config();
	struct col_error error;

	(void)state;
	counters_add(counters_get("snmp", "retries", false, "sent again"),
	    7 - counters_value(counters_get("snmp", "retries", false, "sent again")));
	served_clock = clock_test_new((struct wall){INT64_C(1795320000) * NS_PER_S},
	    (struct mono){1000 * NS_PER_S});
	fake_setup(served_racks);
	fake_publish();
	config->settings.web_dir = web;
	config->settings.anonymous = served_anonymous;
	setup = fake_http_setup(served_clock);
	if (http_new(&setup, config, &served_http, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	served_port = http_port(served_http);
	return 0;
}

int
served_stop(void **state)
{
	(void)state;
	http_free(served_http);
	served_http = NULL;
	fake_role(ROLE_UNSET);
	fake_reservations_forget();
	fake_answer(FAKE_NOW);   /* answers that come after the end */
	fake_done();
	clock_free(served_clock);
	return 0;
}

/* Waits, in real time, until a figure is reached; the condition must come. */
void
served_wait(int64_t (*figure)(void), int64_t at_least)
{
	for (int i = 0; i < 120000 && figure() < at_least; i++) {
		(void)usleep(1000);
	}
	assert_true(figure() >= at_least);
}

int64_t
served_waiting(void)
{
	return fake_waiting();
}

int64_t
served_connections(void)
{
	return stats_get(STATS_HTTP_CONNECTIONS);
}

int64_t
served_streams(void)
{
	return stats_get(STATS_HTTP_STREAMS);
}

unsigned
served_get(struct client *client, const char *target)
{
	return client_get(client, served_port, "GET", target, "");
}

unsigned
served_post(struct client *client, const char *method, const char *target,
    const char *body)
{
	size_t size = strlen(body) + 512;
	char *text = malloc(size);
	unsigned status;

	assert_non_null(text);
	(void)str_format(text, size, "%s %s HTTP/1.1\r\n" HOST "Connection: close\r\n"
	    "%sContent-Length: %zu\r\n\r\n%s", method, target,
	    body[0] != '\0' ? "Content-Type: application/json\r\n" : "", strlen(body), body);
	status = client_ask(client, served_port, text);
	free(text);
	return status;
}
