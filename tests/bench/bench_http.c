/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What answers cost at 90,000 racks: one client on a kept connection, then
 * eight; the rooms below are faked, so this is the server alone.
 * Prints a table, and "bench<TAB>NAME<TAB>VALUE<TAB>UNIT" for a single client.
 */
#include <config.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "capacity/frames.h"
#include "http/client.h"
#include "http/fake.h"
#include "http/http.h"

#define N_RACKS 90000u
#define N_CLIENTS 8u
/* Of 960 racks a site: those of the sites that are asked for. */
#define FILLED_RACKS 4000u

struct load {
	uint16_t port;
	const char *target, *head;
	unsigned n;
	double *ms;             /* [n] */
	size_t size;            /* of the last body */
};

static const struct { const char *target, *head; unsigned n; } cases[] = {
	{"/api/v1/capacity", "", 3000},
	{"/api/v1/capacity", "Accept-Encoding: gzip\r\n", 3000},
	{"/api/v1/capacity", "If-None-Match: *\r\n", 3000},
	{"/api/v1/halls/s3-h1", "Accept-Encoding: gzip\r\n", 1000},
	{"/api/v1/sites/s3", "", 1000},
	{"/api/v1/feeds", "", 300},
	{"/api/v1/feeds/s0-ups-a", "", 300},
	{"/api/v1/halls/s3-h1/frames", "Accept-Encoding: gzip\r\n", 500},
	{"/api/v1/halls?limit=100", "Accept-Encoding: gzip\r\n", 500},
	{"/api/v1/areas/410100", "Accept-Encoding: gzip\r\n", 1000},
	{"/api/v1/sites", "Accept-Encoding: gzip\r\n", 500},
	{"/api/v1/sites/s3", "Accept-Encoding: gzip\r\n", 1000},
	{"/api/v1/operators", "Accept-Encoding: gzip\r\n", 1000},
	{"/api/v1/racks?limit=100", "", 1000},
	{"/api/v1/racks?limit=1000", "Accept-Encoding: gzip\r\n", 200},
	{"/api/v1/racks?sort=-power_w&limit=100", "", 300},
	{"/api/v1/racks?evidence=stale&sort=age_s&limit=100", "", 300},
	{"/api/v1/racks?failover=at_risk&sort=-failover_ratio", "", 300},
	{"/api/v1/racks?q=zzz", "", 300},
	{"/api/v1/racks/s3-h1-r1-a02", "", 2000},
	{"/api/v1/devices?status=degraded", "", 100},
	{"/api/v1/search?q=zzz", "", 100},
	{"/api/v1/collector", "", 300},
	{"/metrics/racks?site=s3", "Accept-Encoding: gzip\r\n", 200},
	{"/api/v1/capacity/forecast", "", 1000},
	{"/api/v1/ledger?limit=100", "", 300},
	{"/api/v1/reconcile?limit=100", "", 300},
	{"/api/v1/reconcile?kind=backwards", "", 100},
	{"/api/v1/racks?format=csv&limit=1000", "", 200},
	{"/api/v1/racks?format=csv", "", 8},
	{"/metrics", "", 2000},
};

/* Waits for one whole answer; the client's buffer starts anew. */
static size_t
take_answer(struct client *client)
{
	char length[32] = "0";
	int64_t body = 0;
	size_t head;

	(void)client_expect(client, "\r\n\r\n", 1);
	if (client_header(client, "Content-Length", length, sizeof(length))) {
		(void)str_to_int(length, 0, INT64_MAX, &body);
	}
	head = (size_t)(client_body(client) - client->text);
	if (client_header(client, "Transfer-Encoding", length, sizeof(length))) {
		/* a whole list comes in pieces, the last one is empty */
		(void)client_expect(client, "\r\n0\r\n\r\n", 1);
		body = (int64_t)(client->size - head);
	} else {
		client_expect_size(client, head + (size_t)body);
	}
	client->size = 0;
	client->text[0] = '\0';
	return (size_t)body;
}

static void *
run(void *arg)
{
	struct load *load = arg;
	struct client client;
	char text[1024];

	(void)str_format(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n",
	    load->target, load->head);
	client_open(&client, load->port);
	for (unsigned i = 0; i < load->n; i++) {
		struct mono start = clock_mono(clock_real());

		client_send(&client, text);
		load->size = take_answer(&client);
		load->ms[i] = (double)(clock_mono(clock_real()).ns - start.ns) / 1e6;
	}
	client_close(&client);
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* "bench", tab, and a name made of a case's path and its encoding. */
static void
print_name(size_t at)
{
	const char *head = cases[at].head;

	(void)printf("bench\thttp");
	for (const char *p = cases[at].target; *p != '\0'; p++) {
		bool is_plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');

		(void)putchar(is_plain ? *p : '_');
	}
	(void)printf("%s", str_starts(head, "Accept") ? "_gzip" :
	    str_starts(head, "If") ? "_unchanged" : "");
}

static void
measure(uint16_t port, size_t at, unsigned n_clients)
{
	struct load loads[N_CLIENTS];
	pthread_t threads[N_CLIENTS];
	unsigned n = cases[at].n / n_clients;
	double *ms = calloc((size_t)n * n_clients, sizeof(*ms));
	struct mono start = clock_mono(clock_real());
	double seconds;

	for (unsigned i = 0; i < n_clients; i++) {
		loads[i] = (struct load){port, cases[at].target, cases[at].head, n,
		    ms + (size_t)i * n, 0};
		if (pthread_create(&threads[i], NULL, run, &loads[i]) != 0) {
			abort();
		}
	}
	for (unsigned i = 0; i < n_clients; i++) {
		(void)pthread_join(threads[i], NULL);
	}
	seconds = (double)(clock_mono(clock_real()).ns - start.ns) / 1e9;
	n *= n_clients;
	qsort(ms, n, sizeof(*ms), compare);
	(void)printf("%-52s %u client%s %8.0f/s  p50 %7.3f  p99 %7.3f ms  %8zu B\n",
	    cases[at].target, n_clients, n_clients > 1 ? "s" : " ", n / seconds, ms[n / 2],
	    ms[n * 99 / 100], loads[0].size);
	if (n_clients == 1) {
		print_name(at);
		(void)printf("_p99\t%.3f\tms\n", ms[n * 99 / 100]);
	}
	free(ms);
}

/* A day of frames for the racks of the first halls. */
static void
fill_frames(void)
{
	struct frames *frames = capacity_frames(NULL);
	struct frames_sample sample = { .known = 1u << FRAMES_POWER };

	for (int64_t f = FRAMES_N - 1; f >= 0; f--) {
		struct wall at = { (FAKE_NOW_S - f * FRAMES_STEP_S) * NS_PER_S };

		for (uint32_t r = 0; r < FILLED_RACKS; r++) {
			sample.values[FRAMES_POWER] = 1000 + r * 7 % 3001 + (double)f;
			frames_put(frames, r, at, &sample);
		}
	}
}

int
main(void)
{
	struct http_setup setup = fake_http_setup(clock_real());
	struct http *http;
	struct col_error error;

	fake_setup(N_RACKS);
	(void)fake_publish();
	fill_frames();
	if (http_new(&setup, fake_config(), &http, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		return 1;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		measure(http_port(http), i, 1);
		measure(http_port(http), i, N_CLIENTS);
	}
	http_free(http);
	fake_done();
	return 0;
}
